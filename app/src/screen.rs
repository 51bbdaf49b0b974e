//! Locks the vault with the screen, where the browser tells of that (Idle Detection) and the person lets it.

use crate::handle::Handle;
use crate::home::Home;
use crate::object::{call, field, object, settled};
use desk::Status;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

/// Watches from now on, where the person has let it before. In the extension the background does, and needs no leave.
pub fn watch(handle: Handle) {
    if Home::here() != Home::Web {
        return;
    }
    spawn_local(async move {
        if is_allowed().await == Some(true) {
            listen(handle).await;
        }
    });
}

/// Whether the person lets it; `None` in a browser that does not tell.
pub async fn is_allowed() -> Option<bool> {
    if Home::here() != Home::Web {
        return field(&window(), "chrome").and_then(|chrome| field(&chrome, "idle")).map(|_| true);
    }
    detector()?;
    let permissions = field(&window().navigator(), "permissions")?;
    let asked = call(&permissions, "query", &[&object(&[("name", &"idle-detection".into())])]).ok()?;
    Some(field(&settled(asked).await.ok()?, "state")? == "granted")
}

/// Asks the person, by the browser's own question; runs `then` with the answer. To be called from a click.
pub fn ask(handle: Handle, then: impl FnOnce(bool) + 'static) {
    let asked = detector().and_then(|detector| call(&detector, "requestPermission", &[]).ok());
    spawn_local(async move {
        let answer = match asked {
            Some(asked) => settled(asked).await.ok(),
            None => None,
        };
        let is_allowed = answer.is_some_and(|answer| answer == "granted");
        if is_allowed {
            listen(handle).await;
        }
        then(is_allowed);
    });
}

fn detector() -> Option<JsValue> {
    field(&window(), "IdleDetector")
}

/// Listens as long as the page lives.
async fn listen(handle: Handle) -> Option<()> {
    let constructor = detector()?.dyn_into::<Function>().ok()?;
    let detector = Reflect::construct(&constructor, &Array::new()).ok()?;
    let source = detector.clone();
    let changed = Closure::<dyn FnMut()>::new(move || {
        let is_locked = field(&source, "screenState").is_some_and(|state| state == "locked");
        let is_open = handle.status.with_untracked(|status| matches!(status, Some(Status::Open { .. })));
        if is_locked && is_open {
            handle.lock();
        }
    });
    let target: &EventTarget = detector.unchecked_ref();
    target.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref()).ok()?;
    changed.forget();
    settled(call(&detector, "start", &[]).ok()?).await.ok().map(drop)
}
