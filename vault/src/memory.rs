//! A store in memory: the reference for what a store does.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::port::{Batch, Committed, Generation, Span, Store, StoreError, Stored};

/// A store in memory. Clones are handles on the same one, as two tabs are.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Rc<RefCell<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    stored: Stored,
    packs: BTreeMap<u64, Vec<u8>>,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every record as it lies there: cells, segments, tail, packs.
    pub fn records(&self) -> Vec<Vec<u8>> {
        let contents = self.0.borrow();
        let stored = &contents.stored;
        let records = stored.cells.values().chain(&stored.segments).chain(&stored.tail);
        records.chain(contents.packs.values()).cloned().collect()
    }

    /// Lets `change` at the records that opening reads, as a disk that fails or a hand that meddles would. The generation
    /// stays.
    pub fn tamper(&self, change: impl FnOnce(&mut Stored)) {
        change(&mut self.0.borrow_mut().stored);
    }

    /// Lets `change` at the packs.
    pub fn tamper_packs(&self, change: impl FnOnce(&mut BTreeMap<u64, Vec<u8>>)) {
        change(&mut self.0.borrow_mut().packs);
    }
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        let contents = self.0.borrow();
        Ok((contents.stored.generation > Generation(0)).then(|| contents.stored.clone()))
    }

    async fn generation(&self) -> Result<Generation, StoreError> {
        Ok(self.0.borrow().stored.generation)
    }

    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let contents = self.0.borrow();
        Ok(spans.iter().map(|span| contents.part(span)).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        Ok(self.0.borrow_mut().commit(batch))
    }

    async fn erase(&self) -> Result<(), StoreError> {
        *self.0.borrow_mut() = Contents::default();
        Ok(())
    }
}

impl Contents {
    fn part(&self, span: &Span) -> Option<Vec<u8>> {
        let from = usize::try_from(span.offset).ok()?;
        let to = from.checked_add(usize::try_from(span.length).ok()?)?;
        self.packs.get(&span.pack)?.get(from..to).map(<[u8]>::to_vec)
    }

    fn commit(&mut self, batch: Batch) -> Committed {
        let stored = &mut self.stored;
        if batch.base != stored.generation {
            return Committed::Stale;
        }
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
        Committed::Stored(stored.generation)
    }
}
