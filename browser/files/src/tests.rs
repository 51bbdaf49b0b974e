//! What the engine promises to whoever asks it.

use super::*;
use desk::{Drawing, FilePair, FileReading, FileText, Hidden, Picture};

fn reading(reader: &str, text: &str) -> FileReading {
    let request = FileRequest::Read { reader: reader.into(), text: Hidden::new(text.into()) };
    match reply(request) {
        FileReply::Read(reading) => reading,
        other => panic!("{other:?}"),
    }
}

fn written(consumer: &str, pairs: &[(&str, &str)]) -> FileText {
    let pair = |(key, value): &(&str, &str)| FilePair {
        key: (*key).into(),
        value: Hidden::new((*value).into()),
        line: 0,
    };
    let pairs = pairs.iter().map(pair).collect();
    let request = FileRequest::Write { consumer: consumer.into(), name: "shop-prod".into(), pairs };
    match reply(request) {
        FileReply::Written(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_and_its_reply_cross_as_bytes() {
    let request = FileRequest::Read { reader: "node".into(), text: Hidden::new("A=1".into()) };
    let bytes = answer(&encode(&request).unwrap());
    assert_eq!(decode::<FileReply>(&bytes), Some(reply(request)));
    assert_eq!(decode(&answer(b"no request")), Some(FileReply::Unknown));
}

#[test]
fn a_reader_or_consumer_that_is_not_there_is_unknown() {
    let read = FileRequest::Read { reader: "perl".into(), text: Hidden::default() };
    assert_eq!(reply(read), FileReply::Unknown);
    let write = FileRequest::Write { consumer: "perl".into(), name: String::new(), pairs: Vec::new() };
    assert_eq!(reply(write), FileReply::Unknown);
}

#[test]
fn warnings_and_differences_stand_in_the_order_of_lines() {
    let reading = reading("node", "B='one two'\nA=changeme\nA='x y'\n");
    assert!(reading.warnings.is_sorted_by_key(|(line, _)| *line));
    assert!(reading.warnings.iter().any(|(line, _)| *line == 3), "{:?}", reading.warnings);
    let places: Vec<_> = reading.differs.iter().map(|(line, key, _)| (*line, key.as_str())).collect();
    assert_eq!(places, [(1, "B"), (3, "A")]);
}

#[test]
fn what_no_reader_takes_is_said_with_its_line() {
    let request = FileRequest::Read { reader: "json".into(), text: Hidden::new("{\n\"A\": 1\n}".into()) };
    let FileReply::Unreadable(reason) = reply(request) else { panic!("a number is no text") };
    assert!(reason.contains("\"A\""), "{reason}");
    let request = FileRequest::Read { reader: "csv".into(), text: Hidden::new("A,1\nB,2,3\n".into()) };
    let FileReply::Unreadable(reason) = reply(request) else { panic!("three columns") };
    assert!(reason.starts_with("Line 2: "), "{reason}");
}

#[test]
fn no_line_and_no_lens_shows_a_value() {
    let secret = "sk_test_EXAMPLEexampleEXAMPLE0001";
    for consumer in ["node", "bash", "docker", "json", "kubernetes", "gh", "wrangler", "fly", "shell"] {
        let made = written(consumer, &[("KEY", secret), ("OTHER", "one two")]);
        assert!(made.text.expose().contains(secret), "{consumer}");
        assert!(made.lines.iter().any(|line| line.variable.as_deref() == Some("KEY")), "{consumer}");
        assert!(made.lines.iter().all(|line| !line.masked.contains("sk_t")), "{consumer}");
        let mut rows = made.lens.iter().flat_map(|(_, rows)| rows);
        assert!(rows.all(|row| !row.reads.contains("sk_t")), "{consumer}");
    }
}

#[test]
fn the_lens_counts_as_the_lines_do() {
    let made = written("node", &[("A", "one two"), ("B", "plain")]);
    for (number, rows) in &made.lens {
        let wrong: usize = rows.iter().filter(|row| !row.right).map(|row| row.consumers.len()).sum();
        let line = made.lines.iter().find(|line| line.number == *number).unwrap();
        assert_eq!(u32::try_from(wrong), Ok(line.differs), "{number}");
    }
    assert_eq!(made.lens.len(), 2);
    assert!(made.lines[0].differs > 0);
}

/// A drawing as a picture, with so many pixels to a module.
fn picture(drawing: &Drawing, scale: usize) -> Picture {
    let side = drawing.size as usize * scale;
    let mut shades = vec![255; side * side];
    for run in drawing.path.expose().split('M').skip(1) {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let [x, y, length] =
            [x, y, rest.split('v').next().unwrap()].map(|number| number.parse::<usize>().unwrap() * scale);
        for row in y..y + scale {
            shades[row * side + x..row * side + x + length].fill(0);
        }
    }
    Picture { width: drawing.size * scale as u32, height: drawing.size * scale as u32, shades }
}

fn drawn(text: &str) -> Drawing {
    match reply(FileRequest::Draw { text: Hidden::new(text.into()) }) {
        FileReply::Drawn(drawing) => drawing,
        other => panic!("{other:?}"),
    }
}

fn scanned(picture: Picture) -> Vec<String> {
    match reply(FileRequest::Scan(picture)) {
        FileReply::Scanned(texts) => texts.into_iter().map(Hidden::into_exposed).collect(),
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
            picture.shades[middle..middle + 4 * scale].fill(128);
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
            let (at, length, shade) = (roll(shades.len()), roll(60), roll(256) as u8);
            shades.iter_mut().skip(at).take(length).for_each(|it| *it = shade);
        }
        let width = whole.width - roll(2) as u32 * 7;
        shades.truncate((width * whole.height) as usize);
        let texts = scanned(Picture { width, height: whole.height, shades });
        assert!(texts.iter().all(|text| *text == long()));
        read += texts.len();
    }
    assert!((5..195).contains(&read), "both answers are reached: {read}");
}
