//! What passphrase and Secret Key together open (`FORMAT.md` §10).

use rand_core::CryptoRngCore;
use weakness::Weakness;

use crate::derive::{expand, extract};
use crate::label::Label;
use crate::root::{unwrap_root, wrap_root};
use crate::wrap::{Purpose, Wrapped};
use crate::{KdfId, KdfMemory, OpenFailed, Passphrase, RootKey, Secret};

/// The Secret Key (SK): 16 random bytes that make whatever is kept elsewhere immune to guessing.
#[derive(Debug, PartialEq, Eq)]
pub struct SecretKey(Secret<16>);

impl SecretKey {
    /// A new account's Secret Key.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self(Secret::generate(rng))
    }

    /// The Secret Key with these bytes, which are wiped.
    pub fn from_bytes(bytes: &mut [u8; 16]) -> Self {
        Self(Secret::new(bytes))
    }

    pub(crate) const fn from_secret(secret: Secret<16>) -> Self {
        Self(secret)
    }

    /// Its bytes, for the sealed keyring and the setup code.
    pub const fn secret(&self) -> &Secret<16> {
        &self.0
    }
}

/// What OPAQUE is given as password (AUTH).
pub type LoginSecret = Secret<32>;

/// The root of passphrase and Secret Key (PRK). Made when needed, kept nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct AccountKey {
    account: [u8; 16],
    prk: Secret<64>,
}

impl AccountKey {
    /// `S = Argon2id(passphrase, Expand(SK, "kdf-salt", account || kdf id)); PRK = Extract(SK, S)`.
    pub fn derive(
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        secret_key: &SecretKey,
        account: [u8; 16],
    ) -> Self {
        let mixed = if weakness::has(Weakness::SecretKey) { &[0; 16] } else { secret_key.0.expose() };
        let salt = kdf_salt(mixed, &account, memory.kdf());
        let stretched = memory.stretch(passphrase, salt.expose());
        Self { account, prk: extract(mixed, stretched.expose()) }
    }

    /// The key that wraps the root key for backup files: `BKEK = Expand(PRK, "backup-wrap", account)`.
    pub fn backup_key(&self) -> BackupKey {
        let key = expand(self.prk.expose(), Label::BACKUP_WRAP, &[&self.account], &[]);
        BackupKey { account: self.account, key }
    }

    /// What proves the passphrase to the relay at `origin`: `AUTH = Expand(PRK, "auth", account, origin)`.
    pub fn login_secret(&self, origin: &str) -> LoginSecret {
        expand(self.prk.expose(), Label::AUTH, &[&self.account], &[origin.as_bytes()])
    }

    /// The key that wraps the root key at a relay, of what a sign-in or registration there gave (OPAQUE's export key) and the
    /// epoch of the credential: `RKEK` of `FORMAT.md` §10. The relay alone cannot have it, nor can a passphrase alone.
    pub fn remote_key(&self, export_key: &[u8; 64], credential_epoch: u32) -> RemoteKey {
        let mix = expand::<32>(self.prk.expose(), Label::REMOTE_MIX, &[], &[]);
        let mixed = extract(mix.expose(), export_key);
        let epoch = credential_epoch.to_le_bytes();
        let key = expand(mixed.expose(), Label::REMOTE_WRAP, &[&self.account, &epoch], &[]);
        RemoteKey { account: self.account, key }
    }
}

fn kdf_salt(secret_key: &[u8; 16], account: &[u8; 16], kdf: KdfId) -> Secret<32> {
    expand(secret_key, Label::KDF_SALT, &[account, &[kdf.number()]], &[])
}

/// The key that wraps the root key at a relay (RKEK). Made when needed, kept nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct RemoteKey {
    account: [u8; 16],
    key: Secret<32>,
}

impl RemoteKey {
    /// The root key for the relay.
    pub fn wrap(&self, root: &RootKey, rng: &mut impl CryptoRngCore) -> Wrapped {
        wrap_root(root, &self.key, Purpose::RootBySignIn, rng)
    }

    /// The root key of that epoch from a relay.
    ///
    /// # Errors
    /// Another passphrase, Secret Key, account, credential or epoch, or changed bytes.
    pub fn unwrap(&self, wrapped: &Wrapped, epoch: u32) -> Result<RootKey, OpenFailed> {
        unwrap_root(wrapped, &self.key, Purpose::RootBySignIn, self.account, epoch)
    }
}

/// The key that wraps the root key for backup files (BKEK). Kept sealed on each device.
#[derive(Debug, PartialEq, Eq)]
pub struct BackupKey {
    account: [u8; 16],
    key: Secret<32>,
}

impl BackupKey {
    /// The root key for a backup file.
    pub fn wrap(&self, root: &RootKey, rng: &mut impl CryptoRngCore) -> Wrapped {
        wrap_root(root, &self.key, Purpose::RootByBackup, rng)
    }

    /// The root key of that epoch from a backup file.
    ///
    /// # Errors
    /// Another passphrase, Secret Key, account or epoch, or changed bytes.
    pub fn unwrap(&self, wrapped: &Wrapped, epoch: u32) -> Result<RootKey, OpenFailed> {
        unwrap_root(wrapped, &self.key, Purpose::RootByBackup, self.account, epoch)
    }

    /// Its bytes, for the sealed keyring.
    pub const fn key(&self) -> &Secret<32> {
        &self.key
    }

    /// The key with these bytes, from the sealed keyring.
    pub const fn from_parts(account: [u8; 16], key: Secret<32>) -> Self {
        Self { account, key }
    }
}
