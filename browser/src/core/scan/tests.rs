//! What a code is good for, before anything is asked.

use super::*;
use crate::codes::Here;
use vault::KdfId;

const HERE: &str = "https://relay.example";

fn code(origin: Option<&str>) -> Hidden {
    let secret_key = crypto::SecretKey::from_bytes(&mut [4; 16]);
    let setup = SetupCode { kdf: KdfId::Standard, account: [3; 16], secret_key };
    let seen = origin.map(|origin| Seen {
        origin: origin.to_owned(),
        server_key: [1; 32],
        identity: [2; 16],
        places: [(3, [4; 32]), (5, [6; 32])],
    });
    Hidden::new(ScannedCode { setup, seen }.to_text().as_str().to_owned())
}

#[test]
fn a_code_of_another_relay_is_refused_with_its_address() {
    let (found, seen) = setup(&code(Some(HERE)), Some(HERE)).unwrap();
    assert!(found.account == [3; 16] && seen.is_some(), "the control");
    let elsewhere = "https://elsewhere.example";
    let refused = setup(&code(Some(elsewhere)), Some(HERE)).unwrap_err();
    assert_eq!(refused, Refusal::CodeElsewhere { origin: elsewhere.to_owned() });
    assert!(desk::text::refusal(&refused).what.contains(elsewhere));
    let (_, seen) = setup(&code(Some(elsewhere)), None).unwrap();
    assert_eq!(seen.unwrap().origin, elsewhere, "where no relay served the app, the code's is asked for");
}

#[test]
fn what_is_typed_and_what_is_scanned_is_one_code() {
    let (scanned, seen) = setup(&code(None), Some(HERE)).unwrap();
    assert_eq!(seen, None);
    let typed = Hidden::new(scanned.to_text().as_str().to_owned());
    assert_eq!(setup(&typed, Some(HERE)).unwrap(), (scanned, None));
    assert_eq!(setup(&Hidden::new("TACIT:5".to_owned()), Some(HERE)), Err(Refusal::OtherCode));
    let mistyped = Hidden::new("240T3".to_owned());
    assert_eq!(setup(&mistyped, Some(HERE)), Err(Refusal::Mistyped { group: None }));
}

#[test]
fn a_picture_without_a_code_has_none() {
    let blank = Picture { width: 64, height: 64, shades: vec![255; 64 * 64] };
    assert_eq!(pollster::block_on(found(blank, &Here)), Err(Refusal::NoCode));
}
