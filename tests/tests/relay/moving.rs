//! An account that goes to another relay: every device comes after it, and wherever it is cut short one of the two works.

use vault::ObjectId;
use vault::session::{Error, Invite, Relay, RemoteError, Session, Synced};

use crate::account::enrol_at;
use crate::assert_alike_but_for;
use crate::ending::End;
use crate::quarantine::forked;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::revoke::three;
use crate::second;
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};

const OTHER: &str = "https://other.example";

/// The relay that the account leaves, and the one that it goes to.
struct Relays {
    from: InProcess,
    to: InProcess,
}

impl Relays {
    fn new(from: InProcess) -> Self {
        Self { from, to: InProcess::with_secret([8; 32]).named(OTHER) }
    }

    fn ways(&self) -> [Relay<'_, InProcess>; 2] {
        [Relay { transport: &self.from, origin: ORIGIN }, Relay { transport: &self.to, origin: OTHER }]
    }

    /// As the page does: with the relay that a device is connected to, and after the account where that went.
    fn sync(&self, device: &mut Device) -> Result<Synced, RemoteError> {
        let [from, to] = self.ways();
        if device.session.connected() == Some(OTHER) {
            return block_on(device.session.sync(&to, &mut device.rng, NOW));
        }
        match block_on(device.session.sync(&from, &mut device.rng, NOW)) {
            Err(RemoteError::Moved(origin)) => {
                assert_eq!(origin, OTHER);
                block_on(device.session.follow_to(OTHER, &mut device.rng)).unwrap();
                block_on(device.session.sync(&to, &mut device.rng, NOW))
            }
            synced => synced,
        }
    }

    fn together(&self, device: &mut Device) {
        let synced = self.sync(device);
        assert!(matches!(synced, Ok(Synced::Together { .. })), "{synced:?}");
    }

    /// Without the relay that is left.
    fn go_on(&self, device: &mut Device) -> Result<Synced, RemoteError> {
        let ([_, to], words) = (self.ways(), passphrase(PASSPHRASE));
        block_on(device.session.go_on_at(&to, &words, &mut device.rng, NOW))
    }

    fn change(&self, device: &mut Device) -> Result<Synced, RemoteError> {
        let ([from, to], words) = (self.ways(), passphrase(PASSPHRASE));
        block_on(device.session.change_relay([&from, &to], &words, &mut device.rng, NOW))
    }
}

fn assert_value(device: &Device, dev: ObjectId, name: &str, value: &str) {
    assert_eq!(device.value(device.secret(dev, name)), value);
}

#[test]
fn every_device_comes_after_the_account_and_a_new_one_comes_in_there() {
    let (mut one, mut two, mut other, dev, from) = three();
    let relays = Relays::new(from);
    assert!(matches!(relays.change(&mut one), Ok(Synced::Together { .. })));
    assert_eq!((one.session.connected(), one.reopened().session.connected()), (Some(OTHER), Some(OTHER)));
    one.set(dev, "AFTER", "canary-after");
    relays.together(&mut one);
    let left = relays.from.commits();
    // One has nothing new, one has something that waits, and was not there meanwhile.
    other.set(dev, "WAITED", "canary-waited");
    for device in [&mut two, &mut other] {
        relays.together(device);
        assert_eq!(device.session.connected(), Some(OTHER));
    }
    assert_eq!(relays.from.commits(), left, "the relay that was left gets nothing more");
    for device in [&mut one, &mut two] {
        relays.together(device);
    }
    assert_value(&one, dev, "WAITED", "canary-waited");
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_alike_but_for(&one, &other, PASSPHRASE);
    let new = enrol_at(&one, (&relays.to, OTHER), PASSPHRASE, 91).unwrap();
    assert_value(&new, dev, "WAITED", "canary-waited");
}

#[test]
fn an_account_can_go_back_to_a_relay_that_it_left() {
    let (mut one, mut two, _, dev, from) = three();
    let relays = Relays::new(from);
    relays.change(&mut one).unwrap();
    relays.together(&mut two);
    two.set(dev, "AFTER", "canary-after");
    relays.together(&mut two);
    let ([from, to], words) = (relays.ways(), passphrase(PASSPHRASE));
    block_on(one.session.change_relay([&to, &from], &words, &mut one.rng, NOW)).unwrap();
    assert_eq!(one.session.connected(), Some(ORIGIN));
    let told = block_on(two.session.sync(&to, &mut two.rng, NOW));
    assert_eq!(told, Err(RemoteError::Moved(ORIGIN.to_owned())));
    block_on(two.session.follow_to(ORIGIN, &mut two.rng)).unwrap();
    relays.together(&mut two);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_value(
        &enrol_at(&one, (&relays.from, ORIGIN), PASSPHRASE, 93).unwrap(),
        dev,
        "AFTER",
        "canary-after",
    );
}

#[test]
fn what_was_written_at_the_old_relay_meanwhile_is_at_the_new_one_too() {
    let (mut one, mut two, _, dev, from) = three();
    let relays = Relays::new(from);
    let ([from, to], words) = (relays.ways(), passphrase(PASSPHRASE));
    block_on(one.session.move_to(&to, &words, &mut one.rng, NOW)).unwrap();
    // After the logs were brought, and before the commit that decides.
    two.set(dev, "MEANWHILE", "canary-meanwhile");
    block_on(two.session.sync(&from, &mut two.rng, NOW)).unwrap();
    relays.together(&mut one);
    one.set(dev, "AFTER", "canary-after");
    relays.together(&mut one);
    relays.together(&mut two);
    relays.together(&mut one);
    assert_value(&one, dev, "MEANWHILE", "canary-meanwhile");
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

#[test]
fn where_another_device_writes_in_the_accounts_log_first_the_account_stays() {
    let (mut one, mut two, _, dev, from) = three();
    let relays = Relays::new(from);
    let ([from, to], words) = (relays.ways(), passphrase(PASSPHRASE));
    block_on(one.session.move_to(&to, &words, &mut one.rng, NOW)).unwrap();
    block_on(two.session.name_device(two.session.device(), "first", &mut two.rng, NOW)).unwrap();
    block_on(two.session.sync(&from, &mut two.rng, NOW)).unwrap();
    relays.together(&mut one);
    assert_eq!(one.session.connected(), Some(ORIGIN));
    one.set(dev, "AFTER", "canary-after");
    relays.together(&mut one);
    relays.together(&mut two);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    // It can be moved after that.
    relays.change(&mut one).unwrap();
    relays.together(&mut two);
    assert_eq!(two.session.connected(), Some(OTHER));
}

#[test]
fn without_the_passphrase_or_out_of_a_quarantine_nothing_is_brought_anywhere() {
    let (mut one, _, _, _, from) = three();
    let relays = Relays::new(from);
    let [from, to] = relays.ways();
    let wrong = passphrase("another passphrase");
    let changed = block_on(one.session.change_relay([&from, &to], &wrong, &mut one.rng, NOW));
    assert_eq!(changed, Err(RemoteError::Vault(Error::WrongPassphrase)));
    assert!(relays.to.everything().is_empty());
    let (mut one, _, _, _, other) = forked();
    let relays = Relays::new(other);
    assert_eq!(relays.change(&mut one), Err(RemoteError::Apart));
    assert!(relays.to.everything().is_empty());
}

#[test]
fn a_relay_that_takes_accounts_by_invite_asks_for_one_first() {
    let (mut one, mut two, _, _, from) = three();
    let relays = Relays { from, to: InProcess::inviting([7; 16], 1).named(OTHER) };
    assert_eq!(relays.change(&mut one), Err(RemoteError::InviteNeeded));
    assert_eq!((one.session.connected(), one.reopened().session.connected()), (Some(ORIGIN), Some(ORIGIN)));
    let invite = Invite::from_text(&"07".repeat(16)).unwrap();
    let [_, to] = relays.ways();
    block_on(one.session.found_account(&to, &invite, &mut one.rng, NOW)).unwrap();
    relays.change(&mut one).unwrap();
    relays.together(&mut two);
    assert_eq!(two.session.connected(), Some(OTHER));
}

/// One of the two relays is the account's: with it every device goes on, and there a new one comes in.
fn assert_one_works(one: Device, two: &mut Device, dev: ObjectId, relays: &Relays, what: &str) -> bool {
    let mut one = Device { kit: one.kit, session: reopened(&one.store), store: one.store, rng: rng(9) };
    one.set(dev, "GOES_ON", "canary-goes-on");
    match relays.sync(&mut one) {
        Ok(_) | Err(RemoteError::Expired) => relays.together(&mut one),
        Err(other) => panic!("{what}: {other:?}"),
    }
    relays.together(two);
    assert_value(two, dev, "GOES_ON", "canary-goes-on");
    assert_eq!(one.session.connected(), two.session.connected(), "{what}");
    let is_moved = one.session.connected() == Some(OTHER);
    let place = if is_moved { (&relays.to, OTHER) } else { (&relays.from, ORIGIN) };
    let new = enrol_at(&one, place, PASSPHRASE, 92).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_value(&new, dev, "GOES_ON", "canary-goes-on");
    is_moved
}

fn reopened(store: &vault::memory::MemoryStore) -> Session<vault::memory::MemoryStore> {
    block_on(Session::unlock(store.clone(), &passphrase(PASSPHRASE))).unwrap()
}

#[test]
fn wherever_a_request_or_an_answer_is_lost_one_of_the_relays_works() {
    let mut moved = [0, 0];
    for is_new in [false, true] {
        for after in 0..20 {
            for fault in [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }] {
                let (mut one, mut two, _, dev, from) = three();
                let relays = Relays::new(from);
                let relay = if is_new { &relays.to } else { &relays.from };
                relay.fault(fault);
                drop(relays.change(&mut one));
                relay.fault(Fault::None);
                let what = format!("{is_new} {fault:?}");
                moved[usize::from(assert_one_works(one, &mut two, dev, &relays, &what))] += 1;
            }
        }
    }
    assert!(moved[0] > 10 && moved[1] > 10, "the control: {moved:?}");
}

#[test]
fn wherever_the_store_takes_no_more_one_of_the_relays_works() {
    let mut moved = [0, 0];
    for end in End::within(8) {
        let (one, mut two, _, dev, from) = three();
        let relays = Relays::new(from);
        let mut session = end.session(&one);
        let ([from, to], words) = (relays.ways(), passphrase(PASSPHRASE));
        drop(block_on(session.change_relay([&from, &to], &words, &mut rng(6), NOW)));
        moved[usize::from(assert_one_works(one, &mut two, dev, &relays, &format!("{end:?}")))] += 1;
    }
    assert!(moved[0] > 0 && moved[1] > 0, "the control: {moved:?}");
}

#[test]
fn where_the_relay_is_gone_each_device_goes_on_at_another_with_what_it_has() {
    let (mut one, mut two, mut other, dev, from) = three();
    let relays = Relays::new(from);
    // The relay had this and nobody else heard of it; two more wait where they were written.
    other.set(dev, "ACKNOWLEDGED", "canary-acknowledged");
    relays.together(&mut other);
    one.set(dev, "WAITED", "canary-waited");
    two.set(dev, "WAITED_TOO", "canary-too");
    let left = relays.from.commits();

    for device in [&mut one, &mut two] {
        let went = relays.go_on(device);
        assert!(matches!(went, Ok(Synced::Together { .. })), "{went:?}");
        assert_eq!(
            (device.session.connected(), device.reopened().session.connected()),
            (Some(OTHER), Some(OTHER))
        );
    }
    // What the first relay acknowledged is in the way of what the others wrote since: that is said, and nothing is lost.
    assert_eq!(relays.go_on(&mut other), Ok(Synced::Apart));
    let [_, to] = relays.ways();
    assert!(matches!(block_on(other.session.rejoin(&to, &mut other.rng, NOW)), Ok(Synced::Together { .. })));
    for device in [&mut one, &mut two, &mut other] {
        relays.together(device);
    }
    for (name, value) in
        [("ACKNOWLEDGED", "canary-acknowledged"), ("WAITED", "canary-waited"), ("WAITED_TOO", "canary-too")]
    {
        assert_value(&one, dev, name, value);
    }
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_alike_but_for(&one, &other, PASSPHRASE);
    assert_eq!(relays.from.commits(), left, "the relay that is gone was asked");
    let new = enrol_at(&one, (&relays.to, OTHER), PASSPHRASE, 94).unwrap();
    assert_value(&new, dev, "ACKNOWLEDGED", "canary-acknowledged");
}

#[test]
fn wherever_going_on_without_the_relay_is_cut_short_it_can_be_gone_on_with() {
    let mut cut = 0;
    for after in 0..20 {
        for fault in [Fault::LoseAnswer { after }, Fault::LoseRequestAfter { after }] {
            let (mut one, mut two, _, dev, from) = three();
            let relays = Relays::new(from);
            one.set(dev, "WAITED", "canary-waited");
            relays.to.fault(fault);
            cut += usize::from(relays.go_on(&mut one).is_err());
            relays.to.fault(Fault::None);
            let mut one =
                Device { session: reopened(&one.store), store: one.store, kit: one.kit, rng: rng(9) };
            if one.session.connected() == Some(ORIGIN) {
                let went = relays.go_on(&mut one);
                assert!(matches!(went, Ok(Synced::Together { .. })), "{fault:?} {went:?}");
            }
            relays.together(&mut one);
            relays.go_on(&mut two).unwrap();
            assert_value(&two, dev, "WAITED", "canary-waited");
            let new = enrol_at(&one, (&relays.to, OTHER), PASSPHRASE, 95);
            assert_value(
                &new.unwrap_or_else(|error| panic!("{fault:?} {error:?}")),
                dev,
                "WAITED",
                "canary-waited",
            );
        }
    }
    assert!(cut > 10, "the control: {cut}");
}

#[test]
fn a_backup_of_a_vault_that_had_moved_is_connected_where_it_is_opened() {
    const THIRD: &str = "https://third.example";
    let (mut one, _, _, dev, from) = three();
    let relays = Relays::new(from);
    relays.change(&mut one).unwrap();
    let mut restored = second(&mut one);
    let third = InProcess::with_secret([9; 32]).named(THIRD);
    let (way, words) =
        (Relay { transport: &third, origin: THIRD }, passphrase("other canary words for this device"));
    block_on(restored.session.connect(&way, &words, &mut restored.rng, NOW)).unwrap();
    let synced = block_on(restored.session.sync(&way, &mut restored.rng, NOW));
    assert!(matches!(synced, Ok(Synced::Together { .. })), "{synced:?}");
    assert_eq!(restored.session.connected(), Some(THIRD));
    assert_eq!(restored.session.model().environments(restored.session.model().projects()[0].0)[0].0, dev);
}
