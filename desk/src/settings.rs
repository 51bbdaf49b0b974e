//! Settings and activity.

use crate::Moment;
use serde::{Deserialize, Serialize};

/// What a person can set on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Minutes without a touch until the vault locks; 0 means only by hand.
    pub lock_after_minutes: u16,
    /// Seconds until a copied value is taken off the clipboard.
    pub clear_clipboard_seconds: u16,
    /// Dark, light, or as the system says.
    pub theme: Theme,
    /// When the last backup was made.
    pub last_backup: Option<Moment>,
    /// How many acts were saved since.
    pub acts_since_backup: u32,
    /// The passkeys of this device, as (credential id, name).
    pub passkeys: Vec<(Vec<u8>, String)>,
    /// This device's name.
    pub device: String,
}

/// The colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A part of the activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// When.
    pub time: Moment,
    /// The device.
    pub device: String,
    /// What happened, as a sentence with names and without values.
    pub sentence: String,
    /// The act to undo, where it can be.
    pub act: Option<crate::Id>,
}

/// A window of the activity, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityWindow {
    /// The rows asked for.
    pub rows: Vec<ActivityRow>,
    /// The first of them.
    pub start: u32,
    /// How many there are.
    pub total: u32,
}
