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
