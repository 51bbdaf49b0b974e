//! The .env dialects: lossless edit, read as each consumer reads, write so that it reads back.
#![forbid(unsafe_code)]

mod dialect;
mod document;
mod expand;
mod explain;
pub mod format;
mod line;
mod looks;
mod problem;
mod read;
pub mod text;
mod warning;
mod write;

pub use dialect::{Dialect, UnknownDialect};
pub use document::{Document, EditError, EncodingError};
pub use explain::{Group, Row, Seen, explain};
pub use line::{Assignment, Kind, Line, Position, Quote, Span};
pub use problem::{Problem, Trouble};
pub use read::{Environment, Reading, read};
pub use warning::{Code, Warning, warn};
pub use write::{Notice, Reason, Refusal, Written, value, write};

/// One variable as a reader sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// The physical line its key stands on, from 1; 0 where the source has no lines.
    pub line: u32,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Pair")
            .field("key", &self.key)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
