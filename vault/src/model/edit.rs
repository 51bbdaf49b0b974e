//! What a change does to the objects of a vault, part by part.

use protocol::ObjectId;

use super::{Model, Overview, SecretValue};

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
    /// What it was at this revision.
    Restore(u64),
    /// What it was at the revision before the edit that this one takes back.
    Before,
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
