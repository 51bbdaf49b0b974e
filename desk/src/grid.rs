//! The grid: variable names by environments.

use crate::{Expiry, Id, ProjectRow};
use serde::{Deserialize, Serialize};

/// Which rows of the grid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridFilter {
    /// A part of the name, provider or tag.
    pub text: String,
    /// Only names that some environment lacks.
    pub only_missing: bool,
    /// Only this provider's.
    pub provider: Option<String>,
}

/// A part of a project's grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridWindow {
    /// The project with its columns.
    pub project: ProjectRow,
    /// The rows asked for.
    pub rows: Vec<GridRow>,
    /// The first of them.
    pub start: u32,
    /// How many rows the filter leaves.
    pub total: u32,
    /// The providers that occur, as (id, name).
    pub providers: Vec<(String, String)>,
    /// How many edits are staged.
    pub staged: u32,
}

/// A variable name with a cell for each environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridRow {
    /// The name.
    pub variable: String,
    /// The provider's name, where one is known.
    pub provider: Option<String>,
    /// One for each column, in their order.
    pub cells: Vec<Cell>,
}

/// One name in one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What is there.
    pub state: CellState,
    /// The secret in effect here.
    pub secret: Option<Id>,
    /// How it stands to the day on which it expires.
    pub expiry: Option<Expiry>,
    /// Devices gave it different values at the same time.
    pub contested: bool,
    /// An edit for it is staged.
    pub staged: bool,
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellState {
    /// A value of its own.
    Own,
    /// A value of its own over an inherited one.
    Overrides {
        /// The environment it would inherit from.
        from: String,
    },
    /// The value of an environment it inherits from.
    Inherited {
        /// The environment that has it.
        from: String,
    },
    /// The same secret as another column of this row.
    Same {
        /// The first environment that has it.
        with: String,
    },
    /// Hidden by a tombstone.
    Hidden {
        /// The environment that has what is hidden.
        from: String,
    },
    /// Nothing.
    Missing,
}
