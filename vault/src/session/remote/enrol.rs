//! A vault on another device, from a setup code, the passphrase and a relay.

use crypto::{AccountKey, DeviceKeys, KdfMemory, Passphrase, RootKey, Seen, SetupCode, Wrapped};
use protocol::message::{Admission, Answer, Bundle, Message, Route};
use protocol::opaque::Parties;
use protocol::{
    Commit, Credential, Device, DeviceId, Entry, Hash, Head, LogId, State, Undecodable, VerifyingKey,
};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::Connection;
use super::ask::{Asker, Relay, RemoteError, answer, ask_unsigned, introduction, wrong};
use super::credential::Anchor;
use super::first::{First, Way};
use super::history::Awaited;
use super::seen::{Expected, expect_account, expect_key};
use super::sign_in::{SignedIn, sign_in};
use super::sync::{Side, served};
use crate::backup::CommitRow;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::create::store_new;
use crate::session::found::{Author, certified, draw};
use crate::session::keyring::{self, Kept};
use crate::session::pace::Unpaced;
use crate::session::pack::Packs;
use crate::session::restore::{Restoring, fold_rows, lay_out};
use crate::session::{Error, Pace, Session};
use crate::unlocked::Roots;

/// Bytes of a log at most that are held at once: more than the largest vault has.
pub(super) const MOST: usize = 1024 * 1024 * 1024;

impl<S: Store> Session<S> {
    /// Opens the account of a setup code in an empty store, as a new device with this passphrase, which is the account's, in
    /// form NFKC. Signs in at the relay, takes both logs from there, verified, with what is current in the vault, and brings the
    /// device into them. The vault's history comes with later syncs.
    ///
    /// # Errors
    /// Code or passphrase are none of an account there, the relay does not answer or is not true, there is a vault already, or
    /// the store cannot: then nothing is stored. A device that could not be brought into the logs yet is by [`Session::sync`].
    pub async fn enrol<T: Transport>(
        store: S,
        code: &SetupCode,
        passphrase: &Passphrase,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Self, RemoteError> {
        Self::enrol_paced(store, (code, None), passphrase, relay, &mut Unpaced, rng, now).await
    }

    /// The same page by page, as `pace` has it. Where the code was scanned, the relay is the one that its device saw, and has
    /// what it had there.
    ///
    /// # Errors
    /// The same, and where the relay is another or shows another log, or `pace` calls it off.
    pub async fn enrol_paced<T: Transport>(
        store: S,
        (code, seen): (&SetupCode, Option<&Seen>),
        passphrase: &Passphrase,
        relay: &Relay<'_, T>,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Self, RemoteError> {
        let mut memory = KdfMemory::reserve(code.kdf).map_err(|_| Error::NoMemory)?;
        let key = AccountKey::derive(passphrase, &mut memory, &code.secret_key, code.account);
        let newcomer = Newcomer::new(LogId::new(code.account), rng);
        let signed_in = newcomer.sign_in(relay, (&key, seen), rng).await?;
        let root = |held: &Held<'_>| {
            let wrapped = Wrapped::parse(held.ark_wrap).ok()?;
            key.remote_key(&signed_in.export_key, held.epoch).unwrap(&wrapped, held.ark_epoch).ok()
        };
        let opened = newcomer.read(relay, root, rng, now).await?;
        expect_account(seen, newcomer.account(), &opened.rows)?;
        let server_key = Some(signed_in.server_key);
        let here = Here { store, passphrase, memory: &mut memory, server_key, seen };
        newcomer.settle(opened, here, relay, pace, rng, now).await
    }
}

const fn anchor(head: Head) -> Anchor {
    (head.seq, *head.hash.as_bytes())
}

/// A device that is to come into an account.
pub(super) struct Newcomer {
    pub(super) device: DeviceKeys,
    pub(super) author: Author,
}

/// What a relay holds of an account, with the epoch of the root key in it, as the account's log names it.
pub(super) struct Held<'a> {
    pub(super) epoch: u32,
    pub(super) ark_epoch: u32,
    pub(super) ark_wrap: &'a [u8],
    pub(super) recovery_wrap: &'a [u8],
}

/// Where a vault settles: an empty store, and what opens it there.
pub(super) struct Here<'a, S> {
    pub(super) store: S,
    pub(super) passphrase: &'a Passphrase,
    pub(super) memory: &'a mut KdfMemory,
    /// The relay's key, where it showed it.
    pub(super) server_key: Option<[u8; 32]>,
    /// What another device saw of it.
    pub(super) seen: Option<&'a Seen>,
}

impl Newcomer {
    pub(super) fn new(account: LogId, rng: &mut impl CryptoRngCore) -> Self {
        let author = Author { principal: account.principal(), device: DeviceId::new(draw(rng)) };
        Self { device: DeviceKeys::generate(rng), author }
    }

    const fn account(&self) -> LogId {
        LogId::new(*self.author.principal.as_bytes())
    }

    /// Signs in, and has the relay admit this device.
    async fn sign_in<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        (key, seen): (&AccountKey, Option<&Seen>),
        rng: &mut impl CryptoRngCore,
    ) -> Result<SignedIn, RemoteError> {
        let account = self.account();
        let signed_in = sign_in(relay, account, &key.login_secret(relay.origin), rng).await?;
        expect_key(seen, &signed_in.server_key)?;
        let (device, signing) = (self.author.device, VerifyingKey::new(self.device.public().signing));
        let parties = Parties::new(account, relay.origin);
        let session = &*signed_in.session_key;
        let tag = parties.enrolment_tag(session, signed_in.proof.attempt, device, &signing);
        let admission = Admission { proof: signed_in.proof, device, signing, tag: Message(tag) };
        let body = ask_unsigned(relay, Route::Admit(account), admission.encode()).await?;
        match answer(&body)? {
            Answer::Admitted => Ok(signed_in),
            other => Err(wrong(&other)),
        }
    }

    /// The account's log, opened by the root key that `root` has of what the relay holds.
    pub(super) async fn read<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        root: impl FnOnce(&Held<'_>) -> Option<RootKey>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Opened, RemoteError> {
        let account = self.account();
        let asker = Asker { author: self.author, keys: &self.device, introduction: None };
        let held = asker.ask(relay, Route::Credential(account), Vec::new(), rng, now).await?;
        let (epoch, ark_wrap, recovery_wrap) = match answer(&held)? {
            Answer::Credential { epoch, ark_wrap, recovery_wrap } => (epoch, ark_wrap, recovery_wrap),
            other => return Err(wrong(&other)),
        };
        let rows = pull_all(&asker, relay, (account, 0), rng, now).await?;
        let state = fold_rows(&rows).map_err(served)?;
        let named = credential(&rows, epoch)?.ok_or(RemoteError::Untrue)?;
        let is_named = named.ark_wrap == Hash::of_ark_wrap(ark_wrap)
            && named.recovery_wrap == Hash::of_ark_wrap(recovery_wrap);
        if !is_named && !weakness::has(Weakness::NamedWraps) || state.log() != account {
            return Err(RemoteError::Untrue);
        }
        let held = Held { epoch, ark_epoch: named.ark_epoch, ark_wrap, recovery_wrap };
        let root = root(&held).ok_or(RemoteError::Untrue)?;
        let roots = Roots::open(&root, &state).map_err(served)?;
        let blobs = || rows.iter().flat_map(|row| &row.blobs);
        let Kept { identity, .. } =
            keyring::open(&state, &roots, blobs()).map_err(|_| RemoteError::Untrue)?;
        let vault = keyring::vault(&state, &roots, blobs()).map_err(|_| RemoteError::Untrue)?;
        let entry = certified(&identity, &self.device, self.author);
        let (recovery, recovery_key) = (recovery_wrap.to_vec(), *named.recovery.as_bytes());
        Ok(Opened { rows, state, root, vault, entry, recovery, recovery_key, epoch })
    }

    /// Takes the vault from the relay, with what is current in it, and stores all of it as this device.
    pub(super) async fn settle<S: Store, T: Transport>(
        self,
        opened: Opened,
        here: Here<'_, S>,
        relay: &Relay<'_, T>,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Session<S>, RemoteError> {
        let Here { store, passphrase, memory, server_key, seen } = here;
        let mut packs = Packs::new(0);
        let log = lay_out(&opened.rows, &mut packs).map_err(served)?;
        let roots = Roots::open(&opened.root, &opened.state).map_err(served)?;
        let introduction = Some(introduction(&opened.entry));
        let asker = Asker { author: self.author, keys: &self.device, introduction };
        let expected = Expected::of(seen, Side::Vault);
        let mut way = Way { asker, relay, rng: &mut *rng, now };
        let First { vault, packs, lacking, .. } =
            First::fetch(&mut way, (opened.vault, expected), &roots, packs, pace).await?;
        let connection = Connection {
            origin: relay.origin.to_owned(),
            server_key,
            is_held: true,
            pending: None,
            anchors: [&opened.state, &vault.state].map(|state| Some(anchor(state.head()))),
            known: opened.state.devices().map(|(id, _)| *id.as_bytes()).collect(),
            told: now.0,
            awaited: if lacking > 0 { Awaited::before(vault.state.next_seq()) } else { Awaited::default() },
            together: Some(now.0),
            quarantine: None,
            left: None,
            next: None,
            looked: 0,
            is_copied: false,
            epoch: opened.epoch,
            is_dropped: false,
        };
        let Self { device, author: Author { device: id, .. } } = self;
        let Opened { rows, state: account, root, recovery, recovery_key, .. } = opened;
        let recovery_key = Some(recovery_key);
        let restoring =
            Restoring { rows, log, account, vault, packs, root, recovery, recovery_key, device, id, now };
        let made = restoring.make(Some(connection), passphrase, memory, rng).map_err(served)?;
        Ok(store_new(store, made, passphrase, memory, rng).await?)
    }
}

/// An account whose root key is at hand.
pub(super) struct Opened {
    /// Its log.
    rows: Vec<CommitRow>,
    /// Where that leads.
    state: State,
    root: RootKey,
    /// The vault's log, and the first commit there.
    vault: (LogId, Hash),
    /// This device, certified.
    entry: Device,
    /// The root key under the recovery key, and what a recovery is verified with.
    recovery: Vec<u8>,
    recovery_key: [u8; 32],
    /// The epoch of the credential that the passphrase is of; 0 where it is of none yet.
    pub(super) epoch: u32,
}

/// All of a log from a place on, page by page.
pub(super) async fn pull_all<T: Transport>(
    asker: &Asker<'_>,
    relay: &Relay<'_, T>,
    (log, from): (LogId, u64),
    rng: &mut impl CryptoRngCore,
    now: Timestamp,
) -> Result<Vec<CommitRow>, RemoteError> {
    let mut rows: Vec<CommitRow> = Vec::new();
    let (mut chain, mut bytes, mut last) = (None::<Hash>, 0, None::<u64>);
    loop {
        let next = from + rows.len() as u64;
        let route = Route::Pull { log, from: next };
        let body = asker.ask(relay, route, Vec::new(), rng, now).await?;
        match answer(&body)? {
            Answer::Pulled { head, bundles } => {
                // What comes later than the first page knew of comes with the next sync.
                let last = *last.get_or_insert(head.seq);
                if next > last {
                    return Ok(rows);
                }
                if bundles.is_empty() {
                    return Err(RemoteError::Untrue);
                }
                for (seq, bundle) in (next..).zip(&bundles) {
                    chain = Some(continued(bundle, (log, seq), chain)?);
                    bytes += bundle.commit.len() + bundle.blobs.iter().map(|blob| blob.len()).sum::<usize>();
                }
                if bytes > MOST {
                    return Err(RemoteError::Untrue);
                }
                rows.extend(bundles.iter().map(row));
                if from + rows.len() as u64 > last {
                    return Ok(rows);
                }
            }
            other => return Err(wrong(&other)),
        }
    }
}

/// The hash of a served commit, if it is the one at that place behind the one before. A relay that makes a log up is stopped
/// before it fills the memory; signatures are verified with the whole.
fn continued(
    bundle: &Bundle<'_>,
    (log, seq): (LogId, u64),
    before: Option<Hash>,
) -> Result<Hash, RemoteError> {
    let commit = decoded(bundle.commit)?;
    let stamp = commit.stamp();
    let is_next = stamp.log == log && stamp.seq == seq && before.is_none_or(|hash| stamp.prev == hash);
    if is_next { Ok(commit.hash()) } else { Err(RemoteError::Untrue) }
}

/// A served commit.
pub(super) fn decoded(bytes: &[u8]) -> Result<Commit, RemoteError> {
    Commit::decode(bytes).map_err(|reason| match reason {
        Undecodable::NeedsUpdate(_) => RemoteError::NeedsUpdate,
        Undecodable::Malformed(_) => RemoteError::Untrue,
    })
}

pub(super) fn row(bundle: &Bundle<'_>) -> CommitRow {
    CommitRow {
        commit: bundle.commit.to_vec(),
        blobs: bundle.blobs.iter().map(|blob| blob.to_vec()).collect(),
    }
}

/// The `credential` entry of that epoch in a log that was folded.
fn credential(log: &[CommitRow], epoch: u32) -> Result<Option<Credential>, RemoteError> {
    for row in log {
        let commit = Commit::decode(&row.commit).map_err(|_| RemoteError::Untrue)?;
        for entry in commit.entries().map_err(|_| RemoteError::Untrue)? {
            if let Entry::Credential(credential) = entry
                && credential.epoch == epoch
            {
                return Ok(Some(credential));
            }
        }
    }
    Ok(None)
}
