//! What the core answers.

use crate::{
    ActivityWindow, Alternative, CapturePlan, Captured, Card, Comparison, DeviceRow, Drawing, ExportText,
    FilledRow, Filling, FoundWindow, GridWindow, Hidden, Id, ImportPreview, LensRow, Moment, Plan,
    ProfileRow, ProjectRow, Refusal, RegistryWindow, Revoked, Settings, Standing, Strength, Version,
};
use serde::{Deserialize, Serialize};

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// It was not done; nothing changed.
    Refused(Refusal),
    /// It was done, and there is nothing to show.
    Done,
    /// How things stand.
    Status(Status),
    /// What opens the vault in another context of this browser, with its key.
    Shared(Vec<u8>),
    /// A vault was made and is open; here is its kit.
    Made(Kit),
    /// The recovery kit.
    Kit(Kit),
    /// A vault was recovered and is open; for this reason there is no kit yet.
    Recovered(Refusal),
    /// What a device is added with.
    Setup(Setup),
    /// A sealed backup.
    Backup {
        /// The file.
        file: Vec<u8>,
        /// A good name for it.
        name: String,
    },
    /// Both branches of a log: sealed, without a name or a value.
    Evidence {
        /// The file.
        file: Vec<u8>,
        /// A good name for it.
        name: String,
    },
    /// Every project.
    Projects(Vec<ProjectRow>),
    /// A part of a grid.
    Grid(GridWindow),
    /// A secret without its value.
    Card(Card),
    /// A value.
    Value(Hidden),
    /// A code that was found in a picture, and the origin of the relay in it, if it names one.
    Scanned(Hidden, Option<String>),
    /// A secret's versions.
    History(Vec<Version>),
    /// What is beside what is current.
    Alternatives(Vec<Alternative>),
    /// How two versions differ.
    Comparison(Comparison),
    /// A part of the registry.
    Registry(RegistryWindow),
    /// What a search found.
    Found(FoundWindow),
    /// An act was saved.
    Changed(Changed),
    /// How many edits are staged.
    Staged(u32),
    /// The import preview.
    Preview(ImportPreview),
    /// The text to export.
    Export(ExportText),
    /// How a line is read.
    Lens(Vec<LensRow>),
    /// What a fill would do.
    Plan(Plan),
    /// Values for a page.
    Filling(Filling),
    /// Keys that were found in a page.
    Captured(Captured),
    /// What keeping one would do.
    CapturePlan(CapturePlan),
    /// Pages that a secret was put into, or came from.
    Places {
        /// Each.
        rows: Vec<FilledRow>,
        /// Whether there may have been older ones, which are not kept.
        full: bool,
    },
    /// How forms are known that the person pointed at.
    Profiles(Vec<ProfileRow>),
    /// How strong a passphrase is.
    Strength(Strength),
    /// The settings.
    Settings(Settings),
    /// A part of the activity.
    Activity(ActivityWindow),
    /// The vault and its relay have the same.
    Together(Together),
    /// Origins of relays.
    Relays(Vec<String>),
    /// The account's devices.
    Devices(Vec<DeviceRow>),
    /// A device was revoked.
    Revoked(Revoked),
    /// Secrets, by name.
    Readable(Vec<String>),
}

/// What was exchanged with a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    /// Commits that came from there, and older versions that came after them.
    pub taken: u32,
    /// Commits that went there.
    pub sent: u32,
    /// Whether there are older versions that come with the next sync.
    pub more: bool,
    /// Of these, what the relay had had before: it was behind.
    pub again: u32,
}

/// How things stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// No vault in this browser.
    Empty,
    /// A vault, locked.
    Locked {
        /// Passkeys that can open it: (credential id, salt for the PRF).
        passkeys: Vec<(Vec<u8>, Vec<u8>)>,
    },
    /// A vault, open.
    Open {
        /// When it locks, if nobody touches it in any tab; absent where it locks only by hand.
        lock_at: Option<Moment>,
        /// Objects of which something does not open any more.
        damaged: u32,
        /// How many secrets it holds.
        secrets: u32,
        /// Whether it is the sample vault.
        sample: bool,
        /// How it stands to the relay that it is connected to.
        relay: Option<Standing>,
    },
}

/// An act that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The act, to undo it by; absent where everything was so already.
    pub act: Option<Id>,
    /// What was done, as a sentence without values.
    pub sentence: String,
    /// The object made or touched, to go to.
    pub object: Option<Id>,
}

/// The recovery kit: two parts, to be kept apart from the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kit {
    /// With the passphrase it adds a device or opens a backup.
    pub setup_code: Hidden,
    /// The same to be scanned, where it could be drawn.
    pub picture: Option<Drawing>,
    /// Opens a backup without the passphrase.
    pub recovery_key: Hidden,
    /// The vault's account id, for support and for telling kits apart.
    pub account: String,
}

/// What a device is added with, together with the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// To be typed.
    pub code: Hidden,
    /// The same to be scanned, where it could be drawn.
    pub picture: Option<Drawing>,
}
