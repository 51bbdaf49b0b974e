//! From a passphrase to 32 bytes: Argon2id in memory that we own and wipe (`FORMAT.md` §7).

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroize;

use crate::{NoMemory, ParseError, Secret};

/// A passphrase in Unicode form NFKC, wiped when dropped. Normalising is the caller's.
pub struct Passphrase(String);

impl Passphrase {
    /// Takes the normalised text without copying it.
    pub const fn new(normalised: String) -> Self {
        Self(normalised)
    }
}

impl Drop for Passphrase {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Which key derivation, with all its costs. A new cost is a new number in a new release; nothing is negotiated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KdfId {
    /// 1: Argon2id v1.3, 64 MiB, three passes, one lane.
    #[default]
    Standard,
    /// 0xFF: Argon2id, 64 KiB, one pass. It protects nothing: it exists only under the feature `test-kdf`, which only
    /// `[dev-dependencies]` may enable, so that a shipped client refuses it as unknown.
    #[cfg(feature = "test-kdf")]
    Test,
}

impl KdfId {
    /// The number written beside what it protects.
    pub const fn number(self) -> u8 {
        match self {
            Self::Standard => 1,
            #[cfg(feature = "test-kdf")]
            Self::Test => 0xff,
        }
    }

    /// The derivation with that number.
    ///
    /// # Errors
    /// None known here has it ([`ParseError::Newer`]).
    pub const fn from_number(number: u8) -> Result<Self, ParseError> {
        match number {
            1 => Ok(Self::Standard),
            #[cfg(feature = "test-kdf")]
            0xff => Ok(Self::Test),
            _ => Err(ParseError::Newer),
        }
    }

    const fn costs(self) -> (u32, u32) {
        match self {
            Self::Standard => (64 * 1024, 3),
            #[cfg(feature = "test-kdf")]
            Self::Test => (64, 1),
        }
    }

    #[expect(clippy::expect_used, reason = "the costs are constants within Argon2's bounds")]
    fn params(self) -> Params {
        let (kibibytes, passes) = self.costs();
        Params::new(kibibytes, passes, 1, Some(32)).expect("constants within bounds")
    }
}

/// The memory one derivation works in. It is all zeros whenever no derivation runs; keep it to derive twice in a row.
pub struct KdfMemory {
    kdf: KdfId,
    blocks: Vec<Block>,
}

impl KdfMemory {
    /// Takes the memory that `kdf` needs: 64 MiB for the standard one.
    ///
    /// # Errors
    /// There is not that much.
    pub fn reserve(kdf: KdfId) -> Result<Self, NoMemory> {
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(kdf.params().block_count()).map_err(|_| NoMemory)?;
        blocks.resize(kdf.params().block_count(), Block::default());
        Ok(Self { kdf, blocks })
    }

    /// Which derivation it is for.
    pub const fn kdf(&self) -> KdfId {
        self.kdf
    }

    /// How many of its bytes are not zero: none, outside of a derivation.
    pub fn residue(&self) -> usize {
        let bytes = self.blocks.iter().flat_map(|block| block.as_ref()).flat_map(|word| word.to_ne_bytes());
        bytes.filter(|byte| *byte != 0).count()
    }

    /// `Argon2id(passphrase, salt)`, 32 bytes.
    pub(crate) fn stretch(&mut self, passphrase: &Passphrase, salt: &[u8]) -> Secret<32> {
        let stretched = Secret::filled(|to| self.fill(passphrase.0.as_bytes(), salt, to));
        self.blocks.iter_mut().for_each(Block::zeroize);
        stretched
    }

    #[expect(clippy::expect_used, reason = "refused are only salts under 8 bytes and inputs over 4 GiB")]
    fn fill(&mut self, passphrase: &[u8], salt: &[u8], to: &mut [u8; 32]) {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.kdf.params())
            .hash_password_into_with_memory(passphrase, salt, to, &mut self.blocks)
            .expect("salts are 16 or 32 bytes");
    }
}

impl fmt::Debug for KdfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KdfMemory({:?})", self.kdf)
    }
}
