//! Secret types: they cannot be copied, and what they held is not left behind.
#![expect(unsafe_code, reason = "an allocator that looks at what is freed can be written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use crypto::{
    AccountKey, AgreementKey, BackupKey, DeviceBinding, DeviceKeys, Identity, KdfMemory, Keychain, LocalKey,
    NamesKey, Opened, Part, PartKey, Passphrase, Place, RecoveryKey, RemoteKey, RootKey, ScopeEpoch,
    ScopeSecret, Sealed, Secret, SecretKey, SetupCode, SigningKey, StoreKey, TypedText, ValuesKey,
};

/// A type that is `Clone` has two answers to `marker`, and then this does not compile.
macro_rules! cannot_be_cloned {
    ($($type:ty),* $(,)?) => {
        $(const _: () = {
            trait Ambiguous<A> {
                fn marker() {}
            }
            impl<T> Ambiguous<()> for T {}
            impl<T: Clone> Ambiguous<u8> for T {}
            let _ = <$type as Ambiguous<_>>::marker;
        };)*
    };
}

cannot_be_cloned![
    AccountKey,
    AgreementKey,
    BackupKey,
    RemoteKey,
    DeviceKeys,
    Identity,
    KdfMemory,
    Keychain,
    LocalKey,
    NamesKey,
    Opened,
    PartKey,
    Passphrase,
    RecoveryKey,
    RootKey,
    ScopeSecret,
    Secret<16>,
    Secret<32>,
    SecretKey,
    SetupCode,
    SigningKey,
    StoreKey,
    TypedText,
    ValuesKey,
];

/// Every byte of every key here.
const CANARY: u8 = 0xa7;

/// Counts, while watching, the blocks with sixteen canaries in a row that are given back to the system.
struct Watching;

thread_local! {
    static FOUND: Cell<Option<usize>> = const { Cell::new(None) };
}

// SAFETY: allocation is the system's; a block is read before it is freed, whole and while it is still ours.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is handed on. Zeroed, so that bytes of before do not count.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if let Some(before) = FOUND.get() {
            // SAFETY: the block is `layout.size()` bytes, initialised by `alloc`, and nobody else's until it is freed.
            let bytes = unsafe { std::slice::from_raw_parts(at, layout.size()) };
            let found = bytes.windows(16).any(|window| window.iter().all(|byte| *byte == CANARY));
            FOUND.set(Some(before + usize::from(found)));
        }
        // SAFETY: the caller's promise is handed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks with a key in them `act` gives back.
fn left_behind(act: impl FnOnce()) -> usize {
    FOUND.set(Some(0));
    act();
    FOUND.take().unwrap_or_default()
}

/// Gives canaries for keys, and something else for nonces, which are no secret.
struct Canaries;

impl rand_core::RngCore for Canaries {
    fn next_u32(&mut self) -> u32 {
        unreachable!("only bytes are asked for")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("only bytes are asked for")
    }
    fn fill_bytes(&mut self, to: &mut [u8]) {
        to.fill(if to.len() == 24 { 0x11 } else { CANARY });
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl rand_core::CryptoRng for Canaries {}

const BINDING: DeviceBinding = DeviceBinding { account: [1; 16], device: [2; 16] };
const SCOPE: ScopeEpoch = ScopeEpoch { log: [3; 16], scope: [4; 16], epoch: 1 };

#[test]
fn copies_are_found() {
    assert_eq!(left_behind(|| drop(Secret::<32>::generate(&mut Canaries).expose().to_vec())), 1);
}

#[test]
fn keys_leave_nothing_behind() {
    let mut rng = Canaries;
    let found = left_behind(|| {
        drop((SigningKey::generate(&mut rng), AgreementKey::generate(&mut rng)));
        let (root, recovery) =
            (RootKey::generate([1; 16], 1, &mut rng), RecoveryKey::generate([1; 16], &mut rng));
        let wrapped = recovery.wrap(&root, &mut rng);
        assert_eq!(recovery.unwrap(&wrapped, 1).as_ref(), Ok(&root));
        let next = RootKey::generate([1; 16], 2, &mut rng);
        assert_eq!(next.unwrap_previous(&next.wrap_previous(&root, &mut rng)).as_ref(), Ok(&root));
        let scope = ScopeSecret::generate(SCOPE, &mut rng);
        let access = root.wrap_access(&scope, &mut rng);
        assert_eq!(root.unwrap_access(&access, SCOPE).as_ref(), Ok(&scope));
        let part = PartKey::generate(&mut rng);
        let wrapped = scope.values_key().wrap_value(&part, [5; 16], 1, &mut rng);
        assert_eq!(scope.values_key().unwrap_value(&wrapped, [5; 16], 1).as_ref(), Ok(&part));
        let place = Place { log: [3; 16], object: [5; 16], part: Part::Value, revision: 1 };
        let sealed = part.seal(&place, &[CANARY; 500], &mut rng).expect("short");
        assert_eq!(part.open(&sealed, &place).expect("own key").as_bytes(), [CANARY; 500]);
        drop(RecoveryKey::from_text(recovery.to_text().as_str()));
    });
    assert_eq!(found, 0);
}

#[test]
fn a_keychain_leaves_nothing_behind() {
    let mut rng = Canaries;
    let backup = {
        let mut memory = KdfMemory::reserve(crypto::KdfId::Standard).expect("64 MiB");
        let passphrase = Passphrase::new("open sesame".to_owned());
        AccountKey::derive(&passphrase, &mut memory, &SecretKey::generate(&mut rng), [1; 16]).backup_key()
    };
    let found = left_behind(|| {
        let chain = Keychain {
            device: DeviceKeys::generate(&mut rng),
            identity: Identity::generate(1, &mut rng),
            root: RootKey::generate([1; 16], 1, &mut rng),
            secret_key: SecretKey::generate(&mut rng),
            backup,
        };
        let store = StoreKey::generate(&mut rng);
        let sealed = chain.seal(&store, &BINDING, 1, &mut rng);
        let sealed = Sealed::from_store(sealed.into_bytes()).expect("own bytes");
        assert_eq!(Keychain::open(&store, &BINDING, 1, &sealed).as_ref(), Ok(&chain));
        let identity = Identity::from_bytes(chain.identity.to_secret().expose()).expect("own bytes");
        assert_eq!(identity, chain.identity);
        assert!(Identity::from_bytes(&[CANARY; 67]).is_err() && Identity::from_bytes(&[CANARY; 69]).is_err());
    });
    assert_eq!(found, 0);
}
