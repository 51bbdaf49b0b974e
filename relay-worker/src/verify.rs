//! Verifying Ed25519, strictly (`LOG.md` §4).

use ed25519_dalek::Signature as Ed25519;
use ed25519_dalek::VerifyingKey as Key;
use protocol::{Signature, Verify, VerifyingKey};

/// Verifies signatures of devices and identities.
#[derive(Clone, Copy, Debug)]
pub struct Strict;

impl Verify for Strict {
    fn verify(&self, key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool {
        let signature = Ed25519::from_bytes(signature.as_bytes());
        Key::from_bytes(key.as_bytes()).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}
