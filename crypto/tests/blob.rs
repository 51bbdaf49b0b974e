//! A blob opens under its key, in its place, unchanged; and in no other way.

use crypto::{
    DeviceBinding, HEADER_LENGTH, LocalKind, MAX_PLAINTEXT, OpenFailed, ParseError, Part, PartKey, Place,
    Sealed, StoreKey, TooLong, padded_length,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const PLACE: Place = Place { log: [1; 16], object: [2; 16], part: Part::Value, revision: 3 };

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// As a client meets it: bytes from the wire, then the key.
fn opens(key: &PartKey, place: &Place, bytes: Vec<u8>) -> bool {
    Sealed::from_wire(bytes).is_ok_and(|sealed| key.open(&sealed, place).is_ok())
}

#[test]
fn what_was_sealed_opens() {
    let mut rng = rng(1);
    for length in [0, 1, 63, 64, 511, 512, 1000, 131_072, MAX_PLAINTEXT] {
        let key = PartKey::generate(&mut rng);
        let plain: Vec<u8> = (0..length).map(|at| at.to_le_bytes()[0]).collect();
        let sealed = key.seal(&PLACE, &plain, &mut rng).expect("within the limit");
        assert_eq!(sealed.as_bytes().len(), HEADER_LENGTH + padded_length(length) + 16);
        let sealed = Sealed::from_wire(sealed.into_bytes()).expect("own bytes");
        assert_eq!(key.open(&sealed, &PLACE).expect("own key").as_bytes(), plain);
    }
    let key = PartKey::generate(&mut rng);
    assert_eq!(key.seal(&PLACE, &vec![0; MAX_PLAINTEXT + 1], &mut rng), Err(TooLong));
}

#[test]
fn every_single_bit_flip_is_refused() {
    let mut rng = rng(2);
    for length in [0, 40, 1000] {
        let key = PartKey::generate(&mut rng);
        let bytes = key.seal(&PLACE, &vec![0x55; length], &mut rng).expect("short").into_bytes();
        assert!(opens(&key, &PLACE, bytes.clone()), "control: unchanged it opens");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!opens(&key, &PLACE, flipped), "bit {bit} of {length}");
        }
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let mut rng = rng(3);
    let key = PartKey::generate(&mut rng);
    let bytes = key.seal(&PLACE, b"value", &mut rng).expect("short").into_bytes();
    for length in 0..bytes.len() {
        assert!(!opens(&key, &PLACE, bytes[..length].to_vec()), "cut to {length}");
    }
    for extra in 1..130 {
        let mut longer = bytes.clone();
        longer.resize(bytes.len() + extra, 0);
        assert!(!opens(&key, &PLACE, longer), "{extra} more");
    }
}

/// 3 vaults × 50 objects × 2 parts × 3 revisions.
fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for log in 0..3 {
        for object in 0..50 {
            for part in [Part::Overview, Part::Value] {
                places.extend((1..=3).map(|revision| Place {
                    log: [log; 16],
                    object: [object; 16],
                    part,
                    revision,
                }));
            }
        }
    }
    places
}

/// The header's place fields of one blob put over another's: what a relay can do to make a swap look right.
fn disguised(bytes: &[u8], as_one_of: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[8..52].copy_from_slice(&as_one_of[8..52]);
    bytes
}

#[test]
fn every_swap_is_refused() {
    let mut rng = rng(4);
    // One key for all: only the binding to the place can refuse. Its being one is the harder case.
    let key = PartKey::generate(&mut rng);
    let places = places();
    let blobs: Vec<Sealed> =
        places.iter().map(|place| key.seal(place, b"same text", &mut rng).expect("short")).collect();
    let (mut opened, mut refused) = (0, 0);
    for (here, place) in places.iter().enumerate() {
        for (there, blob) in blobs.iter().enumerate() {
            match key.open(blob, place) {
                Ok(_) => opened += usize::from(here == there),
                Err(OpenFailed) => refused += 1,
            }
            let disguised = disguised(blob.as_bytes(), blobs[here].as_bytes());
            assert_eq!(opens(&key, place, disguised), here == there, "{place:?}");
        }
    }
    assert_eq!((places.len(), opened, refused), (900, 900, 900 * 899));
}

#[test]
fn another_key_does_not_open() {
    let mut rng = rng(5);
    let keys: Vec<PartKey> = (0..20).map(|_| PartKey::generate(&mut rng)).collect();
    let blobs: Vec<Sealed> =
        keys.iter().map(|key| key.seal(&PLACE, b"same text", &mut rng).expect("short")).collect();
    for (here, key) in keys.iter().enumerate() {
        for (there, blob) in blobs.iter().enumerate() {
            assert_eq!(key.open(blob, &PLACE).is_ok(), here == there);
            assert_eq!(blob.key_id() == blobs[here].key_id(), here == there);
        }
    }
}

#[test]
fn equal_texts_of_one_bucket_are_alike_outside_and_never_equal() {
    let mut rng = rng(6);
    let key = PartKey::generate(&mut rng);
    let mut seal = |text: &[u8]| key.seal(&PLACE, text, &mut rng).expect("short").into_bytes();
    let (short, long, again) = (seal(b""), seal(&[7; 63]), seal(&[7; 63]));
    assert_eq!(short.len(), long.len());
    assert_ne!(long, again);
}

#[test]
fn local_kinds_are_refused_on_the_wire() {
    let mut rng = rng(7);
    let binding = DeviceBinding { account: [1; 16], device: [2; 16] };
    let local = StoreKey::generate(&mut rng).local_key(&binding, [3; 16]);
    let kinds = [
        LocalKind::Keychain,
        LocalKind::Segment,
        LocalKind::Manifest,
        LocalKind::Tail,
        LocalKind::State,
        LocalKind::Journal,
    ];
    for kind in kinds {
        let sealed = local.seal(kind, 4, 5, b"local", &mut rng).expect("short");
        assert_eq!(Sealed::from_wire(sealed.as_bytes().to_vec()), Err(ParseError::Malformed), "{kind:?}");
        let sealed = Sealed::from_store(sealed.into_bytes()).expect("control: the store may hold it");
        for asked in kinds {
            assert_eq!(local.open(asked, 4, 5, &sealed).is_ok(), asked == kind);
        }
        assert_eq!(local.open(kind, 3, 5, &sealed), Err(OpenFailed), "another number");
        assert_eq!(local.open(kind, 4, 6, &sealed), Err(OpenFailed), "another generation");
    }
}

#[test]
fn a_newer_suite_is_told_from_damage() {
    let mut rng = rng(8);
    let key = PartKey::generate(&mut rng);
    let mut bytes = key.seal(&PLACE, b"value", &mut rng).expect("short").into_bytes();
    bytes[4] = 2;
    assert_eq!(Sealed::from_wire(bytes.clone()), Err(ParseError::Newer));
    bytes[0] = b'X';
    assert_eq!(Sealed::from_wire(bytes), Err(ParseError::Malformed));
}
