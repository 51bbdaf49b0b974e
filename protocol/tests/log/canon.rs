//! One meaning has one form: order, lengths and enumerations of every layout (`LOG.md` §1, §3).

use protocol::{
    ArkGrant, Edge, Entry, Grant, Grantee, Malformed, Part, Put, Rights, Scope, Wrapped, Wraps, limit,
};

use crate::world::{Actor, DEV, OBJECT, PROD, PROJECT, access_item, put, wrap, wrapped};

fn malformed(entry: Entry) -> Malformed {
    Entry::encode_body(&[entry]).expect_err("nothing that decodes")
}

fn is_fine(entry: Entry) -> bool {
    Entry::encode_body(&[entry]).is_ok()
}

/// The bytes of one entry with `change` made behind its kind and length.
fn changed(entry: Entry, change: impl FnOnce(&mut [u8])) -> Result<Vec<Entry>, Malformed> {
    let mut body = Entry::encode_body(&[entry]).unwrap();
    change(&mut body[6..]);
    Entry::decode_body(&body)
}

#[test]
fn lists_ascend_and_name_each_once() {
    let grants = |scopes: [_; 2]| {
        let mut member = Actor::new(1).member_entry(&[], &[]);
        member.grants = scopes.map(|scope| Grant { scope, rights: Rights::NAMES }).to_vec();
        Entry::Member(member)
    };
    let access = |scopes: [_; 2]| {
        let mut member = Actor::new(1).member_entry(&[], &[]);
        member.access = scopes.map(|scope| access_item(scope, 1)).to_vec();
        Entry::Member(member)
    };
    let edge = |parent| Edge { parent, epoch: 1, secret: wrapped(1), names: wrapped(2) };
    let parents = |scopes: [_; 2]| {
        Entry::Scope(Scope { scope: PROJECT, epoch: 1, parents: scopes.map(edge).to_vec(), previous: None })
    };
    let devices = |scopes: [protocol::ScopeId; 2]| {
        let grantee = |scope: protocol::ScopeId| Grantee {
            device: protocol::DeviceId::new(*scope.as_bytes()),
            key: wrapped(1),
        };
        Entry::ArkGrant(ArkGrant { epoch: 2, previous: wrapped(1), grants: scopes.map(grantee).to_vec() })
    };
    let lists: [&dyn Fn([protocol::ScopeId; 2]) -> Entry; 4] = [&grants, &access, &parents, &devices];
    for list in lists {
        assert!(is_fine(list([DEV, PROD])), "the control");
        assert_eq!(malformed(list([PROD, DEV])), Malformed::Order);
        assert_eq!(malformed(list([DEV, DEV])), Malformed::Order);
    }
}

#[test]
fn wraps_ascend_and_name_each_scope_once() {
    let entry = || Entry::Put(put(OBJECT, Part::Value, 1, &[(DEV, 1), (PROD, 1)]));
    // object 16, part 1, revision 8, count 2, then wraps of 16 + 4 + 2 + 48 bytes.
    let (first, second) = (27, 27 + 70);
    assert!(changed(entry(), |_| ()).is_ok(), "the control");
    let swap = |bytes: &mut [u8]| (bytes[first], bytes[second]) = (bytes[second], bytes[first]);
    assert_eq!(changed(entry(), swap), Err(Malformed::Order));
    let twice = |bytes: &mut [u8]| bytes.copy_within(first..first + 16, second);
    assert_eq!(changed(entry(), twice), Err(Malformed::Order));
    let none = |bytes: &mut [u8]| bytes[25] = 0;
    assert_eq!(changed(entry(), none), Err(Malformed::Bounds));
}

#[test]
fn a_wrapped_key_has_1_to_512_bytes() {
    assert_eq!(Wrapped::new(&[]), Err(Malformed::Bounds));
    assert_eq!(Wrapped::new(&[0; 513]), Err(Malformed::Bounds));
    assert!(Wrapped::new(&[0; 512]).is_ok() && Wrapped::new(&[0]).is_ok());
    let entry = || Entry::Put(put(OBJECT, Part::Value, 1, &[(DEV, 1)]));
    let length_at = 27 + 20;
    for length in [0_u16, 513] {
        let claim = |bytes: &mut [u8]| bytes[length_at..length_at + 2].copy_from_slice(&length.to_le_bytes());
        assert_eq!(changed(entry(), claim), Err(Malformed::Bounds), "{length}");
    }
    let nothing = [&[0x08, 0, 47, 0, 0, 0][..], &[1; 16], &[1], &[0; 8], &[1; 16], &[0; 4], &[0; 2]].concat();
    assert_eq!(Entry::decode_body(&nothing), Err(Malformed::Bounds), "a wrap of no bytes, at the end");
}

#[test]
fn a_blob_has_a_size() {
    let sized = |length| Entry::Put(Put { length, ..put(OBJECT, Part::Value, 1, &[(DEV, 1)]) });
    assert!(is_fine(sized(1)) && is_fine(sized(limit::BLOB)));
    assert_eq!(malformed(sized(0)), Malformed::Bounds);
    assert_eq!(malformed(sized(limit::BLOB + 1)), Malformed::Bounds);
}

#[test]
fn lists_keep_their_limits() {
    let id = |at: usize| protocol::ScopeId::new(u128::try_from(at).unwrap().to_be_bytes());
    let grants = |count: usize| {
        let mut member = Actor::new(1).member_entry(&[], &[]);
        member.grants = (0..count).map(|at| Grant { scope: id(at), rights: Rights::NAMES }).collect();
        Entry::Member(member)
    };
    let access = |count: usize| {
        let mut member = Actor::new(1).member_entry(&[], &[]);
        member.access = (0..count).map(|at| access_item(id(at), 1)).collect();
        Entry::Member(member)
    };
    let parents = |count: usize| {
        let edge = |at| Edge { parent: id(at), epoch: 1, secret: wrapped(1), names: wrapped(2) };
        let parents = (0..count).map(edge).collect();
        Entry::Scope(Scope { scope: PROJECT, epoch: 1, parents, previous: None })
    };
    let lists: [(&dyn Fn(usize) -> Entry, usize); 3] =
        [(&grants, limit::GRANTS), (&access, limit::ACCESS), (&parents, limit::PARENTS)];
    for (list, most) in lists {
        assert!(is_fine(list(most)), "the control");
        assert_eq!(malformed(list(most + 1)), Malformed::Bounds);
    }
    assert_eq!(malformed(parents(300)), Malformed::Bounds, "a count its width cannot hold");
    let wide = |count: usize| Wraps::new((0..count).map(|at| wrap(id(at), 1)).collect()).map(drop);
    assert_eq!((wide(1_024), wide(1_025)), (Ok(()), Err(Malformed::Bounds)));
}

#[test]
fn enumerations_are_closed() {
    let entry = || Entry::Put(put(OBJECT, Part::Value, 1, &[(DEV, 1)]));
    assert_eq!(changed(entry(), |bytes| bytes[16] = 2), Err(Malformed::Value));
    let member = || Entry::Member(Actor::new(1).member_entry(&[(DEV, Rights::NAMES)], &[(DEV, 1)]));
    assert!(changed(member(), |bytes| bytes[16] = 3).is_ok(), "the control");
    assert_eq!(changed(member(), |bytes| bytes[16] = 4), Err(Malformed::Value));
    assert_eq!(changed(member(), |bytes| bytes[16] = 0), Err(Malformed::Value));
    let rights_at = 16 + 1 + 4 + 64 + 2 + 16;
    assert_eq!(changed(member(), |bytes| bytes[rights_at] = 64), Err(Malformed::Value));
    let method_at = rights_at + 2 + 2 + 16 + 4;
    assert_eq!(changed(member(), |bytes| bytes[method_at] = 3), Err(Malformed::Value));
}
