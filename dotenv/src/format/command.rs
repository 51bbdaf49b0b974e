//! Commands for a POSIX shell that give pairs to a provider's own program, ready to be pasted.
//!
//! Values stand in single quotes, inside which a shell runs and expands nothing, not even `!` where it is typed to. `printf` is
//! the shell's own, so what it writes is in no list of processes. Each line begins with a space, which many shells are set to
//! keep out of their history.

use super::{Reason, Refusal, check, variable};
use crate::Pair;

/// The longest value for `vercel`, in bytes: it takes what comes first, and a shell writes no more than this at once.
const MAX_VERCEL: usize = 4096;
/// The most that an app of Heroku's keeps, in bytes of names and values.
const MAX_HEROKU: usize = 32 * 1024;

/// Text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Gives `text` to what `program` reads from its standard input.
#[must_use]
pub fn piped(text: &str, program: &str) -> String {
    format!(" printf %s {} | {program}\n", quoted(text))
}

/// One `vercel env add` for each pair, in place of what is there under its name, for that environment of Vercel's.
///
/// # Errors
/// A [`Refusal`] for each pair with a name that is not portable, a NUL, or a value that is empty, ends in a line end or is too
/// long to come whole.
pub fn vercel(environment: &str, pairs: &[Pair]) -> Result<String, Vec<Refusal>> {
    check(pairs, str::to_owned, |pair| variable(pair).or_else(|| not_by_vercel(&pair.value)))?;
    let command = |pair: &Pair| {
        let program = format!("vercel env add {} {} --force --yes", pair.key, quoted(environment));
        piped(&pair.value, &program)
    };
    Ok(pairs.iter().map(command).collect())
}

fn not_by_vercel(value: &str) -> Option<Reason> {
    if value.is_empty() {
        Some(Reason::Empty)
    } else if value.ends_with('\n') {
        // Newer versions take it off.
        Some(Reason::Ambiguous)
    } else {
        (value.len() > MAX_VERCEL).then_some(Reason::TooLong)
    }
}

/// One `heroku config:set`, which takes values as its arguments alone.
///
/// # Errors
/// A [`Refusal`] for each pair with a name that is not portable or that Heroku keeps for itself, or with a NUL; one without key
/// where they are more than 32 KiB together.
pub fn heroku(pairs: &[Pair]) -> Result<String, Vec<Refusal>> {
    check(pairs, str::to_owned, |pair| variable(pair).or_else(|| of_heroku(&pair.key)))?;
    if pairs.iter().map(|pair| pair.key.len() + pair.value.len()).sum::<usize>() > MAX_HEROKU {
        return Err(vec![Refusal { key: String::new(), reason: Reason::TooMuch }]);
    }
    let word = |pair: &Pair| format!(" \\\n {}={}", pair.key, quoted(&pair.value));
    let words: String = pairs.iter().map(word).collect();
    Ok(format!(" heroku config:set{words}\n"))
}

fn of_heroku(key: &str) -> Option<Reason> {
    (key.starts_with("__") || key.starts_with("HEROKU_")).then_some(Reason::Reserved)
}
