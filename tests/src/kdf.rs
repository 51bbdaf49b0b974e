//! The derivation that every unlock waits for.

use browser::entropy::Entropy;
use crypto::{AccountKey, KdfId, KdfMemory, Passphrase, SecretKey};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// One derivation as an unlock does it: its memory is taken, filled, wiped and given back.
///
/// # Errors
/// There is no memory for it.
#[wasm_bindgen]
pub fn derive(passphrase: String) -> Result<(), JsError> {
    let mut memory = KdfMemory::reserve(KdfId::Standard).map_err(|error| JsError::new(&error.to_string()))?;
    let secret_key = SecretKey::generate(&mut Entropy);
    AccountKey::derive(&Passphrase::new(passphrase), &mut memory, &secret_key, [0; 16]);
    Ok(())
}
