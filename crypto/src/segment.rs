//! Segments: opened overviews packed into few blobs, so that opening a vault is a few calls (`FORMAT.md` §9).

use std::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::reader::Reader;
use crate::{LocalKey, LocalKind, OpenFailed, Opened, ParseError, Sealed};

/// How much one segment holds, in bytes, lengths included.
pub const SEGMENT_CAPACITY: usize = 256 * 1024;

const MANIFEST_VERSION: u8 = 1;

/// Packs entries for one segment. What an entry says is the caller's.
pub struct SegmentBuilder(Zeroizing<Vec<u8>>);

impl SegmentBuilder {
    /// An empty segment.
    pub fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(SEGMENT_CAPACITY)))
    }

    /// Adds an entry; `false` if the segment is too full for it, which leaves it as it was.
    #[must_use]
    pub fn push(&mut self, entry: &[u8]) -> bool {
        let Ok(length) = u32::try_from(entry.len()) else { return false };
        if self.0.len() + 4 + entry.len() > SEGMENT_CAPACITY {
            return false;
        }
        self.0.extend(length.to_le_bytes());
        self.0.extend(entry);
        true
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Seals the segment, and says what the manifest is to know of it.
    #[expect(clippy::missing_panics_doc, reason = "what is sealed is always short enough")]
    pub fn seal(
        &self,
        key: &LocalKey,
        number: u32,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> (Sealed, SegmentEntry) {
        #[expect(clippy::expect_used, reason = "SEGMENT_CAPACITY is below MAX_PLAINTEXT")]
        let sealed =
            key.seal(LocalKind::Segment, number, generation, &self.0, rng).expect("a segment fits a blob");
        let entry = SegmentEntry { generation, commitment: sealed.commitment() };
        (sealed, entry)
    }
}

impl Default for SegmentBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SegmentBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SegmentBuilder({} bytes)", self.0.len())
    }
}

/// An opened segment, wiped when dropped.
#[derive(Debug)]
pub struct Segment(Opened);

impl Segment {
    /// Its entries, in the order in which they were added.
    pub fn entries(&self) -> impl Iterator<Item = &[u8]> {
        Entries(Reader::new(self.0.as_bytes()))
    }

    fn from_opened(opened: Opened) -> Result<Self, ParseError> {
        let mut from = Reader::new(opened.as_bytes());
        while from.end().is_err() {
            entry(&mut from)?;
        }
        Ok(Self(opened))
    }
}

struct Entries<'a>(Reader<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        entry(&mut self.0).ok()
    }
}

fn entry<'a>(from: &mut Reader<'a>) -> Result<&'a [u8], ParseError> {
    let length = from.u32()?;
    from.slice(length as usize)
}

/// What a manifest knows of one segment: the store's generation it was written in, and its commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentEntry {
    /// The store's generation when it was written.
    pub generation: u64,
    /// The blob's commitment: no other blob has it.
    pub commitment: [u8; 32],
}

/// Which segments belong together, and the head of the log that they reflect. Their numbers are their places here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The seq of the commit they reflect.
    pub seq: u64,
    /// The hash of that commit.
    pub head: [u8; 32],
    /// The segments, the first with number 0.
    pub segments: Vec<SegmentEntry>,
}

impl Manifest {
    /// Seals the manifest for the store's `generation`.
    ///
    /// # Errors
    /// More than 26,000 segments (over 6 GiB).
    pub fn seal(
        &self,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sealed, crate::TooLong> {
        key.seal(LocalKind::Manifest, 0, generation, &self.to_bytes(), rng)
    }

    /// Opens the manifest of that `generation`.
    ///
    /// # Errors
    /// Another device, log or generation, or changed bytes. Rebuild the segments.
    pub fn open(key: &LocalKey, generation: u64, sealed: &Sealed) -> Result<Self, OpenFailed> {
        let opened = key.open(LocalKind::Manifest, 0, generation, sealed)?;
        Self::parse(opened.as_bytes()).map_err(|_| OpenFailed)
    }

    /// Opens the segment with that number: the very blob this manifest was written with.
    ///
    /// # Errors
    /// Another blob, device or log, or no such number. Rebuild the segments.
    pub fn open_segment(&self, key: &LocalKey, number: u32, sealed: &Sealed) -> Result<Segment, OpenFailed> {
        let entry = self.segments.get(number as usize).ok_or(OpenFailed)?;
        if sealed.commitment() != entry.commitment {
            return Err(OpenFailed);
        }
        let opened = key.open(LocalKind::Segment, number, entry.generation, sealed)?;
        Segment::from_opened(opened).map_err(|_| OpenFailed)
    }

    /// `version || seq || head || (generation || commitment)…`.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![MANIFEST_VERSION];
        bytes.extend(self.seq.to_le_bytes());
        bytes.extend(self.head);
        for segment in &self.segments {
            bytes.extend(segment.generation.to_le_bytes());
            bytes.extend(segment.commitment);
        }
        bytes
    }

    fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut from = Reader::new(bytes);
        if from.u8()? != MANIFEST_VERSION {
            return Err(ParseError::Newer);
        }
        let (seq, head) = (from.u64()?, *from.array()?);
        let mut segments = Vec::new();
        while from.end().is_err() {
            segments.push(SegmentEntry { generation: from.u64()?, commitment: *from.array()? });
        }
        Ok(Self { seq, head, segments })
    }
}
