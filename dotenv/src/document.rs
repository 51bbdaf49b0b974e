//! A `.env` text that is kept byte for byte, and edited without touching anything else.

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroizing;

use crate::line::{Assignment, Kind, Line, Position, Span, is_key_char, split};

/// A `.env` text and its logical lines.
///
/// Printing what was parsed gives the same bytes, always. An edit changes the bytes it names and no other, and is
/// refused if another line would be read differently afterwards. The text is wiped on drop and absent from `Debug`.
pub struct Document {
    text: Zeroizing<String>,
    lines: Vec<Line>,
}

/// The bytes are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", crate::text::NOT_UTF8.what)]
pub struct EncodingError {
    /// The first byte that is not.
    pub offset: usize,
}

/// Why an edit was refused. The document is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No line assigns the key.
    #[error("{}", crate::text::KEY_MISSING.what)]
    Missing,
    /// A line assigns the new key already.
    #[error("{}", crate::text::KEY_EXISTS.what)]
    Exists,
    /// The key is not made of ASCII letters, digits, `_`, `.` and `-`.
    #[error("{}", crate::text::KEY_INVALID.what)]
    InvalidKey,
    /// The text given for the value is not one value, or another line would change its meaning.
    #[error("{}", crate::text::EDIT_SPILLS.what)]
    Spills,
}

impl Document {
    /// Reads `bytes`, whatever their shape.
    ///
    /// # Errors
    /// [`EncodingError`] with the offset of the first byte that is not UTF-8.
    pub fn parse(bytes: impl AsRef<[u8]>) -> Result<Self, EncodingError> {
        let text = std::str::from_utf8(bytes.as_ref())
            .map_err(|error| EncodingError { offset: error.valid_up_to() })?;
        Ok(Self::from_text(text.to_owned()))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The logical lines in order; together they cover the text.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The assignments in order, duplicates included.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.lines.iter().filter_map(Line::assignment)
    }

    /// The assignment of `key` that counts: the last one.
    pub fn find(&self, key: &str) -> Option<&Assignment> {
        self.lines.iter().rev().filter_map(Line::assignment).find(|found| found.key.of(&self.text) == key)
    }

    /// Where the byte at `offset` stands. An offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let after = self.lines.partition_point(|line| line.span.start <= offset);
        let Some(line) = after.checked_sub(1).and_then(|index| self.lines.get(index)) else {
            return Position::FIRST;
        };
        if line.kind == Kind::Bom {
            return Position::FIRST;
        }
        let before = Span { start: line.span.start, end: offset.min(line.span.end) };
        line.position.after(before.of(&self.text))
    }

    /// Replaces the value of `key` (of its last assignment) by `raw`, the text of a value as a dialect writes it,
    /// quotes included. `export`, spacing and an inline comment stay.
    ///
    /// # Errors
    /// [`EditError::Missing`]; [`EditError::Spills`] if `raw` would not be read as the value or would swallow more.
    pub fn set(&mut self, key: &str, raw: &str) -> Result<(), EditError> {
        let at = self.last(key).ok_or(EditError::Missing)?;
        let edited = self.replace(|index, found| (index == at).then_some((found.value, raw)))?;
        edited.value_at(at).filter(|&read| read == raw).ok_or(EditError::Spills)?;
        *self = edited;
        Ok(())
    }

    /// Gives every assignment of `key` the key `new`.
    ///
    /// # Errors
    /// [`EditError::Missing`], [`EditError::Exists`], [`EditError::InvalidKey`].
    pub fn rename(&mut self, key: &str, new: &str) -> Result<(), EditError> {
        check_key(new)?;
        if key != new && self.find(new).is_some() {
            return Err(EditError::Exists);
        }
        self.last(key).ok_or(EditError::Missing)?;
        *self = self.replace(|_, found| (found.key.of(&self.text) == key).then_some((found.key, new)))?;
        Ok(())
    }

    /// Removes every assignment of `key`, each with its whole line.
    ///
    /// # Errors
    /// [`EditError::Missing`]; [`EditError::Spills`] if the lines around it would become one.
    pub fn remove(&mut self, key: &str) -> Result<(), EditError> {
        self.last(key).ok_or(EditError::Missing)?;
        let keeps = |line: &&Line| line.assignment().is_none_or(|found| found.key.of(&self.text) != key);
        let kept = self.lines.iter().filter(keeps).map(|line| Cow::Borrowed(line.span.of(&self.text)));
        *self = Self::of_lines(kept.collect())?;
        Ok(())
    }

    /// Adds the line `key=raw` at the end, with the line ending the document uses. A last line without an ending
    /// gets one first.
    ///
    /// # Errors
    /// [`EditError::Exists`], [`EditError::InvalidKey`]; [`EditError::Spills`] as for [`Document::set`].
    pub fn append(&mut self, key: &str, raw: &str) -> Result<(), EditError> {
        check_key(key)?;
        if self.find(key).is_some() {
            return Err(EditError::Exists);
        }
        let ending = self.line_ending();
        let mut lines = self.line_texts();
        if let Some(open) = lines.last_mut().filter(|_| !self.ends_with_line_end()) {
            open.to_mut().push_str(ending);
        }
        let at = lines.len();
        lines.push(Cow::Owned(format!("{key}={raw}{ending}")));
        let edited = Self::of_lines(lines)?;
        edited.value_at(at).filter(|&read| read == raw).ok_or(EditError::Spills)?;
        *self = edited;
        Ok(())
    }

    fn from_text(text: String) -> Self {
        let lines = split(&text);
        Self { text: Zeroizing::new(text), lines }
    }

    /// The document of exactly these logical lines; refused if they would be split otherwise.
    fn of_lines(expected: Vec<Cow<'_, str>>) -> Result<Self, EditError> {
        let document = Self::from_text(expected.concat());
        let split_alike = document.line_texts() == expected;
        split_alike.then_some(document).ok_or(EditError::Spills)
    }

    fn line_texts(&self) -> Vec<Cow<'_, str>> {
        self.lines.iter().map(|line| Cow::Borrowed(line.span.of(&self.text))).collect()
    }

    /// This document with one span replaced on each line for which `change` names one.
    fn replace<'n>(
        &self,
        change: impl Fn(usize, &Assignment) -> Option<(Span, &'n str)>,
    ) -> Result<Self, EditError> {
        let edited = self.lines.iter().enumerate().map(|(index, line)| {
            match line.assignment().and_then(|found| change(index, found)) {
                Some((span, new)) => Cow::Owned(self.line_with(line, span, new)),
                None => Cow::Borrowed(line.span.of(&self.text)),
            }
        });
        Self::of_lines(edited.collect())
    }

    fn line_with(&self, line: &Line, span: Span, new: &str) -> String {
        let before = Span { start: line.span.start, end: span.start };
        let after = Span { start: span.end, end: line.span.end };
        [before.of(&self.text), new, after.of(&self.text)].concat()
    }

    /// The index of the line that assigns `key` last.
    fn last(&self, key: &str) -> Option<usize> {
        self.lines
            .iter()
            .rposition(|line| line.assignment().is_some_and(|found| found.key.of(&self.text) == key))
    }

    fn value_at(&self, index: usize) -> Option<&str> {
        self.lines.get(index)?.assignment().map(|found| found.value.of(&self.text))
    }

    fn line_ending(&self) -> &'static str {
        let endings = ["\r\n", "\n", "\r"];
        let ending_of = |line: &Line| endings.into_iter().find(|end| line.span.of(&self.text).ends_with(end));
        self.lines.iter().rev().find_map(ending_of).unwrap_or("\n")
    }

    fn ends_with_line_end(&self) -> bool {
        matches!(self.lines.last(), Some(line) if line.kind == Kind::Bom) || self.text.ends_with(['\n', '\r'])
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Document").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

impl fmt::Display for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn check_key(key: &str) -> Result<(), EditError> {
    (!key.is_empty() && key.chars().all(is_key_char)).then_some(()).ok_or(EditError::InvalidKey)
}
