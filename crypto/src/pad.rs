//! Padding to buckets, so that a sealed size says little about what is inside (`FORMAT.md` §5).

/// The bucket of `length` plaintext bytes, marker byte included: steps of 64 to 512, then Padmé
/// (Nikitin et al., PURBs, 2019), which costs at most 12 % and leaks O(log log length) bits.
pub const fn padded_length(length: usize) -> usize {
    let least = length + 1;
    if least <= 512 { least.next_multiple_of(64) } else { padme(least) }
}

/// `0x80`, then zeros to the bucket.
pub(crate) fn pad(bytes: &mut Vec<u8>, from: usize) {
    let padded = from + padded_length(bytes.len() - from);
    bytes.push(0x80);
    bytes.resize(padded, 0);
}

/// How many bytes of `padded` are content; `None` if this is not the one padding of any content.
pub(crate) fn content_length(padded: &[u8]) -> Option<usize> {
    let marker = padded.iter().rposition(|byte| *byte != 0)?;
    (padded.get(marker) == Some(&0x80) && padded_length(marker) == padded.len()).then_some(marker)
}

const fn padme(length: usize) -> usize {
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1 << (exponent - kept)) - 1;
    (length + mask) & !mask
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::MAX_PLAINTEXT;

    #[test]
    fn buckets_are_those_of_the_format() {
        let buckets = [(0, 64), (63, 64), (64, 128), (511, 512), (512, 544), (1023, 1024), (1024, 1088)];
        assert!(buckets.iter().all(|(length, bucket)| padded_length(*length) == *bucket));
        assert_eq!(padded_length(MAX_PLAINTEXT), 1_081_344);
    }

    #[test]
    fn buckets_grow_and_cost_little() {
        for length in 1..300_000 {
            let bucket = padded_length(length);
            assert!(bucket > length && padded_length(length - 1) <= bucket);
            assert_eq!(padded_length(bucket - 1), bucket, "a bucket is its own bucket");
            assert!(length < 512 || (bucket - length) * 100 <= length * 12 + 100, "{length} → {bucket}");
        }
    }

    #[test]
    fn every_other_padding_is_refused() {
        for length in [0, 1, 62, 63, 64, 300, 511, 512, 1000] {
            let mut padded = vec![7; length];
            pad(&mut padded, 0);
            assert_eq!(content_length(&padded), Some(length));
            for wrong in padded.len().saturating_sub(130)..padded.len() + 130 {
                let mut other = padded.clone();
                other.resize(wrong, 0);
                assert!(wrong == padded.len() || content_length(&other).is_none_or(|found| found != length));
            }
            padded[length] = 0x81;
            assert_eq!(content_length(&padded), None);
        }
        assert_eq!(content_length(&[]), None);
        assert_eq!(content_length(&[0; 64]), None);
    }

    proptest! {
        #[test]
        fn content_survives(content in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let mut padded = b"before".to_vec();
            padded.extend(&content);
            pad(&mut padded, 6);
            let length = content_length(&padded[6..]).expect("own padding");
            prop_assert_eq!(&padded[6..6 + length], &content[..]);
        }
    }
}
