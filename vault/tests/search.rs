//! Search finds what a naive filter finds, ranks it, and grows with the text.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use protocol::ObjectId;
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use vault::change::{Change, edits};
use vault::fold::fold;
use vault::model::{Details, Model, Overview, Position, Secret, SecretValue, Timestamp};
use vault::search::Arena;

fn id(at: usize) -> ObjectId {
    let mut bytes = [3; 16];
    bytes[8..].copy_from_slice(&u64::try_from(at).unwrap().to_be_bytes());
    ObjectId::new(bytes)
}

fn add(model: &mut Model, at: usize, details: Details) {
    let secret = Secret { details, ..Secret::default() };
    model.insert(id(at), Overview::Secret(Box::new(secret)), false, Position::default());
}

fn named(names: &[&str]) -> Model {
    let mut model = Model::new();
    for (at, name) in names.iter().enumerate() {
        add(&mut model, at, Details { name: (*name).into(), ..Details::default() });
    }
    model
}

fn found(model: &Model, query: &str) -> Vec<usize> {
    let place = |it: &ObjectId| usize::from(it.as_bytes()[15]);
    Arena::new(model).find(query).iter().map(place).collect()
}

#[test]
fn the_best_come_first() {
    let model = named(&["RESTRIPED", "MY_STRIPE_KEY", "STRIPE", "OTHER", "STRIPE_KEY"]);
    assert_eq!(found(&model, "stripe"), [2, 4, 1, 0]);
    assert_eq!(found(&model, "KEY stripe"), [4, 1]);
    assert_eq!(found(&model, "nothing"), [0; 0]);
    assert_eq!(found(&model, "").len(), 5);
}

#[test]
fn every_part_of_a_secret_is_searched_and_case_and_accents_do_not_count() {
    let mut model = Model::new();
    let details = Details {
        name: "KEY".into(),
        provider: "openai".into(),
        tags: Box::new(["Größe".into()]),
        notes: "for the Café\nsecond line".into(),
        ..Details::default()
    };
    add(&mut model, 1, details);
    add(&mut model, 2, Details { name: "OTHER".into(), ..Details::default() });
    for query in ["key", "OpenAI", "grosse", "cafe", "CAFÉ second", "line key"] {
        assert_eq!(found(&model, query), [1], "{query}");
    }
    assert!(found(&model, "keyopenai").is_empty());
}

#[test]
fn places_are_searched_by_project_and_environment() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut model = Model::new();
    let mut apply = |model: &mut Model, change| {
        for edit in edits(model, change, &mut rng, Timestamp(1)).unwrap() {
            model.absorb(&edit, Position::default());
        }
    };
    apply(&mut model, Change::CreateProject { name: "Webshop".into() });
    let environments = model.environments(model.projects()[0].0);
    let (dev, prod) = (environments[0].0, environments[2].0);
    for (environment, variable) in [(dev, "A"), (prod, "B")] {
        let value = SecretValue::from("canary".to_owned());
        apply(&mut model, Change::SetValue { environment, variable: variable.into(), value });
    }
    let arena = Arena::new(&model);
    assert_eq!(arena.find("webshop").len(), 2);
    let secret = model.own(prod, "B").unwrap().1.secret.unwrap();
    assert_eq!(arena.find("web prod"), [secret]);
    assert_eq!(arena.find("webshop b").first(), Some(&secret), "the one of that name is first");
    assert!(arena.find("canary").is_empty(), "values are not searched");
}

#[test]
fn search_agrees_with_a_naive_filter() {
    for seed in 0..300 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut text = |length: u32| -> String {
            let letters = ['a', 'b', 'Á', '_', 'c', ' '];
            (0..rng.next_u32() % length)
                .map(|_| letters[usize::try_from(rng.next_u32()).unwrap() % letters.len()])
                .collect()
        };
        let mut model = Model::new();
        let mut texts = Vec::new();
        for at in 0..40 {
            let (name, notes) = (text(6), text(12));
            texts.push((fold(&name), fold(&notes)));
            add(&mut model, at, Details { name: name.into(), notes: notes.into(), ..Details::default() });
        }
        let arena = Arena::new(&model);
        for _ in 0..10 {
            let query = text(5);
            let words = fold(&query);
            let fits = |(name, notes): &(String, String)| {
                words.split_whitespace().all(|word| name.contains(word) || notes.contains(word))
            };
            let mut expected: Vec<_> = (0..40).filter(|at| fits(&texts[*at])).map(id).collect();
            let mut found = arena.find(&query);
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "seed {seed}, {query:?}");
        }
    }
}
