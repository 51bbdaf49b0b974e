//! The keys of a preview: what each holds, what will happen with it, and what to know about it.

use super::consumer::words;
use super::import::Draft;
use crate::component::{Badge, Meaning, Note, Rows, each, live, maybe};
use desk::{ImportChoice, ImportRow, ImportTarget, Outcome};
use leptos::prelude::*;

/// The table of keys, and all that is to know of the one last touched.
#[component]
pub(super) fn Keys(draft: Draft) -> impl IntoView {
    let total = Memo::new(move |_| draft.preview.read().as_ref().map_or(0, |preview| preview.total));
    let start = Memo::new(move |_| draft.preview.read().as_ref().map_or(0, |preview| preview.start));
    let current = RwSignal::new(None::<u32>);
    view! {
        <Rows
            label="Keys to import" role="table" total start columns=Signal::stored(5)
            on_window=move |start| draft.show(start)
            head=ViewFn::from(move || view! { <Head draft/> })
        >
            {live(move || maybe(draft.preview.get(), |preview| rows_view(draft, preview.rows, &targets(draft), current)))}
        </Rows>
        {live(move || maybe(current.get().and_then(|row| detail_of(draft, row)), |view| view))}
    }
    .into_any()
}

#[component]
fn Head(draft: Draft) -> impl IntoView {
    let all = move || {
        draft.preview.read().as_ref().is_some_and(|preview| preview.rows.iter().all(|row| row.chosen))
    };
    view! {
        <div class="row head import-row" role="row" aria-rowindex="1">
            <span role="columnheader">
                <input type="checkbox" class="tick" aria-label="All keys" prop:checked=all
                    on:change=move |event| draft.choose(ImportChoice::All(event_target_checked(&event)))/>
            </span>
            <span role="columnheader">"Key"</span>
            <span role="columnheader">"Value"</span>
            <span role="columnheader">"What happens"</span>
            <span role="columnheader">"Notices"</span>
        </div>
    }
}

fn rows_view(
    draft: Draft,
    rows: Vec<ImportRow>,
    targets: &[String],
    current: RwSignal<Option<u32>>,
) -> AnyView {
    each(rows, |row| row_view(draft, row, targets, current))
}

fn row_view(draft: Draft, row: ImportRow, targets: &[String], current: RwSignal<Option<u32>>) -> AnyView {
    let number = row.row;
    let place = usize::try_from(row.file).ok().and_then(|file| targets.get(file)).map_or("", String::as_str);
    let what = outcome(&row, place);
    let chosen = row.chosen;
    let first = row.notices.first().cloned();
    let more = (row.notices.len() > 1).then(|| ["+", &(row.notices.len() - 1).to_string()].concat());
    let provider = row.provider.map(|provider| view! { <Badge text=provider meaning=Meaning::Accent/> });
    let reference = row.reference.map(|chosen| view! {
        <label class="choice">
            <input use:tick class="tick" prop:checked=chosen
                on:change=move |event| draft.choose(ImportChoice::AsReference { row: number, chosen: event_target_checked(&event) })/>
            <span class="visually-hidden">{row.key.clone()}" "</span>"as reference"
        </label>
    });
    let differs =
        (!row.differs.is_empty()).then(|| view! { <Badge text="read differently" meaning=Meaning::Notice/> });
    view! {
        <div class="row import-row" role="row" aria-rowindex=(number + 2).to_string() class:left-out=!chosen
            class:current=move || current.get() == Some(number) on:click=move |_| current.set(Some(number))
            on:focusin=move |_| current.set(Some(number))>
            <span role="cell">
                <input use:tick class="tick" aria-label=row.key.clone() prop:checked=chosen
                    on:change=move |event| draft.choose(ImportChoice::Row { row: number, chosen: event_target_checked(&event) })/>
            </span>
            <span role="cell" class="mono">
                {row.key}{row.rename.map(|name| view! { <span class="quiet-text">" → "{name}</span> })}
            </span>
            <span role="cell" class="mono quiet-text">{row.masked}</span>
            <span role="cell">{what}</span>
            <span role="cell" class="notices">
                {reference}{provider}{differs}
                {first.map(|notice| view! { <span class="notice-text"><span aria-hidden="true">"⚠ "</span>{notice}</span> })}
                {more.map(|more| view! { <Badge text=more/> })}
            </span>
        </div>
    }
    .into_any()
}

/// Makes an input a box to tick, once: a row drawn again writes its attributes again, and an input whose type is written
/// while it has the focus is scrolled back into view.
fn tick(input: web_sys::Element) {
    if !input.has_attribute("type") {
        // Setting an attribute of a valid name does not fail.
        let _ = input.set_attribute("type", "checkbox");
    }
}

/// Every notice about a row, in full.
fn detail_of(draft: Draft, number: u32) -> Option<AnyView> {
    let preview = draft.preview.get()?;
    let row = preview.rows.into_iter().find(|row| row.row == number)?;
    let differs = (!row.differs.is_empty()).then(|| {
        let names: Vec<&str> = row.differs.iter().map(|id| words(id)).collect();
        ["Read differently by ", &names.join(", "), "."].concat()
    });
    let said: Vec<String> = row.notices.into_iter().chain(differs).collect();
    let lines = if said.is_empty() { vec!["Nothing to note.".to_owned()] } else { said.clone() };
    let meaning = if said.is_empty() { Meaning::Ok } else { Meaning::Warning };
    let title =
        [&row.key, ", line ", &row.line.to_string(), ", ", &row.length.to_string(), " characters"].concat();
    let lines = each(lines, |line| view! { <p>{line}</p> }.into_any());
    Some(view! { <Note meaning><p class="mono">{title}</p>{lines}</Note> }.into_any())
}

/// The name of the environment that each file goes to.
fn targets(draft: Draft) -> Vec<String> {
    let preview = draft.preview.read();
    let projects = draft.projects.read();
    let name_of = |target: &ImportTarget| match target {
        ImportTarget::New { name, .. } => name.clone(),
        ImportTarget::Existing(id) => {
            let mut columns = projects.iter().flat_map(|project| &project.environments);
            columns.find(|column| column.id == *id).map(|column| column.name.clone()).unwrap_or_default()
        }
    };
    preview
        .as_ref()
        .map(|preview| preview.files.iter().map(|file| name_of(&file.target)).collect())
        .unwrap_or_default()
}

fn outcome(row: &ImportRow, place: &str) -> String {
    match &row.outcome {
        Outcome::Create => ["create in ", place].concat(),
        Outcome::NewVersion { old_length } => [
            "new version in ",
            place,
            " (",
            &old_length.to_string(),
            " → ",
            &row.length.to_string(),
            " characters)",
        ]
        .concat(),
        Outcome::Override { from } => ["override ", from, " in ", place].concat(),
        Outcome::Unchanged => ["unchanged in ", place].concat(),
        Outcome::Skip => "left out".into(),
    }
}
