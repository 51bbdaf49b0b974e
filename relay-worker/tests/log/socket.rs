//! Sockets (`PROTOCOL.md` §15).

use protocol::message::{
    Bundle, Challenge, ClientFrame, Head, Introduction, Lock, RelayFrame, Route, SocketProof,
};
use protocol::{Entry, Hash, LogId, Note, Part, Revoke, Signature, limit};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay_worker::socket::{Close, Heard, News, Share, Socket, is_asked_for, surplus};
use relay_worker::verify::Strict;

use crate::relay::{BLOB, Draft, NOW, ORIGIN, Relay, appending, log};
use crate::world::{Actor, DEV, OBJECT, World, put};

/// A socket just opened, and its challenge.
fn opened(seed: u64) -> (Socket, Challenge) {
    let (socket, frame) = Socket::open(ORIGIN, NOW, &mut ChaCha8Rng::seed_from_u64(seed));
    let Ok(RelayFrame::Challenge(challenge)) = RelayFrame::decode(&frame) else { panic!("{frame:?}") };
    (socket, challenge)
}

fn proof(sender: &Actor, origin: &str, log: LogId, challenge: &Challenge) -> SocketProof {
    let (account, device, signature) = (sender.principal, sender.device, Signature::UNSIGNED);
    let proof = SocketProof { account, device, signature, introduction: None };
    SocketProof { signature: sender.sign_bytes(&proof.signed_bytes(origin, log, challenge)), ..proof }
}

fn introducing(sender: &Actor, proof: SocketProof) -> SocketProof {
    let entry = sender.device_entry(1);
    let (signing, agreement, certificate) = (entry.signing, entry.agreement, entry.certificate);
    let introduction = Introduction { signing, agreement, generation: 1, certificate };
    SocketProof { introduction: Some(introduction), ..proof }
}

fn lock(sender: &Actor, origin: &str, time: u64) -> Lock {
    let (account, device) = (sender.principal, sender.device);
    let lock = Lock { account, device, time, signature: Signature::UNSIGNED };
    Lock { signature: sender.sign_bytes(&lock.signed_bytes(origin)), ..lock }
}

impl Relay {
    fn hear(&self, socket: &Socket, frame: ClientFrame) -> Heard {
        socket.hear(&frame.encode(), self.now, &self.database, &Strict)
    }

    /// What comes of that proof on a new socket.
    fn proves(&self, prove: impl FnOnce(&Challenge) -> SocketProof) -> Heard {
        let (socket, challenge) = opened(1);
        self.hear(&socket, ClientFrame::Proof(prove(&challenge)))
    }

    fn connect(&self, sender: &Actor, world: &World) -> Heard {
        self.proves(|challenge| proof(sender, ORIGIN, log(world), challenge))
    }

    fn connected(&self, sender: &Actor, world: &World) -> Socket {
        match self.connect(sender, world) {
            Heard::Proven(socket, _) => socket,
            other => panic!("{other:?}"),
        }
    }

    /// Appends the world's last commit, and what that is to the log's sockets.
    fn news(&mut self, sender: &Actor, world: &World) -> News {
        let decision = self.decide(&appending(sender, world.commits.last().unwrap()));
        self.database.apply(&decision.writes);
        decision.news.unwrap()
    }
}

fn is_proven(heard: &Heard) -> bool {
    match heard {
        Heard::Proven(..) => true,
        Heard::Closed(Close::NotFound) => false,
        other => panic!("{other:?}"),
    }
}

fn note() -> Entry {
    Entry::Note(Note { hash: Hash::ZERO })
}

#[test]
fn a_socket_is_asked_for_by_its_name() {
    assert!(is_asked_for(Some("websocket"), Some("tacit.v1")));
    assert!(is_asked_for(Some("WebSocket"), Some("tacit.v2, tacit.v1")));
    for (upgrade, names) in [
        (None, Some("tacit.v1")),
        (Some("h2c"), Some("tacit.v1")),
        (Some("websocket"), None),
        (Some("websocket"), Some("tacit.v2")),
        (Some("websocket"), Some("tacit.v10,Tacit.v1")),
    ] {
        assert!(!is_asked_for(upgrade, names), "{upgrade:?} {names:?}");
    }
    let mut relay = Relay::of(&World::vault());
    let world = World::vault();
    let answer = relay.get(&world.owner, Route::Socket(log(&world)));
    assert_eq!(answer, protocol::message::Answer::Malformed.encode(), "asked for as what it is not");
}

#[test]
fn who_is_of_the_log_proves_it_and_is_told_the_head() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let head = Head { seq: world.state.head().seq, hash: world.state.head().hash };
    for sender in [&world.owner, &world.guest] {
        let Heard::Proven(_, frame) = relay.connect(sender, &world) else { panic!("not proven") };
        assert_eq!(RelayFrame::decode(&frame), Ok(RelayFrame::Head(head)));
    }
    let stranger = Actor::new(9);
    assert!(!is_proven(&relay.connect(&stranger, &world)));
    let mut other_key = stranger.as_principal(world.owner.principal);
    other_key.device = world.owner.device;
    assert!(!is_proven(&relay.connect(&other_key, &world)), "another key");
    let as_guest = world.owner.as_principal(world.guest.principal);
    assert!(!is_proven(&relay.connect(&as_guest, &world)), "another account's device");
    assert!(!is_proven(&Relay::empty().connect(&world.owner, &world)), "no such log, told in the same way");
}

#[test]
fn a_proof_is_of_this_socket_log_and_relay_alone() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let (log, owner) = (log(&world), &world.owner);
    let (_, replayed) = opened(2);
    let wrong: [(&str, SocketProof); 3] = [
        ("a challenge of before", proof(owner, ORIGIN, log, &replayed)),
        ("another relay", relay_proof(owner, "https://other.example", log)),
        ("another log", relay_proof(owner, ORIGIN, LogId::new([9; 16]))),
    ];
    for (what, wrong) in wrong {
        assert!(!is_proven(&relay.proves(|_| wrong)), "{what}");
    }
    assert!(is_proven(&relay.proves(|_| relay_proof(owner, ORIGIN, log))), "the control");
}

/// For the challenge of [`Relay::proves`].
fn relay_proof(sender: &Actor, origin: &str, log: LogId) -> SocketProof {
    proof(sender, origin, log, &opened(1).1)
}

#[test]
fn a_proof_that_comes_late_is_not_looked_at() {
    let world = World::vault();
    let mut relay = Relay::of(&world);
    relay.now = NOW + limit::UNPROVEN;
    assert!(is_proven(&relay.connect(&world.owner, &world)));
    relay.now += 1;
    assert_eq!(relay.connect(&world.owner, &world), Heard::Closed(Close::Late));
}

#[test]
fn what_is_no_frame_or_out_of_turn_closes_the_socket() {
    let world = World::account();
    let relay = Relay::of(&world);
    let ((socket, challenge), proven) = (opened(1), relay.connected(&world.owner, &world));
    let proof = ClientFrame::Proof(proof(&world.owner, ORIGIN, log(&world), &challenge)).encode();
    let lock = ClientFrame::Lock(lock(&world.owner, ORIGIN, NOW)).encode();
    let heard = |socket: &Socket, frame: &[u8]| socket.hear(frame, NOW, &relay.database, &Strict);
    let closed = Heard::Closed(Close::Malformed);
    for frame in [&[][..], &[2], &[0], &[0xFF; 40], &proof[1..], &vec![0; limit::CLIENT_FRAME + 1]] {
        assert_eq!(heard(&socket, frame), closed, "{frame:?}");
        assert_eq!(heard(&proven, frame), closed, "{frame:?}");
    }
    assert_eq!(heard(&socket, &lock), closed, "a lock before the proof");
    assert_eq!(heard(&proven, &proof), closed, "a second proof");
    assert!(matches!(heard(&socket, &proof), Heard::Proven(..)), "the control");
    assert!(matches!(heard(&proven, &lock), Heard::Lock(_)), "the control");
}

#[test]
fn a_new_device_introduces_itself_and_a_revoked_one_does_not() {
    let mut world = World::vault();
    let new = world.owner.on_device(0x77);
    let of = |relay: &Relay, world: &World, sender: &Actor| {
        relay.proves(|challenge| introducing(sender, proof(sender, ORIGIN, log(world), challenge)))
    };
    let relay = Relay::of(&world);
    assert!(!is_proven(&relay.connect(&new, &world)), "without an introduction");
    assert!(is_proven(&of(&relay, &world, &new)));
    let forged = Actor::new(9).as_principal(new.principal);
    assert!(!is_proven(&of(&relay, &world, &forged)), "by another identity");
    let guest = world.guest.clone();
    world.take(&[Entry::Revoke(Revoke { device: guest.device })]);
    let relay = Relay::of(&world);
    assert!(!is_proven(&relay.connect(&guest, &world)));
    assert!(!is_proven(&of(&relay, &world, &guest)));
}

#[test]
fn a_stored_commit_goes_with_its_blobs_to_every_other_device() {
    let mut world = World::vault();
    let mut relay = Relay::of(&world);
    let (owner, guest) = (relay.connected(&world.owner, &world), relay.connected(&world.guest, &world));
    world.take(&[Entry::Put(put(OBJECT, Part::Value, 2, &[(DEV, 1)]))]);
    let sender = world.owner.clone();
    let news = relay.news(&sender, &world);
    let commit = world.commits.last().unwrap().encode();
    let Share::Frame(frame) = guest.share(&news) else { panic!("{:?}", guest.share(&news)) };
    let whole = RelayFrame::Commit(Bundle { commit: &commit, blobs: vec![BLOB] });
    assert_eq!(RelayFrame::decode(frame), Ok(whole));
    assert_eq!(owner.share(&news), Share::Nothing, "its sender has it");
    assert_eq!(opened(1).0.share(&news), Share::Nothing, "nobody knows whose it is");
    let again = relay.decide(&appending(&sender, world.commits.last().unwrap()));
    assert_eq!(again.news, None, "it was there before");
    let pulled = relay.decide(&Draft::new(&sender, Route::Pull { log: log(&world), from: 0 }, vec![]));
    assert_eq!(pulled.news, None);
}

#[test]
fn who_is_no_longer_answered_is_closed_by_the_commit_that_says_so_and_not_told_it() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let guest = relay.connected(&world.guest, &world);
    let new = world.owner.on_device(0x77);
    let proves = relay.proves(|challenge| introducing(&new, proof(&new, ORIGIN, log(&world), challenge)));
    let Heard::Proven(introduced, _) = proves else { panic!("{proves:?}") };
    let after = |entry: Entry| {
        let (mut world, mut relay) = (world.clone(), Relay::of(&world));
        world.take(&[entry]);
        let sender = world.owner.clone();
        relay.news(&sender, &world)
    };
    let closed = Share::Closed(Close::NotFound);
    let revoked = after(Entry::Revoke(Revoke { device: world.guest.device }));
    assert_eq!(guest.share(&revoked), closed);
    assert!(matches!(introduced.share(&revoked), Share::Frame(_)), "the control");
    let granted_nothing = after(Entry::Member(world.guest.member_entry(&[], &[])));
    assert_eq!(guest.share(&granted_nothing), closed);
    let anew = after(Entry::Identity(world.owner.identity_entry(&Actor::new(5), 2)));
    assert_eq!(introduced.share(&anew), closed, "its certificate is of the identity before");
    assert!(matches!(guest.share(&anew), Share::Frame(_)), "the control");
    let noted = after(note());
    assert!(matches!(guest.share(&noted), Share::Frame(_)), "the control");
}

#[test]
fn a_lock_goes_to_the_accounts_other_devices_and_ends_its_socket() {
    let mut world = World::account();
    let second = world.owner.on_device(0x77);
    world.take_by(&second, &[Entry::Device(second.device_entry(1))]);
    let relay = Relay::of(&world);
    let (owner, other) = (relay.connected(&world.owner, &world), relay.connected(&second, &world));
    let sent = lock(&second, ORIGIN, NOW);
    let Heard::Lock(frame) = relay.hear(&other, ClientFrame::Lock(sent)) else { panic!("not handed on") };
    assert_eq!(RelayFrame::decode(&frame), Ok(RelayFrame::Lock(sent)));
    assert!(owner.is_locked_by(&other));
    assert!(!other.is_locked_by(&other), "its own device");
    assert!(!opened(1).0.is_locked_by(&other), "nobody knows whose it is");
    let refused = [
        ("too old", lock(&second, ORIGIN, NOW - limit::CLOCK - 1)),
        ("too early", lock(&second, ORIGIN, NOW + limit::CLOCK + 1)),
        ("for another relay", lock(&second, "https://other.example", NOW)),
        ("of another device", lock(&world.owner, ORIGIN, NOW)),
        ("changed", Lock { time: NOW + 1, ..sent }),
    ];
    for (what, lock) in refused {
        let heard = relay.hear(&other, ClientFrame::Lock(lock));
        assert_eq!(heard, Heard::Closed(Close::Malformed), "{what}");
    }
}

#[test]
fn a_lock_is_said_on_the_accounts_log_by_one_of_its_devices() {
    let world = World::vault();
    let vault = Relay::of(&world);
    let socket = vault.connected(&world.owner, &world);
    let heard = vault.hear(&socket, ClientFrame::Lock(lock(&world.owner, ORIGIN, NOW)));
    assert_eq!(heard, Heard::Closed(Close::Malformed), "on a vault's");
    let mut world = World::account();
    let second = world.owner.on_device(0x77);
    let mut relay = Relay::of(&world);
    let proves =
        relay.proves(|challenge| introducing(&second, proof(&second, ORIGIN, log(&world), challenge)));
    let Heard::Proven(introduced, _) = proves else { panic!("{proves:?}") };
    let heard = relay.hear(&introduced, ClientFrame::Lock(lock(&second, ORIGIN, NOW)));
    assert_eq!(heard, Heard::Closed(Close::Malformed), "by one that is not in the roster");
    world.take_by(&second, &[Entry::Device(second.device_entry(1))]);
    relay.append(&second, world.commits.last().unwrap());
    let heard = relay.hear(&introduced, ClientFrame::Lock(lock(&second, ORIGIN, NOW)));
    assert!(matches!(heard, Heard::Lock(_)), "the control: {heard:?}");
}

#[test]
fn the_late_and_the_eldest_of_too_many_are_closed() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let unproven = |at: u64| Socket::open(ORIGIN, at, &mut ChaCha8Rng::seed_from_u64(at)).0;
    let mut sockets: Vec<Socket> = (0..limit::UNPROVEN_SOCKETS as u64).map(|at| unproven(NOW + at)).collect();
    let proven = relay.connected(&world.owner, &world);
    sockets.extend(std::iter::repeat_n(proven.clone(), limit::PROVEN_SOCKETS));
    assert_eq!(surplus(&sockets, NOW + limit::UNPROVEN), []);
    assert_eq!(surplus(&sockets, NOW + limit::UNPROVEN + 2), [(0, Close::Late), (1, Close::Late)]);
    sockets.insert(3, unproven(NOW + 99));
    assert_eq!(surplus(&sockets, NOW), [(0, Close::TooMany)]);
    sockets.remove(0);
    sockets.push(proven);
    assert_eq!(surplus(&sockets, NOW), [(limit::UNPROVEN_SOCKETS, Close::TooMany)]);
}

#[test]
fn what_lies_with_a_socket_reads_back() {
    let world = World::vault();
    let relay = Relay::of(&world);
    let new = world.owner.on_device(0x77);
    let proves = relay.proves(|challenge| introducing(&new, proof(&new, ORIGIN, log(&world), challenge)));
    let Heard::Proven(introduced, _) = proves else { panic!("{proves:?}") };
    for socket in [opened(1).0, relay.connected(&world.guest, &world), introduced] {
        let bytes = socket.to_bytes();
        assert_eq!(Socket::from_bytes(&bytes), Some(socket));
        let origin = bytes.len() - ORIGIN.len();
        for end in 0..origin {
            assert_eq!(Socket::from_bytes(&bytes[..end]), None, "cut at {end}");
        }
    }
}
