//! Coming back with the recovery key, where the passphrase is lost and only a relay has the vault.

use crypto::{KdfId, RecoveryKey};
use vault::backup::Code;
use vault::kit::Kit;
use vault::memory::MemoryStore;
use vault::model::Timestamp;
use vault::session::{Error, Pace, Relay, RemoteError, Session};

use crate::account::{connected, enrol};
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::{assert_alike_but_for, sync, together};

const NEW: &str = "another passphrase of some length";

/// Goes on.
struct OnAndOn;

impl Pace for OnAndOn {
    async fn goes_on(&mut self, _: usize, _: usize) -> bool {
        true
    }
}

/// Recovers the account of a kit in `store`, with the passphrase [`NEW`].
fn recover_in(
    store: &MemoryStore,
    (key, seed): (&RecoveryKey, u64),
    relay: &InProcess,
    now: Timestamp,
) -> Result<Device, RemoteError> {
    let (mut rng, words, way) = (rng(seed), passphrase(NEW), Relay { transport: relay, origin: ORIGIN });
    let code = (key, &words, KdfId::Test);
    let mut pace = OnAndOn;
    let recovered = Session::recover(store.clone(), code, &way, &mut pace, &mut rng, now);
    let (session, kit) = block_on(recovered)?;
    Ok(Device { session, store: store.clone(), kit: kit.ok(), rng })
}

fn recover(kit: &Kit, relay: &InProcess) -> Result<Device, RemoteError> {
    recover_in(&MemoryStore::new(), (&key(kit), 91), relay, NOW)
}

fn key(kit: &Kit) -> RecoveryKey {
    RecoveryKey::from_text(kit.recovery.as_str()).unwrap()
}

#[test]
fn a_vault_comes_back_by_the_recovery_key_with_another_passphrase_and_kit() {
    let (mut one, dev, relay) = connected();
    let kit = one.kit.take().unwrap();
    // An hour fast: the relay's clock counts.
    let back = recover_in(&MemoryStore::new(), (&key(&kit), 90), &relay, Timestamp(NOW.0 + 3_600_000));
    let mut back = back.unwrap();
    together(&mut back, &relay);
    let secret = back.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(back.value(secret), "canary-value-one");
    together(&mut one, &relay);
    one.set(dev, "LATER", "canary-later");
    together(&mut one, &relay);
    together(&mut back, &relay);
    assert!(back.contents() == one.contents());
    assert!(block_on(Session::unlock(back.store.clone(), &passphrase(NEW))).is_ok());

    let new = back.kit.take().unwrap();
    assert_eq!(new.setup.as_str(), kit.setup.as_str());
    assert_ne!(new.recovery.as_str(), kit.recovery.as_str());
    assert_eq!(recover(&kit, &relay).map(drop), Err(RemoteError::WrongCode), "it was for once");
    one.kit = Some(new);
    assert!(matches!(enrol(&one, &relay, PASSPHRASE, 77), Err(RemoteError::WrongCode)));
    let mut other = enrol(&one, &relay, NEW, 77).unwrap();
    together(&mut other, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &other, NEW);

    // The first device, which made the kit before, writes backups for the new one.
    let file = block_on(one.session.backup(&mut one.rng)).unwrap();
    let opens = |kit: &Kit| {
        let key = key(kit);
        let (code, words, mut rng) = (Code::Recovery(&key), passphrase(NEW), rng(5));
        let store = MemoryStore::new();
        block_on(Session::restore(store, &file, &code, &words, KdfId::Test, &mut rng, NOW)).is_ok()
    };
    assert!(opens(one.kit.as_ref().unwrap()) && !opens(&kit));
}

#[test]
fn a_recovery_that_was_not_ended_in_time_is_said_and_ended_by_its_key_later() {
    let (mut one, _, relay) = connected();
    let (kit, store) = (one.kit.take().unwrap(), MemoryStore::new());
    relay.fault(Fault::LoseRequest { of: "/registration" });
    let mut back = recover_in(&store, (&key(&kit), 90), &relay, NOW).unwrap();
    assert!(back.kit.is_none());
    relay.fault(Fault::None);
    let late = Timestamp(NOW.0 + 601_000);
    relay.at(late);
    let (way, words) = (Relay { transport: &relay, origin: ORIGIN }, passphrase(NEW));
    assert!(block_on(back.session.sync(&way, &mut back.rng, late)).is_ok());
    // The account has the passphrase from before: that stands there, also after the vault was opened again.
    let is_refused = |session: &Session<MemoryStore>| session.standing().unwrap().is_refused;
    let again = block_on(Session::unlock(back.store.clone(), &words)).unwrap();
    assert!(is_refused(&back.session) && is_refused(&again));
    let made = block_on(back.session.kit_at(&way, &words, &mut back.rng, late));
    assert_eq!(made.map(drop), Err(RemoteError::OtherPassphrase));
    let other = RecoveryKey::generate(*key(&kit).account(), &mut rng(9));
    let made = block_on(back.session.kit_by(&way, (&other, &words), &mut back.rng, late));
    assert_eq!(made.map(drop), Err(RemoteError::WrongCode), "the control");
    let made = block_on(back.session.kit_by(&way, (&key(&kit), &words), &mut back.rng, late)).unwrap();
    block_on(back.session.know_kit(&mut back.rng)).unwrap();
    assert!(!is_refused(&back.session));
    assert!(block_on(back.session.sync(&way, &mut back.rng, late)).is_ok());
    back.kit = Some(made);
    assert!(enrol(&back, &relay, NEW, 77).is_ok());
    assert_eq!(recover(&kit, &relay).map(drop), Err(RemoteError::WrongCode), "it was for once");
}

#[test]
fn a_key_of_no_account_there_recovers_nothing_and_stores_nothing() {
    let (one, _, relay) = connected();
    let kit = one.kit.as_ref().unwrap();
    let of = |account| RecoveryKey::generate(account, &mut rng(9));
    let cases = [(of([9; 16]), &relay), (of(*key(kit).account()), &relay), (key(kit), &InProcess::empty())];
    for (key, relay) in &cases {
        let store = MemoryStore::new();
        assert_eq!(recover_in(&store, (key, 91), relay, NOW).map(drop), Err(RemoteError::WrongCode));
        assert!(matches!(block_on(Session::unlock(store, &passphrase(NEW))), Err(Error::NoVault)));
    }
    assert!(recover(kit, &relay).is_ok(), "the control");
}

#[test]
fn wherever_a_request_or_an_answer_is_lost_the_kit_recovers_or_the_vault_is_there() {
    let (mut again, mut there) = (0, 0);
    for fault in (0..12).flat_map(|after| [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }]) {
        let (mut one, _, relay) = connected();
        let (kit, store) = (one.kit.take().unwrap(), MemoryStore::new());
        relay.fault(fault);
        let cut = recover_in(&store, (&key(&kit), 90), &relay, NOW);
        relay.fault(Fault::None);
        let mut back = cut.unwrap_or_else(|_| {
            again += 1;
            recover(&kit, &relay).unwrap()
        });
        if back.kit.is_none() {
            there += 1;
            assert!(block_on(Session::unlock(back.store.clone(), &passphrase(NEW))).is_ok(), "{fault:?}");
            let (way, words) = (Relay { transport: &relay, origin: ORIGIN }, passphrase(NEW));
            let kit = block_on(back.session.kit_at(&way, &words, &mut back.rng, NOW));
            back.kit = Some(kit.unwrap());
        }
        assert!(sync(&mut back, &relay).is_ok(), "{fault:?}");
        together(&mut one, &relay);
        together(&mut back, &relay);
        assert!(back.contents() == one.contents(), "{fault:?}");
        assert!(enrol(&back, &relay, NEW, 77).is_ok(), "{fault:?}");
    }
    assert!(again > 5 && there > 0, "{again} recovered again, {there} were there");
}
