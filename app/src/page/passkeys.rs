//! The passkeys of this device.

use crate::component::{Button, Icon, IconButton, each, live};
use crate::handle::{Handle, use_handle};
use crate::passkey;
use desk::{Command, Reply};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Lists, adds and removes passkeys.
#[component]
pub(super) fn Passkeys() -> impl IntoView {
    let handle = use_handle();
    let known = move || handle.settings.get().map(|settings| settings.passkeys).unwrap_or_default();
    let row = move |(credential, name): (Vec<u8>, String)| {
        let label = ["Remove the passkey ", &name].concat();
        let remove = move |()| {
            change(
                handle,
                Command::RemovePasskey { credential: credential.clone() },
                "The passkey was removed.",
            )
        };
        view! { <li class="line"><span>{name}</span><IconButton icon=Icon::Trash label on_press=remove/></li> }.into_any()
    };
    view! {
        <p class="quiet-text">"A passkey opens the vault with a fingerprint, a face or a security key. The passphrase keeps working."</p>
        <ul class="lines">{live(move || each(known(), row))}</ul>
        <div class="actions"><Button text="Add a passkey" icon=Icon::Key on_press=move |()| add(handle)/></div>
    }
    .into_any()
}

fn add(handle: Handle) {
    let device =
        handle.settings.with_untracked(|settings| settings.as_ref().map(|known| known.device.clone()));
    spawn_local(async move {
        let Some(made) = passkey::make().await else {
            return handle
                .say("No passkey was added.", "This needs an authenticator that can give a secret (PRF).");
        };
        let name = device.unwrap_or_default();
        let command =
            Command::AddPasskey { credential: made.credential, name, salt: made.salt, secret: made.secret };
        change(handle, command, "The passkey was added.");
    });
}

fn change(handle: Handle, command: Command, said: &'static str) {
    handle.ask(command, move |reply| {
        if reply == Reply::Done {
            handle.say(said, "");
            return handle.refresh();
        }
        handle.refuse(&reply);
    });
}
