//! The way to the relay, which the worker's script goes: one `fetch` for each request, and a socket for each log.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use vault::port::{Request, Transport, Unreachable};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static WAY: RefCell<Option<Way>> = const { RefCell::new(None) };
}

/// The worker's script, as far as it goes to the relay.
pub(crate) struct Way {
    /// How clients name the relay.
    pub(crate) origin: String,
    /// Takes method, target, the header `Authorization` or `undefined`, and a body or `undefined`; answers with a promise of
    /// the response's body, or of `undefined` where there is no response in time.
    pub(crate) ask: Function,
    /// Keeps sockets open at these targets, and at no others: of the account's log, and of the vault's.
    pub(crate) attend: Function,
    /// Says the last thing on the socket of the account's log.
    pub(crate) say: Function,
}

/// The relay is reached so.
pub(crate) fn reach(way: Way) {
    WAY.set(Some(way));
}

/// Keeps sockets open at these targets, from now on, and at no others.
pub(crate) fn attend(targets: &[String]) {
    let targets: Array = targets.iter().map(JsValue::from).collect();
    let call = |way: &Way| way.attend.apply(&JsValue::NULL, &targets).ok();
    WAY.with_borrow(|way| way.as_ref().and_then(call));
}

/// Says the last thing on the socket of the account's log, if that is open.
pub(crate) fn say(frame: &[u8]) {
    let call = |way: &Way| way.say.call1(&JsValue::NULL, &Uint8Array::from(frame)).ok();
    WAY.with_borrow(|way| way.as_ref().and_then(call));
}

/// The relay that served the app, as its clients name it.
pub(crate) fn origin() -> Option<String> {
    WAY.with_borrow(|way| way.as_ref().map(|way| way.origin.clone()))
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
    let answer = WAY.with_borrow(|way| way.as_ref()?.ask.apply(&JsValue::NULL, &arguments).ok())?;
    answer.dyn_into().ok()
}
