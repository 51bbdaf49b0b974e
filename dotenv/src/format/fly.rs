//! Lines for `fly secrets import`: `NAME=value`, and `NAME="""value"""` for a value of several lines.
//!
//! Its reader skips lines that begin with `#`, cuts at the first `=`, and reads lines of at most 64 KiB, ending
//! silently at a longer one. Newer versions drop blanks before a value and double quotes around it, older ones do
//! not; so what they would read differently is refused.

use super::{Reason, Refusal, check, variable};
use crate::Pair;

/// The longest line written, under the reader's limit of 64 KiB.
const MAX_LINE: usize = 65_000;

/// Writes one entry for each pair.
///
/// # Errors
/// A [`Refusal`] for each pair that some version of fly would not read back exactly.
pub fn write(pairs: &[Pair]) -> Result<String, Vec<Refusal>> {
    check(pairs, str::to_owned, |pair| variable(pair).or_else(|| refuse(pair)))?;
    Ok(pairs.iter().map(entry).collect())
}

fn entry(pair: &Pair) -> String {
    if pair.value.contains('\n') {
        format!("{}=\"\"\"{}\"\"\"\n", pair.key, pair.value)
    } else {
        format!("{}={}\n", pair.key, pair.value)
    }
}

fn refuse(pair: &Pair) -> Option<Reason> {
    let value = &pair.value;
    let ambiguous = if value.contains('\n') {
        value.contains("\"\"\"") || value.ends_with('"')
    } else {
        value.starts_with(char::is_whitespace)
            || value.starts_with("\"\"\"")
            || (value.starts_with('"') && value.ends_with('"'))
    };
    if value.contains('\r') {
        Some(Reason::CarriageReturn)
    } else if ambiguous {
        Some(Reason::Ambiguous)
    } else {
        entry(pair).lines().any(|line| line.len() > MAX_LINE).then_some(Reason::TooLong)
    }
}
