//! Node's own reader: `node --env-file` and `util.parseEnv`.

use super::cursor::Cursor;
use super::node::PROTOTYPE;
use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

const QUOTES: [char; 3] = ['"', '\'', '`'];

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let text = text.replace('\r', "");
    let end = text.trim_end_matches(' ').len();
    let mut cursor = Cursor::new(text.get(..end).unwrap_or_default());
    cursor.take_while(|letter| letter == ' ');
    while let Some(letter) = cursor.peek() {
        if (letter == '\n' || letter == '#') && cursor.rest().contains('\n') {
            cursor.take_past('\n');
        } else if !statement(&mut cursor, draft) {
            break;
        }
    }
    draft.locate(&text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut styles = Vec::new();
    if is_plain(value) {
        styles.push(value.to_owned());
    }
    styles.extend(['\'', '"', '`'].map(|quote| format!("{quote}{value}{quote}")));
    styles.push(format!("\"{}\"", value.replace('\n', "\\n")));
    styles.push(value.to_owned());
    styles
}

/// Reads one assignment. The key goes up to the next `=`, over lines too; false if the rest of the text is ignored.
fn statement(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> bool {
    let at = cursor.at;
    let raw = cursor.take_while(|letter| letter != '=');
    // A key of spaces alone is trimmed past its beginning, to the line end before it.
    let key = match raw.trim_matches(' ') {
        "" if !raw.is_empty() => "\n",
        key => key,
    };
    if !cursor.eat("=") || key.is_empty() {
        draft.note(at, Trouble::NotAssignment);
        return false;
    }
    if key.contains('\n') {
        draft.note(at, Trouble::InvalidKey);
    }
    let key = key.strip_prefix("export ").unwrap_or(key);
    cursor.take_while(|letter| letter == ' ');
    match value(cursor, draft) {
        Some(_) if key == PROTOTYPE => draft.note(at, Trouble::ReservedKey),
        Some(value) => draft.assign(key, value, at),
        None => {}
    }
    true
}

/// Passes a value, but not the end of its line. A quote that opens on the last line, which nothing ends, gives none,
/// and is the beginning of the next key.
fn value(cursor: &mut Cursor<'_>, draft: &mut Draft<'_>) -> Option<String> {
    let at = cursor.at;
    if let Some(quote) = cursor.peek().filter(|letter| QUOTES.contains(letter)) {
        let mut inside = *cursor;
        inside.next();
        let (quoted, closed) = inside.take_past(quote);
        if closed {
            *cursor = inside;
            to_line_end(cursor);
            return Some(if quote == '"' { quoted.replace("\\n", "\n") } else { quoted.to_owned() });
        }
        draft.note(at, Trouble::Unterminated);
        return cursor.rest().contains('\n').then(|| to_line_end(cursor).to_owned());
    }
    let line = to_line_end(cursor);
    Some(line.split('#').next().unwrap_or_default().trim_matches(' ').to_owned())
}

fn to_line_end<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    cursor.take_while(|letter| letter != '\n')
}
