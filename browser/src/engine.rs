//! The engines: programs of their own, which the worker's script runs beside the core, each in a memory of its own.

use desk::Refusal;
use js_sys::{Function, Promise, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    /// Reads and writes texts.
    Files,
    /// Draws and reads QR codes.
    Codes,
}

thread_local! {
    static REACH: RefCell<Option<[Function; 2]>> = const { RefCell::new(None) };
}

/// Each function takes an encoded request and answers with a promise of the encoded reply, or of `undefined` where its engine
/// cannot be loaded.
pub(crate) fn reach(reach: [Function; 2]) {
    REACH.set(Some(reach));
}

impl Engine {
    /// The encoded reply to an encoded request.
    pub(crate) async fn exchange(self, request: Option<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let request = Zeroizing::new(request.ok_or(Refusal::Internal)?);
        let promise = self.call(&request).ok_or(Refusal::Internal)?;
        let reply = JsFuture::from(promise).await.map_err(|_| Refusal::Internal)?;
        let reply = reply.dyn_into::<Uint8Array>().map_err(|_| Refusal::PartMissing)?;
        let bytes = Zeroizing::new(reply.to_vec());
        // What the script still has of it is garbage from here on.
        reply.fill(0, 0, reply.length());
        Ok(bytes)
    }

    fn call(self, request: &[u8]) -> Option<Promise> {
        let request = Uint8Array::from(request);
        let answer = REACH.with_borrow(|reach| {
            let [files, codes] = reach.as_ref()?;
            let engine = match self {
                Self::Files => files,
                Self::Codes => codes,
            };
            engine.call1(&JsValue::NULL, &request).ok()
        })?;
        answer.dyn_into().ok()
    }
}
