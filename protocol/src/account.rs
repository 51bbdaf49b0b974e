//! The entries that only an account's log has (`LOG.md` §3): the same fold, two kinds more.

use crate::codec::{Layout, Malformed, Reader, Writer, ascending, layout};
use crate::entry::Wrapped;
use crate::hash::Hash;
use crate::id::DeviceId;
use crate::key::VerifyingKey;
use crate::limit;

/// Names what the relay holds for signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// One more than before; 1 for the first.
    pub epoch: u32,
    /// The current epoch of the account root key.
    pub ark_epoch: u32,
    /// [`Hash::of_record`] of the sign-in record.
    pub record: Hash,
    /// [`Hash::of_ark_wrap`] of the account root key under what a sign-in gives.
    pub ark_wrap: Hash,
    /// [`Hash::of_ark_wrap`] of the account root key under the recovery key.
    pub recovery_wrap: Hash,
    /// What a recovery is verified with.
    pub recovery: VerifyingKey,
}

/// Begins the next epoch of the account root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArkGrant {
    /// One more than before; the epoch is 1 before the first.
    pub epoch: u32,
    /// The key before, wrapped under the new one.
    pub previous: Wrapped,
    /// The new key to every other device, ascending by device.
    pub grants: Vec<Grantee>,
}

/// A device and the account root key wrapped to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grantee {
    /// The device.
    pub device: DeviceId,
    /// The key, by HPKE to the device's agreement key.
    pub key: Wrapped,
}

layout!(Credential { epoch, ark_epoch, record, ark_wrap, recovery_wrap, recovery });
layout!(Grantee { device, key });

impl Layout for ArkGrant {
    fn write(&self, to: &mut Writer) {
        self.epoch.write(to);
        self.previous.write(to);
        to.list16(&self.grants);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let epoch = from.u32()?;
        let previous = Layout::read(from)?;
        let grants = from.list16(limit::DEVICES)?;
        ascending(&grants, |grantee: &Grantee| grantee.device)?;
        Ok(Self { epoch, previous, grants })
    }
}
