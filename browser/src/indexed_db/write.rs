//! A batch into a transaction, and how the transaction ended.

use super::layout::{CELLS, GENERATION, META, PACKS, SEGMENTS, TAIL, pack_key};
use super::{bundle, failure};
use indexed_db_futures::Result;
use indexed_db_futures::error::Error;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::BuildPrimitive;
use indexed_db_futures::transaction::{Transaction, TransactionFinishKind};
use js_sys::{RangeError, Uint8Array};
use vault::port::{Batch, CellId, Generation, StoreError};
use wasm_bindgen::JsValue;

/// Asks for every write of `batch`. A request that fails aborts the transaction, so none is awaited.
pub(super) fn batch(transaction: &Transaction<'_>, generation: Generation, batch: &Batch) -> Result<()> {
    if batch.anew {
        [CELLS, SEGMENTS, TAIL, PACKS]
            .into_iter()
            .try_for_each(|name| transaction.object_store(name)?.clear().map(drop))?;
    }
    let cells = transaction.object_store(CELLS)?;
    batch.cells.iter().try_for_each(|(id, cell)| set_cell(&cells, *id, cell.as_deref()))?;
    if let Some(segments) = &batch.segments {
        replace_segments(transaction, segments)?;
    }
    if let Some(record) = &batch.tail {
        transaction.object_store(TAIL)?.add(bytes(record)).primitive()?;
    }
    add_packs(&transaction.object_store(PACKS)?, &batch.packs)?;
    transaction.object_store(META)?.put(generation.0).with_key(GENERATION).primitive()?;
    Ok(())
}

/// Waits until the transaction is on the disk. To be called in the turn of the last write: an end that came before is missed.
///
/// The error event comes before the abort that names the reason.
pub(super) async fn settled(transaction: &Transaction<'_>) -> std::result::Result<(), StoreError> {
    // The library's own listener takes one error, and every request of a transaction that aborts raises one.
    transaction.as_sys().set_onerror(None);
    loop {
        match failure::sorted(transaction.on_done())?.await {
            TransactionFinishKind::Ok => return Ok(()),
            TransactionFinishKind::Err => {}
            TransactionFinishKind::Abort => return Err(reason(transaction.error().as_ref())),
        }
    }
}

fn reason(error: Option<&Error>) -> StoreError {
    error.map_or(StoreError::Unavailable, failure::of)
}

fn set_cell(cells: &ObjectStore<'_>, id: CellId, cell: Option<&[u8]>) -> Result<()> {
    match cell {
        Some(cell) => cells.put(bytes(cell)).with_key(id.0).primitive().map(drop),
        None => cells.delete(id.0).primitive().map(drop),
    }
}

fn replace_segments(transaction: &Transaction<'_>, segments: &[Vec<u8>]) -> Result<()> {
    transaction.object_store(TAIL)?.clear()?;
    let store = transaction.object_store(SEGMENTS)?;
    store.clear()?;
    for (place, record) in (0_u32..).zip(bundle::records(segments)) {
        store.put(JsValue::from(record)).with_key(place).primitive()?;
    }
    Ok(())
}

/// A number is used once: `add` refuses to write over a pack.
fn add_packs(store: &ObjectStore<'_>, packs: &[(u64, Vec<u8>)]) -> Result<()> {
    for (number, pack) in packs {
        let key = pack_key(*number).ok_or_else(|| JsValue::from(RangeError::new("pack number")))?;
        store.add(bytes(pack)).with_key(key).primitive()?;
    }
    Ok(())
}

fn bytes(record: &[u8]) -> JsValue {
    Uint8Array::from(record).into()
}
