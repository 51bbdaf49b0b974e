//! A store in memory: the reference for what a store does.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::port::{Batch, Committed, Generation, Span, Store, StoreError, Stored};

/// A store in memory. Clones are handles on the same one, as two tabs have; [`Self::another`] is one opened now.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    contents: Rc<RefCell<Contents>>,
    /// How often the store had been erased when this handle was made, or erased by it.
    erasures: Cell<u64>,
}

#[derive(Clone, Debug, Default)]
struct Contents {
    stored: Stored,
    packs: BTreeMap<u64, Vec<u8>>,
    erasures: u64,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A handle that is opened now: one that lives even if an erasure ended this one.
    pub fn another(&self) -> Self {
        let contents = Rc::clone(&self.contents);
        let erasures = Cell::new(contents.borrow().erasures);
        Self { contents, erasures }
    }

    /// A store of its own with the same records, as a copied profile is.
    pub fn copied(&self) -> Self {
        let contents = self.contents.borrow().clone();
        let erasures = Cell::new(contents.erasures);
        Self { contents: Rc::new(RefCell::new(contents)), erasures }
    }

    /// Every record as it lies there: cells, segments, tail, packs.
    pub fn records(&self) -> Vec<Vec<u8>> {
        let contents = self.contents.borrow();
        let stored = &contents.stored;
        let records = stored.cells.values().chain(&stored.segments).chain(&stored.tail);
        records.chain(contents.packs.values()).cloned().collect()
    }

    /// Lets `change` at the records that opening reads, as a disk that fails or a hand that meddles would. The generation
    /// stays.
    pub fn tamper(&self, change: impl FnOnce(&mut Stored)) {
        change(&mut self.contents.borrow_mut().stored);
    }

    /// Lets `change` at the packs.
    pub fn tamper_packs(&self, change: impl FnOnce(&mut BTreeMap<u64, Vec<u8>>)) {
        change(&mut self.contents.borrow_mut().packs);
    }

    fn alive(&self) -> Result<Ref<'_, Contents>, StoreError> {
        let contents = self.contents.borrow();
        if contents.erasures == self.erasures.get() { Ok(contents) } else { Err(StoreError::Gone) }
    }

    fn alive_mut(&self) -> Result<RefMut<'_, Contents>, StoreError> {
        drop(self.alive()?);
        Ok(self.contents.borrow_mut())
    }
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        let contents = self.alive()?;
        Ok((contents.stored.generation > Generation(0)).then(|| contents.stored.clone()))
    }

    async fn generation(&self) -> Result<Generation, StoreError> {
        Ok(self.alive()?.stored.generation)
    }

    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let contents = self.alive()?;
        Ok(spans.iter().map(|span| contents.part(span)).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.alive_mut()?.commit(batch)
    }

    async fn erase(&self) -> Result<(), StoreError> {
        let mut contents = self.contents.borrow_mut();
        let erasures = contents.erasures + 1;
        *contents = Contents { erasures, ..Contents::default() };
        self.erasures.set(erasures);
        Ok(())
    }
}

impl Contents {
    fn part(&self, span: &Span) -> Option<Vec<u8>> {
        self.packs.get(&span.pack)?.get(range(span)?).map(<[u8]>::to_vec)
    }

    /// Whether there is a place that a part fits.
    fn is_place(&self, span: &Span, part: &[u8]) -> bool {
        self.part(span).is_some_and(|place| place.len() == part.len())
    }

    fn commit(&mut self, batch: Batch) -> Result<Committed, StoreError> {
        if batch.base != self.stored.generation {
            return Ok(Committed::Stale);
        }
        let is_taken = batch.packs.iter().any(|(number, _)| self.packs.contains_key(number));
        if is_taken && !batch.anew || batch.late.iter().any(|(span, part)| !self.is_place(span, part)) {
            return Err(StoreError::Unavailable);
        }
        if batch.anew {
            let generation = self.stored.generation;
            self.stored = Stored { generation, ..Stored::default() };
            self.packs.clear();
        }
        for (span, part) in batch.late {
            if let Some(place) = self.packs.get_mut(&span.pack).and_then(|pack| pack.get_mut(range(&span)?)) {
                place.copy_from_slice(&part);
            }
        }
        let stored = &mut self.stored;
        for (id, cell) in batch.cells {
            match cell {
                Some(bytes) => stored.cells.insert(id, bytes),
                None => stored.cells.remove(&id),
            };
        }
        if let Some(segments) = batch.segments {
            stored.segments = segments;
            stored.tail.clear();
        }
        stored.tail.extend(batch.tail);
        self.packs.extend(batch.packs);
        stored.generation = Generation(stored.generation.0 + 1);
        Ok(Committed::Stored(stored.generation))
    }
}

/// The bytes of a pack that a part takes.
fn range(span: &Span) -> Option<Range<usize>> {
    let from = usize::try_from(span.offset).ok()?;
    Some(from..from.checked_add(usize::try_from(span.length).ok()?)?)
}
