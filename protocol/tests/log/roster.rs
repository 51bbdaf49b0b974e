//! Rules 9 to 12: devices, identities, members.

use protocol::{
    AccessMethod, ArkGrant, Author, Credential, Entry, Fault, Grant, Grantee, Hash, LogKind, Member,
    MemberKind, Refusal, Rejection, Revoke, Rights, Signature, VerifyingKey,
};

use crate::world::{Actor, DEV, NOWHERE, PROD, PROJECT, ROOT, World, access_item, scope, wrapped};

#[test]
fn a_device_is_its_authors_and_certified_by_the_current_identity() {
    let mut world = World::vault();
    let new = world.owner.on_device(0x55);
    let right = new.device_entry(1);
    assert!(world.takes(&[Entry::Device(right.clone())]), "the control");

    let guests = world.guest.on_device(0x55).device_entry(1);
    assert_eq!(world.fault(Entry::Device(guests)), Fault::NotOwn);
    assert_eq!(world.fault(Entry::Device(new.device_entry(2))), Fault::Generation);
    let taken = protocol::Device { device: world.guest.device, ..right.clone() };
    assert_eq!(world.fault(Entry::Device(taken)), Fault::Taken);

    let changed: [fn(&mut protocol::Device); 4] = [
        |device| device.signing = VerifyingKey::new([5; 32]),
        |device| device.agreement = protocol::AgreementKey::new([5; 32]),
        |device| device.device = protocol::DeviceId::new([5; 16]),
        |device| device.certificate = Signature::UNSIGNED,
    ];
    for change in changed {
        let mut device = right.clone();
        change(&mut device);
        assert_eq!(world.fault(Entry::Device(device)), Fault::Certificate, "the certificate covers it");
    }

    let next = Actor::new(0x44);
    world.take(&[Entry::Identity(world.owner.identity_entry(&next, 2))]);
    assert_eq!(world.fault(Entry::Device(right)), Fault::Generation, "certified by an identity that is over");
}

#[test]
fn a_device_is_ended_by_its_own_principal_or_who_may_grant() {
    let world = World::vault();
    let revoke = |actor: &Actor| Entry::Revoke(Revoke { device: actor.device });
    assert!(world.takes(&[revoke(&world.guest)]), "the owner may");
    assert!(world.takes_by(&world.guest, &[revoke(&world.guest)]), "oneself may");
    assert_eq!(world.fault_by(&world.guest, 0, &[revoke(&world.owner)]), Fault::Rights);
    assert_eq!(world.fault(revoke(&Actor::new(0x33))), Fault::Unknown);
    let twice = [revoke(&world.guest), revoke(&world.guest)];
    assert_eq!(world.fault_by(&world.owner, 1, &twice), Fault::Revoked);
}

#[test]
fn an_identity_is_handed_over_by_the_one_before() {
    let world = World::vault();
    let next = Actor::new(0x44);
    let right = world.owner.identity_entry(&next, 2);
    assert!(world.takes(&[Entry::Identity(right.clone())]), "the control");
    for generation in [0, 1, 3] {
        let entry = Entry::Identity(world.owner.identity_entry(&next, generation));
        assert_eq!(world.fault(entry), Fault::Generation);
    }
    assert_eq!(world.fault(Entry::Identity(world.guest.identity_entry(&next, 2))), Fault::NotOwn);
    let by_itself = next.as_principal(world.owner.principal).identity_entry(&next, 2);
    assert_eq!(world.fault(Entry::Identity(by_itself)), Fault::Certificate);
    let other_key = protocol::Identity { signing: world.guest.identity_key(), ..right.clone() };
    assert_eq!(world.fault(Entry::Identity(other_key)), Fault::Certificate);
    let other_key = protocol::Identity { agreement: protocol::AgreementKey::new([1; 32]), ..right };
    assert_eq!(world.fault(Entry::Identity(other_key)), Fault::Certificate);
}

#[test]
fn an_identity_that_took_over_certifies_and_hands_on() {
    let mut world = World::vault();
    let next = Actor::new(0x44).as_principal(world.owner.principal);
    world.take(&[Entry::Identity(world.owner.identity_entry(&next, 2))]);
    let member = world.state.member(world.owner.principal).unwrap();
    assert_eq!((member.generation, member.signing), (2, next.identity_key()));
    assert!(world.takes_by(&next, &[Entry::Device(next.device_entry(2))]));
    let third = Actor::new(0x45);
    assert!(world.takes(&[Entry::Identity(next.identity_entry(&third, 3))]));
    let by_the_first = [Entry::Identity(world.owner.identity_entry(&third, 3))];
    assert_eq!(world.fault_by(&world.owner, 0, &by_the_first), Fault::Certificate);
}

#[test]
fn a_members_identity_is_not_changed_by_a_grant() {
    let world = World::vault();
    let right = world.guest.member_entry(&[(PROD, Rights::NAMES)], &[]);
    assert!(world.takes(&[Entry::Member(right.clone())]), "the control");
    let changed: [fn(&mut Member); 4] = [
        |member| member.kind = MemberKind::Token,
        |member| member.generation = 2,
        |member| member.signing = VerifyingKey::new([1; 32]),
        |member| member.agreement = protocol::AgreementKey::new([1; 32]),
    ];
    for change in changed {
        let mut member = right.clone();
        change(&mut member);
        assert_eq!(world.fault(Entry::Member(member)), Fault::Identity);
    }
    let mut new = Actor::new(3).member_entry(&[(DEV, Rights::NAMES)], &[]);
    assert!(world.takes(&[Entry::Member(new.clone())]), "the control");
    new.generation = 2;
    assert_eq!(world.fault(Entry::Member(new)), Fault::Generation);
}

#[test]
fn rights_are_given_by_who_may_grant_and_has_them() {
    let mut world = World::vault();
    let third = Actor::new(3);
    let give = |rights| Entry::Member(third.member_entry(&[(DEV, rights)], &[]));
    assert_eq!(world.fault_by(&world.guest, 0, &[give(Rights::NAMES)]), Fault::Rights, "has no grant");
    let deputy = Rights::NAMES | Rights::GRANT;
    world.take(&[Entry::Member(world.guest.member_entry(&[(DEV, deputy)], &[]))]);
    assert!(world.takes_by(&world.guest, &[give(Rights::NAMES)]), "the control");
    assert_eq!(world.fault_by(&world.guest, 0, &[give(Rights::VALUES)]), Fault::Rights, "has not that right");
    let elsewhere = Entry::Member(third.member_entry(&[(PROD, Rights::NAMES)], &[]));
    assert_eq!(world.fault_by(&world.guest, 0, &[elsewhere]), Fault::Rights, "has it only below dev");
    let own = Entry::Member(world.guest.member_entry(&[(DEV, Rights::ALL)], &[]));
    assert_eq!(world.fault_by(&world.guest, 0, &[own]), Fault::Rights, "nobody raises himself");

    world.take(&[Entry::Member(third.member_entry(&[(PROD, Rights::NAMES)], &[]))]);
    assert_eq!(world.fault_by(&world.guest, 0, &[give(Rights::NAMES)]), Fault::Rights, "takes prod away");
    assert_eq!(
        world.fault(Entry::Member(third.member_entry(&[(NOWHERE, Rights::NAMES)], &[]))),
        Fault::Unknown
    );
}

#[test]
fn a_right_reaches_down_and_neither_up_nor_aside() {
    let mut world = World::vault();
    world.take(&[Entry::Member(world.guest.member_entry(&[(PROJECT, Rights::WRITE)], &[]))]);
    let rights = |scope| world.state.rights(world.guest.principal, scope);
    assert_eq!([PROJECT, DEV, PROD].map(rights), [Rights::WRITE; 3]);
    assert_eq!(rights(ROOT), Rights::NONE);
    world.take(&[Entry::Member(world.guest.member_entry(&[(DEV, Rights::NAMES)], &[]))]);
    let rights = |scope| world.state.rights(world.guest.principal, scope);
    assert_eq!(
        [ROOT, PROJECT, DEV, PROD].map(rights),
        [Rights::NONE, Rights::NONE, Rights::NAMES, Rights::NONE]
    );
}

#[test]
fn access_is_to_what_is_granted_now() {
    let mut world = World::vault();
    let member = |grants: &[_], access: &[_]| world.guest.member_entry(grants, access);
    let dev = [(DEV, Rights::NAMES)];
    assert!(world.takes(&[Entry::Member(member(&dev, &[(DEV, 1)]))]), "the control");
    assert!(
        world.takes(&[Entry::Member(member(&[(PROJECT, Rights::NAMES)], &[(DEV, 1)]))]),
        "below what is granted"
    );
    assert_eq!(world.fault(Entry::Member(member(&dev, &[(DEV, 2)]))), Fault::Epoch);
    assert_eq!(world.fault(Entry::Member(member(&dev, &[(PROD, 1)]))), Fault::Access);
    assert_eq!(
        world.fault(Entry::Member(member(&dev, &[(PROJECT, 1)]))),
        Fault::Access,
        "above what is granted"
    );
    assert_eq!(world.fault(Entry::Member(member(&dev, &[(NOWHERE, 1)]))), Fault::Unknown);

    let mut token = Actor::new(3).member_entry(&dev, &[(DEV, 1)]);
    token.kind = MemberKind::Token;
    assert_eq!(world.fault(Entry::Member(token.clone())), Fault::Access, "a token has no account root key");
    token.access[0].method = AccessMethod::Agreement;
    assert!(world.takes(&[Entry::Member(token.clone())]));
    token.access[0].key = 2;
    assert_eq!(world.fault(Entry::Member(token)), Fault::Access, "to an identity it has not");

    let mut keyless = world.guest.member_entry(&dev, &[(DEV, 1)]);
    keyless.access[0].key = 0;
    assert_eq!(world.fault(Entry::Member(keyless)), Fault::Access, "root keys begin with epoch 1");

    world.take(&[scope(DEV, 2, &[(PROJECT, 1)])]);
    let renewed = [Entry::Member(world.guest.member_entry(&[(DEV, guest_rights())], &[(DEV, 2)]))];
    assert!(world.takes_by(&world.guest, &renewed), "one renews one's own access without the right to grant");
}

#[test]
fn an_accounts_access_is_under_its_current_root_key() {
    let mut world = World::account();
    let under = |key| {
        let mut own = world.owner.member_entry(&[(ROOT, Rights::ALL)], &[(ROOT, 1)]);
        own.access[0].key = key;
        Entry::Member(own)
    };
    let (first, second) = (under(1), under(2));
    assert!(world.takes(std::slice::from_ref(&first)), "the control");
    assert_eq!(world.fault(second.clone()), Fault::Access);
    world.take(&[Entry::ArkGrant(ArkGrant { epoch: 2, previous: wrapped(1), grants: vec![] })]);
    assert_eq!(world.fault(first), Fault::Access);
    assert!(world.takes(&[second]));
}

#[test]
fn another_members_access_is_set_by_who_may_grant() {
    let world = World::vault();
    let emptied = Entry::Member(world.guest.member_entry(&[(DEV, guest_rights())], &[]));
    assert!(world.takes(std::slice::from_ref(&emptied)), "the owner may");
    assert!(world.takes_by(&world.guest, &[emptied]), "oneself may");
    let owners = Entry::Member(world.owner.member_entry(&[(ROOT, Rights::ALL)], &[]));
    assert_eq!(
        world.fault_by(&world.guest, 0, &[owners]),
        Fault::Rights,
        "the same grants, but not one's own"
    );
}

fn guest_rights() -> Rights {
    Rights::NAMES | Rights::VALUES | Rights::WRITE
}

#[test]
fn a_lost_device_and_all_it_knew_ends_in_one_commit() {
    let mut world = World::account();
    let [kept, lost] = [0x55, 0x56].map(|seed| world.owner.on_device(seed));
    for device in [&kept, &lost] {
        world.take_by(device, &[Entry::Device(device.device_entry(1))]);
    }
    let next = Actor::new(0x44).as_principal(world.owner.principal);
    let identity = world.owner.identity_entry(&next, 2);
    let mut member = next.member_entry(&[(ROOT, Rights::ALL)], &[(ROOT, 2)]);
    (member.generation, member.agreement, member.access[0].key) = (2, identity.agreement, 2);
    let grants = vec![Grantee { device: kept.device, key: wrapped(1) }];
    let [record, ark_wrap, recovery_wrap] = [1, 2, 4].map(|byte| Hash::new([byte; 32]));
    let recovery = VerifyingKey::new([3; 32]);
    world.take(&[
        Entry::Revoke(Revoke { device: lost.device }),
        Entry::Identity(identity),
        Entry::ArkGrant(ArkGrant { epoch: 2, previous: wrapped(2), grants }),
        scope(ROOT, 2, &[]),
        Entry::Member(member),
        Entry::Credential(Credential { epoch: 1, ark_epoch: 2, record, ark_wrap, recovery_wrap, recovery }),
    ]);
    let thief = |generation| lost.on_device(0x57).device_entry(generation);
    let refusal = |device: protocol::Device| {
        let actor = lost.on_device(0x57);
        world.refusal(&world.commit_by(&actor, &[Entry::Device(device)]))
    };
    let not_added = |fault| Refusal::Rejected(Rejection::Author(Author::NotAdded(fault)));
    assert_eq!(refusal(thief(1)), not_added(Fault::Generation));
    assert_eq!(refusal(thief(2)), not_added(Fault::Certificate));
    let new = next.on_device(0x58);
    assert!(world.takes_by(&new, &[Entry::Device(new.device_entry(2))]), "the control");
}

#[test]
fn somebody_always_owns_the_log() {
    let mut world = World::vault();
    let less = Entry::Member(world.owner.member_entry(&[(ROOT, Rights::WRITE | Rights::GRANT)], &[]));
    assert_eq!(world.fault(less.clone()), Fault::Ownerless);
    let mut token = Actor::new(3).member_entry(&[(ROOT, Rights::ALL)], &[]);
    token.kind = MemberKind::Token;
    world.take(&[Entry::Member(token)]);
    assert_eq!(world.fault(less.clone()), Fault::Ownerless, "a token owns nothing");
    world.take(&[Entry::Member(world.guest.member_entry(&[(ROOT, Rights::ALL)], &[]))]);
    assert!(world.takes(&[less]), "the guest does now");
}

#[test]
fn an_account_has_its_founder_alone() {
    let world = World::account();
    let mut own = world.owner.member_entry(&[(ROOT, Rights::ALL)], &[(ROOT, 1)]);
    own.access = vec![access_item(ROOT, 1)];
    assert!(world.takes(&[Entry::Member(own)]), "the control");
    let other = Actor::new(3).member_entry(&[(ROOT, Rights::NAMES)], &[]);
    assert_eq!(world.fault(Entry::Member(other.clone())), Fault::Misplaced);
    assert!(World::founded(LogKind::Vault).takes(&[Entry::Member(other)]), "a vault may have more");
}

#[test]
fn a_grant_gives_something() {
    let world = World::vault();
    let mut member = world.guest.member_entry(&[], &[]);
    member.grants = vec![Grant { scope: DEV, rights: Rights::NONE }];
    let stamp = world.stamp(&world.owner);
    assert!(protocol::Unsigned::new(stamp, &[Entry::Member(member)]).is_err());
}
