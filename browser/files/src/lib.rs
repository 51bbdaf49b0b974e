//! The engine of files: what a text holds for its reader, and pairs as a consumer's text.
//!
//! It is a WebAssembly program of its own, loaded when the first file comes or goes. Texts that strangers wrote are taken
//! apart in a memory that holds no key, and that is overwritten when the answer is out: each answer is a new instance's.
//!
//! # In scope
//! A [`FileRequest`] to its [`FileReply`], with every sentence on it.
//!
//! # Out of scope
//! What becomes of it in a vault; size limits, which the core checks before it asks.
#![forbid(unsafe_code)]

mod lens;
mod read;
mod write;

use desk::codec::{decode, encode};
use desk::{FileReply, FileRequest};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers one encoded [`FileRequest`] with one encoded [`FileReply`].
#[wasm_bindgen]
pub fn answer(request: &[u8]) -> Vec<u8> {
    let reply = decode(request).map_or(FileReply::Unknown, reply);
    encode(&reply).unwrap_or_default()
}

/// What comes of a request.
pub fn reply(request: FileRequest) -> FileReply {
    match request {
        FileRequest::Read { reader, text } => read::read(&reader, text.expose()),
        FileRequest::Write { consumer, name, pairs } => {
            write::write(&consumer, &name, pairs).map_or(FileReply::Unknown, FileReply::Written)
        }
    }
}

#[cfg(test)]
mod tests;
