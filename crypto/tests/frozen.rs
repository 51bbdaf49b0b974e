//! The frozen bytes of format 1, made by `vectors/make.py` from `FORMAT.md` alone: what is written is these bytes, and
//! they open.
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]

use crypto::{
    AccountKey, DeviceBinding, DeviceKeys, Edge, Identity, KdfId, KdfMemory, Keychain, LocalKind, Part,
    PartKey, PasskeyWrap, Passphrase, PassphraseWrap, Place, RecoveryKey, RootKey, ScannedCode, ScopeEpoch,
    ScopeSecret, Sealed, Secret, SecretKey, Seen, SetupCode, SignatureLabel, StoreKey, Wrapped,
};
use rand_core::RngCore;

const ACCOUNT: [u8; 16] = [0xa1; 16];
const LOG: [u8; 16] = [0xa3; 16];
const OBJECT: [u8; 16] = [0xa4; 16];
const BINDING: DeviceBinding = DeviceBinding { account: ACCOUNT, device: [0xa2; 16] };
const SCOPE: ScopeEpoch = ScopeEpoch { log: LOG, scope: [0xa5; 16], epoch: 1 };
const NONCE: u8 = 0x22;

/// Gives runs of one byte, a byte for each time it is asked; then the last one for ever.
struct Runs(Vec<u8>);

impl RngCore for Runs {
    fn next_u32(&mut self) -> u32 {
        unreachable!("only bytes are asked for")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("only bytes are asked for")
    }
    fn fill_bytes(&mut self, to: &mut [u8]) {
        to.fill(if self.0.len() > 1 { self.0.remove(0) } else { self.0[0] });
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl rand_core::CryptoRng for Runs {}

fn runs<const N: usize>(bytes: [u8; N]) -> Runs {
    Runs(bytes.to_vec())
}

fn nonce() -> Runs {
    runs([NONCE])
}

fn frozen_text(name: &str) -> String {
    let all: serde_json::Value = serde_json::from_str(include_str!("vectors/v1.json")).expect("JSON");
    all[name].as_str().expect("a name in the file").to_owned()
}

fn frozen(name: &str) -> Vec<u8> {
    let text = frozen_text(name);
    let digit =
        |letter: u8| char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).expect("hex");
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn frozen_wrap(name: &str) -> Wrapped {
    Wrapped::parse(&frozen(name)).expect("a wrap")
}

fn text(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

fn scope(at: ScopeEpoch, secret: u8) -> ScopeSecret {
    ScopeSecret::generate(at, &mut runs([secret]))
}

fn root(epoch: u32, key: u8) -> RootKey {
    RootKey::generate(ACCOUNT, epoch, &mut runs([key]))
}

fn secret_key() -> SecretKey {
    SecretKey::generate(&mut runs([0x44]))
}

fn passphrase() -> Passphrase {
    Passphrase::new("pässphrase ①".to_owned())
}

fn account_key() -> AccountKey {
    let mut memory = KdfMemory::reserve(KdfId::Standard).expect("64 MiB");
    AccountKey::derive(&passphrase(), &mut memory, &secret_key(), ACCOUNT)
}

#[test]
fn blobs() {
    let key = PartKey::generate(&mut runs([0x11]));
    let cases = [
        ("blob-overview-0", 0, Part::Overview),
        ("blob-value-63", 63, Part::Value),
        ("blob-value-64", 64, Part::Value),
        ("blob-value-1000", 1000, Part::Value),
    ];
    for (name, length, part) in cases {
        let place = Place { log: LOG, object: OBJECT, part, revision: 7 };
        let sealed = key.seal(&place, &text(length), &mut nonce()).expect("short");
        assert_eq!(sealed.as_bytes(), frozen(name), "{name}");
        let sealed = Sealed::from_wire(frozen(name)).expect("a blob");
        assert_eq!(key.open(&sealed, &place).expect("opens").as_bytes(), text(length), "{name}");
    }
}

#[test]
fn what_a_device_keeps() {
    let store = StoreKey::generate(&mut runs([0x33]));
    let local = store.local_key(&BINDING, LOG);
    let sealed = local.seal(LocalKind::Tail, 4, 9, &text(200), &mut nonce()).expect("short");
    assert_eq!(sealed.as_bytes(), frozen("local-tail"));
    let keychain = Keychain {
        device: DeviceKeys::generate(&mut runs([0xb1, 0xb2])),
        identity: Identity::generate(1, &mut runs([0xb3, 0xb4])),
        root: root(1, 0x66),
        secret_key: secret_key(),
        backup: account_key().backup_key(),
    };
    assert_eq!(keychain.seal(&store, &BINDING, 9, &mut nonce()).as_bytes(), frozen("keychain"));
    let sealed = Sealed::from_store(frozen("keychain")).expect("a blob");
    assert_eq!(Keychain::open(&store, &BINDING, 9, &sealed), Ok(keychain));
}

#[test]
fn parts_and_scopes() {
    let (key, here) = (PartKey::generate(&mut runs([0x11])), scope(SCOPE, 0x77));
    let (names, values) = (here.names_key(), here.values_key());
    assert_eq!(names.wrap_overview(&key, OBJECT, 7, &mut nonce()), frozen_wrap("wrap-overview"));
    assert_eq!(values.wrap_value(&key, OBJECT, 7, &mut nonce()), frozen_wrap("wrap-value"));
    assert_eq!(names.unwrap_overview(&frozen_wrap("wrap-overview"), OBJECT, 7).as_ref(), Ok(&key));
    assert_eq!(values.unwrap_value(&frozen_wrap("wrap-value"), OBJECT, 7), Ok(key));

    let parent = scope(ScopeEpoch { scope: [0xa6; 16], epoch: 3, ..SCOPE }, 0x79);
    let edge = Edge::parse(&frozen("wrap-edge")).expect("two wraps");
    assert_eq!(here.wrap_under(&parent, &mut nonce()), edge);
    assert_eq!(parent.values_key().unwrap_child(&edge.secret, SCOPE).as_ref(), Ok(&here));
    assert_eq!(parent.names_key().unwrap_child(&edge.names, SCOPE), Ok(names));

    let next = scope(ScopeEpoch { epoch: 2, ..SCOPE }, 0x78);
    let previous = Edge::parse(&frozen("wrap-previous")).expect("two wraps");
    assert_eq!(next.wrap_previous(&here, &mut nonce()), previous);
    assert_eq!(next.values_key().unwrap_previous(&previous.secret), Ok(here));
}

#[test]
fn the_root_key() {
    let (first, second, here) = (root(1, 0x66), root(2, 0x67), scope(SCOPE, 0x77));
    assert_eq!(first.wrap_access(&here, &mut nonce()), frozen_wrap("wrap-access"));
    assert_eq!(first.unwrap_access(&frozen_wrap("wrap-access"), SCOPE), Ok(here));
    assert_eq!(second.wrap_previous(&first, &mut nonce()), frozen_wrap("wrap-root-chain"));
    assert_eq!(second.unwrap_previous(&frozen_wrap("wrap-root-chain")).as_ref(), Ok(&first));

    let account = account_key();
    let (backup, recovery) = (account.backup_key(), RecoveryKey::generate(ACCOUNT, &mut runs([0x55])));
    let remote = account.remote_key(&[0xA1; 64], 3);
    assert_eq!(remote.wrap(&first, &mut nonce()), frozen_wrap("wrap-root-remote"));
    assert_eq!(remote.unwrap(&frozen_wrap("wrap-root-remote"), 1).as_ref(), Ok(&first));
    assert_eq!(backup.wrap(&first, &mut nonce()), frozen_wrap("wrap-root-backup"));
    assert_eq!(recovery.wrap(&first, &mut nonce()), frozen_wrap("wrap-root-recovery"));
    assert_eq!(backup.unwrap(&frozen_wrap("wrap-root-backup"), 1).as_ref(), Ok(&first));
    assert_eq!(recovery.unwrap(&frozen_wrap("wrap-root-recovery"), 1), Ok(first));
    assert_eq!(account.login_secret("https://relay.example").expose()[..], frozen("login-secret"));
    assert_eq!(recovery.signing_key().public()[..], frozen("recovery-signing-key"));
}

#[test]
fn unlocking() {
    let key = StoreKey::generate(&mut runs([0x33]));
    let mut memory = KdfMemory::reserve(KdfId::Standard).expect("64 MiB");
    let wrap = key.wrap_with_passphrase(&passphrase(), &mut memory, &BINDING, &mut runs([0x88, NONCE]));
    assert_eq!(wrap.to_bytes(), frozen("passphrase-wrap"));
    let wrap = PassphraseWrap::parse(&frozen("passphrase-wrap")).expect("a wrap");
    let opened = StoreKey::unwrap_with_passphrase(&wrap, &passphrase(), &mut memory, &BINDING);
    assert_eq!(opened.as_ref(), Ok(&key));

    let output = Secret::new(&mut [0x9a; 32]);
    let wrap = key.wrap_with_passkey([0x99; 32], b"credential", &output, &BINDING, &mut nonce());
    assert_eq!(wrap.expect("a short id").to_bytes(), frozen("passkey-wrap"));
    let wrap = PasskeyWrap::parse(&frozen("passkey-wrap")).expect("a wrap");
    assert_eq!(StoreKey::unwrap_with_passkey(&wrap, &output, &BINDING), Ok(key));
}

#[test]
fn signatures() {
    let device = DeviceKeys::generate(&mut runs([0xb1, 0xb2]));
    let identity = Identity::generate(1, &mut runs([0xb3, 0xb4]));
    let next = Identity::generate(2, &mut runs([0xb5, 0xb6]));
    let keys = device.public();
    assert_eq!(keys.signing[..], frozen("device-signing-key"));
    assert_eq!(keys.agreement[..], frozen("device-agreement-key"));
    assert_eq!(device.sign(SignatureLabel::Commit, &[0xc1; 32])[..], frozen("commit-signature"));
    let certificate = identity.certify_device(ACCOUNT, BINDING.device, &keys);
    assert_eq!(certificate[..], frozen("device-certificate"));
    assert_eq!(identity.certify_next(ACCOUNT, &next)[..], frozen("identity-certificate"));
}

#[test]
fn codes() {
    let setup = SetupCode { kdf: KdfId::Standard, account: ACCOUNT, secret_key: secret_key() };
    assert_eq!(setup.to_text().as_str(), frozen_text("setup-code"));
    assert_eq!(SetupCode::from_text(&frozen_text("setup-code")), Ok(setup));
    let recovery = RecoveryKey::generate(ACCOUNT, &mut runs([0x55]));
    assert_eq!(recovery.to_text().as_str(), frozen_text("recovery-code"));
    assert_eq!(RecoveryKey::from_text(&frozen_text("recovery-code")), Ok(recovery));
}

#[test]
fn scanned_codes() {
    let setup = || SetupCode { kdf: KdfId::Standard, account: ACCOUNT, secret_key: secret_key() };
    let alone = ScannedCode { setup: setup(), seen: None };
    assert_eq!(alone.to_text().as_str(), frozen_text("scanned-code"));
    assert_eq!(ScannedCode::from_text(&frozen_text("scanned-code")), Ok(alone));
    let keys = Identity::generate(1, &mut runs([0xb3, 0xb4])).public();
    let seen = Seen {
        origin: "https://relay.example".to_owned(),
        server_key: [0xc4; 32],
        identity: Seen::fingerprint(1, &keys),
        places: [(12, [0xc2; 32]), (345, [0xc3; 32])],
    };
    let whole = ScannedCode { setup: setup(), seen: Some(seen) };
    assert_eq!(whole.to_text().as_str(), frozen_text("scanned-relay-code"));
    assert_eq!(ScannedCode::from_text(&frozen_text("scanned-relay-code")), Ok(whole));
}
