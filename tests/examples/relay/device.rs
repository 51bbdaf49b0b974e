//! A device with a vault in memory.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use crypto::{KdfId, Passphrase, RecoveryKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use vault::ObjectId;
use vault::backup::Code;
use vault::change::{Change, Import, ImportFile, Pair, Place, Target};
use vault::kit::Kit;
use vault::memory::MemoryStore;
use vault::model::{Kind, SecretValue, Timestamp};
use vault::port::Transport;
use vault::session::{Relay, RemoteError, Session, Side, Socket, Synced, Told};

use crate::run::block_on;

pub(crate) const WORDS: &str = "correct horse fake staple";

/// An unlocked vault.
pub(crate) struct Device {
    pub(crate) session: Session<MemoryStore>,
    pub(crate) kit: Option<Kit>,
    rng: ChaCha20Rng,
}

impl Device {
    /// A new account, told apart from others by its seed, with a vault of so many secrets.
    pub(crate) fn new(seed: u64, secrets: usize) -> Self {
        let (words, mut rng) = (words(), ChaCha20Rng::seed_from_u64(seed));
        let made = Session::create(MemoryStore::new(), &words, KdfId::Test, &mut rng, now());
        let (session, kit) = block_on(made).expect("a vault");
        let mut device = Self { session, kit: Some(kit), rng };
        for from in (0..secrets).step_by(1_000) {
            device.import(&format!("project-{from}"), (secrets - from).min(1_000));
        }
        device
    }

    /// A backup, and the code that opens it.
    pub(crate) fn backup(&mut self) -> Backup {
        let file = block_on(self.session.backup(&mut self.rng)).expect("a backup");
        Backup { file, code: self.kit.as_ref().expect("the first device").recovery.as_str().to_owned() }
    }

    pub(crate) fn sync(&mut self, way: &impl Transport, origin: &str) -> Result<Synced, RemoteError> {
        let relay = Relay { transport: way, origin };
        block_on(self.session.sync(&relay, &mut self.rng, now()))
    }

    /// Takes in what a socket of the vault's log tells.
    pub(crate) fn hear(&mut self, origin: &str, frame: &[u8]) -> Told {
        let socket = Socket { origin, side: Side::Vault, opened: now() };
        block_on(self.session.hear(&socket, frame, &mut self.rng, now())).expect("a frame of the relay")
    }

    pub(crate) fn connect(&mut self, way: &impl Transport, origin: &str) {
        let relay = Relay { transport: way, origin };
        block_on(self.session.connect(&relay, &words(), &mut self.rng, now())).expect("connected");
    }

    /// Gives a variable of the first environment a value.
    pub(crate) fn set(&mut self, variable: &str, value: &str) {
        let environment = self.environment();
        let change = Change::SetValue {
            environment,
            variable: variable.to_owned(),
            value: SecretValue::from(value.to_owned()),
        };
        block_on(self.session.apply(change, &mut self.rng, now())).expect("a value");
    }

    /// Every value that any secret has or had.
    pub(crate) fn values(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (secret, _) in self.session.model().secrets() {
            for version in self.session.history(secret).expect("a secret") {
                let value = block_on(self.session.value_at(secret, version.revision)).expect("a value");
                all.insert(value.expose().to_owned());
            }
        }
        all
    }

    fn environment(&self) -> ObjectId {
        let model = self.session.model();
        let mut all = model.projects().into_iter().flat_map(|(id, _)| model.environments(id));
        all.next().expect("an environment").0
    }

    fn import(&mut self, project: &str, count: usize) {
        let value = |number: usize| SecretValue::new(format!("fake-value-{number}-{}", "x".repeat(24)));
        let pair = |number| Pair { variable: format!("VARIABLE_{number}"), value: value(number) };
        let target = Target::New { name: "dev".to_owned(), kind: Kind::NonProd };
        let files = vec![ImportFile { target, pairs: (0..count).map(pair).collect() }];
        let import = Import { project: Place::New(project.to_owned()), files };
        block_on(self.session.apply(Change::Import(import), &mut self.rng, now())).expect("an import");
    }
}

/// What another device of an account begins from.
pub(crate) struct Backup {
    file: Vec<u8>,
    code: String,
}

impl Backup {
    pub(crate) fn open(&self, seed: u64) -> Device {
        let recovery = RecoveryKey::from_text(&self.code).expect("its code");
        let (code, mut rng) = (Code::Recovery(&recovery), ChaCha20Rng::seed_from_u64(seed));
        let (store, words) = (MemoryStore::new(), words());
        let restored = Session::restore(store, &self.file, &code, &words, KdfId::Test, &mut rng, now());
        Device { session: block_on(restored).expect("a vault"), kit: None, rng }
    }
}

pub(crate) fn words() -> Passphrase {
    Passphrase::new(WORDS.to_owned())
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp(u64::try_from(since.as_millis()).expect("before long"))
}
