//! A backup file: both logs with their blobs, verbatim, and what opens them given the kit.
//!
//! Nothing in it can be read without the recovery code, or the setup code together with the passphrase. The identity's
//! keys stand in no log, so the file carries the keychain of the device that wrote it: sealed under a store key of its own,
//! which the account's root key leads to.

use crypto::{
    AccountKey, DeviceBinding, KdfMemory, Keychain, PartKey, PasskeyWrap, Passphrase, RecoveryKey, RootKey,
    Sealed, Secret, SetupCode, StoreKey, Wrapped,
};
use protocol::{Commit, ObjectId, ScopeId, State, Wraps};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use crate::record;
use crate::session::Error;
use crate::unlocked::{Revision, Scopes, place};

const MAGIC: &[u8; 8] = b"TACITBAK";
const WHAT: &str = "backup";
/// Bytes of the secret that leads to the file's store key.
const SECRET: usize = 32;

/// What opens a backup.
#[derive(Debug)]
pub enum Code<'a> {
    /// The recovery code alone.
    Recovery(&'a RecoveryKey),
    /// The setup code, and the passphrase that the vault had when the file was written, in form NFKC.
    Setup(&'a SetupCode, &'a Passphrase),
}

/// A backup file taken apart.
#[derive(Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) account: [u8; 16],
    pub(crate) device: [u8; 16],
    /// The epoch of the root key that the wraps hold.
    pub(crate) epoch: u32,
    pub(crate) by_backup: Vec<u8>,
    pub(crate) by_recovery: Vec<u8>,
    pub(crate) keys: KeysRow,
    pub(crate) account_log: Vec<CommitRow>,
    pub(crate) vault_log: Vec<CommitRow>,
}

/// A commit and the blobs of its puts, in their order.
#[derive(Serialize, Deserialize)]
pub(crate) struct CommitRow {
    pub(crate) commit: Vec<u8>,
    pub(crate) blobs: Vec<Vec<u8>>,
}

/// The keychain, under a store key, under a secret, under a part key, under the root of the account's log.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeysRow {
    object: [u8; 16],
    scope: [u8; 16],
    epoch: u32,
    wrap: Vec<u8>,
    secret: Vec<u8>,
    store_key: Vec<u8>,
    keychain: Vec<u8>,
}

impl File {
    pub(crate) fn write(&self) -> Result<Vec<u8>, Error> {
        Ok([&MAGIC[..], &record::encode(self)?].concat())
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        record::decode(bytes.strip_prefix(&MAGIC[..]).ok_or(Error::Damaged(WHAT))?, WHAT)
    }

    /// The root key, by either code of the kit.
    pub(crate) fn root_key(&self, code: &Code<'_>) -> Result<RootKey, Error> {
        let wrapped = |bytes: &[u8]| Wrapped::parse(bytes).map_err(|_| Error::Damaged(WHAT));
        let opened = match code {
            Code::Recovery(key) => key.unwrap(&wrapped(&self.by_recovery)?, self.epoch),
            Code::Setup(code, passphrase) => {
                let mut memory = KdfMemory::reserve(code.kdf).map_err(|_| Error::NoMemory)?;
                let key = AccountKey::derive(passphrase, &mut memory, &code.secret_key, code.account);
                key.backup_key().unwrap(&wrapped(&self.by_backup)?, self.epoch)
            }
        };
        opened.map_err(|_| Error::WrongCode)
    }

    /// The keychain of the device that wrote the file.
    pub(crate) fn keychain(&self, account: &State, root: &RootKey) -> Result<Keychain, Error> {
        let binding = DeviceBinding { account: self.account, device: self.device };
        self.keys.open(account, root, &binding).ok_or(Error::Damaged(WHAT))
    }
}

impl KeysRow {
    pub(crate) fn seal(
        account: &State,
        chain: &Keychain,
        binding: &DeviceBinding,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, Error> {
        let scopes = Scopes::open(account, &chain.root)?;
        let (store_key, output) = (StoreKey::generate(rng), Secret::<SECRET>::generate(rng));
        let (mut object, mut salt) = ([0; 16], [0; 32]);
        rng.fill_bytes(&mut object);
        rng.fill_bytes(&mut salt);
        let key = PartKey::generate(rng);
        let revision = revision(object);
        let secret = key.seal(&place(account.log(), &revision), output.expose(), rng);
        let wrap = scopes.wrap(account.root_scope(), &revision, &key, rng).ok_or(Error::Damaged(WHAT))?;
        let wrapped = store_key.wrap_with_passkey(salt, &[], &output, binding, rng);
        Ok(Self {
            object,
            scope: *wrap.scope.as_bytes(),
            epoch: wrap.epoch,
            wrap: wrap.key.as_bytes().to_vec(),
            secret: secret.map_err(|_| Error::TooMuch)?.into_bytes(),
            store_key: wrapped.map_err(|_| Error::TooMuch)?.to_bytes(),
            keychain: chain.seal(&store_key, binding, 0, rng).into_bytes(),
        })
    }

    fn open(&self, account: &State, root: &RootKey, binding: &DeviceBinding) -> Option<Keychain> {
        let scopes = Scopes::open(account, root).ok()?;
        let key = protocol::Wrapped::new(&self.wrap).ok()?;
        let wrap = protocol::Wrap { scope: ScopeId::new(self.scope), epoch: self.epoch, key };
        let revision = revision(self.object);
        let key = scopes.part_key(&revision, &Wraps::new(vec![wrap]).ok()?)?;
        let secret = Sealed::from_wire(self.secret.clone()).ok()?;
        let opened = key.open(&secret, &place(account.log(), &revision)).ok()?;
        let mut output = <[u8; SECRET]>::try_from(opened.as_bytes()).ok()?;
        let output = Secret::new(&mut output);
        let wrapped = PasskeyWrap::parse(&self.store_key).ok()?;
        let store_key = StoreKey::unwrap_with_passkey(&wrapped, &output, binding).ok()?;
        Keychain::open(&store_key, binding, 0, &Sealed::from_store(self.keychain.clone()).ok()?).ok()
    }
}

impl CommitRow {
    pub(crate) fn decode(&self) -> Result<Commit, Error> {
        Commit::decode(&self.commit).map_err(|error| match error {
            protocol::Undecodable::NeedsUpdate(_) => Error::NewerVersion,
            protocol::Undecodable::Malformed(_) => Error::Damaged(WHAT),
        })
    }
}

const fn revision(object: [u8; 16]) -> Revision {
    Revision { object: ObjectId::new(object), part: protocol::Part::Value, number: 1 }
}
