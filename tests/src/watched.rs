//! The store of the browser, with a clock at its door.

use std::cell::Cell;

use browser::indexed_db::IndexedDb;
use vault::port::{Batch, Committed, Generation, Span, Store, StoreError, Stored};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

thread_local! {
    static COMMITTING: Cell<f64> = const { Cell::new(0.0) };
}

/// Milliseconds that the last commit took in the store.
#[wasm_bindgen]
pub fn committing() -> f64 {
    COMMITTING.get()
}

/// [`IndexedDb`], whose commits are timed.
#[derive(Debug)]
pub(crate) struct Watched(pub(crate) IndexedDb);

impl Store for Watched {
    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        self.0.load().await
    }

    async fn generation(&self) -> Result<Generation, StoreError> {
        self.0.generation().await
    }

    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.0.read(spans).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let start = now();
        let committed = self.0.commit(batch).await;
        COMMITTING.set(now() - start);
        committed
    }

    async fn erase(&self) -> Result<(), StoreError> {
        self.0.erase().await
    }
}
