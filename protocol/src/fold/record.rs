//! What the fold holds of each thing (`LOG.md` §6).

use crate::account::{Credential, Grantee};
use crate::entry::{Edge, Part, Put, Wrapped, Wraps};
use crate::hash::Hash;
use crate::id::PrincipalId;
use crate::key::{AgreementKey, VerifyingKey};

/// A device of the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Whose it is.
    pub principal: PrincipalId,
    /// What its commits are verified with.
    pub signing: VerifyingKey,
    /// What is wrapped to it.
    pub agreement: AgreementKey,
    /// The generation of the identity that certified it.
    pub generation: u32,
    /// The counter of its last commit; 0 before its first.
    pub counter: u64,
    /// Whether it has ended.
    pub revoked: bool,
}

/// A scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRecord {
    /// Its current epoch.
    pub epoch: u32,
    /// What leads to it, ascending by parent; none for the root.
    pub parents: Vec<Edge>,
    /// The secret of epoch 1, 2 and so on, each under the one after.
    pub previous: Vec<Wrapped>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRecord {
    /// Whether it is hidden.
    pub deleted: bool,
    /// Its overview.
    pub overview: PartRecord,
    /// Its value, if it ever had one.
    pub value: Option<PartRecord>,
}

impl ObjectRecord {
    /// That part of it.
    pub const fn part(&self, part: Part) -> Option<&PartRecord> {
        match part {
            Part::Overview => Some(&self.overview),
            Part::Value => self.value.as_ref(),
        }
    }

    /// The parts it has.
    pub fn parts(&self) -> impl Iterator<Item = &PartRecord> {
        std::iter::once(&self.overview).chain(&self.value)
    }
}

/// The current revision of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRecord {
    /// The revision, from 1.
    pub revision: u64,
    /// The place of the commit that put it.
    pub seq: u64,
    /// The index of its entry there.
    pub entry: u16,
    /// [`Hash::of_blob`] of its blob.
    pub blob: Hash,
    /// Bytes of its blob.
    pub length: u32,
    /// The scopes it lies in.
    pub wraps: Wraps,
    /// Erased revisions: disjoint ranges that do not touch, ascending, both ends included.
    pub forgotten: Vec<(u64, u64)>,
}

impl PartRecord {
    /// Whether that revision's blob is erased.
    pub fn is_forgotten(&self, revision: u64) -> bool {
        self.forgotten.iter().any(|(first, last)| (*first..=*last).contains(&revision))
    }

    pub(super) fn of(put: &Put, seq: u64, entry: u16, forgotten: Vec<(u64, u64)>) -> Self {
        let Put { revision, blob, length, ref wraps, .. } = *put;
        Self { revision, seq, entry, blob, length, wraps: wraps.clone(), forgotten }
    }
}

/// What only an account's log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountRecord {
    /// The account root key of epoch 1, 2 and so on, each under the one after. The current epoch is one more than these.
    pub previous: Vec<Wrapped>,
    /// The current account root key to devices, ascending by device.
    pub grants: Vec<Grantee>,
    /// What the relay holds for signing in, once there is a relay.
    pub credential: Option<Credential>,
}

impl AccountRecord {
    /// The current epoch of the account root key.
    pub fn ark_epoch(&self) -> u32 {
        u32::try_from(self.previous.len()).unwrap_or(u32::MAX).saturating_add(1)
    }
}
