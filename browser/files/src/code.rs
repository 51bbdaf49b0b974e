//! QR codes: a text as one, and the texts of those in a picture.

use desk::{Drawing, FileReply, Hidden, Picture};
use qrcodegen::{QrCode, QrCodeEcc};
use rqrr::PreparedImage;
use std::fmt::Write;

/// Modules of white around a code.
const EDGE: i32 = 4;
/// The sides of the smallest code, in modules.
const SMALLEST: usize = 21;
/// The most pixels that are looked at.
const MOST: usize = 4 * 1024 * 1024;

/// Draws a text.
pub(crate) fn draw(text: &str) -> FileReply {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return FileReply::Unknown };
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
    let size = u32::try_from(code.size() + 2 * EDGE).unwrap_or_default();
    FileReply::Drawn(Drawing { size, path: Hidden::new(path) })
}

/// Reads every code that is whole.
pub(crate) fn scan(picture: &Picture) -> FileReply {
    let sides = [picture.width, picture.height].map(|side| usize::try_from(side).unwrap_or_default());
    let [width, height] = sides;
    let is_whole = width.checked_mul(height) == Some(picture.shades.len());
    if !is_whole || picture.shades.len() > MOST || sides.iter().any(|side| *side < SMALLEST) {
        return FileReply::Scanned(Vec::new());
    }
    let shade = |x, y| picture.shades.get(y * width + x).copied().unwrap_or_default();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, shade);
    let texts = prepared.detect_grids().into_iter().filter_map(|grid| grid.decode().ok());
    FileReply::Scanned(texts.map(|(_, text)| Hidden::new(text)).collect())
}
