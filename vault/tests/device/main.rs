//! A device's story over a store in memory: made, filled, locked, unlocked, changed, taken back, damaged.

mod damage;
mod deadline;
mod hostile;
mod memory;
mod reading;
mod story;
#[path = "../support/mod.rs"]
mod support;
mod undo;

use support::{Device, block_on, passphrase};
use vault::change::{Change, Refusal};
use vault::locked::{Presence, presence};
use vault::memory::MemoryStore;
use vault::model::{Details, Expiry, Filled, SecretValue, Timestamp};
use vault::port::{Store, StoreError};
use vault::session::{Error, Pace, Session};

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
fn a_lock_in_one_session_locks_the_other() {
    let mut first = Device::new();
    let dev = first.project("shop-api");
    let mut second = first.another();
    let session = first.another().session;
    block_on(session.lock_all());
    let before = second.store.records();
    for device in [&mut first, &mut second] {
        let value = SecretValue::from("1".to_owned());
        let change = Change::SetValue { environment: dev, variable: "A".into(), value };
        assert_eq!(device.apply(change), Err(Error::Locked));
        assert_eq!(block_on(device.session.refresh()), Err(Error::Locked));
    }
    assert_eq!(second.store.records(), before);
    let mut again = first.another();
    again.set(dev, "A", "1");
    assert_eq!(block_on(again.session.refresh()), Ok(false));
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

#[test]
fn an_act_taken_back_leaves_contents_and_values_as_before() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "KEPT", "canary-kept");
    let steps: [fn(&mut Device, protocol::ObjectId) -> Change; 5] = [
        |_, environment| Change::SetValue {
            environment,
            variable: "KEPT".into(),
            value: SecretValue::from("canary-new".to_owned()),
        },
        |_, environment| Change::SetValue {
            environment,
            variable: "ANOTHER".into(),
            value: SecretValue::from("canary-another".to_owned()),
        },
        |_, environment| Change::Unbind { environment, variable: "KEPT".into() },
        |_, environment| Change::DeleteEnvironment { environment },
        |_, _| Change::CreateProject { name: "web".into() },
    ];
    for step in steps {
        let before = device.contents();
        let change = step(&mut device, dev);
        let act = device.apply(change).expect("applies").act.expect("an act");
        let after = device.contents();
        assert!(before != after, "the act changed nothing");
        let undone = device.undo(act).expect("undone").act.expect("an act");
        assert!(device.contents() == before, "undoing left a trace");
        let redone = device.undo(undone).expect("redone").act.expect("an act");
        assert!(device.contents() == after, "undoing twice is not doing");
        device.undo(redone).expect("undone again");
        assert!(device.contents() == before);
    }
    let before = device.contents();
    assert!(device.reopened().contents() == before, "the log says something else");
}

#[test]
fn a_name_given_away_stays_given_when_its_secret_comes_back() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "OLD", "1");
    device.set(dev, "NEW", "2");
    let (old, new) = (device.secret(dev, "OLD"), device.secret(dev, "NEW"));
    device.apply(Change::DeleteSecret { secret: old }).expect("deletes");
    let project = device.session.model().environment(dev).expect("dev").project;
    let before = device.contents();
    let rename = Change::RenameVariable { project, from: "NEW".into(), to: "OLD".into() };
    let act = device.apply(rename).expect("renames").act.expect("an act");
    device.undo(act).expect("undone");
    assert!(device.contents() == before);
    let rename = Change::RenameVariable { project, from: "NEW".into(), to: "OLD".into() };
    device.apply(rename).expect("renames");
    device.apply(Change::Restore { object: old }).expect("restores");
    assert_eq!(device.session.model().raw_bindings(dev).count(), 1);
    assert_eq!(device.secret(dev, "OLD"), new);
}

#[test]
fn an_act_on_which_something_else_stands_is_not_taken_back() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    let first = device.set(dev, "TOKEN", "1").act.expect("an act");
    device.set(dev, "TOKEN", "2");
    let before = device.store.records();
    assert_eq!(device.undo(first), Err(Error::CannotUndo { name: "TOKEN".into() }));
    let made = block_on(device.session.activity(10)).expect("activity").last().expect("the project").act;
    assert!(matches!(device.undo(made), Err(Error::CannotUndo { .. })));
    assert_eq!(device.undo(protocol::ActId::new([7; 16])), Err(Error::Gone));
    assert_eq!(device.store.records(), before);
}

#[test]
fn every_version_of_a_value_can_be_read_and_brought_back() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    for value in ["one", "two", "three"] {
        device.set(dev, "TOKEN", value);
    }
    let secret = device.secret(dev, "TOKEN");
    let history = device.session.history(secret).expect("a history");
    assert_eq!(history.iter().map(|it| it.revision).collect::<Vec<_>>(), [3, 2, 1]);
    for (revision, text) in [(1, "one"), (2, "two"), (3, "three")] {
        let value = block_on(device.session.value_at(secret, revision)).expect("a value");
        assert_eq!(value.expose(), text);
    }
    assert_eq!(block_on(device.session.value_at(secret, 4)), Err(Error::Gone));
    device.apply(Change::RestoreVersion { secret, revision: 1 }).expect("brings back");
    assert_eq!(device.value(secret), "one");
    assert_eq!(device.reopened().value(secret), "one");
}

#[test]
fn the_tail_becomes_segments_and_nothing_is_lost() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    let mut folded = 0;
    let mut tail = 1;
    for number in 0..400 {
        device.set(dev, &format!("NAME_{number}"), &number.to_string());
        let now = block_on(Store::load(&device.store)).expect("loads").expect("stored").tail.len();
        folded += usize::from(now < tail);
        tail = now;
    }
    assert!(folded > 0, "the tail was never folded");
    let before = device.contents();
    assert!(device.reopened().contents() == before);
}

#[test]
fn a_passphrase_replaces_the_one_before() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "TOKEN", "1");
    let (current, new) = (passphrase(support::PASSPHRASE), passphrase("another one"));
    let wrong = block_on(device.session.change_passphrase(&new, &current, &mut device.rng));
    assert_eq!(wrong, Err(Error::WrongPassphrase));
    block_on(device.session.change_passphrase(&current, &new, &mut device.rng)).expect("changes");
    device.set(dev, "TOKEN", "2");
    assert_eq!(block_on(Session::unlock(device.store.clone(), &current)).err(), Some(Error::WrongPassphrase));
    let session = block_on(Session::unlock(device.store.clone(), &new)).expect("unlocks");
    assert!(session.model().same_contents(device.session.model()));
}

#[test]
fn a_passkey_opens_the_vault_until_it_is_removed() {
    let mut device = Device::new();
    let output = || crypto::Secret::new(&mut [7; 32]);
    block_on(device.session.add_passkey(b"credential", [3; 32], &output(), &mut device.rng)).expect("adds");
    let Ok(Presence::Locked(locked)) = block_on(presence(&device.store)) else { panic!("locked") };
    assert_eq!(
        (locked.passkeys[0].credential.as_slice(), locked.passkeys[0].salt),
        (&b"credential"[..], [3; 32])
    );
    let unlock = |credential: &'static [u8], output: crypto::PrfOutput| {
        block_on(Session::unlock_with_passkey(device.store.clone(), credential, &output)).err()
    };
    assert_eq!(unlock(b"credential", output()), None);
    assert_eq!(unlock(b"credential", crypto::Secret::new(&mut [8; 32])), Some(Error::WrongPasskey));
    assert_eq!(unlock(b"other", output()), Some(Error::WrongPasskey));
    block_on(device.session.remove_passkey(b"credential")).expect("removes");
    assert_eq!(
        block_on(Session::unlock_with_passkey(device.store.clone(), b"credential", &output())).err(),
        Some(Error::WrongPasskey)
    );
}

#[test]
fn what_is_shared_opens_with_its_key_until_a_lock_or_the_deadline() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "TOKEN", "1");
    let output = |byte: u8| crypto::Secret::new(&mut [byte; 32]);
    let resume = |store: &_, shared: &[u8], byte: u8, at: u64| {
        block_on(Session::resume(Clone::clone(store), shared, &output(byte), Timestamp(support::NOW.0 + at)))
    };
    block_on(device.session.keep_open_until(Some(Timestamp(support::NOW.0 + 10)))).expect("moves");
    let shared = device.session.share([3; 32], &output(7), &mut device.rng).expect("shares");
    let resumed = resume(&device.store, &shared, 7, 9).expect("resumes");
    assert!(resumed.model().same_contents(device.session.model()));
    assert_eq!(resumed.deadline(), device.session.deadline(), "it is one unlock");
    let refused = |shared: &[u8], byte, at| resume(&device.store, shared, byte, at).err();
    assert_eq!(refused(&shared, 8, 9), Some(Error::Locked), "another key");
    assert_eq!(refused(&shared, 7, 10), Some(Error::Locked), "the deadline");
    assert_eq!(refused(&shared[1..], 7, 9), Some(Error::Locked), "no record of it");
    let store = device.store.clone();
    block_on(device.session.lock_all());
    assert_eq!(resume(&store, &shared, 7, 9).err(), Some(Error::Locked), "a lock was asked for since");
}

#[test]
fn a_new_kit_has_the_old_setup_code_and_a_new_recovery_code() {
    let mut device = Device::new();
    let first = device.kit.take().expect("a kit");
    let again = passphrase(support::PASSPHRASE);
    let second = block_on(device.session.kit(&again, &mut device.rng)).expect("a kit");
    assert_eq!(first.setup.as_str(), second.setup.as_str());
    assert_ne!(first.recovery.as_str(), second.recovery.as_str());
}

#[test]
fn damaged_cells_are_refused_and_change_nothing() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "TOKEN", "1");
    block_on(device.session.set_settings(b"dark", &mut device.rng)).expect("sets");
    let event = vault::journal::Event::new(support::NOW, vault::journal::Did::Show, &[]);
    block_on(device.session.note(event, &mut device.rng)).expect("notes");
    let good = block_on(Store::load(&device.store)).expect("loads").expect("stored");
    let mut damages: Vec<vault::port::Stored> = Vec::new();
    for id in good.cells.keys() {
        if *id == vault::port::CellId(4) {
            continue;
        }
        for cut in [None, Some(0), Some(7), Some(20)] {
            let mut bad = good.clone();
            match (cut, bad.cells.get_mut(id).expect("a cell")) {
                (Some(length), cell) => cell.truncate(length),
                (None, cell) => *cell.last_mut().expect("a byte") ^= 1,
            }
            damages.push(bad);
        }
        // Settings and journal may be missing: a vault without them is a vault.
        if id.0 < 4 {
            let mut bad = good.clone();
            bad.cells.remove(id);
            damages.push(bad);
        }
    }
    for bad in damages {
        device.store.tamper(|stored| *stored = bad.clone());
        let before = device.store.records();
        let opened = block_on(Session::unlock(device.store.clone(), &passphrase(support::PASSPHRASE)));
        assert!(
            matches!(opened, Err(Error::Damaged(_) | Error::WrongPassphrase | Error::NewerVersion)),
            "{opened:?}"
        );
        assert_eq!(device.store.records(), before);
    }
    device.store.tamper(|stored| *stored = good);
    assert!(device.reopened().contents() == device.contents());
}

#[test]
fn a_damaged_value_is_no_other_values_damage() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    for (variable, value) in [("A", "1"), ("B", "2"), ("B", "3")] {
        device.set(dev, variable, value);
    }
    let secrets = ["A", "B"].map(|variable| device.secret(dev, variable));
    // The last save ends with the new value of B.
    device.store.tamper_packs(|packs| {
        *packs.values_mut().last().and_then(|pack| pack.last_mut()).expect("a byte") ^= 1;
    });
    let values = block_on(device.session.values(&secrets)).expect("values");
    assert_eq!(values, [Some(SecretValue::from("1".to_owned())), None]);
    let current = block_on(device.session.value_at(secrets[1], 2));
    assert_eq!(current, Err(Error::Damaged("a sealed part")));
    device
        .apply(Change::RestoreVersion { secret: secrets[1], revision: 1 })
        .expect("the version before is whole");
    assert_eq!(device.value(secrets[1]), "2");
}

#[test]
fn nothing_stored_can_be_read() {
    let canaries = ["canary-project", "canary-value", "CANARY_VARIABLE", support::PASSPHRASE];
    let mut device = Device::new();
    let dev = device.project(canaries[0]);
    device.set(dev, canaries[2], canaries[1]);
    let holds = |records: &[Vec<u8>], text: &str| {
        records.iter().any(|record| record.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    for canary in canaries {
        assert!(!holds(&device.store.records(), canary), "{canary} lies in the store");
    }
    device.store.tamper(|stored| stored.tail.push(format!("..{}..", canaries[1]).into_bytes()));
    assert!(holds(&device.store.records(), canaries[1]), "the scan finds nothing at all");
}

#[test]
fn the_sample_fills_a_new_vault() {
    let mut device = Device::new();
    block_on(vault::sample::fill(&mut device.session, &mut device.rng, support::NOW)).expect("fills");
    let model = device.session.model();
    assert_eq!(model.projects().len(), 2);
    assert_eq!(model.secrets().count(), 30);
    assert_eq!(model.secrets().filter(|(_, it)| it.expiry(support::NOW) == Some(Expiry::Past)).count(), 1);
    let before = device.contents();
    assert!(device.reopened().contents() == before);
}

/// As many new secrets in a project of their own.
fn import_of(count: usize) -> Change {
    use vault::change::{Import, ImportFile, Pair, Place, Target};
    let pair = |number: usize| Pair {
        variable: format!("NAME_{number}"),
        value: SecretValue::from(format!("value {number}")),
    };
    let file = ImportFile {
        target: Target::New { name: "dev".into(), kind: vault::model::Kind::NonProd },
        pairs: (0..count).map(pair).collect(),
    };
    Change::Import(Import { project: Place::New("large".into()), files: vec![file] })
}

/// Goes on so many times, and keeps what it was told.
struct Slices {
    left: usize,
    told: Vec<(usize, usize)>,
}

impl Pace for Slices {
    async fn goes_on(&mut self, done: usize, of: usize) -> bool {
        self.told.push((done, of));
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }
}

#[test]
fn long_work_tells_how_far_it_is_and_called_off_stores_nothing() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "A", "1");
    let before = device.contents();
    let import = |device: &mut Device, left| {
        let mut pace = Slices { left, told: Vec::new() };
        let mut rng = support::rng(left as u64);
        let done = device.session.apply_paced(import_of(500), &mut pace, &mut rng, support::NOW);
        (block_on(done), pace.told)
    };
    let (called_off, told) = import(&mut device, 3);
    assert_eq!((called_off, told.len()), (Err(Error::CalledOff), 3));
    assert!(device.contents() == before && device.reopened().contents() == before);
    device.set(dev, "B", "2");
    let (done, told) = import(&mut device, usize::MAX);
    assert!(done.expect("done").act.is_some());
    assert!(told.iter().all(|(done, of)| done < of) && told.is_sorted() && told.len() > 3);
    assert_eq!(device.reopened().session.model().secrets().count(), 502);
}

#[test]
fn ten_thousand_pairs_are_one_act() {
    let mut device = Device::new();
    let act = device.apply(import_of(10_000)).expect("imports").act.expect("an act");
    let reopened = device.reopened();
    assert_eq!(reopened.session.model().secrets().count(), 10_000);
    assert!(reopened.contents() == device.contents());
    device.undo(act).expect("undone");
    assert_eq!(device.session.model().contents().count(), 0);
}

/// Their commit is short enough for the tail, what it says of them is not.
#[test]
fn many_long_notes_are_one_act() {
    let mut device = Device::new();
    let secret = |number: usize| Change::CreateSecret {
        details: Details {
            name: format!("NAME_{number}").into(),
            notes: "n".repeat(4_000).into(),
            ..Default::default()
        },
        value: SecretValue::from(number.to_string()),
    };
    let act = device.apply(Change::Batch((0..300).map(secret).collect())).expect("applies").act;
    let reopened = device.reopened();
    assert_eq!(reopened.session.model().secrets().count(), 300);
    assert!(reopened.contents() == device.contents());
    device.undo(act.expect("an act")).expect("undone");
    assert_eq!(device.session.model().contents().count(), 0);
}

#[test]
fn settings_and_journal_stay() {
    use vault::journal::{Did, Event};
    let mut device = Device::new();
    assert_eq!(device.session.settings(), b"");
    block_on(device.session.set_settings(b"dark", &mut device.rng)).expect("sets");
    let event = |time| Event::new(Timestamp(time), Did::Copy, &[]);
    let mut other = device.another();
    for time in 0..1_200 {
        let device = if time % 2 == 0 { &mut device } else { &mut other };
        block_on(device.session.note(event(time), &mut device.rng)).expect("notes");
    }
    let reopened = device.reopened();
    assert_eq!(reopened.session.settings(), b"dark");
    let events: Vec<_> = reopened.session.journal().cloned().collect();
    assert_eq!(events.first(), Some(&event(1_199)));
    assert!(events.len() > 900 && events.iter().zip((0..1_200).rev()).all(|(it, time)| *it == event(time)));
}

#[test]
fn a_backup_opens_elsewhere_with_either_code_and_nothing_else() {
    use vault::backup::Code;
    let mut device = Device::new();
    block_on(vault::sample::fill(&mut device.session, &mut device.rng, support::NOW)).expect("fills");
    let dev = device.project("more");
    device.set(dev, "TOKEN", "1");
    device.set(dev, "TOKEN", "2");
    let kit = device.kit.take().expect("a kit");
    let setup = crypto::SetupCode::from_text(kit.setup.as_str()).expect("a setup code");
    let recovery = crypto::RecoveryKey::from_text(kit.recovery.as_str()).expect("a recovery code");
    let (old, new) = (passphrase(support::PASSPHRASE), passphrase("a new one"));
    let file = block_on(device.session.backup(&mut device.rng)).expect("a backup");
    let restore = |file: &[u8], code: &Code<'_>| {
        let (store, mut rng) = (MemoryStore::new(), support::rng(77));
        let restored =
            Session::restore(store.clone(), file, code, &new, crypto::KdfId::Test, &mut rng, support::NOW);
        block_on(restored).map(|session| Device { session, store, kit: None, rng })
    };
    for code in [Code::Recovery(&recovery), Code::Setup(&setup, &old)] {
        let mut restored = restore(&file, &code).expect("restores");
        assert!(restored.contents() == device.contents());
        let secret = restored.secret(dev, "TOKEN");
        assert_eq!(block_on(restored.session.value_at(secret, 1)).expect("a version").expose(), "1");
        restored.set(dev, "TOKEN", "3");
        let reopened = block_on(Session::unlock(restored.store.clone(), &new)).expect("unlocks");
        assert!(reopened.model().same_contents(restored.session.model()));
        assert_eq!(reopened.history(secret).expect("a history").len(), 3);
    }
    let other = crypto::RecoveryKey::generate(setup.account, &mut device.rng);
    assert_eq!(restore(&file, &Code::Recovery(&other)).err(), Some(Error::WrongCode));
    assert_eq!(restore(&file, &Code::Setup(&setup, &new)).err(), Some(Error::WrongCode));
    for at in (0..file.len()).step_by(file.len() / 97) {
        let mut bad = file.clone();
        bad[at] ^= 1;
        let damaged = restore(&bad, &Code::Recovery(&recovery)).is_err();
        let harmless =
            restore(&bad, &Code::Recovery(&recovery)).is_ok_and(|it| it.contents() == device.contents());
        assert!(damaged || harmless, "byte {at}");
        assert!(restore(&file[..at], &Code::Recovery(&recovery)).is_err(), "cut at {at}");
    }
}

/// A store that fails when told to.
#[derive(Clone, Debug)]
struct Failing {
    store: MemoryStore,
    commits: std::rc::Rc<std::cell::Cell<bool>>,
    loads: std::rc::Rc<std::cell::Cell<bool>>,
}

impl Store for Failing {
    async fn load(&self) -> Result<Option<vault::port::Stored>, StoreError> {
        if self.loads.get() { Err(StoreError::Unavailable) } else { self.store.load().await }
    }

    async fn generation(&self) -> Result<vault::port::Generation, StoreError> {
        self.store.generation().await
    }

    async fn read(&self, spans: &[vault::port::Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.store.read(spans).await
    }

    async fn commit(&self, batch: vault::port::Batch) -> Result<vault::port::Committed, StoreError> {
        if self.commits.get() { Err(StoreError::Full) } else { self.store.commit(batch).await }
    }

    async fn erase(&self) -> Result<(), StoreError> {
        self.store.erase().await
    }
}

#[test]
fn an_act_that_cannot_be_stored_leaves_nothing_behind() {
    let (store, mut rng) = (MemoryStore::new(), support::rng(1));
    let failing = Failing { store: store.clone(), commits: Default::default(), loads: Default::default() };
    let key = passphrase(support::PASSPHRASE);
    let created = Session::create(failing.clone(), &key, crypto::KdfId::Test, &mut rng, support::NOW);
    let (mut session, _) = block_on(created).expect("a vault");
    let project = |name: &str| Change::CreateProject { name: name.into() };
    block_on(session.apply(project("one"), &mut rng, support::NOW)).expect("applies");
    for loads in [false, true] {
        let before = store.records();
        failing.commits.set(true);
        failing.loads.set(loads);
        let failed = block_on(session.apply(project("lost"), &mut rng, support::NOW));
        assert_eq!(failed, Err(Error::Store(StoreError::Full)));
        assert_eq!(store.records(), before);
        failing.commits.set(false);
        failing.loads.set(false);
        let name = format!("next {loads}");
        block_on(session.apply(project(&name), &mut rng, support::NOW)).expect("applies");
        let names = |session: &Session<_>| {
            session.model().projects().iter().map(|(_, it)| it.name.to_string()).collect::<Vec<_>>()
        };
        assert!(!names(&session).contains(&"lost".to_owned()), "{:?}", names(&session));
        let reopened = block_on(Session::unlock(failing.clone(), &key)).expect("unlocks");
        assert_eq!(names(&reopened), names(&session));
    }
}

#[test]
fn damaged_segments_and_tails_are_made_anew_from_the_log() {
    let mut device = Device::new();
    block_on(vault::sample::fill(&mut device.session, &mut device.rng, support::NOW)).expect("fills");
    let dev = device.project("more");
    let pad = "p".repeat(40_000);
    for number in 0..20 {
        device.set(dev, &format!("LONG_{number}"), &pad);
    }
    let older = block_on(Store::load(&device.store)).expect("loads").expect("stored");
    device.apply(Change::Unbind { environment: dev, variable: "LONG_3".into() }).expect("applies");
    let good = block_on(Store::load(&device.store)).expect("loads").expect("stored");
    let manifest = vault::port::CellId(4);
    let mut damages: Vec<vault::port::Stored> = Vec::new();
    for at in 0..good.tail.len() {
        let mut bad = good.clone();
        bad.tail[at].pop();
        damages.push(bad);
        let mut bad = good.clone();
        bad.tail[at][100] ^= 1;
        damages.push(bad);
    }
    let mut bad = good.clone();
    bad.segments[0][200] ^= 1;
    damages.push(bad);
    let mut bad = good.clone();
    bad.tail.swap(0, 1);
    damages.push(bad);
    let mut bad = good.clone();
    bad.segments.clear();
    damages.push(bad);
    let mut bad = good.clone();
    bad.cells.remove(&manifest);
    damages.push(bad);
    // Whole, but older than the packs.
    let mut bad = good.clone();
    bad.tail.pop();
    damages.extend([bad, older]);
    for bad in damages {
        device.store.tamper(|stored| *stored = bad.clone());
        assert!(device.reopened().contents() == device.contents());
    }
    let mut opened = device.reopened();
    opened.set(dev, "AFTER", "1");
    let stored = block_on(Store::load(&device.store)).expect("loads").expect("stored");
    assert!(!stored.segments.is_empty() && stored.tail.is_empty(), "no new segments were written");
    assert!(device.reopened().contents() == opened.contents());
}

#[test]
fn activity_lists_acts_newest_first_with_what_they_touched() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    let first = device.set(dev, "TOKEN", "1");
    let second = device.set(dev, "TOKEN", "2");
    let secret = device.secret(dev, "TOKEN");
    let activity = block_on(device.session.activity(2)).expect("activity");
    assert_eq!(activity.iter().map(|it| Some(it.act)).collect::<Vec<_>>(), [second.act, first.act]);
    assert_eq!(activity[0].objects, [secret]);
    assert_eq!((activity[1].objects.len(), activity[1].time), (2, support::NOW));
    assert_eq!(block_on(device.session.activity(99)).expect("activity").len(), 3);
    let earlier = Timestamp(support::NOW.0 - 1);
    assert_eq!((device.session.acts_since(earlier), device.session.acts_since(support::NOW)), (3, 0));
}

#[test]
fn each_act_that_filled_a_page_says_where_also_when_the_place_was_filled_again() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "TOKEN", "1");
    let secret = device.secret(dev, "TOKEN");
    let writes = *device.session.device().as_bytes();
    for time in [1, 2] {
        let filled = Filled {
            origin: "https://vercel.com".into(),
            provider: "vercel".into(),
            place: "shop".into(),
            time,
            device: writes,
            revision: 1,
            variable: "TOKEN".into(),
            environment: None,
        };
        let fill = Change::Fill { secret, filled };
        block_on(device.session.apply(fill, &mut device.rng, Timestamp(time))).expect("written down");
    }
    let details = device.session.model().secret(secret).expect("there").details.clone();
    let details = Details { owner: "somebody".into(), ..details };
    block_on(device.session.apply(Change::Describe { secret, details }, &mut device.rng, Timestamp(3)))
        .expect("described");
    let activity = block_on(device.session.activity(9)).expect("activity");
    let filled: Vec<_> = activity.iter().map(|it| it.filled.as_deref()).collect();
    let here = Some("https://vercel.com");
    assert_eq!(filled, [None, here, here, None, None]);
}

#[test]
fn a_form_that_was_taught_is_kept_renamed_deleted_and_brought_back() {
    let mut device = Device::new();
    let create = |text: &str| Change::CreateProfile { name: " Ours ".into(), text: text.into() };
    let made = device.apply(create("{}")).expect("kept").act.expect("an act");
    let again = device.reopened();
    let (profile, kept) = again.session.model().profiles().next().expect("there");
    assert_eq!((&*kept.name, &*kept.text), ("Ours", "{}"));
    device.apply(Change::RenameProfile { profile, name: "Theirs".into() }).expect("renamed");
    assert_eq!(&*device.session.model().profiles().next().expect("there").1.name, "Theirs");
    assert_eq!(device.undo(made), Err(Error::CannotUndo { name: "Theirs".into() }));
    device.apply(Change::DeleteProfile { profile }).expect("deleted");
    assert_eq!(device.session.model().profiles().count(), 0);
    device.apply(Change::Restore { object: profile }).expect("restored");

    let long = "x".repeat(vault::grammar::PROFILE + 1);
    assert!(matches!(device.apply(create(&long)), Err(Error::Refused(Refusal::TooLong { .. }))));
    let many = (1..vault::grammar::PROFILES).map(|_| create("{}")).collect();
    device.apply(Change::Batch(many)).expect("as many as there may be");
    assert_eq!(device.apply(create("{}")), Err(Error::Refused(Refusal::Full)));
}
