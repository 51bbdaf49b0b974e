//! Why something is not done, sorted by who must act.

use crate::change::Refusal;
use crate::port::StoreError;

/// Why an act on a vault did not happen. Nothing was changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The passphrase does not open this vault. So say changed bytes of what it opens, too.
    #[error("the passphrase does not open this vault")]
    WrongPassphrase,
    /// The passkey does not open this vault, or is not one of its own.
    #[error("the passkey does not open this vault")]
    WrongPasskey,
    /// Neither code of the kit opens this backup, or not with this passphrase.
    #[error("the code or the passphrase does not open this backup")]
    WrongCode,
    /// Another session locked this one.
    #[error("locked")]
    Locked,
    /// There is no vault here.
    #[error("there is no vault here")]
    NoVault,
    /// There is a vault here already.
    #[error("there is a vault here already")]
    VaultExists,
    /// Stored bytes are not what was written.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// Stored bytes are a newer version's.
    #[error("written by a newer version")]
    NewerVersion,
    /// The change breaks a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An act cannot be taken back: this was changed since, or something else depends on it.
    #[error("{name:?} was changed since")]
    CannotUndo {
        /// What a person calls it.
        name: String,
    },
    /// What was asked for did not come from the relay yet.
    #[error("not here yet")]
    NotHere,
    /// What was asked for is not there, or not any more.
    #[error("gone")]
    Gone,
    /// Somebody else changed the same things at the same time.
    #[error("changed at the same time elsewhere")]
    Contended,
    /// Called off by who asked for it; nothing was stored.
    #[error("called off")]
    CalledOff,
    /// There are as many of these as there may be, or it is longer than it may be.
    #[error("too many or too long")]
    TooMuch,
    /// The vault is connected to a relay, where this has to change at the same time.
    #[error("this has to change at the relay at the same time")]
    Connected,
    /// The vault came from a backup without its kit, and has to have a new one first.
    #[error("a new kit is needed first")]
    NeedsKit,
    /// Not enough memory to derive a key.
    #[error("not enough memory to derive a key")]
    NoMemory,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// What it means that a commit that is here already, as a part of `what`, is not taken.
    pub(crate) const fn of_refusal(refusal: protocol::Refusal, what: &'static str) -> Self {
        match refusal {
            protocol::Refusal::NeedsUpdate(_) => Self::NewerVersion,
            protocol::Refusal::Rejected(_) => Self::Damaged(what),
        }
    }
}
