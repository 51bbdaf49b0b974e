//! What a log may hold at most (`LOG.md` §3): the last one is taken, one more is not.

use protocol::{ArkGrant, Device, Entry, Fault, Forget, Part, PrincipalId, Rights, ScopeId, WrapInto, limit};

use crate::world::{Actor, DEV, OBJECT, PROJECT, ROOT, World, put, scope, wrap, wrapped};

fn number(at: usize) -> [u8; 16] {
    let mut id = [0xB0; 16];
    id[..8].copy_from_slice(&u64::try_from(at).unwrap().to_be_bytes());
    id
}

fn scope_id(at: usize) -> ScopeId {
    ScopeId::new(number(at))
}

#[test]
fn devices() {
    let mut world = World::vault();
    let device = |at: usize| -> Device {
        let byte = u8::try_from(at % 256).unwrap();
        let mut actor = world.owner.on_device(byte);
        actor.device = protocol::DeviceId::new(number(at));
        actor.device_entry(1)
    };
    let room = limit::DEVICES - world.state.devices().count();
    let entries: Vec<_> = (0..room).map(|at| Entry::Device(device(at))).collect();
    let one_more = Entry::Device(device(room));
    world.take(&entries);
    assert_eq!(world.fault(one_more), Fault::TooMany);
}

#[test]
fn members() {
    let mut world = World::vault();
    let member = |at: usize| {
        let actor = Actor::new(3).as_principal(PrincipalId::new(number(at)));
        Entry::Member(actor.member_entry(&[(DEV, Rights::NAMES)], &[]))
    };
    let room = limit::MEMBERS - world.state.members().count();
    world.take(&(0..room).map(member).collect::<Vec<_>>());
    assert_eq!(world.fault(member(room)), Fault::TooMany);
    let known = world.guest.member_entry(&[(DEV, Rights::NAMES)], &[]);
    assert!(world.takes(&[Entry::Member(known)]), "who is there may still change");
}

#[test]
fn scopes() {
    let mut world = World::vault();
    let make = |at: usize| scope(scope_id(at), 1, &[(ROOT, 1)]);
    let room = limit::SCOPES - world.state.scopes().count();
    let all: Vec<_> = (0..room).map(make).collect();
    all.chunks(limit::PACKED_ENTRIES).for_each(|entries| world.take(entries));
    assert_eq!(world.fault(make(room)), Fault::TooMany);
    assert!(world.takes(&[scope(DEV, 2, &[(PROJECT, 1)])]), "what is there may still rotate");
}

#[test]
fn scopes_of_a_part() {
    let mut world = World::vault();
    let all: Vec<_> = (0..=limit::WRAPS).map(|at| scope(scope_id(at), 1, &[(ROOT, 1)])).collect();
    world.take(&all);
    let ids: Vec<_> = (0..limit::WRAPS - 1).map(|at| (scope_id(at), 1)).collect();
    world.take(&[Entry::Put(put(OBJECT, Part::Value, 2, &ids))]);
    let into = |at: usize| {
        let wrap = wrap(scope_id(at), 1);
        Entry::Wrap(WrapInto { object: OBJECT, part: Part::Value, revision: 2, wrap })
    };
    world.take(&[into(limit::WRAPS - 1)]);
    assert_eq!(world.fault(into(limit::WRAPS)), Fault::TooMany);
}

#[test]
fn epochs_of_a_scope() {
    let mut world = World::vault();
    let rotate = |epoch| scope(ROOT, epoch, &[]);
    world.take(&(2..=limit::EPOCHS).map(rotate).collect::<Vec<_>>());
    assert_eq!(world.fault(rotate(limit::EPOCHS + 1)), Fault::Epoch);
}

#[test]
fn epochs_of_the_account() {
    let mut world = World::account();
    let grant = |epoch| Entry::ArkGrant(ArkGrant { epoch, previous: wrapped(1), grants: vec![] });
    world.take(&(2..=limit::EPOCHS).map(grant).collect::<Vec<_>>());
    assert_eq!(world.fault(grant(limit::EPOCHS + 1)), Fault::Epoch);
}

#[test]
fn erased_ranges_of_a_part() {
    let mut world = World::vault();
    let count = 2 * u64::try_from(limit::FORGOTTEN).unwrap() + 4;
    let puts: Vec<_> =
        (2..=count).map(|revision| Entry::Put(put(OBJECT, Part::Value, revision, &[(DEV, 1)]))).collect();
    puts.chunks(limit::PACKED_ENTRIES).for_each(|entries| world.take(entries));
    let forget = |at: u64| Entry::Forget(Forget { object: OBJECT, part: Part::Value, first: at, last: at });
    let every_other: Vec<_> = (1..count - 2).step_by(2).map(forget).collect();
    assert_eq!(every_other.len(), limit::FORGOTTEN + 1);
    let (last, all) = every_other.split_last().unwrap();
    world.take(all);
    assert_eq!(world.fault(last.clone()), Fault::Range);
    assert!(world.takes(&[forget(2)]), "a range that joins two is always possible");
}
