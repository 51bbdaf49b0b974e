//! What opening a vault reads, in one transaction.

use super::bundle;
use super::layout::{CELLS, GENERATION, META, SEGMENTS, TAIL};
use indexed_db_futures::Result;
use indexed_db_futures::prelude::{BuildPrimitive, QuerySource};
use indexed_db_futures::transaction::Transaction;
use js_sys::Uint8Array;
use std::collections::BTreeMap;
use vault::port::{CellId, Generation, Stored};
use wasm_bindgen::{JsCast, JsValue};

/// Everything but the packs; `None` where no commit ever was.
pub(super) async fn stored(transaction: &Transaction<'_>) -> Result<Option<Stored>> {
    let Some(generation) = generation(transaction).await? else {
        return Ok(None);
    };
    let cells = cells(transaction).await?;
    let bundles = records(transaction, SEGMENTS).await?;
    let segments = bundles.iter().flat_map(bundle::segments).collect();
    let tail = copied(&records(transaction, TAIL).await?);
    Ok(Some(Stored { generation, cells, segments, tail }))
}

pub(super) async fn generation(transaction: &Transaction<'_>) -> Result<Option<Generation>> {
    let meta = transaction.object_store(META)?;
    let number: Option<u64> = meta.get(GENERATION).primitive()?.await?;
    Ok(number.map(Generation))
}

async fn cells(transaction: &Transaction<'_>) -> Result<BTreeMap<CellId, Vec<u8>>> {
    let ids = transaction.object_store(CELLS)?.get_all_keys::<u32>().primitive()?.await?;
    let ids = ids.collect::<Result<Vec<_>>>()?;
    let cells = copied(&records(transaction, CELLS).await?);
    let mut all = BTreeMap::new();
    all.extend(ids.into_iter().map(CellId).zip(cells));
    Ok(all)
}

/// The records of an object store in the order of their keys.
async fn records(transaction: &Transaction<'_>, name: &str) -> Result<Vec<Uint8Array>> {
    let found = transaction.object_store(name)?.get_all::<JsValue>().primitive()?.await?;
    found.map(|record| bytes(record?)).collect()
}

fn copied(records: &[Uint8Array]) -> Vec<Vec<u8>> {
    records.iter().map(Uint8Array::to_vec).collect()
}

/// A record as we write them. Of a number `Uint8Array::new` would make as many zeros.
pub(super) fn bytes(record: JsValue) -> Result<Uint8Array> {
    Ok(record.dyn_into::<Uint8Array>()?)
}
