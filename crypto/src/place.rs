//! Where a sealed part belongs.

/// Which half of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Names and everything else that is shown in lists.
    Overview,
    /// The secret itself.
    Value,
}

impl Part {
    /// Its number in the header.
    pub const fn number(self) -> u32 {
        match self {
            Self::Overview => 0,
            Self::Value => 1,
        }
    }
}

/// The one place in which a sealed part opens: this revision of this part of this object of this log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The log's id.
    pub log: [u8; 16],
    /// The object's id.
    pub object: [u8; 16],
    /// Which of its parts.
    pub part: Part,
    /// The part's revision, from 1.
    pub revision: u64,
}
