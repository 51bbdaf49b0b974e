//! A device that was taken out, together with the relay.

use std::cell::RefCell;
use std::collections::VecDeque;

use vault::port::Request;

use super::script::{Script, honest};
use super::story::{Story, comes_together};
use super::{Outcome, holds};
use crate::account::enrol;
use crate::revoke::{id, revoke};
use crate::support::PASSPHRASE;

/// The relay hands the revoked device all that it hands one which stays, and that one was as far as it is.
pub(super) fn reads() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let mut other = weakness::with(&[], || enrol(&one, &relay, PASSPHRASE, 78).unwrap());
    for _ in 0..2 {
        for device in [&mut other, &mut one, &mut two] {
            assert!(comes_together(device, &relay));
        }
    }
    let gone = id(&mut two);
    drop(revoke(&mut one, &relay, gone).unwrap());
    one.set(dev, "LATER", "canary-later");
    crate::together(&mut one, &relay);

    let handed = RefCell::new(VecDeque::new());
    let recording = Script::new(|request: &Request| {
        let answer = honest(&relay, request)?;
        handed.borrow_mut().push_back((request.target.clone(), answer.clone()));
        Some(answer)
    });
    assert!(recording.sync(&mut other).is_ok());
    assert_eq!(other.value(other.secret(dev, "LATER")), "canary-later", "the control: it was handed");
    let colluding = Script::new(|request: &Request| {
        let mut handed = handed.borrow_mut();
        let at = handed.iter().position(|(target, _)| *target == request.target)?;
        handed.remove(at).map(|(_, answer)| answer)
    });
    let synced = colluding.sync(&mut two);
    assert!(!colluding.asked().is_empty());
    let model = two.session.model();
    let shown = model.own(dev, "LATER").and_then(|(_, binding)| binding.secret);
    holds!(shown.is_none(), "{synced:?}, and it reads {}", two.value(shown.unwrap()));
    Ok(())
}
