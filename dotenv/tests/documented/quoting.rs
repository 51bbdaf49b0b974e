//! What a written value means by the documented forms of quoting.

use std::iter::Peekable;
use std::str::Chars;

use dotenv::Dialect;

/// The value that `raw`, all that stands behind `=`, means; `None` where the documentation does not say.
pub(crate) fn meaning(dialect: Dialect, raw: &str) -> Option<String> {
    let mut chars = raw.chars().peekable();
    match chars.peek() {
        Some('\'') => between(&mut chars, |chars, to| single(dialect, chars, to)),
        Some('"') => between(&mut chars, |chars, to| double(dialect, chars, to)),
        _ => raw.chars().all(is_plain).then(|| raw.to_owned()),
    }
}

/// Characters that have no meaning in either grammar.
fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || "_-./:@%+,=".contains(it)
}

/// Reads from one quote to the next of its kind, which has to be the last character. `step` takes one character, or an
/// escape, to its meaning.
fn between(
    chars: &mut Peekable<Chars<'_>>,
    step: impl Fn(&mut Peekable<Chars<'_>>, &mut String) -> Option<()>,
) -> Option<String> {
    let quote = chars.next()?;
    let mut value = String::new();
    while *chars.peek()? != quote {
        step(chars, &mut value)?;
    }
    chars.next();
    chars.peek().is_none().then_some(value)
}

/// Literally; Compose says that quotes can be escaped, and not what a backslash before such a pair is.
fn single(dialect: Dialect, chars: &mut Peekable<Chars<'_>>, to: &mut String) -> Option<()> {
    let it = chars.next()?;
    let is_escape = it == '\\' && dialect == Dialect::Compose;
    match chars.peek() {
        Some('\'') if is_escape => to.extend(chars.next()),
        Some('\\') if is_escape => return None,
        _ => to.push(it),
    }
    Some(())
}

fn double(dialect: Dialect, chars: &mut Peekable<Chars<'_>>, to: &mut String) -> Option<()> {
    let escaped = match (chars.next()?, dialect) {
        ('\\', Dialect::Compose) => match chars.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            it @ ('\\' | '"') => it,
            _ => return None,
        },
        ('\\', _) => match chars.next()? {
            it @ ('"' | '$') => it,
            _ => return None,
        },
        ('$', Dialect::Compose) if chars.peek() == Some(&'$') => chars.next()?,
        ('$' | '`', _) => return None,
        // Lines between double quotes are documented for Ruby alone.
        ('\n' | '\r', Dialect::Compose) => return None,
        (it, _) => it,
    };
    to.push(escaped);
    Some(())
}
