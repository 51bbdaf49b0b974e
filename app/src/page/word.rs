//! Counts with their nouns, and words that stand in several places.

use crate::component::Meaning;
use desk::Expiry;

/// Devices wrote it differently at the same time.
pub(super) const TWO_VALUES: &str = "≠ two values";
/// The same, of a project or what is in it.
pub(super) const TWO_VERSIONS: &str = "≠ two versions";

/// `1 key`, `2 keys`.
pub(super) fn count(number: u32, one: &str, many: &str) -> String {
    [number.to_string().as_str(), " ", if number == 1 { one } else { many }].concat()
}

/// The word for how a secret stands to the day on which it expires.
pub(super) const fn expiry(expiry: Expiry) -> (&'static str, Meaning) {
    match expiry {
        Expiry::Past => ("expired", Meaning::Danger),
        Expiry::Soon => ("expires soon", Meaning::Warning),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_one_and_none_is_many() {
        assert_eq!(count(1, "key", "keys"), "1 key");
        assert_eq!(count(0, "key", "keys"), "0 keys");
    }
}
