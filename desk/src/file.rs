//! What the core asks of the engine of files, a program of its own that knows no vault and no key.

use crate::{ExportLine, Hidden, LensRow, Unwritable};
use serde::{Deserialize, Serialize};

/// A text to be read, or one to be written.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileRequest {
    /// Reads a text.
    Read {
        /// Who reads it: a dialect's name or `json`, `yaml`, `csv`.
        reader: String,
        /// The text, at most 5 MiB.
        text: Hidden,
    },
    /// Writes pairs.
    Write {
        /// For whom: a dialect's name or `json`, `kubernetes`, `gh`, `wrangler`, `fly`, `netlify`, `vercel`, `heroku`, `shell`.
        consumer: String,
        /// What the text is called where its format names it; for `vercel` the environment there.
        name: String,
        /// What it holds, in order.
        pairs: Vec<FilePair>,
    },
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileReply {
    /// What the text holds.
    Read(FileReading),
    /// The text is not of the format: why, as a sentence with the line where there is one.
    Unreadable(String),
    /// The text that was written.
    Written(FileText),
    /// There is no reader or consumer of that name, or the request is not one.
    Unknown,
}

/// A key with its value.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePair {
    /// As written.
    pub key: String,
    /// Its value.
    pub value: Hidden,
    /// The line the key stands on, from 1; 0 where the source has no lines.
    pub line: u32,
}

/// What one consumer reads in a text, and what there is to say of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReading {
    /// Each key once, with the value that counts.
    pub pairs: Vec<FilePair>,
    /// What this consumer cannot read or does otherwise than one may expect, by line, as sentences.
    pub problems: Vec<(u32, String)>,
    /// What is odd about a line whoever reads it, ascending by line, as sentences.
    pub warnings: Vec<(u32, String)>,
    /// Names of consumers that read a key of a line otherwise, ascending by line and key.
    pub differs: Vec<(u32, String, Vec<String>)>,
}

/// A text for one consumer, or what stands against it.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileText {
    /// The exact text; empty where something cannot be written.
    pub text: Hidden,
    /// Its lines with their values masked.
    pub lines: Vec<ExportLine>,
    /// What cannot be written for this consumer.
    pub refused: Vec<Unwritable>,
    /// What the person should know, as sentences.
    pub notices: Vec<String>,
    /// A command for a shell that gives the text to this consumer's own program, where the text is not one already.
    pub command: Option<Hidden>,
    /// How each consumer reads the lines that set something, ascending by line.
    pub lens: Vec<(u32, Vec<LensRow>)>,
}
