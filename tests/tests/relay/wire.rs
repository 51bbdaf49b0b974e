//! What crosses the wire and what a relay reads and writes for it, HTTP's headers aside: exact, so these are tests and no
//! measurements; `cargo xtask bench` has them from here.

use std::cell::RefCell;

use crypto::SetupCode;
use protocol::Hash;
use protocol::message::{Answer, Route};
use vault::change::Change;
use vault::memory::MemoryStore;
use vault::model::{SecretValue, Timestamp};
use vault::port::{Request, Transport, Unreachable};
use vault::session::{Relay, Session};

use crate::account::{connected, enrol};
use crate::database::Rows;
use crate::figure::tell;
use crate::pages::import;
use crate::relay::{InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::together;
use crate::way::Way;

/// Tells a figure, and holds it to the most that it may be.
pub(crate) fn hold(what: &str, value: usize, most: usize) {
    tell(what, value as f64, most as f64, "exact");
    assert!(value <= most, "{what}: {value}, at most {most}");
}

/// A round trip.
#[derive(Debug)]
struct Trip {
    sent: usize,
    answered: usize,
    rows: Rows,
}

/// What goes over the way while `device` syncs.
fn trips(device: &mut Device, relay: &InProcess) -> Vec<Trip> {
    let trips = RefCell::new(Vec::new());
    let way = Way(|request: Request| {
        let sent = request.body.len();
        relay.take_rows();
        let body = block_on(relay.exchange(request))?;
        trips.borrow_mut().push(Trip { sent, answered: body.len(), rows: relay.take_rows() });
        Ok(body)
    });
    let way = Relay { transport: &way, origin: ORIGIN };
    assert!(block_on(device.session.sync(&way, &mut device.rng, NOW)).is_ok());
    trips.into_inner()
}

/// Bytes of what brings one changed value of 122 bytes to the relay, and from there to another device.
fn bytes_of_a_change(secrets: usize) -> [usize; 2] {
    let (mut one, dev, relay) = connected();
    (0..secrets)
        .step_by(1_000)
        .for_each(|from| import(&mut one, &format!("p-{from}"), (secrets - from).min(1_000), 32));
    together(&mut one, &relay);
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let value = SecretValue::from("x".repeat(122));
    let change = Change::SetValue { environment: dev, variable: "STRIPE_SECRET_KEY".into(), value };
    // Not in the moment in which the secret was made: what is written of the time would go unseen.
    let later = Timestamp(NOW.0 + 61_001);
    block_on(one.session.apply(change, &mut one.rng, later)).unwrap();
    let all = |trips: Vec<Trip>| trips.iter().map(|trip| trip.sent + trip.answered).sum();
    [all(trips(&mut one, &relay)), all(trips(&mut two, &relay))]
}

#[test]
fn a_changed_value_is_about_a_kilobyte_whatever_the_size_of_the_vault() {
    let long = std::env::var_os("TACIT_LONG").is_some();
    let sizes: &[usize] = if long { &[100, 10_000, 100_000] } else { &[100, 10_000] };
    let bytes: Vec<[usize; 2]> = sizes.iter().map(|secrets| bytes_of_a_change(*secrets)).collect();
    println!("bytes to the relay, and from it: {bytes:?}");
    for way in [0, 1] {
        let all = || bytes.iter().map(|bytes| bytes[way]);
        let (least, most) = (all().min().unwrap(), all().max().unwrap());
        assert!(most <= 1_024, "{bytes:?}");
        assert!(most - least <= 16, "{bytes:?}");
    }
}

#[test]
fn with_nothing_new_both_logs_are_one_request_of_few_bytes_and_rows() {
    let (mut one, _, relay) = connected();
    let trips = trips(&mut one, &relay);
    let [Trip { sent, answered, rows, .. }] = &trips[..] else { panic!("{trips:?}") };
    hold("Sync with nothing new, requests", trips.len(), 1);
    hold("Sync with nothing new, bytes of the bodies", sent + answered, 64);
    hold("Sync with nothing new, rows read", rows.read, 2);
    assert_eq!(rows.written, 0, "{rows:?}");
}

#[test]
fn whatever_else_is_said_of_the_heads_each_log_is_asked_for() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let head = protocol::message::Head { seq: 0, hash: Hash::ZERO };
    let answers = [
        Answer::Heads(Hash::ZERO).encode(),
        Answer::NotFound.encode(),
        Answer::WrongMethod.encode(),
        Answer::Chain { head, commits: Vec::new() }.encode(),
        vec![0xFF; 40],
        Vec::new(),
    ];
    for (number, said) in answers.into_iter().enumerate() {
        let name = format!("NUMBER_{number}");
        two.set(dev, &name, "canary-new");
        together(&mut two, &relay);
        let way = Way(|request: Request| {
            let is_heads = matches!(Route::parse(request.method, &request.target), Ok(Route::Heads(_)));
            if is_heads { Ok(said.clone()) } else { block_on(relay.exchange(request)) }
        });
        let way = Relay { transport: &way, origin: ORIGIN };
        block_on(one.session.sync(&way, &mut one.rng, NOW)).unwrap();
        assert_eq!(one.value(one.secret(dev, &name)), "canary-new", "{number}");
    }
}

#[test]
fn a_changed_value_writes_few_rows() {
    let (mut one, dev, relay) = connected();
    one.set(dev, "STRIPE_SECRET_KEY", "canary-two");
    let trips = trips(&mut one, &relay);
    let appends: Vec<&Trip> = trips.iter().filter(|trip| trip.sent > 0).collect();
    let [Trip { rows, .. }] = appends[..] else { panic!("{trips:?}") };
    hold("Append of one change, rows written", rows.written, 5);
    assert!(rows.read <= 5, "{rows:?}");
}

#[test]
fn a_sign_in_is_two_requests_of_few_bytes() {
    let (one, _, relay) = connected();
    let trips = RefCell::new(Vec::new());
    let way = Way(|request: Request| {
        if request.target.ends_with("/credential") {
            return Err(Unreachable);
        }
        let sent = request.body.len();
        let body = block_on(relay.exchange(request))?;
        trips.borrow_mut().push(sent + body.len());
        Ok(body)
    });
    let code = SetupCode::from_text(one.kit.as_ref().unwrap().setup.as_str()).unwrap();
    let (words, way, mut rng) = (passphrase(PASSPHRASE), Relay { transport: &way, origin: ORIGIN }, rng(5));
    let enrolled = Session::enrol(MemoryStore::new(), &code, &words, &way, &mut rng, NOW);
    assert!(block_on(enrolled).is_err());
    let trips = trips.into_inner();
    hold("Sign-in, requests", trips.len(), 2);
    hold("Sign-in, bytes of the bodies", trips.iter().sum(), 700);
}
