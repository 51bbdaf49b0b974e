//! `source` in Bash: assignments with all their quoting and expansion. Everything else is a command, and never run.

mod lexer;
mod word;

use self::lexer::{is_blank, is_name_part, is_name_start, skip_word};
use self::word::Word;
use super::cursor::Cursor;
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

/// Where and why the shell stops.
type Stop = (usize, Trouble);

/// Names that the shell protects: assigning one stops it.
const READ_ONLY: [&str; 6] = ["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"];

/// Names whose value the shell makes up itself, whatever is assigned.
const DYNAMIC: [&str; 24] = [
    "_",
    "BASHPID",
    "BASH_ALIASES",
    "BASH_ARGC",
    "BASH_ARGV",
    "BASH_ARGV0",
    "BASH_CMDS",
    "BASH_COMMAND",
    "BASH_COMPAT",
    "BASH_LINENO",
    "BASH_SOURCE",
    "BASH_SUBSHELL",
    "DIRSTACK",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "FUNCNAME",
    "GROUPS",
    "HISTCMD",
    "LINENO",
    "OPTIND",
    "PIPESTATUS",
    "RANDOM",
    "SECONDS",
    "SRANDOM",
];

/// Names that the shell gives a value before it reads any file.
const PRESET: [&str; 18] = [
    "BASH",
    "BASH_VERSION",
    "COLUMNS",
    "COMP_WORDBREAKS",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "LINES",
    "MACHTYPE",
    "OLDPWD",
    "OPTERR",
    "OSTYPE",
    "PATH",
    "PS4",
    "PWD",
    "SHELL",
    "SHLVL",
    "TERM",
];

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let kept = text.replace('\0', "");
    if let Some(at) = text.find('\0') {
        draft.note(at, Trouble::Nul);
        draft.rejected = text.find('\n').is_none_or(|end| at < end);
    }
    let mut cursor = Cursor::new(&kept);
    while !draft.rejected && !cursor.is_done() {
        if let Err((at, trouble)) = command(&mut cursor, draft) {
            draft.reject(at, trouble);
        }
    }
    draft.locate(&kept);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut styles = vec![format!("'{}'", value.replace('\'', "'\\''"))];
    if is_plain(value) {
        styles.insert(0, value.to_owned());
    }
    if value.contains('\'') && !value.contains(['"', '$', '`', '\\']) {
        styles.insert(0, format!("\"{value}\""));
    }
    styles
}

/// A name that the shell gives a value of its own, unless the file does.
fn is_preset(name: &str) -> bool {
    READ_ONLY.contains(&name) || DYNAMIC.contains(&name) || PRESET.contains(&name)
}

/// What the words up to the end of a command are.
enum Shape {
    Nothing,
    Assignments,
    Export,
    Command,
}

/// Reads one command, up to the end of its line or a semicolon.
fn command(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> Result<(), Stop> {
    skip_blank(cursor);
    let start = cursor.at;
    let mut ahead = *cursor;
    let (shape, end) = shape(&mut ahead)?;
    match shape {
        Shape::Nothing => {}
        Shape::Command => draft.note(start, Trouble::WouldExecute),
        Shape::Assignments => {
            words(cursor, end, draft)?;
        }
        Shape::Export => {
            cursor.eat("export");
            if words(cursor, end, draft)? == 0 {
                draft.note(start, Trouble::WouldExecute);
            }
        }
    }
    cursor.at = ahead.at;
    Ok(())
}

/// Passes a command with what ends it; its shape, and where its words end.
fn shape(cursor: &mut Cursor<'_>) -> Result<(Shape, usize), Stop> {
    let mut shape = Shape::Nothing;
    loop {
        skip_blank(cursor);
        let at = cursor.at;
        match cursor.peek() {
            None => return Ok((shape, at)),
            Some('\n') => {
                cursor.next();
                return Ok((shape, at));
            }
            Some('#') => {
                cursor.take_while(|letter| letter != '\n');
            }
            Some(';') if !matches!(shape, Shape::Nothing) && !cursor.rest().starts_with(";;") => {
                cursor.next();
                return Ok((shape, at));
            }
            Some(')' | ';') => return Err((at, Trouble::Syntax)),
            Some('(') if matches!(shape, Shape::Assignments) => return Err((at, Trouble::Syntax)),
            Some('&' | '|' | '<' | '>' | '(') => {
                cursor.next();
                shape = Shape::Command;
            }
            Some(_) => {
                skip_word(cursor)?;
                shape = after_word(shape, cursor.since(at));
            }
        }
    }
}

fn after_word(shape: Shape, word: &str) -> Shape {
    match shape {
        Shape::Nothing if word == "export" => Shape::Export,
        Shape::Nothing | Shape::Assignments if target(word).is_some() => Shape::Assignments,
        Shape::Export => Shape::Export,
        _ => Shape::Command,
    }
}

/// The name that a word assigns to, whether it appends, and where its value begins.
fn target(word: &str) -> Option<(&str, bool, usize)> {
    let mut cursor = Cursor::new(word);
    let name = cursor.take_while(is_name_part);
    if !name.starts_with(is_name_start) {
        return None;
    }
    let appends = cursor.eat("+=");
    (appends || cursor.eat("=")).then_some((name, appends, cursor.at))
}

/// Makes the assignments of the words before `end`, each with the ones before it in effect; how many words there are.
fn words(cursor: &mut Cursor<'_>, end: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
    let mut count = 0;
    loop {
        skip_blank(cursor);
        if cursor.at >= end || cursor.peek() == Some('#') {
            return Ok(count);
        }
        count += 1;
        let at = cursor.at;
        skip_word(cursor)?;
        let word = cursor.since(at);
        match target(word) {
            Some((name, appends, value)) => {
                let raw = word.get(value..).unwrap_or_default();
                let value = Word { at: at + value, draft }.assigned(raw)?;
                assign(name, appends, value, at, draft)?;
            }
            None => exported(word, at, draft),
        }
    }
}

/// `export NAME` gives no value; anything else but a name is an option or a mistake.
fn exported(word: &str, at: usize, draft: &mut Draft<'_>) {
    let is_word = word.chars().all(is_name_part);
    if !is_word {
        draft.note(at, Trouble::NotModelled);
    } else if !word.starts_with(is_name_start) {
        draft.note(at, Trouble::InvalidKey);
    }
}

fn assign(name: &str, appends: bool, value: String, at: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
    if READ_ONLY.contains(&name) {
        return Err((at, Trouble::ReservedKey));
    }
    if DYNAMIC.contains(&name) {
        draft.note(at, Trouble::ReservedKey);
        return Ok(());
    }
    let before = if appends { draft.file_first(name).unwrap_or_default() } else { String::new() };
    if !draft.spend(before.len()) {
        draft.note(at, Trouble::ExpansionLimit);
        return Ok(());
    }
    draft.assign(name, before + &value, at);
    Ok(())
}

fn skip_blank(cursor: &mut Cursor<'_>) {
    while !cursor.take_while(is_blank).is_empty() || cursor.eat("\\\n") {}
}
