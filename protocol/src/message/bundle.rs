//! A commit with its blobs: what is stored (`PROTOCOL.md` §5), and what is read (§6).

use super::{read_blobs, write_list};
use crate::codec::{Malformed, Reader, Writer};
use crate::limit;

/// A commit and the blobs of its puts, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle<'a> {
    /// Exactly as signed.
    pub commit: &'a [u8],
    /// One for each put; an empty one where it is erased.
    pub blobs: Vec<&'a [u8]>,
}

impl<'a> Bundle<'a> {
    /// Reads the body of an append.
    ///
    /// # Errors
    /// It is malformed, or over a limit. The commit is not looked at.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(body);
        let bundle = Self::read(&mut from)?;
        from.finish()?;
        Ok(bundle)
    }

    /// Writes the body of an append.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        self.write(&mut to);
        to.into_bytes()
    }

    pub(super) fn read(from: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(Self { commit: from.sized(limit::COMMIT)?, blobs: read_blobs(from, limit::ENTRIES)? })
    }

    pub(super) fn write(&self, to: &mut Writer) {
        to.sized(self.commit);
        write_list(to, &self.blobs);
    }
}
