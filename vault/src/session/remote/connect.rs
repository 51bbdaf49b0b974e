//! Connecting a vault to a relay: its account is registered there by the passphrase and the Secret Key, and the keys of the
//! vault stay as they are.
//!
//! A credential takes effect in one transaction of the relay. What is sent for it is stored before, and sent again, byte for
//! byte, until it is answered: so a session that ends in between leaves the old credential or the new one.

use crypto::{AccountKey, KdfMemory, LocalKey, LocalKind, LoginSecret, Passphrase};
use protocol::message::{Answer, Bundle, Message, NewCredential, Route};
use protocol::opaque::Parties;
use protocol::{ActId, Attempt, Commit, Credential, Entry, Hash, LogId, VerifyingKey};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use super::ask::{Relay, RemoteError, answer, wrong};
use super::sign_in::{Registered, Registration, registering, sign_in};
use super::sync::{Side, Synced};
use crate::model::Timestamp;
use crate::port::{Store, Stored, Transport};
use crate::record::{self, CONNECTION};
use crate::session::act::{ATTEMPTS, LaidOut};
use crate::session::found::{draw, first_stamp, sign};
use crate::session::open::passphrase_wrap;
use crate::session::pack::Packs;
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
    /// The relay's key of OPAQUE, as it was when this device first met it.
    pub(crate) server_key: [u8; 32],
    /// A credential that was not acknowledged yet, as it is sent.
    pub(crate) pending: Option<Vec<u8>>,
    /// The highest heads that the relay acknowledged or served and this device took in: of the account's log, and of the
    /// vault's. What the relay tells of what is before them is not believed.
    pub(crate) anchors: [Option<Anchor>; 2],
}

/// A place in a log, and the hash of the commit there.
pub(crate) type Anchor = (u64, [u8; 32]);

impl Connection {
    pub(crate) fn seal(
        &self,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, Error> {
        record::seal(key, LocalKind::State, NUMBER, generation, &record::encode(self)?, rng)
    }

    pub(crate) fn open(stored: &Stored, key: &LocalKey) -> Result<Option<Self>, Error> {
        let Some(bytes) = stored.cells.get(&CONNECTION) else { return Ok(None) };
        let opened = record::open(key, LocalKind::State, NUMBER, bytes, WHAT)?;
        record::decode(opened.as_bytes(), WHAT).map(Some)
    }
}

impl<S: Store> Session<S> {
    /// The origin of the relay that this vault is connected to.
    pub fn connected(&self) -> Option<&str> {
        self.connection.as_ref().map(|connection| &*connection.origin)
    }

    /// Connects the vault to a relay: registers its account there with the passphrase, which is compared with this vault's
    /// first, in form NFKC; derives two keys. Where the relay knows the account it signs in before.
    ///
    /// # Errors
    /// It is not the passphrase, a new kit is needed first, the relay has the account with another, or does not take it, or does not answer.
    pub async fn connect<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let stored = self.check_passphrase(passphrase).await?;
        if self.account.recovery_key.is_none() {
            return Err(Error::NeedsKit.into());
        }
        let key = self.account_key(&stored, passphrase)?;
        let secret = key.login_secret(relay.origin);
        if self.sync_log(Side::Account, relay, rng, now).await? == Synced::Apart {
            return Err(RemoteError::Apart);
        }
        let (attempt, registered) = self.register(relay, &secret, rng, now).await?;
        for _ in 0..ATTEMPTS {
            let pending = self.name_credential(&key, (attempt, &registered), rng, now)?;
            let connection = Connection {
                origin: relay.origin.to_owned(),
                server_key: registered.server_key,
                pending: Some(pending.body.clone()),
                anchors: [None; 2],
            };
            if self.store_pending(pending, connection, rng).await? {
                return self.send_pending(relay, rng, now).await;
            }
            self.reload().await?;
        }
        Err(Error::Contended.into())
    }

    fn account_key(&self, stored: &Stored, passphrase: &Passphrase) -> Result<AccountKey, Error> {
        let kdf = passphrase_wrap(stored)?.kdf();
        let mut memory = KdfMemory::reserve(kdf).map_err(|_| Error::NoMemory)?;
        let (secret_key, account) = (&self.keys.chain.secret_key, self.keys.binding.account);
        Ok(AccountKey::derive(passphrase, &mut memory, secret_key, account))
    }

    /// Registers at the relay; with a sign-in before, where it has a credential of this account.
    async fn register<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        secret: &LoginSecret,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Attempt, Registered), RemoteError> {
        let account = LogId::new(self.keys.binding.account);
        let parties = Parties::new(account, relay.origin);
        let (mut registration, body) = Registration::start(secret, None, rng)?;
        let mut body = self.asker().ask(relay, Route::Register(account), body, rng, now).await?;
        if answer(&body)? == Answer::Expired {
            let signed_in = sign_in(relay, account, secret, rng).await?;
            self.expect_key(relay.origin, &signed_in.server_key)?;
            let (again, request) = Registration::start(secret, Some(signed_in.proof), rng)?;
            registration = again;
            body = self.asker().ask(relay, Route::Register(account), request, rng, now).await?;
        }
        let (attempt, response) = registering(&body)?;
        let registered = registration.finish(&response, &parties, rng)?;
        self.expect_key(relay.origin, &registered.server_key)?;
        Ok((attempt, registered))
    }

    /// A relay that this vault knows has the key that it had.
    fn expect_key(&self, origin: &str, key: &[u8; 32]) -> Result<(), RemoteError> {
        let known = self.connection.as_ref().filter(|connection| connection.origin == origin);
        match known {
            Some(connection) if connection.server_key != *key => Err(RemoteError::OtherRelay),
            _ => Ok(()),
        }
    }

    /// The commit that names a credential, and the request that brings both.
    fn name_credential(
        &self,
        key: &AccountKey,
        (attempt, registered): (Attempt, &Registered),
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Pending, Error> {
        let (state, chain) = (&self.account.state, &self.keys.chain);
        let last = state.account().and_then(|account| account.credential.as_ref());
        let epoch = last.map_or(0, |last| last.epoch).checked_add(1).ok_or(Error::TooMuch)?;
        let ark_wrap = key.remote_key(&registered.export_key, epoch).wrap(&chain.root, rng);
        let (ark_wrap, recovery_wrap) = (ark_wrap.as_bytes(), &self.account.recovery);
        let credential = Credential {
            epoch,
            ark_epoch: chain.root.epoch(),
            record: Hash::of_record(&registered.record),
            ark_wrap: Hash::of_ark_wrap(ark_wrap),
            recovery_wrap: Hash::of_ark_wrap(recovery_wrap),
            recovery: VerifyingKey::new(self.account.recovery_key.ok_or(Error::NeedsKit)?),
        };
        let first = first_stamp(state.log(), self.author(), ActId::new(draw(rng)), now);
        let stamp = next_stamp(state, first);
        let entries: Vec<Entry> =
            checkpoint(state).into_iter().chain([Entry::Credential(credential)]).collect();
        let commit = sign(chain, stamp, &entries)?;
        let bytes = commit.encode();
        let body = NewCredential {
            attempt,
            record: Message(registered.record),
            ark_wrap,
            recovery_wrap,
            bundle: Bundle { commit: &bytes, blobs: Vec::new() },
        };
        Ok(Pending { body: body.encode(), commit })
    }

    /// Stores the commit and what is to be sent, in one; `false` if another session was faster.
    async fn store_pending(
        &mut self,
        Pending { commit, .. }: Pending,
        connection: Connection,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        self.is_ahead = true;
        let mut packs = Packs::new(self.vault.next_pack);
        let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
        let saved = Saved { commit, span, blobs: Vec::new() };
        self.account.absorb(&[saved]).map_err(|_| Error::Damaged("account"))?;
        let cell = connection.seal(&self.keys.account, self.generation.0 + 1, rng)?;
        self.connection = Some(connection);
        self.store_account(packs, vec![(CONNECTION, Some(cell))], rng).await
    }

    /// Stores what the account's log at hand has taken in, and cells with it; `false` if another session was faster.
    pub(super) async fn store_account(
        &mut self,
        packs: Packs,
        cells: crate::session::passphrase::Cells,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        let mut batch = self.batch(LaidOut { saves: Vec::new(), packs }, &Overviews::new(), rng)?;
        let account = self.account.seal(&self.keys.account, self.generation.0 + 1, rng)?;
        batch.cells.extend(cells);
        batch.cells.push((record::ACCOUNT, Some(account)));
        self.store_batch(batch).await
    }

    /// Sends a credential that was not acknowledged yet, until the relay has it or it is over.
    pub(super) async fn send_pending<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let account = self.account.state.log();
        for _ in 0..ATTEMPTS {
            let connection = self.connection.clone().filter(|connection| connection.origin == relay.origin);
            let Some(Connection { pending: Some(body), .. }) = connection else { return Ok(()) };
            let replied = self.asker().ask(relay, Route::Replace(account), body, rng, now).await?;
            match answer(&replied)? {
                Answer::Appended(_) => return self.end_pending(true, rng).await.map_err(RemoteError::from),
                // The relay lacks commits before this one, or has some that this device lacks.
                Answer::Stale(_) => match self.sync_log(Side::Account, relay, rng, now).await? {
                    Synced::Apart => return Err(RemoteError::Apart),
                    Synced::Together { .. } => {}
                },
                Answer::Expired => {
                    self.end_pending(false, rng).await?;
                    return Err(RemoteError::Expired);
                }
                other => return Err(wrong(&other)),
            }
        }
        Err(RemoteError::Untrue)
    }

    /// Nothing is pending any more. A vault that never came to be connected is not.
    async fn end_pending(&mut self, is_held: bool, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        self.set_connection(|connection| is_held.then_some(Connection { pending: None, ..connection }), rng)
            .await
    }

    /// Puts what `change` makes of the connection in its place, if there is one.
    pub(super) async fn set_connection(
        &mut self,
        change: impl Fn(Connection) -> Option<Connection>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let Some(connection) = self.connection.clone() else { return Ok(()) };
            let changed = change(connection);
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

/// A commit, and the request that brings it.
struct Pending {
    body: Vec<u8>,
    commit: Commit,
}
