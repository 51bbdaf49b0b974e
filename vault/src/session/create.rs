//! A new account with an empty vault, on its first device.

use crypto::{
    AccountKey, DeviceBinding, DeviceKeys, Identity, KdfId, KdfMemory, Keychain, Passphrase, RecoveryKey,
    RootKey, SecretKey, StoreKey,
};
use protocol::{ActId, DeviceId, Entry, LogId, LogKind, State};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::account::Account;
use super::deadline::Deadline;
use super::found::{self, Author, Founding, draw, first_stamp};
use super::pack::Packs;
use super::remote::Connection;
use super::{Error, Keys, Session, keyring};
use crate::cache;
use crate::journal::Journal;
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Batch, Committed, Generation, Store};
use crate::record::{
    ACCOUNT, CONNECTION, DEVICE, KEYCHAIN, MANIFEST, PASSPHRASE, with_check, with_generation, write_device,
};
use crate::unlocked::{Logged, Saved, Scopes, Vault, strict};

/// The generation that a first batch makes.
const FIRST: Generation = Generation(1);

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
        let kit = Kit::new(&made.keys.chain, kdf, &recovery, None);
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
    let batch = made.batch(FIRST, passphrase, memory, rng)?;
    let Made { keys, account, vault, connection, .. } = made;
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
                lock: None,
                deadline: Deadline::default(),
                connection,
                reloads: 0,
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
    /// Where it came from a relay.
    pub(super) connection: Option<Connection>,
}

impl Made {
    pub(super) fn new(
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
        let account = AccountFounding { founding, chain: &chain, author, act, now };
        let account = account.found((vault.state.log(), &genesis), &recovery, &mut packs, rng)?;
        let (packs, next_pack) = packs.finish();
        let binding = DeviceBinding { account: *log.as_bytes(), device: *author.device.as_bytes() };
        let keys = Keys::new(StoreKey::generate(rng), binding, chain, vault.state.log());
        Ok((Self { keys, account, vault: Vault { next_pack, ..vault }, packs, connection: None }, recovery))
    }

    /// All of it, to be stored as that generation.
    pub(super) fn batch(
        &self,
        generation: Generation,
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Batch, Error> {
        let (keys, Generation(generation)) = (&self.keys, generation);
        let wrap = keys.store.wrap_with_passphrase(passphrase, memory, &keys.binding, rng);
        let chain = keys.chain.seal(&keys.store, &keys.binding, generation, rng);
        let (manifest, segments) = cache::seal_segments(&self.vault, &keys.vault, generation, rng)?;
        let connection =
            self.connection.as_ref().map(|it| it.seal(&keys.account, generation, rng)).transpose()?;
        let mut cells = vec![
            (DEVICE, Some(write_device(&keys.binding))),
            (PASSPHRASE, Some(with_check(wrap.to_bytes()))),
            (KEYCHAIN, Some(with_generation(generation, &chain))),
            (ACCOUNT, Some(self.account.seal(&keys.account, generation, rng)?)),
            (MANIFEST, Some(manifest)),
        ];
        cells.extend(connection.map(|cell| (CONNECTION, Some(cell))));
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
        vault: (LogId, &protocol::Hash),
        recovery: &RecoveryKey,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Account, Error> {
        let mut entries = self.founding.entries(self.chain, self.author, rng).ok_or(Error::TooMuch)?;
        let Founding { log, root, .. } = self.founding;
        let keyring = keyring::seal(log, root, self.chain, vault, self.now, rng)?;
        let (puts, blobs): (Vec<_>, Vec<_>) = keyring.into_iter().unzip();
        entries.extend(puts.into_iter().map(Entry::Put));
        let commit = found::sign(self.chain, first_stamp(log, self.author, self.act, self.now), &entries)?;
        let state = State::found(&commit, &strict).map_err(|_| Error::Damaged("account"))?;
        let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
        let blobs = blobs.iter().map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
        let recovery_key = Some(recovery.signing_key().public());
        let recovery = recovery.wrap(&self.chain.root, rng).as_bytes().to_vec();
        Ok(Account { state, vault: vault.0, recovery, recovery_key, commits: vec![(span, blobs)] })
    }
}
