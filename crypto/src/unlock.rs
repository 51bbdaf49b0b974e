//! What may lie beside a locked vault: the store key under a passphrase, and under each passkey (`FORMAT.md` §8).

use rand_core::CryptoRngCore;

use crate::derive::{expand, extract};
use crate::label::{Label, length_prefix};
use crate::reader::Reader;
use crate::wrap::{Purpose, Wrapped, unwrap, wrap};
use crate::{KdfId, KdfMemory, OpenFailed, ParseError, Passphrase, Secret, StoreKey};

const VERSION: u8 = 1;
const MAX_CREDENTIAL: usize = 1023;

/// The device a store key belongs to; its wraps open for no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceBinding {
    /// The account's id.
    pub account: [u8; 16],
    /// The device's id.
    pub device: [u8; 16],
}

/// The store key under a passphrase, with the salt and the number of the key derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassphraseWrap {
    kdf: KdfId,
    salt: [u8; 16],
    wrapped: Wrapped,
}

impl PassphraseWrap {
    /// Reads `version || kdf id || salt || wrap`.
    ///
    /// # Errors
    /// Another layout, or a version or key derivation that is not known here.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut from = Reader::new(bytes);
        check_version(&mut from)?;
        let kdf = KdfId::from_number(from.u8()?)?;
        Ok(Self { kdf, salt: *from.array()?, wrapped: Wrapped::parse(from.rest())? })
    }

    /// `version || kdf id || salt || wrap`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = [VERSION, self.kdf.number()];
        [&head[..], &self.salt, self.wrapped.as_bytes()].concat()
    }

    /// Which derivation opens it: what [`KdfMemory::reserve`] is to be asked for.
    pub const fn kdf(&self) -> KdfId {
        self.kdf
    }
}

/// What a passkey's PRF is asked with: 32 random bytes, in the clear.
pub type PasskeySalt = [u8; 32];

/// What a passkey's PRF answered, user verification included.
pub type PrfOutput = Secret<32>;

/// The store key under a passkey, with what is needed to ask the passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyWrap {
    salt: PasskeySalt,
    credential: Vec<u8>,
    wrapped: Wrapped,
}

impl PasskeyWrap {
    /// Reads `version || salt || LP(credential id) || wrap`.
    ///
    /// # Errors
    /// Another layout, or a version that is not known here.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut from = Reader::new(bytes);
        check_version(&mut from)?;
        let salt = *from.array()?;
        let length = usize::from(from.u16()?);
        if length > MAX_CREDENTIAL {
            return Err(ParseError::Malformed);
        }
        let credential = from.slice(length)?.to_vec();
        Ok(Self { salt, credential, wrapped: Wrapped::parse(from.rest())? })
    }

    /// `version || salt || LP(credential id) || wrap`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = length_prefix(&self.credential);
        [&[VERSION][..], &self.salt, &length, &self.credential, self.wrapped.as_bytes()].concat()
    }

    /// The salt to ask the passkey's PRF with.
    pub const fn salt(&self) -> &PasskeySalt {
        &self.salt
    }

    /// The passkey's credential id.
    pub fn credential(&self) -> &[u8] {
        &self.credential
    }
}

impl StoreKey {
    /// Wraps this key under a passphrase, with a new salt and the derivation that `memory` is for.
    pub fn wrap_with_passphrase(
        &self,
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        binding: &DeviceBinding,
        rng: &mut impl CryptoRngCore,
    ) -> PassphraseWrap {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let kek = passphrase_kek(passphrase, memory, &salt, binding);
        let wrapped = wrap(&self.0, &kek, Purpose::StoreByPassphrase, &binding.fields(), rng);
        PassphraseWrap { kdf: memory.kdf(), salt, wrapped }
    }

    /// Opens the wrap with the passphrase.
    ///
    /// # Errors
    /// Another passphrase, device or account, or changed bytes; or `memory` is for another derivation.
    pub fn unwrap_with_passphrase(
        wrap: &PassphraseWrap,
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        binding: &DeviceBinding,
    ) -> Result<Self, OpenFailed> {
        if wrap.kdf != memory.kdf() {
            return Err(OpenFailed);
        }
        let kek = passphrase_kek(passphrase, memory, &wrap.salt, binding);
        unwrap(&wrap.wrapped, &kek, Purpose::StoreByPassphrase, &binding.fields()).map(Self)
    }

    /// Wraps this key under what a passkey's PRF answered to `salt`.
    ///
    /// # Errors
    /// The credential id is longer than 1,023 bytes, which WebAuthn does not allow.
    pub fn wrap_with_passkey(
        &self,
        salt: PasskeySalt,
        credential: &[u8],
        output: &PrfOutput,
        binding: &DeviceBinding,
        rng: &mut impl CryptoRngCore,
    ) -> Result<PasskeyWrap, ParseError> {
        if credential.len() > MAX_CREDENTIAL {
            return Err(ParseError::Malformed);
        }
        let kek = passkey_kek(&salt, credential, output, binding);
        let wrapped = wrap(&self.0, &kek, Purpose::StoreByPasskey, &binding.fields(), rng);
        Ok(PasskeyWrap { salt, credential: credential.to_vec(), wrapped })
    }

    /// Opens the wrap with what its passkey's PRF answered to [`PasskeyWrap::salt`].
    ///
    /// # Errors
    /// Another passkey, salt, device or account, or changed bytes.
    pub fn unwrap_with_passkey(
        wrap: &PasskeyWrap,
        output: &PrfOutput,
        binding: &DeviceBinding,
    ) -> Result<Self, OpenFailed> {
        let kek = passkey_kek(&wrap.salt, &wrap.credential, output, binding);
        unwrap(&wrap.wrapped, &kek, Purpose::StoreByPasskey, &binding.fields()).map(Self)
    }
}

impl DeviceBinding {
    pub(crate) fn fields(&self) -> [&[u8]; 2] {
        [&self.account, &self.device]
    }
}

/// `LKEK = HKDF(salt, Argon2id(passphrase, salt), "local-kek", account || device || kdf id)`.
fn passphrase_kek(
    passphrase: &Passphrase,
    memory: &mut KdfMemory,
    salt: &[u8; 16],
    binding: &DeviceBinding,
) -> Secret<32> {
    let prk = extract(salt, memory.stretch(passphrase, salt).expose());
    let [account, device] = binding.fields();
    expand(prk.expose(), Label::LOCAL_KEK, &[account, device, &[memory.kdf().number()]], &[])
}

/// `HKDF(salt, PRF output, "passkey-kek", account || device, credential id)`.
fn passkey_kek(
    salt: &PasskeySalt,
    credential: &[u8],
    output: &PrfOutput,
    binding: &DeviceBinding,
) -> Secret<32> {
    let prk = extract(salt, output.expose());
    expand(prk.expose(), Label::PASSKEY_KEK, &binding.fields(), &[credential])
}

fn check_version(from: &mut Reader<'_>) -> Result<(), ParseError> {
    if from.u8()? == VERSION { Ok(()) } else { Err(ParseError::Newer) }
}
