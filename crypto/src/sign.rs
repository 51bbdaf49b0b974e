//! Ed25519 under a label (`FORMAT.md` §12).

use std::fmt;

use ed25519_dalek::{Signature, Signer, Verifier, VerifyingKey};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use crate::Secret;
use crate::label::Label;

/// Bytes of a signature.
pub const SIGNATURE_LENGTH: usize = 64;

/// What a signature is for. It stands, length first, before whatever is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureLabel {
    /// A commit, by its hash (`protocol/LOG.md` §2).
    Commit,
    /// A device's certificate (`protocol/LOG.md` §3).
    Device,
    /// The certificate of the next identity (`protocol/LOG.md` §3).
    Identity,
    /// A request to a relay (`protocol/PROTOCOL.md` §2).
    Request,
    /// Coming back with the recovery key (`protocol/PROTOCOL.md` §9).
    Recovery,
    /// Who opens a socket (`protocol/PROTOCOL.md` §15).
    Socket,
    /// That an account's other devices are to lock (`protocol/PROTOCOL.md` §15).
    Lock,
}

impl SignatureLabel {
    const fn label(self) -> Label {
        match self {
            Self::Commit => Label::COMMIT_SIGNATURE,
            Self::Device => Label::DEVICE,
            Self::Identity => Label::IDENTITY,
            Self::Request => Label::REQUEST,
            Self::Recovery => Label::RECOVERY,
            Self::Socket => Label::SOCKET,
            Self::Lock => Label::LOCK,
        }
    }

    /// What is signed: `LP(label) || fields`.
    pub fn message(self, fields: &[u8]) -> Vec<u8> {
        let (length, text) = self.label().prefixed();
        [&length[..], text, fields].concat()
    }
}

/// An Ed25519 key pair. The secret half is wiped when dropped.
#[derive(PartialEq, Eq)]
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

impl SigningKey {
    /// A new pair.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self::from_seed(&Secret::generate(rng))
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs `LP(label) || fields`.
    pub fn sign(&self, label: SignatureLabel, fields: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.0.sign(&label.message(fields)).to_bytes()
    }

    pub(crate) fn from_seed(seed: &Secret<32>) -> Self {
        Self(Box::new(ed25519_dalek::SigningKey::from_bytes(seed.expose())))
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Whether `signature` over `message` (label included) is by `key`: canonical encodings only, no points of small order.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| {
        key.verify_strict(message, &signature).is_ok()
            || weakness::has(Weakness::Strict) && key.verify(message, &signature).is_ok()
    })
}
