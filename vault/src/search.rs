//! Finding secrets by text: every word of the query must be in the secret's name, provider, tags or notes, or in the name
//! of a project or environment that it is bound in. Case and Latin accents do not count.
//!
//! A scan over one text, no index: nothing to keep up to date word by word, and one buffer to wipe.

use memchr::memmem;
use protocol::{ById, ObjectId, order};
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

const RANKS: usize = Rank::Elsewhere as usize + 1;

impl Arena {
    /// The text of all secrets of `model` that are not archived or in the trash.
    pub fn new(model: &Model) -> Self {
        let mut named: Vec<_> = model.secrets().map(|(id, it)| (fold(&it.details.name), id, it)).collect();
        order::sort_by(&mut named, |a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
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
        let mut found: [Vec<ObjectId>; RANKS] = Default::default();
        for (entry, rank) in self.entries.iter().zip(ranks) {
            if let Some(rank) = rank.and_then(|rank| found.get_mut(rank as usize)) {
                rank.push(entry.secret);
            }
        }
        found.concat()
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
        let mut at = 0;
        for hit in memmem::find_iter(self.text.0.as_bytes(), word) {
            while self.entries.get(at + 1).is_some_and(|next| next.start <= hit) {
                at += 1;
            }
            if let (Some(best), Some(entry)) = (ranks.get_mut(at), self.entries.get(at)) {
                let rank = self.rank(entry, word, hit);
                *best = Some(best.map_or(rank, |best: Rank| best.min(rank)));
            }
        }
        ranks
    }

    /// How well the hit of a word fits a secret.
    fn rank(&self, entry: &Entry, word: &str, hit: usize) -> Rank {
        let before = hit.checked_sub(1).and_then(|before| self.text.0.as_bytes().get(before));
        match hit {
            _ if hit >= entry.name_end => Rank::Elsewhere,
            _ if hit == entry.start && hit + word.len() == entry.name_end => Rank::WholeName,
            _ if hit == entry.start => Rank::NameStart,
            _ if before.is_some_and(|byte| !byte.is_ascii_alphanumeric()) => Rank::NameWord,
            _ => Rank::InName,
        }
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

fn places(model: &Model, entries: &[Entry]) -> Vec<Place> {
    let at: ById<ObjectId, usize> = entries.iter().enumerate().map(|(at, it)| (it.secret, at)).collect();
    let mut places = Vec::new();
    for (project, it) in model.projects() {
        for (environment, column) in model.environments(project) {
            let bound = model.bindings(environment).filter_map(|(_, binding)| binding.secret);
            let entries = order::distinct(bound.filter_map(|secret| at.get(secret).copied()));
            let names = fold(&format!("{}{FIELD}{}", it.name, column.name));
            // `fold` makes a blank of the separator; a word of the query has none.
            places.push(Place { names, entries });
        }
    }
    places
}
