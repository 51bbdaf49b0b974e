//! Projects and environments as lists and columns show them.

use crate::Id;
use serde::{Deserialize, Serialize};

/// A project in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRow {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// How many variable names it has.
    pub variables: u32,
    /// Its environments, in order.
    pub environments: Vec<EnvironmentColumn>,
    /// Out of the way.
    pub archived: bool,
    /// Devices changed it, an environment or what is bound in one at the same time, and nobody settled which stays.
    pub contested: bool,
}

/// An environment as a column of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentColumn {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Prod or not.
    pub kind: Kind,
    /// What it inherits from.
    pub parent: Option<Id>,
}

/// Whether a mistake here reaches customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Development, staging, test.
    #[default]
    NonProd,
    /// Production.
    Prod,
}
