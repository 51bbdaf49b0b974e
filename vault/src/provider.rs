//! What is known of providers: their names for variables, the shape of their keys, their pages.

mod find;
mod suggest;
mod table;

use regex_lite::Regex;

use table::{Pattern, named, table};

pub use find::{Finder, Found, SLICE, slices};
pub use suggest::variable;

/// A provider of keys.
#[derive(Debug)]
pub struct Provider {
    /// Its id, as kept in a secret.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is for: `ai`, `payments`, `hosting` and so on.
    pub category: &'static str,
    /// The page about its keys, without `https://`.
    pub docs: Option<&'static str>,
    /// The page about replacing one, without `https://`.
    pub rotate: Option<&'static str>,
    hosts: Vec<&'static str>,
    variables: Vec<&'static str>,
    patterns: Vec<Pattern>,
}

/// What a value was recognised as.
#[derive(Clone, Copy, Debug)]
pub struct Recognised {
    /// Whose it is.
    pub provider: &'static Provider,
    /// Whether the value itself says so, not only the variable's name.
    pub by_value: bool,
    /// Whether it must be kept secret. By name alone: whether the name is one of a key.
    pub secret: bool,
    /// Whether it moves real money, or pretends to.
    pub mode: Option<Mode>,
}

/// What a key is for, where it says so itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The real thing.
    Live,
    /// For trying out.
    Test,
}

/// Every provider.
pub fn all() -> &'static [Provider] {
    table()
}

/// The provider with this id.
pub fn find(id: &str) -> Option<&'static Provider> {
    all().iter().find(|it| it.id == id)
}

/// Whose key `value` is, going by its shape, its variable's name and the host of the page it came from (empty where
/// there is none). Where shapes fit several, host and name decide; a shape outweighs a name.
pub fn recognise(variable: &str, value: &str, host: &str) -> Option<Recognised> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    by_value(variable, value, host).or_else(|| by_name(variable, host))
}

/// Whether a variable's name is one of other providers only.
pub(crate) fn contradicts(variable: &str, provider: &Provider) -> bool {
    let named = named(&variable.to_ascii_uppercase());
    !named.is_empty() && named.iter().all(|it| it.id != provider.id)
}

fn by_value(variable: &str, value: &str, host: &str) -> Option<Recognised> {
    let upper = variable.to_ascii_uppercase();
    let fitting: Vec<_> = all().iter().filter_map(|it| Some((it, it.pattern_of(&upper, value)?))).collect();
    let named = if fitting.len() > 1 { named(&upper) } else { Vec::new() };
    let rank = |(it, pattern): &(&'static Provider, &Pattern)| {
        (it.is_on(host), named.iter().any(|named| named.id == it.id), pattern.is_bound_to_name())
    };
    // `max_by_key` takes the last of equals; the file's first is meant.
    let (provider, pattern) = fitting.iter().rev().max_by_key(|it| rank(it))?;
    Some(Recognised { provider, by_value: true, secret: pattern.secret, mode: mode(value) })
}

fn by_name(variable: &str, host: &str) -> Option<Recognised> {
    let upper = variable.to_ascii_uppercase();
    let provider = named(&upper).into_iter().rev().max_by_key(|it| it.is_on(host))?;
    Some(Recognised { provider, by_value: false, secret: names_a_key(&upper), mode: None })
}

impl Provider {
    /// The names of its variables, as its documentation gives them.
    pub fn variables(&self) -> &[&'static str] {
        &self.variables
    }

    /// Whether `host` is one of its dashboard; `*.` stands for one label or more before the rest.
    fn is_on(&self, host: &str) -> bool {
        let is_it = |known: &&str| match known.strip_prefix('*') {
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => *known == host,
        };
        self.hosts.iter().any(is_it)
    }

    /// The shapes of what must be kept secret.
    fn secrets(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter().filter(|pattern| pattern.secret)
    }

    fn pattern_of(&self, upper: &str, value: &str) -> Option<&Pattern> {
        self.patterns.iter().find(|pattern| pattern.fits(upper, value))
    }
}

fn names_a_key(upper: &str) -> bool {
    const KEYS: [&str; 11] = [
        "KEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PAT",
        "PW",
        "DSN",
        "WEBHOOK",
        "AUTHTOKEN",
        "AUTHKEY",
        "STRING",
    ];
    const OPEN: [&str; 4] = ["PUBLIC", "PUBLISHABLE", "ANON", "ID"];
    let mut words = upper.split('_');
    words.clone().any(|word| KEYS.contains(&word)) && !words.any(|word| OPEN.contains(&word))
}

fn mode(value: &str) -> Option<Mode> {
    let head: String = value.chars().take(16).collect::<String>().to_ascii_lowercase();
    let mut words = head.split(['_', '-']).skip(1);
    words.find_map(|word| match word {
        "live" => Some(Mode::Live),
        "test" => Some(Mode::Test),
        _ => None,
    })
}

/// A regex over the whole of a value.
fn whole(regex: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{regex})$")).ok()
}
