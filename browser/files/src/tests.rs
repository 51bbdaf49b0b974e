//! What the engine promises to whoever asks it.

use super::*;
use desk::{FilePair, FileReading, FileText, Hidden};

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

/// What is written for that is no dialect.
const TOOLS: [&str; 9] =
    ["json", "kubernetes", "gh", "wrangler", "fly", "netlify", "vercel", "heroku", "shell"];

#[test]
fn a_provider_has_its_text_as_a_command_or_a_command_as_its_text() {
    for consumer in TOOLS {
        let made = written(consumer, &[("KEY", "it's 1"), ("OTHER", "two")]);
        let text = made.text.expose();
        let is_command = text.starts_with(" printf ") || text.starts_with(" heroku ");
        let command = made.command.map(Hidden::into_exposed);
        match consumer {
            "gh" | "wrangler" | "fly" | "netlify" => {
                let quoted = text.replace('\'', "'\\''");
                assert!(
                    command.is_some_and(|it| it.contains(&quoted) && it.starts_with(" printf ")),
                    "{consumer}"
                );
            }
            _ => assert_eq!(command, None, "{consumer}"),
        }
        assert_eq!(is_command, ["vercel", "heroku"].contains(&consumer), "{consumer}");
    }
}

#[test]
fn no_line_and_no_lens_shows_a_value() {
    let secret = "sk_test_EXAMPLEexampleEXAMPLE0001";
    for consumer in ["node", "bash", "docker"].into_iter().chain(TOOLS) {
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
