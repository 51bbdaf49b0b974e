//! The engine of codes: a text as a QR code, and the texts of those in a picture.
//!
//! It is a WebAssembly program of its own, loaded when the first code is shown or looked for. Pictures are taken apart in a
//! memory that holds no key, and that is overwritten when the answer is out: each answer is a new instance's.
//!
//! # In scope
//! A [`CodeRequest`] to its [`CodeReply`].
//!
//! # Out of scope
//! What a text means; cameras and files, which are the page's.
#![forbid(unsafe_code)]

mod draw;
mod scan;

use desk::codec::{decode, encode};
use desk::{CodeReply, CodeRequest};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers one encoded [`CodeRequest`] with one encoded [`CodeReply`].
#[wasm_bindgen]
pub fn answer(request: &[u8]) -> Vec<u8> {
    let reply = decode(request).map_or(CodeReply::Unknown, reply);
    encode(&reply).unwrap_or_default()
}

/// What comes of a request.
pub fn reply(request: CodeRequest) -> CodeReply {
    match request {
        CodeRequest::Draw { text } => draw::draw(text.expose()).map_or(CodeReply::Unknown, CodeReply::Drawn),
        CodeRequest::Scan(picture) => CodeReply::Scanned(scan::scan(&picture)),
    }
}

#[cfg(test)]
mod tests;
