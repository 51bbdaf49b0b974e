//! One row of the preview.

use super::super::convert::count;
use super::super::mask::mask;
use super::file::File;
use desk::text::notice as text;
use desk::{ImportRow, Outcome};
use vault::import::{self, Incoming, Notice, Row, Why};
use vault::model::Model;
use vault::provider::{Mode, Recognised};

/// The row at (`number` over all files, `file`).
pub(super) fn row(
    model: &Model,
    file: &File,
    (number, of_file): (usize, usize),
    row: &Row,
    pair: &Incoming,
    chosen: bool,
) -> ImportRow {
    let value = pair.value.expose();
    let from = match row.outcome {
        import::Outcome::Override { from } => model.environment(from).map_or("", |it| &*it.name),
        _ => "",
    };
    ImportRow {
        row: count(number),
        file: count(of_file),
        line: pair.line,
        key: pair.key.clone(),
        rename: (row.renamed && !row.variable.is_empty()).then(|| row.variable.clone()),
        masked: mask(value),
        length: count(value.chars().count()),
        outcome: outcome(row.outcome, from),
        provider: row.recognised.as_ref().map(provider),
        notices: notices(file, row),
        reference: row.refers.then_some(pair.as_reference),
        chosen: chosen && row.outcome.writes(),
        differs: file.differs(pair).to_vec(),
    }
}

/// What will happen; `from` names the environment that is inherited from.
pub(super) fn outcome(outcome: import::Outcome, from: &str) -> Outcome {
    match outcome {
        import::Outcome::Create => Outcome::Create,
        import::Outcome::NewVersion { old_length, .. } => {
            Outcome::NewVersion { old_length: count(old_length) }
        }
        import::Outcome::Override { .. } => Outcome::Override { from: from.to_owned() },
        import::Outcome::Unchanged => Outcome::Unchanged,
        import::Outcome::Skip(_) => Outcome::Skip,
    }
}

fn provider(recognised: &Recognised) -> String {
    match recognised.mode {
        Some(Mode::Live) => format!("{} live", recognised.provider.name),
        Some(Mode::Test) => format!("{} test", recognised.provider.name),
        None => recognised.provider.name.to_owned(),
    }
}

fn notices(file: &File, row: &Row) -> Vec<String> {
    let skipped = match row.outcome {
        import::Outcome::Skip(why) => Some(reason(why)),
        _ => None,
    };
    let known = row.notices.iter().map(notice);
    skipped.into_iter().chain(known).chain(file.warnings(row.line).cloned()).collect()
}

fn reason(why: Why) -> String {
    match why {
        Why::Exists => text::EXISTS.to_owned(),
        Why::Repeated { line } => text::repeated(line),
        Why::TooLong => text::TOO_LONG.to_owned(),
        Why::NoName => text::NO_NAME.to_owned(),
    }
}

fn notice(notice: &Notice) -> String {
    match notice {
        Notice::LiveOutsideProd => text::LIVE_OUTSIDE_PROD.to_owned(),
        Notice::TestInProd => text::TEST_IN_PROD.to_owned(),
        Notice::PublicName => text::PUBLIC_NAME.to_owned(),
        Notice::OtherProvider => text::OTHER_PROVIDER.to_owned(),
        Notice::Shared { places } => text::shared(*places),
    }
}
