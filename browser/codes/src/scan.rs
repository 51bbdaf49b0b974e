//! The QR codes in a picture.

use desk::{Hidden, Picture};
use rqrr::PreparedImage;

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
    let shade = |x, y| picture.shades.get(y * width + x).copied().unwrap_or_default();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, shade);
    let texts = prepared.detect_grids().into_iter().filter_map(|grid| grid.decode().ok());
    texts.map(|(_, text)| Hidden::new(text)).collect()
}
