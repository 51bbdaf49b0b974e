//! Rule 8: how a log begins.

use protocol::{
    Author, Chain, Entry, Fault, Grant, Hash, LogId, LogKind, MemberKind, Newer, Note, Refusal, Rejection,
    Rights, Stamp, State,
};

use crate::world::{Actor, DEV, ROOT, World, access_item, founding, scope, verify};

/// What becomes of a founding with its entries and stamp changed, but signed rightly by the owner's device.
fn refusal_of(kind: LogKind, change: impl FnOnce(&mut Stamp, &mut Vec<Entry>)) -> Refusal {
    let (owner, mut stamp, mut entries) = founding(kind);
    change(&mut stamp, &mut entries);
    State::found(&owner.sign(stamp, &entries), &verify).expect_err("not founded rightly")
}

fn entry(index: u16, fault: Fault) -> Refusal {
    Refusal::Rejected(Rejection::Entry { index, fault })
}

fn member(entries: &mut [Entry]) -> &mut protocol::Member {
    let Some(Entry::Member(member)) = entries.get_mut(2) else { panic!("the third entry is the member") };
    member
}

#[test]
fn both_kinds_are_founded_by_four_entries_and_more_may_follow() {
    for kind in [LogKind::Vault, LogKind::Account] {
        let (owner, stamp, mut entries) = founding(kind);
        let state = State::found(&owner.sign(stamp, &entries), &verify).unwrap();
        assert_eq!((state.kind(), state.log(), state.root_scope()), (kind, stamp.log, ROOT));
        assert_eq!((state.head().seq, state.next_seq()), (0, 1));
        assert!(state.rights(owner.principal, ROOT).contains(Rights::ALL));
        assert_eq!(state.device(owner.device).map(|device| device.counter), Some(1));
        assert_eq!(state.account().is_some(), kind == LogKind::Account);
        entries.push(Entry::Note(Note { hash: Hash::ZERO }));
        assert!(State::found(&owner.sign(stamp, &entries), &verify).is_ok());
    }
}

#[test]
fn it_is_the_first_commit() {
    assert_eq!(
        refusal_of(LogKind::Vault, |stamp, _| stamp.seq = 1),
        Refusal::Rejected(Rejection::Chain(Chain::Seq))
    );
    assert_eq!(
        refusal_of(LogKind::Vault, |stamp, _| stamp.prev = Hash::new([1; 32])),
        Refusal::Rejected(Rejection::Chain(Chain::Prev))
    );
}

#[test]
fn the_four_entries_stand_in_their_order() {
    for (a, b) in [(0, 1), (1, 2), (2, 3), (0, 3)] {
        let refusal = refusal_of(LogKind::Vault, |_, entries| entries.swap(a, b));
        assert_eq!(refusal, entry(0, Fault::Founding));
    }
    for missing in 0..4 {
        let refusal = refusal_of(LogKind::Vault, |_, entries| drop(entries.remove(missing)));
        assert_eq!(refusal, entry(0, Fault::Founding));
    }
}

#[test]
fn the_log_id_is_made_from_the_founder() {
    let other = |stamp: &mut Stamp, _: &mut Vec<Entry>| stamp.log = LogId::new([1; 16]);
    assert_eq!(refusal_of(LogKind::Vault, other), entry(0, Fault::Founding));
    let thief = |_: &mut Stamp, entries: &mut Vec<Entry>| {
        let Some(Entry::Genesis(genesis)) = entries.first_mut() else { panic!("genesis comes first") };
        genesis.signing = Actor::new(2).identity_key();
    };
    assert_eq!(refusal_of(LogKind::Vault, thief), entry(0, Fault::Founding));
    let kind = |_: &mut Stamp, entries: &mut Vec<Entry>| {
        let Some(Entry::Genesis(genesis)) = entries.first_mut() else { panic!("genesis comes first") };
        genesis.kind = LogKind::Account;
    };
    assert_eq!(refusal_of(LogKind::Vault, kind), entry(0, Fault::Founding));
}

#[test]
fn an_accounts_founder_is_the_account() {
    let (owner, stamp, mut entries) = founding(LogKind::Account);
    let other = owner.as_principal(Actor::new(9).principal);
    let Some(Entry::Genesis(genesis)) = entries.first_mut() else { panic!("genesis comes first") };
    genesis.principal = other.principal;
    member(&mut entries).principal = other.principal;
    entries[3] = Entry::Device(other.device_entry(1));
    let stamp = Stamp { author: other.principal, ..stamp };
    let refusal = State::found(&other.sign(stamp, &entries), &verify).unwrap_err();
    assert_eq!(refusal, entry(0, Fault::Founding));
}

#[test]
fn the_author_is_the_founder_and_the_device_its_own() {
    let author = |stamp: &mut Stamp, _: &mut Vec<Entry>| stamp.author = Actor::new(2).principal;
    assert_eq!(refusal_of(LogKind::Vault, author), entry(0, Fault::Founding));
    let device = |stamp: &mut Stamp, _: &mut Vec<Entry>| stamp.device = Actor::new(2).device;
    let unknown = Refusal::Rejected(Rejection::Author(Author::UnknownDevice));
    assert_eq!(refusal_of(LogKind::Vault, device), unknown);
    let signed_by_other = |_: &mut Stamp, entries: &mut Vec<Entry>| {
        let (owner, ..) = founding(LogKind::Vault);
        let mut device = owner.on_device(0x55).device_entry(1);
        device.device = owner.device;
        entries[3] = Entry::Device(device);
    };
    let signature = Refusal::Rejected(Rejection::Author(Author::Signature));
    assert_eq!(refusal_of(LogKind::Vault, signed_by_other), signature);
    let counter = Refusal::Rejected(Rejection::Author(Author::Counter));
    assert_eq!(refusal_of(LogKind::Vault, |stamp, _| stamp.counter = 0), counter);
    let uncertified = |_: &mut Stamp, entries: &mut Vec<Entry>| {
        let Entry::Device(device) = &mut entries[3] else { panic!("the fourth entry is the device") };
        device.certificate = Actor::new(2).device_entry(1).certificate;
    };
    assert_eq!(refusal_of(LogKind::Vault, uncertified), entry(3, Fault::Certificate));
}

#[test]
fn the_root_has_no_parents_and_the_first_epoch() {
    for root in [scope(ROOT, 2, &[]), scope(ROOT, 1, &[(DEV, 1)])] {
        assert_eq!(refusal_of(LogKind::Vault, |_, entries| entries[1] = root), entry(1, Fault::Founding));
    }
}

#[test]
fn the_founder_owns_the_root() {
    let wrong: [fn(&mut protocol::Member); 6] = [
        |member| member.principal = Actor::new(2).principal,
        |member| member.signing = Actor::new(2).identity_key(),
        |member| member.kind = MemberKind::Token,
        |member| member.generation = 2,
        |member| member.grants = vec![Grant { scope: ROOT, rights: Rights::WRITE }],
        |member| member.grants.clear(),
    ];
    for change in wrong {
        let refusal = refusal_of(LogKind::Vault, |_, entries| change(member(entries)));
        assert_eq!(refusal, entry(2, Fault::Founding));
    }
    let access =
        |_: &mut Stamp, entries: &mut Vec<Entry>| member(entries).access = vec![access_item(ROOT, 2)];
    assert_eq!(refusal_of(LogKind::Vault, access), entry(2, Fault::Epoch));
}

#[test]
fn a_later_entry_is_held_to_the_rules_too() {
    let orphan = |_: &mut Stamp, entries: &mut Vec<Entry>| entries.push(scope(DEV, 1, &[]));
    assert_eq!(refusal_of(LogKind::Vault, orphan), entry(4, Fault::Parents));
    let genesis = |_: &mut Stamp, entries: &mut Vec<Entry>| entries.push(entries[0].clone());
    assert_eq!(refusal_of(LogKind::Vault, genesis), entry(4, Fault::Misplaced));
    let newer = |_: &mut Stamp, entries: &mut Vec<Entry>| {
        entries.push(Entry::Unknown { kind: 0x4000, bytes: vec![] })
    };
    assert_eq!(refusal_of(LogKind::Vault, newer), Refusal::NeedsUpdate(Newer::Kind(0x4000)));
}

#[test]
fn a_log_is_founded_once() {
    let world = World::vault();
    let (_, _, entries) = founding(LogKind::Vault);
    assert_eq!(world.fault(entries[0].clone()), Fault::Misplaced);
}
