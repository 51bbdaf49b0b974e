//! What is worth a second look in a `.env` file, each under a name of its own.

use std::collections::HashSet;

use crate::document::Document;
use crate::line::{Assignment, Kind, Line, Position, Quote, Span, is_space};
use crate::looks::{is_placeholder, is_public_key_name, is_secret};
use crate::text::{self, Sentence};

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// An earlier line sets the same key.
    Duplicate,
    /// Nothing after the separator. `""` is taken as meant.
    Empty,
    /// A value from a template, such as `changeme` or `<your key>`.
    Placeholder,
    /// White space at an end of the value or around the separator.
    Whitespace,
    /// A character outside quotes that readers treat differently.
    UnquotedSpecial,
    /// A quote that opens and never closes.
    UnterminatedQuote,
    /// A key or separator that not every reader accepts.
    KeyGrammar,
    /// A line that is neither assignment nor comment.
    NotAssignment,
    /// A byte order mark.
    Bom,
    /// A replacement, control or invisible character.
    Encoding,
    /// A secret-looking value under a key whose prefix publishes it.
    PublicPrefix,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 11] = [
        Self::Duplicate,
        Self::Empty,
        Self::Placeholder,
        Self::Whitespace,
        Self::UnquotedSpecial,
        Self::UnterminatedQuote,
        Self::KeyGrammar,
        Self::NotAssignment,
        Self::Bom,
        Self::Encoding,
        Self::PublicPrefix,
    ];

    /// The name, for machines and command lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Empty => "empty",
            Self::Placeholder => "placeholder",
            Self::Whitespace => "whitespace",
            Self::UnquotedSpecial => "unquoted-special",
            Self::UnterminatedQuote => "unterminated-quote",
            Self::KeyGrammar => "key-grammar",
            Self::NotAssignment => "not-an-assignment",
            Self::Bom => "bom",
            Self::Encoding => "encoding",
            Self::PublicPrefix => "public-prefix",
        }
    }

    /// What a person reads.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Duplicate => text::DUPLICATE,
            Self::Empty => text::EMPTY,
            Self::Placeholder => text::PLACEHOLDER,
            Self::Whitespace => text::WHITESPACE,
            Self::UnquotedSpecial => text::UNQUOTED_SPECIAL,
            Self::UnterminatedQuote => text::UNTERMINATED_QUOTE,
            Self::KeyGrammar => text::KEY_GRAMMAR,
            Self::NotAssignment => text::NOT_ASSIGNMENT,
            Self::Bom => text::BOM,
            Self::Encoding => text::ENCODING,
            Self::PublicPrefix => text::PUBLIC_PREFIX,
        }
    }
}

/// One thing worth a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub code: Code,
    /// The physical line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
}

impl Warning {
    fn at(code: Code, position: Position) -> Self {
        Self { code, line: position.line, column: position.column }
    }
}

/// Everything worth a second look in `document`, in order of place. Takes time linear in its length.
pub fn warn(document: &Document) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for line in document.lines() {
        let text = line.span.of(document.as_str());
        match &line.kind {
            Kind::Bom => found.push(Warning::at(Code::Bom, line.position)),
            Kind::Blank | Kind::Comment => {}
            Kind::Junk => found.push(Warning::at(junk_code(text), line.position)),
            Kind::Assignment(assignment) => {
                let subject = Subject { document, line, assignment };
                found.extend(subject.warnings(&mut seen));
            }
        }
        if line.kind != Kind::Bom {
            found.extend(damage(line.position, text));
        }
    }
    found.sort_by_key(|warning| (warning.line, warning.column, warning.code));
    found
}

/// A line with an equals sign was probably meant to set something.
fn junk_code(text: &str) -> Code {
    if text.contains('=') { Code::KeyGrammar } else { Code::NotAssignment }
}

/// The first damaged character of a line: one warning for each line is enough to find them all.
fn damage(start: Position, text: &str) -> Option<Warning> {
    let at = text.find(is_damaged)?;
    Some(Warning::at(Code::Encoding, start.after(text.get(..at)?)))
}

fn is_damaged(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' => false,
        '\u{fffd}' | '\u{feff}' => true,
        // zero width, line and paragraph separators, direction marks
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => true,
        _ => letter.is_control(),
    }
}

/// One assignment under inspection.
struct Subject<'d> {
    document: &'d Document,
    line: &'d Line,
    assignment: &'d Assignment,
}

impl<'d> Subject<'d> {
    fn warnings(&self, seen: &mut HashSet<&'d str>) -> Vec<Warning> {
        let key = self.key();
        let repeated = !seen.insert(key);
        let at_key = [
            (Code::Duplicate, repeated),
            (Code::KeyGrammar, !is_portable(key) || self.has_colon()),
            (Code::Empty, self.is_empty()),
            (Code::PublicPrefix, is_public_key_name(key) && is_secret(key, self.content())),
        ];
        let at_value = [
            (Code::Placeholder, is_placeholder(self.content())),
            (Code::Whitespace, self.has_edge_space()),
            (Code::UnterminatedQuote, self.is_unterminated()),
            (Code::UnquotedSpecial, !self.is_unterminated() && self.has_unquoted_special()),
        ];
        let (key_at, value_at) = self.places();
        let at_key = at_key.into_iter().map(|(code, raised)| (code, raised, key_at));
        let at_value = at_value.into_iter().map(|(code, raised)| (code, raised, value_at));
        at_key
            .chain(at_value)
            .filter(|(_, raised, _)| *raised)
            .map(|(code, _, at)| Warning::at(code, at))
            .collect()
    }
}

impl<'d> Subject<'d> {
    fn key(&self) -> &'d str {
        self.assignment.key.of(self.document.as_str())
    }

    /// The value as written, quotes included.
    fn raw(&self) -> &'d str {
        self.assignment.value.of(self.document.as_str())
    }

    /// The value without the quotes around it.
    fn content(&self) -> &'d str {
        let raw = self.raw();
        match self.assignment.quote {
            Quote::None => raw,
            _ => raw.get(1..raw.len() - 1).unwrap_or_default(),
        }
    }

    fn places(&self) -> (Position, Position) {
        (
            self.document.position(self.assignment.key.start),
            self.document.position(self.assignment.value.start),
        )
    }

    /// What stands between the key and the value: the separator, and the white space around it.
    fn gap(&self) -> &'d str {
        Span { start: self.assignment.key.end, end: self.assignment.value.start }.of(self.document.as_str())
    }

    fn has_colon(&self) -> bool {
        self.gap().starts_with(':')
    }

    fn is_bare(&self) -> bool {
        self.assignment.quote == Quote::None
    }

    fn is_empty(&self) -> bool {
        self.is_bare() && self.assignment.value.is_empty() && !self.has_glued_comment()
    }

    /// A `#` right after the value: to some readers a comment, to others a part of the value.
    fn has_glued_comment(&self) -> bool {
        self.assignment.comment.is_some_and(|comment| comment.start == self.assignment.value.end)
    }

    fn has_edge_space(&self) -> bool {
        let around_separator = !self.has_colon() && self.gap().contains(is_space);
        let edge = |letter: char| is_space(letter) && !matches!(letter, '\n' | '\r');
        let inside = !self.is_bare() && (self.content().starts_with(edge) || self.content().ends_with(edge));
        around_separator || inside || self.has_trailing_space()
    }

    fn has_trailing_space(&self) -> bool {
        let rest =
            Span { start: self.assignment.value.end, end: self.line.span.end }.of(self.document.as_str());
        let bare = self.is_bare() && !self.assignment.value.is_empty() && self.assignment.comment.is_none();
        bare && rest.starts_with(|letter: char| is_space(letter) && !matches!(letter, '\n' | '\r'))
    }

    fn is_unterminated(&self) -> bool {
        let mut letters = self.raw().chars();
        let opens = letters.next().filter(|&letter| Quote::from_char(letter) != Quote::None);
        self.is_bare() && opens.is_some_and(|mark| letters.all(|letter| letter != mark))
    }

    fn has_unquoted_special(&self) -> bool {
        let special = |letter: char| is_space(letter) || "'\"`\\;|<>()".contains(letter);
        let raw = self.raw();
        self.is_bare()
            && (self.has_glued_comment()
                || raw.contains(special)
                || has_loose_ampersand(raw)
                || has_loose_dollar(raw))
    }
}

/// An `&` outside the query of a URL, where it is at home.
fn has_loose_ampersand(raw: &str) -> bool {
    let before_query = match raw.split_once('?') {
        Some((address, _)) if address.contains("://") => address,
        _ => raw,
    };
    before_query.contains('&')
}

/// A `$` that is neither a closed `${NAME…}`, meant to be replaced, nor the last character.
fn has_loose_dollar(raw: &str) -> bool {
    raw.split('$').skip(1).any(|after| {
        let reference = after.starts_with('{') && after.contains('}');
        !reference && !after.is_empty()
    }) || raw.contains("$$")
}

fn is_portable(key: &str) -> bool {
    !key.starts_with(|first: char| first.is_ascii_digit())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
