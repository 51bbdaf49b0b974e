//! A project's environments: names, kinds, order, and what each inherits from.

use crate::component::{Button, Dialog, Icon, IconButton, Select, Submit, TextField, Weight};
use crate::handle::{Handle, use_handle};
use desk::{Command, Edit, EnvironmentColumn, Id, Kind, Reply};
use leptos::prelude::*;

/// Lists a project's environments and changes them.
#[component]
pub(super) fn EnvironmentsDialog(
    /// The project.
    project: Id,
    /// Runs when it should go.
    on_close: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let columns = RwSignal::new(Vec::<EnvironmentColumn>::new());
    handle.follow(
        || Command::Projects,
        move |reply| {
            if let Reply::Projects(rows) = reply {
                let found = rows.into_iter().find(|row| row.id == project);
                columns.set(found.map(|row| row.environments).unwrap_or_default());
            }
        },
    );
    let rows = move || {
        let all = columns.get();
        all.iter().enumerate().map(|(place, column)| row(handle, column, place, &all)).collect_view()
    };
    view! {
        <Dialog title="Environments" wide=true on_close>
            <ul class="environments">{rows}</ul>
            <NewEnvironment project/>
            <div class="actions"><Button text="Done" weight=Weight::Primary on_press=on_close/></div>
        </Dialog>
    }
    .into_any()
}

fn row(handle: Handle, column: &EnvironmentColumn, place: usize, all: &[EnvironmentColumn]) -> AnyView {
    let id = column.id;
    let name = column.name.clone();
    let rename = move |event: web_sys::Event| {
        handle.apply(vec![Edit::RenameEnvironment { environment: id, name: event_target_value(&event) }])
    };
    let kind = if column.kind == Kind::Prod { "prod" } else { "other" };
    let before = place.checked_sub(1).and_then(|place| all.get(place)).map(|other| other.id);
    let earlier = move |()| {
        if let Some(before) = before {
            handle.apply(vec![Edit::MoveEnvironment { environment: id, before: Some(before) }]);
        }
    };
    let parents: Vec<(String, String)> = [(String::new(), "inherits nothing".to_owned())]
        .into_iter()
        .chain(
            all.iter()
                .filter(|other| other.id != id)
                .map(|other| (other.id.to_string(), ["inherits ", &other.name].concat())),
        )
        .collect();
    let parent = column.parent.map(|parent| parent.to_string()).unwrap_or_default();
    let adopt = move |chosen: String| {
        handle.apply(vec![Edit::SetParent { environment: id, parent: Id::parse(&chosen) }])
    };
    view! {
        <li class="environment" class:prod-row=column.kind == Kind::Prod>
            <input class="input" aria-label=["Name of ", &name].concat() prop:value=name.clone() autocomplete="off" spellcheck="false" on:change=rename/>
            <Select label=["Kind of ", &name].concat() bare=true options=Signal::stored(kinds()) value=Signal::stored(kind.to_owned())
                on_choose=move |chosen: String| handle.apply(vec![Edit::SetKind { environment: id, kind: kind_of(&chosen) }])/>
            <Select label=["Parent of ", &name].concat() bare=true options=Signal::stored(parents) value=Signal::stored(parent) on_choose=adopt/>
            <IconButton icon=Icon::Up label=["Move ", &name, " before the one above"].concat() on_press=earlier/>
            <IconButton icon=Icon::Trash label=["Delete ", &name].concat() on_press=move |()| handle.apply(vec![Edit::DeleteEnvironment { environment: id }])/>
        </li>
    }
    .into_any()
}

#[component]
fn NewEnvironment(project: Id) -> impl IntoView {
    let handle = use_handle();
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new("other".to_owned());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let edit = Edit::CreateEnvironment {
            project,
            name: name.get_untracked(),
            kind: kind_of(&kind.read_untracked()),
            parent: None,
        };
        handle.act(Command::Apply { edits: vec![edit] }, move |_| name.set(String::new()));
    };
    view! {
        <form class="new-environment" on:submit=submit>
            <TextField label="New environment" value=name/>
            <Select label="Kind" options=Signal::stored(kinds()) value=kind on_choose=move |chosen| kind.set(chosen)/>
            <Submit text="Add"/>
        </form>
    }
    .into_any()
}

fn kinds() -> Vec<(String, String)> {
    super::consumer::options(&[("other", "not production"), ("prod", "production")])
}

fn kind_of(value: &str) -> Kind {
    if value == "prod" { Kind::Prod } else { Kind::NonProd }
}
