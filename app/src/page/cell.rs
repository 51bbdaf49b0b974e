//! What a cell of the project grid shows: a sign and a word for each state.

use super::word::{TWO_VALUES, expiry};
use crate::component::{CellText, Column, Line, Meaning};
use desk::{Cell, CellState, EnvironmentColumn, GridRow, Kind};

/// A row of the grid as the grid component shows it.
pub(super) fn line(row: GridRow) -> Line {
    Line {
        name: row.variable,
        detail: row.provider.unwrap_or_default(),
        cells: row.cells.iter().map(cell_text).collect(),
    }
}

/// An environment as a column.
pub(super) fn column(environment: &EnvironmentColumn) -> Column {
    Column { title: environment.name.clone(), prod: environment.kind == Kind::Prod }
}

fn cell_text(cell: &Cell) -> CellText {
    let (class, sign, word) = match &cell.state {
        CellState::Own => ("own", "●", "own".into()),
        CellState::Overrides { from } => ("own", "◆", ["own, over ", from].concat()),
        CellState::Inherited { from } => ("inherited", "↑", ["from ", from].concat()),
        CellState::Same { with } => ("same", "=", ["same as ", with].concat()),
        CellState::Hidden { from } => ("hidden", "∅", ["hides ", from].concat()),
        CellState::Missing => ("missing", "▲", "missing".into()),
    };
    let flags = [
        cell.contested.then_some((TWO_VALUES, Meaning::Warning)),
        cell.expiry.map(expiry),
        cell.staged.then_some(("staged", Meaning::Notice)),
    ];
    CellText { class, sign, word, flags: flags.into_iter().flatten().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_sign_and_says_where_from() {
        let from = || "base".to_owned();
        let states = [
            CellState::Own,
            CellState::Overrides { from: from() },
            CellState::Inherited { from: from() },
            CellState::Same { with: from() },
            CellState::Hidden { from: from() },
            CellState::Missing,
        ];
        let texts: Vec<CellText> = states
            .map(|state| {
                cell_text(&Cell { state, secret: None, expiry: None, contested: false, staged: false })
            })
            .into();
        for (place, text) in texts.iter().enumerate() {
            assert!(texts.iter().skip(place + 1).all(|other| other.sign != text.sign), "{}", text.sign);
        }
        assert!(texts.iter().skip(1).take(4).all(|text| text.word.contains("base")));
    }
}
