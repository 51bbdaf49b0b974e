//! Formats other than `.env`: what is read from them, and what is written for the tools that take secrets.
//!
//! A reader takes a flat map of text and refuses anything else by its key. A writer gives text that its tool reads
//! back exactly, or refuses every pair for which it cannot promise that.

use std::collections::HashSet;
use std::fmt;

use crate::Pair;
use crate::text::{self, Sentence};

pub mod command;
pub mod csv;
pub mod fly;
pub mod github;
pub mod json;
pub mod kubernetes;
pub mod shell;
pub mod wrangler;
pub mod yaml;

/// Why a text was not taken, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The physical line, from 1, where the format tells it.
    pub line: Option<u32>,
    /// The key whose value is at fault, if it is one's.
    pub key: Option<String>,
    /// What is wrong.
    pub reason: Malformed,
}

/// What is wrong with a text that should be a flat map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Malformed {
    /// It breaks the rules of its format.
    Syntax,
    /// It is something else than one map.
    NotAMap,
    /// The value of a key is not text.
    NotText,
    /// A key is not text, or empty.
    BadKey,
    /// The key was there before.
    Repeated,
    /// A row has other columns than a key and a value.
    Columns,
}

impl Malformed {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Syntax, Self::NotAMap, Self::NotText, Self::BadKey, Self::Repeated, Self::Columns];

    /// What a person reads.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Syntax => text::SYNTAX,
            Self::NotAMap => text::NOT_A_MAP,
            Self::NotText => text::NOT_TEXT,
            Self::BadKey => text::BAD_KEY,
            Self::Repeated => text::REPEATED,
            Self::Columns => text::COLUMNS,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sentence { what, remedy } = self.reason.sentence();
        match &self.key {
            Some(key) => write!(formatter, "{key:?}: {what} {remedy}"),
            None => write!(formatter, "{what} {remedy}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// A pair that cannot be written for a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The key of the pair; the name of the object if that is at fault; empty if it is their number or sum.
    pub key: String,
    /// Why not.
    pub reason: Reason,
}

/// Why a pair cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Another pair has the same key, as the tool compares keys.
    Repeated,
    /// The key is not `[A-Za-z_][A-Za-z0-9_]*`.
    Name,
    /// The key belongs to the tool itself.
    Reserved,
    /// The value holds a NUL.
    Nul,
    /// The value is longer than the tool takes.
    TooLong,
    /// More pairs, or more bytes in all, than the tool takes.
    TooMuch,
    /// The key is not one a Kubernetes Secret may have.
    SecretKey,
    /// The name of the object is not a DNS subdomain.
    ObjectName,
    /// The value holds a carriage return, which fly drops.
    CarriageReturn,
    /// Versions of the tool read the value differently.
    Ambiguous,
    /// The value is empty, which the tool takes for none.
    Empty,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Repeated,
        Self::Name,
        Self::Reserved,
        Self::Nul,
        Self::TooLong,
        Self::TooMuch,
        Self::SecretKey,
        Self::ObjectName,
        Self::CarriageReturn,
        Self::Ambiguous,
        Self::Empty,
    ];

    /// What a person reads.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Repeated => text::REPEATED,
            Self::Name => text::NAME,
            Self::Reserved => text::RESERVED,
            Self::Nul => text::NUL,
            Self::TooLong => text::TOO_LONG,
            Self::TooMuch => text::TOO_MUCH,
            Self::SecretKey => text::SECRET_KEY,
            Self::ObjectName => text::OBJECT_NAME,
            Self::CarriageReturn => text::CARRIAGE_RETURN,
            Self::Ambiguous => text::AMBIGUOUS,
            Self::Empty => text::EMPTY_VALUE,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sentence { what, remedy } = self.reason.sentence();
        write!(formatter, "{}: {what} {remedy}", self.key)
    }
}

impl std::error::Error for Refusal {}

/// Every pair that `rule` has something against, or whose key, as `fold` compares it, came before.
fn check(
    pairs: &[Pair],
    fold: impl Fn(&str) -> String,
    rule: impl Fn(&Pair) -> Option<Reason>,
) -> Result<(), Vec<Refusal>> {
    let mut seen = HashSet::new();
    let judge = |pair: &Pair| {
        let repeated = (!seen.insert(fold(&pair.key))).then_some(Reason::Repeated);
        let reason = repeated.or_else(|| rule(pair))?;
        Some(Refusal { key: pair.key.clone(), reason })
    };
    let refused: Vec<Refusal> = pairs.iter().filter_map(judge).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// What any environment variable must keep to: a portable name, and no NUL in its value.
fn variable(pair: &Pair) -> Option<Reason> {
    if !is_portable(&pair.key) {
        return Some(Reason::Name);
    }
    pair.value.contains('\0').then_some(Reason::Nul)
}

fn is_portable(key: &str) -> bool {
    let mut letters = key.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The pairs read so far, without repetition.
#[derive(Default)]
struct Collected {
    pairs: Vec<Pair>,
    keys: HashSet<String>,
}

impl Collected {
    fn add(&mut self, key: String, value: String, line: Option<u32>) -> Result<(), ReadError> {
        let reason = if key.is_empty() {
            Malformed::BadKey
        } else if !self.keys.insert(key.clone()) {
            Malformed::Repeated
        } else {
            self.pairs.push(Pair { key, value, line: line.unwrap_or_default() });
            return Ok(());
        };
        Err(ReadError { line, key: Some(key), reason })
    }
}

/// The text without the byte order mark that spreadsheets and Windows editors put first.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
