//! How often an address may ask.

use std::collections::BTreeSet;

use protocol::message::Answer;
use relay_worker::bucket::{Kind, SCHEMA, bucket, count, look};

use crate::database::Database;
use crate::{MINUTE, NOW};

/// The beginning of a window of every length.
const START: u64 = NOW - NOW % (24 * 60 * MINUTE);

fn one_more(database: &mut Database, kind: Kind, now: u64) -> Result<(), Answer<'static>> {
    let writes = count(kind, now, database)?;
    database.apply(&writes);
    Ok(())
}

#[test]
fn an_address_asks_as_often_as_its_kind_may_and_again_in_the_next_window() {
    for kind in [Kind::SignIn, Kind::Registration, Kind::Unproven] {
        let mut database = Database::of(SCHEMA.into_iter());
        let (most, length) = kind.limits()[0];
        for _ in 0..most {
            assert_eq!(one_more(&mut database, kind, START + 1), Ok(()), "{kind:?}");
        }
        let until = START + length;
        for now in [START + 1, until - 1] {
            assert_eq!(one_more(&mut database, kind, now), Err(Answer::Limited(until)), "{kind:?}");
        }
        assert_eq!(one_more(&mut database, kind, until), Ok(()), "{kind:?}");
    }
}

#[test]
fn who_looks_is_told_as_who_asks_and_is_not_counted() {
    let mut database = Database::of(SCHEMA.into_iter());
    let (most, length) = Kind::Unproven.limits()[0];
    for _ in 0..most {
        assert_eq!(look(Kind::Unproven, START, &database), Ok(()));
        assert_eq!(look(Kind::Unproven, START, &database), Ok(()));
        assert_eq!(one_more(&mut database, Kind::Unproven, START), Ok(()));
    }
    assert_eq!(look(Kind::Unproven, START, &database), Err(Answer::Limited(START + length)));
    assert_eq!(look(Kind::SignIn, START, &database), Ok(()));
}

#[test]
fn what_is_refused_is_not_counted_and_kinds_are_counted_apart() {
    let mut database = Database::of(SCHEMA.into_iter());
    let (most, _) = Kind::SignIn.limits()[0];
    while one_more(&mut database, Kind::SignIn, START).is_ok() {}
    for _ in 0..1_000 {
        assert!(one_more(&mut database, Kind::SignIn, START).is_err());
    }
    assert_eq!(one_more(&mut database, Kind::Registration, START), Ok(()));
    // The day's limit is of those that were let through.
    let (day, _) = Kind::SignIn.limits()[1];
    let mut let_through = most;
    for window in 1..24 * 4 {
        while one_more(&mut database, Kind::SignIn, START + window * 15 * MINUTE).is_ok() {
            let_through += 1;
        }
    }
    assert_eq!(let_through, day);
    let late = START + 23 * 60 * MINUTE;
    assert_eq!(one_more(&mut database, Kind::SignIn, late), Err(Answer::Limited(START + 24 * 60 * MINUTE)));
}

#[test]
fn an_address_is_counted_under_a_name_that_does_not_tell_it() {
    let of = |address: &str| bucket(address, &[7; 32]);
    let same = ["203.0.113.7", " 203.0.113.7 ", "::ffff:203.0.113.7"].map(of);
    assert!(same[0].is_some() && same.iter().all(|name| *name == same[0]));
    // Who has a network of IPv6 has all addresses in it.
    assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
    let others = ["203.0.113.7", "203.0.113.8", "2001:db8:0:1::1", "2001:db8:0:2::1"].map(of);
    assert_eq!(others.iter().collect::<BTreeSet<_>>().len(), others.len());
    assert_ne!(bucket("203.0.113.7", &[8; 32]), of("203.0.113.7"), "only the secret finds it");
    for none in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "", "unknown", "203.0.113.7:80"] {
        assert_eq!(of(none), None, "{none}");
    }
}
