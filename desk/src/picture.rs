//! QR codes: drawn, and looked for in pictures.

use crate::Hidden;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroize;

/// A picture in shades of grey. It may show a setup code: wiped when dropped, never printed.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// A byte for each pixel, row by row, 0 for black.
    pub shades: Vec<u8>,
}

impl Drop for Picture {
    fn drop(&mut self) {
        self.shades.zeroize();
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Picture({} × {})", self.width, self.height)
    }
}

/// What the core asks of the engine of codes, a program of its own that knows no vault and no key.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeRequest {
    /// Draws a QR code.
    Draw {
        /// Its text.
        text: Hidden,
    },
    /// Looks for QR codes.
    Scan(Picture),
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeReply {
    /// The code.
    Drawn(Drawing),
    /// The texts of the codes that are in the picture.
    Scanned(Vec<Hidden>),
    /// The text is too long for a code, or the request is none.
    Unknown,
}

/// A QR code as it is drawn, with the white edge that it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// How many modules it is wide and high.
    pub size: u32,
    /// Its black modules as an SVG path, a unit each.
    pub path: Hidden,
}
