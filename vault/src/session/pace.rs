//! Long work in slices.

/// What happens between the slices of long work: who hosts it shows how far it is, breathes, and may call it off.
#[expect(async_fn_in_trait, reason = "one thread by design: no future has to be Send")]
pub trait Pace {
    /// `done` of `of` edits are sealed. Whether to go on; where not, nothing of the act is stored.
    async fn goes_on(&mut self, done: usize, of: usize) -> bool;
}

/// Work in one go, from beginning to end.
pub(super) struct Unpaced;

impl Pace for Unpaced {
    async fn goes_on(&mut self, _: usize, _: usize) -> bool {
        true
    }
}
