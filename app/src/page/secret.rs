//! A secret's panel: its value, where it is used, its history and its description.

use super::alternative::Alternatives;
use super::describe::Description;
use super::generator::GeneratorRow;
use super::history::History;
use super::rare;
use super::word::{TWO_VALUES, expiry};
use crate::clipboard::use_clipboard;
use crate::component::{
    Action, Badge, Button, Glyph, Icon, IconButton, Meaning, Menu, SecretField, Submit, Tabs, Weight, each,
    live, maybe,
};
use crate::handle::{clear, run_if_there, use_handle};
use crate::route::Route;
use crate::shown::Shown;
use crate::time::ago;
use desk::{Card, Command, Edit, Hidden, Id, Kind, Reply, Use};
use leptos::prelude::*;

/// The panel beside a page.
#[component]
pub(super) fn SecretPanel(
    /// Which secret.
    secret: Id,
    /// Runs when it should go.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let card = RwSignal::new(None::<Card>);
    let tab = RwSignal::new(0_usize);
    handle.follow(
        move || Command::Card { secret },
        move |reply| match reply {
            Reply::Card(known) => card.set(Some(known)),
            other => {
                handle.refuse(&other);
                run_if_there(on_close, ());
            }
        },
    );
    let contested = Memo::new(move |_| card.read().as_ref().is_some_and(|card| card.contested));
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            on_close.run(());
        }
    };
    view! {
        <aside class="panel" aria-label="Secret" on:keydown=escape>
            {live(move || maybe(card.get(), |card| view! { <Head card on_close/> }.into_any()))}
            <Value secret card/>
            {live(move || maybe(contested.get().then_some(()), |()| view! { <Alternatives object=secret/> }.into_any()))}
            <Tabs label="About this secret" names=vec!["Used in", "History", "Description"] chosen=tab/>
            <div class="panel-body" role="tabpanel">
                {live(move || match (tab.get(), card.get()) {
                    (1, _) => view! { <History secret/> }.into_any(),
                    (2, Some(card)) => view! { <Description card/> }.into_any(),
                    (_, Some(card)) => view! {
                        <Uses uses=card.uses/>
                        {(card.filled > 0).then(|| view! { <div class="pages">{rare::filled(secret)}</div> })}
                    }.into_any(),
                    _ => ().into_any(),
                })}
            </div>
        </aside>
    }
    .into_any()
}

#[component]
fn Head(card: Card, on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let secret = card.id;
    let remove = move |()| {
        handle.act(Command::Apply { edits: vec![Edit::DeleteSecret { secret }] }, move |_| {
            run_if_there(on_close, ())
        });
    };
    let actions = vec![Action::new("Delete", Icon::Trash, remove).danger()];
    let said: Vec<String> = card
        .provider_name
        .into_iter()
        .chain(Some(card.details.kind).filter(|kind| !kind.is_empty()))
        .collect();
    let links = each(card.links, |(label, address)| {
        view! { <a href=address target="_blank" rel="noopener noreferrer" class="out">{label}<Glyph icon=Icon::Link/></a> }.into_any()
    });
    view! {
        <header class="panel-head">
            <h2 class="mono">{card.details.name.clone()}</h2>
            <Menu label="Actions for this secret" actions/>
            <IconButton icon=Icon::Close label="Close the panel" on_press=on_close/>
        </header>
        <div class="panel-about">
            <span class="quiet-text">{said.join(" · ")}</span>
            {card.expiry.map(expiry).map(|(text, meaning)| view! { <Badge text meaning/> })}
            {card.damaged.then(|| view! { <Badge text="damaged" meaning=Meaning::Danger/> })}
            {card.contested.then(|| view! { <Badge text=TWO_VALUES meaning=Meaning::Warning/> })}
            {card.deleted.then(|| view! { <Badge text="in the trash" meaning=Meaning::Warning/> })}
            <span class="quiet-text">{["version ", &card.revision.to_string(), ", ", &ago(card.changed)].concat()}</span>
            {links}
        </div>
    }
    .into_any()
}

/// The value: hidden until shown, and hidden again after a while or when the window is left.
#[component]
fn Value(secret: Id, card: RwSignal<Option<Card>>) -> impl IntoView {
    let name = Signal::derive(move || {
        card.read().as_ref().map(|card| card.details.name.clone()).unwrap_or_default()
    });
    let handle = use_handle();
    let clipboard = use_clipboard();
    let shown = Shown::hidden();
    let editing = RwSignal::new(false);
    let revision = Memo::new(move |_| card.read().as_ref().map(|card| card.revision));
    // What is shown is of one version: another one, undone or restored or saved elsewhere, is not it.
    Effect::watch(move || revision.get(), move |_, _, _| shown.hide(), false);
    let reveal = move |()| {
        if shown.is_of(()) {
            return shown.hide();
        }
        handle.ask(Command::Reveal { secret, revision: None }, move |reply| match reply {
            Reply::Value(value) => shown.show((), value),
            other => handle.refuse(&other),
        });
    };
    let pressed = Signal::derive(move || shown.of(()).is_some());
    let icon = Signal::derive(move || if pressed.get() { Icon::EyeOff } else { Icon::Eye });
    view! {
        <div class="value">
            {live(move || match shown.of(()) {
                Some(value) => view! { <code class="value-text">{value}</code> }.into_any(),
                None => view! { <span class="value-text dots" role="img" aria-label="Hidden value">"••••••••••••"</span> }.into_any(),
            })}
            <IconButton icon label="Show the value" pressed on_press=reveal/>
            <IconButton icon=Icon::Copy label="Copy the value" on_press=move |()| clipboard.copy_secret(handle, secret, name.get_untracked())/>
            <IconButton icon=Icon::Edit label="Change the value" pressed=editing on_press=move |()| editing.update(|on| *on = !*on)/>
        </div>
        {live(move || maybe(editing.get().then(|| uses_of(card)), |uses| view! { <Change secret editing uses/> }.into_any()))}
    }
    .into_any()
}

#[component]
fn Change(secret: Id, editing: RwSignal<bool>, uses: String) -> impl IntoView {
    let handle = use_handle();
    let value = RwSignal::new(String::new());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let edit = Edit::ReplaceValue { secret, value: Hidden::new(value.get_untracked()) };
        handle.act(Command::Apply { edits: vec![edit] }, move |_| {
            clear(value);
            editing.set(false);
        });
    };
    view! {
        <form class="stack change" on:submit=submit>
            <SecretField label="New value" value focus=true hint=uses/>
            <GeneratorRow on_value=move |made: Hidden| value.set(made.into_exposed())/>
            <div class="actions">
                <Button text="Cancel" weight=Weight::Quiet on_press=move |()| editing.set(false)/>
                <Submit text="Save"/>
            </div>
        </form>
    }
    .into_any()
}

/// Says where a new value will be read.
fn uses_of(card: RwSignal<Option<Card>>) -> String {
    let card = card.read_untracked();
    let uses = card.as_ref().map(|card| card.uses.as_slice()).unwrap_or_default();
    let places: Vec<String> =
        uses.iter().map(|place| [&place.project_name, " / ", &place.environment_name].concat()).collect();
    if places.is_empty() {
        return "It is used nowhere yet.".into();
    }
    ["It changes in ", &places.join(", "), "."].concat()
}

#[component]
fn Uses(uses: Vec<Use>) -> impl IntoView {
    if uses.is_empty() {
        return view! { <p class="quiet-text">"Used nowhere yet. It waits in the registry."</p> }.into_any();
    }
    let handle = use_handle();
    let row = move |place: Use| {
        let (environment, variable) = (place.environment, place.variable.clone());
        let label = ["Take ", &variable, " out of ", &place.environment_name].concat();
        let unbind = move |()| handle.apply(vec![Edit::Unbind { environment, variable: variable.clone() }]);
        let meaning = if place.kind == Kind::Prod { Meaning::Prod } else { Meaning::Plain };
        view! {
            <li class="use">
                <a href=Route::Project(place.project, None).path()>{place.project_name}</a>
                <Badge text=place.environment_name meaning/>
                <span class="mono">{place.variable}</span>
                <IconButton icon=Icon::Close label on_press=unbind/>
            </li>
        }
        .into_any()
    };
    view! { <ul class="uses">{each(uses, row)}</ul> }.into_any()
}
