//! Finding secrets by text: every word of the query must be in the secret's name, provider, tags or notes, or in the name
//! of a project or environment that it is bound in. Case and Latin accents do not count.
//!
//! A scan over one text, no index: nothing to keep up to date word by word, and one buffer to wipe.

use std::collections::{BTreeMap, BTreeSet};

use protocol::ObjectId;
use zeroize::Zeroize;

use crate::fold::{fold, fold_into};
use crate::model::{Model, Secret};
use crate::provider;

/// The folded text of every secret, and of the places they are bound in. Made anew after a change.
#[derive(Debug, Default)]
pub struct Arena {
    /// For each secret: name, tags and provider, notes, each ended by [`FIELD`].
    text: Text,
    /// In the order of the text: by folded name.
    entries: Vec<Entry>,
    places: Vec<Place>,
}

#[derive(Default)]
struct Text(String);

#[derive(Debug)]
struct Entry {
    secret: ObjectId,
    start: usize,
    name_end: usize,
}

#[derive(Debug)]
struct Place {
    /// Project and environment, folded.
    names: String,
    /// Places of its secrets among the entries.
    entries: Vec<usize>,
}

const FIELD: char = '\u{1}';

/// How well a word fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    WholeName,
    NameStart,
    NameWord,
    InName,
    Elsewhere,
}

const RANKS: [Rank; 5] = [Rank::WholeName, Rank::NameStart, Rank::NameWord, Rank::InName, Rank::Elsewhere];

impl Arena {
    /// The text of all secrets of `model` that are not archived or in the trash.
    pub fn new(model: &Model) -> Self {
        let mut named: Vec<_> = model.secrets().map(|(id, it)| (fold(&it.details.name), id, it)).collect();
        named.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let mut arena = Self::default();
        for (name, id, secret) in &named {
            arena.push(*id, name, secret);
        }
        arena.places = places(model, &arena.entries);
        arena
    }

    /// How many secrets it covers.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it covers none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The secrets that have every word of `query`: those first that one of the words fits best, then by name. An empty
    /// query finds them all.
    pub fn find(&self, query: &str) -> Vec<ObjectId> {
        let query = fold(query);
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut ranks: Vec<Option<Rank>> = vec![Some(Rank::Elsewhere); self.entries.len()];
        for word in words {
            let found = self.ranks(word);
            for (so_far, now) in ranks.iter_mut().zip(found) {
                *so_far = so_far.zip(now).map(|(so_far, now)| so_far.min(now));
            }
        }
        let with = |rank| self.entries.iter().zip(&ranks).filter(move |(_, it)| **it == Some(rank));
        RANKS.into_iter().flat_map(with).map(|(entry, _)| entry.secret).collect()
    }

    /// How well each secret fits one word.
    fn ranks(&self, word: &str) -> Vec<Option<Rank>> {
        let mut ranks = vec![None; self.entries.len()];
        for place in self.places.iter().filter(|place| place.names.contains(word)) {
            for at in &place.entries {
                if let Some(rank) = ranks.get_mut(*at) {
                    *rank = Some(Rank::Elsewhere);
                }
            }
        }
        let mut from = 0;
        let mut entry = 0;
        while let Some(hit) = self.text.find(word, from) {
            entry += self
                .entries
                .get(entry..)
                .unwrap_or(&[])
                .partition_point(|it| it.start <= hit)
                .saturating_sub(1);
            let end = self.end(entry);
            if let (Some(rank), Some(it)) = (ranks.get_mut(entry), self.entries.get(entry)) {
                *rank = Some(self.rank(it, end, word, hit));
            }
            from = end;
        }
        ranks
    }

    /// The best of the hits of one word in one secret; the first is at `hit`.
    fn rank(&self, entry: &Entry, end: usize, word: &str, hit: usize) -> Rank {
        if hit >= entry.name_end {
            return Rank::Elsewhere;
        }
        let name = self.text.0.get(entry.start..entry.name_end.min(end)).unwrap_or_default();
        match name.strip_prefix(word) {
            Some("") => Rank::WholeName,
            Some(_) => Rank::NameStart,
            None if starts_a_word(name, word) => Rank::NameWord,
            None => Rank::InName,
        }
    }

    fn end(&self, entry: usize) -> usize {
        self.entries.get(entry + 1).map_or(self.text.0.len(), |next| next.start)
    }

    fn push(&mut self, secret: ObjectId, name: &str, it: &Secret) {
        let start = self.text.0.len();
        self.text.0.push_str(name);
        self.entries.push(Entry { secret, start, name_end: self.text.0.len() });
        let details = &it.details;
        let provider = provider::find(&details.provider).map_or("", |it| it.name);
        let tags = details.tags.iter().map(|tag| &**tag);
        for text in [provider, &details.provider, &details.notes].into_iter().chain(tags) {
            self.text.0.push(FIELD);
            fold_into(text, &mut self.text.0);
        }
        self.text.0.push(FIELD);
    }
}

impl Text {
    /// Where `word` stands at or after `from`.
    fn find(&self, word: &str, from: usize) -> Option<usize> {
        self.0.get(from..)?.find(word).map(|at| from + at)
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({})", self.0.len())
    }
}

fn starts_a_word(name: &str, word: &str) -> bool {
    let before = |at: usize| at.checked_sub(1).and_then(|at| name.as_bytes().get(at));
    name.match_indices(word).any(|(at, _)| before(at).is_none_or(|byte| !byte.is_ascii_alphanumeric()))
}

fn places(model: &Model, entries: &[Entry]) -> Vec<Place> {
    let at: BTreeMap<ObjectId, usize> = entries.iter().enumerate().map(|(at, it)| (it.secret, at)).collect();
    let mut places = Vec::new();
    for (project, it) in model.projects() {
        for (environment, column) in model.environments(project) {
            let bound = model.bindings(environment).filter_map(|(_, binding)| binding.secret);
            let entries: BTreeSet<usize> = bound.filter_map(|secret| at.get(&secret).copied()).collect();
            let names = fold(&format!("{}{FIELD}{}", it.name, column.name));
            // `fold` makes a blank of the separator; a word of the query has none.
            places.push(Place { names, entries: entries.into_iter().collect() });
        }
    }
    places
}
