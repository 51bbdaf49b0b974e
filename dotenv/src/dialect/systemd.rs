//! systemd's `EnvironmentFile=`.

use crate::problem::Trouble;
use crate::read::Draft;
use crate::write::is_plain;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeKey,
    Key,
    BeforeValue,
    Value,
    Escape,
    Single,
    Double,
    DoubleEscape,
    Comment,
    CommentEscape,
}

/// Reads `text`. A NUL or a code point that Unicode gives to no character makes the manager refuse the file.
pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    if let Some(at) = text.find('\0') {
        draft.reject(at, Trouble::Nul);
    } else {
        let mut machine = Machine::new(draft);
        for (at, letter) in text.char_indices() {
            machine.step(at, letter);
        }
        machine.finish(text.len());
    }
    draft.locate(text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut escaped = String::from("\"");
    for letter in value.chars() {
        if "\"\\`$".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped.push('"');
    let mut styles = vec![format!("'{value}'"), format!("\"{value}\""), escaped];
    if is_plain(value) {
        styles.insert(0, value.to_owned());
    }
    styles
}

struct Machine<'d, 'e> {
    draft: &'d mut Draft<'e>,
    state: State,
    key: String,
    key_at: usize,
    value: String,
    /// How much of the value stays if nothing but white space follows.
    kept: Option<usize>,
    opened: usize,
}

impl<'d, 'e> Machine<'d, 'e> {
    fn new(draft: &'d mut Draft<'e>) -> Self {
        let (key, value) = (String::new(), String::new());
        Self { draft, state: State::BeforeKey, key, key_at: 0, value, kept: None, opened: 0 }
    }

    fn step(&mut self, at: usize, letter: char) {
        match self.state {
            State::BeforeKey => self.before_key(at, letter),
            State::Key => self.key(letter),
            State::BeforeValue => self.before_value(at, letter),
            State::Value => self.value(letter),
            State::Escape => self.escape(letter),
            State::Single => self.quoted(letter, '\''),
            State::Double if letter == '\\' => self.state = State::DoubleEscape,
            State::Double => self.quoted(letter, '"'),
            State::DoubleEscape => self.double_escape(letter),
            State::Comment => self.comment(letter),
            State::CommentEscape => self.comment_escape(at, letter),
        }
    }

    fn before_key(&mut self, at: usize, letter: char) {
        if letter == '#' || letter == ';' {
            self.state = State::Comment;
        } else if !is_space(letter) {
            self.state = State::Key;
            self.key_at = at;
            self.key = letter.into();
        }
    }

    fn key(&mut self, letter: char) {
        if is_line_end(letter) {
            self.draft.note(self.key_at, Trouble::NotAssignment);
            self.state = State::BeforeKey;
        } else if letter == '=' {
            self.state = State::BeforeValue;
            self.value.clear();
            self.kept = None;
        } else {
            self.key.push(letter);
        }
    }

    fn before_value(&mut self, at: usize, letter: char) {
        match letter {
            _ if is_line_end(letter) => self.push(),
            '\'' => self.open(at, State::Single),
            '"' => self.open(at, State::Double),
            '\\' => self.state = State::Escape,
            _ if is_space(letter) => {}
            _ => {
                self.state = State::Value;
                self.value.push(letter);
            }
        }
    }

    fn open(&mut self, at: usize, state: State) {
        self.opened = at;
        self.state = state;
    }

    fn value(&mut self, letter: char) {
        if is_line_end(letter) {
            self.trim_value();
            self.push();
        } else if letter == '\\' {
            self.state = State::Escape;
            self.kept = None;
        } else {
            self.kept = if is_space(letter) { self.kept.or(Some(self.value.len())) } else { None };
            self.value.push(letter);
        }
    }

    fn escape(&mut self, letter: char) {
        self.state = State::Value;
        if !is_line_end(letter) {
            self.value.push(letter);
        }
    }

    fn quoted(&mut self, letter: char, quote: char) {
        if letter == quote {
            self.state = State::BeforeValue;
        } else {
            self.value.push(letter);
        }
    }

    fn double_escape(&mut self, letter: char) {
        self.state = State::Double;
        if "\"\\`$".contains(letter) {
            self.value.push(letter);
        } else if letter != '\n' {
            self.value.push('\\');
            self.value.push(letter);
        }
    }

    fn comment(&mut self, letter: char) {
        if letter == '\\' {
            self.state = State::CommentEscape;
        } else if is_line_end(letter) {
            self.state = State::BeforeKey;
        }
    }

    /// Before version 254 a backslash at its end makes a comment go on in the next line.
    fn comment_escape(&mut self, at: usize, letter: char) {
        if is_line_end(letter) {
            self.draft.note(at, Trouble::VersionsDiffer);
        }
        self.state = State::Comment;
    }

    fn finish(mut self, end: usize) {
        match self.state {
            State::BeforeKey | State::Comment | State::CommentEscape => return,
            State::Key => {
                self.draft.note(self.key_at, Trouble::NotAssignment);
                return;
            }
            State::Single | State::Double | State::DoubleEscape => {
                self.draft.note(self.opened.min(end), Trouble::Unterminated);
            }
            State::Value => self.trim_value(),
            State::BeforeValue | State::Escape => {}
        }
        self.push();
    }

    fn trim_value(&mut self) {
        if let Some(kept) = self.kept.take() {
            self.value.truncate(kept);
        }
    }

    fn push(&mut self) {
        self.state = State::BeforeKey;
        let key = self.key.trim_end_matches(is_space);
        let value = std::mem::take(&mut self.value);
        if key.chars().chain(value.chars()).any(is_no_character) {
            self.draft.reject(self.key_at, Trouble::InvalidText);
        } else if is_name(key) {
            self.draft.assign(key, value, self.key_at);
        } else {
            self.draft.note(self.key_at, Trouble::InvalidKey);
        }
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

fn is_line_end(letter: char) -> bool {
    letter == '\n' || letter == '\r'
}

fn is_name(key: &str) -> bool {
    !key.starts_with(|first: char| first.is_ascii_digit())
        && !key.is_empty()
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn is_no_character(letter: char) -> bool {
    let code = u32::from(letter);
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}
