//! What a device knows of how it and its relay stand, without asking.

use vault::model::Timestamp;
use vault::port::Unreachable;
use vault::session::{Relay, RemoteError, Synced};

use crate::account::{connected, enrol};
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on};
use crate::swap::{OTHER, change, unlocks};
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

/// When a device was last heard of on another one.
fn heard(on: &mut Device, of: &Device) -> Option<Timestamp> {
    let rows = block_on(on.session.devices()).unwrap();
    rows.into_iter().find(|row| row.id == of.session.device()).unwrap().seen
}

#[test]
fn a_relay_that_answers_that_nothing_is_new_is_told_by_the_silence_of_the_others() {
    const DAY: u64 = 24 * 3_600_000;
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    // What it shows is as it was, and what it is given it keeps from the others.
    let still = relay.copy();
    let sync_at = |device: &mut Device, relay: &InProcess, day: u64| {
        let now = Timestamp(NOW.0 + day * DAY);
        relay.at(now);
        let way = Relay { transport: relay, origin: ORIGIN };
        block_on(device.session.sync(&way, &mut device.rng, now))
    };
    still.fault(Fault::LoseRequest { of: "/commits" });
    for day in 1..=8 {
        assert!(matches!(sync_at(&mut two, &relay, day), Ok(Synced::Together { .. })));
        one.set(dev, &format!("DAY_{day}"), "canary");
        assert_eq!(sync_at(&mut one, &still, day), Err(RemoteError::Unreachable(Unreachable)));
    }
    assert!(heard(&mut one, &two) <= Some(NOW), "nothing for eight days");
    assert_eq!(waiting(&one), 8);
    // With a relay that keeps nothing from it each day has a sign of life, and nothing was lost.
    assert!(matches!(sync_at(&mut one, &relay, 8), Ok(Synced::Together { .. })));
    assert_eq!(heard(&mut one, &two), Some(Timestamp(NOW.0 + 8 * DAY)));
    assert!(matches!(sync_at(&mut two, &relay, 8), Ok(Synced::Together { .. })));
    assert!(one.contents() == two.contents());
    assert!(one.session.model().own(dev, "DAY_8").is_some());
}

#[test]
fn a_name_that_the_relay_does_not_have_waits_too() {
    let (mut one, _, relay) = connected();
    let device = one.session.device();
    block_on(one.session.name_device(device, "Desktop", &mut one.rng, NOW)).unwrap();
    assert_eq!((waiting(&one), waiting(&one.reopened())), (1, 1));
    together(&mut one, &relay);
    assert_eq!((waiting(&one), waiting(&one.reopened())), (0, 0));
}

#[test]
fn an_account_without_room_still_gets_what_others_wrote() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    two.set(dev, "FROM_TWO", "canary-two");
    together(&mut two, &relay);
    relay.hold(1);
    // Something waits in both logs, and a credential before them.
    let device = one.session.device();
    block_on(one.session.name_device(device, "Desktop", &mut one.rng, NOW)).unwrap();
    one.set(dev, "FROM_ONE", "canary-one");
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), Err(RemoteError::Full));
    assert_eq!(sync(&mut one, &relay), Err(RemoteError::Full));
    let secret = one.secret(dev, "FROM_TWO");
    assert_eq!(one.value(secret), "canary-two");
    assert_eq!(waiting(&one), 2);
    assert!(!one.session.standing().unwrap().is_pending);
    // With room it goes on by itself.
    relay.hold(1_000);
    together(&mut one, &relay);
    together(&mut two, &relay);
    assert!(one.contents() == two.contents());
    assert_eq!(waiting(&one), 0);
}

#[test]
fn a_credential_that_a_full_relay_does_not_take_is_over_and_the_passphrase_as_it_was() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    // It waits from before the relay was full.
    relay.fault(Fault::LoseRequest { of: "/credential" });
    assert!(change(&mut one, &relay, [PASSPHRASE, OTHER]).is_err());
    relay.fault(Fault::None);
    two.set(dev, "FROM_TWO", "canary-two");
    together(&mut two, &relay);
    relay.hold(1);
    assert_eq!(sync(&mut one, &relay), Err(RemoteError::Full));
    assert!(one.session.standing().unwrap().is_dropped);
    assert!(unlocks(&one, PASSPHRASE).is_some() && unlocks(&one, OTHER).is_none());
    assert_eq!(sync(&mut one, &relay), Err(RemoteError::Full));
    let secret = one.secret(dev, "FROM_TWO");
    assert_eq!(one.value(secret), "canary-two");
    assert!(enrol(&one, &relay, OTHER, 78).is_err());
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
