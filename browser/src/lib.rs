//! The vault's life inside a browser: one handle for commands, one listener for events.

mod codes;
mod core;
mod engine;
pub mod entropy;
mod files;
pub mod indexed_db;
mod relay;

use js_sys::{Function, Uint8Array};
use vault::model::Timestamp;
use vault::session::Side;
use wasm_bindgen::JsValue;
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
pub fn listen(listener: Function) {
    core::listen(listener);
}

/// Asks `files` and `codes`: each takes an encoded [`desk::FileRequest`] or [`desk::CodeRequest`] and answers with a promise of
/// the encoded [`desk::FileReply`] or [`desk::CodeReply`], or of `undefined` where its engine cannot be loaded.
#[wasm_bindgen]
pub fn reach_engines(files: Function, codes: Function) {
    engine::reach([files, codes]);
}

/// Reaches relays: the one at `origin`, which served the app, and those that `others` answers with a promise of; without
/// `origin`, as in the extension, any that a person names. `ask` takes an origin, method, target, the header `Authorization` or
/// `undefined`, and a body or `undefined`, and answers with a promise of the response's body, or of `undefined` where there is no
/// response in time. `attend` takes an origin and the targets of sockets there, and keeps these open from then on; `say` takes
/// the last frame that is sent on the first of them.
#[wasm_bindgen]
pub fn reach_relay(origin: Option<String>, others: Function, ask: Function, attend: Function, say: Function) {
    relay::reach(relay::Way { origin, others, ask, attend, say });
}

/// Takes in a frame of the relay at `now`, from the vault's socket or else from the account's: answers with the bytes to be
/// said there, with `true` once the socket is proven, or with `undefined`.
#[wasm_bindgen]
pub async fn hear_relay(is_vault: bool, frame: Vec<u8>, now: f64) -> JsValue {
    let side = if is_vault { Side::Vault } else { Side::Account };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
    let now = Timestamp(now as u64);
    match core::hear_relay(side, &frame, now).await {
        core::Heard::Say(frame) => Uint8Array::from(frame.as_slice()).into(),
        core::Heard::Proven => JsValue::TRUE,
        core::Heard::Nothing => JsValue::UNDEFINED,
    }
}

/// Takes in whether every socket is proven.
#[wasm_bindgen]
pub fn attended(is_so: bool) {
    core::attended(is_so);
}

/// Calls `breathe` between the slices of long work: it answers with a promise of whether to go on.
#[wasm_bindgen]
pub fn breathe_by(breathe: Function) {
    core::breathe_by(breathe);
}
