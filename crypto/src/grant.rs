//! The account's next root key, to a device that stays (`FORMAT.md` §10).

use rand_core::CryptoRngCore;

use crate::aead::TAG_LENGTH;
use crate::hpke;
use crate::label::Label;
use crate::{DeviceKeys, OpenFailed, RootKey, Secret};

/// Bytes of a grant.
pub const GRANT_LENGTH: usize = hpke::ENC_LENGTH + 32 + TAG_LENGTH;

impl RootKey {
    /// This key for `device` alone, by its agreement key. Who it is from, the commit that carries it says.
    ///
    /// # Errors
    /// The agreement key is of small order.
    pub fn grant(
        &self,
        device: [u8; 16],
        agreement: &[u8; 32],
        rng: &mut impl CryptoRngCore,
    ) -> Result<[u8; GRANT_LENGTH], OpenFailed> {
        let info = info(self.account(), &device, self.epoch());
        let sealed = hpke::seal(agreement, &info, &[], self.key().expose(), rng)?;
        sealed.as_slice().try_into().map_err(|_| OpenFailed)
    }
}

impl DeviceKeys {
    /// The root key of that epoch from a grant to this device.
    ///
    /// # Errors
    /// Another account, device or epoch, or changed bytes.
    pub fn open_grant(
        &self,
        grant: &[u8],
        account: [u8; 16],
        device: [u8; 16],
        epoch: u32,
    ) -> Result<RootKey, OpenFailed> {
        let mut grant = <[u8; GRANT_LENGTH]>::try_from(grant).map_err(|_| OpenFailed)?;
        let info = info(&account, &device, epoch);
        let opened = hpke::open(self.agreement(), &info, &[], &mut grant).map(Secret::from_slice);
        zeroize::Zeroize::zeroize(&mut grant);
        Ok(RootKey::from_parts(account, epoch, opened?.ok_or(OpenFailed)?))
    }
}

/// `LP("tacit/v1/ark-grant") || account || device || epoch`.
fn info(account: &[u8; 16], device: &[u8; 16], epoch: u32) -> Vec<u8> {
    let (length, label) = Label::ARK_GRANT.prefixed();
    [&length[..], label, account, device, &epoch.to_le_bytes()].concat()
}
