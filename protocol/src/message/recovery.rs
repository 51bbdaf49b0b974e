//! What is sent to come back with the recovery key (`PROTOCOL.md` §9).

use crate::codec::{self, Layout, Malformed, Reader, Writer};
use crate::hash::Label;
use crate::id::{DeviceId, LogId};
use crate::key::{Signature, VerifyingKey};

/// Asks that a device may read the account's log and register there, by the recovery key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The device.
    pub device: DeviceId,
    /// What it signs with.
    pub signing: VerifyingKey,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// By the recovery key.
    pub signature: Signature,
}

impl Recovery {
    /// What its signature is over, at the relay at `origin`.
    pub fn signed_bytes(&self, origin: &str, account: LogId) -> Vec<u8> {
        [Label::Recovery.prefix(), self.signed_fields(origin, account)].concat()
    }

    /// What its signature is over, behind its label.
    pub fn signed_fields(&self, origin: &str, account: LogId) -> Vec<u8> {
        let mut to = Writer::new();
        to.prefixed(origin.as_bytes());
        account.write(&mut to);
        self.device.write(&mut to);
        self.signing.write(&mut to);
        to.u64(self.time);
        to.into_bytes()
    }

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

impl Layout for Recovery {
    fn write(&self, to: &mut Writer) {
        self.device.write(to);
        self.signing.write(to);
        to.u64(self.time);
        self.signature.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            device: Layout::read(from)?,
            signing: Layout::read(from)?,
            time: from.u64()?,
            signature: Layout::read(from)?,
        })
    }
}
