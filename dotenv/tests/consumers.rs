//! Compares the dialects with the consumers themselves: how each reads hostile texts, and whether each reads back
//! what is written for it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test ends where something unexpected happens")]

#[path = "consumers/generator.rs"]
mod generator;
#[path = "consumers/real.rs"]
mod real;

use std::collections::BTreeMap;

use dotenv::{Dialect, Pair, Reading, Trouble, read, value, write};

use generator::Seed;
use real::Outcome;

const FILES: usize = 5_000;
const VALUES: usize = 20_000;
const VALUES_IN_A_FILE: usize = 40;

fn outcome(reading: &Reading) -> Outcome {
    let pairs = reading.pairs.iter().map(|pair| (pair.key.clone(), pair.value.clone()));
    reading.loads.then(|| pairs.collect())
}

/// Whether a reading claims to be exactly what its consumer ends up with.
fn claims(reading: &Reading) -> bool {
    !reading.problems.iter().any(|problem| problem.trouble.hides_value())
}

fn any(_: &str) -> bool {
    true
}

fn texts(dialect: Dialect, allowed: fn(&str) -> bool, wanted: fn(&str, &Reading) -> bool) -> Vec<String> {
    let mut seed = Seed::of_run(&format!("{dialect} reads"));
    let mut texts = Vec::new();
    while texts.len() < FILES {
        let text = generator::text(&mut seed, allowed);
        if wanted(&text, &read(dialect, &text, None)) {
            texts.push(text);
        }
    }
    texts
}

fn assert_reads(dialect: Dialect, texts: &[String], real: &[Outcome]) {
    let mut disagreements = Vec::new();
    for (text, real) in texts.iter().zip(real) {
        let ours = outcome(&read(dialect, text, None));
        if ours != *real {
            disagreements.push(format!("{text:?}\n  ours {ours:?}\n  real {real:?}"));
        }
    }
    disagreements.sort_by_key(String::len);
    let count = disagreements.len();
    disagreements.truncate(12);
    assert!(count == 0, "{count} of {} disagree:\n{}", texts.len(), disagreements.join("\n"));
}

fn pairs_of(values: &[String]) -> Vec<Pair> {
    let pair =
        |(index, value): (usize, &String)| Pair { key: format!("K{index}"), value: value.clone(), line: 0 };
    values.iter().enumerate().map(pair).collect()
}

/// Writes many values, and has the consumer read them back.
fn assert_writes(dialect: Dialect, real: impl Fn(&[String]) -> Vec<Outcome>) {
    let mut seed = Seed::of_run(&format!("{dialect} reads back"));
    let (mut texts, mut expected, mut refused) = (Vec::new(), Vec::new(), 0);
    while texts.len() * VALUES_IN_A_FILE < VALUES {
        let mut values = Vec::new();
        while values.len() < VALUES_IN_A_FILE {
            let made = generator::value(&mut seed);
            match value(dialect, "K0", &made) {
                Ok(_) => values.push(made),
                Err(_) => refused += 1,
            }
        }
        let pairs = pairs_of(&values);
        let written = write(dialect, &pairs).expect("each value alone can be written");
        expected.push(pairs.into_iter().map(|pair| (pair.key, pair.value)).collect::<BTreeMap<_, _>>());
        texts.push(written.text);
    }
    println!("{dialect}: {} values written, {refused} refused", texts.len() * VALUES_IN_A_FILE);
    for ((text, expected), found) in texts.iter().zip(expected).zip(real(&texts)) {
        assert_eq!(found, Some(expected), "{text:?}");
    }
}

#[test]
fn npm_dotenv_reads_as_we_say() {
    let texts = texts(Dialect::Node, any, |_, _| true);
    assert_reads(Dialect::Node, &texts, &real::node("node", &texts));
}

#[test]
fn npm_dotenv_reads_back() {
    assert_writes(Dialect::Node, |texts| real::node("node", texts));
}

/// Whether the expansion would grow without bound, which hangs the package.
fn grows(reading: &Reading) -> bool {
    reading.problems.iter().any(|problem| problem.trouble == Trouble::ExpansionLimit)
}

#[test]
fn dotenv_expand_reads_as_we_say() {
    let texts = texts(Dialect::NodeExpand, any, |_, reading| !grows(reading));
    assert_reads(Dialect::NodeExpand, &texts, &real::node("node-expand", &texts));
}

/// Whether version 1000 of dotenv-expand would execute a part of each text.
fn executed(texts: &[String]) -> Vec<bool> {
    let flag = |outcome: Outcome| outcome.expect("it answers every text")["executed"] == "true";
    real::node("execute", texts).into_iter().map(flag).collect()
}

#[test]
fn dotenv_expand_reads_back_and_version_1000_executes_nothing() {
    assert_writes(Dialect::NodeExpand, |texts| {
        for (text, executed) in texts.iter().zip(executed(texts)) {
            assert!(!executed, "{text:?}");
        }
        real::node("node-expand", texts)
    });
}

#[test]
fn what_dotenv_expand_1000_would_execute_is_reported() {
    assert_eq!(executed(&["A='$(:)'\n".to_owned()]), [true], "the consumer executes what nobody escaped");
    let texts = texts(Dialect::NodeExpand, any, |_, reading| !grows(reading));
    for (text, executed) in texts.iter().zip(executed(&texts)) {
        let reported = read(Dialect::NodeExpand, text, None)
            .problems
            .iter()
            .any(|problem| problem.trouble == Trouble::WouldExecute);
        assert!(reported || !executed, "{text:?}");
    }
}

#[test]
fn node_reads_as_we_say() {
    let texts = texts(Dialect::NodeNative, any, |_, _| true);
    assert_reads(Dialect::NodeNative, &texts, &real::node("node-native", &texts));
}

#[test]
fn node_reads_back() {
    assert_writes(Dialect::NodeNative, |texts| real::node("node-native", texts));
}

#[test]
fn node_env_file_is_the_same_reader() {
    let mut texts = texts(Dialect::NodeNative, any, |_, _| true);
    // `process.env` shows no name that is a number.
    texts.retain(|text| !text.contains("10"));
    texts.truncate(60);
    assert_reads(Dialect::NodeNative, &texts, &real::node_env_file(&texts));
}

#[test]
fn python_dotenv_reads_as_we_say() {
    let texts = texts(Dialect::Python, any, |_, _| true);
    assert_reads(Dialect::Python, &texts, &real::python(&texts));
}

#[test]
fn python_dotenv_reads_back() {
    assert_writes(Dialect::Python, real::python);
}

#[test]
fn godotenv_reads_as_we_say() {
    let texts = texts(Dialect::Go, any, |_, _| true);
    assert_reads(Dialect::Go, &texts, &real::go(&texts));
}

#[test]
fn godotenv_reads_back() {
    assert_writes(Dialect::Go, real::go);
}

/// Whether the docker CLI is expected to reject a text.
fn rejected(texts: &[String]) -> Vec<bool> {
    texts.iter().map(|text| !read(Dialect::Docker, text, None).loads).collect()
}

#[test]
fn docker_reads_as_we_say() {
    let mut texts = texts(Dialect::Docker, any, |_, reading| reading.loads);
    let mut seed = Seed::of_run("docker rejects");
    let rejects = std::iter::repeat_with(|| generator::text(&mut seed, any));
    texts.extend(rejects.filter(|text| !read(Dialect::Docker, text, None).loads).take(200));
    let real = real::Docker::start().read(&texts, &rejected(&texts));
    assert_reads(Dialect::Docker, &texts, &real);
}

#[test]
fn docker_reads_back() {
    assert_writes(Dialect::Docker, |texts| real::Docker::start().read(texts, &rejected(texts)));
}

#[test]
fn bash_reads_as_we_say() {
    let mut texts = texts(Dialect::Bash, any, |_, reading| claims(reading) && reading.loads);
    let mut seed = Seed::of_run("bash rejects");
    let more = std::iter::repeat_with(|| generator::text(&mut seed, any) + "\nEND=1\n");
    texts.extend(more.filter(|text| claims(&read(Dialect::Bash, text, None))).take(2_000));
    let real = real::bash(&texts);
    // What a shell has set before it stops stays set; that it stopped shows in the last line.
    let stopped = |outcome: &Outcome| outcome.as_ref().is_none_or(|pairs| !pairs.contains_key("END"));
    let real: Vec<Outcome> = texts
        .iter()
        .zip(real)
        .map(|(text, outcome)| {
            outcome.filter(|pairs| !text.ends_with("\nEND=1\n") || !stopped(&Some(pairs.clone())))
        })
        .collect();
    assert_reads(Dialect::Bash, &texts, &real);
}

#[test]
fn what_bash_executes_is_seen_by_the_check_and_reported() {
    for canary in generator::CANARIES {
        for (text, executes) in [(format!("A=1{canary}\n"), true), (format!("A='{canary}'\n"), false)] {
            assert_eq!(real::bash_executes(&text), executes, "{text:?}");
            let problems = read(Dialect::Bash, &text, None).problems;
            let reported = problems.iter().any(|problem| problem.trouble == Trouble::WouldExecute);
            assert_eq!(reported, executes, "{text:?}");
        }
    }
}

#[test]
fn bash_reads_back() {
    assert_writes(Dialect::Bash, real::bash);
}

/// What the generator says, and that empty variables are empty, of which it says nothing.
fn systemd(texts: &[String]) -> Vec<Outcome> {
    let empty = |text: &String| {
        let pairs = outcome(&read(Dialect::Systemd, text, None)).unwrap_or_default();
        pairs.into_iter().filter(|(_, value)| value.is_empty())
    };
    let with_empty = |(text, real): (&String, Outcome)| {
        let mut real = real?;
        for (name, value) in empty(text) {
            real.entry(name).or_insert(value);
        }
        Some(real)
    };
    texts.iter().zip(real::systemd(texts)).map(with_empty).collect()
}

/// Whether a variable is made empty that may have had a value before: the generator would leave it that value.
fn empties(text: &str, reading: &Reading) -> bool {
    let twice = |pair: &&Pair| pair.value.is_empty() && text.matches(&pair.key).count() > 1;
    reading.pairs.iter().any(|pair| twice(&pair))
}

#[test]
fn systemd_reads_as_we_say() {
    let texts = texts(Dialect::Systemd, any, |text, reading| !empties(text, reading));
    assert_reads(Dialect::Systemd, &texts, &systemd(&texts));
}

#[test]
fn systemd_reads_back() {
    assert_writes(Dialect::Systemd, systemd);
}
