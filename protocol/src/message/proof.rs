//! How a request proves who sends it (`PROTOCOL.md` §2).

use std::fmt;

use crate::codec::{self, Layout, Malformed, Reader, Writer, layout};
use crate::entry::Device;
use crate::hash::{Hash, Label};
use crate::id::{DeviceId, PrincipalId, hex_byte, write_hex};
use crate::key::{AgreementKey, Signature, VerifyingKey};

/// The word before the digits in the header.
const SCHEME: &str = "Tacit ";
/// Digits of the longest proof.
const DIGITS: usize = 504;

/// What a request carries beside its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Whose device sends it.
    pub account: PrincipalId,
    /// The device.
    pub device: DeviceId,
    /// Milliseconds since 1970 UTC.
    pub time: u64,
    /// Random bytes.
    pub nonce: [u8; 16],
    /// Over [`Proof::signed_bytes`].
    pub signature: Signature,
    /// Of a device that is not in the log's roster yet.
    pub introduction: Option<Introduction>,
}

/// A device's entry without the ids, which are those of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// What the device signs with.
    pub signing: VerifyingKey,
    /// What is wrapped to it.
    pub agreement: AgreementKey,
    /// The identity's generation that certifies it.
    pub generation: u32,
    /// That identity's signature.
    pub certificate: Signature,
}

/// What a proof signs: the request it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The relay's origin, as the client names it.
    pub origin: &'a str,
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// All of it.
    pub body: &'a [u8],
}

impl Introduction {
    /// The whole entry.
    pub(super) const fn device(self, principal: PrincipalId, device: DeviceId) -> Device {
        let Self { signing, agreement, generation, certificate } = self;
        Device { principal, device, signing, agreement, generation, certificate }
    }

    /// What is left, if it is anything.
    pub(super) fn read_rest(from: &mut Reader<'_>) -> Result<Option<Self>, Malformed> {
        if from.is_empty() { Ok(None) } else { Self::read(from).map(Some) }
    }
}

impl Signed<'_> {
    /// What is signed behind its label, for a request with a proof of these fields.
    pub fn fields(&self, account: PrincipalId, device: DeviceId, time: u64, nonce: &[u8; 16]) -> Vec<u8> {
        let mut to = Writer::new();
        self.write(&mut to);
        account.write(&mut to);
        device.write(&mut to);
        to.u64(time);
        to.bytes(nonce);
        to.into_bytes()
    }

    pub(super) fn write(&self, to: &mut Writer) {
        [self.origin, self.method, self.target].iter().for_each(|text| to.prefixed(text.as_bytes()));
        Hash::labelled(Label::RequestBody, &[self.body]).write(to);
    }
}

impl Proof {
    /// What its signature is over.
    pub fn signed_bytes(&self, request: &Signed<'_>) -> Vec<u8> {
        [Label::Request.prefix(), self.signed_fields(request)].concat()
    }

    /// What its signature is over, behind its label.
    pub fn signed_fields(&self, request: &Signed<'_>) -> Vec<u8> {
        request.fields(self.account, self.device, self.time, &self.nonce)
    }

    /// The device as it introduces itself.
    pub fn introduced(&self) -> Option<Device> {
        Some(self.introduction?.device(self.account, self.device))
    }

    /// The value of the header.
    pub fn to_header(&self) -> String {
        format!("{SCHEME}{}", Digits(&codec::encode(self)))
    }

    /// Reads the value of the header.
    ///
    /// # Errors
    /// It is malformed.
    pub fn from_header(header: &str) -> Result<Self, Malformed> {
        codec::decode(&header_bytes(header, SCHEME, DIGITS)?)
    }
}

/// The bytes of at most so many digits behind a word.
pub(super) fn header_bytes(header: &str, scheme: &str, most: usize) -> Result<Vec<u8>, Malformed> {
    let digits = header.strip_prefix(scheme).ok_or(Malformed::Value)?;
    if digits.len() > most {
        return Err(Malformed::Bounds);
    }
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs.iter().copied().map(hex_byte).collect();
    bytes.filter(|_| rest.is_empty()).ok_or(Malformed::Value)
}

/// Bytes as digits.
struct Digits<'a>(&'a [u8]);

impl fmt::Display for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, self.0)
    }
}

layout!(Introduction { signing, agreement, generation, certificate });

impl Layout for Proof {
    fn write(&self, to: &mut Writer) {
        self.account.write(to);
        self.device.write(to);
        to.u64(self.time);
        to.bytes(&self.nonce);
        self.signature.write(to);
        self.introduction.iter().for_each(|introduction| introduction.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            account: Layout::read(from)?,
            device: Layout::read(from)?,
            time: from.u64()?,
            nonce: from.array()?,
            signature: Layout::read(from)?,
            introduction: Introduction::read_rest(from)?,
        })
    }
}
