//! Seeded changes of bytes.

use rand_chacha::rand_core::RngCore;

/// One of `corpus`, changed in one to four places.
pub(crate) fn mutated(corpus: &[Vec<u8>], rng: &mut impl RngCore) -> Vec<u8> {
    let mut bytes = corpus[below(rng, corpus.len())].clone();
    for _ in 0..=below(rng, 4) {
        let at = below(rng, bytes.len() + 1).min(bytes.len().saturating_sub(1));
        match below(rng, 7) {
            _ if bytes.is_empty() => bytes.push(0),
            0 => bytes[at] ^= 1 << below(rng, 8),
            1 => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][below(rng, 5)],
            2 => bytes.truncate(at),
            3 => bytes.insert(at, 0),
            4 => drop(bytes.remove(at)),
            5 => bytes.extend_from_within(at..),
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
    bytes
}

pub(crate) fn below(rng: &mut impl RngCore, bound: usize) -> usize {
    usize::try_from(rng.next_u64()).unwrap_or(usize::MAX) % bound
}
