//! Who is answered (`PROTOCOL.md` §2, §3).

use protocol::message::{Answer, Route};
use protocol::{Entry, PrincipalId, Revoke, Rights};

use crate::relay::{Draft, NOW, Relay, appending, log};
use crate::world::{Actor, DEV, World};

fn reading(sender: &Actor, world: &World) -> Draft {
    Draft::new(sender, Route::Pull { log: log(world), from: 0 }, Vec::new())
}

fn is_answered(relay: &mut Relay, draft: &Draft) -> bool {
    match Answer::decode(&relay.send(draft)).unwrap() {
        Answer::Pulled { .. } => true,
        Answer::NotFound => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_device_of_the_roster_is_answered_and_no_other() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    assert!(is_answered(&mut relay, &reading(&world.owner, &world)));
    assert!(is_answered(&mut relay, &reading(&world.guest, &world)));
    let stranger = Actor::new(9);
    assert!(!is_answered(&mut relay, &reading(&stranger, &world)));
    let mut other_key = stranger.as_principal(world.owner.principal);
    other_key.device = world.owner.device;
    assert!(!is_answered(&mut relay, &reading(&other_key, &world)));
    let as_guest = world.owner.as_principal(world.guest.principal);
    assert!(!is_answered(&mut relay, &reading(&as_guest, &world)), "another account's device");
    let nobody = world.owner.as_principal(PrincipalId::new([0; 16]));
    assert!(!is_answered(&mut relay, &reading(&nobody, &world)));
}

#[test]
fn what_is_told_of_no_log_is_what_is_told_to_no_member() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let stranger = reading(&Actor::new(9), &world);
    let here = relay.send(&stranger);
    assert_eq!(Relay::empty().send(&stranger), here);
    let commit = world.commit_by(&world.owner, &[Entry::Note(protocol::Note { hash: protocol::Hash::ZERO })]);
    assert_eq!(relay.append(&Actor::new(9), &commit), here, "whatever it sends");
    assert_eq!(relay.append(&Actor::new(9), &world.commits[2]), here, "though it knows what is stored");
}

#[test]
fn a_signature_is_of_this_request_alone() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let right = reading(&world.owner, &world);
    assert!(is_answered(&mut relay, &right));
    let target = Route::Pull { log: log(&world), from: 1 }.to_string();
    let changed: [Draft; 3] = [
        Draft { target, ..right.clone() },
        Draft { origin: "https://other.example".into(), ..right.clone() },
        Draft {
            proof: right.proof.map(|proof| protocol::message::Proof { nonce: [4; 16], ..proof }),
            ..right.clone()
        },
    ];
    for draft in changed {
        assert!(!is_answered(&mut relay, &draft));
    }
    let later = right.proof.map(|proof| protocol::message::Proof { time: NOW + 1, ..proof });
    assert!(!is_answered(&mut relay, &Draft { proof: later, ..right.clone() }));
    // A body of one request under the proof of another.
    let commit = world.commit_by(&world.owner, &[Entry::Note(protocol::Note { hash: protocol::Hash::ZERO })]);
    let append = appending(&world.owner, &commit);
    let other =
        world.commit_by(&world.owner, &[Entry::Note(protocol::Note { hash: protocol::Hash::new([1; 32]) })]);
    let swapped = Draft { body: appending(&world.owner, &other).body, ..append.clone() };
    assert_eq!(relay.send(&swapped), Answer::NotFound.encode());
    assert!(matches!(Answer::decode(&relay.send(&append)), Ok(Answer::Appended(_))));
}

#[test]
fn time_is_near_the_relays_or_the_relay_tells_its_own() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    for (time, is_near) in [
        (NOW - 120_001, false),
        (NOW - 120_000, true),
        (NOW + 120_000, true),
        (NOW + 120_001, false),
        (0, false),
    ] {
        let mut draft = reading(&world.owner, &world);
        draft.proof = Some(draft.signed(&world.owner, time, None));
        let body = relay.send(&draft);
        assert_eq!(body == Answer::Clock(NOW).encode(), !is_near, "{time}");
    }
}

#[test]
fn a_revoked_device_is_told_nothing() {
    let mut world = World::vault();
    let guest = world.guest.clone();
    world.take(&[Entry::Revoke(Revoke { device: guest.device })]);
    let mut relay = Relay::of(&world);
    assert!(!is_answered(&mut relay, &reading(&guest, &world)));
    let draft = reading(&guest, &world).introducing(&guest, 1);
    assert!(!is_answered(&mut relay, &draft), "nor if it introduces itself anew");
    // The control: another device of the same account is not in the roster and may.
    let other = guest.on_device(0x55);
    assert!(is_answered(&mut relay, &reading(&other, &world).introducing(&other, 1)));
}

#[test]
fn who_lost_every_grant_is_told_nothing() {
    let mut world = World::vault();
    let guest = world.guest.clone();
    let mut relay = Relay::of(&world);
    assert!(is_answered(&mut relay, &reading(&guest, &world)));
    world.take(&[Entry::Member(guest.member_entry(&[], &[]))]);
    relay.append(&world.owner, world.commits.last().unwrap());
    assert!(!is_answered(&mut relay, &reading(&guest, &world)));
}

#[test]
fn a_new_device_introduces_itself_and_its_commit_brings_it() {
    let mut world = World::vault();
    let mut relay = Relay::of(&world);
    let new = world.owner.on_device(0x77);
    assert!(!is_answered(&mut relay, &reading(&new, &world)), "without an introduction");
    assert!(!is_answered(&mut relay, &reading(&new, &world).introducing(&new, 2)), "of another generation");
    let forged = Actor::new(9).as_principal(new.principal);
    assert!(
        !is_answered(&mut relay, &reading(&forged, &world).introducing(&forged, 1)),
        "by another identity"
    );
    assert!(is_answered(&mut relay, &reading(&new, &world).introducing(&new, 1)));
    // Without an introduction, the commit itself is one.
    let commit = world.commit_by(&new, &[Entry::Device(new.device_entry(1))]);
    world.take_by(&new, &[Entry::Device(new.device_entry(1))]);
    assert!(matches!(Answer::decode(&relay.append(&new, &commit)), Ok(Answer::Appended(_))));
    assert!(is_answered(&mut relay, &reading(&new, &world)));
}

#[test]
fn who_brings_itself_wrongly_is_told_nothing_of_the_log() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let new = world.owner.on_device(0x77);
    let device = Entry::Device(new.device_entry(1));
    let rights = Rights::NAMES | Rights::VALUES;
    let beyond = Entry::Member(world.guest.member_entry(&[(DEV, rights)], &[(DEV, 9)]));
    let broken = world.commit_by(&new, &[device.clone(), beyond]);
    assert_eq!(relay.append(&new, &broken), Answer::NotFound.encode());
    let mut stamp = world.stamp(&new);
    stamp.seq += 1;
    let stale = new.sign(stamp, std::slice::from_ref(&device));
    assert_eq!(relay.append(&new, &stale), Answer::NotFound.encode(), "it is not told the head");
    let by_other =
        world.commit_by(&world.owner, &[Entry::Note(protocol::Note { hash: protocol::Hash::ZERO })]);
    assert_eq!(relay.append(&new, &by_other), Answer::NotFound.encode(), "a commit that brings another");
}

#[test]
fn the_first_check_that_fails_is_the_answer() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    let right = reading(&world.owner, &world);
    let with = |change: &dyn Fn(&mut Draft)| {
        let mut draft = right.clone();
        change(&mut draft);
        draft
    };
    let cases: [(Draft, Answer<'_>); 7] = [
        (with(&|it| it.body = vec![0; 4 * 1024 * 1024 + 1]), Answer::TooLarge),
        (with(&|it| it.target = "/v1/logs".into()), Answer::NotFound),
        (with(&|it| it.target = format!("/v2/logs/{}/chain?from=0", log(&world))), Answer::NotFound),
        (with(&|it| it.method = "DELETE".into()), Answer::WrongMethod),
        (with(&|it| it.target.push_str("&x=1")), Answer::Malformed),
        (with(&|it| it.proof = None), Answer::Malformed),
        (with(&|it| it.body = vec![0]), Answer::Malformed),
    ];
    for (draft, expected) in &cases {
        assert_eq!(relay.send(draft), expected.encode());
    }
    assert!(is_answered(&mut relay, &right), "the control");
}
