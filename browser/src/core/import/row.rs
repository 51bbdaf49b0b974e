//! One row of the preview.

use super::super::convert::count;
use super::super::mask::mask;
use super::file::File;
use desk::text::notice as text;
use desk::{ImportRow, Outcome};
use vault::import::{self, Incoming, Notice, Row, Why};
use vault::model::Model;
use vault::provider::{Mode, Provider, Recognised};

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
pub(in super::super) fn outcome(outcome: import::Outcome, from: &str) -> Outcome {
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
    with_mode(recognised.provider, recognised.mode)
}

/// A provider's name, with `live` or `test` where a key says so.
pub(in super::super) fn with_mode(provider: &Provider, mode: Option<Mode>) -> String {
    match mode {
        Some(Mode::Live) => format!("{} live", provider.name),
        Some(Mode::Test) => format!("{} test", provider.name),
        None => provider.name.to_owned(),
    }
}

fn notices(file: &File, row: &Row) -> Vec<String> {
    told(row).chain(file.warnings(row.line).cloned()).collect()
}

/// What there is to know of a row, whatever file it is in.
pub(in super::super) fn told(row: &Row) -> impl Iterator<Item = String> {
    let skipped = match row.outcome {
        import::Outcome::Skip(why) => Some(reason(why)),
        _ => None,
    };
    skipped.into_iter().chain(row.notices.iter().map(notice))
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
