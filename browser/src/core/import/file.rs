//! One file of an import: its text, read as one consumer reads it.

use super::super::convert::{id, kind};
use super::copy;
use desk::{ImportTarget, Refusal, SourceFile};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use vault::ObjectId;
use vault::dotenv::{self, Dialect, Document, Pair, Seen, format};
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
    warnings: BTreeMap<u32, Vec<String>>,
    differences: OnceCell<BTreeMap<(u32, String), Vec<String>>>,
}

impl File {
    pub(super) fn read(source: SourceFile) -> Result<Self, Refusal> {
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
            warnings: BTreeMap::new(),
            differences: OnceCell::new(),
        };
        file.read_as(reader)?;
        Ok(file)
    }

    /// Reads the text as `reader` does; stays as it was where that cannot be.
    pub(super) fn read_as(&mut self, reader: String) -> Result<(), Refusal> {
        let text = self.text.expose();
        let (pairs, problems, warnings) = match reader.as_str() {
            "json" => (self.foreign(format::json::read(text))?, Vec::new(), BTreeMap::new()),
            "yaml" => (self.foreign(format::yaml::read(text))?, Vec::new(), BTreeMap::new()),
            "csv" => (self.foreign(format::csv::read(text))?, Vec::new(), BTreeMap::new()),
            name => {
                let dialect: Dialect = name.parse().map_err(|_| Refusal::Internal)?;
                let reading = dotenv::read(dialect, text, None);
                let problem = |it: &dotenv::Problem| (it.position.line, it.trouble.sentence().to_owned());
                (reading.pairs, reading.problems.iter().map(problem).collect(), warnings(text))
            }
        };
        self.pairs = pairs.into_iter().map(incoming).collect();
        (self.problems, self.warnings, self.reader) = (problems, warnings, reader);
        self.differences = OnceCell::new();
        Ok(())
    }

    fn foreign(&self, read: Result<Vec<Pair>, format::ReadError>) -> Result<Vec<Pair>, Refusal> {
        read.map_err(|error| {
            let line = error.line.map(|line| format!("Line {line}: ")).unwrap_or_default();
            Refusal::Unreadable { name: self.name.clone(), reason: format!("{line}{error}") }
        })
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
        let pair = |it: &Incoming| Incoming { key: it.key.clone(), value: copy(&it.value), line: it.line };
        self.pairs.iter().map(pair).collect()
    }

    /// What is odd about a line, as sentences.
    pub(super) fn warnings(&self, line: u32) -> &[String] {
        self.warnings.get(&line).map(Vec::as_slice).unwrap_or_default()
    }

    /// The consumers that read a pair otherwise than the chosen one.
    pub(super) fn differs(&self, pair: &Incoming) -> Vec<String> {
        let Ok(reader) = self.reader.parse::<Dialect>() else { return Vec::new() };
        let differences = self.differences.get_or_init(|| differences(self.text.expose(), reader));
        differences.get(&(pair.line, pair.key.clone())).cloned().unwrap_or_default()
    }
}

fn incoming(pair: Pair) -> Incoming {
    Incoming { key: pair.key, value: SecretValue::new(pair.value), line: pair.line }
}

fn warnings(text: &str) -> BTreeMap<u32, Vec<String>> {
    let mut by_line: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    // It is text already: only other bytes cannot be parsed.
    let found = Document::parse(text).map(|document| dotenv::warn(&document)).unwrap_or_default();
    for warning in found {
        by_line.entry(warning.line).or_default().push(warning.code.sentence().what.to_owned());
    }
    by_line
}

/// By line and key: who reads otherwise than `reader`.
fn differences(text: &str, reader: Dialect) -> BTreeMap<(u32, String), Vec<String>> {
    let rows = dotenv::explain(text, None).into_iter();
    let differing = rows.filter(|row| row.groups.len() > 1).map(|row| {
        let others = row.groups.iter().filter(|group| !group.dialects.contains(&reader));
        // Nothing to tell where a consumer only rejects the file for another line.
        let others = others.filter(|group| !matches!(group.seen, Seen::Rejected(_)));
        let titles: BTreeSet<_> =
            others.flat_map(|group| &group.dialects).map(|it| it.title().to_owned()).collect();
        ((row.line, row.key), titles.into_iter().collect())
    });
    differing.collect()
}
