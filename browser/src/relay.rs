//! The way to the relay, which the worker's script goes: one `fetch` for each request, and a socket for each log.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use vault::port::{Request, Transport, Unreachable};
use vault::session::Relay;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static WAY: RefCell<Option<Way>> = const { RefCell::new(None) };
}

/// The worker's script, as far as it goes to the relay.
pub(crate) struct Way {
    /// How clients name the relay that served the app; none did where the app is a package of its own.
    pub(crate) origin: Option<String>,
    /// Answers with a promise of the origins of the others that the app may reach, or of `undefined` where the one that served
    /// it does not tell.
    pub(crate) others: Function,
    /// Takes a relay's origin, method, target, the header `Authorization` or `undefined`, and a body or `undefined`; answers
    /// with a promise of the response's body, or of `undefined` where there is no response in time.
    pub(crate) ask: Function,
    /// Takes a relay's origin and targets there: keeps sockets open at these, and at no others: of the account's log, and of
    /// the vault's.
    pub(crate) attend: Function,
    /// Says the last thing on the socket of the account's log.
    pub(crate) say: Function,
}

/// The relay is reached so.
pub(crate) fn reach(way: Way) {
    WAY.set(Some(way));
}

/// Keeps sockets open at these targets of a relay, from now on, and at no others.
pub(crate) fn attend(origin: &str, targets: &[String]) {
    let origin = std::iter::once(JsValue::from(origin));
    let targets: Array = origin.chain(targets.iter().map(JsValue::from)).collect();
    let call = |way: &Way| way.attend.apply(&JsValue::NULL, &targets).ok();
    WAY.with_borrow(|way| way.as_ref().and_then(call));
}

/// Says the last thing on the socket of the account's log, if that is open.
pub(crate) fn say(frame: &[u8]) {
    let call = |way: &Way| way.say.call1(&JsValue::NULL, &Uint8Array::from(frame)).ok();
    WAY.with_borrow(|way| way.as_ref().and_then(call));
}

/// The relay that served the app, as its clients name it; none where the app is a package of its own.
pub(crate) fn origin() -> Option<String> {
    WAY.with_borrow(|way| way.as_ref().and_then(|way| way.origin.clone()))
}

/// The relays that the app may reach beside that one, as their clients name them.
pub(crate) async fn others() -> Result<Vec<String>, Unreachable> {
    let call = |way: &Way| way.others.call0(&JsValue::NULL).ok()?.dyn_into::<Promise>().ok();
    let promise = WAY.with_borrow(|way| way.as_ref().and_then(call)).ok_or(Unreachable)?;
    let others = JsFuture::from(promise).await.map_err(|_| Unreachable)?;
    let others = others.dyn_into::<Array>().map_err(|_| Unreachable)?;
    Ok(others.iter().filter_map(|origin| origin.as_string()).collect())
}

/// That way, to the relay of this origin.
#[derive(Debug)]
pub(crate) struct Fetch(pub(crate) String);

impl Fetch {
    /// The relay at its end.
    pub(crate) fn relay(&self) -> Relay<'_, Self> {
        Relay { transport: self, origin: &self.0 }
    }
}

impl Transport for Fetch {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        let promise = call(&self.0, request).ok_or(Unreachable)?;
        let answer = JsFuture::from(promise).await.map_err(|_| Unreachable)?;
        Ok(answer.dyn_into::<Uint8Array>().map_err(|_| Unreachable)?.to_vec())
    }
}

fn call(origin: &str, request: Request) -> Option<Promise> {
    let Request { method, target, authorization, body } = request;
    let body = if method == "GET" { JsValue::UNDEFINED } else { Uint8Array::from(&body[..]).into() };
    let authorization = authorization.map_or(JsValue::UNDEFINED, JsValue::from);
    let arguments = Array::of5(&origin.into(), &method.into(), &target.into(), &authorization, &body);
    let answer = WAY.with_borrow(|way| way.as_ref()?.ask.apply(&JsValue::NULL, &arguments).ok())?;
    answer.dyn_into().ok()
}
