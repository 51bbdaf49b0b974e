//! The files of a preview: who reads each, and which environment it goes to.

use super::consumer::{READERS, options};
use super::import::Draft;
use super::word::count;
use crate::component::{Glyph, Icon, Select, each, live};
use desk::{EnvironmentColumn, Id, ImportChoice, ImportFile, ImportTarget, Kind};
use leptos::prelude::*;

/// The files, in order.
#[component]
pub(super) fn Files(draft: Draft) -> impl IntoView {
    let files = Memo::new(move |_| {
        draft.preview.read().as_ref().map(|preview| preview.files.clone()).unwrap_or_default()
    });
    view! {
        <ul class="import-files" aria-label="Files and their environments">
            {live(move || {
                draft.refused.track();
                each(files.get().into_iter().zip(0_u32..), |(file, place)| file_view(draft, file, place))
            })}
        </ul>
    }
    .into_any()
}

fn file_view(draft: Draft, file: ImportFile, place: u32) -> AnyView {
    let name = if file.name.is_empty() { "Pasted text".to_owned() } else { file.name };
    let reader = file.reader;
    let target = target_value(&file.target);
    let here = file.target;
    let environments = Signal::derive(move || target_options(&columns(draft), &here));
    let problems = each(file.problems, |(line, sentence)| problem_view(line, &sentence));
    view! {
        <li class="import-file">
            <span class="mono name">{name.clone()}</span>
            <span class="quiet-text">{count(file.keys, "key", "keys")}</span>
            <Select
                label=["Reader of ", &name].concat()
                bare=true
                options=Signal::stored(options(&READERS))
                value=Signal::stored(reader)
                on_choose=move |reader| draft.choose(ImportChoice::Reader { file: place, reader })
            />
            <span class="arrow" aria-hidden="true">"→"</span>
            <Select
                label=["Environment for ", &name].concat()
                bare=true
                options=environments
                value=Signal::stored(target)
                on_choose=move |chosen: String| {
                    if let Some(target) = read_target(&chosen) {
                        draft.choose(ImportChoice::Target { file: place, target });
                    }
                }
            />
            {problems}
        </li>
    }
    .into_any()
}

fn problem_view(line: u32, sentence: &str) -> AnyView {
    let text = ["Line ", &line.to_string(), ": ", sentence].concat();
    view! { <p class="error"><Glyph icon=Icon::Danger/>{text}</p> }.into_any()
}

/// The environments of the project that is chosen.
fn columns(draft: Draft) -> Vec<EnvironmentColumn> {
    let project = draft.preview.with(|preview| preview.as_ref().and_then(|preview| preview.project.0));
    draft.projects.with(|projects| {
        let found = projects.iter().find(|known| Some(known.id) == project);
        found.map(|known| known.environments.clone()).unwrap_or_default()
    })
}

fn target_options(columns: &[EnvironmentColumn], here: &ImportTarget) -> Vec<(String, String)> {
    const USUAL: [(&str, Kind); 4] =
        [("dev", Kind::NonProd), ("test", Kind::NonProd), ("staging", Kind::NonProd), ("prod", Kind::Prod)];
    let existing = columns.iter().map(|column| (column.id.to_string(), column.name.clone()));
    let mut options: Vec<(String, String)> = existing.collect();
    for (name, kind) in USUAL {
        if !columns.iter().any(|column| column.name == name) {
            let target = ImportTarget::New { name: name.to_owned(), kind };
            options.push((target_value(&target), [name, " (new)"].concat()));
        }
    }
    let value = target_value(here);
    if let (ImportTarget::New { name, .. }, false) = (here, options.iter().any(|(known, _)| *known == value))
    {
        options.push((value, [name, " (new)"].concat()));
    }
    options
}

fn target_value(target: &ImportTarget) -> String {
    match target {
        ImportTarget::Existing(id) => id.to_string(),
        ImportTarget::New { name, kind: Kind::Prod } => ["prod:", name].concat(),
        ImportTarget::New { name, kind: Kind::NonProd } => ["other:", name].concat(),
    }
}

fn read_target(value: &str) -> Option<ImportTarget> {
    match value.split_once(':') {
        Some(("prod", name)) => Some(ImportTarget::New { name: name.to_owned(), kind: Kind::Prod }),
        Some((_, name)) => Some(ImportTarget::New { name: name.to_owned(), kind: Kind::NonProd }),
        None => Id::parse(value).map(ImportTarget::Existing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_back_from_its_option() {
        let targets = [
            ImportTarget::Existing(Id([9; 16])),
            ImportTarget::New { name: "a:b".into(), kind: Kind::NonProd },
            ImportTarget::New { name: "prod".into(), kind: Kind::Prod },
        ];
        for target in targets {
            assert_eq!(read_target(&target_value(&target)), Some(target));
        }
    }

    #[test]
    fn the_chosen_target_is_always_among_the_options() {
        let here = ImportTarget::New { name: "preview".into(), kind: Kind::NonProd };
        let options = target_options(&[], &here);
        assert_eq!(options.last().unwrap(), &("other:preview".to_owned(), "preview (new)".to_owned()));
    }
}
