//! The known cases of references, one by one.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;

use protocol::ObjectId;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use vault::change::{Change, edits};
use vault::model::{Model, Position, SecretValue, Timestamp};
use vault::reference::{Broken, Reason, Resolver, has_references};

struct Bench {
    model: Model,
    dev: ObjectId,
    values: BTreeMap<ObjectId, String>,
    rng: ChaCha8Rng,
}

impl Bench {
    fn with(pairs: &[(&str, &str)]) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(7);
        let mut bench =
            Self { model: Model::new(), dev: ObjectId::new([0; 16]), values: BTreeMap::new(), rng };
        bench.apply(Change::CreateProject { name: "app".into() });
        bench.dev = bench.model.environments(bench.model.projects()[0].0)[0].0;
        pairs.iter().for_each(|(variable, text)| bench.set(bench.dev, variable, text));
        bench
    }

    fn apply(&mut self, change: Change) {
        for edit in edits(&self.model, change, &mut self.rng, Timestamp(1)).unwrap() {
            self.model.absorb(&edit, Position::default());
        }
    }

    fn set(&mut self, environment: ObjectId, variable: &str, text: &str) {
        let value = text.to_owned().into();
        self.apply(Change::SetValue { environment, variable: variable.into(), value });
        let secret = self.model.own(environment, variable).unwrap().1.secret.unwrap();
        self.values.insert(secret, text.to_owned());
    }

    fn resolve(&self, environment: ObjectId, variable: &str) -> Result<String, Vec<Broken>> {
        let lookup = |secret| self.values.get(&secret).cloned().map(SecretValue::from);
        let found = Resolver::new(&self.model, lookup).resolve(environment, variable).unwrap();
        found.map(|value| value.expose().to_owned())
    }

    fn a(&self) -> Result<String, Vec<Broken>> {
        self.resolve(self.dev, "A")
    }
}

fn chain(hops: usize) -> Vec<(String, String)> {
    let link = |at: usize| (format!("V{at}"), format!("${{V{}}}", at + 1));
    let mut links: Vec<_> = (0..hops).map(link).collect();
    links.push((format!("V{hops}"), "end".into()));
    links
}

fn along(hops: usize) -> Result<String, Vec<Broken>> {
    let links = chain(hops);
    let pairs: Vec<_> = links.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    let bench = Bench::with(&pairs);
    bench.resolve(bench.dev, "V0")
}

#[test]
fn eight_hops_lead_to_the_end_and_nine_do_not() {
    assert_eq!(along(8), Ok("end".into()));
    assert_eq!(along(9), Err(vec![Broken { reference: "${V9}".into(), reason: Reason::TooDeep }]));
}

#[test]
fn the_known_cases() {
    for (pairs, expected) in [
        (vec![("A", "${ B }"), ("B", "x")], "x"),
        (vec![("A", "${B${C}}"), ("C", "y")], "${By}"),
        (vec![("A", "$${B}"), ("B", "x")], "${B}"),
        (vec![("A", "${}")], "${}"),
        (vec![("A", "1${B}2${dev.B}3${app.dev.B}"), ("B", "x")], "1x2x3x"),
    ] {
        assert_eq!(Bench::with(&pairs).a(), Ok(expected.to_owned()));
    }
}

#[test]
fn every_broken_reference_is_named_once_and_in_order() {
    let bench =
        Bench::with(&[("A", "${NOPE} ${b} ${dev.NOPE} ${a.b.c.D} ${NOPE} ${no.dev.A} ${nope.A} ${A}")]);
    let broken = bench.a().unwrap_err();
    let names: Vec<_> = broken.iter().map(|it| it.reference.as_str()).collect();
    let expected = ["${A}", "${NOPE}", "${a.b.c.D}", "${b}", "${dev.NOPE}", "${no.dev.A}", "${nope.A}"];
    assert_eq!(names, expected);
    assert_eq!(broken[0].reason, Reason::Cycle(vec!["app.dev.A".into(), "app.dev.A".into()]));
    assert!(broken[1..].iter().all(|it| it.reason == Reason::Unknown));
}

#[test]
fn an_inherited_value_refers_to_where_it_is_seen() {
    let mut bench = Bench::with(&[("URL", "http://${HOST}"), ("HOST", "dev")]);
    let staging = bench.model.environments(bench.model.projects()[0].0)[1].0;
    bench.apply(Change::SetParent { environment: staging, parent: Some(bench.dev) });
    bench.set(staging, "HOST", "staging");
    bench.set(staging, "OTHER", "${dev.URL}");
    assert_eq!(bench.resolve(staging, "URL"), Ok("http://staging".into()));
    assert_eq!(bench.resolve(staging, "OTHER"), Ok("http://dev".into()));
}

#[test]
fn what_is_about_to_be_saved_is_checked_with_its_new_value() {
    let bench = Bench::with(&[("A", "old"), ("B", "${A}")]);
    let lookup = |secret| bench.values.get(&secret).cloned().map(SecretValue::from);
    let mut resolver = Resolver::new(&bench.model, lookup);
    let saved = |resolver: &mut Resolver<'_, _>, text| resolver.resolve_text(bench.dev, "A", text);
    assert!(
        matches!(&saved(&mut resolver, "${B}").unwrap_err()[0].reason, Reason::Cycle(at) if at.len() == 3)
    );
    let secret = bench.model.own(bench.dev, "A").unwrap().1.secret.unwrap();
    resolver.suppose(secret, "new".to_owned().into());
    assert_eq!(resolver.resolve(bench.dev, "B").unwrap().unwrap().expose(), "new");
}

#[test]
fn a_value_that_cannot_be_opened_is_named_and_is_only_asked_for_when_needed() {
    let mut bench = Bench::with(&[("A", "${B}${B}"), ("B", "x"), ("C", "unused")]);
    let mut asked = 0;
    let lookup = |secret| {
        asked += 1;
        bench.values.get(&secret).cloned().map(SecretValue::from)
    };
    Resolver::new(&bench.model, lookup).resolve(bench.dev, "A").unwrap().unwrap();
    assert_eq!(asked, 2);
    let secret = bench.model.own(bench.dev, "B").unwrap().1.secret.unwrap();
    bench.values.remove(&secret);
    assert_eq!(bench.a(), Err(vec![Broken { reference: "${B}".into(), reason: Reason::Closed }]));
}

#[test]
fn growth_is_bounded() {
    let wide = "${B}".repeat(10_000);
    let bench = Bench::with(&[("A", &wide), ("B", &"${C}".repeat(10_000)), ("C", &"x".repeat(60_000))]);
    let broken = bench.a().unwrap_err();
    assert!(broken.iter().all(|it| it.reason == Reason::TooLong));
}

#[test]
fn text_without_references_is_known_as_such() {
    assert!(has_references("a ${B}"));
    assert!(!has_references("$${B} $HOME ${A:-b}"));
}
