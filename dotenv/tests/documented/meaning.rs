//! Files made from a documented grammar, with what they mean by the same documentation: Docker's pages on the syntax of
//! environment files and on interpolation, and the README of Ruby's dotenv.

use std::collections::BTreeMap;

use dotenv::Dialect;

use crate::generator::Seed;

/// Whose grammar, and the one rule that a control tells wrongly.
#[derive(Clone, Copy)]
pub(crate) struct Grammar {
    pub(crate) dialect: Dialect,
    /// A comment after an unquoted value is preceded by a space.
    pub(crate) hash_needs_a_space: bool,
}

/// A file and the pairs it sets; `None` where a required variable is missing.
pub(crate) struct Made {
    pub(crate) text: String,
    pub(crate) meaning: Option<Pairs>,
}

type Pairs = BTreeMap<String, String>;

/// A piece of a value.
enum Piece {
    /// Characters that stand for themselves.
    Text(String),
    /// A dollar sign that is none of a variable.
    Dollar,
    /// `$NAME` or `${NAME}`.
    Variable { name: &'static str, braced: bool },
    /// `${NAME` with an operator and what stands behind it.
    Operator { name: &'static str, operator: &'static str, inner: Vec<Self> },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

const NAMES: [&str; 6] = ["A", "B", "HOST", "DB_USER", "LONG_NAME_2", "UNSET"];
const OPERATORS: [&str; 6] = [":-", "-", ":+", "+", ":?", "?"];
const WORDS: [&str; 8] = ["a", "x9", "www.example.com", "/usr/bin", "user@host:5432", "1,2", "-v", "%d"];

pub(crate) fn file(grammar: Grammar, seed: &mut Seed) -> Made {
    let mut text = String::new();
    let mut meaning = Some(Pairs::new());
    for _ in 0..=seed.below(6) {
        match seed.below(8) {
            0 => text.push('\n'),
            1 => text.push_str("# KEY='comment\n"),
            _ => line(grammar, seed, &mut text, &mut meaning),
        }
    }
    Made { text, meaning }
}

fn line(grammar: Grammar, seed: &mut Seed, text: &mut String, meaning: &mut Option<Pairs>) {
    let key = NAMES[seed.below(NAMES.len() - 1)];
    let quote = [Quote::None, Quote::Single, Quote::Double][seed.below(3)];
    let pieces = value(grammar.dialect, quote, seed);
    if seed.below(6) == 0 {
        text.push_str("export ");
    }
    text.push_str(key);
    text.push('=');
    let raw = print(grammar.dialect, quote, &pieces);
    match quote {
        Quote::None => text.push_str(&raw),
        Quote::Single => text.extend(["'", &raw, "'"]),
        Quote::Double => text.extend(["\"", &raw, "\""]),
    }
    if !raw.is_empty() && seed.below(3) == 0 {
        text.push_str(" # it's a comment");
    }
    text.push('\n');
    let value = meaning.as_ref().and_then(|pairs| evaluate(&pieces, pairs));
    let value = value.map(|value| match value.find('#') {
        Some(at) if quote == Quote::None && !grammar.hash_needs_a_space => value.chars().take(at).collect(),
        _ => value,
    });
    *meaning = value.and_then(|value| {
        let mut pairs = meaning.take()?;
        pairs.insert(key.to_owned(), value);
        Some(pairs)
    });
}

fn value(dialect: Dialect, quote: Quote, seed: &mut Seed) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for place in 0..seed.below(5) {
        let piece = match (quote, seed.below(6)) {
            (Quote::Single, _) => Piece::Text(literal(dialect, seed).to_owned()),
            (_, 0) => Piece::Variable { name: seed.pick_name(), braced: true },
            // Behind a bare name comes what is none of it.
            (_, 1) => Piece::Variable { name: seed.pick_name(), braced: false },
            (_, 2) if dialect == Dialect::Compose => operator(seed, 2),
            (Quote::Double, 3) => Piece::Dollar,
            (Quote::Double, _) => Piece::Text(quoted(dialect, seed).to_owned()),
            (Quote::None, _) => Piece::Text(unquoted(dialect, place > 0, seed)),
        };
        if matches!(pieces.last(), Some(Piece::Variable { braced: false, .. })) {
            pieces.push(Piece::Text("/".to_owned()));
        }
        pieces.push(piece);
    }
    pieces
}

fn operator(seed: &mut Seed, depth: usize) -> Piece {
    let (name, operator) = (seed.pick_name(), seed.pick_of(&OPERATORS));
    let inner = match seed.below(3) {
        0 if depth > 0 => vec![self::operator(seed, depth - 1)],
        1 => vec![Piece::Variable { name: seed.pick_name(), braced: true }],
        _ => vec![Piece::Text(seed.pick_of(&["default", "x.y", "0"]).to_owned())],
    };
    Piece::Operator { name, operator, inner }
}

/// Between single quotes: taken literally.
fn literal(dialect: Dialect, seed: &mut Seed) -> &'static str {
    let both = ["a b", "$A", "${B}", "#", " # ", "\"", "=", "$(x)", "Z"];
    match dialect {
        // Quotes can be escaped; lines can be many.
        Dialect::Compose => {
            seed.pick_of(&["'", "\n", "\\t", both[0], both[1], both[2], both[3], both[4], both[5]])
        }
        _ => seed.pick_of(&both),
    }
}

/// Between double quotes.
fn quoted(dialect: Dialect, seed: &mut Seed) -> &'static str {
    match dialect {
        Dialect::Compose => {
            seed.pick_of(&["a b", "\"", "\n", "\r", "\t", "\\ ", "'", "#", " # ", "{}", "=", "it's", "Z"])
        }
        _ => seed.pick_of(&["a b", "\"", "\n", "'", "#", " # ", "{}", "=", "it's", "Z"]),
    }
}

/// Without quotes.
fn unquoted(dialect: Dialect, is_later: bool, seed: &mut Seed) -> String {
    let word = seed.pick_of(&WORDS).to_owned();
    match (dialect, seed.below(4)) {
        (Dialect::Compose, 0) if is_later => format!("{word}# not a comment"),
        (Dialect::Compose, 1) => format!("{word}\\t{word}"),
        (Dialect::Compose, 2) if is_later => format!("{word} {word}"),
        _ => word,
    }
}

fn print(dialect: Dialect, quote: Quote, pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| print_piece(dialect, quote, piece)).collect()
}

fn print_piece(dialect: Dialect, quote: Quote, piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escape(dialect, quote, text),
        Piece::Dollar if dialect == Dialect::Compose => "$$".to_owned(),
        Piece::Dollar => "\\$".to_owned(),
        Piece::Variable { name, braced: true } => format!("${{{name}}}"),
        Piece::Variable { name, braced: false } => format!("${name}"),
        Piece::Operator { name, operator, inner } => {
            format!("${{{name}{operator}{}}}", print(dialect, quote, inner))
        }
    }
}

fn escape(dialect: Dialect, quote: Quote, text: &str) -> String {
    match (dialect, quote) {
        (Dialect::Compose, Quote::Single) => text.replace('\'', "\\'"),
        (Dialect::Compose, Quote::Double) => {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"");
            text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
        }
        (_, Quote::Double) => text.replace('"', "\\\""),
        _ => text.to_owned(),
    }
}

fn evaluate(pieces: &[Piece], pairs: &Pairs) -> Option<String> {
    pieces.iter().map(|piece| evaluate_piece(piece, pairs)).collect()
}

fn evaluate_piece(piece: &Piece, pairs: &Pairs) -> Option<String> {
    let of = |name: &str| pairs.get(name).map(String::as_str);
    Some(match piece {
        Piece::Text(text) => text.clone(),
        Piece::Dollar => "$".to_owned(),
        Piece::Variable { name, .. } => of(name).unwrap_or_default().to_owned(),
        Piece::Operator { name, operator, inner } => {
            let set = of(name).filter(|value| !operator.starts_with(':') || !value.is_empty());
            match (operator.trim_start_matches(':'), set) {
                ("-" | "?", Some(value)) => value.to_owned(),
                ("+", Some(_)) | ("-", None) => evaluate(inner, pairs)?,
                ("?", None) => return None,
                _ => String::new(),
            }
        }
    })
}

/// A line for Ruby with what looks like a command, and whether it is one: everywhere but between single quotes.
pub(crate) fn command(seed: &mut Seed) -> (String, bool) {
    let (before, after) = (seed.pick_of(&["", "a", "x/"]), seed.pick_of(&["", "b", ".y"]));
    let command = seed.pick_of(&["$(:)", "$(whoami)", "$(echo a b)"]);
    match seed.below(3) {
        0 => (format!("K={before}{command}{after}\n"), true),
        1 => (format!("K=\"{before}{command}{after}\"\n"), true),
        _ => (format!("K='{before}{command}{after}'\n"), false),
    }
}

impl Seed {
    fn pick_of(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    fn pick_name(&mut self) -> &'static str {
        self.pick_of(&NAMES)
    }
}
