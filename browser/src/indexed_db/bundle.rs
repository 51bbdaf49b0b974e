//! Segments, several to a record: Chromium reads one record of some megabytes in less than a third of the time that it takes
//! for the same bytes in records of a segment each. It writes two of half the size faster than one, and reads them as fast.

use js_sys::Uint8Array;

/// A record holds at most this many bytes, unless a single segment is larger.
const CAPACITY: usize = 4 * 1024 * 1024;

/// The records of `segments`: `(length u32, little-endian || segment)…` each.
pub(super) fn records(segments: &[Vec<u8>]) -> impl Iterator<Item = Uint8Array> {
    groups(segments).into_iter().map(record)
}

/// Segments that share a record: as many as it holds.
fn groups(segments: &[Vec<u8>]) -> Vec<&[Vec<u8>]> {
    let (mut groups, mut rest) = (Vec::new(), segments);
    while !rest.is_empty() {
        let (group, others) = rest.split_at(fitting(rest).max(1));
        groups.push(group);
        rest = others;
    }
    groups
}

/// How many of these from the first on one record holds.
fn fitting(segments: &[Vec<u8>]) -> usize {
    let lengths = segments.iter().scan(0, |length, segment| {
        *length += 4 + segment.len();
        Some(*length)
    });
    lengths.take_while(|length| *length <= CAPACITY).count()
}

/// Written where it is handed over: a copy of megabytes on the way would be seen.
fn record(segments: &[Vec<u8>]) -> Uint8Array {
    let length: usize = segments.iter().map(|segment| 4 + segment.len()).sum();
    // All of it is in the memory of this program, which is no longer than an array can be.
    let record = Uint8Array::new_with_length(u32::try_from(length).unwrap_or(u32::MAX));
    let mut at = 0;
    for segment in segments {
        // A length that does not fit is written as the largest, which no record holds.
        let length = u32::try_from(segment.len()).unwrap_or(u32::MAX);
        at = write(&record, at, &length.to_le_bytes());
        at = write(&record, at, segment);
    }
    record
}

/// Writes `bytes` at `at`, and says where they end.
fn write(record: &Uint8Array, at: u32, bytes: &[u8]) -> u32 {
    let end = at.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    record.subarray(at, end).copy_from(bytes);
    end
}

/// The segments of a record. What is no record of ours is taken for a segment: it does not open, and the vault is read anew
/// from its packs.
pub(super) fn segments(record: &Uint8Array) -> Vec<Vec<u8>> {
    let (mut segments, mut at, whole) = (Vec::new(), 0, record.length());
    while at < whole {
        let (start, end) = segment(record, at).unwrap_or((at, whole));
        segments.push(record.subarray(start, end).to_vec());
        at = end;
    }
    segments
}

/// Where the segment lies whose length stands at `at`; `None` if there is none.
fn segment(record: &Uint8Array, at: u32) -> Option<(u32, u32)> {
    let start = at.checked_add(4)?;
    let length = record.subarray(at, start).to_vec();
    let end = start.checked_add(u32::from_le_bytes(length.try_into().ok()?))?;
    (end <= record.length()).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, groups};

    #[test]
    fn a_record_is_filled_before_the_next_begins() {
        assert!(groups(&[]).is_empty());
        let lengths = |segments: &[Vec<u8>]| groups(segments).iter().map(|it| it.len()).collect::<Vec<_>>();
        assert_eq!(lengths(&[vec![7, 8], vec![], vec![9]]), [3]);
        let last = |short: usize| vec![2; CAPACITY - 4 - 4 - 1 - short];
        assert_eq!(lengths(&[vec![1; CAPACITY], vec![2], last(4), vec![3]]), [1, 2, 1]);
        assert_eq!(lengths(&[vec![2], last(3), vec![]]), [2, 1]);
        assert_eq!(lengths(&[vec![2], last(4), vec![]]), [3]);
    }
}
