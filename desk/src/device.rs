//! The devices of an account.

use crate::{Id, Kit, Moment};
use serde::{Deserialize, Serialize};

/// A device of the account that a vault is connected with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Its id.
    pub id: Id,
    /// What a person calls it.
    pub name: Option<String>,
    /// Whether it is this one.
    pub own: bool,
    /// When it came in.
    pub added: Option<Moment>,
    /// When it last wrote or synced; to the day.
    pub seen: Option<Moment>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Whether nobody was shown it here yet.
    pub new: bool,
}

/// What comes of revoking a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// The kit that takes the place of every one before.
    pub kit: Kit,
    /// The secrets that the device could read, by name; nothing where they could not be listed.
    pub readable: Option<Vec<String>>,
}
