//! The account's passphrase, where another device changed it: this one opens with the one that was set here last, until it takes
//! the account's (`protocol/PROTOCOL.md` §10, Credential).

use crypto::{AccountKey, KdfId, Passphrase};
use protocol::LogId;
use protocol::message::Route;
use rand_core::CryptoRngCore;

use super::Connection;
use super::ask::{Relay, RemoteError};
use super::sign_in::{Registration, registering, sign_in};
use super::sync::{Side, Synced};
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::act::ATTEMPTS;
use crate::session::passphrase::reserve;
use crate::session::{Error, Session};

impl<S: Store> Session<S> {
    /// Begins what asks for the passphrase: it is this vault's or, where the account may have another by now, the account's, with
    /// which this device opens from then on. What waits is settled then, and the account's log is the relay's. What a passphrase
    /// is derived by.
    pub(super) async fn expect_passphrase<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<KdfId, RemoteError> {
        let checked = self.check_passphrase(passphrase).await;
        self.expect_checked(checked, relay, passphrase, rng, now).await
    }

    /// The same, once it is known whether it is this vault's.
    async fn expect_checked<T: Transport>(
        &mut self,
        checked: Result<KdfId, Error>,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<KdfId, RemoteError> {
        let is_of_account = checked == Err(Error::WrongPassphrase) && self.named_epoch() > 0;
        if checked.is_err() && !is_of_account {
            return Ok(checked?);
        }
        self.settle_account(relay, rng, now).await?;
        match checked {
            Err(_) if self.is_outdated(relay.origin) => {
                self.take_passphrase(relay, passphrase, rng, now).await
            }
            checked => Ok(checked?),
        }
    }

    /// The same, where the relay is not asked about it by what comes next: it is the account's afterwards, by all that is known.
    pub(super) async fn expect_accounts<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<KdfId, RemoteError> {
        let checked = self.check_passphrase(passphrase).await;
        if let Ok(kdf) = checked.as_ref().copied()
            && !self.is_outdated(relay.origin)
        {
            return Ok(kdf);
        }
        let kdf = self.expect_checked(checked, relay, passphrase, rng, now).await?;
        if self.is_outdated(relay.origin) {
            let signed_in = self.sign_in_with(relay, (kdf, passphrase), rng, now).await;
            if signed_in.as_ref().err() == Some(&RemoteError::WrongCode) {
                return Err(self.is_refused(rng).await?);
            }
            signed_in?;
            let epoch = self.named_epoch();
            self.set_connection(&|connection| Connection { epoch, ..connection }, rng).await?;
        }
        Ok(kdf)
    }

    /// Settles what waits, whichever way, and brings the account's log and the relay's together.
    pub(super) async fn settle_account<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        match self.send_pending(relay, rng, now).await {
            Ok(()) | Err(RemoteError::Expired) => {}
            Err(error) => return Err(error),
        }
        if self.sync_log(Side::Account, relay, rng, now).await? == Synced::Apart {
            return Err(RemoteError::Apart);
        }
        // Or else the next credential would name the kit before again.
        self.learn_recovery(relay, rng, now).await
    }

    /// The relay did not take this device's passphrase, which is kept: the account has another.
    pub(super) async fn is_refused(&mut self, rng: &mut impl CryptoRngCore) -> Result<RemoteError, Error> {
        self.set_connection(&|connection| Connection { epoch: 0, ..connection }, rng).await?;
        Ok(RemoteError::OtherPassphrase)
    }

    /// Whether the account's log names a later credential than the one that this device's passphrase is known to sign in by.
    fn is_outdated(&self, origin: &str) -> bool {
        let known = self.connection.as_ref().filter(|connection| connection.origin == origin);
        self.named_epoch() > known.map_or(0, |connection| connection.epoch)
    }

    /// The epoch of the last credential in the account's log, 0 where there is none.
    fn named_epoch(&self) -> u32 {
        let named = self.account.state.account().and_then(|account| account.credential.as_ref());
        named.map_or(0, |credential| credential.epoch)
    }

    /// Has this device open with the account's passphrase, once that signed in, and its backups with a key from it.
    async fn take_passphrase<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<KdfId, RemoteError> {
        let kdf = self.passphrase_kdf().await?;
        let key =
            self.sign_in_with(relay, (kdf, passphrase), rng, now).await.map_err(|error| match error {
                // It is the passphrase of neither.
                RemoteError::WrongCode => Error::WrongPassphrase.into(),
                error => error,
            })?;
        let mut memory = reserve(kdf)?;
        for _ in 0..ATTEMPTS {
            let epoch = self.named_epoch();
            self.connection = self.connection.take().map(|it| Connection { epoch, ..it });
            self.is_ahead = true;
            let cells = if self.connection.is_some() { vec![self.connection_cell(rng)?] } else { Vec::new() };
            if self.put_passphrase(passphrase, (&mut memory, key.backup_key()), cells, rng).await? {
                self.reload().await?;
                return Ok(kdf);
            }
        }
        Err(Error::Contended.into())
    }

    /// Signs in with a passphrase and shows the relay the answer: a guess that was right does not count.
    async fn sign_in_with<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        (kdf, passphrase): (KdfId, &Passphrase),
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<AccountKey, RemoteError> {
        let account = LogId::new(self.keys.binding.account);
        let key = self.account_key(kdf, passphrase)?;
        let secret = key.login_secret(relay.origin);
        let signed_in = sign_in(relay, account, &secret, rng).await?;
        self.expect_key(relay.origin, &signed_in.server_key)?;
        let (_, body) = Registration::start(&secret, Some(signed_in.proof), rng)?;
        registering(&self.asker().ask(relay, Route::Register(account), body, rng, now).await?)?;
        Ok(key)
    }
}
