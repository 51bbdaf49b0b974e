//! Why a change is not made.

use crate::grammar;

/// A rule that a change would break. Names and numbers only; never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What it is about is not there, or not any more.
    #[error("gone")]
    Gone,
    /// A field that needs something in it has nothing.
    #[error("{0:?} is empty")]
    Empty(Field),
    /// A field is longer than it may be.
    #[error("{field:?} is longer than {most} bytes")]
    TooLong {
        /// Which.
        field: Field,
        /// How many bytes it may have; for tags, how many there may be.
        most: usize,
    },
    /// A field has characters that may not be there.
    #[error("{field:?} {text:?} has characters that may not be there")]
    Characters {
        /// Which.
        field: Field,
        /// What it says; empty for a value.
        text: String,
    },
    /// A sibling has that name.
    #[error("{field:?} {name:?} is taken")]
    Taken {
        /// Which field.
        field: Field,
        /// The name.
        name: String,
    },
    /// An environment would inherit from itself.
    #[error("environments inherit in a circle: {names:?}")]
    Cycle {
        /// Names of the environments, from the one changed to itself again.
        names: Vec<String>,
    },
    /// An environment would inherit from one of another project.
    #[error("the parent {parent:?} is in another project")]
    OtherProject {
        /// The name of the environment that was to be the parent.
        parent: String,
    },
    /// There is nothing inherited that could be hidden.
    #[error("{variable:?} is not inherited")]
    NotInherited {
        /// The variable.
        variable: String,
    },
    /// The vault would hold more objects than it may.
    #[error("the vault is full")]
    Full,
}

/// A field that a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of a project, environment or secret.
    Name,
    /// The name of a variable.
    Variable,
    /// A value.
    Value,
    /// Notes.
    Notes,
    /// Tags.
    Tags,
    /// Any other text of a secret's description.
    Details,
}

/// Whether `text` has at most `most` bytes.
pub(super) fn check_length(field: Field, text: &str, most: usize) -> Result<(), Refusal> {
    if text.len() > most { Err(Refusal::TooLong { field, most }) } else { Ok(()) }
}

/// A name as kept: trimmed, not empty, within the limit, on one line.
pub(super) fn check_name(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::Empty(Field::Name));
    }
    check_length(Field::Name, name, grammar::NAME)?;
    if name.chars().any(char::is_control) {
        return Err(Refusal::Characters { field: Field::Name, text: name.to_owned() });
    }
    Ok(name)
}

/// Whether `variable` fits the grammar.
pub(super) fn check_variable(variable: &str) -> Result<(), Refusal> {
    if variable.is_empty() {
        return Err(Refusal::Empty(Field::Variable));
    }
    check_length(Field::Variable, variable, grammar::VARIABLE)?;
    if grammar::is_variable(variable) {
        return Ok(());
    }
    Err(Refusal::Characters { field: Field::Variable, text: variable.to_owned() })
}
