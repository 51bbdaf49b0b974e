//! Sorting, by one routine for rows of every type: one of its own for each would be kilobytes of WebAssembly.

use std::cmp::Ordering;

/// Sorts `rows`; equal ones stay in their order.
pub fn sort_by<T>(rows: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = places(rows.len(), &|a, b| match (rows.get(a), rows.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut taken: Vec<Option<T>> = std::mem::take(rows).into_iter().map(Some).collect();
    rows.extend(order.into_iter().filter_map(|place| taken.get_mut(place)?.take()));
}

/// Sorts `rows` by `key`; equal ones stay in their order.
pub fn sort_by_key<T, K: Ord>(rows: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(rows, |a, b| key(a).cmp(&key(b)));
}

/// What there is among `rows`, ascending, each once.
pub fn distinct<T: Ord>(rows: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.into_iter().collect();
    sort_by(&mut rows, T::cmp);
    rows.dedup();
    rows
}

fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(rows in prop::collection::vec((0_u8..9, any::<u8>()), 0..90)) {
            let (mut ours, mut theirs) = (rows.clone(), rows.clone());
            sort_by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(ours, theirs);
            let set: std::collections::BTreeSet<_> = rows.iter().copied().collect();
            prop_assert!(distinct(rows).into_iter().eq(set));
        }
    }
}
