//! What a relay tells without being asked: commits as they come, and that a device is to lock.

use protocol::message::{Bundle, ClientFrame, Lock, RelayFrame};
use relay_worker::socket::Close;
use vault::ObjectId;
use vault::model::Timestamp;
use vault::session::{Relay, RemoteError, Side, Socket, Synced, Told};

use crate::account::{connected, enrol};
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on};
use crate::wire::hold;
use crate::{assert_alike, assert_alike_but_for, pair, sync, together};

const OPENED: Timestamp = Timestamp(NOW.0 - 1_000);

const fn socket(side: Side) -> Socket<'static> {
    Socket { origin: ORIGIN, side, opened: OPENED }
}

fn hear(device: &mut Device, side: Side, frame: &[u8]) -> Result<Told, RemoteError> {
    block_on(device.session.hear(&socket(side), frame, &mut device.rng, NOW))
}

/// A socket on which the device proved who it is, and what came of the relay's head.
fn connect(device: &mut Device, relay: &InProcess, side: Side) -> (usize, Told) {
    let line = relay.connect(&device.session.sockets()[side as usize]);
    let challenge = relay.heard(line).remove(0);
    let Ok(Told::Prove(proof)) = hear(device, side, &challenge) else { panic!("no proof") };
    relay.say(line, &proof);
    assert_eq!(relay.end_of(line), None);
    let head = relay.heard(line).remove(0);
    let told = hear(device, side, &head).unwrap();
    (line, told)
}

/// Sends what waits, as a save does where the sockets tell of the rest.
fn send(device: &mut Device, relay: &InProcess) -> Result<Synced, RemoteError> {
    let way = Relay { transport: relay, origin: ORIGIN };
    block_on(device.session.send_waiting(&way, &mut device.rng, NOW))
}

/// What comes of all that was sent on a socket.
fn hear_all(device: &mut Device, relay: &InProcess, line: usize) -> Vec<Told> {
    relay.heard(line).iter().map(|frame| hear(device, Side::Vault, frame).unwrap()).collect()
}

#[test]
fn what_one_device_saves_another_has_without_asking() {
    let (mut one, mut two, dev, relay) = pair();
    let (line, told) = connect(&mut two, &relay, Side::Vault);
    assert_eq!(told, Told::Nothing, "they have the same");
    let (own, _) = connect(&mut one, &relay, Side::Vault);
    one.set(dev, "A", "canary-a");
    one.set(dev, "B", "canary-b");
    together(&mut one, &relay);
    let asked = relay.asked();
    assert_eq!(hear_all(&mut two, &relay, line), [Told::Taken, Told::Taken]);
    assert_eq!(relay.asked(), asked);
    assert_alike(&one, &two);
    let secret = two.secret(dev, "B");
    assert_eq!(two.value(secret), "canary-b");
    assert_eq!(hear_all(&mut one, &relay, own), [], "its sender is not told");
    // What was taken in is where the next goes on.
    two.set(dev, "C", "canary-c");
    assert_eq!(together(&mut two, &relay), (0, 1));
    assert_eq!(hear_all(&mut one, &relay, own), [Told::Taken]);
    assert_alike(&one, &two);
}

/// Two devices of a connected account that have the same, and an environment.
fn attended() -> (Device, Device, ObjectId, InProcess) {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    for _ in 0..2 {
        together(&mut two, &relay);
        together(&mut one, &relay);
    }
    (one, two, dev, relay)
}

#[test]
fn a_save_is_one_request_and_one_frame_to_each_other_device() {
    let (mut one, mut two, dev, relay) = attended();
    let (line, _) = connect(&mut one, &relay, Side::Vault);
    two.set(dev, "A", "canary-a");
    let asked = relay.asked();
    assert_eq!(send(&mut two, &relay), Ok(Synced::Together { taken: 0, sent: 1, again: 0 }));
    let saved = relay.asked() - asked;
    let told = hear_all(&mut one, &relay, line);
    assert_eq!(told, [Told::Taken]);
    hold("One save to the other core's event, messages", saved + told.len(), 2);
    hold("Requests that follow it", relay.asked() - asked - saved, 0);
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

#[test]
fn what_waits_goes_by_itself_only_where_it_is_all_that_there_is_to_do() {
    let (mut one, mut two, dev, relay) = attended();
    let asked = relay.asked();
    assert_eq!(send(&mut two, &relay), Ok(Synced::Together { taken: 0, sent: 0, again: 0 }));
    assert_eq!(relay.asked(), asked + 1, "nothing waits: it is a sync with nothing new");
    // Another was faster.
    one.set(dev, "A", "canary-a");
    together(&mut one, &relay);
    two.set(dev, "B", "canary-b");
    assert_eq!(send(&mut two, &relay), Ok(Synced::Together { taken: 1, sent: 1, again: 0 }));
    together(&mut one, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    // Several at once, one of them with its answer lost.
    for name in ["C", "D", "E"] {
        two.set(dev, name, "canary");
    }
    relay.fault(Fault::LoseAnswer { after: 1 });
    assert!(matches!(send(&mut two, &relay), Err(RemoteError::Unreachable(_))));
    relay.fault(Fault::None);
    assert_eq!(send(&mut two, &relay), Ok(Synced::Together { taken: 0, sent: 2, again: 0 }));
    together(&mut one, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    // A relay that was put back gets all that it lacks, and it is said.
    let behind = relay.copy();
    for name in ["F", "G"] {
        two.set(dev, name, "canary");
        assert!(send(&mut two, &relay).is_ok());
    }
    two.set(dev, "H", "canary");
    assert_eq!(send(&mut two, &behind), Ok(Synced::Together { taken: 0, sent: 3, again: 2 }));
}

#[test]
fn whatever_else_is_told_is_a_reason_to_ask() {
    let (mut one, mut two, dev, relay) = pair();
    let (line, _) = connect(&mut two, &relay, Side::Vault);
    one.set(dev, "A", "canary-a");
    together(&mut one, &relay);
    one.set(dev, "B", "canary-b");
    together(&mut one, &relay);
    let frames = relay.heard(line);
    assert_eq!(hear(&mut two, Side::Vault, &frames[1]), Ok(Told::Ask), "one before it was lost");
    assert_eq!(hear(&mut two, Side::Vault, &frames[0]), Ok(Told::Taken));
    assert_eq!(hear(&mut two, Side::Vault, &frames[0]), Ok(Told::Nothing), "it is here");
    together(&mut two, &relay);

    two.set(dev, "OWN", "canary-own");
    one.set(dev, "C", "canary-c");
    together(&mut one, &relay);
    assert_eq!(hear_all(&mut two, &relay, line), [Told::Ask], "it wrote something itself");
    together(&mut two, &relay);

    one.set(dev, "LONG", &"x".repeat(65_000));
    together(&mut one, &relay);
    assert_eq!(hear_all(&mut two, &relay, line), [Told::Ask], "it is too long for a frame");
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert_alike(&one, &two);
}

#[test]
fn a_socket_begins_with_what_was_missed() {
    let (mut one, mut two, dev, relay) = pair();
    one.set(dev, "MEANWHILE", "canary");
    together(&mut one, &relay);
    assert_eq!(connect(&mut two, &relay, Side::Vault).1, Told::Ask);
    together(&mut two, &relay);
    for side in [Side::Account, Side::Vault] {
        assert_eq!(connect(&mut two, &relay, side).1, Told::Nothing, "{side:?}");
    }
    two.set(dev, "UNSENT", "canary");
    assert_eq!(connect(&mut two, &relay, Side::Vault).1, Told::Ask, "the relay lacks something");
}

#[test]
fn what_is_not_of_the_log_is_not_taken_when_it_is_pushed_either() {
    let (mut one, mut two, dev, relay) = pair();
    let (line, _) = connect(&mut one, &relay, Side::Vault);
    two.set(dev, "NEW", "canary-new");
    together(&mut two, &relay);
    let frame = relay.heard(line).remove(0);
    let Ok(RelayFrame::Commit(Bundle { commit, blobs })) = RelayFrame::decode(&frame) else {
        panic!("{frame:?}")
    };
    let before = one.contents();
    for of in [30, 120, 200] {
        let mut turned = commit.to_vec();
        turned[of] ^= 1;
        let spoilt = RelayFrame::Commit(Bundle { commit: &turned, blobs: blobs.clone() }).encode();
        let told = hear(&mut one, Side::Vault, &spoilt);
        assert!(matches!(told, Err(RemoteError::Untrue) | Ok(Told::Ask)), "{of}: {told:?}");
        assert!(one.contents() == before, "{of}");
        assert!(one.reopened().contents() == before, "{of}");
    }
    let of_nobody = blobs.iter().map(|_| &b"of nobody"[..]).collect();
    let spoilt = RelayFrame::Commit(Bundle { commit, blobs: of_nobody }).encode();
    assert_eq!(hear(&mut one, Side::Vault, &spoilt), Err(RemoteError::Untrue));
    assert_eq!(hear(&mut one, Side::Account, &frame), Ok(Told::Ask), "on the other log's socket");
    for frame in [&[][..], &[9], &[0xFF; 40]] {
        assert_eq!(hear(&mut one, Side::Vault, frame), Err(RemoteError::Untrue), "{frame:?}");
    }
    assert!(one.contents() == before);
    // The control.
    assert_eq!(hear(&mut one, Side::Vault, &frame), Ok(Told::Taken));
    assert_alike(&one, &two);
}

#[test]
fn a_person_locks_the_accounts_other_devices() {
    let (mut one, mut two, _, relay) = pair();
    let (ours, _) = connect(&mut one, &relay, Side::Account);
    let (theirs, _) = connect(&mut two, &relay, Side::Account);
    let (frame, before) = (one.session.lock_frame(ORIGIN, NOW), relay.everything());
    relay.say(ours, &frame);
    assert_eq!(relay.end_of(ours), Some(Close::Done));
    let locks = relay.heard(theirs);
    assert_eq!(locks.len(), 1);
    assert_eq!(hear(&mut two, Side::Account, &locks[0]), Ok(Told::Locked));
    assert_eq!(relay.everything(), before, "it is kept nowhere");
}

#[test]
fn a_lock_locks_what_was_open_then_and_nothing_else() {
    let (one, mut two, _, _) = pair();
    let frame = |change: &dyn Fn(&mut Lock)| {
        let Ok(ClientFrame::Lock(mut lock)) = ClientFrame::decode(&one.session.lock_frame(ORIGIN, NOW))
        else {
            panic!("no lock")
        };
        change(&mut lock);
        RelayFrame::Lock(lock).encode()
    };
    let whole = frame(&|_| {});
    let mut obeys = |socket: Socket<'_>, frame: &[u8], now: u64| {
        block_on(two.session.hear(&socket, frame, &mut two.rng, Timestamp(now))) == Ok(Told::Locked)
    };
    let account = socket(Side::Account);
    assert!(obeys(account, &whole, NOW.0), "the control");
    assert!(obeys(account, &whole, NOW.0 + 120_000));
    assert!(!obeys(account, &whole, NOW.0 + 120_001), "too old");
    assert!(!obeys(Socket { opened: NOW, ..account }, &whole, NOW.0 + 1), "it was opened after it");
    assert!(!obeys(socket(Side::Vault), &whole, NOW.0), "on another log's socket");
    assert!(!obeys(Socket { origin: "https://other.example", ..account }, &whole, NOW.0), "of another relay");
    assert!(!obeys(account, &frame(&|lock| lock.time += 1), NOW.0), "changed");
    let stranger = frame(&|lock| lock.device = protocol::DeviceId::new([9; 16]));
    assert!(!obeys(account, &stranger, NOW.0), "by no device of the account");
}

#[test]
fn a_lost_socket_loses_nothing() {
    let (mut one, mut two, dev, relay) = pair();
    let (line, _) = connect(&mut two, &relay, Side::Vault);
    for round in 0..5 {
        one.set(dev, "A", &format!("canary-{round}"));
        together(&mut one, &relay);
    }
    // The frames are never heard.
    drop(relay.heard(line));
    assert!(sync(&mut two, &relay).is_ok());
    assert_alike(&one, &two);
}
