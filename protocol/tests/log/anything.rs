//! Any entry there can be decodes to itself.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use protocol::{
    Access, AccessMethod, AgreementKey, ArkGrant, Checkpoint, Credential, Delete, Device, DeviceId, Edge,
    Entry, Forget, Genesis, Grant, Grantee, Hash, Head, Identity, LogId, LogKind, Member, MemberKind, Note,
    ObjectId, Part, PrincipalId, Put, Rejoin, Revoke, Rights, Scope, ScopeId, Signature, UnwrapFrom,
    VerifyingKey, Wrap, WrapInto, Wrapped, Wraps,
};

fn bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    vec(any::<u8>(), N).prop_map(|bytes| bytes.try_into().unwrap())
}

fn id() -> impl Strategy<Value = [u8; 16]> {
    any::<[u8; 16]>()
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::new)
}

fn wrapped() -> impl Strategy<Value = Wrapped> {
    vec(any::<u8>(), 1..=512).prop_map(|bytes| Wrapped::new(&bytes).unwrap())
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::Overview), Just(Part::Value)]
}

fn keys() -> impl Strategy<Value = (VerifyingKey, AgreementKey)> {
    any::<([u8; 32], [u8; 32])>()
        .prop_map(|(signing, agreement)| (VerifyingKey::new(signing), AgreementKey::new(agreement)))
}

fn rights() -> impl Strategy<Value = Rights> {
    let bits = [Rights::NAMES, Rights::VALUES, Rights::WRITE, Rights::DELETE, Rights::GRANT, Rights::AUDIT];
    proptest::sample::subsequence(bits.to_vec(), 1..=6)
        .prop_map(|bits| bits.into_iter().fold(Rights::NONE, |all, right| all | right))
}

fn wrap() -> impl Strategy<Value = Wrap> {
    (id(), any::<u32>(), wrapped()).prop_map(|(scope, epoch, key)| Wrap {
        scope: ScopeId::new(scope),
        epoch,
        key,
    })
}

fn genesis() -> impl Strategy<Value = Genesis> {
    let kind = prop_oneof![Just(LogKind::Account), Just(LogKind::Vault)];
    (kind, any::<[u8; 32]>(), id(), keys()).prop_map(|(kind, nonce, principal, (signing, _))| Genesis {
        kind,
        nonce,
        principal: PrincipalId::new(principal),
        signing,
    })
}

fn device() -> impl Strategy<Value = Device> {
    (id(), id(), keys(), any::<u32>(), bytes()).prop_map(
        |(principal, device, (signing, agreement), generation, certificate)| Device {
            principal: PrincipalId::new(principal),
            device: DeviceId::new(device),
            signing,
            agreement,
            generation,
            certificate: Signature::new(certificate),
        },
    )
}

fn identity() -> impl Strategy<Value = Identity> {
    (id(), keys(), any::<u32>(), bytes()).prop_map(
        |(principal, (signing, agreement), generation, certificate)| Identity {
            principal: PrincipalId::new(principal),
            generation,
            signing,
            agreement,
            certificate: Signature::new(certificate),
        },
    )
}

fn member() -> impl Strategy<Value = Member> {
    let kind = prop_oneof![Just(MemberKind::Account), Just(MemberKind::Token), Just(MemberKind::Group)];
    let method = prop_oneof![Just(AccessMethod::RootKey), Just(AccessMethod::Agreement)];
    let grants = btree_map(id(), rights(), 0..5).prop_map(|grants| {
        grants.into_iter().map(|(scope, rights)| Grant { scope: ScopeId::new(scope), rights }).collect()
    });
    let access = btree_map(id(), (any::<u32>(), method, any::<u32>(), wrapped()), 0..5).prop_map(|access| {
        let item = |(scope, (epoch, method, key, secret))| Access {
            scope: ScopeId::new(scope),
            epoch,
            method,
            key,
            secret,
        };
        access.into_iter().map(item).collect()
    });
    (id(), kind, any::<u32>(), keys(), grants, access).prop_map(
        |(principal, kind, generation, (signing, agreement), grants, access)| Member {
            principal: PrincipalId::new(principal),
            kind,
            generation,
            signing,
            agreement,
            grants,
            access,
        },
    )
}

fn scope() -> impl Strategy<Value = Scope> {
    let parents = btree_map(id(), (any::<u32>(), wrapped(), wrapped()), 0..=4).prop_map(|parents| {
        let edge =
            |(parent, (epoch, secret, names))| Edge { parent: ScopeId::new(parent), epoch, secret, names };
        parents.into_iter().map(edge).collect()
    });
    (id(), 0..4_u32, parents, wrapped()).prop_map(|(scope, epoch, parents, previous)| Scope {
        scope: ScopeId::new(scope),
        epoch,
        parents,
        previous: (epoch > 1).then_some(previous),
    })
}

fn put() -> impl Strategy<Value = Put> {
    let wraps = btree_map(id(), wrap(), 1..6).prop_map(|wraps| {
        let wraps = wraps.into_iter().map(|(scope, wrap)| Wrap { scope: ScopeId::new(scope), ..wrap });
        Wraps::new(wraps.collect()).unwrap()
    });
    (id(), part(), any::<u64>(), wraps, hash(), 1..=protocol::limit::BLOB).prop_map(
        |(object, part, revision, wraps, blob, length)| Put {
            object: ObjectId::new(object),
            part,
            revision,
            wraps,
            blob,
            length,
        },
    )
}

fn checkpoint() -> impl Strategy<Value = Checkpoint> {
    let heads = btree_map(id(), (any::<u64>(), hash()), 0..6).prop_map(|heads| {
        heads.into_iter().map(|(log, (seq, hash))| Head { log: LogId::new(log), seq, hash }).collect()
    });
    (hash(), heads).prop_map(|(root, heads)| Checkpoint { root, heads })
}

fn ark_grant() -> impl Strategy<Value = ArkGrant> {
    let grants = btree_map(id(), wrapped(), 0..6).prop_map(|grants| {
        grants.into_iter().map(|(device, key)| Grantee { device: DeviceId::new(device), key }).collect()
    });
    (any::<u32>(), wrapped(), grants).prop_map(|(epoch, previous, grants)| ArkGrant {
        epoch,
        previous,
        grants,
    })
}

fn small() -> impl Strategy<Value = Entry> {
    (id(), part(), any::<(u64, u64, u32, u32)>(), wrap(), hash(), keys(), 0..8).prop_map(
        |(id, part, (revision, last, epoch, ark_epoch), wrap, hash, (recovery, _), which)| {
            let object = ObjectId::new(id);
            match which {
                0 => Entry::Revoke(Revoke { device: DeviceId::new(id) }),
                1 => Entry::Wrap(WrapInto { object, part, revision, wrap }),
                2 => Entry::Unwrap(UnwrapFrom { object, part, revision, scope: wrap.scope }),
                3 => Entry::Delete(Delete { object, revision }),
                4 => Entry::Forget(Forget { object, part, first: revision, last }),
                5 => Entry::Rejoin(Rejoin { seq: revision, hash }),
                6 => Entry::Credential(Credential {
                    epoch,
                    ark_epoch,
                    record: hash,
                    ark_wrap: hash,
                    recovery_wrap: hash,
                    recovery,
                }),
                _ => Entry::Note(Note { hash }),
            }
        },
    )
}

fn entry() -> impl Strategy<Value = Entry> {
    let unknown = (0x8002..=u16::MAX, vec(any::<u8>(), 0..100))
        .prop_map(|(kind, bytes)| Entry::Unknown { kind, bytes });
    prop_oneof![
        genesis().prop_map(Entry::Genesis),
        device().prop_map(Entry::Device),
        identity().prop_map(Entry::Identity),
        member().prop_map(Entry::Member),
        scope().prop_map(Entry::Scope),
        put().prop_map(Entry::Put),
        checkpoint().prop_map(Entry::Checkpoint),
        ark_grant().prop_map(Entry::ArkGrant),
        small(),
        small(),
        small(),
        unknown,
    ]
}

proptest! {
    #[test]
    fn a_body_decodes_to_itself(entries in vec(entry(), 1..12)) {
        let body = Entry::encode_body(&entries).unwrap();
        prop_assert_eq!(entries.iter().map(Entry::length).sum::<usize>(), body.len());
        prop_assert_eq!(Entry::decode_body(&body), Ok(entries));
    }
}
