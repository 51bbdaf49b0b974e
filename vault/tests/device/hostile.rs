//! Bytes that somebody else may have written: backup files, and records put into the store. 10,000 seeded mutations of
//! each are refused, or mean what they meant before.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::RngCore;
use vault::backup::Code;
use vault::memory::MemoryStore;
use vault::session::{Error, Session};

use crate::support::{self, Device, block_on, passphrase};

const MUTATIONS: u64 = 10_000;
/// Where a backup has the root key under passphrase and setup code: the recovery code does not look at it.
const UNREAD: std::ops::Range<usize> = 11..11 + crypto::WRAP_LENGTH;

fn below(rng: &mut ChaCha20Rng, limit: usize) -> usize {
    rng.next_u32() as usize % limit.max(1)
}

/// Changes `bytes` in one to three places; a length of it may grow to what would fill any memory.
fn mutate(bytes: &mut Vec<u8>, rng: &mut ChaCha20Rng) {
    for _ in 0..=below(rng, 3) {
        let at = below(rng, bytes.len());
        match below(rng, 6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, rng.next_u32().to_le_bytes()[0]),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 => bytes.extend_from_within(at..),
            4 => bytes.iter_mut().skip(at).take(9).for_each(|byte| *byte = 0xff),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (rng.next_u32() % 8)),
        }
    }
}

fn filled() -> Device {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "TOKEN", "1");
    device.set(dev, "TOKEN", "2");
    device
}

#[test]
fn a_changed_backup_is_refused() {
    let mut device = filled();
    let kit = device.kit.take().expect("a kit");
    let recovery = crypto::RecoveryKey::from_text(kit.recovery.as_str()).expect("a recovery code");
    let file = block_on(device.session.backup(&mut device.rng)).expect("a backup");
    let new = passphrase("a new one");
    let restored = |file: &[u8]| {
        let (store, mut rng, code) = (MemoryStore::new(), support::rng(77), Code::Recovery(&recovery));
        let now = support::NOW;
        let made = Session::restore(store.clone(), file, &code, &new, crypto::KdfId::Test, &mut rng, now);
        block_on(made).map(|session| Device { session, store, kit: None, rng })
    };
    assert!(restored(&file).expect("control: unchanged it opens").contents() == device.contents());
    for at in (0..file.len()).filter(|at| !UNREAD.contains(at)) {
        let mut bad = file.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(restored(&bad).is_err(), "byte {at} of {}", file.len());
    }
    let mut harmless = 0;
    for seed in 0..MUTATIONS {
        let mut bad = file.clone();
        mutate(&mut bad, &mut support::rng(seed));
        let same = |at: usize| bad.get(at) == file.get(at);
        let unread = bad.len() == file.len() && (0..file.len()).all(|at| same(at) || UNREAD.contains(&at));
        harmless += usize::from(unread);
        assert_eq!(restored(&bad).is_ok(), unread, "seed {seed}");
    }
    assert!(harmless < 1_000, "{harmless} mutations changed nothing that is read");
}

/// Records of every kind, one of them changed; what unlocks is what was there.
#[test]
fn a_changed_store_is_refused_or_made_whole() {
    let mut device = filled();
    let pad = "p".repeat(60_000);
    let dev = device.project("second");
    for number in 0..6 {
        device.set(dev, &format!("LONG_{number}"), &pad);
    }
    block_on(device.session.set_settings(b"dark", &mut device.rng)).expect("sets");
    let good = block_on(vault::port::Store::load(&device.store)).expect("loads").expect("stored");
    let (mut refused, mut whole) = (0, 0);
    for seed in 0..MUTATIONS {
        let mut rng = support::rng(seed);
        let mut bad = good.clone();
        let records = bad.cells.values_mut().chain(&mut bad.segments).chain(&mut bad.tail);
        let mut records: Vec<_> = records.collect();
        let at = below(&mut rng, records.len());
        mutate(records[at], &mut rng);
        device.store.tamper(|stored| *stored = bad);
        let key = passphrase(support::PASSPHRASE);
        match block_on(Session::unlock(device.store.clone(), &key)) {
            Ok(session) => {
                assert!(session.model().same_contents(device.session.model()), "seed {seed}");
                whole += 1;
            }
            Err(Error::Damaged(_) | Error::NewerVersion | Error::WrongPassphrase) => refused += 1,
            Err(error) => panic!("seed {seed}: {error:?}"),
        }
    }
    assert!(refused > 1_000 && whole > 1_000, "{refused} refused, {whole} made whole");
}
