//! The checks that a test can switch off, all of them: a test of an attack shows that it comes to nothing, and that with the
//! check switched off it would succeed.
//!
//! In everything that is shipped [`has`] is `false`, and nothing is left of it.

#[cfg(all(feature = "on", target_family = "wasm"))]
compile_error!("what is shipped has no weakness");

macro_rules! weaknesses {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A check that is left out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Weakness {
            $($(#[$doc])* $name,)*
        }

        impl Weakness {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

weaknesses! {
    /// What is sealed is not encrypted.
    Cipher,
    /// A ciphertext is not compared with its tag.
    Tag,
    /// A blob's key is not compared with the commitment to it.
    Commitment,
    /// A blob opens in another place than it was sealed for.
    Place,
    /// The Secret Key is not mixed into what the passphrase opens.
    SecretKey,
    /// A commit's body is not compared with its hash.
    BodyHash,
    /// A blob is not compared with the hash in its `put`.
    BlobHash,
    /// A commit need not follow the one before.
    Chain,
    /// A counter may be used twice.
    Counter,
    /// A put may write any revision.
    Revision,
    /// Bytes behind a message are passed over.
    Leftover,
    /// Every signature verifies.
    Signature,
    /// What the relay acknowledged or served before is forgotten.
    Anchor,
    /// A relay that is behind is taken for a fork.
    Behind,
    /// What the relay acknowledged and does not have is sent again without end.
    Asked,
    /// A relay with another key is another relay's word for the same.
    ServerKey,
    /// The wraps of a credential are not compared with the commit that names it.
    NamedWraps,
    /// What is withheld is written over.
    Withheld,
    /// A counter that a copy of this device used is used again.
    Copied,
    /// The device that is revoked gets the new keys too.
    Granted,
    /// What waits, or comes behind a relay's branch, is sealed before the devices that are out are out of the vault.
    Follow,
    /// A branch that leads back to keys of before a revocation is taken.
    Renewed,
    /// Another passphrase is in force here before the relay has it.
    Early,
    /// A challenge that was answered is answered again.
    Spent,
    /// Signatures are verified in the lax way, by keys of any order.
    Strict,
    /// Sign-ins are begun as often as one likes.
    Charged,
    /// Of an account that is not there the relay says so.
    Decoy,
    /// What the relay keeps of a sign-in is kept as it is.
    Mask,
    /// The relay answers whoever names a device of the log, whatever the signature.
    Sender,
}

#[cfg(feature = "on")]
std::thread_local! {
    /// A bit for each check.
    static SWITCHED_OFF: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Whether a test switched this check off, on this thread.
#[cfg(feature = "on")]
pub fn has(weakness: Weakness) -> bool {
    SWITCHED_OFF.with(|all| all.get() & bit(weakness) != 0)
}

/// Whether this check is left out: it is not.
#[cfg(not(feature = "on"))]
pub const fn has(_: Weakness) -> bool {
    false
}

/// Does `act` with exactly these checks switched off.
#[cfg(feature = "on")]
pub fn with<T>(weaknesses: &[Weakness], act: impl FnOnce() -> T) -> T {
    /// Puts back what was, also where `act` panics.
    struct Before(u32);
    impl Drop for Before {
        fn drop(&mut self) {
            SWITCHED_OFF.with(|all| all.set(self.0));
        }
    }
    let now = weaknesses.iter().fold(0, |all, weakness| all | bit(*weakness));
    let _before = Before(SWITCHED_OFF.with(|all| all.replace(now)));
    act()
}

#[cfg(feature = "on")]
const fn bit(weakness: Weakness) -> u32 {
    1 << weakness as u32
}
