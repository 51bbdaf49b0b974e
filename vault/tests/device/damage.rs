//! Packs that lost something, with segments and tail lost too: what the log says is made whole again, but for the one part.
#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

use protocol::ObjectId;
use vault::backup::Code;
use vault::change::Change;
use vault::memory::MemoryStore;
use vault::model::{Details, SecretValue};
use vault::port::CellId;
use vault::session::{Error, Session};

use crate::support::{self, Device, block_on, passphrase};

/// A vault of which each save after the first is a pack of its own.
struct Story {
    device: Device,
    dev: ObjectId,
}

impl Story {
    fn new() -> Self {
        let mut device = Device::new();
        let dev = device.project("shop-api");
        device.set(dev, "A", "canary-a");
        device.set(dev, "B", "canary-old");
        device.set(dev, "B", "canary-b");
        Self { device, dev }
    }

    fn describe(&mut self, secret: ObjectId, notes: &str) {
        let name = self.device.session.model().secret(secret).expect("a secret").details.name.clone();
        let details = Details { name, notes: notes.into(), ..Default::default() };
        self.device.apply(Change::Describe { secret, details }).expect("describes");
    }

    /// Turns a bit of the last byte of the last pack, or takes that byte away; the caches go with it.
    fn damage(&self, is_cut: bool) {
        self.device.store.tamper_packs(|packs| {
            let pack = packs.values_mut().last().expect("a pack");
            if is_cut {
                pack.pop();
            } else {
                *pack.last_mut().expect("a byte") ^= 1;
            }
        });
        lose_caches(&self.device.store);
    }
}

fn lose_caches(store: &MemoryStore) {
    store.tamper(|stored| {
        stored.segments.clear();
        stored.tail.clear();
        stored.cells.remove(&CellId(4));
    });
}

fn value(device: &Device, secret: ObjectId) -> Option<SecretValue> {
    block_on(device.session.values(&[secret])).expect("values").pop().flatten()
}

#[test]
fn a_lost_value_is_lost_alone_and_a_new_one_mends_it() {
    for is_cut in [false, true] {
        let story = Story::new();
        let [a, b] = ["A", "B"].map(|variable| story.device.secret(story.dev, variable));
        // The last save ends with the value of B.
        story.damage(is_cut);
        let mut opened = story.device.reopened();
        assert_eq!(opened.session.damaged(), [b], "is cut: {is_cut}");
        assert!(opened.session.model().same_contents(story.device.session.model()));
        assert_eq!((value(&opened, a), value(&opened, b)), (Some("canary-a".to_owned().into()), None));
        opened.set(story.dev, "C", "canary-c");
        assert_eq!(opened.reopened().session.damaged(), [b], "new segments know of it");
        opened.set(story.dev, "B", "canary-new");
        assert!(opened.session.damaged().is_empty() && opened.reopened().session.damaged().is_empty());
        assert_eq!(opened.value(b), "canary-new");
        lose_caches(&opened.store);
        let again = story.device.reopened();
        assert!(again.session.damaged().is_empty() && again.contents() == opened.contents());
    }
}

#[test]
fn of_a_damaged_overview_the_last_good_one_shows() {
    let mut story = Story::new();
    let a = story.device.secret(story.dev, "A");
    story.describe(a, "first");
    story.describe(a, "second");
    story.damage(false);
    let mut opened = story.device.reopened();
    assert_eq!(opened.session.damaged(), [a]);
    let notes = |device: &Device| device.session.model().secret(a).expect("a").details.notes.to_string();
    assert_eq!((notes(&opened), opened.value(a)), ("first".to_owned(), "canary-a".to_owned()));
    opened.set(story.dev, "C", "canary-c");
    let mut again = opened.reopened();
    assert_eq!((again.session.damaged(), notes(&again)), (vec![a], "first".to_owned()));
    let act = again.apply(Change::DeleteSecret { secret: a }).expect("deletes").act.expect("an act");
    again.undo(act).expect("what is damaged comes back too");
    assert!(again.session.damaged().is_empty());
    assert_eq!((notes(&again), again.value(a)), ("first".to_owned(), "canary-a".to_owned()));
}

#[test]
fn what_never_opened_is_named_and_the_rest_is_there() {
    let mut story = Story::new();
    let before = story.device.session.model().clone();
    let details = Details { name: "NOWHERE".into(), ..Default::default() };
    let lost = Change::CreateSecret { details, value: SecretValue::from("canary-lost".to_owned()) };
    let lost = story.device.apply(lost).expect("creates").touched;
    story.device.store.tamper_packs(|packs| {
        let pack = packs.values_mut().last().expect("a pack");
        // The end is the value's blob and a part of the overview's; the commit before them is whole.
        pack.iter_mut().rev().take(300).for_each(|byte| *byte = 0);
    });
    lose_caches(&story.device.store);
    let opened = story.device.reopened();
    assert_eq!(opened.session.damaged(), lost);
    assert!(opened.session.model().same_contents(&before));
}

#[test]
fn a_log_with_a_gap_is_refused() {
    let story = Story::new();
    let last = story.device.store.clone();
    last.tamper_packs(|packs| {
        let before_last = *packs.keys().nth_back(1).expect("packs");
        packs.remove(&before_last);
    });
    lose_caches(&last);
    let opened = block_on(Session::unlock(last, &passphrase(support::PASSPHRASE)));
    assert_eq!(opened.err(), Some(Error::Damaged("log")));
}

#[test]
fn a_backup_of_a_damaged_vault_brings_the_rest() {
    let mut story = Story::new();
    let b = story.device.secret(story.dev, "B");
    let kit = story.device.kit.take().expect("a kit");
    let recovery = crypto::RecoveryKey::from_text(kit.recovery.as_str()).expect("a recovery code");
    story.damage(true);
    let mut opened = story.device.reopened();
    let file = block_on(opened.session.backup(&mut opened.rng)).expect("a backup");
    let (store, mut rng, new) = (MemoryStore::new(), support::rng(8), passphrase("a new one"));
    let code = Code::Recovery(&recovery);
    let restored =
        Session::restore(store.clone(), &file, &code, &new, crypto::KdfId::Test, &mut rng, support::NOW);
    let mut restored = Device { session: block_on(restored).expect("restores"), store, kit: None, rng };
    assert_eq!(restored.session.damaged(), [b]);
    assert!(restored.session.model().same_contents(opened.session.model()));
    restored.set(story.dev, "B", "canary-again");
    lose_caches(&restored.store);
    let again =
        block_on(Session::unlock(restored.store.clone(), &new)).expect("parts lie where the log says");
    assert!(again.damaged().is_empty() && again.model().same_contents(restored.session.model()));
}
