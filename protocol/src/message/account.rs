//! What is sent to register, to sign in and to be admitted (`PROTOCOL.md` §9).

use std::fmt;

use super::Bundle;
use crate::codec::{self, Layout, Malformed, Reader, Writer, layout};
use crate::id::{Attempt, DeviceId};
use crate::key::VerifyingKey;
use crate::limit;
use crate::opaque::{KE3, RECORD, REGISTRATION_REQUEST, TAG};

/// Bytes of OPAQUE, which only their own end reads. Not shown: a record is as good as a hash of a password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Message<const N: usize>(pub [u8; N]);

/// That a challenge is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInProof {
    /// The challenge's attempt.
    pub attempt: Attempt,
    /// The last message of the sign-in.
    pub ke3: Message<KE3>,
}

/// Founds the log of an account that is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding<'a> {
    /// The invite.
    pub invite: Message<INVITE>,
    /// The first commit of the account's log.
    pub bundle: Bundle<'a>,
}

/// Bytes of an invite.
const INVITE: usize = 16;

/// Asks for a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registering {
    /// OPAQUE's request.
    pub request: Message<REGISTRATION_REQUEST>,
    /// Where the relay holds a credential already.
    pub proof: Option<SignInProof>,
}

/// Brings a credential in the place of the one there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCredential<'a> {
    /// The registration's attempt.
    pub attempt: Attempt,
    /// OPAQUE's record.
    pub record: Message<RECORD>,
    /// The account root key under what a sign-in gives.
    pub ark_wrap: &'a [u8],
    /// The account root key under the recovery key.
    pub recovery_wrap: &'a [u8],
    /// The commit with the entry that names the three.
    pub bundle: Bundle<'a>,
}

/// Asks that a device may read the account's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// That it signed in.
    pub proof: SignInProof,
    /// The device.
    pub device: DeviceId,
    /// What it signs with.
    pub signing: VerifyingKey,
    /// That who signed in means this device.
    pub tag: Message<TAG>,
}

impl<'a> Founding<'a> {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed, or over a limit. The commit is not looked at.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(body);
        let founding = Self { invite: Layout::read(&mut from)?, bundle: Bundle::read(&mut from)? };
        from.finish()?;
        Ok(founding)
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        self.invite.write(&mut to);
        self.bundle.write(&mut to);
        to.into_bytes()
    }
}

impl Registering {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed.
    pub fn decode(body: &[u8]) -> Result<Self, Malformed> {
        codec::decode(body)
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

impl<'a> NewCredential<'a> {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed, or over a limit. The commit is not looked at.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(body);
        let credential = Self {
            attempt: Layout::read(&mut from)?,
            record: Layout::read(&mut from)?,
            ark_wrap: read_wrap(&mut from)?,
            recovery_wrap: read_wrap(&mut from)?,
            bundle: Bundle::read(&mut from)?,
        };
        from.finish()?;
        Ok(credential)
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        self.attempt.write(&mut to);
        self.record.write(&mut to);
        to.sized(self.ark_wrap);
        to.sized(self.recovery_wrap);
        self.bundle.write(&mut to);
        to.into_bytes()
    }
}

impl Admission {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed.
    pub fn decode(body: &[u8]) -> Result<Self, Malformed> {
        codec::decode(body)
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

/// A wrapped key: 1 to 512 bytes.
pub(super) fn read_wrap<'a>(from: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    match from.sized(limit::WRAPPED)? {
        [] => Err(Malformed::Bounds),
        wrap => Ok(wrap),
    }
}

layout!(SignInProof { attempt, ke3 });
layout!(Admission { proof, device, signing, tag });

impl Layout for Registering {
    fn write(&self, to: &mut Writer) {
        self.request.write(to);
        to.bool(self.proof.is_some());
        self.proof.iter().for_each(|proof| proof.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let request = Layout::read(from)?;
        Ok(Self { request, proof: if from.bool()? { Some(Layout::read(from)?) } else { None } })
    }
}

impl<const N: usize> Layout for Message<N> {
    fn write(&self, to: &mut Writer) {
        to.bytes(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        from.array().map(Self)
    }
}

impl<const N: usize> fmt::Debug for Message<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({N} bytes)")
    }
}
