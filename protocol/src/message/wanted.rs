//! Blobs to be read (`PROTOCOL.md` §4, §6).

use crate::codec::{Layout, Malformed, Reader, Writer};
use crate::entry::{Part, Put};
use crate::id::ObjectId;
use crate::limit;

/// Which blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobId {
    /// Of which object.
    pub object: ObjectId,
    /// Which part.
    pub part: Part,
    /// Which revision.
    pub revision: u64,
}

impl BlobId {
    /// The blob of a put.
    pub const fn of(put: &Put) -> Self {
        Self { object: put.object, part: put.part, revision: put.revision }
    }
}

/// Blobs, in the order in which they are wanted; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted(pub Vec<BlobId>);

impl Wanted {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed, empty, or over the limit.
    pub fn decode(body: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(body);
        let count = from.count(limit::WANTED)?;
        if count == 0 {
            return Err(Malformed::Bounds);
        }
        let wanted = (0..count).map(|_| BlobId::read(&mut from)).collect::<Result<_, _>>()?;
        from.finish()?;
        Ok(Self(wanted))
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        to.uint(self.0.len() as u64);
        self.0.iter().for_each(|id| id.write(&mut to));
        to.into_bytes()
    }
}

impl Layout for BlobId {
    fn write(&self, to: &mut Writer) {
        self.object.write(to);
        self.part.write(to);
        to.uint(self.revision);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { object: Layout::read(from)?, part: Layout::read(from)?, revision: from.uint()? })
    }
}
