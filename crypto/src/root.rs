//! The account root key, epoch by epoch, and what it opens (`FORMAT.md` §10).

use rand_core::CryptoRngCore;

use crate::derive::expand;
use crate::label::Label;
use crate::wrap::{Purpose, Wrapped, unwrap, wrap};
use crate::{OpenFailed, ScopeEpoch, ScopeSecret, Secret};

/// An account's root key (ARK) of one epoch.
#[derive(Debug, PartialEq, Eq)]
pub struct RootKey {
    account: [u8; 16],
    epoch: u32,
    key: Secret<32>,
}

impl RootKey {
    /// A new account's root key (epoch 1), or its next.
    pub fn generate(account: [u8; 16], epoch: u32, rng: &mut impl CryptoRngCore) -> Self {
        Self { account, epoch, key: Secret::generate(rng) }
    }

    /// The account's id.
    pub const fn account(&self) -> &[u8; 16] {
        &self.account
    }

    /// The epoch, from 1.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The owner's own access to a scope, of whatever log.
    pub fn wrap_access(&self, scope: &ScopeSecret, rng: &mut impl CryptoRngCore) -> Wrapped {
        let at = scope.at();
        let key = self.derive(Label::ROOT_ACCESS);
        wrap(
            scope.secret(),
            &key,
            Purpose::ScopeByRoot,
            &[&self.account, &at.log, &at.scope, &at.epoch.to_le_bytes()],
            rng,
        )
    }

    /// A scope's secret from the owner's access to it.
    ///
    /// # Errors
    /// Another account, epoch of the root key, log, scope or epoch of the scope, or changed bytes.
    pub fn unwrap_access(&self, wrapped: &Wrapped, at: ScopeEpoch) -> Result<ScopeSecret, OpenFailed> {
        let key = self.derive(Label::ROOT_ACCESS);
        let place: [&[u8]; 4] = [&self.account, &at.log, &at.scope, &at.epoch.to_le_bytes()];
        let secret = unwrap(wrapped, &key, Purpose::ScopeByRoot, &place)?;
        Ok(ScopeSecret::from_parts(at, secret))
    }

    /// Keeps the epoch before reachable from this one.
    pub fn wrap_previous(&self, previous: &Self, rng: &mut impl CryptoRngCore) -> Wrapped {
        let key = self.derive(Label::ROOT_CHAIN);
        wrap(
            &previous.key,
            &key,
            Purpose::RootByNext,
            &[&self.account, &previous.epoch.to_le_bytes(), &self.epoch.to_le_bytes()],
            rng,
        )
    }

    /// The root key of the epoch before this one.
    ///
    /// # Errors
    /// Another account or epoch, or changed bytes.
    pub fn unwrap_previous(&self, wrapped: &Wrapped) -> Result<Self, OpenFailed> {
        let epoch = self.epoch.checked_sub(1).ok_or(OpenFailed)?;
        let place: [&[u8]; 3] = [&self.account, &epoch.to_le_bytes(), &self.epoch.to_le_bytes()];
        let key = unwrap(wrapped, &self.derive(Label::ROOT_CHAIN), Purpose::RootByNext, &place)?;
        Ok(Self { account: self.account, epoch, key })
    }

    pub(crate) const fn from_parts(account: [u8; 16], epoch: u32, key: Secret<32>) -> Self {
        Self { account, epoch, key }
    }

    pub(crate) const fn key(&self) -> &Secret<32> {
        &self.key
    }

    fn derive(&self, label: Label) -> Secret<32> {
        expand(self.key.expose(), label, &[&self.account, &self.epoch.to_le_bytes()], &[])
    }
}

/// Wraps `root` under a key that belongs to the account: `account || epoch` is bound.
pub(crate) fn wrap_root(
    root: &RootKey,
    outer: &Secret<32>,
    purpose: Purpose,
    rng: &mut impl CryptoRngCore,
) -> Wrapped {
    wrap(&root.key, outer, purpose, &[&root.account, &root.epoch.to_le_bytes()], rng)
}

/// Opens what [`wrap_root`] made.
pub(crate) fn unwrap_root(
    wrapped: &Wrapped,
    outer: &Secret<32>,
    purpose: Purpose,
    account: [u8; 16],
    epoch: u32,
) -> Result<RootKey, OpenFailed> {
    let key = unwrap(wrapped, outer, purpose, &[&account, &epoch.to_le_bytes()])?;
    Ok(RootKey { account, epoch, key })
}
