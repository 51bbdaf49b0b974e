//! A dialog in the browser's top layer: it keeps the focus inside and gives it back.

use super::button::IconButton;
use super::field::fresh_id;
use super::icon::Icon;
use super::menu::focus;
use leptos::html;
use leptos::prelude::*;

/// A dialog that is shown as long as it exists. Escape and its cross ask to close it.
#[component]
pub fn Dialog(
    /// What it is about.
    #[prop(into)]
    title: String,
    /// Runs when it should go.
    #[prop(into)]
    on_close: Callback<()>,
    /// For tables and long texts.
    #[prop(optional)]
    wide: bool,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    show_modal(node);
    let id = fresh_id("dialog");
    let label = id.clone();
    view! {
        <dialog
            node_ref=node
            class=if wide { "dialog wide" } else { "dialog" }
            aria-labelledby=label
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                on_close.run(());
            }
        >
            <header>
                <h2 id=id>{title}</h2>
                <IconButton icon=Icon::Close label="Close" on_press=on_close/>
            </header>
            <div class="body">{children()}</div>
        </dialog>
    }
    .into_any()
}

/// Opens a dialog as soon as it is in the page. When it goes, what had the focus has it again: a browser gives it back only
/// where a dialog is closed, not where it is taken out of the page.
pub(super) fn show_modal(node: NodeRef<html::Dialog>) {
    let opener = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        let opener = opener.try_get_value().flatten();
        request_animation_frame(move || focus(opener));
    });
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            // Already open or torn out of the page meanwhile: both mean that there is nothing to show.
            request_animation_frame(move || drop(dialog.show_modal()));
        }
    });
}
