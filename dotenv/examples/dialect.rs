//! Reads, writes and explains `.env` files as their consumers do.
//!
//! ```text
//! dialect read DIALECT [--env] < FILE     the pairs as one JSON object; problems on stderr
//! dialect write DIALECT < JSON            the text, or one line for each key that is refused
//! dialect explain [--json] [--env] < FILE line, key, consumer, value or problem
//! ```

use std::collections::HashSet;
use std::fmt;
use std::io::{Read, Write};
use std::process::ExitCode;

use dotenv::{Dialect, EncodingError, Pair, Row, Seen, Trouble, explain, read, write};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value, json};

const LOADED: u8 = 0;
const REFUSED: u8 = 1;
const REJECTED: u8 = 2;
const MISUSED: u8 = 64;

const USAGE: &str = "usage: dialect read DIALECT [--env] < FILE
       dialect write DIALECT < JSON
       dialect explain [--json] [--env] < FILE
DIALECT: node node-expand node-native python docker compose bash systemd ruby go";

/// What to print, and the exit code.
struct Answer {
    out: String,
    err: String,
    code: u8,
}

fn main() -> ExitCode {
    let (flags, words): (Vec<String>, Vec<String>) = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .partition(|argument| argument.starts_with("--"));
    let flags: HashSet<&str> = flags.iter().map(String::as_str).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut input = Vec::new();
    let answer = match command(&words, &flags) {
        Some(command) if std::io::stdin().read_to_end(&mut input).is_ok() => command.answer(input),
        _ => Answer { out: String::new(), err: format!("{USAGE}\n"), code: MISUSED },
    };
    let printed = std::io::stdout().write_all(answer.out.as_bytes());
    let told = std::io::stderr().write_all(answer.err.as_bytes());
    if printed.and(told).is_ok() { ExitCode::from(answer.code) } else { ExitCode::FAILURE }
}

enum Command {
    Read { dialect: Dialect, env: bool },
    Write { dialect: Dialect },
    Explain { json: bool, env: bool },
}

/// The command of a command line, unless a word or a flag has no meaning for it.
fn command(words: &[&str], flags: &HashSet<&str>) -> Option<Command> {
    let (env, json) = (flags.contains("--env"), flags.contains("--json"));
    let only = |known: &[&str]| flags.iter().all(|flag| known.contains(flag));
    match *words {
        ["read", dialect] if only(&["--env"]) => Some(Command::Read { dialect: dialect.parse().ok()?, env }),
        ["write", dialect] if only(&[]) => Some(Command::Write { dialect: dialect.parse().ok()? }),
        ["explain"] if only(&["--json", "--env"]) => Some(Command::Explain { json, env }),
        _ => None,
    }
}

impl Command {
    fn answer(&self, input: Vec<u8>) -> Answer {
        let text = match text(input) {
            Ok(text) => text,
            Err(EncodingError { offset }) => return not_text(self, offset),
        };
        match *self {
            Self::Read { dialect, env } => read_answer(dialect, &text, env),
            Self::Write { dialect } => write_answer(dialect, &text),
            Self::Explain { json, env } => explain_answer(&text, json, env),
        }
    }
}

fn text(input: Vec<u8>) -> Result<String, EncodingError> {
    String::from_utf8(input).map_err(|error| EncodingError { offset: error.utf8_error().valid_up_to() })
}

/// What is not UTF-8 is rejected where a text is read, and refused where one is to be written.
fn not_text(command: &Command, offset: usize) -> Answer {
    let (out, code) = match command {
        Command::Read { .. } => ("{}\n", REJECTED),
        Command::Write { .. } => ("", REFUSED),
        Command::Explain { .. } => ("", REJECTED),
    };
    let err = format!("1:1: encoding: {} Byte offset {offset}.\n", EncodingError { offset });
    Answer { out: out.to_owned(), err, code }
}

fn environment(name: &str) -> Option<String> {
    if name.is_empty() || name.contains(['=', '\0']) { None } else { std::env::var(name).ok() }
}

fn read_answer(dialect: Dialect, text: &str, env: bool) -> Answer {
    let reading = if env { read(dialect, text, Some(&environment)) } else { read(dialect, text, None) };
    let err = reading.problems.iter().map(|problem| format!("{problem}\n")).collect();
    let pairs: Map<String, Value> =
        reading.pairs.into_iter().map(|pair| (pair.key, Value::String(pair.value))).collect();
    let code = if reading.loads { LOADED } else { REJECTED };
    Answer { out: format!("{}\n", Value::Object(pairs)), err, code }
}

fn write_answer(dialect: Dialect, text: &str) -> Answer {
    let refused = |err: String| Answer { out: String::new(), err, code: REFUSED };
    let Ok(Entries(entries)) = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) else {
        return refused("the input is no JSON object\n".to_owned());
    };
    let mut pairs = Vec::new();
    let mut others = String::new();
    for (key, value) in entries {
        match value {
            Value::String(value) => pairs.push(Pair { key, value, line: 0 }),
            _ => others += &format!("{}: the value is no string; quote it\n", key.escape_debug()),
        }
    }
    match write(dialect, &pairs) {
        Ok(written) if others.is_empty() => {
            let err = written.notices.iter().map(|notice| format!("{notice}\n")).collect();
            Answer { out: written.text, err, code: LOADED }
        }
        Ok(_) => refused(others),
        Err(refusals) => {
            refused(refusals.iter().fold(others, |lines, refusal| format!("{lines}{refusal}\n")))
        }
    }
}

/// The entries of a JSON object in their order, and a key that comes twice is there twice, so that it can be refused.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

fn explain_answer(text: &str, json: bool, env: bool) -> Answer {
    let rows = if env { explain(text, Some(&environment)) } else { explain(text, None) };
    let out = rows.iter().flat_map(|row| row_lines(row, json)).collect();
    Answer { out, err: String::new(), code: LOADED }
}

fn row_lines(row: &Row, json: bool) -> Vec<String> {
    let Row { line, key, groups } = row;
    let cells =
        groups.iter().flat_map(|group| group.dialects.iter().map(|dialect| (dialect.name(), &group.seen)));
    cells
        .map(|(dialect, seen)| match (value_or_problem(seen), json) {
            (Ok(value), true) => {
                json!({"line": line, "key": key, "dialect": dialect, "value": value}).to_string() + "\n"
            }
            (Err(problem), true) => {
                json!({"line": line, "key": key, "dialect": dialect, "problem": problem}).to_string() + "\n"
            }
            (Ok(text), false) => format!("{line}\t{}\t{dialect}\t{}\n", cell(key), cell(text)),
            (Err(text), false) => format!("{line}\t{}\t{dialect}\t{text}\n", cell(key)),
        })
        .collect()
}

fn value_or_problem(seen: &Seen) -> Result<&str, String> {
    let code = |trouble: Option<Trouble>| trouble.map_or("not-assigned", Trouble::code);
    match seen {
        Seen::Value(value) => Ok(value),
        Seen::Nothing(trouble) => Err(code(*trouble).to_owned()),
        Seen::Hidden(trouble) => Err(trouble.code().to_owned()),
        Seen::Rejected(trouble) => Err(format!("rejected: {}", code(*trouble))),
    }
}

/// Text that stays in its cell: tabs, line ends and backslashes are escaped.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}
