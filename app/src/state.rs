//! How the vault and its relay stand, wherever one is in the app: a sign and a word that lead to the settings.

use crate::component::Meaning;
use crate::handle::{Handle, use_handle};
use crate::link::standing;
use crate::route::Route;
use crate::time::clock;
use desk::text::link::{self, Mood, Said};
use leptos::prelude::*;

/// How they stand; `None` where the vault is at no relay.
pub fn said(handle: Handle) -> Option<Said> {
    standing(handle).map(|standing| handle.link.with(|link| link::said(&standing, link, clock)))
}

/// What the colour of a mood means.
pub fn meaning(mood: Mood) -> Meaning {
    match mood {
        Mood::Calm => Meaning::Ok,
        Mood::Busy | Mood::Waiting => Meaning::Notice,
        Mood::Notice | Mood::Stopped => Meaning::Warning,
    }
}

/// Each mood has a sign and a class of its own.
fn sign(mood: Mood) -> (&'static str, &'static str) {
    match mood {
        Mood::Calm => ("●", "side-state calm"),
        Mood::Busy => ("◌", "side-state"),
        Mood::Waiting => ("○", "side-state"),
        Mood::Notice => ("▲", "side-state notice"),
        Mood::Stopped => ("■", "side-state stopped"),
    }
}

/// The state in the sidebar, or in the bar at the foot of a narrow screen.
#[component]
pub fn StateLink() -> impl IntoView {
    let handle = use_handle();
    let said = Memo::new(move |_| said(handle));
    let shown = move || match said.get() {
        Some(said) => (sign(said.mood), said.word),
        None => (("●", "side-state"), link::UNCONNECTED.to_owned()),
    };
    let full = move || said.get().map(|said| said.sentence.what);
    view! {
        <a class=move || shown().0.1 href=Route::Settings.path() title=full>
            <span class="visually-hidden">"Relay: "</span>
            <span class="sign" aria-hidden="true">{move || shown().0.0}</span>" "
            <span>{move || shown().1}</span>
        </a>
    }
    .into_any()
}

/// Says a change of the state to those who do not see it: that it is not well, or is well again. Not each look, and not how
/// much waits.
#[component]
pub fn StateVoice() -> impl IntoView {
    let handle = use_handle();
    let spoken = Memo::new(move |last: Option<&String>| {
        let last = last.map(String::as_str).unwrap_or_default();
        handle.link.with(|now| match (link::announced(now), now) {
            (said, _) if !said.is_empty() => said,
            // It is looked again: nothing is known yet.
            (_, desk::Link::Asking) => last.to_owned(),
            _ if last.is_empty() => String::new(),
            _ => link::BACK.to_owned(),
        })
    });
    view! { <p class="visually-hidden" role="status">{spoken}</p> }.into_any()
}
