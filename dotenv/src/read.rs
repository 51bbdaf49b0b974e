//! Reads a text the way one consumer reads it.

use std::collections::{HashMap, HashSet};

use crate::Pair;
use crate::dialect::Dialect;
use crate::line::Position;
use crate::problem::{Problem, Trouble};

/// The environment a text is read in: the value of a variable, if it is set.
pub type Environment<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// What a consumer makes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the consumer ends up with: each key once, in the order in which the keys first appear, with the value
    /// that counts and the line it stands on. Empty if the consumer rejects the text.
    pub pairs: Vec<Pair>,
    /// What its author may not expect, in the order of the text.
    pub problems: Vec<Problem>,
    /// Whether the consumer loads the text; otherwise it rejects the whole of it.
    pub loads: bool,
}

/// Reads `text` as the consumer of `dialect` would, in time linear in its length.
///
/// Nothing is ever executed: where the consumer would run a command, the value holds the text of the command and a
/// [`Trouble::WouldExecute`] names the place. Variables of `environment` are seen where that consumer looks at its
/// environment; without one it is empty.
pub fn read(dialect: Dialect, text: &str, environment: Option<&Environment<'_>>) -> Reading {
    draft(dialect, text, environment).finish()
}

pub(crate) fn draft<'e>(dialect: Dialect, text: &str, environment: Option<&'e Environment<'e>>) -> Draft<'e> {
    let mut draft = Draft::new(environment, text.len());
    dialect.run(text, &mut draft);
    draft
}

/// One assignment, in the order in which a consumer makes them.
pub(crate) struct Assigned {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) at: usize,
    pub(crate) line: u32,
}

/// The work of one reader: assignments and troubles by byte offset.
pub(crate) struct Draft<'e> {
    environment: Option<&'e Environment<'e>>,
    /// All assignments, also those that a later one replaces.
    pub(crate) assigned: Vec<Assigned>,
    /// The latest assignment of each key; none if the consumer unset it again.
    latest: HashMap<String, Option<usize>>,
    troubles: Vec<(usize, Trouble)>,
    /// What the troubles become when the positions are known.
    pub(crate) problems: Vec<Problem>,
    pub(crate) rejected: bool,
    /// How many bytes expansions may still produce or scan.
    budget: usize,
}

/// How many bytes expansion may produce or scan for each byte of a text, and beyond that for any text.
const EXPANSION_FACTOR: usize = 64;
const EXPANSION_FLOOR: usize = 1 << 20;

impl<'e> Draft<'e> {
    fn new(environment: Option<&'e Environment<'e>>, length: usize) -> Self {
        Self {
            environment,
            assigned: Vec::new(),
            latest: HashMap::new(),
            troubles: Vec::new(),
            problems: Vec::new(),
            rejected: false,
            budget: length.saturating_mul(EXPANSION_FACTOR).saturating_add(EXPANSION_FLOOR),
        }
    }

    /// Gives `key` a value; `at` is where the key stands.
    pub(crate) fn assign(&mut self, key: impl Into<String>, value: impl Into<String>, at: usize) {
        let (key, value) = (key.into(), value.into());
        self.latest.insert(key.clone(), Some(self.assigned.len()));
        self.assigned.push(Assigned { key, value, at, line: 0 });
    }

    /// Takes the value of `key` away, if it has one.
    pub(crate) fn unset(&mut self, key: &str) {
        self.latest.insert(key.to_owned(), None);
    }

    /// Whether a line took the value of `key` away.
    pub(crate) fn is_unset(&self, key: &str) -> bool {
        self.latest.get(key) == Some(&None)
    }

    /// Notes what happens at `at`.
    pub(crate) fn note(&mut self, at: usize, trouble: Trouble) {
        self.troubles.push((at, trouble));
    }

    /// Notes why the consumer rejects the whole text.
    pub(crate) fn reject(&mut self, at: usize, trouble: Trouble) {
        self.note(at, trouble);
        self.rejected = true;
    }

    /// The value that an earlier line gave to `key`.
    pub(crate) fn assigned_value(&self, key: &str) -> Option<&str> {
        let index = (*self.latest.get(key)?)?;
        self.assigned.get(index).map(|assigned| assigned.value.as_str())
    }

    /// The value of `key` in the environment.
    pub(crate) fn outer_value(&self, key: &str) -> Option<String> {
        self.environment.and_then(|environment| environment(key))
    }

    /// The value of `key` for a consumer that lets the file win.
    pub(crate) fn file_first(&self, key: &str) -> Option<String> {
        match self.latest.get(key) {
            Some(None) => None,
            Some(Some(_)) => self.assigned_value(key).map(str::to_owned),
            None => self.outer_value(key),
        }
    }

    /// The value of `key` for a consumer that lets the environment win.
    pub(crate) fn environment_first(&self, key: &str) -> Option<String> {
        self.outer_value(key).or_else(|| self.assigned_value(key).map(str::to_owned))
    }

    /// The indices of the assignments that count, in the order in which their keys first appear.
    pub(crate) fn winners(&self) -> Vec<usize> {
        winners(&self.assigned, &self.latest).collect()
    }

    /// Takes `bytes` of what expansion may use up; false if that was too much.
    pub(crate) fn spend(&mut self, bytes: usize) -> bool {
        let enough = self.budget >= bytes;
        self.budget = self.budget.saturating_sub(bytes);
        enough
    }

    /// Turns offsets into `text`, as the reader saw it, into lines and columns.
    pub(crate) fn locate(&mut self, text: &str) {
        self.troubles.sort_unstable();
        self.troubles.dedup();
        let mut walk = Walk::new(text);
        self.problems =
            self.troubles.iter().map(|&(at, trouble)| Problem { position: walk.to(at), trouble }).collect();
        let mut walk = Walk::new(text);
        for assigned in &mut self.assigned {
            assigned.line = walk.to(assigned.at).line;
        }
    }

    fn finish(self) -> Reading {
        let Self { assigned, latest, problems, rejected, .. } = self;
        if rejected {
            return Reading { pairs: Vec::new(), problems, loads: false };
        }
        let pairs = winners(&assigned, &latest)
            .filter_map(|winner| assigned.get(winner))
            .map(|Assigned { key, value, line, .. }| Pair {
                key: key.clone(),
                value: value.clone(),
                line: *line,
            })
            .collect();
        Reading { pairs, problems, loads: true }
    }
}

/// The assignments that count, in the order in which their keys first appear.
fn winners<'a>(
    assigned: &'a [Assigned],
    latest: &'a HashMap<String, Option<usize>>,
) -> impl Iterator<Item = usize> + 'a {
    let mut seen = HashSet::new();
    assigned
        .iter()
        .filter(move |pair| seen.insert(pair.key.as_str()))
        .filter_map(|pair| latest.get(&pair.key).copied().flatten())
}

/// Positions of growing offsets, found in one pass.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, position: Position::FIRST }
    }

    fn to(&mut self, offset: usize) -> Position {
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        if !passed.is_empty() {
            self.position = self.position.after(passed);
            self.at = offset;
        }
        self.position
    }
}
