//! The Ruby gem `dotenv` 3, in its default line break mode.

use super::cursor::{Cursor, unified_line_ends};
use super::pattern::{Grammar, Match};
use crate::expand::Loose;
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

const GRAMMAR: Grammar = Grammar {
    is_space,
    is_line_end: |letter| letter == '\n',
    is_key: |letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.',
    quotes: &['\'', '"'],
};

const VARIABLES: Loose = Loose {
    is_name: |letter| letter.is_ascii_alphanumeric() || letter == '_',
    passes_parenthesis: false,
    lookup: |draft, name| draft.environment_first(name),
};

/// Decides how `\n` in double quotes is read.
const LINE_BREAK_MODE: &str = "DOTENV_LINEBREAK_MODE";

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let text = unified_line_ends(text.strip_prefix('\u{feff}').unwrap_or(text));
    let matches = GRAMMAR.matches(&text);
    for found in &matches {
        if let Match::Assignment { key, value, at, value_at } = *found {
            let value = meaning(value, value_at, draft);
            draft.assign(key, value, at);
        }
    }
    for found in &matches {
        if let Match::Other { line, at } = *found {
            other(line, at, draft);
        }
    }
    draft.locate(&text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut escaped = String::from("\"");
    for letter in value.chars() {
        if "\"\\$".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped.push('"');
    let mut styles = vec![format!("'{value}'"), escaped];
    if is_plain(value) {
        styles.insert(0, value.to_owned());
    }
    styles
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

/// A line that assigns nothing. If it exports what no line sets, the whole file is rejected.
fn other(line: &str, at: usize, draft: &mut Draft<'_>) {
    let mut words = line.split(is_space).filter(|word| !word.is_empty());
    if words.next() == Some("export") {
        if words.any(|word| draft.assigned_value(word).is_none()) {
            draft.reject(at, Trouble::Syntax);
        }
    } else {
        draft.note(at, Trouble::NotAssignment);
    }
}

fn meaning(raw: &str, at: usize, draft: &mut Draft<'_>) -> String {
    let value = raw.trim_matches(|letter| is_space(letter) || letter == '\0');
    let quote = value
        .chars()
        .next()
        .filter(|&letter| GRAMMAR.quotes.contains(&letter) && value.len() > 1 && value.ends_with(letter));
    let inner = if quote.is_some() { value.get(1..value.len() - 1).unwrap_or_default() } else { value };
    match quote {
        Some('\'') => inner.to_owned(),
        Some(_) if has_legacy_breaks(draft) => {
            substituted(&unescaped(&inner.replace("\\n", "\n").replace("\\r", "\r")), at, draft)
        }
        Some(_) => {
            let kept = inner.replace("\\n", "\\\\n").replace("\\r", "\\\\r");
            substituted(&unescaped(&kept), at, draft)
        }
        None => substituted(&unescaped(inner), at, draft),
    }
}

fn has_legacy_breaks(draft: &Draft<'_>) -> bool {
    let mode = draft.assigned_value(LINE_BREAK_MODE).map(str::to_owned);
    mode.or_else(|| draft.outer_value(LINE_BREAK_MODE)).as_deref() == Some("legacy")
}

/// Takes the backslash away from each escaped character but the dollar sign.
fn unescaped(value: &str) -> String {
    let mut result = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '\\' && *next != '$' => result.extend(letters.next()),
            _ => result.push(letter),
        }
    }
    result
}

fn substituted(value: &str, at: usize, draft: &mut Draft<'_>) -> String {
    let mut unset = false;
    let Some(expanded) = VARIABLES.expand(value, draft, &mut unset) else {
        draft.note(at, Trouble::ExpansionLimit);
        return value.to_owned();
    };
    if unset {
        draft.note(at, Trouble::UnsetVariable);
    }
    commands(&expanded, at, draft)
}

/// Notes each `$(…)` that is not escaped, and takes the backslash away from those that are.
fn commands(value: &str, at: usize, draft: &mut Draft<'_>) -> String {
    let closings = closings(value);
    let mut result = String::new();
    let mut cursor = Cursor::new(value);
    while let Some(letter) = cursor.next() {
        let escaped = letter == '\\' && cursor.peek() == Some('$');
        let open = cursor.at + usize::from(escaped);
        let close = (escaped || letter == '$').then(|| closings.get(open).copied().flatten()).flatten();
        if let Some(close) = close {
            if escaped {
                result.push('$');
            } else {
                draft.note(at, Trouble::WouldExecute);
                result.push('$');
            }
            cursor.at = close + 1;
            result.push_str(value.get(open..=close).unwrap_or_default());
        } else {
            result.push(letter);
        }
    }
    result
}

/// For each `(` the `)` that belongs to it, if something stands between them and all within is balanced.
fn closings(value: &str) -> Vec<Option<usize>> {
    let mut closings = vec![None; value.len() + 1];
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, letter) in value.bytes().enumerate() {
        match letter {
            b'(' => open.push((at, true)),
            b')' => {
                let Some((start, sound)) = open.pop() else { continue };
                let sound = sound && at > start + 1;
                if let Some(slot) = closings.get_mut(start).filter(|_| sound) {
                    *slot = Some(at);
                }
                if let Some(outer) = open.last_mut().filter(|_| !sound) {
                    outer.1 = false;
                }
            }
            _ => {}
        }
    }
    closings
}
