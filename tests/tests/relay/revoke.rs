//! Devices of an account: what they are called, that each hears of the others, and that one can be taken out for good.

use crypto::{KdfId, RecoveryKey, SetupCode};
use vault::DeviceId;
use vault::backup::Code;
use vault::change::Change;
use vault::kit::Kit;
use vault::memory::MemoryStore;
use vault::session::{DeviceRow, Error, Relay, RemoteError, Session};

use crate::account::{connected, enrol};
use crate::ending::End;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::{assert_alike_but_for, sync, together};

/// Three devices of one account that have the same.
pub(crate) fn three() -> (Device, Device, Device, vault::ObjectId, InProcess) {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    let mut three = enrol(&one, &relay, PASSPHRASE, 78).unwrap();
    for _ in 0..2 {
        all_together([&mut two, &mut three, &mut one], &relay);
    }
    (one, two, three, dev, relay)
}

fn all_together<const N: usize>(devices: [&mut Device; N], relay: &InProcess) {
    for device in devices {
        together(device, relay);
    }
}

pub(crate) fn id(device: &mut Device) -> DeviceId {
    rows(device).into_iter().find(|row| row.is_own).unwrap().id
}

fn rows(device: &mut Device) -> Vec<DeviceRow> {
    block_on(device.session.devices()).unwrap()
}

pub(crate) fn revoke(device: &mut Device, relay: &InProcess, other: DeviceId) -> Result<Kit, RemoteError> {
    let way = Relay { transport: relay, origin: ORIGIN };
    block_on(device.session.revoke(&way, other, &passphrase(PASSPHRASE), &mut device.rng, NOW))
}

/// Whether a backup that `device` makes now opens with the codes of a kit: setup code and passphrase, recovery key.
fn opens(device: &mut Device, kit: &Kit) -> [bool; 2] {
    let file = block_on(device.session.backup(&mut device.rng)).unwrap();
    let setup = SetupCode::from_text(kit.setup.as_str()).unwrap();
    let recovery = RecoveryKey::from_text(kit.recovery.as_str()).unwrap();
    let words = passphrase(PASSPHRASE);
    [Code::Setup(&setup, &words), Code::Recovery(&recovery)].map(|code| {
        let (store, mut rng) = (MemoryStore::new(), rng(5));
        block_on(Session::restore(store, &file, &code, &words, KdfId::Test, &mut rng, NOW)).is_ok()
    })
}

#[test]
fn a_revoked_device_is_let_in_nowhere_and_the_others_go_on_with_new_keys() {
    let (mut one, mut two, mut other, dev, relay) = three();
    let old = one.kit.take().unwrap();
    assert_eq!(opens(&mut one, &old), [true; 2], "the control");
    let gone = id(&mut two);
    let kit = revoke(&mut one, &relay, gone).unwrap();
    assert_ne!((kit.setup.as_str(), kit.recovery.as_str()), (old.setup.as_str(), old.recovery.as_str()));
    together(&mut one, &relay);
    assert_eq!(sync(&mut two, &relay), Err(RemoteError::NotFound));

    one.set(dev, "WRITTEN_LATER", "canary-later");
    together(&mut one, &relay);
    assert!(together(&mut other, &relay).0 >= 3, "the renewal here and there, and what came later");
    let later = other.secret(dev, "WRITTEN_LATER");
    assert_eq!(other.value(later), "canary-later");
    other.set(dev, "FROM_ANOTHER", "canary-another");
    let earlier = other.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(other.value(earlier), "canary-value-one");
    together(&mut other, &relay);
    together(&mut one, &relay);
    one.kit = None;
    assert_alike_but_for(&one, &other, PASSPHRASE);

    // The codes of before open nothing that is made from now on, on either device; those of the new kit do.
    for device in [&mut one, &mut other] {
        assert_eq!(opens(device, &old), [false; 2]);
        assert_eq!(opens(device, &kit), [true; 2]);
    }
    one.kit = Some(old);
    assert!(matches!(enrol(&one, &relay, PASSPHRASE, 79), Err(RemoteError::WrongCode)));
    one.kit = Some(kit);
    let mut new = enrol(&one, &relay, PASSPHRASE, 79).unwrap();
    together(&mut new, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &new, PASSPHRASE);
    let listed: Vec<bool> = rows(&mut one).into_iter().map(|row| row.is_revoked).collect();
    assert_eq!(listed, [false, true, false, false]);
    assert_eq!(revoke(&mut one, &relay, gone).map(drop), Err(Error::Gone.into()), "once is enough");
    let own = id(&mut one);
    assert_eq!(revoke(&mut one, &relay, own).map(drop), Err(Error::Gone.into()));
}

#[test]
fn any_device_finishes_in_the_vault_what_another_began_in_the_account() {
    let (mut one, mut two, mut other, dev, relay) = three();
    // Written before the other device heard of it, under keys that are over then: it is made again before it is sent.
    other.set(dev, "OFFLINE", "canary-offline");
    let gone = id(&mut two);
    drop(revoke(&mut one, &relay, gone).unwrap());
    let (taken, sent) = together(&mut other, &relay);
    assert!(taken >= 1 && sent >= 2, "{taken} {sent}");
    assert_eq!(sync(&mut two, &relay), Err(RemoteError::NotFound));
    let (taken, sent) = together(&mut one, &relay);
    assert!(taken >= 2 && sent == 0, "{taken} {sent}");
    one.kit = None;
    assert_alike_but_for(&one, &other, PASSPHRASE);
    // Both at once: one of them is first.
    let mut new = [80, 81].map(|seed| {
        let words = passphrase(PASSPHRASE);
        let way = Relay { transport: &relay, origin: ORIGIN };
        let kit = block_on(one.session.kit_at(&way, &words, &mut one.rng, NOW)).unwrap();
        one.kit = Some(kit);
        enrol(&one, &relay, PASSPHRASE, seed).unwrap()
    });
    all_together(new.each_mut(), &relay);
    all_together([&mut one, &mut other], &relay);
    let gone = id(&mut new[0]);
    drop(revoke(&mut one, &relay, gone).unwrap());
    one.set(dev, "ONE", "canary-1");
    other.set(dev, "OTHER", "canary-2");
    new[1].set(dev, "NEW", "canary-3");
    for _ in 0..2 {
        all_together([&mut other, &mut one, &mut new[1]], &relay);
    }
    one.kit = None;
    assert_alike_but_for(&one, &other, PASSPHRASE);
    assert_alike_but_for(&one, &new[1], PASSPHRASE);
}

#[test]
fn a_revoked_device_comes_back_by_no_kit_of_before_though_the_relay_kept_the_credential() {
    let (mut one, mut two, mut other, _, relay) = three();
    let (old, gone) = (relay.copy(), id(&mut two));
    assert!(enrol(&one, &old, PASSPHRASE, 79).is_ok(), "the control: the kit and the credential of before");
    let before = one.kit.take();
    drop(revoke(&mut one, &relay, gone).unwrap());
    all_together([&mut one, &mut other], &relay);
    one.kit = before;
    assert!(matches!(enrol(&one, &relay, PASSPHRASE, 80), Err(RemoteError::WrongCode)));
    relay.take_back_credential(&old);
    let enrolled = enrol(&one, &relay, PASSPHRASE, 81);
    // It signs in, and what it is given opens nothing of the account as it is now.
    assert!(matches!(enrolled, Err(RemoteError::Untrue)), "{:?}", enrolled.map(drop));
    let listed = rows(&mut other).len();
    together(&mut other, &relay);
    assert_eq!(rows(&mut other).len(), listed);
}

/// After a revocation that may have been cut short: it came about as a whole, or not at all, and everything goes on.
fn assert_whole(one: &Device, two: &mut Device, other: &mut Device, relay: &InProcess) -> bool {
    let mut one = one.reopened();
    for _ in 0..2 {
        together(&mut one, relay);
        together(other, relay);
    }
    assert_alike_but_for(&one, other, PASSPHRASE);
    let is_revoked = sync(two, relay).is_err();
    let gone = id(two);
    let listed = rows(&mut one).into_iter().find(|row| row.id == gone).unwrap();
    assert_eq!(listed.is_revoked, is_revoked);
    let way = Relay { transport: relay, origin: ORIGIN };
    let kit = block_on(one.session.kit_at(&way, &passphrase(PASSPHRASE), &mut one.rng, NOW)).unwrap();
    one.kit = Some(kit);
    let mut new = enrol(&one, relay, PASSPHRASE, 90).unwrap();
    together(&mut new, relay);
    together(&mut one, relay);
    assert_alike_but_for(&one, &new, PASSPHRASE);
    is_revoked
}

#[test]
fn wherever_a_request_or_an_answer_is_lost_a_device_is_revoked_as_a_whole_or_not() {
    let (mut cut, mut came_about) = (0, 0);
    for fault in (0..8).flat_map(|after| [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }]) {
        let (mut one, mut two, mut other, _, relay) = three();
        let gone = id(&mut two);
        relay.fault(fault);
        cut += usize::from(revoke(&mut one, &relay, gone).is_err());
        relay.fault(Fault::None);
        came_about += usize::from(assert_whole(&one, &mut two, &mut other, &relay));
    }
    assert!(cut >= 8 && came_about > 0, "{cut} were cut short, {came_about} came about");
}

#[test]
fn wherever_the_store_takes_no_more_a_device_is_revoked_as_a_whole_or_not() {
    let (mut cut, mut came_about) = (0, 0);
    for end in End::within(4) {
        let (one, mut two, mut other, _, relay) = three();
        let gone = id(&mut two);
        let mut session = end.session(&one);
        let (way, words) = (Relay { transport: &relay, origin: ORIGIN }, passphrase(PASSPHRASE));
        cut += usize::from(block_on(session.revoke(&way, gone, &words, &mut rng(6), NOW)).is_err());
        came_about += usize::from(assert_whole(&one, &mut two, &mut other, &relay));
    }
    assert!(cut >= 2 && came_about > 0, "{cut} were cut short, {came_about} came about");
}

#[test]
fn a_revocation_that_took_too_long_is_taken_back_here_and_sent_nowhere() {
    let (mut one, mut two, mut other, _, relay) = three();
    let gone = id(&mut two);
    relay.fault(Fault::LoseRequest { of: "/credential" });
    assert!(matches!(revoke(&mut one, &relay, gone), Err(RemoteError::Unreachable(_))));
    relay.fault(Fault::None);
    let late = vault::model::Timestamp(NOW.0 + 601_000);
    relay.at(late);
    let way = Relay { transport: &relay, origin: ORIGIN };
    assert_eq!(block_on(one.session.sync(&way, &mut one.rng, late)), Err(RemoteError::Expired));
    relay.at(NOW);
    assert!(!assert_whole(&one, &mut two, &mut other, &relay));
}

#[test]
fn devices_are_called_what_a_person_calls_them_on_every_device() {
    let (mut one, mut two, mut other, _, relay) = three();
    let (first, second) = (id(&mut one), id(&mut two));
    let name = |device: &mut Device, id, text: &str| {
        block_on(device.session.name_device(id, text, &mut device.rng, NOW))
    };
    assert!(rows(&mut one).iter().all(|row| row.name.is_none()));
    assert_eq!(name(&mut one, first, "Laptop"), Ok(()));
    assert_eq!(name(&mut two, second, "Desktop"), Ok(()));
    // Both call the same device something.
    assert_eq!(name(&mut other, first, "Old laptop"), Ok(()));
    for bad in ["", &"x".repeat(65)] {
        assert_eq!(name(&mut one, first, bad), Err(Error::TooMuch));
    }
    assert_eq!(name(&mut one, DeviceId::new([9; 16]), "Nobody's"), Err(Error::Gone));
    for _ in 0..2 {
        all_together([&mut one, &mut two, &mut other], &relay);
    }
    let names = |device: &mut Device| -> Vec<Option<String>> {
        rows(device).into_iter().map(|row| row.name).collect()
    };
    let all = names(&mut one);
    assert_eq!(all[1..], [Some("Desktop".to_owned()), None]);
    assert!(all[0].as_deref() == Some("Laptop") || all[0].as_deref() == Some("Old laptop"));
    assert_eq!(names(&mut two), all);
    assert_eq!(names(&mut other), all);
    assert_eq!(names(&mut one.reopened()), all);
    // A name goes on through a renewal of all keys.
    let gone = id(&mut other);
    drop(revoke(&mut one, &relay, gone).unwrap());
    assert_eq!(name(&mut one, first, "Work laptop"), Ok(()));
    together(&mut one, &relay);
    together(&mut two, &relay);
    assert_eq!(names(&mut two)[..2], [Some("Work laptop".to_owned()), Some("Desktop".to_owned())]);
    assert!(!relay.everything().iter().any(|row| row.windows(6).any(|part| part == b"laptop")));
}

#[test]
fn each_device_hears_of_a_new_one_once() {
    let (mut one, mut two, mut other, _, relay) = three();
    let known = |device: &mut Device| block_on(device.session.know_devices(&mut device.rng)).unwrap();
    let (second, third) = (id(&mut two), id(&mut other));
    let mut heard = one.session.new_devices();
    heard.sort_by_key(|id| *id.as_bytes());
    let mut both = vec![second, third];
    both.sort_by_key(|id| *id.as_bytes());
    assert_eq!(heard, both);
    assert_eq!(two.session.new_devices(), [third], "it was there before the third");
    assert_eq!(
        other.session.new_devices(),
        [second],
        "the second came into the log after the third had read it"
    );
    known(&mut one);
    assert_eq!(one.session.new_devices(), []);
    assert_eq!(one.reopened().session.new_devices(), []);
    let fourth = enrol(&one, &relay, PASSPHRASE, 79).map(|mut device| {
        together(&mut device, &relay);
        id(&mut device)
    });
    together(&mut one, &relay);
    assert_eq!(one.session.new_devices(), [fourth.unwrap()]);
}

#[test]
fn what_a_revoked_device_could_read_is_told_at_any_time_with_the_trash_and_what_others_bring_later() {
    let (mut one, mut two, mut other, dev, relay) = three();
    let readable = |device: &mut Device, id| {
        let secrets = block_on(device.session.readable_by(id)).unwrap();
        let model = device.session.model();
        let name = |id| model.overview(id).or_else(|| model.deleted(id)).unwrap().as_secret().unwrap();
        let mut names: Vec<String> =
            secrets.into_iter().map(|id| name(id).details.name.to_string()).collect();
        names.sort();
        names
    };
    one.set(dev, "IN_THE_TRASH", "canary-trash");
    let secret = one.secret(dev, "IN_THE_TRASH");
    one.apply(Change::DeleteSecret { secret }).unwrap();
    together(&mut one, &relay);
    // The other's is at the relay, and not on the device that revokes.
    other.set(dev, "UNPULLED", "canary-unpulled");
    together(&mut other, &relay);
    let gone = id(&mut two);
    drop(revoke(&mut one, &relay, gone).unwrap());
    let at_once = ["IN_THE_TRASH", "STRIPE_SECRET_KEY"];
    assert_eq!(readable(&mut one, gone), at_once);
    for _ in 0..2 {
        all_together([&mut one, &mut other], &relay);
    }
    one.set(dev, "LATER", "canary-later");
    let stripe = one.set(dev, "STRIPE_SECRET_KEY", "canary-replaced");
    assert!(stripe.act.is_some());
    all_together([&mut one, &mut other], &relay);
    let until_then = ["IN_THE_TRASH", "STRIPE_SECRET_KEY", "UNPULLED"];
    for device in [&mut one, &mut other] {
        assert_eq!(readable(device, gone), until_then);
        let own = id(device);
        assert_eq!(
            readable(device, own).len(),
            until_then.len() + 1,
            "the control: who is not revoked reads all"
        );
    }
    assert_eq!(readable(&mut one.reopened(), gone), until_then);
}
