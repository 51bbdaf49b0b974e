//! The vault's life inside a browser: one handle for commands, one listener for events.

mod core;
pub mod entropy;
mod files;
pub mod indexed_db;
mod relay;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

/// Answers one encoded [`desk::Request`] with one encoded [`desk::Reply`].
#[wasm_bindgen]
pub async fn handle(request: Vec<u8>) -> Uint8Array {
    // Both may hold a passphrase or a value; what the caller has of them is the caller's.
    let request = Zeroizing::new(request);
    let reply = Zeroizing::new(core::handle(&request).await);
    Uint8Array::from(reply.as_slice())
}

/// Takes in an encoded [`desk::Event`] that another tab announced.
#[wasm_bindgen]
pub fn hear(event: Vec<u8>) {
    core::hear(&event);
}

/// Calls `listener` with each encoded [`desk::Event`], whether it is for the other tabs, and whether for this tab's page.
#[wasm_bindgen]
pub fn listen(listener: js_sys::Function) {
    core::listen(listener);
}

/// Asks `reach` about files: it takes an encoded [`desk::FileRequest`] and answers with a promise of the encoded
/// [`desk::FileReply`], or of `undefined` where the engine of files cannot be loaded.
#[wasm_bindgen]
pub fn reach_files(reach: js_sys::Function) {
    files::reach(reach);
}

/// Asks the relay at `origin`, which served the app, by `ask`: it takes method, target, the header `Authorization` or
/// `undefined`, and a body or `undefined`, and answers with a promise of the response's body, or of `undefined` where there
/// is no response in time.
#[wasm_bindgen]
pub fn reach_relay(origin: String, ask: js_sys::Function) {
    relay::reach(origin, ask);
}

/// Calls `breathe` between the slices of long work: it answers with a promise of whether to go on.
#[wasm_bindgen]
pub fn breathe_by(breathe: js_sys::Function) {
    core::breathe_by(breathe);
}
