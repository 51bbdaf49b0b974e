//! Parts into the places that packs keep for them.

use super::layout::{PACKS, pack_key};
use super::load::bytes;
use indexed_db_futures::Result;
use indexed_db_futures::prelude::{BuildPrimitive, QuerySource};
use indexed_db_futures::transaction::Transaction;
use js_sys::Uint8Array;
use vault::order;
use vault::port::Span;
use wasm_bindgen::JsValue;

/// Writes each part over its place; whether all have one. Each pack is fetched and written once.
pub(super) async fn parts(transaction: &Transaction<'_>, late: &[(Span, Vec<u8>)]) -> Result<bool> {
    let store = transaction.object_store(PACKS)?;
    for number in order::distinct(late.iter().map(|(span, _)| span.pack)) {
        let Some(key) = pack_key(number) else { return Ok(false) };
        let found: Option<JsValue> = store.get(key).primitive()?.await?;
        let Some(pack) = found.map(bytes).transpose()? else { return Ok(false) };
        let mut of_pack = late.iter().filter(|(span, _)| span.pack == number);
        if !of_pack.all(|(span, part)| write(&pack, span, part)) {
            return Ok(false);
        }
        store.put(JsValue::from(pack)).with_key(key).primitive()?;
    }
    Ok(true)
}

fn write(pack: &Uint8Array, span: &Span, part: &[u8]) -> bool {
    match span.offset.checked_add(span.length) {
        Some(end) if end <= pack.length() && part.len() == span.length as usize => {
            pack.subarray(span.offset, end).copy_from(part);
            true
        }
        _ => false,
    }
}
