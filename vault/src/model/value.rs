//! A secret's value in the clear.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A value: text, wiped when dropped, never printed, compared in constant time.
pub struct SecretValue(Zeroizing<String>);

impl SecretValue {
    /// Takes over `text`.
    pub fn new(text: impl Into<Zeroizing<String>>) -> Self {
        Self(text.into())
    }

    /// The text itself. Hand it on; do not keep it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretValue {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq for SecretValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SecretValue {}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", SecretValue::from("canary".to_owned())), "SecretValue(…)");
    }

    #[test]
    fn values_are_equal_by_their_text() {
        let value = |text: &str| SecretValue::from(text.to_owned());
        assert_eq!(value("a"), value("a"));
        assert_ne!(value("a"), value("b"));
        assert_ne!(value("a"), value("aa"));
    }
}
