//! Keys sealed under keys (`FORMAT.md` §6). What a wrap is for is in its first bytes; whose and where is bound, not written.

use std::fmt;

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;

use crate::aead::{TAG_LENGTH, open_in_place, seal_in_place};
use crate::blob::halves;
use crate::derive::expand;
use crate::label::Label;
use crate::reader::Reader;
use crate::{OpenFailed, ParseError, Secret};

/// Bytes of a wrapped key.
pub const WRAP_LENGTH: usize = 106;

const SUITE: u8 = 1;
const AAD_LENGTH: usize = 58;

/// A key of 32 bytes sealed under another, for one purpose in one place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wrapped([u8; WRAP_LENGTH]);

impl Wrapped {
    /// Reads a wrap; any 106 bytes with a known suite and purpose are one.
    ///
    /// # Errors
    /// Another length or purpose, or a newer suite.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut from = Reader::new(bytes);
        if from.u8()? != SUITE {
            return Err(ParseError::Newer);
        }
        let purpose = from.u8()?;
        let bytes = <[u8; WRAP_LENGTH]>::try_from(bytes).map_err(|_| ParseError::Malformed)?;
        if Purpose::ALL.iter().all(|known| *known as u8 != purpose) {
            return Err(ParseError::Malformed);
        }
        Ok(Self(bytes))
    }

    /// Its bytes, as they stand in a log or a store.
    pub const fn as_bytes(&self) -> &[u8; WRAP_LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapped(…)")
    }
}

/// What a wrapped key is, and what wraps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    StoreByPassphrase = 1,
    StoreByPasskey = 2,
    RootByBackup = 3,
    RootByRecovery = 4,
    RootByNext = 5,
    ScopeByRoot = 6,
    ScopeByParent = 7,
    NamesByParent = 8,
    ScopeByNext = 9,
    NamesByNext = 10,
    OverviewByNames = 11,
    ValueByValues = 12,
    RootBySignIn = 13,
}

impl Purpose {
    const ALL: [Self; 13] = [
        Self::StoreByPassphrase,
        Self::StoreByPasskey,
        Self::RootByBackup,
        Self::RootByRecovery,
        Self::RootByNext,
        Self::ScopeByRoot,
        Self::ScopeByParent,
        Self::NamesByParent,
        Self::ScopeByNext,
        Self::NamesByNext,
        Self::OverviewByNames,
        Self::ValueByValues,
        Self::RootBySignIn,
    ];
}

/// Seals `inner` under `outer`. `place` holds fields of fixed size that whoever unwraps knows.
pub(crate) fn wrap(
    inner: &Secret<32>,
    outer: &Secret<32>,
    purpose: Purpose,
    place: &[&[u8]],
    rng: &mut impl CryptoRngCore,
) -> Wrapped {
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    let keys = wrap_keys(outer, purpose, place, &nonce);
    let (cipher, commitment) = halves(&keys);
    let mut bytes = Vec::with_capacity(WRAP_LENGTH);
    bytes.extend([SUITE, purpose as u8]);
    bytes.extend(nonce);
    bytes.extend(commitment);
    bytes.extend(inner.expose());
    let (aad, key) = bytes.split_at_mut(AAD_LENGTH);
    let tag = seal_in_place(cipher, &nonce, aad, key);
    bytes.extend(tag);
    let mut wrapped = [0; WRAP_LENGTH];
    wrapped.copy_from_slice(&bytes);
    Wrapped(wrapped)
}

/// Opens what [`wrap`] sealed under the same key, purpose and place.
pub(crate) fn unwrap(
    wrapped: &Wrapped,
    outer: &Secret<32>,
    purpose: Purpose,
    place: &[&[u8]],
) -> Result<Secret<32>, OpenFailed> {
    let fields = Fields::read(wrapped).map_err(|_| OpenFailed)?;
    let keys = wrap_keys(outer, purpose, place, fields.nonce);
    let (cipher, commitment) = halves(&keys);
    let purposes_agree = fields.purpose == purpose as u8;
    if !purposes_agree || !bool::from(commitment.ct_eq(fields.commitment)) {
        return Err(OpenFailed);
    }
    let mut opened = Ok(());
    let inner = Secret::filled(|to| {
        to.copy_from_slice(fields.ciphertext);
        opened = open_in_place(cipher, fields.nonce, fields.aad, to, fields.tag);
    });
    opened.map(|()| inner)
}

/// `key || commitment = Expand(outer, "wrap", purpose || nonce || place)`.
fn wrap_keys(outer: &Secret<32>, purpose: Purpose, place: &[&[u8]], nonce: &[u8; 24]) -> Secret<64> {
    let purpose = [purpose as u8];
    let mut fixed: Vec<&[u8]> = vec![&purpose, nonce];
    fixed.extend(place);
    expand(outer.expose(), Label::WRAP, &fixed, &[])
}

struct Fields<'a> {
    aad: &'a [u8],
    purpose: u8,
    nonce: &'a [u8; 24],
    commitment: &'a [u8; 32],
    ciphertext: &'a [u8; 32],
    tag: &'a [u8; TAG_LENGTH],
}

impl<'a> Fields<'a> {
    fn read(wrapped: &'a Wrapped) -> Result<Self, ParseError> {
        let mut from = Reader::new(&wrapped.0);
        let aad = Reader::new(&wrapped.0).slice(AAD_LENGTH)?;
        from.u8()?;
        Ok(Self {
            aad,
            purpose: from.u8()?,
            nonce: from.array()?,
            commitment: from.array()?,
            ciphertext: from.array()?,
            tag: from.array()?,
        })
    }
}
