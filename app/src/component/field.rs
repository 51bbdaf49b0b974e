//! Fields of a form: each with its label above and its hint or error below.

use super::button::IconButton;
use super::icon::{Glyph, Icon};
use super::live::live;
use leptos::html;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// An id that no other element of the page has.
pub fn fresh_id(stem: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
    [stem, "-", &number].concat()
}

/// A line of text.
#[component]
pub fn TextField(
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What to know before filling it.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong with it; empty where nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Names and values: in the monospace face, without corrections.
    #[prop(optional)]
    mono: bool,
    /// For the browser's own help: `off`, `new-password` …
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An input type: `text`, `date`, `number`, `url`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Take the focus when shown.
    #[prop(optional)]
    focus: bool,
    /// Keep the label for assistive technology only.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let id = fresh_id("field");
    let note = [&id, "-note"].concat();
    let node = focused_if(focus);
    view! {
        <div class="field">
            <label class:visually-hidden=bare for=id.clone()>{label}</label>
            <input
                node_ref=node
                id=id
                class=if mono { "input mono" } else { "input" }
                type=kind
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                autofocus=focus
                aria-invalid=move || (!error.read().is_empty()).then_some("true")
                aria-describedby=note.clone()
                bind:value=value
            />
            <FieldNote id=note hint error/>
        </div>
    }
    .into_any()
}

/// A field that takes the focus when it is shown, if `wanted`. A browser minds `autofocus` once for a page, and in dialogs.
fn focused_if(wanted: bool) -> NodeRef<html::Input> {
    let node = NodeRef::<html::Input>::new();
    if wanted {
        Effect::new(move |_| {
            if let Some(input) = node.get() {
                request_animation_frame(move || drop(input.focus()));
            }
        });
    }
    node
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What to know before filling it.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Names and values: in the monospace face.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let id = fresh_id("area");
    let note = [&id, "-note"].concat();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                class=if mono { "textarea mono" } else { "textarea" }
                spellcheck="false"
                autocomplete="off"
                aria-describedby=note.clone()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            <FieldNote id=note hint error=Signal::default()/>
        </div>
    }
    .into_any()
}

/// A passphrase, a code or a value: hidden until its eye is pressed. Paste and password managers are welcome.
#[component]
pub fn SecretField(
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What to know before filling it.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong with it; empty where nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// For password managers: `current-password`, `new-password`, `off`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Take the focus when shown.
    #[prop(optional)]
    focus: bool,
) -> impl IntoView {
    let id = fresh_id("secret");
    let note = [&id, "-note"].concat();
    let shown = RwSignal::new(false);
    let node = focused_if(focus);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="secret-input">
                <input
                    node_ref=node
                    id=id
                    class="input mono"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus=focus
                    aria-invalid=move || (!error.read().is_empty()).then_some("true")
                    aria-describedby=note.clone()
                    bind:value=value
                />
                <IconButton
                    icon=Signal::derive(move || if shown.get() { Icon::EyeOff } else { Icon::Eye })
                    label="Show what is typed"
                    pressed=shown
                    on_press=move |()| shown.update(|shown| *shown = !*shown)
                />
            </div>
            <FieldNote id=note hint error/>
        </div>
    }
    .into_any()
}

/// A search or filter field. Its label is for assistive technology; the placeholder shows it.
#[component]
pub fn SearchField(
    /// What it searches.
    label: &'static str,
    /// What is in it.
    value: RwSignal<String>,
    /// Its id, where a key leads to it.
    #[prop(optional)]
    id: &'static str,
) -> impl IntoView {
    view! {
        <div class="search">
            <Glyph icon=Icon::Search/>
            <input id=id class="input" type="search" placeholder=label aria-label=label autocomplete="off" spellcheck="false" bind:value=value/>
        </div>
    }
    .into_any()
}

#[component]
fn FieldNote(id: String, hint: Signal<String>, error: Signal<String>) -> impl IntoView {
    view! {
        <div id=id aria-live="polite">
            {live(move || match (error.get(), hint.get()) {
                (error, _) if !error.is_empty() => view! { <p class="error"><Glyph icon=Icon::Danger/>{error}</p> }.into_any(),
                (_, hint) if !hint.is_empty() => view! { <p class="hint">{hint}</p> }.into_any(),
                _ => ().into_any(),
            })}
        </div>
    }
}
