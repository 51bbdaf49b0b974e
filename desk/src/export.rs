//! The export: the exact text, and how each consumer reads its lines.

use crate::Hidden;
use serde::{Deserialize, Serialize};

/// What will be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportText {
    /// The exact text; empty where something cannot be written.
    pub text: Hidden,
    /// A command for a shell that gives the text to this consumer's own program, where the text is not one already.
    pub command: Option<Hidden>,
    /// Its lines, for the screen.
    pub lines: Vec<ExportLine>,
    /// What cannot be written for this consumer.
    pub refused: Vec<Unwritable>,
    /// What the person should know, as sentences.
    pub notices: Vec<String>,
    /// The name a file should have where this consumer looks for it.
    pub file_name: String,
    /// The name under which a browser can save it.
    pub visible_name: String,
    /// Whether it leaves a prod environment.
    pub prod: bool,
    /// Every variable of the environment, whether taken or not.
    pub variables: Vec<String>,
}

/// One line of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportLine {
    /// From 1.
    pub number: u32,
    /// The variable it sets, if any.
    pub variable: Option<String>,
    /// The line with its value masked.
    pub masked: String,
    /// How many consumers read it differently.
    pub differs: u32,
}

/// A variable that this consumer cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unwritable {
    /// Its name.
    pub variable: String,
    /// Why, and what to do instead.
    pub reason: String,
}

/// What some consumers read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LensRow {
    /// The consumers that agree.
    pub consumers: Vec<String>,
    /// What they read, masked; or the problem they have.
    pub reads: String,
    /// Whether it is the value that was meant.
    pub right: bool,
}
