//! A file for `gh secret set -f`, which reads it with godotenv.

use super::{Reason, Refusal, check, variable};
use crate::Pair;

/// The longest value of a secret, in bytes.
const MAX_VALUE: usize = 48 * 1024;
/// The most secrets of a repository or an environment.
const MAX_PAIRS: usize = 100;

/// Checks `pairs` against the rules of GitHub's secrets and lets `render` write them for godotenv.
///
/// # Errors
/// A [`Refusal`] for each pair with a name GitHub does not accept (it compares them without case), a NUL or more than
/// 48 KiB; one without key for more than 100 pairs. What `render` answers otherwise.
pub fn write<E: From<Vec<Refusal>>>(
    pairs: &[Pair],
    render: impl FnOnce(&[Pair]) -> Result<String, E>,
) -> Result<String, E> {
    if pairs.len() > MAX_PAIRS {
        return Err(vec![Refusal { key: String::new(), reason: Reason::TooMuch }].into());
    }
    check(pairs, str::to_ascii_uppercase, |pair| variable(pair).or_else(|| refuse(pair)))?;
    render(pairs)
}

fn refuse(pair: &Pair) -> Option<Reason> {
    if pair.key.to_ascii_uppercase().starts_with("GITHUB_") {
        return Some(Reason::Reserved);
    }
    (pair.value.len() > MAX_VALUE).then_some(Reason::TooLong)
}
