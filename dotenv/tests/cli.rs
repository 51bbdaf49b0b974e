//! The `dialect` example as a process: what it prints where, and with which exit code.

#![expect(clippy::expect_used, reason = "a test ends where something unexpected happens")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

const LOADED: i32 = 0;
const REFUSED: i32 = 1;
const REJECTED: i32 = 2;
const MISUSED: i32 = 64;

/// What the process left behind.
struct Ran {
    out: String,
    err: String,
    code: i32,
}

/// The example, which cargo builds beside this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a process knows its file");
    let folder = test.ancestors().nth(2).expect("tests lie in `deps`").to_owned();
    let file = folder.join("examples/dialect").with_extension(std::env::consts::EXE_EXTENSION);
    assert!(file.is_file(), "{} is missing: run `cargo test -p dotenv`", file.display());
    file
}

fn run_in(environment: &[(&str, &str)], arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = Command::new(program());
    command.args(arguments).env_clear().envs(environment.iter().copied());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    // A command line that is refused is refused before anything is read.
    let _ = child.stdin.take().expect("it was piped").write_all(input);
    let output = child.wait_with_output().expect("it ends");
    Ran {
        out: String::from_utf8(output.stdout).expect("it writes UTF-8"),
        err: String::from_utf8(output.stderr).expect("it writes UTF-8"),
        code: output.status.code().expect("it exits by itself"),
    }
}

fn run(arguments: &[&str], input: &str) -> Ran {
    run_in(&[], arguments, input.as_bytes())
}

/// Whether a line is `LINE:COL: code: sentence` of this place and code.
fn is_problem(line: &str, place: &str, code: &str) -> bool {
    let sentence = line.strip_prefix(&format!("{place}: {code}: "));
    sentence.is_some_and(|sentence| sentence.ends_with('.') && sentence.contains(' '))
}

#[test]
fn read_prints_the_pairs_in_the_order_of_the_file_as_one_object() {
    let ran = run(&["read", "node"], "Z=1\nB='two words' # c\nA=\"x\\ny\"\nM=é\n");
    assert_eq!(ran.out, "{\"Z\":\"1\",\"B\":\"two words\",\"A\":\"x\\ny\",\"M\":\"é\"}\n");
    assert_eq!((ran.err.as_str(), ran.code), ("", LOADED));
    let twice = run(&["read", "node"], "B=1\nA=2\nB=3\n");
    assert_eq!(twice.out, "{\"B\":\"3\",\"A\":\"2\"}\n");
    assert_eq!(run(&["read", "node"], "").out, "{}\n");
}

#[test]
fn every_dialect_of_the_usage_reads_and_writes() {
    let dialects = [
        "node",
        "node-expand",
        "node-native",
        "python",
        "docker",
        "compose",
        "bash",
        "systemd",
        "ruby",
        "go",
    ];
    for dialect in dialects {
        let read = run(&["read", dialect], "KEY=value\n");
        assert_eq!((read.out.as_str(), read.code), ("{\"KEY\":\"value\"}\n", LOADED), "{dialect}");
        let written = run(&["write", dialect], "{\"KEY\": \"value\"}");
        assert_eq!((written.out.as_str(), written.code), ("KEY=value\n", LOADED), "{dialect}");
    }
    assert_eq!(dialects.len(), dotenv::Dialect::ALL.len());
}

#[test]
fn each_dialect_reads_by_its_own_rules() {
    let text = "A=1\nB=\"$A # x\"\n";
    let value = |dialect: &str| {
        let read: Value = serde_json::from_str(&run(&["read", dialect], text).out).expect("JSON");
        read["B"].as_str().map(str::to_owned)
    };
    assert_eq!(value("node").as_deref(), Some("$A # x"));
    assert_eq!(value("node-expand").as_deref(), Some("1 # x"));
    assert_eq!(value("bash").as_deref(), Some("1 # x"));
    assert_eq!(value("docker").as_deref(), Some("\"$A # x\""));
}

#[test]
fn a_problem_is_one_line_with_its_place_code_and_sentence() {
    let ran = run(&["read", "bash"], "A=1\n  B=$MISSING\nC=`id`\n");
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.err);
    assert!(is_problem(lines[0], "2:5", "unset-variable"), "{}", ran.err);
    assert!(is_problem(lines[1], "3:3", "would-execute"), "{}", ran.err);
    assert_eq!(ran.code, LOADED);
}

#[test]
fn what_would_be_executed_is_printed_as_text() {
    for (dialect, text, value) in
        [("bash", "A=$(id)\n", "$(id)"), ("bash", "A=\"`id`\"\n", "`id`"), ("ruby", "A=x$(id)\n", "x$(id)")]
    {
        let ran = run(&["read", dialect], text);
        let read: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(read["A"], value, "{dialect} {text:?}");
        assert!(ran.err.lines().any(|line| line.contains(": would-execute: ")), "{dialect} {text:?}");
        assert_eq!(ran.code, LOADED);
    }
}

#[test]
fn a_file_that_its_consumer_rejects_has_no_pairs() {
    for (dialect, text, place, code) in [
        ("compose", "FINE=1\nA=\"open\n", "2:3", "unterminated"),
        ("docker", "FINE=1\nA B=1\n", "2:1", "invalid-key"),
        ("bash", "FINE=1\nA=${B:?needed}\n", "2:3", "required-variable"),
    ] {
        let ran = run(&["read", dialect], text);
        assert_eq!((ran.out.as_str(), ran.code), ("{}\n", REJECTED), "{dialect}");
        assert!(ran.err.lines().any(|line| is_problem(line, place, code)), "{dialect} {}", ran.err);
    }
}

#[test]
fn what_is_not_utf_8_is_turned_away_with_its_byte_offset() {
    let bytes = b"A=1\nB=\xff\n";
    for (arguments, out, code) in [
        (&["read", "node"][..], "{}\n", REJECTED),
        (&["read", "docker"], "{}\n", REJECTED),
        (&["explain"], "", REJECTED),
        (&["write", "node"], "", REFUSED),
    ] {
        let ran = run_in(&[], arguments, bytes);
        assert_eq!((ran.out.as_str(), ran.code), (out, code), "{arguments:?}");
        assert_eq!(ran.err.lines().count(), 1, "{arguments:?}");
        assert!(is_problem(ran.err.trim_end(), "1:1", "encoding"), "{}", ran.err);
        assert!(ran.err.contains("Byte offset 6."), "{}", ran.err);
    }
}

#[test]
fn the_environment_is_used_only_when_asked_for() {
    let outer = [("OUTER", "from-outside")];
    let text = b"A=$OUTER\n";
    assert_eq!(run_in(&outer, &["read", "bash"], text).out, "{\"A\":\"\"}\n");
    assert_eq!(run_in(&outer, &["read", "bash", "--env"], text).out, "{\"A\":\"from-outside\"}\n");
    assert!(!run_in(&outer, &["explain"], text).out.contains("from-outside"));
    assert!(run_in(&outer, &["explain", "--env"], text).out.contains("\tbash\tfrom-outside\n"));
}

#[test]
fn write_prints_a_text_that_reads_back() {
    let ran = run(&["write", "bash"], "{\"Z\": \"it's $(id)\", \"A\": \"\"}");
    assert_eq!((ran.out.as_str(), ran.code), ("Z='it'\\''s $(id)'\nA=\n", LOADED));
    assert_eq!(run(&["read", "bash"], &ran.out).out, "{\"Z\":\"it's $(id)\",\"A\":\"\"}\n");
    let marked = run(&["write", "node"], "\u{feff}{\"A\": \"1\"}");
    assert_eq!((marked.out.as_str(), marked.code), ("A=1\n", LOADED));
}

#[test]
fn write_says_where_a_shell_would_execute_the_file() {
    let ran = run(&["write", "docker"], "{\"A\": \"$(id)\", \"B\": \"plain\"}");
    assert_eq!((ran.out.as_str(), ran.code), ("A=$(id)\nB=plain\n", LOADED));
    assert_eq!(ran.err.lines().count(), 1);
    assert!(ran.err.starts_with("A: a shell that sources this file would run"), "{}", ran.err);
}

#[test]
fn write_refuses_by_key_and_then_prints_no_text() {
    for (dialect, json, keys) in [
        ("docker", r#"{"FINE": "1", "PEM": "secret\nlines", "A B": "secret"}"#, &["PEM", "A B"][..]),
        ("node-expand", r#"{"RUN": "$(secret)"}"#, &["RUN"]),
        ("bash", r#"{"NUL": "secret\u0000", "FINE": "1"}"#, &["NUL"]),
        (
            "node",
            r#"{"PORT": 8080, "FINE": "1", "LIST": ["secret"], "NULL": null}"#,
            &["PORT", "LIST", "NULL"],
        ),
        ("docker", r#"{"PORT": 8080, "PEM": "secret\nlines"}"#, &["PORT", "PEM"]),
    ] {
        let ran = run(&["write", dialect], json);
        assert_eq!((ran.out.as_str(), ran.code), ("", REFUSED), "{dialect} {json}");
        let named: Vec<&str> =
            ran.err.lines().filter_map(|line| line.split_once(": ")).map(|(key, _)| key).collect();
        assert_eq!(named, keys, "{dialect} {json}");
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
}

#[test]
fn write_refuses_a_key_that_comes_twice() {
    for json in
        [r#"{"A": "1", "TWICE": "secret", "TWICE": "2"}"#, r#"{"TWICE": "1", "A": "1", "TWICE": "1"}"#]
    {
        let ran = run(&["write", "node"], json);
        assert_eq!((ran.out.as_str(), ran.code), ("", REFUSED), "{json}");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        assert!(ran.err.starts_with("TWICE: ") && !ran.err.contains("secret"), "{}", ran.err);
    }
}

#[test]
fn write_refuses_what_is_no_json_object() {
    for input in ["", "[]", "\"A\"", "null", "{\"A\": \"1\"", "{\"A\": \"1\"} x", "A=1\n"] {
        let ran = run(&["write", "node"], input);
        assert_eq!((ran.out.as_str(), ran.code), ("", REFUSED), "{input:?}");
        assert_eq!(ran.err.lines().count(), 1, "{input:?}");
    }
}

#[test]
fn explain_prints_line_key_dialect_and_value_or_problem() {
    let ran = run(&["explain"], "# c\nA='x\ty' # c\nB=$(id)\n");
    assert_eq!((ran.err.as_str(), ran.code), ("", LOADED));
    let rows: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split('\t').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 4), "{}", ran.out);
    for row in [
        ["2", "A", "bash", "x\\ty"],
        ["2", "A", "docker", "'x\\ty' # c"],
        ["3", "B", "bash", "would-execute"],
        ["3", "B", "node", "$(id)"],
    ] {
        assert!(rows.contains(&row.to_vec()), "{row:?} in {}", ran.out);
    }
    assert_eq!(rows.len(), 2 * dotenv::Dialect::ALL.len());
}

#[test]
fn explain_prints_the_same_as_json_lines() {
    let ran = run(&["explain", "--json"], "A='x\ty'\nB=$(id)\n");
    let rows: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(rows.len(), 2 * dotenv::Dialect::ALL.len());
    for row in [
        serde_json::json!({"line": 1, "key": "A", "dialect": "bash", "value": "x\ty"}),
        serde_json::json!({"line": 2, "key": "B", "dialect": "bash", "problem": "would-execute"}),
        serde_json::json!({"line": 2, "key": "B", "dialect": "node", "value": "$(id)"}),
    ] {
        assert!(rows.contains(&row), "{row} in {}", ran.out);
    }
}

#[test]
fn a_command_line_without_meaning_is_answered_with_the_usage() {
    for arguments in [
        &[][..],
        &["read"],
        &["read", "zsh"],
        &["read", "node", "more"],
        &["read", "node", "--json"],
        &["write", "node", "--env"],
        &["write", "node", "--json"],
        &["write"],
        &["explain", "node"],
        &["explain", "--all"],
        &["print", "node"],
    ] {
        let ran = run(arguments, "");
        assert_eq!((ran.out.as_str(), ran.code), ("", MISUSED), "{arguments:?}");
        assert!(ran.err.starts_with("usage: dialect read DIALECT"), "{arguments:?}");
    }
}
