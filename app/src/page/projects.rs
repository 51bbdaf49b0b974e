//! Every project.

use super::word::{TWO_VERSIONS, count};
use crate::component::{
    Action, Badge, Button, Checkbox, Dialog, Empty, Icon, Meaning, Menu, Note, Submit, TextField, Weight,
    each, live, loading, maybe,
};
use crate::handle::{Handle, Wanted, use_handle};
use crate::route::Route;
use desk::{Command, Edit, EnvironmentColumn, Id, Kind, ProjectRow, Status, text};
use leptos::prelude::*;

/// What is asked for in a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asking {
    /// A new project's name.
    New,
    /// Another name for a project.
    Rename(Id, String),
}

/// The list of projects.
#[component]
pub fn ProjectsPage(
    /// All of them, as soon as they are known.
    projects: RwSignal<Option<Vec<ProjectRow>>>,
) -> impl IntoView {
    let handle = use_handle();
    let archived = RwSignal::new(false);
    let asking = RwSignal::new(None::<Asking>);
    handle.when_wanted(move |wanted| {
        let opens = wanted == Wanted::Project;
        if opens {
            asking.set(Some(Asking::New));
        }
        opens
    });
    let some_archived =
        Memo::new(move |_| projects.read().as_ref().is_some_and(|rows| rows.iter().any(|row| row.archived)));
    view! {
        <div class="page">
            <header class="page-head">
                <h1>"Projects"</h1>
                <div class="actions">
                    {live(move || maybe(some_archived.get().then_some(()), |()| view! { <Checkbox label="Show archived" checked=archived on_change=move |on| archived.set(on)/> }.into_any()))}
                    <Button text="Import" icon=Icon::Import on_press=|()| Route::Import(None).go()/>
                    <Button text="New project" icon=Icon::Plus weight=Weight::Primary on_press=move |()| asking.set(Some(Asking::New))/>
                </div>
            </header>
            <Damaged/>
            {live(move || match projects.get() {
                None => loading(),
                Some(rows) => list(handle, rows, archived.get(), asking),
            })}
            {live(move || maybe(asking.get(), |what| view! { <NameDialog what asking/> }.into_any()))}
        </div>
    }
    .into_any()
}

/// Says that something of the vault does not open any more.
#[component]
fn Damaged() -> impl IntoView {
    let handle = use_handle();
    let damaged = Memo::new(move |_| match *handle.status.read() {
        Some(Status::Open { damaged, .. }) => damaged,
        _ => 0,
    });
    live(move || {
        maybe(Some(damaged.get()).filter(|damaged| *damaged > 0), |damaged| {
            let said = text::damaged(damaged);
            view! { <Note meaning=Meaning::Danger><p><strong>{said.what}</strong>" "{said.todo}</p></Note> }
                .into_any()
        })
    })
}

fn list(handle: Handle, rows: Vec<ProjectRow>, archived: bool, asking: RwSignal<Option<Asking>>) -> AnyView {
    let shown: Vec<ProjectRow> = rows.into_iter().filter(|row| archived || !row.archived).collect();
    if shown.is_empty() {
        return view! {
            <Empty icon=Icon::Folder title="No project yet" text="Drop a .env anywhere on this page, or make a project and add keys to it.">
                <Button text="Import a .env" weight=Weight::Primary on_press=|()| Route::Import(None).go()/>
            </Empty>
        }
        .into_any();
    }
    let cards = each(shown, |row| card(handle, row, asking));
    view! { <ul class="cards">{cards}</ul> }.into_any()
}

fn card(handle: Handle, row: ProjectRow, asking: RwSignal<Option<Asking>>) -> AnyView {
    let (id, archived, contested) = (row.id, row.archived, row.contested);
    let name = row.name.clone();
    let actions = vec![
        Action::new("Rename", Icon::Edit, move |()| asking.set(Some(Asking::Rename(id, name.clone())))),
        Action::new(if archived { "Bring back" } else { "Archive" }, Icon::Archive, move |()| {
            handle.apply(vec![Edit::ArchiveProject { project: id, archived: !archived }]);
        }),
        Action::new("Delete", Icon::Trash, move |()| handle.apply(vec![Edit::DeleteProject { project: id }]))
            .danger(),
    ];
    let environments = each(&row.environments, environment_badge);
    let keys = count(row.variables, "key", "keys");
    view! {
        <li class="card">
            <a class="card-link" href=Route::Project(id, None).path()>{row.name.clone()}</a>
            <Menu label=["Actions for ", &row.name].concat() actions/>
            <p class="quiet-text">{keys}{archived.then_some(" · archived")}{contested.then(|| view! { " "<Badge text=TWO_VERSIONS meaning=Meaning::Warning/> })}</p>
            <p class="badges">{environments}</p>
        </li>
    }
    .into_any()
}

/// An environment's name, with its stripe where it is prod.
pub(super) fn environment_badge(column: &EnvironmentColumn) -> AnyView {
    let meaning = if column.kind == Kind::Prod { Meaning::Prod } else { Meaning::Plain };
    view! { <Badge text=column.name.clone() meaning/> }.into_any()
}

#[component]
fn NameDialog(what: Asking, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let handle = use_handle();
    let (title, old) = match &what {
        Asking::New => ("New project", String::new()),
        Asking::Rename(_, name) => ("Rename project", name.clone()),
    };
    let name = RwSignal::new(old);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked();
        let edit = match what {
            Asking::New => Edit::CreateProject { name },
            Asking::Rename(project, _) => Edit::RenameProject { project, name },
        };
        let new = matches!(edit, Edit::CreateProject { .. });
        handle.act(Command::Apply { edits: vec![edit] }, move |changed| {
            asking.set(None);
            if let Some(project) = changed.object.filter(|_| new) {
                Route::Project(project, None).go();
            }
        });
    };
    view! {
        <Dialog title on_close=move |()| asking.set(None)>
            <form class="stack" on:submit=submit>
                <TextField label="Name" value=name focus=true hint="dev, staging and prod are made with it; change them as you like."/>
                <div class="actions"><Submit text="Save"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}
