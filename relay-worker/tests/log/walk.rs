//! Random commits: the relay takes what the fold takes, and refuses the rest at the same entry.

use protocol::message::{Answer, Rule};
use protocol::{Checkpoint, Commit, Delete, Entry, Forget, Part, Refusal, Rejection, UnwrapFrom, WrapInto};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::relay::Relay;
use crate::world::{DEV, PROD, ROOT, World, object, put, scope, verify, wrap};

const STEPS: usize = 700;

#[test]
fn the_relay_takes_what_the_fold_takes_and_refuses_the_rest_at_the_same_entry() {
    for seed in 0..3 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut world = World::vault();
        let mut relay = Relay::of(&world);
        let mut taken = 0;
        for step in 0..STEPS {
            let commit = commit(&mut rng, &world);
            let expected = world.state.accept(&commit, &verify);
            let body = relay.append(&world.owner, &commit);
            let found = outcome(&Answer::decode(&body).unwrap());
            assert_eq!(found, expected.map_err(place), "seed {seed}, step {step}");
            taken += usize::from(expected.is_ok());
        }
        println!("seed {seed}: {taken} of {STEPS} commits taken");
        assert!((STEPS / 5..STEPS * 4 / 5).contains(&taken), "both happen");
    }
}

/// The entry that breaks a rule.
fn place(refusal: Refusal) -> u64 {
    match refusal {
        Refusal::Rejected(Rejection::Entry { index, .. }) => index.into(),
        other => panic!("{other}"),
    }
}

fn outcome(answer: &Answer<'_>) -> Result<(), u64> {
    match answer {
        Answer::Appended(_) => Ok(()),
        Answer::Refused { rule: Rule::Entry, entry } => Err(*entry),
        other => panic!("{other:?}"),
    }
}

fn commit(rng: &mut ChaCha8Rng, world: &World) -> Commit {
    let actor = if below(rng, 3) == 0 { &world.guest } else { &world.owner };
    let mut entries: Vec<Entry> = (0..=below(rng, 3)).map(|_| entry(rng, world)).collect();
    if world.state.is_checkpoint_due() || below(rng, 40) == 0 {
        entries.insert(0, Entry::Checkpoint(Checkpoint { root: world.state.root(), heads: vec![] }));
    }
    world.commit_by(actor, &entries)
}

/// An entry that is often right.
fn entry(rng: &mut ChaCha8Rng, world: &World) -> Entry {
    let object = object(1 + u8::try_from(below(rng, 5)).unwrap());
    let part = if below(rng, 2) == 0 { Part::Overview } else { Part::Value };
    let revision = world.state.part(object, part).map_or(0, |part| part.revision);
    let at = [ROOT, DEV, DEV, PROD][below(rng, 4)];
    let epoch = world.state.scope(at).unwrap().epoch;
    match below(rng, 10) {
        0 => Entry::Wrap(WrapInto { object, part, revision, wrap: wrap(at, epoch) }),
        1 => Entry::Unwrap(UnwrapFrom { object, part, revision, scope: at }),
        2 => Entry::Delete(Delete { object, revision }),
        3 => Entry::Forget(Forget { object, part, first: 1, last: revision.saturating_sub(1) }),
        4 if at != ROOT && below(rng, 6) == 0 => {
            let edges = &world.state.scope(at).unwrap().parents;
            let parents: Vec<_> = edges.iter().map(|edge| (edge.parent, edge.epoch)).collect();
            scope(at, epoch + 1, &parents)
        }
        _ => Entry::Put(put(object, part, revision + 1, &[(at, epoch)])),
    }
}

fn below(rng: &mut ChaCha8Rng, bound: usize) -> usize {
    usize::try_from(rng.next_u64() % u64::try_from(bound).unwrap()).unwrap()
}
