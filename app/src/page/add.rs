//! A new variable: its name, its value, and where it belongs.

use super::generator::GeneratorRow;
use crate::component::{Checkbox, Dialog, SecretField, Submit, TextField, each};
use crate::handle::{clear, run_if_there, use_handle};
use desk::{Command, Edit, Hidden, Id, Kind, ProjectRow, Refusal, Reply};
use leptos::prelude::*;

/// Asks for a new variable of a project.
#[component]
pub(super) fn AddDialog(
    /// The project.
    project: ProjectRow,
    /// Runs when it should go.
    on_close: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let name = RwSignal::new(String::new());
    let value = RwSignal::new(String::new());
    let first: Vec<Id> = project
        .environments
        .iter()
        .filter(|known| known.kind == Kind::NonProd)
        .take(1)
        .map(|known| known.id)
        .collect();
    let chosen = RwSignal::new(first);
    let boxes = each(project.environments, move |environment| {
        let id = environment.id;
        let checked = Signal::derive(move || chosen.read().contains(&id));
        let change = move |on: bool| {
            chosen.update(|ids| {
                ids.retain(|known| *known != id);
                ids.extend(on.then_some(id));
            })
        };
        view! { <Checkbox label=environment.name checked on_change=change/> }.into_any()
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let edit = |environment| Edit::SetValue {
            environment,
            variable: name.get_untracked(),
            value: Hidden::new(value.get_untracked()),
        };
        let edits: Vec<Edit> = chosen.get_untracked().into_iter().map(edit).collect();
        if edits.is_empty() {
            return handle.refuse(&Reply::Refused(Refusal::NothingToImport));
        }
        handle.act(Command::Apply { edits }, move |_| {
            clear(value);
            run_if_there(on_close, ());
        });
    };
    view! {
        <Dialog title="New secret" on_close>
            <form class="stack" on:submit=submit>
                <TextField label="Variable name" value=name mono=true focus=true hint="Letters, digits and _, no digit first."/>
                <SecretField label="Value" value/>
                <GeneratorRow on_value=move |made: Hidden| value.set(made.into_exposed())/>
                <fieldset class="choices"><legend class="label">"Environments"</legend>{boxes}</fieldset>
                <div class="actions"><Submit text="Add"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}
