//! How a vault and its relay stand.

use crate::{Moment, Refusal};
use serde::{Deserialize, Serialize};

/// What the vault knows of it without asking the relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The relay's origin.
    pub origin: String,
    /// Acts of this device that the relay has not acknowledged yet.
    pub waiting: u32,
    /// When both had the same last, to the hour or to the last exchange.
    pub together: Option<Moment>,
    /// Since when the relay's log is not the one it was, where it is not: nothing is exchanged with it.
    pub apart: Option<Moment>,
    /// Whether a copy of this device wrote as this device, and nobody was told.
    pub copied: bool,
    /// Whether there is no kit that recovers the vault.
    pub lacks_kit: bool,
    /// Whether another passphrase, kit or set of devices waits for the relay's answer.
    pub pending: bool,
    /// Whether such a change came to nothing, and nobody was told.
    pub dropped: bool,
    /// Whether the account has another passphrase than this device.
    pub refused: bool,
}

/// What a page knows of it: it asks the relay again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// It is asked for the first time, or because a person wants it.
    #[default]
    Asking,
    /// They had the same.
    Together {
        /// When.
        at: Moment,
    },
    /// The device has no network.
    Offline {
        /// Since when, as far as the page saw.
        since: Moment,
    },
    /// The relay does not answer.
    Unreachable {
        /// Since when, as far as the page saw.
        since: Moment,
    },
    /// It came to nothing, for this reason.
    Trouble(Refusal),
}
