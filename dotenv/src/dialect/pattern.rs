//! The line grammar that npm `dotenv` and Ruby's `dotenv` share: one regular expression over the whole text.
//!
//! In words: at the beginning of a line, white space (over lines too), `export`, a key, then `=` with white space
//! around it or `:` with white space after it, then a quoted value that may span lines or the rest of the line up to
//! `#`, then a comment. The matcher follows the expression's backtracking, and is linear: a search for a closing quote
//! ends at the next unescaped quote of its kind, which every later opening quote of that kind is.

use super::cursor::Cursor;

/// In what the two expressions differ.
pub(super) struct Grammar {
    /// White space.
    pub(super) is_space: fn(char) -> bool,
    /// What ends a line for `^`, `$` and `.`.
    pub(super) is_line_end: fn(char) -> bool,
    /// What a key is made of.
    pub(super) is_key: fn(char) -> bool,
    /// What may quote a value.
    pub(super) quotes: &'static [char],
}

/// What stands on one line, or on several if a quote spans them.
pub(super) enum Match<'t> {
    /// An assignment; the value still has its quotes and the white space around it.
    Assignment { key: &'t str, value: &'t str, at: usize, value_at: usize },
    /// A line that is neither blank nor a comment nor an assignment.
    Other { line: &'t str, at: usize },
}

impl Grammar {
    /// Splits `text`, whose lines end in `\n` only.
    pub(super) fn matches<'t>(&self, text: &'t str) -> Vec<Match<'t>> {
        let mut cursor = Cursor::new(text);
        let mut found = Vec::new();
        loop {
            cursor.take_while(self.is_space);
            if cursor.is_done() {
                return found;
            }
            let start = cursor.at;
            if let Some(assignment) = self.assignment(&mut cursor) {
                found.push(assignment);
                self.to_line_end(&mut cursor);
            } else {
                cursor.at = start;
                let line = self.to_line_end(&mut cursor);
                if !line.starts_with('#') {
                    found.push(Match::Other { line, at: start });
                }
            }
        }
    }

    fn to_line_end<'t>(&self, cursor: &mut Cursor<'t>) -> &'t str {
        cursor.take_while(|letter| !(self.is_line_end)(letter))
    }

    fn assignment<'t>(&self, cursor: &mut Cursor<'t>) -> Option<Match<'t>> {
        self.export(cursor);
        let at = cursor.at;
        let key = cursor.take_while(self.is_key);
        if key.is_empty() || !self.separator(cursor) {
            return None;
        }
        let value_at = cursor.at;
        let value = self.value(cursor);
        Some(Match::Assignment { key, value, at, value_at })
    }

    /// Passes `export` if a key follows it.
    fn export(&self, cursor: &mut Cursor<'_>) {
        let mut ahead = *cursor;
        if ahead.eat("export")
            && !ahead.take_while(self.is_space).is_empty()
            && ahead.peek().is_some_and(self.is_key)
        {
            *cursor = ahead;
        }
    }

    fn separator(&self, cursor: &mut Cursor<'_>) -> bool {
        let mut ahead = *cursor;
        ahead.take_while(self.is_space);
        if ahead.eat("=") {
            *cursor = ahead;
            return true;
        }
        cursor.eat(":") && cursor.next().is_some_and(self.is_space)
    }

    fn value<'t>(&self, cursor: &mut Cursor<'t>) -> &'t str {
        let start = cursor.at;
        let mut ahead = *cursor;
        ahead.take_while(self.is_space);
        if let Some(quote) = ahead.peek().filter(|letter| self.quotes.contains(letter))
            && let Some(close) = self.closing(ahead, quote)
        {
            cursor.at = close + 1;
            return cursor.since(start);
        }
        cursor.take_while(|letter| letter != '#' && letter != '\n')
    }

    /// The quote that ends the value: the first without a backslash before it, if nothing but a comment follows it
    /// on its line; else the last before that for which this holds.
    fn closing(&self, mut cursor: Cursor<'_>, quote: char) -> Option<usize> {
        let mut before = cursor.next();
        let mut escaped = None;
        loop {
            let at = cursor.at;
            let letter = cursor.next()?;
            let ends = letter == quote && self.ends_value(cursor);
            if letter == quote && before != Some('\\') {
                return if ends { Some(at) } else { escaped };
            }
            escaped = if ends { Some(at) } else { escaped };
            if cursor.is_done() {
                return escaped;
            }
            before = Some(letter);
        }
    }

    fn ends_value(&self, mut cursor: Cursor<'_>) -> bool {
        cursor.take_while(|letter| (self.is_space)(letter) && !(self.is_line_end)(letter));
        cursor.peek().is_none_or(|letter| letter == '#' || (self.is_line_end)(letter))
    }
}
