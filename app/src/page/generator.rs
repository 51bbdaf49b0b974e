//! Making a value up.

use crate::component::{Button, Icon, Select};
use crate::handle::use_handle;
use desk::{Command, Generator, Hidden, Reply};
use leptos::prelude::*;

/// The kinds offered: (id, text).
const KINDS: [(&str, &str); 5] = [
    ("alphanumeric", "32 letters and digits"),
    ("hex", "32 bytes in hexadecimal"),
    ("base64url", "32 bytes in base64url"),
    ("uuid", "UUID"),
    ("words", "6 words"),
];

/// A kind and a button that makes a value of it.
#[component]
pub(super) fn GeneratorRow(
    /// Runs with the value.
    #[prop(into)]
    on_value: Callback<Hidden>,
) -> impl IntoView {
    let handle = use_handle();
    let kind = RwSignal::new("alphanumeric".to_owned());
    let make = move |()| {
        handle.ask(Command::Generate { generator: generator(&kind.read_untracked()) }, move |reply| {
            match reply {
                Reply::Value(value) => on_value.run(value),
                other => handle.refuse(&other),
            }
        });
    };
    let options = Signal::stored(super::consumer::options(&KINDS));
    view! {
        <div class="generator">
            <Select label="Kind of value to make up" bare=true options value=kind on_choose=move |chosen| kind.set(chosen)/>
            <Button text="Generate" icon=Icon::Generate on_press=make/>
        </div>
    }
    .into_any()
}

fn generator(kind: &str) -> Generator {
    match kind {
        "hex" => Generator::Hex { bytes: 32 },
        "base64url" => Generator::Base64Url { bytes: 32 },
        "uuid" => Generator::Uuid,
        "words" => Generator::Passphrase { words: 6 },
        _ => Generator::Alphanumeric { length: 32 },
    }
}
