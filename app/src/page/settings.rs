//! What a person can set on this device, and what is true about what is stored here.

use super::devices::Devices;
use super::kit::{KitCard, KitKept};
use super::make::PassphraseFields;
use super::passkeys::Passkeys;
use super::permissions::Permissions;
use super::remote::RelayState;
use super::storage::Storage;
use crate::component::{
    Button, Dialog, Icon, Meaning, Note, Radios, SecretField, Select, Submit, Weight, live, maybe,
};
use crate::file::download;
use crate::handle::{Handle, Wanted, clear, normalised, run_if_there, use_handle};
use crate::home::Home;
use crate::link;
use crate::screen;
use crate::time::{ago, clock};
use desk::text::{self, told};
use desk::{Command, Hidden, Kit, Refusal, Reply, Settings, Theme};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Kit,
    Passphrase,
    Erase,
}

/// The settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let handle = use_handle();
    let asking = RwSignal::new(None::<Asking>);
    let on_close = Callback::new(move |()| asking.set(None));
    let open = move |what| move |()| asking.set(Some(what));
    handle.when_wanted(move |wanted| {
        let opens = wanted == Wanted::Kit;
        if opens {
            asking.set(Some(Asking::Kit));
        }
        opens
    });
    view! {
        <div class="page narrow settings">
            <header class="page-head"><h1>"Settings"</h1></header>
            <section><h2>"This device"</h2><Timing handle/><WithScreen handle/><Appearance handle/></section>
            <section>
                <h2>"Backup"</h2>
                <BackupState handle/>
                <div class="actions">
                    <Button text="Recovery kit" icon=Icon::Key on_press=open(Asking::Kit)/>
                    <Button text="Download a backup" icon=Icon::Download weight=Weight::Primary on_press=move |()| back_up(handle)/>
                </div>
            </section>
            <section>
                <h2>"Ways in"</h2>
                <Passkeys/>
                <div class="actions"><Button text="Change the passphrase" icon=Icon::Lock on_press=open(Asking::Passphrase)/></div>
            </section>
            <section><h2>"Relay"</h2><RelayState/></section>
            <Devices/>
            {maybe((Home::here() != Home::Web).then_some(()), |()| view! {
                <section><h2>"What the extension may do"</h2><Permissions/></section>
            }.into_any())}
            <section><h2>"Storage"</h2><Storage/></section>
            <section>
                <h2>"Delete"</h2>
                <p class="quiet-text">{move || deletion(handle)}</p>
                <div class="actions"><Button text="Delete this vault…" icon=Icon::Trash weight=Weight::Danger on_press=open(Asking::Erase)/></div>
            </section>
            {live(move || maybe(asking.get(), |what| match what {
                Asking::Kit => view! { <KitDialog on_close/> }.into_any(),
                Asking::Passphrase => view! { <PassphraseDialog on_close/> }.into_any(),
                Asking::Erase => view! { <EraseDialog on_close/> }.into_any(),
            }))}
        </div>
    }
    .into_any()
}

/// What deleting the vault here comes to.
fn deletion(handle: Handle) -> &'static str {
    if link::origin(handle).is_some() {
        "Deletes the vault from this browser. Your setup code and the relay, or a backup and its kit, bring it back."
    } else {
        "Deletes the vault from this browser. Only a backup and its kit bring it back."
    }
}

/// Changes the settings by `change` and keeps them. The page has them at once: a change that follows soon is made to these.
fn configure(handle: Handle, change: impl FnOnce(&mut Settings)) {
    let Some(mut settings) = handle.settings.get_untracked() else { return };
    change(&mut settings);
    handle.settings.set(Some(settings.clone()));
    handle.ask(Command::Configure { settings }, move |reply| match reply {
        Reply::Settings(_) => handle.refresh(),
        other => {
            handle.refuse(&other);
            handle.load_settings();
        }
    });
}

#[component]
fn Timing(handle: Handle) -> impl IntoView {
    const MINUTES: [(&str, &str); 6] = [
        ("1", "after 1 minute"),
        ("5", "after 5 minutes"),
        ("15", "after 15 minutes"),
        ("60", "after an hour"),
        ("480", "after 8 hours"),
        ("0", "only by hand"),
    ];
    const SECONDS: [(&str, &str); 4] = [
        ("15", "after 15 seconds"),
        ("30", "after 30 seconds"),
        ("60", "after a minute"),
        ("120", "after 2 minutes"),
    ];
    let pick = move |read: fn(&Settings) -> u16| {
        Signal::derive(move || {
            handle.settings.read().as_ref().map(|known| read(known).to_string()).unwrap_or_default()
        })
    };
    let minutes = move |chosen: String| {
        configure(handle, |settings| settings.lock_after_minutes = chosen.parse().unwrap_or(15))
    };
    let seconds = move |chosen: String| {
        configure(handle, |settings| settings.clear_clipboard_seconds = chosen.parse().unwrap_or(30))
    };
    view! {
        <div class="pair">
            <Select label="Lock without a touch" options=Signal::stored(super::consumer::options(&MINUTES)) value=pick(|known| known.lock_after_minutes) on_choose=minutes/>
            <Select label="Take a copied value off the clipboard" options=Signal::stored(super::consumer::options(&SECONDS)) value=pick(|known| known.clear_clipboard_seconds) on_choose=seconds/>
        </div>
    }
    .into_any()
}

/// Locking with the screen, in browsers that tell of it.
#[component]
fn WithScreen(handle: Handle) -> impl IntoView {
    let allowed = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let known = screen::is_allowed().await;
        allowed.try_set(known);
    });
    let ask = move |()| {
        screen::ask(handle, move |is_allowed| {
            allowed.try_set(Some(is_allowed));
            if !is_allowed {
                handle.tell(told::screen_refused());
            }
        });
    };
    live(move || {
        match allowed.get() {
        Some(true) => view! { <p class="quiet-text">"The vault locks with the screen too."</p> }.into_any(),
        Some(false) => {
            view! { <div class="actions"><Button text="Lock with the screen too" icon=Icon::Lock on_press=ask/></div> }.into_any()
        }
        None => ().into_any(),
    }
    })
}

#[component]
fn Appearance(handle: Handle) -> impl IntoView {
    let value = Signal::derive(move || {
        match handle.settings.read().as_ref().map(|known| known.theme).unwrap_or_default() {
            Theme::System => "system".to_owned(),
            Theme::Light => "light".to_owned(),
            Theme::Dark => "dark".to_owned(),
        }
    });
    let choose = move |chosen: String| {
        let theme = match chosen.as_str() {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        };
        configure(handle, |settings| settings.theme = theme);
    };
    view! { <Radios label="Theme" options=vec![("system", "as the system says"), ("light", "light"), ("dark", "dark")] value on_choose=choose/> }.into_any()
}

/// How old the last backup is, and what it lacks.
#[component]
fn BackupState(handle: Handle) -> impl IntoView {
    move || {
        let known = handle.settings.get()?;
        let since = known.acts_since_backup.to_string();
        let (meaning, said) = match known.last_backup {
            None if link::origin(handle).is_some() => (
                Meaning::Notice,
                "There is no backup yet. The relay has the vault, and a relay can be lost too.".to_owned(),
            ),
            None => (
                Meaning::Warning,
                "There is no backup yet. If this browser's data is deleted, the vault is gone.".to_owned(),
            ),
            Some(time) if known.acts_since_backup == 0 => {
                (Meaning::Ok, ["The last backup was made ", &ago(time), " and has everything."].concat())
            }
            Some(time) => (
                Meaning::Notice,
                ["The last backup was made ", &ago(time), ". Saved since: ", &since, "."].concat(),
            ),
        };
        Some(view! { <Note meaning><p>{said}</p></Note> }.into_any())
    }
}

/// Makes a backup and gives it to the browser.
pub(super) fn back_up(handle: Handle) {
    handle.ask(Command::Backup, move |reply| match reply {
        Reply::Backup { file, name } => {
            if download(&name, &file).is_some() {
                handle.tell(told::backup_given(&name));
                handle.refresh();
            }
        }
        other => handle.refuse(&other),
    });
}

#[component]
fn KitDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let passphrase = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let (key, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let kit = RwSignal::new(None::<Kit>);
    let refused = Memo::new(move |_| link::standing(handle).is_some_and(|standing| standing.refused));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let typed = key.read_untracked().clone();
        let typed = (refused.get_untracked() && !typed.trim().is_empty()).then(|| Hidden::new(typed));
        let command = Command::Kit { passphrase: normalised(&passphrase.read_untracked()), key: typed };
        handle.ask(command, move |reply| {
            busy.set(false);
            match reply {
                Reply::Kit(made) => {
                    [passphrase, key].into_iter().for_each(clear);
                    kit.set(Some(made));
                }
                other => {
                    handle.look_again();
                    say_in(error, &other);
                }
            }
        });
    };
    let on_close = Callback::new(move |()| {
        // Whoever leaves without the kit is asked for another.
        handle.look_again();
        on_close.run(());
    });
    view! {
        <Dialog title="Recovery kit" on_close>
            {live(move || match kit.get() {
                Some(kit) => view! { <KitCard kit/><KitKept text="Done" on_done=on_close/> }.into_any(),
                None => view! {
                    <form class="stack" on:submit=submit>
                        <SecretField label="Passphrase" value=passphrase error autocomplete="current-password" focus=true/>
                        {live(move || maybe(refused.get().then_some(()), |()| view! {
                            <SecretField label="Recovery key" value=key hint="Only where the account's passphrase is lost; above it this device's."/>
                        }.into_any()))}
                        <div class="actions"><Submit text="Show the kit" busy/></div>
                    </form>
                }.into_any(),
            })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn PassphraseDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (old, new, error) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let command = Command::ChangePassphrase {
            old: normalised(&old.read_untracked()),
            new: normalised(&new.read_untracked()),
        };
        handle.ask(command, move |reply| {
            busy.set(false);
            if reply == Reply::Done {
                [old, new].into_iter().for_each(clear);
                handle.tell(told::passphrase_changed());
                return run_if_there(on_close, ());
            }
            say_in(error, &reply);
        });
    };
    view! {
        <Dialog title="Change the passphrase" on_close>
            <form class="stack" on:submit=submit>
                <SecretField label="Passphrase of today" value=old error autocomplete="current-password" focus=true/>
                <PassphraseFields passphrase=new/>
                <div class="actions"><Submit text="Change" busy/></div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// The one thing that cannot be undone.
#[component]
fn EraseDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let erase = move |()| {
        handle.ask_storage(Command::Erase, move |reply| {
            handle.wipe();
            handle.stand(reply);
            crate::route::Route::Projects.go();
        });
    };
    view! {
        <Dialog title="Delete this vault?" on_close>
            <Note meaning=Meaning::Danger><p>"Every key in this browser is deleted. This cannot be undone."</p></Note>
            <BackupState handle/>
            <div class="actions">
                <Button text="Keep it" on_press=on_close/>
                <Button text="Delete the vault" icon=Icon::Trash weight=Weight::Danger on_press=erase/>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Says a refusal at its field.
pub(super) fn say_in(error: RwSignal<String>, reply: &Reply) {
    if let Reply::Refused(refusal) = reply {
        let sentence = match refusal {
            Refusal::RelayLimited { until } => text::limited(&["from ", &clock(*until), " on"].concat()),
            refusal => text::refusal(refusal),
        };
        error.set([&sentence.what, " ", &sentence.todo].concat());
    }
}
