//! The recovery key: on paper only (`FORMAT.md` §10).

use rand_core::CryptoRngCore;

use crate::derive::expand;
use crate::label::Label;
use crate::root::{unwrap_root, wrap_root};
use crate::wrap::{Purpose, Wrapped};
use crate::{OpenFailed, RootKey, Secret, SigningKey};

/// The recovery key (RK): 32 random bytes that open a backup or a relay's copy without the passphrase.
#[derive(Debug, PartialEq, Eq)]
pub struct RecoveryKey {
    account: [u8; 16],
    key: Secret<32>,
}

impl RecoveryKey {
    /// A new recovery key; the one before stops working once nothing wraps the root key under it.
    pub fn generate(account: [u8; 16], rng: &mut impl CryptoRngCore) -> Self {
        Self { account, key: Secret::generate(rng) }
    }

    /// The account's id.
    pub const fn account(&self) -> &[u8; 16] {
        &self.account
    }

    /// The root key for whoever has this key on paper.
    pub fn wrap(&self, root: &RootKey, rng: &mut impl CryptoRngCore) -> Wrapped {
        wrap_root(root, &self.derive(Label::RECOVERY_WRAP), Purpose::RootByRecovery, rng)
    }

    /// The root key of that epoch.
    ///
    /// # Errors
    /// Another recovery key, account or epoch, or changed bytes.
    pub fn unwrap(&self, wrapped: &Wrapped, epoch: u32) -> Result<RootKey, OpenFailed> {
        let outer = self.derive(Label::RECOVERY_WRAP);
        unwrap_root(wrapped, &outer, Purpose::RootByRecovery, self.account, epoch)
    }

    /// The key a recovery is signed with; a relay knows its public half.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(&self.derive(Label::RECOVERY_SIGN))
    }

    pub(crate) const fn from_parts(account: [u8; 16], key: Secret<32>) -> Self {
        Self { account, key }
    }

    pub(crate) const fn key(&self) -> &Secret<32> {
        &self.key
    }

    fn derive(&self, label: Label) -> Secret<32> {
        expand(self.key.expose(), label, &[&self.account], &[])
    }
}
