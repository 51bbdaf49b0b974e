//! Connecting a vault to a relay, and opening it on another device from there.

use crypto::{KdfId, SetupCode};
use vault::memory::MemoryStore;
use vault::model::Timestamp;
use vault::session::{Error, Relay, RemoteError, Session, Synced};

use crate::relay::{Fault, InProcess, ORIGIN, UNTRUE};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::{assert_alike_but_for, together};

pub(crate) fn connect(device: &mut Device, relay: &InProcess, words: &str) -> Result<(), RemoteError> {
    let way = Relay { transport: relay, origin: ORIGIN };
    block_on(device.session.connect(&way, &passphrase(words), &mut device.rng, NOW))
}

/// Opens the account of `first`'s kit on another device.
pub(crate) fn enrol(
    first: &Device,
    relay: &InProcess,
    words: &str,
    seed: u64,
) -> Result<Device, RemoteError> {
    enrol_at(first, (relay, ORIGIN), words, seed)
}

/// The same at a relay of that name.
pub(crate) fn enrol_at(
    first: &Device,
    (relay, origin): (&InProcess, &str),
    words: &str,
    seed: u64,
) -> Result<Device, RemoteError> {
    let kit = first.kit.as_ref().unwrap();
    let code = SetupCode::from_text(kit.setup.as_str()).unwrap();
    let (store, mut rng, words) = (MemoryStore::new(), rng(seed), passphrase(words));
    let way = Relay { transport: relay, origin };
    let enrolled = Session::enrol(store.clone(), &code, &words, &way, &mut rng, NOW);
    Ok(Device { session: block_on(enrolled)?, store, kit: None, rng })
}

/// A connected device with a project, and the relay.
pub(crate) fn connected() -> (Device, vault::ObjectId, InProcess) {
    let (mut one, relay) = (Device::new(), InProcess::empty());
    let dev = one.project("shop-api");
    one.set(dev, "STRIPE_SECRET_KEY", "canary-value-one");
    assert_eq!(one.session.connected(), None);
    connect(&mut one, &relay, PASSPHRASE).unwrap();
    together(&mut one, &relay);
    (one, dev, relay)
}

#[test]
fn a_second_device_comes_from_setup_code_and_passphrase_and_both_go_on() {
    let (mut one, dev, relay) = connected();
    assert_eq!(one.session.connected(), Some(ORIGIN));
    assert_eq!(one.reopened().session.connected(), Some(ORIGIN));
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    assert_eq!(two.session.connected(), Some(ORIGIN));
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    let secret = two.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(two.value(secret), "canary-value-one");
    two.set(dev, "FROM_TWO", "canary-two");
    together(&mut two, &relay);
    together(&mut one, &relay);
    one.set(dev, "FROM_ONE", "canary-one");
    together(&mut one, &relay);
    together(&mut two, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    // A third from the same code, after the second.
    let mut three = enrol(&one, &relay, PASSPHRASE, 78).unwrap();
    together(&mut three, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &three, PASSPHRASE);
}

#[test]
fn a_wrong_passphrase_code_and_account_are_told_alike_and_store_nothing() {
    let (one, _, relay) = connected();
    let kit = one.kit.as_ref().unwrap();
    let code = |change: fn(&mut SetupCode)| {
        let mut code = SetupCode::from_text(kit.setup.as_str()).unwrap();
        change(&mut code);
        code
    };
    let way = Relay { transport: &relay, origin: ORIGIN };
    let attempts: [(SetupCode, &str); 3] = [
        (code(|_| ()), "another passphrase"),
        (code(|code| code.secret_key = crypto::SecretKey::from_bytes(&mut [9; 16])), PASSPHRASE),
        (code(|code| code.account = [9; 16]), PASSPHRASE),
    ];
    for (code, words) in attempts {
        let store = MemoryStore::new();
        let enrolled =
            block_on(Session::enrol(store.clone(), &code, &passphrase(words), &way, &mut rng(5), NOW));
        assert_eq!(enrolled.map(drop), Err(RemoteError::WrongCode));
        assert!(matches!(block_on(Session::unlock(store, &passphrase(words))), Err(Error::NoVault)));
    }
    assert!(enrol(&one, &relay, PASSPHRASE, 77).is_ok(), "the control");
}

#[test]
fn a_passphrase_that_is_not_this_vaults_registers_nothing() {
    let (mut one, relay) = (Device::new(), InProcess::empty());
    let wrong = connect(&mut one, &relay, "another passphrase");
    assert_eq!(wrong, Err(RemoteError::Vault(Error::WrongPassphrase)));
    assert_eq!(one.session.connected(), None);
    assert!(relay.everything().is_empty());
}

#[test]
fn wherever_an_answer_is_lost_the_account_is_connected_in_the_end_and_nothing_twice() {
    for after in 0..12 {
        let (mut one, relay) = (Device::new(), InProcess::empty());
        let dev = one.project("shop-api");
        one.set(dev, "STRIPE_SECRET_KEY", "canary-value-one");
        relay.fault(Fault::LoseAnswer { after });
        let first = connect(&mut one, &relay, PASSPHRASE);
        relay.fault(Fault::None);
        let mut one = Device { kit: one.kit.take(), ..one.reopened() };
        if first.is_err() && one.session.connected().is_none() {
            connect(&mut one, &relay, PASSPHRASE).unwrap();
        }
        together(&mut one, &relay);
        assert_eq!(one.session.connected(), Some(ORIGIN), "{after}");
        let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
        together(&mut two, &relay);
        together(&mut one, &relay);
        assert_alike_but_for(&one, &two, PASSPHRASE);
    }
}

#[test]
fn a_registration_that_took_too_long_is_over_and_the_next_one_is_not() {
    let (mut one, relay) = (Device::new(), InProcess::empty());
    relay.fault(Fault::LoseRequest { of: "/credential" });
    assert!(matches!(connect(&mut one, &relay, PASSPHRASE), Err(RemoteError::Unreachable(_))));
    relay.fault(Fault::None);
    let late = Timestamp(NOW.0 + 601_000);
    relay.at(late);
    let way = Relay { transport: &relay, origin: ORIGIN };
    assert_eq!(block_on(one.session.sync(&way, &mut one.rng, late)), Err(RemoteError::Expired));
    assert_eq!(one.session.connected(), None);
    let words = passphrase(PASSPHRASE);
    assert_eq!(block_on(one.session.connect(&way, &words, &mut one.rng, late)), Ok(()));
    assert!(block_on(one.session.sync(&way, &mut one.rng, late)).is_ok());
}

#[test]
fn passphrase_and_kit_are_not_replaced_on_one_side_alone() {
    let (mut one, _, _) = connected();
    let (words, other) = (passphrase(PASSPHRASE), passphrase("another passphrase"));
    let changed = block_on(one.session.change_passphrase(&words, &other, &mut one.rng));
    assert_eq!(changed, Err(Error::Connected));
    assert_eq!(block_on(one.session.kit(&words, &mut one.rng)).map(drop), Err(Error::Connected));
}

#[test]
fn what_came_from_a_backup_by_the_setup_code_needs_a_new_kit_first() {
    let mut one = Device::new();
    let file = block_on(one.session.backup(&mut one.rng)).unwrap();
    let setup = SetupCode::from_text(one.kit.as_ref().unwrap().setup.as_str()).unwrap();
    let (store, mut rng, words) = (MemoryStore::new(), rng(77), passphrase(PASSPHRASE));
    let code = vault::backup::Code::Setup(&setup, &words);
    let restored = Session::restore(store.clone(), &file, &code, &words, KdfId::Test, &mut rng, NOW);
    let mut two = Device { session: block_on(restored).unwrap(), store, kit: None, rng };
    let relay = InProcess::empty();
    assert_eq!(connect(&mut two, &relay, PASSPHRASE), Err(Error::NeedsKit.into()));
    assert!(relay.everything().is_empty());
    block_on(two.session.kit(&words, &mut two.rng)).unwrap();
    assert_eq!(connect(&mut two, &relay, PASSPHRASE), Ok(()));
}

#[test]
fn a_relay_that_lost_its_credentials_is_registered_at_again() {
    let (mut one, _, _) = connected();
    let anew = InProcess::empty();
    assert!(matches!(enrol(&one, &anew, PASSPHRASE, 77), Err(RemoteError::WrongCode)));
    connect(&mut one, &anew, PASSPHRASE).unwrap();
    together(&mut one, &anew);
    assert!(enrol(&one, &anew, PASSPHRASE, 77).is_ok());
}

#[test]
fn a_relay_with_another_key_is_connected_to_where_a_person_was_told_and_every_device_goes_by_that() {
    let (mut one, _, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    // It lost all that it had, and its secret.
    let anew = InProcess::with_secret([8; 32]);
    assert_eq!(connect(&mut one, &anew, PASSPHRASE), Err(RemoteError::OtherRelay));
    let (way, words) = (Relay { transport: &anew, origin: ORIGIN }, passphrase(PASSPHRASE));
    block_on(one.session.connect_by_other_key(&way, &words, &mut one.rng, NOW)).unwrap();
    together(&mut one, &anew);
    assert!(enrol(&one, &anew, PASSPHRASE, 78).is_ok());

    together(&mut two, &anew);
    for device in [&mut one, &mut two] {
        assert_eq!(connect(device, &anew, PASSPHRASE), Ok(()));
        together(device, &anew);
        assert_eq!(connect(device, &relay, PASSPHRASE), Err(RemoteError::OtherRelay), "the key that is over");
    }
}

#[test]
fn connecting_again_replaces_the_credential_by_a_sign_in_with_it() {
    let (mut one, _, relay) = connected();
    connect(&mut one, &relay, PASSPHRASE).unwrap();
    together(&mut one, &relay);
    assert!(enrol(&one, &relay, PASSPHRASE, 77).is_ok());
}

#[test]
fn another_relay_under_the_same_name_is_noticed() {
    let (mut one, _, _) = connected();
    let other = InProcess::with_secret([8; 32]);
    assert_eq!(connect(&mut one, &other, PASSPHRASE), Err(RemoteError::OtherRelay));
    assert_eq!(one.session.connected(), Some(ORIGIN));
}

#[test]
fn what_a_relay_serves_to_a_new_device_is_verified() {
    let (one, _, relay) = connected();
    // The last commit of the account's log has no blobs; those of the vault are by pages.
    let faults = UNTRUE.into_iter().filter(|fault| *fault != Fault::DropBlobs);
    for fault in faults.chain([Fault::SwapWraps]) {
        relay.fault(fault);
        assert!(matches!(enrol(&one, &relay, PASSPHRASE, 77), Err(RemoteError::Untrue)), "{fault:?}");
    }
    relay.fault(Fault::None);
    assert!(enrol(&one, &relay, PASSPHRASE, 77).is_ok(), "the control");
}

#[test]
fn the_relay_holds_neither_passphrase_nor_code_nor_what_they_make() {
    let (one, _, relay) = connected();
    let kit = one.kit.as_ref().unwrap();
    let code = SetupCode::from_text(kit.setup.as_str()).unwrap();
    let mut memory = crypto::KdfMemory::reserve(KdfId::Test).unwrap();
    let key =
        crypto::AccountKey::derive(&passphrase(PASSPHRASE), &mut memory, &code.secret_key, code.account);
    let rows = relay.everything();
    let holds =
        |needle: &[u8]| rows.iter().any(|row| row.windows(needle.len()).any(|window| window == needle));
    assert!(!holds(PASSPHRASE.as_bytes()));
    assert!(!holds(code.secret_key.secret().expose()));
    assert!(!holds(key.login_secret(ORIGIN).expose()));
    assert!(holds(&code.account), "the control");
}

#[test]
fn a_relay_that_takes_back_what_it_acknowledged_and_goes_on_otherwise_is_noticed() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let other = relay.copy();
    one.set(dev, "ACKNOWLEDGED", "canary-one");
    together(&mut one, &relay);
    two.set(dev, "INSTEAD", "canary-two");
    together(&mut two, &other);
    let (before, there) = (one.contents(), other.commits());
    for _ in 0..2 {
        assert_eq!(crate::sync(&mut one, &other), Ok(Synced::Apart));
        assert!(one.contents() == before, "what this device has stays");
        assert_eq!(other.commits(), there, "and nothing of it is sent");
        one = Device { kit: one.kit.take(), ..one.reopened() };
    }
    // More on top of it changes nothing.
    two.set(dev, "MORE", "canary-two");
    together(&mut two, &other);
    assert_eq!(crate::sync(&mut one, &other), Ok(Synced::Apart));
    // The control: a device that had nothing acknowledged beyond the fork goes on with either.
    let mut three = enrol(&one, &other, PASSPHRASE, 78).unwrap();
    together(&mut three, &other);
    three.set(dev, "THREE", "canary-three");
    together(&mut two, &other);
    two.set(dev, "FOUR", "canary-four");
    together(&mut two, &other);
    together(&mut three, &other);
}

#[test]
fn a_relay_restored_from_an_old_copy_is_caught_up_by_who_is_connected_to_it() {
    let (mut one, dev, relay) = connected();
    let old = relay.copy();
    one.set(dev, "LATER", "canary-later");
    together(&mut one, &relay);
    assert_eq!(together(&mut one, &old), (0, 1));
    assert_eq!(old.commits(), relay.commits());
    assert!(enrol(&one, &old, PASSPHRASE, 77).is_ok(), "its credential is the one that it had");
}

#[test]
fn two_devices_that_enrol_at_once_both_come_in() {
    let (mut one, _, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    let mut three = enrol(&one, &relay, PASSPHRASE, 78).unwrap();
    for device in [&mut two, &mut three, &mut one] {
        together(device, &relay);
    }
    together(&mut two, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_alike_but_for(&one, &three, PASSPHRASE);
    assert_eq!(together(&mut three, &relay), (0, 0));
}

#[test]
fn what_a_relay_acknowledged_binds_it_though_the_sync_was_cut_short() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let other = relay.copy();
    two.set(dev, "INSTEAD", "canary-two");
    together(&mut two, &other);
    one.set(dev, "ACKNOWLEDGED", "canary-one");
    // Two pulls and the append come through; the pull that would have ended it does not.
    relay.fault(Fault::LoseRequestAfter { after: 3 });
    assert!(matches!(crate::sync(&mut one, &relay), Err(RemoteError::Unreachable(_))));
    relay.fault(Fault::None);
    assert_eq!(relay.commits().len(), other.commits().len(), "it was kept");
    assert_eq!(crate::sync(&mut one, &other), Ok(Synced::Apart));
}

#[test]
fn nothing_is_put_over_what_another_device_wrote_and_the_relay_withholds() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    two.set(dev, "STRIPE_SECRET_KEY", "canary-of-two");
    together(&mut two, &relay);
    one.set(dev, "STRIPE_SECRET_KEY", "canary-of-one");
    let (before, there) = (one.contents(), relay.commits());
    relay.fault(Fault::Withhold);
    assert_eq!(crate::sync(&mut one, &relay), Err(RemoteError::Untrue));
    assert!(one.contents() == before && relay.commits() == there);
    relay.fault(Fault::None);
    together(&mut one, &relay);
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(one.value(secret), "canary-of-two");
    let beside = block_on(one.session.alternatives(secret)).unwrap();
    assert_eq!(beside.iter().map(|it| it.value.expose()).collect::<Vec<_>>(), ["canary-of-one"]);
}

#[test]
fn a_relay_that_acknowledges_and_keeps_nothing_is_left() {
    let (mut one, dev, relay) = connected();
    one.set(dev, "A", "canary-a");
    one.set(dev, "B", "canary-b");
    relay.fault(Fault::Forget);
    assert_eq!(crate::sync(&mut one, &relay), Err(RemoteError::Untrue));
    relay.fault(Fault::None);
    assert_eq!(together(&mut one, &relay), (0, 2), "the control");
}
