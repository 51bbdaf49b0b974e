//! What the view tells of what it did by itself, or could not do.

use super::{Sentence, refusal, say};
use crate::Refusal;

/// A key pair of an authenticator opens the vault from now on.
pub const PASSKEY_ADDED: &str = "The passkey was added.";
/// It does not any more.
pub const PASSKEY_REMOVED: &str = "The passkey was removed.";

/// No passkey was made.
pub fn no_passkey() -> Sentence {
    say("No passkey was added.", "This needs an authenticator that can give a secret (PRF).")
}

/// The vault is at a relay from now on.
pub const CONNECTED: &str = "The vault is connected.";

/// The vault is at another relay from now on.
pub const MOVED: &str = "The vault is at the other relay now. Your other devices follow by themselves.";
/// The account went on at another relay, without the one that it left.
pub const WENT_ON: &str =
    "The vault is at the other relay now. Go on there with your other devices too, in their settings.";

/// What the relay has is taken, and what was here alone came behind it.
pub const REJOINED: &str = "This device rejoined the relay. What was only here was added to what it has.";

/// The vault is here by its recovery key, and for this reason there is no kit yet.
pub fn recovered_without_kit(reason: &Refusal) -> Sentence {
    let why = refusal(reason).what;
    say(
        format!("The vault is here and opens with the new passphrase, but there is no new kit yet. {why}"),
        "Make a new kit now. Until there is one, keep the kit that you have.",
    )
}

/// A device has another name.
pub const DEVICE_NAMED: &str = "The device was renamed.";
/// The relay lacked so many commits that it had had, and has them again.
pub fn caught_up(commits: u32) -> Sentence {
    let noun = if commits == 1 { "commit" } else { "commits" };
    say(
        format!("The relay was behind: it lacked {commits} {noun} that it had before, and has them again."),
        "Nothing is lost. It happens where a relay is restored from a backup; if nobody did that, ask whoever runs it. If it was made anew, connect again in the settings, so that new devices can come in there.",
    )
}

/// The relay's log and this device's as a file went to the browser's downloads.
pub fn evidence_given(name: &str) -> Sentence {
    say(
        given(name),
        "There is no name and no value in it; it shows what the relay served, signed by your devices.",
    )
}

/// There is a new passphrase.
pub fn passphrase_changed() -> Sentence {
    say("The passphrase was changed.", "Make a new backup; older ones keep the old passphrase.")
}

/// The browser keeps the state of the screen to itself.
pub fn screen_refused() -> Sentence {
    say(
        "The browser did not let Tacit see when the screen locks.",
        "Allow it in the site's settings and try again.",
    )
}

/// A backup of that name went to the browser's downloads.
pub fn backup_given(name: &str) -> Sentence {
    say(given(name), "Keep it with the kit, apart from the passphrase.")
}

/// A file went to the browser's downloads under a `name` that it takes, and not as `wanted`.
pub fn file_given(name: &str, wanted: &str) -> Sentence {
    if name == wanted {
        return say(given(name), "");
    }
    say(given(name), format!("A browser saves no file as {wanted}: rename it to that where it is used."))
}

/// A file was written into a folder, of which `.gitignore` names it or not.
pub fn file_written(name: &str, ignored: bool) -> Sentence {
    let todo = if ignored { "" } else { "No .gitignore there names it: add it before you commit." };
    say(format!("{name} was written."), todo)
}

/// Something is on the clipboard.
pub fn copied(name: &str, seconds: u16) -> Sentence {
    say(
        format!("{name} was copied."),
        format!(
            "After {seconds} seconds Tacit takes it off the clipboard, as soon as you are back here; other programs may have read it."
        ),
    )
}

/// It is there no longer.
pub fn cleared(name: &str) -> Sentence {
    say(format!("{name} was taken off the clipboard."), "")
}

/// The clipboard was not to be had.
pub fn not_copied() -> Sentence {
    say("The browser did not let Tacit copy.", "Click into the page and try again.")
}

/// The next version waits.
pub fn new_version() -> Sentence {
    say("A new version is ready.", "Reload when it suits you.")
}

fn given(name: &str) -> String {
    format!("{name} was given to the browser.")
}
