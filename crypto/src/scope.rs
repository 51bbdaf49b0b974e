//! Scopes: compartments with a secret per epoch, and the two keys expanded from it (`FORMAT.md` §11).

use rand_core::CryptoRngCore;

use crate::derive::expand;
use crate::label::Label;
use crate::wrap::{Purpose, Wrapped, unwrap, wrap};
use crate::{OpenFailed, PartKey, Secret};

/// One epoch of one scope of one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeEpoch {
    /// The log's id.
    pub log: [u8; 16],
    /// The scope's id.
    pub scope: [u8; 16],
    /// The epoch, from 1.
    pub epoch: u32,
}

impl ScopeEpoch {
    /// The scope by itself, without its log: `scope || epoch`.
    fn tail(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        let (scope, epoch) = bytes.split_at_mut(16);
        scope.copy_from_slice(&self.scope);
        epoch.copy_from_slice(&self.epoch.to_le_bytes());
        bytes
    }
}

/// A scope's secret of one epoch: who has it reaches names and values, here and below.
#[derive(Debug, PartialEq, Eq)]
pub struct ScopeSecret {
    at: ScopeEpoch,
    secret: Secret<32>,
}

/// How a scope hangs under a parent: its secret under the parent's values key, its names key under the parent's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The secret, for who reads values.
    pub secret: Wrapped,
    /// The names key, for who reads only names.
    pub names: Wrapped,
}

impl ScopeSecret {
    /// A new scope, or the next epoch of one.
    pub fn generate(at: ScopeEpoch, rng: &mut impl CryptoRngCore) -> Self {
        Self { at, secret: Secret::generate(rng) }
    }

    /// Which scope and epoch.
    pub const fn at(&self) -> &ScopeEpoch {
        &self.at
    }

    /// The key of overviews: `Expand(s, "scope-names", log || scope || epoch)`.
    pub fn names_key(&self) -> NamesKey {
        NamesKey { at: self.at, key: self.derive(Label::SCOPE_NAMES) }
    }

    /// The key of values: `Expand(s, "scope-values", log || scope || epoch)`.
    pub fn values_key(&self) -> ValuesKey {
        ValuesKey { at: self.at, key: self.derive(Label::SCOPE_VALUES) }
    }

    /// Hangs this scope under `parent`.
    pub fn wrap_under(&self, parent: &Self, rng: &mut impl CryptoRngCore) -> Edge {
        let (log, above, here) = (self.at.log, parent.at.tail(), self.at.tail());
        let place: [&[u8]; 3] = [&log, &above, &here];
        let (names, values) = (parent.names_key(), parent.values_key());
        Edge {
            secret: wrap(&self.secret, &values.key, Purpose::ScopeByParent, &place, rng),
            names: wrap(&self.names_key().key, &names.key, Purpose::NamesByParent, &place, rng),
        }
    }

    /// Keeps the epoch before readable from this one: its secret under this values key, its names key under this names key.
    pub fn wrap_previous(&self, previous: &Self, rng: &mut impl CryptoRngCore) -> Edge {
        let (log, older, here) = (self.at.log, previous.at.tail(), self.at.tail());
        let place: [&[u8]; 3] = [&log, &here, &older];
        let (names, values) = (self.names_key(), self.values_key());
        Edge {
            secret: wrap(&previous.secret, &values.key, Purpose::ScopeByNext, &place, rng),
            names: wrap(&previous.names_key().key, &names.key, Purpose::NamesByNext, &place, rng),
        }
    }

    pub(crate) const fn from_parts(at: ScopeEpoch, secret: Secret<32>) -> Self {
        Self { at, secret }
    }

    pub(crate) const fn secret(&self) -> &Secret<32> {
        &self.secret
    }

    fn derive(&self, label: Label) -> Secret<32> {
        expand(self.secret.expose(), label, &[&self.at.log, &self.at.tail()], &[])
    }
}

impl Edge {
    /// Both wraps one after the other, 212 bytes: how a log carries the previous epoch.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.secret.as_bytes()[..], self.names.as_bytes()].concat()
    }

    /// Reads both wraps from 212 bytes.
    ///
    /// # Errors
    /// They are not two wraps.
    pub fn parse(bytes: &[u8]) -> Result<Self, crate::ParseError> {
        let (secret, names) =
            bytes.split_at_checked(crate::WRAP_LENGTH).ok_or(crate::ParseError::Malformed)?;
        Ok(Self { secret: Wrapped::parse(secret)?, names: Wrapped::parse(names)? })
    }
}

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
        Ok(ScopeSecret { at: child, secret })
    }

    /// The secret of the epoch before this one, from [`Edge::secret`] of [`ScopeSecret::wrap_previous`].
    ///
    /// # Errors
    /// Another scope or epoch, or changed bytes.
    pub fn unwrap_previous(&self, secret: &Wrapped) -> Result<ScopeSecret, OpenFailed> {
        let at = before(&self.at)?;
        let secret = unwrap_scope(&self.at, &self.key, Purpose::ScopeByNext, secret, &at)?;
        Ok(ScopeSecret { at, secret })
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
