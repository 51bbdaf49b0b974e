//! JSON for `wrangler secret bulk`.

use super::json::object;
use super::{Reason, Refusal, check, variable};
use crate::Pair;

/// The longest value of a Worker's secret, in bytes.
const MAX_VALUE: usize = 5 * 1024;
/// The most secrets in one call.
const MAX_PAIRS: usize = 100;

/// Writes an object of strings.
///
/// # Errors
/// A [`Refusal`] for each pair with a name that is not portable, a NUL or more than 5 KiB; one without key for more
/// than 100 pairs.
pub fn write(pairs: &[Pair]) -> Result<String, Vec<Refusal>> {
    if pairs.len() > MAX_PAIRS {
        return Err(vec![Refusal { key: String::new(), reason: Reason::TooMuch }]);
    }
    check(pairs, str::to_owned, |pair| variable(pair).or_else(|| refuse(pair)))?;
    Ok(object(pairs))
}

fn refuse(pair: &Pair) -> Option<Reason> {
    // A JavaScript object that is filled key by key loses this one without a word.
    if pair.key == "__proto__" {
        return Some(Reason::Reserved);
    }
    (pair.value.len() > MAX_VALUE).then_some(Reason::TooLong)
}
