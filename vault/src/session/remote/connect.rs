//! What a person changes at the relay: connects a vault to it, or gives a connected one another passphrase or kit.

use crypto::{AccountKey, KdfId, Passphrase, RecoveryKey};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::ask::{Relay, RemoteError};
use super::credential::Replacement;
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::record::{KEYCHAIN, NEXT_KEYCHAIN, NEXT_PASSPHRASE, PASSPHRASE, with_check, with_generation};
use crate::session::passphrase::{Cell, Cells, reserve};
use crate::session::{Error, Session};

impl<S: Store> Session<S> {
    /// The origin of the relay that this vault is connected to.
    pub fn connected(&self) -> Option<&str> {
        self.connection.as_ref().map(|connection| &*connection.origin)
    }

    /// Connects the vault to a relay: registers its account there with the passphrase, which is compared with this vault's
    /// first, in form NFKC; derives two keys. The vault's keys stay. Where the relay knows the account it signs in before.
    ///
    /// # Errors
    /// It is not the passphrase, a new kit is needed first, the relay has the account with another passphrase, does not take
    /// it, or does not answer.
    pub async fn connect<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        self.connect_to(relay, passphrase, false, rng, now).await
    }

    /// The same, where a person was told by whoever runs the relay that its own key is another from now on: this device knows
    /// the relay by the new one then, and the account's log says so to the others.
    ///
    /// # Errors
    /// As [`Session::connect`]; then the relay is known by the key that it had.
    pub async fn connect_by_other_key<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        self.connect_to(relay, passphrase, true, rng, now).await
    }

    async fn connect_to<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        is_other_key: bool,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        if self.account.recovery_key.is_none() {
            return Err(Error::NeedsKit.into());
        }
        let kdf = self.expect_passphrase(relay, passphrase, rng, now).await?;
        let key = self.account_key(kdf, passphrase)?;
        let replacement = Replacement { held: &key, new: &key, recovery: None, renewal: None, is_other_key };
        self.replace_credential(relay, &replacement, &Cells::new(), rng, now).await
    }

    /// Puts another passphrase in place of the current one, here and at the relay; derives four keys. Until the relay's
    /// answer is known this device opens with either. Other devices of the account open with the one they have, until they
    /// take the account's.
    ///
    /// # Errors
    /// `current` is not the passphrase, or the relay does not take the new one or does not answer: then [`Session::sync`]
    /// finds out which is in force.
    pub async fn change_passphrase_at<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        (current, new): (&Passphrase, &Passphrase),
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let kdf = self.expect_passphrase(relay, current, rng, now).await?;
        let (held, next) = (self.account_key(kdf, current)?, self.account_key(kdf, new)?);
        let mut memory = reserve(kdf)?;
        let wrap = self.keys.store.wrap_with_passphrase(new, &mut memory, &self.keys.binding, rng);
        drop(memory);
        let (wrap, backup) = (with_check(wrap.to_bytes()), next.backup_key());
        // The keychain is sealed for the generation that it is stored in, and moved as it is.
        let sealed = self.next_keychain(backup, rng);
        let at = if weakness::has(Weakness::Early) { PASSPHRASE } else { NEXT_PASSPHRASE };
        let cells = vec![(at, Some(wrap)), (NEXT_KEYCHAIN, sealed)];
        let replacement =
            Replacement { held: &held, new: &next, recovery: None, renewal: None, is_other_key: false };
        self.replace_credential(relay, &replacement, &cells, rng, now).await
    }

    /// A new kit, of a vault that is connected: its recovery code is the only one that recovers the account at the relay, and
    /// opens backups made from now on. It is lacking until [`Session::know_kit`].
    ///
    /// # Errors
    /// It is not the passphrase, or the relay does not take the new recovery key or does not answer: then no kit is told, and
    /// the one before is in force, or none until there is a new one.
    pub async fn kit_at<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Kit, RemoteError> {
        let kdf = self.expect_passphrase(relay, passphrase, rng, now).await?;
        let key = self.account_key(kdf, passphrase)?;
        let recovery = RecoveryKey::generate(self.keys.binding.account, rng);
        let wrap = recovery.wrap(&self.keys.chain.root, rng).as_bytes().to_vec();
        let named = Some((wrap, recovery.signing_key().public()));
        let replacement =
            Replacement { held: &key, new: &key, recovery: named, renewal: None, is_other_key: false };
        self.replace_credential(relay, &replacement, &Cells::new(), rng, now).await?;
        // The kit is in force: it is told whatever else could be said with it.
        Ok(Kit::new(&self.keys.chain, kdf, &recovery, self.seen().await.unwrap_or_default()))
    }

    pub(super) fn account_key(&self, kdf: KdfId, passphrase: &Passphrase) -> Result<AccountKey, Error> {
        let mut memory = reserve(kdf)?;
        let (secret_key, account) = (&self.keys.chain.secret_key, self.keys.binding.account);
        Ok(AccountKey::derive(passphrase, &mut memory, secret_key, account))
    }

    /// The keychain with another key for backups.
    fn next_keychain(&mut self, backup: crypto::BackupKey, rng: &mut impl CryptoRngCore) -> Option<Vec<u8>> {
        let now = std::mem::replace(&mut self.keys.chain.backup, backup);
        let sealed = self.keychain_cell(rng).1;
        self.keys.chain.backup = now;
        sealed
    }

    /// The keychain at hand, for the next write.
    pub(super) fn keychain_cell(&self, rng: &mut impl CryptoRngCore) -> Cell {
        let (keys, generation) = (&self.keys, self.generation.0 + 1);
        let sealed = keys.chain.seal(&keys.store, &keys.binding, generation, rng);
        (KEYCHAIN, Some(with_generation(generation, &sealed)))
    }
}
