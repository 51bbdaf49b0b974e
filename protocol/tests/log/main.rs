//! Proofs of the log: layout, accept rules, fold, hostile bytes. `LOG.md` says what they prove.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper fails by panicking"
)]

mod anything;
mod body;
mod canon;
mod chain;
mod excerpt;
mod found;
mod full;
mod hostile;
mod leftover;
mod mutate;
mod part;
mod reader;
mod roster;
mod scope;
mod serial;
mod vectors;
mod walk;
mod world;
