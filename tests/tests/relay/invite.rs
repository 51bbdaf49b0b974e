//! Connecting to a relay that takes new accounts by invite.

use crypto::KdfId;
use vault::memory::MemoryStore;
use vault::session::{Invite, Relay, RemoteError, Session};

use crate::account::connect;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};

const CODE: [u8; 16] = [0xC0; 16];
const TYPED: &str = "C0C0-c0c0-c0c0-c0c0-c0c0-c0c0-c0c0-c0c0";

/// A device of another account.
fn stranger() -> Device {
    let (store, mut rng, words) = (MemoryStore::new(), rng(9), passphrase(PASSPHRASE));
    let created = Session::create(store.clone(), &words, KdfId::Test, &mut rng, NOW);
    let (session, kit) = block_on(created).unwrap();
    Device { session, store, kit: Some(kit), rng }
}

fn found(device: &mut Device, relay: &InProcess, typed: &str) -> Result<(), RemoteError> {
    let (way, invite) = (Relay { transport: relay, origin: ORIGIN }, Invite::from_text(typed).unwrap());
    block_on(device.session.found_account(&way, &invite, &mut device.rng, NOW))
}

#[test]
fn an_account_is_connected_by_an_invite_and_one_without_is_left_as_it_was() {
    let relay = InProcess::inviting(CODE, 1);
    let (mut one, mut other) = (Device::new(), stranger());
    one.project("shop-api");
    let before = one.contents();
    assert_eq!(connect(&mut one, &relay, PASSPHRASE), Err(RemoteError::InviteNeeded));
    assert_eq!(found(&mut one, &relay, &TYPED.replace('C', "D")), Err(RemoteError::InviteRefused));
    assert!(one.session.connected().is_none() && one.contents() == before && relay.commits().is_empty());
    assert_eq!(found(&mut one, &relay, TYPED), Ok(()));
    assert_eq!(connect(&mut one, &relay, PASSPHRASE), Ok(()));
    crate::together(&mut one, &relay);
    assert_eq!(found(&mut other, &relay, TYPED), Err(RemoteError::InviteRefused), "it is used up");
    assert_eq!(connect(&mut other, &relay, PASSPHRASE), Err(RemoteError::InviteNeeded));
}

#[test]
fn an_invite_whose_answer_was_lost_is_used_once() {
    let relay = InProcess::inviting(CODE, 2);
    let (mut one, mut other) = (Device::new(), stranger());
    relay.fault(Fault::LoseAnswer { after: 0 });
    assert!(matches!(found(&mut one, &relay, TYPED), Err(RemoteError::Unreachable(_))));
    assert_eq!(found(&mut one, &relay, TYPED), Ok(()));
    assert_eq!(connect(&mut one, &relay, PASSPHRASE), Ok(()));
    assert_eq!(found(&mut other, &relay, TYPED), Ok(()), "it was good for two");
    assert_eq!(connect(&mut other, &relay, PASSPHRASE), Ok(()));
}

#[test]
fn an_account_that_was_erased_is_connected_again_by_another_invite() {
    let (mut one, relay) = (Device::new(), InProcess::inviting(CODE, 1));
    let dev = one.project("shop-api");
    assert_eq!(found(&mut one, &relay, TYPED), Ok(()));
    assert_eq!(connect(&mut one, &relay, PASSPHRASE), Ok(()));
    crate::together(&mut one, &relay);
    // What an erasure leaves: the relay with its own secret, and nothing of the account.
    let relay = InProcess::inviting([0xD0; 16], 1);
    one.set(dev, "MEANWHILE", "canary-meanwhile");
    let before = one.contents();
    assert_eq!(crate::sync(&mut one, &relay), Err(RemoteError::InviteNeeded));
    assert_eq!(connect(&mut one, &relay, PASSPHRASE), Err(RemoteError::InviteNeeded));
    assert_eq!(found(&mut one, &relay, &TYPED.to_uppercase().replace('C', "D")), Ok(()));
    assert_eq!(connect(&mut one, &relay, PASSPHRASE), Ok(()));
    crate::together(&mut one, &relay);
    let two = crate::account::enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    assert!(one.contents() == before && two.contents() == before);
}
