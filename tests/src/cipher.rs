//! Sealing many small records, as a save and an unlock do.

use crypto::aead::seal_in_place;
use wasm_bindgen::prelude::wasm_bindgen;

/// Records in the core's memory, where the core has them too.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Records {
    plain: Vec<Vec<u8>>,
    sealed: Vec<Vec<u8>>,
}

#[wasm_bindgen]
impl Records {
    /// `count` records of `length` bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(count: u32, length: usize) -> Self {
        Self { plain: (0..count).map(|_| vec![7; length]).collect(), sealed: Vec::new() }
    }

    /// Seals each record anew under its number as the nonce, and keeps ciphertext and tag.
    pub fn seal(&mut self, key: &[u8]) {
        let Ok(key) = key.try_into() else { return };
        let sealed = (0_u64..).zip(&self.plain).map(|(number, plain)| {
            let mut nonce = [0; 24];
            nonce[..8].copy_from_slice(&number.to_le_bytes());
            let mut data = Vec::with_capacity(plain.len() + 16);
            data.extend_from_slice(plain);
            let tag = seal_in_place(key, &nonce, &[], &mut data);
            data.extend_from_slice(&tag);
            data
        });
        self.sealed = sealed.collect();
    }

    /// What record `number` came to, to compare with what others make of it.
    pub fn sealed(&self, number: usize) -> Option<Vec<u8>> {
        self.sealed.get(number).cloned()
    }
}
