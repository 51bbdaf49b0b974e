//! Long answers end, and what follows is asked for (`PROTOCOL.md` §6).

use protocol::message::{Answer, BlobId, Route, Wanted};
use protocol::{Entry, Hash, ObjectId, Part, Put, limit};

use crate::relay::{Draft, Relay, appending_with, log};
use crate::world::{DEV, World, object, put};

const LARGE: usize = 300_000;

/// A vault of twelve more objects with an overview and a value of 300,000 bytes each, and their blobs.
fn large() -> (World, Relay) {
    let mut world = World::vault();
    let mut relay = Relay::of(&world);
    for number in 2..14 {
        let blobs = [vec![number; LARGE], vec![number | 0x80; LARGE]];
        let part = |part, blob: &[u8]| {
            let blob = Put {
                blob: Hash::of_blob(blob),
                length: 300_000,
                ..put(object(number), part, 1, &[(DEV, 1)])
            };
            Entry::Put(blob)
        };
        world.take(&[part(Part::Overview, &blobs[0]), part(Part::Value, &blobs[1])]);
        let draft = appending_with(&world.owner, world.commits.last().unwrap(), &[&blobs[0], &blobs[1]]);
        assert!(matches!(Answer::decode(&relay.send(&draft)), Ok(Answer::Appended(_))));
    }
    (world, relay)
}

#[test]
fn a_pull_is_several_answers_of_which_none_is_empty_or_too_large() {
    let (world, mut relay) = large();
    let (mut commits, mut pages) = (Vec::new(), 0);
    loop {
        let from = commits.len() as u64;
        let body = relay.get(&world.owner, Route::Pull { log: log(&world), from });
        assert!(body.len() <= limit::ANSWER, "{}", body.len());
        let Answer::Pulled { bundles, .. } = Answer::decode(&body).unwrap() else { panic!("no page") };
        if bundles.is_empty() {
            break;
        }
        commits.extend(bundles.iter().map(|bundle| bundle.commit.to_vec()));
        pages += 1;
    }
    assert_eq!(commits, world.commits.iter().map(protocol::Commit::encode).collect::<Vec<_>>());
    assert!((6..=8).contains(&pages), "{pages} pages of two large commits each");
}

#[test]
fn current_blobs_come_by_object_and_the_last_answer_says_that_it_is_one() {
    let (world, mut relay) = large();
    let (mut blobs, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let body = relay.get(&world.owner, Route::Current { log: log(&world), after });
        let Answer::Current { last, blobs: more, .. } = Answer::decode(&body).unwrap() else {
            panic!("no page")
        };
        blobs.extend(more.into_iter().map(Hash::of_blob));
        pages += 1;
        after = last;
        if after.is_none() {
            break;
        }
    }
    let parts = |(_, record): (ObjectId, &protocol::ObjectRecord)| {
        record.parts().map(|part| part.blob).collect::<Vec<_>>()
    };
    assert_eq!(blobs, world.state.objects().flat_map(parts).collect::<Vec<_>>());
    assert!(pages > 3, "{pages} pages");
    let past = relay.get(&world.owner, Route::Current { log: log(&world), after: Some(object(0xFF)) });
    assert!(
        matches!(Answer::decode(&past).unwrap(), Answer::Current { last: None, blobs, .. } if blobs.is_empty())
    );
}

#[test]
fn blobs_come_in_the_order_they_are_wanted_in_until_the_answer_is_full() {
    let (world, mut relay) = large();
    let id = |number, part, revision| BlobId { object: object(number), part, revision };
    let wanted = [
        id(3, Part::Value, 1),
        id(3, Part::Value, 2),
        id(3, Part::Value, u64::MAX),
        id(2, Part::Overview, 1),
        id(4, Part::Value, 1),
        id(5, Part::Value, 1),
        id(6, Part::Value, 1),
    ];
    let body =
        relay.send(&Draft::new(&world.owner, Route::Blobs(log(&world)), Wanted(wanted.to_vec()).encode()));
    let Answer::Blobs(blobs) = Answer::decode(&body).unwrap() else { panic!("no blobs") };
    let firsts: Vec<_> = blobs.iter().map(|blob| blob.first().copied()).collect();
    assert_eq!(
        firsts,
        [Some(0x83), None, None, Some(2), Some(0x84), Some(0x85)],
        "1,200,000 bytes are enough"
    );
}
