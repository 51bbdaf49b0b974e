//! One secret as its panel shows it.

use crate::{Details, Id, Kind, Moment};
use serde::{Deserialize, Serialize};

/// How a secret stands to the day on which it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expiry {
    /// It is past.
    Past,
    /// In two weeks or less.
    Soon,
}

/// Whose secret it is, for deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// The operator's own: never shipped.
    Infrastructure,
    /// A service's.
    #[default]
    Service,
    /// Given by the one who deploys.
    User,
}

/// A secret with all but its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its id.
    pub id: Id,
    /// Its description.
    pub details: Details,
    /// The provider's name, where one is known.
    pub provider_name: Option<String>,
    /// The provider's pages: (label, address).
    pub links: Vec<(String, String)>,
    /// Where it is used.
    pub uses: Vec<Use>,
    /// How many pages it was put into or came from, as far as the vault keeps it.
    pub filled: u32,
    /// Its current version's number, from 1.
    pub revision: u64,
    /// When it was made.
    pub created: Moment,
    /// When its value last changed.
    pub changed: Moment,
    /// How it stands to the day on which it expires.
    pub expiry: Option<Expiry>,
    /// In the trash.
    pub deleted: bool,
    /// Something of it does not open any more.
    pub damaged: bool,
    /// Devices wrote different things into it at the same time, and nobody settled which stays.
    pub contested: bool,
}

/// What a device wrote into a field of something while another wrote something else, which is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// Of what.
    pub object: Id,
    /// The field, by which it is settled.
    pub field: u32,
    /// What a person calls the field.
    pub label: String,
    /// Who wrote it, and when.
    pub written: Written,
    /// The device's name.
    pub device: String,
    /// What is current and what this one is; absent where that is a value.
    pub texts: Option<(String, String)>,
}

/// Which device wrote something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The device.
    pub device: Id,
    /// When.
    pub time: Moment,
}

/// A place where a secret is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The project's id.
    pub project: Id,
    /// The project's name.
    pub project_name: String,
    /// The environment's id.
    pub environment: Id,
    /// The environment's name.
    pub environment_name: String,
    /// Prod or not.
    pub kind: Kind,
    /// The variable name there.
    pub variable: String,
}

/// A version of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// From 1.
    pub revision: u64,
    /// When.
    pub time: Moment,
    /// The device that made it.
    pub device: String,
    /// Whether it is the current one.
    pub current: bool,
    /// What stands in place of the value: the same for every one.
    pub masked: String,
}

/// How a version of a value differs from the current one: lengths in characters, and nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Of that version.
    pub length: u32,
    /// Of the current one.
    pub current: u32,
    /// So many characters at the beginning are the same.
    pub start: u32,
    /// So many at the end, behind those.
    pub end: u32,
}

/// How to make a value up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Generator {
    /// Letters and digits.
    Alphanumeric {
        /// How many.
        length: u16,
    },
    /// Random bytes in hexadecimal.
    Hex {
        /// How many bytes.
        bytes: u16,
    },
    /// Random bytes in base64url without padding.
    Base64Url {
        /// How many bytes.
        bytes: u16,
    },
    /// A random (version 4) UUID.
    Uuid,
    /// Words.
    Passphrase {
        /// How many.
        words: u16,
    },
    /// Characters of the person's choice.
    Custom {
        /// The characters to take from.
        alphabet: String,
        /// How many.
        length: u16,
    },
}

/// How strong a passphrase is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// From 0 (gone in a moment) to 4 (strong).
    pub score: u8,
    /// What makes it weak and what would help; empty where nothing does.
    pub advice: String,
}
