//! SHA-256 with a label for each use (`LOG.md` §1: `H(label, x)`).

use std::fmt;

use sha2::{Digest, Sha256};

use crate::codec::{Layout, Malformed, Reader, Writer};
use crate::id::{from_hex, write_hex};

/// A SHA-256 hash: of a commit, a body, a blob or a fold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What stands where there is no commit before.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash that a `put` carries of its sealed blob: `H("blob", blob)`.
    pub fn of_blob(blob: &[u8]) -> Self {
        Self::labelled(Label::Blob, &[blob])
    }

    /// The hash that a `credential` carries of the sign-in record: `H("record", record)`.
    pub fn of_record(record: &[u8]) -> Self {
        Self::labelled(Label::Record, &[record])
    }

    /// The hash that a `credential` carries of a wrapped account root key: `H("ark-wrap", wrap)`.
    pub fn of_ark_wrap(wrap: &[u8]) -> Self {
        Self::labelled(Label::ArkWrap, &[wrap])
    }

    /// What a relay keeps of an invite: `H("invite", code)`.
    pub fn of_invite(code: &[u8; 16]) -> Self {
        Self::labelled(Label::Invite, &[code])
    }

    /// Reads the 64 lower-case hexadecimal digits that `Display` writes; anything else is `None`.
    pub fn from_hex(digits: &str) -> Option<Self> {
        from_hex(digits).map(Self)
    }

    pub(crate) fn labelled(label: Label, parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(label.prefix());
        parts.iter().for_each(|part| hasher.update(part));
        Self(hasher.finalize().into())
    }
}

/// What bytes are hashed or signed as; no two uses share a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    AccountId,
    VaultId,
    Commit,
    CommitSignature,
    Body,
    Blob,
    State,
    Device,
    Identity,
    Request,
    RequestBody,
    Record,
    ArkWrap,
    Enrolment,
    Recovery,
    Invite,
    Heads,
    AdminRequest,
    Socket,
    Lock,
}

impl Label {
    /// `LP("tacit/v1/" || label)`.
    pub(crate) fn prefix(self) -> Vec<u8> {
        let name = self.name();
        let mut to = Writer::new();
        to.prefixed(name.as_bytes());
        to.into_bytes()
    }

    const fn name(self) -> &'static str {
        match self {
            Self::AccountId => "tacit/v1/account-id",
            Self::VaultId => "tacit/v1/vault-id",
            Self::Commit => "tacit/v1/commit",
            Self::CommitSignature => "tacit/v1/commit-signature",
            Self::Body => "tacit/v1/body",
            Self::Blob => "tacit/v1/blob",
            Self::State => "tacit/v1/state",
            Self::Device => "tacit/v1/device",
            Self::Identity => "tacit/v1/identity",
            Self::Request => "tacit/v1/request",
            Self::RequestBody => "tacit/v1/request-body",
            Self::Record => "tacit/v1/record",
            Self::ArkWrap => "tacit/v1/ark-wrap",
            Self::Enrolment => "tacit/v1/enrolment",
            Self::Recovery => "tacit/v1/recovery",
            Self::Invite => "tacit/v1/invite",
            Self::Heads => "tacit/v1/heads",
            Self::AdminRequest => "tacit/v1/admin-request",
            Self::Socket => "tacit/v1/socket",
            Self::Lock => "tacit/v1/lock",
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Layout for Hash {
    fn write(&self, to: &mut Writer) {
        to.bytes(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        from.array().map(Self)
    }
}
