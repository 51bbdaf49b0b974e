//! Where the references in a text are.

use crate::grammar;

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Stays as it is.
    Text(&'a str),
    /// Stands for another value.
    Reference(Reference<'a>),
}

/// A reference as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// All of it, from `${` to `}`.
    pub written: &'a str,
    /// The project's slug; without, the project of the place.
    pub project: Option<&'a str>,
    /// The environment's slug; without, the environment of the place.
    pub environment: Option<&'a str>,
    /// The variable.
    pub key: &'a str,
}

/// Splits `text` into its pieces, in order. Put together (a `Text` as it is, a `Reference` as `written`) they are
/// `text` but for the first `$` of each `$${`.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, piece, after)) = next(rest) {
        found.extend([Piece::Text(before), piece]);
        rest = after;
    }
    found.push(Piece::Text(rest));
    found.retain(|piece| *piece != Piece::Text(""));
    found
}

/// What is before the first `$${` or reference, that, and what is after it. The `$${` is given as the text `${`.
fn next(text: &str) -> Option<(&str, Piece<'_>, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find("${")?;
        let (before, rest) = text.split_at_checked(open)?;
        if let Some(before) = before.strip_suffix('$').filter(|it| it.len() >= from) {
            let (literal, after) = rest.split_at_checked(2)?;
            return Some((before, Piece::Text(literal), after));
        }
        if let Some((reference, after)) = read(rest) {
            return Some((before, Piece::Reference(reference), after));
        }
        from = open + 2;
    }
}

/// The reference that `text`, which begins with `${`, begins with.
fn read(text: &str) -> Option<(Reference<'_>, &str)> {
    let close = text.get(..=LONGEST).unwrap_or(text).find('}')?;
    let (written, after) = text.split_at_checked(close + 1)?;
    let inner = written.get(2..close)?.trim_matches([' ', '\t']);
    let (path, key) = inner.rsplit_once('.').map_or((None, inner), |(path, key)| (Some(path), key));
    let (project, environment) = match path.map(|path| (path.split_once('.'), path)) {
        None => (None, None),
        Some((None, environment)) => (None, Some(environment)),
        Some((Some((project, environment)), _)) => (Some(project), Some(environment)),
    };
    let word =
        |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let fits = grammar::is_variable(key) && path.is_none_or(|path| !path.is_empty() && word(path));
    fits.then_some((Reference { written, project, environment, key }, after))
}

/// Bytes of the longest reference: a key, two slugs, and some blanks. Bounds the search for the brace.
const LONGEST: usize = grammar::VARIABLE + 2 * grammar::SLUG + 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Reference(it) => {
                format!("<{}|{}|{}>", it.project.unwrap_or("-"), it.environment.unwrap_or("-"), it.key)
            }
        };
        pieces(text).iter().map(show).collect()
    }

    #[test]
    fn references_are_found_and_the_rest_is_text() {
        for (text, expected) in [
            ("", ""),
            ("plain $HOME", "plain $HOME"),
            ("${A}", "<-|-|A>"),
            ("a${ B }c", "a<-|-|B>c"),
            ("${dev.A}${my-app.prod.A}", "<-|dev|A><my-app|prod|A>"),
            ("$${A}", "${A}"),
            ("$$${A}", "$${A}"),
            ("$${${A}}", "${<-|-|A>}"),
            ("$$ ${A}", "$$ <-|-|A>"),
            ("${}", "${}"),
            ("${A:-b}", "${A:-b}"),
            ("${A-b}", "${A-b}"),
            ("${B${C}}", "${B<-|-|C>}"),
            ("${a.b.c.D}", "<a|b.c|D>"),
            ("${.A}", "${.A}"),
            ("${1}", "${1}"),
            ("${A", "${A"),
            ("${é}${A}", "${é}<-|-|A>"),
            ("${${A}", "${<-|-|A>"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn open_braces_without_end_take_linear_time_and_stay() {
        let text = "${".repeat(200_000);
        assert_eq!(shown(&text), text);
    }
}
