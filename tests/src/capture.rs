//! Finding keys in the text of a page.

use vault::provider::{Finder, slices};
use wasm_bindgen::prelude::wasm_bindgen;

/// What a dashboard's text is made of: words, ids, hashes, addresses, and now and then what begins as a key.
const TEXT: &str = "Developers can restrict each key to what it is for. Last used 2026-04-01 by 0123e456-89ab-4def-8123-456789abcdef \
    (4f6b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b), sk_live_...cdef and pk_live_FakeFake0123456789abcdef, \
    https://dashboard.example/acct_1FakeFake0123456/apikeys?page=2&sort=created.\n";

/// The text of a page, to be looked through for the keys of every provider.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Shown {
    text: String,
    finder: Finder,
}

#[wasm_bindgen]
impl Shown {
    /// A page of `length` bytes with one key at its end.
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Self {
        let key = ["sk_", "live_", "FakeFake0123456789abcdef"].concat();
        let text = TEXT.repeat(length / TEXT.len()) + &key;
        Self { text, finder: Finder::on("") }
    }

    /// How many keys are in it.
    pub fn find(&self) -> usize {
        slices(&self.text).map(|slice| self.finder.in_text(slice).len()).sum()
    }

    /// The bytes of the longest part that is looked through in one go.
    pub fn slice(&self) -> usize {
        slices(&self.text).map(str::len).max().unwrap_or_default()
    }
}
