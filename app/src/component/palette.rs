//! The command palette: a dialog with a combobox over everything that can be done or found.

use super::dialog::show_modal;
use super::icon::{Glyph, Icon};
use super::live::{each, live};
use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteOption {
    /// The heading it stands under.
    pub group: &'static str,
    /// Shown before the name.
    pub icon: Icon,
    /// What it is or does.
    pub name: String,
    /// Said quietly beside it.
    pub detail: String,
    /// The key that does the same.
    pub key: &'static str,
}

/// The palette, shown as long as it exists.
#[component]
pub fn Palette(
    /// What is typed.
    query: RwSignal<String>,
    /// What fits it, in order; options of a group stand together.
    #[prop(into)]
    options: Signal<Vec<PaletteOption>>,
    /// Runs with the place of the one chosen.
    #[prop(into)]
    on_choose: Callback<usize>,
    /// Runs when it should go.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let marked = RwSignal::new(0_usize);
    show_modal(node);
    Effect::new(move |_| {
        options.track();
        marked.set(0);
    });
    let on_key = move |event: KeyboardEvent| {
        let last = options.read_untracked().len().saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => marked.update(|place| *place = if *place >= last { 0 } else { *place + 1 }),
            "ArrowUp" => marked.update(|place| *place = place.checked_sub(1).unwrap_or(last)),
            "Enter" => on_choose.run(marked.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        follow(marked.get_untracked());
    };
    view! {
        <dialog
            node_ref=node
            class="dialog palette"
            aria-label="Command palette"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                on_close.run(());
            }
        >
            <input
                class="palette-input"
                role="combobox"
                aria-label="Search for a secret, a project or an action"
                placeholder="Search for a secret, a project or an action"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || option_id(marked.get())
                autocomplete="off"
                spellcheck="false"
                autofocus=true
                bind:value=query
                on:keydown=on_key
            />
            <div class="palette-list" id="palette-list" role="listbox" aria-label="Results">
                {live(move || options_view(options.get(), marked, on_choose))}
            </div>
        </dialog>
    }
    .into_any()
}

fn options_view(options: Vec<PaletteOption>, marked: RwSignal<usize>, on_choose: Callback<usize>) -> AnyView {
    if options.is_empty() {
        return view! { <p class="palette-group" role="option" aria-disabled="true" aria-selected="false">"Nothing fits."</p> }.into_any();
    }
    let mut group = "";
    each(options.into_iter().enumerate(), |(place, option)| {
        let heading = (option.group != group).then_some(option.group);
        group = option.group;
        option_view(place, option, heading, marked, on_choose)
    })
}

fn option_view(
    place: usize,
    option: PaletteOption,
    heading: Option<&'static str>,
    marked: RwSignal<usize>,
    on_choose: Callback<usize>,
) -> AnyView {
    view! {
        {heading.map(|heading| view! { <div class="palette-group" role="presentation">{heading}</div> })}
        <div
            class="palette-option"
            role="option"
            id=option_id(place)
            aria-selected=move || (marked.get() == place).to_string()
            on:click=move |_| on_choose.run(place)
        >
            <Glyph icon=option.icon/>
            <span class="name">{option.name}</span>
            <span class="detail">{option.detail}</span>
            {(!option.key.is_empty()).then(|| view! { <kbd class="key">{option.key}</kbd> })}
        </div>
    }
    .into_any()
}

fn option_id(place: usize) -> String {
    ["palette-", &place.to_string()].concat()
}

fn follow(place: usize) {
    let Some(option) = document().get_element_by_id(&option_id(place)) else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    option.scroll_into_view_with_scroll_into_view_options(&options);
}
