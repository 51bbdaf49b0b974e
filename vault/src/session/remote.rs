//! What a session does with a relay: connects, brings logs together, and, on another device, begins from what is there.

mod ask;
mod connect;
mod credential;
mod enrol;
mod rebase;
mod sign_in;
mod sync;

pub use ask::{Relay, RemoteError};
pub use sync::Synced;

pub(super) use credential::Connection;
