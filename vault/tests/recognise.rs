//! Keys are recognised, ordinary values are not, collisions are settled, file names are read.

#![expect(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test may stop")]

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use vault::model::Kind;
use vault::provider::{self, Finder, Mode, recognise};
use vault::recognise::{Tool, file};

/// Makes texts that fit a regex of the kind that the table uses: literals, classes, groups, counts.
struct Maker {
    rng: ChaCha8Rng,
}

impl Maker {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap() % end
    }

    fn make(&mut self, regex: &str) -> String {
        let branches = split_branches(regex);
        let at = self.below(branches.len());
        let mut rest = branches[at];
        let mut out = String::new();
        while !rest.is_empty() {
            let (atom, after) = split_atom(rest);
            let (low, high, after) = split_count(after);
            let times = low + self.below(high.min(low + 3) - low + 1);
            (0..times).for_each(|_| out.push_str(&self.atom(atom)));
            rest = after;
        }
        out
    }

    fn atom(&mut self, atom: &str) -> String {
        if let Some(group) = atom.strip_prefix("(?:") {
            return self.make(group.strip_suffix(')').unwrap());
        }
        if let Some(class) = atom.strip_prefix('[') {
            let members = members(class.strip_suffix(']').unwrap());
            return members[self.below(members.len())].to_string();
        }
        match atom {
            r"\S" => "x".into(),
            r"\." | r"\+" => atom.replace('\\', ""),
            literal if literal.chars().count() == 1 => literal.into(),
            other => panic!("{other}"),
        }
    }
}

fn split_branches(regex: &str) -> Vec<&str> {
    let (mut depth, mut in_class, mut from) = (0, false, 0);
    let mut branches = Vec::new();
    for (at, letter) in regex.char_indices() {
        match letter {
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            '|' if !in_class && depth == 0 => {
                branches.push(&regex[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&regex[from..]);
    branches
}

fn split_atom(text: &str) -> (&str, &str) {
    let length = match text.as_bytes()[0] {
        b'[' => text.find(']').unwrap() + 1,
        b'\\' => 2,
        b'(' => {
            let mut depth = 0;
            let close = text.char_indices().find(|(_, letter)| {
                depth += i32::from(*letter == '(') - i32::from(*letter == ')');
                depth == 0
            });
            close.unwrap().0 + 1
        }
        _ => 1,
    };
    text.split_at(length)
}

fn split_count(text: &str) -> (usize, usize, &str) {
    match text.as_bytes().first() {
        Some(b'?') => (0, 1, &text[1..]),
        Some(b'*') => (0, 3, &text[1..]),
        Some(b'+') => (1, 30, &text[1..]),
        Some(b'{') => {
            let (count, after) = text[1..].split_once('}').unwrap();
            let (low, high) = count.split_once(',').unwrap_or((count, count));
            let low = low.parse().unwrap();
            (low, if high.is_empty() { low + 9 } else { high.parse().unwrap() }, after)
        }
        _ => (1, 1, text),
    }
}

fn members(class: &str) -> Vec<char> {
    if class.starts_with('^') {
        return ('a'..='z').collect();
    }
    let class: Vec<char> = class.replace(r"\-", "\u{1}").chars().collect();
    let mut members = Vec::new();
    let mut at = 0;
    while at < class.len() {
        if class.get(at + 1) == Some(&'-') && at + 2 < class.len() {
            members.extend(class[at]..=class[at + 2]);
            at += 3;
        } else {
            members.push(if class[at] == '\u{1}' { '-' } else { class[at] });
            at += 1;
        }
    }
    members
}

/// (provider, flag, gate, regex) of every pattern.
fn patterns() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    let mut id = "";
    let mut all = Vec::new();
    for line in include_str!("../data/providers.txt").lines() {
        if let Some(head) = line.strip_prefix('@') {
            id = head.split('|').next().unwrap();
        } else if line.starts_with(['v', 'c']) {
            let mut cells = line.splitn(3, ' ');
            all.push((id, cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap()));
        }
    }
    all
}

#[test]
fn every_pattern_recognises_keys_made_to_its_shape() {
    let mut maker = Maker { rng: ChaCha8Rng::seed_from_u64(1) };
    for (id, flag, gate, regex) in patterns() {
        for _ in 0..20 {
            let key = maker.make(regex);
            // A shape of several providers needs the name; the provider's own first variable is that.
            let name = match flag.starts_with('c') {
                true => format!("MY_{}_X", gate.split(',').next().unwrap().trim_end_matches('_')),
                false => provider::find(id).unwrap().variables()[0].to_owned(),
            };
            let name = if gate.ends_with('_') && flag.starts_with('c') { format!("DD_{name}") } else { name };
            let found = recognise(&name, &key, "").unwrap_or_else(|| panic!("{id}: {regex}"));
            assert!(found.by_value, "{id}: {regex}");
            assert_eq!(found.provider.id, id, "{regex}");
        }
    }
}

#[test]
fn every_secret_key_is_found_in_a_text() {
    let mut maker = Maker { rng: ChaCha8Rng::seed_from_u64(3) };
    let finder = Finder::on("");
    for (id, _, _, regex) in patterns().into_iter().filter(|(_, flag, ..)| *flag == "vs") {
        for _ in 0..20 {
            let key = maker.make(regex);
            // Some shapes fit what is as short or as plain as no key is.
            if key.len() < 16 || key.chars().collect::<BTreeSet<_>>().len() < 10 {
                continue;
            }
            let found = finder.in_text(&format!("Your new key {key} is here, keep it."));
            let [found] = found.as_slice() else { panic!("{id}: {regex}: {key}: {}", found.len()) };
            // Of what a header says before a token the token is the key.
            assert!(key.ends_with(found.value.expose()), "{id}: {regex}: {key}");
        }
    }
}

#[test]
fn whatever_a_page_shows_what_is_found_in_it_is_a_part_of_it() {
    const PARTS: [&str; 16] = [
        "sk_live_",
        "ghp_",
        "AccountKey=",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "postgres://a:",
        "@host/",
        "FakeFake0123456789",
        "abcdef9876543210ABCDEF",
        "\n",
        " ",
        "é",
        "=",
        ".",
        "\"",
        "&",
    ];
    let mut maker = Maker { rng: ChaCha8Rng::seed_from_u64(4) };
    let finders = ["", "dashboard.stripe.com", "portal.azure.com"].map(Finder::on);
    let mut all = 0;
    for _ in 0..5_000 {
        let text: String = (0..maker.below(24)).map(|_| PARTS[maker.below(PARTS.len())]).collect();
        let found = finders.iter().flat_map(|it| it.in_text(&text).into_iter().chain(it.in_field(&text)));
        for key in found {
            assert!(text.contains(key.value.expose()), "{text:?}");
            all += 1;
        }
    }
    assert!(all > 100, "{all}");
}

#[test]
fn each_of_the_93_is_recognised_by_value_or_by_name() {
    assert_eq!(provider::all().len(), 93);
    let mut maker = Maker { rng: ChaCha8Rng::seed_from_u64(2) };
    for it in provider::all() {
        let key = patterns().into_iter().find(|(id, flag, ..)| *id == it.id && flag.starts_with('v'));
        let key = key.map_or_else(|| "fake-0123456789".to_owned(), |(.., regex)| maker.make(regex));
        let own = it.variables().iter().find(|name| **name != "GOOGLE_API_KEY").unwrap();
        assert_eq!(recognise(own, &key, "").map(|found| found.provider.id), Some(it.id), "{own}");
    }
}

#[test]
fn collisions_are_settled_by_name_by_origin_or_by_the_more_common() {
    let live = format!("sk_live_{}", "a1B2".repeat(10));
    let publishable = format!("pk_test_{}", "a1B2".repeat(8));
    let webhook = format!("whsec_{}", "a1B2".repeat(8));
    let google = format!("AIza{}", "a1B2c".repeat(7));
    for (name, value, host, id) in [
        ("KEY", &live, "", "stripe"),
        ("STRIPE_SECRET_KEY", &live, "", "stripe"),
        ("CLERK_SECRET_KEY", &live, "", "clerk"),
        ("PROD_CLERK_SECRET_KEY", &live, "", "clerk"),
        ("PAYSTACK_SECRET_KEY", &live, "", "paystack"),
        ("KEY", &live, "dashboard.clerk.com", "clerk"),
        ("KEY", &live, "dashboard.paystack.com", "paystack"),
        ("KEY", &publishable, "", "stripe"),
        ("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", &publishable, "", "clerk"),
        ("KEY", &webhook, "", "stripe"),
        ("KEY", &google, "", "gcp"),
        ("GEMINI_API_KEY", &google, "", "google-gemini"),
        ("KEY", &google, "aistudio.google.com", "google-gemini"),
        ("GOOGLE_API_KEY", &google, "", "gcp"),
        ("KEY", &format!("sk_{}", "0a1b2c".repeat(8)), "", "elevenlabs"),
        ("KEY", &format!("sk-ant-api03-{}AA", "a".repeat(93)), "", "anthropic"),
        ("OPENAI_API_KEY", &format!("sk-ant-api03-{}AA", "a".repeat(93)), "", "anthropic"),
        ("KEY", &format!("sk-or-v1-{}", "0a".repeat(32)), "", "openrouter"),
        ("DEEPSEEK_API_KEY", &format!("sk-{}", "0a".repeat(16)), "", "deepseek"),
        ("KEY", &format!("pk_{}", "0a".repeat(17)), "", "klaviyo"),
        ("HEROKU_API_KEY", &"01234567-89ab-cdef-0123-456789abcdef".to_owned(), "", "heroku"),
        ("RAILWAY_TOKEN", &"01234567-89ab-cdef-0123-456789abcdef".to_owned(), "", "railway"),
        ("SNYK_TOKEN", &"01234567-89ab-cdef-0123-456789abcdef".to_owned(), "", "snyk"),
    ] {
        let found = recognise(name, value, host).unwrap();
        assert_eq!(found.provider.id, id, "{name} {host}");
    }
    assert!(recognise("KEY", "01234567-89ab-cdef-0123-456789abcdef", "").is_none());
    assert!(recognise("KEY", &format!("sk-{}", "0a".repeat(16)), "").is_none());
}

#[test]
fn keys_say_whether_they_are_live_and_whether_they_are_secret() {
    let key = |head: &str| recognise("K", &format!("{head}{}", "a1B2c3D4e5F6g7"), "").unwrap();
    assert_eq!(key("sk_live_").mode, Some(Mode::Live));
    assert_eq!(key("pk_test_").mode, Some(Mode::Test));
    assert_eq!(key("rzp_live_").mode, Some(Mode::Live));
    assert!(key("sk_live_").secret && !key("pk_live_").secret);
    let flutterwave = format!("FLWSECK_TEST-{}-X", "a1B2".repeat(8));
    assert_eq!(recognise("K", &flutterwave, "").unwrap().mode, Some(Mode::Test));
    assert!(recognise("OPENAI_API_KEY", "x", "").unwrap().secret);
    assert!(!recognise("OPENAI_BASE_URL", "x", "").unwrap().secret);
    assert!(!recognise("SUPABASE_ANON_KEY", "x", "").unwrap().secret);
}

/// `NAME=VALUE` lines of ordinary configuration, each value once: hashes, ids, addresses, beginnings of keys, brand names
/// in other meanings.
const ORDINARY: &str = include_str!("corpus/non-keys.txt");

#[test]
fn ordinary_values_give_nothing() {
    let rows: Vec<_> = ORDINARY.lines().filter_map(|line| line.split_once('=')).collect();
    let distinct: BTreeSet<_> = rows.iter().map(|(_, value)| *value).collect();
    assert!(distinct.len() == rows.len() && rows.len() >= 300, "{} of {}", distinct.len(), rows.len());
    let found = |(name, value): &(&str, &str)| {
        let found = recognise(name, value, "").or_else(|| recognise("X", value, ""))?;
        Some(format!("{name}={value} is {}", found.provider.id))
    };
    let alarms: Vec<_> = rows.iter().filter_map(found).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn a_file_name_tells_tool_and_environment() {
    for (name, tool, environment, kind) in [
        (".env", Tool::Node, None, Kind::NonProd),
        (".env.production", Tool::Node, Some("prod"), Kind::Prod),
        (".env.production.local", Tool::Node, Some("prod"), Kind::Prod),
        (".env.local", Tool::Node, Some("dev"), Kind::NonProd),
        (".env.development", Tool::Node, Some("dev"), Kind::NonProd),
        (".env.test", Tool::Node, Some("test"), Kind::NonProd),
        (".env.eu", Tool::Node, Some("eu"), Kind::NonProd),
        ("apps/web/.env.staging", Tool::Node, Some("staging"), Kind::NonProd),
        ("C:\\app\\prod.env", Tool::Node, Some("prod"), Kind::Prod),
        (".dev.vars", Tool::Wrangler, Some("dev"), Kind::NonProd),
        (".dev.vars.production", Tool::Wrangler, Some("prod"), Kind::Prod),
        ("docker-compose.env", Tool::Compose, None, Kind::NonProd),
        ("docker.env", Tool::Docker, None, Kind::NonProd),
        ("env_file", Tool::Docker, None, Kind::NonProd),
        (".envrc", Tool::Bash, None, Kind::NonProd),
        (".flaskenv", Tool::Python, None, Kind::NonProd),
        ("app.service.env", Tool::Systemd, None, Kind::NonProd),
        ("secrets.prod.json", Tool::Json, Some("prod"), Kind::Prod),
        ("values.yml", Tool::Yaml, None, Kind::NonProd),
        ("export.csv", Tool::Csv, None, Kind::NonProd),
        ("", Tool::Node, None, Kind::NonProd),
    ] {
        let hint = file(name);
        let found = (hint.tool, hint.environment.as_deref(), hint.kind);
        assert_eq!(found, (tool, environment, kind), "{name}");
        assert!(!hint.example, "{name}");
    }
    assert!(file(".env.example").example && file("env.sample").example);
    assert_eq!(file(".env.example").environment, None);
}
