//! A vault on another device, from a setup code, the passphrase and a relay.

use crypto::{AccountKey, DeviceKeys, KdfMemory, Passphrase, RootKey, SetupCode, Wrapped};
use protocol::message::{Admission, Answer, Bundle, Message, Route};
use protocol::opaque::Parties;
use protocol::{
    Commit, Credential, Device, DeviceId, Entry, Hash, Head, LogId, State, Undecodable, VerifyingKey,
};
use rand_core::CryptoRngCore;

use super::Connection;
use super::ask::{Asker, Relay, RemoteError, answer, ask_unsigned, introduction, wrong};
use super::credential::Anchor;
use super::first::{First, Way};
use super::history::Awaited;
use super::sign_in::{SignedIn, sign_in};
use super::sync::served;
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
        Self::enrol_paced(store, code, passphrase, relay, &mut Unpaced, rng, now).await
    }

    /// The same page by page, as `pace` has it.
    ///
    /// # Errors
    /// The same, and where `pace` calls it off.
    pub async fn enrol_paced<T: Transport>(
        store: S,
        code: &SetupCode,
        passphrase: &Passphrase,
        relay: &Relay<'_, T>,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Self, RemoteError> {
        let mut memory = KdfMemory::reserve(code.kdf).map_err(|_| Error::NoMemory)?;
        let key = AccountKey::derive(passphrase, &mut memory, &code.secret_key, code.account);
        let enrolling = Enrolling::admitted(relay, code, &key, rng).await?;
        let opened = enrolling.read(relay, &key, rng, now).await?;
        let mut packs = Packs::new(0);
        let log = lay_out(&opened.rows, &mut packs).map_err(served)?;
        let roots = Roots::open(&opened.root, &opened.state).map_err(served)?;
        let introduction = Some(introduction(&opened.entry));
        let asker = Asker { author: enrolling.author, keys: &enrolling.device, introduction };
        let mut way = Way { asker, relay, rng: &mut *rng, now };
        let First { vault, packs, lacking, .. } =
            First::fetch(&mut way, opened.vault, &roots, packs, pace).await?;
        let connection = Connection {
            origin: relay.origin.to_owned(),
            server_key: enrolling.signed_in.server_key,
            is_held: true,
            pending: None,
            anchors: [&opened.state, &vault.state].map(|state| Some(anchor(state.head()))),
            known: opened.state.devices().map(|(id, _)| *id.as_bytes()).collect(),
            told: now.0,
            awaited: if lacking > 0 { Awaited::before(vault.state.next_seq()) } else { Awaited::default() },
        };
        let Enrolling { device, author: Author { device: id, .. }, .. } = enrolling;
        let Opened { rows, state: account, root, recovery, recovery_key, .. } = opened;
        let recovery_key = Some(recovery_key);
        let restoring =
            Restoring { rows, log, account, vault, packs, root, recovery, recovery_key, device, id, now };
        let made = restoring.make(Some(connection), passphrase, &mut memory, rng).map_err(served)?;
        Ok(store_new(store, made, passphrase, &mut memory, rng).await?)
    }
}

const fn anchor(head: Head) -> Anchor {
    (head.seq, *head.hash.as_bytes())
}

/// A device that the relay lets read.
struct Enrolling {
    signed_in: SignedIn,
    device: DeviceKeys,
    author: Author,
}

impl Enrolling {
    async fn admitted<T: Transport>(
        relay: &Relay<'_, T>,
        code: &SetupCode,
        key: &AccountKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, RemoteError> {
        let account = LogId::new(code.account);
        let signed_in = sign_in(relay, account, &key.login_secret(relay.origin), rng).await?;
        let device = DeviceKeys::generate(rng);
        let author = Author { principal: account.principal(), device: DeviceId::new(draw(rng)) };
        let signing = VerifyingKey::new(device.public().signing);
        let parties = Parties::new(account, relay.origin);
        let session = &*signed_in.session_key;
        let tag = parties.enrolment_tag(session, signed_in.proof.attempt, author.device, &signing);
        let admission =
            Admission { proof: signed_in.proof, device: author.device, signing, tag: Message(tag) };
        let body = ask_unsigned(relay, Route::Admit(account), admission.encode()).await?;
        match answer(&body)? {
            Answer::Admitted => Ok(Self { signed_in, device, author }),
            other => Err(wrong(&other)),
        }
    }

    /// The account's log, opened by what the relay holds for signing in.
    async fn read<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        key: &AccountKey,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Opened, RemoteError> {
        let account = LogId::new(*self.author.principal.as_bytes());
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
        if !is_named || state.log() != account {
            return Err(RemoteError::Untrue);
        }
        let wrapped = Wrapped::parse(ark_wrap).map_err(|_| RemoteError::Untrue)?;
        let remote = key.remote_key(&self.signed_in.export_key, epoch);
        let root = remote.unwrap(&wrapped, named.ark_epoch).map_err(|_| RemoteError::Untrue)?;
        let roots = Roots::open(&root, &state).map_err(served)?;
        let blobs = || rows.iter().flat_map(|row| &row.blobs);
        let Kept { identity, .. } =
            keyring::open(&state, &roots, blobs()).map_err(|_| RemoteError::Untrue)?;
        let vault = keyring::vault(&state, &roots, blobs()).map_err(|_| RemoteError::Untrue)?;
        let entry = certified(&identity, &self.device, self.author);
        let (recovery, recovery_key) = (recovery_wrap.to_vec(), *named.recovery.as_bytes());
        Ok(Opened { rows, state, root, vault, entry, recovery, recovery_key })
    }
}

/// An account whose root key is at hand.
struct Opened {
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
