//! Parts out of packs.

use super::layout::{PACKS, pack_key};
use super::load::bytes;
use indexed_db_futures::Result;
use indexed_db_futures::prelude::{BuildPrimitive, QuerySource};
use indexed_db_futures::transaction::Transaction;
use js_sys::Uint8Array;
use vault::order;
use vault::port::Span;
use wasm_bindgen::JsValue;

/// The parts at `spans`. Each pack is fetched once, and only the parts are copied out of it.
pub(super) async fn parts(transaction: &Transaction<'_>, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>> {
    let packs = packs(transaction, spans).await?;
    let pack = |number: u64| packs.iter().find(|(known, _)| *known == number).map(|(_, pack)| pack);
    let part = |span: &Span| slice(pack(span.pack)?, span);
    Ok(spans.iter().map(part).collect())
}

async fn packs(transaction: &Transaction<'_>, spans: &[Span]) -> Result<Vec<(u64, Uint8Array)>> {
    let store = transaction.object_store(PACKS)?;
    let numbers = order::distinct(spans.iter().map(|span| span.pack));
    let mut packs = Vec::with_capacity(numbers.len());
    for (number, key) in numbers.into_iter().filter_map(|number| Some((number, pack_key(number)?))) {
        let found: Option<JsValue> = store.get(key).primitive()?.await?;
        if let Some(pack) = found {
            packs.push((number, bytes(pack)?));
        }
    }
    Ok(packs)
}

fn slice(pack: &Uint8Array, span: &Span) -> Option<Vec<u8>> {
    let end = span.offset.checked_add(span.length)?;
    (end <= pack.length()).then(|| pack.subarray(span.offset, end).to_vec())
}
