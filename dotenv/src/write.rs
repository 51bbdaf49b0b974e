//! Writes pairs so that one consumer reads them back exactly, or says for each key why that cannot be.

use std::collections::HashSet;
use std::fmt;

use crate::Pair;
use crate::dialect::Dialect;
use crate::problem::Trouble;
use crate::read::read;

/// A text that its consumer reads back exactly.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// One assignment for each pair, in their order.
    pub text: String,
    /// What to know before the file is used in another way.
    pub notices: Vec<Notice>,
}

/// The file is safe for its consumer, but a shell that sources it would run a part of this value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The key of the value.
    pub key: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: a shell that sources this file would run a part of this value; give the file to its consumer only",
            name(&self.key)
        )
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Written").field("notices", &self.notices).finish_non_exhaustive()
    }
}

/// Why a pair cannot be written for a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The consumer does not accept the name.
    InvalidKey,
    /// Another pair before it has the same name.
    DuplicateKey,
    /// The value holds a NUL character.
    Nul,
    /// The consumer would run a part of the value.
    WouldExecute,
    /// The consumer reads one line per value, and this one has several.
    Newline,
    /// The consumer drops or changes a carriage return.
    CarriageReturn,
    /// The line would be longer than the consumer reads.
    TooLong,
    /// No way of quoting keeps the value as it is.
    NoQuoting,
}

impl Reason {
    /// What is in the way.
    pub fn what(self) -> &'static str {
        match self {
            Self::InvalidKey => "the consumer does not accept this name",
            Self::DuplicateKey => "an earlier pair has this name too",
            Self::Nul => "the value holds a NUL character, which no environment can hold",
            Self::WouldExecute => "the consumer would run a part of the value as a command",
            Self::Newline => "the value has several lines, and the consumer reads one line per value",
            Self::CarriageReturn => "the value holds a carriage return, which the consumer drops or changes",
            Self::TooLong => "the line would be longer than the consumer reads",
            Self::NoQuoting => "no way of quoting makes the consumer read this value as it is",
        }
    }

    /// What to do instead.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::InvalidKey => "use letters, digits and underscores, beginning with a letter",
            Self::DuplicateKey => "keep only one of them",
            Self::Nul => "encode the value as Base64",
            Self::WouldExecute => "encode the value as Base64, or choose a consumer that executes nothing",
            Self::Newline => "encode the value as Base64, or mount it as a file",
            Self::CarriageReturn => "end the lines with a line feed alone, or encode the value as Base64",
            Self::TooLong => "mount the value as a file",
            Self::NoQuoting => "encode the value as Base64, or choose another consumer",
        }
    }
}

/// A pair that a consumer could not read back. Displays without the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The key of the pair.
    pub key: String,
    /// Why.
    pub reason: Reason,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, reason } = self;
        write!(formatter, "{}: {}; {}", name(key), reason.what(), reason.remedy())
    }
}

impl std::error::Error for Refusal {}

/// Writes `pairs` for `dialect`, one assignment each, every line ended.
///
/// # Errors
/// Every pair that the consumer would not read back exactly, or of which it would execute a part. Nothing is written then.
pub fn write(dialect: Dialect, pairs: &[Pair]) -> Result<Written, Vec<Refusal>> {
    let mut names = HashSet::new();
    let mut written = Written { text: String::new(), notices: Vec::new() };
    let mut refusals = Vec::new();
    for pair in pairs {
        let fresh = if names.insert(pair.key.as_str()) { Ok(()) } else { Err(Reason::DuplicateKey) };
        match fresh.and_then(|()| styled(dialect, &pair.key, &pair.value)) {
            Ok(styled) => add(dialect, &mut written, &pair.key, &styled),
            Err(reason) => refusals.push(Refusal { key: pair.key.clone(), reason }),
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let spoilt = spoilt(dialect, &written.text, pairs);
    if spoilt.is_empty() { Ok(written) } else { Err(spoilt) }
}

/// Writes one value for `dialect`: what stands after `KEY=`, quotes included, without a line end.
///
/// # Errors
/// Why the consumer would not read it back exactly, or would execute a part of it.
pub fn value(dialect: Dialect, key: &str, value: &str) -> Result<String, Refusal> {
    styled(dialect, key, value).map_err(|reason| Refusal { key: key.to_owned(), reason })
}

/// Values that every consumer reads as they stand.
pub(crate) fn is_plain(value: &str) -> bool {
    value.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./:@%+,=".contains(letter))
}

fn add(dialect: Dialect, written: &mut Written, key: &str, styled: &str) {
    let line = format!("{key}={styled}\n");
    if dialect != Dialect::Bash && a_shell_executes(&line) {
        written.notices.push(Notice { key: key.to_owned() });
    }
    written.text.push_str(&line);
}

fn a_shell_executes(line: &str) -> bool {
    let reading = read(Dialect::Bash, line, None);
    reading.problems.iter().any(|problem| problem.trouble == Trouble::WouldExecute)
}

/// The most readable style that reads back.
fn styled(dialect: Dialect, key: &str, value: &str) -> Result<String, Reason> {
    if value.contains('\0') {
        return Err(Reason::Nul);
    }
    if reads_back(dialect, key, "1", "1") != Ok(()) {
        return Err(Reason::InvalidKey);
    }
    let mut execution = Ok(());
    for style in dialect.styles(value) {
        match reads_back(dialect, key, &style, value) {
            Ok(()) => return Ok(style),
            Err(Some(Trouble::WouldExecute)) => execution = Err(Reason::WouldExecute),
            Err(_) => {}
        }
    }
    execution.and_then(|()| Err(obstacle(dialect, key, value)))
}

/// What in a value is in the way of its consumer, if nothing would be executed.
fn obstacle(dialect: Dialect, key: &str, value: &str) -> Reason {
    let without = |letter: char| value.replace(letter, "");
    let writable =
        |rest: &str| dialect.styles(rest).iter().any(|style| reads_back(dialect, key, style, rest) == Ok(()));
    if key.len() + value.len() >= 64 * 1024 - 2 {
        return Reason::TooLong;
    }
    if value.contains('\r') && writable(&without('\r')) {
        return Reason::CarriageReturn;
    }
    if value.contains('\n') && writable(&without('\n').replace('\r', "")) {
        return Reason::Newline;
    }
    Reason::NoQuoting
}

/// Lines that would close a quote left open by the line before them: in the lenient grammars a quote ends a value
/// where a comment follows.
const NEXT_LINES: &str = "NEXT_LINE_1='#'\nNEXT_LINE_2=\"#\"\n";
/// The same for a consumer that knows backticks as quotes.
const NEXT_LINES_WITH_BACKTICKS: &str = "NEXT_LINE_1='#'\nNEXT_LINE_2=\"#\"\nNEXT_LINE_3=`#`\n";

fn next_lines(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Node | Dialect::NodeExpand | Dialect::NodeNative => NEXT_LINES_WITH_BACKTICKS,
        _ => NEXT_LINES,
    }
}

/// Whether the consumer reads this line back, and the lines after it too; else what it would stumble over.
fn reads_back(dialect: Dialect, key: &str, style: &str, value: &str) -> Result<(), Option<Trouble>> {
    let next = next_lines(dialect);
    let reading = read(dialect, &format!("{key}={style}\n{next}"), None);
    let execution = reading.problems.iter().find(|problem| problem.trouble == Trouble::WouldExecute);
    if let Some(problem) = execution.or_else(|| reading.problems.first()) {
        return Err(Some(problem.trouble));
    }
    let mut pairs = reading.pairs.iter();
    let exact = pairs.next().is_some_and(|pair| pair.key == key && pair.value == value);
    let untouched = pairs.map(|pair| pair.key.as_str()).eq(next.lines().filter_map(|line| line.get(..11)));
    if exact && untouched { Ok(()) } else { Err(None) }
}

/// The pairs that do not read back from the whole text, although each line alone does.
fn spoilt(dialect: Dialect, text: &str, pairs: &[Pair]) -> Vec<Refusal> {
    let reading = read(dialect, text, None);
    let sound = |pair: &Pair, back: Option<&Pair>| {
        back.is_some_and(|back| back.key == pair.key && back.value == pair.value)
    };
    let mut back = reading.pairs.iter();
    pairs
        .iter()
        .filter(|pair| !sound(pair, back.next()))
        .map(|pair| Refusal { key: pair.key.clone(), reason: Reason::NoQuoting })
        .collect()
}

/// A key as it can be shown on one line.
fn name(key: &str) -> String {
    key.escape_debug().to_string()
}
