//! Everything a device holds once it is unlocked, in one sealed record (`FORMAT.md` §9).

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::reader::Reader;
use crate::{
    AgreementKey, BackupKey, DeviceBinding, DeviceKeys, Identity, LocalKind, OpenFailed, ParseError, RootKey,
    Sealed, Secret, SecretKey, SigningKey, StoreKey,
};

const VERSION: u8 = 1;
const LENGTH: usize = 217;
const IDENTITY_LENGTH: usize = 68;

/// The keys of a device and of its account. Rests only sealed under the store key.
#[derive(Debug, PartialEq, Eq)]
pub struct Keychain {
    /// The device's own pairs.
    pub device: DeviceKeys,
    /// The account's pairs.
    pub identity: Identity,
    /// The account's root key.
    pub root: RootKey,
    /// The Secret Key.
    pub secret_key: SecretKey,
    /// The key for backup files.
    pub backup: BackupKey,
}

impl Keychain {
    /// Seals the record for this device; `generation` is the store's.
    #[expect(clippy::missing_panics_doc, reason = "what is sealed is always short enough")]
    pub fn seal(
        &self,
        store_key: &StoreKey,
        binding: &DeviceBinding,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Sealed {
        let bytes = self.to_bytes();
        let key = store_key.local_key(binding, binding.account);
        #[expect(clippy::expect_used, reason = "217 bytes are less than a mebibyte")]
        key.seal(LocalKind::Keychain, 0, generation, &bytes, rng).expect("a short record")
    }

    /// Opens the record of this device.
    ///
    /// # Errors
    /// Another store key, device, account or generation, or changed bytes.
    pub fn open(
        store_key: &StoreKey,
        binding: &DeviceBinding,
        generation: u64,
        sealed: &Sealed,
    ) -> Result<Self, OpenFailed> {
        let key = store_key.local_key(binding, binding.account);
        let opened = key.open(LocalKind::Keychain, 0, generation, sealed)?;
        Self::parse(opened.as_bytes(), binding.account).map_err(|_| OpenFailed)
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH));
        bytes.push(VERSION);
        self.device.seeds().into_iter().for_each(|seed| bytes.extend(seed));
        bytes.extend(self.identity.to_secret().expose());
        bytes.extend(self.root.epoch().to_le_bytes());
        bytes.extend(self.root.key().expose());
        bytes.extend(self.secret_key.secret().expose());
        bytes.extend(self.backup.key().expose());
        bytes
    }

    fn parse(bytes: &[u8], account: [u8; 16]) -> Result<Self, ParseError> {
        let mut from = Reader::new(bytes);
        if from.u8()? != VERSION {
            return Err(ParseError::Newer);
        }
        let keychain = Self {
            device: DeviceKeys::from_parts(signing(&mut from)?, agreement(&mut from)?),
            identity: identity(&mut from)?,
            root: RootKey::from_parts(account, from.u32()?, secret(&mut from)?),
            secret_key: SecretKey::from_secret(from.array().map(Secret::copied)?),
            backup: BackupKey::from_parts(account, secret(&mut from)?),
        };
        from.end()?;
        Ok(keychain)
    }
}

impl Identity {
    /// `generation || signing seed || agreement secret`: what an account's keyring keeps of it.
    pub fn to_secret(&self) -> Secret<IDENTITY_LENGTH> {
        let [signing, agreement] = self.seeds();
        let generation = self.generation().to_le_bytes();
        let bytes = [&generation[..], signing, agreement].into_iter().flatten();
        Secret::filled(|to| to.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from))
    }

    /// Reads what [`Self::to_secret`] wrote.
    ///
    /// # Errors
    /// It has another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut from = Reader::new(bytes);
        let identity = identity(&mut from)?;
        from.end()?;
        Ok(identity)
    }
}

fn identity(from: &mut Reader<'_>) -> Result<Identity, ParseError> {
    Ok(Identity::from_parts(from.u32()?, signing(from)?, agreement(from)?))
}

fn secret(from: &mut Reader<'_>) -> Result<Secret<32>, ParseError> {
    from.array().map(Secret::copied)
}

fn signing(from: &mut Reader<'_>) -> Result<SigningKey, ParseError> {
    secret(from).map(|seed| SigningKey::from_seed(&seed))
}

fn agreement(from: &mut Reader<'_>) -> Result<AgreementKey, ParseError> {
    secret(from).map(|seed| AgreementKey::from_seed(&seed))
}
