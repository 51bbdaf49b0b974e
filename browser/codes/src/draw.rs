//! A text as a QR code.

use desk::{Drawing, Hidden};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// Modules of white around a code.
const EDGE: i32 = 4;

/// Draws a text; `None` where it is too long for a code.
pub(crate) fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            if run > 0 {
                // A string takes everything.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + EDGE, y + EDGE);
            }
            x += i32::try_from(run).unwrap_or(1).max(1);
        }
    }
    Some(Drawing { size: u32::try_from(code.size() + 2 * EDGE).ok()?, path: Hidden::new(path) })
}
