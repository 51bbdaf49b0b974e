//! Taking what a relay has in place of what it went back on: nothing of either is lost, everybody is told, and nobody comes
//! in by it who was taken out.

use protocol::message::Route;
use protocol::{Commit, Entry, LogId};
use vault::change::Change;
use vault::model::Timestamp;
use vault::session::{Error, Relay, RemoteError, Side, Synced};

use crate::account::{connected, enrol};
use crate::ending::End;
use crate::quarantine::{apart, forked, look_again};
use crate::relay::{Fault, InProcess, ORIGIN, UNTRUE};
use crate::revoke::{revoke, three};
use crate::support::{Device, NOW, PASSPHRASE, block_on, rng};
use crate::{assert_alike_but_for, sync, together};

pub(crate) fn rejoin(device: &mut Device, relay: &InProcess) -> Result<Synced, RemoteError> {
    let way = Relay { transport: relay, origin: ORIGIN };
    block_on(device.session.rejoin(&way, &mut device.rng, NOW))
}

/// A vault's fork, and the first device in quarantine with a change that waits.
fn quarantined() -> (Device, Device, vault::ObjectId, InProcess) {
    let (mut one, two, dev, _, other) = forked();
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    one.set(dev, "LOCAL", "canary-local");
    (one, two, dev, other)
}

fn assert_has(device: &Device, dev: vault::ObjectId, values: &[(&str, &str)]) {
    for (name, value) in values {
        assert_eq!(device.value(device.secret(dev, name)), *value, "{name}");
    }
}

const ALL: [(&str, &str); 4] = [
    ("STRIPE_SECRET_KEY", "canary-value-one"),
    ("ACKNOWLEDGED", "canary-acknowledged"),
    ("INSTEAD", "canary-instead"),
    ("LOCAL", "canary-local"),
];

pub(crate) fn vault_log(device: &Device) -> LogId {
    let target = &device.session.sockets()[Side::Vault as usize];
    Route::parse("GET", target).unwrap().log()
}

/// The `rejoin` entries that a relay holds.
fn rejoins(relay: &InProcess) -> Vec<protocol::Rejoin> {
    let commits = relay.commits().into_iter().map(|bytes| Commit::decode(&bytes).unwrap());
    let entries = commits.flat_map(|commit| commit.entries().unwrap());
    entries.filter_map(|entry| if let Entry::Rejoin(it) = entry { Some(it) } else { None }).collect()
}

#[test]
fn what_the_relay_has_is_taken_and_what_was_here_alone_comes_behind_it() {
    let (mut one, mut two, dev, relay, other) = forked();
    let left = relay.commits_of(vault_log(&one)).last().unwrap().hash();
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    assert!(matches!(rejoin(&mut one, &other), Ok(Synced::Together { .. })));
    assert_eq!((apart(&one), apart(&one.reopened())), (None, None));
    assert_has(&one, dev, &ALL[..3]);
    together(&mut two, &other);
    together(&mut one, &other);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    let [said] = &rejoins(&other)[..] else { panic!("said once") };
    assert_eq!(said.hash, left, "it names the head that it left");
    let mut three = enrol(&one, &other, PASSPHRASE, 81).unwrap();
    together(&mut three, &other);
    assert_has(&three, dev, &ALL[..3]);
}

#[test]
fn what_the_account_told_of_a_branch_that_was_left_is_held_against_nobody() {
    let (mut one, mut two, dev, relay, other) = forked();
    let tomorrow = Timestamp(NOW.0 + 25 * 3_600_000);
    relay.at(tomorrow);
    let way = Relay { transport: &relay, origin: ORIGIN };
    block_on(one.session.sync(&way, &mut one.rng, tomorrow)).unwrap();
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    assert_eq!(sync(&mut two, &other), Ok(Synced::Apart), "the control: what is told is not there");
    assert!(matches!(rejoin(&mut one, &other), Ok(Synced::Together { .. })));
    assert!(matches!(look_again(&mut two, &other), Ok(Synced::Together { .. })));
    together(&mut one, &other);
    assert_has(&two, dev, &ALL[..3]);
}

#[test]
fn both_versions_of_what_both_changed_are_kept() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let other = relay.copy();
    one.set(dev, "STRIPE_SECRET_KEY", "canary-here");
    together(&mut one, &relay);
    two.set(dev, "STRIPE_SECRET_KEY", "canary-there");
    together(&mut two, &other);
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    rejoin(&mut one, &other).unwrap();
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(one.value(secret), "canary-there");
    let kept = block_on(one.session.alternatives(secret)).unwrap();
    assert_eq!(kept.iter().map(|it| it.value.expose()).collect::<Vec<_>>(), ["canary-here"]);
}

#[test]
fn what_another_device_wrote_on_the_branch_that_is_left_comes_along() {
    let (mut one, mut two, mut three, dev, relay) = three();
    let other = relay.copy();
    // A project of another device, whose keys hang under the branch that is left.
    let theirs = three.project("of-three");
    three.set(theirs, "OF_THREE", "canary-of-three");
    three.set(dev, "DELETED", "canary-deleted");
    let secret = three.secret(dev, "DELETED");
    three.apply(Change::DeleteSecret { secret }).unwrap();
    together(&mut three, &relay);
    together(&mut one, &relay);
    two.set(dev, "INSTEAD", "canary-instead");
    together(&mut two, &other);
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    rejoin(&mut one, &other).unwrap();
    together(&mut two, &other);
    for device in [&one, &two] {
        assert_has(device, theirs, &[("OF_THREE", "canary-of-three")]);
        assert_has(device, dev, &[("INSTEAD", "canary-instead")]);
        assert!(device.session.model().secret(secret).is_none());
    }
    // The other device of that branch rejoins as well, and has nothing to add but that.
    assert_eq!(sync(&mut three, &other), Ok(Synced::Apart));
    rejoin(&mut three, &other).unwrap();
    for device in [&mut one, &mut two] {
        together(device, &other);
    }
    assert_alike_but_for(&one, &three, PASSPHRASE);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_eq!(rejoins(&other).len(), 2);
}

/// As a fork of the account's log: a device that came in on one branch, another on the other.
fn forked_account() -> (Device, [Device; 2], vault::ObjectId, InProcess) {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let other = relay.copy();
    let mut three = enrol(&one, &relay, PASSPHRASE, 78).unwrap();
    three.set(dev, "ACKNOWLEDGED", "canary-acknowledged");
    together(&mut three, &relay);
    together(&mut one, &relay);
    let mut four = enrol(&one, &other, PASSPHRASE, 79).unwrap();
    four.set(dev, "INSTEAD", "canary-instead");
    together(&mut four, &other);
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    one.set(dev, "LOCAL", "canary-local");
    drop(two);
    (one, [three, four], dev, other)
}

#[test]
fn both_logs_are_taken_one_after_the_other_and_no_device_is_lost() {
    let (mut one, [mut three, mut four], dev, other) = forked_account();
    assert!(matches!(rejoin(&mut one, &other), Ok(Synced::Together { .. })));
    assert_has(&one, dev, &ALL);
    assert_eq!(rejoins(&other).len(), 2, "in each log");
    let devices = block_on(one.session.devices()).unwrap();
    for device in [&three, &four] {
        assert!(devices.iter().any(|row| row.id == device.session.device() && !row.is_revoked));
    }
    together(&mut four, &other);
    assert_alike_but_for(&one, &four, PASSPHRASE);
    // The device that came in on the branch that was left is known, and rejoins by itself.
    assert_eq!(sync(&mut three, &other), Ok(Synced::Apart));
    rejoin(&mut three, &other).unwrap();
    together(&mut one, &other);
    assert_alike_but_for(&one, &three, PASSPHRASE);
}

#[test]
fn a_device_that_the_relays_branch_lacks_brings_itself_in_again() {
    let (_, [mut three, mut four], dev, other) = forked_account();
    assert_eq!(sync(&mut three, &other), Ok(Synced::Apart));
    assert!(matches!(rejoin(&mut three, &other), Ok(Synced::Together { .. })));
    together(&mut four, &other);
    assert_has(&four, dev, &ALL[..3]);
    assert_alike_but_for(&four, &three, PASSPHRASE);
}

#[test]
fn without_a_quarantine_and_where_the_right_log_is_back_no_branch_is_taken() {
    let (mut one, _, dev, relay, other) = forked();
    assert_eq!(rejoin(&mut one, &relay), Err(RemoteError::Vault(Error::Gone)));
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    one.set(dev, "LOCAL", "canary-local");
    assert!(matches!(rejoin(&mut one, &relay), Ok(Synced::Together { sent: 1, .. })));
    assert!(rejoins(&relay).is_empty());
}

#[test]
fn what_is_not_of_the_log_is_not_rejoined() {
    for fault in UNTRUE {
        let (mut one, _, dev, other) = quarantined();
        let before = one.contents();
        other.fault(fault);
        assert!(rejoin(&mut one, &other).is_err(), "{fault:?}");
        assert!(one.contents() == before && one.reopened().contents() == before, "{fault:?}");
        other.fault(Fault::None);
        assert!(rejoins(&other).is_empty(), "{fault:?}");
        // The control.
        sync(&mut one, &other).unwrap();
        rejoin(&mut one, &other).unwrap();
        assert_has(&one, dev, &ALL);
    }
}

#[test]
fn a_device_that_the_relays_branch_revokes_takes_nothing_of_it() {
    let (mut one, [three, mut four], dev, other) = forked_account();
    revoke(&mut four, &other, one.session.device()).unwrap();
    let before = one.contents();
    let refused = rejoin(&mut one, &other);
    assert!(matches!(refused, Err(RemoteError::NoRejoin | RemoteError::NotFound)), "{refused:?}");
    assert!(one.contents() == before && one.reopened().contents() == before);
    assert_has(&one, dev, &ALL[3..]);
    drop(three);
}

#[test]
fn a_relay_that_goes_back_before_a_revocation_brings_no_device_back() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let other = relay.copy();
    revoke(&mut one, &relay, two.session.device()).unwrap();
    together(&mut one, &relay);
    one.set(dev, "AFTER", "canary-after");
    together(&mut one, &relay);
    // The control: at the relay that forgot its end the lost device goes on.
    two.set(dev, "INSTEAD", "canary-instead");
    together(&mut two, &other);
    block_on(two.session.name_device(two.session.device(), "back again", &mut two.rng, NOW)).unwrap();
    together(&mut two, &other);
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    let there = other.commits();
    assert_eq!(rejoin(&mut one, &other), Err(RemoteError::NoRejoin));
    assert_eq!(other.commits(), there, "nothing was sent");
    assert_has(&one.reopened(), dev, &[("AFTER", "canary-after")]);
}

#[test]
fn wherever_a_request_or_an_answer_is_lost_a_rejoin_is_finished_later() {
    let mut cut = 0;
    for fault in (0..16).flat_map(|after| [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }]) {
        let (mut one, [_, mut four], dev, other) = forked_account();
        other.fault(fault);
        cut += usize::from(rejoin(&mut one, &other).is_err());
        other.fault(Fault::None);
        four.set(dev, "MEANWHILE", "canary-meanwhile");
        together(&mut four, &other);
        let mut one = Device { kit: one.kit.take(), ..one.reopened() };
        if sync(&mut one, &other) == Ok(Synced::Apart) {
            rejoin(&mut one, &other).unwrap();
        }
        together(&mut four, &other);
        together(&mut one, &other);
        assert_has(&one, dev, &ALL);
        assert_alike_but_for(&one, &four, PASSPHRASE);
        assert_eq!(rejoins(&other).len(), 2, "{fault:?}");
    }
    assert!(cut > 16, "the control: {cut} were cut short");
}

#[test]
fn wherever_the_store_takes_no_more_a_rejoin_is_finished_later() {
    let mut cut = 0;
    for end in End::within(12) {
        let (one, [_, mut four], dev, other) = forked_account();
        let mut session = end.session(&one);
        let way = Relay { transport: &other, origin: ORIGIN };
        cut += usize::from(block_on(session.rejoin(&way, &mut rng(6), NOW)).is_err());
        let mut one = Device { kit: None, ..one.reopened() };
        if sync(&mut one, &other) == Ok(Synced::Apart) {
            rejoin(&mut one, &other).unwrap();
        }
        together(&mut four, &other);
        together(&mut one, &other);
        assert_has(&one, dev, &ALL);
        assert_eq!(rejoins(&other).len(), 2, "{end:?}");
    }
    assert!((3..24).contains(&cut), "the control: {cut} were cut short");
}

#[test]
fn looking_again_is_no_rejoin() {
    let (mut one, _, _, other) = quarantined();
    let there = other.commits();
    assert_eq!(look_again(&mut one, &other), Ok(Synced::Apart));
    assert_eq!(other.commits(), there);
    assert!(apart(&one).is_some());
}
