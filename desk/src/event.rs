//! What the core announces.

use serde::{Deserialize, Serialize};

/// Something happened that a view should know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Contents changed, here or in another tab: ask again for what is shown.
    Changed,
    /// The vault was locked, here or in another tab.
    Locked,
    /// Long work goes on.
    Progress {
        /// How much is done.
        done: u32,
        /// Of how much.
        of: u32,
    },
}
