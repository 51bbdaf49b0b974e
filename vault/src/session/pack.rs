//! Commits and blobs, one after another in packs.

use crate::port::{PACK_CAPACITY, Span};

/// Packs in the making.
pub(super) struct Packs {
    next: u64,
    full: Vec<(u64, Vec<u8>)>,
    open: Vec<u8>,
}

impl Packs {
    /// The first pack will have the number `next`.
    pub(super) const fn new(next: u64) -> Self {
        Self { next, full: Vec::new(), open: Vec::new() }
    }

    /// Adds a part, and says where it lies. `None` for one that is longer than a span can say.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Option<Span> {
        if !self.open.is_empty() && self.open.len() + bytes.len() > PACK_CAPACITY {
            self.close();
        }
        let offset = u32::try_from(self.open.len()).ok()?;
        let span = Span { pack: self.next, offset, length: u32::try_from(bytes.len()).ok()? };
        self.open.extend_from_slice(bytes);
        Some(span)
    }

    /// Keeps a place for a part that comes later or was lost: where the next part lies follows from the lengths in the log.
    pub(super) fn keep(&mut self, length: usize) -> Option<Span> {
        self.add(&vec![0; length])
    }

    /// Writes a part into the place that was kept for it; `false` if there is no such place.
    pub(super) fn fill(&mut self, span: &Span, bytes: &[u8]) -> bool {
        let first = self.next - self.full.len() as u64;
        let pack = match span.pack.checked_sub(first).and_then(|at| usize::try_from(at).ok()) {
            Some(at) if at == self.full.len() => Some(&mut self.open),
            Some(at) => self.full.get_mut(at).map(|(_, pack)| pack),
            None => None,
        };
        let start = span.offset as usize;
        match pack.and_then(|pack| pack.get_mut(start..start + span.length as usize)) {
            Some(place) if place.len() == bytes.len() => {
                place.copy_from_slice(bytes);
                true
            }
            _ => false,
        }
    }

    /// All packs, and the next one's number.
    pub(super) fn finish(mut self) -> (Vec<(u64, Vec<u8>)>, u64) {
        if !self.open.is_empty() {
            self.close();
        }
        (self.full, self.next)
    }

    fn close(&mut self) {
        self.full.push((self.next, std::mem::take(&mut self.open)));
        self.next += 1;
    }
}
