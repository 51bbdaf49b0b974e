//! The value of one word.

use std::borrow::Cow;

use super::super::cursor::Cursor;
use super::lexer::{is_name_part, is_name_start, skip_opened};
use super::{DYNAMIC, READ_ONLY, Stop, is_preset};
use crate::expand::{Operator, Test};
use crate::problem::Trouble;
use crate::read::Draft;

/// How deep operands may hold operands.
const DEPTH_LIMIT: usize = 64;

/// A word at a place of the text. All its troubles are noted there.
pub(super) struct Word<'d, 'e> {
    pub(super) at: usize,
    pub(super) draft: &'d mut Draft<'e>,
}

#[derive(Clone, Copy)]
struct Context {
    quoted: bool,
    /// Within `${…}`, where `\}` stands for a brace.
    operand: bool,
    depth: usize,
}

impl Word<'_, '_> {
    /// The value that `raw`, the part after `=`, has in an assignment; as written if that would take too much.
    pub(super) fn assigned(&mut self, raw: &str) -> Result<String, Stop> {
        match self.expanded(&joined(raw), Context { quoted: false, operand: false, depth: 0 }) {
            Err((_, Trouble::ExpansionLimit)) => {
                self.draft.note(self.at, Trouble::ExpansionLimit);
                Ok(raw.to_owned())
            }
            result => result,
        }
    }

    fn expanded(&mut self, raw: &str, context: Context) -> Result<String, Stop> {
        if context.depth > DEPTH_LIMIT || !self.draft.spend(raw.len()) {
            return Err((self.at, Trouble::ExpansionLimit));
        }
        let mut result = String::new();
        let mut cursor = Cursor::new(raw);
        let mut before = None;
        while let Some(letter) = cursor.peek() {
            match letter {
                '~' if !context.quoted && matches!(before, None | Some(':')) => {
                    self.tilde(&mut cursor, &mut result)
                }
                '\\' => backslash(&mut cursor, context, &mut result),
                '\'' if !context.quoted => {
                    cursor.next();
                    result.push_str(cursor.take_past('\'').0);
                }
                '"' => result.push_str(&self.double(&mut cursor, context)?),
                '`' => result.push_str(self.opaque(&mut cursor, context, Trouble::WouldExecute)?),
                '$' => self.dollar(&mut cursor, context, &mut result)?,
                _ => {
                    cursor.next();
                    result.push(letter);
                }
            }
            before = Some(letter);
        }
        Ok(result)
    }

    /// Home directories are the shell's to know, but for `~` itself where HOME is set.
    fn tilde(&mut self, cursor: &mut Cursor<'_>, result: &mut String) {
        cursor.next();
        let bare = cursor.peek().is_none_or(|next| next == '/' || next == ':');
        match self.draft.file_first("HOME").filter(|_| bare) {
            Some(home) => result.push_str(&home),
            None => {
                self.draft.note(self.at, Trouble::NotModelled);
                result.push('~');
            }
        }
    }

    fn double(&mut self, cursor: &mut Cursor<'_>, context: Context) -> Result<String, Stop> {
        if context.quoted {
            // Quotes within `"${…}"` are read in a way of the shell's own.
            self.draft.note(self.at, Trouble::NotModelled);
        }
        let start = cursor.at;
        let mut whole = *cursor;
        skip_opened(&mut whole, false).map_err(|(_, trouble)| (self.at, trouble))?;
        let inner = cursor.text.get(start + 1..whole.at.saturating_sub(1)).unwrap_or_default();
        *cursor = whole;
        self.expanded(inner, Context { quoted: true, operand: false, depth: context.depth + 1 })
    }

    /// Something that is shown as written, with the reason.
    fn opaque<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        context: Context,
        trouble: Trouble,
    ) -> Result<&'t str, Stop> {
        let start = cursor.at;
        skip_opened(cursor, context.quoted).map_err(|(_, trouble)| (self.at, trouble))?;
        self.draft.note(self.at, trouble);
        Ok(cursor.since(start))
    }

    fn dollar(&mut self, cursor: &mut Cursor<'_>, context: Context, result: &mut String) -> Result<(), Stop> {
        let mut after = *cursor;
        after.next();
        let rest = after.rest();
        match after.peek() {
            Some('(') => {
                let arithmetic = rest.starts_with("((");
                let trouble = if arithmetic { Trouble::NotModelled } else { Trouble::WouldExecute };
                let whole = self.opaque(cursor, context, trouble)?;
                if arithmetic
                    && whole.get(1..).is_some_and(|inner| inner.contains("$(") || inner.contains('`'))
                {
                    self.draft.note(self.at, Trouble::WouldExecute);
                }
                result.push_str(whole);
            }
            Some('[') => result.push_str(self.opaque(cursor, context, Trouble::NotModelled)?),
            Some('{') => {
                let start = cursor.at;
                skip_opened(cursor, context.quoted).map_err(|(_, trouble)| (self.at, trouble))?;
                let whole = cursor.since(start);
                let value = self.parameter(whole, context)?;
                self.push(&value, result)?;
            }
            Some('\'') if !context.quoted => {
                *cursor = after;
                ansi(cursor, result, || self.draft.note(self.at, Trouble::NotModelled));
            }
            Some('"') if !context.quoted => *cursor = after,
            Some(letter) if is_name_start(letter) => {
                let name = after.take_while(is_name_part);
                *cursor = after;
                let value = self.variable(name, || format!("${name}"));
                self.push(&value, result)?;
            }
            Some(letter) if letter.is_ascii_digit() || "@*#?-$!".contains(letter) => {
                after.next();
                result.push_str(after.since(cursor.at));
                *cursor = after;
                self.draft.note(self.at, Trouble::NotModelled);
            }
            _ => {
                *cursor = after;
                result.push('$');
            }
        }
        Ok(())
    }

    fn push(&mut self, value: &str, result: &mut String) -> Result<(), Stop> {
        if !self.draft.spend(value.len()) {
            return Err((self.at, Trouble::ExpansionLimit));
        }
        result.push_str(value);
        Ok(())
    }

    /// The value of a variable; as written if only the shell knows it.
    fn variable(&mut self, name: &str, written: impl Fn() -> String) -> String {
        match self.lookup(name) {
            Ok(Some(value)) => value,
            Ok(None) => {
                self.draft.note(self.at, Trouble::UnsetVariable);
                String::new()
            }
            Err(()) => {
                self.draft.note(self.at, Trouble::NotModelled);
                written()
            }
        }
    }

    fn lookup(&self, name: &str) -> Result<Option<String>, ()> {
        match self.draft.file_first(name) {
            Some(value) if !DYNAMIC.contains(&name) => Ok(Some(value)),
            None if !is_preset(name) => Ok(None),
            _ => Err(()),
        }
    }

    /// `${…}` with its braces.
    fn parameter(&mut self, whole: &str, context: Context) -> Result<String, Stop> {
        let inner = whole.get(2..whole.len().saturating_sub(1)).unwrap_or_default();
        let mut cursor = Cursor::new(inner);
        let name =
            if cursor.peek().is_some_and(is_name_start) { cursor.take_while(is_name_part) } else { "" };
        if name.is_empty() {
            return self.odd_parameter(inner, whole);
        }
        if cursor.is_done() {
            return Ok(self.variable(name, || whole.to_owned()));
        }
        let Some((test, length)) = Test::parse(cursor.rest()) else {
            return self
                .unmodelled(cursor.rest().starts_with(['#', '%', '/', '^', ',', '@', '[', ':']), whole);
        };
        let operand = cursor.rest().get(length..).unwrap_or_default();
        let Ok(value) = self.lookup(name) else { return self.unmodelled(true, whole) };
        self.tested(name, value, test, operand, context)
    }

    fn odd_parameter(&mut self, inner: &str, whole: &str) -> Result<String, Stop> {
        let special = inner.starts_with(['#', '!', '@', '*', '?', '-', '$']);
        self.unmodelled(special || inner.starts_with(|first: char| first.is_ascii_digit()), whole)
    }

    fn unmodelled(&mut self, known: bool, whole: &str) -> Result<String, Stop> {
        if !known {
            return Err((self.at, Trouble::BadSubstitution));
        }
        let executes = whole.contains("$(") || whole.contains('`');
        self.draft.note(self.at, if executes { Trouble::WouldExecute } else { Trouble::NotModelled });
        Ok(whole.to_owned())
    }

    fn tested(
        &mut self,
        name: &str,
        value: Option<String>,
        test: Test,
        operand: &str,
        context: Context,
    ) -> Result<String, Stop> {
        let accepted = test.accepts(value.as_deref());
        let inner = Context { quoted: context.quoted, operand: true, depth: context.depth + 1 };
        match test.operator {
            Operator::Default | Operator::Required | Operator::Assign if accepted => {
                Ok(value.unwrap_or_default())
            }
            Operator::Alternative if !accepted => Ok(String::new()),
            Operator::Default | Operator::Alternative => self.expanded(operand, inner),
            Operator::Required => Err((self.at, Trouble::RequiredVariable)),
            Operator::Assign => {
                let value = self.expanded(operand, inner)?;
                if READ_ONLY.contains(&name) {
                    return Err((self.at, Trouble::ReservedKey));
                }
                self.draft.assign(name, value.clone(), self.at);
                Ok(value)
            }
        }
    }
}

/// Takes out each line end that a backslash escapes, also within a name; single quotes keep theirs.
fn joined(raw: &str) -> Cow<'_, str> {
    if !raw.contains("\\\n") {
        return raw.into();
    }
    let mut result = String::with_capacity(raw.len());
    let mut cursor = Cursor::new(raw);
    let mut double = false;
    while let Some(letter) = cursor.next() {
        match letter {
            '\\' if cursor.eat("\n") => continue,
            '\\' => {
                result.push(letter);
                result.extend(cursor.next());
                continue;
            }
            '\'' if !double => {
                let start = cursor.at;
                cursor.take_past('\'');
                result.push(letter);
                result.push_str(cursor.since(start));
                continue;
            }
            '"' => double = !double,
            _ => {}
        }
        result.push(letter);
    }
    result.into()
}

fn backslash(cursor: &mut Cursor<'_>, context: Context, result: &mut String) {
    cursor.next();
    match cursor.next() {
        None => result.push('\\'),
        Some('\n') => {}
        Some(letter) => {
            let keeps = context.quoted && !"$`\"\\".contains(letter) && !(context.operand && letter == '}');
            if keeps {
                result.push('\\');
            }
            result.push(letter);
        }
    }
}

/// `$'…'`, of which the cursor stands at the quote. What gives no text of Unicode is not modelled.
fn ansi(cursor: &mut Cursor<'_>, result: &mut String, mut note: impl FnMut()) {
    cursor.next();
    while let Some(letter) = cursor.next() {
        match letter {
            '\'' => return,
            '\\' => match ansi_escape(cursor) {
                Some(meant) => result.push(meant),
                None => {
                    note();
                    result.push('\\');
                }
            },
            _ => result.push(letter),
        }
    }
}

fn ansi_escape(cursor: &mut Cursor<'_>) -> Option<char> {
    let meant = match cursor.peek()? {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' | 'E' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        letter @ ('\\' | '\'' | '"' | '?') => letter,
        _ => return None,
    };
    cursor.next();
    Some(meant)
}
