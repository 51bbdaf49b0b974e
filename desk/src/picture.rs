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

/// A QR code as it is drawn, with the white edge that it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// How many modules it is wide and high.
    pub size: u32,
    /// Its black modules as an SVG path, a unit each.
    pub path: Hidden,
}
