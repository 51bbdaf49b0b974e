//! Founding a log by the deployment's word, and how much it holds (`PROTOCOL.md` §11).

use protocol::message::{Answer, Bundle, Founding, Message, Quota, Room, Route};
use protocol::{Commit, Entry, Forget, Part};

use crate::relay::{BLOB, Draft, Relay, appending, log};
use crate::world::{Actor, DEV, OBJECT, World, put};

const CODE: [u8; 16] = [0xC0; 16];

fn inviting(world: &World, sender: &Actor) -> Draft {
    let commit = world.commits[0].encode();
    let body = Founding { invite: Message(CODE), bundle: Bundle { commit: &commit, blobs: Vec::new() } };
    Draft::new(sender, Route::Found(log(world)), body.encode())
}

fn full(room: Room) -> Vec<u8> {
    Answer::Full(room).encode()
}

/// A relay that holds `world`'s founding commit, under a quota.
fn founded(world: &World, quota: Quota) -> Relay {
    let mut relay = Relay { quota: Some(quota), ..Relay::empty() };
    assert!(is_appended(&mut relay, world, &world.commits[0]));
    relay
}

fn is_appended(relay: &mut Relay, world: &World, commit: &Commit) -> bool {
    matches!(Answer::decode(&relay.append(&world.owner, commit)), Ok(Answer::Appended(_)))
}

#[test]
fn who_founds_a_log_is_verified_before_the_deployment_is_asked() {
    for world in [World::vault(), World::account()] {
        let relay = Relay { quota: None, ..Relay::empty() };
        let draft = appending(&world.owner, &world.commits[0]);
        let decision = relay.decide(&draft);
        let asked = decision.asks.unwrap();
        assert_eq!((asked.log, asked.account), (log(&world), world.owner.principal));
        assert_eq!((asked.device, asked.signing), (world.owner.device, world.owner.device_entry(1).signing));
        assert_eq!((asked.invite, decision.writes), (None, Vec::new()));
        let stranger = relay.decide(&appending(&Actor::new(9), &world.commits[0]));
        let later = world.commits.get(1).map(|commit| relay.decide(&appending(&world.owner, commit)));
        for nobody in [stranger].into_iter().chain(later) {
            assert_eq!((nobody.body, nobody.asks), (Answer::NotFound.encode(), None));
        }
    }
}

#[test]
fn an_invite_is_handed_to_the_deployment_and_is_nothing_to_a_log_that_is_there() {
    let world = World::account();
    let mut relay = Relay { quota: None, ..Relay::empty() };
    let draft = inviting(&world, &world.owner);
    assert_eq!(relay.decide(&draft).asks.unwrap().invite, Some(Message(CODE)));
    relay.quota = Some(Quota::DEFAULT);
    let first = relay.send(&draft);
    assert!(matches!(Answer::decode(&first), Ok(Answer::Appended(_))));
    relay.quota = None;
    let again = relay.decide(&draft);
    assert_eq!((again.body, again.writes, again.asks), (first, Vec::new(), None));
    // It founds the log of who sends it, and no vault's.
    let vault = World::vault();
    let decision = relay.decide_in(&Relay::empty().database, &inviting(&vault, &vault.owner));
    assert_eq!((decision.body, decision.asks), (Answer::NotFound.encode(), None));
}

#[test]
fn a_log_holds_as_many_commits_as_its_quota_says() {
    let world = World::vault();
    let mut relay = founded(&world, Quota { commits: 2, ..Quota::DEFAULT });
    assert!(is_appended(&mut relay, &world, &world.commits[1]));
    assert_eq!(relay.append(&world.owner, &world.commits[2]), full(Room::Commits));
    assert!(is_appended(&mut relay, &world, &world.commits[1]), "what is stored is answered as before");
}

#[test]
fn a_log_holds_as_many_bytes_as_its_quota_says_and_forgetting_makes_room() {
    let mut world = World::vault();
    world.take(&[Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 1)]))]);
    let held = world.commits.iter().map(|commit| commit.encode().len() + blobs(commit)).sum::<usize>() as u64;
    let mut relay = founded(&world, Quota { bytes: held, ..Quota::DEFAULT });
    for commit in &world.commits[1..] {
        assert!(is_appended(&mut relay, &world, commit));
    }
    let next = [Entry::Put(put(OBJECT, Part::Value, 3, &[(DEV, 1)]))];
    let commit = world.commit_by(&world.owner, &next);
    assert_eq!(relay.append(&world.owner, &commit), full(Room::Bytes));
    // To a byte: with one byte less the last commit before did not fit.
    let mut tight = founded(&world, Quota { bytes: held - 1, ..Quota::DEFAULT });
    let (last, before) = world.commits[1..].split_last().unwrap();
    assert!(before.iter().all(|commit| is_appended(&mut tight, &world, commit)));
    assert_eq!(tight.append(&world.owner, last), full(Room::Bytes));
    // A large blob that is forgotten leaves room for as much again.
    let large = vec![7; 100_000];
    let mut roomy = World::vault();
    let mut relay = Relay { quota: Some(Quota { bytes: 110_000, ..Quota::DEFAULT }), ..Relay::empty() };
    for commit in &roomy.commits {
        assert!(is_appended(&mut relay, &roomy, commit));
    }
    let replace = |roomy: &mut World, relay: &mut Relay, revision| {
        let mut entry = put(OBJECT, Part::Value, revision, &[(DEV, 1)]);
        entry = sealed(entry, &large);
        let commit = roomy.commit_by(&roomy.owner, &[Entry::Put(entry.clone())]);
        let draft = crate::relay::appending_with(&roomy.owner, &commit, &[&large]);
        let answer = relay.send(&draft);
        if matches!(Answer::decode(&answer), Ok(Answer::Appended(_))) {
            roomy.take(&[Entry::Put(entry)]);
        }
        answer
    };
    assert!(matches!(Answer::decode(&replace(&mut roomy, &mut relay, 2)), Ok(Answer::Appended(_))));
    assert_eq!(replace(&mut roomy, &mut relay, 3), full(Room::Bytes));
    roomy.take(&[Entry::Put(put(OBJECT, Part::Value, 3, &[(DEV, 1)]))]);
    assert!(is_appended(&mut relay, &roomy, roomy.commits.last().unwrap()));
    roomy.take(&[Entry::Forget(Forget { object: OBJECT, part: Part::Value, first: 1, last: 2 })]);
    assert!(is_appended(&mut relay, &roomy, roomy.commits.last().unwrap()));
    assert!(matches!(Answer::decode(&replace(&mut roomy, &mut relay, 4)), Ok(Answer::Appended(_))));
}

fn sealed(put: protocol::Put, blob: &[u8]) -> protocol::Put {
    protocol::Put { length: u32::try_from(blob.len()).unwrap(), blob: protocol::Hash::of_blob(blob), ..put }
}

fn blobs(commit: &Commit) -> usize {
    let entries = commit.entries().unwrap();
    entries.iter().filter(|entry| matches!(entry, Entry::Put(_))).count() * BLOB.len()
}
