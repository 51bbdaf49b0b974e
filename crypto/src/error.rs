//! What can go wrong, sorted by who must act.

/// Sealed bytes did not open. Wrong key, wrong place or changed bytes look alike (`FORMAT.md` §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes did not open")]
pub struct OpenFailed;

/// Bytes from outside were refused before any key was used on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not one of our layouts, or not the one encoding of its meaning.
    #[error("bytes are not of this layout")]
    Malformed,
    /// Of a suite, version or key derivation that this client does not know.
    #[error("bytes were written by a newer version")]
    Newer,
}

/// More plaintext than one blob holds ([`MAX_PLAINTEXT`](crate::MAX_PLAINTEXT)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("plaintext is too long for one blob")]
pub struct TooLong;

/// The memory for the key derivation was not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not enough memory to derive a key")]
pub struct NoMemory;
