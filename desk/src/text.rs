//! Every sentence a person reads, in pairs: what happened, and what to do.

pub mod activity;
pub mod advice;
pub mod capture;
pub mod done;
pub mod field;
pub mod fill;
pub mod link;
pub mod notice;
pub mod permission;
pub mod told;

use crate::{Comparison, Field, Problem, Refusal};

/// A value that is not shown, however long it is.
pub const HIDDEN: &str = "••••••••";

/// What happened, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What happened.
    pub what: String,
    /// What to do.
    pub todo: String,
}

fn say(what: impl Into<String>, todo: impl Into<String>) -> Sentence {
    Sentence { what: what.into(), todo: todo.into() }
}

/// A device that has no name, by its id.
pub fn device(id: &str) -> String {
    format!("Device {}", id.get(..6).unwrap_or(id))
}

/// References that cannot be filled in, as written.
pub fn broken_references<'a>(references: impl IntoIterator<Item = &'a String>) -> String {
    let references: Vec<&str> = references.into_iter().map(String::as_str).collect();
    format!("References that lead nowhere: {}.", references.join(", "))
}

/// How a version of a value differs from the current one.
pub fn comparison(of: &Comparison) -> String {
    if of.length == of.current && of.start == of.length {
        return "It is the same as the current version.".to_owned();
    }
    let same = match (of.start, of.end) {
        (0, 0) => "nothing at either end is the same".to_owned(),
        (start, 0) => format!("the first {start} are the same"),
        (0, end) => format!("the last {end} are the same"),
        (start, end) => format!("the first {start} and the last {end} are the same"),
    };
    format!("{} characters here, {} in the current version; {same}.", of.length, of.current)
}

/// Objects of which something does not open any more.
pub fn damaged(objects: u32) -> Sentence {
    let noun = if objects == 1 { "object of this vault is" } else { "objects of this vault are" };
    say(
        format!("{objects} {noun} damaged in this browser's storage; the last version that opens is shown."),
        "Give a damaged secret a new value, or open your latest backup in another browser profile.",
    )
}

/// Why something was not done.
pub fn refusal(refusal: &Refusal) -> Sentence {
    match refusal {
        Refusal::Locked => say("The vault is locked.", "Unlock it and try again."),
        Refusal::VaultExists => say(
            "This browser has a vault already.",
            "Unlock it, or delete it in Settings before you make another.",
        ),
        Refusal::NoVault => say("There is no vault in this browser.", "Make one, or open a backup."),
        Refusal::WrongPassphrase => say(
            "This passphrase does not open the vault.",
            "Check Caps Lock and the keyboard layout, then type it again. Nothing was changed.",
        ),
        Refusal::WrongPasskey => say("This passkey does not open the vault.", "Use your passphrase instead."),
        Refusal::WeakPassphrase => say(
            "This passphrase is too easy to guess.",
            "Use at least 8 characters; four random words are good.",
        ),
        Refusal::NeedsPassphrase => say(
            "The vault was opened with a passkey.",
            "Lock it, unlock it with the passphrase, and do this again.",
        ),
        Refusal::Mistyped { group: Some(group) } => say(
            format!("Group {group} of the code has a typing error."),
            "Compare it with the kit and type it again.",
        ),
        Refusal::Mistyped { group: None } => say(
            "The code is not complete or has a typing error.",
            "Compare it with the kit and type it again.",
        ),
        Refusal::NotABackup => say(
            "This file is not a whole Tacit backup.",
            "Choose the file that ends in .tacit; if it was cut short, download or copy it again.",
        ),
        Refusal::WrongBackupKey => say(
            "The backup does not open with this.",
            "Check that the kit belongs to this backup, and that the passphrase is the one of its time.",
        ),
        Refusal::Damaged { what } => say(
            format!("Stored data is damaged: {what}."),
            "Nothing was deleted. Open your latest backup in another browser profile, and keep this one as it is.",
        ),
        Refusal::NewerVersion => say(
            "This vault was written by a newer version of Tacit.",
            "Reload the page to get the newer version.",
        ),
        Refusal::NeedsUpdate => say(
            "The relay or another of your devices has a newer version of Tacit.",
            "Reload the page to get it. Until then you can read and change everything here; nothing is sent.",
        ),
        Refusal::StorageFull => say(
            "The browser has no room left for this.",
            "Nothing was saved of it. Free some disk space or site data, then try again.",
        ),
        Refusal::StorageUnavailable => say(
            "The browser's storage does not answer.",
            "Close other tabs of Tacit, leave private browsing, and reload. Nothing was changed.",
        ),
        Refusal::StorageGone => say(
            "The vault was deleted from this browser while it was open.",
            "Make a backup now if the vault still shows here, and restore it after a reload.",
        ),
        Refusal::Invalid { field, problem } => invalid(*field, *problem),
        Refusal::Taken { field, name } => {
            say(format!("There is already {} “{name}”.", noun(*field)), "Choose another name.")
        }
        Refusal::Cycle { names } => say(
            format!("These environments would inherit in a circle: {}.", names.join(" → ")),
            "Choose a parent that does not inherit from this one.",
        ),
        Refusal::BrokenReferences { references } => {
            say(broken_references(references), "Correct them, or write $${ for a literal ${.")
        }
        Refusal::NotHere => say(
            "This version is not on this device yet.",
            "The relay sends it with one of the next syncs; try again soon.",
        ),
        Refusal::Contended => {
            say("Another tab or device was faster with a change.", "Nothing was changed here. Do it again.")
        }
        Refusal::Gone => {
            say("It is not there any more.", "It was deleted or moved meanwhile; look in the trash.")
        }
        Refusal::CannotUndo { name } => say(
            format!("“{name}” was changed since, so this cannot be taken back."),
            "Restore the version you want from its history.",
        ),
        Refusal::FileTooLarge { name, bytes } => say(
            format!("{} has {} MiB; the limit is 5 MiB.", file(name), bytes / (1024 * 1024)),
            "Choose the .env file itself, not an archive or a log.",
        ),
        Refusal::TooManyLines { name, lines } => say(
            format!("{} has {lines} lines; the limit is 100,000.", file(name)),
            "Split it and import the parts one after the other.",
        ),
        Refusal::NotText { name, offset } => say(
            format!("{} is not UTF-8 text: byte {offset} is not part of a character.", file(name)),
            "Save it as UTF-8 in your editor, or choose another file.",
        ),
        Refusal::Unreadable { name, reason } => say(
            format!("{} cannot be read. {reason}", file(name)),
            "Choose another reader or correct the file.",
        ),
        Refusal::PartMissing => say(
            "The part of Tacit that does this could not be loaded.",
            "Check the connection and try again; once loaded, it works without a network. Nothing was changed.",
        ),
        Refusal::CalledOff => say("Stopped.", "Nothing was changed."),
        Refusal::NothingToImport => {
            say("There is nothing to import here.", "Choose at least one key, or drop a file that has some.")
        }
        Refusal::VaultFull => {
            say("The vault holds 500,000 objects, the most it can.", "Delete what is not used any more.")
        }
        Refusal::RelayUnreachable => say(
            "The relay does not answer.",
            "Try this again when it does. What you save in the vault goes there by itself.",
        ),
        Refusal::RelayClock => say(
            "This device's clock and the relay's differ too much.",
            "Set the clock of this device, then try again.",
        ),
        Refusal::RelayLimited { .. } => limited("in a while"),
        Refusal::RelayFailed => {
            say("The relay has a failure of its own.", "Nothing is lost. Try again later.")
        }
        Refusal::RelayUnknown => say(
            "This relay does not know the account, or takes no new ones.",
            "Everything on this device stays. Ask whoever runs the relay, or run one of your own.",
        ),
        Refusal::InviteNeeded => {
            say("This relay takes new accounts by invite.", "Type the invite that whoever runs it gave you.")
        }
        Refusal::InviteRefused => say(
            "This relay does not take this invite: it is mistyped, used up or over.",
            "Check it, or ask whoever runs the relay for another.",
        ),
        Refusal::RelayFull => say(
            "The relay keeps no more of this account: what it may hold is used up.",
            "Go on working; everything stays on this device. Ask whoever runs the relay for more room.",
        ),
        Refusal::DeviceUnknown => say(
            "The relay does not know this device any more.",
            "If you revoked it on another device, delete the vault here. What is here stays readable until then.",
        ),
        Refusal::WrongRecovery => say(
            "This recovery key recovers no account at this relay.",
            "Take the latest kit: each new one makes the key before worthless.",
        ),
        Refusal::RelayUntrue => say(
            "The relay served what is not of this vault, or refused what is.",
            "Nothing of it was taken in. Keep working here, make a backup, and tell whoever runs the relay.",
        ),
        Refusal::OtherRelay => say(
            "Another relay answers under this name than the one this vault was connected to.",
            "Nothing was sent. Ask whoever runs it whether its keys were replaced; if they were, choose “Connect again…” in Settings → Relay.",
        ),
        Refusal::OtherOrigin => say(
            "This vault is connected to a relay that this page does not reach.",
            "Everything here stays. Open Tacit from that relay, with your setup code and passphrase.",
        ),
        Refusal::NotARelay => say(
            "This is no address of a relay.",
            "Type it like https://relay.example, without anything behind the name; on this machine like http://localhost:8787.",
        ),
        Refusal::WrongSetup => say(
            "Setup code and passphrase do not open an account at this relay.",
            "Check both, and that this is the relay the account is at.",
        ),
        Refusal::OtherPassphrase => say(
            "This is the passphrase of this device, and your account at the relay has another by now.",
            "Type the account's; from then on this device opens with it. If it is lost, make a new kit with the recovery key that you have.",
        ),
        Refusal::Unanswered => say(
            "The relay did not answer, so it is not known yet whether this came about.",
            "It is asked again by itself, and what came of it is said then. Until then a new passphrase and the old one both open this device.",
        ),
        Refusal::RelayExpired => {
            say("This took too long for the relay.", "Nothing was changed. Do it again.")
        }
        Refusal::NoCamera => say(
            "The camera cannot be used: there is none, another program has it, or this page may not.",
            "Allow it for this page in the browser, choose a picture of the code, or type the code.",
        ),
        Refusal::NotAPicture { name } => say(
            format!("{} is no picture that this browser reads.", file(name)),
            "Choose a PNG or JPEG, or type the code.",
        ),
        Refusal::NoCode => say(
            "There is no QR code to be read in this picture.",
            "Take it from nearer, sharp and with the whole code in it, or type the code.",
        ),
        Refusal::OtherCode => say(
            "This QR code is none of Tacit.",
            "Scan the one of your recovery kit, or of Settings → Devices → Add a device.",
        ),
        Refusal::CodeElsewhere { origin } => say(
            format!("This code is of a vault at {origin}, which is not the relay here."),
            "Nothing was sent. If that is your relay, open Tacit from there and scan the code again.",
        ),
        Refusal::NotAsSeen => say(
            "The relay shows an older or another vault than the device that made this code had seen.",
            "Nothing was taken in. Let that device sync, show the code there again, and scan that; if it is refused again, ask whoever runs the relay what happened.",
        ),
        Refusal::RelayApart => say(
            "The relay's log is not the one it was, so nothing is exchanged with it.",
            "Everything here can be read and changed as before. Ask whoever runs the relay what happened.",
        ),
        Refusal::Moved { origin } => say(
            format!("Your account went to the relay at {origin}, which this page does not reach."),
            format!(
                "Everything here stays. Open {origin} and type your setup code and passphrase there; then delete the vault here."
            ),
        ),
        Refusal::NoRejoin => say(
            "What the relay has leads on without this device, or back to keys that were replaced when a device was revoked.",
            "Nothing was changed. Found the vault anew from what is here; or open the relay's with your setup code in another browser profile.",
        ),
        Refusal::NeedsKit => say(
            "This vault came from a backup, and its recovery kit is not known here.",
            "Make a new recovery kit in Settings, then connect.",
        ),
        Refusal::Internal => say(
            "Something went wrong inside Tacit.",
            "What you saved is safe. Reload the page; if it happens again, please report it.",
        ),
    }
}

/// The relay was asked too often, from here or for this account, and answers again at that time.
pub fn limited(until: &str) -> Sentence {
    say(
        "The relay was asked too often from your network, or by sign-ins that did not open the account.",
        format!("Nothing was changed. Try again {until}; what you save in the vault goes there by itself."),
    )
}

fn invalid(field: Field, problem: Problem) -> Sentence {
    let noun = noun(field);
    match problem {
        Problem::Empty => say(format!("A field is empty: it should hold {noun}."), "Fill it in."),
        Problem::TooLong { most } => {
            say(format!("This is too long for {noun}: at most {most} bytes."), "Shorten it.")
        }
        Problem::Count { most } => say(
            format!("Nothing of that length can be made for {noun}."),
            format!("Give a number from 1 to {most}."),
        ),
        Problem::Characters => say(format!("This cannot be {noun}."), rule(field)),
        Problem::Date => say("This is not a date.", "Write it as year-month-day, like 2027-03-31."),
    }
}

fn noun(field: Field) -> &'static str {
    match field {
        Field::Name => "a name",
        Field::Variable => "a variable name",
        Field::Value => "a value",
        Field::Notes => "notes",
        Field::Tags => "a tag",
        Field::Expires => "an expiry date",
        Field::Alphabet => "an alphabet",
    }
}

fn rule(field: Field) -> &'static str {
    match field {
        Field::Name => "Use a name with at least one letter or digit, and without tabs or line breaks.",
        Field::Variable => "Use letters, digits and _ only, and no digit first.",
        Field::Tags => "Use words without commas.",
        Field::Alphabet => "Use at least two different characters.",
        Field::Value | Field::Notes | Field::Expires => "Remove what is not text.",
    }
}

fn file(name: &str) -> String {
    if name.is_empty() { "The pasted text".into() } else { format!("“{name}”") }
}

/// What is said when nothing can be stored or run at all.
pub mod boot {
    /// The browser cannot run WebAssembly.
    pub const NO_WASM: &str = "This browser does not run WebAssembly, which Tacit needs. Leave lockdown mode or use another browser.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_and_say_what_to_do() {
        let refusals = [
            Refusal::Locked,
            Refusal::WrongPassphrase,
            Refusal::Mistyped { group: Some(3) },
            Refusal::Taken { field: Field::Name, name: "shop".into() },
            Refusal::Invalid { field: Field::Variable, problem: Problem::Characters },
            Refusal::FileTooLarge { name: String::new(), bytes: 52_428_800 },
            Refusal::NoRejoin,
            Refusal::OtherPassphrase,
            Refusal::Unanswered,
            Refusal::Contended,
            Refusal::RelayLimited { until: crate::Moment(1) },
            Refusal::Moved { origin: "https://relay.example".into() },
        ];
        for refusal in &refusals {
            let sentence = super::refusal(refusal);
            assert!(sentence.what.ends_with('.') && sentence.todo.ends_with('.'), "{sentence:?}");
        }
    }

    #[test]
    fn a_comparison_says_lengths_and_ends_alone() {
        let of = |length, current, start, end| comparison(&Comparison { length, current, start, end });
        assert_eq!(of(5, 5, 5, 0), "It is the same as the current version.");
        assert_eq!(
            of(41, 52, 8, 0),
            "41 characters here, 52 in the current version; the first 8 are the same."
        );
        assert!(of(4, 9, 0, 0).ends_with("nothing at either end is the same."));
        assert!(of(6, 9, 2, 4).ends_with("the first 2 and the last 4 are the same."));
    }

    #[test]
    fn a_file_is_named_in_its_refusal() {
        let sentence = refusal(&Refusal::NotText { name: ".env".into(), offset: 12 });
        assert_eq!(sentence.what, "“.env” is not UTF-8 text: byte 12 is not part of a character.");
    }
}
