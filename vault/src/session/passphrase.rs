//! What opens the vault: another passphrase, another kit, passkeys.

use crypto::{AccountKey, BackupKey, KdfId, KdfMemory, PasskeySalt, Passphrase, PrfOutput, RecoveryKey};
use rand_core::CryptoRngCore;

use super::act::ATTEMPTS;
use super::open::{passphrase_wrap, store_key};
use super::{Error, Session};
use crate::kit::Kit;
use crate::locked::passkey_wraps;
use crate::port::{Batch, CellId, Committed, Store, Stored};
use crate::record::{ACCOUNT, KEYCHAIN, MAX_PASSKEYS, PASSKEYS, PASSPHRASE, with_check, with_generation};

/// A cell to write, or to delete.
pub(super) type Cell = (CellId, Option<Vec<u8>>);
/// Cells to write.
pub(super) type Cells = Vec<Cell>;

impl<S: Store> Session<S> {
    /// Puts another passphrase in place of the current one, both in form NFKC; derives three keys. Passkeys stay.
    ///
    /// # Errors
    /// `current` is not the passphrase, the vault is connected to a relay, no memory for the derivation, or the store cannot.
    pub async fn change_passphrase(
        &mut self,
        current: &Passphrase,
        new: &Passphrase,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let kdf = self.check_passphrase(current).await?;
            self.expect_unconnected()?;
            let mut memory = reserve(kdf)?;
            let account = self.keys.binding.account;
            let backup =
                AccountKey::derive(new, &mut memory, &self.keys.chain.secret_key, account).backup_key();
            if self.put_passphrase(new, (&mut memory, backup), Cells::new(), rng).await? {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }

    /// Has this device open with a passphrase, and its backups with a key from it; `cells` are written with that. `false` if
    /// another session was faster, which is taken in.
    pub(super) async fn put_passphrase(
        &mut self,
        new: &Passphrase,
        (memory, backup): (&mut KdfMemory, BackupKey),
        mut cells: Cells,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        let old = std::mem::replace(&mut self.keys.chain.backup, backup);
        cells.extend(self.passphrase_cells(new, memory, rng));
        let written = self.write(cells).await;
        if written.is_err() {
            self.keys.chain.backup = old;
        }
        if written == Ok(false) {
            self.reload().await?;
        }
        written
    }

    /// A new kit: its setup code is that of the kits before, its recovery code is new and the only one that opens backups
    /// made from now on.
    ///
    /// # Errors
    /// It is not the passphrase, the vault is connected to a relay, no memory for the derivation, or the store cannot.
    pub async fn kit(&mut self, passphrase: &Passphrase, rng: &mut impl CryptoRngCore) -> Result<Kit, Error> {
        for _ in 0..ATTEMPTS {
            let kdf = self.check_passphrase(passphrase).await?;
            self.expect_unconnected()?;
            let account = self.keys.binding.account;
            let recovery = RecoveryKey::generate(account, rng);
            let wrapped = recovery.wrap(&self.keys.chain.root, rng).as_bytes().to_vec();
            let old = (std::mem::replace(&mut self.account.recovery, wrapped), self.account.recovery_key);
            self.account.recovery_key = Some(recovery.signing_key().public());
            let sealed = self.account.seal(&self.keys.account, self.generation.0 + 1, rng)?;
            match self.write(vec![(ACCOUNT, Some(sealed))]).await {
                Ok(true) => return Ok(Kit::new(&self.keys.chain, kdf, &recovery, None)),
                Ok(false) => self.reload().await?,
                Err(error) => {
                    (self.account.recovery, self.account.recovery_key) = old;
                    return Err(error);
                }
            }
        }
        Err(Error::Contended)
    }

    /// Lets a passkey open this vault: `output` is what its PRF answered to `salt`.
    ///
    /// # Errors
    /// There are sixteen already, its credential id is too long, or the store cannot.
    pub async fn add_passkey(
        &mut self,
        credential: &[u8],
        salt: PasskeySalt,
        output: &PrfOutput,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        let (key, binding) = (&self.keys.store, &self.keys.binding);
        let wrap =
            key.wrap_with_passkey(salt, credential, output, binding, rng).map_err(|_| Error::TooMuch)?;
        for _ in 0..ATTEMPTS {
            let stored = self.store.load().await?.ok_or(Error::NoVault)?;
            let taken = passkey_wraps(&stored)?;
            let same = taken.iter().find(|(_, wrap)| wrap.credential() == credential).map(|(id, _)| *id);
            let free =
                (PASSKEYS.0..PASSKEYS.0 + MAX_PASSKEYS).map(CellId).find(|id| !stored.cells.contains_key(id));
            let id = same.or(free).ok_or(Error::TooMuch)?;
            if self.write_onto(&stored, vec![(id, Some(with_check(wrap.to_bytes())))]).await? {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }

    /// Takes a passkey away again.
    ///
    /// # Errors
    /// It is none of this vault's, or the store cannot.
    pub async fn remove_passkey(&mut self, credential: &[u8]) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let stored = self.store.load().await?.ok_or(Error::NoVault)?;
            let wraps = passkey_wraps(&stored)?;
            let found = wraps.iter().find(|(_, wrap)| wrap.credential() == credential);
            let (id, _) = found.ok_or(Error::Gone)?;
            if self.write_onto(&stored, vec![(*id, None)]).await? {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }

    /// Writes cells; `false` if another session was faster.
    pub(super) async fn write(&mut self, cells: Cells) -> Result<bool, Error> {
        match self.store.commit(Batch { base: self.generation, cells, ..Batch::default() }).await? {
            Committed::Stale => Ok(false),
            Committed::Stored(generation) => {
                self.generation = generation;
                Ok(true)
            }
        }
    }

    /// Writes cells decided on `stored`, after taking in what came before it.
    async fn write_onto(&mut self, stored: &Stored, cells: Cells) -> Result<bool, Error> {
        if stored.generation != self.generation {
            self.reload().await?;
            return Ok(false);
        }
        let written = self.write(cells).await?;
        if !written {
            self.reload().await?;
        }
        Ok(written)
    }

    /// The relay's credential names the passphrase and the recovery key: neither is replaced here alone.
    const fn expect_unconnected(&self) -> Result<(), Error> {
        if self.connection.is_some() { Err(Error::Connected) } else { Ok(()) }
    }

    /// Whether it is the passphrase of this vault; what it is derived by, if it is.
    pub(super) async fn check_passphrase(&mut self, passphrase: &Passphrase) -> Result<KdfId, Error> {
        self.refresh().await?;
        let stored = self.store.load().await?.ok_or(Error::NoVault)?;
        let key = store_key(&stored, &self.keys.binding, passphrase)?;
        if key == self.keys.store { Ok(passphrase_wrap(&stored)?.kdf()) } else { Err(Error::WrongPassphrase) }
    }

    /// What this device's passphrase is derived by.
    pub(super) async fn passphrase_kdf(&self) -> Result<KdfId, Error> {
        Ok(passphrase_wrap(&self.store.load().await?.ok_or(Error::NoVault)?)?.kdf())
    }

    fn passphrase_cells(
        &self,
        new: &Passphrase,
        memory: &mut KdfMemory,
        rng: &mut impl CryptoRngCore,
    ) -> Cells {
        let keys = &self.keys;
        let generation = self.generation.0 + 1;
        let wrap = keys.store.wrap_with_passphrase(new, memory, &keys.binding, rng);
        let chain = keys.chain.seal(&keys.store, &keys.binding, generation, rng);
        vec![
            (PASSPHRASE, Some(with_check(wrap.to_bytes()))),
            (KEYCHAIN, Some(with_generation(generation, &chain))),
        ]
    }
}

pub(super) fn reserve(kdf: KdfId) -> Result<KdfMemory, Error> {
    KdfMemory::reserve(kdf).map_err(|_| Error::NoMemory)
}
