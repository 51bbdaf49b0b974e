//! What an export promises, over a vault in memory.

use super::super::convert::id;
use super::*;
use crate::files::Here;
use dotenv::Dialect;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use vault::change::Change;
use vault::memory::MemoryStore;
use vault::model::Timestamp;

/// A vault with one project, whose prod inherits nothing and whose dev has `pairs`.
pub(in super::super) fn vault(pairs: &[(&str, &str)]) -> (Session<MemoryStore>, Id) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let passphrase = vault::Passphrase::new("fake words here".into());
    let (mut session, _) = pollster::block_on(Session::create(
        MemoryStore::default(),
        &passphrase,
        vault::KdfId::Standard,
        &mut rng,
        Timestamp(1),
    ))
    .unwrap();
    let create = Change::CreateProject { name: "shop".into() };
    pollster::block_on(session.apply(create, &mut rng, Timestamp(2))).unwrap();
    let project = session.model().projects()[0].0;
    let environment = session.model().environments(project)[0].0;
    let set = |(variable, value): &(&str, &str)| Change::SetValue {
        environment,
        variable: (*variable).into(),
        value: SecretValue::new((*value).to_owned()),
    };
    let changes = Change::Batch(pairs.iter().map(set).collect());
    pollster::block_on(session.apply(changes, &mut rng, Timestamp(3))).unwrap();
    (session, id(environment))
}

/// What comes of exporting all of `environment`, or `only` some of it.
fn made(
    session: &Session<MemoryStore>,
    environment: Id,
    consumer: &str,
    only: Option<&[&str]>,
) -> Result<(Exported, ExportText), Refusal> {
    let only = only.map(|only| only.iter().map(|name| (*name).to_owned()).collect());
    pollster::block_on(export(session, Wanted { environment, consumer: consumer.to_owned(), only }, &Here))
}

fn exported(pairs: &[(&str, &str)], consumer: &str) -> (Exported, ExportText) {
    let (session, environment) = vault(pairs);
    made(&session, environment, consumer, None).unwrap()
}

#[test]
fn every_dialect_reads_its_export_back() {
    let pairs = [("PLAIN", "value"), ("SPACED", "one two # three"), ("QUOTED", r#"say "hi""#)];
    let (session, environment) = vault(&pairs);
    for dialect in Dialect::ALL {
        let (_, text) = made(&session, environment, dialect.name(), None).unwrap();
        assert_eq!(text.refused, [], "{dialect}");
        let read = dotenv::read(dialect, text.text.expose(), None).pairs;
        let read: Vec<(&str, &str)> = read.iter().map(|pair| (&*pair.key, &*pair.value)).collect();
        assert_eq!(read, pairs, "{dialect}");
    }
}

#[test]
fn no_line_shows_its_value() {
    let secret = "sk_test_EXAMPLEexampleEXAMPLE0001";
    for consumer in ["node", "docker", "json", "kubernetes", "gh", "wrangler", "fly", "vercel", "shell"] {
        let (_, text) = exported(&[("KEY", secret)], consumer);
        assert!(text.text.expose().contains(secret), "{consumer}");
        let line = text.lines.iter().find(|line| line.variable.as_deref() == Some("KEY"));
        assert!(line.is_some(), "{consumer}: {:?}", text.lines);
        assert!(text.lines.iter().all(|line| !line.masked.contains("sk_t")), "{consumer}");
    }
}

#[test]
fn what_a_consumer_cannot_have_is_named_and_nothing_is_written() {
    let (_, text) = exported(&[("GOOD", "1"), ("LINES", "one\ntwo")], "docker");
    assert_eq!(text.text.expose(), "");
    assert_eq!(text.refused.iter().map(|it| &*it.variable).collect::<Vec<_>>(), ["LINES"]);
}

#[test]
fn references_are_filled_in_and_broken_ones_refused() {
    let (_, text) = exported(&[("HOST", "db"), ("URL", "pg://${HOST}/x")], "node");
    assert!(text.text.expose().contains("pg://db/x"));
    let (session, environment) = vault(&[("URL", "pg://${NOWHERE}/x")]);
    let refused = made(&session, environment, "node", None).err();
    assert!(matches!(refused, Some(Refusal::BrokenReferences { references }) if references.len() == 1));
}

#[test]
fn only_what_is_asked_for_leaves() {
    let (session, environment) = vault(&[("A", "1"), ("B", "2")]);
    let (exported, text) = made(&session, environment, "node", Some(&["B"])).unwrap();
    assert_eq!(exported.secrets().len(), 1);
    assert!(!text.text.expose().contains('A'));
    assert_eq!(text.variables, ["A", "B"]);
}

#[test]
fn the_lens_tells_who_reads_it_otherwise() {
    let (made, text) = exported(&[("A", "one two")], "node");
    let lens = made.lens(1);
    let right = lens.iter().find(|row| row.right).unwrap();
    assert!(right.consumers.contains(&Dialect::Node.title().to_owned()));
    let wrong: usize = lens.iter().filter(|row| !row.right).map(|row| row.consumers.len()).sum();
    assert_eq!(u32::try_from(wrong), Ok(text.lines[0].differs));
    assert!(made.lens(2).is_empty());
}

#[test]
fn the_name_for_a_browser_has_no_letter_that_a_file_may_not_have() {
    let (mut session, environment) = vault(&[("A", "fake")]);
    let rename = Change::RenameEnvironment { environment: object(environment), name: "dev / eu west".into() };
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    pollster::block_on(session.apply(rename, &mut rng, Timestamp(4))).unwrap();
    let name = |consumer| made(&session, environment, consumer, None).unwrap().1.visible_name;
    assert_eq!([name("node"), name("json")], ["shop.dev.env", "secrets.json"]);
}
