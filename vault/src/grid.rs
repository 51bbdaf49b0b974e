//! A project as a grid: variable names by environments.

use protocol::ObjectId;

use crate::model::{Environment, Expiry, Model, Named, Timestamp};
use crate::overlay::{Chain, Effect};

/// A project's names and columns. Cells are worked out when asked for, so that a window of rows costs a window.
#[derive(Debug)]
pub struct Grid<'a> {
    model: &'a Model,
    columns: Vec<(Named<'a, Environment>, Chain)>,
    variables: Vec<&'a str>,
}

/// One name in one environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What is there.
    pub state: CellState,
    /// The secret in effect.
    pub secret: Option<ObjectId>,
    /// How that stands to when it expires.
    pub expiry: Option<Expiry>,
}

/// What a cell says. Every id is an environment's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// A value of its own.
    Own,
    /// A value of its own, in place of the one of `from`.
    Overrides {
        /// Whose value it would have otherwise.
        from: ObjectId,
    },
    /// The value of `from`.
    Inherited {
        /// Whose value it has.
        from: ObjectId,
    },
    /// The same secret as in an earlier column of the row, bound here too.
    Same {
        /// The first column that binds it.
        with: ObjectId,
    },
    /// The value of `from` does not come through.
    Hidden {
        /// Whose value is hidden.
        from: ObjectId,
    },
    /// Nothing.
    Missing,
}

impl<'a> Grid<'a> {
    /// The grid of `project`; without columns if that is not there.
    pub fn of(model: &'a Model, project: ObjectId) -> Self {
        let column = |it: Named<'a, Environment>| (it, Chain::of(model, it.0));
        let columns = model.environments(project).into_iter().map(column).collect();
        Self { model, columns, variables: model.variables(project) }
    }

    /// Its columns, in order.
    pub fn environments(&self) -> impl ExactSizeIterator<Item = Named<'a, Environment>> {
        self.columns.iter().map(|(environment, _)| *environment)
    }

    /// Every name that an environment of it sets or hides, ascending.
    pub fn variables(&self) -> &[&'a str] {
        &self.variables
    }

    /// The cells of `variable`, one for each column.
    pub fn row(&self, variable: &str, now: Timestamp) -> Vec<Cell> {
        let effects: Vec<_> =
            self.columns.iter().map(|((id, _), chain)| (*id, chain.effect(self.model, variable))).collect();
        effects.iter().map(|(id, effect)| self.cell(*id, *effect, &effects, now)).collect()
    }

    fn cell(&self, column: ObjectId, effect: Effect, row: &[(ObjectId, Effect)], now: Timestamp) -> Cell {
        let (state, secret) = match effect {
            Effect::Missing => (CellState::Missing, None),
            Effect::Hidden { from, .. } => (CellState::Hidden { from }, None),
            Effect::Set { secret, from, over, .. } => {
                (own_state(column, secret, from, over, row), Some(secret))
            }
        };
        let expiry = secret.and_then(|id| self.model.secret(id)?.expiry(now));
        Cell { state, secret, expiry }
    }
}

fn own_state(
    column: ObjectId,
    secret: ObjectId,
    from: ObjectId,
    over: Option<ObjectId>,
    row: &[(ObjectId, Effect)],
) -> CellState {
    if from != column {
        return CellState::Inherited { from };
    }
    match (over, first_with(secret, row).filter(|first| *first != column)) {
        (Some(from), _) => CellState::Overrides { from },
        (None, Some(with)) => CellState::Same { with },
        (None, None) => CellState::Own,
    }
}

fn first_with(secret: ObjectId, row: &[(ObjectId, Effect)]) -> Option<ObjectId> {
    let binds = |(id, effect): &&(ObjectId, Effect)| matches!(effect, Effect::Set { secret: it, from, .. } if *it == secret && from == id);
    row.iter().find(binds).map(|(id, _)| *id)
}
