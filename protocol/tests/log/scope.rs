//! Rules 13 and 14: scopes, epochs, and what is behind.

use protocol::{Entry, Fault, Part, Rights, ScopeId, limit};

use crate::world::{DEV, NOWHERE, OBJECT, PROD, PROJECT, ROOT, World, put, scope};

const NEW: ScopeId = ScopeId::new([0x41; 16]);

#[test]
fn a_scope_begins_below_what_is_there() {
    let world = World::vault();
    assert!(world.takes(&[scope(NEW, 1, &[(PROJECT, 1)])]), "the control");
    assert!(world.takes(&[scope(NEW, 1, &[(DEV, 1), (PROD, 1)])]), "several parents");
    assert_eq!(world.fault(scope(NEW, 2, &[(PROJECT, 1)])), Fault::Epoch);
    assert_eq!(world.fault(scope(NEW, 0, &[(PROJECT, 1)])), Fault::Epoch);
    assert_eq!(world.fault(scope(NEW, 1, &[])), Fault::Parents);
    assert_eq!(world.fault(scope(NEW, 1, &[(NOWHERE, 1)])), Fault::Unknown);
    assert_eq!(world.fault(scope(NEW, 1, &[(NEW, 1)])), Fault::Unknown, "not below itself");
    assert_eq!(world.fault(scope(NEW, 1, &[(PROJECT, 2)])), Fault::Epoch);
    assert_eq!(World::account().fault(scope(NEW, 1, &[(ROOT, 1)])), Fault::Misplaced);
}

#[test]
fn a_scope_is_made_by_who_may_write_above() {
    let mut world = World::vault();
    let below_dev = [scope(NEW, 1, &[(DEV, 1)])];
    assert!(world.takes_by(&world.guest, &below_dev), "the control");
    assert_eq!(world.fault_by(&world.guest, 0, &[scope(NEW, 1, &[(PROJECT, 1)])]), Fault::Rights);
    assert_eq!(world.fault_by(&world.guest, 0, &[scope(NEW, 1, &[(DEV, 1), (PROD, 1)])]), Fault::Rights);
    let but_write = Rights::NAMES | Rights::VALUES | Rights::DELETE | Rights::GRANT | Rights::AUDIT;
    world.take(&[Entry::Member(world.guest.member_entry(&[(DEV, but_write)], &[]))]);
    assert_eq!(world.fault_by(&world.guest, 0, &below_dev), Fault::Rights);
}

#[test]
fn an_epoch_follows_the_last_below_the_same_parents() {
    let mut world = World::vault();
    assert!(world.takes(&[scope(DEV, 2, &[(PROJECT, 1)])]), "the control");
    assert_eq!(world.fault(scope(DEV, 1, &[(PROJECT, 1)])), Fault::Epoch);
    assert_eq!(world.fault(scope(DEV, 3, &[(PROJECT, 1)])), Fault::Epoch);
    assert_eq!(world.fault(scope(DEV, 2, &[(ROOT, 1)])), Fault::Parents);
    assert_eq!(world.fault(scope(DEV, 2, &[(ROOT, 1), (PROJECT, 1)])), Fault::Parents);
    assert_eq!(world.fault(scope(DEV, 2, &[])), Fault::Parents);
    assert_eq!(world.fault(scope(DEV, 2, &[(PROJECT, 2)])), Fault::Epoch);
    let rotate = [scope(DEV, 2, &[(PROJECT, 1)])];
    assert_eq!(world.fault_by(&world.guest, 0, &rotate), Fault::Rights);
    world.take(&[Entry::Member(world.guest.member_entry(&[(DEV, Rights::GRANT)], &[]))]);
    assert!(world.takes_by(&world.guest, &rotate), "who may grant may rotate");
}

#[test]
fn the_secret_of_every_epoch_before_is_kept() {
    let mut world = World::vault();
    world.take(&[scope(DEV, 2, &[(PROJECT, 1)])]);
    world.take(&[scope(DEV, 3, &[(PROJECT, 1)])]);
    let record = world.state.scope(DEV).unwrap();
    assert_eq!((record.epoch, record.previous.len()), (3, 2));
}

#[test]
fn nothing_is_wrapped_to_what_is_behind() {
    let mut world = World::vault();
    let write = |scope| Entry::Put(put(OBJECT, Part::Value, 2, &[scope]));
    world.take(&[scope(ROOT, 2, &[])]);
    assert!([PROJECT, DEV, PROD].iter().all(|scope| world.state.is_behind(*scope)));
    assert!(!world.state.is_behind(ROOT));
    assert_eq!(world.fault(write((DEV, 1))), Fault::Behind, "two levels below the new epoch");
    assert_eq!(world.fault(write((PROJECT, 1))), Fault::Behind);
    assert_eq!(world.fault(scope(NEW, 1, &[(PROJECT, 1)])), Fault::Behind);
    assert_eq!(world.fault(scope(DEV, 2, &[(PROJECT, 1)])), Fault::Behind, "from the top down");
    assert!(world.takes(&[write((ROOT, 2))]), "the control");
    world.take(&[scope(PROJECT, 2, &[(ROOT, 2)])]);
    assert_eq!(world.fault(write((DEV, 1))), Fault::Behind);
    world.take(&[scope(DEV, 2, &[(PROJECT, 2)])]);
    assert_eq!(world.fault(write((DEV, 1))), Fault::Epoch);
    world.take(&[write((DEV, 2))]);
    assert!(world.state.is_behind(PROD));
}

#[test]
fn a_rotation_is_one_commit_from_the_top_down() {
    let world = World::vault();
    let top_down = [
        scope(ROOT, 2, &[]),
        Entry::Member(world.owner.member_entry(&[(ROOT, Rights::ALL)], &[(ROOT, 2)])),
        scope(PROJECT, 2, &[(ROOT, 2)]),
        scope(DEV, 2, &[(PROJECT, 2)]),
        scope(PROD, 2, &[(PROJECT, 2)]),
    ];
    assert!(world.takes(&top_down));
    let bottom_up = [top_down[3].clone(), top_down[2].clone(), top_down[0].clone()];
    assert_eq!(world.fault_by(&world.owner, 0, &bottom_up), Fault::Epoch);
}

#[test]
fn scopes_nest_sixteen_deep() {
    let mut world = World::vault();
    let id = |depth: usize| ScopeId::new([0x60 + u8::try_from(depth).unwrap(); 16]);
    world.take(&[scope(id(1), 1, &[(ROOT, 1)])]);
    for depth in 2..=limit::ANCESTORS {
        world.take(&[scope(id(depth), 1, &[(id(depth - 1), 1)])]);
    }
    let deeper = scope(id(limit::ANCESTORS + 1), 1, &[(id(limit::ANCESTORS), 1)]);
    assert_eq!(world.fault(deeper), Fault::Parents);
}
