//! A secret's versions, newest first.

use crate::component::{Badge, Button, Icon, IconButton, Meaning, Weight, each, live};
use crate::handle::{Handle, use_handle};
use crate::time::{ago, full};
use desk::{Command, Edit, Id, Reply, Version};
use leptos::prelude::*;

/// Lists the versions of a secret.
#[component]
pub(super) fn History(
    /// Which secret.
    secret: Id,
) -> impl IntoView {
    let handle = use_handle();
    let versions = RwSignal::new(Vec::<Version>::new());
    let shown = RwSignal::new(None::<(u64, String)>);
    handle.follow(
        move || Command::History { secret },
        move |reply| match reply {
            Reply::History(rows) => versions.set(rows),
            other => handle.refuse(&other),
        },
    );
    view! {
        <ol class="versions">
            {live(move || each(versions.get(), |version| row(handle, secret, version, shown)))}
        </ol>
    }
    .into_any()
}

fn row(handle: Handle, secret: Id, version: Version, shown: RwSignal<Option<(u64, String)>>) -> AnyView {
    let revision = version.revision;
    let reveal = move |()| {
        if shown.read_untracked().as_ref().is_some_and(|(known, _)| *known == revision) {
            return shown.set(None);
        }
        handle.ask(Command::Reveal { secret, revision: Some(revision) }, move |reply| match reply {
            Reply::Value(value) => shown.set(Some((revision, value.into_exposed()))),
            other => handle.refuse(&other),
        });
    };
    let restore = move |()| handle.apply(vec![Edit::RestoreVersion { secret, revision }]);
    let masked = version.masked;
    let text = move || match shown.get() {
        Some((known, value)) if known == revision => value,
        _ => masked.clone(),
    };
    let number = ["version ", &revision.to_string()].concat();
    view! {
        <li class="version">
            <div class="version-line">
                <strong>{number.clone()}</strong>
                {version.current.then(|| view! { <Badge text="current" meaning=Meaning::Ok/> })}
                <span class="quiet-text" title=full(version.time)>{ago(version.time)}" · "{version.device}</span>
            </div>
            <div class="version-line">
                <code class="version-text">{text}</code>
                <IconButton icon=Icon::Eye label=["Show ", &number].concat() on_press=reveal/>
                {(!version.current).then(|| view! { <Button text="Restore" weight=Weight::Quiet icon=Icon::Undo on_press=restore/> })}
            </div>
        </li>
    }
    .into_any()
}
