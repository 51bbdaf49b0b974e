//! A fold with only some of its objects at hand, for who keeps each in a row of its own (`LOG.md` §6).
//!
//! Whether a commit may follow depends on the objects that it names and on everything that is no object. So a relay takes a
//! commit in by reading these, at any size of the vault; only the state root is of all.

use sha2::{Digest, Sha256};

use super::serial;
use super::{DeviceRecord, ObjectRecord, State};
use crate::codec::{self, Malformed};
use crate::entry::{Head, LogKind, Member};
use crate::hash::{Hash, Label};
use crate::id::{DeviceId, ObjectId, PrincipalId};

/// The serialisation of a fold but for its objects, in the three pieces that stand before and behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sections {
    /// Version, log, head, members and devices: what every commit changes.
    pub roster: Vec<u8>,
    /// The scopes.
    pub scopes: Vec<u8>,
    /// What only an account's log holds; empty for a vault's.
    pub account: Vec<u8>,
    /// How many objects the fold has.
    pub objects: u32,
}

impl State {
    /// Everything but the objects.
    pub fn sections(&self) -> Sections {
        let [roster, scopes, account] = serial::sections(self);
        let objects = u32::try_from(self.objects.len() + self.elsewhere).unwrap_or(u32::MAX);
        Sections { roster, scopes, account, objects }
    }

    /// A fold of which only `objects` are at hand, each as [`ObjectRecord::encode`] wrote it. The bytes must be our own: this
    /// checks their form.
    ///
    /// # Errors
    /// They are malformed.
    pub fn excerpt(sections: &Sections, objects: &[(ObjectId, Vec<u8>)]) -> Result<Self, Malformed> {
        let decode = |(id, bytes): &(ObjectId, Vec<u8>)| Ok((*id, ObjectRecord::decode(bytes)?));
        let objects = objects.iter().map(decode).collect::<Result<Vec<_>, Malformed>>()?;
        serial::excerpt(sections, objects)
    }
}

/// Who is in a log, and how far it has come: what [`Sections::roster`] alone tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster(State);

impl Roster {
    /// Reads [`Sections::roster`]. The bytes must be our own: this checks their form.
    ///
    /// # Errors
    /// They are malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        serial::roster(bytes).map(Self)
    }

    /// The last commit taken in.
    pub const fn head(&self) -> Head {
        self.0.head()
    }

    /// What the log is of.
    pub const fn kind(&self) -> LogKind {
        self.0.kind
    }

    /// A principal, present or past.
    pub fn member(&self, principal: PrincipalId) -> Option<&Member> {
        self.0.member(principal)
    }

    /// A device, revoked or not.
    pub fn device(&self, device: DeviceId) -> Option<&DeviceRecord> {
        self.0.device(device)
    }
}

impl ObjectRecord {
    /// As it stands in the fold's serialisation, behind its id.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads what [`ObjectRecord::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        codec::decode(bytes)
    }
}

/// Makes a state root of rows as they are read.
#[derive(Clone, Debug)]
pub struct RootHasher {
    hasher: Sha256,
    account: Vec<u8>,
}

impl RootHasher {
    /// Begins with all that stands before the objects.
    pub fn new(sections: &Sections) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(Label::State.prefix());
        hasher.update(&sections.roster);
        hasher.update(&sections.scopes);
        hasher.update(sections.objects.to_le_bytes());
        Self { hasher, account: sections.account.clone() }
    }

    /// Adds the next object, ascending by id.
    pub fn add(&mut self, id: ObjectId, record: &[u8]) {
        self.hasher.update(id.as_bytes());
        self.hasher.update(record);
    }

    /// The root.
    pub fn finish(mut self) -> Hash {
        self.hasher.update(&self.account);
        Hash::new(self.hasher.finalize().into())
    }
}
