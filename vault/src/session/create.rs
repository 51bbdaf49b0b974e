//! A new account with an empty vault, on its first device.

use crypto::{
    AccountKey, DeviceBinding, DeviceKeys, Identity, KdfId, KdfMemory, Keychain, PartKey, Passphrase,
    RecoveryKey, RootKey, SecretKey, StoreKey,
};
use protocol::{
    ActId, DeviceId, Entry, Field, Fields, LogId, LogKind, ObjectId, ObjectKind, Part, Put, State, Wraps,
};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::account::Account;
use super::found::{self, Author, Founding, draw, first_stamp};
use super::pack::Packs;
use super::{Error, Keys, Session};
use crate::cache;
use crate::journal::Journal;
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Batch, Committed, Store};
use crate::record::{ACCOUNT, DEVICE, KEYCHAIN, MANIFEST, PASSPHRASE, with_generation, write_device};
use crate::unlocked::{Logged, Revision, Saved, Scopes, Vault, place, strict};

/// The generation that a first batch makes.
const FIRST: u64 = 1;

impl<S: Store> Session<S> {
    /// Makes a vault in an empty store. Takes the passphrase in form NFKC; derives two keys from it.
    ///
    /// # Errors
    /// There is a vault already, no memory for the derivation, or the store cannot.
    pub async fn create(
        store: S,
        passphrase: &Passphrase,
        kdf: KdfId,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Self, Kit), Error> {
        let mut memory = KdfMemory::reserve(kdf).map_err(|_| Error::NoMemory)?;
        let (made, recovery) = Made::new(passphrase, &mut memory, rng, now)?;
        let kit = Kit::new(&made.keys.chain, made.keys.binding.account, kdf, &recovery);
        Ok((store_new(store, made, passphrase, &mut memory, rng).await?, kit))
    }
}

/// Stores a new vault, if there is none.
pub(super) async fn store_new<S: Store>(
    store: S,
    made: Made,
    passphrase: &Passphrase,
    memory: &mut KdfMemory,
    rng: &mut impl CryptoRngCore,
) -> Result<Session<S>, Error> {
    let batch = made.batch(passphrase, memory, rng)?;
    let Made { keys, account, vault, .. } = made;
    match store.commit(batch).await? {
        Committed::Stale => Err(Error::VaultExists),
        Committed::Stored(generation) => {
            let (settings, journal) = (Zeroizing::default(), Journal::default());
            Ok(Session {
                store,
                keys,
                account,
                vault,
                generation,
                tail: 0,
                is_ahead: false,
                settings,
                journal,
            })
        }
    }
}

/// Everything of a new vault, before it is stored.
pub(super) struct Made {
    pub(super) keys: Keys,
    pub(super) account: Account,
    pub(super) vault: Vault,
    pub(super) packs: Vec<(u64, Vec<u8>)>,
}

impl Made {
    fn new(
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Self, RecoveryKey), Error> {
        let identity = Identity::generate(1, rng);
        let (nonce, log) = found::draw_log(LogKind::Account, identity.public().signing, rng);
        let account = *log.as_bytes();
        let chain = keychain(identity, account, passphrase, memory, rng);
        let author = Author { principal: log.principal(), device: DeviceId::new(draw(rng)) };
        let mut packs = Packs::new(0);
        let act = ActId::new(draw(rng));
        let (vault, genesis) = found_vault(&chain, author, act, now, &mut packs, rng)?;
        let recovery = RecoveryKey::generate(account, rng);
        let founding = Founding::new(LogKind::Account, nonce, &chain, author.principal, rng);
        let keyring = [vault_record(vault.state.log(), &genesis, now), secret_key_record(now)];
        let account = AccountFounding { founding, chain: &chain, author, act, now };
        let account = account.found(keyring, &vault, &recovery, &mut packs, rng)?;
        let (packs, next_pack) = packs.finish();
        let binding = DeviceBinding { account: *log.as_bytes(), device: *author.device.as_bytes() };
        let keys = Keys::new(StoreKey::generate(rng), binding, chain, vault.state.log());
        Ok((Self { keys, account, vault: Vault { next_pack, ..vault }, packs }, recovery))
    }

    fn batch(
        &self,
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Batch, Error> {
        let keys = &self.keys;
        let wrap = keys.store.wrap_with_passphrase(passphrase, memory, &keys.binding, rng);
        let chain = keys.chain.seal(&keys.store, &keys.binding, FIRST, rng);
        let (manifest, segments) = cache::seal_segments(&self.vault, &keys.vault, FIRST, rng)?;
        let cells = vec![
            (DEVICE, Some(write_device(&keys.binding))),
            (PASSPHRASE, Some(wrap.to_bytes())),
            (KEYCHAIN, Some(with_generation(FIRST, &chain))),
            (ACCOUNT, Some(self.account.seal(&keys.account, FIRST, rng)?)),
            (MANIFEST, Some(manifest)),
        ];
        Ok(Batch { cells, segments: Some(segments), packs: self.packs.clone(), ..Batch::default() })
    }
}

fn keychain(
    identity: Identity,
    account: [u8; 16],
    passphrase: &Passphrase,
    memory: &mut KdfMemory,
    rng: &mut impl CryptoRngCore,
) -> Keychain {
    let secret_key = SecretKey::generate(rng);
    let backup = AccountKey::derive(passphrase, memory, &secret_key, account).backup_key();
    let root = RootKey::generate(account, 1, rng);
    Keychain { device: DeviceKeys::generate(rng), identity, root, secret_key, backup }
}

/// Founds the vault's log: the vault, and the hash of its first commit.
fn found_vault(
    chain: &Keychain,
    author: Author,
    act: ActId,
    now: Timestamp,
    packs: &mut Packs,
    rng: &mut impl CryptoRngCore,
) -> Result<(Vault, protocol::Hash), Error> {
    let (nonce, _) = found::draw_log(LogKind::Vault, chain.identity.public().signing, rng);
    let founding = Founding::new(LogKind::Vault, nonce, chain, author.principal, rng);
    let entries = founding.entries(chain, author, rng).ok_or(Error::TooMuch)?;
    let commit = found::sign(chain, first_stamp(founding.log, author, act, now), &entries)?;
    let state = State::found(&commit, &strict).map_err(|_| Error::Damaged("log"))?;
    let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
    let hash = commit.hash();
    let logged = Logged::of(&Saved { commit, span, blobs: Vec::new() });
    Ok((Vault::founded(state, Scopes::of_root(founding.root), logged, 0), hash))
}

/// An object of the keyring before it is sealed: its overview, and its value where it has one.
struct Keyring {
    overview: Fields,
    has_value: bool,
}

fn vault_record(vault: LogId, genesis: &protocol::Hash, now: Timestamp) -> Keyring {
    let mut overview = keyring_fields(ObjectKind::Vault, now);
    overview.set(Field::Log.number(), vault.as_bytes().to_vec());
    overview.set(Field::Genesis.number(), genesis.as_bytes().to_vec());
    Keyring { overview, has_value: false }
}

fn secret_key_record(now: Timestamp) -> Keyring {
    Keyring { overview: keyring_fields(ObjectKind::SecretKey, now), has_value: true }
}

fn keyring_fields(kind: ObjectKind, now: Timestamp) -> Fields {
    let mut fields = Fields::new();
    fields.set(Field::Kind.number(), vec![kind.number()]);
    #[expect(clippy::expect_used, reason = "a number encodes")]
    fields.set(Field::Created.number(), postcard::to_allocvec(&now.0).expect("a number encodes"));
    fields
}

struct AccountFounding<'a> {
    founding: Founding,
    chain: &'a Keychain,
    author: Author,
    act: ActId,
    now: Timestamp,
}

impl AccountFounding<'_> {
    fn found(
        self,
        keyring: [Keyring; 2],
        vault: &Vault,
        recovery: &RecoveryKey,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Account, Error> {
        let mut entries = self.founding.entries(self.chain, self.author, rng).ok_or(Error::TooMuch)?;
        let log = self.founding.log;
        let root = self.founding.root.at().scope;
        let scopes = Scopes::of_root(self.founding.root);
        let mut blobs = Vec::new();
        for object in keyring {
            let id = ObjectId::new(draw(rng));
            let value = object.has_value.then(|| value_fields(self.chain));
            let parts = [(Part::Overview, Some(object.overview)), (Part::Value, value)];
            for (part, fields) in parts {
                let Some(fields) = fields else { continue };
                let revision = Revision { object: id, part, number: 1 };
                let (put, blob) = seal_keyring(log, &scopes, root, &revision, &fields, rng)?;
                entries.push(Entry::Put(put));
                blobs.push(blob);
            }
        }
        let commit = found::sign(self.chain, first_stamp(log, self.author, self.act, self.now), &entries)?;
        let state = State::found(&commit, &strict).map_err(|_| Error::Damaged("account"))?;
        let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
        let blobs = blobs.iter().map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
        let recovery = recovery.wrap(&self.chain.root, rng).as_bytes().to_vec();
        Ok(Account { state, vault: vault.state.log(), recovery, commits: vec![(span, blobs)] })
    }
}

/// The Secret Key as a value part: its 16 bytes behind their length.
fn value_fields(chain: &Keychain) -> Fields {
    let mut fields = Fields::new();
    let secret = chain.secret_key.secret().expose();
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len() + 1));
    bytes.push(16);
    bytes.extend(secret);
    fields.set(Field::Value.number(), bytes);
    fields
}

fn seal_keyring(
    log: LogId,
    scopes: &Scopes,
    root: [u8; 16],
    revision: &Revision,
    fields: &Fields,
    rng: &mut impl CryptoRngCore,
) -> Result<(Put, Vec<u8>), Error> {
    let key = PartKey::generate(rng);
    let plaintext = fields.encode().map_err(|_| Error::TooMuch)?;
    let sealed = key.seal(&place(log, revision), &plaintext, rng).map_err(|_| Error::TooMuch)?;
    let wrap = scopes.wrap(protocol::ScopeId::new(root), revision, &key, rng).ok_or(Error::TooMuch)?;
    let wraps = Wraps::new(vec![wrap]).map_err(|_| Error::TooMuch)?;
    super::seal::put(revision, wraps, sealed)
}
