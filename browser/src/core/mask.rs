//! Values as they may be shown unasked.

use desk::text::HIDDEN;

/// Shorter values show nothing of themselves.
const SHOWN_FROM: usize = 16;

/// For the import preview alone: the first four and last two characters of sixteen or more, else nothing but dots.
pub(super) fn mask(value: &str) -> String {
    if value.chars().count() < SHOWN_FROM {
        return HIDDEN.to_owned();
    }
    let start: String = value.chars().take(4).collect();
    let mut end: Vec<char> = value.chars().rev().take(2).collect();
    end.reverse();
    format!("{start}{HIDDEN}{}", end.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_value_shows_nothing_of_itself() {
        assert_eq!(mask("fifteen-letters"), HIDDEN);
        assert_eq!(mask(""), HIDDEN);
    }

    #[test]
    fn a_long_value_shows_four_and_two() {
        assert_eq!(mask("sk_live_EXAMPLE01"), format!("sk_l{HIDDEN}01"));
        assert_eq!(mask(&"é".repeat(16)), format!("éééé{HIDDEN}éé"));
    }
}
