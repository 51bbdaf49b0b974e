//! The document's rows: each names tests that are there and a control, and none is forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use weakness::Weakness;

use super::ROWS;

const DOCUMENT: &str = include_str!("../../../../docs/threats.md");

/// Files of tests in the browser that have a control for each case in a table of them, which the loop over it runs: a page is
/// filled, or a key captured, a moment before or after without the trick.
const CASE_BY_CASE: [&str; 3] =
    ["tests/e2e/refusal.spec.ts", "tests/e2e/capture.spec.ts", "tests/e2e/provider.spec.ts"];

/// A row of the table.
struct Row<'a> {
    number: &'a str,
    tests: Vec<&'a str>,
    without: &'a str,
}

fn rows(document: &str) -> Vec<Row<'_>> {
    let lines = document.lines().filter(|line| line.starts_with("| A") || line.starts_with("| D"));
    let row = |line| {
        let cells: Vec<&str> = str::split(line, '|').map(str::trim).collect();
        let tests = cells[3].split('`').skip(1).step_by(2).collect();
        Row { number: cells[1], tests, without: cells[4] }
    };
    lines.map(row).collect()
}

/// A file of tests in the browser, by its path in the repository.
fn spec(test: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(test);
    test.ends_with(".spec.ts").then(|| fs::read_to_string(path).ok()).flatten()
}

/// Everything in the folders of tests.
pub(super) fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> = ["crypto", "protocol", "relay-worker", "tests", "vault"]
        .map(|part| root.join(part).join("tests"))
        .into_iter()
        .collect();
    let mut sources = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|end| end == "rs") {
                sources.push_str(&fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    sources
}

/// What is wrong with a row.
fn wrong(row: &Row<'_>, sources: &str) -> Option<String> {
    let checks = |test: &str| ROWS.iter().find(|(name, _)| *name == test).map(|(_, checks)| *checks);
    let is_there = |test: &str| {
        checks(test).is_some() || sources.contains(&format!("fn {test}(")) || spec(test).is_some()
    };
    if let Some(missing) = row.tests.iter().find(|test| !is_there(test)) {
        return Some(format!("{missing} is not there"));
    }
    let left_out = |test: &&str| {
        let here = body(test, sources);
        Weakness::ALL.iter().map(name).filter(move |check| here.contains(&format!("&[Weakness::{check}]")))
    };
    let needed: BTreeSet<String> = row
        .tests
        .iter()
        .filter_map(|test| checks(test))
        .flatten()
        .map(name)
        .chain(row.tests.iter().flat_map(left_out))
        .collect();
    let listed: BTreeSet<String> = row.without.split(", ").map(str::to_owned).collect();
    match row.without {
        "" => Some("it has no control".to_owned()),
        "its control" if row.tests.is_empty() => Some("it has no test".to_owned()),
        "its control" => {
            let without = row.tests.iter().find(|test| !CASE_BY_CASE.contains(test));
            without.map(|test| format!("{test} has no control"))
        }
        _ => (needed != listed).then(|| format!("its tests need {needed:?}")),
    }
}

/// What a test does.
fn body<'a>(test: &str, sources: &'a str) -> &'a str {
    let begin = sources.find(&format!("fn {test}(")).unwrap_or(sources.len());
    let rest = sources.get(begin..).unwrap_or_default();
    rest.split_once("\n}\n").map_or(rest, |(body, _)| body)
}

fn name(weakness: &Weakness) -> String {
    format!("{weakness:?}")
}

#[test]
fn every_row_of_the_document_has_its_test_and_its_control() {
    let (rows, sources) = (rows(DOCUMENT), sources());
    assert!(rows.len() > 30);
    for row in &rows {
        assert_eq!(wrong(row, &sources), None, "{}", row.number);
    }
    for (test, _) in ROWS {
        assert!(rows.iter().any(|row| row.tests.contains(test)), "{test} is in no row");
    }
    // The control: a row that lacks either half is found.
    for bad in [
        "| A99 | x | `no_such_test` | Tag |",
        "| A99 | x | `no_bit_of_a_ciphertext_changes` | |",
        "| A99 | x | `no_bit_of_a_ciphertext_changes` | Place |",
        "| A99 | x | `no_bit_of_a_ciphertext_changes` | its control |",
        "| A99 | x | nothing | its control |",
        "| A99 | x | nothing | Tag |",
        "| A99 | x | `a_request_is_of_one_log_one_target_and_one_time` | its control |",
        "| A99 | x | `tests/e2e/pwa.spec.ts` | its control |",
        "| A99 | x | `tests/e2e/no-such.spec.ts` | its control |",
        "| A99 | x | `tests/e2e/refusal.spec.ts` | Tag |",
    ] {
        assert!(self::rows(bad).iter().all(|row| wrong(row, &sources).is_some()), "{bad}");
    }
}

#[test]
fn every_row_of_the_59_is_shown_or_said_to_wait() {
    let waiting = DOCUMENT.split_once("## Rows that wait").unwrap().1;
    let waiting = waiting.split([' ', ',', '.', ':', '\n']).filter(|word| word.starts_with('A'));
    let shown = rows(DOCUMENT).into_iter().map(|row| row.number);
    let mut all: Vec<u8> =
        shown.chain(waiting).filter_map(|row| row.strip_prefix('A')?.parse().ok()).collect();
    all.sort_unstable();
    assert_eq!(all, (1..=59).collect::<Vec<u8>>());
}
