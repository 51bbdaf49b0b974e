//! Binding a secret to an environment: by dragging it there, or in a dialog.

use crate::component::{Dialog, Select, Submit, TextField, each, live};
use crate::handle::{Handle, run_if_there, use_handle};
use desk::{Command, Edit, Id, ProjectRow, RegistryRow, Reply};
use leptos::prelude::*;

/// Every environment, as a place to drop the row that is dragged. The rows' menu does the same by keyboard.
#[component]
pub(super) fn Targets(row: RegistryRow, dragged: RwSignal<Option<RegistryRow>>) -> impl IntoView {
    let handle = use_handle();
    let places = places(handle);
    let target = move |(id, name): (String, String)| {
        let row = row.clone();
        let over = RwSignal::new(false);
        let take = move |event: web_sys::DragEvent| {
            event.prevent_default();
            dragged.set(None);
            if let Some(environment) = Id::parse(&id) {
                handle.apply(vec![Edit::Bind { environment, variable: row.name.clone(), secret: row.id }]);
            }
        };
        view! {
            <li class="target" class:over=over on:dragenter=move |_| over.set(true) on:dragleave=move |_| over.set(false) on:drop=take>
                {name}
            </li>
        }
        .into_any()
    };
    view! {
        <div class="targets">
            <strong>"Drop it on an environment to bind it there"</strong>
            <ul aria-label="Environments to bind it to">{live(move || each(places.get(), target.clone()))}</ul>
        </div>
    }
    .into_any()
}

/// Where to bind a secret: what dragging it there does.
#[component]
pub(super) fn BindDialog(row: RegistryRow, on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let places = places(handle);
    let place = RwSignal::new(String::new());
    let variable = RwSignal::new(row.name);
    let secret = row.id;
    Effect::new(move |_| {
        place.set(places.read().first().map(|(id, _)| id.clone()).unwrap_or_default());
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(environment) = Id::parse(&place.read_untracked()) else { return };
        let edit = Edit::Bind { environment, variable: variable.get_untracked(), secret };
        handle.act(Command::Apply { edits: vec![edit] }, move |_| run_if_there(on_close, ()));
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

/// Every environment of every project, as soon as they are known.
fn places(handle: Handle) -> RwSignal<Vec<(String, String)>> {
    let places = RwSignal::new(Vec::new());
    handle.ask(Command::Projects, move |reply| {
        if let Reply::Projects(rows) = reply {
            places.try_set(places_of(rows));
        }
    });
    places
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
