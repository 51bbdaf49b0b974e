//! A secret's versions, newest first.

use crate::component::{Badge, Button, Icon, IconButton, Meaning, Weight, each, live};
use crate::handle::{Handle, use_handle};
use crate::shown::Shown;
use crate::time::{ago, full};
use desk::{Command, Comparison, Edit, Id, Reply, Version, text};
use leptos::prelude::*;

/// Lists the versions of a secret.
#[component]
pub(super) fn History(
    /// Which secret.
    secret: Id,
) -> impl IntoView {
    let handle = use_handle();
    let versions = RwSignal::new(Vec::<Version>::new());
    let look = Look { shown: Shown::hidden(), compared: RwSignal::new(None) };
    handle.follow(
        move || Command::History { secret },
        move |reply| match reply {
            Reply::History(rows) => {
                // What was compared is not the current version any more.
                look.compared.set(None);
                versions.set(rows);
            }
            other => handle.refuse(&other),
        },
    );
    view! {
        <ol class="versions">
            {live(move || each(versions.get(), |version| row(handle, secret, version, look)))}
        </ol>
    }
    .into_any()
}

/// What of the versions is looked at.
#[derive(Clone, Copy)]
struct Look {
    shown: Shown<u64>,
    /// How one of them differs from the current one.
    compared: RwSignal<Option<(u64, Comparison)>>,
}

fn row(handle: Handle, secret: Id, version: Version, look: Look) -> AnyView {
    let (revision, Look { shown, compared }) = (version.revision, look);
    let reveal = move |()| {
        if shown.is_of(revision) {
            return shown.hide();
        }
        handle.ask(Command::Reveal { secret, revision: Some(revision) }, move |reply| match reply {
            Reply::Value(value) => shown.show(revision, value),
            other => handle.refuse(&other),
        });
    };
    let compare = move |()| {
        handle.ask(Command::Compare { secret, revision }, move |reply| match reply {
            Reply::Comparison(found) => drop(compared.try_set(Some((revision, found)))),
            other => handle.refuse(&other),
        });
    };
    let difference = move || {
        compared.get().filter(|(known, _)| *known == revision).map(|(_, found)| text::comparison(&found))
    };
    let restore = move |()| handle.apply(vec![Edit::RestoreVersion { secret, revision }]);
    let masked = version.masked;
    let text = move || shown.of(revision).unwrap_or_else(|| masked.clone());
    let pressed = Signal::derive(move || shown.of(revision).is_some());
    let icon = Signal::derive(move || if pressed.get() { Icon::EyeOff } else { Icon::Eye });
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
                <IconButton icon label=["Show ", &number].concat() pressed on_press=reveal/>
                {(!version.current).then(|| view! {
                    <Button text="Compare" weight=Weight::Quiet on_press=compare/>
                    <Button text="Restore" weight=Weight::Quiet icon=Icon::Undo on_press=restore/>
                })}
            </div>
            <p class="quiet-text difference" role="status">{difference}</p>
        </li>
    }
    .into_any()
}
