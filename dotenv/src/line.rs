//! The logical lines of a `.env` text, as npm `dotenv`'s default `parse()` splits it.
//!
//! A logical line is one assignment with all the physical lines its quoted value spans, or one comment, blank or
//! unreadable line. Lines touch and cover the whole text, so printing them gives the text back.

/// A range of bytes in the text of a document; both ends lie on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The part of `text` this span covers; empty if it does not lie within `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place in the text as an editor shows it: both count from 1, columns in characters, a leading BOM in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The physical line; LF, CRLF and CR each end one.
    pub line: u32,
    /// The character within the line.
    pub column: u32,
}

impl Position {
    pub(crate) const FIRST: Self = Self { line: 1, column: 1 };

    /// The position after reading `text` from here. `text` must not end between the CR and the LF of one line end.
    pub(crate) fn after(mut self, text: &str) -> Self {
        let mut previous = '\0';
        for letter in text.chars() {
            match letter {
                '\n' if previous == '\r' => {}
                '\n' | '\r' => self = Self { line: self.line.saturating_add(1), column: 1 },
                _ => self.column = self.column.saturating_add(1),
            }
            previous = letter;
        }
        self
    }
}

/// What quotes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Nothing, or quotes that the grammar does not accept as a pair (`"abc`, `"a" b`).
    None,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `` `…` ``
    Backtick,
}

impl Quote {
    pub(crate) fn from_char(letter: char) -> Self {
        match letter {
            '\'' => Self::Single,
            '"' => Self::Double,
            '`' => Self::Backtick,
            _ => Self::None,
        }
    }
}

/// The parts of `export KEY=value # comment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Whether `export` stands before the key.
    pub export: bool,
    /// The key: ASCII letters, digits, `_`, `.` and `-`.
    pub key: Span,
    /// The value as written, with its quotes, without white space around it. Empty right after the separator if there is none.
    pub value: Span,
    /// What quotes the value.
    pub quote: Quote,
    /// The comment after the value, from its `#` to the end of the line.
    pub comment: Option<Span>,
}

/// What a logical line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The byte order mark at the very beginning.
    Bom,
    /// Nothing but white space.
    Blank,
    /// A line that begins with `#`.
    Comment,
    /// A line the reader skips because it is no assignment.
    Junk,
    /// A key and its value.
    Assignment(Assignment),
}

/// One logical line, its line ending included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// All its bytes.
    pub span: Span,
    /// Where it begins.
    pub position: Position,
    /// What it is.
    pub kind: Kind,
}

impl Line {
    /// The assignment on this line, if it is one.
    pub fn assignment(&self) -> Option<&Assignment> {
        match &self.kind {
            Kind::Assignment(assignment) => Some(assignment),
            _ => None,
        }
    }
}

/// Splits `text` into its logical lines, in time linear in its length.
///
/// The rule is the regular expression of npm `dotenv`'s default reader, backtracking included. A search for a closing
/// quote ends at the next unescaped quote of its kind, which every later opening quote of that kind is; so each byte
/// is searched at most once per kind of quote.
pub(crate) fn split(text: &str) -> Vec<Line> {
    Splitter::new(text).run()
}

/// White space as JavaScript's `\s` and `trim` know it.
pub(crate) fn is_space(letter: char) -> bool {
    letter == '\u{feff}' || (letter != '\u{85}' && letter.is_whitespace())
}

/// What a key is made of.
pub(crate) fn is_key_char(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-')
}

const BOM: char = '\u{feff}';

struct Splitter<'t> {
    text: &'t str,
    #[cfg(test)]
    steps: std::cell::Cell<usize>,
}

impl<'t> Splitter<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            #[cfg(test)]
            steps: std::cell::Cell::new(0),
        }
    }

    fn run(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut at = 0;
        let mut position = Position::FIRST;
        if self.text.starts_with(BOM) {
            at = BOM.len_utf8();
            lines.push(Line { span: Span { start: 0, end: at }, position, kind: Kind::Bom });
        }
        while at < self.text.len() {
            let (kind, end) = self.line(at);
            let span = Span { start: at, end };
            lines.push(Line { span, position, kind });
            position = position.after(span.of(self.text));
            at = end;
        }
        lines
    }

    fn line(&self, start: usize) -> (Kind, usize) {
        let token = self.skip(start, is_indent);
        let kind = match self.at(token) {
            None => Kind::Blank,
            Some(letter) if is_line_end(letter) => Kind::Blank,
            Some('#') => Kind::Comment,
            Some(_) => match self.assignment(token) {
                Some((assignment, end)) => return (Kind::Assignment(assignment), end),
                None => Kind::Junk,
            },
        };
        (kind, self.after_line(token))
    }

    fn assignment(&self, token: usize) -> Option<(Assignment, usize)> {
        let (export, key) = self.key(token)?;
        let after = self.separator(key.end)?;
        let (value, quote, rest) = self.value(after);
        let tail = self.skip(rest, is_indent);
        let comment = (self.at(tail) == Some('#'))
            .then(|| Span { start: tail, end: self.skip(tail, |letter| !is_line_end(letter)) });
        let end = self.after_line(comment.map_or(tail, |comment| comment.end));
        Some((Assignment { export, key, value, quote, comment }, end))
    }

    fn key(&self, token: usize) -> Option<(bool, Span)> {
        let first = self.word(token)?;
        if first.of(self.text) == "export" {
            let next = self.skip(first.end, is_space);
            if next > first.end
                && let Some(key) = self.word(next)
            {
                return Some((true, key));
            }
        }
        Some((false, first))
    }

    /// Where the value may begin: after `=` with any white space before it, or after `:` and one white space.
    fn separator(&self, key_end: usize) -> Option<usize> {
        let sign = self.skip(key_end, is_space);
        if self.at(sign) == Some('=') {
            return Some(sign + 1);
        }
        let space = key_end + 1;
        match (self.at(key_end)?, self.at(space)?) {
            (':', '\r') if self.at(space + 1) == Some('\n') => Some(space + 2),
            (':', letter) if is_space(letter) => Some(space + letter.len_utf8()),
            _ => None,
        }
    }

    /// The value, its quotes, and where the rest of the line begins.
    fn value(&self, after: usize) -> (Span, Quote, usize) {
        let open = self.skip(after, is_space);
        if let Some(mark @ ('\'' | '"' | '`')) = self.at(open)
            && let Some(close) = self.closing(open, mark)
        {
            return (Span { start: open, end: close + 1 }, Quote::from_char(mark), close + 1);
        }
        let end = self.skip(after, |letter| !matches!(letter, '#' | '\r' | '\n'));
        (trim(self.text, Span { start: after, end }), Quote::None, end)
    }

    /// The quote that ends the value opened at `open`: the first without a backslash before it, if nothing but a
    /// comment follows it on its line; else the last before that for which this holds.
    fn closing(&self, open: usize, mark: char) -> Option<usize> {
        let mut escaped = None;
        let mut before = mark;
        let mut at = open + 1;
        while let Some(letter) = self.at(at) {
            if letter == mark {
                let ends = self.ends_value(at + 1);
                if before != '\\' {
                    return if ends { Some(at) } else { escaped };
                }
                escaped = if ends { Some(at) } else { escaped };
            }
            before = letter;
            at += letter.len_utf8();
        }
        escaped
    }

    fn ends_value(&self, at: usize) -> bool {
        match self.at(self.skip(at, is_indent)) {
            None | Some('#') => true,
            Some(letter) => is_line_end(letter),
        }
    }

    fn word(&self, start: usize) -> Option<Span> {
        let end = self.skip(start, is_key_char);
        (end > start).then_some(Span { start, end })
    }

    /// The beginning of the line after the one that holds `at`.
    fn after_line(&self, at: usize) -> usize {
        let end = self.skip(at, |letter| !is_line_end(letter));
        match self.at(end) {
            Some('\r') if self.at(end + 1) == Some('\n') => end + 2,
            Some(letter) => end + letter.len_utf8(),
            None => end,
        }
    }

    fn skip(&self, mut at: usize, while_is: impl Fn(char) -> bool) -> usize {
        while let Some(letter) = self.at(at).filter(|&letter| while_is(letter)) {
            at += letter.len_utf8();
        }
        at
    }

    fn at(&self, at: usize) -> Option<char> {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        self.text.get(at..)?.chars().next()
    }
}

/// What ends a line for `^`, `$` and `.` in a JavaScript expression.
fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_indent(letter: char) -> bool {
    is_space(letter) && !is_line_end(letter)
}

fn trim(text: &str, span: Span) -> Span {
    let whole = span.of(text);
    let left = whole.trim_start_matches(is_space);
    if left.is_empty() {
        return Span { start: span.start, end: span.start };
    }
    let start = span.end - left.len();
    Span { start, end: start + left.trim_end_matches(is_space).len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> usize {
        let splitter = Splitter::new(text);
        splitter.run();
        splitter.steps.get()
    }

    #[test]
    fn work_grows_with_the_length_of_hostile_text_only() {
        let hostile = [
            "'",
            "\"",
            "`",
            "\\'",
            "A='\n",
            "A=\"\\\"\n",
            "A=' \\' \n",
            "A='\nB=\"\nC=`\n",
            "A=\n",
            "\n",
            " ",
            "\r",
            "A\n",
            "export\n",
            "export ",
            "A=' # \\'",
            "A=`\\` \t",
            "#",
            "A:\n",
            "\u{2028}",
            "\u{feff}",
            "A=\u{a0}\n",
            "A='x\\'\ny\\'",
            "K=\"a\" b\n",
        ];
        for piece in hostile {
            let text = format!("A={}", piece.repeat(100_000 / piece.len()));
            assert!(
                steps(&text) <= 16 * text.len(),
                "{piece:?}: {} steps for {} bytes",
                steps(&text),
                text.len()
            );
        }
    }

    #[test]
    fn a_megabyte_of_quotes_costs_no_more_per_byte() {
        for mark in ["'", "\"", "`", "A='\n", "A=\"\\\"\n"] {
            let small = mark.repeat(10_000 / mark.len());
            let large = mark.repeat(1_000_000 / mark.len());
            assert!(steps(&large) <= 101 * steps(&small), "{mark:?}");
        }
    }

    #[test]
    fn positions_count_characters_and_every_kind_of_line_end() {
        let end = Position::FIRST.after("ä€\r\nb\rc\nde");
        assert_eq!(end, Position { line: 4, column: 3 });
    }
}
