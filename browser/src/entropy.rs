//! Randomness from the browser: `crypto.getRandomValues`, in pages and in workers.

use rand_core::{CryptoRng, Error, RngCore};

/// The browser's generator. Holds no state of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy;

impl CryptoRng for Entropy {}

impl RngCore for Entropy {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    #[expect(
        clippy::panic,
        reason = "the trait has no error here, and going on without randomness would give keys away"
    )]
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        if self.try_fill_bytes(dest).is_err() {
            panic!("the browser gives no randomness");
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        getrandom::getrandom(dest).map_err(|failure| Error::from(failure.code()))
    }
}
