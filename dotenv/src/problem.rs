//! What a consumer makes of a text that its author may not expect: named codes, their places and their sentences.
//! No sentence holds a value.

use std::fmt;

use crate::line::Position;

/// What happened at one place of a text, when a consumer reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// The consumer would run a command here; the value holds the text of the command instead.
    WouldExecute,
    /// The consumer's result depends on more than this text and the environment; the value holds the text as written.
    NotModelled,
    /// A variable is used that is not set; it counts as empty.
    UnsetVariable,
    /// `${V:?…}` names a variable that has no value, so the consumer stops.
    RequiredVariable,
    /// `$` or `${` begins nothing that the consumer understands, so it stops.
    BadSubstitution,
    /// Expanding the variables would take more text than any sensible file; the value holds the text as written.
    ExpansionLimit,
    /// The name is none that the consumer accepts.
    InvalidKey,
    /// The consumer protects this name, or gives it a value of its own.
    ReservedKey,
    /// The line assigns nothing and is skipped.
    NotAssignment,
    /// The key has no `=`; its value comes from the environment or is absent.
    NoValue,
    /// A quote, a brace or a substitution opens here and nothing closes it.
    Unterminated,
    /// Text that is no part of the grammar, so the consumer stops.
    Syntax,
    /// A line is longer than the consumer reads.
    LineTooLong,
    /// A NUL character, which no environment can hold.
    Nul,
    /// A character that the consumer does not accept as text.
    InvalidText,
    /// Releases of the consumer read this differently.
    VersionsDiffer,
}

impl Trouble {
    /// Its name in output that programs read.
    pub fn code(self) -> &'static str {
        match self {
            Self::WouldExecute => "would-execute",
            Self::NotModelled => "not-modelled",
            Self::UnsetVariable => "unset-variable",
            Self::RequiredVariable => "required-variable",
            Self::BadSubstitution => "bad-substitution",
            Self::ExpansionLimit => "expansion-limit",
            Self::InvalidKey => "invalid-key",
            Self::ReservedKey => "reserved-key",
            Self::NotAssignment => "not-assignment",
            Self::NoValue => "no-value",
            Self::Unterminated => "unterminated",
            Self::Syntax => "syntax",
            Self::LineTooLong => "line-too-long",
            Self::Nul => "nul",
            Self::InvalidText => "invalid-text",
            Self::VersionsDiffer => "versions-differ",
        }
    }

    /// What happened, for a person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::WouldExecute => {
                "This would be run as a command; it is shown as text. Quote it, or remove it if it is not meant to run."
            }
            Self::NotModelled => {
                "What stands here depends on the running shell or program; it is shown as written."
            }
            Self::UnsetVariable => {
                "This names a variable that is not set, which counts as empty. Set it on an earlier line."
            }
            Self::RequiredVariable => {
                "This requires a variable that has no value, so the file is rejected. Set it first."
            }
            Self::BadSubstitution => {
                "The dollar sign begins no valid substitution, so the file is rejected. Escape it or correct it."
            }
            Self::ExpansionLimit => {
                "Expanding the variables here would grow without bound; the value is shown as written."
            }
            Self::InvalidKey => {
                "This is no name that the reader accepts. Use letters, digits and underscores, beginning with a letter."
            }
            Self::ReservedKey => {
                "The reader keeps this name for itself, so the line has no effect. Use another name."
            }
            Self::NotAssignment => "This line assigns nothing and is skipped. Put # before it, or remove it.",
            Self::NoValue => {
                "There is no = after the key; the value is taken from the environment, if it is there. Write KEY=value."
            }
            Self::Unterminated => {
                "A quote or bracket opens here and nothing closes it. Close it at the end of the value."
            }
            Self::Syntax => {
                "The reader does not understand what stands here and rejects the file. Quote the whole value."
            }
            Self::LineTooLong => {
                "The line is longer than the reader accepts. Keep long values in a file of their own."
            }
            Self::Nul => "No environment variable can hold a NUL character. Remove it.",
            Self::InvalidText => "The reader does not accept this character as text. Remove it.",
            Self::VersionsDiffer => "Releases of the reader treat this differently. Write it in another way.",
        }
    }

    /// Whether the value shown is not what the consumer would end up with.
    pub fn hides_value(self) -> bool {
        matches!(self, Self::WouldExecute | Self::NotModelled | Self::ExpansionLimit)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.sentence())
    }
}

/// Something a consumer does with a text that its author may not expect. Displays as `LINE:COLUMN: code: sentence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub position: Position,
    /// What.
    pub trouble: Trouble,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, trouble } = self;
        write!(formatter, "{}:{}: {}: {trouble}", position.line, position.column, trouble.code())
    }
}
