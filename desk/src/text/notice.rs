//! What there is to note about a row of an import.

/// The name has a value, which the person chose to keep.
pub const EXISTS: &str = "It has a value here, and that stays.";
/// The value is too long.
pub const TOO_LONG: &str = "The value is longer than a value may be.";
/// The key has nothing of a name.
pub const NO_NAME: &str = "Nothing of this key can be a variable name.";
/// A live key, and not for prod.
pub const LIVE_OUTSIDE_PROD: &str = "A live key goes to an environment that is not prod.";
/// A test key, and for prod.
pub const TEST_IN_PROD: &str = "A test key goes to prod.";
/// A name that a build puts into what everyone gets.
pub const PUBLIC_NAME: &str = "The name makes it public, and the value looks secret.";
/// Name and value say different things.
pub const OTHER_PROVIDER: &str = "The value is another provider's than the name says.";

/// A later line sets the same name.
pub fn repeated(line: u32) -> String {
    format!("Line {line} sets the same name; that line counts.")
}

/// The secret is bound in other places too.
pub fn shared(places: usize) -> String {
    match places {
        1 => "The new version shows in one other place too.".to_owned(),
        places => format!("The new version shows in {places} other places too."),
    }
}
