//! What each consumer sees on each line of a text, and where they disagree.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::dialect::Dialect;
use crate::problem::{Problem, Trouble};
use crate::read::{Draft, Environment, draft};

/// One key on one line, and what the consumers make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The physical line the key stands on, from 1.
    pub line: u32,
    /// The key.
    pub key: String,
    /// Consumers that see the same, the largest group first; more than one group is a disagreement.
    pub groups: Vec<Group>,
}

/// Consumers that see the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Who.
    pub dialects: Vec<Dialect>,
    /// What they see.
    pub seen: Seen,
}

/// What a consumer sees on one line.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Seen {
    /// This value.
    Value(String),
    /// No variable of this name, because of this trouble on the line if there is one.
    Nothing(Option<Trouble>),
    /// A value that cannot be shown: a command would run, or only the running program knows it.
    Hidden(Trouble),
    /// Nothing in the whole file, because it rejects it for this.
    Rejected(Option<Trouble>),
}

impl fmt::Debug for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(_) => formatter.write_str("Value"),
            Self::Nothing(trouble) => formatter.debug_tuple("Nothing").field(trouble).finish(),
            Self::Hidden(trouble) => formatter.debug_tuple("Hidden").field(trouble).finish(),
            Self::Rejected(trouble) => formatter.debug_tuple("Rejected").field(trouble).finish(),
        }
    }
}

/// Shows for each key of each line what every consumer would see, in the order of the text.
///
/// A line that only comments, or that no consumer takes for an assignment, has no row.
pub fn explain(text: &str, environment: Option<&Environment<'_>>) -> Vec<Row> {
    let views = Dialect::ALL.map(|dialect| View::new(dialect, text, environment));
    let mut places: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut known = HashMap::new();
    for view in &views {
        for (place, _) in &view.order {
            if known.insert(place, ()).is_none() {
                places.entry(place.0).or_default().push(&place.1);
            }
        }
    }
    let rows = places.into_iter().flat_map(|(line, keys)| keys.into_iter().map(move |key| (line, key)));
    rows.map(|(line, key)| Row { line, key: key.to_owned(), groups: groups(&views, line, key) }).collect()
}

type Place = (u32, String);

/// One consumer's view of a text.
struct View {
    dialect: Dialect,
    rejected: Option<Option<Trouble>>,
    order: Vec<(Place, String)>,
    values: HashMap<Place, usize>,
    problems: BTreeMap<u32, Trouble>,
}

impl View {
    fn new(dialect: Dialect, text: &str, environment: Option<&Environment<'_>>) -> Self {
        let Draft { assigned, problems, rejected, .. } = draft(dialect, text, environment);
        let order: Vec<_> = assigned.into_iter().map(|pair| ((pair.line, pair.key), pair.value)).collect();
        let values = order.iter().enumerate().map(|(index, (place, _))| (place.clone(), index)).collect();
        let rejected = rejected.then(|| problems.last().map(|problem| problem.trouble));
        let mut by_line = BTreeMap::new();
        for Problem { position, trouble } in problems {
            let first = by_line.entry(position.line).or_insert(trouble);
            if trouble.hides_value() && !first.hides_value() {
                *first = trouble;
            }
        }
        Self { dialect, rejected, order, values, problems: by_line }
    }

    fn seen(&self, place: &Place) -> Seen {
        if let Some(trouble) = self.rejected {
            return Seen::Rejected(trouble);
        }
        let trouble = self.problems.get(&place.0).copied();
        let value = self.values.get(place).and_then(|index| self.order.get(*index));
        match (value, trouble) {
            (None, trouble) => Seen::Nothing(trouble),
            (Some(_), Some(trouble)) if trouble.hides_value() => Seen::Hidden(trouble),
            (Some((_, value)), _) => Seen::Value(value.clone()),
        }
    }
}

fn groups(views: &[View], line: u32, key: &str) -> Vec<Group> {
    let place = (line, key.to_owned());
    let mut groups: Vec<Group> = Vec::new();
    for view in views {
        let seen = view.seen(&place);
        match groups.iter_mut().find(|group| group.seen == seen) {
            Some(group) => group.dialects.push(view.dialect),
            None => groups.push(Group { dialects: vec![view.dialect], seen }),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.dialects.len()));
    groups
}
