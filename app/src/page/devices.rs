//! The devices of the account: which there are, what they are called, and taking one out of it.

use super::kit::{KitCard, KitKept, SetupPicture};
use super::settings::say_in;
use crate::component::{
    Badge, Button, Dialog, Icon, IconButton, Meaning, Note, SecretField, Submit, TextField, Weight, each,
    live, maybe,
};
use crate::file::download;
use crate::handle::{Handle, clear, normalised, run_if_there, use_handle};
use crate::home::Home;
use crate::link;
use crate::route::Route;
use crate::time::{ago, clock, full, moment, now};
use desk::text::{self, Sentence, told};
use desk::{Command, DeviceRow, Reply, Revoked, Setup};
use leptos::prelude::*;

/// Names that a list shows before it says how many more there are.
const SHOWN: usize = 12;

/// Which dialog is open, about which device.
#[derive(Clone)]
enum Asking {
    Add,
    Name(DeviceRow),
    Revoke(DeviceRow),
    Readable(DeviceRow),
}

/// The devices, where there is a relay to have others at.
#[component]
pub(super) fn Devices() -> impl IntoView {
    let handle = use_handle();
    let connected = Memo::new(move |_| link::origin(handle).is_some());
    live(move || maybe(connected.get().then_some(()), |()| view! { <List/> }.into_any()))
}

#[component]
fn List() -> impl IntoView {
    let handle = use_handle();
    let (devices, asking) = (RwSignal::new(Vec::<DeviceRow>::new()), RwSignal::new(None::<Asking>));
    let revoked = RwSignal::new(None::<Revoked>);
    handle.follow(
        || Command::Devices,
        move |reply| {
            if let Reply::Devices(rows) = reply {
                // Whoever looks at the list has seen them.
                if rows.iter().any(|row| row.new) {
                    know(handle);
                }
                devices.set(rows);
            }
        },
    );
    let on_close = Callback::new(move |()| asking.set(None));
    let row = move |device: DeviceRow| {
        let (name, said) = (name_of(&device), says(&device));
        let title = device.added.map(full);
        let rename = {
            let (device, label) = (device.clone(), ["Rename ", &name].concat());
            view! { <IconButton icon=Icon::Edit label on_press=move |()| asking.set(Some(Asking::Name(device.clone())))/> }
        };
        let revoke = (!device.own).then(|| {
            let (device, label) = (device.clone(), ["Revoke ", &name].concat());
            view! { <IconButton icon=Icon::Trash label on_press=move |()| asking.set(Some(Asking::Revoke(device.clone())))/> }
        });
        let actions = (!device.revoked).then_some((rename, revoke));
        let readable = device.revoked.then(|| {
            let (device, label) = (device.clone(), ["What ", &name, " could read"].concat());
            view! { <IconButton icon=Icon::Key label on_press=move |()| asking.set(Some(Asking::Readable(device.clone())))/> }
        });
        let badge = match (device.revoked, device.own, device.new) {
            (true, ..) => Some(("revoked", Meaning::Warning)),
            (_, true, _) => Some(("this device", Meaning::Ok)),
            (.., true) => Some(("new", Meaning::Notice)),
            _ => None,
        };
        let badge = badge.map(|(text, meaning)| view! { <Badge text meaning/> });
        view! {
            <li class="line">
                <span class="grow">{name}" "{badge}<br/><span class="quiet-text" title=title>{said}</span></span>
                {actions}{readable}
            </li>
        }
        .into_any()
    };
    view! {
        <section>
            <h2>"Devices"</h2>
            {live(move || maybe(text::link::silence(&devices.read(), moment(now())), |since| {
                let Sentence { what, todo } = text::link::silent(&clock(since));
                view! { <Note meaning=Meaning::Notice><p>{what}" "{todo}</p></Note> }.into_any()
            }))}
            <ul class="lines" aria-label="Devices">{live(move || each(devices.get(), row))}</ul>
            <div class="actions"><Button text="Add a device…" icon=Icon::Plus on_press=move |()| asking.set(Some(Asking::Add))/></div>
            {live(move || maybe(asking.get(), |what| match what {
                Asking::Add => view! { <AddDialog on_close/> }.into_any(),
                Asking::Name(device) => view! { <NameDialog device on_close/> }.into_any(),
                Asking::Revoke(device) => view! { <RevokeDialog device revoked on_close/> }.into_any(),
                Asking::Readable(device) => view! { <ReadableDialog device on_close/> }.into_any(),
            }))}
            {live(move || maybe(revoked.get(), |done| view! { <RevokedDialog done on_close=move |()| revoked.set(None)/> }.into_any()))}
        </section>
    }
    .into_any()
}

/// Says on every page that a device came into the account, until somebody has seen it.
#[component]
pub fn NewDevices() -> impl IntoView {
    let handle = use_handle();
    let new = RwSignal::new(Vec::<String>::new());
    handle.follow(
        move || if link::origin(handle).is_some() { Command::NewDevices } else { Command::Status },
        move |reply| {
            let rows = if let Reply::Devices(rows) = reply { rows } else { Vec::new() };
            new.set(rows.iter().filter(|row| row.new).map(name_of).collect());
        },
    );
    let said = move |names: Vec<String>| {
        let what = if names.len() == 1 { " came into your account." } else { " came into your account" };
        let what = [&*names.join(", "), what].concat();
        let look = move |()| Route::Settings.go();
        let known = move |()| {
            new.set(Vec::new());
            know(handle);
        };
        view! {
            <div role="status">
                <Note meaning=Meaning::Warning>
                    <p><strong>{what}</strong>" If it was not you, revoke it at once."</p>
                    <div class="actions">
                        <Button text="Look at the devices" icon=Icon::Device on_press=look/>
                        <Button text="It was me" icon=Icon::Check on_press=known/>
                    </div>
                </Note>
            </div>
        }
        .into_any()
    };
    live(move || maybe(Some(new.get()).filter(|names| !names.is_empty()), said))
}

fn know(handle: Handle) {
    handle.ask(Command::KnowDevices, move |reply| handle.refuse(&reply));
}

fn name_of(device: &DeviceRow) -> String {
    device.name.clone().unwrap_or_else(|| text::device(&device.id.to_string()))
}

/// Since when, and when last.
fn says(device: &DeviceRow) -> String {
    let since = device.added.map(|time| ["added ", &ago(time)].concat());
    let seen = device.seen.filter(|_| !device.own).map(|time| ["last seen ", &ago(time)].concat());
    since.into_iter().chain(seen).collect::<Vec<_>>().join(" · ")
}

/// Calls this device something.
pub(super) fn name_this(handle: Handle, name: String) {
    handle.ask(Command::NameDevice { device: None, name }, move |reply| handle.refuse(&reply));
}

/// What a person may call this device: the browser and the system, as the browser says, and whether it is the extension there.
pub(super) fn device_name() -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Firefox", "Firefox"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Chrom", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    let agent = window().navigator().user_agent().unwrap_or_default();
    let first = |table: &[(&str, &'static str)], other| {
        table.iter().find(|(part, _)| agent.contains(part)).map_or(other, |(_, name)| *name)
    };
    let home = if Home::here() == Home::Web { "" } else { " extension" };
    [first(&BROWSERS, "Browser"), home, " on ", first(&SYSTEMS, "this computer")].concat()
}

/// Shows the setup code, and says what to do with it.
#[component]
fn AddDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (passphrase, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (shown, busy) = (RwSignal::new(None::<Setup>), RwSignal::new(false));
    let here = link::origin(handle).unwrap_or_default();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        handle.ask(
            Command::SetupCode { passphrase: normalised(&passphrase.read_untracked()) },
            move |reply| {
                busy.set(false);
                match reply {
                    Reply::Setup(setup) => {
                        clear(passphrase);
                        shown.set(Some(setup));
                    }
                    other => say_in(error, &other),
                }
            },
        );
    };
    let steps = move |setup: Setup| {
        view! {
            <div class="stack">
                <ol>
                    <li>"On the other device open "<strong>{here.clone()}</strong>"."</li>
                    <li>"Choose “Use a setup code”."</li>
                    <li>"Scan this picture or type the code below it, and then the passphrase that you typed here."</li>
                </ol>
                {maybe(setup.picture, |drawing| view! { <SetupPicture drawing/> }.into_any())}
                <code class="kit-code">{setup.code.into_exposed()}</code>
                <p class="hint">"The code alone opens nothing. Do not send it together with the passphrase."</p>
                <div class="actions"><Button text="Done" weight=Weight::Primary on_press=on_close/></div>
            </div>
        }
        .into_any()
    };
    view! {
        <Dialog title="Add a device" on_close>
            {live(move || match shown.get() {
                Some(setup) => steps(setup),
                None => view! {
                    <form class="stack" on:submit=submit>
                        <SecretField label="Passphrase" value=passphrase error autocomplete="current-password" focus=true/>
                        <div class="actions"><Submit text="Show the setup code" busy/></div>
                    </form>
                }.into_any(),
            })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn NameDialog(device: DeviceRow, on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (name, error) = (RwSignal::new(name_of(&device)), RwSignal::new(String::new()));
    let id = device.id;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let command = Command::NameDevice { device: Some(id), name: name.get_untracked() };
        handle.ask(command, move |reply| {
            if reply == Reply::Done {
                handle.look_old();
                handle.say(told::DEVICE_NAMED);
                return run_if_there(on_close, ());
            }
            say_in(error, &reply);
        });
    };
    view! {
        <Dialog title="Rename this device" on_close>
            <form class="stack" on:submit=submit>
                <TextField label="Name" value=name error focus=true hint="Your devices show it. Nobody else can read it."/>
                <div class="actions"><Submit text="Rename"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// Explains what revoking comes to, and asks for the passphrase.
#[component]
fn RevokeDialog(
    device: DeviceRow,
    revoked: RwSignal<Option<Revoked>>,
    on_close: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let (passphrase, error, busy) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let (id, title) = (device.id, ["Revoke ", &name_of(&device), "?"].concat());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let passphrase_now = normalised(&passphrase.read_untracked());
        handle.ask(Command::Revoke { device: id, passphrase: passphrase_now }, move |reply| {
            busy.set(false);
            match reply {
                Reply::Revoked(done) => {
                    clear(passphrase);
                    handle.look_old();
                    handle.sync();
                    revoked.set(Some(done));
                    run_if_there(on_close, ());
                }
                other => say_in(error, &other),
            }
        });
    };
    view! {
        <Dialog title on_close>
            <form class="stack" on:submit=submit>
                <Note meaning=Meaning::Warning>
                    <p>"The device is assumed to be in someone else's hands. All keys of the account are made anew, so it reads nothing that is written from now on, and it cannot come back. What it could read until now it may keep: you get the list."</p>
                </Note>
                <p>"Your other devices go on by themselves. Your recovery kit of today becomes worthless; you get a new one next."</p>
                <SecretField label="Passphrase" value=passphrase error autocomplete="current-password" focus=true/>
                <div class="actions">
                    <Button text="Keep it" on_press=on_close/>
                    <Submit text="Revoke the device" busy/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// The new kit, and what the device could read.
#[component]
fn RevokedDialog(done: Revoked, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let Revoked { kit, readable } = done;
    view! {
        <Dialog title="The device was revoked" on_close>
            <div class="stack">
                <p>"This kit takes the place of the one that you have. Without it no device can be added, and a backup opens no more."</p>
                <KitCard kit/>
                <h3>"What the device could read"</h3>
                <p class="quiet-text">"The list stays with the device in the settings, with what your other devices still bring."</p>
                {match readable {
                    Some(names) => view! { <Readable names/> }.into_any(),
                    None => view! { <p>"It could not be read now. It is shown beside the device."</p> }.into_any(),
                }}
                <KitKept text="Done" on_done=on_close/>
            </div>
        </Dialog>
    }
    .into_any()
}

/// What a device that was revoked could read, as far as it is known by now.
#[component]
fn ReadableDialog(device: DeviceRow, on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (names, id) = (RwSignal::new(None::<Vec<String>>), device.id);
    handle.ask(Command::Readable { device: id }, move |reply| match reply {
        Reply::Readable(readable) => names.set(Some(readable)),
        other => {
            handle.refuse(&other);
            run_if_there(on_close, ());
        }
    });
    view! {
        <Dialog title=["What ", &name_of(&device), " could read"].concat() on_close>
            <div class="stack">
                {live(move || maybe(names.get(), |names| view! { <Readable names/> }.into_any()))}
                <div class="actions"><Button text="Done" weight=Weight::Primary on_press=on_close/></div>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Secrets whose values somebody may know.
#[component]
fn Readable(names: Vec<String>) -> impl IntoView {
    let (more, is_any) = (names.len().saturating_sub(SHOWN), !names.is_empty());
    let list = names.join("\n");
    let save = move |()| {
        // Where the browser takes no download, the registry has the same names.
        let _ = download("to-rotate.txt", list.as_bytes());
    };
    let name = |name: String| view! { <li class="line"><code>{name}</code></li> }.into_any();
    let rest = (more > 0).then(|| ["and ", &more.to_string(), " more"].concat());
    let said = if is_any {
        "Replace these values at their providers; whoever has the device may know them. Those in the trash are among them."
    } else {
        "There was no secret in the vault."
    };
    let download =
        is_any.then(|| view! { <Button text="Download the list" icon=Icon::Download on_press=save/> });
    view! {
        <div class="stack">
            <p>{said}</p>
            <ul class="lines">{each(names.into_iter().take(SHOWN), name)}</ul>
            {rest.map(|rest| view! { <p class="quiet-text">{rest}</p> })}
            <div class="actions">{download}</div>
        </div>
    }
    .into_any()
}
