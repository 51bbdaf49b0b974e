//! Docker Compose: its reader of `.env` and `env_file`, and its interpolation.

use super::cursor::Cursor;
use crate::expand::{Operator, Test};
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

/// Where and why the whole text is rejected.
type Rejection = (usize, Trouble);

/// How deep defaults may hold defaults.
const DEPTH_LIMIT: usize = 64;

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let mut cursor = Cursor::new(text);
    cursor.eat("\u{feff}");
    while !draft.rejected && begins_statement(&mut cursor) {
        if let Err((at, trouble)) = statement(&mut cursor, draft) {
            draft.reject(at, trouble);
        }
    }
    draft.locate(text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut escaped = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' | '\\' => escaped.extend(['\\', letter]),
            '$' => escaped.push_str("$$"),
            '\r' => escaped.push_str("\\r"),
            _ => escaped.push(letter),
        }
    }
    escaped.push('"');
    let mut styles = vec![format!("'{value}'"), format!("'{}'", value.replace('\'', "\\'")), escaped];
    if is_plain(value) {
        styles.insert(0, value.to_owned());
    }
    styles
}

/// White space within a line.
fn is_space(letter: char) -> bool {
    matches!(letter, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// Passes white space and comments; false at the end of the text.
fn begins_statement(cursor: &mut Cursor<'_>) -> bool {
    loop {
        cursor.take_while(char::is_whitespace);
        if cursor.peek() != Some('#') {
            return !cursor.is_done();
        }
        cursor.take_while(|letter| letter != '\n');
    }
}

fn statement(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> Result<(), Rejection> {
    let mut ahead = *cursor;
    if ahead.eat("export")
        && ahead.next().is_some_and(|letter| matches!(letter, '\t' | '\n' | '\u{c}' | '\r' | ' '))
    {
        cursor.eat("export");
        cursor.take_while(is_space);
    }
    let at = cursor.at;
    if cursor.is_done() {
        return Err((at, Trouble::Syntax));
    }
    let (key, separator) = key(cursor)?;
    cursor.take_while(is_space);
    if separator == Some('\n') {
        draft.note(at, Trouble::NoValue);
        if let Some(value) = draft.outer_value(key) {
            draft.assign(key, value, at);
        }
        return Ok(());
    }
    if separator.is_none() {
        draft.note(at, Trouble::InvalidKey);
    }
    let value = value(cursor, draft)?;
    draft.assign(key, value, at);
    Ok(())
}

/// Passes a key and what ends it. Without anything that ends it, the key is empty and the rest is a value.
fn key<'t>(cursor: &mut Cursor<'t>) -> Result<(&'t str, Option<char>), Rejection> {
    let mut ahead = *cursor;
    let key = ahead.take_while(|letter| is_space(letter) || is_key(letter));
    match ahead.next() {
        None => Ok(("", None)),
        Some(end @ ('=' | ':' | '\n')) => {
            let trimmed = key.trim_end();
            if trimmed.contains(' ') {
                return Err((cursor.at, Trouble::InvalidKey));
            }
            *cursor = ahead;
            Ok((trimmed, Some(end)))
        }
        Some(_) => Err((cursor.at, Trouble::InvalidKey)),
    }
}

fn is_key(letter: char) -> bool {
    matches!(letter, '_' | '.' | '-' | '[' | ']') || letter.is_alphabetic() || letter.is_numeric()
}

fn value(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> Result<String, Rejection> {
    let at = cursor.at;
    let template = match cursor.peek() {
        Some(quote @ ('\'' | '"')) => {
            let inner = quoted(cursor, quote).ok_or((at, Trouble::Unterminated))?;
            if quote == '\'' {
                return Ok(inner);
            }
            unescaped(&inner)
        }
        _ => {
            let line = cursor.take_past('\n').0;
            let value = line.split_once(" #").map_or(line, |(value, _)| value);
            value.trim_end().to_owned()
        }
    };
    match substituted(&template, at, draft, 0) {
        Err((at, Trouble::ExpansionLimit)) => {
            draft.note(at, Trouble::ExpansionLimit);
            Ok(template)
        }
        result => result,
    }
}

/// The text between quotes; a backslash before the quote goes, every other stays.
fn quoted(cursor: &mut Cursor<'_>, quote: char) -> Option<String> {
    cursor.next();
    let mut inner = String::new();
    loop {
        match cursor.next()? {
            letter if letter == quote => return Some(inner),
            '\\' => {
                let next = cursor.next()?;
                if next != quote {
                    inner.push('\\');
                }
                inner.push(next);
            }
            letter => inner.push(letter),
        }
    }
}

/// The escapes of double quotes. An escaped dollar sign becomes `$$`, which the interpolation reads as one.
fn unescaped(value: &str) -> String {
    let mut result = String::with_capacity(value.len());
    let mut cursor = Cursor::new(value);
    while let Some(letter) = cursor.next() {
        let meant = match cursor.peek().filter(|_| letter == '\\') {
            Some('a') => "\u{7}",
            Some('b') => "\u{8}",
            Some('f') => "\u{c}",
            Some('n') => "\n",
            Some('r') => "\r",
            Some('t') => "\t",
            Some('v') => "\u{b}",
            Some('\\') => "\\",
            Some('"') => "\"",
            Some('$') => "$$",
            Some('0') => {
                cursor.next();
                octal(&mut cursor, &mut result);
                continue;
            }
            _ => {
                result.push(letter);
                continue;
            }
        };
        cursor.next();
        result.push_str(meant);
    }
    result
}

/// `\0` and three octal digits are one character; with fewer, or others, only the zero goes.
fn octal(cursor: &mut Cursor<'_>, result: &mut String) {
    let mut count = 0;
    let digits = cursor.take_while(|letter| {
        count += 1;
        count <= 3 && letter.is_ascii_digit()
    });
    match u8::from_str_radix(digits, 8) {
        Ok(code) if digits.len() == 3 => result.push(char::from(code)),
        _ => {
            result.push('\\');
            result.push_str(digits);
        }
    }
}

/// Replaces `$$`, `$NAME`, `${NAME}` and `${NAME` with an operator; the environment wins over the file.
fn substituted(value: &str, at: usize, draft: &mut Draft<'_>, depth: usize) -> Result<String, Rejection> {
    let limit = (at, Trouble::ExpansionLimit);
    if depth > DEPTH_LIMIT || !draft.spend(value.len()) {
        return Err(limit);
    }
    let mut result = String::new();
    let mut cursor = Cursor::new(value);
    loop {
        result.push_str(cursor.take_while(|letter| letter != '$'));
        if cursor.next().is_none() {
            return Ok(result);
        }
        let found = if cursor.eat("$") {
            "$".to_owned()
        } else if cursor.peek().is_some_and(begins_name) {
            let name = cursor.take_while(is_name);
            plain(name, at, draft)
        } else if cursor.eat("{") {
            braced(&mut cursor, at, draft, depth)?
        } else {
            "$".to_owned()
        };
        if !draft.spend(found.len()) {
            return Err(limit);
        }
        result.push_str(&found);
    }
}

fn begins_name(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn plain(name: &str, at: usize, draft: &mut Draft<'_>) -> String {
    let found = draft.environment_first(name);
    if found.is_none() {
        draft.note(at, Trouble::UnsetVariable);
    }
    found.unwrap_or_default()
}

fn braced(
    cursor: &mut Cursor<'_>,
    at: usize,
    draft: &mut Draft<'_>,
    depth: usize,
) -> Result<String, Rejection> {
    let open = cursor.at - 1;
    let bad = (at, Trouble::BadSubstitution);
    let name =
        if cursor.peek().is_some_and(begins_name) { cursor.take_while(is_name) } else { return Err(bad) };
    if cursor.eat("}") {
        return Ok(plain(name, at, draft));
    }
    let (test, length) =
        Test::parse(cursor.rest()).filter(|(test, _)| test.operator != Operator::Assign).ok_or(bad)?;
    let close = closing(cursor.text, open, draft).ok_or(bad)?;
    let operand = cursor.text.get(cursor.at + length..close).ok_or(bad)?;
    cursor.at = close + 1;
    let value = draft.environment_first(name);
    let accepted = test.accepts(value.as_deref());
    match test.operator {
        Operator::Required if !accepted => Err((at, Trouble::RequiredVariable)),
        Operator::Alternative if accepted => substituted(operand, at, draft, depth + 1),
        Operator::Default if !accepted => substituted(operand, at, draft, depth + 1),
        _ => Ok(value.unwrap_or_default()),
    }
}

/// The brace that closes the one at `open` on its line: the first that balances, else the last of the line.
/// The character after an opening brace counts for nothing.
fn closing(text: &str, open: usize, draft: &mut Draft<'_>) -> Option<usize> {
    let line = text.get(open..)?.split('\n').next()?;
    if !draft.spend(line.len()) {
        return None;
    }
    let mut depth = 0_usize;
    let mut bytes = line.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'{' {
            depth += 1;
            bytes.next();
        } else if byte == b'}' {
            depth -= 1;
            if depth == 0 {
                return Some(open + at);
            }
        }
    }
    line.rfind('}').map(|at| open + at)
}
