//! An account that goes to another relay (`protocol/PROTOCOL.md` §10, Move). What decides it is one commit of the account's log,
//! once the relay that is left has acknowledged it: before it the account is there, after it at the other, and every device
//! goes there that holds it.

use crypto::Passphrase;
use protocol::message::{Answer, Route};
use protocol::{Checkpoint, Entry, Head};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError, answer, wrong};
use super::credential::{Anchor, Connection, Replacement};
use super::meeting::Meeting;
use super::renewal::Written;
use super::sync::{Known, SENT, Side, Synced};
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::act::ATTEMPTS;
use crate::session::keyring::{self, Keyring};
use crate::session::{Error, Session};

/// The relay that an account's log says it is at, and the commit that says so.
struct Record {
    origin: String,
    server_key: Option<[u8; 32]>,
    seq: u64,
}

impl<S: Store> Session<S> {
    /// Prepares that the account goes from its relay, with which this device has just synced, to another: brings both logs
    /// there, registers with the passphrase, which is compared with the vault's, in form NFKC, and signs the commit that
    /// decides it; derives two keys. The next [`Session::sync`] with the relay that is left sends that, and where it was
    /// acknowledged says [`RemoteError::Moved`].
    ///
    /// # Errors
    /// Something was not exchanged yet, it is not the passphrase, or the other relay does not take the account or does not
    /// answer: then everything is as it was.
    pub async fn move_to<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        self.prepare_move(relay, passphrase, &Self::expect_settled, rng, now).await
    }

    /// The same, where `expect` finds nothing wrong with either log before it is brought there and after.
    async fn prepare_move<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        expect: &dyn Fn(&Self, Side) -> Result<(), RemoteError>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let kdf = self.check_passphrase(passphrase).await?;
        let key = self.account_key(kdf, passphrase)?;
        if self.account.recovery_key.is_none() {
            return Err(Error::NeedsKit.into());
        }
        if self.awaits_history() {
            return Err(Error::NotHere.into());
        }
        for side in [Side::Account, Side::Vault] {
            expect(self, side)?;
            self.fill(side, relay, rng, now).await?;
        }
        let secrets = [key.login_secret(relay.origin), key.login_secret(relay.origin)];
        let (attempt, registered) = self.register(relay, &secrets, false, rng, now).await?;
        self.refresh().await?;
        for side in [Side::Account, Side::Vault] {
            expect(self, side)?;
        }
        let Some(connection) = self.connection.clone() else { return Err(Error::Gone.into()) };
        let (entries, blobs) = self.say_moved(relay.origin, &registered.server_key, rng, now).await?;
        let replacement =
            Replacement { held: &key, new: &key, recovery: None, renewal: None, is_other_key: false };
        let written = (entries, blobs.clone());
        let (next, commit) = self.name_credential(&replacement, (attempt, &registered), written, rng, now)?;
        let connection = Connection { next: Some(next), ..connection };
        if self.store_pending((commit, &blobs), connection, Vec::new(), rng).await? {
            return Ok(());
        }
        self.reload().await?;
        Err(Error::Contended.into())
    }

    /// Goes to the relay that the account's log says it is at, of that origin.
    ///
    /// # Errors
    /// It says no such thing, or the store cannot.
    pub async fn follow_to(&mut self, origin: &str, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        self.refresh().await?;
        let record = self.record().await?.filter(|record| record.origin == origin).ok_or(Error::Gone)?;
        let anchors = self.settled_there(record.seq).await?;
        let change = |connection: Connection| Connection {
            origin: record.origin.clone(),
            server_key: record.server_key,
            pending: connection.next.clone(),
            next: None,
            anchors,
            quarantine: None,
            left: None,
            ..connection
        };
        self.set_connection(&change, rng).await
    }

    /// Where the account's log says that it is at another relay than this device: its origin. Where it says that the relay has
    /// another key, that is the one from now on.
    pub(super) async fn moved(&mut self) -> Result<Option<String>, Error> {
        let Some(connection) = &self.connection else { return Ok(None) };
        if connection.looked > self.account.state.head().seq {
            return Ok(None);
        }
        let record = self.record().await?;
        let head = self.account.state.head().seq;
        let Some(connection) = &mut self.connection else { return Ok(None) };
        if let Some(record) = record {
            if record.origin != connection.origin {
                return Ok(Some(record.origin));
            }
            connection.server_key = record.server_key.or(connection.server_key);
        }
        connection.looked = head + 1;
        Ok(None)
    }

    async fn record(&self) -> Result<Option<Record>, Error> {
        let rows = self.commit_rows(&self.account.commits).await?;
        let (state, roots) = (&self.account.state, self.roots()?);
        // While a renewal of its keys is not acknowledged they do not open here.
        let Ok(keyring) = Keyring::open(state, &roots, rows.iter().flat_map(|row| &row.blobs)) else {
            return Ok(None);
        };
        Ok(keyring.relay().map(|(seq, origin, server_key)| Record { origin, server_key, seq }))
    }

    /// What the relay that the account went to has at least: what is before the commit that says so, and the vault as far as
    /// that tells.
    async fn settled_there(&self, seq: u64) -> Result<[Option<Anchor>; 2], Error> {
        let damaged = || Error::Damaged("account");
        let at = usize::try_from(seq).ok().and_then(|at| self.account.commits.get(at..=at));
        let rows = self.commit_rows(at.ok_or_else(damaged)?).await?;
        let (commit, _) = rows.first().ok_or_else(damaged)?.decode()?;
        let before = seq.checked_sub(1).map(|before| (before, *commit.stamp().prev.as_bytes()));
        let vault = self.vault.state.log();
        let entries = commit.entries().map_err(|_| damaged())?;
        let mut heads = entries.into_iter().filter_map(|entry| match entry {
            Entry::Checkpoint(checkpoint) => checkpoint.heads.into_iter().find(|head| head.log == vault),
            _ => None,
        });
        Ok([before, heads.next().map(|head| (head.seq, *head.hash.as_bytes()))])
    }

    /// The entries of the commit that decides, but for the credential, with their blobs.
    async fn say_moved(
        &self,
        origin: &str,
        server_key: &[u8; 32],
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Written, Error> {
        let heads = vec![Head { ..self.vault.state.head() }];
        let told = Entry::Checkpoint(Checkpoint { root: self.account.state.root(), heads });
        let (entries, blobs) = self.say_at(origin, server_key, rng, now).await?;
        Ok(([told].into_iter().chain(entries).collect(), blobs))
    }

    /// What the account's log has to say where a person connects it to a relay: nothing, unless it says that it is at another,
    /// as in a backup of a vault that had moved.
    pub(super) async fn say_connected(
        &self,
        origin: &str,
        server_key: &[u8; 32],
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Written, Error> {
        match self.record().await? {
            Some(record) if record.origin != origin => self.say_at(origin, server_key, rng, now).await,
            _ => Ok(Written::default()),
        }
    }

    /// The relay's record in the place of all there are.
    pub(super) async fn say_at(
        &self,
        origin: &str,
        server_key: &[u8; 32],
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Written, Error> {
        let rows = self.commit_rows(&self.account.commits).await?;
        let (state, roots) = (&self.account.state, self.roots()?);
        let keyring = Keyring::open(state, &roots, rows.iter().flat_map(|row| &row.blobs))?;
        let over = keyring.relays().into_iter().map(Entry::Delete);
        let (put, blob) = keyring::relay(&keyring, origin, server_key, now, rng)?;
        Ok((over.chain([Entry::Put(put)]).collect(), vec![blob]))
    }

    /// Nothing of a log is more here than at its relay.
    fn expect_settled(&self, side: Side) -> Result<(), RemoteError> {
        let head = self.state(side).head();
        let is_settled = self.anchor(side) == Some((head.seq, *head.hash.as_bytes()));
        if is_settled { self.expect_calm() } else { Err(Error::Contended.into()) }
    }

    /// Nothing was begun with its relay that is not ended.
    fn expect_calm(&self) -> Result<(), RemoteError> {
        let is_calm = |it: &Connection| it.quarantine.is_none() && it.next.is_none() && it.pending.is_none();
        if self.connection.as_ref().is_some_and(is_calm) { Ok(()) } else { Err(Error::Contended.into()) }
    }

    /// Brings a log to a relay that has nothing else of it; nothing is kept of that here.
    async fn fill<T: Transport>(
        &self,
        side: Side,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let state = self.state(side);
        let mut known = Known::Yes;
        for _ in 0..ATTEMPTS {
            let route = Route::Pull { log: state.log(), from: state.next_seq() };
            let body = self.asker_as(known).ask(relay, route, Vec::new(), rng, now).await?;
            let from = match answer(&body)? {
                Answer::NotFound if known == Known::Yes => {
                    known = Known::No;
                    continue;
                }
                Answer::NotFound => 0,
                Answer::Pulled { head, bundles } if bundles.is_empty() => {
                    match self.meet(side, head).await? {
                        Meeting::Same => return Ok(()),
                        Meeting::Behind { from } => from,
                        _ => return Err(RemoteError::Apart),
                    }
                }
                Answer::Pulled { .. } => return Err(RemoteError::Apart),
                other => return Err(wrong(&other)),
            };
            for some in self.commits(side, from).chunks(SENT) {
                for row in &self.commit_rows(some).await? {
                    if !self.append((side, row), relay, known, rng, now).await? {
                        return Err(RemoteError::Apart);
                    }
                }
            }
        }
        Err(RemoteError::Untrue)
    }

    /// Goes on at another relay without the one that is left, which is gone for good: nothing is asked of it. Where another
    /// device of the account went there before, this one comes after it; else both logs are brought there with all that this
    /// device has, and the account with the passphrase, as by [`Session::move_to`].
    ///
    /// # Errors
    /// As there, and as [`Session::sync`].
    pub async fn go_on_at<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.check_passphrase(passphrase).await?;
        // What a session began that ended before it was there is gone on with.
        let is_said = self.record().await?.is_some_and(|record| record.origin == relay.origin);
        if !is_said && self.is_known_at(relay, rng, now).await? {
            return self.come_after(relay, rng, now).await;
        }
        if !is_said {
            self.prepare_move(relay, passphrase, &|session, _| session.expect_calm(), rng, now).await?;
        }
        self.follow_to(relay.origin, rng).await?;
        self.sync(relay, rng, now).await
    }

    /// Whether a relay has more of the account's log than this device.
    async fn is_known_at<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        let state = self.state(Side::Account);
        let route = Route::Pull { log: state.log(), from: state.next_seq() };
        for known in [Known::Yes, Known::No] {
            let body = self.asker_as(known).ask(relay, route, Vec::new(), rng, now).await?;
            return Ok(match answer(&body)? {
                Answer::NotFound => continue,
                Answer::Pulled { bundles, .. } if !bundles.is_empty() => true,
                Answer::Pulled { head, .. } => self.meet(Side::Account, head).await? == Meeting::Apart,
                other => return Err(wrong(&other)),
            });
        }
        Ok(false)
    }

    /// Comes to the relay where the account is already. What the one that is left acknowledged still counts: a log that went on
    /// otherwise meanwhile is found out.
    async fn come_after<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.expect_calm()?;
        let change = |connection: Connection| Connection {
            origin: relay.origin.to_owned(),
            server_key: None,
            ..connection
        };
        self.set_connection(&change, rng).await?;
        let synced = self.sync(relay, rng, now).await?;
        let server_key = self.record().await?.and_then(|record| record.server_key);
        self.set_connection(&|connection| Connection { server_key, ..connection }, rng).await?;
        Ok(synced)
    }

    /// Both at once, for who has a way to each: as [`Session::move_to`], then what it says comes next.
    ///
    /// # Errors
    /// As there, and as [`Session::sync`].
    pub async fn change_relay<T: Transport>(
        &mut self,
        [from, to]: [&Relay<'_, T>; 2],
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        if self.sync(from, rng, now).await? == Synced::Apart {
            return Err(RemoteError::Apart);
        }
        self.expect_accounts(from, passphrase, rng, now).await?;
        self.move_to(to, passphrase, rng, now).await?;
        match self.sync(from, rng, now).await {
            Err(RemoteError::Moved(origin)) if origin == to.origin => {}
            // Another device was faster with something else.
            Ok(_) => return Err(Error::Contended.into()),
            Err(error) => return Err(error),
        }
        self.follow_to(to.origin, rng).await?;
        self.sync(to, rng, now).await
    }
}
