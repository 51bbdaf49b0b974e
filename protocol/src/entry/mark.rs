//! Statements about the log itself.

use crate::codec::{Layout, Malformed, Reader, Writer, ascending, layout};
use crate::hash::Hash;
use crate::id::LogId;
use crate::limit;

/// States the root of the fold before its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The state root.
    pub root: Hash,
    /// In an account's log: what its device knows of vaults' heads, ascending by log.
    pub heads: Vec<Head>,
}

/// How far a log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub log: LogId,
    /// Its last commit's place.
    pub seq: u64,
    /// Its last commit's hash.
    pub hash: Hash,
}

/// Tells that the device in the header left a branch to take this chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejoin {
    /// The last place on the branch it left.
    pub seq: u64,
    /// The commit hash there.
    pub hash: Hash,
}

/// Carries the hash of a statement kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The hash.
    pub hash: Hash,
}

layout!(Head { log, seq, hash });
layout!(Rejoin { seq, hash });
layout!(Note { hash });

impl Layout for Checkpoint {
    fn write(&self, to: &mut Writer) {
        self.root.write(to);
        to.list16(&self.heads);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let root = Layout::read(from)?;
        let heads = from.list16(limit::HEADS)?;
        ascending(&heads, |head: &Head| head.log)?;
        Ok(Self { root, heads })
    }
}
