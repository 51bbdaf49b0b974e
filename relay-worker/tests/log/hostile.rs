//! Bytes that are no request: each is answered, none is stored.

use protocol::message::{Answer, Route};
use protocol::{Entry, Part};

use crate::relay::{Draft, Relay, appending, log};
use crate::world::{DEV, OBJECT, World, put};

#[test]
fn an_append_that_is_cut_short_or_has_a_bit_turned_is_not_stored_though_it_is_rightly_signed() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let commit = world.commit_by(&world.owner, &[Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 1)]))]);
    let body = appending(&world.owner, &commit).body;
    let route = Route::Append(log(&world));
    assert!(!relay.decide(&Draft::new(&world.owner, route, body.clone())).writes.is_empty(), "the control");
    for end in 0..body.len() {
        let cut = relay.decide(&Draft::new(&world.owner, route, body[..end].to_vec()));
        assert_eq!((cut.body, cut.writes.len()), (Answer::Malformed.encode(), 0), "cut at {end}");
    }
    for bit in 0..body.len() * 8 {
        let mut turned = body.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let decision = relay.decide(&Draft::new(&world.owner, route, turned));
        assert!(decision.writes.is_empty(), "bit {bit}");
        assert!(decision.status >= 400, "bit {bit}");
    }
    let mut longer = body;
    longer.push(0);
    assert_eq!(relay.decide(&Draft::new(&world.owner, route, longer)).body, Answer::Malformed.encode());
}

#[test]
fn a_header_is_the_proof_in_its_one_form() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let draft = Draft::new(&world.owner, Route::Pull { log: log(&world), from: 0 }, Vec::new());
    let header = draft.proof.unwrap().to_header();
    let answer = |header: &str| {
        let request = relay_worker::log::Request {
            origin: &draft.origin,
            method: &draft.method,
            target: &draft.target,
            authorization: Some(header),
            body: &[],
            may_found: true,
        };
        relay_worker::log::decide(&request, crate::relay::NOW, &relay.database, &relay_worker::verify::Strict)
    };
    assert_eq!(answer(&header).status, 200, "the control");
    for end in 0..header.len() {
        assert_eq!(answer(header.get(..end).unwrap()).body, Answer::Malformed.encode(), "cut at {end}");
    }
    for wrong in [
        header.to_uppercase(),
        header.replace("Tacit ", "tacit "),
        header.replace("Tacit ", "Bearer "),
        format!("{header} "),
        format!("{header}00"),
        format!("{header}0"),
        format!("{header}{}", "0".repeat(100_000)),
        "Tacit é".to_owned(),
    ] {
        assert_eq!(answer(&wrong).body, Answer::Malformed.encode(), "{} digits", wrong.len());
    }
}
