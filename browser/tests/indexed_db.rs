//! The store over IndexedDB, in a worker of a real browser.

#![cfg(target_arch = "wasm32")]

use browser::entropy::Entropy;
use browser::indexed_db::IndexedDb;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::{Build, BuildPrimitive};
use indexed_db_futures::transaction::TransactionMode;
use rand_core::RngCore;
use vault::port::{Batch, CellId, Committed, Generation, Span, Store, StoreError};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const CELL: CellId = CellId(7);

/// An empty store of its own name.
async fn empty(name: &str) -> Result<IndexedDb, StoreError> {
    let store = IndexedDb::open(name).await?;
    store.erase().await?;
    Ok(store)
}

fn batch(base: u64) -> Batch {
    Batch { base: Generation(base), ..Batch::default() }
}

fn cell(base: u64, bytes: &[u8]) -> Batch {
    Batch { cells: vec![(CELL, Some(bytes.to_vec()))], ..batch(base) }
}

fn span(pack: u64, offset: u32, length: u32) -> Span {
    Span { pack, offset, length }
}

#[wasm_bindgen_test]
async fn the_store_in_indexed_db_conforms() -> Result<(), StoreError> {
    vault::conformance::run(async || IndexedDb::open("conformance").await).await
}

#[wasm_bindgen_test]
async fn what_is_committed_is_loaded_by_another_connection() -> Result<(), StoreError> {
    let store = empty("roundtrip").await?;
    assert_eq!(store.load().await?, None);
    assert_eq!(store.generation().await?, Generation(0));

    let saved = Batch {
        cells: vec![(CELL, Some(vec![0, 255, 1])), (CellId(u32::MAX), Some(Vec::new()))],
        segments: Some(vec![vec![1], vec![2; 300]]),
        tail: Some(vec![3]),
        packs: vec![(u64::from(u32::MAX) + 1, vec![10, 11, 12])],
        ..batch(0)
    };
    assert_eq!(store.commit(saved).await?, Committed::Stored(Generation(1)));
    drop(store);

    let store = IndexedDb::open("roundtrip").await?;
    let stored = store.load().await?.unwrap_or_default();
    assert_eq!(stored.generation, Generation(1));
    assert_eq!(stored.cells.get(&CELL), Some(&vec![0, 255, 1]));
    assert_eq!(stored.cells.get(&CellId(u32::MAX)), Some(&Vec::new()));
    assert_eq!(stored.segments, [vec![1], vec![2; 300]]);
    assert_eq!(stored.tail, [vec![3]]);
    let part = store.read(&[span(u64::from(u32::MAX) + 1, 1, 2)]).await?;
    assert_eq!(part, [Some(vec![11, 12])]);
    Ok(())
}

#[wasm_bindgen_test]
async fn of_two_connections_the_second_to_commit_is_stale() -> Result<(), StoreError> {
    let (mine, theirs) = (empty("stale").await?, IndexedDb::open("stale").await?);
    mine.commit(cell(0, b"first")).await?;
    let read = mine.load().await?.unwrap_or_default().generation;
    assert_eq!(theirs.commit(cell(read.0, b"theirs")).await?, Committed::Stored(Generation(2)));

    assert_eq!(mine.commit(cell(read.0, b"mine")).await?, Committed::Stale);
    let stored = mine.load().await?.unwrap_or_default();
    assert_eq!(stored.generation, Generation(2));
    assert_eq!(stored.cells.get(&CELL), Some(&b"theirs".to_vec()));
    Ok(())
}

#[wasm_bindgen_test]
async fn a_batch_that_fails_at_its_end_writes_nothing() -> Result<(), StoreError> {
    let store = empty("atomic").await?;
    store.commit(Batch { packs: vec![(1, vec![1])], ..cell(0, b"before") }).await?;

    let again = Batch { tail: Some(vec![9]), packs: vec![(2, vec![2]), (1, vec![3])], ..cell(1, b"after") };
    assert_eq!(store.commit(again).await, Err(StoreError::Unavailable));

    let stored = store.load().await?.unwrap_or_default();
    assert_eq!(stored.generation, Generation(1));
    assert_eq!(stored.cells.get(&CELL), Some(&b"before".to_vec()));
    assert!(stored.tail.is_empty());
    assert_eq!(store.read(&[span(1, 0, 1), span(2, 0, 1)]).await?, [Some(vec![1]), None]);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_pack_number_without_a_key_of_its_own_is_refused() -> Result<(), StoreError> {
    let store = empty("number").await?;
    let far = Batch { packs: vec![(u64::MAX, vec![1])], ..cell(0, b"cell") };
    assert_eq!(store.commit(far).await, Err(StoreError::Unavailable));
    assert_eq!(store.load().await?, None);
    Ok(())
}

#[wasm_bindgen_test]
async fn segments_replace_segments_and_the_tail_before_them() -> Result<(), StoreError> {
    let store = empty("fold").await?;
    let first = Batch { segments: Some(vec![vec![1], vec![2]]), tail: Some(vec![3]), ..batch(0) };
    store.commit(first).await?;
    store.commit(Batch { tail: Some(vec![4]), ..batch(1) }).await?;
    assert_eq!(store.load().await?.unwrap_or_default().tail, [vec![3], vec![4]]);

    let folded = Batch { segments: Some(vec![vec![5]]), tail: Some(vec![6]), ..batch(2) };
    store.commit(folded).await?;
    let stored = store.load().await?.unwrap_or_default();
    assert_eq!((stored.segments, stored.tail), (vec![vec![5]], vec![vec![6]]));
    Ok(())
}

#[wasm_bindgen_test]
async fn a_cell_is_set_again_and_deleted() -> Result<(), StoreError> {
    let store = empty("cell").await?;
    store.commit(cell(0, b"one")).await?;
    store.commit(cell(1, b"two")).await?;
    assert_eq!(store.load().await?.unwrap_or_default().cells.get(&CELL), Some(&b"two".to_vec()));
    store.commit(Batch { cells: vec![(CELL, None)], ..batch(2) }).await?;
    assert!(store.load().await?.unwrap_or_default().cells.is_empty());
    Ok(())
}

#[wasm_bindgen_test]
async fn parts_come_in_the_order_asked_for_and_only_whole() -> Result<(), StoreError> {
    let store = empty("parts").await?;
    store.commit(Batch { packs: vec![(1, vec![1, 2, 3]), (2, vec![4])], ..batch(0) }).await?;
    let asked =
        [span(2, 0, 1), span(1, 1, 2), span(3, 0, 1), span(1, 2, 2), span(1, u32::MAX, 2), span(1, 3, 0)];
    let parts = store.read(&asked).await?;
    assert_eq!(parts, [Some(vec![4]), Some(vec![2, 3]), None, None, None, Some(Vec::new())]);
    assert!(store.read(&[]).await?.is_empty());
    Ok(())
}

/// A number in place of bytes: `new Uint8Array(4000000000)` would be four gigabytes of zeros.
#[wasm_bindgen_test]
async fn a_record_of_another_type_is_refused() -> Result<(), StoreError> {
    let store = empty("foreign").await?;
    store.commit(Batch { packs: vec![(1, vec![1])], ..cell(0, b"cell") }).await?;
    drop(store);
    put("foreign", "packs", 1.0).await.ok_or(StoreError::Unavailable)?;
    let store = IndexedDb::open("foreign").await?;
    assert_eq!(store.read(&[span(1, 0, 1)]).await, Err(StoreError::Unavailable));
    assert!(store.load().await?.is_some());
    drop(store);
    put("foreign", "cells", 7.0).await.ok_or(StoreError::Unavailable)?;
    assert_eq!(IndexedDb::open("foreign").await?.load().await, Err(StoreError::Unavailable));
    Ok(())
}

/// Writes a number over a record, past the store.
async fn put(database: &str, store: &str, key: f64) -> Option<()> {
    let database = Database::open(database).await.ok()?;
    let transaction = database.transaction(store).with_mode(TransactionMode::Readwrite).build().ok()?;
    let records = transaction.object_store(store).ok()?;
    records.put(4_000_000_000_u32).with_key(key).primitive().ok()?.await.ok()?;
    drop(records);
    transaction.commit().await.ok()?;
    database.close();
    Some(())
}

#[wasm_bindgen_test]
async fn erasing_is_not_held_up_by_another_tab_and_ends_it() -> Result<(), StoreError> {
    let (mine, theirs) = (empty("erase").await?, IndexedDb::open("erase").await?);
    mine.commit(cell(0, b"gone soon")).await?;
    mine.erase().await?;

    assert_eq!(theirs.load().await, Err(StoreError::Gone));
    assert_eq!(theirs.commit(cell(1, b"late")).await, Err(StoreError::Gone));
    assert_eq!(mine.load().await?, None);
    assert_eq!(mine.commit(cell(0, b"new")).await?, Committed::Stored(Generation(1)));
    Ok(())
}

#[wasm_bindgen_test]
fn the_generator_fills_all_bytes_anew() {
    let (mut first, mut second) = ([0_u8; 64], [0_u8; 64]);
    Entropy.fill_bytes(&mut first);
    Entropy.fill_bytes(&mut second);
    assert_ne!(first, second);
    assert!(first.iter().any(|byte| *byte != 0));
}
