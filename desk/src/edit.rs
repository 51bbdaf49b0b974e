//! One change that a person makes.

use crate::{Class, Hidden, Id, Kind, Written};
use serde::{Deserialize, Serialize};

/// A change to the vault's contents. Several together are one act, saved and undone as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// A new project with the environments dev, staging and prod.
    CreateProject {
        /// Its name.
        name: String,
    },
    /// Gives a project another name.
    RenameProject {
        /// Which.
        project: Id,
        /// Its new name.
        name: String,
    },
    /// Puts a project out of the way, or back.
    ArchiveProject {
        /// Which.
        project: Id,
        /// Away or back.
        archived: bool,
    },
    /// Deletes a project with its environments and bindings; its secrets stay in the registry.
    DeleteProject {
        /// Which.
        project: Id,
    },
    /// A new environment.
    CreateEnvironment {
        /// In which project.
        project: Id,
        /// Its name.
        name: String,
        /// Prod or not.
        kind: Kind,
        /// What it inherits from.
        parent: Option<Id>,
    },
    /// Gives an environment another name.
    RenameEnvironment {
        /// Which.
        environment: Id,
        /// Its new name.
        name: String,
    },
    /// Says whether an environment is prod.
    SetKind {
        /// Which.
        environment: Id,
        /// Prod or not.
        kind: Kind,
    },
    /// Says what an environment inherits from.
    SetParent {
        /// Which.
        environment: Id,
        /// From which; from none.
        parent: Option<Id>,
    },
    /// Moves an environment's column.
    MoveEnvironment {
        /// Which.
        environment: Id,
        /// To the place before this one; to the end without.
        before: Option<Id>,
    },
    /// Deletes an environment and its bindings.
    DeleteEnvironment {
        /// Which.
        environment: Id,
    },
    /// Gives a variable a value in one environment: a new version of what is bound there, else a new secret.
    SetValue {
        /// Where.
        environment: Id,
        /// The variable's name.
        variable: String,
        /// The value.
        value: Hidden,
    },
    /// Puts a secret under a variable name into an environment.
    Bind {
        /// Where.
        environment: Id,
        /// Under which name.
        variable: String,
        /// What.
        secret: Id,
    },
    /// Takes an environment's own binding or tombstone away; what it inherits shows again.
    Unbind {
        /// Where.
        environment: Id,
        /// Which name.
        variable: String,
    },
    /// Hides an inherited variable.
    Hide {
        /// Where.
        environment: Id,
        /// Which name.
        variable: String,
    },
    /// Renames a variable in every environment of a project.
    RenameVariable {
        /// In which project.
        project: Id,
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A new secret, bound nowhere.
    CreateSecret {
        /// Its description.
        details: Details,
        /// Its value.
        value: Hidden,
    },
    /// A new version of a secret's value.
    ReplaceValue {
        /// Which.
        secret: Id,
        /// The value.
        value: Hidden,
    },
    /// Makes an earlier version the current one again.
    RestoreVersion {
        /// Which secret.
        secret: Id,
        /// Which version.
        revision: u64,
    },
    /// Says which of the things stays that devices wrote into a field of something at the same time.
    Settle {
        /// Of what, as [`crate::Alternative`] has it.
        object: Id,
        /// Which field, as [`crate::Alternative`] has it.
        field: u32,
        /// The alternative that stays; what is current without.
        chosen: Option<Written>,
    },
    /// Changes a secret's description.
    Describe {
        /// Which.
        secret: Id,
        /// All of it.
        details: Details,
    },
    /// Keeps how the form of a page is known.
    CreateProfile {
        /// What the person calls it.
        name: String,
        /// As JSON (`docs/profiles.md`).
        text: String,
    },
    /// Gives a profile another name.
    RenameProfile {
        /// Which.
        profile: Id,
        /// Its new name.
        name: String,
    },
    /// Puts a profile into the trash.
    DeleteProfile {
        /// Which.
        profile: Id,
    },
    /// Puts a secret and its bindings into the trash.
    DeleteSecret {
        /// Which.
        secret: Id,
    },
    /// Takes something out of the trash.
    Restore {
        /// What.
        object: Id,
    },
}

/// A secret's description: all but its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The variable name it goes by.
    pub name: String,
    /// The provider's id, where one is known.
    pub provider: Option<String>,
    /// What it is: api key, token, password …
    pub kind: String,
    /// Whose it is.
    pub class: Class,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// At most 4 KiB.
    pub notes: String,
    /// When it stops working, as `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// How often it should be replaced, in days.
    pub rotation_days: Option<u32>,
    /// Where its documentation is.
    pub docs: String,
    /// Who looks after it.
    pub owner: String,
}
