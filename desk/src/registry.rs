//! Every secret, and what a search finds.

use crate::{Expiry, Id, Moment, Window};
use serde::{Deserialize, Serialize};

/// Which secrets of the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryFilter {
    /// A part of the name, provider, tag or note.
    pub text: String,
    /// Only this provider's.
    pub provider: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only bound ones, only unbound ones, or both.
    pub bound: Option<bool>,
    /// Only those that devices wrote differently at the same time.
    pub contested: bool,
}

/// A part of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryWindow {
    /// The rows asked for.
    pub rows: Vec<RegistryRow>,
    /// Which part they are.
    pub window: Window,
    /// How many the filter leaves.
    pub total: u32,
    /// The providers that occur, as (id, name).
    pub providers: Vec<(String, String)>,
    /// The tags that occur.
    pub tags: Vec<String>,
    /// The kinds that occur.
    pub kinds: Vec<String>,
    /// How many secrets devices wrote differently at the same time, whatever the filter.
    pub contested: u32,
}

/// A secret in the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryRow {
    /// Its id.
    pub id: Id,
    /// The name it goes by.
    pub name: String,
    /// The provider's name.
    pub provider: Option<String>,
    /// What it is.
    pub kind: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// In how many places it is used.
    pub uses: u32,
    /// When its value last changed.
    pub changed: Moment,
    /// How it stands to the day on which it expires.
    pub expiry: Option<Expiry>,
    /// Something of it does not open any more.
    pub damaged: bool,
    /// Devices wrote it differently at the same time.
    pub contested: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundWindow {
    /// The hits asked for, best first.
    pub rows: Vec<FoundRow>,
    /// Which part they are.
    pub window: Window,
    /// How many there are.
    pub total: u32,
}

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRow {
    /// The secret.
    pub secret: Id,
    /// The name it goes by.
    pub name: String,
    /// The provider's name.
    pub provider: Option<String>,
    /// Where it is used: project and environment names, the first few.
    pub places: Vec<(String, String)>,
    /// The project to open it in.
    pub project: Option<Id>,
}
