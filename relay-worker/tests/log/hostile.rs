//! Bytes that are no request: each is answered, none is stored.

use std::cell::Cell;
use std::ops::ControlFlow;

use protocol::message::{Answer, Route};
use protocol::{Checkpoint, Entry, LogId, Part};
use relay_worker::store::{Failed, Read, Value};

use crate::database::Database;
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
    let answer = |header: &str| relay.decide_with(&relay.database, &draft, Some(header));
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

#[test]
fn a_commit_is_of_the_log_that_it_is_sent_to() {
    let world = World::vault();
    let mut relay = Relay::empty();
    let commit = &world.commits[0];
    let right = appending(&world.owner, commit);
    let elsewhere = Draft::new(&world.owner, Route::Append(LogId::new([9; 16])), right.body.clone());
    assert_eq!(relay.send(&elsewhere), Answer::Malformed.encode());
    assert!(matches!(Answer::decode(&relay.send(&right)), Ok(Answer::Appended(_))), "the control");
}

/// A store that stops answering.
struct Failing<'a> {
    database: &'a Database,
    queries: Cell<usize>,
}

impl Read for Failing<'_> {
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> Result<(), Failed> {
        self.queries.set(self.queries.get().checked_sub(1).ok_or(Failed)?);
        self.database.each(query, values, visit)
    }
}

#[test]
fn a_store_that_fails_at_any_query_is_said_to_have_failed_and_nothing_is_written() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let root = Entry::Checkpoint(Checkpoint { root: world.state.root(), heads: vec![] });
    let put = Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 1)]));
    let commit = world.commit_by(&world.owner, &[root, put]);
    let log = log(&world);
    let get = |route| Draft::new(&world.owner, route, Vec::new());
    let drafts = [
        appending(&world.owner, &commit),
        appending(&world.owner, &world.commits[1]),
        get(Route::Pull { log, from: 0 }),
        get(Route::Chain { log, from: 0 }),
        get(Route::Current { log, after: None }),
    ];
    for draft in &drafts {
        let mut failures = 0;
        loop {
            let store = Failing { database: &relay.database, queries: Cell::new(failures) };
            let decision = relay.decide_in(&store, draft);
            if decision.status == 200 {
                break;
            }
            assert_eq!(
                (decision.body, decision.writes.len()),
                (Answer::Failed.encode(), 0),
                "after {failures}"
            );
            failures += 1;
        }
        assert!(failures > 1, "{} {}", draft.method, draft.target);
    }
}
