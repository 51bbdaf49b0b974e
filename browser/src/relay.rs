//! The way to the relay, which the worker's script goes: one `fetch` for each request.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use vault::port::{Request, Transport, Unreachable};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static WAY: RefCell<Option<(String, Function)>> = const { RefCell::new(None) };
}

/// The relay at `origin` is asked by `ask`: it takes method, target, the header `Authorization` or `undefined`, and a body or
/// `undefined`, and answers with a promise of the response's body, or of `undefined` where there is no response in time.
pub(crate) fn reach(origin: String, ask: Function) {
    WAY.set(Some((origin, ask)));
}

/// The relay that served the app, as its clients name it.
pub(crate) fn origin() -> Option<String> {
    WAY.with_borrow(|way| way.as_ref().map(|(origin, _)| origin.clone()))
}

/// That way.
#[derive(Debug)]
pub(crate) struct Fetch;

impl Transport for Fetch {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        let promise = call(request).ok_or(Unreachable)?;
        let answer = JsFuture::from(promise).await.map_err(|_| Unreachable)?;
        Ok(answer.dyn_into::<Uint8Array>().map_err(|_| Unreachable)?.to_vec())
    }
}

fn call(request: Request) -> Option<Promise> {
    let Request { method, target, authorization, body } = request;
    let body = if method == "GET" { JsValue::UNDEFINED } else { Uint8Array::from(&body[..]).into() };
    let authorization = authorization.map_or(JsValue::UNDEFINED, JsValue::from);
    let arguments = Array::of4(&method.into(), &target.into(), &authorization, &body);
    let answer = WAY.with_borrow(|way| way.as_ref()?.1.apply(&JsValue::NULL, &arguments).ok())?;
    answer.dyn_into().ok()
}
