//! Projects, and one project's grid.

use super::super::change::place;
use super::super::convert::{count, id, kind, nearing, object, provider_name};
use super::{any_contains, part};
use desk::{
    Cell, CellState, Edit, EnvironmentColumn, GridFilter, GridRow, GridWindow, Id, ProjectRow, Refusal,
    Window,
};
use vault::grid::{self, Grid};
use vault::model::{Environment, Model, Named, Overview, Project, Secret, Timestamp};
use vault::{ById, ObjectId, order};

/// Every project.
pub(in super::super) fn projects(model: &Model) -> Vec<ProjectRow> {
    let contested = contested(model);
    let row = |it: Named<'_, Project>| row_of(model, it, model.variables(it.0).len(), &contested);
    model.projects().into_iter().map(row).collect()
}

/// A part of a project's grid, with the staged edits marked.
pub(in super::super) fn grid(
    model: &Model,
    project: Id,
    filter: &GridFilter,
    window: Window,
    staged: &[Edit],
    now: Timestamp,
) -> Result<GridWindow, Refusal> {
    let project = object(project);
    let found = model.project(project).ok_or(Refusal::Gone)?;
    let board = Board { model, grid: Grid::of(model, project), staged, now };
    let variables = board.variables();
    let wanted = filter.text.to_lowercase();
    let fitting: Vec<&str> =
        variables.iter().copied().filter(|variable| board.fits(variable, filter, &wanted)).collect();
    let rows = part(&fitting, window).iter().map(|variable| board.row(variable)).collect();
    Ok(GridWindow {
        project: row_of(model, (project, found), board.grid.variables().len(), &contested(model)),
        rows,
        start: window.start,
        total: count(fitting.len()),
        providers: board.providers(&variables),
        staged: count(staged.len()),
    })
}

fn row_of(
    model: &Model,
    (project, it): Named<'_, Project>,
    variables: usize,
    contested: &ById<ObjectId, ()>,
) -> ProjectRow {
    ProjectRow {
        id: id(project),
        name: it.name.to_string(),
        slug: it.slug.to_string(),
        variables: count(variables),
        environments: model.environments(project).into_iter().map(column).collect(),
        archived: it.archived,
        contested: contested.contains(project),
    }
}

/// The projects of which something is open that is no secret's.
fn contested(model: &Model) -> ById<ObjectId, ()> {
    let project_of = |(id, it): Named<'_, Overview>| match it {
        Overview::Project(_) => Some(id),
        Overview::Environment(it) => Some(it.project),
        Overview::Binding(it) => Some(model.environment(it.environment)?.project),
        Overview::Secret(_) | Overview::Profile(_) => None,
    };
    model.contents().filter(|(_, it)| it.is_contested()).filter_map(project_of).collect()
}

fn column((environment, it): Named<'_, Environment>) -> EnvironmentColumn {
    EnvironmentColumn {
        id: id(environment),
        name: it.name.to_string(),
        kind: kind(it.kind),
        parent: it.parent.map(id),
    }
}

/// A grid with what a screen lays over it.
struct Board<'a> {
    model: &'a Model,
    grid: Grid<'a>,
    staged: &'a [Edit],
    now: Timestamp,
}

impl<'a> Board<'a> {
    /// The names of the grid, and those that only staged edits have.
    fn variables(&self) -> Vec<&'a str> {
        let columns: Vec<Id> = self.grid.environments().map(|(environment, _)| id(environment)).collect();
        let staged = self.staged.iter().filter_map(place).filter(|(at, _)| columns.contains(at));
        order::distinct(self.grid.variables().iter().copied().chain(staged.map(|(_, variable)| variable)))
    }

    fn fits(&self, variable: &str, filter: &GridFilter, wanted: &str) -> bool {
        if filter == &GridFilter::default() {
            return true;
        }
        let cells = self.grid.row(variable, self.now);
        let missing = cells.iter().any(|cell| matches!(cell.state, grid::CellState::Missing));
        let secrets: Vec<&Secret> = cells.iter().filter_map(|cell| self.model.secret(cell.secret?)).collect();
        let of_provider = |provider: &String| secrets.iter().any(|it| *it.details.provider == **provider);
        let texts = secrets.iter().flat_map(|it| it.details.tags.iter().chain([&it.details.provider]));
        (!filter.only_missing || missing)
            && filter.provider.as_ref().is_none_or(of_provider)
            && any_contains([variable].into_iter().chain(texts.map(|text| &**text)), wanted)
    }

    fn row(&self, variable: &str) -> GridRow {
        let cells = self.grid.row(variable, self.now);
        let provider = cells.iter().filter_map(|cell| self.model.secret(cell.secret?)).next();
        GridRow {
            variable: variable.to_owned(),
            provider: provider.and_then(|it| provider_name(&it.details.provider)),
            cells: self
                .grid
                .environments()
                .zip(cells)
                .map(|((at, _), cell)| self.cell(at, variable, cell))
                .collect(),
        }
    }

    fn cell(&self, at: ObjectId, variable: &str, cell: grid::Cell) -> Cell {
        let name =
            |id: ObjectId| self.model.environment(id).map(|it| it.name.to_string()).unwrap_or_default();
        let state = match cell.state {
            grid::CellState::Own => CellState::Own,
            grid::CellState::Overrides { from } => CellState::Overrides { from: name(from) },
            grid::CellState::Inherited { from } => CellState::Inherited { from: name(from) },
            grid::CellState::Same { with } => CellState::Same { with: name(with) },
            grid::CellState::Hidden { from } => CellState::Hidden { from: name(from) },
            grid::CellState::Missing => CellState::Missing,
        };
        let staged = self.staged.iter().filter_map(place).any(|here| here == (id(at), variable));
        let contested = cell.secret.and_then(|id| self.model.secret(id)).is_some_and(|it| it.contested);
        Cell { state, secret: cell.secret.map(id), expiry: cell.expiry.map(nearing), contested, staged }
    }

    fn providers(&self, variables: &[&str]) -> Vec<(String, String)> {
        let cells = variables.iter().flat_map(|variable| self.grid.row(variable, self.now));
        let secrets = cells.filter_map(|cell| self.model.secret(cell.secret?));
        order::distinct(secrets.map(|it| &*it.details.provider))
            .into_iter()
            .filter_map(|id| Some((provider_name(id)?, id.to_owned())))
            .map(|(name, id)| (id, name))
            .collect()
    }
}
