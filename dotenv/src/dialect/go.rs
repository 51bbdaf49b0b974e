//! `godotenv` in Go: `Parse()`, which looks at no environment.

use crate::expand::Loose;
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

use super::cursor::Cursor;

const VARIABLES: Loose = Loose {
    is_name: |letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_',
    passes_parenthesis: true,
    lookup: |draft, name| draft.assigned_value(name).map(str::to_owned),
};

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let text = text.replace("\r\n", "\n");
    let mut cursor = Cursor::new(&text);
    while !draft.rejected && begins_statement(&mut cursor) {
        if let Err((at, trouble)) = statement(&mut cursor, draft) {
            draft.reject(at, trouble);
        }
    }
    draft.locate(&text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut escaped = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' | '\\' | '$' => escaped.extend(['\\', letter]),
            '\r' => escaped.push_str("\\r"),
            _ => escaped.push(letter),
        }
    }
    escaped.push('"');
    let in_one_line = escaped.replace('\n', "\\n");
    let unquoted = value.replace('$', "\\$");
    let mut styles =
        vec![format!("'{value}'"), format!("\"{value}\""), escaped, in_one_line, value.to_owned(), unquoted];
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

fn statement(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> Result<(), (usize, Trouble)> {
    cursor.take_while(is_space);
    let mut ahead = *cursor;
    if ahead.eat("export") && !ahead.take_while(is_space).is_empty() {
        *cursor = ahead;
    }
    let at = cursor.at;
    if cursor.is_done() {
        return Err((at, Trouble::Syntax));
    }
    let key = key(cursor)?;
    cursor.take_while(is_space);
    let value_at = cursor.at;
    let value = value(cursor, draft)?;
    if key.is_empty() {
        draft.note(at, Trouble::InvalidKey);
    }
    let (value, expands) = value;
    let value = if expands { expanded(&value, value_at, draft) } else { value };
    draft.assign(key, value, at);
    Ok(())
}

/// Passes a key and its separator. Without any separator up to the end of the text, the key is empty.
///
/// The check goes byte by byte, each taken for a character of Latin-1.
fn key<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, (usize, Trouble)> {
    let rest = cursor.rest();
    for (at, byte) in rest.bytes().enumerate() {
        let letter = char::from(byte);
        if is_space(letter) {
            continue;
        }
        match letter {
            '=' | ':' => {
                cursor.at += at + 1;
                return Ok(rest.get(..at).unwrap_or_default().trim_end());
            }
            '_' | '.' => {}
            _ if is_latin_word(letter) => {}
            _ => return Err((cursor.at, Trouble::InvalidKey)),
        }
    }
    Ok("")
}

/// Letters and numbers of Latin-1, as Go's tables have them.
fn is_latin_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(
            letter,
            '\u{aa}' | '\u{b5}' | '\u{ba}' | '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}'
        )
        || (('\u{c0}'..='\u{ff}').contains(&letter) && letter != '\u{d7}' && letter != '\u{f7}')
}

/// Passes a value: its text, and whether variables in it count.
fn value(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> Result<(String, bool), (usize, Trouble)> {
    match cursor.peek() {
        Some(quote @ ('\'' | '"')) => quoted(cursor, quote, draft),
        _ => {
            let line = cursor.take_while(|letter| letter != '\n' && letter != '\r');
            Ok((without_comment(line).trim_matches(is_space).to_owned(), true))
        }
    }
}

/// The line before its last `#` that follows white space.
fn without_comment(line: &str) -> &str {
    let comment = line
        .rmatch_indices('#')
        .map(|(at, _)| line.get(..at).unwrap_or_default())
        .find(|before| before.ends_with(is_space));
    comment.unwrap_or(line)
}

fn quoted(
    cursor: &mut Cursor<'_>,
    quote: char,
    draft: &mut Draft<'_>,
) -> Result<(String, bool), (usize, Trouble)> {
    let open = cursor.at;
    let mut before = cursor.next();
    while let Some(letter) = cursor.next() {
        if letter == quote && before != Some('\\') {
            let inner = cursor.text.get(open..cursor.at - 1).unwrap_or_default().trim_matches(quote);
            let value = if quote == '"' { unescaped(inner) } else { inner.to_owned() };
            return Ok((value, quote == '"'));
        }
        before = Some(letter);
    }
    draft.note(open, Trouble::Unterminated);
    Err((open, Trouble::Syntax))
}

/// `\n` and `\r` first become line ends, then every other backslash goes, but for one before a dollar sign.
fn unescaped(value: &str) -> String {
    let mut broken = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().filter(|next| letter == '\\' && *next != '\n');
        match next {
            Some('n') => broken.push('\n'),
            Some('r') => broken.push('\r'),
            Some(next) => broken.extend([letter, next]),
            None => broken.push(letter),
        }
        if next.is_some() {
            letters.next();
        }
    }
    let mut result = String::with_capacity(broken.len());
    let mut letters = broken.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '\\' && *next != '$' => result.extend(letters.next()),
            _ => result.push(letter),
        }
    }
    result
}

fn expanded(value: &str, at: usize, draft: &mut Draft<'_>) -> String {
    let mut unset = false;
    let Some(expanded) = VARIABLES.expand(value, draft, &mut unset) else {
        draft.note(at, Trouble::ExpansionLimit);
        return value.to_owned();
    };
    if unset {
        draft.note(at, Trouble::UnsetVariable);
    }
    expanded
}
