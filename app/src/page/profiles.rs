//! The forms that the person taught Tacit: each with its site, another name, and its end.

use crate::component::{Dialog, Icon, IconButton, Submit, TextField, each, live, maybe};
use crate::handle::{run_if_there, use_handle};
use crate::object::{field, texts};
use desk::text::permission as text;
use desk::{Command, Edit, Id, ProfileRow, Reply};
use leptos::prelude::*;

/// All of them.
#[component]
pub(super) fn Profiles() -> impl IntoView {
    let handle = use_handle();
    let rows = RwSignal::new(Vec::<ProfileRow>::new());
    let renaming = RwSignal::new(None::<(Id, String)>);
    handle.follow(
        || Command::Profiles,
        move |reply| match reply {
            Reply::Profiles(known) => rows.set(known),
            other => handle.refuse(&other),
        },
    );
    let line = move |ProfileRow { id, name, text }: ProfileRow| {
        let (rename, delete) = (["Rename ", &name].concat(), ["Delete ", &name].concat());
        let from = name.clone();
        view! {
            <li class="line">
                <span class="profile-text"><span>{name}</span><code class="quiet-text">{pages(&text)}</code></span>
                <IconButton icon=Icon::Edit label=rename on_press=move |()| renaming.set(Some((id, from.clone())))/>
                <IconButton icon=Icon::Trash label=delete on_press=move |()| handle.apply(vec![Edit::DeleteProfile { profile: id }])/>
            </li>
        }
        .into_any()
    };
    view! {
        <h3>"Forms that you taught"</h3>
        <p class="quiet-text">{move || if rows.read().is_empty() { text::NONE_TAUGHT } else { text::TAUGHT }}</p>
        {live(move || maybe((!rows.read().is_empty()).then(|| rows.get()), move |rows| view! { <ul class="lines" aria-label="Forms that you taught">{each(rows, line)}</ul> }.into_any()))}
        {live(move || maybe(renaming.get(), move |(profile, from)| view! { <Rename profile from on_close=move |()| renaming.set(None)/> }.into_any()))}
    }
    .into_any()
}

/// Whose pages a profile is for, as it says itself; another client may have written anything.
fn pages(profile: &str) -> String {
    let read = js_sys::JSON::parse(profile).ok();
    let first =
        |name| field(read.as_ref()?, name).map(|list| texts(&list)).and_then(|all| all.into_iter().next());
    match (first("origins"), first("paths")) {
        (Some(origin), Some(path)) => [origin, path].concat(),
        _ => text::UNREADABLE.to_owned(),
    }
}

#[component]
fn Rename(profile: Id, from: String, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let to = RwSignal::new(from.clone());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let edits = vec![Edit::RenameProfile { profile, name: to.get_untracked() }];
        handle.act(Command::Apply { edits }, move |_| run_if_there(on_close, ()));
    };
    view! {
        <Dialog title=["Rename ", &from].concat() on_close>
            <form class="stack" on:submit=submit>
                <TextField label="New name" value=to focus=true/>
                <div class="actions"><Submit text="Rename"/></div>
            </form>
        </Dialog>
    }
    .into_any()
}
