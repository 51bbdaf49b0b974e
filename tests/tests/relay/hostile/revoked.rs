//! A device that was taken out, together with the relay.

use std::cell::RefCell;
use std::collections::VecDeque;

use protocol::message::{Head, Route};
use vault::port::Request;
use vault::session::Synced;

use super::script::{Script, honest, log, pulled, rows};
use super::story::{Story, comes_together, twin, write};
use super::{Outcome, holds};
use crate::account::enrol;
use crate::rejoin::vault_log;
use crate::relay::{Fault, InProcess};
use crate::revoke::{id, revoke, three};
use crate::support::{Device, PASSPHRASE};

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

/// Whoever has a device has its Secret Key, and may have seen the passphrase: the kit of before, at the relay as it is.
pub(super) fn comes_back() -> Outcome {
    let (mut one, mut two, _, _, relay) = three();
    let before = one.kit.take();
    let gone = id(&mut two);
    let kit = revoke(&mut one, &relay, gone).unwrap();
    crate::together(&mut one, &relay);
    one.kit = Some(kit);
    assert!(enrol(&one, &relay, PASSPHRASE, 79).is_ok(), "the control: the kit that there is");
    one.kit = before;
    holds!(enrol(&one, &relay, PASSPHRASE, 80).is_err(), "it came in");
    Ok(())
}

/// What was written under keys of before by the device that revokes, and by one that has not heard of it, and waited.
pub(super) fn reads_what_waited() -> Outcome {
    reads_later(Fault::None)
}

/// The same, where the answer to the revocation was lost.
pub(super) fn reads_what_waited_for_an_answer() -> Outcome {
    reads_later(Fault::LoseAnswerOf { of: "/credential" })
}

/// The relay tells the revoked device nothing more of the account's log, and gives it the vault's commit by commit.
fn reads_later(fault: Fault) -> Outcome {
    let (mut one, mut two, mut other, dev, relay) = weakness::with(&[], three);
    let (reader, is_answered) = (twin(&other), fault == Fault::None);
    write(&mut one, &relay, (dev, "BEFORE"), "canary-before");
    other.set(dev, "OFFLINE", "canary-offline");
    let gone = id(&mut two);
    relay.fault(fault);
    assert_eq!(revoke(&mut one, &relay, gone).is_ok(), is_answered);
    relay.fault(Fault::None);
    one.set(dev, "LATER", "canary-later");
    // Whoever comes second meets what the first has made anew.
    let both = if is_answered { [&mut other, &mut one] } else { [&mut one, &mut other] };
    for device in [0, 1, 0] {
        crate::together(both[device], &relay);
    }
    for (device, name, value) in [(&one, "OFFLINE", "canary-offline"), (&other, "LATER", "canary-later")] {
        assert_eq!(device.value(device.secret(dev, name)), value, "nothing is lost");
    }
    let synced = hand_vault(&mut two, reader, &relay);
    let read = |name| two.session.model().own(dev, name).is_some();
    assert!(read("BEFORE"), "the control: it was handed, {synced:?}");
    for name in ["OFFLINE", "LATER"] {
        holds!(!read(name), "{synced:?}, and it reads {name}");
    }
    Ok(())
}

/// Gives a device the vault's log, a commit at a time, as a device that stays is given it, and nothing new of the account's.
fn hand_vault(
    device: &mut Device,
    mut reader: Device,
    relay: &InProcess,
) -> Result<Synced, vault::session::RemoteError> {
    let vault = vault_log(&reader);
    let handed = RefCell::new(Vec::new());
    let recording = Script::new(|request: &Request| {
        let answer = honest(relay, request)?;
        if log(request) == vault {
            handed.borrow_mut().extend(rows(&answer));
        }
        Some(answer)
    });
    assert!(recording.sync(&mut reader).is_ok());
    let handed = handed.into_inner();
    Script::new(|request: &Request| {
        let Ok(Route::Pull { log, from }) = Route::parse(request.method, &request.target) else {
            return None;
        };
        let commits = relay.commits_of(log);
        let next = usize::try_from(from).ok()?;
        let row = handed
            .iter()
            .filter(|_| log == vault)
            .find(|(bytes, _)| commits.get(next).is_some_and(|commit| commit.encode() == *bytes));
        let last = commits.get(next - usize::from(row.is_none()))?;
        let head = Head { seq: last.stamp().seq, hash: last.hash() };
        Some(pulled(head, row.map(std::slice::from_ref).unwrap_or_default()))
    })
    .sync(device)
}
