//! What is made up has its form, all of its alphabet, and no favourites.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use vault::generate::{Generator, LONGEST, Unfit, generate, words};

fn make(generator: &Generator, seed: u64) -> String {
    generate(generator, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap().value.expose().to_owned()
}

/// Chi-squared over how often each of `kinds` came, per degree of freedom: about 1 for equal chances.
fn unevenness(counts: &BTreeMap<String, usize>, kinds: usize) -> f64 {
    assert_eq!(counts.len(), kinds, "all of them occur, and no other");
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let mean = number(counts.values().sum()) / number(kinds);
    let square = |count: &usize| (number(*count) - mean).powi(2) / mean;
    counts.values().map(square).sum::<f64>() / number(kinds - 1)
}

fn check_even(generator: &Generator, kinds: usize, split: fn(&str) -> Vec<String>) {
    let mut counts = BTreeMap::new();
    for seed in 0..400 {
        for item in split(&make(generator, seed)) {
            *counts.entry(item).or_insert(0) += 1;
        }
    }
    let found = unevenness(&counts, kinds);
    let spread = (2.0 / f64::from(u32::try_from(kinds - 1).unwrap())).sqrt();
    assert!((found - 1.0).abs() < 4.0 * spread, "{generator:?}: {found}");
}

fn letters(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}

#[test]
fn every_choice_is_as_likely_as_the_others() {
    check_even(&Generator::Alphanumeric { length: 500 }, 62, letters);
    check_even(&Generator::Hex { bytes: 300 }, 16, letters);
    check_even(&Generator::Base64Url { bytes: 300 }, 64, letters);
    check_even(&Generator::Custom { alphabet: "aabcdé🦀".into(), length: 300 }, 6, letters);
    let split = |text: &str| text.split('-').map(str::to_owned).collect();
    check_even(&Generator::Passphrase { words: 100 }, 1_296, split);
}

#[test]
fn forms_are_as_named() {
    for seed in 0..200 {
        let uuid = make(&Generator::Uuid, seed);
        let groups: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        assert!(
            uuid.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        );
    }
    assert_eq!(make(&Generator::Hex { bytes: 20 }, 1).len(), 40);
    for (bytes, length, last) in [(3, 4, 64), (4, 6, 4), (5, 7, 16)] {
        let made: Vec<_> = (0..300).map(|seed| make(&Generator::Base64Url { bytes }, seed)).collect();
        assert!(made.iter().all(|it| it.len() == length));
        let lasts: std::collections::BTreeSet<_> = made.iter().map(|it| it.as_bytes()[length - 1]).collect();
        assert!(lasts.len() <= last && lasts.len() >= last.min(4), "{bytes}");
    }
}

#[test]
fn bits_say_how_many_there_could_have_been() {
    let bits = |generator| generate(&generator, &mut ChaCha8Rng::seed_from_u64(1)).unwrap().bits.round();
    let expected = [256.0, 256.0, 122.0, 62.0, 8.0];
    let found = [
        bits(Generator::Hex { bytes: 32 }),
        bits(Generator::Base64Url { bytes: 32 }),
        bits(Generator::Uuid),
        bits(Generator::Passphrase { words: 6 }),
        bits(Generator::Custom { alphabet: "abba".into(), length: 8 }),
    ];
    assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 0.5), "{found:?}");
}

#[test]
fn unfit_wishes_are_refused() {
    let refused = |generator| generate(&generator, &mut ChaCha8Rng::seed_from_u64(1)).unwrap_err();
    let custom = |alphabet: &str, length| Generator::Custom { alphabet: alphabet.into(), length };
    assert_eq!(refused(Generator::Alphanumeric { length: 0 }), Unfit::Length);
    assert_eq!(refused(Generator::Hex { bytes: LONGEST + 1 }), Unfit::Length);
    assert_eq!(refused(Generator::Passphrase { words: 0 }), Unfit::Length);
    assert_eq!(refused(custom("", 5)), Unfit::Alphabet);
    assert_eq!(refused(custom("aaaa", 5)), Unfit::Alphabet);
    assert_eq!(refused(custom("a\nb", 5)), Unfit::Alphabet);
}

#[test]
fn the_list_has_1296_different_short_words_in_order() {
    let list: Vec<_> = words().collect();
    assert_eq!(list.len(), 1_296);
    assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(
        list.iter().all(|word| (3..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()))
    );
}
