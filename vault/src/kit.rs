//! What a person prints: the two codes without which a lost device takes its vault with it.

use crypto::{KdfId, Keychain, RecoveryKey, ScannedCode, SecretKey, Seen, SetupCode, TypedText};

/// The two codes of a kit. They are wiped when dropped.
#[derive(Debug)]
pub struct Kit {
    /// Opens a backup together with the passphrase.
    pub setup: TypedText,
    /// The same to be scanned.
    pub scanned: TypedText,
    /// Opens a backup alone.
    pub recovery: TypedText,
}

impl Kit {
    /// The kit of that account, with what was seen of its relay.
    pub(crate) fn new(keychain: &Keychain, kdf: KdfId, recovery: &RecoveryKey, seen: Option<Seen>) -> Self {
        let Setup { typed, scanned } = Setup::new(keychain, *recovery.account(), kdf, seen);
        Self { setup: typed, scanned, recovery: recovery.to_text() }
    }
}

/// The part of a kit that adds a device. It is wiped when dropped.
#[derive(Debug)]
pub struct Setup {
    /// To be typed.
    pub typed: TypedText,
    /// To be scanned: with what this device saw of its relay.
    pub scanned: TypedText,
}

impl Setup {
    pub(crate) fn new(keychain: &Keychain, account: [u8; 16], kdf: KdfId, seen: Option<Seen>) -> Self {
        let mut secret = *keychain.secret_key.secret().expose();
        let setup = SetupCode { kdf, account, secret_key: SecretKey::from_bytes(&mut secret) };
        Self { typed: setup.to_text(), scanned: ScannedCode { setup, seen }.to_text() }
    }
}
