//! Randomness from the runtime: `crypto.getRandomValues`. Not by a feature of `rand_core`, which would give every crate that
//! uses it a source of its own.

use rand_core::{CryptoRng, Error, RngCore, impls};

/// The runtime's generator. Holds no state of its own.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entropy;

impl CryptoRng for Entropy {}

impl RngCore for Entropy {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }

    #[expect(
        clippy::panic,
        reason = "the trait has no error here, and going on without randomness gives keys away"
    )]
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        if self.try_fill_bytes(dest).is_err() {
            panic!("the runtime gives no randomness");
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        getrandom::getrandom(dest).map_err(|failure| Error::from(failure.code()))
    }
}
