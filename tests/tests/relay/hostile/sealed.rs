//! Attacks on sealed bytes, by whoever has many of them and not the key.

use crypto::{Part, PartKey, Place, Sealed};

use super::{Outcome, holds};
use crate::relay::InProcess;
use crate::support::{Device, PASSPHRASE, rng};

const HEADER: usize = 120;
const TEXT: &[u8] =
    b"canary-value-of-some-length-that-takes-more-than-one-step-of-padding-so-that-it-can-be-cut";

fn place(number: u8) -> Place {
    let part = if number.is_multiple_of(2) { Part::Overview } else { Part::Value };
    Place { log: [number / 16; 16], object: [number / 4; 16], part, revision: u64::from(number / 8) + 1 }
}

fn opens(key: &PartKey, at: &Place, bytes: Vec<u8>) -> bool {
    Sealed::from_wire(bytes).is_ok_and(|sealed| key.open(&sealed, at).is_ok())
}

/// What a person named and wrote is not to be read in what the relay has, and the passphrase neither.
pub(super) fn read() -> Outcome {
    let (mut one, relay) = (Device::new(), InProcess::empty());
    let dev = one.project("canary-project");
    one.set(dev, "CANARY_NAME", "canary-value-of-some-length");
    crate::together(&mut one, &relay);
    let rows = relay.everything();
    assert!(rows.len() > 10, "{} rows", rows.len());
    let holds = |needle: &[u8]| rows.iter().any(|row| row.windows(needle.len()).any(|part| part == needle));
    assert!(holds(b"TACITLOG"), "the control: what the relay does see is found");
    for canary in ["canary", "CANARY", PASSPHRASE, "value-of-some"] {
        holds!(!holds(canary.as_bytes()), "{canary}");
    }
    Ok(())
}

pub(super) fn flipped() -> Outcome {
    let mut rng = rng(1);
    let key = PartKey::generate(&mut rng);
    let sealed = key.seal(&place(1), TEXT, &mut rng).unwrap().into_bytes();
    assert!(opens(&key, &place(1), sealed.clone()), "the control");
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        holds!(!opens(&key, &place(1), changed), "bit {bit}");
    }
    Ok(())
}

pub(super) fn spliced() -> Outcome {
    let mut rng = rng(2);
    let key = PartKey::generate(&mut rng);
    let [one, other] =
        [TEXT, &TEXT[1..]].map(|text| key.seal(&place(1), text, &mut rng).unwrap().into_bytes());
    for at in HEADER + 1..one.len() {
        let spliced = [&one[..HEADER], &other[HEADER..at], &one[at..]].concat();
        holds!(!opens(&key, &place(1), spliced), "cut at {at}");
    }
    Ok(())
}

pub(super) fn moved() -> Outcome {
    let mut rng = rng(3);
    let key = PartKey::generate(&mut rng);
    for from in 0..32 {
        let sealed = key.seal(&place(from), TEXT, &mut rng).unwrap().into_bytes();
        for to in (0..32).filter(|to| place(*to) != place(from)) {
            holds!(!opens(&key, &place(to), sealed.clone()), "from {from} to {to}");
        }
    }
    Ok(())
}
