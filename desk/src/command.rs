//! What a view asks of the core.

use crate::{
    Edit, Fill, Generator, GridFilter, Hidden, Id, ImportChoice, Moment, PageNames, PagePlace, PageText,
    Picture, RegistryFilter, Rules, Settings, SourceFile, Went, Written,
};
use serde::{Deserialize, Serialize};

/// A command and the time at which it was given. The core has no clock of its own.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// The page's time.
    pub now: Moment,
    /// What to do.
    pub command: Command,
}

/// A part of a long list: rows `start..start + count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first row wanted.
    pub start: u32,
    /// How many at most; the core gives no more than 200.
    pub count: u32,
}

/// Everything a view can ask. Each variant names the reply it gets; any of them may get [`crate::Reply::Refused`].
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Is there a vault, and is it open? → `Status`
    Status,
    /// Makes a vault, with sample projects and fake keys if asked → `Made`
    Create {
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
        /// Fill it with the sample projects.
        sample: bool,
    },
    /// Opens the vault with its passphrase → `Status`
    Unlock {
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
    },
    /// Opens the vault with what a passkey's PRF gave → `Status`
    UnlockWithPasskey {
        /// The credential's id.
        credential: Vec<u8>,
        /// The PRF's 32 bytes in hexadecimal.
        secret: Hidden,
    },
    /// Lets another context of this browser open the vault, with what the browser's key gave → `Shared`
    Share {
        /// The salt that it was asked with.
        salt: Vec<u8>,
        /// Its 32 bytes in hexadecimal.
        secret: Hidden,
    },
    /// Opens the vault with what another context shared → `Status`
    Resume {
        /// What was shared.
        shared: Vec<u8>,
        /// What the browser's key gave, in hexadecimal.
        secret: Hidden,
    },
    /// Forgets every key → `Status`
    Lock,
    /// A person was here: the vault stays open for as long after that as the settings say → `Status`
    Touch {
        /// When.
        at: Moment,
    },
    /// The recovery kit again; the passphrase is asked for each time → `Kit`
    Kit {
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
        /// The recovery key of the kit before, as typed, where the account's passphrase is lost.
        key: Option<Hidden>,
    },
    /// Replaces the passphrase → `Done`
    ChangePassphrase {
        /// The one that opens the vault today.
        old: Hidden,
        /// The one that will.
        new: Hidden,
    },
    /// Adds a passkey of this device → `Done`
    AddPasskey {
        /// The credential's id.
        credential: Vec<u8>,
        /// What the person calls it.
        name: String,
        /// The salt that the PRF was asked with.
        salt: Vec<u8>,
        /// The PRF's 32 bytes in hexadecimal.
        secret: Hidden,
    },
    /// Removes a passkey → `Done`
    RemovePasskey {
        /// The credential's id.
        credential: Vec<u8>,
    },
    /// The whole vault as one sealed file → `Backup`
    Backup,
    /// Opens a backup file here as a new device; refused while a vault exists → `Status`
    Restore {
        /// The file's bytes.
        file: Vec<u8>,
        /// What opens it.
        key: BackupKey,
        /// The passphrase for this device, normalised.
        passphrase: Hidden,
    },
    /// Deletes the vault from this browser → `Status`
    Erase,
    /// The relays that the app may reach beside the one that served it → `Relays`
    Relays,
    /// Moves the account from the relay that the vault is connected to → `Together`
    Move {
        /// The origin of the relay that it goes to.
        relay: String,
        /// Whether the one that is left is gone for good, and not asked.
        is_gone: bool,
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
        /// As typed, where the relay asks for one.
        invite: Option<Hidden>,
    },
    /// Connects the vault to a relay → `Together`
    Connect {
        /// Its origin.
        relay: String,
        /// Whether the person was told that it has another key than this vault knows it by.
        is_other_key: bool,
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
        /// As typed, where the relay asks for one.
        invite: Option<Hidden>,
    },
    /// Opens an account of a relay here as a new device; refused while a vault exists → `Status`
    Enrol {
        /// The relay's origin.
        relay: String,
        /// The setup code, as typed from the kit or as scanned.
        code: Hidden,
        /// The account's passphrase, normalised.
        passphrase: Hidden,
    },
    /// Opens an account of a relay here as a new device, by the recovery key, and gives it another passphrase; refused while a
    /// vault exists → `Made`, or `Recovered` where the vault is here and its kit is not
    Recover {
        /// The relay's origin.
        relay: String,
        /// The recovery key, as typed from the kit.
        key: Hidden,
        /// The account's passphrase from then on, normalised.
        passphrase: Hidden,
    },
    /// Brings the vault and its relay together → `Together`
    Sync,
    /// The same, where the relay tells by itself of all but what waits here → `Together`
    Send,
    /// The account's devices, in the order in which they came → `Devices`
    Devices,
    /// The same, if there are any that nobody was shown here; else none → `Devices`
    NewDevices,
    /// Calls a device something → `Done`
    NameDevice {
        /// Which; this one without.
        device: Option<Id>,
        /// What it is called from now on.
        name: String,
    },
    /// Looks in a picture for the QR code that adds a device: its text → `Value`
    Scan {
        /// The picture.
        picture: Picture,
    },
    /// What a device is added with, together with the passphrase, which is asked for each time → `Setup`
    SetupCode {
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
    },
    /// The person was told that a copy of this device is in use → `Done`
    KnowCopy,
    /// The person was told that a change of what the relay lets in by came to nothing → `Done`
    KnowDropped,
    /// The person has the kit that was made last → `Done`
    KnowKit,
    /// The person was shown every device that there is → `Done`
    KnowDevices,
    /// Takes another device out of the account for good, with new keys for all others → `Revoked`
    Revoke {
        /// Which.
        device: Id,
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
    },
    /// What a revoked device could read → `Readable`
    Readable {
        /// Which.
        device: Id,
    },
    /// The same, with a relay whose log was not the one it was → `Together`
    LookAgain,
    /// Takes what a relay has that went back, and makes again behind it what is here alone → `Together`
    Rejoin,
    /// Out of a quarantine: makes of what is here a vault of a new account, at no relay → `Made`
    FoundAnew {
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
    },
    /// Both branches of a log that is not the one it was, as a file → `Evidence`
    Evidence,
    /// Locks the account's other open vaults, as far as the relay reaches them → `Done`
    LockOthers,

    /// Every project → `Projects`
    Projects,
    /// A window of a project's grid → `Grid`
    Grid {
        /// Which project.
        project: Id,
        /// Which rows.
        filter: GridFilter,
        /// Which part of them.
        window: Window,
    },
    /// One secret with all but its value → `Card`
    Card {
        /// Which secret.
        secret: Id,
    },
    /// One value, to be shown; noted in the activity → `Value`
    Reveal {
        /// Which secret.
        secret: Id,
        /// Which version; the current one without.
        revision: Option<u64>,
    },
    /// One value, to be put on the clipboard; noted in the activity → `Value`
    Copy {
        /// Which secret.
        secret: Id,
    },
    /// How a version differs from the current one, without a character of either; noted in the activity → `Comparison`
    Compare {
        /// Which secret.
        secret: Id,
        /// Which version.
        revision: u64,
    },
    /// A secret's versions, newest first → `History`
    History {
        /// Which secret.
        secret: Id,
    },
    /// What devices wrote at the same time as what is current → `Alternatives`
    Alternatives {
        /// Into which secret; or into which project, its environments and what is bound in them.
        object: Id,
    },
    /// The value of an alternative, to be shown; noted in the activity → `Value`
    RevealAlternative {
        /// Which secret.
        secret: Id,
        /// Which alternative.
        written: Written,
    },
    /// A window of the registry → `Registry`
    Registry {
        /// Which secrets.
        filter: RegistryFilter,
        /// Which part of them.
        window: Window,
    },
    /// Secrets found by text → `Found`
    Search {
        /// What was typed.
        text: String,
        /// Which part of the hits.
        window: Window,
    },
    /// What was deleted and can be brought back → `Registry`
    Trash {
        /// Which part.
        window: Window,
    },

    /// Changes the vault, all of it or nothing, as one act → `Changed`
    Apply {
        /// What to change.
        edits: Vec<Edit>,
    },
    /// Takes an act back → `Changed`
    Undo {
        /// The act.
        act: Id,
    },
    /// Keeps an edit aside, to be saved with others → `Staged`
    Stage {
        /// The edit; a later one for the same cell replaces it.
        edit: Edit,
    },
    /// Saves all that was staged as one act → `Changed`
    SaveStaged,
    /// Drops all that was staged → `Staged`
    DiscardStaged,
    /// Stages again what was dropped last, but for cells that have an edit again → `Staged`
    BringBackStaged,

    /// Reads files into a preview; works without a vault → `Preview`
    ImportRead {
        /// The files, or one without a name for pasted text.
        files: Vec<SourceFile>,
        /// The project they are meant for, where a project is open.
        project: Option<Id>,
        /// How many rows to give back.
        window: Window,
    },
    /// Changes the preview's choices → `Preview`
    ImportChoose {
        /// The choice.
        choice: ImportChoice,
        /// Which rows to give back.
        window: Window,
    },
    /// Another part of the preview → `Preview`
    ImportRows {
        /// Which rows to give back.
        window: Window,
    },
    /// Writes what the preview shows, as one act → `Changed`
    ImportApply,
    /// Forgets the preview → `Done`
    ImportCancel,

    /// The text of an environment for a consumer → `Export`
    Export {
        /// Which environment.
        environment: Id,
        /// `node`, `docker`, … or `json`, `kubernetes`, `gh`, `wrangler`, `fly`, `shell`.
        consumer: String,
        /// Only these variables; all without.
        only: Option<Vec<String>>,
    },
    /// How each consumer reads one line of the export just made → `Lens`
    Lens {
        /// The line, from 1.
        line: u32,
    },
    /// Notes that the export just made was copied, downloaded or saved → `Done`
    Exported {
        /// The file's name, where there is one.
        file: Option<String>,
    },

    /// What filling an environment into a page would do there, without a value → `Plan`
    Plan {
        /// Which environment; without, the one that this place was filled from last, else one of the project that the page names,
        /// else the one that another page of the origin was filled from last.
        environment: Option<Id>,
        /// The page.
        place: PagePlace,
        /// What it is for.
        names: PageNames,
        /// The variables that it shows, where it shows them.
        there: Option<Vec<String>>,
        /// What its provider takes.
        rules: Rules,
    },
    /// Values, to be put into a page; noted in the activity → `Filling`
    Fill {
        /// Which.
        fill: Fill,
    },
    /// Writes into the vault what a page was given → `Changed`
    Filled {
        /// The page.
        place: PagePlace,
        /// The environment that it was taken from; none where it was one secret's.
        environment: Option<Id>,
        /// Each secret.
        went: Vec<Went>,
    },
    /// Looks for keys in a page → `Captured`
    Capture {
        /// The page.
        place: PagePlace,
        /// The dialog that is open in it; the keys in it are meant, where there are any.
        dialog: PageText,
        /// All of it.
        text: PageText,
    },
    /// Takes a text that a person selected in a page as a key → `Captured`
    Select {
        /// The page.
        place: PagePlace,
        /// The text.
        text: Hidden,
    },
    /// What was found last and waits; `Done` where nothing does → `Captured`
    Captured,
    /// What keeping a key would do → `CapturePlan`
    CapturePlan {
        /// Which.
        key: u32,
        /// Under which name.
        name: String,
        /// Where; in the registry without.
        environment: Option<Id>,
    },
    /// Keeps a key → `Changed`
    Keep {
        /// Which.
        key: u32,
        /// Under which name.
        name: String,
        /// Where; in the registry without.
        environment: Option<Id>,
        /// When it stops working, as `YYYY-MM-DD`.
        expires: Option<String>,
    },
    /// Forgets what was found → `Done`
    Release,
    /// The pages that a secret was put into or came from, the newest first → `Places`
    Places {
        /// Which secret.
        secret: Id,
    },

    /// How the forms are known that the person pointed at → `Profiles`
    Profiles,

    /// Makes a value up → `Value`
    Generate {
        /// How.
        generator: Generator,
    },
    /// How strong is this passphrase? → `Strength`
    Strength {
        /// As typed.
        passphrase: Hidden,
    },
    /// → `Settings`
    Settings,
    /// → `Settings`
    Configure {
        /// The settings to keep.
        settings: Settings,
    },
    /// Who did what and when, newest first → `Activity`
    Activity {
        /// Which part.
        window: Window,
    },
}

/// What opens a backup file.
#[derive(Debug, Serialize, Deserialize)]
pub enum BackupKey {
    /// The recovery key of the kit.
    Recovery {
        /// As typed from the kit.
        key: Hidden,
    },
    /// The setup code of the kit and the passphrase of that time.
    SetupCode {
        /// As typed from the kit.
        code: Hidden,
        /// Normalised by the page (NFKC).
        passphrase: Hidden,
    },
}
