//! The keys that work on every page.

use crate::handle::{Handle, Overlay};
use crate::route::Route;
use desk::{Command, Status};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Every key and what it does, for the list of keys and the palette.
pub const KEYS: [(&str, &str); 18] = [
    ("Ctrl K", "Search and commands"),
    ("/", "Filter"),
    ("?", "This list"),
    ("Ctrl S", "Save what is staged"),
    ("Ctrl Z", "Undo"),
    ("g p", "Go to the projects"),
    ("g r", "Go to the registry"),
    ("g a", "Go to the activity"),
    ("g s", "Go to the settings"),
    ("g l", "Lock"),
    ("i", "Import"),
    ("← ↑ ↓ →", "Walk the grid (also j k)"),
    ("Enter", "Change the value in a cell"),
    ("Space", "Show the value while held"),
    ("c", "Copy the value"),
    ("o", "Open the secret"),
    ("x", "Select the row (also Ctrl and click)"),
    ("Delete", "Take the value away"),
];

/// Listens from now on.
pub fn watch(handle: Handle) {
    let leader = StoredValue::new(false);
    drop(window_event_listener(ev::keydown, move |event| {
        let open = handle.status.with_untracked(|status| matches!(status, Some(Status::Open { .. })));
        if open && handle.kit.read_untracked().is_none() && press(handle, &event, leader) {
            event.prevent_default();
        }
    }));
}

/// Whether the focus is where keys are text.
pub fn typing() -> bool {
    let focused = document().active_element();
    focused
        .is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or(false))
}

/// Gives the focus to an element.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element torn out meanwhile takes no focus, and nothing is lost.
        let _ = element.focus();
    }
}

/// Answers whether the key meant something.
fn press(handle: Handle, event: &KeyboardEvent, leader: StoredValue<bool>) -> bool {
    let key = event.key();
    if event.ctrl_key() || event.meta_key() {
        return held(handle, &key);
    }
    if typing() || event.alt_key() || handle.overlay.read_untracked().is_some() {
        return false;
    }
    if leader.get_value() {
        leader.set_value(false);
        return go(handle, &key);
    }
    match key.as_str() {
        "g" => leader.set_value(true),
        "?" => handle.overlay.set(Some(Overlay::Keys)),
        "i" => Route::Import(None).go(),
        "/" => return focus_filter(),
        _ => return false,
    }
    true
}

fn held(handle: Handle, key: &str) -> bool {
    match key {
        "k" => handle.overlay.update(|overlay| {
            *overlay = if *overlay == Some(Overlay::Palette) { None } else { Some(Overlay::Palette) };
        }),
        "s" => handle.act(Command::SaveStaged, |_| {}),
        "z" if !typing() => handle.undo(),
        _ => return false,
    }
    true
}

fn go(handle: Handle, key: &str) -> bool {
    let route = match key {
        "p" => Route::Projects,
        "r" => Route::Registry(None),
        "a" => Route::Activity,
        "s" => Route::Settings,
        "l" => {
            handle.lock_everywhere();
            return true;
        }
        _ => return false,
    };
    route.go();
    true
}

fn focus_filter() -> bool {
    let filter = document().get_element_by_id("filter");
    if let Some(filter) = &filter {
        focus(filter);
    }
    filter.is_some()
}
