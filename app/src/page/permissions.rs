//! What the browser lets the extension do: each permission with what it is for, and each site that a person granted.

use super::profiles::Profiles;
use crate::component::{Icon, IconButton, each, live, maybe};
use crate::object::{call, field, object, settled, texts};
use desk::text::permission as text;
use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

/// The permissions as the manifest has them, and the sites as the browser has them.
#[component]
pub(super) fn Permissions() -> impl IntoView {
    let granted = RwSignal::new(Vec::<String>::new());
    let look = move || {
        spawn_local(async move {
            granted.try_set(origins().await.unwrap_or_default());
        });
    };
    look();
    let give_back = move |origin: String| {
        spawn_local(async move {
            // The list says whether it was.
            let _ = remove(&origin).await;
            look();
        });
    };
    let site = move |origin: String| {
        let label = ["Give back ", &origin].concat();
        let (name, give_back) = (origin.clone(), give_back);
        view! { <li class="line"><code>{name}</code><IconButton icon=Icon::Trash label on_press=move |()| give_back(origin.clone())/></li> }.into_any()
    };
    let permission = |name: String| {
        let purpose = text::purpose(&name).unwrap_or(text::UNEXPLAINED);
        view! { <div><dt><code>{name}</code></dt><dd>{purpose}</dd></div> }.into_any()
    };
    view! {
        <dl class="permissions">{each(asked().unwrap_or_default(), permission)}</dl>
        <h3>"Sites"</h3>
        <p class="quiet-text">{move || if granted.read().is_empty() { text::NONE_GRANTED } else { text::GRANTED }}</p>
        {live(move || maybe((!granted.read().is_empty()).then_some(()), |()| view! {
            <ul class="lines" aria-label="Sites">{each(granted.get(), site)}</ul>
        }.into_any()))}
        <Profiles/>
    }
    .into_any()
}

/// What the manifest asks for.
fn asked() -> Option<Vec<String>> {
    let manifest = call(&field(&chrome()?, "runtime")?, "getManifest", &[]).ok()?;
    Some(texts(&field(&manifest, "permissions")?))
}

/// Whose pages a person let Tacit work on.
async fn origins() -> Option<Vec<String>> {
    let all = settled(call(&permissions()?, "getAll", &[]).ok()?).await.ok()?;
    Some(texts(&field(&all, "origins")?))
}

async fn remove(origin: &str) -> Option<bool> {
    let origins = object(&[("origins", &Array::of1(&origin.into()))]);
    settled(call(&permissions()?, "remove", &[&origins]).ok()?).await.ok()?.as_bool()
}

fn permissions() -> Option<JsValue> {
    field(&chrome()?, "permissions")
}

fn chrome() -> Option<JsValue> {
    field(&window(), "chrome")
}
