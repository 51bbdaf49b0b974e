//! What crosses the wire has one form: the frozen bytes of `vectors/wire.py`, which was written from `PROTOCOL.md` alone, and
//! any message there can be.
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use protocol::message::{
    AdminAnswer, AdminProof, AdminRoute, Admission, Answer, BlobId, Bundle, ClientFrame, Founding, Head,
    Holding, Introduction, Invitation, Listed, Lock, Message, NewCredential, Proof, Quota, Recovery,
    Registering, RelayFrame, Room, Route, Rule, SignInProof, Signed, SocketProof, Unroutable, Wanted,
};
use protocol::opaque::Parties;
use protocol::{
    AgreementKey, Attempt, DeviceId, Hash, LogId, ObjectId, Part, PrincipalId, Signature, VerifyingKey, limit,
};

const FROZEN: &str = include_str!("vectors/wire.txt");
const LOG: LogId = LogId::new(counting(0));
const OBJECT: ObjectId = ObjectId::new(counting(0xA0));
const COMMIT: &[u8] = &[1, 2, 3];
const BLOBS: [&[u8]; 2] = [&[0xAA, 0xBB], &[]];

const fn counting(from: u8) -> [u8; 16] {
    let (mut id, mut at) = ([from; 16], 0_u8);
    while at < 16 {
        id[at as usize] += at;
        at += 1;
    }
    id
}

fn frozen(name: &str) -> &'static str {
    let line = FROZEN.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| unreachable!("no vector {name}"))
}

fn frozen_bytes(name: &str) -> Vec<u8> {
    let digits: Vec<u32> = frozen(name).chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}

fn head(seq: u64) -> Head {
    Head { seq, hash: Hash::new([0xCC; 32]) }
}

fn routes() -> [(&'static str, Route); 16] {
    [
        ("append", Route::Append(LOG)),
        ("pull", Route::Pull { log: LOG, from: 0 }),
        ("pull.far", Route::Pull { log: LOG, from: i64::MAX.unsigned_abs() }),
        ("chain", Route::Chain { log: LOG, from: 256 }),
        ("current", Route::Current { log: LOG, after: None }),
        ("current.after", Route::Current { log: LOG, after: Some(OBJECT) }),
        ("blobs", Route::Blobs(LOG)),
        ("heads", Route::Heads([LOG, LogId::new(counting(0x10))])),
        ("found", Route::Found(LOG)),
        ("socket", Route::Socket(LOG)),
        ("register", Route::Register(LOG)),
        ("replace", Route::Replace(LOG)),
        ("credential", Route::Credential(LOG)),
        ("signin", Route::SignIn(LOG)),
        ("admit", Route::Admit(LOG)),
        ("recover", Route::Recover(LOG)),
    ]
}

#[test]
fn routes_are_the_frozen_ones() {
    for (name, route) in routes() {
        let text = frozen(&format!("route.{name}"));
        assert_eq!(format!("{} {route}", route.method()), text, "{name}");
        let (method, target) = text.split_once(' ').unwrap();
        assert_eq!(Route::parse(method, target), Ok(route), "{name}");
    }
}

#[test]
fn a_target_has_one_form() {
    let log = "000102030405060708090a0b0c0d0e0f";
    let parse = |method: &str, rest: &str| Route::parse(method, &format!("/v1/logs/{log}{rest}"));
    assert!(parse("GET", "/chain?from=1").is_ok(), "the control");
    for wrong in [
        "/chain",
        "/chain?from=",
        "/chain?from=01",
        "/chain?from=+1",
        "/chain?from=-1",
        "/chain?from=1&from=2",
        "/chain?from=9223372036854775808",
        "/chain?from=18446744073709551616",
        "/chain?from=%31",
        "/chain?from=1#",
        "/chain?FROM=1",
        "/chain?from=1 ",
        "/current?after=",
        "/current?after=00",
        "/current?",
        "/heads",
        "/heads?and=00",
        "/heads?after=000102030405060708090a0b0c0d0e0f",
        "/commits",
    ] {
        assert_eq!(parse("GET", wrong), Err(Unroutable::Malformed), "{wrong}");
    }
    for nowhere in ["", "/", "/chains?from=1", "/chain/?from=1", "//chain?from=1", "/Chain?from=1"] {
        assert_eq!(parse("GET", nowhere), Err(Unroutable::NotFound), "{nowhere}");
    }
    for (method, rest) in
        [("POST", "/chain?from=1"), ("get", "/chain?from=1"), ("GET", "/blobs"), ("PUT", "/commits")]
    {
        assert_eq!(parse(method, rest), Err(Unroutable::WrongMethod), "{method} {rest}");
    }
    for log in [log.to_uppercase(), log.replace('0', "g"), format!("{log}00"), format!("{log}?")] {
        assert!(Route::parse("GET", &format!("/v1/logs/{log}/chain?from=1")).is_err(), "{log}");
    }
    let long = format!("/v1/logs/{log}/chain?from={}", "1".repeat(limit::TARGET));
    assert_eq!(Route::parse("GET", &long), Err(Unroutable::Malformed));
}

#[test]
fn bodies_are_the_frozen_bytes() {
    let (commit, blob) = ([7; 300], [9; 130]);
    let appends = [
        ("append.empty", Bundle { commit: COMMIT, blobs: vec![] }),
        ("append.two", Bundle { commit: COMMIT, blobs: BLOBS.to_vec() }),
        ("append.long", Bundle { commit: &commit, blobs: vec![&blob] }),
    ];
    for (name, append) in appends {
        let bytes = frozen_bytes(name);
        assert_eq!(append.encode(), bytes, "{name}");
        assert_eq!(Bundle::decode(&bytes), Ok(append), "{name}");
    }
    let one = BlobId { object: OBJECT, part: Part::Overview, revision: 1 };
    let two = BlobId { object: ObjectId::new(counting(0xB0)), part: Part::Value, revision: 300 };
    for (name, wanted) in [("wanted.one", Wanted(vec![one])), ("wanted.two", Wanted(vec![one, two]))] {
        assert_eq!(wanted.encode(), frozen_bytes(name), "{name}");
        assert_eq!(Wanted::decode(&frozen_bytes(name)), Ok(wanted), "{name}");
    }
}

const ATTEMPT: Attempt = Attempt::new(counting(0xE0));
const PROOF: SignInProof = SignInProof { attempt: ATTEMPT, ke3: Message([0x22; 64]) };

fn admission() -> Admission {
    let (device, signing) = (DeviceId::new(counting(0x40)), VerifyingKey::new([0x26; 32]));
    let tag =
        Parties::new(LOG, "https://relay.example").enrolment_tag(&[0x27; 64], ATTEMPT, device, &signing);
    Admission { proof: PROOF, device, signing, tag: Message(tag) }
}

#[test]
fn bodies_of_accounts_are_the_frozen_bytes() {
    let request = Message([0x21; 32]);
    for (name, proof) in [("registering.first", None), ("registering.next", Some(PROOF))] {
        let (bytes, registering) = (frozen_bytes(name), Registering { request, proof });
        assert_eq!((registering.encode(), Registering::decode(&bytes)), (bytes, Ok(registering)), "{name}");
    }
    let credential = NewCredential {
        attempt: ATTEMPT,
        record: Message([0x23; 192]),
        ark_wrap: &[0x24; 105],
        recovery_wrap: &[0x25; 200],
        bundle: Bundle { commit: COMMIT, blobs: BLOBS.to_vec() },
    };
    let bytes = frozen_bytes("credential");
    assert_eq!((credential.encode(), NewCredential::decode(&bytes)), (bytes.clone(), Ok(credential)));
    let founding =
        Founding { invite: Message([0x28; 16]), bundle: Bundle { commit: COMMIT, blobs: BLOBS.to_vec() } };
    let bytes = frozen_bytes("founding");
    assert_eq!((founding.encode(), Founding::decode(&bytes)), (bytes.clone(), Ok(founding)));
    let bytes = frozen_bytes("admission");
    assert_eq!((admission().encode(), Admission::decode(&bytes)), (bytes.clone(), Ok(admission())));
    let bytes = frozen_bytes("recovery");
    let recovery = Recovery::decode(&bytes).unwrap();
    assert_eq!((recovery.encode(), recovery.time), (bytes, 1_764_280_000_000));
    let signed = recovery.signed_bytes("https://relay.example", LOG);
    assert_eq!(signed, frozen_bytes("proof.recovery.signed"));
    let key = frozen_bytes("proof.recovery.key").try_into().unwrap();
    let signer = ed25519_dalek::VerifyingKey::from_bytes(&key).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(recovery.signature.as_bytes());
    signer.verify_strict(&signed, &signature).unwrap();
}

#[test]
fn a_tag_is_of_one_session_account_attempt_device_and_key() {
    let Admission { device, signing, tag: Message(tag), .. } = admission();
    let parties = |account| Parties::new(account, "https://relay.example");
    let is_tag = |account, session: &[u8], attempt, device, signing: &VerifyingKey, tag: &[u8; 16]| {
        parties(account).is_enrolment_tag(session, attempt, device, signing, tag)
    };
    assert!(is_tag(LOG, &[0x27; 64], ATTEMPT, device, &signing, &tag), "the control");
    let other = counting(1);
    assert!(!is_tag(LogId::new(other), &[0x27; 64], ATTEMPT, device, &signing, &tag));
    assert!(!is_tag(LOG, &[0x28; 64], ATTEMPT, device, &signing, &tag));
    assert!(!is_tag(LOG, &[0x27; 64], Attempt::new(other), device, &signing, &tag));
    assert!(!is_tag(LOG, &[0x27; 64], ATTEMPT, DeviceId::new(other), &signing, &tag));
    assert!(!is_tag(LOG, &[0x27; 64], ATTEMPT, device, &VerifyingKey::new([0; 32]), &tag));
    for bit in 0..128 {
        let mut turned = tag;
        turned[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_tag(LOG, &[0x27; 64], ATTEMPT, device, &signing, &turned), "bit {bit}");
    }
}

#[test]
fn answers_are_the_frozen_bytes() {
    let pair = vec![Bundle { commit: COMMIT, blobs: BLOBS.to_vec() }, Bundle { commit: &[4], blobs: vec![] }];
    let answers = [
        ("appended", Answer::Appended(head(5))),
        ("appended.far", Answer::Appended(head(i64::MAX.unsigned_abs()))),
        ("pulled.empty", Answer::Pulled { head: head(5), bundles: vec![] }),
        ("pulled", Answer::Pulled { head: head(300), bundles: pair }),
        ("chain", Answer::Chain { head: head(300), commits: vec![COMMIT, &[4]] }),
        ("current.last", Answer::Current { head: head(5), last: Some(OBJECT), blobs: BLOBS.to_vec() }),
        ("current.end", Answer::Current { head: head(5), last: None, blobs: vec![] }),
        ("blobs", Answer::Blobs(BLOBS.to_vec())),
        ("stale", Answer::Stale(head(5))),
        ("clock", Answer::Clock(1_764_280_000_000)),
        ("notfound", Answer::NotFound),
        ("wrongmethod", Answer::WrongMethod),
        ("malformed", Answer::Malformed),
        ("toolarge", Answer::TooLarge),
        ("refused", Answer::Refused { rule: Rule::Entry, entry: 1999 }),
        ("needsupdate", Answer::NeedsUpdate),
        ("failed", Answer::Failed),
        ("registering", Answer::Registering { attempt: ATTEMPT, response: Message([0x31; 64]) }),
        ("challenge", Answer::Challenge { attempt: ATTEMPT, ke2: Box::new(Message([0x32; 320])) }),
        ("admitted", Answer::Admitted),
        (
            "credential",
            Answer::Credential { epoch: 300, ark_wrap: &[0x33; 105], recovery_wrap: &[0x34; 200] },
        ),
        ("heads", Answer::Heads(Head::joined([head(5), head(300)]))),
        ("expired", Answer::Expired),
        ("limited", Answer::Limited(1_764_280_000_000)),
        ("inviteneeded", Answer::InviteNeeded),
        ("inviterefused", Answer::InviteRefused),
        ("full", Answer::Full(Room::Commits)),
    ];
    for (name, answer) in answers {
        let bytes = frozen_bytes(&format!("answer.{name}"));
        assert_eq!(answer.encode(), bytes, "{name}");
        assert_eq!(Answer::decode(&bytes), Ok(answer), "{name}");
    }
}

#[test]
fn proofs_are_the_frozen_bytes() {
    let body = frozen_bytes("append.two");
    let target = Route::Append(LOG).to_string();
    let signed = Signed { origin: "https://relay.example", method: "POST", target: &target, body: &body };
    let proof = Proof::from_header(frozen("header.plain")).unwrap();
    let (account, device) = (PrincipalId::new([0x11; 16]), DeviceId::new([0x22; 16]));
    assert_eq!((proof.account, proof.device, proof.time), (account, device, 1_764_280_000_000));
    assert_eq!((proof.nonce, proof.introduction), ([0x33; 16], None));
    assert_eq!(proof.signed_bytes(&signed), frozen_bytes("proof.signed"));
    assert_eq!(proof.to_header(), frozen("header.plain"));
    assert_eq!(format!("Tacit {}", frozen("proof.plain")), frozen("header.plain"));
    assert_signed(&proof.signature, "proof.signed");
    let introduced = Proof { introduction: Some(introduction()), ..proof };
    assert_eq!(introduced.to_header(), format!("Tacit {}", frozen("proof.introduced")));
    assert_eq!(Proof::from_header(&introduced.to_header()), Ok(introduced));
}

fn invitation() -> Invitation {
    let hash = Hash::of_invite(&counting(0xC0));
    Invitation { hash, uses: 3, until: 1_764_280_000_000 }
}

#[test]
fn an_administrator_asks_by_the_frozen_routes() {
    let (account, hash) = (LOG.principal(), invitation().hash);
    let routes = [
        ("accounts", AdminRoute::Accounts(None)),
        ("accounts.after", AdminRoute::Accounts(Some(account))),
        ("account", AdminRoute::Account(account)),
        ("quota", AdminRoute::SetQuota(account)),
        ("erasure", AdminRoute::Erase(account)),
        ("invites", AdminRoute::Invites),
        ("invite", AdminRoute::Invite),
        ("revocation", AdminRoute::Revoke(hash)),
    ];
    for (name, route) in routes {
        let (method, target) = frozen(&format!("admin.route.{name}")).split_once(' ').unwrap();
        assert_eq!(AdminRoute::parse(method, target), Ok(route), "{name}");
        assert_eq!(AdminRoute::parse("PUT", target), Err(Unroutable::WrongMethod), "{name}");
        assert_eq!(AdminRoute::parse(method, &format!("{target}?x=1")), Err(Unroutable::Malformed), "{name}");
    }
    let malformed = ["accounts/00", "accounts?after=", "accounts?AFTER=00"];
    for rest in malformed {
        let target = format!("/v1/admin/{rest}");
        assert_eq!(AdminRoute::parse("GET", &target), Err(Unroutable::Malformed), "{rest}");
    }
    for rest in ["", "account", "accounts/", "invites/00/revocations", "invites/00/revocation/"] {
        let target = format!("/v1/admin/{rest}");
        assert!(AdminRoute::parse("GET", &target).is_err(), "{rest}");
    }
}

#[test]
fn what_an_administrator_says_and_hears_is_the_frozen_bytes() {
    let bytes = frozen_bytes("admin.quota");
    assert_eq!((Quota::DEFAULT.encode(), Quota::decode(&bytes)), (bytes.clone(), Ok(Quota::DEFAULT)));
    let bytes = frozen_bytes("admin.invitation");
    assert_eq!((invitation().encode(), Invitation::decode(&bytes)), (bytes.clone(), Ok(invitation())));
    for uses in [0, limit::INVITE_USES + 1] {
        assert!(Invitation::decode(&Invitation { uses, ..invitation() }.encode()).is_err(), "{uses} uses");
    }
    let since = 1_764_280_000_000;
    let logs = vec![Holding { log: LOG, bytes: 300, commits: 2 }];
    let answers = [
        ("done", AdminAnswer::Done),
        ("accounts", AdminAnswer::Accounts(vec![Listed { account: LOG.principal(), since }], true)),
        ("account", AdminAnswer::Account { since, quota: Quota::DEFAULT, logs }),
        ("invites", AdminAnswer::Invites(vec![invitation()])),
    ];
    for (name, answer) in answers {
        assert_eq!(answer.encode(), frozen_bytes(&format!("admin.{name}")), "{name}");
    }
    let proof = AdminProof::from_header(frozen("admin.header")).unwrap();
    let body = frozen_bytes("admin.invitation");
    let signed =
        Signed { origin: "https://relay.example", method: "POST", target: "/v1/admin/invites", body: &body };
    assert_eq!(proof.signed_bytes(&signed), frozen_bytes("admin.signed"));
    let header = frozen("admin.header");
    for end in 0..header.len() {
        assert!(header.get(..end).is_none_or(|cut| AdminProof::from_header(cut).is_err()), "cut at {end}");
    }
    assert!(AdminProof::from_header(&format!("{header}00")).is_err());
    assert!(Proof::from_header(header).is_err(), "it is no device's");
}

/// The signature of what is frozen under that name, by the key of all vectors.
fn assert_signed(signature: &Signature, name: &str) {
    let signer = ed25519_dalek::VerifyingKey::from_bytes(&key()).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
    signer.verify_strict(&frozen_bytes(name), &signature).unwrap();
}

fn key() -> [u8; 32] {
    frozen_bytes("proof.key").try_into().unwrap()
}

fn introduction() -> Introduction {
    let (signing, agreement) = (VerifyingKey::new(key()), AgreementKey::new([0x55; 32]));
    Introduction { signing, agreement, generation: 1, certificate: Signature::new([0x66; 64]) }
}

fn challenge() -> [u8; 32] {
    frozen_bytes("relay.challenge")[1..].try_into().unwrap()
}

#[test]
fn frames_are_the_frozen_bytes() {
    let origin = "https://relay.example";
    let lock_bytes = frozen_bytes("relay.lock");
    let Ok(RelayFrame::Lock(lock)) = RelayFrame::decode(&lock_bytes) else { unreachable!("no lock") };
    assert_eq!((lock.account, lock.device), (PrincipalId::new([0x11; 16]), DeviceId::new([0x22; 16])));
    assert_eq!(lock.time, 1_764_280_000_000);
    assert_eq!(lock.signed_bytes(origin), frozen_bytes("signed.lock"));
    assert_signed(&lock.signature, "signed.lock");
    let relay = [
        ("challenge", RelayFrame::Challenge(challenge())),
        ("head", RelayFrame::Head(head(300))),
        ("commit", RelayFrame::Commit(Bundle { commit: COMMIT, blobs: BLOBS.to_vec() })),
        ("lock", RelayFrame::Lock(lock)),
    ];
    for (name, frame) in relay {
        let bytes = frozen_bytes(&format!("relay.{name}"));
        assert_eq!(frame.encode(), bytes, "{name}");
        assert_eq!(RelayFrame::decode(&bytes), Ok(frame), "{name}");
    }
    let proof = ClientFrame::decode(&frozen_bytes("client.proof"));
    let Ok(ClientFrame::Proof(proof)) = proof else { unreachable!("no proof") };
    assert_eq!((proof.account, proof.device, proof.introduction), (lock.account, lock.device, None));
    assert_eq!(proof.signed_bytes(origin, LOG, &challenge()), frozen_bytes("signed.proof"));
    assert_signed(&proof.signature, "signed.proof");
    let introduced = SocketProof { introduction: Some(introduction()), ..proof };
    let client = [
        ("proof", ClientFrame::Proof(proof)),
        ("introduced", ClientFrame::Proof(introduced)),
        ("lock", ClientFrame::Lock(Lock { ..lock })),
    ];
    for (name, frame) in client {
        let bytes = frozen_bytes(&format!("client.{name}"));
        assert_eq!(frame.encode(), bytes, "{name}");
        assert_eq!(ClientFrame::decode(&bytes), Ok(frame), "{name}");
    }
}

#[test]
fn a_frame_has_its_length_and_a_commit_that_is_too_long_for_one_is_told_by_its_head() {
    let frame = |length: usize| {
        let blob = vec![7; length];
        let frame = RelayFrame::of_stored(Bundle { commit: COMMIT, blobs: vec![&blob] }, head(5));
        match RelayFrame::decode(&frame).unwrap() {
            RelayFrame::Commit(bundle) => Some(bundle.encode().len()),
            frame => {
                assert_eq!(frame, RelayFrame::Head(head(5)));
                None
            }
        }
    };
    // The commit and its length, a count, and a length of three bytes.
    let most = limit::PUSHED - COMMIT.len() - 1 - 1 - 3;
    assert_eq!(frame(most), Some(limit::PUSHED));
    assert_eq!(frame(most + 1), None);
    assert_eq!(frame(limit::BLOB as usize), None);
    let blob = vec![7; most];
    let longest = RelayFrame::Commit(Bundle { commit: COMMIT, blobs: vec![&blob] }).encode();
    assert!(RelayFrame::decode(&longest).is_ok());
    let blob = vec![7; most + 1];
    let longer = RelayFrame::Commit(Bundle { commit: COMMIT, blobs: vec![&blob] }).encode();
    assert!(RelayFrame::decode(&longer).is_err());
    assert!(frozen_bytes("client.introduced").len() <= limit::CLIENT_FRAME);
    assert!(ClientFrame::decode(&[0; limit::CLIENT_FRAME + 1]).is_err());
}

/// Every prefix of `bytes`, and `bytes` with one more, is no message.
fn has_one_end<T: fmt::Debug>(bytes: &[u8], decode: impl Fn(&[u8]) -> Option<T>) {
    assert!(decode(bytes).is_some(), "the control");
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_none(), "cut at {end}");
    }
    assert!(decode(&[bytes, &[0]].concat()).is_none(), "with one more");
}

#[test]
fn no_message_is_the_beginning_of_another() {
    for line in FROZEN.lines().filter(|line| line.starts_with("answer.")) {
        let name = line.split(' ').next().unwrap();
        has_one_end(&frozen_bytes(name), |bytes| Answer::decode(bytes).ok().map(|_| ()));
    }
    for name in ["challenge", "head", "commit", "lock"] {
        let frame = frozen_bytes(&format!("relay.{name}"));
        has_one_end(&frame, |bytes| RelayFrame::decode(bytes).ok().map(|_| ()));
    }
    has_one_end(&frozen_bytes("client.lock"), |bytes| ClientFrame::decode(bytes).ok());
    // Behind a proof there may be an introduction.
    let (proof, introduced) = (frozen_bytes("client.proof"), frozen_bytes("client.introduced"));
    for end in (0..introduced.len()).filter(|end| *end != proof.len()) {
        assert!(ClientFrame::decode(&introduced[..end]).is_err(), "cut at {end}");
    }
    assert!(ClientFrame::decode(&[&introduced[..], &[0]].concat()).is_err());
    has_one_end(&frozen_bytes("append.two"), |bytes| Bundle::decode(bytes).ok().map(|_| ()));
    has_one_end(&frozen_bytes("wanted.two"), |bytes| Wanted::decode(bytes).ok());
    for name in ["registering.first", "registering.next"] {
        has_one_end(&frozen_bytes(name), |bytes| Registering::decode(bytes).ok());
    }
    has_one_end(&frozen_bytes("credential"), |bytes| NewCredential::decode(bytes).ok().map(|_| ()));
    has_one_end(&frozen_bytes("founding"), |bytes| Founding::decode(bytes).ok().map(|_| ()));
    has_one_end(&frozen_bytes("admin.quota"), |bytes| Quota::decode(bytes).ok());
    has_one_end(&frozen_bytes("admin.invitation"), |bytes| Invitation::decode(bytes).ok());
    has_one_end(&frozen_bytes("admission"), |bytes| Admission::decode(bytes).ok());
    has_one_end(&frozen_bytes("recovery"), |bytes| Recovery::decode(bytes).ok());
}

#[test]
fn a_number_has_one_form_and_a_count_is_not_believed() {
    // A clock answer holds a number and no more.
    for (bytes, number) in [(vec![17, 0], 0), (vec![17, 0x7F], 127), (vec![17, 0x80, 1], 128)] {
        assert_eq!(Answer::decode(&bytes), Ok(Answer::Clock(number)));
    }
    let highest = [vec![17], vec![0xFF; 9], vec![1]].concat();
    assert_eq!(Answer::decode(&highest), Ok(Answer::Clock(u64::MAX)));
    for longer in [
        vec![17, 0x80, 0],
        vec![17, 0xFF, 0x80, 0],
        [vec![17], vec![0xFF; 9], vec![2]].concat(),
        [vec![17], vec![0x80; 10], vec![1]].concat(),
    ] {
        assert!(Answer::decode(&longer).is_err(), "{longer:02x?}");
    }
    let claims = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1];
    assert!(Bundle::decode(&claims).is_err());
    assert!(Wanted::decode(&claims).is_err());
    assert!(Answer::decode(&[&[4], &claims[..]].concat()).is_err());
    assert!(Wanted::decode(&[0]).is_err(), "nothing is wanted");
    assert!(Answer::decode(&vec![0; limit::ANSWER + 1]).is_err());
}

fn blob() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}

proptest! {
    #[test]
    fn any_bodies_read_back(commit in blob(), blobs in vec(blob(), 0..5), seq: u64, ids in vec((any::<[u8; 16]>(), any::<bool>(), any::<u64>()), 1..5)) {
        let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
        let append = Bundle { commit: &commit, blobs };
        let bytes = append.encode();
        prop_assert_eq!(Bundle::decode(&bytes), Ok(append.clone()));
        let pulled = Answer::Pulled { head: head(seq), bundles: vec![append; 2] };
        let bytes = pulled.encode();
        prop_assert_eq!(Answer::decode(&bytes), Ok(pulled));
        let id = |(object, is_value, revision): ([u8; 16], bool, u64)| {
            BlobId { object: ObjectId::new(object), part: if is_value { Part::Value } else { Part::Overview }, revision }
        };
        let wanted = Wanted(ids.into_iter().map(id).collect());
        prop_assert_eq!(Wanted::decode(&wanted.encode()), Ok(wanted));
    }

    #[test]
    fn what_decodes_encodes_to_the_same(bytes in vec(any::<u8>(), 0..80), number in 0_u8..31) {
        let bytes = [&[number], &bytes[..]].concat();
        if let Ok(answer) = Answer::decode(&bytes) {
            prop_assert_eq!(answer.encode(), bytes.clone());
        }
        if let Ok(append) = Bundle::decode(&bytes) {
            prop_assert_eq!(append.encode(), bytes.clone());
        }
        if let Ok(frame) = RelayFrame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes.clone());
        }
        if let Ok(frame) = ClientFrame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes.clone());
        }
        if let Ok(wanted) = Wanted::decode(&bytes) {
            prop_assert_eq!(wanted.encode(), bytes);
        }
    }

    #[test]
    fn a_target_that_is_read_is_the_one_that_is_written(from: u64, object: [u8; 16], text in "[a-z0-9?=/&]{0,40}") {
        for route in [Route::Pull { log: LOG, from: from >> 1 }, Route::Current { log: LOG, after: Some(ObjectId::new(object)) }] {
            prop_assert_eq!(Route::parse(route.method(), &route.to_string()), Ok(route));
        }
        for target in [format!("/v1/logs/{LOG}/{text}"), format!("/v1/accounts/{LOG}/{text}")] {
            for method in ["GET", "POST"] {
                if let Ok(route) = Route::parse(method, &target) {
                    prop_assert_eq!(route.to_string(), target.clone());
                }
            }
        }
    }
}
