//! Keys from pages of other sites: what the panel says of what it found, and of what becomes of it.

use super::{Sentence, say};
use crate::{CapturePlan, Captured, Outcome};

/// What the button does.
pub const OFFER: &str = "A new key that this page shows can go straight into the vault. Tacit looks when you ask it to, and keeps the one you choose.";

/// The page has more text than is looked through.
pub const CUT: &str = "This page has more text than Tacit looks through (4 MB): the end of it was left out.";

/// The page came without protection.
pub const PLAIN: &str = "This page is not protected on its way (no https): others may know what is on it.";

/// The key may be none.
pub const UNCERTAIN: &str = "Only its place speaks for it: look whether it is the key.";

/// What an expiry date does.
pub const EXPIRES: &str =
    "If it does: from two weeks before that day on, the secret is marked wherever it is shown.";

/// What stands in place of a provider for a private key in its armour, which is anybody's.
pub const ARMOURED: &str = "Private key";

/// There is no page whose selection could be read.
pub const SELECTION_GONE: &str = "The selection was not read.";

/// Nothing was found in the page, or selected.
pub fn nothing(captured: &Captured) -> Sentence {
    if captured.selected {
        return say(
            SELECTION_GONE,
            "Select the text of the key in the page, and choose Save selection as secret from its menu.",
        );
    }
    say(
        "No key was found on this page.",
        "Show it there, then capture again. Or select its text, and choose Save selection as secret from its menu (right click).",
    )
}

/// Why a page was not looked through, by the code of `extension/page.js`.
pub fn refused(code: &str) -> Sentence {
    let (what, todo) = match code {
        "gone" | "origin" => ("Another page is there now.", "Look at it again, then capture its key."),
        "scheme" => (
            "This page is not protected on its way (no https).",
            "Select the text of the key, and choose Save selection as secret from its menu.",
        ),
        other => return super::fill::refused(other),
    };
    say(what, todo)
}

/// Whose keys were looked for.
pub fn looked(providers: &[String]) -> String {
    match providers {
        [] => "Tacit does not know whose page this is, so it looked for keys of every provider.".to_owned(),
        known => format!("Looked for keys of {}.", known.join(", ")),
    }
}

/// So many characters.
pub fn length(characters: u32) -> String {
    if characters == 1 { "1 character".to_owned() } else { format!("{characters} characters") }
}

/// The vault has the value already.
pub fn known(places: &[String]) -> String {
    format!("In the vault already: {}.", places.join(", "))
}

/// A place where the vault has a value.
pub fn place(project: &str, environment: &str, variable: &str) -> String {
    format!("{project} / {environment} as {variable}")
}

/// The same, where no project uses it.
pub fn unbound(name: &str) -> String {
    format!("the registry as {name}")
}

/// What keeping it would do.
pub fn plan(plan: &CapturePlan, name: &str) -> String {
    let done = match &plan.outcome {
        Outcome::Create => "A new secret.".to_owned(),
        Outcome::NewVersion { .. } => {
            format!(
                "{} is there already: this becomes its new version, and the one of now stays in its history.",
                plan.name
            )
        }
        Outcome::Override { from } => {
            format!("A secret of its own here, in place of the one inherited from {from}.")
        }
        Outcome::Unchanged => format!("{} has this value there already.", plan.name),
        Outcome::Skip => return String::new(),
    };
    if plan.name == name { done } else { format!("It gets the name {}. {done}", plan.name) }
}

/// What the button that keeps it says.
pub fn button(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::NewVersion { .. }) => "Save as a new version",
        Some(Outcome::Unchanged) => "Saved already",
        _ => "Save the key",
    }
}

/// It was kept.
pub fn kept(name: &str, host: &str) -> String {
    format!("Saved {name} from {host}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_names_a_key_and_never_a_value() {
        let of = |outcome| CapturePlan { name: "STRIPE_KEY".into(), outcome, notices: Vec::new() };
        assert_eq!(plan(&of(Outcome::Create), "STRIPE_KEY"), "A new secret.");
        assert_eq!(plan(&of(Outcome::Create), "stripe key"), "It gets the name STRIPE_KEY. A new secret.");
        assert!(
            plan(&of(Outcome::NewVersion { old_length: 3 }), "STRIPE_KEY").starts_with("STRIPE_KEY is there")
        );
        assert_eq!(button(Some(&Outcome::NewVersion { old_length: 3 })), "Save as a new version");
        assert_eq!(looked(&["Stripe".to_owned()]), "Looked for keys of Stripe.");
    }
}
