//! Keys on their way from a page of another site into the vault.

use crate::{Hidden, Id, Outcome};
use serde::{Deserialize, Serialize};

/// What a page shows, as it is looked through for keys. Nothing of it is kept but what the person chooses.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PageText {
    /// What its fields hold, each.
    pub fields: Vec<Hidden>,
    /// Its text.
    pub texts: Vec<Hidden>,
}

/// What was found in a page, or selected there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The page's origin.
    pub origin: String,
    /// The providers whose keys were looked for; none where it was those of all.
    pub providers: Vec<String>,
    /// Whether the person selected the text.
    pub selected: bool,
    /// Each key, the likeliest first.
    pub rows: Vec<CaptureRow>,
}

/// A key that was found, without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureRow {
    /// Its number, as long as it waits.
    pub key: u32,
    /// The value's masked form: at most the first four and last two characters of sixteen or more.
    pub masked: String,
    /// The value's length in characters.
    pub length: u32,
    /// The provider's name, with `live` or `test` where the key says so; of a private key that it is one.
    pub provider: Option<String>,
    /// Whether its shape is that of nothing else.
    pub certain: bool,
    /// The name that is offered; empty where nothing is known.
    pub name: String,
    /// The environment that is offered; none for the registry.
    pub environment: Option<Id>,
    /// Where the vault has this value already.
    pub places: Vec<String>,
}

/// What keeping a key under a name would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturePlan {
    /// The name that it gets: the one given, or the nearest that can be one.
    pub name: String,
    /// What would be done.
    pub outcome: Outcome,
    /// What the person should know, as sentences.
    pub notices: Vec<String>,
}
