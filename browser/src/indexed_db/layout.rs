//! The names and keys of layout version 1.

use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::Build;
use std::ops::RangeInclusive;

pub(super) const VERSION: u8 = 1;

pub(super) const CELLS: &str = "cells";
pub(super) const SEGMENTS: &str = "segments";
pub(super) const TAIL: &str = "tail";
pub(super) const PACKS: &str = "packs";
pub(super) const META: &str = "meta";

pub(super) const ALL: [&str; 5] = [CELLS, SEGMENTS, TAIL, PACKS, META];

/// What opening a vault reads.
pub(super) const OPENED: [&str; 4] = [CELLS, SEGMENTS, TAIL, META];

/// The key of the generation in [`META`].
pub(super) const GENERATION: &str = "generation";

/// The whole numbers that a key, a double, tells apart.
const EXACT: RangeInclusive<u64> = 0..=(1 << 53) - 1;

/// Creates the object stores of an empty database.
pub(super) fn create(database: &Database) -> indexed_db_futures::Result<()> {
    for name in [CELLS, SEGMENTS, PACKS, META] {
        database.create_object_store(name).build()?;
    }
    database.create_object_store(TAIL).with_auto_increment(true).build()?;
    Ok(())
}

/// The key of a pack; `None` for a number that would share its key with another.
#[expect(clippy::cast_precision_loss, reason = "exact in this range")]
pub(super) fn pack_key(pack: u64) -> Option<f64> {
    EXACT.contains(&pack).then_some(pack as f64)
}

#[cfg(test)]
mod tests {
    use super::pack_key;

    #[test]
    fn packs_never_share_a_key() {
        let last = (1 << 53) - 1;
        assert_eq!(pack_key(last), Some(9_007_199_254_740_991.0));
        assert_eq!(pack_key(last + 1), None);
        assert_eq!(pack_key(u64::MAX), None);
    }
}
