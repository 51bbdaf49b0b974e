//! Making a value up.

use super::consumer::options;
use crate::component::{Button, Icon, Select, TextField, each, live};
use crate::handle::{run_if_there, use_handle};
use desk::{Command, Generator, Hidden, Reply};
use leptos::prelude::*;

/// The kinds offered: (id, text).
const KINDS: [(&str, &str); 6] = [
    ("alphanumeric", "Letters and digits"),
    ("hex", "Bytes in hexadecimal"),
    ("base64url", "Bytes in base64url"),
    ("uuid", "UUID"),
    ("words", "Words"),
    ("custom", "Characters of your choice"),
];

/// What a kind starts with: what its length counts and how much of it, where it has one.
fn length_of(kind: &str) -> Option<(&'static str, u16)> {
    match kind {
        "uuid" => None,
        "words" => Some(("How many words", 6)),
        "hex" | "base64url" => Some(("How many bytes", 32)),
        _ => Some(("How many characters", 32)),
    }
}

/// A kind, its length, and a button that makes a value of it.
#[component]
pub(super) fn GeneratorRow(
    /// Runs with the value.
    #[prop(into)]
    on_value: Callback<Hidden>,
) -> impl IntoView {
    let handle = use_handle();
    let kind = RwSignal::new("alphanumeric".to_owned());
    let length = RwSignal::new("32".to_owned());
    let alphabet = RwSignal::new("abcdefghjkmnpqrstuvwxyz23456789".to_owned());
    let choose = move |chosen: String| {
        length.set(length_of(&chosen).map(|(_, length)| length.to_string()).unwrap_or_default());
        kind.set(chosen);
    };
    let make = move |()| {
        // What is no number is as wrong as none: the core says what may be.
        let length = length.read_untracked().trim().parse().unwrap_or(0);
        let generator = generator(&kind.read_untracked(), length, &alphabet.read_untracked());
        handle.ask(Command::Generate { generator }, move |reply| match reply {
            Reply::Value(value) => run_if_there(on_value, value),
            other => handle.refuse(&other),
        });
    };
    let fields = move || {
        let kind = kind.get();
        let length = length_of(&kind)
            .map(|(label, _)| view! { <TextField label bare=true kind="number" value=length/> }.into_any());
        let alphabet = (kind == "custom").then(|| {
            view! { <TextField label="Characters to take from" bare=true mono=true value=alphabet/> }
                .into_any()
        });
        each(length.into_iter().chain(alphabet), |field| field)
    };
    view! {
        <div class="generator">
            <Select label="Kind of value to make up" bare=true options=Signal::stored(options(&KINDS)) value=kind on_choose=choose/>
            {live(fields)}
            <Button text="Generate" icon=Icon::Generate on_press=make/>
        </div>
    }
    .into_any()
}

fn generator(kind: &str, length: u16, alphabet: &str) -> Generator {
    match kind {
        "hex" => Generator::Hex { bytes: length },
        "base64url" => Generator::Base64Url { bytes: length },
        "uuid" => Generator::Uuid,
        "words" => Generator::Passphrase { words: length },
        "custom" => Generator::Custom { alphabet: alphabet.to_owned(), length },
        _ => Generator::Alphanumeric { length },
    }
}
