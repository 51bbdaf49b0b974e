//! A vault comes to a new device by pages: what is current first, history later, and nothing object by object.

use std::cell::{Cell, RefCell};

use crypto::SetupCode;
use protocol::message::{Answer, Wanted};
use vault::change::{Change, Import, ImportFile, Pair, Place, Target};
use vault::memory::MemoryStore;
use vault::model::{Kind, SecretValue, Timestamp};
use vault::port::{Request, Transport};
use vault::session::{Error, Pace, Relay, RemoteError, Session, Synced};

use crate::account::{connect, connected, enrol};
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::way::Way;
use crate::wire::hold;
use crate::{assert_alike_but_for, sync, together};

/// Stops before the slice of that number.
pub(crate) struct Stopping(usize);

impl Stopping {
    pub(crate) const fn never() -> Self {
        Self(usize::MAX / 2)
    }
}

impl Pace for Stopping {
    async fn goes_on(&mut self, done: usize, of: usize) -> bool {
        assert!(done < of);
        self.0 = self.0.wrapping_sub(1);
        self.0 != usize::MAX
    }
}

fn begin(
    first: &Device,
    way: &impl Transport,
    pace: &mut impl Pace,
) -> (MemoryStore, Result<Device, RemoteError>) {
    let code = SetupCode::from_text(first.kit.as_ref().unwrap().setup.as_str()).unwrap();
    let (store, mut rng, words) = (MemoryStore::new(), rng(77), passphrase(PASSPHRASE));
    let relay = Relay { transport: way, origin: ORIGIN };
    let enrolled = Session::enrol_paced(store.clone(), (&code, None), &words, &relay, pace, &mut rng, NOW);
    let device = block_on(enrolled).map(|session| Device { session, store: store.clone(), kit: None, rng });
    (store, device)
}

fn is_empty(store: MemoryStore) -> bool {
    matches!(block_on(Session::unlock(store, &passphrase(PASSPHRASE))), Err(Error::NoVault))
}

pub(crate) fn import(device: &mut Device, name: &str, count: usize, length: usize) {
    let value = |number: usize| SecretValue::new(format!("canary-{number}-{}", "x".repeat(length)));
    let pairs =
        (0..count).map(|number| Pair { variable: format!("VARIABLE_{number}"), value: value(number) });
    let target = Target::New { name: "dev".to_owned(), kind: Kind::NonProd };
    let files = vec![ImportFile { target, pairs: pairs.collect() }];
    device.apply(Change::Import(Import { project: Place::New(name.to_owned()), files })).unwrap();
}

/// A connected device whose current blobs are several pages.
fn paged() -> (Device, InProcess) {
    let (mut one, _, relay) = connected();
    import(&mut one, "large", 50, 60_000);
    together(&mut one, &relay);
    (one, relay)
}

/// Syncs until no more history is to come.
fn complete(device: &mut Device, relay: &InProcess) {
    together(device, relay);
    while device.session.awaits_history() {
        together(device, relay);
    }
}

/// Every version of a secret's value that opens.
fn versions(device: &Device, secret: vault::ObjectId) -> Vec<Result<String, Error>> {
    let history = device.session.history(secret).unwrap();
    let value = |revision| {
        let value = block_on(device.session.value_at(secret, revision));
        value.map(|value| value.expose().to_owned())
    };
    history.into_iter().map(|version| value(version.revision)).collect()
}

#[test]
fn a_vault_of_ten_thousand_secrets_comes_in_few_requests_and_few_bytes() {
    const SECRETS: usize = 10_000;
    let (mut one, _, relay) = connected();
    (0..10).for_each(|number| import(&mut one, &format!("project-{number}"), SECRETS / 10, 32));
    together(&mut one, &relay);
    let (requests, bytes) = (Cell::new(0_usize), Cell::new(0_usize));
    let counting = Way(|request: Request| {
        let sent = request.body.len();
        let answer = block_on(relay.exchange(request))?;
        requests.set(requests.get() + 1);
        bytes.set(bytes.get() + sent + answer.len());
        Ok(answer)
    });
    let (_, two) = begin(&one, &counting, &mut Stopping(usize::MAX));
    let mut two = two.unwrap();
    let way = Relay { transport: &counting, origin: ORIGIN };
    assert!(block_on(two.session.sync(&way, &mut two.rng, NOW)).is_ok());
    assert!(!two.session.awaits_history(), "nothing was ever changed");
    hold("First sync of 10,000 secrets with a binding each, requests", requests.get(), 25);
    hold(
        "First sync of 10,000 secrets with a binding each, bytes for each",
        bytes.get().div_ceil(SECRETS),
        1_300,
    );
    together(&mut one, &relay);
    assert!(one.contents() == two.contents());
}

#[test]
fn what_is_current_comes_first_and_history_with_later_syncs_wherever_one_is_cut_short() {
    let (mut one, dev, relay) = connected();
    for number in 0..600 {
        one.set(dev, "STRIPE_SECRET_KEY", &format!("canary-{number}-{}", "x".repeat(4_000)));
    }
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    together(&mut one, &relay);
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    assert!(two.session.awaits_history());
    assert_eq!(two.value(secret), one.value(secret), "the person can go on");
    assert_eq!(versions(&two, secret)[1..], vec![Err(Error::NotHere); 600]);
    let mut rounds = 0;
    while two.session.awaits_history() {
        rounds += 1;
        let fault = if rounds % 2 == 0 { Fault::None } else { Fault::LoseAnswerOf { of: "/blobs" } };
        relay.fault(fault);
        let before = versions(&two, secret).iter().filter(|it| it.is_ok()).count();
        let _ = sync(&mut two, &relay);
        let after = versions(&two, secret).iter().filter(|it| it.is_ok()).count();
        assert_eq!(after > before, fault == Fault::None, "{rounds}: {before}, {after}");
        two = Device { kit: two.kit.take(), ..two.reopened() };
        assert!(rounds < 20);
    }
    assert!(rounds > 4, "{rounds}");
    relay.fault(Fault::None);
    assert_eq!(versions(&two, secret), versions(&one, secret));
    together(&mut two, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    // From its packs alone, in which history lies where it was put.
    two.store.tamper(|stored| {
        stored.segments.clear();
        stored.tail.clear();
    });
    assert_eq!(versions(&two.reopened(), secret), versions(&one, secret));
    assert_eq!(two.reopened().session.damaged(), []);
}

#[test]
fn a_first_sync_that_is_cut_short_or_called_off_leaves_nothing() {
    let (one, relay) = paged();
    let (mut cut, mut stopped) = (0, 0);
    for after in 0.. {
        relay.fault(Fault::LoseRequestAfter { after });
        let (store, two) = begin(&one, &relay, &mut Stopping(usize::MAX));
        relay.fault(Fault::None);
        if two.is_ok() {
            break;
        }
        assert!(matches!(two, Err(RemoteError::Unreachable(_))));
        assert!(is_empty(store), "{after}");
        cut += 1;
    }
    for slices in 0.. {
        let (store, two) = begin(&one, &relay, &mut Stopping(slices));
        if two.is_ok() {
            break;
        }
        assert!(matches!(two, Err(RemoteError::Vault(Error::CalledOff))));
        assert!(is_empty(store), "{slices}");
        stopped += 1;
    }
    assert!(cut > 6 && stopped > 1, "{cut} were cut short, {stopped} called off");
}

#[test]
fn what_is_written_while_the_pages_come_is_there_too() {
    let (one, relay) = paged();
    let (one, writes) = (RefCell::new(one), Cell::new(0));
    let meanwhile = Way(|request: Request| {
        if request.target.contains("/current") {
            let mut one = one.borrow_mut();
            let (project, _) = *one.session.model().projects().last().unwrap();
            let (dev, _) = *one.session.model().environments(project).first().unwrap();
            one.set(dev, &format!("VARIABLE_{}", 7 * writes.get()), "canary-meanwhile");
            one.set(dev, &format!("NEW_{}", writes.get()), "canary-new");
            together(&mut one, &relay);
            writes.set(writes.get() + 1);
        }
        block_on(relay.exchange(request))
    });
    let code = SetupCode::from_text(one.borrow().kit.as_ref().unwrap().setup.as_str()).unwrap();
    let (store, mut dice, words) = (MemoryStore::new(), rng(77), passphrase(PASSPHRASE));
    let way = Relay { transport: &meanwhile, origin: ORIGIN };
    let enrolled = Session::enrol(store.clone(), &code, &words, &way, &mut dice, NOW);
    let mut two = Device { session: block_on(enrolled).unwrap(), store, kit: None, rng: dice };
    assert!(writes.get() > 2, "{} pages", writes.get());
    complete(&mut two, &relay);
    let mut one = one.into_inner();
    together(&mut one, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_eq!(two.session.damaged(), []);
}

#[test]
fn what_is_no_page_of_the_log_is_not_taken() {
    let (one, relay) = paged();
    type Spoil = fn(Answer<'_>) -> Vec<u8>;
    let spoilt: [(&str, Spoil); 8] = [
        ("a chain without its first commit", |answer| match answer {
            Answer::Chain { head, commits } => {
                Answer::Chain { head, commits: commits[1..].to_vec() }.encode()
            }
            other => other.encode(),
        }),
        ("a chain with another commit in it", |answer| match answer {
            Answer::Chain { head, mut commits } => {
                let mut turned = commits.pop().unwrap_or_default().to_vec();
                turned.get_mut(120).into_iter().for_each(|byte| *byte ^= 1);
                commits.push(&turned);
                Answer::Chain { head, commits }.encode()
            }
            other => other.encode(),
        }),
        ("a chain that ends", |answer| match answer {
            Answer::Chain { mut head, commits } => {
                head.seq += 1;
                Answer::Chain { head, commits }.encode()
            }
            other => other.encode(),
        }),
        ("a head that is not the chain's", |answer| match answer {
            Answer::Chain { mut head, commits } => {
                head.hash = protocol::Hash::ZERO;
                Answer::Chain { head, commits }.encode()
            }
            other => other.encode(),
        }),
        ("a page of a head before the chain's", |answer| match answer {
            Answer::Current { mut head, last, blobs } => {
                head.seq -= 1;
                Answer::Current { head, last, blobs }.encode()
            }
            other => other.encode(),
        }),
        ("a page with a blob too few", |answer| match answer {
            Answer::Current { head, last, mut blobs } => {
                blobs.pop();
                Answer::Current { head, last, blobs }.encode()
            }
            other => other.encode(),
        }),
        ("a page that does not go on", |answer| match answer {
            Answer::Current { head, last, blobs } => {
                let last = last.map(|_| vault::ObjectId::new([0; 16]));
                Answer::Current { head, last, blobs }.encode()
            }
            other => other.encode(),
        }),
        ("no answer of the protocol", |answer| match answer {
            Answer::Current { .. } => vec![0xFF; 40],
            other => other.encode(),
        }),
    ];
    for (what, spoil) in spoilt {
        let spoiling = Way(|request| {
            let body = block_on(relay.exchange(request))?;
            Ok(spoil(Answer::decode(&body).unwrap()))
        });
        let (store, two) = begin(&one, &spoiling, &mut Stopping(usize::MAX));
        assert!(matches!(two, Err(RemoteError::Untrue)), "{what}");
        assert!(is_empty(store), "{what}");
    }
    let plain = Way(|request| block_on(relay.exchange(request)));
    assert!(begin(&one, &plain, &mut Stopping(usize::MAX)).1.is_ok(), "the control");
}

#[test]
fn a_blob_that_is_not_the_folds_is_not_taken_and_is_asked_for_again() {
    let (mut one, relay) = paged();
    let spoiling = Way(|request| {
        let body = block_on(relay.exchange(request))?;
        let Ok(Answer::Current { head, last, mut blobs }) = Answer::decode(&body) else { return Ok(body) };
        let other = vec![7; blobs.last().map_or(0, |blob| blob.len())];
        blobs.pop();
        blobs.push(&other);
        blobs[0] = &[];
        Ok(Answer::Current { head, last, blobs }.encode())
    });
    let mut two = begin(&one, &spoiling, &mut Stopping(usize::MAX)).1.unwrap();
    assert!(two.session.damaged().len() >= 4);
    complete(&mut two, &relay);
    together(&mut one, &relay);
    assert_eq!(two.session.damaged(), []);
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

#[test]
fn what_a_pull_withholds_is_asked_for_again_and_not_at_every_sync() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    one.set(dev, "STRIPE_SECRET_KEY", "canary-two");
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    together(&mut one, &relay);
    let (asked, is_withholding) = (Cell::new(0), Cell::new(true));
    let withholding = Way(|request: Request| {
        let wanted = Wanted::decode(&request.body).ok().filter(|_| request.target.ends_with("/blobs"));
        asked.set(asked.get() + usize::from(wanted.is_some()));
        relay.fault(if is_withholding.get() { Fault::Withhold } else { Fault::None });
        let body = block_on(relay.exchange(request));
        relay.fault(Fault::None);
        match wanted {
            Some(Wanted(ids)) if is_withholding.get() => Ok(Answer::Blobs(vec![&[]; ids.len()]).encode()),
            _ => body,
        }
    });
    let mut at = |minutes: u64| {
        let way = Relay { transport: &withholding, origin: ORIGIN };
        let now = Timestamp(NOW.0 + minutes * 60_000);
        relay.at(now);
        let synced = block_on(two.session.sync(&way, &mut two.rng, now)).unwrap();
        (synced, two.session.damaged(), asked.get())
    };
    assert_eq!(at(0), (Synced::Together { taken: 1, sent: 0, again: 0 }, vec![secret], 1));
    assert_eq!(at(1), (Synced::Together { taken: 0, sent: 0, again: 0 }, vec![secret], 1));
    assert_eq!(at(9), (Synced::Together { taken: 0, sent: 0, again: 0 }, vec![secret], 1));
    assert_eq!(at(10), (Synced::Together { taken: 0, sent: 0, again: 0 }, vec![secret], 2));
    is_withholding.set(false);
    assert_eq!(at(21), (Synced::Together { taken: 1, sent: 0, again: 0 }, vec![], 3));
    assert_eq!(
        at(42),
        (Synced::Together { taken: 0, sent: 0, again: 0 }, vec![], 3),
        "nothing is lacking any more"
    );
    assert_eq!(two.value(secret), "canary-two");
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

#[test]
fn a_device_without_history_goes_on_like_any_other() {
    let (mut one, dev, relay) = connected();
    (0..5).for_each(|number| drop(one.set(dev, "STRIPE_SECRET_KEY", &format!("canary-{number}"))));
    together(&mut one, &relay);
    relay.fault(Fault::LoseRequest { of: "/blobs" });
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    two.set(dev, "STRIPE_SECRET_KEY", "canary-of-two");
    one.set(dev, "STRIPE_SECRET_KEY", "canary-of-one");
    assert!(sync(&mut two, &relay).is_err());
    together(&mut one, &relay);
    assert!(sync(&mut two, &relay).is_err());
    relay.fault(Fault::None);
    connect(&mut two, &relay, PASSPHRASE).unwrap();
    assert!(two.session.awaits_history(), "connecting again forgets nothing");
    complete(&mut two, &relay);
    together(&mut one, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    let secret = two.secret(dev, "STRIPE_SECRET_KEY");
    assert_eq!(versions(&one, secret), versions(&two, secret));
    assert!(versions(&two, secret).iter().all(Result::is_ok));
}
