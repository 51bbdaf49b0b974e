//! The fold's serialisation: it restores all of the fold, and the root is over all of it.

use protocol::{
    ArkGrant, Checkpoint, Credential, Delete, Entry, Forget, Grantee, Hash, Malformed, Note, Part, Rejoin,
    Revoke, ScopeId, State, UnwrapFrom, VerifyingKey, WrapInto, limit,
};

use crate::world::{Actor, DEV, OBJECT, PROD, PROJECT, ROOT, World, head, object, put, scope, wrap, wrapped};

/// A vault with every kind of entry, in which every list of the serialisation has something.
pub(crate) fn full_vault() -> World {
    let mut world = World::vault();
    let forget = Forget { object: OBJECT, part: Part::Value, first: 1, last: 1 };
    world.take(&[
        scope(DEV, 2, &[(PROJECT, 1)]),
        Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 2), (PROD, 1)])),
        Entry::Forget(forget),
        Entry::Put(put(object(2), Part::Overview, 1, &[(PROJECT, 1)])),
        Entry::Delete(Delete { object: object(2), revision: 1 }),
    ]);
    let root = world.state.root();
    world.take(&[
        Entry::Checkpoint(Checkpoint { root, heads: vec![] }),
        Entry::Wrap(WrapInto { object: OBJECT, part: Part::Value, revision: 2, wrap: wrap(PROJECT, 1) }),
        Entry::Unwrap(UnwrapFrom { object: OBJECT, part: Part::Value, revision: 2, scope: PROD }),
        Entry::Revoke(Revoke { device: world.guest.device }),
        Entry::Identity(world.owner.identity_entry(&Actor::new(0x44), 2)),
        Entry::Rejoin(Rejoin { seq: 900, hash: Hash::new([3; 32]) }),
        Entry::Note(Note { hash: Hash::new([9; 32]) }),
        Entry::Unknown { kind: 0x8F00, bytes: b"later".to_vec() },
    ]);
    world
}

/// An account's log with both kinds of its own, in which every list of the serialisation has something.
pub(crate) fn full_account() -> World {
    let mut world = World::account();
    let second = world.owner.on_device(0x55);
    world.take_by(&second, &[Entry::Device(second.device_entry(1))]);
    let root = world.state.root();
    let [record, ark_wrap, recovery_wrap] = [1, 2, 4].map(|byte| Hash::new([byte; 32]));
    let recovery = VerifyingKey::new([3; 32]);
    world.take(&[
        Entry::Checkpoint(Checkpoint { root, heads: vec![head(1, 5), head(2, 7)] }),
        Entry::ArkGrant(ArkGrant {
            epoch: 2,
            previous: wrapped(0x98),
            grants: vec![Grantee { device: second.device, key: wrapped(0x99) }],
        }),
        Entry::Credential(Credential { epoch: 1, ark_epoch: 2, record, ark_wrap, recovery_wrap, recovery }),
    ]);
    world
}

#[test]
fn what_is_restored_is_the_fold_and_goes_on() {
    for world in [full_vault(), full_account(), World::account()] {
        let restored = State::decode(&world.state.encode()).unwrap();
        assert_eq!(restored, world.state);
        assert_eq!(restored.root(), world.state.root());
        let mut on = World { state: restored, ..world };
        on.take(&[Entry::Checkpoint(Checkpoint { root: on.state.root(), heads: vec![] })]);
    }
}

#[test]
fn no_byte_of_it_can_change_unseen() {
    for world in [full_vault(), full_account()] {
        let bytes = world.state.encode();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            if let Ok(state) = State::decode(&changed) {
                assert_eq!(state.encode(), changed, "byte {at} is read and written back");
                assert_ne!(state.root(), world.state.root(), "byte {at} is under the root");
            }
        }
    }
}

#[test]
fn nothing_but_the_whole_is_restored() {
    for world in [full_vault(), full_account()] {
        let bytes = world.state.encode();
        assert!((0..bytes.len()).all(|length| State::decode(&bytes[..length]).is_err()));
        assert_eq!(State::decode(&[bytes.as_slice(), &[0]].concat()), Err(Malformed::Trailing));
    }
}

#[test]
fn what_names_nothing_is_not_restored() {
    let bytes = full_vault().state.encode();
    for id in [DEV, PROJECT, ROOT] {
        let places = places_of(&bytes, id.as_bytes());
        assert!(!places.is_empty());
        for at in places {
            let mut changed = bytes.clone();
            changed[at] ^= 0x80;
            assert!(State::decode(&changed).is_err(), "{id} at {at}");
        }
    }
}

/// `bytes` with the one place that reads `from` reading `to`.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places = places_of(bytes, from);
    assert_eq!(places.len(), 1, "one place is meant");
    [&bytes[..places[0]], to, &bytes[places[0] + from.len()..]].concat()
}

#[test]
fn scopes_that_lie_above_themselves_are_not_restored() {
    let bytes = full_vault().state.encode();
    let row =
        |id: ScopeId, parent: ScopeId| [id.as_bytes(), &[1, 0, 0, 0, 1][..], parent.as_bytes()].concat();
    let own = replaced(&bytes, &row(PROD, PROJECT), &row(PROD, PROD));
    assert_eq!(State::decode(&own), Err(Malformed::Value));
    let circle = replaced(&bytes, &row(PROJECT, ROOT), &row(PROJECT, PROD));
    assert_eq!(State::decode(&circle), Err(Malformed::Value));
    let elsewhere = replaced(&bytes, &row(PROD, PROJECT), &row(PROD, ROOT));
    assert!(State::decode(&elsewhere).is_ok(), "the control");
}

#[test]
fn scopes_without_a_place_are_not_restored() {
    let bytes = full_vault().state.encode();
    let edge_length = 16 + 4 + 2 * 50;
    let row = [PROD.as_bytes(), &[1, 0, 0, 0, 1][..], PROJECT.as_bytes()].concat();
    let at = places_of(&bytes, &row)[0] + 20;
    let orphan = [&bytes[..at], &[0], &bytes[at + 1 + edge_length..]].concat();
    assert_eq!(State::decode(&orphan), Err(Malformed::Value), "only the root has no parents");
    let after_edge = at + 1 + edge_length;
    let with_epoch = |epoch: u32| {
        let previous = [1, 0, 7].repeat(usize::try_from(epoch - 1).unwrap());
        let number = epoch.to_le_bytes();
        let row = [&bytes[..at - 4], &number, &bytes[at..after_edge], &previous, &bytes[after_edge..]];
        State::decode(&row.concat())
    };
    assert!(with_epoch(limit::EPOCHS).is_ok(), "the control");
    assert_eq!(with_epoch(limit::EPOCHS + 1), Err(Malformed::Bounds));
    let no_scope_at_all = [&bytes[..75], &[0; 16]].concat();
    assert_eq!(State::decode(&no_scope_at_all), Err(Malformed::Value), "a root that is not there");
}

#[test]
fn scopes_too_deep_are_not_restored() {
    let mut world = World::vault();
    let id = |depth: usize| ScopeId::new([0x60 + u8::try_from(depth).unwrap(); 16]);
    let parent = |depth: usize| if depth == 1 { ROOT } else { id(depth - 1) };
    let chain: Vec<_> =
        (1..=limit::ANCESTORS).map(|depth| scope(id(depth), 1, &[(parent(depth), 1)])).collect();
    world.take(&chain);
    let row = |top: ScopeId| [id(1).as_bytes(), &[1, 0, 0, 0, 1][..], top.as_bytes()].concat();
    let bytes = world.state.encode();
    assert_eq!(State::decode(&replaced(&bytes, &row(ROOT), &row(PROJECT))), Err(Malformed::Value));
    assert!(State::decode(&bytes).is_ok(), "the control");
}

#[test]
fn lists_out_of_order_are_not_restored() {
    let mut vault = World::vault();
    let below_both = ScopeId::new([0x41; 16]);
    vault.take(&[scope(below_both, 1, &[(DEV, 1), (PROD, 1)])]);
    let bytes = vault.state.encode();
    let row = |first: u8| [&below_both.as_bytes()[..], &[1, 0, 0, 0, 2], &[first; 16]].concat();
    assert_eq!(State::decode(&replaced(&bytes, &row(0x31), &row(0x33))), Err(Malformed::Order), "parents");

    let mut members = bytes.clone();
    members[79] = 3;
    assert_eq!(State::decode(&members), Err(Malformed::Order), "members");

    let mut account = World::account();
    let others = [0x55, 0x56].map(|seed| account.owner.on_device(seed));
    for device in &others {
        account.take_by(device, &[Entry::Device(device.device_entry(1))]);
    }
    let grants = others.map(|other| Grantee { device: other.device, key: wrapped(0x99) }).to_vec();
    account.take(&[Entry::ArkGrant(ArkGrant { epoch: 2, previous: wrapped(0x98), grants })]);
    let grant = |device: u8| [&[device; 16][..], &[48, 0, 0x99]].concat();
    let bytes = replaced(&account.state.encode(), &grant(0x55), &grant(0x57));
    assert_eq!(State::decode(&bytes), Err(Malformed::Order), "grants of the root key");
}

#[test]
fn a_device_of_nobody_is_not_restored() {
    let bytes = full_vault().state.encode();
    let row = |principal: u8| [[0x82; 16], [principal; 16]].concat();
    assert_eq!(State::decode(&replaced(&bytes, &row(2), &row(9))), Err(Malformed::Value));
}

#[test]
fn a_part_under_no_epoch_or_from_later_is_not_restored() {
    let bytes = full_vault().state.encode();
    let lies = |epoch: u8| [DEV.as_bytes(), &[epoch, 0, 0, 0, 48, 0, 0x77][..]].concat();
    let with = |epoch| {
        // The overview of object 1 is the one part under epoch 1 of dev; its value is under epoch 2.
        State::decode(&replaced(&bytes, &lies(1), &lies(epoch)))
    };
    assert_eq!((with(0), with(3)), (Err(Malformed::Value), Err(Malformed::Value)));
    let place = |seq: u64| [&2_u64.to_le_bytes()[..], &seq.to_le_bytes(), &1_u16.to_le_bytes()].concat();
    assert!(
        State::decode(&replaced(&bytes, &place(4), &place(5))).is_ok(),
        "the control: five commits follow the first"
    );
    assert_eq!(State::decode(&replaced(&bytes, &place(4), &place(6))), Err(Malformed::Value));
}

#[test]
fn revisions_that_cannot_be_erased_are_not_restored() {
    let bytes = full_vault().state.encode();
    let ranges = |ranges: &[(u64, u64)]| {
        let count = u16::try_from(ranges.len()).unwrap().to_le_bytes();
        let each = ranges.iter().flat_map(|(first, last)| [first.to_le_bytes(), last.to_le_bytes()].concat());
        // Behind the last wrapped key of the part.
        [0x77; 4].into_iter().chain(count).chain(each).collect::<Vec<u8>>()
    };
    let with = |list: &[(u64, u64)]| State::decode(&replaced(&bytes, &ranges(&[(1, 1)]), &ranges(list)));
    assert!(with(&[(1, 2)]).is_ok() && with(&[]).is_ok(), "the control: the part is at revision 2");
    for wrong in
        [&[(0, 1)][..], &[(2, 1)], &[(1, 3)], &[(1, 1), (2, 2)], &[(2, 2), (1, 1)], &[(1, 1), (1, 1)]]
    {
        assert_eq!(with(wrong), Err(Malformed::Value), "{wrong:?}");
    }
}

#[test]
fn a_part_without_revision_or_size_is_not_restored() {
    let bytes = full_vault().state.encode();
    // The value of object 1: revision 2, put by commit 4 as entry 1, 6 bytes.
    let part = |revision: u64, length: u32| {
        let place = [&4_u64.to_le_bytes()[..], &1_u16.to_le_bytes()].concat();
        [&revision.to_le_bytes()[..], &place, Hash::of_blob(b"sealed").as_bytes(), &length.to_le_bytes()]
            .concat()
    };
    let with = |revision, length| State::decode(&replaced(&bytes, &part(2, 6), &part(revision, length)));
    assert!(with(2, limit::BLOB).is_ok(), "the control");
    assert_eq!(with(2, 0), Err(Malformed::Value));
    assert_eq!(with(2, limit::BLOB + 1), Err(Malformed::Value));
    assert_eq!(with(0, 6), Err(Malformed::Value));
}

fn places_of(bytes: &[u8], id: &[u8]) -> Vec<usize> {
    bytes.windows(id.len()).enumerate().filter(|(_, window)| *window == id).map(|(at, _)| at).collect()
}
