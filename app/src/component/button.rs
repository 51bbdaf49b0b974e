//! Buttons: one that says what it does, one that shows it.

use super::icon::{Glyph, Icon};
use super::live::{live, maybe};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// One of several.
    #[default]
    Plain,
    /// The next step: one on a screen.
    Primary,
    /// Beside something more important.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button with a text.
#[component]
pub fn Button(
    /// What it does.
    #[prop(into)]
    text: Signal<String>,
    /// Runs when pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// How much attention it asks for.
    #[prop(optional)]
    weight: Weight,
    /// Shown before the text.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The key that does the same.
    #[prop(optional)]
    key: &'static str,
    /// Not possible now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class=weight.class() disabled=disabled on:click=move |_| on_press.run(())>
            {icon.map(|icon| view! { <Glyph icon/> })}
            {text}
            {(!key.is_empty()).then(|| view! { <kbd class="key" aria-hidden="true">{key}</kbd> })}
        </button>
    }
    .into_any()
}

/// The button that sends the form it stands in.
#[component]
pub fn Submit(
    /// What it does.
    #[prop(into)]
    text: Signal<String>,
    /// Work goes on: not possible now.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="submit" class="button primary" disabled=busy>
            {live(move || maybe(busy.get().then_some(()), |()| view! { <span class="spinner" aria-hidden="true"></span> }.into_any()))}
            {text}
        </button>
    }
    .into_any()
}

/// A small button that shows an icon and says its label to assistive technology and on hover.
#[component]
pub fn IconButton(
    /// What it shows.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// Runs when pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// Whether it is held down, for one that switches.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title=label
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            on:click=move |_| on_press.run(())
        >
            {live(move || view! { <Glyph icon=icon.get()/> }.into_any())}
        </button>
    }
    .into_any()
}
