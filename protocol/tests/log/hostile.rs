//! Foreign bytes: every parser is a target, with a replayed corpus and seeded mutations.

use proptest::prelude::*;
use protocol::{Commit, Delete, Entry, Fields, Malformed, Part, Rights, State, UnwrapFrom, WrapInto};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use weakness::Weakness;

use crate::leftover;
use crate::mutate::mutated;
use crate::serial::{full_account, full_vault};
use crate::world::{Actor, DEV, OBJECT, PROD, PROJECT, ROOT, World, object, put, scope, verify, wrap};

/// What reads foreign bytes: answers whether they were read, and proves that they were read in one way.
type Target = fn(&[u8]) -> bool;

const TARGETS: [(&str, Target); 5] =
    [("commit", commit), ("body", body), ("state", state), ("fields", fields), ("accept", accept)];

const ROUNDS: usize = 10_000;

fn commit(bytes: &[u8]) -> bool {
    let decoded = Commit::decode(bytes);
    decoded.map(|commit| assert_eq!(commit.encode(), bytes)).is_ok()
}

fn body(bytes: &[u8]) -> bool {
    let decoded = Entry::decode_body(bytes);
    decoded.map(|entries| assert_eq!(Entry::encode_body(&entries).as_deref(), Ok(bytes))).is_ok()
}

fn state(bytes: &[u8]) -> bool {
    State::decode(bytes).map(|state| assert_eq!(state.encode(), bytes)).is_ok()
}

fn fields(bytes: &[u8]) -> bool {
    let decoded = Fields::decode(bytes);
    decoded.map(|fields| assert_eq!(fields.encode().unwrap().as_slice(), bytes)).is_ok()
}

/// A body that is signed by a member's device: the fold takes it whole, or not at all.
fn accept(bytes: &[u8]) -> bool {
    thread_local!(static WORLD: World = full_vault());
    WORLD.with(|world| {
        let Ok(entries) = Entry::decode_body(bytes) else { return false };
        let commit = world.commit_by(&world.owner, &entries);
        let mut state = world.state.clone();
        let is_taken = state.accept(&commit, &verify).is_ok();
        if is_taken {
            assert_eq!(State::decode(&state.encode()).as_ref(), Ok(&state), "what is taken can be restored");
        } else {
            assert_eq!(state, world.state);
        }
        is_taken
    })
}

/// What each target reads: the commits, bodies, folds and objects of the worlds here.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let worlds = [full_vault(), full_account()];
    let commits = || worlds.iter().flat_map(|world| &world.commits);
    match target {
        "commit" => commits().map(Commit::encode).collect(),
        "accept" => next_bodies(),
        "body" => commits().map(|commit| Entry::encode_body(&commit.entries().unwrap()).unwrap()).collect(),
        "state" => worlds.iter().map(|world| world.state.encode()).collect(),
        _ => vec![vec![1, 0], vec![1, 3, 0, 1, 3, 16, 0, 0xAC, 2, 2, 1, 2]],
    }
}

/// Bodies that the full vault takes next.
fn next_bodies() -> Vec<Vec<u8>> {
    let value = |revision| Entry::Put(put(OBJECT, Part::Value, revision, &[(DEV, 2), (PROD, 1)]));
    let back = Entry::Put(put(object(2), Part::Overview, 2, &[(PROJECT, 1)]));
    let into = WrapInto { object: OBJECT, part: Part::Value, revision: 2, wrap: wrap(PROD, 1) };
    let from = UnwrapFrom { object: OBJECT, part: Part::Value, revision: 2, scope: PROJECT };
    let bodies = [
        vec![value(3), value(4), back],
        vec![Entry::Wrap(into), Entry::Unwrap(from), Entry::Delete(Delete { object: OBJECT, revision: 1 })],
        vec![
            scope(PROJECT, 2, &[(ROOT, 1)]),
            scope(DEV, 3, &[(PROJECT, 2)]),
            scope(PROD, 2, &[(PROJECT, 2)]),
        ],
        vec![Entry::Member(Actor::new(2).member_entry(&[(PROD, Rights::NAMES)], &[(PROD, 1)]))],
    ];
    bodies.iter().map(|entries| Entry::encode_body(entries).unwrap()).collect()
}

#[test]
fn the_corpus_is_read() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty());
        assert!(corpus.iter().all(|bytes| target(bytes)), "{name}");
    }
}

#[test]
fn ten_thousand_mutations_are_refused_or_read_in_one_way() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let read = (0..ROUNDS).filter(|_| target(&mutated(&corpus, &mut rng))).count();
        println!("{name}: seed 1, {read} of {ROUNDS} mutations read");
        assert!((20..ROUNDS - 20).contains(&read), "{name}: both answers are reached");
    }
    let first = TARGETS.iter().map(|(name, target)| (corpus(name).swap_remove(0), *target));
    leftover::is_refused(first, &[Weakness::Leftover]);
}

#[test]
fn every_bit_of_a_commit_is_under_its_signature() {
    let world = World::vault();
    let mut before = world.clone();
    let last = before.commits.pop().expect("there are four commits");
    before.state = fold(&before.commits);
    let bytes = last.encode();
    assert_eq!(before.state.clone().accept(&Commit::decode(&bytes).unwrap(), &verify), Ok(()), "the control");
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let is_taken =
            Commit::decode(&flipped).is_ok_and(|commit| before.state.accept(&commit, &verify).is_ok());
        assert!(!is_taken, "bit {bit}");
    }
}

#[test]
fn what_claims_more_than_there_is_is_refused_before_it_is_made() {
    let entry = |kind: u16, bytes: &[u8]| {
        [&kind.to_le_bytes()[..], &u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat()
    };
    let (id, many) = ([1; 16], [0xFF, 0xFF]);
    let member = [&id[..], &[1], &[0; 68], &many].concat();
    let put = [&id[..], &[0], &[0; 8], &many].concat();
    let scope = [&id[..], &[1, 0, 0, 0], &[0xFF]].concat();
    let checkpoint = [&[0; 32][..], &many].concat();
    let grant = [&[2, 0, 0, 0][..], &[1, 0, 9], &many].concat();
    let bodies = [(0x05, member), (0x07, put), (0x06, scope), (0x0C, checkpoint), (0x21, grant)];
    for (kind, bytes) in bodies {
        assert_eq!(Entry::decode_body(&entry(kind, &bytes)), Err(Malformed::Bounds), "{kind:#x}");
    }
    assert_eq!(Entry::decode_body(&[0, 0x80, 0xFF, 0xFF, 0xFF, 0xFF]), Err(Malformed::Bounds));
    assert_eq!(Entry::decode_body(&[0, 0x80, 0xFF, 0, 0, 0]), Err(Malformed::Short));
    assert_eq!(Fields::decode(&[1, 1, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), Err(Malformed::Short));

    let state = full_vault().state.encode();
    for claim in [u32::MAX, 1024, 1025] {
        let mut changed = state.clone();
        changed[75..79].copy_from_slice(&claim.to_le_bytes());
        assert!(State::decode(&changed).is_err(), "{claim} members");
    }
}

fn fold(commits: &[Commit]) -> State {
    let mut state = State::found(&commits[0], &verify).unwrap();
    commits[1..].iter().for_each(|commit| state.accept(commit, &verify).unwrap());
    state
}

proptest! {
    #[test]
    fn any_fields_decode_to_themselves(list in prop::collection::btree_map(any::<u32>(), prop::collection::vec(any::<u8>(), 0..300), 0..40)) {
        let mut all = Fields::new();
        list.iter().for_each(|(number, bytes)| drop(all.set(*number, bytes.clone())));
        let bytes = all.encode().unwrap();
        prop_assert_eq!(Fields::decode(&bytes), Ok(all));
    }

    #[test]
    fn any_bytes_are_refused_or_read_in_one_way(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        // Each target asserts for itself that what it reads has one form.
        for (_, target) in TARGETS {
            target(&bytes);
        }
    }
}
