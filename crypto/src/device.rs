//! The key pairs of devices and identities, and the certificates between them (`FORMAT.md` §12).

use std::fmt;

use rand_core::CryptoRngCore;
use x25519_dalek::StaticSecret;

use crate::sign::{SIGNATURE_LENGTH, SignatureLabel, SigningKey};
use crate::{OpenFailed, Secret};

/// The public halves of a device or an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicKeys {
    /// Ed25519.
    pub signing: [u8; 32],
    /// X25519.
    pub agreement: [u8; 32],
}

/// A device's two key pairs, made there and never elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub struct DeviceKeys {
    signing: SigningKey,
    agreement: AgreementKey,
}

impl DeviceKeys {
    /// The keys of a new device.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self { signing: SigningKey::generate(rng), agreement: AgreementKey::generate(rng) }
    }

    /// Their public halves.
    pub fn public(&self) -> PublicKeys {
        PublicKeys { signing: self.signing.public(), agreement: self.agreement.public() }
    }

    /// Signs `LP(label) || fields`; for a commit, `fields` is its hash.
    pub fn sign(&self, label: SignatureLabel, fields: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.signing.sign(label, fields)
    }

    pub(crate) const fn from_parts(signing: SigningKey, agreement: AgreementKey) -> Self {
        Self { signing, agreement }
    }

    pub(crate) const fn agreement(&self) -> &AgreementKey {
        &self.agreement
    }

    pub(crate) fn seeds(&self) -> [&[u8; 32]; 2] {
        [self.signing.seed(), self.agreement.seed()]
    }
}

/// An account's two key pairs of one generation.
#[derive(Debug, PartialEq, Eq)]
pub struct Identity {
    generation: u32,
    signing: SigningKey,
    agreement: AgreementKey,
}

impl Identity {
    /// A new account's identity (generation 1), or its next.
    pub fn generate(generation: u32, rng: &mut impl CryptoRngCore) -> Self {
        Self { generation, signing: SigningKey::generate(rng), agreement: AgreementKey::generate(rng) }
    }

    /// The generation, from 1.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Their public halves.
    pub fn public(&self) -> PublicKeys {
        PublicKeys { signing: self.signing.public(), agreement: self.agreement.public() }
    }

    /// A device's certificate: signs `account || device || signing key || agreement key || generation` under "device".
    pub fn certify_device(
        &self,
        account: [u8; 16],
        device: [u8; 16],
        keys: &PublicKeys,
    ) -> [u8; SIGNATURE_LENGTH] {
        self.signing.sign(SignatureLabel::Device, &device_fields(account, device, keys, self.generation))
    }

    /// The certificate of the identity after this one: signs `account || generation || signing key || agreement key` under "identity".
    pub fn certify_next(&self, account: [u8; 16], next: &Self) -> [u8; SIGNATURE_LENGTH] {
        let keys = next.public();
        let generation = next.generation.to_le_bytes();
        let fields = [&account[..], &generation, &keys.signing, &keys.agreement].concat();
        self.signing.sign(SignatureLabel::Identity, &fields)
    }

    pub(crate) const fn from_parts(generation: u32, signing: SigningKey, agreement: AgreementKey) -> Self {
        Self { generation, signing, agreement }
    }

    pub(crate) fn seeds(&self) -> [&[u8; 32]; 2] {
        [self.signing.seed(), self.agreement.seed()]
    }
}

fn device_fields(account: [u8; 16], device: [u8; 16], keys: &PublicKeys, generation: u32) -> Vec<u8> {
    [&account[..], &device, &keys.signing, &keys.agreement, &generation.to_le_bytes()].concat()
}

/// An X25519 key pair. The secret half is wiped when dropped.
pub struct AgreementKey(Box<StaticSecret>);

impl AgreementKey {
    /// A new pair.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self::from_seed(&Secret::generate(rng))
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        x25519_dalek::PublicKey::from(&*self.0).to_bytes()
    }

    /// The secret shared with `peer`.
    ///
    /// # Errors
    /// `peer` is of small order: the result would be the same for everybody.
    pub fn agree(&self, peer: &[u8; 32]) -> Result<Secret<32>, OpenFailed> {
        let shared = self.0.diffie_hellman(&(*peer).into());
        if shared.was_contributory() { Ok(Secret::copied(shared.as_bytes())) } else { Err(OpenFailed) }
    }

    /// The pair whose secret half has these bytes.
    pub fn from_seed(seed: &Secret<32>) -> Self {
        Self(Box::new(StaticSecret::from(*seed.expose())))
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl PartialEq for AgreementKey {
    fn eq(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.seed()[..], &other.seed()[..]).into()
    }
}

impl Eq for AgreementKey {}

impl fmt::Debug for AgreementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgreementKey(…)")
    }
}
