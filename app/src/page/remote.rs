//! The relay: what is said of it in the settings, and beginning from it on another device.

use super::connect::{ConnectDialog, Way};
use super::devices::{device_name, name_this};
use super::door::Back;
use super::quarantine::Quarantine;
use super::scan::ScanDialog;
use super::settings::say_in;
use crate::component::{Button, Glyph, Icon, Note, Progress, SecretField, Submit, TextField, live, maybe};
use crate::handle::{Handle, clear, normalised, use_handle};
use crate::home::Home;
use crate::link::{origin, standing};
use crate::state;
use desk::text::link::ERASED;
use desk::{Command, Hidden, Link, Refusal, Reply, Status};
use leptos::prelude::*;

/// Whether the vault is at a relay, and how they stand.
#[component]
pub(super) fn RelayState() -> impl IntoView {
    let handle = use_handle();
    let asking = RwSignal::new(None::<Way>);
    let on_close = Callback::new(move |()| asking.set(None));
    let connected = Memo::new(move |_| origin(handle));
    view! {
        {live(move || match connected.get() {
            Some(relay) => view! { <Connected relay asking/> }.into_any(),
            None => view! {
                <p class="quiet-text">"This vault is in this browser only. Connect it to a relay, and it is on your other devices too. The relay keeps sealed bytes: no name, no value, no key and no passphrase ever reaches it."</p>
                <div class="actions"><Button text="Connect to the relay…" icon=Icon::Device on_press=move |()| asking.set(Some(Way::Connect))/></div>
            }.into_any(),
        })}
        {live(move || maybe(asking.get(), |way| view! { <ConnectDialog way on_close/> }.into_any()))}
    }
    .into_any()
}

#[component]
fn Connected(relay: String, asking: RwSignal<Option<Way>>) -> impl IntoView {
    let handle = use_handle();
    let state = move || {
        state::said(handle).map(|said| {
            let meaning = state::meaning(said.mood);
            view! { <Note meaning><p>{said.sentence.what}" "{said.sentence.todo}</p></Note> }.into_any()
        })
    };
    let apart = Memo::new(move |_| standing(handle).is_some_and(|standing| standing.apart.is_some()));
    let erased = Memo::new(move |_| *handle.link.read() == Link::Trouble(Refusal::RelayUnknown));
    let unreachable = Memo::new(move |_| matches!(*handle.link.read(), Link::Unreachable { .. }));
    let gone = move || {
        view! {
            <p class="quiet-text">"If the relay does not come back, this vault can go on at another one with everything that is on this device."</p>
            <div class="actions"><Button text="The relay is gone for good…" icon=Icon::Export on_press=move |()| asking.set(Some(Way::GoOn))/></div>
        }
        .into_any()
    };
    view! {
        <p>"Connected to "<strong>{relay}</strong>"."</p>
        {state}
        <p class="quiet-text">{move || handle.attended.get().then_some("What changes on another device shows here at once.")}</p>
        {live(move || maybe(apart.get().then_some(()), |()| view! { <Quarantine/> }.into_any()))}
        {live(move || maybe(erased.get().then_some(()), |()| view! { <p class="quiet-text">{ERASED}</p> }.into_any()))}
        {live(move || maybe((unreachable.get() && !apart.get()).then_some(()), |()| gone()))}
        <div class="actions">
            <Button text="Sync now" disabled=apart icon=Icon::Generate on_press=move |()| handle.sync()/>
            {live(move || maybe((!apart.get() && !erased.get() && !unreachable.get()).then_some(()), |()| view! { <Button text="Move to another relay…" icon=Icon::Export on_press=move |()| asking.set(Some(Way::Move))/> }.into_any()))}
            {live(move || maybe((!apart.get() && !unreachable.get()).then_some(()), |()| view! { <Button text="Connect again…" icon=Icon::Device on_press=move |()| asking.set(Some(Way::Connect))/> }.into_any()))}
        </div>
    }
    .into_any()
}

/// Asks for a setup code and the passphrase, in a browser that has no vault.
#[component]
pub(super) fn EnrolPage(
    /// Runs when the person turns back.
    on_back: Callback<()>,
    /// Runs when the person has no passphrase.
    #[prop(into)]
    on_lost: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let form = Form::new();
    let scans = RwSignal::new(false);
    let on_close = Callback::new(move |()| scans.set(false));
    let found = move |(text, relay): (Hidden, Option<String>)| {
        form.code.set(text.into_exposed());
        if let Some(relay) = relay {
            form.relay.set(relay);
        }
        form.error.set(String::new());
        scans.set(false);
    };
    let hint = Signal::derive(move || {
        let hint =
            if is_scanned(&form.code.read()) { SCANNED } else { "From the recovery kit of your vault." };
        hint.to_owned()
    });
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Your vault on this device"</h1>
            <form class="stack" on:submit=move |event| { event.prevent_default(); enrol(handle, form); }>
                <SecretField label="Setup code" value=form.code error=form.error focus=true hint/>
                <div class="actions"><Button text="Scan the QR code…" icon=Icon::Scan on_press=move |()| scans.set(true)/></div>
                <RelayField form/>
                <SecretField label="Passphrase" value=form.passphrase error=form.wrong autocomplete="current-password"/>
                <TextField label="Name of this device" value=form.name hint="Your other devices show it. Nobody else can read it."/>
                {live(move || maybe(form.busy.get().then_some(()), |()| view! { <Fetching/> }.into_any()))}
                <div class="actions"><Back on_back/><Submit text="Open it here" busy=form.busy/></div>
                <div class="actions"><Button text="The passphrase is lost…" icon=Icon::Key on_press=on_lost/></div>
            </form>
            {live(move || maybe(scans.get().then_some(()), |()| view! { <ScanDialog on_found=found on_close/> }.into_any()))}
        </main>
    }
    .into_any()
}

/// Asks at which relay the account is, where that is not the one that served the page.
#[component]
pub(super) fn RelayField(form: Form) -> impl IntoView {
    maybe(Home::relay().is_none().then_some(()), |()| {
        view! { <TextField label="Relay" value=form.relay error=form.elsewhere hint="Its address, like https://relay.example. Your other devices show it in their settings."/> }
            .into_any()
    })
}

/// What is said of a code that was scanned.
const SCANNED: &str =
    "Read from the picture, with what your other device knows of the relay. Now the passphrase.";

/// Whether that was scanned and not typed.
fn is_scanned(code: &str) -> bool {
    code.starts_with("TACIT:")
}

/// How far the vault has come; nobody knows before the relay let this device in.
#[component]
pub(super) fn Fetching() -> impl IntoView {
    let handle = use_handle();
    let done = Signal::derive(move || handle.progress.get().unwrap_or_default());
    let is_on_its_way = Memo::new(move |_| handle.progress.get().is_some());
    let stop = move || view! { <div class="actions"><Button text="Stop" on_press=move |()| handle.call_off()/></div> };
    view! {
        <Progress label=Signal::stored("Fetching and checking your vault…".to_owned()) done/>
        {live(move || maybe(is_on_its_way.get().then_some(()), |()| stop().into_any()))}
    }
    .into_any()
}

/// What brings a vault to this device.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// From the kit.
    pub(super) code: RwSignal<String>,
    /// At which relay the account is, as typed.
    pub(super) relay: RwSignal<String>,
    /// What is wrong with that.
    pub(super) elsewhere: RwSignal<String>,
    pub(super) passphrase: RwSignal<String>,
    /// What this device is called.
    pub(super) name: RwSignal<String>,
    /// What is wrong with the code.
    pub(super) error: RwSignal<String>,
    /// What is wrong otherwise.
    pub(super) wrong: RwSignal<String>,
    pub(super) busy: RwSignal<bool>,
}

impl Form {
    pub(super) fn new() -> Self {
        Self {
            code: RwSignal::default(),
            relay: RwSignal::new(Home::relay().unwrap_or_default()),
            elsewhere: RwSignal::default(),
            passphrase: RwSignal::default(),
            name: RwSignal::new(device_name()),
            error: RwSignal::default(),
            wrong: RwSignal::default(),
            busy: RwSignal::default(),
        }
    }

    /// Waits for an answer of the relay, with nothing said of an earlier one; without a relay there is nothing to wait for.
    pub(super) fn begin(self) -> Option<String> {
        [self.error, self.elsewhere, self.wrong].into_iter().for_each(|said| said.set(String::new()));
        // What served the page is known, and needs no look at how it is written.
        let relay = Home::relay().or_else(|| named(self.relay, self.elsewhere));
        self.busy.set(relay.is_some());
        relay
    }
}

/// The relay that was typed, which is shown from then on as it is understood; or else says what is wrong with it.
pub(super) fn named(typed: RwSignal<String>, error: RwSignal<String>) -> Option<String> {
    let relay = typed.with_untracked(|text| desk::origin::typed(text));
    match &relay {
        Some(relay) => typed.set(relay.clone()),
        None => say_in(error, &Reply::Refused(Refusal::NotARelay)),
    }
    relay
}

fn enrol(handle: Handle, form: Form) {
    let Some(relay) = form.begin() else { return };
    let command = Command::Enrol {
        relay,
        code: Hidden::new(form.code.get_untracked()),
        passphrase: normalised(&form.passphrase.read_untracked()),
    };
    handle.ask(command, move |reply| {
        form.busy.set(false);
        match reply {
            Reply::Status(status @ Status::Open { .. }) => {
                [form.code, form.passphrase].into_iter().for_each(clear);
                name_this(handle, form.name.get_untracked());
                handle.stand(Reply::Status(status));
            }
            Reply::Refused(Refusal::Mistyped { .. } | Refusal::OtherCode | Refusal::CodeElsewhere { .. }) => {
                say_in(form.error, &reply)
            }
            other => say_in(form.wrong, &other),
        }
    });
}
