//! One unlock for all pages of the extension: what is opened in one opens in the others by itself, and what is locked in one,
//! or by the background, is locked in all. The browser's half is `extension/unlock.js`.

use crate::handle::Handle;
use crate::home::Home;
use crate::object::{call, field, settled};
use desk::{Command, Hidden, Reply, Status};
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Opens the vault if another page has it open, and shares it from now on. In a page of a web host it only asks how things stand.
pub fn begin(handle: Handle) {
    if Home::here() == Home::Web {
        return handle.refresh();
    }
    spawn_local(async move {
        let resumed = resume(handle).await;
        watch(handle, resumed);
        if !resumed {
            handle.refresh();
        }
    });
}

/// Whether another page's unlock opened the vault here.
async fn resume(handle: Handle) -> bool {
    let Some((shared, secret)) = kept().await else { return false };
    let reply = handle.answer(Command::Resume { shared, secret }).await;
    let is_open = matches!(reply, Reply::Status(_));
    if is_open {
        handle.stand(reply);
    } else {
        ask("forget", &[]).await;
    }
    is_open
}

async fn kept() -> Option<(Vec<u8>, Hidden)> {
    let kept = ask("kept", &[]).await?;
    Some((bytes(&kept, "shared")?, text(&kept, "secret")?))
}

/// Shares what is opened here, and forgets it when it is locked.
fn watch(handle: Handle, resumed: bool) {
    let until = Memo::new(move |_| match *handle.status.read() {
        Some(Status::Open { lock_at, .. }) => Some(lock_at.map(|at| at.0)),
        _ => None,
    });
    Effect::new(move |was_open: Option<bool>| {
        let open = until.get();
        let before = was_open.unwrap_or(resumed);
        spawn_local(async move {
            match open {
                Some(_) if !before => share(handle).await,
                None if before => drop(ask("forget", &[]).await),
                _ => {}
            }
            if let Some(until) = open {
                ask("stay", &[&until.map_or(JsValue::NULL, moment)]).await;
            }
        });
        open.is_some()
    });
    let forgotten = Closure::<dyn FnMut()>::new(move || {
        if until.get_untracked().is_some() {
            handle.lock();
        }
    });
    if let Some(unlock) = field(&window(), "tacitUnlock") {
        // Nothing is heard where there is no such script; the vault locks by itself then.
        drop(call(&unlock, "whenForgotten", &[forgotten.as_ref().unchecked_ref()]));
    }
    // Lives as long as the page.
    forgotten.forget();
}

/// Lets the other pages open the vault; where the browser cannot, each asks for the passphrase.
async fn share(handle: Handle) {
    let Some(made) = ask("make", &[]).await else { return };
    let (Some(salt), Some(secret)) = (bytes(&made, "salt"), text(&made, "secret")) else { return };
    let command = Command::Share { salt: salt.clone(), secret };
    if let Reply::Shared(shared) = handle.answer(command).await {
        let [salt, shared] = [salt, shared].map(|bytes| Uint8Array::from(bytes.as_slice()));
        ask("keep", &[&salt, &shared]).await;
    }
}

/// What a function of the browser's half comes to; `None` where it fails or has nothing to say.
async fn ask(function: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let asked = call(&field(&window(), "tacitUnlock")?, function, arguments).ok()?;
    settled(asked).await.ok().filter(JsValue::is_object)
}

fn bytes(object: &JsValue, name: &str) -> Option<Vec<u8>> {
    Some(field(object, name)?.dyn_into::<Uint8Array>().ok()?.to_vec())
}

fn text(object: &JsValue, name: &str) -> Option<Hidden> {
    field(object, name)?.as_string().map(Hidden::new)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
fn moment(at: u64) -> JsValue {
    (at as f64).into()
}
