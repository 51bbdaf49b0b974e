//! Every message that a stranger may send: the frozen ones and 10,000 seeded mutations of each kind are refused, or read in
//! one way. A target is a plain function of bytes, so that a fuzzer can drive it too.
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

#[path = "log/leftover.rs"]
mod leftover;
#[path = "log/mutate.rs"]
mod mutate;

use protocol::message::{
    AdminProof, AdminRoute, Admission, Answer, Bundle, ClientFrame, Founding, Invitation, NewCredential,
    Proof, Quota, Recovery, Registering, RelayFrame, Route, Wanted,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use weakness::Weakness;

/// Whether bytes were read; proves that they were read in one way.
type Target = fn(&[u8]) -> bool;

/// The targets, each with the beginning of the names of its frozen messages.
const TARGETS: [(&str, Target); 16] = [
    ("answer.", answer),
    ("append.", append),
    ("wanted.", wanted),
    ("registering.", registering),
    ("credential", credential),
    ("admission", admission),
    ("header.", header),
    ("route.", route),
    ("founding", founding),
    ("recovery", recovery),
    ("relay.", relay_frame),
    ("client.", client_frame),
    ("admin.header", admin_header),
    ("admin.route.", admin_route),
    ("admin.quota", quota),
    ("admin.invitation", invitation),
];

const ROUNDS: usize = 10_000;

fn answer(bytes: &[u8]) -> bool {
    Answer::decode(bytes).map(|answer| assert_eq!(answer.encode(), bytes)).is_ok()
}

fn append(bytes: &[u8]) -> bool {
    Bundle::decode(bytes).map(|append| assert_eq!(append.encode(), bytes)).is_ok()
}

fn wanted(bytes: &[u8]) -> bool {
    Wanted::decode(bytes).map(|wanted| assert_eq!(wanted.encode(), bytes)).is_ok()
}

fn registering(bytes: &[u8]) -> bool {
    Registering::decode(bytes).map(|registering| assert_eq!(registering.encode(), bytes)).is_ok()
}

fn credential(bytes: &[u8]) -> bool {
    NewCredential::decode(bytes).map(|credential| assert_eq!(credential.encode(), bytes)).is_ok()
}

fn admission(bytes: &[u8]) -> bool {
    Admission::decode(bytes).map(|admission| assert_eq!(admission.encode(), bytes)).is_ok()
}

fn header(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    Proof::from_header(&text).map(|proof| assert_eq!(proof.to_header(), text)).is_ok()
}

/// A method and a target.
fn route(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((method, target)) = text.split_once(' ') else { return false };
    let route = Route::parse(method, target);
    route.map(|route| assert_eq!((route.method(), &*route.to_string()), (method, target))).is_ok()
}

fn founding(bytes: &[u8]) -> bool {
    Founding::decode(bytes).map(|founding| assert_eq!(founding.encode(), bytes)).is_ok()
}

fn recovery(bytes: &[u8]) -> bool {
    Recovery::decode(bytes).map(|recovery| assert_eq!(recovery.encode(), bytes)).is_ok()
}

fn relay_frame(bytes: &[u8]) -> bool {
    RelayFrame::decode(bytes).map(|frame| assert_eq!(frame.encode(), bytes)).is_ok()
}

fn client_frame(bytes: &[u8]) -> bool {
    ClientFrame::decode(bytes).map(|frame| assert_eq!(frame.encode(), bytes)).is_ok()
}

fn admin_header(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Ok(AdminProof { time, nonce, signature }) = AdminProof::from_header(&text) else { return false };
    let proof = [&time.to_le_bytes()[..], &nonce, signature.as_bytes()].concat();
    let digits: String = proof.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(format!("Tacit-Admin {digits}"), text);
    true
}

/// A method and an administrator's target.
fn admin_route(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((method, target)) = text.split_once(' ') else { return false };
    let Ok(route) = AdminRoute::parse(method, target) else { return false };
    let written = match route {
        AdminRoute::Accounts(None) => "GET /v1/admin/accounts".to_owned(),
        AdminRoute::Accounts(Some(after)) => format!("GET /v1/admin/accounts?after={after}"),
        AdminRoute::Account(id) => format!("GET /v1/admin/accounts/{id}"),
        AdminRoute::SetQuota(id) => format!("POST /v1/admin/accounts/{id}/quota"),
        AdminRoute::Erase(id) => format!("POST /v1/admin/accounts/{id}/erasure"),
        AdminRoute::Invites => "GET /v1/admin/invites".to_owned(),
        AdminRoute::Invite => "POST /v1/admin/invites".to_owned(),
        AdminRoute::Revoke(hash) => format!("POST /v1/admin/invites/{hash}/revocation"),
    };
    assert_eq!(written, text);
    true
}

fn quota(bytes: &[u8]) -> bool {
    Quota::decode(bytes).map(|quota| assert_eq!(quota.encode(), bytes)).is_ok()
}

fn invitation(bytes: &[u8]) -> bool {
    Invitation::decode(bytes).map(|invitation| assert_eq!(invitation.encode(), bytes)).is_ok()
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let lines = include_str!("vectors/wire.txt").lines().filter(|line| line.starts_with(name));
    let vectors = lines.map(|line| line.split_once(' ').unwrap().1);
    match name {
        "header." | "route." | "admin.header" | "admin.route." => {
            vectors.map(|text| text.as_bytes().to_vec()).collect()
        }
        _ => vectors.map(bytes).collect(),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn every_frozen_message_is_read() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty() && corpus.iter().all(|bytes| target(bytes)), "{name}");
    }
}

#[test]
fn ten_thousand_mutations_of_each_are_refused_or_read_in_one_way() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let read = (0..ROUNDS).filter(|_| target(&mutate::mutated(&corpus, &mut rng))).count();
        println!("{name}: seed 1, {read} of {ROUNDS} mutations read");
        assert!((20..ROUNDS - 20).contains(&read), "{name}: both answers are reached");
    }
    let first = TARGETS.iter().map(|(name, target)| (corpus(name).swap_remove(0), *target));
    leftover::is_refused(first, &[Weakness::Leftover]);
}
