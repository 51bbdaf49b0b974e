//! The store key: 32 random bytes per device, under which everything local is sealed (`FORMAT.md` §9).

use rand_core::CryptoRngCore;

use crate::blob::{open, seal};
use crate::derive::expand;
use crate::label::Label;
use crate::sealed::Binding;
use crate::{DeviceBinding, OpenFailed, Opened, Sealed, Secret, TooLong};

/// A device's store key (DSK). It rests only wrapped, by a passphrase and by passkeys.
#[derive(Debug, PartialEq, Eq)]
pub struct StoreKey(pub(crate) Secret<32>);

impl StoreKey {
    /// A new device's store key.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self(Secret::generate(rng))
    }

    /// The key for what this device keeps of one log (of the account's log: what it keeps of itself).
    pub fn local_key(&self, binding: &DeviceBinding, log: [u8; 16]) -> LocalKey {
        let [account, device] = binding.fields();
        let key = expand(self.0.expose(), Label::LOCAL, &[account, device, &log], &[]);
        LocalKey { key, log, device: binding.device }
    }
}

/// What a local blob is. The numbers are those of the header; the wire decoder refuses them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LocalKind {
    /// The device's keys and the account's ([`Keychain`](crate::Keychain)).
    Keychain = 0x80,
    /// Opened overviews, packed ([`Segment`](crate::Segment)).
    Segment = 0x81,
    /// Which segments belong together, and the head they reflect ([`Manifest`](crate::Manifest)).
    Manifest = 0x82,
    /// Changes since the segments were written.
    Tail = 0x83,
    /// The fold of the log, anchor and counter.
    State = 0x84,
    /// Changes and acts that are not finished.
    Journal = 0x85,
}

/// The key for what one device keeps of one log.
#[derive(Debug, PartialEq, Eq)]
pub struct LocalKey {
    key: Secret<32>,
    log: [u8; 16],
    device: [u8; 16],
}

impl LocalKey {
    /// Seals `plaintext` as the `number`th of its kind in this `generation` of the store.
    ///
    /// # Errors
    /// More than [`MAX_PLAINTEXT`](crate::MAX_PLAINTEXT) bytes.
    pub fn seal(
        &self,
        kind: LocalKind,
        number: u32,
        generation: u64,
        plaintext: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sealed, TooLong> {
        seal(&self.key, &self.binding(kind, number, generation), plaintext, rng)
    }

    /// Opens what this device sealed of this log with that kind, number and generation.
    ///
    /// # Errors
    /// Anything of it differs, or the bytes do.
    pub fn open(
        &self,
        kind: LocalKind,
        number: u32,
        generation: u64,
        sealed: &Sealed,
    ) -> Result<Opened, OpenFailed> {
        open(&self.key, &self.binding(kind, number, generation), sealed)
    }

    const fn binding(&self, kind: LocalKind, number: u32, generation: u64) -> Binding {
        Binding { kind: kind as u8, log: self.log, object: self.device, part: number, revision: generation }
    }
}
