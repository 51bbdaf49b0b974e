//! Scopes: compartments with a secret per epoch (`FORMAT.md` §11).

use rand_core::CryptoRngCore;

use crate::derive::expand;
use crate::label::Label;
use crate::wrap::{Purpose, WRAP_LENGTH, Wrapped, wrap};
use crate::{NamesKey, ParseError, Secret, ValuesKey};

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
    pub(crate) fn tail(&self) -> [u8; 20] {
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
        NamesKey::from_parts(self.at, self.derive(Label::SCOPE_NAMES))
    }

    /// The key of values: `Expand(s, "scope-values", log || scope || epoch)`.
    pub fn values_key(&self) -> ValuesKey {
        ValuesKey::from_parts(self.at, self.derive(Label::SCOPE_VALUES))
    }

    /// Hangs this scope under `parent`.
    pub fn wrap_under(&self, parent: &Self, rng: &mut impl CryptoRngCore) -> Edge {
        let (log, above, here) = (self.at.log, parent.at.tail(), self.at.tail());
        let place: [&[u8]; 3] = [&log, &above, &here];
        let (names, values) = (parent.names_key(), parent.values_key());
        Edge {
            secret: wrap(&self.secret, values.key(), Purpose::ScopeByParent, &place, rng),
            names: wrap(self.names_key().key(), names.key(), Purpose::NamesByParent, &place, rng),
        }
    }

    /// Keeps the epoch before readable from this one: its secret under this values key, its names key under this names key.
    pub fn wrap_previous(&self, previous: &Self, rng: &mut impl CryptoRngCore) -> Edge {
        let (log, older, here) = (self.at.log, previous.at.tail(), self.at.tail());
        let place: [&[u8]; 3] = [&log, &here, &older];
        let (names, values) = (self.names_key(), self.values_key());
        Edge {
            secret: wrap(&previous.secret, values.key(), Purpose::ScopeByNext, &place, rng),
            names: wrap(previous.names_key().key(), names.key(), Purpose::NamesByNext, &place, rng),
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
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let (secret, names) = bytes.split_at_checked(WRAP_LENGTH).ok_or(ParseError::Malformed)?;
        Ok(Self { secret: Wrapped::parse(secret)?, names: Wrapped::parse(names)? })
    }
}
