//! The store over IndexedDB, in a page or in a worker. One database for one log.
//!
//! Layout of version 1, every record a `Uint8Array` except the generation, which is a `BigInt`:
//!
//! | object store | key | record |
//! |---|---|---|
//! | `cells` | number of the cell | the cell |
//! | `segments` | place in the order, from 0 | a segment |
//! | `tail` | drawn by the database, ascending | a record of the tail |
//! | `packs` | number of the pack | a pack |
//! | `meta` | `generation` | how often the store was committed to |

mod bundle;
mod connection;
mod failure;
mod late;
mod layout;
mod load;
mod read;
mod write;

use connection::Connection;
use indexed_db_futures::transaction::Transaction;
use std::cell::RefCell;
use std::rc::Rc;
use vault::port::{Batch, Committed, Generation, Span, Store, StoreError, Stored};

/// The name of the database of the application.
pub const DATABASE: &str = "tacit";

/// A log's records in the database of one name.
#[derive(Debug)]
pub struct IndexedDb {
    name: String,
    connection: RefCell<Option<Rc<Connection>>>,
}

impl IndexedDb {
    /// Opens the database of this name, or creates it.
    ///
    /// # Errors
    /// `Unavailable` where the browser has no IndexedDB or refuses it, `Full` without room, `Newer` if a newer version
    /// of the layout is stored.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let store = Self { name: name.to_owned(), connection: RefCell::new(None) };
        store.connection().await?;
        Ok(store)
    }

    /// The one connection; a new one after [`Store::erase`]. One that another tab ended stays ended.
    async fn connection(&self) -> Result<Rc<Connection>, StoreError> {
        let current = self.connection.borrow().clone();
        if let Some(connection) = current {
            return connection.alive();
        }
        let opened = Rc::new(Connection::open(&self.name).await?);
        Ok(self.connection.borrow_mut().get_or_insert(opened).clone())
    }
}

impl Store for IndexedDb {
    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        let connection = self.connection().await?;
        let transaction = connection.reading(&layout::OPENED)?;
        failure::sorted(load::stored(&transaction).await)
    }

    async fn generation(&self) -> Result<Generation, StoreError> {
        let connection = self.connection().await?;
        let transaction = connection.reading(&[layout::META])?;
        let generation = failure::sorted(load::generation(&transaction).await)?;
        Ok(generation.unwrap_or_default())
    }

    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let connection = self.connection().await?;
        let transaction = connection.reading(&[layout::PACKS])?;
        failure::sorted(read::parts(&transaction, spans).await)
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let connection = self.connection().await?;
        let transaction = connection.writing()?;
        if !is_current(&transaction, batch.base).await? {
            // Dropped here, the transaction aborts.
            return Ok(Committed::Stale);
        }
        let generation = Generation(batch.base.0.saturating_add(1));
        if !failure::sorted(late::parts(&transaction, &batch.late).await)? {
            return Err(StoreError::Unavailable);
        }
        failure::sorted(write::batch(&transaction, generation, &batch))?;
        write::settled(&transaction).await?;
        Ok(Committed::Stored(generation))
    }

    async fn erase(&self) -> Result<(), StoreError> {
        let ended = self.connection.borrow_mut().take();
        drop(ended);
        connection::delete(&self.name).await
    }
}

async fn is_current(transaction: &Transaction<'_>, base: Generation) -> Result<bool, StoreError> {
    let stored = failure::sorted(load::generation(transaction).await)?;
    Ok(stored.unwrap_or_default() == base)
}
