//! The command palette: every action, every project, every secret.

use super::settings::back_up;
use crate::clipboard::{Clipboard, use_clipboard};
use crate::component::{Icon, Palette, PaletteOption};
use crate::handle::{Handle, Overlay, Wanted, use_handle};
use crate::route::Route;
use desk::{Command, FoundRow, Id, ProjectRow, Reply, Window};
use leptos::prelude::*;

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Deed {
    Go(Route),
    /// Goes there and opens a dialog.
    Open(Route, Wanted),
    BackUp,
    Copy(Id, String),
    Save,
    Undo,
    Lock,
    Keys,
}

/// The palette over everything.
#[component]
pub fn CommandPalette() -> impl IntoView {
    let handle = use_handle();
    let clipboard = use_clipboard();
    let query = RwSignal::new(String::new());
    let projects = RwSignal::new(Vec::<ProjectRow>::new());
    // What was searched for, and what was found.
    let found = RwSignal::new((String::new(), Vec::<FoundRow>::new()));
    handle.ask(Command::Projects, move |reply| {
        if let Reply::Projects(rows) = reply {
            projects.set(rows);
        }
    });
    Effect::new(move |_| {
        let text = query.get();
        if text.trim().is_empty() {
            return found.set((text, Vec::new()));
        }
        let asked = text.clone();
        handle.ask(Command::Search { text, window: Window { start: 0, count: 12 } }, move |reply| {
            if let Reply::Found(window) = reply {
                found.set((asked, window.rows));
            }
        });
    });
    let lines = Memo::new(move |_| {
        let typed = query.read().trim().to_lowercase();
        let mut lines = found
            .with(|(asked, rows)| secrets(rows, |row| *asked == *query.read() || has(&row.name, &typed)));
        lines.extend(
            places(&projects.read())
                .into_iter()
                .chain(actions(handle.route.get()))
                .filter(|(option, _)| has(&option.name, &typed)),
        );
        lines
    });
    let options =
        Signal::derive(move || lines.read().iter().map(|(option, _)| option.clone()).collect::<Vec<_>>());
    let choose = move |place: usize| {
        let deed = lines.with_untracked(|lines| lines.get(place).map(|(_, deed)| deed.clone()));
        handle.overlay.set(None);
        if let Some(deed) = deed {
            perform(handle, clipboard, deed);
        }
    };
    view! { <Palette query options on_choose=choose on_close=move |()| handle.overlay.set(None)/> }.into_any()
}

fn perform(handle: Handle, clipboard: Clipboard, deed: Deed) {
    match deed {
        Deed::Go(route) => route.go(),
        Deed::Open(route, wanted) => {
            handle.wanted.set(Some(wanted));
            route.go();
        }
        Deed::BackUp => back_up(handle),
        Deed::Copy(secret, name) => clipboard.copy_secret(handle, secret, name),
        Deed::Save => handle.act(Command::SaveStaged, |_| {}),
        Deed::Undo => handle.undo(),
        Deed::Lock => handle.lock_everywhere(),
        Deed::Keys => handle.overlay.set(Some(Overlay::Keys)),
    }
}

/// Each hit twice: to open, and the first few to copy. Hits of an earlier query count where they fit this one.
fn secrets(found: &[FoundRow], fits: impl Fn(&FoundRow) -> bool) -> Vec<(PaletteOption, Deed)> {
    let found: Vec<&FoundRow> = found.iter().filter(|row| fits(row)).collect();
    let open = found.iter().map(|row| {
        let route = row
            .project
            .map_or(Route::Registry(Some(row.secret)), |project| Route::Project(project, Some(row.secret)));
        (option("Secrets", Icon::Key, &row.name, &detail(row), ""), Deed::Go(route))
    });
    let copy = found.iter().take(3).map(|row| {
        let name = ["Copy ", &row.name].concat();
        (option("Copy", Icon::Copy, &name, &detail(row), ""), Deed::Copy(row.secret, row.name.clone()))
    });
    open.chain(copy).collect()
}

fn detail(row: &FoundRow) -> String {
    let places = row.places.iter().map(|(project, environment)| [project, " / ", environment].concat());
    row.provider.iter().cloned().chain(places).collect::<Vec<_>>().join(" · ")
}

fn places(projects: &[ProjectRow]) -> Vec<(PaletteOption, Deed)> {
    projects
        .iter()
        .map(|project| {
            (
                option("Projects", Icon::Folder, &project.name, "", ""),
                Deed::Go(Route::Project(project.id, None)),
            )
        })
        .collect()
}

/// Everything that can be done from `here`.
fn actions(here: Route) -> Vec<(PaletteOption, Deed)> {
    let act = |icon, name, key, deed| (option("Actions", icon, name, "", key), deed);
    let project = match here {
        Route::Project(project, _) | Route::Export(project, _) | Route::Import(Some(project)) => {
            Some(project)
        }
        _ => None,
    };
    let of_project = project.into_iter().flat_map(|project| {
        let there = Route::Project(project, None);
        [
            act(Icon::Export, "Export this project", "", Deed::Go(Route::Export(project, None))),
            act(Icon::Gear, "Environments of this project", "", Deed::Open(there, Wanted::Environments)),
        ]
    });
    let home = project.map_or(Route::Registry(None), |project| Route::Project(project, None));
    let first = [
        act(Icon::Import, "Import files or pasted lines", "i", Deed::Go(Route::Import(project))),
        act(Icon::Plus, "New secret", "", Deed::Open(home, Wanted::Secret)),
        act(Icon::Folder, "New project", "", Deed::Open(Route::Projects, Wanted::Project)),
    ];
    first.into_iter().chain(of_project).chain(everywhere()).collect()
}

fn everywhere() -> [(PaletteOption, Deed); 10] {
    let act = |icon, name, key, deed| (option("Actions", icon, name, "", key), deed);
    [
        act(Icon::Check, "Save staged changes", "Ctrl S", Deed::Save),
        act(Icon::Undo, "Undo", "Ctrl Z", Deed::Undo),
        act(Icon::Folder, "Go to the projects", "g p", Deed::Go(Route::Projects)),
        act(Icon::Key, "Go to the registry", "g r", Deed::Go(Route::Registry(None))),
        act(Icon::Clock, "Go to the activity", "g a", Deed::Go(Route::Activity)),
        act(Icon::Gear, "Go to the settings", "g s", Deed::Go(Route::Settings)),
        act(Icon::Trash, "Go to the trash", "", Deed::Go(Route::Trash)),
        act(Icon::Download, "Download a backup", "", Deed::BackUp),
        act(Icon::Info, "List the keys", "?", Deed::Keys),
        act(Icon::Lock, "Lock the vault", "g l", Deed::Lock),
    ]
}

fn option(group: &'static str, icon: Icon, name: &str, detail: &str, key: &'static str) -> PaletteOption {
    PaletteOption { group, icon, name: name.to_owned(), detail: detail.to_owned(), key }
}

/// Whether every word typed is somewhere in the name.
fn has(name: &str, typed: &str) -> bool {
    let name = name.to_lowercase();
    typed.split_whitespace().all(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_come_in_any_order() {
        let (import, _) = actions(Route::Projects).into_iter().next().unwrap();
        assert!(has(&import.name, "lines import"));
        assert!(has(&import.name, ""));
        assert!(!has(&import.name, "export"));
    }

    #[test]
    fn what_needs_a_project_is_offered_in_one() {
        let export = |here| actions(here).iter().any(|(option, _)| option.name == "Export this project");
        assert!(export(Route::Project(Id([1; 16]), None)) && !export(Route::Projects));
    }

    #[test]
    fn hits_of_an_earlier_query_are_left_out_where_they_do_not_fit() {
        let named = |name: &str| FoundRow {
            secret: Id([1; 16]),
            name: name.into(),
            provider: None,
            places: Vec::new(),
            project: None,
        };
        let lines = secrets(&[named("SENTRY_DSN"), named("SETTINGS_KEY")], |row| has(&row.name, "settings"));
        let names: Vec<_> = lines.iter().map(|(option, _)| option.name.as_str()).collect();
        assert_eq!(names, ["SETTINGS_KEY", "Copy SETTINGS_KEY"]);
    }

    #[test]
    fn a_secret_without_a_project_opens_in_the_registry() {
        let row = FoundRow {
            secret: Id([1; 16]),
            name: "K".into(),
            provider: None,
            places: Vec::new(),
            project: None,
        };
        let lines = secrets(&[row], |_| true);
        assert_eq!(
            lines.first().map(|(_, deed)| deed.clone()),
            Some(Deed::Go(Route::Registry(Some(Id([1; 16])))))
        );
    }
}
