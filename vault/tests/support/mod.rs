//! A device over a store in memory, with the cheap key derivation.
#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

mod run;

use crypto::{KdfId, Passphrase};
use protocol::ObjectId;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use vault::change::Change;
use vault::kit::Kit;
use vault::memory::MemoryStore;
use vault::model::{SecretValue, Timestamp};
use vault::session::{Applied, Error, Session};

pub(crate) use run::block_on;

pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);
pub(crate) const PASSPHRASE: &str = "canary passphrase of six words here";

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

/// An unlocked session, and the store behind it.
pub(crate) struct Device {
    pub(crate) session: Session<MemoryStore>,
    pub(crate) store: MemoryStore,
    pub(crate) kit: Option<Kit>,
    pub(crate) rng: ChaCha20Rng,
}

/// A locked vault.
pub(crate) struct Locked(MemoryStore);

impl Device {
    pub(crate) fn new() -> Self {
        Self::over(MemoryStore::new())
    }

    pub(crate) fn over(store: MemoryStore) -> Self {
        let mut rng = rng(1);
        let passphrase = passphrase(PASSPHRASE);
        let created = Session::create(store.clone(), &passphrase, KdfId::Test, &mut rng, NOW);
        let (session, kit) = block_on(created).expect("a vault");
        Self { session, store, kit: Some(kit), rng }
    }

    /// A second session of the same store.
    pub(crate) fn another(&self) -> Self {
        let session = Locked(self.store.clone()).unlock();
        Self { session, store: self.store.clone(), kit: None, rng: rng(2) }
    }

    pub(crate) fn locked(self) -> Locked {
        Locked(self.session.lock())
    }

    pub(crate) fn apply(&mut self, change: Change) -> Result<Applied, Error> {
        block_on(self.session.apply(change, &mut self.rng, NOW))
    }

    /// Makes a project; its first environment.
    pub(crate) fn project(&mut self, name: &str) -> ObjectId {
        self.apply(Change::CreateProject { name: name.into() }).expect("a project");
        let model = self.session.model();
        let (project, _) = *model.projects().last().expect("the project");
        model.environments(project).first().expect("dev").0
    }

    pub(crate) fn set(&mut self, environment: ObjectId, variable: &str, value: &str) -> Applied {
        let value = SecretValue::from(value.to_owned());
        self.apply(Change::SetValue { environment, variable: variable.into(), value }).expect("a value")
    }
}

impl Locked {
    pub(crate) fn unlock(self) -> Session<MemoryStore> {
        block_on(Session::unlock(self.0, &passphrase(PASSPHRASE))).expect("unlocks")
    }
}

/// The contents of a vault outside the trash, with every current value.
#[derive(PartialEq)]
pub(crate) struct Contents {
    objects: Vec<(ObjectId, vault::model::Overview)>,
    values: Vec<Option<SecretValue>>,
}

impl Device {
    pub(crate) fn contents(&self) -> Contents {
        let model = self.session.model();
        let secrets: Vec<_> = model.secrets().map(|(id, _)| id).collect();
        let values = block_on(self.session.values(&secrets)).expect("values");
        assert!(values.iter().all(Option::is_some));
        Contents { objects: model.contents().map(|(id, it)| (id, it.clone())).collect(), values }
    }

    pub(crate) fn reopened(&self) -> Self {
        self.another()
    }

    pub(crate) fn undo(&mut self, act: protocol::ActId) -> Result<Applied, Error> {
        block_on(self.session.undo(act, &mut self.rng, NOW))
    }

    /// The secret bound under a name.
    pub(crate) fn secret(&self, environment: ObjectId, variable: &str) -> ObjectId {
        let (_, binding) = self.session.model().own(environment, variable).expect("bound");
        binding.secret.expect("a secret")
    }

    pub(crate) fn value(&self, secret: ObjectId) -> String {
        let values = block_on(self.session.values(&[secret])).expect("values");
        values.into_iter().flatten().next().expect("a value").expose().to_owned()
    }
}
