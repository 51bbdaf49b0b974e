//! A relay whose log is not the one it was: it is left alone until a person says otherwise, and nothing is lost.

use vault::model::Timestamp;
use vault::session::{Error, Relay, RemoteError, Side, Socket, Synced, Told};

use crate::account::{connected, enrol};
use crate::rejoin::vault_log;
use crate::relay::{Fault, InProcess, ORIGIN, UNTRUE};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase};
use crate::{assert_alike_but_for, sync, together};

/// A device, the relay that acknowledged all it has, and one that went back and took something else.
pub(crate) fn forked() -> (Device, Device, vault::ObjectId, InProcess, InProcess) {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let other = relay.copy();
    one.set(dev, "ACKNOWLEDGED", "canary-acknowledged");
    together(&mut one, &relay);
    two.set(dev, "INSTEAD", "canary-instead");
    together(&mut two, &other);
    (one, two, dev, relay, other)
}

pub(crate) fn look_again(device: &mut Device, relay: &InProcess) -> Result<Synced, RemoteError> {
    let way = Relay { transport: relay, origin: ORIGIN };
    block_on(device.session.look_again(&way, &mut device.rng, NOW))
}

pub(crate) fn apart(device: &Device) -> Option<Timestamp> {
    device.session.standing().unwrap().apart
}

#[test]
fn a_fork_is_stored_and_from_then_on_nothing_is_asked_and_nothing_is_sent() {
    let (mut one, _, dev, _, other) = forked();
    let (before, there) = (one.contents(), other.commits());
    assert_eq!((sync(&mut one, &other), apart(&one)), (Ok(Synced::Apart), Some(NOW)));
    assert!(one.contents() == before && one.reopened().contents() == before);
    assert_eq!(apart(&one.reopened()), Some(NOW), "it survives a restart");

    // What is there can be changed, and is not sent: not by a sync, not with another passphrase or kit.
    one.set(dev, "LOCAL", "canary-local");
    let asked = other.asked();
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    let way = Relay { transport: &other, origin: ORIGIN };
    let words = (&passphrase(PASSPHRASE), &passphrase("another fake passphrase"));
    let changed = block_on(one.session.change_passphrase_at(&way, words, &mut one.rng, NOW));
    assert_eq!(changed, Err(RemoteError::Apart));
    let kit = block_on(one.session.kit_at(&way, words.0, &mut one.rng, NOW));
    assert_eq!(kit.map(drop), Err(RemoteError::Apart));
    assert_eq!((other.asked(), other.commits()), (asked, there), "nothing was asked");
    let secret = one.reopened().secret(dev, "LOCAL");
    assert_eq!(one.value(secret), "canary-local");
    assert_eq!(one.session.standing().unwrap().waiting, 1);
}

#[test]
fn looking_again_goes_on_where_the_relay_is_the_one_it_was_and_else_not() {
    let (mut one, mut two, dev, relay, other) = forked();
    let there = other.commits();
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    one.set(dev, "LOCAL", "canary-local");
    assert_eq!(look_again(&mut one, &other), Ok(Synced::Apart));
    assert_eq!((apart(&one), other.commits()), (Some(NOW), there));
    assert!(matches!(look_again(&mut one, &relay), Ok(Synced::Together { sent: 1, .. })));
    assert_eq!((apart(&one), apart(&one.reopened())), (None, None));

    // The other device was shown the other branch: it is the one that is left with its own.
    assert_eq!(sync(&mut two, &relay), Ok(Synced::Apart));
    let secret = two.secret(dev, "INSTEAD");
    assert_eq!(two.value(secret), "canary-instead");
}

#[test]
fn a_relay_that_does_not_answer_ends_no_quarantine() {
    let rejoin = crate::rejoin::rejoin;
    for ends in [look_again, rejoin] {
        let (mut one, _, dev, relay, other) = forked();
        let there = other.commits().into_iter().find(|commit| !relay.commits().contains(commit)).unwrap();
        assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
        one.set(dev, "LOCAL", "canary-local");
        let is_kept = |one: &Device| {
            let evidence = block_on(one.session.evidence()).unwrap();
            apart(one) == Some(NOW) && evidence.windows(there.len()).any(|window| window == there)
        };
        // The right relay this time, which is asked and cut off at each place until it comes to the end.
        let mut cut = 0;
        loop {
            relay.fault(Fault::LoseRequestAfter { after: cut });
            match ends(&mut one, &relay) {
                Ok(Synced::Together { .. }) => break,
                Err(RemoteError::Unreachable(_)) => cut += 1,
                other => panic!("{other:?}"),
            }
            assert!(is_kept(&one) && is_kept(&one.reopened()), "after {cut}");
        }
        assert!(cut >= 2, "{cut}");
        assert_eq!((apart(&one), apart(&one.reopened())), (None, None), "the control");
    }
}

#[test]
fn the_evidence_has_both_branches_and_no_name_and_no_value() {
    let (mut one, two, _, relay, other) = forked();
    assert_eq!(block_on(one.session.evidence()).map(drop), Err(Error::Gone), "there is nothing to show");
    sync(&mut one, &other).unwrap();
    let evidence = block_on(one.reopened().session.evidence()).unwrap();
    let holds = |needle: &[u8]| evidence.windows(needle.len()).any(|window| window == needle);
    let [ours, theirs] = [&relay, &other].map(InProcess::commits);
    let here = ours.iter().find(|commit| !theirs.contains(commit)).unwrap();
    let there = theirs.iter().find(|commit| !ours.contains(commit)).unwrap();
    assert!(evidence.starts_with(b"TACITEVI\x01") && holds(ORIGIN.as_bytes()));
    assert!(holds(here) && holds(there));
    for canary in ["canary", "ACKNOWLEDGED", "INSTEAD", "shop-api", PASSPHRASE] {
        assert!(!holds(canary.as_bytes()), "{canary}");
    }
    drop(two);
}

#[test]
fn what_is_no_branch_of_the_log_is_no_fork() {
    let (mut one, mut two, dev, relay, _) = forked();
    together(&mut one, &relay);
    let fresh = relay.copy();
    drop(two);
    two = enrol(&one, &fresh, PASSPHRASE, 78).unwrap();
    two.set(dev, "NEW", "canary-new");
    together(&mut two, &fresh);
    let before = one.contents();
    for fault in UNTRUE {
        fresh.fault(fault);
        assert_eq!((sync(&mut one, &fresh), apart(&one)), (Err(RemoteError::Untrue), None), "{fault:?}");
    }
    assert!(one.contents() == before);
    fresh.fault(Fault::None);
    together(&mut one, &fresh);
    assert!(one.contents() != before, "the control");
}

#[test]
fn the_devices_of_a_fork_come_together_at_the_relay_that_is_right() {
    let (mut one, two, dev, relay, other) = forked();
    sync(&mut one, &other).unwrap();
    drop(two);
    look_again(&mut one, &relay).unwrap();
    // Opened anew from there, as the choice says that keeps what the relay has.
    let mut again = enrol(&one, &relay, PASSPHRASE, 79).unwrap();
    together(&mut again, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &again, PASSPHRASE);
    let secret = again.secret(dev, "ACKNOWLEDGED");
    assert_eq!(again.value(secret), "canary-acknowledged");
}

#[test]
fn what_a_quarantined_relay_tells_by_itself_is_not_taken() {
    let (mut one, mut two, dev, relay, other) = forked();
    // The same commit continues the log of both; the first of them is of a relay that is not the one it was.
    together(&mut one, &relay);
    let mut three = enrol(&one, &relay, PASSPHRASE, 78).unwrap();
    together(&mut three, &relay);
    together(&mut one, &relay);
    three.set(dev, "TOLD", "canary-told");
    let line = relay.connect(&one.session.sockets()[Side::Vault as usize]);
    let hear = |device: &mut Device, frame: &[u8]| {
        let socket = Socket { origin: ORIGIN, side: Side::Vault, opened: NOW };
        block_on(device.session.hear(&socket, frame, &mut device.rng, NOW)).unwrap()
    };
    let Told::Prove(proof) = hear(&mut one, &relay.heard(line)[0]) else { panic!("no proof") };
    relay.say(line, &proof);
    let head = relay.heard(line).remove(0);
    together(&mut three, &relay);
    let told = relay.heard(line).remove(0);
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    let before = one.contents();
    assert_eq!([hear(&mut one, &head), hear(&mut one, &told)], [Told::Nothing, Told::Nothing]);
    assert!(one.contents() == before);
    assert!(matches!(look_again(&mut one, &relay), Ok(Synced::Together { taken: 1, .. })));
    // The control.
    three.set(dev, "AGAIN", "canary-again");
    together(&mut three, &relay);
    assert_eq!(hear(&mut one, &relay.heard(line)[0]), Told::Taken);
    assert_eq!(sync(&mut two, &relay), Ok(Synced::Apart));
}

/// A relay whose log of the account tells of a vault that it does not have, and a device that never had that either.
fn untold() -> (Device, vault::ObjectId, InProcess) {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let before = relay.copy();
    two.set(dev, "LOST", "canary-lost");
    let tomorrow = Timestamp(NOW.0 + 25 * 3_600_000);
    relay.at(tomorrow);
    let way = Relay { transport: &relay, origin: ORIGIN };
    block_on(two.session.sync(&way, &mut two.rng, tomorrow)).unwrap();
    let vault = before.commits().len();
    let mixed = before.with_others_of(&relay, vault_log(&two));
    assert_eq!(mixed.commits().len(), vault + 1, "the account's log is the newer one");
    (one, dev, mixed)
}

#[test]
fn a_vault_that_lacks_what_the_account_tells_of_is_stored_as_a_fork_and_has_the_same_ways_on() {
    let (mut one, dev, relay) = untold();
    assert_eq!((sync(&mut one, &relay), apart(&one)), (Ok(Synced::Apart), Some(NOW)));
    assert_eq!(apart(&one.reopened()), Some(NOW), "it survives a restart");
    one.set(dev, "LOCAL", "canary-local");
    let asked = relay.asked();
    assert_eq!((sync(&mut one, &relay), relay.asked()), (Ok(Synced::Apart), asked), "nothing is asked");
    assert!(block_on(one.session.evidence()).unwrap().starts_with(b"TACITEVI\x01"));
    assert_eq!(look_again(&mut one, &relay), Ok(Synced::Apart));
    let way = Relay { transport: &relay, origin: ORIGIN };
    assert!(matches!(block_on(one.session.rejoin(&way, &mut one.rng, NOW)), Ok(Synced::Together { .. })));
    assert_eq!((apart(&one), apart(&one.reopened())), (None, None));
    together(&mut one, &relay);
    // What the account told is told anew: another device finds the vault that there is.
    let mut three = enrol(&one, &relay, PASSPHRASE, 79).unwrap();
    together(&mut three, &relay);
    assert_eq!(three.value(three.secret(dev, "LOCAL")), "canary-local");
}
