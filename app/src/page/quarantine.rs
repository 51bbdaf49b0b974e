//! What a person can do where the relay's log is not the one it was.

use super::settings::{back_up, say_in};
use crate::component::{Button, Dialog, Icon, Meaning, Note, SecretField, Submit, live, maybe};
use crate::file::download;
use crate::handle::{Handle, clear, normalised, run_if_there, use_handle};
use desk::text::told;
use desk::{Command, Reply};
use leptos::prelude::*;

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Rejoin,
    Anew,
}

/// The ways on, each with what it comes to.
#[component]
pub(super) fn Quarantine() -> impl IntoView {
    let handle = use_handle();
    let evidence = move |()| {
        handle.ask(Command::Evidence, move |reply| match reply {
            Reply::Evidence { file, name } => {
                if download(&name, &file).is_some() {
                    handle.tell(told::evidence_given(&name));
                }
            }
            other => handle.refuse(&other),
        });
    };
    let again = move |()| {
        handle.ask(Command::LookAgain, move |reply| {
            handle.refuse(&reply);
            go_on(handle, reply);
        });
    };
    let asking = RwSignal::new(None::<Asking>);
    let on_close = Callback::new(move |()| asking.set(None));
    view! {
        <ul class="ways">
            <li>
                <div class="actions"><Button text="Download the evidence" icon=Icon::Download on_press=evidence/></div>
                <p class="quiet-text">"A file with both logs, this device's and what the relay served, for whoever runs the relay. There is no name and no value in it."</p>
            </li>
            <li>
                <div class="actions"><Button text="Look again" icon=Icon::Generate on_press=again/></div>
                <p class="quiet-text">"If the relay has its right log again, everything goes on, and what waits is sent. If not, nothing is sent."</p>
            </li>
            <li>
                <div class="actions"><Button text="Rejoin…" icon=Icon::Import on_press=move |()| asking.set(Some(Asking::Rejoin))/></div>
                <p class="quiet-text">"To go on with what the relay has: this device takes it, and adds what is only here. Your other devices go on."</p>
            </li>
            <li>
                <div class="actions"><Button text="Found anew…" icon=Icon::Plus on_press=move |()| asking.set(Some(Asking::Anew))/></div>
                <p class="quiet-text">"To go on without this relay: what is here becomes a vault of its own, with a new kit, to be connected wherever you like."</p>
            </li>
            <li>
                <div class="actions"><Button text="Download a backup" icon=Icon::Download on_press=move |()| back_up(handle)/></div>
                <p class="quiet-text">"Everything as it is here now. It opens at another relay too: open Tacit from that relay, open this backup there, and connect."</p>
            </li>
        </ul>
        {live(move || maybe(asking.get(), |what| match what {
            Asking::Rejoin => view! { <RejoinDialog on_close/> }.into_any(),
            Asking::Anew => view! { <AnewDialog on_close/> }.into_any(),
        }))}
    }
    .into_any()
}

/// What is true of the relay is known before the page goes on by itself.
fn go_on(handle: Handle, reply: Reply) {
    handle.ask(Command::Status, move |status| {
        handle.stand(status);
        if matches!(reply, Reply::Together(_)) {
            handle.sync();
        }
    });
}

#[component]
fn RejoinDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (error, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let rejoin = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        handle.ask(Command::Rejoin, move |reply| {
            busy.set(false);
            if matches!(reply, Reply::Together(_)) {
                handle.say(told::REJOINED);
                run_if_there(on_close, ());
            } else {
                say_in(error, &reply);
            }
            go_on(handle, reply);
        });
    };
    view! {
        <Dialog title="Rejoin the relay?" on_close>
            <form class="stack" on:submit=rejoin>
                <p>"This device takes the relay's log, every signature of it checked. What is only here is added behind it; where both changed the same, the relay's is current and yours is kept beside it. A note in the log tells your other devices."</p>
                <p>"What the relay forgot is sent again only as far as this device has it. The passphrase and the kit that the relay knows are those of its log: if you changed either since, change it again."</p>
                <p>"Keep a backup of how it is here now, and the evidence, before you go on."</p>
                <div class="actions"><Button text="Download a backup" icon=Icon::Download on_press=move |()| back_up(handle)/></div>
                {wrong(error)}
                <div class="actions">
                    <Button text="Not now" on_press=on_close/>
                    <Submit text="Rejoin" busy/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn AnewDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (passphrase, error, busy) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let found = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(String::new());
        handle.ask(
            Command::FoundAnew { passphrase: normalised(&passphrase.read_untracked()) },
            move |reply| {
                busy.set(false);
                match reply {
                    Reply::Made(kit) => {
                        clear(passphrase);
                        run_if_there(on_close, ());
                        handle.kit.set(Some(kit));
                        handle.refresh();
                    }
                    other => say_in(error, &other),
                }
            },
        );
    };
    view! {
        <Dialog title="Found the vault anew?" on_close>
            <form class="stack" on:submit=found>
                <p>"All that is here, with its history, becomes a vault of a new account in this browser, under new keys. It is at no relay until you connect it."</p>
                <Note meaning=Meaning::Warning>
                    <p>"Your recovery kit of today and this browser's passkeys do not open it; you get a new kit next. Your other devices keep the old vault: bring them to the new one with the new setup code. Versions that never came to this device are not in it."</p>
                </Note>
                <div class="actions"><Button text="Download a backup" icon=Icon::Download on_press=move |()| back_up(handle)/></div>
                <SecretField label="Passphrase" value=passphrase error autocomplete="current-password" focus=true hint="The passphrase of this vault. It stays the same."/>
                <div class="actions">
                    <Button text="Not now" on_press=on_close/>
                    <Submit text="Found anew" busy/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// What went wrong, where no field is to blame.
fn wrong(error: RwSignal<String>) -> AnyView {
    live(move || {
        maybe(Some(error.get()).filter(|said| !said.is_empty()), |said| {
            view! { <Note meaning=Meaning::Danger><p>{said}</p></Note> }.into_any()
        })
    })
    .into_any()
}
