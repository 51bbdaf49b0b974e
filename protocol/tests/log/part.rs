//! Rules 15 to 18: revisions, wraps, deleting and erasing.

use protocol::{
    Delete, Entry, Fault, Forget, Hash, Malformed, Part, Put, Rights, ScopeId, UnwrapFrom, WrapInto, Wraps,
};

use crate::world::{DEV, NOWHERE, OBJECT, PROD, PROJECT, ROOT, World, object, put, scope, wrap, wrapped};

fn write(part: Part, revision: u64, scopes: &[(ScopeId, u32)]) -> Entry {
    Entry::Put(put(OBJECT, part, revision, scopes))
}

fn wrap_into(part: Part, revision: u64, into: ScopeId, epoch: u32) -> Entry {
    Entry::Wrap(WrapInto { object: OBJECT, part, revision, wrap: wrap(into, epoch) })
}

fn unwrap_from(part: Part, revision: u64, scope: ScopeId) -> Entry {
    Entry::Unwrap(UnwrapFrom { object: OBJECT, part, revision, scope })
}

fn delete(revision: u64) -> Entry {
    Entry::Delete(Delete { object: OBJECT, revision })
}

fn forget(part: Part, first: u64, last: u64) -> Entry {
    Entry::Forget(Forget { object: OBJECT, part, first, last })
}

/// The guest with these rights on these scopes instead.
fn grant(world: &mut World, grants: &[(ScopeId, Rights)]) {
    world.take(&[Entry::Member(world.guest.member_entry(grants, &[]))]);
}

#[test]
fn a_put_is_the_next_revision() {
    let world = World::vault();
    for part in [Part::Overview, Part::Value] {
        assert!(world.takes(&[write(part, 2, &[(DEV, 1)])]), "the control");
        assert!(world.takes(&[write(part, 2, &[(DEV, 1)]), write(part, 3, &[(DEV, 1)])]));
        for revision in [0, 1, 3, u64::MAX] {
            assert_eq!(world.fault(write(part, revision, &[(DEV, 1)])), Fault::Revision);
        }
    }
    let new = |revision| Entry::Put(put(object(2), Part::Overview, revision, &[(DEV, 1)]));
    assert!(world.takes(&[new(1)]));
    assert_eq!(world.fault(new(2)), Fault::Revision);
    assert_eq!(world.fault(new(0)), Fault::Revision);
}

#[test]
fn a_value_has_an_object() {
    let world = World::vault();
    let value = Entry::Put(put(object(2), Part::Value, 1, &[(DEV, 1)]));
    assert_eq!(world.fault(value.clone()), Fault::Unknown);
    let overview = Entry::Put(put(object(2), Part::Overview, 1, &[(DEV, 1)]));
    assert!(world.takes(&[overview, value]));
}

#[test]
fn a_put_is_wrapped_to_current_epochs() {
    let world = World::vault();
    assert_eq!(world.fault(write(Part::Value, 2, &[(DEV, 2)])), Fault::Epoch);
    assert_eq!(world.fault(write(Part::Value, 2, &[(DEV, 0)])), Fault::Epoch);
    assert_eq!(world.fault(write(Part::Value, 2, &[(NOWHERE, 1)])), Fault::Unknown);
    assert_eq!(world.fault(write(Part::Value, 2, &[(DEV, 1), (NOWHERE, 1)])), Fault::Unknown);
}

#[test]
fn a_put_needs_write_where_the_part_lay_and_lies() {
    let mut world = World::vault();
    let guest = world.guest.clone();
    assert!(world.takes_by(&guest, &[write(Part::Value, 2, &[(DEV, 1)])]), "the control");
    let to_prod = [write(Part::Value, 2, &[(DEV, 1), (PROD, 1)])];
    assert_eq!(world.fault_by(&guest, 0, &to_prod), Fault::Rights);
    world.take(&to_prod);
    let out_of_prod = [write(Part::Value, 3, &[(DEV, 1)])];
    assert_eq!(world.fault_by(&guest, 0, &out_of_prod), Fault::Rights);
    assert!(world.takes(&out_of_prod));
    let but_write = Rights::NAMES | Rights::VALUES | Rights::DELETE | Rights::GRANT | Rights::AUDIT;
    grant(&mut world, &[(DEV, but_write), (PROD, but_write)]);
    assert_eq!(world.fault_by(&guest, 0, &[write(Part::Overview, 2, &[(DEV, 1)])]), Fault::Rights);
}

#[test]
fn the_fold_holds_the_last_put() {
    let mut world = World::vault();
    let entry =
        Put { blob: Hash::new([8; 32]), length: 99, ..put(OBJECT, Part::Value, 2, &[(DEV, 1), (PROD, 1)]) };
    world.take(&[scope(ScopeId::new([1; 16]), 1, &[(ROOT, 1)]), Entry::Put(entry.clone())]);
    let part = world.state.part(OBJECT, Part::Value).unwrap();
    assert_eq!((part.revision, part.seq, part.entry), (2, world.state.head().seq, 1));
    assert_eq!((part.blob, part.length, &part.wraps), (entry.blob, 99, &entry.wraps));
    assert_eq!(part.wraps.get(PROD).map(|wrap| (wrap.epoch, wrap.key)), Some((1, wrapped(0x77).as_bytes())));
    assert_eq!(world.state.part(OBJECT, Part::Overview).unwrap().revision, 1);
}

#[test]
fn a_part_is_wrapped_into_one_more_scope() {
    let mut world = World::vault();
    assert_eq!(world.fault(wrap_into(Part::Value, 2, PROD, 1)), Fault::Revision);
    assert_eq!(world.fault(wrap_into(Part::Value, 1, DEV, 1)), Fault::Wraps);
    assert_eq!(world.fault(wrap_into(Part::Value, 1, PROD, 2)), Fault::Epoch);
    assert_eq!(world.fault(wrap_into(Part::Value, 1, NOWHERE, 1)), Fault::Unknown);
    let other = WrapInto { object: object(9), part: Part::Value, revision: 1, wrap: wrap(PROD, 1) };
    assert_eq!(world.fault(Entry::Wrap(other)), Fault::Unknown);
    let guest = world.guest.clone();
    assert_eq!(world.fault_by(&guest, 0, &[wrap_into(Part::Value, 1, PROD, 1)]), Fault::Rights);
    grant(&mut world, &[(PROD, Rights::WRITE)]);
    assert_eq!(world.fault_by(&guest, 0, &[wrap_into(Part::Value, 1, PROD, 1)]), Fault::Rights);
    grant(&mut world, &[(DEV, Rights::WRITE), (PROD, Rights::WRITE)]);
    world.take_by(&guest, &[wrap_into(Part::Value, 1, PROD, 1)]);
    let scopes = |part| {
        world.state.part(OBJECT, part).unwrap().wraps.iter().map(|wrap| wrap.scope).collect::<Vec<_>>()
    };
    assert_eq!((scopes(Part::Overview), scopes(Part::Value)), (vec![DEV], vec![DEV, PROD]));
}

#[test]
fn a_part_is_taken_out_of_a_scope_but_never_the_last() {
    let mut world = World::vault();
    assert_eq!(world.fault(unwrap_from(Part::Value, 1, DEV)), Fault::Wraps, "the last");
    assert_eq!(world.fault(unwrap_from(Part::Value, 1, PROD)), Fault::Wraps, "not there");
    world.take(&[wrap_into(Part::Value, 1, PROD, 1)]);
    assert_eq!(world.fault(unwrap_from(Part::Value, 2, PROD)), Fault::Revision);
    let guest = world.guest.clone();
    assert_eq!(world.fault_by(&guest, 0, &[unwrap_from(Part::Value, 1, DEV)]), Fault::Rights);
    world.take(&[unwrap_from(Part::Value, 1, DEV)]);
    let part = world.state.part(OBJECT, Part::Value).unwrap();
    assert_eq!(part.wraps.iter().map(|wrap| wrap.scope).collect::<Vec<_>>(), [PROD]);
}

#[test]
fn a_deleted_object_comes_back_by_its_overview() {
    let mut world = World::vault();
    assert_eq!(world.fault(delete(2)), Fault::Revision);
    assert_eq!(world.fault(delete(0)), Fault::Revision);
    assert_eq!(world.fault(Entry::Delete(Delete { object: object(9), revision: 1 })), Fault::Unknown);
    world.take(&[delete(1)]);
    assert!(world.state.object(OBJECT).unwrap().deleted);
    assert_eq!(world.fault(delete(1)), Fault::Deleted);
    assert_eq!(world.fault(write(Part::Value, 2, &[(DEV, 1)])), Fault::Deleted);
    assert_eq!(world.fault(wrap_into(Part::Value, 1, PROD, 1)), Fault::Deleted);
    assert_eq!(world.fault(unwrap_from(Part::Value, 1, DEV)), Fault::Deleted);
    assert_eq!(world.fault(write(Part::Overview, 1, &[(DEV, 1)])), Fault::Revision);
    world.take(&[write(Part::Overview, 2, &[(DEV, 1)]), write(Part::Value, 2, &[(DEV, 1)])]);
    assert!(!world.state.object(OBJECT).unwrap().deleted);
}

#[test]
fn deleting_and_erasing_need_delete_on_every_scope() {
    let mut world = World::vault();
    world.take(&[write(Part::Value, 2, &[(DEV, 1), (PROD, 1)])]);
    let guest = world.guest.clone();
    let acts = [delete(1), forget(Part::Value, 1, 1)];
    let but_delete = Rights::NAMES | Rights::VALUES | Rights::WRITE | Rights::GRANT | Rights::AUDIT;
    for rights in
        [&[(DEV, but_delete), (PROD, but_delete)][..], &[(DEV, Rights::DELETE)], &[(PROD, Rights::DELETE)]]
    {
        grant(&mut world, rights);
        for act in &acts {
            assert_eq!(world.fault_by(&guest, 0, std::slice::from_ref(act)), Fault::Rights, "{rights:?}");
        }
    }
    grant(&mut world, &[(PROJECT, Rights::DELETE)]);
    assert!(world.takes_by(&guest, &acts));
}

#[test]
fn only_past_revisions_and_deleted_objects_are_erased() {
    let mut world = World::vault();
    (2..=6).for_each(|revision| world.take(&[write(Part::Value, revision, &[(DEV, 1)])]));
    for (first, last) in [(6, 6), (1, 6), (0, 1), (3, 2), (7, 7)] {
        assert_eq!(world.fault(forget(Part::Value, first, last)), Fault::Range, "{first} to {last}");
    }
    world.take(&[forget(Part::Value, 1, 1), forget(Part::Value, 3, 4)]);
    let part = world.state.part(OBJECT, Part::Value).unwrap();
    assert_eq!(part.forgotten, [(1, 1), (3, 4)]);
    assert_eq!(
        [1, 2, 3, 4, 5, 6].map(|revision| part.is_forgotten(revision)),
        [true, false, true, true, false, false]
    );
    world.take(&[write(Part::Value, 7, &[(DEV, 1)]), forget(Part::Value, 2, 2)]);
    assert_eq!(world.state.part(OBJECT, Part::Value).unwrap().forgotten, [(1, 4)]);
    world.take(&[delete(1)]);
    assert_eq!(world.fault(forget(Part::Value, 1, 8)), Fault::Range);
    world.take(&[forget(Part::Value, 1, 7), forget(Part::Overview, 1, 1)]);
    let nothing = Forget { object: object(9), part: Part::Value, first: 1, last: 1 };
    assert_eq!(world.fault(Entry::Forget(nothing)), Fault::Unknown);
}

#[test]
fn a_part_lies_somewhere_and_in_each_scope_once() {
    assert_eq!(Wraps::new(vec![]), Err(Malformed::Bounds));
    assert_eq!(Wraps::new(vec![wrap(DEV, 1), wrap(DEV, 2)]), Err(Malformed::Order));
    let sorted = Wraps::new(vec![wrap(PROD, 1), wrap(DEV, 1)]).unwrap();
    assert_eq!(sorted.iter().map(|wrap| wrap.scope).collect::<Vec<_>>(), [DEV, PROD]);
}

#[test]
fn a_commit_is_taken_whole_or_not_at_all() {
    let world = World::vault();
    let entries = [
        Entry::Revoke(protocol::Revoke { device: world.guest.device }),
        Entry::Member(world.guest.member_entry(&[], &[])),
        scope(PROD, 2, &[(PROJECT, 1)]),
        write(Part::Overview, 2, &[(DEV, 1)]),
        write(Part::Overview, 3, &[(DEV, 1)]),
        delete(3),
        forget(Part::Overview, 1, 3),
        Entry::Put(put(object(2), Part::Overview, 1, &[(DEV, 1)])),
        delete(3),
    ];
    assert_eq!(world.fault_by(&world.owner, 8, &entries), Fault::Deleted);
    assert!(world.takes(&entries[..8]), "the control");
}
