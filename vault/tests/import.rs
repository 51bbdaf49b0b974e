//! The preview of an import says what the import then does.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;

use protocol::ObjectId;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use vault::change::{Change, Import, ImportFile, Place, Target, edits};
use vault::import::{Counts, Destination, Existing, Incoming, Notice, Outcome, Plan, Why};
use vault::model::{Edit, Kind, Model, Position, SecretValue, Timestamp, ValueEdit};
use vault::reference::Resolver;

struct Bench {
    model: Model,
    values: BTreeMap<ObjectId, String>,
    rng: ChaCha8Rng,
    base: ObjectId,
    dev: ObjectId,
    project: ObjectId,
}

impl Bench {
    /// `dev` inherits `A` and `B` from a base and has `B` and `C` itself.
    fn new() -> Self {
        let none = ObjectId::new([0; 16]);
        let rng = ChaCha8Rng::seed_from_u64(3);
        let mut bench =
            Self { model: Model::new(), values: BTreeMap::new(), rng, base: none, dev: none, project: none };
        bench.apply(Change::CreateProject { name: "app".into() });
        bench.project = bench.model.projects()[0].0;
        let environments = bench.model.environments(bench.project);
        (bench.dev, bench.base) = (environments[0].0, environments[1].0);
        bench.apply(Change::SetParent { environment: bench.dev, parent: Some(bench.base) });
        for (environment, variable) in
            [(bench.base, "A"), (bench.base, "B"), (bench.dev, "B"), (bench.dev, "C")]
        {
            let value = format!("old {variable}").into();
            bench.apply(Change::SetValue { environment, variable: variable.into(), value });
        }
        bench
    }

    fn apply(&mut self, change: Change) -> usize {
        let done = edits(&self.model, change, &mut self.rng, Timestamp(1)).unwrap();
        for edit in &done {
            self.model.absorb(edit, Position::default());
            if let Edit::Put { object, value: Some(ValueEdit::Set(value)), .. } = edit {
                self.values.insert(*object, value.expose().to_owned());
            }
        }
        done.len()
    }

    fn plan(&self, incoming: &[Incoming], existing: Existing) -> Plan {
        let destination = Destination { environment: Some(self.dev), kind: Kind::NonProd };
        let lookup = |secret| self.values.get(&secret).cloned().map(SecretValue::from);
        Plan::new(&self.model, destination, incoming, existing, lookup)
    }

    fn import(&mut self, incoming: Vec<Incoming>) {
        let plan = self.plan(&incoming, Existing::NewVersion);
        let pairs = plan.into_pairs(incoming, |_| true);
        let file = ImportFile { target: Target::Existing(self.dev), pairs };
        self.apply(Change::Import(Import { project: Place::Existing(self.project), files: vec![file] }));
    }
}

fn incoming(pairs: &[(&str, &str)]) -> Vec<Incoming> {
    let pair = |(line, (key, value)): (u32, &(&str, &str))| Incoming {
        key: (*key).into(),
        value: value.to_string().into(),
        line,
        as_reference: false,
    };
    (1..).zip(pairs).map(pair).collect()
}

const FILE: [(&str, &str); 8] = [
    ("A", "new"),
    ("B", "new"),
    ("C", "old C"),
    ("D", "first"),
    ("my.key", "x"),
    ("D", "second"),
    ("--", "x"),
    ("B-", "other"),
];

#[test]
fn each_row_says_what_will_happen() {
    let bench = Bench::new();
    let plan = bench.plan(&incoming(&FILE), Existing::NewVersion);
    let secret = bench.model.own(bench.dev, "B").unwrap().1.secret.unwrap();
    let outcomes: Vec<_> = plan.rows.iter().map(|row| row.outcome).collect();
    let expected = [
        Outcome::Override { from: bench.base },
        Outcome::NewVersion { secret, old_length: 5 },
        Outcome::Unchanged,
        Outcome::Skip(Why::Repeated { line: 6 }),
        Outcome::Create,
        Outcome::Create,
        Outcome::Skip(Why::NoName),
        Outcome::Create,
    ];
    assert_eq!(outcomes, expected);
    let counts = Counts { create: 3, overwrite: 1, override_inherited: 1, unchanged: 1, skipped: 2 };
    assert_eq!(plan.counts(), counts);
    let renamed: Vec<_> = plan.rows.iter().filter(|row| row.renamed).map(|row| &*row.variable).collect();
    assert_eq!(renamed, ["my_key", "", "B_"]);
}

#[test]
fn what_was_announced_is_what_happens_and_a_second_import_changes_nothing() {
    let mut bench = Bench::new();
    let before = bench.model.contents().count();
    bench.import(incoming(&FILE));
    assert_eq!(bench.model.contents().count(), before + 2 * 4, "four new secrets, four bindings");
    let value = |variable| {
        let secret = bench.model.own(bench.dev, variable).unwrap().1.secret.unwrap();
        bench.values[&secret].as_str()
    };
    assert_eq!(
        ["A", "B", "C", "D", "my_key", "B_"].map(value),
        ["new", "new", "old C", "second", "x", "other"]
    );
    let again = bench.plan(&incoming(&FILE), Existing::NewVersion).counts();
    assert_eq!(again, Counts { unchanged: 6, skipped: 2, ..Counts::default() });
}

#[test]
fn an_inherited_value_that_is_the_same_is_not_overridden() {
    let plan = Bench::new().plan(&incoming(&[("A", "old A")]), Existing::NewVersion);
    assert_eq!(plan.rows[0].outcome, Outcome::Unchanged);
}

#[test]
fn what_exists_can_be_kept_and_rows_left_out() {
    let bench = Bench::new();
    let file = incoming(&[("B", "new"), ("D", "x"), ("E", "x")]);
    let plan = bench.plan(&file, Existing::Keep);
    assert_eq!(plan.rows[0].outcome, Outcome::Skip(Why::Exists));
    let pairs = plan.into_pairs(file, |row| row != 1);
    assert_eq!(pairs.iter().map(|pair| &*pair.variable).collect::<Vec<_>>(), ["E"]);
}

#[test]
fn two_keys_never_become_one_name() {
    let bench = Bench::new();
    let plan =
        bench.plan(&incoming(&[("a.b", "1"), ("a-b", "2"), ("a_b", "3"), ("a.b", "4")]), Existing::Keep);
    let rows: Vec<_> = plan.rows.iter().map(|row| (&*row.variable, row.outcome.writes())).collect();
    assert_eq!(rows, [("a_b_2", false), ("a_b_3", true), ("a_b", true), ("a_b_2", true)]);
}

#[test]
fn notices_tell_of_keys_in_the_wrong_place() {
    let mut bench = Bench::new();
    let live = format!("sk_live_{}", "a1B2".repeat(6));
    let test = format!("sk_test_{}", "a1B2".repeat(6));
    let secret = bench.model.own(bench.dev, "C").unwrap().1.secret.unwrap();
    bench.apply(Change::Bind { environment: bench.base, variable: "C".into(), secret });
    let file = incoming(&[
        ("STRIPE_SECRET_KEY", &live),
        ("VITE_X", &test),
        ("OPENAI_API_KEY", &test),
        ("C", "new"),
        ("PLAIN", "x"),
    ]);
    let plan = bench.plan(&file, Existing::NewVersion);
    let notices: Vec<_> = plan.rows.into_iter().map(|row| row.notices).collect();
    let expected = [
        vec![Notice::LiveOutsideProd],
        vec![Notice::PublicName],
        vec![Notice::OtherProvider],
        vec![Notice::Shared { places: 1 }],
        vec![],
    ];
    assert_eq!(notices, expected);
    let destination = Destination { environment: None, kind: Kind::Prod };
    let prod = Plan::new(&bench.model, destination, &file, Existing::NewVersion, |_| None);
    assert!(prod.rows[0].notices.is_empty());
    assert!(prod.rows[1].notices.contains(&Notice::TestInProd));
    assert_eq!(prod.counts().create, 5);
}

#[test]
fn a_value_over_the_limit_is_left_out() {
    let long = "x".repeat(vault::grammar::VALUE + 1);
    let plan = Bench::new().plan(&incoming(&[("A", &long)]), Existing::NewVersion);
    assert_eq!(plan.rows[0].outcome, Outcome::Skip(Why::TooLong));
}

#[test]
fn a_new_project_gets_the_environments_of_its_files() {
    let mut bench = Bench::new();
    let file = |name: &str, kind| ImportFile {
        target: Target::New { name: name.into(), kind },
        pairs: vec![vault::change::Pair { variable: "A".into(), value: "x".to_owned().into() }],
    };
    let files = vec![file("prod", Kind::Prod), file("dev", Kind::NonProd), file("dev", Kind::NonProd)];
    bench.apply(Change::Import(Import { project: Place::New("fresh".into()), files }));
    let project = bench.model.projects()[1].0;
    let made: Vec<_> = bench.model.environments(project).iter().map(|(_, it)| (&*it.slug, it.kind)).collect();
    assert_eq!(made, [("prod", Kind::Prod), ("dev", Kind::NonProd)]);
}

/// What a program gets of an imported value is what the file had, whatever it looks like.
#[test]
fn what_looks_like_a_reference_stays_text_unless_it_is_to_be_one() {
    let texts = [
        "${C}",
        "a${C}b${",
        "$${C}",
        "$$$${C}${C}",
        "${${C}}",
        "${}",
        "${C:-x}",
        "$$",
        "plain",
        "${dev.C}",
        "${",
    ];
    for text in texts {
        for as_reference in [false, true] {
            let mut bench = Bench::new();
            let mut pairs = incoming(&[("X", text), ("C", "new C")]);
            pairs[0].as_reference = as_reference;
            bench.import(pairs);
            let lookup = |secret| bench.values.get(&secret).cloned().map(SecretValue::from);
            let resolved = Resolver::new(&bench.model, lookup).resolve(bench.dev, "X").unwrap();
            let resolved = resolved.map(|value| value.expose().to_owned());
            if as_reference && text == "a${C}b${" {
                assert_eq!(resolved, Ok("anew Cb${".to_owned()));
            }
            if !as_reference {
                assert_eq!(resolved.as_deref(), Ok(text));
                // Read again, nothing would change.
                let again = bench.plan(&incoming(&[("X", text)]), Existing::NewVersion);
                assert_eq!(again.rows[0].outcome, Outcome::Unchanged);
            }
        }
    }
}

#[test]
fn references_are_offered_where_all_they_name_is_there() {
    let bench = Bench::new();
    let rows =
        [("X", "${C}"), ("Y", "${A}${X}"), ("Z", "${NOPE}${C}"), ("V", "plain $C"), ("W", "${prod.KEY}")];
    let plan = bench.plan(&incoming(&rows), Existing::NewVersion);
    let offered: Vec<bool> = plan.rows.iter().map(|row| row.refers).collect();
    assert_eq!(offered, [true, true, false, false, true]);
}
