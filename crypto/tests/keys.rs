//! Every key opens what is its own, where it belongs, and nothing else.
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]

use crypto::{
    AccountKey, AgreementKey, BackupKey, DeviceBinding, DeviceKeys, Edge, Identity, KdfId, KdfMemory,
    Keychain, LocalKind, Manifest, OpenFailed, ParseError, Part, PartKey, PasskeyWrap, Passphrase, Place,
    RecoveryKey, RootKey, SEGMENT_CAPACITY, ScopeEpoch, ScopeSecret, Sealed, Secret, SecretKey,
    SegmentBuilder, SetupCode, SigningKey, StoreKey, WRAP_LENGTH, Wrapped,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const BINDING: DeviceBinding = DeviceBinding { account: [1; 16], device: [2; 16] };

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn at(log: u8, scope: u8, epoch: u32) -> ScopeEpoch {
    ScopeEpoch { log: [log; 16], scope: [scope; 16], epoch }
}

fn backup_key(account: u8, rng: &mut ChaCha20Rng) -> Result<BackupKey, crypto::NoMemory> {
    let mut memory = KdfMemory::reserve(KdfId::Standard)?;
    let secret_key = SecretKey::generate(rng);
    let passphrase = Passphrase::new("open sesame".to_owned());
    Ok(AccountKey::derive(&passphrase, &mut memory, &secret_key, [account; 16]).backup_key())
}

#[test]
fn every_single_bit_flip_of_a_wrap_is_refused() {
    let mut rng = rng(1);
    let (scope, key) = (ScopeSecret::generate(at(1, 2, 3), &mut rng), PartKey::generate(&mut rng));
    let values = scope.values_key();
    let wrap = values.wrap_value(&key, [4; 16], 5, &mut rng);
    assert_eq!(values.unwrap_value(&wrap, [4; 16], 5), Ok(key), "control: unchanged it opens");
    for bit in 0..WRAP_LENGTH * 8 {
        let mut flipped = *wrap.as_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opens = Wrapped::parse(&flipped).is_ok_and(|wrap| values.unwrap_value(&wrap, [4; 16], 5).is_ok());
        assert!(!opens, "bit {bit}");
    }
    for length in (0..2 * WRAP_LENGTH).filter(|length| *length != WRAP_LENGTH) {
        let mut bytes = wrap.as_bytes().to_vec();
        bytes.resize(length, 0);
        assert_eq!(Wrapped::parse(&bytes), Err(ParseError::Malformed), "length {length}");
    }
}

#[test]
fn a_part_key_opens_in_its_scope_epoch_object_revision_and_part_only() {
    let mut rng = rng(2);
    // One secret everywhere: only the binding can refuse.
    let secret = [7; 32];
    let mut places = Vec::new();
    for log in 1..=2 {
        for scope in 1..=2 {
            for epoch in 1..=2 {
                for object in 1..=5 {
                    places.extend((1..=2).map(|revision| (at(log, scope, epoch), [object; 16], revision)));
                }
            }
        }
    }
    let scope_at = |at| ScopeSecret::generate(at, &mut Repeating(secret));
    let key = PartKey::generate(&mut rng);
    let wraps: Vec<[Wrapped; 2]> = places
        .iter()
        .map(|(at, object, revision)| {
            let scope = scope_at(*at);
            [
                scope.names_key().wrap_overview(&key, *object, *revision, &mut rng),
                scope.values_key().wrap_value(&key, *object, *revision, &mut rng),
            ]
        })
        .collect();
    for (here, (at, object, revision)) in places.iter().enumerate() {
        let (names, values) = (scope_at(*at).names_key(), scope_at(*at).values_key());
        for (there, [overview, value]) in wraps.iter().enumerate() {
            assert_eq!(names.unwrap_overview(overview, *object, *revision).is_ok(), here == there);
            assert_eq!(values.unwrap_value(value, *object, *revision).is_ok(), here == there);
            assert_eq!(names.unwrap_overview(value, *object, *revision), Err(OpenFailed));
            assert_eq!(values.unwrap_value(overview, *object, *revision), Err(OpenFailed));
        }
    }
}

/// Gives the same 32 bytes whenever it is asked: for keys that must not differ.
struct Repeating([u8; 32]);

impl rand_core::RngCore for Repeating {
    fn next_u32(&mut self) -> u32 {
        unreachable!("only bytes are asked for")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("only bytes are asked for")
    }
    fn fill_bytes(&mut self, to: &mut [u8]) {
        to.copy_from_slice(&self.0[..to.len()]);
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl rand_core::CryptoRng for Repeating {}

#[test]
fn who_has_a_scope_reaches_what_is_below_and_nothing_else() {
    let mut rng = rng(3);
    let [root, project, dev, prod] =
        [1, 2, 3, 4].map(|scope| ScopeSecret::generate(at(1, scope, 1), &mut rng));
    let under_root = project.wrap_under(&root, &mut rng);
    let under_project = dev.wrap_under(&project, &mut rng);
    let beside = prod.wrap_under(&project, &mut rng);

    let reached = root.values_key().unwrap_child(&under_root.secret, *project.at()).expect("below");
    assert_eq!(reached, project);
    assert_eq!(
        reached.values_key().unwrap_child(&under_project.secret, *dev.at()),
        Ok(ScopeSecret::clone_of(&dev))
    );
    let names = root.names_key().unwrap_child(&under_root.names, *project.at()).expect("below");
    assert_eq!(names, project.names_key());
    assert_eq!(names.unwrap_child(&under_project.names, *dev.at()), Ok(dev.names_key()));

    assert_eq!(
        names.unwrap_child(&under_project.secret, *dev.at()),
        Err(OpenFailed),
        "names do not give values"
    );
    assert_eq!(
        root.values_key().unwrap_child(&under_project.secret, *dev.at()),
        Err(OpenFailed),
        "two levels"
    );
    assert_eq!(dev.values_key().unwrap_child(&beside.secret, *prod.at()), Err(OpenFailed), "sideways");
    assert_eq!(dev.values_key().unwrap_child(&under_root.secret, *project.at()), Err(OpenFailed), "upward");
    assert_eq!(
        project.values_key().unwrap_child(&under_project.secret, *prod.at()),
        Err(OpenFailed),
        "another child"
    );
    for other in [at(1, 3, 2), at(2, 3, 1)] {
        assert_eq!(project.values_key().unwrap_child(&under_project.secret, other), Err(OpenFailed));
    }
}

/// The same secret again, through the bytes of a wrap: secrets have no `Clone`.
trait CloneOf {
    fn clone_of(secret: &Self) -> Self;
}

impl CloneOf for ScopeSecret {
    fn clone_of(secret: &Self) -> Self {
        let root = RootKey::generate([9; 16], 1, &mut Repeating([9; 32]));
        let wrap = root.wrap_access(secret, &mut Repeating([8; 32]));
        root.unwrap_access(&wrap, *secret.at()).expect("own access")
    }
}

#[test]
fn an_epoch_opens_the_one_before_and_not_the_one_after() {
    let mut rng = rng(4);
    let [first, second, third] = [1, 2, 3].map(|epoch| ScopeSecret::generate(at(1, 2, epoch), &mut rng));
    let previous = third.wrap_previous(&second, &mut rng);
    let older = second.wrap_previous(&first, &mut rng);
    let previous = Edge::parse(&previous.to_bytes()).expect("own bytes");
    assert_eq!(third.values_key().unwrap_previous(&previous.secret), Ok(ScopeSecret::clone_of(&second)));
    assert_eq!(third.names_key().unwrap_previous(&previous.names), Ok(second.names_key()));
    assert_eq!(second.values_key().unwrap_previous(&older.secret), Ok(first));
    assert_eq!(second.values_key().unwrap_previous(&previous.secret), Err(OpenFailed));
    assert_eq!(third.values_key().unwrap_previous(&older.secret), Err(OpenFailed));
    assert_eq!(third.names_key().unwrap_previous(&previous.secret), Err(OpenFailed));
}

#[test]
fn the_root_key_opens_scopes_and_the_epoch_before() {
    let mut rng = rng(5);
    let [first, second] = [1, 2].map(|epoch| RootKey::generate([1; 16], epoch, &mut rng));
    let stranger = RootKey::generate([1; 16], 1, &mut rng);
    let scope = ScopeSecret::generate(at(3, 4, 5), &mut rng);
    let access = first.wrap_access(&scope, &mut rng);
    assert_eq!(stranger.unwrap_access(&access, *scope.at()), Err(OpenFailed));
    assert_eq!(second.unwrap_access(&access, *scope.at()), Err(OpenFailed));
    for other in [at(3, 4, 6), at(3, 5, 5), at(4, 4, 5)] {
        assert_eq!(first.unwrap_access(&access, other), Err(OpenFailed));
    }
    assert_eq!(first.unwrap_access(&access, *scope.at()), Ok(scope));
    let chain = second.wrap_previous(&first, &mut rng);
    assert_eq!(stranger.unwrap_previous(&chain), Err(OpenFailed));
    assert_eq!(second.unwrap_previous(&chain), Ok(first));
}

#[test]
fn paper_and_passphrase_open_a_backup() {
    let mut rng = rng(6);
    let root = RootKey::generate([1; 16], 3, &mut rng);
    let recovery = RecoveryKey::generate([1; 16], &mut rng);
    let backup = backup_key(1, &mut rng).expect("64 MiB");
    let (on_paper, by_passphrase) = (recovery.wrap(&root, &mut rng), backup.wrap(&root, &mut rng));
    assert_eq!(recovery.unwrap(&by_passphrase, 3), Err(OpenFailed));
    assert_eq!(recovery.unwrap(&on_paper, 2), Err(OpenFailed));
    assert_eq!(backup.unwrap(&on_paper, 3), Err(OpenFailed));
    assert_eq!(backup.unwrap(&by_passphrase, 4), Err(OpenFailed));
    let typed = RecoveryKey::from_text(recovery.to_text().as_str()).expect("own text");
    assert_eq!(typed.unwrap(&on_paper, 3).as_ref(), Ok(&root));
    assert_eq!(backup.unwrap(&by_passphrase, 3), Ok(root));
    assert_eq!(typed.signing_key().public(), recovery.signing_key().public());
}

#[test]
fn a_passkey_opens_the_store_key() {
    let mut rng = rng(7);
    let key = StoreKey::generate(&mut rng);
    let output = Secret::generate(&mut rng);
    let wrap = key.wrap_with_passkey([5; 32], b"credential", &output, &BINDING, &mut rng).expect("short id");
    let wrap = PasskeyWrap::parse(&wrap.to_bytes()).expect("own bytes");
    assert_eq!((wrap.salt(), wrap.credential()), (&[5; 32], &b"credential"[..]));
    assert_eq!(StoreKey::unwrap_with_passkey(&wrap, &output, &BINDING), Ok(key));
    let another = Secret::generate(&mut rng);
    assert_eq!(StoreKey::unwrap_with_passkey(&wrap, &another, &BINDING), Err(OpenFailed));
    let elsewhere = DeviceBinding { device: [9; 16], ..BINDING };
    assert_eq!(StoreKey::unwrap_with_passkey(&wrap, &output, &elsewhere), Err(OpenFailed));
    for bit in 0..wrap.to_bytes().len() * 8 {
        let mut flipped = wrap.to_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opens = PasskeyWrap::parse(&flipped)
            .is_ok_and(|wrap| StoreKey::unwrap_with_passkey(&wrap, &output, &BINDING).is_ok());
        assert!(!opens, "bit {bit}");
    }
    assert!(key_of(&mut rng).wrap_with_passkey([5; 32], &[0; 1024], &output, &BINDING, &mut rng).is_err());
}

fn key_of(rng: &mut ChaCha20Rng) -> StoreKey {
    StoreKey::generate(rng)
}

#[test]
fn a_keychain_comes_back_on_its_device_only() {
    let mut rng = rng(8);
    let keychain = Keychain {
        device: DeviceKeys::generate(&mut rng),
        identity: Identity::generate(1, &mut rng),
        root: RootKey::generate([1; 16], 1, &mut rng),
        secret_key: SecretKey::generate(&mut rng),
        backup: backup_key(1, &mut rng).expect("64 MiB"),
    };
    let key = StoreKey::generate(&mut rng);
    let sealed = keychain.seal(&key, &BINDING, 7, &mut rng);
    let sealed = Sealed::from_store(sealed.into_bytes()).expect("own bytes");
    assert_eq!(Keychain::open(&key, &BINDING, 7, &sealed), Ok(keychain));
    assert_eq!(Keychain::open(&key, &BINDING, 8, &sealed), Err(OpenFailed), "an older keychain");
    assert_eq!(Keychain::open(&key_of(&mut rng), &BINDING, 7, &sealed), Err(OpenFailed));
    for other in [DeviceBinding { account: [3; 16], ..BINDING }, DeviceBinding { device: [3; 16], ..BINDING }]
    {
        assert_eq!(Keychain::open(&key, &other, 7, &sealed), Err(OpenFailed));
    }
}

#[test]
fn segments_open_by_their_manifest_only() {
    let mut rng = rng(9);
    let local = key_of(&mut rng).local_key(&BINDING, [3; 16]);
    let entries: Vec<Vec<u8>> = (0..40u8).map(|at| vec![at; 10_000]).collect();
    let (mut blobs, mut segments, mut builder) = (Vec::new(), Vec::new(), SegmentBuilder::new());
    let mut close = |builder: &SegmentBuilder| {
        let number = u32::try_from(segments.len()).expect("few");
        let (sealed, entry) = builder.seal(&local, number, 5, &mut rng);
        blobs.push(sealed);
        segments.push(entry);
    };
    for entry in &entries {
        if !builder.push(entry) {
            close(&std::mem::take(&mut builder));
            assert!(builder.push(entry), "an empty segment takes it");
        }
    }
    close(&builder);
    assert!(!SegmentBuilder::new().push(&vec![0; SEGMENT_CAPACITY]), "too long for any segment");

    let manifest = Manifest { seq: 11, head: [4; 32], segments };
    let sealed = manifest.seal(&local, 6, &mut rng).expect("short");
    assert_eq!(Manifest::open(&local, 7, &sealed), Err(OpenFailed));
    let manifest = Manifest::open(&local, 6, &sealed).expect("own manifest");
    let mut read = Vec::new();
    for (number, blob) in (0..).zip(&blobs) {
        let segment = manifest.open_segment(&local, number, blob).expect("named");
        read.extend(segment.entries().map(<[u8]>::to_vec));
    }
    assert_eq!((blobs.len(), read), (2, entries.clone()));

    assert!(manifest.open_segment(&local, 0, &blobs[1]).is_err(), "another number");
    assert!(manifest.open_segment(&local, 2, &blobs[1]).is_err(), "no such number");
    let mut same = SegmentBuilder::new();
    entries.iter().for_each(|entry| {
        let _ = same.push(entry);
    });
    let (twin, _) = same.seal(&local, 0, 5, &mut rng);
    assert!(manifest.open_segment(&local, 0, &twin).is_err(), "same place, same text, not the blob named");
    let opened = local.open(LocalKind::Segment, 0, 5, &twin);
    assert!(opened.is_ok(), "control: the twin is whole");
}

#[test]
fn no_debug_text_shows_a_secret() {
    let mut rng = Repeating([0xa7; 32]);
    let scope = ScopeSecret::generate(at(1, 2, 3), &mut rng);
    let store = StoreKey::generate(&mut rng);
    let secret_key = SecretKey::generate(&mut rng);
    let part = PartKey::generate(&mut rng);
    let place = Place { log: [1; 16], object: [2; 16], part: Part::Value, revision: 1 };
    let sealed = part.seal(&place, b"canary", &mut rng).expect("short");
    let setup = SetupCode { kdf: KdfId::Standard, account: [1; 16], secret_key };
    let shown = [
        format!("{:?} {:?} {:?}", scope.names_key(), scope.values_key(), scope),
        format!("{:?} {:?}", store.local_key(&BINDING, [1; 16]), store),
        format!("{:?} {:?}", part.open(&sealed, &place), part),
        format!("{sealed:?} {setup:?} {:?}", setup.to_text()),
        format!("{:?}", RootKey::generate([1; 16], 1, &mut rng)),
        format!("{:?}", RecoveryKey::generate([1; 16], &mut rng)),
        format!("{:?} {:?}", SigningKey::generate(&mut rng), AgreementKey::generate(&mut rng)),
        format!("{:?} {:?}", DeviceKeys::generate(&mut rng), Identity::generate(1, &mut rng)),
        format!("{:?}", Passphrase::new("canary".to_owned())),
        format!("{:?}", Secret::<32>::generate(&mut rng)),
    ]
    .join("\n");
    assert!(shown.contains("ScopeSecret") && shown.contains("Passphrase"), "control: something is shown");
    let code = setup.to_text();
    for canary in
        ["canary", "a7", "A7", "167", "99, 97, 110", code.as_str().split('-').next().unwrap_or_default()]
    {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
}

#[test]
fn a_grant_opens_for_its_device_account_and_epoch_only() {
    let mut rng = rng(31);
    let (device, other) = (DeviceKeys::generate(&mut rng), DeviceKeys::generate(&mut rng));
    let root = RootKey::generate([1; 16], 2, &mut rng);
    let agreement = device.public().agreement;
    let grant = root.grant([5; 16], &agreement, &mut rng).expect("a good key");
    assert_eq!(device.open_grant(&grant, [1; 16], [5; 16], 2), Ok(root), "control");
    assert!(other.open_grant(&grant, [1; 16], [5; 16], 2).is_err());
    for (account, id, epoch) in [([2; 16], [5; 16], 2), ([1; 16], [6; 16], 2), ([1; 16], [5; 16], 3)] {
        assert!(device.open_grant(&grant, account, id, epoch).is_err());
    }
    for bit in 0..grant.len() * 8 {
        let mut flipped = grant;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(device.open_grant(&flipped, [1; 16], [5; 16], 2).is_err(), "bit {bit}");
    }
    assert!(device.open_grant(&grant[..79], [1; 16], [5; 16], 2).is_err());
}
