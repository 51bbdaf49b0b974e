//! Unlocking, and taking in what another session of the same store did.

use crypto::{DeviceBinding, KdfMemory, Keychain, LocalKey, Passphrase, PassphraseWrap, PrfOutput, StoreKey};
use protocol::LogId;

use super::account::Account;
use super::deadline::Deadline;
use super::local::open_settings;
use super::remote::Connection;
use super::{Error, Keys, Session, rebuild};
use crate::cache;
use crate::journal::Journal;
use crate::locked::passkey_wraps;
use crate::port::{Span, Store, Stored};
use crate::record::{
    ACCOUNT, KEYCHAIN, LOCK, NEXT_PASSPHRASE, PASSPHRASE, cell, checked, parse_error, read_device,
    read_sealed,
};
use crate::unlocked::{Roots, Scopes, Vault};

const PASSPHRASE_RECORD: &str = "passphrase record";

impl<S: Store> Session<S> {
    /// Unlocks with the passphrase in form NFKC; derives a key from it.
    ///
    /// # Errors
    /// Another passphrase, no vault, damaged records, no memory for the derivation, or the store cannot.
    pub async fn unlock(store: S, passphrase: &Passphrase) -> Result<Self, Error> {
        let mut stored = store.load().await?.ok_or(Error::NoVault)?;
        let binding = read_device(&stored)?;
        let key = store_key(&stored, &binding, passphrase)?;
        Self::open(store, &mut stored, binding, key).await
    }

    /// Unlocks with what a passkey's PRF answered to its salt ([`Passkey`](crate::locked::Passkey)).
    ///
    /// # Errors
    /// Another passkey, no vault, damaged records, or the store cannot.
    pub async fn unlock_with_passkey(store: S, credential: &[u8], output: &PrfOutput) -> Result<Self, Error> {
        let mut stored = store.load().await?.ok_or(Error::NoVault)?;
        let binding = read_device(&stored)?;
        let wraps = passkey_wraps(&stored)?;
        let found = wraps.iter().find(|(_, wrap)| wrap.credential() == credential);
        let (_, wrap) = found.ok_or(Error::WrongPasskey)?;
        let key = StoreKey::unwrap_with_passkey(wrap, output, &binding).map_err(|_| Error::WrongPasskey)?;
        Self::open(store, &mut stored, binding, key).await
    }

    /// Takes in what another session saved. `false`: nothing.
    ///
    /// # Errors
    /// Another session asked for a lock, the store cannot, or its records are damaged; the session stays as it was.
    pub async fn refresh(&mut self) -> Result<bool, Error> {
        if !self.is_ahead && self.store.generation().await? == self.generation {
            return Ok(false);
        }
        self.reload().await.map(|()| true)
    }

    pub(super) async fn reload(&mut self) -> Result<(), Error> {
        let mut stored = self.store.load().await?.ok_or(Error::NoVault)?;
        if read_device(&stored)? != self.keys.binding {
            return Err(Error::Gone);
        }
        if stored.cells.get(&LOCK) != self.lock.as_ref() {
            return Err(Error::Locked);
        }
        let account = Account::open(&self.keys.account, cell(&stored, ACCOUNT, "account")?)?;
        let chain = open_keychain(&stored, &self.keys.store, &self.keys.binding)?;
        let opened = open_vault(&self.store, &mut stored, &account, &self.keys.vault, &chain).await?;
        let settings = open_settings(&stored, &self.keys.account)?;
        self.connection = Connection::open(&stored, &self.keys.account)?;
        self.journal = Journal::open(&stored, &self.keys.account)?;
        self.settings = settings;
        self.keys.chain = chain;
        self.account = account;
        (self.vault, self.tail) = opened;
        self.generation = stored.generation;
        self.deadline.take(&stored);
        self.is_ahead = false;
        self.reloads += 1;
        Ok(())
    }

    pub(super) async fn open(
        store: S,
        stored: &mut Stored,
        binding: DeviceBinding,
        key: StoreKey,
    ) -> Result<Self, Error> {
        let chain = open_keychain(stored, &key, &binding)?;
        let account =
            Account::open(&key.local_key(&binding, binding.account), cell(stored, ACCOUNT, "account")?)?;
        let keys = Keys::new(key, binding, chain, account.vault);
        let (vault, tail) = open_vault(&store, stored, &account, &keys.vault, &keys.chain).await?;
        let generation = stored.generation;
        let settings = open_settings(stored, &keys.account)?;
        let journal = Journal::open(stored, &keys.account)?;
        let connection = Connection::open(stored, &keys.account)?;
        let lock = stored.cells.get(&LOCK).cloned();
        let deadline = Deadline::opened(stored);
        Ok(Self {
            store,
            keys,
            account,
            vault,
            generation,
            tail,
            is_ahead: false,
            settings,
            journal,
            connection,
            lock,
            deadline,
            reloads: 0,
        })
    }
}

impl Keys {
    pub(super) fn new(store: StoreKey, binding: DeviceBinding, chain: Keychain, vault: LogId) -> Self {
        let account = store.local_key(&binding, binding.account);
        let vault = store.local_key(&binding, *vault.as_bytes());
        Self { binding, store, chain, account, vault }
    }
}

/// The store key, from the wrap under the passphrase.
pub(super) fn store_key(
    stored: &Stored,
    binding: &DeviceBinding,
    passphrase: &Passphrase,
) -> Result<StoreKey, Error> {
    let wrap = passphrase_wrap(stored)?;
    let mut memory = KdfMemory::reserve(wrap.kdf()).map_err(|_| Error::NoMemory)?;
    let mut open = |wrap| StoreKey::unwrap_with_passphrase(&wrap, passphrase, &mut memory, binding).ok();
    if let Some(key) = open(wrap) {
        return Ok(key);
    }
    // A passphrase that the relay may have acknowledged opens as well, until that is known.
    let next = match stored.cells.get(&NEXT_PASSPHRASE) {
        Some(record) => open(read_wrap(record)?),
        None => None,
    };
    next.ok_or(Error::WrongPassphrase)
}

pub(super) fn passphrase_wrap(stored: &Stored) -> Result<PassphraseWrap, Error> {
    read_wrap(cell(stored, PASSPHRASE, PASSPHRASE_RECORD)?)
}

fn read_wrap(record: &[u8]) -> Result<PassphraseWrap, Error> {
    let record = checked(record, PASSPHRASE_RECORD)?;
    PassphraseWrap::parse(record).map_err(|error| parse_error(error, PASSPHRASE_RECORD))
}

fn open_keychain(stored: &Stored, key: &StoreKey, binding: &DeviceBinding) -> Result<Keychain, Error> {
    let what = "keychain";
    let (generation, sealed) = read_sealed(cell(stored, KEYCHAIN, what)?, what)?;
    Keychain::open(key, binding, generation, &sealed).map_err(|_| Error::Damaged(what))
}

/// The vault, and the bytes of its tail. Where segments or tail do not open, or are older than the packs, the packs do, and
/// the next save writes new segments.
async fn open_vault(
    store: &impl Store,
    stored: &mut Stored,
    account: &Account,
    key: &LocalKey,
    chain: &Keychain,
) -> Result<(Vault, usize), Error> {
    let roots = Roots::open(&chain.root, &account.state)?;
    match cache::open(stored, account.vault, key, |state| Scopes::open(state, &roots)) {
        Ok(vault) if !is_outrun(store, stored, vault.next_pack).await? => Ok((vault, tail_length(stored))),
        Ok(_) | Err(Error::Damaged(_)) => {
            let vault = rebuild::from_packs(store, account.vault, &roots).await?;
            Ok((vault, cache::TAIL_CAPACITY))
        }
        Err(error) => Err(error),
    }
}

/// Whether the pack after the last that is known is there, without another session having saved meanwhile.
async fn is_outrun(store: &impl Store, stored: &Stored, next_pack: u64) -> Result<bool, Error> {
    let first = Span { pack: next_pack, offset: 0, length: 1 };
    let is_there = store.read(&[first]).await?.into_iter().any(|part| part.is_some());
    Ok(is_there && store.generation().await? == stored.generation)
}

fn tail_length(stored: &Stored) -> usize {
    stored.tail.iter().map(Vec::len).sum()
}
