//! Where words, quotes and substitutions end. Nothing here recurses, so nesting costs no stack.

use super::super::cursor::Cursor;
use super::Stop;
use crate::problem::Trouble;

pub(super) fn is_blank(letter: char) -> bool {
    letter == ' ' || letter == '\t'
}

pub(super) fn is_name_start(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

pub(super) fn is_name_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Passes one word: up to white space or an operator that no quote or substitution holds.
pub(super) fn skip_word(cursor: &mut Cursor<'_>) -> Result<(), Stop> {
    Scan { cursor, open: Vec::new() }.run(Until::Word)
}

/// Passes what the quote, brace or parenthesis here opens, its end included.
///
/// `quoted` says whether this stands within double quotes.
pub(super) fn skip_opened(cursor: &mut Cursor<'_>, quoted: bool) -> Result<(), Stop> {
    let open = if quoted { vec![(Nest::Double, cursor.at)] } else { Vec::new() };
    let base = open.len();
    Scan { cursor, open }.run(Until::Depth(base))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Nest {
    Double,
    /// `${…}`, and whether double quotes stand around it.
    Brace(bool),
    Paren,
    Bracket,
    Backtick,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Word,
    Depth(usize),
}

struct Scan<'c, 't> {
    cursor: &'c mut Cursor<'t>,
    open: Vec<(Nest, usize)>,
}

impl Scan<'_, '_> {
    fn run(mut self, until: Until) -> Result<(), Stop> {
        while let Some(letter) = self.cursor.peek() {
            if until == Until::Word && self.open.is_empty() && ends_word(letter) {
                return Ok(());
            }
            self.step()?;
            if until == Until::Depth(self.open.len()) {
                return Ok(());
            }
        }
        match (self.open.last(), until) {
            (Some(&(_, at)), _) => Err((at, Trouble::Unterminated)),
            (None, _) => Ok(()),
        }
    }

    fn step(&mut self) -> Result<(), Stop> {
        let at = self.cursor.at;
        let top = self.open.last().map(|&(nest, _)| nest);
        let Some(letter) = self.cursor.next() else { return Ok(()) };
        match (letter, top) {
            ('\\', _) => {
                self.cursor.next();
            }
            ('`', Some(Nest::Backtick)) | ('"', Some(Nest::Double)) => self.close(),
            (_, Some(Nest::Backtick)) => {}
            ('}', Some(Nest::Brace(_))) | (')', Some(Nest::Paren)) | (']', Some(Nest::Bracket)) => {
                self.close()
            }
            ('\'', None | Some(Nest::Brace(false) | Nest::Paren)) => self.single(at)?,
            ('"', _) => self.open.push((Nest::Double, at)),
            ('`', _) => self.open.push((Nest::Backtick, at)),
            ('(', Some(Nest::Paren)) => self.open.push((Nest::Paren, at)),
            ('$', _) => self.dollar(at, top)?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn single(&mut self, at: usize) -> Result<(), Stop> {
        if self.cursor.take_past('\'').1 { Ok(()) } else { Err((at, Trouble::Unterminated)) }
    }

    fn dollar(&mut self, at: usize, top: Option<Nest>) -> Result<(), Stop> {
        let quoted = matches!(top, Some(Nest::Double | Nest::Brace(true)));
        if self.cursor.eat("{") {
            self.open.push((Nest::Brace(quoted), at));
        } else if self.cursor.eat("(") {
            self.open.push((Nest::Paren, at));
        } else if self.cursor.eat("[") {
            self.open.push((Nest::Bracket, at));
        } else if !quoted && self.cursor.eat("'") {
            return self.ansi(at);
        } else {
            self.cursor.eat("$");
        }
        Ok(())
    }

    fn ansi(&mut self, at: usize) -> Result<(), Stop> {
        loop {
            match self.cursor.next().ok_or((at, Trouble::Unterminated))? {
                '\'' => return Ok(()),
                '\\' => {
                    self.cursor.next();
                }
                _ => {}
            }
        }
    }
}

fn ends_word(letter: char) -> bool {
    is_blank(letter) || matches!(letter, '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')')
}
