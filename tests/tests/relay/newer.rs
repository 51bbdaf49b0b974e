//! A relay, or another device, that speaks what this version does not know yet: whatever is asked, an update is needed, and
//! nothing else is changed by it.

use crypto::{KdfId, RecoveryKey};
use protocol::message::Answer;
use vault::memory::MemoryStore;
use vault::port::{Request, Transport, Unreachable};
use vault::session::{Relay, RemoteError, Session};

use crate::account::enrol;
use crate::pages::Stopping;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::revoke::{id, three};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};
use crate::{sync, together};

/// A relay that answers what this version does not know.
struct Newer;

impl Transport for Newer {
    async fn exchange(&self, _: Request) -> Result<Vec<u8>, Unreachable> {
        Ok(vec![99])
    }
}

type Came = (&'static str, Result<(), RemoteError>);

/// Everything that a person can ask a relay for, of a device that is connected to it.
fn ask_all(one: &mut Device, other: protocol::DeviceId, transport: &impl Transport) -> Vec<Came> {
    let way = Relay { transport, origin: ORIGIN };
    let words = [passphrase(PASSPHRASE), passphrase("another passphrase of some length")];
    let (session, rng) = (&mut one.session, &mut one.rng);
    let mut came: Vec<Came> = vec![
        ("sync", block_on(session.sync(&way, rng, NOW)).map(drop)),
        ("look again", block_on(session.look_again(&way, rng, NOW)).map(drop)),
        ("kit", block_on(session.kit_at(&way, &words[0], rng, NOW)).map(drop)),
        ("revoke", block_on(session.revoke(&way, other, &words[0], rng, NOW)).map(drop)),
        ("connect again", block_on(session.connect(&way, &words[0], rng, NOW))),
        ("passphrase", block_on(session.change_passphrase_at(&way, (&words[0], &words[1]), rng, NOW))),
    ];
    let elsewhere = Relay { transport, origin: "https://other.example" };
    came.push(("move", block_on(session.move_to(&elsewhere, &words[0], rng, NOW)).map(drop)));
    came
}

/// The same of a browser without a vault, and of a vault that was never connected.
fn ask_new(one: &Device, transport: &impl Transport) -> Vec<Came> {
    let way = Relay { transport, origin: ORIGIN };
    let words = passphrase(PASSPHRASE);
    let kit = one.kit.as_ref().unwrap();
    let recovery = RecoveryKey::from_text(kit.recovery.as_str()).unwrap();
    let code = crypto::SetupCode::from_text(kit.setup.as_str()).unwrap();
    let (mut draws, mut others) = (rng(5), rng(6));
    let enrolled = Session::enrol(MemoryStore::new(), &code, &words, &way, &mut draws, NOW);
    let mut pace = Stopping::never();
    let recovered = Session::recover(
        MemoryStore::new(),
        (&recovery, &words, KdfId::Test),
        &way,
        &mut pace,
        &mut others,
        NOW,
    );
    let mut fresh = Device::new();
    let founded = fresh.session.connect(&way, &words, &mut fresh.rng, NOW);
    vec![
        ("enrol", block_on(enrolled).map(drop)),
        ("recover", block_on(recovered).map(drop)),
        ("connect", block_on(founded)),
    ]
}

fn all_need_an_update(came: Vec<Came>) {
    for (what, came) in came {
        assert_eq!(came, Err(RemoteError::NeedsUpdate), "{what}");
    }
}

#[test]
fn whatever_is_asked_of_a_newer_relay_an_update_is_needed_and_local_edits_stay() {
    let (mut one, mut two, _, dev, relay) = three();
    let two = id(&mut two);
    one.set(dev, "A", "canary-a");
    assert!(Answer::decode(&[99]).is_err());
    all_need_an_update(ask_all(&mut one, two, &Newer));
    all_need_an_update(ask_new(&one, &Newer));
    // One that dropped this protocol says that nothing is there.
    relay.fault(Fault::Newer);
    all_need_an_update(ask_all(&mut one, two, &relay));
    all_need_an_update(ask_new(&one, &relay));
    assert_eq!(one.session.standing().unwrap().waiting, 1);
    assert!(one.session.standing().unwrap().apart.is_none());
    one.set(dev, "B", "canary-b");

    // The control: the same from a relay of this protocol that does not know the vault.
    assert_eq!(sync(&mut one, &InProcess::closed()), Err(RemoteError::NotFound));
    relay.fault(Fault::None);
    together(&mut one, &relay);
    assert_eq!(one.session.standing().unwrap().waiting, 0);
}

/// Where the number of its rules stands in a commit (`LOG.md` §2).
const RULES: usize = 10;

#[test]
fn what_another_device_wrote_by_later_rules_needs_an_update_here_and_is_no_untruth_of_the_relay() {
    let (mut one, mut two, _, dev, relay) = three();
    two.set(dev, "A", "canary-a");
    together(&mut two, &relay);
    relay.fault(Fault::TurnBit { of: RULES });
    assert_eq!(sync(&mut one, &relay), Err(RemoteError::NeedsUpdate));
    assert!(matches!(enrol(&one, &relay, PASSPHRASE, 79), Err(RemoteError::NeedsUpdate)));
    relay.fault(Fault::TurnBit { of: RULES + 4 });
    assert_eq!(sync(&mut one, &relay), Err(RemoteError::Untrue), "the control");
    relay.fault(Fault::None);
    together(&mut one, &relay);
    assert_eq!(one.value(one.secret(dev, "A")), "canary-a");
}
