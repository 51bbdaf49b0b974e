//! The two codes of a kit: the setup code and the recovery code (`FORMAT.md` §13).

use zeroize::Zeroizing;

use crate::typed::{CodeKind, TypedError, TypedText, read, write};
use crate::{KdfId, RecoveryKey, Secret, SecretKey};

/// What brings a second device in, or opens a backup, together with the passphrase.
#[derive(Debug, PartialEq, Eq)]
pub struct SetupCode {
    /// Which key derivation the account uses.
    pub kdf: KdfId,
    /// The account's id.
    pub account: [u8; 16],
    /// The Secret Key.
    pub secret_key: SecretKey,
}

impl SetupCode {
    /// Twelve groups of six characters.
    pub fn to_text(&self) -> TypedText {
        write(CodeKind::Setup, &[&[self.kdf.number()], &self.account, self.secret_key.secret().expose()])
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// What is wrong, and in which group.
    pub fn from_text(text: &str) -> Result<Self, TypedError> {
        let payload = read::<33>(CodeKind::Setup, text)?;
        let (kdf, rest) = payload.split_first().ok_or(TypedError::Checksum)?;
        let (account, secret) = split(rest)?;
        let kdf = KdfId::from_number(*kdf).map_err(|_| TypedError::Newer)?;
        Ok(Self { kdf, account, secret_key: SecretKey::from_secret(Secret::copied(secret)) })
    }
}

impl RecoveryKey {
    /// Seventeen groups of six characters, with the account's id.
    pub fn to_text(&self) -> TypedText {
        write(CodeKind::Recovery, &[self.account(), self.key().expose()])
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// What is wrong, and in which group.
    pub fn from_text(text: &str) -> Result<Self, TypedError> {
        let payload: Zeroizing<[u8; 48]> = read(CodeKind::Recovery, text)?;
        let (account, key) = split(&payload[..])?;
        Ok(Self::from_parts(account, Secret::copied(key)))
    }
}

fn split<const N: usize>(bytes: &[u8]) -> Result<([u8; 16], &[u8; N]), TypedError> {
    let (account, rest) = bytes.split_first_chunk().ok_or(TypedError::Checksum)?;
    Ok((*account, rest.first_chunk().ok_or(TypedError::Checksum)?))
}
