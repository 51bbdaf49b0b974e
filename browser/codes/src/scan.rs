//! The QR codes in a picture.

use desk::{Hidden, Picture};
use quircs::Quirc;

/// The sides of the smallest code, in modules.
const SMALLEST: usize = 21;
/// The most pixels that are looked at.
const MOST: usize = 4 * 1024 * 1024;

/// The texts of all codes that can be read.
pub(crate) fn scan(picture: &Picture) -> Vec<Hidden> {
    let sides = [picture.width, picture.height].map(|side| usize::try_from(side).unwrap_or_default());
    let [width, height] = sides;
    let is_whole = width.checked_mul(height) == Some(picture.shades.len());
    if !is_whole || picture.shades.len() > MOST || sides.iter().any(|side| *side < SMALLEST) {
        return Vec::new();
    }
    let mut reader = Quirc::default();
    let found = reader.identify(width, height, &picture.shades);
    let texts = found.filter_map(|code| String::from_utf8(code.ok()?.decode().ok()?.payload).ok());
    texts.map(Hidden::new).collect()
}
