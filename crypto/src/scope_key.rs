//! The two keys of a scope's epoch: names and values (`FORMAT.md` §11).

use rand_core::CryptoRngCore;

use crate::wrap::{Purpose, Wrapped, unwrap, wrap};
use crate::{OpenFailed, PartKey, ScopeEpoch, ScopeSecret, Secret};

/// The key of a scope's overviews in one epoch.
#[derive(Debug, PartialEq, Eq)]
pub struct NamesKey {
    at: ScopeEpoch,
    key: Secret<32>,
}

impl NamesKey {
    /// Which scope and epoch.
    pub const fn at(&self) -> &ScopeEpoch {
        &self.at
    }

    /// Puts an overview's key into this scope.
    pub fn wrap_overview(
        &self,
        key: &PartKey,
        object: [u8; 16],
        revision: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Wrapped {
        wrap_part(&self.at, &self.key, Purpose::OverviewByNames, key, object, revision, rng)
    }

    /// Takes an overview's key out of its wrap.
    ///
    /// # Errors
    /// Another scope, epoch, object, revision or part, or changed bytes.
    pub fn unwrap_overview(
        &self,
        wrapped: &Wrapped,
        object: [u8; 16],
        revision: u64,
    ) -> Result<PartKey, OpenFailed> {
        unwrap_part(&self.at, &self.key, Purpose::OverviewByNames, wrapped, object, revision)
    }

    /// The names key of the scope `child` below this one, from [`Edge::names`].
    ///
    /// # Errors
    /// Another parent, scope or epoch, or changed bytes.
    pub fn unwrap_child(&self, names: &Wrapped, child: ScopeEpoch) -> Result<Self, OpenFailed> {
        let key = unwrap_scope(&self.at, &self.key, Purpose::NamesByParent, names, &child)?;
        Ok(Self { at: child, key })
    }

    /// The names key of the epoch before this one, from [`Edge::names`] of [`ScopeSecret::wrap_previous`].
    ///
    /// # Errors
    /// Another scope or epoch, or changed bytes.
    pub fn unwrap_previous(&self, names: &Wrapped) -> Result<Self, OpenFailed> {
        let at = before(&self.at)?;
        let key = unwrap_scope(&self.at, &self.key, Purpose::NamesByNext, names, &at)?;
        Ok(Self { at, key })
    }

    pub(crate) const fn from_parts(at: ScopeEpoch, key: Secret<32>) -> Self {
        Self { at, key }
    }

    pub(crate) const fn key(&self) -> &Secret<32> {
        &self.key
    }
}

/// The key of a scope's values in one epoch.
#[derive(Debug, PartialEq, Eq)]
pub struct ValuesKey {
    at: ScopeEpoch,
    key: Secret<32>,
}

impl ValuesKey {
    /// Which scope and epoch.
    pub const fn at(&self) -> &ScopeEpoch {
        &self.at
    }

    /// Puts a value's key into this scope.
    pub fn wrap_value(
        &self,
        key: &PartKey,
        object: [u8; 16],
        revision: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Wrapped {
        wrap_part(&self.at, &self.key, Purpose::ValueByValues, key, object, revision, rng)
    }

    /// Takes a value's key out of its wrap.
    ///
    /// # Errors
    /// Another scope, epoch, object, revision or part, or changed bytes.
    pub fn unwrap_value(
        &self,
        wrapped: &Wrapped,
        object: [u8; 16],
        revision: u64,
    ) -> Result<PartKey, OpenFailed> {
        unwrap_part(&self.at, &self.key, Purpose::ValueByValues, wrapped, object, revision)
    }

    /// The secret of the scope `child` below this one, from [`Edge::secret`].
    ///
    /// # Errors
    /// Another parent, scope or epoch, or changed bytes.
    pub fn unwrap_child(&self, secret: &Wrapped, child: ScopeEpoch) -> Result<ScopeSecret, OpenFailed> {
        let secret = unwrap_scope(&self.at, &self.key, Purpose::ScopeByParent, secret, &child)?;
        Ok(ScopeSecret::from_parts(child, secret))
    }

    /// The secret of the epoch before this one, from [`Edge::secret`] of [`ScopeSecret::wrap_previous`].
    ///
    /// # Errors
    /// Another scope or epoch, or changed bytes.
    pub fn unwrap_previous(&self, secret: &Wrapped) -> Result<ScopeSecret, OpenFailed> {
        let at = before(&self.at)?;
        let secret = unwrap_scope(&self.at, &self.key, Purpose::ScopeByNext, secret, &at)?;
        Ok(ScopeSecret::from_parts(at, secret))
    }

    pub(crate) const fn from_parts(at: ScopeEpoch, key: Secret<32>) -> Self {
        Self { at, key }
    }

    pub(crate) const fn key(&self) -> &Secret<32> {
        &self.key
    }
}

fn before(at: &ScopeEpoch) -> Result<ScopeEpoch, OpenFailed> {
    let epoch = at.epoch.checked_sub(1).ok_or(OpenFailed)?;
    Ok(ScopeEpoch { epoch, ..*at })
}

/// Scopes are bound to each other inside one log: `log || outer scope || outer epoch || inner scope || inner epoch`.
fn unwrap_scope(
    outer: &ScopeEpoch,
    key: &Secret<32>,
    purpose: Purpose,
    wrapped: &Wrapped,
    inner: &ScopeEpoch,
) -> Result<Secret<32>, OpenFailed> {
    if outer.log != inner.log {
        return Err(OpenFailed);
    }
    unwrap(wrapped, key, purpose, &[&inner.log, &outer.tail(), &inner.tail()])
}

/// A part's key is bound to `log || scope || epoch || object || revision`; its part is the purpose.
fn wrap_part(
    at: &ScopeEpoch,
    scope_key: &Secret<32>,
    purpose: Purpose,
    key: &PartKey,
    object: [u8; 16],
    revision: u64,
    rng: &mut impl CryptoRngCore,
) -> Wrapped {
    wrap(key.secret(), scope_key, purpose, &[&at.log, &at.tail(), &object, &revision.to_le_bytes()], rng)
}

fn unwrap_part(
    at: &ScopeEpoch,
    scope_key: &Secret<32>,
    purpose: Purpose,
    wrapped: &Wrapped,
    object: [u8; 16],
    revision: u64,
) -> Result<PartKey, OpenFailed> {
    let place: [&[u8]; 4] = [&at.log, &at.tail(), &object, &revision.to_le_bytes()];
    unwrap(wrapped, scope_key, purpose, &place).map(PartKey::from_secret)
}
