//! What a relay's sign-ins are by: made of one secret that is not in its database.

use std::fmt;

use base64ct::{Base64, Encoding};
use hkdf::Hkdf;
use opaque_ke::generic_array::GenericArray;
use opaque_ke::key_exchange::group::Group;
use opaque_ke::{Ristretto255, ServerSetup};
use protocol::opaque::{RECORD, Suite};
use protocol::{Attempt, LogId};
use sha2::Sha512;
use weakness::Weakness;
use zeroize::Zeroizing;

const SALT: &[u8] = b"tacit/v1/relay";
/// Bytes of the secret.
const SECRET: usize = 32;
/// Bytes that OPAQUE keeps of a sign-in: session key, and the MAC that answers the challenge.
pub(super) const STATE: usize = 128;

/// The relay's keys of OPAQUE. The same secret gives the same ones for ever: with another, nobody signs in.
pub struct Setup {
    pub(super) opaque: ServerSetup<Suite>,
    unknown: Zeroizing<[u8; 32]>,
    begun: Zeroizing<[u8; 32]>,
    decoy: [u8; RECORD],
}

impl Setup {
    /// The keys of a relay with this secret: `Expand(Extract("tacit/v1/relay", secret), name)` each.
    ///
    /// `None` if a seed gives no key, which happens to one secret in 2^250.
    pub fn derive(secret: &[u8; 32]) -> Option<Self> {
        let root = Hkdf::<Sha512>::new(Some(SALT), secret);
        let (seed, key, decoy) = (
            expand::<64>(&root, b"oprf-seed"),
            expand::<32>(&root, b"server-key"),
            expand::<32>(&root, b"decoy-key"),
        );
        let key = Ristretto255::derive_scalar(GenericArray::clone_from_slice(&*key)).ok()?;
        let decoy = Ristretto255::derive_scalar(GenericArray::clone_from_slice(&*decoy)).ok()?;
        let decoy = Ristretto255::serialize_pk(&Ristretto255::public_key(&decoy));
        let key = Zeroizing::new(<[u8; 32]>::from(Ristretto255::serialize_sk(&key)));
        let written = Zeroizing::new([&seed[..], &*key, &decoy].concat());
        let opaque = ServerSetup::deserialize(&written).ok()?;
        let mut record = [0; RECORD];
        record.iter_mut().zip(&decoy).for_each(|(to, from)| *to = *from);
        let (unknown, begun) = (expand(&root, b"unknown-account"), expand(&root, b"begun"));
        Some(Self { opaque, unknown, begun, decoy: record })
    }

    /// The keys of a relay whose secret is this base64 (RFC 4648 §4) of 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        let mut secret = Zeroizing::new([0; SECRET]);
        let bytes = Base64::decode(text.trim_ascii(), &mut *secret).ok()?;
        if bytes.len() == SECRET { Self::derive(&secret) } else { None }
    }

    /// The credential identifier of an account that the relay does not know: always the same.
    pub(super) fn identifier(&self, unknown: LogId) -> [u8; 16] {
        let root = Hkdf::<Sha512>::new(Some(unknown.as_bytes()), &*self.unknown);
        *expand::<16>(&root, b"identifier")
    }

    /// Masks what is kept of a sign-in until it is answered, or takes the mask off again: a copy of the database alone has no
    /// answer to a challenge in it.
    pub(super) fn mask(&self, attempt: Attempt, state: &mut [u8; STATE]) {
        if weakness::has(Weakness::Mask) {
            return;
        }
        let root = Hkdf::<Sha512>::new(Some(attempt.as_bytes()), &*self.begun);
        let mask = expand::<STATE>(&root, b"state");
        state.iter_mut().zip(&*mask).for_each(|(byte, mask)| *byte ^= mask);
    }

    /// A record in the place of one that is not held: it is read as one is, and dropped.
    pub(super) const fn decoy(&self) -> &[u8; RECORD] {
        &self.decoy
    }
}

#[expect(clippy::expect_used, reason = "lengths are constants far below the limit of 255 blocks")]
fn expand<const N: usize>(root: &Hkdf<Sha512>, name: &[u8]) -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    root.expand(name, &mut *bytes).expect("a length that HKDF gives");
    bytes
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Setup")
    }
}
