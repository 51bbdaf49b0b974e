//! What a device knows of how it and its relay stand, without asking.

use vault::model::Timestamp;
use vault::port::Unreachable;
use vault::session::{Relay, RemoteError, Synced};

use crate::account::{connected, enrol};
use crate::relay::{Fault, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on};
use crate::{sync, together};

fn waiting(device: &Device) -> usize {
    device.session.standing().unwrap().waiting
}

#[test]
fn what_waits_are_this_devices_acts_and_it_is_known_after_unlocking() {
    let (mut one, dev, relay) = connected();
    assert_eq!(waiting(&one), 0);
    let act = one.set(dev, "A", "canary-a").act.unwrap();
    one.set(dev, "B", "canary-b");
    one.undo(act).unwrap();
    assert_eq!(waiting(&one), 3);
    assert_eq!(waiting(&one.reopened()), 3);
    relay.fault(Fault::LoseRequest { of: "/commits" });
    assert_eq!(sync(&mut one, &relay), Err(RemoteError::Unreachable(Unreachable)));
    assert_eq!(waiting(&one), 3);
    relay.fault(Fault::None);
    together(&mut one, &relay);
    assert_eq!((waiting(&one), waiting(&one.reopened())), (0, 0));

    // What another device did is not this one's to send.
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    two.set(dev, "C", "canary-c");
    assert_eq!(waiting(&two), 1);
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert_eq!((waiting(&one), waiting(&two)), (0, 0));
}

#[test]
fn an_act_of_several_commits_waits_as_one() {
    let (mut one, ..) = connected();
    crate::import_large(&mut one);
    assert_eq!(waiting(&one), 1);
}

#[test]
fn what_is_made_again_behind_anothers_waits_until_it_is_acknowledged() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    two.set(dev, "FROM_TWO", "canary-two");
    together(&mut two, &relay);
    one.set(dev, "FROM_ONE", "canary-one");
    one.set(dev, "MORE", "canary-more");
    // It is told what the other wrote, and nothing that it sends arrives.
    relay.fault(Fault::LoseRequest { of: "/commits" });
    assert!(sync(&mut one, &relay).is_err());
    assert_eq!((waiting(&one), waiting(&one.reopened())), (2, 2));
    relay.fault(Fault::None);
    together(&mut one, &relay);
    assert_eq!(waiting(&one), 0);
}

#[test]
fn a_relay_that_was_behind_is_told_from_one_that_was_not() {
    let (mut one, dev, relay) = connected();
    let old = relay.copy();
    one.set(dev, "A", "canary-a");
    one.set(dev, "B", "canary-b");
    let all = sync(&mut one, &relay);
    assert_eq!(all, Ok(Synced::Together { taken: 0, sent: 2, again: 0 }), "the control");
    one.set(dev, "C", "canary-c");
    assert_eq!(sync(&mut one, &old), Ok(Synced::Together { taken: 0, sent: 3, again: 2 }));
    assert_eq!(sync(&mut one, &old), Ok(Synced::Together { taken: 0, sent: 0, again: 0 }), "it is said once");
}

#[test]
fn when_the_logs_were_together_is_kept_and_costs_no_write_each_time() {
    let (mut one, dev, relay) = connected();
    let way = Relay { transport: &relay, origin: ORIGIN };
    let at = |device: &mut Device, minutes: u64| {
        let now = Timestamp(NOW.0 + minutes * 60_000);
        relay.at(now);
        block_on(device.session.sync(&way, &mut device.rng, now)).unwrap();
        device.reopened().session.standing().unwrap().together.unwrap().0 - NOW.0
    };
    assert_eq!(at(&mut one, 10), 0, "nothing was exchanged");
    one.set(dev, "A", "canary-a");
    assert_eq!(at(&mut one, 20), 20 * 60_000);
    assert_eq!(at(&mut one, 79), 20 * 60_000);
    assert_eq!(at(&mut one, 80), 80 * 60_000, "an hour later");
}
