//! Tabs: arrow keys move between them, and the one with the focus is shown.

use super::live::each;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// A row of tabs. The page shows the panel that belongs to the chosen one.
#[component]
pub fn Tabs(
    /// What they choose between.
    label: &'static str,
    /// Their texts.
    names: Vec<&'static str>,
    /// The place of the one shown.
    chosen: RwSignal<usize>,
) -> impl IntoView {
    let last = names.len().saturating_sub(1);
    let on_key = move |event: KeyboardEvent| {
        let now = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1).min(last),
            "ArrowLeft" => now.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        focus_child(&event, next);
    };
    let tabs = each(names.into_iter().enumerate(), |(place, name)| {
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                aria-selected=move || (chosen.get() == place).to_string()
                tabindex=move || if chosen.get() == place { "0" } else { "-1" }
                on:click=move |_| chosen.set(place)
            >
                {name}
            </button>
        }
        .into_any()
    });
    view! { <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>{tabs}</div> }.into_any()
}

fn focus_child(event: &KeyboardEvent, place: usize) {
    let list = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let tab = list.and_then(|list| list.children().item(u32::try_from(place).ok()?));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}
