//! A project: the grid of its variable names by environments, and a secret's panel beside it.

use super::add::AddDialog;
use super::alternative::Alternatives;
use super::cell::{column, line};
use super::environment::EnvironmentsDialog;
use super::rename::RenameDialog;
use super::secret::SecretPanel;
use super::word::count;
use crate::clipboard::{Clipboard, use_clipboard};
use crate::component::{
    Badge, Button, Checkbox, DataGrid, Empty, Icon, IconButton, MOST, Meaning, Place, SearchField, Select,
    Weight, Wish, live, loading, maybe,
};
use crate::handle::{Handle, Wanted, use_handle};
use crate::route::Route;
use crate::shown::Shown;
use desk::{Cell, CellState, Command, Edit, GridFilter, GridWindow, Hidden, Id, Kind, Reply, Window};
use leptos::prelude::*;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Board {
    handle: Handle,
    clipboard: Clipboard,
    project: Id,
    grid: RwSignal<Option<GridWindow>>,
    /// What the grid shows next: it stands still while a cell is being changed, so that what is typed stays, and stays in
    /// the row it was meant for.
    latest: RwSignal<Option<GridWindow>>,
    text: RwSignal<String>,
    only_missing: RwSignal<bool>,
    provider: RwSignal<String>,
    start: RwSignal<u32>,
    again: RwSignal<u32>,
    active: RwSignal<Place>,
    editing: RwSignal<Option<Place>>,
    revealed: Shown<Place>,
    /// The cell whose key to show it is down.
    held: StoredValue<Option<Place>>,
    /// Selected names, each with the edits that would take it away.
    selected: RwSignal<Vec<(String, Vec<Edit>)>>,
    dialog: RwSignal<Option<Open>>,
}

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Add,
    Environments,
    /// Another name for a variable, everywhere in the project.
    Rename,
}

/// One project.
#[component]
pub fn ProjectPage(
    /// Which.
    project: Id,
) -> impl IntoView {
    let handle = use_handle();
    let board = Board {
        handle,
        clipboard: use_clipboard(),
        project,
        grid: RwSignal::default(),
        latest: RwSignal::default(),
        text: RwSignal::default(),
        only_missing: RwSignal::default(),
        provider: RwSignal::default(),
        start: RwSignal::default(),
        again: RwSignal::default(),
        active: RwSignal::new((0, 0)),
        editing: RwSignal::default(),
        revealed: Shown::hidden(),
        held: StoredValue::default(),
        selected: RwSignal::default(),
        dialog: RwSignal::default(),
    };
    handle.follow(
        move || board.question(),
        move |reply| match reply {
            Reply::Grid(window) => board.latest.set(Some(window)),
            other => handle.refuse(&other),
        },
    );
    Effect::new(move |_| {
        let latest = board.latest.get();
        if board.editing.get().is_none() {
            board.grid.set(latest);
        }
    });
    handle.when_wanted(move |wanted| {
        let open = match wanted {
            Wanted::Secret => Open::Add,
            Wanted::Environments => Open::Environments,
            Wanted::Project | Wanted::Kit => return false,
        };
        // A dialog says what the project has: it waits for that.
        let is_known = board.grid.read().is_some();
        if is_known {
            board.dialog.set(Some(open));
        }
        is_known
    });
    let secret = Memo::new(move |_| match handle.route.get() {
        Route::Project(_, secret) => secret,
        _ => None,
    });
    let contested = Memo::new(move |_| board.grid.read().as_ref().is_some_and(|grid| grid.project.contested));
    view! {
        <div class="with-panel">
            <div class="page board">
                <Head board/>
                {live(move || maybe(contested.get().then_some(()), |()| view! { <Alternatives object=project label="Two versions"/> }.into_any()))}
                <Filters board/>
                <Grid board/>
                <Selected board/>
                <Staged board/>
            </div>
            {live(move || maybe(secret.get(), |secret| view! { <SecretPanel secret on_close=move |()| Route::Project(project, None).go()/> }.into_any()))}
            {live(move || maybe(board.dialog.get().and_then(|open| dialog(board, open)), |view| view))}
        </div>
    }
    .into_any()
}

#[component]
fn Head(board: Board) -> impl IntoView {
    let name = Memo::new(move |_| {
        board.grid.read().as_ref().map(|grid| grid.project.name.clone()).unwrap_or_default()
    });
    let project = board.project;
    view! {
        <header class="page-head">
            <h1>{name}</h1>
            <div class="actions">
                <IconButton icon=Icon::Gear label="Environments" on_press=move |()| board.dialog.set(Some(Open::Environments))/>
                <Button text="Import" icon=Icon::Import on_press=move |()| Route::Import(Some(project)).go()/>
                <Button text="Export" icon=Icon::Export on_press=move |()| Route::Export(project, None).go()/>
                <Button text="Secret" icon=Icon::Plus weight=Weight::Primary on_press=move |()| board.dialog.set(Some(Open::Add))/>
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn Filters(board: Board) -> impl IntoView {
    let providers = Signal::derive(move || {
        let grid = board.grid.read();
        let known = grid.as_ref().map(|grid| grid.providers.clone()).unwrap_or_default();
        [(String::new(), "Every provider".to_owned())].into_iter().chain(known).collect::<Vec<_>>()
    });
    let counted = move || {
        let total = board.grid.read().as_ref().map_or(0, |grid| grid.total);
        count(total, "key", "keys")
    };
    view! {
        <div class="filters">
            <SearchField label="Filter by name, provider or tag" value=board.text id="filter"/>
            <Checkbox label="Only missing" checked=board.only_missing on_change=move |on| board.only_missing.set(on)/>
            <Select label="Provider" bare=true options=providers value=board.provider on_choose=move |chosen| board.provider.set(chosen)/>
            <span class="quiet-text count" role="status">{counted}</span>
        </div>
    }
    .into_any()
}

#[component]
fn Grid(board: Board) -> impl IntoView {
    let some = |pick: fn(&GridWindow) -> u32| move || board.grid.read().as_ref().map_or(0, pick);
    let empty = Memo::new(move |_| board.grid.read().as_ref().map(|grid| grid.total == 0));
    let columns = Memo::new(move |_| {
        board
            .grid
            .read()
            .as_ref()
            .map(|grid| grid.project.environments.iter().map(column).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let lines = Signal::derive(move || {
        board.grid.get().map(|grid| grid.rows.into_iter().map(line).collect::<Vec<_>>()).unwrap_or_default()
    });
    let start = Signal::derive(some(|grid| grid.start));
    let total = Signal::derive(some(|grid| grid.total));
    move || {
        match empty.get() {
        None => loading(),
        Some(true) => view! { <Nothing board/> }.into_any(),
        Some(false) => view! {
            <DataGrid
                label=Signal::stored("Keys by environment".to_owned()) names="Key" columns lines start total
                active=board.active editing=board.editing revealed=Signal::derive(move || board.revealed.get())
                selected=Signal::derive(move || board.selected.read().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())
                on_window=move |start| board.start.set(start)
                on_wish=move |(place, wish)| board.wish(place, wish)
                on_edit=move |(place, value)| board.stage_value(place, value)
            />
        }
        .into_any(),
    }
    }
}

#[component]
fn Nothing(board: Board) -> impl IntoView {
    let filtered = move || {
        !board.text.read().is_empty() || board.only_missing.get() || !board.provider.read().is_empty()
    };
    let project = board.project;
    move || {
        if filtered() {
            return view! { <Empty icon=Icon::Search title="No key fits" text="Clear the filter to see every key."/> }.into_any();
        }
        view! {
            <Empty icon=Icon::Key title="No key yet" text="Drop a .env anywhere on this page, paste lines, or add a secret.">
                <Button text="Import" icon=Icon::Import on_press=move |()| Route::Import(Some(project)).go()/>
                <Button text="Add a secret" icon=Icon::Plus weight=Weight::Primary on_press=move |()| board.dialog.set(Some(Open::Add))/>
            </Empty>
        }
        .into_any()
    }
}

/// What can be done with the selected names at once.
#[component]
fn Selected(board: Board) -> impl IntoView {
    let some = Memo::new(move |_| board.selected.read().len());
    let text = move || [some.get().to_string().as_str(), " selected"].concat();
    let take_away = move |()| {
        let edits = board.selected.get_untracked().into_iter().flat_map(|(_, edits)| edits).collect();
        board.selected.set(Vec::new());
        board.handle.apply(edits);
    };
    view! {
        {live(move || maybe((some.get() > 0).then_some(()), |()| view! {
            <div class="bar" role="region" aria-label="Selected keys">
                <strong role="status">{text}</strong>
                {live(move || maybe((some.get() == 1).then_some(()), |()| view! {
                    <Button text="Rename" icon=Icon::Edit on_press=move |()| board.dialog.set(Some(Open::Rename))/>
                }.into_any()))}
                <Button text="Clear the selection" weight=Weight::Quiet on_press=move |()| board.selected.set(Vec::new())/>
                <Button text="Take away" icon=Icon::Trash weight=Weight::Danger on_press=take_away/>
            </div>
        }.into_any()))}
    }
    .into_any()
}

/// Edits that are kept aside until they are saved as one act.
#[component]
fn Staged(board: Board) -> impl IntoView {
    let handle = board.handle;
    let staged = Memo::new(move |_| board.grid.read().as_ref().map_or(0, |grid| grid.staged));
    let text = move || count(staged.get(), "staged change", "staged changes");
    let prod = Memo::new(move |_| board.grid.read().as_ref().is_some_and(stages_prod));
    let discard = move |()| {
        handle.discard(count(
            staged.get_untracked(),
            "staged change was dropped.",
            "staged changes were dropped.",
        ));
    };
    let save = move |()| handle.act(Command::SaveStaged, move |_| board.reload());
    view! {
        {live(move || maybe((staged.get() > 0).then_some(()), |()| view! {
            <footer class="bar" role="region" aria-label="Staged changes">
                <strong role="status">{text}" "{live(move || maybe(prod.get().then_some("prod"), |text| view! { <Badge text meaning=Meaning::Prod/> }.into_any()))}</strong>
                <Button text="Discard" weight=Weight::Quiet on_press=discard/>
                <Button text="Save" key="Ctrl S" weight=Weight::Primary on_press=save/>
            </footer>
        }.into_any()))}
    }
    .into_any()
}

/// Whether a staged edit in sight reaches production.
fn stages_prod(grid: &GridWindow) -> bool {
    let columns = &grid.project.environments;
    let staged =
        grid.rows.iter().flat_map(|row| row.cells.iter().zip(columns)).filter(|(cell, _)| cell.staged);
    staged.into_iter().any(|(_, column)| column.kind == Kind::Prod)
}

fn dialog(board: Board, open: Open) -> Option<AnyView> {
    let project = board.grid.get_untracked()?.project;
    let on_close = Callback::new(move |()| board.dialog.set(None));
    Some(match open {
        Open::Add => view! { <AddDialog project on_close/> }.into_any(),
        Open::Rename => {
            let (from, _) = board.selected.get_untracked().into_iter().next()?;
            view! { <RenameDialog project=board.project from on_done=move |()| board.selected.set(Vec::new()) on_close/> }.into_any()
        }
        Open::Environments => view! { <EnvironmentsDialog project=board.project on_close/> }.into_any(),
    })
}

impl Board {
    fn question(self) -> Command {
        self.again.track();
        let filter = GridFilter {
            text: self.text.get(),
            only_missing: self.only_missing.get(),
            provider: Some(self.provider.get()).filter(|provider| !provider.is_empty()),
        };
        Command::Grid {
            project: self.project,
            filter,
            window: Window { start: self.start.get(), count: MOST },
        }
    }

    fn reload(self) {
        self.again.update(|again| *again = again.wrapping_add(1));
    }

    fn wish(self, place: Place, wish: Wish) {
        let Some((variable, environment, cell)) = self.at(place) else { return };
        match (wish, cell.secret) {
            (Wish::Open, Some(secret)) => Route::Project(self.project, Some(secret)).go(),
            (Wish::Edit, _) | (Wish::Open, None) if place.1 > 0 => self.editing.set(Some(place)),
            (Wish::Select, _) => self.select(place.0, variable),
            (Wish::Copy, Some(secret)) => self.clipboard.copy_secret(self.handle, secret, variable),
            (Wish::Reveal, Some(secret)) => self.reveal(place, secret),
            (Wish::Conceal, _) => {
                self.held.set_value(None);
                self.revealed.hide();
            }
            (Wish::Clear, _) if place.1 > 0 => self.clear(environment, variable, &cell.state),
            _ => {}
        }
    }

    /// The variable, the environment and the cell at a place; at the name, the first cell that has a secret.
    fn at(self, (row, column): Place) -> Option<(String, Id, Cell)> {
        let grid = self.grid.read_untracked();
        let grid = grid.as_ref()?;
        let line = grid.rows.get(usize::try_from(row.checked_sub(grid.start)?).ok()?)?;
        let place = match column.checked_sub(1) {
            Some(place) => place,
            None => line.cells.iter().position(|cell| cell.secret.is_some()).unwrap_or(0),
        };
        let environment = grid.project.environments.get(place)?.id;
        Some((line.variable.clone(), environment, line.cells.get(place)?.clone()))
    }

    /// Takes a row into the selection or out of it.
    fn select(self, row: u32, variable: String) {
        let edits = self.removal(row, &variable).unwrap_or_default();
        self.selected.update(|selected| {
            let before = selected.len();
            selected.retain(|(name, _)| *name != variable);
            if selected.len() == before {
                selected.push((variable, edits));
            }
        });
    }

    /// What takes a row's own bindings away.
    fn removal(self, row: u32, variable: &str) -> Option<Vec<Edit>> {
        let grid = self.grid.read_untracked();
        let grid = grid.as_ref()?;
        let line = grid.rows.get(usize::try_from(row.checked_sub(grid.start)?).ok()?)?;
        let bound = line.cells.iter().zip(&grid.project.environments);
        let bound =
            bound.filter(|(cell, _)| !matches!(cell.state, CellState::Missing | CellState::Inherited { .. }));
        Some(
            bound
                .map(|(_, known)| Edit::Unbind { environment: known.id, variable: variable.to_owned() })
                .collect(),
        )
    }

    fn reveal(self, place: Place, secret: Id) {
        self.held.set_value(Some(place));
        self.handle.ask(Command::Reveal { secret, revision: None }, move |reply| match reply {
            Reply::Value(_) if self.held.try_get_value() != Some(Some(place)) => {}
            Reply::Value(value) => self.revealed.show(place, value),
            other => self.handle.refuse(&other),
        });
    }

    fn clear(self, environment: Id, variable: String, state: &CellState) {
        match state {
            CellState::Missing => {}
            CellState::Inherited { .. } => self.stage(Edit::Hide { environment, variable }),
            _ => self.stage(Edit::Unbind { environment, variable }),
        }
    }

    fn stage_value(self, place: Place, value: String) {
        if let Some((variable, environment, _)) = self.at(place) {
            self.stage(Edit::SetValue { environment, variable, value: Hidden::new(value) });
        }
    }

    fn stage(self, edit: Edit) {
        self.handle.ask(Command::Stage { edit }, move |reply| match reply {
            Reply::Staged(_) => self.reload(),
            other => self.handle.refuse(&other),
        });
    }
}
