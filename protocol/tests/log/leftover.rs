//! Bytes behind the end of what is read.

use std::panic::catch_unwind;

use weakness::Weakness;

/// That nothing is read with a byte more, and that a reader which lacks that check reads some: two texts as one.
pub(crate) fn is_refused(cases: impl Iterator<Item = (Vec<u8>, fn(&[u8]) -> bool)>, lacks: &[Weakness]) {
    let longer: Vec<_> = cases.map(|(bytes, target)| ([&bytes[..], &[0]].concat(), target)).collect();
    assert!(longer.iter().all(|(bytes, target)| !target(bytes)));
    let is_read = |bytes: &[u8], target: fn(&[u8]) -> bool| {
        catch_unwind(|| weakness::with(lacks, || target(bytes))).unwrap_or(true)
    };
    assert!(longer.iter().any(|(bytes, target)| is_read(bytes, *target)), "the control");
}
