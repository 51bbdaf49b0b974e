//! Values on their way into a page of another site, and what is known of the page.

use crate::{Hidden, Id, Moment};
use serde::{Deserialize, Serialize};

/// A page as a fill is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePlace {
    /// Its origin, as the browser writes it.
    pub origin: String,
    /// The provider's id; empty where the page is of none that is known.
    pub provider: String,
    /// The place as the page names it: owner, project, environment and store; empty where it does not say.
    pub place: String,
}

/// What a page says of what it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageNames {
    /// Its project.
    pub project: Option<String>,
    /// Its environment.
    pub environment: Option<String>,
}

/// What a provider takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// What a name must look like, as a regular expression for all of it.
    pub pattern: Option<String>,
    /// What a name must not begin with.
    pub reserved: Vec<String>,
    /// Characters of a name.
    pub longest_name: Option<u32>,
    /// Bytes of a value.
    pub longest_value: Option<u32>,
    /// Bytes of all names and values together.
    pub total: Option<u32>,
    /// Variables in one place.
    pub most: Option<u32>,
}

/// What a fill would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The environment that it takes from; none where there is nothing to take from.
    pub environment: Option<Id>,
    /// Whether that is prod.
    pub prod: bool,
    /// Its variables, in the order of a file.
    pub rows: Vec<PlanRow>,
}

/// What a fill would do with a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// Its name.
    pub name: String,
    /// The secret.
    pub secret: Id,
    /// What would be done.
    pub step: Step,
    /// Bytes of its value; 0 where no rule asks for them, and of one that refers to others, which is known when it is filled.
    pub length: u32,
}

/// What a fill does with a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The page does not show the name.
    Add,
    /// The page shows the name, and was not given this version by us.
    Change,
    /// The page was given this version, and shows the name where it shows names of these variables.
    Same,
    /// The provider does not take it.
    Breaks(Breach),
}

/// What of a provider's rules a variable breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Breach {
    /// The name has characters that it must not have, or in a wrong place.
    Name,
    /// The name begins with this.
    Reserved(String),
    /// The name is longer than this.
    Long(u32),
    /// There would be more variables than this.
    Count(u32),
    /// The value has so many bytes, and may have so many.
    Size(u32, u32),
}

/// Which values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fill {
    /// One secret's, as a program would get it; with its references filled in where that is the same in each of its environments.
    Secret(Id),
    /// The same for the clipboard, where a page takes nothing from us.
    Copy(Id),
    /// An environment's, with their references filled in.
    Variables {
        /// Which environment.
        environment: Id,
        /// Which variables.
        names: Vec<String>,
        /// Bytes that the provider takes of a value.
        longest: Option<u32>,
        /// Bytes that it takes of all names and values together.
        total: Option<u32>,
        /// For a box that takes all of them: the consumer that reads it, as an export knows it.
        consumer: Option<String>,
    },
}

/// Values for a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    /// Each variable.
    pub rows: Vec<FillRow>,
    /// All of them as one text, where that was asked for; the rows have no values then.
    pub text: Option<Hidden>,
    /// What is left out: its name, and why.
    pub left: Vec<(String, String)>,
}

/// A value for a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillRow {
    /// The variable's name.
    pub name: String,
    /// The secret.
    pub secret: Id,
    /// Its version.
    pub revision: u64,
    /// The secrets that it refers to, with their versions.
    pub more: Vec<(Id, u64)>,
    /// The value.
    pub value: Hidden,
}

/// What went into a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Went {
    /// The variable that it is there; empty where it went in without a name.
    pub variable: String,
    /// The secret.
    pub secret: Id,
    /// Its version; 0 where the page made something else of it.
    pub revision: u64,
}

/// How the form of a page is known that the person pointed at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRow {
    /// Which.
    pub id: Id,
    /// What the person calls it.
    pub name: String,
    /// As JSON, as some client of the account wrote it (`docs/profiles.md`).
    pub text: String,
}

/// A page that a secret was put into, or came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilledRow {
    /// Its origin.
    pub origin: String,
    /// The provider's name, where one is known.
    pub provider: Option<String>,
    /// The place as the page named it; empty where it did not say.
    pub place: String,
    /// The variable that it is there; empty where it went in without a name.
    pub variable: String,
    /// When.
    pub time: Moment,
    /// The device.
    pub device: String,
    /// The version; 0 where the page made something else of it.
    pub revision: u64,
    /// Whether that is the current version, and of what it refers to too.
    pub current: bool,
    /// Whether the value came from there.
    pub captured: bool,
}
