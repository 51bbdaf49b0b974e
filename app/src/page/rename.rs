//! Another name for a variable.

use crate::component::{Dialog, Submit, TextField};
use crate::handle::{run_if_there, use_handle};
use desk::{Command, Edit, Id};
use leptos::prelude::*;

/// Asks for another name of a variable: every environment of the project has it then.
#[component]
pub(super) fn RenameDialog(
    /// The project.
    project: Id,
    /// The name it has.
    from: String,
    /// Runs when it was renamed.
    #[prop(into)]
    on_done: Callback<()>,
    /// Runs when it should go.
    on_close: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let to = RwSignal::new(from.clone());
    let title = ["Rename ", &from].concat();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (from, to) = (from.clone(), to.get_untracked());
        let edits = vec![Edit::RenameVariable { project, from, to }];
        handle.act(Command::Apply { edits }, move |_| {
            run_if_there(on_done, ());
            run_if_there(on_close, ());
        });
    };
    view! {
        <Dialog title on_close>
            <form class="stack" on:submit=submit>
                <TextField label="New name" value=to mono=true focus=true hint="In every environment of this project. Text that refers to the old name is not changed."/>
                <div class="actions"><Submit text="Rename"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}
