//! Filling a page of another site: what the panel says of the page, of a plan, and of what became of it.

use super::{Sentence, say};
use crate::{Breach, Step};

/// Beside which page the panel stands is not known: the button was not pressed there.
pub const NOT_PRESSED: &str = "Tacit sees no page until you ask it to: press its button (Alt+Shift+F) while the page is in front. Pages of the browser itself and of its store let no extension in, pressed or not.";

/// What a fill never does.
pub const NOT_SUBMITTED: &str = "Nothing is submitted: look at the page, and save there.";

/// What teaching a form comes to.
pub const TEACH: &str =
    "Tacit does not know this form. Point at its fields once, and it knows them from then on.";

/// How a person points.
pub const POINTING: &str = "Click into a field of the page, then say here what it is. A button that adds a row you reach with the Tab key.";

/// Nothing of the page has the cursor.
pub const POINT: &str = "No field of the page has the cursor.";

/// How patterns of paths are written.
pub const PATHS: &str =
    "A part may be * for any one, or {project} or {environment} where the page's address names them.";

/// A form was found by what was pointed at.
pub fn found(what: &str) -> Sentence {
    say(format!("Tacit finds it: {what}."), "Keep it, and it can be filled from an environment.")
}

/// What it is good for that Tacit stays on a site.
pub fn stay(host: &str) -> String {
    format!(
        "The browser lets Tacit see one page at a time. Let it stay on {host}, and what takes several pages goes on by itself; Settings gives it back."
    )
}

/// The person, or the browser, did not say yes.
pub fn not_granted() -> Sentence {
    say("The site was not granted.", "Press Tacit's button on each page instead, or ask again.")
}

/// The cursor is in a page inside the page.
pub fn inner() -> Sentence {
    say(
        "The cursor is in another page inside this one.",
        "Tacit fills no page inside another. Copy the value and paste it, or open that page in a tab of its own.",
    )
}

/// What went into a page was written down.
pub fn noted(secrets: usize) -> String {
    match secrets {
        1 => "Wrote down where it was filled.".to_owned(),
        more => format!("Wrote down where {more} secrets were filled."),
    }
}

/// Not all places of a secret are kept.
pub const OLDER: &str = "These are the last that are kept; there may have been others before.";

/// A value is longer than the provider takes.
pub fn too_long(length: usize, most: usize) -> String {
    format!("Its value has {length} bytes, and the provider takes {most}.")
}

/// Values are together more than the provider takes.
pub fn too_much(length: usize, most: usize) -> String {
    format!("All together have {length} bytes, and the provider takes {most}. Leave some out.")
}

/// There may be more variables than the provider takes: what else of the page's words is one is not known.
pub fn crowded(most: u32) -> Sentence {
    say(
        format!("The provider takes {most} variables at most."),
        "The page may have others already: count them there.",
    )
}

/// A box that has text is replaced, with these names in it.
pub fn replaces(gone: &[String]) -> Sentence {
    let todo = match gone {
        [] => "All names in it are filled again.".to_owned(),
        gone => format!("In it, and gone then: {}.", gone.join(", ")),
    };
    say("This replaces everything in the box.", &todo)
}

/// A secret refers to others, and not each of its environments has the same of them.
pub const DIFFERS: &str =
    "It refers to values that depend on the environment. Fill it by a plan, or copy it from an export.";

/// A provider does not take a variable.
pub fn breach(breach: &Breach) -> String {
    match breach {
        Breach::Name => "The provider does not take this name.".to_owned(),
        Breach::Reserved(prefix) => format!("Names may not start with {prefix}."),
        Breach::Long(most) => format!("Names may have at most {most} characters."),
        Breach::Count(most) => format!("There may be at most {most} variables."),
        Breach::Size(length, most) => too_long(*length as usize, *most as usize),
    }
}

/// The focused field has the value.
pub fn filled(name: &str, host: &str) -> String {
    format!("Filled {name} into {host}.")
}

/// A fill of several: how many of how many.
pub fn filled_some(filled: usize, of: usize, host: &str) -> Sentence {
    let todo = if filled == of { NOT_SUBMITTED } else { "Each variable says what became of it." };
    say(format!("Filled {filled} of {of} into {host}."), todo)
}

/// The page's address has letters beyond the Latin ones, which may look like others.
pub const FOREIGN: &str = "This address has letters that can look like others, and is written here as the network has it (xn--). Fill it only if you know it.";

/// The cursor is in a field without a name.
pub const CURSOR: &str = "The cursor is in a field.";

/// The cursor is in the field of this name.
pub fn cursor(label: &str) -> String {
    format!("The cursor is in “{label}”.")
}

/// A form that takes one variable is filled, saved by the person, and filled again.
pub fn one_at_a_time(left: usize) -> String {
    let left = if left == 1 { "One is".to_owned() } else { format!("{left} are") };
    format!("{left} left. This page takes one at a time: fill it, save it there, then fill the next.")
}

/// What a plan does: how many of each.
pub fn steps<'a>(steps: impl Iterator<Item = &'a Step> + Clone) -> String {
    let count = |is: fn(&Step) -> bool| steps.clone().filter(|step| is(step)).count();
    let breaks = count(|step| matches!(step, Step::Breaks(_)));
    let parts = [
        (count(|step| *step == Step::Add), "+", "add"),
        (count(|step| *step == Step::Change), "✎", "change"),
        (count(|step| *step == Step::Same), "=", "given"),
        (breaks, "⚠", if breaks == 1 { "breaks a rule" } else { "break a rule" }),
    ];
    let said = parts.iter().filter(|(count, ..)| *count > 0);
    said.map(|(count, sign, word)| format!("{sign} {count} {word}")).collect::<Vec<_>>().join("   ")
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
        "not-pressed" => ("Tacit does not see this page.", NOT_PRESSED),
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
        "moved" => ("The field is not where it was a moment ago.", "Look at the page again, then fill."),
        "not-found" => (
            "The page does not look as Tacit knows it.",
            "Click into the field yourself, and fill the focused field.",
        ),
        "ambiguous" => {
            ("Two fields could be the one.", "Click into the right one, and fill the focused field.")
        }
        "incomplete" => ("A name alone, or a value alone, is no form.", "Point at the other field too."),
        "same" => {
            ("Name and value are the same field.", "Point at two fields, or say that it takes a whole .env.")
        }
        "no-label" => (
            "The field has no label to know it by again.",
            "Fill the focused field here; Tacit cannot learn it.",
        ),
        "no-button" => {
            ("What has the cursor is no button.", "Reach the button with the Tab key, then say it again.")
        }
        "sends" => ("This button sends the form.", "Tacit never presses such a one. Leave it out."),
        "path" => (
            "The pattern does not fit this page.",
            "Write the page's own path, with * for parts that may be others, and ** once at most.",
        ),
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
