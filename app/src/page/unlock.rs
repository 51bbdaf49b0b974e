//! A locked vault: nothing of it is in the page but this.

use crate::component::{Button, Glyph, Icon, SecretField, Submit};
use crate::handle::{Handle, clear, normalised, use_handle};
use crate::passkey;
use desk::{Command, Reply, Status, text};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    passphrase: RwSignal<String>,
    error: RwSignal<String>,
    busy: RwSignal<bool>,
}

/// Asks for the passphrase, or for a passkey where one is known.
#[component]
pub fn UnlockPage(
    /// Passkeys that can open it: (credential id, salt).
    passkeys: Vec<(Vec<u8>, Vec<u8>)>,
) -> impl IntoView {
    let handle = use_handle();
    let form =
        Form { passphrase: RwSignal::default(), error: RwSignal::default(), busy: RwSignal::default() };
    let offered = (!passkeys.is_empty()).then_some(passkeys);
    view! {
        <main class="alone small">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Unlock"</h1>
            <form class="stack" on:submit=move |event| { event.prevent_default(); unlock(handle, form); }>
                <SecretField label="Passphrase" value=form.passphrase error=form.error autocomplete="current-password" focus=true/>
                <Submit text=Signal::derive(move || if form.busy.get() { "Unlocking…" } else { "Unlock" }.to_owned()) busy=form.busy/>
                {offered.map(|passkeys| view! {
                    <Button text="Use a passkey" icon=Icon::Key on_press=move |()| by_passkey(handle, form, passkeys.clone())/>
                })}
            </form>
            <p class="hint">"Locked: no key is in memory. What is stored here is sealed."</p>
        </main>
    }
    .into_any()
}

fn unlock(handle: Handle, form: Form) {
    form.busy.set(true);
    let passphrase = normalised(&form.passphrase.read_untracked());
    handle.ask(Command::Unlock { passphrase }, move |reply| answer(handle, form, reply));
}

fn by_passkey(handle: Handle, form: Form, passkeys: Vec<(Vec<u8>, Vec<u8>)>) {
    spawn_local(async move {
        if let Some((credential, secret)) = passkey::ask(&passkeys).await {
            form.busy.set(true);
            handle.ask(Command::UnlockWithPasskey { credential, secret }, move |reply| {
                answer(handle, form, reply)
            });
        }
    });
}

fn answer(handle: Handle, form: Form, reply: Reply) {
    form.busy.set(false);
    match reply {
        Reply::Status(status @ Status::Open { .. }) => {
            clear(form.passphrase);
            handle.stand(Reply::Status(status));
        }
        Reply::Refused(refusal) => {
            let sentence = text::refusal(&refusal);
            form.error.set([&sentence.what, " ", &sentence.todo].concat());
        }
        other => handle.stand(other),
    }
}
