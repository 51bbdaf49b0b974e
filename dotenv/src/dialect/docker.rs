//! `docker run --env-file`: one `KEY=value` per line, nothing quoted, nothing expanded.

use super::cursor::Cursor;
use crate::problem::Trouble;
use crate::read::Draft;

/// The longest line, with what ends it, that the reader's buffer holds.
const LINE_LIMIT: usize = 64 * 1024;

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let mut cursor = Cursor::new(text);
    while !cursor.is_done() && !draft.rejected {
        let start = cursor.at;
        let (line, ended) = cursor.take_past('\n');
        if line.len() + usize::from(ended) > LINE_LIMIT || (!ended && line.len() == LINE_LIMIT) {
            draft.reject(start, Trouble::LineTooLong);
            break;
        }
        let whole = line.strip_suffix('\r').unwrap_or(line);
        let whole = if start == 0 { whole.strip_prefix('\u{feff}').unwrap_or(whole) } else { whole };
        let trimmed = whole.trim_start();
        let at = start + line.strip_suffix('\r').unwrap_or(line).len() - trimmed.len();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            assign(trimmed, at, draft);
        }
    }
    draft.locate(text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    vec![value.to_owned()]
}

fn assign(line: &str, at: usize, draft: &mut Draft<'_>) {
    let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
    if key.is_empty() || key.contains([' ', '\t']) {
        draft.reject(at, Trouble::InvalidKey);
        return;
    }
    if line.contains('\0') {
        draft.note(at, Trouble::Nul);
    }
    if let Some(value) = value.map(str::to_owned) {
        draft.assign(key, value, at);
        return;
    }
    draft.note(at, Trouble::NoValue);
    if let Some(value) = draft.outer_value(key) {
        draft.assign(key, value, at);
    }
}
