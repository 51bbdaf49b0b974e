//! A place for files: dropped, or picked by a button that does the same by keyboard.

use super::button::{Button, Weight};
use super::icon::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList, HtmlInputElement};

/// A frame to drop files into.
#[component]
pub fn DropZone(
    /// What belongs here.
    #[prop(into)]
    title: String,
    /// What happens with it.
    #[prop(into)]
    text: String,
    /// The button's text.
    #[prop(into)]
    button: String,
    /// The button is the screen's next step.
    #[prop(optional)]
    weight: Weight,
    /// Endings to offer first, as an `accept` attribute.
    #[prop(optional)]
    accept: &'static str,
    /// Several at once.
    #[prop(optional)]
    many: bool,
    /// Runs with the files.
    #[prop(into)]
    on_files: Callback<Vec<File>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let picked = move |event: web_sys::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(field) = field else { return };
        on_files.run(list(field.files()));
        field.set_value("");
    };
    view! {
        <div
            class="drop"
            class:over=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                over.set(false);
                on_files.run(dropped(&event));
            }
        >
            <Glyph icon=Icon::Import/>
            <strong>{title}</strong>
            <p>{text}</p>
            <Button
                text=button
                weight
                on_press=move |()| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            />
            <input node_ref=input type="file" class="visually-hidden" tabindex="-1" aria-hidden="true" accept=accept multiple=many on:change=picked/>
        </div>
    }
    .into_any()
}

/// The files of a drop; the browser is kept from opening them.
pub fn dropped(event: &DragEvent) -> Vec<File> {
    event.prevent_default();
    list(event.data_transfer().and_then(|data| data.files()))
}

fn list(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|place| files.item(place)).collect()
}
