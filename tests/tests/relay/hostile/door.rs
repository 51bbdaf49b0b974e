//! Attacks on whoever signs in, comes in or registers.

use std::cell::Cell;

use crypto::{SecretKey, SetupCode};
use protocol::message::Answer;
use vault::memory::MemoryStore;
use vault::port::Transport;
use vault::session::{Error, Relay, RemoteError, Session};

use super::script::{Script, honest};
use super::{Outcome, holds};
use crate::account::connected;
use crate::relay::{InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};

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
