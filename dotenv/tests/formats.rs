//! Other formats: what is read is exact or refused by key; what is written is read back by the real tool, or refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use dotenv::Pair;
use dotenv::format::{
    Malformed, ReadError, Reason, Refusal, command, csv, fly, github, json, kubernetes, shell, wrangler, yaml,
};
use proptest::prelude::*;

type Read = Result<Vec<Pair>, ReadError>;

fn pair(key: &str, value: &str) -> Pair {
    Pair { key: key.to_owned(), value: value.to_owned(), line: 0 }
}

fn texts(pairs: &[Pair]) -> Vec<(&str, &str)> {
    pairs.iter().map(|pair| (pair.key.as_str(), pair.value.as_str())).collect()
}

/// Line, key and reason of a refusal to read.
fn fault(read: Read) -> (Option<u32>, Option<String>, Malformed) {
    let error = read.unwrap_err();
    (error.line, error.key, error.reason)
}

fn refused<T: std::fmt::Debug>(written: Result<T, Vec<Refusal>>) -> Vec<(String, Reason)> {
    written.unwrap_err().into_iter().map(|refusal| (refusal.key, refusal.reason)).collect()
}

/// Runs a program with `input` on its standard input and gives what it prints.
fn run(program: &str, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaint.is_empty(), "{program}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

const AWKWARD: &[&str] = &[
    "",
    "plain",
    "two words",
    " edge ",
    "'",
    "\"",
    "`",
    "'\"`",
    "it's",
    "a'b'c",
    "''",
    "\\",
    "\\'",
    "\\n",
    "a\nb",
    "\n",
    "\n\n x \n",
    "tab\t",
    "a\r\nb",
    "\r",
    "#",
    "a#b # c",
    "$HOME",
    "${X:-y}",
    "$(touch canary)",
    "`touch canary`",
    "$'\\x41'",
    "!!",
    "a;b&c|d>e<f",
    "*?[a]~",
    "%s%n",
    "{\"a\": [1, null]}",
    "-----BEGIN X-----\nMIIfake+/=\n-----END X-----\n",
    "ünï 日本 🙂",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{a0}",
    "\u{7f}\u{1b}[0m",
    "e\u{301}",
    "null",
    "~",
    "true",
    "0x1F",
    "1_000",
    "- a",
    "a: b",
    "? x",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "@",
    "---",
    "...",
    "\"\"\"",
    "x\"\"\"y",
    "EOF\n",
    "=",
    "==x==",
    "\u{10ffff}",
    "\u{fffe}",
];

fn awkward() -> Vec<Pair> {
    AWKWARD.iter().enumerate().map(|(index, value)| pair(&format!("K{index}"), value)).collect()
}

fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        2 => prop::sample::select(AWKWARD).prop_map(str::to_owned),
        1 => any::<char>().prop_filter("no NUL", |letter| *letter != '\0').prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    prop::collection::vec(value(), 1..40).prop_map(|values| {
        values.iter().enumerate().map(|(index, value)| pair(&format!("K{index}"), value)).collect()
    })
}

#[test]
fn json_takes_an_object_of_strings() {
    let read = json::read("\u{feff}{\"B\": \"x\\ny\", \"a-b\": \"\", \"\u{e9}\": \"\\u00e9\"}\n").unwrap();
    assert_eq!(texts(&read), [("B", "x\ny"), ("a-b", ""), ("é", "é")]);
    assert_eq!(json::read("{}").unwrap(), []);
}

#[test]
fn json_refuses_anything_else_by_its_key() {
    for value in ["1", "true", "null", "[]", "{\"B\": \"x\"}", "[\"x\"]"] {
        let text = format!("{{\"OK\": \"x\", \"A\": {value}, \"Z\": 2}}");
        assert_eq!(fault(json::read(&text)), (None, Some("A".to_owned()), Malformed::NotText), "{text}");
    }
    let twice = json::read("{\"A\": \"1\", \"A\": \"1\"}");
    assert_eq!(fault(twice), (None, Some("A".to_owned()), Malformed::Repeated));
    assert_eq!(fault(json::read("{\"\": \"1\"}")).2, Malformed::BadKey);
    for text in ["[]", "\"A\"", "1", "null", "[{\"key\": \"A\", \"value\": \"1\"}]"] {
        assert_eq!(fault(json::read(text)).2, Malformed::NotAMap, "{text}");
    }
    for text in
        ["", "{", "{\"A\": 1", "{\"A\": \"x\",}", "{\"A\": \"x\"} {}", "{'A': 'x'}", "{\"A\": \"\\ud800\"}"]
    {
        assert_eq!(fault(json::read(text)).2, Malformed::Syntax, "{text}");
    }
    assert_eq!(fault(json::read("{\n\"A\": \"x\"\n\"B\"}")).0, Some(3));
}

#[test]
fn yaml_takes_a_flat_map_as_it_is_written() {
    let text = "\u{feff}# c\n---\nA: plain # c\nB: 'it''s'\nC: \"x\\ny\"\nD: |\n  one\n  two\nE: >-\n  a\n  b\nF: 0080\nG: true\nH: !!str null\nI: \"\"\n\"1\": x:y\n";
    let read = yaml::read(text).unwrap();
    let expected = [
        ("A", "plain"),
        ("B", "it's"),
        ("C", "x\ny"),
        ("D", "one\ntwo\n"),
        ("E", "a b"),
        ("F", "0080"),
        ("G", "true"),
        ("H", "null"),
        ("I", ""),
        ("1", "x:y"),
    ];
    assert_eq!(texts(&read), expected);
    assert_eq!(read.iter().map(|pair| pair.line).take(5).collect::<Vec<_>>(), [3, 4, 5, 6, 9]);
    assert_eq!(texts(&yaml::read("A: |\n  x\nB: |\n  x").unwrap()), [("A", "x\n"), ("B", "x")]);
    assert_eq!(texts(&yaml::read("{A: x, B: 'y'}").unwrap()), [("A", "x"), ("B", "y")]);
}

#[test]
fn yaml_refuses_anything_else_by_its_key() {
    for value in ["", "~", "null", "[x]", "{x: y}", "\n  - x", "\n  b: c", "!!binary eA==", "!x y", "!!int 1"]
    {
        let text = format!("OK: x\nA: {value}\n");
        let (_, key, reason) = fault(yaml::read(&text));
        assert_eq!((key.as_deref(), reason), (Some("A"), Malformed::NotText), "{text}");
    }
    assert_eq!(fault(yaml::read("B: &b x\nA: *b\n")), (Some(2), Some("A".to_owned()), Malformed::NotText));
    assert_eq!(fault(yaml::read("A: 1\nB: 2\nA: 1\n")), (Some(3), Some("A".to_owned()), Malformed::Repeated));
    for text in ["[x]: y", "? {a: b}\n: c", "null: x", "\"\": x"] {
        assert_eq!(fault(yaml::read(text)).2, Malformed::BadKey, "{text}");
    }
    for text in ["", "- A", "A", "# c\n", "A: 1\n---\nB: 2\n", "A=1"] {
        assert_eq!(fault(yaml::read(text)).2, Malformed::NotAMap, "{text}");
    }
    assert_eq!(fault(yaml::read("A: |+\n  x\n  ")), (Some(1), Some("A".to_owned()), Malformed::Syntax));
    for text in ["A: \"x", "A: 'x", "{A: x", "A: x\n  B: y\n", "A: x: y", "A: \"\\q\"", "A: @x"] {
        assert_eq!(fault(yaml::read(text)).2, Malformed::Syntax, "{text}");
    }
}

#[test]
fn csv_takes_keys_and_values_with_or_without_a_header() {
    let rows = "A,1\r\n\r\nB,\"x, \"\"y\"\"\r\nz\"\nC,\r\"D\",\" d \"";
    let expected = [("A", "1"), ("B", "x, \"y\"\r\nz"), ("C", ""), ("D", " d ")];
    let plain = csv::read(rows).unwrap();
    assert_eq!(texts(&plain), expected);
    assert_eq!(plain.iter().map(|pair| pair.line).collect::<Vec<_>>(), [1, 3, 5, 6]);
    for header in ["key,value\n", "Key,Value\r\n", "\u{feff}\"KEY\",\"VALUE\"\n"] {
        assert_eq!(texts(&csv::read(&format!("{header}{rows}")).unwrap()), expected, "{header}");
    }
    assert_eq!(csv::read("").unwrap(), []);
}

#[test]
fn csv_refuses_rows_it_cannot_take_exactly() {
    for text in ["A,1\nB\n", "A,1\nB,2,3\n", "A,1\nB;2\n", "A,1\n,,\n"] {
        assert_eq!(fault(csv::read(text)), (Some(2), None, Malformed::Columns), "{text}");
    }
    for text in ["A,1\nB,\"x", "A,1\nB,\"x\"y", "A,1\nB,x\"y\"", "A,1\n\"B\" ,x"] {
        assert_eq!(fault(csv::read(text)), (Some(2), None, Malformed::Syntax), "{text}");
    }
    assert_eq!(fault(csv::read("A,1\nA,2\n")), (Some(2), Some("A".to_owned()), Malformed::Repeated));
    assert_eq!(fault(csv::read("A,1\n,2\n")).2, Malformed::BadKey);
}

#[test]
fn bash_and_sh_read_exports_back_and_run_nothing() {
    for program in ["bash", "sh"] {
        assert_eq!(sourced(program, &awkward()), awkward(), "{program}");
    }
}

/// Sources the export lines and prints the environment that came of it.
fn sourced(program: &str, pairs: &[Pair]) -> Vec<Pair> {
    let mut script = shell::write(pairs).unwrap();
    script.push_str("exec /usr/bin/env -0\n");
    let confined = ["-i", "PATH=", &which(program), "-s"];
    let printed = run("/usr/bin/env", &confined, &script);
    let mut read: Vec<Pair> = printed
        .split_terminator('\0')
        .filter_map(|entry| entry.split_once('='))
        .filter(|(key, _)| key.starts_with('K'))
        .map(|(key, value)| pair(key, value))
        .collect();
    read.sort_by_key(|pair| pair.key.trim_start_matches('K').parse::<u32>().unwrap());
    read
}

fn which(program: &str) -> String {
    run("/bin/sh", &["-c", &format!("command -v {program}")], "").trim().to_owned()
}

#[test]
fn shells_would_run_or_lose_the_names_that_are_refused() {
    // The control: bash evaluates this value as arithmetic, and so runs what is in it.
    let hostile = "export RANDOM='a[$(echo ran >&2)]'\n:\n";
    let control = Command::new("bash").args(["-c", hostile]).output().unwrap();
    assert!(String::from_utf8_lossy(&control.stderr).contains("ran"));

    for name in
        ["RANDOM", "OPTIND", "HISTCMD", "SRANDOM", "UID", "EUID", "PPID", "BASHOPTS", "PROMPT_COMMAND", "_"]
    {
        assert_eq!(refused(shell::write(&[pair(name, "1")])), [(name.to_owned(), Reason::Reserved)]);
    }
    let bad = [
        pair("1A", "x"),
        pair("A-B", "x"),
        pair("", "x"),
        pair("A", "x\0y"),
        pair("É", "x"),
        pair("B;id", "x"),
    ];
    let reasons: Vec<_> = refused(shell::write(&bad)).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, [Reason::Name, Reason::Name, Reason::Name, Reason::Nul, Reason::Name, Reason::Name]);
    assert_eq!(
        refused(shell::write(&[pair("A", "1"), pair("A", "2")])),
        [("A".to_owned(), Reason::Repeated)]
    );
}

/// What a stand-in for the programs of providers, first on the path, was given by a pasted command: for each call its arguments
/// and what came on its standard input, byte for byte.
fn given(program: &str, command: &str) -> Vec<(Vec<String>, String)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = std::env::temp_dir().join(format!(
        "tacit-commands-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    ));
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["gh", "wrangler", "fly", "netlify", "vercel", "heroku"] {
        let file = folder.join(name);
        let script = "#!/bin/sh\nprintf '%s\\0' call \"$#\" \"$@\" >>\"$0.log\"\n/bin/cat >>\"$0.log\"\nprintf '\\0' >>\"$0.log\"\n";
        std::fs::write(&file, script.replace("$0.log", &folder.join("log").display().to_string())).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("PATH={}", folder.display());
    let said = run("/usr/bin/env", &["-i", &path, &which(program), "-s"], command);
    assert_eq!(said, "", "{program}");
    let log = std::fs::read(folder.join("log")).unwrap_or_default();
    std::fs::remove_dir_all(&folder).unwrap();
    let log = String::from_utf8(log).unwrap();
    let mut fields = log.split_terminator('\0').map(str::to_owned);
    let mut calls = Vec::new();
    while let Some(mark) = fields.next() {
        assert_eq!(mark, "call");
        let count = fields.next().unwrap().parse().unwrap();
        let arguments: Vec<_> = fields.by_ref().take(count).collect();
        calls.push((arguments, fields.next().unwrap()));
    }
    calls
}

/// The shells that commands are pasted into; `dash` is most systems' `sh`.
const SHELLS: [&str; 2] = ["bash", "dash"];

/// Each pair by a command of its own, as vercel takes them; without those that it refuses.
fn by_vercel(program: &str, pairs: &[Pair]) -> (Vec<Pair>, Vec<Pair>) {
    let refused = command::vercel("preview", pairs).err().unwrap_or_default();
    let kept: Vec<_> =
        pairs.iter().filter(|pair| refused.iter().all(|one| one.key != pair.key)).cloned().collect();
    let calls = given(program, &command::vercel("preview", &kept).unwrap());
    let taken = calls.into_iter().map(|(arguments, value)| {
        assert_eq!(arguments[..2], ["env", "add"]);
        assert_eq!(arguments[3..], ["preview", "--force", "--yes"]);
        pair(&arguments[2], &value)
    });
    (kept, taken.collect())
}

/// All pairs as arguments of one command, as heroku takes them.
fn by_heroku(program: &str, pairs: &[Pair]) -> Vec<Pair> {
    let calls = given(program, &command::heroku(pairs).unwrap());
    assert_eq!(calls.len(), 1, "one call");
    let (arguments, _) = &calls[0];
    assert_eq!(arguments[0], "config:set");
    arguments[1..]
        .iter()
        .map(|word| word.split_once('=').unwrap())
        .map(|(key, value)| pair(key, value))
        .collect()
}

#[test]
fn pasted_commands_give_each_tool_exactly_the_values_and_run_nothing_in_them() {
    let mut pairs = awkward();
    for value in [
        "-n",
        "--help",
        "!!",
        "!1",
        "$(echo ran >&2)",
        "`echo ran >&2`",
        "%s\\n",
        "\\",
        "a\n b\n",
        "é🔑",
        "~",
        "#x",
    ] {
        pairs.push(pair(&format!("K{}", pairs.len()), value));
    }
    for program in SHELLS {
        assert_eq!(by_heroku(program, &pairs), pairs, "{program}");
        let (kept, taken) = by_vercel(program, &pairs);
        assert_eq!(taken, kept, "{program}");
        assert!(kept.len() > pairs.len() / 2, "most can be given: {} of {}", kept.len(), pairs.len());
        for pair in &pairs {
            let calls = given(program, &command::piped(&pair.value, "gh secret set -f -"));
            let words = ["secret", "set", "-f", "-"].map(str::to_owned).to_vec();
            assert_eq!(calls, [(words, pair.value.clone())], "{program}");
        }
    }
    // The control: in double quotes the same value runs.
    let hostile = "gh \"$(echo ran >&2)\"\n";
    let control = Command::new("bash").args(["-c", hostile]).output().unwrap();
    assert!(String::from_utf8_lossy(&control.stderr).contains("ran"));
}

#[test]
fn what_a_tool_would_take_otherwise_is_refused_by_its_command() {
    let long = "x".repeat(4097);
    let pairs = [
        pair("A", ""),
        pair("B", "x\n"),
        pair("C", &long),
        pair("D-E", "x"),
        pair("F", "x\0"),
        pair("G", "x"),
    ];
    let reasons: Vec<_> =
        refused(command::vercel("production", &pairs)).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, [Reason::Empty, Reason::Ambiguous, Reason::TooLong, Reason::Name, Reason::Nul]);
    let pairs = [pair("HEROKU_X", "1"), pair("__X", "1"), pair("A;id", "x"), pair("B", "")];
    let reasons: Vec<_> = refused(command::heroku(&pairs)).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, [Reason::Reserved, Reason::Reserved, Reason::Name]);
    let much = [pair("A", &"x".repeat(32 * 1024))];
    assert_eq!(refused(command::heroku(&much)), [(String::new(), Reason::TooMuch)]);
}

#[test]
fn node_reads_json_back() {
    let written = json::write(&awkward()).unwrap();
    assert_eq!(parsed_by_node(&written), awkward());
    assert_eq!(json::write(&[]).unwrap(), "{}\n");
    assert_eq!(refused(json::write(&[pair("A", "1"), pair("A", "1")])), [("A".to_owned(), Reason::Repeated)]);
}

/// Reads line by line, as wrangler reads its standard input, so that what a line reader drops shows.
fn parsed_by_node(text: &str) -> Vec<Pair> {
    let script = "let t = ''; require('readline').createInterface({ input: process.stdin })
        .on('line', (line) => { t += line; })
        .on('close', () => process.stdout.write(Object.entries(JSON.parse(t)).flat().join('\\0')));";
    let printed = run("node", &["-e", script], text);
    let parts: Vec<&str> = printed.split('\0').collect();
    parts.chunks(2).map(|entry| pair(entry[0], entry[1])).collect()
}

#[test]
fn wrangler_takes_json_within_its_limits() {
    assert_eq!(parsed_by_node(&wrangler::write(&awkward()).unwrap()), awkward());
    let long = "x".repeat(5 * 1024);
    assert!(wrangler::write(&[pair("A", &long)]).is_ok());
    let bad = [pair("A", &format!("{long}x")), pair("B C", ""), pair("__proto__", "x"), pair("D", "\0")];
    let reasons: Vec<_> = refused(wrangler::write(&bad)).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, [Reason::TooLong, Reason::Name, Reason::Reserved, Reason::Nul]);
    let many: Vec<Pair> = (0..101).map(|index| pair(&format!("K{index}"), "")).collect();
    assert_eq!(refused(wrangler::write(&many)), [(String::new(), Reason::TooMuch)]);
    assert!(wrangler::write(many.get(1..).unwrap()).is_ok());
}

#[test]
fn github_checks_names_and_leaves_the_lines_to_the_writer() {
    let render = |pairs: &[Pair]| Ok::<_, Vec<Refusal>>(format!("{} lines", pairs.len()));
    assert_eq!(github::write(&[pair("A", "1"), pair("B", "2")], render).unwrap(), "2 lines");
    assert_eq!(github::write(&[pair("A", "1")], |_| Err::<String, _>(Vec::new())).unwrap_err(), []);
    let long = "x".repeat(48 * 1024 + 1);
    let bad = [
        pair("A", "1"),
        pair("a", "2"),
        pair("github_x", "1"),
        pair("1A", "1"),
        pair("B", &long),
        pair("C", "\0"),
    ];
    let reasons: Vec<_> =
        refused(github::write(&bad, render)).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, [Reason::Repeated, Reason::Reserved, Reason::Name, Reason::TooLong, Reason::Nul]);
    let many: Vec<Pair> = (0..101).map(|index| pair(&format!("K{index}"), "")).collect();
    assert_eq!(refused(github::write(&many, render)), [(String::new(), Reason::TooMuch)]);
}

/// Reads lines by the rules of `fly secrets import` that all its versions share.
fn read_as_fly(text: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut lines = text.lines();
    while let Some((key, value)) = lines.next().and_then(|line| line.split_once('=')) {
        let Some(first) = value.strip_prefix("\"\"\"") else {
            pairs.push(pair(key, value));
            continue;
        };
        let mut whole = format!("{first}\n");
        for line in lines.by_ref() {
            if let Some(last) = line.strip_suffix("\"\"\"") {
                whole.push_str(last);
                break;
            }
            whole.push_str(line);
            whole.push('\n');
        }
        pairs.push(pair(key, &whole));
    }
    pairs
}

#[test]
fn fly_takes_lines_that_every_version_reads_alike() {
    let cases = [
        ("1", "A=1\n"),
        ("", "A=\n"),
        ("a\nb", "A=\"\"\"a\nb\"\"\"\n"),
        ("x \"y\" # z", "A=x \"y\" # z\n"),
        ("\n", "A=\"\"\"\n\"\"\"\n"),
        ("'q'", "A='q'\n"),
    ];
    for (value, text) in cases {
        assert_eq!(fly::write(&[pair("A", value)]).unwrap(), text);
    }
    for value in [" x", "\tx", "\"x\"", "\"", "\"\"\"x", "a\nb\"", "a\"\"\"\nb", "\"\"\"\n"] {
        assert_eq!(
            refused(fly::write(&[pair("A", value)])),
            [("A".to_owned(), Reason::Ambiguous)],
            "{value:?}"
        );
    }
    assert_eq!(refused(fly::write(&[pair("A", "a\r\nb")])), [("A".to_owned(), Reason::CarriageReturn)]);
    assert_eq!(refused(fly::write(&[pair("A", &"x".repeat(65_000))])), [("A".to_owned(), Reason::TooLong)]);
    assert!(fly::write(&[pair("A", &format!("{0}\n{0}", "x".repeat(64_000)))]).is_ok());
}

#[test]
fn kubernetes_manifests_have_the_shape_of_a_secret() {
    let pairs = [pair("true", "x\n\"y\" \u{2028}"), pair("a.b-c_1", "null")];
    let plain = kubernetes::write("shop.api-1", &pairs, kubernetes::Carrier::StringData).unwrap();
    let expected = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"shop.api-1\"\ntype: Opaque\nstringData:\n  \"true\": \"x\\n\\\"y\\\" \\u2028\"\n  \"a.b-c_1\": \"null\"\n";
    assert_eq!(plain, expected);
    let encoded = kubernetes::write("s", &pairs, kubernetes::Carrier::Data).unwrap();
    assert!(
        encoded.ends_with("data:\n  \"true\": \"eAoieSIg4oCo\"\n  \"a.b-c_1\": \"bnVsbA==\"\n"),
        "{encoded}"
    );
    assert!(kubernetes::write("s", &[], kubernetes::Carrier::Data).unwrap().ends_with("\ndata: {}\n"));
}

#[test]
fn kubernetes_refuses_names_keys_and_sizes_of_no_secret() {
    let write = |name: &str, pairs: &[Pair]| kubernetes::write(name, pairs, kubernetes::Carrier::StringData);
    for name in ["", "Shop", "a_b", "-a", "a-", "a..b", ".a", "a b", "é", &"x".repeat(254)] {
        assert_eq!(refused(write(name, &[])), [(name.to_owned(), Reason::ObjectName)]);
    }
    for key in ["", ".", "..", "..a", "a b", "a/b", "é", "a\n", &"x".repeat(254)] {
        assert_eq!(refused(write("s", &[pair(key, "")])), [(key.to_owned(), Reason::SecretKey)]);
    }
    let half = "x".repeat(512 * 1024);
    assert!(write("s", &[pair("A", &half), pair("B", &half)]).is_ok());
    assert_eq!(
        refused(write("s", &[pair("A", &half), pair("B", &half), pair("C", "x")])),
        [(String::new(), Reason::TooMuch)]
    );
    assert_eq!(refused(write("s", &[pair("A", "\0")])), [("A".to_owned(), Reason::Nul)]);
}

/// The entries under the last heading of a manifest, as a flat map.
fn entries(manifest: &str) -> Vec<Pair> {
    let (_, body) = manifest.split_once("tringData:\n").unwrap();
    let flat: String = body.lines().map(|line| format!("{}\n", line.strip_prefix("  ").unwrap())).collect();
    let mut pairs = yaml::read(&flat).unwrap();
    pairs.iter_mut().for_each(|pair| pair.line = 0);
    pairs
}

#[test]
fn refusals_say_what_and_what_to_do_but_no_value() {
    let shown = shell::write(&[pair("A B", "hunter2-canary")]).unwrap_err()[0].to_string();
    assert!(shown.starts_with("A B: ") && !shown.contains("canary"), "{shown}");
    let shown = json::read("{\"A\": [\"hunter2-canary\"]}").unwrap_err().to_string();
    assert!(shown.starts_with("\"A\": ") && !shown.contains("canary"), "{shown}");
    for sentence in
        Reason::ALL.map(Reason::sentence).into_iter().chain(Malformed::ALL.map(Malformed::sentence))
    {
        assert!(sentence.what.ends_with('.') && sentence.remedy.ends_with('.'), "{sentence:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pasted_commands_give_any_values(pairs in pairs()) {
        for program in SHELLS {
            prop_assert_eq!(by_heroku(program, &pairs), pairs.clone());
            let (kept, taken) = by_vercel(program, &pairs);
            prop_assert_eq!(taken, kept);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn shells_read_any_values_back(pairs in pairs()) {
        prop_assert_eq!(sourced("bash", &pairs), pairs.clone());
        prop_assert_eq!(sourced("sh", &pairs), pairs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn json_reads_back_what_it_wrote(pairs in pairs()) {
        prop_assert_eq!(json::read(&json::write(&pairs).unwrap()).unwrap(), pairs);
    }

    #[test]
    fn manifests_read_back_as_yaml(pairs in pairs()) {
        let written = kubernetes::write("s", &pairs, kubernetes::Carrier::StringData).unwrap();
        prop_assert_eq!(entries(&written), pairs);
    }

    #[test]
    fn csv_reads_what_is_quoted_by_the_rules(pairs in pairs()) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let text: String = pairs.iter().map(|pair| format!("{},{}\r\n", pair.key, quoted(&pair.value))).collect();
        let read = csv::read(&text).unwrap();
        prop_assert_eq!(texts(&read), texts(&pairs));
    }

    #[test]
    fn fly_reads_back_whatever_is_not_refused(pairs in pairs()) {
        match fly::write(&pairs) {
            Ok(text) => prop_assert_eq!(read_as_fly(&text), pairs),
            Err(refusals) => {
                let refused: Vec<_> = refusals.into_iter().map(|refusal| refusal.key).collect();
                let rest: Vec<_> = pairs.into_iter().filter(|pair| !refused.contains(&pair.key)).collect();
                prop_assert_eq!(read_as_fly(&fly::write(&rest).unwrap()), rest);
            }
        }
    }
}
