//! A browser that is closed while something is under way.

use std::cell::Cell;

use vault::memory::MemoryStore;
use vault::port::{Batch, Committed, Generation, Span, Store, StoreError, Stored};
use vault::session::Session;

use crate::support::{Device, PASSPHRASE, block_on, passphrase};

/// When it is closed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// So many commits are stored, and said to be.
    pub(crate) commits: usize,
    /// One more is stored, and nobody hears of it.
    pub(crate) one_more: bool,
}

impl End {
    /// Before and after each of so many commits' answers.
    pub(crate) fn within(commits: usize) -> impl Iterator<Item = Self> {
        (0..commits).flat_map(|commits| [false, true].map(|one_more| Self { commits, one_more }))
    }

    /// A session of the device's store that comes to that end.
    pub(crate) fn session(self, device: &Device) -> Session<Ending> {
        let Self { commits, one_more } = self;
        let store = device.store.clone();
        let ending = Ending { store, left: Cell::new(commits), one_more: Cell::new(one_more) };
        block_on(Session::unlock(ending, &passphrase(PASSPHRASE))).unwrap()
    }
}

/// A store that takes so many commits and then no more.
pub(crate) struct Ending {
    store: MemoryStore,
    left: Cell<usize>,
    one_more: Cell<bool>,
}

impl Store for Ending {
    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        self.store.load().await
    }

    async fn generation(&self) -> Result<Generation, StoreError> {
        self.store.generation().await
    }

    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.store.read(spans).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        if let Some(left) = self.left.get().checked_sub(1) {
            self.left.set(left);
            return self.store.commit(batch).await;
        }
        if self.one_more.take() {
            self.store.commit(batch).await?;
        }
        Err(StoreError::Unavailable)
    }

    async fn erase(&self) -> Result<(), StoreError> {
        self.store.erase().await
    }
}
