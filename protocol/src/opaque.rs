//! The one suite of OPAQUE (RFC 9807), and what both ends bind to it (`PROTOCOL.md` §9).
//!
//! The client's half is in `vault`, the relay's in `relay-worker`; neither chooses anything.

use hmac::{Hmac, Mac};
use opaque_ke::ksf::Identity;
use opaque_ke::{CipherSuite, Identifiers, Ristretto255, TripleDh};
use sha2::{Sha256, Sha512};

use crate::codec::{Layout, Writer};
use crate::hash::Label;
use crate::id::{Attempt, DeviceId, LogId};
use crate::key::VerifyingKey;

/// Bytes of a registration request.
pub const REGISTRATION_REQUEST: usize = 32;
/// Bytes of the relay's answer to one.
pub const REGISTRATION_RESPONSE: usize = 64;
/// Bytes of a sign-in record.
pub const RECORD: usize = 192;
/// Bytes of the first message of a sign-in.
pub const KE1: usize = 96;
/// Bytes of the relay's answer to it.
pub const KE2: usize = 320;
/// Bytes of the last message.
pub const KE3: usize = 64;
/// Bytes of the tag that binds a device to a sign-in.
pub const TAG: usize = 16;

const CONTEXT: &str = "tacit/v1/opaque";

/// OPRF and key exchange over ristretto255 with SHA-512. The password is stretched before it comes here.
#[derive(Clone, Copy, Debug)]
pub struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Identity;
}

/// Whom a sign-in is between: an account, and the relay as the account's clients name it.
#[derive(Clone, Debug)]
pub struct Parties {
    account: LogId,
    origin: String,
    context: Vec<u8>,
}

impl Parties {
    /// `account` and the relay at `origin`.
    pub fn new(account: LogId, origin: &str) -> Self {
        let mut to = Writer::new();
        to.prefixed(CONTEXT.as_bytes());
        to.prefixed(origin.as_bytes());
        account.write(&mut to);
        Self { account, origin: origin.to_owned(), context: to.into_bytes() }
    }

    /// The account.
    pub const fn account(&self) -> LogId {
        self.account
    }

    /// What both ends have to agree on.
    pub fn context(&self) -> &[u8] {
        &self.context
    }

    /// Their names in the protocol.
    pub fn identifiers(&self) -> Identifiers<'_> {
        Identifiers { client: Some(self.account.as_bytes()), server: Some(self.origin.as_bytes()) }
    }

    /// The tag by which whoever signed in says which device is to be admitted.
    pub fn enrolment_tag(
        &self,
        session_key: &[u8],
        attempt: Attempt,
        device: DeviceId,
        signing: &VerifyingKey,
    ) -> [u8; TAG] {
        let tag = self.enrolment_mac(session_key, attempt, device, signing).finalize().into_bytes();
        tag.first_chunk().copied().unwrap_or_default()
    }

    /// Whether it is the tag for that device, in constant time.
    pub fn is_enrolment_tag(
        &self,
        session_key: &[u8],
        attempt: Attempt,
        device: DeviceId,
        signing: &VerifyingKey,
        tag: &[u8; TAG],
    ) -> bool {
        self.enrolment_mac(session_key, attempt, device, signing).verify_truncated_left(tag).is_ok()
    }

    fn enrolment_mac(
        &self,
        session_key: &[u8],
        attempt: Attempt,
        device: DeviceId,
        signing: &VerifyingKey,
    ) -> Hmac<Sha256> {
        let mut fields = Writer::new();
        self.account.write(&mut fields);
        attempt.write(&mut fields);
        device.write(&mut fields);
        signing.write(&mut fields);
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(session_key).expect("any length");
        mac.update(&Label::Enrolment.prefix());
        mac.update(&fields.into_bytes());
        mac
    }
}
