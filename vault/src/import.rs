//! What an import will do, row by row, before it does anything.

use std::collections::BTreeMap;

use protocol::ObjectId;

use crate::change::Pair;
use crate::grammar;
use crate::model::{Kind, Model, SecretValue};
use crate::overlay::{Chain, Effect};
use crate::provider::{self, Mode, Recognised};
use crate::reference::{self, Piece, Reference};

/// A key and its value as a file has them.
#[derive(Debug)]
pub struct Incoming {
    /// As written.
    pub key: String,
    /// The value, as the chosen reader reads it.
    pub value: SecretValue,
    /// From 1.
    pub line: u32,
    /// Whether what looks like a reference in the value is one; else it stays text.
    pub as_reference: bool,
}

impl Incoming {
    /// What will be stored in place of the value; `None` where that is itself.
    fn escaped(&self) -> Option<SecretValue> {
        if self.as_reference { None } else { reference::escaped(self.value.expose()) }
    }
}

/// Where a file goes.
#[derive(Clone, Copy, Debug)]
pub struct Destination {
    /// The environment; `None` for one to be made.
    pub environment: Option<ObjectId>,
    /// Whether it is prod.
    pub kind: Kind,
}

/// What becomes of variables that have a value of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// They get a new version.
    #[default]
    NewVersion,
    /// They stay as they are.
    Keep,
}

/// What an import will do.
#[derive(Debug)]
pub struct Plan {
    /// One row for each pair of the file, in its order.
    pub rows: Vec<Row>,
}

/// What will happen with one pair.
#[derive(Debug)]
pub struct Row {
    /// The line it is on, from 1.
    pub line: u32,
    /// The name it will have. Empty if nothing of its key can be one.
    pub variable: String,
    /// Whether that is not the key as written.
    pub renamed: bool,
    /// What will happen.
    pub outcome: Outcome,
    /// Whose key it is.
    pub recognised: Option<Recognised>,
    /// Whether its value could be one with references: all that it names is there.
    pub refers: bool,
    /// What the person should know.
    pub notices: Vec<Notice>,
}

/// What will happen with a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new secret.
    Create,
    /// A new version of the secret that is bound there.
    NewVersion {
        /// Which.
        secret: ObjectId,
        /// Characters of its present value; 0 if that cannot be opened.
        old_length: usize,
    },
    /// A new secret in place of an inherited one.
    Override {
        /// The environment it is inherited from.
        from: ObjectId,
    },
    /// The same value is in effect already.
    Unchanged,
    /// It is left out.
    Skip(Why),
}

/// Why a pair is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It has a value, and those are to stay.
    Exists,
    /// The same name stands on a later line.
    Repeated {
        /// The line that counts.
        line: u32,
    },
    /// Its value is longer than a value may be.
    TooLong,
    /// Nothing of its key can be a name.
    NoName,
}

/// Something worth knowing of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A live key goes to an environment that is not prod.
    LiveOutsideProd,
    /// A test key goes to prod.
    TestInProd,
    /// The name promises to be public, the value is a secret.
    PublicName,
    /// The value is the one of a provider other than the name says.
    OtherProvider,
    /// A new version shows in other places too.
    Shared {
        /// In how many.
        places: usize,
    },
}

/// How many pairs meet which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New secrets.
    pub create: usize,
    /// New versions.
    pub overwrite: usize,
    /// Inherited values overridden.
    pub override_inherited: usize,
    /// Nothing to do.
    pub unchanged: usize,
    /// Left out.
    pub skipped: usize,
}

impl Plan {
    /// What `incoming` will do to `destination`. `lookup` opens the present value of a secret, to compare; `None` says
    /// that it cannot be opened.
    pub fn new(
        model: &Model,
        destination: Destination,
        incoming: &[Incoming],
        existing: Existing,
        lookup: impl FnMut(ObjectId) -> Option<SecretValue>,
    ) -> Self {
        let names = names(incoming);
        let counting = last(&names);
        let chain = destination.environment.map(|environment| Chain::of(model, environment));
        let mut planner = Planner { model, destination, chain, existing, counting: &counting, lookup };
        let rows = incoming.iter().zip(&names).map(|(pair, name)| {
            let counts = counting.get(name).and_then(|at| incoming.get(*at)).map(|pair| pair.line);
            planner.row(pair, name.clone(), counts)
        });
        Self { rows: rows.collect() }
    }

    /// How many rows meet which fate.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *match row.outcome {
                Outcome::Create => &mut counts.create,
                Outcome::NewVersion { .. } => &mut counts.overwrite,
                Outcome::Override { .. } => &mut counts.override_inherited,
                Outcome::Unchanged => &mut counts.unchanged,
                Outcome::Skip(_) => &mut counts.skipped,
            } += 1;
        }
        counts
    }

    /// The pairs to write, of the rows that change something and that `chosen` (by their number) keeps.
    pub fn into_pairs(self, incoming: Vec<Incoming>, chosen: impl Fn(usize) -> bool) -> Vec<Pair> {
        let rows = self.rows.into_iter().zip(incoming).enumerate();
        let kept = rows.filter(|(at, (row, _))| row.outcome.writes() && chosen(*at));
        kept.map(|(_, (row, pair))| Pair {
            value: pair.escaped().unwrap_or(pair.value),
            variable: row.variable,
        })
        .collect()
    }
}

impl Outcome {
    /// Whether something is written.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::NewVersion { .. } | Self::Override { .. })
    }
}

struct Planner<'a, F> {
    model: &'a Model,
    destination: Destination,
    chain: Option<Chain>,
    existing: Existing,
    /// The names that come in.
    counting: &'a Places,
    lookup: F,
}

impl<F: FnMut(ObjectId) -> Option<SecretValue>> Planner<'_, F> {
    fn row(&mut self, pair: &Incoming, variable: String, counts: Option<u32>) -> Row {
        let outcome = match counts {
            _ if variable.is_empty() => Outcome::Skip(Why::NoName),
            Some(line) if line != pair.line => Outcome::Skip(Why::Repeated { line }),
            _ => self.outcome(&variable, pair.escaped().as_ref().unwrap_or(&pair.value)),
        };
        let recognised = provider::recognise(&variable, pair.value.expose(), "");
        let notices = self.notices(&variable, outcome, recognised.as_ref());
        let refers = self.refers(pair.value.expose());
        Row { line: pair.line, renamed: variable != pair.key, variable, outcome, recognised, refers, notices }
    }

    fn outcome(&mut self, variable: &str, value: &SecretValue) -> Outcome {
        if value.expose().len() > grammar::VALUE {
            return Outcome::Skip(Why::TooLong);
        }
        let effect = self.chain.as_ref().map_or(Effect::Missing, |it| it.effect(self.model, variable));
        let Effect::Set { secret, from, .. } = effect else { return Outcome::Create };
        let own = self.destination.environment == Some(from);
        if own && self.existing == Existing::Keep {
            return Outcome::Skip(Why::Exists);
        }
        let present = (self.lookup)(secret);
        match present {
            Some(present) if present == *value => Outcome::Unchanged,
            present if own => {
                let old_length = present.map_or(0, |present| present.expose().chars().count());
                Outcome::NewVersion { secret, old_length }
            }
            _ => Outcome::Override { from },
        }
    }

    /// Whether `text` has references, all of them to variables that are there or come in.
    fn refers(&self, text: &str) -> bool {
        let is_there = |reference: &Reference<'_>| {
            let effect = self.chain.as_ref().map(|chain| chain.effect(self.model, reference.key));
            // One to another environment is looked up when it is used.
            reference.environment.is_some()
                || self.counting.contains_key(reference.key)
                || matches!(effect, Some(Effect::Set { .. }))
        };
        let pieces = reference::pieces(text);
        let references = pieces.iter().filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(is_there(reference)),
            Piece::Text(_) => None,
        });
        references.reduce(|all, this| all && this).unwrap_or(false)
    }

    fn notices(&self, variable: &str, outcome: Outcome, recognised: Option<&Recognised>) -> Vec<Notice> {
        let mut notices = Vec::new();
        let by_value = recognised.filter(|it| it.by_value);
        match (by_value.and_then(|it| it.mode), self.destination.kind) {
            (Some(Mode::Live), Kind::NonProd) => notices.push(Notice::LiveOutsideProd),
            (Some(Mode::Test), Kind::Prod) => notices.push(Notice::TestInProd),
            _ => {}
        }
        if by_value.is_some_and(|it| it.secret) && is_public(variable) {
            notices.push(Notice::PublicName);
        }
        if by_value.is_some_and(|it| provider::contradicts(variable, it.provider)) {
            notices.push(Notice::OtherProvider);
        }
        if let Outcome::NewVersion { secret, .. } = outcome {
            let places = self.model.uses(secret).count().saturating_sub(1);
            notices.extend((places > 0).then_some(Notice::Shared { places }));
        }
        notices
    }
}

/// Whether a build tool would put the value of this variable into what browsers load.
fn is_public(variable: &str) -> bool {
    const PREFIXES: [&str; 7] =
        ["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_"];
    PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}

/// The name each pair will have: its key, or the nearest that fits the grammar and that no other key has.
fn names(incoming: &[Incoming]) -> Vec<String> {
    let mut owners = Places::new();
    let fitting = incoming.iter().enumerate().filter(|(_, pair)| grammar::is_variable(&pair.key));
    owners.extend(fitting.map(|(at, pair)| (pair.key.clone(), at)));
    (0..incoming.len()).filter_map(|at| name(incoming, at, &mut owners)).collect()
}

/// By name, the place of a pair that has it.
type Places = BTreeMap<String, usize>;

fn name(incoming: &[Incoming], at: usize, owners: &mut Places) -> Option<String> {
    let key = incoming.get(at)?.key.as_str();
    if grammar::is_variable(key) {
        return Some(key.to_owned());
    }
    let Some(offer) = grammar::variable_from(key) else { return Some(String::new()) };
    let numbered = (2_u32..).map(|number| format!("{offer}_{number}"));
    let mut offers = std::iter::once(offer.clone()).chain(numbered);
    let has_key = |owner: &usize| incoming.get(*owner).is_some_and(|pair| pair.key == key);
    let free = |offer: &String| owners.get(offer).is_none_or(has_key);
    let found = offers.find(free).filter(|it| grammar::is_variable(it)).unwrap_or_default();
    owners.insert(found.clone(), at);
    Some(found)
}

/// The pair of each name that counts: the last.
fn last(names: &[String]) -> Places {
    let mut last = Places::new();
    last.extend(names.iter().cloned().zip(0..));
    last
}
