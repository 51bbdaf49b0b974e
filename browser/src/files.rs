//! The port to the engine of files, which the worker's script runs beside the core in a memory of its own.

use desk::codec::{decode, encode};
use desk::{FileReply, FileRequest, Refusal};
use js_sys::{Function, Promise, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

/// Who reads and writes texts.
pub(crate) trait Files {
    /// One request and what came of it.
    async fn ask(&self, request: FileRequest) -> Result<FileReply, Refusal>;
}

/// The engine that the script reaches.
pub(crate) struct Engine;

thread_local! {
    static REACH: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// `reach` takes an encoded request and answers with a promise of the encoded reply, or of `undefined` where the engine
/// cannot be loaded.
pub(crate) fn reach(reach: Function) {
    REACH.set(Some(reach));
}

impl Files for Engine {
    async fn ask(&self, request: FileRequest) -> Result<FileReply, Refusal> {
        let request = Zeroizing::new(encode(&request).ok_or(Refusal::Internal)?);
        let promise = call(&request).ok_or(Refusal::Internal)?;
        let reply = JsFuture::from(promise).await.map_err(|_| Refusal::Internal)?;
        let reply = reply.dyn_into::<Uint8Array>().map_err(|_| Refusal::PartMissing)?;
        let bytes = Zeroizing::new(reply.to_vec());
        // What the script still has of it is garbage from here on.
        reply.fill(0, 0, reply.length());
        decode(&bytes).ok_or(Refusal::Internal)
    }
}

/// The engine in this program, for tests.
#[cfg(test)]
pub(crate) struct Here;

#[cfg(test)]
impl Files for Here {
    async fn ask(&self, request: FileRequest) -> Result<FileReply, Refusal> {
        Ok(files::reply(request))
    }
}

fn call(request: &[u8]) -> Option<Promise> {
    let request = Uint8Array::from(request);
    let answer = REACH.with_borrow(|reach| reach.as_ref()?.call1(&JsValue::NULL, &request).ok())?;
    answer.dyn_into().ok()
}
