//! The rules of the relay's routes on SQLite, with real signatures and sign-ins. `PROTOCOL.md` says what they prove.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper fails by panicking"
)]

mod account;
mod append;
#[allow(dead_code, reason = "who measures uses all of it")]
mod database;
mod found;
mod hostile;
#[path = "../../../protocol/tests/log/mutate.rs"]
mod mutate;
mod page;
mod relay;
mod route;
mod sender;
mod socket;
mod walk;
#[path = "../../../protocol/tests/log/world.rs"]
#[allow(dead_code, reason = "the proofs of the log itself use all of it")]
mod world;
