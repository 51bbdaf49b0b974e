//! What a change does to the objects of a vault, part by part.

use protocol::{DeviceId, ObjectId};

use super::{Model, Overview, SecretValue, Timestamp};

/// What becomes of one object.
#[derive(Debug, PartialEq, Eq)]
pub enum Edit {
    /// Parts of it are written anew. A deleted object is there again.
    Put {
        /// Which object; a new one if the model has none of this id.
        object: ObjectId,
        /// Its whole overview, if that changes. A new object always has one.
        overview: Option<Overview>,
        /// Its value, if that changes.
        value: Option<ValueEdit>,
    },
    /// It goes to the trash. Its parts stay as they are.
    Delete {
        /// Which object.
        object: ObjectId,
    },
}

/// What a value part is written with.
#[derive(Debug, PartialEq, Eq)]
pub enum ValueEdit {
    /// This value.
    Set(SecretValue),
    /// The value that it had at this revision; alternatives stay.
    Again(u64),
    /// The current value, or the alternative that was so written, without any alternative.
    Settle(Option<Written>),
    /// All that it was at this revision.
    Restore(u64),
    /// What it was at the revision before the edit that this one takes back.
    Before,
}

/// Which device wrote an alternative, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The device.
    pub device: DeviceId,
    /// When, as it claims.
    pub time: Timestamp,
}

impl Edit {
    /// The object.
    pub const fn object(&self) -> ObjectId {
        match self {
            Self::Put { object, .. } | Self::Delete { object } => *object,
        }
    }

    /// The edits that take `edits` back, given the model as it was before them. Absorbing both leaves a model with the
    /// same contents ([`Model::same_contents`]).
    pub fn inverse(edits: &[Self], before: &Model) -> Vec<Self> {
        edits.iter().rev().map(|edit| edit.inverted(before)).collect()
    }

    fn inverted(&self, before: &Model) -> Self {
        let object = self.object();
        let was = before.overview(object).cloned();
        match (self, was) {
            (_, None) => Self::Delete { object },
            (Self::Delete { .. }, overview) => Self::Put { object, overview, value: None },
            (Self::Put { overview, value, .. }, was) => Self::Put {
                object,
                overview: overview.as_ref().and(was),
                value: value.as_ref().map(|_| ValueEdit::Before),
            },
        }
    }
}
