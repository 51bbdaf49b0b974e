//! What the core announces.

use serde::{Deserialize, Serialize};

/// Something happened that a view should know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Contents were changed, here or in another tab: ask again for what is shown.
    Changed,
    /// Contents came from the relay, here or in another tab: ask again for what is shown.
    Arrived,
    /// The relay has something that has to be asked for: sync.
    News,
    /// Whether the relay tells of everything new by itself.
    Attended(bool),
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
