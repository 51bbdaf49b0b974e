//! Coming back with the recovery key, in a browser that has no vault.

use super::devices::name_this;
use super::door::Back;
use super::make::PassphraseFields;
use super::remote::{Fetching, Form, RelayField};
use super::settings::say_in;
use crate::component::{Glyph, Icon, Meaning, Note, SecretField, Submit, TextField, live, maybe};
use crate::handle::{Handle, Wanted, clear, normalised, use_handle};
use crate::route::Route;
use desk::text::told;
use desk::{Command, Hidden, Refusal, Reply};
use leptos::prelude::*;

/// Asks for the recovery key and another passphrase.
#[component]
pub(super) fn RecoverPage(
    /// Runs when the person turns back.
    on_back: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let form = Form::new();
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Another passphrase for your vault"</h1>
            <form class="stack" on:submit=move |event| { event.prevent_default(); recover(handle, form); }>
                <SecretField label="Recovery key" value=form.code error=form.error focus=true hint="The second part of your recovery kit."/>
                <RelayField form/>
                <PassphraseFields passphrase=form.passphrase error=form.wrong/>
                <TextField label="Name of this device" value=form.name hint="Your other devices show it. Nobody else can read it."/>
                <Note meaning=Meaning::Notice>
                    "The relay takes the new passphrase, and you get a new kit: the one that you have is void then. Your other devices open with the passphrase that they have."
                </Note>
                {live(move || maybe(form.busy.get().then_some(()), |()| view! { <Fetching/> }.into_any()))}
                <div class="actions"><Back on_back/><Submit text="Recover the vault" busy=form.busy/></div>
            </form>
        </main>
    }
    .into_any()
}

fn recover(handle: Handle, form: Form) {
    let Some(relay) = form.begin() else { return };
    let command = Command::Recover {
        relay,
        key: Hidden::new(form.code.get_untracked()),
        passphrase: normalised(&form.passphrase.read_untracked()),
    };
    handle.ask(command, move |reply| {
        form.busy.set(false);
        match reply {
            Reply::Made(kit) => {
                settle(handle, form);
                handle.kit.set(Some(kit));
                handle.refresh();
            }
            // The vault is here, and leads on to the kit that did not come.
            Reply::Recovered(reason) => {
                settle(handle, form);
                handle.refresh();
                handle.tell(told::recovered_without_kit(&reason));
                handle.wanted.set(Some(Wanted::Kit));
                Route::Settings.go();
            }
            Reply::Refused(Refusal::Mistyped { .. } | Refusal::WrongRecovery) => say_in(form.error, &reply),
            other => say_in(form.wrong, &other),
        }
    });
}

/// The vault is here from now on.
fn settle(handle: Handle, form: Form) {
    [form.code, form.passphrase].into_iter().for_each(clear);
    name_this(handle, form.name.get_untracked());
}
