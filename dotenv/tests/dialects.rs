//! The dialects without their consumers: documented rules, refusals, notices, and work that stays within bounds.

#![expect(clippy::expect_used, reason = "a test ends where something unexpected happens")]

#[path = "consumers/generator.rs"]
mod generator;

use dotenv::{Dialect, Pair, Reason, Seen, Trouble, explain, read, value, write};

use generator::Seed;

fn pairs(dialect: Dialect, text: &str) -> Vec<(String, String)> {
    read(dialect, text, None).pairs.into_iter().map(|pair| (pair.key, pair.value)).collect()
}

fn first(dialect: Dialect, text: &str) -> String {
    pairs(dialect, text).into_iter().next().map(|(_, value)| value).unwrap_or_default()
}

fn troubles(dialect: Dialect, text: &str) -> Vec<Trouble> {
    read(dialect, text, None).problems.into_iter().map(|problem| problem.trouble).collect()
}

fn pair(key: &str, value: &str) -> Pair {
    Pair { key: key.to_owned(), value: value.to_owned(), line: 0 }
}

#[test]
fn compose_follows_its_documentation() {
    let documented = [
        ("VAR=VAL\n", "VAL"),
        ("VAR=\"VAL\"\n", "VAL"),
        ("VAR='VAL'\n", "VAL"),
        ("VAR=VAL # comment\n", "VAL"),
        ("VAR=VAL# not a comment\n", "VAL# not a comment"),
        ("VAR=\"VAL # not a comment\"\n", "VAL # not a comment"),
        ("VAR=\"VAL\" # comment\n", "VAL"),
        ("VAR='$OTHER'\n", "$OTHER"),
        ("VAR='${OTHER}'\n", "${OTHER}"),
        ("VAR='Let\\'s go!'\n", "Let's go!"),
        ("VAR=\"{\\\"hello\\\": \\\"json\\\"}\"\n", "{\"hello\": \"json\"}"),
        ("VAR=\"some\\tvalue\"\n", "some\tvalue"),
        ("VAR='some\\tvalue'\n", "some\\tvalue"),
        ("VAR=some\\tvalue\n", "some\\tvalue"),
        ("VAR=\"a\\$b $$c\"\n", "a$b $c"),
        ("VAR=\"\\0101\"\n", "A"),
        ("VAR=${OTHER:-default}\n", "default"),
        ("VAR=${OTHER-${NEXT:-deep}}\n", "deep"),
        ("VAR=${OTHER:+other}\n", ""),
        ("export VAR: VAL\n", "VAL"),
        ("VAR='l1\nl2'\n", "l1\nl2"),
    ];
    for (text, expected) in documented {
        assert_eq!(first(Dialect::Compose, text), expected, "{text:?}");
    }
    for (text, trouble) in [
        ("A=${B:?needed}\n", Trouble::RequiredVariable),
        ("A=${B?needed}\n", Trouble::RequiredVariable),
        ("A=${1}\n", Trouble::BadSubstitution),
        ("A=\"open\n", Trouble::Unterminated),
        ("A B=1\n", Trouble::InvalidKey),
    ] {
        let reading = read(Dialect::Compose, text, None);
        assert!(!reading.loads && reading.pairs.is_empty(), "{text:?}");
        assert!(troubles(Dialect::Compose, text).contains(&trouble), "{text:?}");
    }
}

#[test]
fn the_environment_is_seen_where_the_consumer_looks() {
    let environment = |name: &str| (name == "OUT").then(|| "outer".to_owned());
    let value = |dialect, text: &str| {
        let reading = read(dialect, text, Some(&environment));
        reading.pairs.last().map(|pair| pair.value.clone())
    };
    assert_eq!(value(Dialect::Compose, "OUT=file\nA=$OUT\n").as_deref(), Some("outer"));
    assert_eq!(value(Dialect::Ruby, "OUT=file\nA=$OUT\n").as_deref(), Some("outer"));
    assert_eq!(value(Dialect::Bash, "OUT=file\nA=$OUT\n").as_deref(), Some("file"));
    assert_eq!(value(Dialect::Python, "OUT=file\nA=${OUT}\n").as_deref(), Some("file"));
    assert_eq!(value(Dialect::Bash, "A=$OUT\n").as_deref(), Some("outer"));
    assert_eq!(value(Dialect::Go, "A=$OUT\n").as_deref(), Some(""));
    assert_eq!(value(Dialect::Docker, "OUT\n").as_deref(), Some("outer"));
    assert_eq!(value(Dialect::Compose, "OUT\n").as_deref(), Some("outer"));
    assert_eq!(value(Dialect::Node, "A=$OUT\n").as_deref(), Some("$OUT"));
}

#[test]
fn ruby_follows_its_documentation() {
    let documented = [
        ("S3_BUCKET=YOURS3BUCKET\n", "YOURS3BUCKET"),
        ("export FOO=bar\n", "bar"),
        ("FOO: bar\n", "bar"),
        ("\u{feff}FOO=bar\n", "bar"),
        ("FOO='bar # baz' # comment\n", "bar # baz"),
        ("FOO=bar # comment\n", "bar"),
        ("FOO=\"a\nb\"\n", "a\nb"),
        ("FOO=\"a\\nb\"\n", "a\\nb"),
        ("FOO=a\\nb\n", "anb"),
        ("DB=x\nFOO=\"${DB}_$DB\"\n", "x"),
        ("FOO='$DB'\n", "$DB"),
        ("FOO=\"\\$DB\"\n", "$DB"),
        ("FOO=\"escaped \\\"quote\\\"\"\n", "escaped \"quote\""),
        ("FOO=\"\\$(echo)\"\n", "$(echo)"),
    ];
    for (text, expected) in documented {
        assert_eq!(first(Dialect::Ruby, text), expected, "{text:?}");
        assert!(!troubles(Dialect::Ruby, text).contains(&Trouble::WouldExecute), "{text:?}");
    }
    assert_eq!(pairs(Dialect::Ruby, "DB=x\nFOO=\"${DB}_$DB\"\n")[1].1, "x_x");
    assert!(!read(Dialect::Ruby, "export NEVER_SET\n", None).loads);
    assert!(read(Dialect::Ruby, "SET=1\nexport SET\n", None).loads);
}

#[test]
fn a_command_is_shown_as_text_and_named() {
    for (dialect, text) in [
        (Dialect::Bash, "A=$(id)\n"),
        (Dialect::Bash, "A=\"`id`\"\n"),
        (Dialect::Bash, "A=${B:-$(id)}\n"),
        (Dialect::Bash, "A=1 id\n"),
        (Dialect::Ruby, "A=$(id)\n"),
        (Dialect::Ruby, "A=\"$(id $(pwd))\"\n"),
        (Dialect::NodeExpand, "A='$(id)'\n"),
        (Dialect::NodeExpand, "A='\\$(id)'\n"),
    ] {
        assert!(troubles(dialect, text).contains(&Trouble::WouldExecute), "{dialect} {text:?}");
    }
    assert_eq!(first(Dialect::Bash, "A=x$(id -u)y\n"), "x$(id -u)y");
    let problem = read(Dialect::Bash, "A=1\n  B=`id`\n", None).problems[0];
    let shown = problem.to_string();
    assert!(shown.starts_with("2:5: would-execute: "), "{shown}");
}

#[test]
fn what_is_written_never_runs_in_its_consumer() {
    let dangerous = [
        "$(touch x)",
        "`touch x`",
        "a$(b",
        "\\$(c)",
        "'$(d)'",
        "\"; e; \"",
        "'; f; '",
        "$((1))",
        "${g:-$(h)}",
    ];
    for dialect in [Dialect::Bash, Dialect::Ruby, Dialect::NodeExpand] {
        for raw in dangerous {
            let Ok(styled) = value(dialect, "KEY", raw) else { continue };
            let text = format!("KEY={styled}\n");
            assert!(!troubles(dialect, &text).contains(&Trouble::WouldExecute), "{dialect} {text:?}");
            assert_eq!(first(dialect, &text), raw, "{dialect}");
        }
    }
    let refusal = value(Dialect::NodeExpand, "KEY", "$(touch x)").expect_err("no quoting is safe");
    assert_eq!(refusal.reason, Reason::WouldExecute);
}

#[test]
fn a_shell_that_would_execute_a_file_for_docker_is_worth_a_notice() {
    let written =
        write(Dialect::Docker, &[pair("A", "$(id)"), pair("B", "plain")]).expect("docker reads both");
    assert_eq!(written.text, "A=$(id)\nB=plain\n");
    assert_eq!(written.notices.iter().map(|notice| notice.key.as_str()).collect::<Vec<_>>(), ["A"]);
}

#[test]
fn a_refusal_names_the_key_and_the_reason_but_not_the_value() {
    let refused = [
        (Dialect::Docker, "KEY", "secret\nlines", Reason::Newline),
        (Dialect::Docker, "A KEY", "secret", Reason::InvalidKey),
        (Dialect::NodeNative, "KEY", "secret\rx", Reason::CarriageReturn),
        (Dialect::Node, "KEY", "secret '\"`#", Reason::NoQuoting),
        (Dialect::Bash, "KEY", "secret\0", Reason::Nul),
        (Dialect::Bash, "UID", "secret", Reason::InvalidKey),
    ];
    for (dialect, key, raw, reason) in refused {
        let refusals =
            write(dialect, &[pair("FINE", "1"), pair(key, raw)]).expect_err("it cannot be read back");
        assert_eq!(refusals.len(), 1, "{dialect} {key}");
        assert_eq!((refusals[0].key.as_str(), refusals[0].reason), (key, reason), "{dialect}");
        let shown = refusals[0].to_string();
        assert!(shown.contains(key) && !shown.contains("secret"), "{shown}");
    }
    let long = "x".repeat(70_000);
    assert_eq!(value(Dialect::Docker, "KEY", &long).expect_err("too long").reason, Reason::TooLong);
    let twice =
        write(Dialect::Node, &[pair("A", "1"), pair("A", "2")]).expect_err("one of them would be lost");
    assert_eq!(twice[0].reason, Reason::DuplicateKey);
}

#[test]
fn a_value_is_written_as_a_person_would() {
    for dialect in Dialect::ALL {
        assert!(value(dialect, "KEY", "https://example.com/a?b=c").is_ok(), "{dialect}");
        assert_eq!(value(dialect, "KEY", "sk_test-1.2/3:4").as_deref(), Ok("sk_test-1.2/3:4"), "{dialect}");
        assert_eq!(value(dialect, "KEY", "").as_deref(), Ok(""), "{dialect}");
    }
    for dialect in [Dialect::Node, Dialect::Bash, Dialect::Compose, Dialect::Python, Dialect::Go] {
        assert_eq!(value(dialect, "KEY", "two words").as_deref(), Ok("'two words'"), "{dialect}");
    }
    assert_eq!(value(Dialect::Python, "KEY", "${HOME}").as_deref(), Ok("'${:-$}{HOME}'"));
}

#[test]
fn everything_written_for_compose_and_ruby_reads_back() {
    let mut seed = Seed::of_run("compose and ruby read back");
    for dialect in [Dialect::Compose, Dialect::Ruby] {
        let mut count = 0;
        while count < 20_000 {
            let made: Vec<String> = (0..40).map(|_| generator::value(&mut seed)).collect();
            let fits = made.into_iter().filter(|made| value(dialect, "KEY", made).is_ok());
            let pairs: Vec<Pair> =
                fits.enumerate().map(|(at, made)| pair(&format!("K{at}"), &made)).collect();
            count += pairs.len();
            let written = write(dialect, &pairs).expect("each alone can be written");
            let back = read(dialect, &written.text, None).pairs;
            assert!(
                back.iter().zip(&pairs).all(|(back, pair)| back.value == pair.value),
                "{:?}",
                written.text
            );
            assert_eq!(back.len(), pairs.len());
        }
    }
}

#[test]
fn explain_groups_consumers_that_agree() {
    let rows = explain("A=plain\nB='x' # c\nC=$(id)\n", None);
    assert_eq!(
        rows.iter().map(|row| (row.line, row.key.as_str())).collect::<Vec<_>>(),
        [(1, "A"), (2, "B"), (3, "C")]
    );
    assert_eq!(rows[0].groups.len(), 1);
    assert_eq!(rows[0].groups[0].dialects.len(), Dialect::ALL.len());
    let docker =
        rows[1].groups.iter().find(|group| group.dialects.contains(&Dialect::Docker)).expect("all are there");
    assert_eq!(docker.seen, Seen::Value("'x' # c".to_owned()));
    let bash =
        rows[2].groups.iter().find(|group| group.dialects.contains(&Dialect::Bash)).expect("all are there");
    assert_eq!(bash.seen, Seen::Hidden(Trouble::WouldExecute));
}

#[test]
fn names_of_dialects_are_read_back() {
    for dialect in Dialect::ALL {
        assert_eq!(dialect.name().parse(), Ok(dialect));
    }
    assert!("zsh".parse::<Dialect>().is_err());
}

#[test]
fn expansion_stays_within_bounds() {
    let mut text = String::from("A=xxxxxxxxxxxxxxxx\n");
    for _ in 0..64 {
        text.push_str("A=\"${A}${A}\"\n");
    }
    for dialect in Dialect::ALL {
        let reading = read(dialect, &text, None);
        let largest = reading.pairs.iter().map(|pair| pair.value.len()).max().unwrap_or_default();
        assert!(largest < 1 << 22, "{dialect}: {largest}");
    }
    assert!(troubles(Dialect::Bash, &text).contains(&Trouble::ExpansionLimit));
    let deep = format!("A={}x{}\n", "${B:-".repeat(50_000), "}".repeat(50_000));
    for dialect in Dialect::ALL {
        let _ = read(dialect, &deep, None);
    }
}

#[test]
fn no_text_makes_a_reader_panic() {
    let mut seed = Seed(7);
    println!("seed 7");
    for _ in 0..10_000 {
        let mut text = generator::text(&mut seed, |_| true);
        for _ in 0..seed.below(4) {
            let at = seed.below(text.len() + 1);
            if text.is_char_boundary(at) {
                match seed.below(3) {
                    0 => text.truncate(at),
                    1 => text.insert(at, '\0'),
                    _ => text.insert(at, '\\'),
                }
            }
        }
        for dialect in Dialect::ALL {
            let reading = read(dialect, &text, None);
            assert!(reading.loads || reading.pairs.is_empty(), "{dialect} {text:?}");
        }
    }
}
