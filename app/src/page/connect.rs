//! Which relay a vault is at: connecting it to one, and going to another.

use super::devices::{device_name, name_this};
use super::remote::named;
use super::settings::{back_up, say_in};
use crate::component::{
    Button, Checkbox, Dialog, Icon, SecretField, Select, Submit, TextField, Weight, live, maybe,
};
use crate::handle::{Handle, clear, normalised, run_if_there, use_handle};
use crate::home::Home;
use crate::link::origin;
use desk::text::told;
use desk::{Command, Hidden, Refusal, Reply};
use leptos::prelude::*;

/// No relay yet: one that this page does not reach, or that a person has still to name.
const ANOTHER: &str = "";

/// What is said where a vault should move to where it is.
const THERE: &str = "The vault is at this relay already. Type the address of another one.";

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The vault is at the relay, as it was at none or is at none any more.
    Connect,
    /// It goes there from the relay that it is at.
    Move,
    /// It goes there from a relay that is gone for good.
    GoOn,
}

/// What is typed and what is said of it.
#[derive(Clone, Copy)]
struct Form {
    /// The relays that can be chosen.
    relays: RwSignal<Vec<String>>,
    chosen: RwSignal<String>,
    /// The relay that is named, as typed, and what is wrong with that.
    typed: RwSignal<String>,
    wrong_relay: RwSignal<String>,
    passphrase: RwSignal<String>,
    error: RwSignal<String>,
    invite: RwSignal<String>,
    wrong_invite: RwSignal<String>,
    /// Whether the relay asks for an invite.
    asks: RwSignal<bool>,
    /// Whether it has another key than the vault knows it by, and whether the person was told so.
    is_other: RwSignal<bool>,
    is_told: RwSignal<bool>,
    busy: RwSignal<bool>,
}

/// Asks for the relay, where there are several or none is known, and for the passphrase.
#[component]
pub(super) fn ConnectDialog(way: Way, on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let is_move = way != Way::Connect;
    let (from, at) = if is_move { (origin(handle), None) } else { (None, origin(handle)) };
    let form = Form::new(handle, from.clone(), at);
    let title = match way {
        Way::Connect => "Connect to the relay",
        Way::Move => "Move to another relay",
        Way::GoOn => "Go on at another relay",
    };
    let is_named = Home::relay().is_none();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if form.chosen.with_untracked(|chosen| chosen != ANOTHER) {
            send(handle, form, way, on_close);
        } else if is_named {
            form.name(from.as_deref());
        }
    };
    let options = move || {
        let mut options: Vec<_> = form.relays.get().into_iter().map(|it| (it.clone(), it)).collect();
        options.push((ANOTHER.to_owned(), "another…".to_owned()));
        options
    };
    let is_choice =
        Memo::new(move |_| form.relays.with(|relays| !is_named && (is_move || !relays.is_empty())));
    let is_reached = Memo::new(move |_| form.chosen.with(|chosen| chosen != ANOTHER));
    view! {
        <Dialog title on_close>
            <form class="stack" on:submit=submit>
                {live(move || maybe(is_choice.get().then_some(()), |()| view! {
                    <Select label="Relay" options=Signal::derive(options) value=form.chosen on_choose=move |relay| form.choose(relay)/>
                }.into_any()))}
                {live(move || match (is_reached.get(), is_named) {
                    (true, _) => asked(form, way, is_named),
                    (false, true) => naming(form),
                    (false, false) => elsewhere(handle),
                })}
            </form>
        </Dialog>
    }
    .into_any()
}

/// Asks which relay it is: nothing is sent before the person has seen how that is understood.
fn naming(form: Form) -> AnyView {
    view! {
        <TextField label="Relay" value=form.typed error=form.wrong_relay focus=true hint="Its address, like https://relay.example. Whoever runs it tells you."/>
        <div class="actions"><Submit text="Continue"/></div>
    }
    .into_any()
}

fn asked(form: Form, way: Way, is_named: bool) -> AnyView {
    let (what, act) = match way {
        Way::Connect => (
            " will keep this vault, sealed. It sees ids, sizes and times; it cannot read anything.",
            "Connect",
        ),
        Way::Move => (
            " will keep this vault in place of the relay of today. It gets everything as your devices signed it, and they follow by themselves. Wherever that is cut short, one of the two relays has everything.",
            "Move",
        ),
        Way::GoOn => (
            " will keep this vault from now on, with everything that is on this device. The relay of today is not asked, so do this only where it is gone for good. Your other devices do not follow by themselves: choose the same there, and what they alone have comes with them.",
            "Go on there",
        ),
    };
    view! {
        <p>"The relay at "<strong>{move || form.chosen.get()}</strong>{what}</p>
        <SecretField label="Passphrase" value=form.passphrase error=form.error autocomplete="current-password" focus=true hint="The passphrase of this vault. It does not leave this device."/>
        {live(move || maybe(form.asks.get().then_some(()), |()| view! { <SecretField label="Invite" value=form.invite error=form.wrong_invite focus=true/> }.into_any()))}
        {live(move || maybe(form.is_other.get().then_some(()), |()| view! {
            <Checkbox label="Whoever runs this relay told me that its keys were replaced" checked=form.is_told on_change=move |on| form.is_told.set(on)/>
        }.into_any()))}
        <div class="actions">{maybe(is_named.then_some(()), |()| view! { <Button text="Another relay" weight=Weight::Quiet on_press=move |()| form.choose(ANOTHER.to_owned())/> }.into_any())}<Submit text=act busy=form.busy/></div>
    }
    .into_any()
}

/// How a vault comes to a relay that this page does not reach.
fn elsewhere(handle: Handle) -> AnyView {
    view! {
        <p>"This page reaches the relays in the list alone. To bring the vault to another one:"</p>
        <ol>
            <li>"Download a backup here."</li>
            <li>"Open Tacit from that relay: its address is the relay's."</li>
            <li>"Choose “Open a backup” there, then connect it in its settings."</li>
        </ol>
        <p class="quiet-text">"Your other devices come there with the setup code."</p>
        <div class="actions"><Button text="Download a backup" icon=Icon::Download on_press=move |()| back_up(handle)/></div>
    }
    .into_any()
}

fn send(handle: Handle, form: Form, way: Way, on_close: Callback<()>) {
    form.busy.set(true);
    [form.error, form.wrong_invite].into_iter().for_each(|said| said.set(String::new()));
    let passphrase = normalised(&form.passphrase.read_untracked());
    let invite = form.asks.get_untracked().then(|| Hidden::new(form.invite.get_untracked()));
    let relay = form.chosen.get_untracked();
    let is_first = untrack(|| origin(handle)).is_none();
    let command = match way {
        Way::Connect => {
            Command::Connect { relay, is_other_key: form.is_told.get_untracked(), passphrase, invite }
        }
        Way::Move | Way::GoOn => Command::Move { relay, is_gone: way == Way::GoOn, passphrase, invite },
    };
    handle.ask(command, move |reply| {
        form.busy.set(false);
        match reply {
            Reply::Together(_) => {
                [form.passphrase, form.invite].into_iter().for_each(clear);
                if is_first {
                    name_this(handle, device_name());
                }
                handle.refresh();
                handle.sync();
                handle.say(match way {
                    Way::Connect => told::CONNECTED,
                    Way::Move => told::MOVED,
                    Way::GoOn => told::WENT_ON,
                });
                run_if_there(on_close, ());
            }
            Reply::Refused(Refusal::InviteNeeded | Refusal::InviteRefused) => {
                form.asks.set(true);
                say_in(form.wrong_invite, &reply);
            }
            other => {
                if other == Reply::Refused(Refusal::OtherRelay) {
                    form.is_other.set(way == Way::Connect);
                }
                say_in(form.error, &other);
            }
        }
    });
}

impl Form {
    /// With every relay that the page reaches but the one that the vault goes `from`; first with the one that it is `at`.
    fn new(handle: Handle, from: Option<String>, at: Option<String>) -> Self {
        let here = at.or_else(|| Home::relay().filter(|here| Some(here) != from.as_ref()));
        let first = here.clone().unwrap_or_default();
        let form = Self {
            relays: RwSignal::new(here.into_iter().collect()),
            chosen: RwSignal::new(first),
            typed: RwSignal::default(),
            wrong_relay: RwSignal::default(),
            passphrase: RwSignal::default(),
            error: RwSignal::default(),
            invite: RwSignal::default(),
            wrong_invite: RwSignal::default(),
            asks: RwSignal::default(),
            is_other: RwSignal::default(),
            is_told: RwSignal::default(),
            busy: RwSignal::default(),
        };
        handle.ask(Command::Relays, move |reply| {
            let Reply::Relays(relays) = reply else { return };
            let others = relays.into_iter().filter(|relay| Some(relay) != from.as_ref());
            form.relays.try_update(|known| {
                let others: Vec<_> = others.filter(|relay| !known.contains(relay)).collect();
                known.extend(others);
            });
            let first = form.relays.try_with(|known| known.first().cloned()).flatten();
            if form.chosen.try_get_untracked().is_some_and(|chosen| chosen == ANOTHER) {
                form.chosen.try_set(first.unwrap_or_default());
            }
        });
        form
    }

    /// Goes on with the relay that was typed, unless the vault is there.
    fn name(self, from: Option<&str>) {
        self.wrong_relay.set(String::new());
        match named(self.typed, self.wrong_relay) {
            Some(relay) if Some(&*relay) == from => self.wrong_relay.set(THERE.to_owned()),
            Some(relay) => self.choose(relay),
            None => {}
        }
    }

    fn choose(self, relay: String) {
        self.error.set(String::new());
        // An invite is one relay's, and so are its keys.
        [self.asks, self.is_other, self.is_told].into_iter().for_each(|it| it.set(false));
        self.chosen.set(relay);
    }
}
