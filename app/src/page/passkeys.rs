//! The passkeys of this device.

use crate::component::{Button, Dialog, Icon, IconButton, Weight, each, live, maybe};
use crate::handle::{Handle, use_handle};
use crate::passkey;
use desk::text::told;
use desk::{Command, Reply};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Lists, adds and removes passkeys.
#[component]
pub(super) fn Passkeys() -> impl IntoView {
    let handle = use_handle();
    let known = move || handle.settings.get().map(|settings| settings.passkeys).unwrap_or_default();
    let leaving = RwSignal::new(None::<(Vec<u8>, String)>);
    let row = move |passkey: (Vec<u8>, String)| {
        let name = passkey.1.clone();
        let label = ["Remove the passkey ", &name].concat();
        let remove = move |()| leaving.set(Some(passkey.clone()));
        view! { <li class="line"><span>{name}</span><IconButton icon=Icon::Trash label on_press=remove/></li> }.into_any()
    };
    view! {
        <p class="quiet-text">"A passkey opens the vault with a fingerprint, a face or a security key. The passphrase keeps working."</p>
        <ul class="lines">{live(move || each(known(), row))}</ul>
        <div class="actions"><Button text="Add a passkey" icon=Icon::Key on_press=move |()| add(handle)/></div>
        {live(move || maybe(leaving.get(), |(credential, name)| view! { <RemoveDialog credential name on_close=move |()| leaving.set(None)/> }.into_any()))}
    }
    .into_any()
}

/// A passkey that was removed does not come back: its authenticator would have to be asked again.
#[component]
fn RemoveDialog(credential: Vec<u8>, name: String, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let remove = move |()| {
        let command = Command::RemovePasskey { credential: credential.clone() };
        change(handle, command, told::PASSKEY_REMOVED);
        on_close.run(());
    };
    view! {
        <Dialog title="Remove this passkey?" on_close>
            <p>"“"{name}"” opens this vault no longer. The passphrase does, and the passkey can be added again."</p>
            <div class="actions">
                <Button text="Keep it" on_press=on_close/>
                <Button text="Remove the passkey" icon=Icon::Trash weight=Weight::Danger on_press=remove/>
            </div>
        </Dialog>
    }
    .into_any()
}

fn add(handle: Handle) {
    let device =
        handle.settings.with_untracked(|settings| settings.as_ref().map(|known| known.device.clone()));
    spawn_local(async move {
        let Some(made) = passkey::make().await else {
            return handle.tell(told::no_passkey());
        };
        let name = device.unwrap_or_default();
        let command =
            Command::AddPasskey { credential: made.credential, name, salt: made.salt, secret: made.secret };
        change(handle, command, told::PASSKEY_ADDED);
    });
}

fn change(handle: Handle, command: Command, said: &'static str) {
    handle.ask(command, move |reply| {
        if reply == Reply::Done {
            handle.say(said);
            return handle.refresh();
        }
        handle.refuse(&reply);
    });
}
