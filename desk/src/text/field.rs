//! What a person calls the fields of a secret.

use crate::Class;

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
/// Something that no form shows.
pub const OTHER: &str = "Another setting";

/// Whose a secret is.
pub const fn class(class: Class) -> &'static str {
    match class {
        Class::Infrastructure => "infrastructure",
        Class::Service => "service",
        Class::User => "user",
    }
}
