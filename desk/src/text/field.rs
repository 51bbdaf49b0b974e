//! What a person calls the fields of a secret, a project and what is in one.

use crate::{Class, Kind};

/// Its value.
pub const VALUE: &str = "Value";
/// Its name.
pub const NAME: &str = "Name";
/// The provider.
pub const PROVIDER: &str = "Provider";
/// What it is.
pub const KIND: &str = "Kind";
/// Whose it is.
pub const CLASS: &str = "Class";
/// Notes.
pub const NOTES: &str = "Notes";
/// When it stops working.
pub const EXPIRES: &str = "Expires";
/// How often it should be replaced.
pub const PERIOD: &str = "Replace every (days)";
/// Where its documentation is.
pub const DOCS: &str = "Documentation";
/// Who looks after it.
pub const OWNER: &str = "Owner";
/// Whether something is out of the way.
pub const ARCHIVED: &str = "Archived";
/// Whether a mistake in an environment reaches customers.
pub const STAGE: &str = "Kind";
/// What an environment inherits from.
pub const PARENT: &str = "Parent";
/// The place among others.
pub const PLACE: &str = "Place";
/// What is bound.
pub const SECRET: &str = "Secret";
/// What stands where a variable is hidden.
pub const HIDES: &str = "hides what it would inherit";
/// What stands where an environment has no parent.
pub const NO_PARENT: &str = "inherits nothing";
/// Something that no form shows.
pub const OTHER: &str = "Another setting";

/// Whether a mistake in an environment reaches customers.
pub const fn stage(kind: Kind) -> &'static str {
    match kind {
        Kind::Prod => "production",
        Kind::NonProd => "not production",
    }
}

/// A field of something by its name.
pub fn of(label: &str, what: &str) -> String {
    format!("{label} of {what}")
}

/// A variable by where it is.
pub fn place(variable: &str, environment: &str) -> String {
    format!("{variable} in {environment}")
}

/// A yes or no.
pub const fn flag(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// Whose a secret is.
pub const fn class(class: Class) -> &'static str {
    match class {
        Class::Infrastructure => "infrastructure",
        Class::Service => "service",
        Class::User => "user",
    }
}
