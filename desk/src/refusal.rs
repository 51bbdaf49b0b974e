//! Why something was not done. The sentences are in [`crate::text`].

use crate::Moment;
use serde::{Deserialize, Serialize};

/// A reason for refusing. Names and numbers only; never a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The vault is locked.
    Locked,
    /// There is a vault already.
    VaultExists,
    /// There is no vault.
    NoVault,
    /// The passphrase does not open the vault.
    WrongPassphrase,
    /// The passkey does not open the vault.
    WrongPasskey,
    /// The passphrase is too short to protect anything.
    WeakPassphrase,
    /// A passkey session may not do this.
    NeedsPassphrase,
    /// A code or key from the kit was mistyped; the group says where, from 1.
    Mistyped {
        /// Which group of characters.
        group: Option<u8>,
    },
    /// The file is not a backup of Tacit, or only a part of one.
    NotABackup,
    /// The code or key is well formed and does not open this backup.
    WrongBackupKey,
    /// Something stored here is damaged.
    Damaged {
        /// What, in words of the product.
        what: String,
    },
    /// The vault was written by a newer version.
    NewerVersion,
    /// The browser has no room left for it.
    StorageFull,
    /// The browser's storage does not answer.
    StorageUnavailable,
    /// The vault was deleted from this browser meanwhile.
    StorageGone,
    /// A field does not fit its rule.
    Invalid {
        /// Which.
        field: Field,
        /// What is wrong with it.
        problem: Problem,
    },
    /// Something of that name is there already.
    Taken {
        /// Which field.
        field: Field,
        /// The name.
        name: String,
    },
    /// An environment would inherit from itself.
    Cycle {
        /// The environments, in order.
        names: Vec<String>,
    },
    /// References that lead nowhere or in circles.
    BrokenReferences {
        /// As written.
        references: Vec<String>,
    },
    /// What was asked for did not come from the relay yet.
    NotHere,
    /// What was asked for is not there any more.
    Gone,
    /// Another tab or device changed the same at the same time.
    Contended,
    /// The act cannot be taken back: something it touched was changed since.
    CannotUndo {
        /// The name of what was changed since.
        name: String,
    },
    /// The file is too large.
    FileTooLarge {
        /// Its name.
        name: String,
        /// Its size in bytes.
        bytes: u64,
    },
    /// The file has too many lines.
    TooManyLines {
        /// Its name.
        name: String,
        /// How many.
        lines: u64,
    },
    /// The file is not text.
    NotText {
        /// Its name.
        name: String,
        /// The first byte that is not UTF-8.
        offset: u64,
    },
    /// The file cannot be read in the chosen format.
    Unreadable {
        /// Its name.
        name: String,
        /// Why, as a sentence.
        reason: String,
    },
    /// What is loaded when it is first needed (the acts, the engine of files) could not be.
    PartMissing,
    /// The person called it off.
    CalledOff,
    /// There is nothing to import.
    NothingToImport,
    /// The vault is full.
    VaultFull,
    /// The relay does not answer.
    RelayUnreachable,
    /// The clocks of relay and device differ too much.
    RelayClock,
    /// The relay or another device is newer than this program.
    NeedsUpdate,
    /// The relay was asked too often.
    RelayLimited {
        /// From then on it is worth asking again, by its clock.
        until: Moment,
    },
    /// The relay could not read or write.
    RelayFailed,
    /// The relay does not know this account or this device, and takes no new account.
    RelayUnknown,
    /// The relay that the vault is connected to does not know this device any more.
    DeviceUnknown,
    /// The relay takes new accounts by invite.
    InviteNeeded,
    /// It is no invite of this relay, or none any more.
    InviteRefused,
    /// The relay keeps no more of this account.
    RelayFull,
    /// The relay serves what is not of this vault, or does not take what it has to.
    RelayUntrue,
    /// Another relay answers under this name.
    OtherRelay,
    /// The vault is connected to a relay that this page does not reach.
    OtherOrigin,
    /// That is no origin that a relay can have.
    NotARelay,
    /// Setup code or passphrase are none of an account at this relay.
    WrongSetup,
    /// No account at the relay has this recovery key.
    WrongRecovery,
    /// The passphrase opens this device; the account at the relay has another.
    OtherPassphrase,
    /// What a credential was changed by went to the relay, and no answer came.
    Unanswered,
    /// What was begun at the relay took too long.
    RelayExpired,
    /// The camera is not there, or not for this page.
    NoCamera,
    /// The browser cannot read the file as a picture.
    NotAPicture {
        /// Its name.
        name: String,
    },
    /// There is no QR code in the picture, or none that can be read.
    NoCode,
    /// The QR code is not one of Tacit.
    OtherCode,
    /// The code is of a vault at another relay than the one that was to be asked.
    CodeElsewhere {
        /// That relay's origin.
        origin: String,
    },
    /// The relay's log is not the one that the scanned code was made of.
    NotAsSeen,
    /// The relay went back on what it had acknowledged.
    RelayApart,
    /// What the relay has leads on without this device, or back to keys that were made anew here.
    NoRejoin,
    /// The account went to another relay, which this page does not reach.
    Moved {
        /// Its origin.
        origin: String,
    },
    /// A new recovery kit is needed first.
    NeedsKit,
    /// Something went wrong in the app itself.
    Internal,
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// A project's or environment's name.
    Name,
    /// A variable's name.
    Variable,
    /// A value.
    Value,
    /// Notes.
    Notes,
    /// Tags.
    Tags,
    /// An expiry date.
    Expires,
    /// The alphabet of a generator.
    Alphabet,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing in it.
    Empty,
    /// Longer than it may be, in bytes.
    TooLong {
        /// At most.
        most: u32,
    },
    /// No number of characters, bytes or words to make.
    Count {
        /// At most.
        most: u32,
    },
    /// Characters that may not be there.
    Characters,
    /// Not a date.
    Date,
}
