//! CSV after RFC 4180: two columns, key and value, with or without a header that says so.

use std::mem::take;

use super::{Collected, Malformed, ReadError, without_bom};
use crate::Pair;

/// Reads rows of a key and a value. Rows end with LF, CRLF or CR; empty rows are skipped. Nothing is trimmed.
///
/// # Errors
/// [`ReadError`] with the line of the first row that has other columns, of a quote out of place, or of a key that
/// comes twice.
pub fn read(text: &str) -> Result<Vec<Pair>, ReadError> {
    let mut rows = Rows { rest: without_bom(text), line: 1 };
    let mut collected = Collected::default();
    let mut first = true;
    while let Some((line, row)) = rows.next()? {
        let header = take(&mut first) && is_header(&row);
        match <[String; 2]>::try_from(row) {
            Ok(_) if header => {}
            Ok([key, value]) => collected.add(key, value, Some(line))?,
            Err(row) if row == [""] => {}
            Err(_) => return Err(ReadError { line: Some(line), key: None, reason: Malformed::Columns }),
        }
    }
    Ok(collected.pairs)
}

fn is_header(row: &[String]) -> bool {
    matches!(row, [key, value] if key.eq_ignore_ascii_case("key") && value.eq_ignore_ascii_case("value"))
}

struct Rows<'t> {
    rest: &'t str,
    line: u32,
}

/// What follows a field.
#[derive(PartialEq, Eq)]
enum Next {
    Field,
    Row,
}

impl<'t> Rows<'t> {
    /// The next row and the line it begins on.
    fn next(&mut self) -> Result<Option<(u32, Vec<String>)>, ReadError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        let mut row = Vec::new();
        loop {
            row.push(self.field()?);
            if self.separator()? == Next::Row {
                return Ok(Some((line, row)));
            }
        }
    }

    fn field(&mut self) -> Result<String, ReadError> {
        if let Some(rest) = self.rest.strip_prefix('"') {
            self.rest = rest;
            return self.quoted();
        }
        let end = self.rest.find([',', '\n', '\r']).unwrap_or(self.rest.len());
        let field = self.take(end);
        if field.contains('"') { Err(self.broken()) } else { Ok(field.to_owned()) }
    }

    /// The rest of a quoted field, in which `""` stands for one quote.
    fn quoted(&mut self) -> Result<String, ReadError> {
        let mut field = String::new();
        loop {
            let end = self.rest.find('"').ok_or_else(|| self.broken())?;
            field.push_str(self.take(end));
            self.take(1);
            if !self.rest.starts_with('"') {
                self.line = self.line.saturating_add(line_ends(&field));
                return Ok(field);
            }
            field.push_str(self.take(1));
        }
    }

    fn separator(&mut self) -> Result<Next, ReadError> {
        if self.rest.starts_with(',') {
            self.take(1);
            return Ok(Next::Field);
        }
        let length = match self.rest.as_bytes() {
            [] => return Ok(Next::Row),
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return Err(self.broken()),
        };
        self.take(length);
        self.line = self.line.saturating_add(1);
        Ok(Next::Row)
    }

    fn take(&mut self, end: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn broken(&self) -> ReadError {
        ReadError { line: Some(self.line), key: None, reason: Malformed::Syntax }
    }
}

fn line_ends(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}
