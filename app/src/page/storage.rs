//! What the browser says about the space it lends.

use crate::component::{Button, Meaning, Note};
use crate::handle::{Handle, use_handle};
use crate::link;
use crate::object::field;
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Whether the browser may evict the vault, and how much room there is.
#[component]
pub(super) fn Storage() -> impl IntoView {
    let handle = use_handle();
    let kept = RwSignal::new(None::<bool>);
    let room = RwSignal::new(String::new());
    spawn_local(async move {
        kept.set(answer(window().navigator().storage().persisted()).await);
        room.set(estimate().await.unwrap_or_default());
    });
    let ask = move |()| {
        spawn_local(async move {
            kept.set(answer(window().navigator().storage().persist()).await);
        });
    };
    view! {
        {move || kept.get().map(|kept| if kept {
            view! { <Note meaning=Meaning::Ok><p>"The browser promised not to evict the vault."</p></Note> }.into_any()
        } else {
            view! {
                <Note meaning=Meaning::Warning><p>"The browser may evict the vault when the disk is full. Keep a backup."</p></Note>
                <div class="actions"><Button text="Ask the browser to keep it" on_press=ask/></div>
            }.into_any()
        })}
        <p class="quiet-text">{room}</p>
        <p class="quiet-text">{move || stored(handle)}</p>
    }
    .into_any()
}

/// Who has what.
fn stored(handle: Handle) -> &'static str {
    if link::origin(handle).is_some() {
        "Stored here: the sealed vault and its settings. The relay has the sealed vault, and no key to it."
    } else {
        "Stored here: the sealed vault and its settings. The relay: none is connected, so nobody else has anything."
    }
}

async fn answer(promise: Result<Promise, JsValue>) -> Option<bool> {
    JsFuture::from(promise.ok()?).await.ok()?.as_bool()
}

async fn estimate() -> Option<String> {
    let estimate = JsFuture::from(window().navigator().storage().estimate().ok()?).await.ok()?;
    let mebibytes = |name: &str| {
        let bytes = field(&estimate, name)?.as_f64()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        Some((bytes / (1024.0 * 1024.0)).ceil() as u64)
    };
    Some(
        [
            &mebibytes("usage")?.to_string(),
            " MiB used of ",
            &mebibytes("quota")?.to_string(),
            " MiB that the browser allows.",
        ]
        .concat(),
    )
}
