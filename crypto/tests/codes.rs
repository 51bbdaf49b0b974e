//! Codes that people type: forgiving of form, exact about content, clear about where.
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]
#![expect(clippy::string_slice, reason = "codes are ASCII")]

use crypto::{
    KdfId, RecoveryKey, ScannedCode, ScannedError, SecretKey, Seen, SetupCode, TypedError, TypedText,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn setup_code(seed: u64) -> SetupCode {
    SetupCode { kdf: KdfId::Standard, account: [3; 16], secret_key: SecretKey::generate(&mut rng(seed)) }
}

#[test]
fn both_codes_come_back() {
    for seed in 0..200 {
        let code = setup_code(seed);
        assert_eq!(SetupCode::from_text(code.to_text().as_str()), Ok(code));
        let key = RecoveryKey::generate([5; 16], &mut rng(seed));
        assert_eq!(RecoveryKey::from_text(key.to_text().as_str()), Ok(key));
    }
    let text = setup_code(1).to_text();
    assert_eq!(text.as_str().split('-').map(str::len).collect::<Vec<_>>(), [6; 12]);
    let text = RecoveryKey::generate([5; 16], &mut rng(1)).to_text();
    assert_eq!(text.as_str().split('-').map(str::len).collect::<Vec<_>>(), [6; 17]);
}

#[test]
fn form_does_not_matter() {
    let code = setup_code(2);
    let text = code.to_text().as_str().to_owned();
    let forms = [
        text.to_lowercase(),
        text.replace('-', ""),
        text.replace('-', " \n"),
        text.replace('-', "–"),
        format!("\u{feff}  {text}\t\r\n"),
        text.replace('0', "o").replace('1', "l"),
        text.replace('0', "O").replace('1', "I"),
        text.chars().map(|typed| format!("{typed}\u{a0}")).collect(),
    ];
    for form in forms {
        assert_eq!(SetupCode::from_text(&form).as_ref(), Ok(&code), "{form:?}");
    }
}

#[test]
fn every_wrong_character_is_found_in_its_group() {
    let text = setup_code(3).to_text().as_str().replace('-', "");
    for at in 0..text.len() {
        for letter in ALPHABET.chars() {
            let mut wrong: Vec<char> = text.chars().collect();
            if wrong[at] == letter {
                continue;
            }
            wrong[at] = letter;
            let found = SetupCode::from_text(&wrong.into_iter().collect::<String>());
            assert_eq!(found, Err(TypedError::Group { group: at / 6 + 1 }));
        }
    }
}

#[test]
fn every_swap_of_neighbours_and_of_groups_is_found() {
    let text = setup_code(4).to_text().as_str().replace('-', "");
    let letters: Vec<char> = text.chars().collect();
    let mut swaps = 0;
    for at in 1..letters.len() {
        let mut wrong = letters.clone();
        wrong.swap(at - 1, at);
        if wrong != letters {
            let found = SetupCode::from_text(&wrong.into_iter().collect::<String>());
            assert!(
                matches!(found, Err(TypedError::Group { group }) if group == (at - 1) / 6 + 1 || group == at / 6 + 1)
            );
            swaps += 1;
        }
    }
    assert!(swaps > 60, "{swaps} swaps");
    let code = setup_code(4).to_text();
    let groups: Vec<&str> = code.as_str().split('-').collect();
    for one in 0..groups.len() {
        for two in one + 1..groups.len() {
            let mut wrong = groups.clone();
            wrong.swap(one, two);
            assert_eq!(SetupCode::from_text(&wrong.join("-")), Err(TypedError::Group { group: one + 1 }));
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let (setup, recovery) = (setup_code(5).to_text(), RecoveryKey::generate([5; 16], &mut rng(5)).to_text());
    let (setup, recovery) = (setup.as_str(), recovery.as_str());
    assert_eq!(SetupCode::from_text(recovery), Err(TypedError::OtherKind));
    assert_eq!(RecoveryKey::from_text(setup), Err(TypedError::OtherKind));
    assert_eq!(SetupCode::from_text(""), Err(TypedError::Length { found: 0, expected: 12 }));
    assert_eq!(SetupCode::from_text(&setup[..41]), Err(TypedError::Length { found: 6, expected: 12 }));
    assert_eq!(SetupCode::from_text(&setup[..45]), Err(TypedError::Length { found: 7, expected: 12 }));
    assert_eq!(
        SetupCode::from_text(&format!("{}U{}", &setup[..8], &setup[9..])),
        Err(TypedError::Character { group: 2 })
    );
    assert_eq!(
        SetupCode::from_text(&format!("{}ü{}", &setup[..8], &setup[9..])),
        Err(TypedError::Character { group: 2 })
    );
    let long = setup.repeat(1000);
    assert!(
        matches!(SetupCode::from_text(&long), Err(TypedError::Group { .. })),
        "hostile length ends early"
    );
}

/// Makes every group's check right again.
fn with_checks(mut values: Vec<u8>) -> String {
    let times_alpha = |element: u8| if element & 16 == 0 { element << 1 } else { element << 1 ^ 0x25 };
    for (index, group) in (0u8..).zip(values.chunks_exact_mut(6)) {
        group[5] = group[..5].iter().rev().fold(0, |sum, value| times_alpha(sum ^ value)) ^ index;
    }
    values.into_iter().map(|value| char::from(ALPHABET.as_bytes()[usize::from(value)])).collect()
}

fn values(text: &str) -> Vec<u8> {
    let value = |letter| u8::try_from(ALPHABET.find(letter).expect("a letter")).expect("below 32");
    text.chars().filter(|letter| *letter != '-').map(value).collect()
}

#[test]
fn errors_that_fool_every_group_fail_the_checksum() {
    let honest = values(setup_code(6).to_text().as_str());
    assert!(SetupCode::from_text(&with_checks(honest.clone())).is_ok(), "control: the checks are made right");
    for at in (6..72).filter(|at| at % 6 != 5) {
        for flip in 1..32 {
            let mut wrong = honest.clone();
            wrong[at] ^= flip;
            // The last four bits are filling: there it is the filling that is refused.
            assert_eq!(SetupCode::from_text(&with_checks(wrong)), Err(TypedError::Checksum), "{at} {flip}");
        }
    }
    let mut newer = honest;
    newer[1] ^= 0b01100;
    assert_eq!(SetupCode::from_text(&with_checks(newer)), Err(TypedError::Newer));
}

fn scanned(origin: &str) -> TypedText {
    let (server_key, identity, places) = ([7; 32], [8; 16], [(3, [4; 32]), (5, [6; 32])]);
    let seen = Seen { origin: origin.to_owned(), server_key, identity, places };
    ScannedCode { setup: setup_code(7), seen: Some(seen) }.to_text()
}

#[test]
fn what_is_scanned_is_a_code_whole_or_it_is_none() {
    let text = scanned("https://relay.example:8443");
    let text = text.as_str();
    assert!(ScannedCode::from_text(text).is_ok() && ScannedCode::is_claimed_by(text), "the control");
    for end in 0..text.len() {
        assert_eq!(ScannedCode::from_text(&text[..end]), Err(ScannedError::Other), "{end}");
    }
    for at in 6..text.len() {
        let letter = if &text[at..=at] == "5" { "6" } else { "5" };
        let wrong = [&text[..at], letter, &text[at + 1..]].concat();
        let found = ScannedCode::from_text(&wrong);
        assert!(found == Err(ScannedError::Other), "{at}");
    }
    for other in ["", "TACIT:", "https://tacit.example", setup_code(7).to_text().as_str()] {
        assert_eq!(ScannedCode::from_text(other), Err(ScannedError::Other), "{other}");
    }
}

#[test]
fn an_origin_in_a_scanned_code_is_one_and_nothing_else_to_read() {
    for origin in ["https://relay.example", "http://localhost:8787", "https://[2001:db8::1]:8443"] {
        let read = ScannedCode::from_text(scanned(origin).as_str()).expect("the control");
        assert_eq!(read.seen.expect("of a relay").origin, origin);
    }
    let long = format!("https://{}", "a".repeat(300));
    for no in ["", "https://", "relay.example", "https://a.example/call 555", "javascript:x", &long] {
        assert_eq!(ScannedCode::from_text(scanned(no).as_str()), Err(ScannedError::Other), "{no}");
    }
}
