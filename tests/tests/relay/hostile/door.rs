//! Attacks on whoever signs in, comes in or registers.

use std::cell::{Cell, RefCell};

use crypto::{ScannedCode, SecretKey, SetupCode};
use protocol::message::Answer;
use vault::memory::MemoryStore;
use vault::model::Timestamp;
use vault::port::Transport;
use vault::session::{Error, Relay, RemoteError, Session};

use super::script::{Script, honest, log};
use super::story::{Story, account, twin, write};
use super::{Outcome, holds};
use crate::account::{connect, connected};
use crate::pages::Stopping;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::swap::{OTHER, change, unlocks};

type Enrolled = Result<Session<MemoryStore>, RemoteError>;

/// Opens the account of the kit on another device.
fn enrol(transport: &impl Transport, code: &SetupCode, words: &str) -> (Enrolled, MemoryStore) {
    let (store, way) = (MemoryStore::new(), Relay { transport, origin: ORIGIN });
    let (words, mut rng) = (passphrase(words), rng(77));
    let enrolled = Session::enrol(store.clone(), code, &words, &way, &mut rng, NOW);
    (block_on(enrolled), store)
}

fn code(one: &Device) -> SetupCode {
    SetupCode::from_text(one.kit.as_ref().unwrap().setup.as_str()).unwrap()
}

fn is_empty(store: MemoryStore) -> bool {
    matches!(block_on(Session::unlock(store, &passphrase(PASSPHRASE))), Err(Error::NoVault))
}

/// Whatever the relay adds to an answer, a parameter of a key derivation or a version to speak, there is no place for it.
pub(super) fn more() -> Outcome {
    let (one, _, relay) = connected();
    for spoilt in 0.. {
        let count = Cell::new(0);
        let script = Script::new(|request| {
            let mut answer = honest(&relay, request)?;
            if count.replace(count.get() + 1) == spoilt {
                answer.push(1);
            }
            Some(answer)
        });
        let (enrolled, store) = enrol(&script, &code(&one), PASSPHRASE);
        if count.get() <= spoilt {
            // The control: every answer was spoilt, and as they are they bring the device in.
            assert!(enrolled.is_ok() && spoilt > 4);
            return Ok(());
        }
        holds!(matches!(enrolled, Err(RemoteError::Untrue)), "answer {spoilt}: {:?}", enrolled.map(drop));
        holds!(count.get() == spoilt + 1 && is_empty(store), "answer {spoilt}: it went on");
    }
    Ok(())
}

/// A relay that puts other wraps in the place of the credential's.
fn with_wraps<'a>(
    relay: &'a InProcess,
    change: impl Fn(&mut [Vec<u8>; 2]) + 'a,
) -> Script<impl Fn(&vault::port::Request) -> Option<Vec<u8>> + 'a> {
    Script::new(move |request| {
        let answer = honest(relay, request)?;
        let Ok(Answer::Credential { epoch, ark_wrap, recovery_wrap }) = Answer::decode(&answer) else {
            return Some(answer);
        };
        let mut wraps = [ark_wrap.to_vec(), recovery_wrap.to_vec()];
        change(&mut wraps);
        let [ark_wrap, recovery_wrap] = &wraps;
        Some(Answer::Credential { epoch, ark_wrap, recovery_wrap }.encode())
    })
}

pub(super) fn rewrapped() -> Outcome {
    let (one, _, relay) = connected();
    let changes: [fn(&mut [Vec<u8>; 2]); 5] = [
        |[ark, _]| ark[50] ^= 1,
        |[_, recovery]| recovery[50] ^= 1,
        |wraps| wraps.swap(0, 1),
        |[_, recovery]| recovery.clear(),
        |[_, recovery]| recovery.push(0),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let (enrolled, store) = enrol(&with_wraps(&relay, change), &code(&one), PASSPHRASE);
        holds!(matches!(enrolled, Err(RemoteError::Untrue)), "{number}: {:?}", enrolled.map(drop));
        holds!(is_empty(store), "{number}: something was stored");
    }
    Ok(())
}

/// What a device asks after it was given a wrap that was changed is the same whichever bit it was.
pub(super) fn oracle() -> Outcome {
    let (one, _, relay) = connected();
    let told = |wrap: usize, bit: usize| {
        let script = with_wraps(&relay, move |wraps| wraps[wrap][bit / 8] ^= 1 << (bit % 8));
        let (enrolled, _) = enrol(&script, &code(&one), PASSPHRASE);
        (enrolled.map(drop), script.asked())
    };
    let first = told(0, 0);
    for bit in (0..crypto::WRAP_LENGTH * 8).step_by(7) {
        for wrap in 0..2 {
            holds!(told(wrap, bit) == first, "bit {bit} of wrap {wrap} shows");
        }
    }
    Ok(())
}

/// Everything that the relay has, its secret included, and the right passphrase, without the Secret Key.
pub(super) fn guessed() -> Outcome {
    let (one, _, relay) = connected();
    let stolen = relay.copy();
    let guess = || SetupCode { secret_key: SecretKey::from_bytes(&mut [1; 16]), ..code(&one) };
    for words in ["password", "correct horse battery staple", PASSPHRASE] {
        let script = Script::new(|request| honest(&stolen, request));
        let (enrolled, _) = enrol(&script, &guess(), words);
        holds!(matches!(enrolled, Err(RemoteError::WrongCode)), "a guess was right");
    }
    let script = Script::new(|request| honest(&relay, request));
    assert!(enrol(&script, &code(&one), PASSPHRASE).0.is_ok(), "the control");
    Ok(())
}

pub(super) fn impostor() -> Outcome {
    let (mut one, _, _) = connected();
    let other = InProcess::with_secret([9; 32]);
    let script = Script::new(|request| honest(&other, request));
    let (way, words) = (Relay { transport: &script, origin: ORIGIN }, passphrase(PASSPHRASE));
    let registered = block_on(one.session.connect(&way, &words, &mut one.rng, NOW));
    holds!(registered == Err(RemoteError::OtherRelay), "{registered:?}");
    holds!(!script.asked().iter().any(|it| it.ends_with("/credential")), "a record was sent");
    Ok(())
}

/// What a device shows to be scanned.
pub(crate) fn scanned(one: &mut Device) -> ScannedCode {
    let way = Relay { transport: &InProcess::empty(), origin: ORIGIN };
    let words = passphrase(PASSPHRASE);
    let code = one.session.setup_code(&way, &words, &mut one.rng, NOW);
    let shown = weakness::with(&[], || block_on(code)).unwrap();
    ScannedCode::from_text(shown.scanned.as_str()).unwrap()
}

/// Opens the account of a scanned code on another device.
pub(crate) fn scan(transport: &impl Transport, code: &ScannedCode) -> (Enrolled, MemoryStore) {
    let (store, way, words) =
        (MemoryStore::new(), Relay { transport, origin: ORIGIN }, passphrase(PASSPHRASE));
    let (mut rng, mut pace, by) = (rng(91), Stopping::never(), (&code.setup, code.seen.as_ref()));
    let enrolled = Session::enrol_paced(store.clone(), by, &words, &way, &mut pace, &mut rng, NOW);
    (block_on(enrolled), store)
}

pub(super) fn not_as_seen() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let (older, other) = (relay.copy(), relay.copy());
    write(&mut one, &relay, (dev, "LATER"), "canary-later");
    weakness::with(&[], || connect(&mut one, &relay, PASSPHRASE)).unwrap();
    write(&mut two, &other, (dev, "INSTEAD"), "canary-instead");
    weakness::with(&[], || connect(&mut two, &other, PASSPHRASE)).unwrap();
    let (code, account) = (scanned(&mut one), account(&one));
    assert!(code.seen.is_some() && scan(&relay, &code).0.is_ok(), "the control: the relay has what was seen");
    let shown = [(&older, &older), (&older, &relay), (&relay, &older), (&other, &other), (&relay, &other)];
    for (number, (account_log, vault_log)) in shown.into_iter().enumerate() {
        let script = Script::new(|request| {
            honest(if log(request) == account { account_log } else { vault_log }, request)
        });
        let (enrolled, store) = scan(&script, &code);
        holds!(matches!(enrolled, Err(RemoteError::NotAsSeen)), "{number}: {:?}", enrolled.map(drop));
        holds!(is_empty(store), "{number}: something was stored");
    }
    let script = Script::new(|request| honest(&older, request));
    let typed = ScannedCode { seen: None, ..scanned(&mut one) };
    assert!(scan(&script, &typed).0.is_ok(), "who typed the code takes what is shown");
    let mut seen = code.seen.unwrap();
    seen.identity[0] ^= 1;
    let (enrolled, _) = scan(&relay, &ScannedCode { seen: Some(seen), ..code });
    holds!(matches!(enrolled, Err(RemoteError::NotAsSeen)), "another identity: {:?}", enrolled.map(drop));
    Ok(())
}

pub(super) fn other_relay() -> Outcome {
    let (mut one, relay, other) = (Device::new(), InProcess::empty(), InProcess::with_secret([9; 32]));
    weakness::with(&[], || {
        one.project("shop-api");
        let mut elsewhere = twin(&one);
        for (device, relay) in [(&mut one, &relay), (&mut elsewhere, &other)] {
            connect(device, relay, PASSPHRASE).unwrap();
            crate::together(device, relay);
        }
    });
    let code = scanned(&mut one);
    assert!(scan(&relay, &code).0.is_ok(), "the control");
    let (enrolled, store) = scan(&other, &code);
    holds!(enrolled.is_err() && is_empty(store), "it came in there");
    Ok(())
}

#[test]
fn nothing_is_proven_to_a_relay_with_another_key_than_was_seen() {
    let (mut one, _, relay) = connected();
    let mut code = scanned(&mut one);
    code.seen.as_mut().unwrap().server_key[0] ^= 1;
    let script = Script::new(|request| honest(&relay, request));
    let (enrolled, store) = scan(&script, &code);
    assert!(matches!(enrolled, Err(RemoteError::OtherRelay)) && is_empty(store));
    assert_eq!(script.asked().len(), 1, "the sign-in is begun, and no proof of it is sent");
}

#[test]
fn what_is_scanned_is_what_the_relay_acknowledged_and_nothing_later() {
    let Story { mut one, dev, relay, .. } = Story::new();
    let settled = scanned(&mut one).seen.unwrap();
    one.set(dev, "NOT_SENT", "canary-not-sent");
    block_on(one.session.name_device(one.session.device(), "Laptop", &mut one.rng, NOW)).unwrap();
    let code = scanned(&mut one);
    assert_eq!(code.seen.as_ref(), Some(&settled));
    assert!(scan(&relay, &code).0.is_ok());
}

/// Another passphrase, whose credential never comes to the relay and is too old by then.
pub(super) fn cut_short() -> Outcome {
    let (mut one, _, relay) = connected();
    relay.fault(Fault::LoseRequest { of: "/credential" });
    assert!(change(&mut one, &relay, [PASSPHRASE, OTHER]).is_err());
    relay.fault(Fault::None);
    let late = Timestamp(NOW.0 + 601_000);
    relay.at(late);
    let way = Relay { transport: &relay, origin: ORIGIN };
    assert_eq!(block_on(one.session.sync(&way, &mut one.rng, late)), Err(RemoteError::Expired));
    relay.at(NOW);
    let here = [PASSPHRASE, OTHER].map(|words| unlocks(&one, words).is_some());
    let there = [PASSPHRASE, OTHER].map(|words| crate::account::enrol(&one, &relay, words, 77).is_ok());
    assert_eq!(there, [true, false], "the control: the relay never had it");
    holds!(here == there, "here {here:?}, there {there:?}");
    Ok(())
}

/// What a device signed in with, once more, of who saw it.
pub(super) fn replayed() -> Outcome {
    let (one, _, relay) = connected();
    let seen = RefCell::new(None);
    let watching = Script::new(|request| {
        if request.target.ends_with("/device") {
            seen.replace(Some(request.clone()));
        }
        // It is the relay that leaves the check out.
        block_on(relay.exchange(request.clone())).ok()
    });
    assert!(enrol(&watching, &code(&one), PASSPHRASE).0.is_ok(), "the control: it lets the device in once");
    let again = block_on(relay.exchange(seen.take().unwrap())).unwrap();
    holds!(again == Answer::Expired.encode(), "{:?}", Answer::decode(&again));
    Ok(())
}

/// What a device asked for, of who has its id and not its key.
pub(super) fn unsigned() -> Outcome {
    let (mut one, _, relay) = connected();
    let asked = RefCell::new(None);
    let watching = Script::new(|request| {
        asked.replace(Some(request.clone()));
        honest(&relay, request)
    });
    assert!(watching.sync(&mut one).is_ok());
    let mut request = asked.take().unwrap();
    let pulled = |request| {
        matches!(Answer::decode(&block_on(relay.exchange(request)).unwrap()), Ok(Answer::Pulled { .. }))
    };
    assert!(pulled(request.clone()), "the control: as it was signed it is answered");
    // The signature is at the end.
    let header = request.authorization.as_mut().unwrap();
    let last = header.pop().unwrap();
    header.push(if last == '0' { '1' } else { '0' });
    holds!(!pulled(request), "sealed bytes for nobody");
    Ok(())
}
