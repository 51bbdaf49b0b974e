//! A vault on a new device from the recovery key and a relay, where the passphrase is lost (`protocol/PROTOCOL.md` §9).

use crypto::{KdfId, KdfMemory, Passphrase, RecoveryKey, SignatureLabel, Wrapped};
use protocol::message::{Answer, Recovery, Route};
use protocol::{LogId, Signature, VerifyingKey};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError, answer, ask_unsigned, wrong};
use super::enrol::{Here, Newcomer};
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::{Error, Pace, Session};

impl<S: Store> Session<S> {
    /// Opens the account of a recovery key in an empty store, as a new device, and gives it this passphrase in form NFKC from
    /// then on: at the relay too, with a kit that takes the place of the one before.
    ///
    /// # Errors
    /// The key recovers no account there, the relay does not answer or is not true, there is a vault already, or the store
    /// cannot: then nothing is stored. Where only the last step does not come about, the vault is here with why there is no kit,
    /// and [`Session::kit_at`] takes that step again within ten minutes.
    pub async fn recover<T: Transport>(
        store: S,
        (key, passphrase, kdf): (&RecoveryKey, &Passphrase, KdfId),
        relay: &Relay<'_, T>,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Self, Result<Kit, RemoteError>), RemoteError> {
        let newcomer = Newcomer::new(LogId::new(*key.account()), rng);
        newcomer.recover(relay, key, now).await?;
        let root = |held: &super::enrol::Held<'_>| {
            let wrapped = Wrapped::parse(held.recovery_wrap).ok()?;
            key.unwrap(&wrapped, held.ark_epoch).ok()
        };
        let opened = newcomer.read(relay, root, rng, now).await?;
        let mut memory = KdfMemory::reserve(kdf).map_err(|_| Error::NoMemory)?;
        let here = Here { store, passphrase, memory: &mut memory, server_key: None, seen: None };
        let mut session = newcomer.settle(opened, here, relay, pace, rng, now).await?;
        drop(memory);
        let kit = session.kit_at(relay, passphrase, rng, now).await;
        Ok((session, kit))
    }
}

impl Newcomer {
    /// Has the relay admit this device by the recovery key. Where the clocks differ it asks once more by the relay's.
    async fn recover<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        key: &RecoveryKey,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let mut replied = self.ask_recovery(relay, key, now.0).await?;
        if let Answer::Clock(theirs) = answer(&replied)? {
            replied = self.ask_recovery(relay, key, theirs).await?;
        }
        match answer(&replied)? {
            Answer::Admitted => Ok(()),
            // No account, another key and an older kit look the same from here, as they shall.
            Answer::NotFound => Err(RemoteError::WrongCode),
            other => Err(wrong(&other)),
        }
    }

    async fn ask_recovery<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        key: &RecoveryKey,
        time: u64,
    ) -> Result<Vec<u8>, RemoteError> {
        let (device, signing) = (self.author.device, VerifyingKey::new(self.device.public().signing));
        let mut recovery = Recovery { device, signing, time, signature: Signature::UNSIGNED };
        let account = LogId::new(*key.account());
        let fields = recovery.signed_fields(relay.origin, account);
        recovery.signature = Signature::new(key.signing_key().sign(SignatureLabel::Recovery, &fields));
        ask_unsigned(relay, Route::Recover(account), recovery.encode()).await
    }
}
