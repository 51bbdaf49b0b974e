//! PyPI `python-dotenv`: `dotenv_values()` with its interpolation.

use super::cursor::{Cursor, unified_line_ends};
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let text = unified_line_ends(text);
    let mut cursor = Cursor::new(&text);
    cursor.eat("\u{feff}");
    while !cursor.is_done() {
        statement(&mut cursor, draft);
    }
    draft.locate(&text);
}

/// `${…}` cannot be escaped, but a default may hold the dollar sign: `${:-$}{…}`, for no variable has an empty name.
pub(super) fn styles(value: &str) -> Vec<String> {
    let mut styles = Vec::new();
    for value in [value, &value.replace("${", "${:-$}{")] {
        if is_plain(value) {
            styles.push(value.to_owned());
        }
        styles.push(format!("'{}'", escaped(value, "\\'")));
        styles.push(format!("\"{}\"", escaped(value, "\\\"").replace('\r', "\\r")));
    }
    styles
}

fn escaped(value: &str, special: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for letter in value.chars() {
        if special.contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// White space as `\s` and `strip` know it.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter)
}

fn is_blank(letter: char) -> bool {
    is_space(letter) && letter != '\n'
}

/// What one statement assigns: nothing for a comment, no value for a key alone.
struct Binding<'t> {
    key: &'t str,
    value: Option<String>,
    at: usize,
    value_at: usize,
}

fn statement(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) {
    cursor.take_while(is_space);
    if cursor.is_done() {
        return;
    }
    let start = cursor.at;
    match binding(cursor) {
        Ok(Some(binding)) => bind(binding, draft),
        Ok(None) => {}
        Err(trouble) => {
            draft.note(start, trouble);
            cursor.take_past('\n');
        }
    }
}

fn binding<'t>(cursor: &mut Cursor<'t>) -> Result<Option<Binding<'t>>, Trouble> {
    let mut ahead = *cursor;
    if ahead.eat("export") && !ahead.take_while(is_blank).is_empty() {
        *cursor = ahead;
    }
    let at = cursor.at;
    let key = key(cursor)?;
    cursor.take_while(is_blank);
    let value_at = cursor.at;
    let value = if cursor.peek() == Some('=') { Some(value(cursor)?) } else { None };
    let mut ahead = *cursor;
    ahead.take_while(is_blank);
    if ahead.peek() == Some('#') {
        ahead.take_while(|letter| letter != '\n');
        *cursor = ahead;
    }
    cursor.take_while(is_blank);
    match cursor.next() {
        None | Some('\n') => Ok(key.map(|key| Binding { key, value, at, value_at })),
        Some(letter) => {
            cursor.at -= letter.len_utf8();
            Err(Trouble::NotAssignment)
        }
    }
}

fn key<'t>(cursor: &mut Cursor<'t>) -> Result<Option<&'t str>, Trouble> {
    match cursor.peek() {
        Some('#') => Ok(None),
        Some('\'') => {
            let mut ahead = *cursor;
            ahead.next();
            let (key, closed) = ahead.take_past('\'');
            if key.is_empty() || !closed {
                return Err(Trouble::InvalidKey);
            }
            *cursor = ahead;
            Ok(Some(key))
        }
        _ => {
            let key = cursor.take_while(|letter| letter != '=' && letter != '#' && !is_space(letter));
            if key.is_empty() { Err(Trouble::InvalidKey) } else { Ok(Some(key)) }
        }
    }
}

fn value(cursor: &mut Cursor<'_>) -> Result<String, Trouble> {
    cursor.next();
    let blank = cursor.take_while(is_blank);
    match cursor.peek() {
        Some('#') if !blank.is_empty() => Ok(String::new()),
        Some(quote @ ('\'' | '"')) => quoted(cursor, quote).ok_or(Trouble::Unterminated),
        _ => Ok(unquoted(cursor.take_while(|letter| letter != '\n'))),
    }
}

fn unquoted(line: &str) -> String {
    let mut blank = false;
    let comment = line.char_indices().find(|&(_, letter)| {
        let begins = blank && letter == '#';
        blank = is_space(letter);
        begins
    });
    let end = comment.map_or(line.len(), |(at, _)| at);
    line.get(..end).unwrap_or_default().trim_end_matches(is_space).to_owned()
}

/// The value between quotes; none, and nothing passed, if they do not close.
fn quoted(cursor: &mut Cursor<'_>, quote: char) -> Option<String> {
    let mut ahead = *cursor;
    ahead.next();
    let mut value = String::new();
    loop {
        match ahead.next()? {
            letter if letter == quote => break,
            '\\' => unescape(ahead.next()?, quote, &mut value),
            letter => value.push(letter),
        }
    }
    *cursor = ahead;
    Some(value)
}

fn unescape(letter: char, quote: char, value: &mut String) {
    let meant = match letter {
        '\\' | '\'' => letter,
        '"' if quote == '"' => '"',
        'a' if quote == '"' => '\u{7}',
        'b' if quote == '"' => '\u{8}',
        'f' if quote == '"' => '\u{c}',
        'n' if quote == '"' => '\n',
        'r' if quote == '"' => '\r',
        't' if quote == '"' => '\t',
        'v' if quote == '"' => '\u{b}',
        _ => {
            value.push('\\');
            letter
        }
    };
    value.push(meant);
}

fn bind(binding: Binding<'_>, draft: &mut Draft<'_>) {
    let Binding { key, value, at, value_at } = binding;
    if let Some(value) = value {
        let value = interpolated(&value, value_at, draft);
        draft.assign(key, value, at);
    } else {
        draft.note(at, Trouble::NoValue);
        draft.unset(key);
    }
}

/// Replaces `${NAME}` and `${NAME:-default}`, wherever they stand; a file's variable wins over the environment's.
fn interpolated(value: &str, at: usize, draft: &mut Draft<'_>) -> String {
    let mut result = String::new();
    let mut cursor = Cursor::new(value);
    loop {
        result.push_str(cursor.take_while(|letter| letter != '$'));
        if cursor.is_done() {
            return result;
        }
        let start = cursor.at;
        let Some((name, default)) = reference(&mut cursor) else {
            result.push_str(cursor.since(start));
            continue;
        };
        let found = if draft.is_unset(name) { Some(String::new()) } else { draft.file_first(name) };
        if found.is_none() && default.is_none() {
            draft.note(at, Trouble::UnsetVariable);
        }
        let found = found.unwrap_or_else(|| default.unwrap_or_default().to_owned());
        if !draft.spend(found.len()) {
            draft.note(at, Trouble::ExpansionLimit);
            return value.to_owned();
        }
        result.push_str(&found);
    }
}

/// Passes one reference. If there is none, passes everything in which no other can begin.
fn reference<'t>(cursor: &mut Cursor<'t>) -> Option<(&'t str, Option<&'t str>)> {
    if !cursor.eat("${") {
        cursor.next();
        return None;
    }
    let name = cursor.take_while(|letter| letter != '}' && letter != ':');
    let default = if cursor.eat(":-") { Some(cursor.take_while(|letter| letter != '}')) } else { None };
    cursor.eat("}").then_some((name, default))
}
