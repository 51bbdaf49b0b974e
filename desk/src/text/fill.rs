//! Filling a page of another site: what the panel says of the page, of a plan, and of what became of it.

use super::{Sentence, say};
use crate::Breach;

/// Beside which page the panel stands is not known: the button was not pressed there.
pub const NOT_PRESSED: &str =
    "Tacit sees no page until you ask it to: press its button (Alt+Shift+F) while the page is in front.";

/// What a fill never does.
pub const NOT_SUBMITTED: &str = "Nothing is submitted: look at the page, and save there.";

/// What went into a page was written down.
pub fn noted(secrets: usize) -> String {
    match secrets {
        1 => "Wrote down where it was filled.".to_owned(),
        more => format!("Wrote down where {more} secrets were filled."),
    }
}

/// A value is longer than the provider takes.
pub fn too_long(length: usize, most: usize) -> String {
    format!("Its value has {length} bytes, and the provider takes {most}.")
}

/// A provider does not take a variable.
pub fn breach(breach: &Breach) -> String {
    match breach {
        Breach::Name => "The provider does not take this name.".to_owned(),
        Breach::Reserved(prefix) => format!("Names may not start with {prefix}."),
        Breach::Long(most) => format!("Names may have at most {most} characters."),
        Breach::Count(most) => format!("There may be at most {most} variables."),
    }
}

/// The focused field has the value.
pub fn filled(name: &str, host: &str) -> String {
    format!("Filled {name} into {host}.")
}

/// A fill of several: how many of how many.
pub fn filled_some(filled: usize, of: usize, host: &str) -> String {
    format!("Filled {filled} of {of} into {host}.")
}

/// The page made something else of what was put into it.
pub fn changed(name: &str) -> Sentence {
    say(
        format!("The page made something else of {name}."),
        "Look at the field: it may be shortened or formatted. Copy the value and paste it if it is wrong.",
    )
}

/// Why a page or a field was not filled, by the code of `extension/page.js`.
pub fn refused(code: &str) -> Sentence {
    let (what, todo) = match code {
        "denied" => (
            "The browser does not let Tacit into this page.",
            "Press Tacit's button while the page is in front; pages of the browser itself stay closed.",
        ),
        "gone" => ("The page changed before it was filled.", "Look at it again, then fill."),
        "frame" | "sandboxed" => {
            ("This page is shown inside another one.", "Open it in a tab of its own, then fill.")
        }
        "origin" => {
            ("Another site is there now.", "Nothing was filled. Look at the address, then try again.")
        }
        "scheme" => (
            "This page is not protected on its way (no https).",
            "Tacit fills pages with https, and http on localhost.",
        ),
        "address" => (
            "There is a user name in the page's address, which can make a site look like another.",
            "Open the site by its own address.",
        ),
        "not-found" => (
            "The page does not look as Tacit knows it.",
            "Click into the field yourself, and fill the focused field.",
        ),
        "ambiguous" => {
            ("Two fields could be the one.", "Click into the right one, and fill the focused field.")
        }
        "no-row" => ("There is no empty row left.", "Add rows in the page, then fill the rest."),
        "no-field" => ("No field of the page has the cursor.", "Click into the field, then fill."),
        "kind" => ("What has the cursor is not a field for text.", "Click into a field for text, then fill."),
        "editor" => ("Tacit cannot write to this editor reliably.", "Copy the value and paste it."),
        "hidden" => {
            ("The field cannot be seen.", "Tacit fills only what you can see. Click into it, then try again.")
        }
        "outside" => ("The field cannot be brought into view.", "Scroll to it, then try again."),
        "covered" => (
            "Something lies over the field.",
            "Close what covers it. If you see nothing there, do not trust the page.",
        ),
        "disabled" | "read-only" => {
            ("The field takes no text now.", "Make it editable in the page, then try again.")
        }
        "too-long" => {
            ("The field takes less than the value has.", "It would be cut off, so nothing was filled.")
        }
        "one-line" => (
            "The value has several lines, and the field takes one.",
            "Look for a field that takes several, or fill it in another way.",
        ),
        "not-empty" => {
            ("There is text in the field already.", "Allow it to be replaced, or empty the field.")
        }
        _ => ("The page was not filled.", "Look at it again, then try once more."),
    };
    say(what, todo)
}
