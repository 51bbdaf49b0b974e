//! A fold whose objects lie in rows takes in what the whole one does, and refuses what it refuses, for the same reason.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Commit, Entry, ObjectId, ObjectRecord, Part, RootHasher, Roster, Sections, State};

use crate::world::{DEV, World, object, put, verify};

/// A fold as a relay keeps it: sections, and a row for each object.
pub(crate) struct Rows {
    sections: Sections,
    objects: BTreeMap<ObjectId, Vec<u8>>,
}

impl Rows {
    pub(crate) fn of(state: &State) -> Self {
        let row = |(id, record): (ObjectId, &ObjectRecord)| (id, record.encode());
        Self { sections: state.sections(), objects: state.objects().map(row).collect() }
    }

    /// Tries `commit` on no more than it names; the whole fold, which took it or not, is `after` it.
    pub(crate) fn step(&mut self, commit: &Commit, is_taken: bool, after: &State) {
        let named = named(commit);
        let rows: Vec<_> = named.iter().filter_map(|id| Some((*id, self.objects.get(id)?.clone()))).collect();
        let mut excerpt = State::excerpt(&self.sections, &rows).unwrap();
        let before = excerpt.clone();
        let taken = excerpt.accept_by(commit, &verify, |_| Some(self.root()));
        assert_eq!(taken.is_ok(), is_taken, "{taken:?}");
        if taken.is_err() {
            assert_eq!(excerpt, before, "a refused commit leaves no trace");
            return;
        }
        self.sections = excerpt.sections();
        self.objects.extend(excerpt.objects().map(|(id, record)| (id, record.encode())));
        assert_eq!(self.sections, after.sections());
        assert_eq!(self.root(), after.root());
        assert_eq!(Roster::decode(&self.sections.roster).unwrap().head(), after.head());
    }

    fn root(&self) -> protocol::Hash {
        let mut hasher = RootHasher::new(&self.sections);
        self.objects.iter().for_each(|(id, record)| hasher.add(*id, record));
        hasher.finish()
    }
}

fn named(commit: &Commit) -> BTreeSet<ObjectId> {
    commit.entries().map(|entries| entries.iter().filter_map(Entry::object).collect()).unwrap_or_default()
}

#[test]
fn rows_come_to_the_root_of_the_whole_fold_for_accounts_too() {
    for world in [World::vault(), World::account()] {
        assert_eq!(Rows::of(&world.state).root(), world.state.root());
    }
}

#[test]
fn an_excerpt_counts_the_objects_that_it_leaves_out() {
    let mut world = World::vault();
    for number in 2..6 {
        world.take(&[Entry::Put(put(object(number), Part::Overview, 1, &[(DEV, 1)]))]);
    }
    let rows = Rows::of(&world.state);
    let excerpt = State::excerpt(&rows.sections, &[]).unwrap();
    assert_eq!(excerpt.sections().objects, 5);
    assert_eq!(excerpt.objects().count(), 0);
    let more: Vec<_> = (1..=6).map(|number| (object(number), rows.objects[&object(1)].clone())).collect();
    assert!(State::excerpt(&rows.sections, &more).is_err(), "more objects than the fold has");
}

#[test]
fn damaged_rows_are_refused() {
    let rows = Rows::of(&World::vault().state);
    let damaged = |change: fn(&mut Sections)| {
        let mut sections = rows.sections.clone();
        change(&mut sections);
        State::excerpt(&sections, &[]).is_err()
    };
    assert!(!damaged(|_| {}), "the control");
    assert!(damaged(|sections| sections.roster.truncate(100)));
    assert!(damaged(|sections| sections.scopes.push(0)));
    assert!(damaged(|sections| sections.account.push(0)), "a vault has no account section");
    assert!(damaged(|sections| sections.scopes = vec![0; 4]), "grants on scopes that are not there");
    let record = &rows.objects[&object(1)];
    assert!(ObjectRecord::decode(&record[..record.len() - 1]).is_err());
    assert!(Roster::decode(&rows.sections.roster[1..]).is_err());
}
