//! Devices and a relay: real sessions over stores in memory, the relay's real rules over SQLite, and between them nothing but
//! the protocol.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's helper fails by panicking")]

mod account;
mod anew;
mod conflict;
#[path = "../../../relay-worker/tests/log/database.rs"]
mod database;
mod ending;
#[path = "../../examples/relay/figure.rs"]
#[allow(dead_code, reason = "what is exact has no median")]
mod figure;
mod hostile;
mod invite;
mod moving;
mod newer;
mod other_passphrase;
mod pages;
mod push;
mod quarantine;
mod recover;
mod rejoin;
mod relay;
mod revoke;
mod schedule;
mod standing;
#[path = "../../../vault/tests/support/mod.rs"]
#[allow(dead_code, reason = "the vault's own tests use all of it")]
mod support;
mod swap;
mod way;
mod wire;

use crypto::{KdfId, RecoveryKey};
use relay::{Fault, InProcess, UNTRUE};
use support::{Device, NOW, block_on, passphrase, rng};
use vault::ObjectId;
use vault::backup::Code;
use vault::change::{Change, Import, ImportFile, Pair, Place, Target};
use vault::memory::MemoryStore;
use vault::model::{Kind, SecretValue, Timestamp};
use vault::session::{RemoteError, Session, Synced};

/// A second device of the same account, from a backup of the first.
fn second(first: &mut Device) -> Device {
    let file = block_on(first.session.backup(&mut first.rng)).unwrap();
    let kit = first.kit.as_ref().unwrap();
    let (store, mut rng) = (MemoryStore::new(), rng(77));
    let words = passphrase("other canary words for this device");
    let recovery = RecoveryKey::from_text(kit.recovery.as_str()).unwrap();
    let code = Code::Recovery(&recovery);
    let restored = Session::restore(store.clone(), &file, &code, &words, KdfId::Test, &mut rng, NOW);
    Device { session: block_on(restored).unwrap(), store, kit: None, rng }
}

/// Two devices and a relay that have the same: a project, of which this is the first environment.
fn pair() -> (Device, Device, ObjectId, InProcess) {
    let (mut one, relay) = (Device::new(), InProcess::empty());
    let dev = one.project("shop-api");
    let mut two = second(&mut one);
    for device in [&mut one, &mut two] {
        together(device, &relay);
    }
    together(&mut one, &relay);
    (one, two, dev, relay)
}

pub(crate) fn sync(device: &mut Device, relay: &InProcess) -> Result<Synced, RemoteError> {
    let way = vault::session::Relay { transport: relay, origin: relay::ORIGIN };
    block_on(device.session.sync(&way, &mut device.rng, NOW))
}

fn together(device: &mut Device, relay: &InProcess) -> (usize, usize) {
    match sync(device, relay) {
        Ok(Synced::Together { taken, sent, .. }) => (taken, sent),
        other => panic!("{other:?}"),
    }
}

/// One act of 7 MB.
fn import_large(device: &mut Device) {
    let value = |number: usize| SecretValue::new(format!("canary-{number}-{}", "x".repeat(60_000)));
    let pairs = (0..120).map(|number| Pair { variable: format!("LARGE_{number}"), value: value(number) });
    let target = Target::New { name: "dev".to_owned(), kind: Kind::NonProd };
    let files = vec![ImportFile { target, pairs: pairs.collect() }];
    device.apply(Change::Import(Import { project: Place::New("large".to_owned()), files })).unwrap();
}

/// The same contents, values, versions and state root, before and after each is opened again from what it stored.
fn assert_alike(one: &Device, other: &Device) {
    assert_alike_but_for(one, other, "other canary words for this device");
}

/// The same, where the second device has that passphrase.
fn assert_alike_but_for(one: &Device, other: &Device, second: &str) {
    let has = |device: &Device| (device.contents(), device.session.state_root());
    assert!(has(one) == has(other));
    let reopened = [one, other].map(|device| {
        let words = if device.kit.is_some() { support::PASSPHRASE } else { second };
        let session = block_on(Session::unlock(device.store.clone(), &passphrase(words))).unwrap();
        Device { session, store: device.store.clone(), kit: None, rng: rng(5) }
    });
    let [one_again, other_again] = &reopened;
    assert!(has(one_again) == has(one) && has(other_again) == has(other));
}

#[test]
fn what_one_device_saves_the_other_has_and_the_relay_is_between() {
    let relay = InProcess::empty();
    let mut one = Device::new();
    let dev = one.project("shop-api");
    one.set(dev, "STRIPE_SECRET_KEY", "canary-value-one");
    let mut two = second(&mut one);
    let (taken, sent) = together(&mut one, &relay);
    assert!(taken == 0 && sent > 2, "{taken} taken, {sent} sent");
    assert_eq!(together(&mut one, &relay), (0, 0), "nothing is new");
    assert_eq!(together(&mut two, &relay), (0, 2), "the commits that bring the second device");
    assert_eq!(together(&mut one, &relay), (2, 0));
    assert_alike(&one, &two);

    one.set(dev, "STRIPE_SECRET_KEY", "canary-value-two");
    one.set(dev, "DATABASE_URL", "canary-url");
    together(&mut one, &relay);
    assert!(together(&mut two, &relay).0 >= 2);
    let secret = two.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(two.value(secret), "canary-value-two");
    assert_alike(&one, &two);

    two.apply(Change::DeleteSecret { secret }).unwrap();
    let undone = two.set(dev, "LATER", "canary-later");
    two.undo(undone.act.unwrap()).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert!(one.session.model().secret(secret).is_none());
    assert_alike(&one, &two);
}

#[test]
fn a_relay_that_lost_everything_is_founded_anew_by_either_device() {
    let mut one = Device::new();
    let dev = one.project("shop-api");
    let mut two = second(&mut one);
    let first = InProcess::empty();
    together(&mut one, &first);
    together(&mut two, &first);
    two.set(dev, "FROM_TWO", "canary-two");
    together(&mut two, &first);
    // The second device founded nothing, and has all that there is.
    let anew = InProcess::empty();
    let (taken, sent) = together(&mut two, &anew);
    assert!(taken == 0 && sent > 3);
    assert!(together(&mut one, &anew).0 >= 1);
    assert_alike(&one, &two);
    assert_eq!(first.commits(), anew.commits());
    assert_eq!(together(&mut one, &first), (0, 0), "both relays have the same");
}

#[test]
fn a_relay_restored_from_an_old_copy_is_behind_and_is_caught_up() {
    let mut one = Device::new();
    let dev = one.project("shop-api");
    let relay = InProcess::empty();
    together(&mut one, &relay);
    let (old, behind) = (relay.commits(), relay.copy());
    assert_eq!(behind.commits(), old);
    one.set(dev, "A", "canary-a");
    one.set(dev, "B", "canary-b");
    together(&mut one, &relay);
    let all = relay.commits();
    let (taken, sent) = together(&mut one, &behind);
    assert_eq!((taken, sent), (0, all.len() - old.len()));
    assert_eq!(behind.commits(), all);
}

#[test]
fn an_answer_that_was_lost_loses_nothing_and_stores_nothing_twice() {
    let mut one = Device::new();
    let dev = one.project("shop-api");
    one.set(dev, "A", "canary-a");
    let relay = InProcess::empty();
    let mut rounds = 0;
    loop {
        rounds += 1;
        relay.fault(Fault::LoseAnswer { after: 3 });
        match sync(&mut one, &relay) {
            Ok(Synced::Together { .. }) => break,
            Err(RemoteError::Unreachable(_)) => assert!(rounds < 50),
            other => panic!("{other:?}"),
        }
    }
    assert!(rounds > 2, "{rounds}");
    let mut seen = relay.commits();
    let count = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), count);
    let mut two = second(&mut one);
    relay.fault(Fault::None);
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert_alike(&one, &two);
}

#[test]
fn devices_that_both_went_on_come_together_with_what_each_did() {
    let (mut one, mut two, dev, relay) = pair();
    two.set(dev, "FROM_TWO", "canary-two");
    together(&mut two, &relay);
    one.set(dev, "FROM_ONE", "canary-one");
    one.set(dev, "MORE", "canary-more");
    together(&mut one, &relay);
    together(&mut two, &relay);
    assert_alike(&one, &two);
    for (name, value) in [("FROM_TWO", "canary-two"), ("FROM_ONE", "canary-one"), ("MORE", "canary-more")] {
        let secret = one.secret(dev, name);
        assert_eq!(one.value(secret), value);
        assert_eq!(two.value(secret), value);
    }
}

#[test]
fn what_is_not_of_the_log_is_not_taken_whoever_serves_it() {
    let (mut one, mut two, dev, relay) = pair();
    two.set(dev, "NEW", "canary-new");
    together(&mut two, &relay);
    let before = one.contents();
    for fault in UNTRUE {
        relay.fault(fault);
        assert_eq!(sync(&mut one, &relay), Err(RemoteError::Untrue), "{fault:?}");
        assert!(one.contents() == before, "{fault:?}");
        assert!(one.reopened().contents() == before, "{fault:?}");
    }
    // The control.
    relay.fault(Fault::None);
    assert!(together(&mut one, &relay).0 >= 1);
    assert_alike(&one, &two);
}

#[test]
fn a_wrong_clock_is_put_right_for_requests_alone_and_a_stranger_is_told_nothing() {
    let mut one = Device::new();
    let dev = one.project("shop-api");
    let relay = InProcess::empty();
    together(&mut one, &relay);
    let hour = Timestamp(NOW.0 + 3_600_000);
    one.set(dev, "LATER", "canary-later");
    let way = vault::session::Relay { transport: &relay, origin: relay::ORIGIN };
    let synced = block_on(one.session.sync(&way, &mut one.rng, hour));
    assert_eq!(synced, Ok(Synced::Together { taken: 0, sent: 1, again: 0 }));
    let elsewhere = vault::session::Relay { transport: &relay, origin: "https://other.example" };
    assert_eq!(block_on(one.session.sync(&elsewhere, &mut one.rng, NOW)), Err(RemoteError::NotFound));
    let closed = InProcess::closed();
    assert_eq!(sync(&mut one, &closed), Err(RemoteError::NotFound));
}

#[test]
fn an_act_of_more_bytes_than_a_request_holds_is_several_commits() {
    let (mut one, mut two, _, relay) = pair();
    import_large(&mut one);
    let (_, sent) = together(&mut one, &relay);
    assert!(sent >= 3, "{sent} commits of 7 MB");
    assert_eq!(together(&mut two, &relay), (sent, 0));
    assert_alike(&one, &two);
    assert_eq!(two.session.model().secrets().count(), 120);
}
