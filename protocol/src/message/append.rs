//! One commit with its blobs, to be stored (`PROTOCOL.md` §5).

use super::{read_blobs, write_list};
use crate::codec::{Malformed, Reader, Writer};
use crate::limit;

/// A commit and the blobs of its puts, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append<'a> {
    /// Exactly as signed.
    pub commit: &'a [u8],
    /// One for each put; an empty one where the sender has erased it.
    pub blobs: Vec<&'a [u8]>,
}

impl<'a> Append<'a> {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed, or over a limit. The commit is not looked at.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(body);
        let commit = from.sized(limit::COMMIT)?;
        let blobs = read_blobs(&mut from, limit::ENTRIES)?;
        from.finish()?;
        Ok(Self { commit, blobs })
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        to.sized(self.commit);
        write_list(&mut to, &self.blobs);
        to.into_bytes()
    }
}
