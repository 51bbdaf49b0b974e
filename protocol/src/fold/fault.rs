//! Why a commit is not taken in, sorted by who must act (`LOG.md` §5).

use crate::codec::Malformed;
use crate::commit::Newer;

/// A commit was not taken in; the fold is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// This program must be updated. Not an attack: reading and local edits go on, nothing is sent.
    #[error("needs an update: {0}")]
    NeedsUpdate(Newer),
    /// The commit is wrong.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

/// A commit is wrong, for the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It does not continue what we hold: compare heads.
    #[error("does not continue the chain: {0}")]
    Chain(Chain),
    /// It is not provably by a device of this log: whoever served it must answer.
    #[error("not by a device of this log: {0}")]
    Author(Author),
    /// It is signed and its body is malformed: that device must answer.
    #[error("malformed body: {0}")]
    Body(Malformed),
    /// It is signed and an entry breaks a rule: that device must answer.
    #[error("entry {index}: {fault}")]
    Entry {
        /// Which entry, from 0.
        index: u16,
        /// Which rule.
        fault: Fault,
    },
}

/// How a commit does not continue the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Chain {
    /// It belongs to another log.
    #[error("another log")]
    Log,
    /// It belongs to another place.
    #[error("another place")]
    Seq,
    /// It follows another commit.
    #[error("follows another commit")]
    Prev,
}

/// How a commit is not by a device of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Author {
    /// The device is in no roster and the commit does not bring it.
    #[error("unknown device")]
    UnknownDevice,
    /// The device the commit brings could not be added.
    #[error("device that cannot be added: {0}")]
    NotAdded(Fault),
    /// The device is revoked.
    #[error("revoked device")]
    Revoked,
    /// The device is another principal's.
    #[error("another principal's device")]
    Principal,
    /// The principal has no rights anywhere.
    #[error("no member")]
    NotMember,
    /// The signature does not verify.
    #[error("signature does not verify")]
    Signature,
    /// The counter is not higher than the device's last: a copied store, or a commit signed for another place.
    #[error("counter is not higher than the last")]
    Counter,
}

/// Which rule an entry breaks (`LOG.md` §4; the number is the rule's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It stands where it must not, or in the wrong kind of log (6, 7, 8).
    #[error("stands in the wrong place")]
    Misplaced,
    /// A checkpoint is due (7).
    #[error("a checkpoint is due")]
    CheckpointDue,
    /// The state root is not the fold's (7).
    #[error("state root is not the fold's")]
    StateRoot,
    /// The log is not founded as it must be (8).
    #[error("the log is not founded rightly")]
    Founding,
    /// It names something that is not there (9 to 18).
    #[error("names what is not there")]
    Unknown,
    /// The id is taken (9).
    #[error("the id is taken")]
    Taken,
    /// The device is revoked already (10).
    #[error("revoked already")]
    Revoked,
    /// It is about another principal than the author (9, 11).
    #[error("not the author's own")]
    NotOwn,
    /// The generation is not the one it must be (9, 11, 12).
    #[error("wrong generation")]
    Generation,
    /// The certificate does not verify (9, 11).
    #[error("certificate does not verify")]
    Certificate,
    /// Kind or keys of a principal differ from what they are (12).
    #[error("another identity")]
    Identity,
    /// Access to what is not granted, or by a method that is not for this kind (12).
    #[error("access that is not granted")]
    Access,
    /// Nobody would hold all rights on the root (12).
    #[error("nobody would own the log")]
    Ownerless,
    /// The author lacks a right (10, 12 to 18).
    #[error("a right is lacking")]
    Rights,
    /// An epoch is not the one it must be (12 to 16, 19, 20).
    #[error("wrong epoch")]
    Epoch,
    /// A scope's parents are none, others than before, or too deep (13, 14).
    #[error("wrong parents")]
    Parents,
    /// A scope is behind its parents (13 to 16).
    #[error("the scope is behind its parents")]
    Behind,
    /// A revision is not the one it must be (15 to 17).
    #[error("wrong revision")]
    Revision,
    /// The object is deleted (15 to 17).
    #[error("the object is deleted")]
    Deleted,
    /// The scope is among the part's already, is not among them, or is the last (16).
    #[error("wrong scope for the part")]
    Wraps,
    /// The revisions may not be erased (18).
    #[error("revisions that may not be erased")]
    Range,
    /// The grants are not the other devices (20).
    #[error("wrong devices")]
    Grantees,
    /// The log is full (§3).
    #[error("too many")]
    TooMany,
}

impl From<Chain> for Refusal {
    fn from(chain: Chain) -> Self {
        Self::Rejected(Rejection::Chain(chain))
    }
}

impl From<Author> for Refusal {
    fn from(author: Author) -> Self {
        Self::Rejected(Rejection::Author(author))
    }
}

impl Refusal {
    /// `fault` at entry `index`, which the limit on entries keeps within 16 bits.
    pub(super) fn at(index: usize, fault: Fault) -> Self {
        Self::Rejected(Rejection::Entry { index: u16::try_from(index).unwrap_or(u16::MAX), fault })
    }
}
