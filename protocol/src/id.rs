//! The ids of a log: 16 bytes each, one type each (`LOG.md` §1).

use std::fmt;

use crate::by_id::Id;
use crate::codec::{Layout, Malformed, Reader, Writer};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id with these bytes.
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// Reads the 32 lower-case hexadecimal digits that `Display` writes; anything else is `None`.
            pub fn from_hex(digits: &str) -> Option<Self> {
                from_hex(digits).map(Self)
            }
        }

        impl Id for $name {
            fn bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
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

id! {
    /// A log: a vault's or an account's.
    LogId;
    /// Who acts: an account, later also a token or a group.
    PrincipalId;
    /// A device of a principal.
    DeviceId;
    /// A compartment of keys.
    ScopeId;
    /// A project, environment, secret, binding and so on.
    ObjectId;
    /// What a person did at once; one or several commits.
    ActId;
    /// A registration or a sign-in that was begun (`PROTOCOL.md` §9).
    Attempt;
}

impl PrincipalId {
    /// The log of this account (`LOG.md` §1: the same bytes).
    pub const fn log(&self) -> LogId {
        LogId(self.0)
    }
}

impl LogId {
    /// The principal id of the account whose log this is (`LOG.md` §1: the same bytes).
    pub const fn principal(&self) -> PrincipalId {
        PrincipalId(self.0)
    }
}

/// Writes lower-case hexadecimal digits.
pub(crate) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

pub(crate) fn from_hex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().as_chunks().0) {
        *byte = hex_byte(*pair)?;
    }
    Some(bytes)
}

/// The byte of two lower-case digits.
pub(crate) fn hex_byte(pair: [u8; 2]) -> Option<u8> {
    let [high, low] = pair.map(nibble);
    Some(high? << 4 | low?)
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_reads_back_and_has_one_form() {
        let id = ObjectId::new(std::array::from_fn(|at| u8::try_from(at * 17).unwrap_or(0)));
        let digits = id.to_string();
        assert_eq!(digits, "00112233445566778899aabbccddeeff");
        assert_eq!(ObjectId::from_hex(&digits), Some(id));
        assert_eq!(ObjectId::from_hex(&digits.to_uppercase()), None);
        assert_eq!(ObjectId::from_hex("0011"), None);
        assert_eq!(ObjectId::from_hex("0g112233445566778899aabbccddeeff"), None);
    }
}
