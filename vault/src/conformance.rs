//! What every store has to do, as proofs that run over any of them.

use crate::port::{Batch, CellId, Committed, Generation, Span, Store, StoreError, Stored};

/// Runs all proofs over one store, which `open` gives another handle on each time, as each tab has one. Everything in it
/// is erased.
///
/// # Errors
/// The store does not answer.
///
/// # Panics
/// The store does something else than a store has to; the message says what.
pub async fn run<S: Store>(open: impl AsyncFn() -> Result<S, StoreError>) -> Result<(), StoreError> {
    let empty = async || {
        let store = open().await?;
        store.erase().await?;
        nothing_is_stored(&store).await?;
        Ok((store, open().await?))
    };
    what_is_committed_is_loaded(empty().await?).await?;
    spans_are_read_exactly(empty().await?).await?;
    a_competing_write_makes_stale(empty().await?).await?;
    a_batch_is_written_whole_or_not_at_all(empty().await?).await?;
    late_parts_take_the_places_kept_for_them(empty().await?).await?;
    segments_replace_segments_and_tail(empty().await?).await?;
    what_is_stored_anew_is_all_there_is(empty().await?).await?;
    large_batches_are_whole(empty().await?).await?;
    whoever_was_erased_under_writes_nothing(empty().await?).await?;
    nothing_is_stored(&empty().await?.1).await
}

/// Two handles on one empty store.
type Two<S> = (S, S);

async fn nothing_is_stored<S: Store>(store: &S) -> Result<(), StoreError> {
    assert_eq!(store.load().await?, None, "an empty store loads something");
    assert_eq!(store.generation().await?, Generation(0), "an empty store has a generation");
    let span = Span { pack: 0, offset: 0, length: 1 };
    assert_eq!(store.read(&[span]).await?, [None], "an empty store has a part");
    Ok(())
}

/// Cells are set and deleted, the tail grows in order, the generation rises by one.
async fn what_is_committed_is_loaded<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    let cells =
        vec![(CellId(0), Some(vec![])), (CellId(7), Some(vec![7])), (CellId(u32::MAX), Some(vec![9]))];
    commit(&store, Batch { cells, tail: Some(vec![1]), ..Batch::default() }).await?;
    let cells = vec![(CellId(7), Some(vec![8, 8])), (CellId(u32::MAX), None), (CellId(3), None)];
    let batch = Batch { base: Generation(1), cells, tail: Some(vec![2, 2]), ..Batch::default() };
    commit(&other, batch).await?;
    let expected = Stored {
        generation: Generation(2),
        cells: [(CellId(0), vec![]), (CellId(7), vec![8, 8])].into(),
        segments: Vec::new(),
        tail: vec![vec![1], vec![2, 2]],
    };
    assert_eq!(store.load().await?, Some(expected), "other records than were committed");
    assert_eq!(store.generation().await?, Generation(2));
    Ok(())
}

/// Parts are read where they lie, in the order asked for; what is not there whole is not there.
async fn spans_are_read_exactly<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    let packs = vec![(0, vec![0, 1, 2, 3, 4]), (u64::from(u32::MAX) + 1, vec![9; 3])];
    commit(&store, Batch { packs, ..Batch::default() }).await?;
    let far = u64::from(u32::MAX) + 1;
    let asked = [
        (far, 0, 3),
        (0, 1, 2),
        (0, 0, 5),
        (0, 4, 2),
        (0, 9, 1),
        (1, 0, 1),
        (0, u32::MAX, u32::MAX),
        (0, 1, 2),
    ];
    let spans = asked.map(|(pack, offset, length)| Span { pack, offset, length });
    let (one, all) = (Some(vec![1, 2]), Some(vec![0, 1, 2, 3, 4]));
    let expected = [Some(vec![9; 3]), one.clone(), all, None, None, None, None, one];
    assert_eq!(other.read(&spans).await?, expected, "other parts than were asked for");
    assert_eq!(store.read(&[]).await?, Vec::<Option<Vec<u8>>>::new());
    Ok(())
}

/// Whoever decides on an old generation writes nothing, however long it thought and whatever it awaited.
async fn a_competing_write_makes_stale<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    commit(&store, Batch { tail: Some(vec![1]), ..Batch::default() }).await?;
    let read = store.load().await?.map_or(Generation(0), |stored| stored.generation);
    assert_eq!(other.generation().await?, read);
    other.read(&[Span { pack: 0, offset: 0, length: 1 }]).await?;
    commit(&other, Batch { base: read, tail: Some(vec![2]), ..Batch::default() }).await?;
    let before = other.load().await?;
    let stale = Batch {
        base: read,
        cells: vec![(CellId(1), Some(vec![1]))],
        segments: Some(vec![vec![1]]),
        tail: Some(vec![3]),
        packs: vec![(5, vec![5])],
        anew: true,
        late: Vec::new(),
    };
    assert_eq!(store.commit(stale.clone()).await?, Committed::Stale, "a stale batch was written");
    let ahead = Batch { base: Generation(read.0 + 5), ..stale };
    assert_eq!(store.commit(ahead).await?, Committed::Stale, "a batch of a later generation was written");
    assert_eq!(store.load().await?, before, "a stale batch left something");
    assert_eq!(
        store.read(&[Span { pack: 5, offset: 0, length: 1 }]).await?,
        [None],
        "a stale batch left a pack"
    );
    Ok(())
}

/// A part that comes late lies where zeros were, and nothing beside it changes; one without a place refuses the batch.
async fn late_parts_take_the_places_kept_for_them<S: Store>(
    (store, other): Two<S>,
) -> Result<(), StoreError> {
    let packs = vec![(0, vec![1, 0, 0, 4, 0]), (1, vec![0, 2])];
    commit(&store, Batch { packs, ..Batch::default() }).await?;
    let at = |pack, offset, length| Span { pack, offset, length };
    let late = vec![(at(0, 4, 1), vec![5]), (at(1, 0, 1), vec![1]), (at(0, 1, 2), vec![2, 3])];
    let next = (2, vec![9]);
    commit(&other, Batch { base: Generation(1), late, packs: vec![next], ..Batch::default() }).await?;
    let whole = [Some(vec![1, 2, 3, 4, 5]), Some(vec![1, 2])];
    assert_eq!(store.read(&[at(0, 0, 5), at(1, 0, 2)]).await?, whole, "a late part lies elsewhere");
    for (place, part) in [(at(7, 0, 1), vec![7]), (at(0, 4, 2), vec![7, 7]), (at(0, 0, 1), vec![7, 7])] {
        let cells = vec![(CellId(1), Some(vec![1]))];
        let late = vec![(at(1, 0, 1), vec![7]), (place, part)];
        let refused = Batch { base: Generation(2), cells, late, ..Batch::default() };
        assert!(store.commit(refused).await.is_err(), "a part without a place was written");
        assert_eq!(other.generation().await?, Generation(2), "half a batch is left");
        assert_eq!(
            store.read(&[at(0, 0, 5), at(1, 0, 2)]).await?,
            whole,
            "half a batch is left in the packs"
        );
    }
    Ok(())
}

/// New segments take the place of all there are and of the tail before them; a tail record of the same batch stays.
async fn segments_replace_segments_and_tail<S: Store>((store, _): Two<S>) -> Result<(), StoreError> {
    let many: Vec<Vec<u8>> = (0..12).map(|number| vec![number]).collect();
    commit(&store, Batch { segments: Some(many.clone()), tail: Some(vec![1]), ..Batch::default() }).await?;
    commit(&store, Batch { base: Generation(1), tail: Some(vec![2]), ..Batch::default() }).await?;
    let parts = |stored: Option<Stored>| stored.map(|it| (it.segments, it.tail)).unwrap_or_default();
    assert_eq!(parts(store.load().await?), (many, vec![vec![1], vec![2]]), "segments out of order");
    let few = vec![vec![7], vec![8]];
    let batch =
        Batch { base: Generation(2), segments: Some(few.clone()), tail: Some(vec![3]), ..Batch::default() };
    commit(&store, batch).await?;
    assert_eq!(parts(store.load().await?), (few, vec![vec![3]]), "segments of before are left");
    Ok(())
}

/// A batch that begins anew leaves nothing of what was, and takes its numbers.
async fn what_is_stored_anew_is_all_there_is<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    let before = Batch {
        cells: vec![(CellId(1), Some(vec![1])), (CellId(2), Some(vec![2]))],
        segments: Some(vec![vec![1], vec![2]]),
        tail: Some(vec![3]),
        packs: vec![(0, vec![1, 1]), (1, vec![2])],
        ..Batch::default()
    };
    commit(&store, before).await?;
    let after = Batch {
        base: Generation(1),
        anew: true,
        cells: vec![(CellId(2), Some(vec![9]))],
        packs: vec![(0, vec![9])],
        ..Batch::default()
    };
    commit(&store, after).await?;
    let generation = Generation(2);
    let expected = Stored { generation, cells: [(CellId(2), vec![9])].into(), ..Stored::default() };
    assert_eq!(other.load().await?, Some(expected), "something of before is left");
    let spans = [(0, 1), (0, 2), (1, 1)].map(|(pack, length)| Span { pack, offset: 0, length });
    assert_eq!(other.read(&spans).await?, [Some(vec![9]), None, None], "a pack of before is left");
    Ok(())
}

/// A batch of several packs is there as a whole.
async fn large_batches_are_whole<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    let length = crate::port::PACK_CAPACITY;
    let packs: Vec<_> = (0..20_u8).map(|number| (u64::from(number), vec![number; length])).collect();
    commit(&store, Batch { packs: packs.clone(), ..Batch::default() }).await?;
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let spans: Vec<_> = packs.iter().map(|(pack, _)| Span { pack: *pack, offset: 0, length }).collect();
    let expected: Vec<_> = packs.into_iter().map(|(_, bytes)| Some(bytes)).collect();
    assert!(other.read(&spans).await? == expected, "a pack is not what was committed");
    Ok(())
}

/// A batch that cannot be written to its end writes nothing: here its last pack has a number that is taken.
async fn a_batch_is_written_whole_or_not_at_all<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    commit(&store, Batch { packs: vec![(1, vec![1])], ..Batch::default() }).await?;
    let before = other.load().await?;
    let batch = Batch {
        base: Generation(1),
        cells: vec![(CellId(1), Some(vec![1]))],
        segments: Some(vec![vec![1]]),
        tail: Some(vec![3]),
        packs: vec![(2, vec![2]), (1, vec![9])],
        late: vec![(Span { pack: 1, offset: 0, length: 1 }, vec![8])],
        anew: false,
    };
    assert!(store.commit(batch).await.is_err(), "a pack was written over");
    assert_eq!(other.load().await?, before, "half a batch is left");
    let spans = [1, 2].map(|pack| Span { pack, offset: 0, length: 1 });
    assert_eq!(other.read(&spans).await?, [Some(vec![1]), None], "half a batch is left in the packs");
    Ok(())
}

/// A handle under which another erased the store writes into nothing that came after.
async fn whoever_was_erased_under_writes_nothing<S: Store>((store, other): Two<S>) -> Result<(), StoreError> {
    let batch = Batch { tail: Some(vec![1]), packs: vec![(0, vec![1])], ..Batch::default() };
    commit(&store, batch.clone()).await?;
    store.erase().await?;
    assert_eq!(other.load().await, Err(StoreError::Gone), "an ended handle still loads");
    assert_eq!(other.commit(batch.clone()).await, Err(StoreError::Gone), "an ended handle still writes");
    nothing_is_stored(&store).await?;
    commit(&store, batch).await
}

async fn commit<S: Store>(store: &S, batch: Batch) -> Result<(), StoreError> {
    let next = Generation(batch.base.0 + 1);
    assert_eq!(store.commit(batch).await?, Committed::Stored(next), "a batch on the current generation");
    Ok(())
}
