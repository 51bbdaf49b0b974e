//! How every consumer reads a text that was written for one of them.

use desk::text::HIDDEN;
use desk::{ExportLine, LensRow};
use dotenv::{Dialect, Group, Pair, Row, Seen, explain};
use std::collections::BTreeMap;

/// The rows of a text, beside what was meant.
pub(crate) struct Lens<'a> {
    rows: Vec<Row>,
    meant: BTreeMap<&'a str, &'a str>,
}

impl<'a> Lens<'a> {
    pub(crate) fn new(text: &str, pairs: &'a [Pair]) -> Self {
        let meant = pairs.iter().map(|pair| (&*pair.key, &*pair.value));
        Self { rows: explain(text, None), meant: meant.collect() }
    }

    /// The lines of the text, each with its key and how many consumers read it otherwise than meant.
    pub(crate) fn lines(&self, text: &str) -> Vec<ExportLine> {
        let rows: BTreeMap<u32, &Row> = self.rows.iter().map(|row| (row.line, row)).collect();
        let line = |(number, line): (u32, &str)| match rows.get(&number) {
            None => ExportLine { number, variable: None, masked: HIDDEN.to_owned(), differs: 0 },
            Some(row) => {
                let wrong = row.groups.iter().filter(|group| !self.is_right(&row.key, &group.seen));
                let differs = wrong.map(|group| group.dialects.len()).sum::<usize>();
                let masked = format!("{}={HIDDEN}", line.split('=').next().unwrap_or_default());
                let differs = u32::try_from(differs).unwrap_or(u32::MAX);
                ExportLine { number, variable: Some(row.key.clone()), masked, differs }
            }
        };
        (1..).zip(text.lines()).map(line).collect()
    }

    /// What to show of each line that sets something.
    pub(crate) fn into_rows(self) -> Vec<(u32, Vec<LensRow>)> {
        let row = |row: &Row| {
            let groups = row.groups.iter().map(|group| self.lens_row(&row.key, group));
            (row.line, groups.collect())
        };
        self.rows.iter().map(row).collect()
    }

    fn lens_row(&self, key: &str, group: &Group) -> LensRow {
        let right = self.is_right(key, &group.seen);
        let reads = match &group.seen {
            Seen::Value(value) if value.is_empty() => "an empty value",
            Seen::Value(_) if right => HIDDEN,
            Seen::Value(_) => "another value",
            Seen::Nothing(None) => "nothing",
            Seen::Rejected(None) => "rejects the file",
            Seen::Nothing(Some(trouble)) | Seen::Rejected(Some(trouble)) | Seen::Hidden(trouble) => {
                trouble.sentence()
            }
        };
        let consumers = group.dialects.iter().map(|dialect: &Dialect| dialect.title().to_owned()).collect();
        LensRow { consumers, reads: reads.to_owned(), right }
    }

    fn is_right(&self, key: &str, seen: &Seen) -> bool {
        let Seen::Value(value) = seen else { return false };
        self.meant.get(key).is_some_and(|meant| meant == value)
    }
}
