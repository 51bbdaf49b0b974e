//! Writing a backup, and opening one: a new device with the same account and the same logs.

use crypto::{
    AccountKey, DeviceBinding, DeviceKeys, KdfId, KdfMemory, Keychain, Passphrase, RootKey, StoreKey,
};
use protocol::{ActId, DeviceId, Entry, State, order};
use rand_core::CryptoRngCore;

use super::account::Account;
use super::create::{Made, store_new};
use super::found::{Author, device, draw, first_stamp, sign};
use super::keyring::{self, Kept};
use super::pack::Packs;
use super::rebuild::rebuild;
use super::remote::Connection;
use super::seal::{checkpoint, next_stamp};
use super::{Error, Keys, Session};
use crate::backup::{Code, CommitRow, File};
use crate::model::Timestamp;
use crate::port::{Span, Store};
use crate::unlocked::{Overviews, Roots, Saved, Vault, strict};

const WHAT: &str = "backup";
/// Parts read from the store at once.
const READ: usize = 512;
/// Bytes of lost blobs that keep their place, at most: a log that is not verified yet claims them.
const LOST: usize = 64 * 1024 * 1024;

impl<S: Store> Session<S> {
    /// Everything, as one file: it opens with the recovery code of the last kit, or with the setup code and the
    /// passphrase. What does not open here any more will not there either; the rest is whole.
    ///
    /// # Errors
    /// A stored commit is missing, or the store cannot.
    pub async fn backup(&mut self, rng: &mut impl CryptoRngCore) -> Result<Vec<u8>, Error> {
        self.refresh().await?;
        let chain = &self.keys.chain;
        let file = File {
            epoch: chain.root.epoch(),
            by_backup: chain.backup.wrap(&chain.root, rng).as_bytes().to_vec(),
            by_recovery: self.account.recovery.clone(),
            account_log: self.commit_rows(&self.account.commits).await?,
            vault_log: self.commit_rows(&self.vault.commits(0)).await?,
        };
        file.write()
    }

    /// Opens a backup in an empty store, as a new device with this passphrase in form NFKC.
    ///
    /// # Errors
    /// The code or the passphrase that goes with it is another's, the file is damaged, there is a vault already, no memory
    /// for the derivation, or the store cannot.
    pub async fn restore(
        store: S,
        file: &[u8],
        code: &Code<'_>,
        passphrase: &Passphrase,
        kdf: KdfId,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let file = File::read(file)?;
        let root = file.root_key(code)?;
        let mut memory = KdfMemory::reserve(kdf).map_err(|_| Error::NoMemory)?;
        let (device, id) = (DeviceKeys::generate(rng), DeviceId::new(draw(rng)));
        let recovery_key = match code {
            Code::Recovery(key) => Some(key.signing_key().public()),
            Code::Setup(..) => None,
        };
        let mut packs = Packs::new(0);
        let log = lay_out(&file.account_log, &mut packs)?;
        let account = fold(&log)?;
        let vault_log = lay_out(&file.vault_log, &mut packs)?;
        let blobs = file.vault_log.iter().map(|row| &row.blobs[..]);
        let vault = rebuild(vault_log.iter().zip(blobs), &Roots::open(&root, &account)?)?;
        let File { account_log: rows, by_recovery: recovery, .. } = file;
        let restoring =
            Restoring { rows, log, account, vault, packs, root, recovery, recovery_key, device, id, now };
        let made = restoring.make(None, passphrase, &mut memory, rng)?;
        store_new(store, made, passphrase, &mut memory, rng).await
    }

    pub(super) async fn commit_rows(&self, commits: &[(Span, Vec<Span>)]) -> Result<Vec<CommitRow>, Error> {
        let spans: Vec<Span> =
            commits.iter().flat_map(|(span, blobs)| std::iter::once(span).chain(blobs)).copied().collect();
        let mut parts = Vec::with_capacity(spans.len());
        for spans in spans.chunks(READ) {
            parts.extend(self.store.read(spans).await?);
        }
        let mut parts = parts.into_iter();
        let mut next = || parts.next().flatten();
        let row = |(_, blobs): &(Span, Vec<Span>)| {
            let commit = next().ok_or(Error::Damaged("packs"))?;
            CommitRow::new(commit, blobs.iter().map(|_| next().unwrap_or_default()).collect())
        };
        commits.iter().map(row).collect()
    }
}

impl Vault {
    /// Where every commit lies from `from` on, with the blobs of its puts in their order.
    pub(super) fn commits(&self, from: u64) -> Vec<(Span, Vec<Span>)> {
        let rows = self.history.rows();
        let rows = rows.iter().filter(|(.., it)| it.seq >= from);
        let mut blobs: Vec<_> = rows.map(|(.., it)| (it.seq, it.entry, it.span)).collect();
        order::sort_by_key(&mut blobs, |(seq, entry, _)| (*seq, *entry));
        let mut blobs = blobs.into_iter().peekable();
        let mut of = |commit: u64| {
            std::iter::from_fn(|| blobs.next_if(|(seq, ..)| *seq == commit)).map(|(.., span)| span).collect()
        };
        let rest = usize::try_from(from).ok().and_then(|from| self.log.get(from..)).unwrap_or_default();
        (from..).zip(rest).map(|(seq, logged)| (logged.span, of(seq))).collect()
    }
}

/// A backup, or what a relay has, that is being opened on a device.
pub(super) struct Restoring {
    /// The account's log, the same laid out, and where it leads.
    pub(super) rows: Vec<CommitRow>,
    pub(super) log: Vec<Saved>,
    pub(super) account: State,
    pub(super) vault: Vault,
    /// Where both logs lie.
    pub(super) packs: Packs,
    pub(super) root: RootKey,
    /// The root key under the recovery key, and what a recovery by that is verified with.
    pub(super) recovery: Vec<u8>,
    pub(super) recovery_key: Option<[u8; 32]>,
    pub(super) device: DeviceKeys,
    pub(super) id: DeviceId,
    pub(super) now: Timestamp,
}

impl Restoring {
    pub(super) fn make(
        self,
        connection: Option<Connection>,
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Made, Error> {
        let Self { rows, log, mut account, mut vault, mut packs, root, device, id, now, .. } = self;
        let chain = keychain(&rows, &account, (root, device), passphrase, memory)?;
        let author = Author { principal: account.log().principal(), device: id };
        let act = ActId::new(draw(rng));
        let joined = join(&vault.state, &chain, author, act, now, &mut packs)?;
        vault.absorb(&joined, &Overviews::new(), &strict)?;
        let joined = join(&account, &chain, author, act, now, &mut packs)?;
        account.accept(&joined.commit, &strict).map_err(|_| Error::Damaged(WHAT))?;
        let commits = log.into_iter().chain([joined]).map(|it| (it.span, it.blobs)).collect();
        let (packs, next_pack) = packs.finish();
        vault.next_pack = next_pack;
        let binding = DeviceBinding { account: *account.log().as_bytes(), device: *author.device.as_bytes() };
        let keys = Keys::new(StoreKey::generate(rng), binding, chain, vault.state.log());
        let (recovery, recovery_key) = (self.recovery, self.recovery_key);
        let account = Account { state: account, vault: vault.state.log(), recovery, recovery_key, commits };
        Ok(Made { keys, account, vault, packs, connection })
    }
}

/// The account's keys with those of this device.
fn keychain(
    rows: &[CommitRow],
    account: &State,
    (root, device): (RootKey, DeviceKeys),
    passphrase: &Passphrase,
    memory: &mut KdfMemory,
) -> Result<Keychain, Error> {
    let blobs = rows.iter().flat_map(|row| &row.blobs);
    let Kept { secret_key, identity, .. } = keyring::open(account, &Roots::open(&root, account)?, blobs)?;
    let id = *account.log().as_bytes();
    let backup = AccountKey::derive(passphrase, memory, &secret_key, id).backup_key();
    Ok(Keychain { device, identity, root, secret_key, backup })
}

pub(super) fn lay_out(rows: &[CommitRow], packs: &mut Packs) -> Result<Vec<Saved>, Error> {
    let mut room = LOST;
    let row = |row: &CommitRow| {
        let (commit, lengths) = row.decode()?;
        let span = packs.add(&row.commit).ok_or(Error::Damaged(WHAT))?;
        let blobs = row.blobs.iter().zip(lengths).map(|(blob, length)| add(packs, blob, length, &mut room));
        let blobs = blobs.collect::<Option<_>>().ok_or(Error::Damaged(WHAT))?;
        Ok(Saved { commit, span, blobs })
    };
    rows.iter().map(row).collect()
}

/// A blob that was lost keeps its place.
fn add(packs: &mut Packs, blob: &[u8], length: usize, room: &mut usize) -> Option<Span> {
    if !blob.is_empty() {
        return packs.add(blob);
    }
    *room = room.checked_sub(length)?;
    packs.keep(length)
}

/// Folds rows that are stored nowhere yet.
pub(super) fn fold_rows(rows: &[CommitRow]) -> Result<State, Error> {
    fold(&lay_out(rows, &mut Packs::new(0))?)
}

/// Folds a log from its first commit, every signature verified.
fn fold(log: &[Saved]) -> Result<State, Error> {
    let refused = |refusal| Error::of_refusal(refusal, WHAT);
    let (first, rest) = log.split_first().ok_or(Error::Damaged(WHAT))?;
    let mut state = State::found(&first.commit, &strict).map_err(refused)?;
    rest.iter().try_for_each(|saved| state.accept(&saved.commit, &strict)).map_err(refused)?;
    Ok(state)
}

/// The commit by which a device brings itself into a log.
fn join(
    state: &State,
    chain: &Keychain,
    author: Author,
    act: ActId,
    now: Timestamp,
    packs: &mut Packs,
) -> Result<Saved, Error> {
    let stamp = next_stamp(state, first_stamp(state.log(), author, act, now));
    let checkpoint = checkpoint(state);
    let entries: Vec<Entry> = checkpoint.into_iter().chain([Entry::Device(device(chain, author))]).collect();
    let commit = sign(chain, stamp, &entries)?;
    let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
    Ok(Saved { commit, span, blobs: Vec::new() })
}
