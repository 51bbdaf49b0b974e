//! npm `dotenv` 18: `parse()` with its default reader.

use super::cursor::unified_line_ends;
use super::pattern::{Grammar, Match};
use crate::line::{is_key_char, is_space};
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

const GRAMMAR: Grammar = Grammar { is_space, is_line_end, is_key: is_key_char, quotes: &['\'', '"', '`'] };

/// Assigning this to a JavaScript object changes no property.
pub(super) const PROTOTYPE: &str = "__proto__";

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let text = unified_line_ends(text);
    assign(&text, draft);
    draft.locate(&text);
}

/// Makes the assignments of `text`, whose lines end in `\n` only.
pub(super) fn assign(text: &str, draft: &mut Draft<'_>) {
    for found in GRAMMAR.matches(text) {
        match found {
            Match::Other { at, .. } => draft.note(at, Trouble::NotAssignment),
            Match::Assignment { key: PROTOTYPE, at, .. } => draft.note(at, Trouble::ReservedKey),
            Match::Assignment { key, value, at, value_at } => {
                let trimmed = value.trim_matches(is_space);
                if has_stray_quote(trimmed) {
                    draft.note(value_at, Trouble::Unterminated);
                }
                draft.assign(key, meaning(trimmed), at);
            }
        }
    }
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut styles = Vec::new();
    if is_plain(value) {
        styles.push(value.to_owned());
    }
    styles.extend(['\'', '"', '`'].map(|quote| format!("{quote}{value}{quote}")));
    styles.push(format!("\"{}\"", value.replace('\r', "\\r")));
    styles.push(format!("\"{}\"", value.replace('\r', "\\r").replace('\n', "\\n")));
    styles.push(value.to_owned());
    styles
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\u{2028}' | '\u{2029}')
}

fn has_stray_quote(value: &str) -> bool {
    let Some(quote) = value.chars().next().filter(|letter| GRAMMAR.quotes.contains(letter)) else {
        return false;
    };
    value.len() == 1 || !value.ends_with(quote)
}

/// Takes the quotes off; in what began with a double quote, `\n` and `\r` become line ends.
fn meaning(value: &str) -> String {
    let bare = unquoted(value);
    if value.starts_with('"') { bare.replace("\\n", "\n").replace("\\r", "\r") } else { bare }
}

/// Takes off each pair of equal quotes of which the first begins and the last ends a line: the expression
/// `^(['"`])([\s\S]*)\1$`, applied everywhere with `^` and `$` matching at lines.
fn unquoted(value: &str) -> String {
    let last = |quote: char| {
        value.rmatch_indices(quote).map(|(at, _)| at).find(|at| {
            value.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(is_line_end))
        })
    };
    let lasts = GRAMMAR.quotes.iter().map(|&quote| (quote, last(quote))).collect::<Vec<_>>();
    let closing = |quote: char| lasts.iter().find(|(known, _)| *known == quote).and_then(|(_, at)| *at);
    let mut bare = String::with_capacity(value.len());
    let mut at = 0;
    let mut begins_line = true;
    while let Some(letter) = value.get(at..).and_then(|rest| rest.chars().next()) {
        if begins_line && let Some(close) = closing(letter).filter(|close| *close > at) {
            bare.push_str(value.get(at + 1..close).unwrap_or_default());
            at = close + 1;
            begins_line = false;
            continue;
        }
        bare.push(letter);
        begins_line = is_line_end(letter);
        at += letter.len_utf8();
    }
    bare
}
