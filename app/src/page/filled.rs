//! The pages that a secret was put into, which have to be filled again when it is replaced, and those that it came from.

use crate::beside;
use crate::component::{Badge, Meaning, each, live, loading};
use crate::handle::use_handle;
use crate::time::ago;
use desk::text::fill as text;
use desk::{Command, FilledRow, Id, Reply};
use leptos::prelude::*;

/// Where a secret's value went and where it came from, the newest first.
#[component]
pub(super) fn FilledList(secret: Id) -> impl IntoView {
    let handle = use_handle();
    let known = RwSignal::new(None::<(Vec<FilledRow>, bool)>);
    handle.follow(
        move || Command::Places { secret },
        move |reply| match reply {
            Reply::Places { rows, full } => known.set(Some((rows, full))),
            other => handle.refuse(&other),
        },
    );
    live(move || match known.get() {
        None => loading(),
        Some((rows, full)) => {
            let (captured, filled): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.captured);
            let list = |heading: &'static str, label: &'static str, rows: Vec<FilledRow>| {
                (!rows.is_empty()).then(|| {
                    view! {
                        <h3>{heading}</h3>
                        <ul class="versions" aria-label=label>{each(rows, line)}</ul>
                    }
                })
            };
            view! {
                {list("Filled into", "Pages that it was filled into", filled)}
                {list("Captured from", "Pages that it was captured from", captured)}
                {full.then(|| view! { <p class="quiet-text">{text::OLDER}</p> })}
            }
            .into_any()
        }
    })
}

fn line(row: FilledRow) -> AnyView {
    let host = beside::host(&row.origin).to_owned();
    let parts = [row.place, row.variable].into_iter().filter(|it| !it.is_empty());
    let place: Vec<String> = row.provider.into_iter().chain(parts).collect();
    let version = match row.revision {
        0 => "the page made something else of it".to_owned(),
        revision => ["version ", &revision.to_string()].concat(),
    };
    let (word, meaning) =
        if row.current { ("current", Meaning::Ok) } else { ("not current", Meaning::Warning) };
    view! {
        <li class="version">
            <div class="version-line"><span class="version-text"><code>{host}</code></span><Badge text=word meaning/></div>
            {(!place.is_empty()).then(|| view! { <span>{place.join(" · ")}</span> })}
            <span class="quiet-text">{[version, ago(row.time), row.device].join(", ")}</span>
        </li>
    }
    .into_any()
}
