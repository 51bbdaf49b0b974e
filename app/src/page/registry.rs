//! Every secret, bound or not.

use super::secret::SecretPanel;
use super::word::count;
use crate::component::{
    Action, Badge, Button, Checkbox, Dialog, Empty, Icon, MOST, Meaning, Menu, Rows, SearchField, Select,
    Submit, TextField, Weight, each, live, maybe,
};
use crate::handle::{Handle, use_handle};
use crate::route::Route;
use crate::time::ago;
use desk::{Command, Edit, Id, ProjectRow, RegistryFilter, RegistryRow, RegistryWindow, Reply, Window};
use leptos::prelude::*;

/// What is asked of the registry.
#[derive(Clone, Copy)]
struct Question {
    text: RwSignal<String>,
    provider: RwSignal<String>,
    tag: RwSignal<String>,
    unbound: RwSignal<bool>,
    start: RwSignal<u32>,
}

/// The registry.
#[component]
pub fn RegistryPage() -> impl IntoView {
    let handle = use_handle();
    let question = Question {
        text: RwSignal::default(),
        provider: RwSignal::default(),
        tag: RwSignal::default(),
        unbound: RwSignal::default(),
        start: RwSignal::default(),
    };
    let found = RwSignal::new(None::<RegistryWindow>);
    let binding = RwSignal::new(None::<RegistryRow>);
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
                    <div class="actions"><Button text="Trash" icon=Icon::Trash weight=Weight::Quiet on_press=|()| Route::Trash.go()/></div>
                </header>
                <Filters question found/>
                <Secrets found on_window=move |start| question.start.set(start) actions=bind_actions(handle, binding)/>
            </div>
            {live(move || maybe(secret.get(), |secret| view! { <SecretPanel secret on_close=|()| Route::Registry(None).go()/> }.into_any()))}
            {live(move || maybe(binding.get(), |row| view! { <BindDialog row on_close=move |()| binding.set(None)/> }.into_any()))}
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
            bound: self.unbound.get().then_some(false),
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
    let tags = Signal::derive(move || {
        let known = found.read().as_ref().map(|window| window.tags.clone()).unwrap_or_default();
        [first("Every tag")]
            .into_iter()
            .chain(known.into_iter().map(|tag| (tag.clone(), tag)))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="filters">
            <SearchField label="Filter by name, provider, tag or note" value=question.text id="filter"/>
            <Select label="Provider" bare=true options=providers value=question.provider on_choose=move |chosen| question.provider.set(chosen)/>
            <Select label="Tag" bare=true options=tags value=question.tag on_choose=move |chosen| question.tag.set(chosen)/>
            <Checkbox label="Bound nowhere" checked=question.unbound on_change=move |on| question.unbound.set(on)/>
        </div>
    }
    .into_any()
}

#[component]
fn Secrets(
    found: RwSignal<Option<RegistryWindow>>,
    #[prop(into)] on_window: Callback<u32>,
    actions: Callback<RegistryRow, Vec<Action>>,
) -> impl IntoView {
    let total = Signal::derive(move || found.read().as_ref().map_or(0, |window| window.total));
    let start = Signal::derive(move || found.read().as_ref().map_or(0, |window| window.window.start));
    let empty = Memo::new(move |_| found.read().as_ref().map(|window| window.total == 0));
    move || {
        match empty.get() {
        None => ().into_any(),
        Some(true) => view! { <Empty icon=Icon::Key title="No secret here" text="Secrets appear here as soon as they exist, whether a project uses them or not."/> }.into_any(),
        Some(false) => view! {
            <Rows label=Signal::stored("Secrets".to_owned()) role="table" total start columns=Signal::stored(5) on_window head=ViewFn::from(head)>
                {live(move || maybe(found.get(), |window| each(window.rows.into_iter().zip(window.window.start..), |(row, number)| row_view(row, number, actions))))}
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

fn row_view(row: RegistryRow, number: u32, actions: Callback<RegistryRow, Vec<Action>>) -> AnyView {
    let label = ["Actions for ", &row.name].concat();
    let menu = actions.run(row.clone());
    let said: Vec<String> =
        row.provider.into_iter().chain(Some(row.kind).filter(|kind| !kind.is_empty())).collect();
    let uses = if row.uses == 0 { "nowhere".to_owned() } else { count(row.uses, "place", "places") };
    view! {
        <div class="row registry-row" role="row" aria-rowindex=(number + 2).to_string()>
            <span role="cell"><a class="mono" href=Route::Registry(Some(row.id)).path()>{row.name}</a>{row.expired.then(|| view! { " "<Badge text="expired" meaning=Meaning::Danger/> })}</span>
            <span role="cell" class="quiet-text">{said.join(" · ")}</span>
            <span role="cell" class="quiet-text">{row.tags.join(", ")}</span>
            <span role="cell">{uses}</span>
            <span role="cell" class="quiet-text">{ago(row.changed)}</span>
            <span role="cell" class="row-actions"><Menu label actions=menu/></span>
        </div>
    }
    .into_any()
}

fn bind_actions(
    handle: Handle,
    binding: RwSignal<Option<RegistryRow>>,
) -> Callback<RegistryRow, Vec<Action>> {
    Callback::new(move |row: RegistryRow| {
        let secret = row.id;
        vec![
            Action::new("Bind to an environment…", Icon::Folder, move |()| binding.set(Some(row.clone()))),
            Action::new("Delete", Icon::Trash, move |()| handle.apply(vec![Edit::DeleteSecret { secret }]))
                .danger(),
        ]
    })
}

/// Where to bind a secret: what dragging it there would do.
#[component]
fn BindDialog(row: RegistryRow, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let places = RwSignal::new(Vec::<(String, String)>::new());
    let place = RwSignal::new(String::new());
    let variable = RwSignal::new(row.name);
    let secret = row.id;
    handle.ask(Command::Projects, move |reply| {
        if let Reply::Projects(rows) = reply {
            let all = places_of(rows);
            place.set(all.first().map(|(id, _)| id.clone()).unwrap_or_default());
            places.set(all);
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(environment) = Id::parse(&place.read_untracked()) else { return };
        let edit = Edit::Bind { environment, variable: variable.get_untracked(), secret };
        handle.act(Command::Apply { edits: vec![edit] }, move |_| on_close.run(()));
    };
    view! {
        <Dialog title="Bind to an environment" on_close>
            <form class="stack" on:submit=submit>
                <Select label="Environment" options=places value=place on_choose=move |chosen| place.set(chosen)/>
                <TextField label="Variable name there" value=variable mono=true/>
                <div class="actions"><Submit text="Bind"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}

fn places_of(projects: Vec<ProjectRow>) -> Vec<(String, String)> {
    let place = |project: ProjectRow| {
        let name = project.name;
        project
            .environments
            .into_iter()
            .map(move |known| (known.id.to_string(), [&name, " / ", &known.name].concat()))
    };
    projects.into_iter().filter(|project| !project.archived).flat_map(place).collect()
}
