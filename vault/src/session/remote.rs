//! What a session does with a relay: connects, brings logs together, and, on another device, begins from what is there.

mod ask;
mod connect;
mod credential;
mod device;
mod enrol;
mod first;
mod heads;
mod history;
mod invite;
pub mod meeting;
mod moving;
mod passphrase;
mod push;
mod quarantine;
mod rebase;
mod recover;
mod rejoin;
mod renewal;
mod revoke;
mod seen;
mod sign_in;
mod standing;
mod sync;

pub use ask::{Relay, RemoteError};
pub use device::{DeviceRow, MAX_NAME};
pub use invite::Invite;
pub use push::{Socket, Told};
pub use standing::Standing;
pub use sync::{Side, Synced};

pub(super) use credential::Connection;
pub(super) use renewal::AccountKeys;
