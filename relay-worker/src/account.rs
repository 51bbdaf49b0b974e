//! The rules of an account's routes (`PROTOCOL.md` §9): registration, sign-in by OPAQUE, and the admission of a device.
//!
//! They run in the object of the account's log, so that a commit and the credential it names are one transaction.

mod kept;
mod recover;
mod register;
mod setup;
mod sign_in;

pub use setup::Setup;

pub(crate) use kept::{SCHEMA, last_begun, put_away, sweep};
pub(crate) use recover::recover;
pub(crate) use register::{credential, register, replace};
pub(crate) use sign_in::{admit, is_admitted, sign_in};

use protocol::Attempt;
use rand_core::CryptoRngCore;

/// What a registration or a sign-in is named by.
fn draw(rng: &mut impl CryptoRngCore) -> Attempt {
    Attempt::new(identifier(rng))
}

fn identifier(rng: &mut impl CryptoRngCore) -> [u8; 16] {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    bytes
}
