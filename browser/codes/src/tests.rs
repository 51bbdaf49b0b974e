//! What the engine promises to whoever asks it.

use super::*;
use desk::{Drawing, Hidden, Picture};

/// A drawing as a picture, with so many pixels to a module.
fn picture(drawing: &Drawing, scale: u8) -> Picture {
    let (side, scale) = (drawing.size * u32::from(scale), usize::from(scale));
    let width = side as usize;
    let mut shades = vec![255; width * width];
    for run in drawing.path.expose().split('M').skip(1) {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let [x, y, length] =
            [x, y, rest.split('v').next().unwrap()].map(|number| number.parse::<usize>().unwrap() * scale);
        for row in y..y + scale {
            shades[row * width + x..row * width + x + length].fill(0);
        }
    }
    Picture { width: side, height: side, shades }
}

fn drawn(text: &str) -> Drawing {
    match reply(CodeRequest::Draw { text: Hidden::new(text.into()) }) {
        CodeReply::Drawn(drawing) => drawing,
        other => panic!("{other:?}"),
    }
}

fn scanned(picture: Picture) -> Vec<String> {
    match reply(CodeRequest::Scan(picture)) {
        CodeReply::Scanned(texts) => texts.into_iter().map(Hidden::into_exposed).collect(),
        other => panic!("{other:?}"),
    }
}

/// As long as a code with a relay's part is.
fn long() -> String {
    format!("TACIT:{}", "0123456789ABCDEFGHJKMNPQRSTVWXYZ".repeat(10))
}

#[test]
fn a_code_that_is_drawn_is_read_at_any_size_and_turned() {
    for text in ["TACIT:640T38D1", &long(), "https://tacit.example/?q=ü"] {
        for scale in [3, 4, 8] {
            let mut picture = picture(&drawn(text), scale);
            assert_eq!(scanned(Picture { shades: picture.shades.clone(), ..picture }), [text], "{scale}");
            // Turned by half, and with a spot on it.
            picture.shades.reverse();
            let middle = picture.shades.len() / 2;
            picture.shades[middle..middle + 4 * usize::from(scale)].fill(128);
            assert_eq!(scanned(picture), [text], "{scale}, turned");
        }
    }
}

#[test]
fn a_picture_that_is_none_has_no_code() {
    let blank = |width, height, length| Picture { width, height, shades: vec![200; length] };
    for picture in [blank(0, 0, 0), blank(64, 64, 64 * 64), blank(64, 64, 3), blank(u32::MAX, u32::MAX, 9)] {
        assert!(scanned(picture).is_empty());
    }
    let whole = picture(&drawn(&long()), 4);
    let half = Picture {
        height: whole.height / 2,
        shades: whole.shades[..whole.shades.len() / 2].to_vec(),
        ..whole
    };
    assert!(scanned(half).is_empty());
}

#[test]
fn no_picture_breaks_the_engine() {
    let whole = picture(&drawn(&long()), 3);
    let mut dice = 0x9E37_79B9_u32;
    let mut roll = |sides: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        dice as usize % sides
    };
    let mut read = 0;
    for _ in 0..200 {
        let mut shades = whole.shades.clone();
        for _ in 0..roll(40) {
            let (at, length, shade) = (roll(shades.len()), roll(60), [0, 90, 160, 255][roll(4)]);
            shades.iter_mut().skip(at).take(length).for_each(|it| *it = shade);
        }
        let width = whole.width - [0, 7][roll(2)];
        shades.truncate((width * whole.height) as usize);
        let texts = scanned(Picture { width, height: whole.height, shades });
        assert!(texts.iter().all(|text| *text == long()));
        read += texts.len();
    }
    assert!((5..195).contains(&read), "both answers are reached: {read}");
}
