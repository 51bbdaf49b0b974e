//! Bytes that must not be seen, copied or left behind.

use std::fmt;

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// `N` secret bytes: on the heap (a move leaves no copy), wiped when dropped, compared in constant time, redacted in `Debug`.
///
/// It is neither `Clone`
/// ```compile_fail,E0599
/// let secret = crypto::Secret::new(&mut [7u8; 32]);
/// let copy = secret.clone();
/// ```
/// nor `Copy`
/// ```compile_fail,E0382
/// let secret = crypto::Secret::new(&mut [7u8; 32]);
/// let moved = secret;
/// drop(secret);
/// ```
/// nor printable
/// ```compile_fail,E0277
/// println!("{}", crypto::Secret::new(&mut [7u8; 32]));
/// ```
/// nor can it be serialised:
/// ```compile_fail,E0277
/// serde_json::to_string(&crypto::Secret::new(&mut [7u8; 32]));
/// ```
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Takes the bytes and wipes where they came from.
    pub fn new(bytes: &mut [u8; N]) -> Self {
        let secret = Self::filled(|to| to.copy_from_slice(bytes));
        bytes.zeroize();
        secret
    }

    /// `N` random bytes.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self::filled(|to| rng.fill_bytes(to))
    }

    /// The bytes. Whoever copies them answers for the copy.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) fn filled(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut bytes = Box::new([0; N]);
        fill(&mut bytes);
        Self(bytes)
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::copied)
    }

    pub(crate) fn copied(bytes: &[u8; N]) -> Self {
        Self::filled(|to| to.copy_from_slice(bytes))
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{N}>(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_bytes_wipes_their_source() {
        let mut source = [9; 16];
        let secret = Secret::new(&mut source);
        assert_eq!(source, [0; 16]);
        assert_eq!(secret.expose(), &[9; 16]);
    }

    #[test]
    fn debug_shows_no_byte() {
        assert_eq!(format!("{:?}", Secret::new(&mut [0xab; 32])), "Secret<32>(…)");
    }

    #[test]
    fn equality_looks_at_every_byte() {
        let of = |at: usize| Secret::<32>::filled(|to| to[at] = 1);
        assert_eq!(of(31), of(31));
        assert!((0..31).all(|at| of(at) != of(31)));
    }
}
