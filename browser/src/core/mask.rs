//! Values as they may be shown unasked.

/// What stands for the characters that are not shown.
const DOTS: &str = "••••••••";
/// Shorter values show nothing of themselves.
const SHOWN_FROM: usize = 16;

/// The first four and last two characters of sixteen or more, else nothing but dots; the same width for every length.
pub(super) fn mask(value: &str) -> String {
    if value.chars().count() < SHOWN_FROM {
        return DOTS.to_owned();
    }
    let start: String = value.chars().take(4).collect();
    let mut end: Vec<char> = value.chars().rev().take(2).collect();
    end.reverse();
    format!("{start}{DOTS}{}", end.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_value_shows_nothing_of_itself() {
        assert_eq!(mask("fifteen-letters"), DOTS);
        assert_eq!(mask(""), DOTS);
    }

    #[test]
    fn a_long_value_shows_four_and_two() {
        assert_eq!(mask("sk_live_EXAMPLE01"), format!("sk_l{DOTS}01"));
        assert_eq!(mask(&"é".repeat(16)), format!("éééé{DOTS}éé"));
    }
}
