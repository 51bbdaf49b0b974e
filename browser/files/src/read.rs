//! A text, read as one consumer reads it.

use desk::{FilePair, FileReading, FileReply, Hidden};
use dotenv::{Dialect, Document, Pair, Seen, format};
use std::collections::BTreeSet;

/// Reads `text` as `reader` does.
pub(crate) fn read(reader: &str, text: &str) -> FileReply {
    match reader {
        "json" => foreign(format::json::read(text)),
        "yaml" => foreign(format::yaml::read(text)),
        "csv" => foreign(format::csv::read(text)),
        name => {
            name.parse().map_or(FileReply::Unknown, |dialect| FileReply::Read(dialect_reading(dialect, text)))
        }
    }
}

fn foreign(read: Result<Vec<Pair>, format::ReadError>) -> FileReply {
    match read {
        Ok(pairs) => FileReply::Read(FileReading {
            pairs: pairs.into_iter().map(pair).collect(),
            problems: Vec::new(),
            warnings: Vec::new(),
            differs: Vec::new(),
        }),
        Err(error) => {
            let line = error.line.map(|line| format!("Line {line}: ")).unwrap_or_default();
            FileReply::Unreadable(format!("{line}{error}"))
        }
    }
}

fn dialect_reading(dialect: Dialect, text: &str) -> FileReading {
    let reading = dotenv::read(dialect, text, None);
    let problem = |it: &dotenv::Problem| (it.position.line, it.trouble.sentence().to_owned());
    FileReading {
        problems: reading.problems.iter().map(problem).collect(),
        pairs: reading.pairs.into_iter().map(pair).collect(),
        warnings: warnings(text),
        differs: differences(text, dialect),
    }
}

fn pair(pair: Pair) -> FilePair {
    FilePair { key: pair.key, value: Hidden::new(pair.value), line: pair.line }
}

fn warnings(text: &str) -> Vec<(u32, String)> {
    // It is text already: only other bytes cannot be parsed.
    let found = Document::parse(text).map(|document| dotenv::warn(&document)).unwrap_or_default();
    found.into_iter().map(|warning| (warning.line, warning.code.sentence().what.to_owned())).collect()
}

/// By line and key: who reads otherwise than `reader`.
fn differences(text: &str, reader: Dialect) -> Vec<(u32, String, Vec<String>)> {
    let rows = dotenv::explain(text, None).into_iter();
    let differing = rows.filter(|row| row.groups.len() > 1).map(|row| {
        let others = row.groups.iter().filter(|group| !group.dialects.contains(&reader));
        // Nothing to tell where a consumer only rejects the file for another line.
        let others = others.filter(|group| !matches!(group.seen, Seen::Rejected(_)));
        let titles: BTreeSet<_> =
            others.flat_map(|group| &group.dialects).map(|it| it.title().to_owned()).collect();
        (row.line, row.key, titles.into_iter().collect())
    });
    differing.collect()
}
