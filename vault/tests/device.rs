//! A device's story over a store in memory: made, filled, locked, unlocked, changed, taken back, damaged.

mod support;

use support::{Device, block_on, passphrase};
use vault::change::Change;
use vault::locked::{Presence, presence};
use vault::memory::MemoryStore;
use vault::model::SecretValue;
use vault::session::{Error, Session};

#[test]
fn what_was_saved_is_there_after_unlocking() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "STRIPE_SECRET_KEY", "canary-value-one");
    let before = device.session.model().clone();
    let session = device.locked().unlock();
    assert!(session.model().same_contents(&before));
    let (_, binding) = session.model().own(dev, "STRIPE_SECRET_KEY").expect("bound");
    let values = block_on(session.values(&[binding.secret.expect("a secret")])).expect("values");
    assert_eq!(values, [Some(SecretValue::from("canary-value-one".to_owned()))]);
}

#[test]
fn another_passphrase_opens_nothing() {
    let device = Device::new();
    let store = device.session.lock();
    let wrong = block_on(Session::unlock(store.clone(), &passphrase("not this one")));
    assert_eq!(wrong.err(), Some(Error::WrongPassphrase));
    assert!(matches!(block_on(presence(&store)), Ok(Presence::Locked(_))));
}

#[test]
fn a_store_holds_one_vault() {
    let store = MemoryStore::new();
    assert_eq!(block_on(presence(&store)), Ok(Presence::Empty));
    let device = Device::over(store.clone());
    drop(device);
    let mut rng = support::rng(9);
    let passphrase = passphrase("second");
    let second = Session::create(store, &passphrase, crypto::KdfId::Test, &mut rng, support::NOW);
    assert_eq!(block_on(second).err(), Some(Error::VaultExists));
}

#[test]
fn two_sessions_lose_no_write() {
    let mut first = Device::new();
    let dev = first.project("shop-api");
    let mut second = first.another();
    first.set(dev, "A", "1");
    second.set(dev, "B", "2");
    first.set(dev, "C", "3");
    assert_eq!(block_on(second.session.refresh()), Ok(true));
    for device in [&first, &second] {
        let names: Vec<_> =
            device.session.model().bindings(dev).map(|(_, it)| it.variable.to_string()).collect();
        assert_eq!(names, ["A", "B", "C"], "{:?}", device.session);
    }
}

#[test]
fn a_refused_change_writes_nothing() {
    let mut device = Device::new();
    device.project("shop-api");
    let before = device.store.records();
    let refused = device.apply(Change::CreateProject { name: " ".into() });
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(device.store.records(), before);
}

#[test]
fn a_kit_has_both_codes_of_its_account() {
    let kit = Device::new().kit.expect("a new vault has a kit");
    let setup = crypto::SetupCode::from_text(kit.setup.as_str()).expect("a setup code");
    let recovery = crypto::RecoveryKey::from_text(kit.recovery.as_str()).expect("a recovery code");
    assert_eq!(setup.account, *recovery.account());
}
