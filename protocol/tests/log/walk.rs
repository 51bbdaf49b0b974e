//! Random acts of two members: whatever is taken or refused, the fold stays whole.

use std::collections::BTreeMap;

use protocol::{Delete, Entry, Forget, ObjectId, Part, Rights, ScopeId, State, UnwrapFrom, WrapInto};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::excerpt::Rows;
use crate::reader::head_and_root;
use crate::world::{DEV, PROD, PROJECT, ROOT, World, object, put, scope, verify, wrap};

const STEPS: usize = 1_500;
const SEEDS: std::ops::Range<u64> = 0..4;

/// The last revision of each part, as the accepted puts say.
type Revisions = BTreeMap<(ObjectId, Part), u64>;

#[test]
fn whatever_is_taken_or_refused_the_fold_stays_whole() {
    for seed in SEEDS {
        let world = World::vault();
        let kept = Rows::of(&world.state);
        let mut walk = Walk { world, kept, rng: ChaCha8Rng::seed_from_u64(seed) };
        let mut revisions =
            Revisions::from([((object(1), Part::Overview), 1), ((object(1), Part::Value), 1)]);
        let taken = (0..STEPS).filter(|_| walk.step(&mut revisions)).count();
        println!("seed {seed}: {taken} of {STEPS} commits taken");
        assert!((STEPS / 10..STEPS * 9 / 10).contains(&taken), "both happen");
        let state = &walk.world.state;
        assert_eq!(&refolded(&walk.world), state, "seed {seed}: the commits lead to the same fold");
        let ours = (*state.head().hash.as_bytes(), *state.root().as_bytes());
        assert_eq!(head_and_root(&walk.world.commits), ours, "seed {seed}: a second reader says otherwise");
    }
}

struct Walk {
    world: World,
    kept: Rows,
    rng: ChaCha8Rng,
}

impl Walk {
    fn step(&mut self, revisions: &mut Revisions) -> bool {
        let actor = if self.below(3) == 0 { self.world.guest.clone() } else { self.world.owner.clone() };
        let mut entries: Vec<Entry> = (0..=self.below(3)).map(|_| self.entry(revisions)).collect();
        if self.world.state.is_checkpoint_due() {
            let root = self.world.state.root();
            entries.insert(0, Entry::Checkpoint(protocol::Checkpoint { root, heads: vec![] }));
        }
        let commit = self.world.commit_by(&actor, &entries);
        let before = self.world.state.clone();
        let is_taken = self.world.state.accept(&commit, &verify).is_ok();
        if is_taken {
            self.world.commits.push(commit.clone());
            entries.iter().for_each(|entry| note(entry, revisions));
            check(&self.world.state, revisions);
        } else {
            assert_eq!(self.world.state, before);
        }
        self.kept.step(&commit, is_taken, &self.world.state);
        is_taken
    }

    /// An entry that is often right: next revisions, current epochs.
    fn entry(&mut self, revisions: &Revisions) -> Entry {
        let object = object(u8::try_from(1 + self.below(4)).unwrap());
        let part = if self.below(2) == 0 { Part::Overview } else { Part::Value };
        let last = revisions.get(&(object, part)).copied().unwrap_or(0);
        let at = self.scope();
        match self.below(12) {
            0 => Entry::Wrap(WrapInto { object, part, revision: last, wrap: wrap(at, self.epoch(at)) }),
            1 => Entry::Unwrap(UnwrapFrom { object, part, revision: last, scope: at }),
            2 => Entry::Delete(Delete { object, revision: last }),
            3 => Entry::Forget(Forget { object, part, first: last / 2, last: last.saturating_sub(1) }),
            4 => self.rotation(at),
            5 => {
                let rights = [Rights::WRITE, Rights::WRITE | Rights::DELETE, Rights::ALL][self.below(3)];
                Entry::Member(self.world.guest.member_entry(&[(at, rights)], &[]))
            }
            _ => {
                let mut scopes = BTreeMap::from([(at, self.epoch(at))]);
                let also = self.scope();
                scopes.insert(also, self.epoch(also));
                let scopes: Vec<_> = scopes.into_iter().collect();
                Entry::Put(put(object, part, last + 1, &scopes))
            }
        }
    }

    fn rotation(&mut self, at: ScopeId) -> Entry {
        let record = self.world.state.scope(at).unwrap();
        let parents: Vec<_> = record.parents.iter().map(|edge| edge.parent).collect();
        let next = record.epoch + 1;
        let parents: Vec<_> = parents.into_iter().map(|parent| (parent, self.epoch(parent))).collect();
        scope(at, next, &parents)
    }

    fn scope(&mut self) -> ScopeId {
        [ROOT, PROJECT, DEV, PROD, DEV, PROD][self.below(6)]
    }

    fn epoch(&mut self, scope: ScopeId) -> u32 {
        let current = self.world.state.scope(scope).unwrap().epoch;
        if self.below(20) == 0 { current + 1 } else { current }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.rng.next_u64() % u64::try_from(bound).unwrap()).unwrap()
    }
}

fn note(entry: &Entry, revisions: &mut Revisions) {
    if let Entry::Put(put) = entry {
        let last = revisions.insert((put.object, put.part), put.revision).unwrap_or(0);
        assert_eq!(put.revision, last + 1, "a taken put is the next revision");
    }
}

fn check(state: &State, revisions: &Revisions) {
    assert_eq!(State::decode(&state.encode()).as_ref(), Ok(state), "what is taken can be restored");
    let mut folded = Revisions::new();
    for (id, object) in state.objects() {
        for part in [Part::Overview, Part::Value] {
            let Some(record) = object.part(part) else { continue };
            folded.insert((id, part), record.revision);
            assert!(record.wraps.iter().next().is_some(), "a part lies somewhere");
            assert!(
                record
                    .wraps
                    .iter()
                    .all(|wrap| state.scope(wrap.scope).is_some_and(|at| wrap.epoch <= at.epoch))
            );
            assert!(object.deleted || !record.is_forgotten(record.revision), "what is shown is not erased");
        }
    }
    assert_eq!(&folded, revisions);
}

fn refolded(world: &World) -> State {
    let (first, rest) = world.commits.split_first().unwrap();
    let mut state = State::found(first, &verify).unwrap();
    rest.iter().for_each(|commit| state.accept(commit, &verify).unwrap());
    state
}
