//! Rules 6 and 7: bodies, checkpoints, and the three answers.

use protocol::{
    ArkGrant, Checkpoint, Commit, Credential, Entry, Fault, Grantee, Hash, LogKind, Malformed, Newer, Note,
    Refusal, Rejection, Rejoin, Undecodable, Unsigned, VerifyingKey, limit,
};

use crate::world::{DEV, World, head, resigned, scope, verify, wrapped};

fn note() -> Entry {
    Entry::Note(Note { hash: Hash::ZERO })
}

fn unknown(kind: u16, bytes: &[u8]) -> Entry {
    Entry::Unknown { kind, bytes: bytes.to_vec() }
}

fn checkpoint(root: Hash) -> Entry {
    Entry::Checkpoint(Checkpoint { root, heads: Vec::new() })
}

#[test]
fn a_body_has_entries_and_keeps_the_limits() {
    let stamp = World::vault().stamp(&World::vault().owner);
    let is_laid_out = |entries: &[Entry]| Unsigned::new(stamp, entries).map(drop);
    assert_eq!(is_laid_out(&[]), Err(Malformed::Bounds));
    assert_eq!(is_laid_out(&vec![note(); limit::ENTRIES]), Ok(()));
    assert_eq!(is_laid_out(&vec![note(); limit::ENTRIES + 1]), Err(Malformed::Bounds));
    let fits = limit::BODY - 6;
    assert_eq!(is_laid_out(&[unknown(0x8123, &vec![0; fits])]), Ok(()));
    assert_eq!(is_laid_out(&[unknown(0x8123, &vec![0; fits + 1])]), Err(Malformed::Bounds));
}

#[test]
fn what_is_not_the_entry_it_says_is_not_laid_out() {
    let stamp = World::vault().stamp(&World::vault().owner);
    let kind_of_another = unknown(0x0003, &[0; 16]);
    assert_eq!(Unsigned::new(stamp, &[kind_of_another]).map(drop), Err(Malformed::Value));
    let Entry::Scope(mut scope) = scope(DEV, 2, &[]) else { panic!("a scope") };
    scope.previous = None;
    assert_eq!(Unsigned::new(stamp, &[Entry::Scope(scope)]).map(drop), Err(Malformed::Short));
}

#[test]
fn a_signed_body_that_is_malformed_is_its_devices_fault() {
    let world = World::vault();
    // Our own code does not lay it out, so a body of the same length is changed, hashed and signed again.
    let commit = resigned(&world, &[unknown(0x8003, &[0; 15])], |body| body[1] = 0);
    assert_eq!(world.refusal(&commit), Refusal::Rejected(Rejection::Body(Malformed::Short)));
    let control = resigned(&world, &[unknown(0x8003, &[0; 15])], |_| ());
    assert!(world.clone().state.accept(&control, &verify).is_ok(), "the control");
}

#[test]
fn an_ignorable_kind_is_kept_and_changes_nothing() {
    let mut world = World::vault();
    let before = world.state.clone();
    let entries = [unknown(0x8001, b"a note of another shape"), unknown(0xFFFF, b""), note()];
    world.take(&entries);
    assert_eq!(world.commits.last().unwrap().entries().unwrap(), entries);
    assert!(world.state.objects().eq(before.objects()));
    assert!(world.state.members().eq(before.members()));
    assert!(world.state.scopes().eq(before.scopes()));
}

#[test]
fn an_unlisted_kind_needs_an_update_and_only_if_rightly_signed() {
    let world = World::vault();
    let entries = [note(), unknown(0x0022, b"later")];
    let refusal = world.refusal(&world.commit_by(&world.owner, &entries));
    assert_eq!(refusal, Refusal::NeedsUpdate(Newer::Kind(0x0022)));
    let forged = world.guest.sign(world.stamp(&world.owner), &entries);
    assert!(matches!(world.refusal(&forged), Refusal::Rejected(Rejection::Author(_))));
}

#[test]
fn another_suite_or_rules_number_needs_an_update() {
    let world = World::vault();
    let bytes = world.commit_by(&world.owner, &[note()]).encode();
    assert!(Commit::decode(&bytes).is_ok(), "the control");
    let with = |at: usize, value: u16| {
        let mut bytes = bytes.clone();
        bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
        Commit::decode(&bytes)
    };
    assert_eq!(with(8, 2), Err(Undecodable::NeedsUpdate(Newer::Suite(2))));
    assert_eq!(with(10, 2), Err(Undecodable::NeedsUpdate(Newer::Rules(2))));
    assert_eq!(with(0, 0), Err(Undecodable::Malformed(Malformed::Value)), "no log of ours at all");
    let short = [&bytes[..8], &[9, 0, 1, 0]].concat();
    assert_eq!(Commit::decode(&short), Err(Undecodable::NeedsUpdate(Newer::Suite(9))), "twelve bytes say it");
}

#[test]
fn a_checkpoint_states_the_folds_root_before_its_commit() {
    let mut world = World::vault();
    let root = world.state.root();
    let wrong = checkpoint(Hash::new([1; 32]));
    assert_eq!(world.fault(wrong), Fault::StateRoot);
    world.take(&[checkpoint(root), note()]);
    assert_ne!(world.state.root(), root);
    assert_eq!(world.fault(checkpoint(root)), Fault::StateRoot);
}

#[test]
fn a_checkpoint_stands_first() {
    let world = World::vault();
    let root = checkpoint(world.state.root());
    assert!(world.takes(&[root.clone(), note()]), "the control");
    assert_eq!(world.fault_by(&world.owner, 1, &[note(), root.clone()]), Fault::Misplaced);
    assert_eq!(world.fault_by(&world.owner, 1, &[root.clone(), root]), Fault::Misplaced);
}

#[test]
fn a_new_device_may_come_behind_a_checkpoint() {
    let world = World::vault();
    let new = world.owner.on_device(0x55);
    assert!(world.takes_by(&new, &[checkpoint(world.state.root()), Entry::Device(new.device_entry(1))]));
}

#[test]
fn every_256th_commit_has_a_checkpoint() {
    let mut world = World::vault();
    while !world.state.is_checkpoint_due() {
        assert!(world.state.next_seq() < 256);
        world.take(&[note()]);
    }
    assert_eq!(world.state.next_seq(), 256);
    assert_eq!(world.fault(note()), Fault::CheckpointDue);
    world.take(&[checkpoint(world.state.root())]);
    world.take(&[note()]);
}

#[test]
fn only_an_account_binds_heads() {
    let vault = World::vault();
    let entry = |world: &World, heads: &[_]| {
        Entry::Checkpoint(Checkpoint { root: world.state.root(), heads: heads.to_vec() })
    };
    assert_eq!(vault.fault(entry(&vault, &[head(1, 5)])), Fault::Misplaced);
    let mut account = World::account();
    account.take(&[entry(&account, &[head(1, 5), head(2, 7)])]);
    account.take(&[entry(&account, &[head(1, 9)])]);
    assert_eq!(account.state.heads().collect::<Vec<_>>(), [head(1, 9), head(2, 7)]);
    let unordered =
        Unsigned::new(account.stamp(&account.owner), &[entry(&account, &[head(2, 1), head(1, 1)])]);
    assert_eq!(unordered.map(drop), Err(Malformed::Order));
}

#[test]
fn a_rejoin_leaves_the_fold_alone() {
    let mut world = World::vault();
    let objects = world.state.objects().count();
    world.take(&[Entry::Rejoin(Rejoin { seq: 900, hash: Hash::new([3; 32]) })]);
    assert_eq!(world.state.objects().count(), objects);
}

fn credential(epoch: u32, ark_epoch: u32) -> Entry {
    let [record, ark_wrap, recovery_wrap] = [1, 2, 4].map(|byte| Hash::new([byte; 32]));
    Entry::Credential(Credential {
        epoch,
        ark_epoch,
        record,
        ark_wrap,
        recovery_wrap,
        recovery: VerifyingKey::new([3; 32]),
    })
}

fn ark_grant(epoch: u32, devices: &[protocol::DeviceId]) -> Entry {
    let grants = devices.iter().map(|device| Grantee { device: *device, key: wrapped(0x99) }).collect();
    Entry::ArkGrant(ArkGrant { epoch, previous: wrapped(0x98), grants })
}

#[test]
fn a_credential_follows_the_last_one_under_the_current_root_key() {
    let mut world = World::account();
    assert_eq!(world.state.kind(), LogKind::Account);
    assert_eq!(world.fault(credential(2, 1)), Fault::Epoch);
    assert_eq!(world.fault(credential(0, 1)), Fault::Epoch);
    assert_eq!(world.fault(credential(1, 2)), Fault::Epoch);
    world.take(&[credential(1, 1)]);
    assert_eq!(world.fault(credential(1, 1)), Fault::Epoch);
    world.take(&[ark_grant(2, &[]), credential(2, 2)]);
    let account = world.state.account().unwrap();
    assert_eq!((account.ark_epoch(), account.credential.as_ref().map(|last| last.epoch)), (2, Some(2)));
    assert_eq!(World::vault().fault(credential(1, 1)), Fault::Misplaced);
}

#[test]
fn a_new_root_key_reaches_exactly_the_other_devices() {
    let mut world = World::account();
    let [second, third] = [0x55, 0x56].map(|seed| world.owner.on_device(seed));
    for device in [&second, &third] {
        world.take_by(device, &[Entry::Device(device.device_entry(1))]);
    }
    let own = world.owner.device;
    assert_eq!(world.fault(ark_grant(3, &[second.device, third.device])), Fault::Epoch);
    assert_eq!(world.fault(ark_grant(1, &[second.device, third.device])), Fault::Epoch);
    assert_eq!(world.fault(ark_grant(2, &[second.device])), Fault::Grantees);
    let mut all = [own, second.device, third.device];
    all.sort();
    assert_eq!(world.fault(ark_grant(2, &all)), Fault::Grantees);
    let stranger = world.owner.on_device(0x57).device;
    assert_eq!(world.fault(ark_grant(2, &[second.device, stranger])), Fault::Grantees);
    assert!(world.takes(&[ark_grant(2, &[second.device, third.device])]), "the control");
    let revoke = Entry::Revoke(protocol::Revoke { device: third.device });
    let after = [revoke, ark_grant(2, &[second.device, third.device])];
    assert_eq!(world.fault_by(&world.owner, 1, &after), Fault::Grantees, "a revoked device gets nothing");
    assert_eq!(World::vault().fault(ark_grant(2, &[])), Fault::Misplaced);
}

#[test]
fn a_refused_account_entry_leaves_no_trace() {
    let world = World::account();
    let heads = Entry::Checkpoint(Checkpoint { root: world.state.root(), heads: vec![head(1, 5)] });
    let entries = [heads, credential(1, 1), ark_grant(2, &[]), credential(9, 9)];
    assert_eq!(world.fault_by(&world.owner, 3, &entries), Fault::Epoch);
    assert!(world.takes(&entries[..3]), "the control");
}
