//! Sealing and opening (`FORMAT.md` §4): padded ciphertext that opens under one key in one place.

use std::fmt;

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;
use weakness::Weakness;
use zeroize::Zeroize;

use crate::aead::{TAG_LENGTH, open_in_place, seal_in_place};
use crate::derive::expand;
use crate::label::Label;
use crate::pad::{content_length, pad, padded_length};
use crate::sealed::{Binding, COMMITMENT, HEADER_LENGTH, NONCE, Sealed};
use crate::{OpenFailed, Place, Secret, TooLong};

/// The most plaintext in one blob, in bytes.
pub const MAX_PLAINTEXT: usize = 1 << 20;

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

/// An opened plaintext, wiped when dropped.
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
        // All of it that was plaintext, once: a vector's own way goes over its whole room a second time.
        self.padded.as_mut_slice().zeroize();
    }
}

impl PartialEq for Opened {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Eq for Opened {}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(…)")
    }
}

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
    Ok(Sealed::from_sealing(bytes))
}

pub(crate) fn open(key: &Secret<32>, binding: &Binding, sealed: &Sealed) -> Result<Opened, OpenFailed> {
    let (header, body) = sealed.as_bytes().split_at_checked(HEADER_LENGTH).ok_or(OpenFailed)?;
    let (before, rest) = header.split_at_checked(COMMITMENT).ok_or(OpenFailed)?;
    let (commitment, length) = rest.split_at_checked(32).ok_or(OpenFailed)?;
    if !before.starts_with(&expected_start(binding)) && !weakness::has(Weakness::Place) {
        return Err(OpenFailed);
    }
    let keys = BlobKeys::derive(key, before, length);
    if !bool::from(keys.commitment().ct_eq(commitment)) && !weakness::has(Weakness::Commitment) {
        return Err(OpenFailed);
    }
    let (data, tag) = body.split_last_chunk().ok_or(OpenFailed)?;
    let mut opened = Opened { padded: data.to_vec(), length: 0 };
    open_in_place(keys.cipher(), &sealed.field(NONCE), header, &mut opened.padded, tag)?;
    opened.length = content_length(&opened.padded).ok_or(OpenFailed)?;
    Ok(opened)
}

fn expected_start(binding: &Binding) -> Vec<u8> {
    let mut expected = Vec::with_capacity(HEADER_LENGTH);
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
