//! Sealed blobs (`FORMAT.md` §4): a fixed header, wholly authenticated, and padded ciphertext that opens under one key in one place.

use std::fmt;

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::aead::{TAG_LENGTH, open_in_place, seal_in_place};
use crate::derive::expand;
use crate::label::Label;
use crate::pad::{content_length, pad, padded_length};
use crate::reader::Reader;
use crate::{OpenFailed, ParseError, Part, Place, Secret, TooLong};

/// Bytes of a blob's header.
pub const HEADER_LENGTH: usize = 120;
/// The most plaintext in one blob, in bytes.
pub const MAX_PLAINTEXT: usize = 1 << 20;

const MAGIC: [u8; 4] = *b"TACB";
const SUITE: u16 = 1;
const OBJECT: u8 = 1;
const FIRST_LOCAL_KIND: u8 = 0x80;
const LAST_LOCAL_KIND: u8 = 0x85;

/// The random key of one revision of one part.
#[derive(Debug, PartialEq, Eq)]
pub struct PartKey(Secret<32>);

impl PartKey {
    /// A new key. Every revision takes one.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self(Secret::generate(rng))
    }

    /// Seals `plaintext` for its place.
    ///
    /// # Errors
    /// More than [`MAX_PLAINTEXT`] bytes.
    pub fn seal(
        &self,
        place: &Place,
        plaintext: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sealed, TooLong> {
        seal(&self.0, &Binding::of(place), plaintext, rng)
    }

    /// Opens what was sealed under this key for this place.
    ///
    /// # Errors
    /// Another key, another place or other bytes.
    pub fn open(&self, sealed: &Sealed, place: &Place) -> Result<Opened, OpenFailed> {
        open(&self.0, &Binding::of(place), sealed)
    }

    pub(crate) const fn from_secret(secret: Secret<32>) -> Self {
        Self(secret)
    }

    pub(crate) const fn secret(&self) -> &Secret<32> {
        &self.0
    }
}

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

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        // Every `Sealed` is longer than its header.
        self.0.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// An opened plaintext, wiped when dropped.
#[derive(PartialEq, Eq)]
pub struct Opened {
    padded: Vec<u8>,
    length: usize,
}

impl Opened {
    /// The plaintext. Whoever copies it answers for the copy.
    pub fn as_bytes(&self) -> &[u8] {
        self.padded.get(..self.length).unwrap_or_default()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.padded.zeroize();
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(…)")
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
    const fn of(place: &Place) -> Self {
        let Place { log, object, part, revision } = *place;
        Self { kind: OBJECT, log, object, part: Part::number(part), revision }
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend(MAGIC);
        to.extend(SUITE.to_le_bytes());
        to.extend([self.kind, 0]);
        to.extend(self.log);
        to.extend(self.object);
        to.extend(self.part.to_le_bytes());
        to.extend(self.revision.to_le_bytes());
    }
}

// Where the header's fields begin; magic, suite, kind, flags, log, object, part and revision come before.
const KEY_ID: usize = 52;
const NONCE: usize = 60;
const COMMITMENT: usize = 84;
const LENGTH: usize = 116;

pub(crate) fn seal(
    key: &Secret<32>,
    binding: &Binding,
    plaintext: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Sealed, TooLong> {
    let length = ciphertext_length(plaintext.len())?;
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    let mut bytes = Vec::with_capacity(HEADER_LENGTH + padded_length(plaintext.len()) + TAG_LENGTH);
    binding.write(&mut bytes);
    bytes.extend(&expand::<8>(key.expose(), Label::KEY_ID, &[], &[]).expose()[..]);
    bytes.extend(nonce);
    let keys = BlobKeys::derive(key, &bytes, &length.to_le_bytes());
    bytes.extend(keys.commitment());
    bytes.extend(length.to_le_bytes());
    bytes.extend(plaintext);
    pad(&mut bytes, HEADER_LENGTH);
    let (header, data) = bytes.split_at_mut(HEADER_LENGTH);
    let tag = seal_in_place(keys.cipher(), &nonce, header, data);
    bytes.extend(tag);
    Ok(Sealed(bytes))
}

pub(crate) fn open(key: &Secret<32>, binding: &Binding, sealed: &Sealed) -> Result<Opened, OpenFailed> {
    let (header, body) = sealed.0.split_at_checked(HEADER_LENGTH).ok_or(OpenFailed)?;
    let (before, rest) = header.split_at_checked(COMMITMENT).ok_or(OpenFailed)?;
    let (commitment, length) = rest.split_at_checked(32).ok_or(OpenFailed)?;
    let keys = BlobKeys::derive(key, before, length);
    let expected = expected_start(binding);
    if !before.starts_with(&expected) || !bool::from(keys.commitment().ct_eq(commitment)) {
        return Err(OpenFailed);
    }
    let (data, tag) = body.split_last_chunk().ok_or(OpenFailed)?;
    let mut opened = Opened { padded: data.to_vec(), length: 0 };
    open_in_place(keys.cipher(), &sealed.field(NONCE), header, &mut opened.padded, tag)?;
    opened.length = content_length(&opened.padded).ok_or(OpenFailed)?;
    Ok(opened)
}

fn expected_start(binding: &Binding) -> Vec<u8> {
    let mut expected = Vec::with_capacity(KEY_ID);
    binding.write(&mut expected);
    expected
}

/// `key || commitment = Expand(key, "blob", header without commitment)`: both are of this key, this header, this nonce.
struct BlobKeys(Secret<64>);

impl BlobKeys {
    fn derive(key: &Secret<32>, before_commitment: &[u8], length: &[u8]) -> Self {
        Self(expand(key.expose(), Label::BLOB, &[before_commitment, length], &[]))
    }

    fn cipher(&self) -> &[u8; 32] {
        halves(&self.0).0
    }

    fn commitment(&self) -> &[u8; 32] {
        halves(&self.0).1
    }
}

/// The first and the last 32 bytes.
pub(crate) fn halves(secret: &Secret<64>) -> (&[u8; 32], &[u8; 32]) {
    let bytes = secret.expose();
    #[expect(clippy::expect_used, reason = "64 bytes hold two chunks of 32")]
    let (first, last) = bytes.first_chunk().zip(bytes.last_chunk()).expect("64 bytes");
    (first, last)
}

#[expect(clippy::cast_possible_truncation, reason = "MAX_PLAINTEXT and its padding fit 32 bits")]
const fn ciphertext_length(plaintext: usize) -> Result<u32, TooLong> {
    if plaintext > MAX_PLAINTEXT {
        return Err(TooLong);
    }
    Ok((padded_length(plaintext) + TAG_LENGTH) as u32)
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
