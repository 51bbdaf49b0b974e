//! The ChaCha20 kernel (RFC 8439; HChaCha20 of draft-irtf-cfrg-xchacha), four blocks at a time.
//!
//! One structure, two kinds of lanes: `simd128` where the target has it, arrays (which compilers vectorise) elsewhere.
//! The first four blocks come from one call, so that a short item costs no more than its MAC key; a tail of one block
//! is made across the lanes instead of four down them.

use lanes::Lanes;
use zeroize::{Zeroize, ZeroizeOnDrop};

const BLOCK: usize = 64;
/// How many bytes of data the first four blocks reach: block 0 is the MAC key's.
const HEAD_DATA: usize = 3 * BLOCK;

/// Four blocks of key stream in quarters, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Blocks([[u64; 2]; 16]);

impl Blocks {
    /// The first 32 bytes: of block 0, the one-time key of Poly1305.
    pub(crate) fn mac_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        self.xor_into(&mut key, 0);
        key
    }

    /// Adds the key stream from word `from` on to at most as many bytes as there are.
    #[inline(always)]
    fn xor_into(&self, data: &mut [u8], from: usize) {
        let words = self.0.as_flattened().get(from..).unwrap_or_default();
        let (whole, rest) = data.as_chunks_mut::<8>();
        let last = words.get(whole.len()).copied().unwrap_or_default();
        for (chunk, word) in whole.iter_mut().zip(words) {
            *chunk = (u64::from_le_bytes(*chunk) ^ word).to_le_bytes();
        }
        rest.iter_mut().zip(last.to_le_bytes()).for_each(|(byte, key)| *byte ^= key);
    }
}

/// A key and a nonce, as the sixteen words of block 0. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct ChaCha20([u32; 16]);

impl ChaCha20 {
    /// ChaCha20 with a nonce of 12 bytes and a counter of 32 bits.
    pub(crate) fn new(key: &[u8; 32], nonce: &[u8; 12]) -> Self {
        let mut counter_and_nonce = [0; 16];
        counter_and_nonce.iter_mut().skip(4).zip(nonce).for_each(|(to, from)| *to = *from);
        Self::from_rows(key, &counter_and_nonce)
    }

    /// XChaCha20: a key of its own from the first 16 bytes of `nonce`, the other 8 as nonce.
    pub(crate) fn extended(key: &[u8; 32], nonce: &[u8; 24]) -> Self {
        let (mut first, mut last) = ([0; 16], [0; 12]);
        first.iter_mut().zip(nonce).for_each(|(to, from)| *to = *from);
        last.iter_mut().skip(4).zip(nonce.iter().skip(16)).for_each(|(to, from)| *to = *from);
        let mut subkey = Self::from_rows(key, &first).hchacha();
        let cipher = Self::new(&subkey, &last);
        subkey.zeroize();
        cipher
    }

    /// Blocks 0 to 3: the MAC key, then the key stream of the first 192 bytes.
    pub(crate) fn head(&self) -> Blocks {
        let mut blocks = Blocks([[0; 2]; 16]);
        self.four_blocks(0, &mut blocks);
        blocks
    }

    /// Encrypts or decrypts `data` from block 1 on; `head` is this cipher's.
    pub(crate) fn apply(&self, head: &Blocks, data: &mut [u8]) {
        let (first, rest) = data.split_at_mut(data.len().min(HEAD_DATA));
        head.xor_into(first, BLOCK / 8);
        if rest.is_empty() {
            return;
        }
        let mut blocks = Blocks([[0; 2]; 16]);
        for (counter, chunk) in (4..).step_by(4).zip(rest.chunks_mut(4 * BLOCK)) {
            if chunk.len() <= BLOCK {
                self.one_block(counter, &mut blocks);
            } else {
                self.four_blocks(counter, &mut blocks);
            }
            blocks.xor_into(chunk, 0);
        }
    }

    fn from_rows(key: &[u8; 32], last: &[u8; 16]) -> Self {
        // "expand 32-byte k"
        let mut words =
            [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let chunks = key.as_chunks::<4>().0.iter().chain(last.as_chunks().0);
        words.iter_mut().skip(4).zip(chunks).for_each(|(word, chunk)| *word = u32::from_le_bytes(*chunk));
        Self(words)
    }

    /// Four blocks, one in each lane.
    fn four_blocks(&self, counter: u32, to: &mut Blocks) {
        let mut start = self.0.map(Lanes::splat);
        start[12] = Lanes::new([0, 1, 2, 3].map(|block| counter.wrapping_add(block)));
        let state = rounds_down(start);
        for quarter in 0..4 {
            let sums = [0, 1, 2, 3].map(|word| state[4 * quarter + word].add(start[4 * quarter + word]));
            for (block, row) in Lanes::transpose(sums).into_iter().enumerate() {
                to.0[4 * block + quarter] = row.halves();
            }
        }
    }

    /// One block, a row in each vector.
    fn one_block(&self, counter: u32, to: &mut Blocks) {
        let mut start = self.rows();
        start[3] = start[3].add(Lanes::new([counter, 0, 0, 0]));
        let state = rounds_across(start);
        for (quarter, (lanes, initial)) in to.0.iter_mut().zip(state.into_iter().zip(start)) {
            *quarter = lanes.add(initial).halves();
        }
    }

    /// The key that HChaCha20 makes of this key and 16 bytes in place of counter and nonce.
    fn hchacha(&self) -> [u8; 32] {
        let [first, _, _, last] = rounds_across(self.rows());
        let mut subkey = [0; 32];
        let halves = first.halves().into_iter().chain(last.halves());
        subkey.as_chunks_mut().0.iter_mut().zip(halves).for_each(|(to, half)| *to = half.to_le_bytes());
        subkey
    }

    fn rows(&self) -> [Lanes; 4] {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.0;
        [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]].map(Lanes::new)
    }
}

/// The twenty rounds of four blocks. Written out and by itself: words stay in registers only where every place is a constant,
/// and a build for size unrolls nothing.
#[inline(never)]
fn rounds_down(mut state: [Lanes; 16]) -> [Lanes; 16] {
    for _ in 0..10 {
        quarter_round::<0, 4, 8, 12>(&mut state);
        quarter_round::<1, 5, 9, 13>(&mut state);
        quarter_round::<2, 6, 10, 14>(&mut state);
        quarter_round::<3, 7, 11, 15>(&mut state);
        quarter_round::<0, 5, 10, 15>(&mut state);
        quarter_round::<1, 6, 11, 12>(&mut state);
        quarter_round::<2, 7, 8, 13>(&mut state);
        quarter_round::<3, 4, 9, 14>(&mut state);
    }
    state
}

/// The twenty rounds of one block.
#[inline(always)]
fn rounds_across(mut rows: [Lanes; 4]) -> [Lanes; 4] {
    for _ in 0..10 {
        quarter_round::<0, 1, 2, 3>(&mut rows);
        let [a, b, c, d] = rows;
        rows = [a, b.turn::<1>(), c.turn::<2>(), d.turn::<3>()];
        quarter_round::<0, 1, 2, 3>(&mut rows);
        let [a, b, c, d] = rows;
        rows = [a, b.turn::<3>(), c.turn::<2>(), d.turn::<1>()];
    }
    rows
}

#[inline(always)]
fn quarter_round<const A: usize, const B: usize, const C: usize, const D: usize>(words: &mut [Lanes]) {
    words[A] = words[A].add(words[B]);
    words[D] = words[D].xor(words[A]).rotate_left::<16>();
    words[C] = words[C].add(words[D]);
    words[B] = words[B].xor(words[C]).rotate_left::<12>();
    words[A] = words[A].add(words[B]);
    words[D] = words[D].xor(words[A]).rotate_left::<8>();
    words[C] = words[C].add(words[D]);
    words[B] = words[B].xor(words[C]).rotate_left::<7>();
}

#[cfg(target_feature = "simd128")]
#[rustfmt::skip]
mod lanes {
    use core::arch::wasm32::*;

    #[derive(Clone, Copy)]
    pub(super) struct Lanes(v128);

    impl Lanes {
        pub(super) fn new([a, b, c, d]: [u32; 4]) -> Self { Self(u32x4(a, b, c, d)) }
        pub(super) fn splat(word: u32) -> Self { Self(u32x4_splat(word)) }
        pub(super) fn add(self, other: Self) -> Self { Self(u32x4_add(self.0, other.0)) }
        pub(super) fn xor(self, other: Self) -> Self { Self(v128_xor(self.0, other.0)) }

        /// The four words as two, little-endian.
        pub(super) fn halves(self) -> [u64; 2] {
            [u64x2_extract_lane::<0>(self.0), u64x2_extract_lane::<1>(self.0)]
        }

        pub(super) fn rotate_left<const BITS: u32>(self) -> Self {
            let v = self.0;
            Self(match BITS {
                16 => u8x16_shuffle::<2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13>(v, v),
                8 => u8x16_shuffle::<3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14>(v, v),
                _ => v128_or(u32x4_shl(v, BITS), u32x4_shr(v, 32 - BITS)),
            })
        }

        /// Lane *i* becomes what lane *i* + `BY` was.
        pub(super) fn turn<const BY: usize>(self) -> Self {
            let v = self.0;
            Self(match BY {
                1 => u32x4_shuffle::<1, 2, 3, 0>(v, v),
                2 => u32x4_shuffle::<2, 3, 0, 1>(v, v),
                _ => u32x4_shuffle::<3, 0, 1, 2>(v, v),
            })
        }

        pub(super) fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
            let low = [(a, b), (c, d)].map(|(x, y)| u32x4_shuffle::<0, 4, 1, 5>(x.0, y.0));
            let high = [(a, b), (c, d)].map(|(x, y)| u32x4_shuffle::<2, 6, 3, 7>(x.0, y.0));
            let pair = |[ab, cd]: [v128; 2]| [u64x2_shuffle::<0, 2>(ab, cd), u64x2_shuffle::<1, 3>(ab, cd)];
            let ([first, second], [third, fourth]) = (pair(low), pair(high));
            [first, second, third, fourth].map(Self)
        }
    }
}

#[cfg(not(target_feature = "simd128"))]
#[rustfmt::skip]
mod lanes {
    use std::array::from_fn;

    #[derive(Clone, Copy)]
    pub(super) struct Lanes([u32; 4]);

    impl Lanes {
        pub(super) const fn new(words: [u32; 4]) -> Self { Self(words) }
        pub(super) const fn splat(word: u32) -> Self { Self([word; 4]) }
        pub(super) fn add(self, other: Self) -> Self { Self(from_fn(|lane| self.0[lane].wrapping_add(other.0[lane]))) }
        pub(super) fn xor(self, other: Self) -> Self { Self(from_fn(|lane| self.0[lane] ^ other.0[lane])) }

        /// The four words as two, little-endian.
        pub(super) fn halves(self) -> [u64; 2] {
            let [a, b, c, d] = self.0.map(u64::from);
            [b << 32 | a, d << 32 | c]
        }

        pub(super) fn rotate_left<const BITS: u32>(self) -> Self { Self(self.0.map(|word| word.rotate_left(BITS))) }
        /// Lane *i* becomes what lane *i* + `BY` was.
        pub(super) fn turn<const BY: usize>(self) -> Self { Self(from_fn(|lane| self.0[(lane + BY) % 4])) }
        pub(super) fn transpose(rows: [Self; 4]) -> [Self; 4] { from_fn(|lane| Self(rows.map(|row| row.0[lane]))) }
    }
}
