//! A vault on a new device from the recovery key and a relay, where the passphrase is lost (`protocol/PROTOCOL.md` §9).

use crypto::{DeviceKeys, KdfId, KdfMemory, Passphrase, RecoveryKey, SignatureLabel, Wrapped};
use protocol::message::{Answer, Recovery, Route};
use protocol::{LogId, Signature, VerifyingKey};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError, answer, ask_unsigned, wrong};
use super::enrol::{Here, Newcomer};
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::found::Author;
use crate::session::{Error, Pace, Session};

impl<S: Store> Session<S> {
    /// Opens the account of a recovery key in an empty store, as a new device, and gives it this passphrase in form NFKC from
    /// then on: at the relay too, with a kit that takes the place of the one before.
    ///
    /// # Errors
    /// The key recovers no account there, the relay does not answer or is not true, there is a vault already, or the store
    /// cannot: then nothing is stored. Where only the last step does not come about, the vault is here with why there is no kit,
    /// and [`Session::kit_by`] takes that step again.
    pub async fn recover<T: Transport>(
        store: S,
        (key, passphrase, kdf): (&RecoveryKey, &Passphrase, KdfId),
        relay: &Relay<'_, T>,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(Self, Result<Kit, RemoteError>), RemoteError> {
        let newcomer = Newcomer::new(LogId::new(*key.account()), rng);
        admit(relay, key, (newcomer.author, &newcomer.device), now).await?;
        let root = |held: &super::enrol::Held<'_>| {
            let wrapped = Wrapped::parse(held.recovery_wrap).ok()?;
            key.unwrap(&wrapped, held.ark_epoch).ok()
        };
        let mut opened = newcomer.read(relay, root, rng, now).await?;
        opened.epoch = 0;
        let mut memory = KdfMemory::reserve(kdf).map_err(|_| Error::NoMemory)?;
        let here = Here { store, passphrase, memory: &mut memory, server_key: None, seen: None };
        let mut session = newcomer.settle(opened, here, relay, pace, rng, now).await?;
        drop(memory);
        let kit = session.kit_at(relay, passphrase, rng, now).await;
        Ok((session, kit))
    }

    /// A new kit by the recovery key of the one before, where the account does not open with this device's passphrase: from then
    /// on it does.
    ///
    /// # Errors
    /// The key recovers no account there, or as [`Session::kit_at`].
    pub async fn kit_by<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        (key, passphrase): (&RecoveryKey, &Passphrase),
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Kit, RemoteError> {
        self.check_passphrase(passphrase).await?;
        if *key.account() != self.keys.binding.account {
            return Err(RemoteError::WrongCode);
        }
        // What waits ends all stays at the relay where it is taken.
        self.settle_account(relay, rng, now).await?;
        admit(relay, key, (self.author(), &self.keys.chain.device), now).await?;
        self.kit_at(relay, passphrase, rng, now).await
    }
}

/// Has the relay admit a device by the recovery key. Where the clocks differ it asks once more by the relay's.
async fn admit<T: Transport>(
    relay: &Relay<'_, T>,
    key: &RecoveryKey,
    device: (Author, &DeviceKeys),
    now: Timestamp,
) -> Result<(), RemoteError> {
    let mut replied = ask(relay, key, device, now.0).await?;
    if let Answer::Clock(theirs) = answer(&replied)? {
        replied = ask(relay, key, device, theirs).await?;
    }
    match answer(&replied)? {
        Answer::Admitted => Ok(()),
        // No account, another key and an older kit look the same from here, as they shall.
        Answer::NotFound => Err(RemoteError::WrongCode),
        other => Err(wrong(&other)),
    }
}

async fn ask<T: Transport>(
    relay: &Relay<'_, T>,
    key: &RecoveryKey,
    (author, keys): (Author, &DeviceKeys),
    time: u64,
) -> Result<Vec<u8>, RemoteError> {
    let (device, signing) = (author.device, VerifyingKey::new(keys.public().signing));
    let mut recovery = Recovery { device, signing, time, signature: Signature::UNSIGNED };
    let account = LogId::new(*key.account());
    let fields = recovery.signed_fields(relay.origin, account);
    recovery.signature = Signature::new(key.signing_key().sign(SignatureLabel::Recovery, &fields));
    ask_unsigned(relay, Route::Recover(account), recovery.encode()).await
}
