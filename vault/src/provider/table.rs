//! The table of providers, read from its text when first asked for. Its format is in `data/README.md`.

use std::sync::{LazyLock, OnceLock};

use protocol::order;
use regex_lite::Regex;

use super::{Provider, whole};

static TABLE: LazyLock<Vec<Provider>> = LazyLock::new(|| read(include_str!("../../data/providers.txt")));

/// The variables in capitals with the provider's place in the table, ascending.
static NAMES: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
    let of = |(at, provider): (usize, &'static Provider)| {
        provider.variables.iter().map(move |name| (name.to_ascii_uppercase(), at))
    };
    order::distinct(table().iter().enumerate().flat_map(of))
});

/// Of as many random letters some are capitals or digits.
const LONG: usize = 28;
/// No key is longer; longer values are not looked at.
const LONGEST: usize = 8 * 1024;

pub(super) fn table() -> &'static [Provider] {
    &TABLE
}

/// The providers one of whose variables `upper` is, perhaps with more words before or after it (`NEXT_PUBLIC_…`,
/// `…_PROD`), in the order of the table.
pub(super) fn named(upper: &str) -> Vec<&'static Provider> {
    let starts = upper.match_indices('_').map(|(at, _)| at + 1);
    let tails = std::iter::once(0).chain(starts).filter_map(|at| upper.get(at..));
    let found = order::distinct(tails.flat_map(beginnings).flat_map(owners));
    found.into_iter().filter_map(|at| table().get(at)).collect()
}

/// `tail`, and what is left of it where words are taken off its end.
fn beginnings(tail: &str) -> impl Iterator<Item = &str> {
    let ends = tail.match_indices('_').map(|(at, _)| at);
    ends.chain([tail.len()]).filter_map(|end| tail.get(..end))
}

/// Places of the providers with exactly this variable.
fn owners(name: &str) -> impl Iterator<Item = usize> {
    let start = NAMES.partition_point(|(known, _)| known.as_str() < name);
    NAMES.iter().skip(start).take_while(move |(known, _)| known == name).map(|(_, at)| *at)
}

/// The shape of a key.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) secret: bool,
    gate: Gate,
    regex: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

/// What is looked at before the regex, which is slow to make and to try.
#[derive(Debug)]
pub(super) enum Gate {
    Any,
    Prefixes(Vec<&'static str>),
    Words(Vec<&'static str>),
}

impl Pattern {
    /// Whether `value` has this shape, in a variable whose name is `upper` in capitals.
    pub(super) fn fits(&self, upper: &str, value: &str) -> bool {
        let passes = match &self.gate {
            Gate::Any => true,
            Gate::Prefixes(prefixes) => prefixes.iter().any(|prefix| value.starts_with(prefix)),
            Gate::Words(words) => words.iter().any(|word| upper.contains(word)),
        };
        let is_looked_at = passes && value.len() <= LONGEST && !is_words(value);
        is_looked_at && self.regex().is_some_and(|regex| regex.is_match(value))
    }

    pub(super) const fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(super) const fn is_bound_to_name(&self) -> bool {
        matches!(self.gate, Gate::Words(_))
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| whole(self.regex)).as_ref()
    }
}

/// Whether a long value is small letters and hyphens alone: words, as random letters never are.
fn is_words(value: &str) -> bool {
    value.len() >= LONG && value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'-' | b'_'))
}

fn read(text: &'static str) -> Vec<Provider> {
    let mut providers: Vec<Provider> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix('@'), providers.last_mut()) {
            (Some(head), _) => providers.extend(read_head(head)),
            (None, Some(provider)) => read_line(provider, line),
            (None, None) => {}
        }
    }
    providers
}

fn read_head(head: &'static str) -> Option<Provider> {
    let mut cells = head.split('|');
    let (id, name, category) = (cells.next()?, cells.next()?, cells.next()?);
    let mut address = || cells.next().filter(|it| !it.is_empty());
    let (docs, rotate) = (address(), address());
    let (hosts, variables, patterns) = (Vec::new(), Vec::new(), Vec::new());
    Some(Provider { id, name, category, docs, rotate, hosts, variables, patterns })
}

fn read_line(provider: &mut Provider, line: &'static str) {
    match line.split_once(' ') {
        Some(("o", hosts)) => provider.hosts.extend(hosts.split(' ')),
        Some(("n", names)) => provider.variables.extend(names.split(' ')),
        Some((kind, rest)) => provider.patterns.extend(read_pattern(kind, rest)),
        None => {}
    }
}

fn read_pattern(kind: &str, rest: &'static str) -> Option<Pattern> {
    let (gate, regex) = rest.split_once(' ')?;
    let list = || gate.split(',').collect();
    let gate = match kind.get(..1)? {
        "c" => Gate::Words(list()),
        _ if gate == "*" => Gate::Any,
        _ => Gate::Prefixes(list()),
    };
    Some(Pattern { secret: kind.ends_with('s'), gate, regex, compiled: OnceLock::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let text = include_str!("../../data/providers.txt");
        let starts = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
        assert_eq!(starts("@"), table().len());
        let patterns: usize = table().iter().map(|it| it.patterns.len()).sum();
        assert_eq!(starts("v") + starts("c"), patterns);
        assert!(table().iter().flat_map(|it| &it.patterns).all(|it| it.regex().is_some()));
        assert!(table().iter().all(|it| !it.hosts.is_empty() && !it.variables.is_empty()));
        assert!(text.len() < 32 * 1024);
    }
}
