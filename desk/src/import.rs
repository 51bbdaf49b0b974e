//! The import preview: what was read and what will happen with it.

use crate::{Id, Kind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A file as dropped, or pasted text without a name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name; empty for pasted text.
    pub name: String,
    /// Its bytes, at most 5 MiB.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SourceFile").field("name", &self.name).field("length", &self.bytes.len()).finish()
    }
}

/// The preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The project it goes to; a new one by this name where the id is absent.
    pub project: (Option<Id>, String),
    /// The files, in order.
    pub files: Vec<ImportFile>,
    /// The rows asked for.
    pub rows: Vec<ImportRow>,
    /// The first of them.
    pub start: u32,
    /// How many rows there are.
    pub total: u32,
    /// What will happen.
    pub counts: ImportCounts,
    /// What becomes of names that exist.
    pub rule: ExistingRule,
    /// Whether a vault is open to write to.
    pub writable: bool,
    /// Every project it could go to.
    pub projects: Vec<(Id, String)>,
}

/// One file of the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Its name; empty for pasted text.
    pub name: String,
    /// Who reads it: a dialect's name or `json`, `yaml`, `csv`.
    pub reader: String,
    /// How many keys it has.
    pub keys: u32,
    /// Where it goes.
    pub target: ImportTarget,
    /// What could not be read, as sentences with their lines.
    pub problems: Vec<(u32, String)>,
}

/// Where a file goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportTarget {
    /// An environment of the project.
    Existing(Id),
    /// An environment to be made.
    New {
        /// Its name.
        name: String,
        /// Prod or not.
        kind: Kind,
    },
}

/// What becomes of names that exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExistingRule {
    /// They get a new version.
    #[default]
    NewVersion,
    /// They stay as they are.
    Skip,
}

/// One key of the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Its number in the preview, from 0.
    pub row: u32,
    /// The file it is in, from 0.
    pub file: u32,
    /// The line it is on, from 1.
    pub line: u32,
    /// The name as written.
    pub key: String,
    /// The name it will get, where the written one does not fit the grammar.
    pub rename: Option<String>,
    /// The value's masked form: at most the first four and last two characters of sixteen or more.
    pub masked: String,
    /// The value's length in characters.
    pub length: u32,
    /// What will happen.
    pub outcome: Outcome,
    /// The provider's name, with `live` or `test` where the key says so.
    pub provider: Option<String>,
    /// Warnings, as sentences.
    pub notices: Vec<String>,
    /// Whether what looks like a reference in it will be one; `None` where that is not offered.
    pub reference: Option<bool>,
    /// Whether it will be imported.
    pub chosen: bool,
    /// Names of readers that read it differently.
    pub differs: Vec<String>,
}

/// What will happen with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// A new secret.
    Create,
    /// A new version of a value that differs.
    NewVersion {
        /// The length of the present value, in characters.
        old_length: u32,
    },
    /// A value of its own over an inherited one.
    Override {
        /// The environment it is inherited from.
        from: String,
    },
    /// The same value is there already.
    Unchanged,
    /// Left out by the rule or by choice.
    Skip,
}

/// How many keys meet which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// New secrets.
    pub create: u32,
    /// New versions.
    pub overwrite: u32,
    /// Inherited values overridden.
    pub override_inherited: u32,
    /// Nothing to do.
    pub unchanged: u32,
    /// Left out.
    pub skipped: u32,
    /// Environments to be made.
    pub environments: u32,
}

/// A change to the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportChoice {
    /// Another project, or a new one by name; without a name it gets one that is free.
    Project(Option<Id>, String),
    /// Another reader for a file.
    Reader {
        /// The file, from 0.
        file: u32,
        /// A dialect's name or `json`, `yaml`, `csv`.
        reader: String,
    },
    /// Another environment for a file.
    Target {
        /// The file, from 0.
        file: u32,
        /// Where it goes.
        target: ImportTarget,
    },
    /// What becomes of names that exist.
    Rule(ExistingRule),
    /// Takes a row in or out.
    Row {
        /// The row, from 0.
        row: u32,
        /// In or out.
        chosen: bool,
    },
    /// Whether what looks like a reference in a row's value is one, or stays text.
    AsReference {
        /// The row, from 0.
        row: u32,
        /// A reference, or text.
        chosen: bool,
    },
    /// Takes all rows in or out.
    All(bool),
}
