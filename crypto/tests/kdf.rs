//! Passphrases: the published vector, the memory left behind, and what is refused.
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]
#![expect(unsafe_code, reason = "an allocator that looks at what is freed can be written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use argon2::{Algorithm, Argon2, AssociatedData, Params, ParamsBuilder, Version};
use crypto::{
    AccountKey, DeviceBinding, KdfId, KdfMemory, OpenFailed, ParseError, Passphrase, PassphraseWrap,
    SecretKey, StoreKey,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// Counts, while watching, the bytes that are not zero in whatever is given back to the system.
struct Watching;

thread_local! {
    /// What this thread left behind since it began to watch; `None` while it does not.
    static LEFT_BEHIND: Cell<Option<usize>> = const { Cell::new(None) };
}

// SAFETY: allocation is the system's; a block is read before it is freed, whole and while it is still ours.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is handed on. Zeroed, so that bytes never written do not count.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if let Some(before) = LEFT_BEHIND.get() {
            // SAFETY: the block is `layout.size()` bytes, initialised by `alloc`, and nobody else's until it is freed.
            let bytes = unsafe { std::slice::from_raw_parts(at, layout.size()) };
            LEFT_BEHIND.set(Some(before + bytes.iter().filter(|byte| **byte != 0).count()));
        }
        // SAFETY: the caller's promise is handed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// Bytes that are not zero in what `act` frees. Its result lives on.
fn left_behind<T>(act: impl FnOnce() -> T) -> (usize, T) {
    LEFT_BEHIND.set(Some(0));
    let result = act();
    (LEFT_BEHIND.take().unwrap_or_default(), result)
}

const BINDING: DeviceBinding = DeviceBinding { account: [1; 16], device: [2; 16] };

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn memory() -> KdfMemory {
    KdfMemory::reserve(KdfId::Standard).expect("64 MiB")
}

/// RFC 9106 §5.3.
#[test]
fn the_published_vector_of_argon2id_passes() {
    let data = AssociatedData::new(&[4; 12]).expect("12 bytes");
    let params =
        ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).output_len(32).build().expect("costs");
    let argon2 =
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).expect("secret");
    let mut tag = [0; 32];
    argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).expect("lengths");
    let expected = [
        0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0,
        0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
    ];
    assert_eq!(tag, expected);
}

#[test]
fn a_derivation_leaves_its_memory_empty() {
    let secret_key = SecretKey::generate(&mut ChaCha20Rng::seed_from_u64(1));
    let text = passphrase("correct horse battery staple");
    let (freed, residue) = left_behind(|| {
        let mut memory = memory();
        drop(AccountKey::derive(&text, &mut memory, &secret_key, [1; 16]));
        memory.residue()
    });
    assert!(residue <= 64, "{residue} bytes left in the memory");
    assert!(freed <= 64, "{freed} bytes left in what was freed");

    let (freed, ()) = left_behind(|| {
        let params = Params::new(64 * 1024, 3, 1, Some(32)).expect("the same costs");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(b"correct horse battery staple", &[2; 16], &mut [0; 32]).expect("lengths");
    });
    assert!(freed > 60_000_000, "control: memory that nobody wipes is found ({freed} bytes)");
}

#[test]
fn a_passphrase_and_keys_leave_nothing_behind() {
    let (freed, ()) = left_behind(|| drop(passphrase(&"x".repeat(4000))));
    assert!((4000..4100).contains(&freed), "control: the source of the copy is found ({freed})");
    let text = "x".repeat(4000);
    let (freed, ()) = left_behind(|| drop(Passphrase::new(text)));
    assert_eq!(freed, 0);
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let (freed, ()) = left_behind(|| drop(StoreKey::generate(&mut rng)));
    assert_eq!(freed, 0);
}

#[test]
fn a_store_key_opens_with_its_passphrase_only() {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut memory = memory();
    let key = StoreKey::generate(&mut rng);
    let wrap = key.wrap_with_passphrase(&passphrase("open sesame"), &mut memory, &BINDING, &mut rng);
    let wrap = PassphraseWrap::parse(&wrap.to_bytes()).expect("own bytes");
    assert_eq!(wrap.kdf(), KdfId::Standard);
    let mut unwrap = |text: &str, binding: &DeviceBinding| {
        StoreKey::unwrap_with_passphrase(&wrap, &passphrase(text), &mut memory, binding)
    };
    assert_eq!(unwrap("open sesame", &BINDING), Ok(key));
    assert_eq!(unwrap("open sesame ", &BINDING), Err(OpenFailed));
    assert_eq!(unwrap("", &BINDING), Err(OpenFailed));
    assert_eq!(unwrap("open sesame", &DeviceBinding { device: [3; 16], ..BINDING }), Err(OpenFailed));
    assert_eq!(unwrap("open sesame", &DeviceBinding { account: [3; 16], ..BINDING }), Err(OpenFailed));
}

#[test]
fn the_account_key_needs_passphrase_secret_key_account_and_origin() {
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    let mut memory = memory();
    let [one, two] = [(); 2].map(|()| SecretKey::generate(&mut rng));
    let mut derive = |text: &str, secret_key, account| {
        AccountKey::derive(&passphrase(text), &mut memory, secret_key, [account; 16])
    };
    let key = derive("open sesame", &one, 1);
    assert_eq!(key, derive("open sesame", &one, 1));
    for other in
        [derive("open sesamf", &one, 1), derive("open sesame", &two, 1), derive("open sesame", &one, 2)]
    {
        assert_ne!(key, other);
        assert_ne!(key.backup_key(), other.backup_key());
        assert_ne!(key.remote_key(&[1; 64], 1), other.remote_key(&[1; 64], 1));
        assert_ne!(key.login_secret("https://a.example"), other.login_secret("https://a.example"));
    }
    assert_ne!(key.login_secret("https://a.example"), key.login_secret("https://b.example"));
    assert_eq!(key.remote_key(&[1; 64], 1), key.remote_key(&[1; 64], 1), "the control");
    assert_ne!(key.remote_key(&[1; 64], 1), key.remote_key(&[2; 64], 1));
    assert_ne!(key.remote_key(&[1; 64], 1), key.remote_key(&[1; 64], 2));
}

#[test]
fn unknown_derivations_are_refused() {
    // A test build knows the cheap one too; what is shipped is built without the feature.
    let known = |number| number == 1 || (cfg!(feature = "test-kdf") && number == 0xff);
    for number in (0..=255).filter(|number| !known(*number)) {
        assert_eq!(KdfId::from_number(number), Err(ParseError::Newer), "{number}");
    }
    assert_eq!(KdfId::from_number(1), Ok(KdfId::Standard));
}
