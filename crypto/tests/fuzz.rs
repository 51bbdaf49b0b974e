//! Every parser of foreign bytes: its corpus again, then 10,000 seeded mutations of it.
//!
//! A target is a plain function from bytes, so that a fuzzer can drive it too. What a fuzzer finds becomes a file in
//! `corpus/<target>/`.
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]

use std::fs;
use std::path::Path;

use crypto::{
    Edge, LocalKind, OpenFailed, Part, PartKey, PasskeyWrap, PassphraseWrap, Place, RecoveryKey, ScannedCode,
    Sealed, SetupCode, StoreKey, Wrapped, verify,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const MUTATIONS: usize = 10_000;

/// A blob that parses is its own bytes, is no local kind on the wire, and opens under no key it was not made with.
fn blob(bytes: &[u8]) {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    if let Ok(sealed) = Sealed::from_wire(bytes.to_vec()) {
        assert_eq!(sealed.as_bytes(), bytes);
        assert!(bytes[6] < 0x80, "a local kind came over the wire");
        let place = Place { log: [0xa3; 16], object: [0xa4; 16], part: Part::Value, revision: 7 };
        assert_eq!(PartKey::generate(&mut rng).open(&sealed, &place), Err(OpenFailed));
    }
    if let Ok(sealed) = Sealed::from_store(bytes.to_vec()) {
        let binding = crypto::DeviceBinding { account: [0xa1; 16], device: [0xa2; 16] };
        let local = StoreKey::generate(&mut rng).local_key(&binding, [0xa3; 16]);
        assert_eq!(local.open(LocalKind::Tail, 4, 9, &sealed), Err(OpenFailed));
        assert_eq!(sealed.into_bytes(), bytes);
    }
}

fn wrap(bytes: &[u8]) {
    if let Ok(wrapped) = Wrapped::parse(bytes) {
        assert_eq!(wrapped.as_bytes()[..], *bytes);
    }
    if let Ok(edge) = Edge::parse(bytes) {
        assert_eq!(edge.to_bytes(), bytes);
    }
}

fn passphrase_wrap(bytes: &[u8]) {
    if let Ok(wrap) = PassphraseWrap::parse(bytes) {
        assert_eq!(wrap.to_bytes(), bytes);
    }
}

fn passkey_wrap(bytes: &[u8]) {
    if let Ok(wrap) = PasskeyWrap::parse(bytes) {
        assert_eq!(wrap.to_bytes(), bytes);
    }
}

/// A code that parses prints as the text that was typed, but for its form.
fn setup_code(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    if let Ok(code) = SetupCode::from_text(&typed) {
        assert_eq!(plain(code.to_text().as_str()), plain(&typed));
    }
}

fn recovery_code(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    if let Ok(key) = RecoveryKey::from_text(&typed) {
        assert_eq!(plain(key.to_text().as_str()), plain(&typed));
    }
}

/// A scanned code that parses is written as it was read, but for its form.
fn scanned_code(bytes: &[u8]) {
    let read = String::from_utf8_lossy(bytes);
    if let Ok(code) = ScannedCode::from_text(&read) {
        assert_eq!(plain(code.to_text().as_str()), plain(&read));
    }
}

fn plain(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase());
    letters
        .map(|letter| if letter == 'O' { '0' } else { letter })
        .map(|letter| if "IL".contains(letter) { '1' } else { letter })
        .collect()
}

/// Key, signature, message. A signature that verifies has no other encoding: a changed bit of it does not.
fn certificate(bytes: &[u8]) {
    let Some((key, rest)) = bytes.split_first_chunk() else { return };
    let Some((signature, message)) = rest.split_first_chunk() else { return };
    if verify(key, message, signature) {
        let mut other = *signature;
        other[63] ^= 0x80;
        assert!(!verify(key, message, &other));
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a corpus").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a file")).collect()
}

fn below(rng: &mut ChaCha20Rng, limit: usize) -> usize {
    usize::try_from(rng.next_u32()).unwrap_or_default() % limit.max(1)
}

fn mutate(corpus: &[Vec<u8>], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = corpus[below(rng, corpus.len())].clone();
    for _ in 0..=below(rng, 4) {
        let at = below(rng, bytes.len());
        match below(rng, 6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, rng.next_u32().to_le_bytes()[0]),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 => {
                let other = &corpus[below(rng, corpus.len())];
                bytes.truncate(at);
                bytes.extend(&other[at.min(other.len())..]);
            }
            4 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = rng.next_u32().to_le_bytes()[0]),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (rng.next_u32() % 8)),
        }
    }
    bytes
}

fn fuzz(name: &str, target: impl Fn(&[u8])) {
    let corpus = corpus(name);
    assert!(corpus.len() >= 3, "{name} has a corpus");
    corpus.iter().for_each(|bytes| target(bytes));
    for seed in 0..MUTATIONS as u64 {
        // Shown only if the target fails: the seed gives the input again.
        println!("{name}: seed {seed}");
        target(&mutate(&corpus, &mut ChaCha20Rng::seed_from_u64(seed)));
    }
}

#[test]
fn blobs() {
    fuzz("blob", blob);
}

#[test]
fn wraps() {
    fuzz("wrap", wrap);
}

#[test]
fn passphrase_wraps() {
    fuzz("passphrase_wrap", passphrase_wrap);
}

#[test]
fn passkey_wraps() {
    fuzz("passkey_wrap", passkey_wrap);
}

#[test]
fn setup_codes() {
    fuzz("setup_code", setup_code);
}

#[test]
fn recovery_codes() {
    fuzz("recovery_code", recovery_code);
}

#[test]
fn scanned_codes() {
    fuzz("scanned_code", scanned_code);
}

#[test]
fn certificates() {
    fuzz("certificate", certificate);
}

type Parses = fn(&[u8]) -> bool;

/// The control: mutations reach both answers of each parser, not only the refusal at the first byte.
#[test]
fn mutations_reach_both_answers() {
    let parsers: [(&str, Parses); 6] = [
        ("blob", |bytes| Sealed::from_store(bytes.to_vec()).is_ok()),
        ("wrap", |bytes| Wrapped::parse(bytes).is_ok()),
        ("passphrase_wrap", |bytes| PassphraseWrap::parse(bytes).is_ok()),
        ("passkey_wrap", |bytes| PasskeyWrap::parse(bytes).is_ok()),
        ("setup_code", |bytes| SetupCode::from_text(&String::from_utf8_lossy(bytes)).is_ok()),
        ("scanned_code", |bytes| ScannedCode::from_text(&String::from_utf8_lossy(bytes)).is_ok()),
    ];
    for (name, parses) in parsers {
        let corpus = corpus(name);
        let accepted = (0..MUTATIONS as u64)
            .filter(|seed| parses(&mutate(&corpus, &mut ChaCha20Rng::seed_from_u64(*seed))))
            .count();
        assert!((20..MUTATIONS - 20).contains(&accepted), "{name}: {accepted} accepted");
    }
}
