//! Public keys and signatures, as bytes; verifying is the caller's ([`Verify`]).

use std::fmt;

use crate::codec::{Layout, Malformed, Reader, Writer};
use crate::id::{from_hex, write_hex};

/// Verifies Ed25519 strictly: canonical encodings only, small-order points refused (RFC 8032; `LOG.md` §2).
///
/// A closure `Fn(&VerifyingKey, &[u8], &Signature) -> bool` is one.
pub trait Verify {
    /// Whether `signature` over `message` is by `key`.
    fn verify(&self, key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool;
}

impl<F: Fn(&VerifyingKey, &[u8], &Signature) -> bool> Verify for F {
    fn verify(&self, key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool {
        self(key, message, signature)
    }
}

macro_rules! bytes {
    ($($(#[$doc:meta])* $name:ident($length:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// These bytes, unchecked: whether they are a point on the curve is for who uses them.
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                write_hex(f, &self.0)?;
                f.write_str(")")
            }
        }

        impl Layout for $name {
            fn write(&self, to: &mut Writer) {
                to.bytes(&self.0);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
                from.array().map(Self)
            }
        }
    )*};
}

bytes! {
    /// An Ed25519 public key (RFC 8032).
    VerifyingKey(32);
    /// An X25519 public key (RFC 7748).
    AgreementKey(32);
    /// An Ed25519 signature.
    Signature(64);
}

impl VerifyingKey {
    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    pub fn from_hex(digits: &str) -> Option<Self> {
        from_hex(digits).map(Self)
    }
}

impl Signature {
    /// Stands in a certificate until it is signed; verifies under no key.
    pub const UNSIGNED: Self = Self::new([0; 64]);
}
