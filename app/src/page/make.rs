//! Making a vault: a passphrase, honestly measured.

use super::door::Back;
use crate::component::{Glyph, Icon, Meaning, Note, SecretField, StrengthMeter, Submit};
use crate::handle::{Handle, clear, normalised, use_handle};
use desk::{Command, Hidden, Reply, text};
use leptos::prelude::*;

/// Asks for the passphrase of a new vault.
#[component]
pub fn MakePage(
    /// Fill it with the sample projects.
    sample: bool,
    /// Runs when the person turns back.
    on_back: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let passphrase = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        create(handle, passphrase, sample, error, busy);
    };
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>{if sample { "A sample vault" } else { "Make a vault" }}</h1>
            <form class="stack" on:submit=submit>
                <PassphraseFields passphrase error focus=true/>
                <Note meaning=Meaning::Notice>
                    "Nobody can reset it. The recovery kit on the next screen is the only other way in."
                </Note>
                <div class="actions"><Back on_back/><Submit text="Make the vault" busy/></div>
            </form>
        </main>
    }
    .into_any()
}

/// A new passphrase and its strength.
#[component]
pub(super) fn PassphraseFields(
    passphrase: RwSignal<String>,
    #[prop(optional, into)] error: Signal<String>,
    #[prop(optional)] focus: bool,
) -> impl IntoView {
    let handle = use_handle();
    let strength = RwSignal::new(None);
    Effect::new(move |_| {
        let typed = passphrase.get();
        if typed.is_empty() {
            strength.set(None);
            return;
        }
        handle.ask(Command::Strength { passphrase: Hidden::new(typed) }, move |reply| {
            if let Reply::Strength(measured) = reply {
                strength.set(Some((measured.score, measured.advice)));
            }
        });
    });
    view! {
        <SecretField
            label="Passphrase" value=passphrase error autocomplete="new-password" focus
            hint="Four or more random words are good. Paste and password managers are welcome."
        />
        <StrengthMeter strength/>
    }
    .into_any()
}

fn create(
    handle: Handle,
    passphrase: RwSignal<String>,
    sample: bool,
    error: RwSignal<String>,
    busy: RwSignal<bool>,
) {
    let command = Command::Create { passphrase: normalised(&passphrase.read_untracked()), sample };
    handle.ask(command, move |reply| {
        busy.set(false);
        match reply {
            Reply::Made(kit) => {
                clear(passphrase);
                handle.kit.set(Some(kit));
                handle.refresh();
            }
            Reply::Refused(refusal) => {
                let sentence = text::refusal(&refusal);
                error.set([&sentence.what, " ", &sentence.todo].concat());
            }
            _ => {}
        }
    });
}
