//! A place in a text that only moves forward.

/// Reads a text character by character.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'t str {
        #[cfg(test)]
        steps::count(1);
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Passes `prefix` if it stands here.
    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        let here = self.rest().starts_with(prefix);
        if here {
            self.at += prefix.len();
        }
        here
    }

    /// Passes and gives all characters of a kind.
    pub(super) fn take_while(&mut self, mut kind: impl FnMut(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !kind(letter)).unwrap_or(rest.len());
        #[cfg(test)]
        steps::count(end);
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Passes and gives everything before `letter`, or everything; whether it was found. `letter` itself is passed too.
    pub(super) fn take_past(&mut self, letter: char) -> (&'t str, bool) {
        let taken = self.take_while(|other| other != letter);
        (taken, self.next().is_some())
    }

    /// The text between an earlier place and here.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// Replaces every `\r\n` and every other `\r` by `\n`. Lines and columns stay the same.
pub(super) fn unified_line_ends(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// How much the cursors of this thread have read, for the proof that readers are linear.
#[cfg(test)]
pub(super) mod steps {
    use std::cell::Cell;

    thread_local!(static COUNT: Cell<usize> = const { Cell::new(0) });

    pub(in super::super) fn count(more: usize) {
        COUNT.set(COUNT.get() + more);
    }

    /// Gives the count, and begins again.
    pub(in super::super) fn take() -> usize {
        COUNT.replace(0)
    }
}
