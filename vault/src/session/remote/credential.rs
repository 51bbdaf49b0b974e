//! What a relay lets an account sign in with, and how another takes its place.
//!
//! A credential takes effect in one transaction of the relay. The commit that names it and what is sent for it are stored
//! before, with all that changes here once it is acknowledged; it is sent again, byte for byte, until it is answered. So
//! wherever a session ends in between, the old credential or the new one is in force, and this device opens with either.

use crypto::{AccountKey, LocalKey, LocalKind, LoginSecret};
use protocol::message::{Answer, Bundle, Message, NewCredential, Route};
use protocol::opaque::Parties;
use protocol::{ActId, Attempt, Commit, Credential, Entry, Hash, LogId, State, VerifyingKey};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};
use weakness::Weakness;

use super::ask::{Relay, RemoteError, answer, wrong};
use super::history::Awaited;
use super::quarantine::Quarantine;
use super::renewal::{Renewal, Written};
use super::sign_in::{Registered, Registration, registering, sign_in};
use super::sync::{Side, Synced};
use crate::model::Timestamp;
use crate::port::{Store, Stored, Transport};
use crate::record::{self, ACCOUNT, CONNECTION, KEYCHAIN, NEXT_KEYCHAIN, NEXT_PASSPHRASE, PASSPHRASE};
use crate::session::act::{ATTEMPTS, LaidOut};
use crate::session::found::{draw, first_stamp, sign};
use crate::session::pack::Packs;
use crate::session::passphrase::{Cell, Cells};
use crate::session::restore::fold_rows;
use crate::session::seal::{checkpoint, next_stamp};
use crate::session::{Error, Session};
use crate::unlocked::{Overviews, Saved};

const WHAT: &str = "connection";
/// Told apart from the account's state and the settings, which are of the same kind in the same log.
const NUMBER: u32 = 2;

/// The relay that a vault is connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) origin: String,
    /// The relay's key of OPAQUE, as it was when this device first saw it.
    pub(crate) server_key: Option<[u8; 32]>,
    /// Whether it ever acknowledged a credential, or let this device in by one.
    pub(crate) is_held: bool,
    pub(crate) pending: Option<Pending>,
    /// The highest heads that the relay acknowledged or served and this device took in: of the account's log, and of the
    /// vault's. What the relay tells of what is before them is not believed.
    pub(crate) anchors: [Option<Anchor>; 2],
    /// The devices of the account that a person was shown here.
    pub(crate) known: Vec<[u8; 16]>,
    /// When this device last told the others that it is there.
    pub(crate) told: u64,
    /// What of the vault's history may not be here.
    pub(crate) awaited: Awaited,
    /// When the logs were together last, in milliseconds since 1970.
    pub(crate) together: Option<u64>,
    /// What is kept of a relay whose log is not the one it was.
    pub(crate) quarantine: Option<Quarantine>,
    /// The vault's head that the account's log told of when this device took another branch.
    pub(crate) left: Option<Anchor>,
    /// What the relay that the account is to go to gets, once it goes.
    pub(crate) next: Option<Pending>,
    /// How many commits of the account's log were looked at for the relay that it is at.
    pub(crate) looked: u64,
    /// Whether a copy of this device's store wrote as this device, and no person was told.
    pub(crate) is_copied: bool,
    /// The epoch of the credential that this device's passphrase signs in by, as far as is known: 0 where it does not.
    pub(crate) epoch: u32,
    /// Whether a credential was over before the relay took it, and no person was told.
    pub(crate) is_dropped: bool,
}

/// A credential that was not acknowledged yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// The request that brings it.
    pub(crate) body: Vec<u8>,
    /// The recovery that it names, where that is another than the account's so far.
    recovery: Option<Recovery>,
}

/// The account's root key under a recovery key, and what a recovery by that key is verified with.
pub(crate) type Recovery = (Vec<u8>, [u8; 32]);

/// A place in a log, and the hash of the commit there.
pub(crate) type Anchor = (u64, [u8; 32]);

/// A credential in the making.
pub(super) struct Replacement<'a> {
    /// What the relay's credential is by, if it holds one.
    pub(super) held: &'a AccountKey,
    /// What the new one is by.
    pub(super) new: &'a AccountKey,
    pub(super) recovery: Option<Recovery>,
    /// Where the account's keys change with it.
    pub(super) renewal: Option<&'a Renewal>,
    /// Whether a person was told that the relay's own key is another from now on.
    pub(super) is_other_key: bool,
}

/// How a credential that was pending ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It is in force.
    Taken,
    /// It is none, and whether a person waits for that answer.
    Over { is_awaited: bool },
}

/// Whether the relay keeps nothing of a credential that is answered so, now and later.
const fn is_over(error: &RemoteError) -> bool {
    matches!(
        error,
        RemoteError::Expired | RemoteError::Full | RemoteError::Refused | RemoteError::NeedsUpdate
    )
}

/// The epoch of the credential that a commit names; 0 if it names none.
fn epoch(commit: &Commit) -> u32 {
    let entries = commit.entries().unwrap_or_default();
    entries
        .iter()
        .find_map(|entry| if let Entry::Credential(it) = entry { Some(it.epoch) } else { None })
        .unwrap_or(0)
}

impl Pending {
    /// The commit that it brings.
    fn commit(&self) -> Option<Commit> {
        let credential = NewCredential::decode(&self.body).ok()?;
        Commit::decode(credential.bundle.commit).ok()
    }

    /// Whether it brings that commit.
    pub(super) fn brings(&self, commit: &[u8]) -> bool {
        NewCredential::decode(&self.body).is_ok_and(|credential| credential.bundle.commit == commit)
    }

    /// The hash of the commit that it brings, if that renews the account's keys.
    fn renewal(&self) -> Option<Hash> {
        let commit = self.commit()?;
        let renews = commit.entries().ok()?.iter().any(|entry| matches!(entry, Entry::ArkGrant(_)));
        renews.then(|| commit.hash())
    }
}

impl Connection {
    pub(crate) fn seal(
        &self,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, Error> {
        record::seal(key, LocalKind::State, NUMBER, generation, &record::encode(self)?, rng)
    }

    /// Moves the anchor on; never back.
    pub(super) fn advance(&mut self, side: Side, anchor: Anchor) {
        let held = &mut self.anchors[side as usize];
        if held.is_none_or(|(seq, _)| seq < anchor.0) {
            *held = Some(anchor);
        }
    }

    pub(crate) fn open(stored: &Stored, key: &LocalKey) -> Result<Option<Self>, Error> {
        let Some(bytes) = stored.cells.get(&CONNECTION) else { return Ok(None) };
        let opened = record::open(key, LocalKind::State, NUMBER, bytes, WHAT)?;
        record::decode(opened.as_bytes(), WHAT).map(Some)
    }
}

impl<S: Store> Session<S> {
    /// Puts a credential in the place of the one that the relay holds, if any. `cells` are stored with what is to be sent. What is
    /// by a passphrase comes after [`Session::expect_passphrase`].
    pub(super) async fn replace_credential<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        replacement: &Replacement<'_>,
        cells: &Cells,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let secrets = [replacement.held, replacement.new].map(|key| key.login_secret(relay.origin));
        let registered = self.register(relay, &secrets, replacement.is_other_key, rng, now).await;
        if registered.as_ref().err() == Some(&RemoteError::WrongCode) {
            return Err(self.is_refused(rng).await?);
        }
        let (attempt, registered) = registered?;
        for _ in 0..ATTEMPTS {
            let written = if self.expect_key(relay.origin, &registered.server_key).is_err() {
                // The other devices go by what the account's log says of it.
                self.say_at(relay.origin, &registered.server_key, rng, now).await?
            } else if self.connected() == Some(relay.origin) {
                self.renew(replacement.renewal, rng, now).await?
            } else {
                self.say_connected(relay.origin, &registered.server_key, rng, now).await?
            };
            let blobs = written.1.clone();
            let (pending, commit) =
                self.name_credential(replacement, (attempt, &registered), written, rng, now)?;
            let known = self.connection.clone().filter(|connection| connection.origin == relay.origin);
            let connection = Connection {
                origin: relay.origin.to_owned(),
                server_key: Some(registered.server_key),
                is_held: known.as_ref().is_some_and(|known| known.is_held),
                pending: Some(pending),
                anchors: known.as_ref().map_or([None; 2], |known| known.anchors),
                known: known.as_ref().map_or_else(|| self.device_ids(), |known| known.known.clone()),
                told: known.as_ref().map_or(0, |known| known.told),
                awaited: self.connection.as_ref().map(|it| it.awaited).unwrap_or_default(),
                together: known.as_ref().and_then(|known| known.together),
                quarantine: None,
                left: known.as_ref().and_then(|known| known.left),
                next: None,
                looked: 0,
                is_copied: self.connection.as_ref().is_some_and(|it| it.is_copied),
                epoch: known.as_ref().map_or(0, |known| known.epoch),
                is_dropped: false,
            };
            if self.store_pending((commit, &blobs), connection, cells.clone(), rng).await? {
                return self.settle(relay, true, rng, now).await;
            }
            self.reload().await?;
            if self.connection.as_ref().is_some_and(|connection| connection.pending.is_some()) {
                // Another session of this store began one: it is settled before another is.
                return Err(Error::Contended.into());
            }
        }
        Err(Error::Contended.into())
    }

    /// Registers at the relay; with a sign-in before, where it has a credential of this account.
    pub(super) async fn register<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        [held, new]: &[LoginSecret; 2],
        is_other_key: bool,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Attempt, Registered), RemoteError> {
        let expect_key =
            |key: &[u8; 32]| if is_other_key { Ok(()) } else { self.expect_key(relay.origin, key) };
        let account = LogId::new(self.keys.binding.account);
        let parties = Parties::new(account, relay.origin);
        let (mut registration, body) = Registration::start(new, None, rng)?;
        let mut body = self.asker().ask(relay, Route::Register(account), body, rng, now).await?;
        if answer(&body)? == Answer::Expired {
            let signed_in = sign_in(relay, account, held, rng).await?;
            expect_key(&signed_in.server_key)?;
            let (again, request) = Registration::start(new, Some(signed_in.proof), rng)?;
            registration = again;
            body = self.asker().ask(relay, Route::Register(account), request, rng, now).await?;
        }
        let (attempt, response) = registering(&body)?;
        let registered = registration.finish(&response, &parties, rng)?;
        expect_key(&registered.server_key)?;
        Ok((attempt, registered))
    }

    /// A relay that this vault knows has the key that it had.
    pub(super) fn expect_key(&self, origin: &str, key: &[u8; 32]) -> Result<(), RemoteError> {
        let known = self.connection.as_ref().filter(|connection| connection.origin == origin);
        match known {
            Some(Connection { server_key: Some(known), .. })
                if known != key && !weakness::has(Weakness::ServerKey) =>
            {
                Err(RemoteError::OtherRelay)
            }
            _ => Ok(()),
        }
    }

    /// The request that brings a credential, and the commit in it that names it.
    pub(super) fn name_credential(
        &self,
        replacement: &Replacement<'_>,
        (attempt, registered): (Attempt, &Registered),
        (entries, blobs): Written,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Pending, Commit), Error> {
        let (state, chain) = (&self.account.state, &self.keys.chain);
        let root = replacement.renewal.map_or(&chain.root, |renewal| &renewal.keys.root);
        let last = state.account().and_then(|account| account.credential.as_ref());
        let epoch = last.map_or(0, |last| last.epoch).checked_add(1).ok_or(Error::TooMuch)?;
        let key = replacement.new.remote_key(&registered.export_key, epoch);
        let ark_wrap = key.wrap(root, rng);
        let recovery = replacement.recovery.clone();
        let known = || Some((self.account.recovery.clone(), self.account.recovery_key?));
        let (recovery_wrap, recovery_key) = recovery.clone().or_else(known).ok_or(Error::NeedsKit)?;
        let credential = Credential {
            epoch,
            ark_epoch: root.epoch(),
            record: Hash::of_record(&registered.record),
            ark_wrap: Hash::of_ark_wrap(ark_wrap.as_bytes()),
            recovery_wrap: Hash::of_ark_wrap(&recovery_wrap),
            recovery: VerifyingKey::new(recovery_key),
        };
        let first = first_stamp(state.log(), self.author(), ActId::new(draw(rng)), now);
        let tells = matches!(entries.first(), Some(Entry::Checkpoint(_)));
        let due = checkpoint(state).filter(|_| !tells).into_iter();
        let entries: Vec<Entry> = due.chain(entries).chain([Entry::Credential(credential)]).collect();
        let commit = sign(chain, next_stamp(state, first), &entries)?;
        let bytes = commit.encode();
        let body = NewCredential {
            attempt,
            record: Message(registered.record),
            ark_wrap: ark_wrap.as_bytes(),
            recovery_wrap: &recovery_wrap,
            bundle: Bundle { commit: &bytes, blobs: blobs.iter().map(Vec::as_slice).collect() },
        };
        Ok((Pending { body: body.encode(), recovery }, commit))
    }

    /// What the account's log says of a renewal of its keys, if there is one.
    async fn renew(
        &self,
        renewal: Option<&Renewal>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Written, Error> {
        let Some(renewal) = renewal else { return Ok(Written::default()) };
        let rows = self.commit_rows(&self.account.commits).await?;
        let blobs = rows.iter().flat_map(|row| &row.blobs);
        renewal.entries(&self.account.state, &self.keys.chain, self.author(), blobs, now, rng)
    }

    /// Stores the commit and what is to be sent, in one; `false` if another session was faster.
    pub(super) async fn store_pending(
        &mut self,
        (commit, blobs): (Commit, &[Vec<u8>]),
        connection: Connection,
        mut cells: Cells,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        self.is_ahead = true;
        let mut packs = Packs::new(self.vault.next_pack);
        let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
        let blobs = blobs.iter().map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
        let saved = Saved { commit, span, blobs };
        self.account.absorb(&[saved]).map_err(|_| Error::Damaged("account"))?;
        self.connection = Some(connection);
        cells.push(self.connection_cell(rng)?);
        self.store_account(packs, cells, rng).await
    }

    /// The connection as it is, for the next write.
    pub(super) fn connection_cell(&self, rng: &mut impl CryptoRngCore) -> Result<Cell, Error> {
        let (key, generation) = (&self.keys.account, self.generation.0 + 1);
        let sealed = self.connection.as_ref().map(|connection| connection.seal(key, generation, rng));
        Ok((CONNECTION, sealed.transpose()?))
    }

    /// Stores what the account's log at hand has taken in, and cells with it; `false` if another session was faster.
    pub(super) async fn store_account(
        &mut self,
        packs: Packs,
        cells: Cells,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        let mut batch = self.batch(LaidOut { saves: Vec::new(), packs }, &Overviews::new(), rng)?;
        let account = self.account.seal(&self.keys.account, self.generation.0 + 1, rng)?;
        batch.cells.extend(cells);
        batch.cells.push((ACCOUNT, Some(account)));
        self.store_batch(batch).await
    }

    /// Sends a credential that was not acknowledged yet, if there is one, until the relay has it or it is over.
    pub(super) async fn send_pending<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        self.refresh().await?;
        if self.is_quarantined(relay.origin) {
            return Err(RemoteError::Apart);
        }
        self.settle_pending(relay, rng, now).await
    }

    /// The same, whether the vault is in quarantine or not.
    pub(super) async fn settle_pending<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        if self.pending_at(relay.origin).is_some() {
            self.settle(relay, false, rng, now).await
        } else {
            Ok(())
        }
    }

    pub(super) fn pending_at(&self, origin: &str) -> Option<Pending> {
        self.connection.as_ref().filter(|connection| connection.origin == origin)?.pending.clone()
    }

    /// Sends what is pending until it is answered. Where no person waits for that (`is_awaited`), they are told later if it is
    /// over.
    async fn settle<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        is_awaited: bool,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let account = self.account.state.log();
        for _ in 0..ATTEMPTS {
            let Some(pending) = self.pending_at(relay.origin) else {
                // Others named a credential first, and the log does not take this one any more.
                return Err(RemoteError::Expired);
            };
            let body = pending.body.clone();
            let replied = self.asker().ask(relay, Route::Replace(account), body, rng, now).await?;
            match answer(&replied)? {
                Answer::Appended(_) => return Ok(self.end_pending(&pending, Ended::Taken, rng).await?),
                // The relay lacks commits before this one, or has some that this device lacks.
                Answer::Stale(_) | Answer::NotFound => {
                    match self.sync_log(Side::Account, relay, rng, now).await? {
                        Synced::Apart => return Err(RemoteError::Apart),
                        Synced::Together { .. } => {}
                    }
                }
                other => {
                    let error = wrong(&other);
                    // What stores nothing there is over here too: kept, it would come before every sync.
                    if is_over(&error) {
                        self.take_back(&pending, rng).await?;
                        self.end_pending(&pending, Ended::Over { is_awaited }, rng).await?;
                    }
                    return Err(error);
                }
            }
        }
        Err(RemoteError::Untrue)
    }

    /// Takes a renewal that is over out of the account's log: sent as history it would take the account's keys from this device,
    /// which has not kept those in it.
    async fn take_back(&mut self, pending: &Pending, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        let Some(renewal) = pending.renewal() else { return Ok(()) };
        for _ in 0..ATTEMPTS {
            if self.account.state.head().hash != renewal {
                return Ok(());
            }
            let mut commits = self.account.commits.clone();
            commits.pop();
            self.is_ahead = true;
            self.account.state = fold_rows(&self.commit_rows(&commits).await?)?;
            self.account.commits = commits;
            if self.store_account(Packs::new(self.vault.next_pack), Vec::new(), rng).await? {
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }

    /// What was pending is in force, or over: then the vault is as it was, and one that was not connected is not. Another that is
    /// pending by now is left alone.
    async fn end_pending(
        &mut self,
        pending: &Pending,
        how: Ended,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        let is_taken = how == Ended::Taken;
        for _ in 0..ATTEMPTS {
            let stored = self.store.load().await?.ok_or(Error::NoVault)?;
            let Some(connection) = self.connection.clone() else { return Ok(()) };
            if stored.generation == self.generation && connection.pending.as_ref() != Some(pending) {
                return Ok(());
            }
            let recovery = pending.recovery.clone();
            let is_held = is_taken || connection.is_held;
            let is_dropped = connection.is_dropped || how == Ended::Over { is_awaited: false };
            let mut ended =
                is_held.then_some(Connection { pending: None, is_held, is_dropped, ..connection });
            let acknowledged = pending.commit().filter(|_| is_taken);
            if let Some((ended, commit)) = ended.as_mut().zip(acknowledged) {
                ended.epoch = epoch(&commit);
                ended.advance(Side::Account, (commit.stamp().seq, *commit.hash().as_bytes()));
            }
            let (key, generation) = (&self.keys.account, self.generation.0 + 1);
            let cell = ended.as_ref().map(|it| it.seal(key, generation, rng)).transpose()?;
            let mut cells = vec![(CONNECTION, cell), (NEXT_PASSPHRASE, None), (NEXT_KEYCHAIN, None)];
            if is_taken {
                let next = [(PASSPHRASE, NEXT_PASSPHRASE), (KEYCHAIN, NEXT_KEYCHAIN)];
                let next = next.into_iter().filter_map(|(to, from)| Some((to, stored.cells.get(&from)?)));
                cells.extend(next.map(|(to, cell)| (to, Some(cell.clone()))));
                if let Some((wrap, _)) = recovery {
                    // A kit that nobody said they have is none: the next change asks for another.
                    (self.account.recovery, self.account.recovery_key) = (wrap, None);
                    self.is_ahead = true;
                    cells.push((ACCOUNT, Some(self.account.seal(&self.keys.account, generation, rng)?)));
                }
            }
            let is_current = stored.generation == self.generation;
            if is_current && self.write(cells).await? {
                return self.reload().await;
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }

    /// Asks for the account's root key under the recovery key that the account's log names, where that is another than the one
    /// at hand: another device has made the last kit.
    pub(super) async fn learn_recovery<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let named = |state: &State| state.account().and_then(|account| account.credential.clone());
        for _ in 0..ATTEMPTS {
            let Some(credential) = named(&self.account.state) else { return Ok(()) };
            if Hash::of_ark_wrap(&self.account.recovery) == credential.recovery_wrap {
                return Ok(());
            }
            let route = Route::Credential(self.account.state.log());
            let replied = self.asker().ask(relay, route, Vec::new(), rng, now).await?;
            let wrap = match answer(&replied)? {
                Answer::Credential { recovery_wrap, .. } => recovery_wrap.to_vec(),
                // The credential that the log names last never came into force.
                Answer::NotFound => return Ok(()),
                other => return Err(wrong(&other)),
            };
            if Hash::of_ark_wrap(&wrap) != credential.recovery_wrap {
                return Ok(());
            }
            self.account.recovery = wrap;
            self.account.recovery_key = Some(*credential.recovery.as_bytes());
            self.is_ahead = true;
            if self.store_account(Packs::new(self.vault.next_pack), Vec::new(), rng).await? {
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended.into())
    }

    /// A person has the kit that was made last: what it recovers by is named from then on.
    ///
    /// # Errors
    /// The store cannot.
    pub async fn know_kit(&mut self, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            let named = self.account.state.account().and_then(|account| account.credential.as_ref());
            let named = named.filter(|it| it.recovery_wrap == Hash::of_ark_wrap(&self.account.recovery));
            let key = named.map(|credential| *credential.recovery.as_bytes());
            if key.is_none() || self.account.recovery_key == key {
                return Ok(());
            }
            self.account.recovery_key = key;
            self.is_ahead = true;
            if self.store_account(Packs::new(self.vault.next_pack), Vec::new(), rng).await? {
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }

    /// Puts what `change` makes of the connection in its place, if there is one.
    pub(super) async fn set_connection(
        &mut self,
        change: &dyn Fn(Connection) -> Connection,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let Some(connection) = self.connection.clone() else { return Ok(()) };
            let changed = Some(change(connection));
            if changed == self.connection {
                return Ok(());
            }
            let generation = self.generation.0 + 1;
            let cell = changed.as_ref().map(|it| it.seal(&self.keys.account, generation, rng)).transpose()?;
            if self.write(vec![(CONNECTION, cell)]).await? {
                self.connection = changed;
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }
}
