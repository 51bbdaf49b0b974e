//! A vault that is founded anew out of a quarantine: all of it is there, under other keys, and at no relay.

use crypto::{KdfId, PrfOutput, RecoveryKey};
use protocol::ActId;
use vault::backup::Code;
use vault::change::Change;
use vault::journal::{Did, Event};
use vault::kit::Kit;
use vault::memory::MemoryStore;
use vault::session::{Activity, Error, Relay, Session, Synced};

use crate::account::{connect, enrol};
use crate::ending::End;
use crate::quarantine::forked;
use crate::relay::{InProcess, ORIGIN};
use crate::support::{Contents, Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::{assert_alike_but_for, sync, together};

fn found_anew(device: &mut Device, words: &str) -> Result<Kit, Error> {
    block_on(device.session.found_anew(&passphrase(words), &mut device.rng, NOW))
}

/// A device in quarantine with a history, something in the trash, and two values of one secret.
fn quarantined() -> (Device, vault::ObjectId, InProcess) {
    let (mut one, mut two, dev, relay, other) = forked();
    assert_eq!(sync(&mut two, &relay), Ok(Synced::Apart), "it was shown the other branch");
    let mut three = enrol(&one, &relay, PASSPHRASE, 83).unwrap();
    together(&mut three, &relay);
    one.set(dev, "STRIPE_SECRET_KEY", "canary-of-one");
    three.set(dev, "STRIPE_SECRET_KEY", "canary-of-three");
    together(&mut three, &relay);
    together(&mut one, &relay);
    one.set(dev, "DELETED", "canary-deleted");
    let secret = one.secret(dev, "DELETED");
    one.apply(Change::DeleteSecret { secret }).unwrap();
    assert_eq!(sync(&mut one, &other), Ok(Synced::Apart));
    one.set(dev, "LOCAL", "canary-local");
    (one, dev, other)
}

/// All that a person can find in a vault.
#[derive(PartialEq)]
struct All {
    contents: Contents,
    values: Vec<Vec<String>>,
    acts: Vec<(ActId, u64, Vec<vault::ObjectId>)>,
    journal: Vec<Event>,
    settings: Vec<u8>,
}

fn all(device: &Device) -> All {
    let session = &device.session;
    let secrets: Vec<_> = session.model().secrets().map(|(id, _)| id).collect();
    let values = secrets.iter().map(|secret| {
        let versions = session.history(*secret).unwrap();
        let value = |revision| block_on(session.value_at(*secret, revision)).unwrap().expose().to_owned();
        let others = block_on(session.alternatives(*secret)).unwrap();
        let others = others.iter().map(|it| it.value.expose().to_owned());
        versions.iter().map(|it| value(it.revision)).chain(others).collect()
    });
    let acts = block_on(session.activity(1_000)).unwrap().into_iter().filter(|it| !it.objects.is_empty());
    let acts = acts.map(|Activity { act, time, objects, .. }| (act, time.0, objects)).collect();
    All {
        contents: device.contents(),
        values: values.collect(),
        acts,
        journal: session.journal().cloned().collect(),
        settings: session.settings().to_vec(),
    }
}

fn holds(store: &MemoryStore, needle: &[u8]) -> bool {
    store.records().iter().any(|record| record.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn everything_is_there_with_its_history_and_nothing_of_the_old_account_is() {
    let (mut one, dev, other) = quarantined();
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    block_on(one.session.set_settings(b"settings", &mut one.rng)).unwrap();
    (0..70).for_each(|_| {
        block_on(one.session.note(Event::new(NOW, Did::Show, &[secret]), &mut one.rng)).unwrap();
    });
    let (before, there, logs, device) =
        (all(&one), other.commits(), one.session.sockets(), one.session.device());
    assert!(before.values.iter().any(|versions| versions.len() > 2) && before.journal.len() == 70);
    assert!(holds(&one.store, device.as_bytes()), "the control");
    found_anew(&mut one, PASSPHRASE).unwrap();
    let deleted = one.session.model().trash().count();
    for device in [&one, &one.reopened()] {
        assert!(all(device) == before);
        assert_eq!(device.session.model().trash().count(), deleted);
        assert!(device.session.sockets().iter().all(|log| !logs.contains(log)));
        assert_eq!((device.session.connected(), device.session.standing()), (None, None));
    }
    assert!(deleted > 0 && !holds(&one.store, device.as_bytes()));
    assert_eq!(other.commits(), there, "nothing was sent");
    // It goes on as any vault does: what was done before can be taken back.
    let act = one.set(dev, "STRIPE_SECRET_KEY", "canary-after").act.unwrap();
    one.undo(act).unwrap();
    assert!(all(&one).contents == before.contents);
    let act = before.acts[0].0;
    one.undo(act).unwrap();
    assert!(one.session.model().own(dev, "LOCAL").is_none());
}

#[test]
fn it_can_be_connected_elsewhere_and_brought_to_other_devices_by_its_own_kit_alone() {
    let (mut one, dev, old) = quarantined();
    let before = one.kit.take().unwrap();
    one.kit = Some(found_anew(&mut one, PASSPHRASE).unwrap());
    let anew = InProcess::empty();
    connect(&mut one, &anew, PASSPHRASE).unwrap();
    together(&mut one, &anew);
    let mut two = enrol(&one, &anew, PASSPHRASE, 91).unwrap();
    together(&mut two, &anew);
    together(&mut one, &anew);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_eq!(two.value(two.secret(dev, "LOCAL")), "canary-local");
    let file = block_on(one.session.backup(&mut one.rng)).unwrap();
    let opens = |kit: &Kit| {
        let key = RecoveryKey::from_text(kit.recovery.as_str()).unwrap();
        let (code, words) = (Code::Recovery(&key), passphrase(PASSPHRASE));
        let store = MemoryStore::new();
        block_on(Session::restore(store, &file, &code, &words, KdfId::Test, &mut rng(5), NOW)).is_ok()
    };
    assert_eq!([&before, one.kit.as_ref().unwrap()].map(opens), [false, true]);
    // The old relay still has the old account, which is another's now.
    one.kit = Some(before);
    assert!(enrol(&one, &old, PASSPHRASE, 92).is_ok());
}

#[test]
fn it_is_founded_out_of_a_quarantine_alone_and_with_the_passphrase() {
    let (mut one, dev, _) = quarantined();
    let before = one.contents();
    assert_eq!(found_anew(&mut one, "another passphrase").map(drop), Err(Error::WrongPassphrase));
    assert!(one.contents() == before && one.reopened().contents() == before);
    found_anew(&mut one, PASSPHRASE).unwrap();
    assert_eq!(found_anew(&mut one, PASSPHRASE).map(drop), Err(Error::Gone), "it is in none any more");
    assert_eq!(one.value(one.secret(dev, "LOCAL")), "canary-local");
}

#[test]
fn wherever_the_store_takes_no_more_the_one_or_the_other_is_there_whole() {
    for end in End::within(2) {
        let (one, _, other) = quarantined();
        let (before, relay) = (one.contents(), Relay { transport: &other, origin: ORIGIN });
        let (words, mut session) = (passphrase(PASSPHRASE), end.session(&one));
        let founded = block_on(session.found_anew(&words, &mut rng(6), NOW));
        assert_eq!(founded.is_ok(), end.commits == 1, "it is one commit");
        let is_stored = end.commits == 1 || end.one_more;
        let mut again = one.reopened();
        assert!(again.contents() == before);
        assert_eq!(again.session.connected().is_some(), !is_stored);
        if !is_stored {
            // Nothing changed for the session at hand either.
            assert_eq!(block_on(session.sync(&relay, &mut rng(7), NOW)), Ok(Synced::Apart));
            found_anew(&mut again, PASSPHRASE).unwrap();
        }
    }
}

#[test]
fn another_session_of_the_store_finds_its_vault_gone_and_writes_nothing() {
    let (mut one, dev, _) = quarantined();
    let mut other = one.another();
    // What the other saved just before is not lost.
    other.set(dev, "JUST_BEFORE", "canary-before");
    found_anew(&mut one, PASSPHRASE).unwrap();
    assert_eq!(one.value(one.secret(dev, "JUST_BEFORE")), "canary-before");
    let before = all(&one);
    let name = Change::CreateProject { name: "late".into() };
    assert_eq!(other.apply(name).map(drop), Err(Error::Gone));
    assert!(all(&one.reopened()) == before);
}

#[test]
fn a_passkey_of_before_opens_nothing() {
    let (mut one, _, _) = quarantined();
    let salt = [7; 32];
    let output = || PrfOutput::new(&mut [8; 32]);
    block_on(one.session.add_passkey(b"credential", salt, &output(), &mut one.rng)).unwrap();
    let opens = |device: &Device| {
        block_on(Session::unlock_with_passkey(device.store.clone(), b"credential", &output())).is_ok()
    };
    assert!(opens(&one), "the control");
    found_anew(&mut one, PASSPHRASE).unwrap();
    assert!(!opens(&one));
}

#[test]
fn what_was_damaged_before_is_left_out_and_the_rest_is_whole() {
    let (mut one, dev, _) = quarantined();
    one.set(dev, "LOCAL", "canary-second");
    one.store.tamper_packs(|packs| *packs.values_mut().last().unwrap().last_mut().unwrap() ^= 1);
    let mut one = Device { kit: None, ..one.reopened() };
    one.set(dev, "LOCAL", "canary-third");
    let secret = one.secret(dev, "LOCAL");
    assert!(block_on(one.session.value_at(secret, 2)).is_err(), "the control");
    let before = one.contents();
    found_anew(&mut one, PASSPHRASE).unwrap();
    assert!(one.contents() == before && one.session.damaged().is_empty());
    let versions = all(&one).values.into_iter().find(|it| it[0] == "canary-third").unwrap();
    assert_eq!(versions, ["canary-third", "canary-local"]);
}
