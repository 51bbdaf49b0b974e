//! Another passphrase and another kit at the relay: wherever it is cut short, one of the two is in force, here and there.

use vault::memory::MemoryStore;
use vault::session::{Error, Relay, RemoteError, Session};

use crate::account::{connected, enrol};
use crate::ending::End;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase};
use crate::together;

pub(crate) const OTHER: &str = "another passphrase of some length";

pub(crate) fn change(
    device: &mut Device,
    relay: &InProcess,
    [current, new]: [&str; 2],
) -> Result<(), RemoteError> {
    let way = Relay { transport: relay, origin: ORIGIN };
    let words = (passphrase(current), passphrase(new));
    block_on(device.session.change_passphrase_at(&way, (&words.0, &words.1), &mut device.rng, NOW))
}

pub(crate) fn unlocks(device: &Device, words: &str) -> Option<Session<MemoryStore>> {
    match block_on(Session::unlock(device.store.clone(), &passphrase(words))) {
        Ok(session) => Some(session),
        Err(Error::WrongPassphrase) => None,
        Err(other) => panic!("{other:?}"),
    }
}

/// With one of the two this device opens and another comes in; once the relay was asked, it is the same one, and the only one.
fn assert_one_is_in_force(device: &Device, relay: &InProcess) {
    let opened = [PASSPHRASE, OTHER].map(|words| unlocks(device, words));
    let session = opened.into_iter().flatten().next().unwrap();
    let mut again = Device { session, store: device.store.clone(), kit: None, rng: crate::support::rng(9) };
    match crate::sync(&mut again, relay) {
        Ok(_) | Err(RemoteError::Expired) => together(&mut again, relay),
        Err(other) => panic!("{other:?}"),
    };
    let here = [PASSPHRASE, OTHER].map(|words| unlocks(device, words).is_some());
    let there = [PASSPHRASE, OTHER].map(|words| enrol(device, relay, words, 77).is_ok());
    assert_eq!(here, there);
    assert!(here == [true, false] || here == [false, true], "{here:?}");
}

#[test]
fn another_passphrase_is_in_force_here_and_there_and_the_old_one_is_not() {
    let (mut one, _, relay) = connected();
    assert_eq!(
        change(&mut one, &relay, ["not this one", OTHER]),
        Err(RemoteError::Vault(Error::WrongPassphrase))
    );
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), Ok(()));
    assert!(unlocks(&one, PASSPHRASE).is_none());
    assert!(unlocks(&one, OTHER).is_some());
    assert!(matches!(enrol(&one, &relay, PASSPHRASE, 77), Err(RemoteError::WrongCode)));
    let mut two = enrol(&one, &relay, OTHER, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    // A backup opens with the new one.
    let file = block_on(one.session.backup(&mut one.rng)).unwrap();
    let setup = crypto::SetupCode::from_text(one.kit.as_ref().unwrap().setup.as_str()).unwrap();
    let (words, mut rng) = (passphrase(OTHER), crate::support::rng(5));
    let code = vault::backup::Code::Setup(&setup, &words);
    let restored =
        Session::restore(MemoryStore::new(), &file, &code, &words, crypto::KdfId::Test, &mut rng, NOW);
    assert!(block_on(restored).is_ok());
}

#[test]
fn wherever_a_request_or_an_answer_is_lost_one_passphrase_is_in_force() {
    let mut cut = 0;
    for fault in (0..12).flat_map(|after| [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }]) {
        let (mut one, _, relay) = connected();
        relay.fault(fault);
        cut += usize::from(change(&mut one, &relay, [PASSPHRASE, OTHER]).is_err());
        relay.fault(Fault::None);
        assert_one_is_in_force(&one, &relay);
    }
    assert!(cut > 8, "the control: {cut} were cut short");
}

#[test]
fn wherever_the_store_takes_no_more_one_passphrase_is_in_force() {
    let mut cut = 0;
    for end in End::within(5) {
        let (one, _, relay) = connected();
        let mut session = end.session(&one);
        let way = Relay { transport: &relay, origin: ORIGIN };
        let words = (passphrase(PASSPHRASE), passphrase(OTHER));
        let mut rng = crate::support::rng(6);
        let changed = block_on(session.change_passphrase_at(&way, (&words.0, &words.1), &mut rng, NOW));
        cut += usize::from(changed.is_err());
        assert_one_is_in_force(&one, &relay);
    }
    assert!((1..10).contains(&cut), "the control: {cut} were cut short");
}

#[test]
fn a_change_that_took_too_long_leaves_the_vault_connected_and_as_it_was() {
    let (mut one, _, relay) = connected();
    relay.fault(Fault::LoseRequest { of: "/credential" });
    assert!(matches!(change(&mut one, &relay, [PASSPHRASE, OTHER]), Err(RemoteError::Unreachable(_))));
    relay.fault(Fault::None);
    assert!(unlocks(&one, PASSPHRASE).is_some() && unlocks(&one, OTHER).is_some(), "not known yet");
    let standing = one.session.standing().unwrap();
    assert_eq!((standing.is_pending, standing.waiting), (true, 1));
    let late = vault::model::Timestamp(NOW.0 + 601_000);
    relay.at(late);
    let way = Relay { transport: &relay, origin: ORIGIN };
    assert_eq!(block_on(one.session.sync(&way, &mut one.rng, late)), Err(RemoteError::Expired));
    assert_eq!(one.session.connected(), Some(ORIGIN));
    assert!(unlocks(&one, PASSPHRASE).is_some() && unlocks(&one, OTHER).is_none());
    // Nobody waited for that answer: it is said until somebody read it.
    let is_dropped = |device: &Device| device.session.standing().unwrap().is_dropped;
    assert!(block_on(one.session.sync(&way, &mut one.rng, late)).is_ok());
    assert!(is_dropped(&one) && is_dropped(&one.reopened()));
    block_on(one.session.know_dropped(&mut one.rng)).unwrap();
    assert!(!is_dropped(&one) && !is_dropped(&one.reopened()));
}

#[test]
fn of_two_changes_at_once_the_first_is_in_force_and_the_other_leaves_nothing() {
    let (mut one, _, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    relay.fault(Fault::LoseRequest { of: "/credential" });
    assert!(change(&mut one, &relay, [PASSPHRASE, OTHER]).is_err());
    relay.fault(Fault::None);
    let third = "a third passphrase of some length";
    assert_eq!(change(&mut two, &relay, [PASSPHRASE, third]), Ok(()));
    assert!(unlocks(&one, OTHER).is_some(), "not known yet");
    assert_eq!(crate::sync(&mut one, &relay), Err(RemoteError::Expired));
    assert!(unlocks(&one, OTHER).is_none() && unlocks(&one, PASSPHRASE).is_some());
    together(&mut one, &relay);
    assert!(enrol(&one, &relay, third, 78).is_ok());
    assert!(enrol(&one, &relay, OTHER, 78).is_err());
}

#[test]
fn a_kit_that_nobody_was_told_of_is_asked_for_again() {
    let (mut one, _, relay) = connected();
    let words = passphrase(PASSPHRASE);
    let way = Relay { transport: &relay, origin: ORIGIN };
    relay.fault(Fault::LoseAnswerOf { of: "/credential" });
    assert!(block_on(one.session.kit_at(&way, &words, &mut one.rng, NOW)).is_err());
    relay.fault(Fault::None);
    together(&mut one, &relay);
    // It is said before anything else is tried, and until there is one.
    let lacks_kit = |device: &Device| device.session.standing().unwrap().lacks_kit;
    assert!(lacks_kit(&one) && lacks_kit(&one.reopened()));
    let needs_kit = Err(RemoteError::Vault(Error::NeedsKit));
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), needs_kit);
    // Nor is one that came here and that nobody said they have.
    assert!(block_on(one.session.kit_at(&way, &words, &mut one.rng, NOW)).is_ok());
    together(&mut one, &relay);
    assert!(lacks_kit(&one) && lacks_kit(&one.reopened()));
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), needs_kit);
    block_on(one.session.know_kit(&mut one.rng)).unwrap();
    assert!(!lacks_kit(&one) && !lacks_kit(&one.reopened()));
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), Ok(()));
}

#[test]
fn another_kit_is_named_at_the_relay_and_opens_backups() {
    let (mut one, _, relay) = connected();
    let old = one.kit.take().unwrap();
    let way = Relay { transport: &relay, origin: ORIGIN };
    let words = passphrase(PASSPHRASE);
    let kit = block_on(one.session.kit_at(&way, &words, &mut one.rng, NOW)).unwrap();
    assert_eq!(kit.setup.as_str(), old.setup.as_str());
    let file = block_on(one.session.backup(&mut one.rng)).unwrap();
    let restores = |text: &str| {
        let key = crypto::RecoveryKey::from_text(text).unwrap();
        let code = vault::backup::Code::Recovery(&key);
        let mut rng = crate::support::rng(5);
        let kdf = crypto::KdfId::Test;
        block_on(Session::restore(MemoryStore::new(), &file, &code, &words, kdf, &mut rng, NOW)).is_ok()
    };
    assert!(!restores(old.recovery.as_str()));
    assert!(restores(kit.recovery.as_str()));
    one.kit = Some(kit);
    assert!(enrol(&one, &relay, PASSPHRASE, 77).is_ok());
}
