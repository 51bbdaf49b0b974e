//! Identifiers and points in time as a view sees them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The id of a project, environment, secret, binding or act: 16 random bytes, shown as 32 hexadecimal digits in routes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Id(pub [u8; 16]);

impl Id {
    /// Reads 32 lower-case hexadecimal digits; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().try_fold(0, |sum, digit| Some(sum << 4 | nibble(*digit)?))?;
        }
        Some(Self(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Milliseconds since 1970-01-01 UTC, as the page's clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_route_form() {
        let id = Id(std::array::from_fn(|place| u8::try_from(place * 17).unwrap()));
        assert_eq!(Id::parse(&id.to_string()), Some(id));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in ["", "00", "g0000000000000000000000000000000", "A0000000000000000000000000000000"] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }
}
