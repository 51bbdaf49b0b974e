//! A sealed blob from outside (`FORMAT.md` §4): its header, and what can be said of it without a key.

use std::fmt;

use crate::aead::TAG_LENGTH;
use crate::blob::MAX_PLAINTEXT;
use crate::pad::padded_length;
use crate::reader::Reader;
use crate::{ParseError, Part, Place};

/// Bytes of a blob's header.
pub const HEADER_LENGTH: usize = 120;

const MAGIC: [u8; 4] = *b"TACB";
const SUITE: u16 = 1;
const OBJECT: u8 = 1;
const FIRST_LOCAL_KIND: u8 = 0x80;
const LAST_LOCAL_KIND: u8 = 0x85;

// Where the header's fields begin; magic, suite, kind, flags, log, object, part and revision come before.
const KEY_ID: usize = 52;
pub(crate) const NONCE: usize = 60;
pub(crate) const COMMITMENT: usize = 84;
const LENGTH: usize = 116;

/// A blob whose header and length are well formed. Nothing else is known of it before it opens.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Reads a blob of an object, as it comes from a relay, a backup or a log. Local kinds are refused.
    ///
    /// # Errors
    /// Not a blob, not exactly one, of a local kind, or of a newer suite.
    pub fn from_wire(bytes: Vec<u8>) -> Result<Self, ParseError> {
        check_header(&bytes, |kind| kind < FIRST_LOCAL_KIND)?;
        Ok(Self(bytes))
    }

    /// Reads any blob, as it comes from this device's own store.
    ///
    /// # Errors
    /// Not a blob, not exactly one, or of a newer suite.
    pub fn from_store(bytes: Vec<u8>) -> Result<Self, ParseError> {
        check_header(&bytes, |_| true)?;
        Ok(Self(bytes))
    }

    /// Header and ciphertext.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Header and ciphertext.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The commitment: 32 bytes that name key, place and nonce, equal for no two blobs.
    pub fn commitment(&self) -> [u8; 32] {
        self.field(COMMITMENT)
    }

    /// A hint for finding the key, authenticated when the blob opens. Nothing is decided by it.
    pub fn key_id(&self) -> [u8; 8] {
        self.field(KEY_ID)
    }

    pub(crate) const fn from_sealing(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        // Every `Sealed` is longer than its header.
        self.0.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// What a blob is bound to, as the header's fields say it.
pub(crate) struct Binding {
    pub(crate) kind: u8,
    pub(crate) log: [u8; 16],
    pub(crate) object: [u8; 16],
    pub(crate) part: u32,
    pub(crate) revision: u64,
}

impl Binding {
    pub(crate) const fn of(place: &Place) -> Self {
        let Place { log, object, part, revision } = *place;
        Self { kind: OBJECT, log, object, part: Part::number(part), revision }
    }

    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        to.extend(MAGIC);
        to.extend(SUITE.to_le_bytes());
        to.extend([self.kind, 0]);
        to.extend(self.log);
        to.extend(self.object);
        to.extend(self.part.to_le_bytes());
        to.extend(self.revision.to_le_bytes());
    }
}

fn check_header(bytes: &[u8], allowed: impl Fn(u8) -> bool) -> Result<(), ParseError> {
    let mut from = Reader::new(bytes);
    if *from.array()? != MAGIC {
        return Err(ParseError::Malformed);
    }
    if from.u16()? != SUITE {
        return Err(ParseError::Newer);
    }
    let [kind, flags] = *from.array()?;
    let known = kind == OBJECT || (FIRST_LOCAL_KIND..=LAST_LOCAL_KIND).contains(&kind);
    if !known || !allowed(kind) || flags != 0 {
        return Err(ParseError::Malformed);
    }
    from.slice(LENGTH - 8)?;
    let length = from.u32()? as usize;
    let body = from.rest();
    let bucket = length.checked_sub(TAG_LENGTH).ok_or(ParseError::Malformed)?;
    if body.len() != length || !is_bucket(bucket) {
        return Err(ParseError::Malformed);
    }
    Ok(())
}

/// Whether some plaintext is padded to this length. Buckets are their own buckets, so the fullest tells.
fn is_bucket(length: usize) -> bool {
    (1..=padded_length(MAX_PLAINTEXT)).contains(&length) && padded_length(length - 1) == length
}
