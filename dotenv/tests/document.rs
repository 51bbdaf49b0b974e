//! The lossless document: what goes in comes out, and an edit touches nothing else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use dotenv::{Document, EditError, EncodingError, Kind, Position, Quote};
use proptest::prelude::*;

const SHAPES: &[&str] = &[
    "",
    "\u{feff}",
    "\u{feff}A=1\r\nB=2\r\n",
    "A=1\rB=2\rC=3",
    "A=1\r\nB=2\nC=3\r",
    "# a\n\n  export A = 'b' # c\n\tB: d\n",
    "A='one\ntwo' # end\nB=\"x\r\ny\"\nC=`\n`\n",
    "A='open\nB=2\njunk\n=v\nexport K\nfoo bar=baz\n",
    "A=\n'b'\nexport\nC\n=\nd\n# x\u{2028}E=f\n",
    "A=\"x\\\" # y\"\nB='\\'\nC=1#2\n   ",
    "\0\u{1b}[0m\u{85}=\u{a0}\n",
];

fn parse(text: &str) -> Document {
    Document::parse(text).unwrap()
}

/// Key, value and quote of an assignment.
type Assigned<'d> = (&'d str, &'d str, Quote);

fn assigned(document: &Document) -> Vec<Assigned<'_>> {
    let text = document.as_str();
    document.assignments().map(|found| (found.key.of(text), found.value.of(text), found.quote)).collect()
}

fn assert_lossless(text: &str) {
    let document = parse(text);
    assert_eq!(document.to_string(), text);
    let mut end = 0;
    for line in document.lines() {
        assert_eq!(line.span.start, end, "lines touch in {text:?}");
        assert!(line.span.end > end, "lines are not empty in {text:?}");
        end = line.span.end;
    }
    assert_eq!(end, text.len(), "lines cover {text:?}");
}

#[test]
fn every_shape_prints_as_it_was_read() {
    for shape in SHAPES {
        assert_lossless(shape);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_offset() {
    assert_eq!(Document::parse(b"A=1\n\xff").unwrap_err(), EncodingError { offset: 4 });
    assert_eq!(Document::parse(b"\xff\xfeA\0=\0").unwrap_err(), EncodingError { offset: 0 });
    assert_eq!(Document::parse("A=é".as_bytes().get(..3).unwrap()).unwrap_err(), EncodingError { offset: 2 });
}

#[test]
fn assignments_are_found_as_node_dotenv_finds_them() {
    use Quote::{Backtick, Double, None, Single};
    let cases: &[(&str, &[Assigned])] = &[
        ("A=1", &[("A", "1", None)]),
        ("A = x # c", &[("A", "x", None)]),
        ("A=x#c", &[("A", "x", None)]),
        ("A: x\nB:x", &[("A", "x", None)]),
        ("export A=1\nexport\tB=2\nexport=3", &[("A", "1", None), ("B", "2", None), ("export", "3", None)]),
        ("A='x\ny' # c", &[("A", "'x\ny'", Single)]),
        ("A=\"x # y\"\nB=`'\"`", &[("A", "\"x # y\"", Double), ("B", "`'\"`", Backtick)]),
        ("A=\"x\" y", &[("A", "\"x\" y", None)]),
        ("A='x\nB=1", &[("A", "'x", None), ("B", "1", None)]),
        ("A='x\nB=' # '", &[("A", "'x\nB='", Single)]),
        (r"A='it\'s'", &[("A", r"'it\'s'", Single)]),
        (r"A='x\' # y", &[("A", r"'x\'", Single)]),
        (r#"A="x\" # \" # z"#, &[("A", r#""x\" # \""#, Double)]),
        ("A=\n'x'", &[("A", "'x'", Single)]),
        ("A=\nB=1", &[("A", "", None), ("B", "1", None)]),
        ("A\n=1", &[("A", "1", None)]),
        ("A:\nB=1", &[("A", "B=1", None)]),
        ("A:\r\nB=1", &[("A", "B=1", None)]),
        ("# x\u{2028}A=1", &[("A", "1", None)]),
        ("A=1\u{2028}B=2", &[("A", "1\u{2028}B=2", None)]),
        ("\u{feff}A=\u{a0}1\u{feff}", &[("A", "1", None)]),
        ("1.a-b_=2\nÄ=1\n=1\nA\nA B=1", &[("1.a-b_", "2", None)]),
    ];
    for (text, expected) in cases {
        assert_eq!(assigned(&parse(text)), *expected, "{text:?}");
    }
}

#[test]
fn each_line_has_its_kind_and_place() {
    let document = parse("\u{feff}# a\r\n\nfoo bar\n  ä=1\n  export A = 'x\ny' # c\nB=2");
    let kinds: Vec<_> = document.lines().iter().map(|line| (line.position.line, line.kind)).collect();
    let names: Vec<_> = kinds
        .iter()
        .map(|(line, kind)| match kind {
            Kind::Bom => (*line, "bom"),
            Kind::Blank => (*line, "blank"),
            Kind::Comment => (*line, "comment"),
            Kind::Junk => (*line, "junk"),
            Kind::Assignment(_) => (*line, "assignment"),
        })
        .collect();
    let expected = [
        (1, "bom"),
        (1, "comment"),
        (2, "blank"),
        (3, "junk"),
        (4, "junk"),
        (5, "assignment"),
        (7, "assignment"),
    ];
    assert_eq!(names, expected);

    let found = document.find("A").unwrap();
    assert!(found.export);
    assert_eq!(found.comment.unwrap().of(document.as_str()), "# c");
    assert_eq!(document.position(found.key.start), Position { line: 5, column: 10 });
    assert_eq!(document.position(found.value.end), Position { line: 6, column: 3 });
}

#[test]
fn columns_count_characters() {
    let document = parse("A=äöü # ß");
    let comment = document.find("A").unwrap().comment.unwrap();
    assert_eq!(document.position(comment.start), Position { line: 1, column: 7 });
}

#[test]
fn set_replaces_one_value_and_nothing_else() {
    let cases = [
        ("  export A = 'x' # c\r\nB=2", "\"y\nz\"", "  export A = \"y\nz\" # c\r\nB=2"),
        ("A=# c\n", "1", "A=1# c\n"),
        ("A=\n\nB=2", "", "A=\n\nB=2"),
        ("A=1\nA=2 #\n", "3", "A=1\nA=3 #\n"),
        ("A: x", "`y`", "A: `y`"),
        ("A='a\nb'\n# t\n", "c", "A=c\n# t\n"),
    ];
    for (before, raw, after) in cases {
        let mut document = parse(before);
        document.set("A", raw).unwrap();
        assert_eq!(document.as_str(), after);
    }
}

#[test]
fn rename_remove_and_append_keep_the_rest() {
    let mut document = parse("# a\r\nexport A='x\r\ny' # c\r\nB=2\r\nA=3");
    document.rename("A", "NEW").unwrap();
    assert_eq!(document.as_str(), "# a\r\nexport NEW='x\r\ny' # c\r\nB=2\r\nNEW=3");
    document.append("C", "4").unwrap();
    assert_eq!(document.as_str(), "# a\r\nexport NEW='x\r\ny' # c\r\nB=2\r\nNEW=3\r\nC=4\r\n");
    document.remove("NEW").unwrap();
    assert_eq!(document.as_str(), "# a\r\nB=2\r\nC=4\r\n");
}

#[test]
fn append_begins_a_document() {
    for (before, after) in
        [("", "A=1\n"), ("\u{feff}", "\u{feff}A=1\n"), ("#", "#\nA=1\n"), ("B=1\r", "B=1\rA=1\r")]
    {
        let mut document = parse(before);
        document.append("A", "1").unwrap();
        assert_eq!(document.as_str(), after);
    }
}

#[test]
fn edits_that_reach_further_are_refused_and_change_nothing() {
    let cases = [
        ("A=1\nB=2\n", "A", "1\nC=3"),
        ("A=1\nB=2\n", "A", "\"1\" # \nC=\"3\""),
        ("A=1\nB='x' # y\n", "A", "' # "),
        ("A=1\n", "A", "x # y"),
        ("A=1\n", "A", " x"),
        ("A='x\nB=2\n", "B", "' # y'"),
    ];
    for (text, key, raw) in cases {
        let mut document = parse(text);
        assert_eq!(document.set(key, raw), Err(EditError::Spills), "{text:?} {raw:?}");
        assert_eq!(document.as_str(), text);
    }
    let mut open = parse("A:");
    assert_eq!(open.append("B", "1"), Err(EditError::Spills));
    assert_eq!(open.as_str(), "A:");
}

#[test]
fn edits_name_what_is_wrong_with_a_key() {
    let mut document = parse("A=1\nB=2\n");
    assert_eq!(document.set("C", "1"), Err(EditError::Missing));
    assert_eq!(document.remove("C"), Err(EditError::Missing));
    assert_eq!(document.rename("C", "D"), Err(EditError::Missing));
    assert_eq!(document.rename("A", "B"), Err(EditError::Exists));
    assert_eq!(document.append("A", "1"), Err(EditError::Exists));
    for key in ["", "A B", "Ä", "A=", "A\n"] {
        assert_eq!(document.rename("A", key), Err(EditError::InvalidKey), "{key:?}");
        assert_eq!(document.append(key, "1"), Err(EditError::InvalidKey), "{key:?}");
    }
    assert_eq!(document.as_str(), "A=1\nB=2\n");
}

#[test]
fn debug_shows_no_value() {
    let shown = format!("{:?}", parse("KEY=hunter2-canary"));
    assert!(shown.contains("Document") && !shown.contains("canary") && !shown.contains("KEY"), "{shown}");
}

/// Text dense in what the grammar is about.
fn dense() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "A", "B", "KEY", "export", "export ", "=", "=", ": ", ":", "'", "\"", "`", "\\", "#", " ", "\t", "\n", "\n", "\r\n", "\r",
            "x", "$", "\u{feff}", "\u{2028}", "\u{a0}", "é", "=\"", "='", "\\'", "\\\"",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Text of sane lines, on which no edit may be refused.
fn sane() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[A-Z]{1,2}=[a-z]{0,3}",
        "export [A-Z]{1,2} = '[a-z\n#]{0,4}' # [a-z]{1,3}",
        "# [a-zA-Z= ]{0,6}",
        " ?"
    ];
    let ending = prop::sample::select(vec!["\n", "\r\n"]);
    (prop::collection::vec(line, 0..12), ending).prop_map(|(lines, ending)| lines.join(ending))
}

/// The texts of all lines but those that assign `key`.
fn others(document: &Document, key: &str) -> Vec<String> {
    let text = document.as_str();
    let is_other = |line: &&dotenv::Line| line.assignment().is_none_or(|found| found.key.of(text) != key);
    document.lines().iter().filter(is_other).map(|line| line.span.of(text).to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_bytes_come_back_or_are_refused_where_they_break(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match std::str::from_utf8(&bytes) {
            Ok(text) => assert_lossless(text),
            Err(error) => prop_assert_eq!(Document::parse(&bytes).unwrap_err().offset, error.valid_up_to()),
        }
    }

    #[test]
    fn any_text_comes_back(text in dense()) {
        assert_lossless(&text);
    }

    #[test]
    fn an_edit_leaves_every_other_line_as_it_was(text in dense(), raw in dense()) {
        let before = parse(&text);
        let Some(key) = before.assignments().next().map(|found| found.key.of(&text).to_owned()) else { return Ok(()) };
        let kept = others(&before, &key);

        let mut set = parse(&text);
        match set.set(&key, &raw) {
            Ok(()) => {
                prop_assert_eq!(others(&set, &key), kept.clone());
                prop_assert_eq!(set.find(&key).unwrap().value.of(set.as_str()), &raw);
                let value = before.find(&key).unwrap().value;
                prop_assert_eq!(set.as_str(), [text.get(..value.start).unwrap(), &raw, text.get(value.end..).unwrap()].concat());
            }
            Err(_) => prop_assert_eq!(set.as_str(), &text),
        }

        let mut removed = parse(&text);
        match removed.remove(&key) {
            Ok(()) => prop_assert_eq!(others(&removed, &key), kept),
            Err(_) => prop_assert_eq!(removed.as_str(), &text),
        }

        let mut appended = parse(&text);
        match appended.append("NEW", &raw) {
            Ok(()) => prop_assert!(appended.as_str().starts_with(&text)),
            Err(_) => prop_assert_eq!(appended.as_str(), &text),
        }
    }

    #[test]
    fn a_rename_changes_the_key_alone(text in dense()) {
        let mut document = parse(&text);
        let Some(key) = document.assignments().next().map(|found| found.key.of(&text).to_owned()) else { return Ok(()) };
        prop_assert_eq!(document.rename(&key, "NEW_NAME"), Ok(()));
        prop_assert!(document.find(&key).is_none());
        prop_assert_eq!(document.rename("NEW_NAME", &key), Ok(()));
        prop_assert_eq!(document.as_str(), &text);
    }

    #[test]
    fn ordinary_files_take_every_edit(text in sane(), value in "[a-z]{0,5}") {
        let mut document = parse(&text);
        let keys: Vec<String> = document.assignments().map(|found| found.key.of(&text).to_owned()).collect();
        prop_assert_eq!(document.append("NEW", &value), Ok(()));
        for key in keys.iter().collect::<std::collections::BTreeSet<_>>() {
            prop_assert_eq!(document.set(key, &format!("\"{value}\"")), Ok(()));
            prop_assert_eq!(document.remove(key), Ok(()));
        }
        prop_assert_eq!(document.assignments().count(), 1);
    }
}
