//! The vault's life over a store: made, unlocked, changed, taken back, read, locked.
//!
//! A [`Session`] is an unlocked vault. Everything it does is one [`Batch`](crate::port::Batch): all of it is stored, or none.
//! What another session of the same store did shows after [`Session::refresh`]; a change made on an old state is made
//! again on the new one, never over it.

mod account;
mod act;
mod anew;
mod create;
mod deadline;
mod error;
mod found;
mod keyring;
mod local;
mod open;
mod pace;
mod pack;
mod passphrase;
mod read;
mod rebuild;
mod remote;
mod restore;
mod seal;
mod shared;
mod undo;

use crypto::{DeviceBinding, Keychain, LocalKey, StoreKey};
use protocol::{ActId, Hash, ObjectId};
use zeroize::Zeroizing;

use crate::journal::Journal;
use crate::model::Model;
use crate::port::{Generation, Store};
use crate::record::LOCK;
use crate::unlocked::{Roots, Vault};

pub use error::Error;
pub use pace::Pace;
pub use read::{Activity, Alternative, Contested, Version};
pub use remote::meeting;
pub use remote::{DeviceRow, Invite, MAX_NAME, Relay, RemoteError, Side, Socket, Standing, Synced, Told};

use account::Account;
use act::ATTEMPTS;
use deadline::Deadline;
use remote::Connection;

/// An unlocked vault over its store. Its keys are wiped when it is dropped.
pub struct Session<S> {
    store: S,
    keys: Keys,
    account: Account,
    vault: Vault,
    generation: Generation,
    /// Bytes of the tail so far.
    tail: usize,
    /// Whether the vault may be ahead of the store, because an act failed half way. It is loaded anew before the next.
    is_ahead: bool,
    settings: Zeroizing<Vec<u8>>,
    journal: Journal,
    /// The last lock of every session, as it was when this one was unlocked.
    lock: Option<Vec<u8>>,
    deadline: Deadline,
    connection: Option<Connection>,
    /// How often it took in what another session saved.
    reloads: u64,
}

/// What an act did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its id, to take it back by; `None` if everything was so already.
    pub act: Option<ActId>,
    /// The objects it touched.
    pub touched: Vec<ObjectId>,
}

/// The keys of this device.
struct Keys {
    binding: DeviceBinding,
    store: StoreKey,
    chain: Keychain,
    /// For what is kept of the account's log.
    account: LocalKey,
    /// For what is kept of the vault's log.
    vault: LocalKey,
}

impl<S: Store> Session<S> {
    /// The contents, without values.
    pub const fn model(&self) -> &Model {
        &self.vault.model
    }

    /// The objects of which something is known not to open any more, ascending by id. What opened last of each shows; of one
    /// that never did, nothing. A new version mends it.
    pub fn damaged(&self) -> Vec<ObjectId> {
        self.vault.damage.objects().collect()
    }

    /// The state root of the vault's log (LOG §6): the same on every device that has the same.
    pub fn state_root(&self) -> Hash {
        self.vault.state.root()
    }

    /// How often this session took in what another one saved, or gave up what it could not save.
    pub const fn reloads(&self) -> u64 {
        self.reloads
    }

    /// The account's root key, epoch by epoch.
    fn roots(&self) -> Result<Roots<'_>, Error> {
        Roots::open(&self.keys.chain.root, &self.account.state)
    }

    /// Locks: drops everything, keys wiped. Gives the store back.
    pub fn lock(self) -> S {
        self.store
    }

    /// Locks this session, and every other of the store before its next act. Where the store cannot write, the others hear
    /// of it in no other way than the caller's.
    pub async fn lock_all(mut self) -> S {
        for _ in 0..ATTEMPTS {
            let lock = (self.generation.0 + 1).to_le_bytes().to_vec();
            let written = self.write(vec![(LOCK, Some(lock))]).await;
            if written != Ok(false) || self.reload().await.is_err() {
                break;
            }
        }
        self.store
    }
}

impl<S> std::fmt::Debug for Session<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session(generation {})", self.generation.0)
    }
}
