//! A connection to the database: closed when another tab asks for it, and when it is dropped.

use super::{failure, layout};
use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::Build;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use js_sys::Reflect;
use std::cell::Cell;
use std::rc::Rc;
use vault::port::StoreError;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

#[derive(Debug)]
pub(super) struct Connection {
    database: Database,
    ended: Rc<Cell<Option<StoreError>>>,
    _on_change: Closure<dyn FnMut(JsValue)>,
}

impl Connection {
    pub(super) async fn open(name: &str) -> Result<Self, StoreError> {
        let request = Database::open(name)
            .with_version(layout::VERSION)
            .with_on_upgrade_needed(|_, database| layout::create(&database));
        let database = request.await.map_err(|error| failure::of_open(&error))?;
        Ok(Self::watching(database))
    }

    /// The connection, unless another tab deleted or upgraded the database.
    pub(super) fn alive(self: Rc<Self>) -> Result<Rc<Self>, StoreError> {
        self.ended.get().map_or(Ok(self), Err)
    }

    pub(super) fn reading(&self, stores: &[&str]) -> Result<Transaction<'_>, StoreError> {
        failure::sorted(self.database.transaction(stores).build())
    }

    /// A transaction over everything that is complete only when it is on the disk.
    pub(super) fn writing(&self) -> Result<Transaction<'_>, StoreError> {
        let strict = TransactionOptions::new().with_durability(TransactionDurability::Strict);
        let transaction = self.database.transaction(layout::ALL).with_mode(TransactionMode::Readwrite);
        failure::sorted(transaction.with_options(strict).build())
    }

    /// Without an answer to `versionchange` the other tab's request would wait for this tab to be closed.
    fn watching(database: Database) -> Self {
        let ended = Rc::new(Cell::new(None));
        let on_change = Closure::new({
            let (database, ended) = (database.clone(), Rc::clone(&ended));
            move |event: JsValue| {
                ended.set(Some(end(&event)));
                database.clone().close();
            }
        });
        database.as_sys().set_onversionchange(Some(on_change.as_ref().unchecked_ref()));
        Self { database, ended, _on_change: on_change }
    }
}

/// What the other tab is about: a database that it deletes gets no new version.
fn end(event: &JsValue) -> StoreError {
    let version = Reflect::get(event, &"newVersion".into());
    if version.is_ok_and(|version| version.as_f64().is_some()) { StoreError::Newer } else { StoreError::Gone }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.as_sys().set_onversionchange(None);
        self.database.clone().close();
    }
}

/// Deletes the database. Waits for connections that do not close when asked.
pub(super) async fn delete(name: &str) -> Result<(), StoreError> {
    let request = Database::delete_by_name(name).map_err(|error| failure::of_open(&error))?;
    failure::sorted(request.await)
}
