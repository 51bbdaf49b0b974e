//! The entries of a commit's body (`LOG.md` §3).

mod mark;
mod member;
mod part;
mod roster;
mod scope;

pub use mark::{Checkpoint, Head, Note, Rejoin};
pub use member::{Access, AccessMethod, Grant, Member, MemberKind, Rights};
pub use part::{Delete, Forget, Part, Put, UnwrapFrom, Wrap, WrapInto, WrapRef, Wraps};
pub use roster::{Device, Genesis, Identity, LogKind, Revoke};
pub use scope::{Edge, Scope, Wrapped};

use crate::account::{ArkGrant, Credential};
use crate::codec::{self, Layout, Malformed, Reader, Writer};
use crate::id::ObjectId;
use crate::limit;

/// One entry of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Founds the log.
    Genesis(Genesis),
    /// Adds a device.
    Device(Device),
    /// Ends a device.
    Revoke(Revoke),
    /// Replaces a principal's identity.
    Identity(Identity),
    /// Adds a principal, or replaces its grants and access.
    Member(Member),
    /// Makes a scope or gives it its next epoch.
    Scope(Scope),
    /// Writes a revision of a part.
    Put(Put),
    /// Puts a part into one more scope.
    Wrap(WrapInto),
    /// Takes a part out of a scope.
    Unwrap(UnwrapFrom),
    /// Hides an object.
    Delete(Delete),
    /// Erases blobs.
    Forget(Forget),
    /// States the root of the fold before this commit.
    Checkpoint(Checkpoint),
    /// Tells that a device left another branch.
    Rejoin(Rejoin),
    /// Names what the relay holds for signing in.
    Credential(Credential),
    /// Begins the next epoch of the account root key.
    ArkGrant(ArkGrant),
    /// Carries the hash of a statement kept elsewhere.
    Note(Note),
    /// A kind this version does not know, or a note of another shape. Kept as it is.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

impl Entry {
    /// Its number.
    pub const fn kind(&self) -> u16 {
        match self {
            Self::Genesis(_) => 0x0001,
            Self::Device(_) => 0x0002,
            Self::Revoke(_) => 0x0003,
            Self::Identity(_) => 0x0004,
            Self::Member(_) => 0x0005,
            Self::Scope(_) => 0x0006,
            Self::Put(_) => 0x0007,
            Self::Wrap(_) => 0x0008,
            Self::Unwrap(_) => 0x0009,
            Self::Delete(_) => 0x000A,
            Self::Forget(_) => 0x000B,
            Self::Checkpoint(_) => 0x000C,
            Self::Rejoin(_) => 0x000D,
            Self::Credential(_) => 0x0020,
            Self::ArkGrant(_) => 0x0021,
            Self::Note(_) => NOTE,
            Self::Unknown { kind, .. } => *kind,
        }
    }

    /// Whether its kind may be passed over by who does not know it.
    pub const fn is_ignorable(&self) -> bool {
        self.kind() & IGNORABLE != 0
    }

    /// The revision that it writes.
    pub const fn as_put(&self) -> Option<&Put> {
        match self {
            Self::Put(put) => Some(put),
            _ => None,
        }
    }

    /// The object it is about.
    pub const fn object(&self) -> Option<ObjectId> {
        match self {
            Self::Put(Put { object, .. })
            | Self::Wrap(WrapInto { object, .. })
            | Self::Unwrap(UnwrapFrom { object, .. })
            | Self::Delete(Delete { object, .. })
            | Self::Forget(Forget { object, .. }) => Some(*object),
            _ => None,
        }
    }

    /// How many bytes of a body it takes.
    pub fn length(&self) -> usize {
        codec::encode(self).len()
    }

    /// Decodes a body: at least one entry, within the limits.
    ///
    /// # Errors
    /// What is wrong with the bytes. A kind that is not known is not an error.
    pub fn decode_body(body: &[u8]) -> Result<Vec<Self>, Malformed> {
        if body.is_empty() || body.len() > limit::BODY {
            return Err(Malformed::Bounds);
        }
        let mut from = Reader::new(body);
        let mut entries = Vec::new();
        while !from.is_empty() {
            if entries.len() == limit::ENTRIES {
                return Err(Malformed::Bounds);
            }
            entries.push(Self::read(&mut from)?);
        }
        Ok(entries)
    }

    /// Encodes a body.
    ///
    /// # Errors
    /// An entry, or all together, is over a limit, out of order or otherwise nothing that decodes to the same.
    pub fn encode_body(entries: &[Self]) -> Result<Vec<u8>, Malformed> {
        let mut to = Writer::new();
        entries.iter().for_each(|entry| entry.write(&mut to));
        let body = to.into_bytes();
        if Self::decode_body(&body)? == entries { Ok(body) } else { Err(Malformed::Value) }
    }

    fn write_bytes(&self, to: &mut Writer) {
        match self {
            Self::Genesis(entry) => entry.write(to),
            Self::Device(entry) => entry.write(to),
            Self::Revoke(entry) => entry.write(to),
            Self::Identity(entry) => entry.write(to),
            Self::Member(entry) => entry.write(to),
            Self::Scope(entry) => entry.write(to),
            Self::Put(entry) => entry.write(to),
            Self::Wrap(entry) => entry.write(to),
            Self::Unwrap(entry) => entry.write(to),
            Self::Delete(entry) => entry.write(to),
            Self::Forget(entry) => entry.write(to),
            Self::Checkpoint(entry) => entry.write(to),
            Self::Rejoin(entry) => entry.write(to),
            Self::Credential(entry) => entry.write(to),
            Self::ArkGrant(entry) => entry.write(to),
            Self::Note(entry) => entry.write(to),
            Self::Unknown { bytes, .. } => to.bytes(bytes),
        }
    }

    fn read_bytes(kind: u16, bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(match kind {
            0x0001 => Self::Genesis(codec::decode(bytes)?),
            0x0002 => Self::Device(codec::decode(bytes)?),
            0x0003 => Self::Revoke(codec::decode(bytes)?),
            0x0004 => Self::Identity(codec::decode(bytes)?),
            0x0005 => Self::Member(codec::decode(bytes)?),
            0x0006 => Self::Scope(codec::decode(bytes)?),
            0x0007 => Self::Put(codec::decode(bytes)?),
            0x0008 => Self::Wrap(codec::decode(bytes)?),
            0x0009 => Self::Unwrap(codec::decode(bytes)?),
            0x000A => Self::Delete(codec::decode(bytes)?),
            0x000B => Self::Forget(codec::decode(bytes)?),
            0x000C => Self::Checkpoint(codec::decode(bytes)?),
            0x000D => Self::Rejoin(codec::decode(bytes)?),
            0x0020 => Self::Credential(codec::decode(bytes)?),
            0x0021 => Self::ArkGrant(codec::decode(bytes)?),
            // An ignorable entry never makes a commit unacceptable: a note of another shape is not understood, not wrong.
            NOTE => codec::decode(bytes)
                .map_or_else(|_| Self::Unknown { kind, bytes: bytes.to_vec() }, Self::Note),
            _ => Self::Unknown { kind, bytes: bytes.to_vec() },
        })
    }
}

const IGNORABLE: u16 = 0x8000;
const NOTE: u16 = 0x8001;

impl Layout for Entry {
    fn write(&self, to: &mut Writer) {
        let mut bytes = Writer::new();
        self.write_bytes(&mut bytes);
        to.u16(self.kind());
        to.count32(bytes.length());
        to.bytes(&bytes.into_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let kind = from.u16()?;
        let length = from.count32(limit::BODY)?;
        Self::read_bytes(kind, from.take(length)?)
    }
}
