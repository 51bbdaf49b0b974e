//! Storing commits (`PROTOCOL.md` §5).

use protocol::message::{Answer, BlobId, Head, Quota, Route, Rule, Wanted};
use protocol::{Checkpoint, Delete, Entry, Forget, Hash, Part, limit};

use crate::relay::{BLOB, Draft, Relay, appending, appending_with, log};
use crate::world::{Actor, DEV, OBJECT, PROD, World, put};

fn head(world: &World) -> Head {
    Head { seq: world.state.head().seq, hash: world.state.head().hash }
}

#[test]
fn what_is_appended_is_served_as_it_was_signed() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let log = log(&world);
    let body = relay.get(&world.guest, Route::Pull { log, from: 0 });
    let Answer::Pulled { head: told, bundles } = Answer::decode(&body).unwrap() else { panic!("{body:?}") };
    assert_eq!(told, head(&world));
    let commits: Vec<_> = bundles.iter().map(|bundle| bundle.commit.to_vec()).collect();
    assert_eq!(commits, world.commits.iter().map(protocol::Commit::encode).collect::<Vec<_>>());
    assert_eq!(bundles[1].blobs, [BLOB, BLOB]);
    let chain = relay.get(&world.guest, Route::Chain { log, from: 2 });
    let Answer::Chain { commits: last, .. } = Answer::decode(&chain).unwrap() else { panic!("{chain:?}") };
    assert_eq!(last, commits[2..].iter().map(Vec::as_slice).collect::<Vec<_>>());
    let current = relay.get(&world.guest, Route::Current { log, after: None });
    let expected = Answer::Current { head: head(&world), last: None, blobs: vec![BLOB, BLOB] };
    assert_eq!(Answer::decode(&current).unwrap(), expected);
}

#[test]
fn a_request_with_nothing_new_is_answered_in_44_bytes() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let body = relay.get(&world.owner, Route::Pull { log: log(&world), from: world.state.next_seq() });
    assert!(body.len() <= 44, "{}", body.len());
    let nothing = Answer::Pulled { head: head(&world), bundles: vec![] };
    assert_eq!(Answer::decode(&body).unwrap(), nothing);
}

#[test]
fn an_append_whose_answer_was_lost_is_answered_again_and_another_one_there_is_stale() {
    let mut world = World::vault();
    let mut relay = Relay::of(&world);
    let entry = |revision| Entry::Put(put(OBJECT, Part::Value, revision, &[(DEV, 1)]));
    let rival = world.commit_by(&world.guest, &[entry(2)]);
    world.take(&[entry(2)]);
    let commit = world.commits.last().unwrap().clone();
    let first = relay.append(&world.owner, &commit);
    assert_eq!(first, Answer::Appended(head(&world)).encode());
    let again = relay.decide(&appending(&world.owner, &commit));
    assert_eq!((again.body, again.writes.len()), (first, 0));
    let stale = relay.append(&world.guest, &rival);
    assert_eq!(stale, Answer::Stale(head(&world)).encode());
    // What is told of a commit that came before is the head as it is now.
    world.take(&[entry(3)]);
    relay.append(&world.owner, world.commits.last().unwrap());
    assert_eq!(relay.append(&world.owner, &commit), Answer::Appended(head(&world)).encode());
}

#[test]
fn a_commit_against_the_rules_is_refused_with_its_entry() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let right = Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 1)]));
    let wrong = Entry::Put(put(OBJECT, Part::Overview, 5, &[(DEV, 1)]));
    let commit = world.commit_by(&world.owner, &[right.clone(), wrong]);
    let refused = Answer::Refused { rule: Rule::Entry, entry: 1 };
    assert_eq!(relay.append(&world.owner, &commit), refused.encode());
    let beyond = world.commit_by(&world.guest, &[Entry::Delete(Delete { object: OBJECT, revision: 1 })]);
    assert_eq!(relay.append(&world.guest, &beyond), Answer::Refused { rule: Rule::Entry, entry: 0 }.encode());
    // The control: the first entry alone is taken.
    let commit = world.commit_by(&world.owner, &[right]);
    assert!(matches!(Answer::decode(&relay.append(&world.owner, &commit)), Ok(Answer::Appended(_))));
}

#[test]
fn a_newer_kind_needs_a_newer_relay() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let entry = Entry::Unknown { kind: 0x7001, bytes: vec![1] };
    let commit = world.commit_by(&world.owner, &[entry]);
    assert_eq!(relay.append(&world.owner, &commit), Answer::NeedsUpdate.encode());
    let mut bytes = commit.encode();
    bytes[8] = 2;
    let body = protocol::message::Bundle { commit: &bytes, blobs: vec![] }.encode();
    let draft = Draft::new(&world.owner, Route::Append(log(&world)), body);
    assert_eq!(relay.send(&draft), Answer::NeedsUpdate.encode());
}

#[test]
fn a_blob_is_the_one_that_was_put_or_none() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let entries = [Part::Overview, Part::Value].map(|part| Entry::Put(put(OBJECT, part, 2, &[(DEV, 1)])));
    let commit = world.commit_by(&world.owner, &entries);
    for (blobs, expected) in [
        (vec![BLOB], Answer::Malformed),
        (vec![BLOB, BLOB, BLOB], Answer::Malformed),
        (vec![BLOB, b"Sealed"], Answer::Refused { rule: Rule::Blob, entry: 1 }),
        (vec![b"sealed ", BLOB], Answer::Refused { rule: Rule::Blob, entry: 0 }),
    ] {
        assert_eq!(relay.send(&appending_with(&world.owner, &commit, &blobs)), expected.encode());
    }
    let sent = relay.send(&appending_with(&world.owner, &commit, &[BLOB, b""]));
    assert!(matches!(Answer::decode(&sent), Ok(Answer::Appended(_))));
    assert_eq!(blobs(&mut relay, &world, &[(Part::Overview, 2), (Part::Value, 2)]), [BLOB.to_vec(), vec![]]);
}

#[test]
fn forget_erases_blobs_and_leaves_commits() {
    let mut world = World::vault();
    for revision in 2..6 {
        world.take(&[Entry::Put(put(OBJECT, Part::Value, revision, &[(DEV, 1)]))]);
    }
    world.take(&[Entry::Forget(Forget { object: OBJECT, part: Part::Value, first: 2, last: 4 })]);
    let mut relay = Relay::of(&world);
    let revisions: Vec<_> = (1..6).map(|revision| (Part::Value, revision)).collect();
    let found: Vec<_> = blobs(&mut relay, &world, &revisions).iter().map(|blob| !blob.is_empty()).collect();
    assert_eq!(found, [true, false, false, false, true]);
    let body = relay.get(&world.owner, Route::Pull { log: log(&world), from: 4 });
    let Answer::Pulled { bundles, .. } = Answer::decode(&body).unwrap() else { panic!("{body:?}") };
    assert_eq!(bundles.len(), world.commits.len() - 4);
    assert_eq!(bundles[0].blobs, [b""]);
}

#[test]
fn a_relay_is_rebuilt_from_what_another_served_by_a_device_that_wrote_little_of_it() {
    let mut world = World::vault();
    world.take_by(&world.guest.clone(), &[Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 1)]))]);
    world.take(&[Entry::Forget(Forget { object: OBJECT, part: Part::Value, first: 1, last: 1 })]);
    let mut first = Relay::of(&world);
    let body = first.get(&world.owner, Route::Pull { log: log(&world), from: 0 });
    let Answer::Pulled { bundles, .. } = Answer::decode(&body).unwrap() else { panic!("{body:?}") };
    let mut second = Relay::empty();
    for bundle in &bundles {
        let commit = protocol::Commit::decode(bundle.commit).unwrap();
        let answer = second.send(&appending_with(&world.owner, &commit, &bundle.blobs));
        assert!(matches!(Answer::decode(&answer), Ok(Answer::Appended(_))));
    }
    assert_eq!(second.get(&world.owner, Route::Pull { log: log(&world), from: 0 }), body);
    // That the folds are the same as well, a checkpoint of the one shows on the other.
    let root = world.state.root();
    world.take(&[Entry::Checkpoint(Checkpoint { root, heads: vec![] })]);
    let commit = world.commits.last().unwrap().clone();
    assert_eq!(second.append(&world.owner, &commit), first.append(&world.owner, &commit));
}

#[test]
fn a_checkpoint_is_due_and_is_of_all_objects() {
    let mut world = World::vault();
    let mut revision = 1;
    while !world.state.is_checkpoint_due() {
        revision += 1;
        world.take(&[Entry::Put(put(OBJECT, Part::Value, revision, &[(DEV, 1)]))]);
    }
    let mut relay = Relay::of(&world);
    assert_eq!(world.state.next_seq(), limit::CHECKPOINT_EVERY);
    let next = Entry::Put(put(OBJECT, Part::Value, revision + 1, &[(PROD, 1)]));
    let refused = Answer::Refused { rule: Rule::Entry, entry: 0 }.encode();
    let without = world.commit_by(&world.owner, std::slice::from_ref(&next));
    assert_eq!(relay.append(&world.owner, &without), refused);
    let checkpoint = |root| Entry::Checkpoint(Checkpoint { root, heads: vec![] });
    let wrong = world.commit_by(&world.owner, &[checkpoint(Hash::ZERO), next.clone()]);
    assert_eq!(relay.append(&world.owner, &wrong), refused);
    world.take(&[checkpoint(world.state.root()), next]);
    let appended = relay.append(&world.owner, world.commits.last().unwrap());
    assert_eq!(appended, Answer::Appended(head(&world)).encode());
}

#[test]
fn a_log_is_founded_where_the_deployment_lets_it_be() {
    let world = World::vault();
    let mut relay = Relay { quota: None, ..Relay::empty() };
    assert_eq!(relay.append(&world.owner, &world.commits[0]), Answer::NotFound.encode());
    relay.quota = Some(Quota::DEFAULT);
    assert_eq!(relay.append(&world.owner, &world.commits[1]), Answer::NotFound.encode(), "not the first");
    assert_eq!(relay.append(&world.guest, &world.commits[0]), Answer::NotFound.encode(), "not the founder");
    assert!(matches!(
        Answer::decode(&relay.append(&world.owner, &world.commits[0])),
        Ok(Answer::Appended(_))
    ));
}

#[test]
fn a_relay_that_lost_a_log_has_it_again_from_a_device_that_was_added_later() {
    let world = World::vault();
    let mut relay = Relay::empty();
    let later = world.owner.on_device(0x77);
    let founding = appending(&later, &world.commits[0]);
    assert_eq!(relay.send(&founding), Answer::NotFound.encode(), "without an introduction");
    let forged = Actor::new(9).as_principal(later.principal);
    let forged = appending(&forged, &world.commits[0]).introducing(&forged, 1);
    assert_eq!(relay.send(&forged), Answer::NotFound.encode(), "by another identity");
    for commit in &world.commits {
        let draft = appending(&later, commit).introducing(&later, 1);
        assert!(matches!(Answer::decode(&relay.send(&draft)), Ok(Answer::Appended(_))));
    }
}

fn blobs(relay: &mut Relay, world: &World, wanted: &[(Part, u64)]) -> Vec<Vec<u8>> {
    let id = |(part, revision): &(Part, u64)| BlobId { object: OBJECT, part: *part, revision: *revision };
    let body = Wanted(wanted.iter().map(id).collect()).encode();
    let answer = relay.send(&Draft::new(&world.owner, Route::Blobs(log(world)), body));
    let Answer::Blobs(blobs) = Answer::decode(&answer).unwrap() else { panic!("{answer:?}") };
    blobs.into_iter().map(<[u8]>::to_vec).collect()
}
