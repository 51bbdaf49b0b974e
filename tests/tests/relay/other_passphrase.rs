//! The account's passphrase on a device that has the one before.

use vault::session::{Error, Relay, RemoteError, Session, Standing};

use crate::account::{connected, enrol};
use crate::ending::End;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase};
use crate::swap::{OTHER, change, unlocks};
use crate::{sync, together};

const THIRD: &str = "a third passphrase of some length";

/// Two devices, of which the first changed the passphrase.
fn changed() -> (Device, Device, InProcess) {
    let (mut one, _, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), Ok(()));
    (one, two, relay)
}

fn revoke(device: &mut Device, other: &Device, relay: &InProcess, words: &str) -> Result<(), RemoteError> {
    let (way, words) = (Relay { transport: relay, origin: ORIGIN }, passphrase(words));
    let revoked = device.session.revoke(&way, other.session.device(), &words, &mut device.rng, NOW);
    block_on(revoked).map(|kit| device.kit = Some(kit))
}

fn setup_code(device: &mut Device, relay: &InProcess, words: &str) -> Result<(), RemoteError> {
    let (way, words) = (Relay { transport: relay, origin: ORIGIN }, passphrase(words));
    block_on(device.session.setup_code(&way, &words, &mut device.rng, NOW)).map(drop)
}

fn standing(device: &Device) -> Standing<'_> {
    device.session.standing().unwrap()
}

const WRONG: Result<(), RemoteError> = Err(RemoteError::Vault(Error::WrongPassphrase));

#[test]
fn a_device_takes_the_passphrase_that_another_set_and_revokes_that_one_by_it() {
    let (one, mut two, relay) = changed();
    assert_eq!(revoke(&mut two, &one, &relay, PASSPHRASE), Err(RemoteError::OtherPassphrase));
    assert!(standing(&two).is_refused && standing(&two.reopened()).is_refused);
    assert_eq!(revoke(&mut two, &one, &relay, THIRD), WRONG);
    assert!(unlocks(&two, PASSPHRASE).is_some() && unlocks(&two, OTHER).is_none(), "nothing changed");
    assert_eq!(revoke(&mut two, &one, &relay, OTHER), Ok(()));
    assert!(!standing(&two).is_refused);
    assert!(unlocks(&two, PASSPHRASE).is_none() && unlocks(&two, OTHER).is_some());
    together(&mut two, &relay);
    let mut three = enrol(&two, &relay, OTHER, 78).unwrap();
    together(&mut three, &relay);
    // The one that was revoked is out.
    let mut one = one;
    assert_eq!(sync(&mut one, &relay).map(drop), Err(RemoteError::NotFound));
}

#[test]
fn whoever_types_the_accounts_passphrase_at_once_is_not_asked_for_another() {
    let (_, mut two, relay) = changed();
    let (way, words) = (Relay { transport: &relay, origin: ORIGIN }, passphrase(OTHER));
    let kit = block_on(two.session.kit_at(&way, &words, &mut two.rng, NOW)).unwrap();
    block_on(two.session.know_kit(&mut two.rng)).unwrap();
    assert!(unlocks(&two, PASSPHRASE).is_none() && unlocks(&two, OTHER).is_some());
    // Backups open with it too.
    let file = block_on(two.session.backup(&mut two.rng)).unwrap();
    let setup = crypto::SetupCode::from_text(kit.setup.as_str()).unwrap();
    let code = vault::backup::Code::Setup(&setup, &words);
    let mut rng = crate::support::rng(5);
    let store = vault::memory::MemoryStore::new();
    let restored = Session::restore(store, &file, &code, &words, crypto::KdfId::Test, &mut rng, NOW);
    assert!(block_on(restored).is_ok());
    assert_eq!(change(&mut two, &relay, [OTHER, THIRD]), Ok(()));
    two.kit = Some(kit);
    assert!(enrol(&two, &relay, THIRD, 78).is_ok());
}

#[test]
fn another_device_is_added_by_the_accounts_passphrase_alone() {
    let (mut one, mut two, relay) = changed();
    let asked = relay.asked();
    assert_eq!(setup_code(&mut one, &relay, OTHER), Ok(()));
    assert_eq!(relay.asked(), asked, "it knows");
    together(&mut two, &relay);
    assert_eq!(setup_code(&mut two, &relay, PASSPHRASE), Err(RemoteError::OtherPassphrase));
    assert_eq!(setup_code(&mut two, &relay, OTHER), Ok(()));
    assert!(unlocks(&two, OTHER).is_some());
}

#[test]
fn a_typing_error_costs_no_guess_where_the_passphrase_is_the_accounts() {
    let (mut one, _, relay) = connected();
    for _ in 0..9 {
        assert_eq!(setup_code(&mut one, &relay, THIRD), WRONG);
        assert_eq!(change(&mut one, &relay, [THIRD, OTHER]), WRONG);
    }
    assert_eq!(change(&mut one, &relay, [PASSPHRASE, OTHER]), Ok(()));
}

#[test]
fn wherever_taking_a_passphrase_is_cut_short_the_device_opens_and_takes_it_again() {
    let mut cut = 0;
    for fault in (0..10).flat_map(|after| [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }]) {
        let (_, mut two, relay) = changed();
        relay.fault(fault);
        cut += usize::from(setup_code(&mut two, &relay, OTHER).is_err());
        relay.fault(Fault::None);
        assert_eq!(
            [PASSPHRASE, OTHER]
                .map(|words| usize::from(unlocks(&two, words).is_some()))
                .iter()
                .sum::<usize>(),
            1
        );
        assert_eq!(setup_code(&mut two, &relay, OTHER), Ok(()));
        assert!(unlocks(&two, OTHER).is_some());
        together(&mut two, &relay);
    }
    assert!(cut > 4, "the control: {cut} were cut short");
    for end in End::within(4) {
        let (_, two, relay) = changed();
        let mut session = end.session(&two);
        let (way, words, mut rng) =
            (Relay { transport: &relay, origin: ORIGIN }, passphrase(OTHER), crate::support::rng(6));
        let shown = block_on(session.setup_code(&way, &words, &mut rng, NOW)).is_ok();
        let is_taken = unlocks(&two, OTHER).is_some();
        assert_eq!(unlocks(&two, PASSPHRASE).is_some(), !is_taken, "{end:?}");
        assert!(is_taken == shown || is_taken && end.one_more, "{end:?}");
    }
}
