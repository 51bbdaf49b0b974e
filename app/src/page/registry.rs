//! Every secret, bound or not.

use super::bind::{BindDialog, Targets};
use super::generator::GeneratorRow;
use super::secret::SecretPanel;
use super::word::{TWO_VALUES, count, expiry};
use crate::component::{
    Action, Badge, Button, Checkbox, Dialog, Empty, Icon, MOST, Meaning, Menu, Rows, SearchField,
    SecretField, Select, Submit, TextField, Weight, each, live, loading, maybe,
};
use crate::handle::{Handle, Wanted, clear, run_if_there, use_handle};
use crate::route::Route;
use crate::time::ago;
use desk::{Command, Details, Edit, Hidden, RegistryFilter, RegistryRow, RegistryWindow, Reply, Window};
use leptos::prelude::*;
use std::time::Duration;

/// What is asked of the registry.
#[derive(Clone, Copy)]
struct Question {
    text: RwSignal<String>,
    provider: RwSignal<String>,
    tag: RwSignal<String>,
    kind: RwSignal<String>,
    unbound: RwSignal<bool>,
    contested: RwSignal<bool>,
    start: RwSignal<u32>,
}

/// What is asked for in a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asking {
    /// A new secret that is bound nowhere.
    New,
    /// Where to bind one.
    Bind(RegistryRow),
}

/// The registry.
#[component]
pub fn RegistryPage() -> impl IntoView {
    let handle = use_handle();
    let question = Question {
        text: RwSignal::default(),
        provider: RwSignal::default(),
        tag: RwSignal::default(),
        kind: RwSignal::default(),
        unbound: RwSignal::default(),
        contested: RwSignal::default(),
        start: RwSignal::default(),
    };
    let found = RwSignal::new(None::<RegistryWindow>);
    let asking = RwSignal::new(None::<Asking>);
    let dragged = RwSignal::new(None::<RegistryRow>);
    handle.when_wanted(move |wanted| {
        let opens = wanted == Wanted::Secret;
        if opens {
            asking.set(Some(Asking::New));
        }
        opens
    });
    handle.follow(
        move || question.command(),
        move |reply| match reply {
            Reply::Registry(window) => found.set(Some(window)),
            other => handle.refuse(&other),
        },
    );
    let secret = Memo::new(move |_| match handle.route.get() {
        Route::Registry(secret) => secret,
        _ => None,
    });
    view! {
        <div class="with-panel">
            <div class="page board">
                <header class="page-head">
                    <h1>"Registry"</h1>
                    <div class="actions">
                        <Button text="Trash" icon=Icon::Trash weight=Weight::Quiet on_press=|()| Route::Trash.go()/>
                        <Button text="Secret" icon=Icon::Plus weight=Weight::Primary on_press=move |()| asking.set(Some(Asking::New))/>
                    </div>
                </header>
                <Filters question found/>
                <Secrets found on_window=move |start| question.start.set(start) actions=row_actions(handle, asking) dragged/>
                {live(move || maybe(dragged.get(), |row| view! { <Targets row dragged/> }.into_any()))}
            </div>
            {live(move || maybe(secret.get(), |secret| view! { <SecretPanel secret on_close=|()| Route::Registry(None).go()/> }.into_any()))}
            {live(move || maybe(asking.get(), move |what| {
                let on_close = Callback::new(move |()| asking.set(None));
                match what {
                    Asking::New => view! { <NewDialog on_close/> }.into_any(),
                    Asking::Bind(row) => view! { <BindDialog row on_close/> }.into_any(),
                }
            }))}
        </div>
    }
    .into_any()
}

/// What was deleted and can be brought back.
#[component]
pub fn TrashPage() -> impl IntoView {
    let handle = use_handle();
    let found = RwSignal::new(None::<RegistryWindow>);
    let start = RwSignal::new(0_u32);
    handle.follow(
        move || Command::Trash { window: Window { start: start.get(), count: MOST } },
        move |reply| match reply {
            Reply::Registry(window) => found.set(Some(window)),
            other => handle.refuse(&other),
        },
    );
    let actions = Callback::new(move |row: RegistryRow| {
        vec![Action::new("Bring back", Icon::Undo, move |()| {
            handle.apply(vec![Edit::Restore { object: row.id }])
        })]
    });
    view! {
        <div class="page board">
            <header class="page-head"><h1>"Trash"</h1></header>
            <Secrets found on_window=move |first| start.set(first) actions/>
        </div>
    }
    .into_any()
}

impl Question {
    fn command(self) -> Command {
        let some = |field: RwSignal<String>| Some(field.get()).filter(|text| !text.is_empty());
        let filter = RegistryFilter {
            text: self.text.get(),
            provider: some(self.provider),
            tag: some(self.tag),
            kind: some(self.kind),
            bound: self.unbound.get().then_some(false),
            contested: self.contested.get(),
        };
        Command::Registry { filter, window: Window { start: self.start.get(), count: MOST } }
    }
}

#[component]
fn Filters(question: Question, found: RwSignal<Option<RegistryWindow>>) -> impl IntoView {
    let first = |text: &str| (String::new(), text.to_owned());
    let providers = Signal::derive(move || {
        let known = found.read().as_ref().map(|window| window.providers.clone()).unwrap_or_default();
        [first("Every provider")].into_iter().chain(known).collect::<Vec<_>>()
    });
    let words = move |every: &'static str, pick: fn(&RegistryWindow) -> &Vec<String>| {
        Signal::derive(move || {
            let known = found.read().as_ref().map(|window| pick(window).clone()).unwrap_or_default();
            let known = known.into_iter().map(|word| (word.clone(), word));
            [first(every)].into_iter().chain(known).collect::<Vec<_>>()
        })
    };
    let contested = Memo::new(move |_| found.read().as_ref().map_or(0, |window| window.contested));
    let asks_contested = move || contested.get() > 0 || question.contested.get();
    view! {
        <div class="filters">
            <SearchField label="Filter by name, provider, tag or note" value=question.text id="filter"/>
            <Select label="Provider" bare=true options=providers value=question.provider on_choose=move |chosen| question.provider.set(chosen)/>
            <Select label="Kind" bare=true options=words("Every kind", |window| &window.kinds) value=question.kind on_choose=move |chosen| question.kind.set(chosen)/>
            <Select label="Tag" bare=true options=words("Every tag", |window| &window.tags) value=question.tag on_choose=move |chosen| question.tag.set(chosen)/>
            <Checkbox label="Bound nowhere" checked=question.unbound on_change=move |on| question.unbound.set(on)/>
            {live(move || maybe(asks_contested().then(|| contested.get().to_string()), |open| view! {
                <Checkbox label=["Two values (", &open, ")"].concat() checked=question.contested on_change=move |on| question.contested.set(on)/>
            }.into_any()))}
        </div>
    }
    .into_any()
}

#[component]
fn Secrets(
    found: RwSignal<Option<RegistryWindow>>,
    #[prop(into)] on_window: Callback<u32>,
    actions: Callback<RegistryRow, Vec<Action>>,
    /// The row that is being dragged.
    #[prop(optional)]
    dragged: Option<RwSignal<Option<RegistryRow>>>,
) -> impl IntoView {
    let total = Signal::derive(move || found.read().as_ref().map_or(0, |window| window.total));
    let start = Signal::derive(move || found.read().as_ref().map_or(0, |window| window.window.start));
    let empty = Memo::new(move |_| found.read().as_ref().map(|window| window.total == 0));
    move || {
        match empty.get() {
        None => loading(),
        Some(true) => view! { <Empty icon=Icon::Key title="No secret here" text="Secrets appear here as soon as they exist, whether a project uses them or not."/> }.into_any(),
        Some(false) => view! {
            <Rows label=Signal::stored("Secrets".to_owned()) role="table" total start columns=Signal::stored(5) on_window head=ViewFn::from(head)>
                {live(move || maybe(found.get(), |window| each(window.rows.into_iter().zip(window.window.start..), |(row, number)| row_view(row, number, actions, dragged))))}
            </Rows>
        }
        .into_any(),
    }
    }
}

fn head() -> impl IntoView {
    let titles = ["Name", "Provider", "Tags", "Used in", "Changed", ""];
    let cells = each(titles, |title| view! { <span role="columnheader">{title}</span> }.into_any());
    view! { <div class="row head registry-row" role="row" aria-rowindex="1">{cells}</div> }
}

fn row_view(
    row: RegistryRow,
    number: u32,
    actions: Callback<RegistryRow, Vec<Action>>,
    dragged: Option<RwSignal<Option<RegistryRow>>>,
) -> AnyView {
    let of_drag = row.clone();
    let drag = move |event: web_sys::DragEvent| {
        if let (Some(dragged), Some(data)) = (dragged, event.data_transfer()) {
            // Without data some browsers drag nothing; the name is what other programs get.
            let _ = data.set_data("text/plain", &of_drag.name);
            data.set_effect_allowed("link");
            let row = of_drag.clone();
            // A browser ends a drag whose start changes the page at once.
            set_timeout(move || drop(dragged.try_set(Some(row))), Duration::ZERO);
        }
    };
    let drop_it = move |_| drop(dragged.and_then(|dragged| dragged.try_set(None)));
    let label = ["Actions for ", &row.name].concat();
    let menu = actions.run(row.clone());
    let said: Vec<String> =
        row.provider.into_iter().chain(Some(row.kind).filter(|kind| !kind.is_empty())).collect();
    let uses = if row.uses == 0 { "nowhere".to_owned() } else { count(row.uses, "place", "places") };
    view! {
        <div class="row registry-row" role="row" aria-rowindex=(number + 2).to_string() draggable=dragged.map(|_| "true") on:dragstart=drag on:dragend=drop_it>
            <span role="cell"><a class="mono" draggable="false" href=Route::Registry(Some(row.id)).path()>{row.name}</a>{row.expiry.map(expiry).map(|(text, meaning)| view! { " "<Badge text meaning/> })}{row.damaged.then(|| view! { " "<Badge text="damaged" meaning=Meaning::Danger/> })}{row.contested.then(|| view! { " "<Badge text=TWO_VALUES meaning=Meaning::Warning/> })}</span>
            <span role="cell" class="quiet-text">{said.join(" · ")}</span>
            <span role="cell" class="quiet-text">{row.tags.join(", ")}</span>
            <span role="cell">{uses}</span>
            <span role="cell" class="quiet-text">{ago(row.changed)}</span>
            <span role="cell" class="row-actions"><Menu label actions=menu/></span>
        </div>
    }
    .into_any()
}

fn row_actions(handle: Handle, asking: RwSignal<Option<Asking>>) -> Callback<RegistryRow, Vec<Action>> {
    Callback::new(move |row: RegistryRow| {
        let secret = row.id;
        vec![
            Action::new("Bind to an environment…", Icon::Folder, move |()| {
                asking.set(Some(Asking::Bind(row.clone())));
            }),
            Action::new("Delete", Icon::Trash, move |()| handle.apply(vec![Edit::DeleteSecret { secret }]))
                .danger(),
        ]
    })
}

/// Asks for a secret that no project uses yet.
#[component]
fn NewDialog(on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let (name, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let details = Details { name: name.get_untracked(), ..Details::default() };
        let edit = Edit::CreateSecret { details, value: Hidden::new(value.get_untracked()) };
        handle.act(Command::Apply { edits: vec![edit] }, move |_| {
            clear(value);
            run_if_there(on_close, ());
        });
    };
    view! {
        <Dialog title="New secret" on_close>
            <form class="stack" on:submit=submit>
                <TextField label="Name" value=name mono=true focus=true hint="The variable name it will usually have. It waits here until you bind it to an environment."/>
                <SecretField label="Value" value/>
                <GeneratorRow on_value=move |made: Hidden| value.set(made.into_exposed())/>
                <div class="actions"><Submit text="Add"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}
