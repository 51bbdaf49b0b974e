//! One file of an import: its text, read as one consumer reads it.

use super::super::convert::{id, kind};
use super::copy;
use crate::files::Files;
use desk::{FilePair, FileReading, FileReply, FileRequest, Hidden, ImportTarget, Refusal, SourceFile};
use vault::ObjectId;
use vault::import::Incoming;
use vault::model::{Model, SecretValue};
use vault::recognise;

/// Bytes of a file at most.
const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Lines of a file at most.
const MOST_LINES: usize = 100_000;
/// Where a file goes whose name does not say.
const DEFAULT_ENVIRONMENT: &str = "dev";

/// A file as read. Its text and values are wiped with it.
pub(super) struct File {
    pub(super) name: String,
    text: SecretValue,
    /// The name of a dialect, or `json`, `yaml`, `csv`.
    pub(super) reader: String,
    pub(super) pairs: Vec<Incoming>,
    /// What could not be read, by line.
    pub(super) problems: Vec<(u32, String)>,
    /// Where it goes, if the person said so.
    pub(super) target: Option<ImportTarget>,
    /// What is odd about a line, ascending by line.
    warnings: Vec<(u32, String)>,
    /// Who reads a key of a line otherwise, ascending.
    differs: Vec<(u32, String, Vec<String>)>,
}

impl File {
    pub(super) async fn read(source: SourceFile, files: &impl Files) -> Result<Self, Refusal> {
        let SourceFile { name, bytes } = source;
        if bytes.len() > MOST_BYTES {
            return Err(Refusal::FileTooLarge { name, bytes: bytes.len() as u64 });
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => SecretValue::new(text),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to() as u64;
                return Err(Refusal::NotText { name, offset });
            }
        };
        let lines = text.expose().lines().count();
        if lines > MOST_LINES {
            return Err(Refusal::TooManyLines { name, lines: lines as u64 });
        }
        let reader = recognise::file(&name).tool.reader().to_owned();
        let mut file = Self {
            name,
            text,
            reader: String::new(),
            pairs: Vec::new(),
            problems: Vec::new(),
            target: None,
            warnings: Vec::new(),
            differs: Vec::new(),
        };
        file.read_as(reader, files).await?;
        Ok(file)
    }

    /// Reads the text as `reader` does; stays as it was where that cannot be.
    pub(super) async fn read_as(&mut self, reader: String, files: &impl Files) -> Result<(), Refusal> {
        let text = Hidden::new(self.text.expose().to_owned());
        let reading = match files.ask(FileRequest::Read { reader: reader.clone(), text }).await? {
            FileReply::Read(reading) => reading,
            FileReply::Unreadable(reason) => {
                return Err(Refusal::Unreadable { name: self.name.clone(), reason });
            }
            FileReply::Written(_) | FileReply::Unknown => return Err(Refusal::Internal),
        };
        let FileReading { pairs, problems, warnings, differs } = reading;
        self.pairs = pairs.into_iter().map(incoming).collect();
        (self.problems, self.warnings, self.differs, self.reader) = (problems, warnings, differs, reader);
        Ok(())
    }

    /// Where it goes: as the person said, else to the environment that its name speaks of.
    pub(super) fn target(&self, model: &Model, project: Option<ObjectId>) -> ImportTarget {
        if let Some(target) = &self.target {
            return target.clone();
        }
        let hint = recognise::file(&self.name);
        let wanted = hint.environment.as_deref().unwrap_or(DEFAULT_ENVIRONMENT);
        let there = project.map(|project| model.environments(project)).unwrap_or_default();
        let found = there.iter().find(|(_, it)| *it.slug == *wanted || it.name.eq_ignore_ascii_case(wanted));
        match found {
            Some((environment, _)) => ImportTarget::Existing(id(*environment)),
            None => ImportTarget::New { name: wanted.to_owned(), kind: kind(hint.kind) },
        }
    }

    /// Copies of what was read.
    pub(super) fn pairs(&self) -> Vec<Incoming> {
        let pair = |it: &Incoming| Incoming {
            key: it.key.clone(),
            value: copy(&it.value),
            line: it.line,
            as_reference: it.as_reference,
        };
        self.pairs.iter().map(pair).collect()
    }

    /// What is odd about a line, as sentences.
    pub(super) fn warnings(&self, line: u32) -> impl Iterator<Item = &String> {
        let start = self.warnings.partition_point(|(at, _)| *at < line);
        self.warnings.iter().skip(start).take_while(move |(at, _)| *at == line).map(|(_, sentence)| sentence)
    }

    /// The consumers that read a pair otherwise than the chosen one.
    pub(super) fn differs(&self, pair: &Incoming) -> &[String] {
        let start = self.differs.partition_point(|(line, ..)| *line < pair.line);
        let on_line = self.differs.iter().skip(start).take_while(|(line, ..)| *line == pair.line);
        on_line.into_iter().find(|(_, key, _)| *key == pair.key).map_or(&[], |(.., names)| names)
    }
}

fn incoming(pair: FilePair) -> Incoming {
    let FilePair { key, value, line } = pair;
    Incoming { key, value: SecretValue::new(value.into_exposed()), line, as_reference: false }
}
