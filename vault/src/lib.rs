//! The product's rules: projects, environments, secrets, history, import, search.
#![forbid(unsafe_code)]

pub use crypto::{
    KdfId, Passphrase, PrfOutput, RecoveryKey, ScannedCode, ScannedError, Seen, SetupCode, TypedError,
    TypedText,
};
pub use protocol::{ActId, ById, DeviceId, Field, Hash, ObjectId, order};

pub mod backup;
mod cache;
pub mod change;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod fold;
pub mod generate;
pub mod grammar;
pub mod grid;
pub mod import;
pub mod journal;
pub mod kit;
pub mod locked;
pub mod memory;
mod merge;
pub mod model;
pub mod overlay;
pub mod plan;
pub mod port;
pub mod provider;
pub mod recognise;
mod record;
pub mod reference;
pub mod registry;
pub mod sample;
pub mod search;
pub mod session;
pub mod strength;
mod unlocked;
