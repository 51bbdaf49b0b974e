//! Sealing many small records, as a save and an unlock do.

use crypto::aead::{TAG_LENGTH, seal_in_place};
use wasm_bindgen::prelude::wasm_bindgen;

/// Records in the core's memory, where the core has them too.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Records {
    plain: Vec<Vec<u8>>,
    pack: Vec<u8>,
}

#[wasm_bindgen]
impl Records {
    /// `count` records of `length` bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(count: u32, length: usize) -> Self {
        Self { plain: (0..count).map(|_| vec![7; length]).collect(), pack: Vec::new() }
    }

    /// Seals each record anew under its number as the nonce, into a pack as a save does: ciphertext and tag, one record after
    /// another.
    pub fn seal(&mut self, key: &[u8]) {
        let Ok(key) = key.try_into() else { return };
        let mut pack = Vec::with_capacity(self.plain.iter().map(|plain| plain.len() + TAG_LENGTH).sum());
        for (number, plain) in (0_u64..).zip(&self.plain) {
            let mut nonce = [0; 24];
            nonce[..8].copy_from_slice(&number.to_le_bytes());
            let start = pack.len();
            pack.extend_from_slice(plain);
            let tag = seal_in_place(key, &nonce, &[], &mut pack[start..]);
            pack.extend_from_slice(&tag);
        }
        self.pack = pack;
    }

    /// What record `number` came to, to compare with what others make of it.
    pub fn sealed(&self, number: usize) -> Option<Vec<u8>> {
        let length = self.plain.first()?.len() + TAG_LENGTH;
        self.pack.chunks(length).nth(number).map(<[u8]>::to_vec)
    }
}
