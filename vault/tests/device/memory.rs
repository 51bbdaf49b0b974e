//! What a vault's life leaves in memory that is given back: no value, no passphrase, no code of the kit.
#![expect(unsafe_code, reason = "an allocator that looks at what is freed can be written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use vault::change::{Change, Import, ImportFile, Pair, Place, Target};
use vault::memory::MemoryStore;
use vault::model::{Details, Kind, SecretValue};
use vault::session::Session;

use crate::support::{self, Device, NOW, PASSPHRASE, block_on, passphrase};

/// In every value of this test; the passphrase has it too.
const CANARY: &[u8] = b"canary";

/// Counts, while watching, the blocks with a canary in them that are given back to the system.
struct Watching;

thread_local! {
    static FOUND: Cell<Option<usize>> = const { Cell::new(None) };
}

// SAFETY: allocation is the system's; a block is read before it is freed, whole and while it is still ours.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is handed on. Zeroed, so that bytes of before do not count.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if let Some(before) = FOUND.get() {
            // SAFETY: the block is `layout.size()` bytes, initialised by `alloc`, and nobody else's until it is freed.
            let bytes = unsafe { std::slice::from_raw_parts(at, layout.size()) };
            let has_canary = bytes.windows(CANARY.len()).any(|window| window == CANARY);
            FOUND.set(Some(before + usize::from(has_canary)));
        }
        // SAFETY: the caller's promise is handed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks with a canary `act` gives back. Its result lives on.
fn left_behind<T>(act: impl FnOnce() -> T) -> (usize, T) {
    FOUND.set(Some(0));
    let result = act();
    (FOUND.take().unwrap_or_default(), result)
}

/// A value made of its one allocation.
fn value(number: usize) -> SecretValue {
    SecretValue::from(format!("canary value {number:0>900}"))
}

#[test]
fn copies_are_found() {
    let (found, text) = left_behind(|| {
        let text = "canary".repeat(40);
        drop(text.clone());
        text
    });
    assert_eq!((found, text.len()), (1, 240));
}

#[test]
fn a_life_of_a_vault_leaves_no_value_behind() {
    let keys = [PASSPHRASE, "another canary"].map(passphrase);
    let mut rng = support::rng(1);
    let store = MemoryStore::new();
    let step = |what: &str, found: usize| assert_eq!(found, 0, "{what} left {found} blocks behind");

    let made = || block_on(Session::create(store.clone(), &keys[0], crypto::KdfId::Test, &mut rng, NOW));
    let (found, made) = left_behind(made);
    step("creating", found);
    let (session, kit) = made.expect("a vault");
    let mut device = Device { session, store: store.clone(), kit: None, rng };
    let dev = device.project("shop-api");

    let set = |number| Change::SetValue { environment: dev, variable: "TOKEN".into(), value: value(number) };
    let mut acts = Vec::new();
    for change in [set(1), set(2), set(3)] {
        let (found, applied) = left_behind(|| device.apply(change).expect("a value"));
        step("setting", found);
        acts.extend(applied.act);
    }
    let pairs =
        |count| (0..count).map(|at| Pair { variable: format!("NAME_{at}"), value: value(at) }).collect();
    let file = ImportFile { target: Target::New { name: "new".into(), kind: Kind::Prod }, pairs: pairs(300) };
    let import = Import { project: Place::New("web".into()), files: vec![file] };
    step("importing", left_behind(|| device.apply(Change::Import(import)).expect("imports")).0);
    let details = Details { name: "KEY".into(), ..Details::default() };
    let create = Change::CreateSecret { details, value: value(9) };
    step("creating a secret", left_behind(|| device.apply(create).expect("a secret")).0);

    let secret = device.secret(dev, "TOKEN");
    let restore = Change::RestoreVersion { secret, revision: 1 };
    let (found, restored) = left_behind(|| device.apply(restore).expect("restores"));
    step("restoring", found);
    step("undoing", left_behind(|| device.undo(restored.act.expect("an act")).expect("undoes")).0);
    step("undoing", left_behind(|| device.undo(restored.act.expect("an act")).is_err()).0);

    let all: Vec<_> = device.session.model().secrets().map(|(id, _)| id).collect();
    let read = || drop(block_on(device.session.values(&all)).expect("values"));
    step("reading all", left_behind(read).0);
    let read = || drop(block_on(device.session.value_at(secret, 1)).expect("a value"));
    step("reading a version", left_behind(read).0);

    let change = || block_on(device.session.change_passphrase(&keys[0], &keys[1], &mut device.rng));
    let (found, changed) = left_behind(change);
    step("changing the passphrase", found);
    changed.expect("changes");
    step("backing up", left_behind(|| block_on(device.session.backup(&mut device.rng)).expect("a backup")).0);
    let (found, unlocked) =
        left_behind(|| block_on(Session::unlock(store.clone(), &keys[1])).expect("unlocks"));
    step("unlocking", found);
    step("locking", left_behind(|| drop((device, unlocked, keys))).0);
    drop(kit);
}
