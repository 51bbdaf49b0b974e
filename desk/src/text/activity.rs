//! What was done to a vault, and with its values.

/// A backup was made.
pub const BACKED_UP: &str = "Made a backup.";

/// A device came in or went, or keys were renewed.
pub const KEYS: &str = "Brought devices and keys up to date.";

/// Objects were changed.
pub fn changed(what: &str) -> String {
    format!("Changed {what}.")
}

/// Objects were changed, and something of one is as two devices wrote it.
pub fn contested(what: &str) -> String {
    format!("Changed {what}. Two devices wrote it at the same time: choose which stays.")
}

/// Values were shown.
pub fn shown(what: &str) -> String {
    format!("Showed {what}.")
}

/// Values were copied.
pub fn copied(what: &str) -> String {
    format!("Copied {what}.")
}

/// Values were exported.
pub fn exported(what: &str) -> String {
    format!("Exported {what}.")
}

/// Values were taken out to be put into a page.
pub fn taken(what: &str) -> String {
    format!("Took {what} out to fill a page.")
}

/// Values were put into a page of this origin.
pub fn filled(what: &str, origin: &str) -> String {
    format!("Filled {what} into {origin}.")
}

/// Values were taken from a page of this origin.
pub fn captured(what: &str, origin: &str) -> String {
    format!("Captured {what} from {origin}.")
}

/// `names` of `total` objects; those without a name were deleted since.
pub fn list(names: &[String], total: usize) -> String {
    match (names, total.saturating_sub(names.len())) {
        ([], 1) => "something deleted since".to_owned(),
        ([], more) => format!("{more} things deleted since"),
        (names, 0) => names.join(", "),
        (names, more) => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn a_list_says_how_many_it_leaves_out() {
        let names = ["A".to_owned(), "B".to_owned()];
        assert_eq!(list(&names, 2), "A, B");
        assert_eq!(list(&names, 5), "A, B and 3 more");
        assert_eq!(list(&[], 1), "something deleted since");
        assert_eq!(list(&[], 4), "4 things deleted since");
    }
}
