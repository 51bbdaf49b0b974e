//! What a person prints: the two codes without which a lost device takes its vault with it.

use crypto::{KdfId, Keychain, RecoveryKey, SecretKey, SetupCode, TypedText};

/// The two codes of a kit. They are wiped when dropped.
#[derive(Debug)]
pub struct Kit {
    /// Opens a backup together with the passphrase.
    pub setup: TypedText,
    /// Opens a backup alone.
    pub recovery: TypedText,
}

impl Kit {
    pub(crate) fn new(keychain: &Keychain, account: [u8; 16], kdf: KdfId, recovery: &RecoveryKey) -> Self {
        Self { setup: setup_code(keychain, account, kdf), recovery: recovery.to_text() }
    }
}

/// The part of a kit that adds a device.
pub(crate) fn setup_code(keychain: &Keychain, account: [u8; 16], kdf: KdfId) -> TypedText {
    let mut secret = *keychain.secret_key.secret().expose();
    let secret_key = SecretKey::from_bytes(&mut secret);
    SetupCode { kdf, account, secret_key }.to_text()
}
