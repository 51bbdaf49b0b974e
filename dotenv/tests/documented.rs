//! Compares the readers and writers of Docker Compose and Ruby's dotenv with what their documentation says: these two are
//! not run by the tests. Files are made from the documented grammar together with what they mean; values are written and
//! read back by the documented forms of quoting. What the documentation leaves open is not made, and not counted.

#[path = "consumers/generator.rs"]
#[expect(dead_code, clippy::expect_used, reason = "the texts of the other comparison are not wanted here")]
mod generator;
#[path = "documented/meaning.rs"]
mod meaning;
#[path = "documented/quoting.rs"]
mod quoting;

use std::collections::BTreeMap;

use dotenv::{Dialect, Trouble, read, value};

use generator::Seed;
use meaning::{Grammar, Made};

const FILES: usize = 5_000;
const VALUES: usize = 20_000;
const BOTH: [Dialect; 2] = [Dialect::Compose, Dialect::Ruby];

fn made(grammar: Grammar) -> Vec<Made> {
    let mut seed = Seed::of_run(&format!("{} reads", grammar.dialect));
    (0..FILES).map(|_| meaning::file(grammar, &mut seed)).collect()
}

fn found(dialect: Dialect, text: &str) -> Option<BTreeMap<String, String>> {
    let reading = read(dialect, text, None);
    reading.loads.then(|| reading.pairs.into_iter().map(|pair| (pair.key, pair.value)).collect())
}

fn disagreements(dialect: Dialect, made: &[Made]) -> Vec<String> {
    let say = |made: &Made| {
        let ours = found(dialect, &made.text);
        let differs = ours != made.meaning;
        differs.then(|| format!("{:?}\n  ours       {ours:?}\n  documented {:?}", made.text, made.meaning))
    };
    made.iter().filter_map(say).collect()
}

#[test]
fn files_mean_what_the_documentation_says() {
    for dialect in BOTH {
        let made = made(Grammar { dialect, hash_needs_a_space: true });
        let mut found = disagreements(dialect, &made);
        found.sort_by_key(String::len);
        let count = found.len();
        found.truncate(8);
        assert!(count == 0, "{dialect}: {count} of {FILES} disagree:\n{}", found.join("\n"));
        let rejected = made.iter().filter(|made| made.meaning.is_none()).count();
        println!("{dialect}: {FILES} files, {rejected} of them to be rejected");
    }
}

/// The control: with one rule told wrongly the same comparison finds it.
#[test]
fn a_wrong_rule_is_found() {
    let wrong = Grammar { dialect: Dialect::Compose, hash_needs_a_space: false };
    assert!(disagreements(wrong.dialect, &made(wrong)).len() > FILES / 100);
}

#[test]
fn written_values_mean_themselves() {
    for dialect in BOTH {
        let mut seed = Seed::of_run(&format!("{dialect} reads back"));
        let (mut compared, mut open, mut refused) = (0, 0, 0);
        while compared < VALUES {
            let made = generator::value(&mut seed);
            let Ok(raw) = value(dialect, "K", &made) else {
                refused += 1;
                continue;
            };
            match quoting::meaning(dialect, &raw) {
                Some(meaning) => {
                    assert_eq!(meaning, made, "{dialect}: {raw:?}");
                    compared += 1;
                }
                None => open += 1,
            }
        }
        println!(
            "{dialect}: {compared} values compared, {open} left open by the documentation, {refused} refused"
        );
        assert!(open < compared, "{dialect}: {open} of the lines are of no documented form");
    }
}

#[test]
fn what_ruby_would_execute_is_reported_and_never_written() {
    let mut seed = Seed::of_run("ruby executes");
    for _ in 0..FILES {
        let (text, executes) = meaning::command(&mut seed);
        let reading = read(Dialect::Ruby, &text, None);
        let reported = reading.problems.iter().any(|problem| problem.trouble == Trouble::WouldExecute);
        assert_eq!(reported, executes, "{text:?}");
    }
    for _ in 0..VALUES {
        let made = generator::value(&mut seed);
        if let Ok(raw) = value(Dialect::Ruby, "K", &made) {
            let line = format!("K={raw}\n");
            let reading = read(Dialect::Ruby, &line, None);
            let executes = reading.problems.iter().any(|problem| problem.trouble == Trouble::WouldExecute);
            assert!(!executes, "{line:?}");
        }
    }
}
