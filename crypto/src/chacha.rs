//! The ChaCha20 kernel (RFC 8439; HChaCha20 of draft-irtf-cfrg-xchacha), four blocks at a time.
//!
//! One structure, two kinds of lanes: `simd128` where the target has it, arrays (which compilers vectorise) elsewhere.
//! The first four blocks come from one call: the one-time MAC key and up to 192 bytes of a short item cost the same as
//! the key alone would. A tail of one block is made across the lanes instead of four blocks down them.

use zeroize::Zeroize;

use lanes::Lanes;

/// How many bytes of data the first four blocks reach: block 0 is the MAC key's.
const HEAD_DATA: usize = 192;
const BLOCK: usize = 64;

/// Four blocks of key stream, wiped when dropped.
pub(crate) struct Blocks([u32; 64]);

impl Blocks {
    const fn zeroed() -> Self {
        Self([0; 64])
    }

    /// The first 32 bytes: of block 0, the one-time key of Poly1305.
    pub(crate) fn mac_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.chunks_exact_mut(4).zip(&self.0).for_each(|(to, word)| to.copy_from_slice(&word.to_le_bytes()));
        key
    }

    fn xor_into(&self, data: &mut [u8], from_word: usize) {
        let words = self.0.iter().skip(from_word);
        let mut chunks = data.chunks_exact_mut(4);
        let mut last = 0;
        for (chunk, word) in chunks.by_ref().zip(words) {
            xor(chunk, *word);
            last += 1;
        }
        let rest = chunks.into_remainder();
        self.0.iter().skip(from_word + last).take(1).for_each(|word| xor(rest, *word));
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A key and a nonce, ready to make key stream.
pub(crate) struct ChaCha20([Lanes; 4]);

impl ChaCha20 {
    /// ChaCha20 with a nonce of 12 bytes and a counter of 32 bits.
    pub(crate) fn new(key: &[u8; 32], nonce: &[u8; 12]) -> Self {
        let mut nonce_row = [0; 16];
        nonce_row.iter_mut().skip(4).zip(nonce).for_each(|(to, from)| *to = *from);
        Self(rows(key, &nonce_row))
    }

    /// XChaCha20: a key of its own from the first 16 bytes of `nonce`, the other 8 as nonce.
    pub(crate) fn extended(key: &[u8; 32], nonce: &[u8; 24]) -> Self {
        let (first, last) = split_nonce(nonce);
        let mut subkey = hchacha(key, &first);
        let cipher = Self::new(&subkey, &last);
        subkey.zeroize();
        cipher
    }

    /// Blocks 0 to 3: the MAC key, then the key stream of the first 192 bytes.
    pub(crate) fn head(&self) -> Blocks {
        let mut blocks = Blocks::zeroed();
        self.four_blocks(0, &mut blocks);
        blocks
    }

    /// Encrypts or decrypts `data` from block 1 on; `head` is this cipher's.
    pub(crate) fn apply(&self, head: &Blocks, data: &mut [u8]) {
        let reached = data.len().min(HEAD_DATA);
        let (first, rest) = data.split_at_mut(reached);
        head.xor_into(first, BLOCK / 4);
        if !rest.is_empty() {
            self.apply_from(4, rest);
        }
    }

    fn apply_from(&self, mut counter: u32, data: &mut [u8]) {
        let mut blocks = Blocks::zeroed();
        for chunk in data.chunks_mut(4 * BLOCK) {
            if chunk.len() <= BLOCK {
                self.one_block(counter, &mut blocks);
            } else {
                self.four_blocks(counter, &mut blocks);
            }
            blocks.xor_into(chunk, 0);
            counter = counter.wrapping_add(4);
        }
    }

    /// Four blocks, one in each lane.
    fn four_blocks(&self, counter: u32, to: &mut Blocks) {
        let mut start = [Lanes::splat(0); 16];
        for (words, row) in start.chunks_exact_mut(4).zip(&self.0) {
            words.iter_mut().zip(row.words()).for_each(|(lanes, word)| *lanes = Lanes::splat(word));
        }
        start[12] = Lanes::new([counter, counter + 1, counter + 2, counter + 3]);
        let mut state = start;
        for _ in 0..10 {
            rounds_down(&mut state);
        }
        for (quarter, (words, initial)) in state.chunks_exact(4).zip(start.chunks_exact(4)).enumerate() {
            let sums = [0, 1, 2, 3].map(|at| words[at].add(initial[at]));
            for (block, row) in Lanes::transpose(sums).into_iter().enumerate() {
                to.0[16 * block + 4 * quarter..][..4].copy_from_slice(&row.words());
            }
        }
    }

    /// One block, a row in each vector.
    fn one_block(&self, counter: u32, to: &mut Blocks) {
        let [a, b, c, d] = self.0;
        let start = [a, b, c, d.add(Lanes::new([counter, 0, 0, 0]))];
        let state = rounds_across(start);
        for (to, (row, initial)) in to.0.chunks_exact_mut(4).zip(state.into_iter().zip(start)) {
            to.copy_from_slice(&row.add(initial).words());
        }
    }
}

impl Drop for ChaCha20 {
    fn drop(&mut self) {
        self.0 = [Lanes::splat(0); 4];
        // Reading it back through a barrier keeps the store; lanes are no `Zeroize` type.
        core::hint::black_box(&self.0);
    }
}

/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

fn rows(key: &[u8; 32], last: &[u8; 16]) -> [Lanes; 4] {
    let (low, high) = key.split_at(16);
    [Lanes::new(CONSTANTS), Lanes::new(words(low)), Lanes::new(words(high)), Lanes::new(words(last))]
}

fn hchacha(key: &[u8; 32], nonce: &[u8; 16]) -> [u8; 32] {
    let [a, _, _, d] = rounds_across(rows(key, nonce));
    let mut subkey = [0; 32];
    let halves = a.words().into_iter().chain(d.words());
    subkey.chunks_exact_mut(4).zip(halves).for_each(|(to, word)| to.copy_from_slice(&word.to_le_bytes()));
    subkey
}

fn split_nonce(nonce: &[u8; 24]) -> ([u8; 16], [u8; 12]) {
    let (mut first, mut last) = ([0; 16], [0; 12]);
    first.iter_mut().zip(nonce).for_each(|(to, from)| *to = *from);
    last.iter_mut().skip(4).zip(nonce.iter().skip(16)).for_each(|(to, from)| *to = *from);
    (first, last)
}

fn words(bytes: &[u8]) -> [u32; 4] {
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = chunk.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    }
    words
}

#[inline(always)]
fn xor(chunk: &mut [u8], word: u32) {
    chunk.iter_mut().zip(word.to_le_bytes()).for_each(|(byte, key)| *byte ^= key);
}

#[inline(always)]
fn quarter_round([a, b, c, d]: [Lanes; 4]) -> [Lanes; 4] {
    let a = a.add(b);
    let d = d.xor(a).rotate_left::<16>();
    let c = c.add(d);
    let b = b.xor(c).rotate_left::<12>();
    let a = a.add(b);
    let d = d.xor(a).rotate_left::<8>();
    let c = c.add(d);
    let b = b.xor(c).rotate_left::<7>();
    [a, b, c, d]
}

/// A column round and a diagonal round of four blocks.
#[inline(always)]
fn rounds_down(state: &mut [Lanes; 16]) {
    const QUARTERS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ];
    for at in QUARTERS {
        let turned = quarter_round(at.map(|word| state[word]));
        at.into_iter().zip(turned).for_each(|(word, lanes)| state[word] = lanes);
    }
}

/// The twenty rounds of one block.
fn rounds_across(mut rows: [Lanes; 4]) -> [Lanes; 4] {
    for _ in 0..10 {
        let [a, b, c, d] = quarter_round(rows);
        let [a, b, c, d] = quarter_round([a, b.turn::<1>(), c.turn::<2>(), d.turn::<3>()]);
        rows = [a, b.turn::<3>(), c.turn::<2>(), d.turn::<1>()];
    }
    rows
}

#[cfg(target_feature = "simd128")]
mod lanes {
    use core::arch::wasm32::*;

    #[derive(Clone, Copy)]
    pub(super) struct Lanes(v128);

    impl Lanes {
        #[inline(always)]
        pub(super) fn new([a, b, c, d]: [u32; 4]) -> Self {
            Self(u32x4(a, b, c, d))
        }
        #[inline(always)]
        pub(super) fn splat(word: u32) -> Self {
            Self(u32x4_splat(word))
        }
        #[inline(always)]
        pub(super) fn words(self) -> [u32; 4] {
            let v = self.0;
            [
                u32x4_extract_lane::<0>(v),
                u32x4_extract_lane::<1>(v),
                u32x4_extract_lane::<2>(v),
                u32x4_extract_lane::<3>(v),
            ]
        }
        #[inline(always)]
        pub(super) fn add(self, other: Self) -> Self {
            Self(u32x4_add(self.0, other.0))
        }
        #[inline(always)]
        pub(super) fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }
        #[inline(always)]
        pub(super) fn rotate_left<const BITS: u32>(self) -> Self {
            let v = self.0;
            Self(match BITS {
                16 => u8x16_shuffle::<2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13>(v, v),
                8 => u8x16_shuffle::<3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14>(v, v),
                _ => v128_or(u32x4_shl(v, BITS), u32x4_shr(v, 32 - BITS)),
            })
        }
        /// Lane *i* becomes what lane *i* + `BY` was.
        #[inline(always)]
        pub(super) fn turn<const BY: usize>(self) -> Self {
            let v = self.0;
            Self(match BY {
                1 => u32x4_shuffle::<1, 2, 3, 0>(v, v),
                2 => u32x4_shuffle::<2, 3, 0, 1>(v, v),
                _ => u32x4_shuffle::<3, 0, 1, 2>(v, v),
            })
        }
        #[inline(always)]
        pub(super) fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
            let (low_ab, high_ab) =
                (u32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), u32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
            let (low_cd, high_cd) =
                (u32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), u32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
            [
                Self(u64x2_shuffle::<0, 2>(low_ab, low_cd)),
                Self(u64x2_shuffle::<1, 3>(low_ab, low_cd)),
                Self(u64x2_shuffle::<0, 2>(high_ab, high_cd)),
                Self(u64x2_shuffle::<1, 3>(high_ab, high_cd)),
            ]
        }
    }
}

#[cfg(not(target_feature = "simd128"))]
mod lanes {
    use std::array::from_fn;

    #[derive(Clone, Copy)]
    pub(super) struct Lanes([u32; 4]);

    impl Lanes {
        #[inline(always)]
        pub(super) const fn new(words: [u32; 4]) -> Self {
            Self(words)
        }
        #[inline(always)]
        pub(super) const fn splat(word: u32) -> Self {
            Self([word; 4])
        }
        #[inline(always)]
        pub(super) const fn words(self) -> [u32; 4] {
            self.0
        }
        #[inline(always)]
        pub(super) fn add(self, other: Self) -> Self {
            Self(from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
        }
        #[inline(always)]
        pub(super) fn xor(self, other: Self) -> Self {
            Self(from_fn(|lane| self.0[lane] ^ other.0[lane]))
        }
        #[inline(always)]
        pub(super) fn rotate_left<const BITS: u32>(self) -> Self {
            Self(self.0.map(|word| word.rotate_left(BITS)))
        }
        /// Lane *i* becomes what lane *i* + `BY` was.
        #[inline(always)]
        pub(super) fn turn<const BY: usize>(self) -> Self {
            Self(from_fn(|lane| self.0[(lane + BY) % 4]))
        }
        #[inline(always)]
        pub(super) fn transpose(rows: [Self; 4]) -> [Self; 4] {
            from_fn(|lane| Self(from_fn(|row| rows[row].0[lane])))
        }
    }
}
