//! What is no attack of a relay: a browser profile that was copied, or restored from a backup of the machine.

use std::collections::BTreeSet;

use protocol::Commit;
use vault::session::Synced;

use super::script::{Script, honest};
use super::story::{Story, comes_together, seen, twin, write};
use super::{Outcome, holds};
use crate::support::{Device, block_on};

pub(super) fn copied() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let mut copy = twin(&two);
    for number in 0..3 {
        write(&mut two, &relay, (dev, &format!("OF_TWO_{number}")), "canary-of-two");
    }
    weakness::with(&[], || copy.set(dev, "OF_THE_COPY", "canary-of-the-copy"));
    let synced = Script::new(|request| honest(&relay, request)).sync(&mut copy);
    holds!(matches!(synced, Ok(Synced::Together { .. })), "{synced:?}");
    holds!(is_told(&copy) && !is_told(&two), "the copy is not told that it is one");
    weakness::with(&[], || two.set(dev, "MEANWHILE", "canary-meanwhile"));
    for device in [&mut two, &mut copy, &mut one] {
        holds!(comes_together(device, &relay), "one does not come back");
    }
    holds!(is_told(&two) && !is_told(&one), "who was copied is not told of it");
    holds!(seen(&copy) == seen(&two) && seen(&one) == seen(&two), "they have not the same");
    for name in ["OF_TWO_0", "OF_TWO_1", "OF_TWO_2", "OF_THE_COPY", "MEANWHILE"] {
        holds!(one.session.model().own(dev, name).is_some(), "{name} is lost");
    }
    let mut used = BTreeSet::new();
    for commit in relay.commits() {
        let stamp = *Commit::decode(&commit).unwrap().stamp();
        holds!(used.insert((stamp.log, stamp.device, stamp.counter)), "a counter was used twice");
    }
    Ok(())
}

fn is_told(device: &Device) -> bool {
    device.session.standing().unwrap().is_copied
}

#[test]
fn a_person_is_told_of_a_copy_once_and_of_what_it_writes_later_again() {
    let Story { mut one, mut two, dev, relay } = Story::new();
    write(&mut one, &relay, (dev, "OF_ONE"), "canary-of-one");
    write(&mut two, &relay, (dev, "OF_TWO"), "canary-of-two");
    let mut copy = twin(&two);
    write(&mut one, &relay, (dev, "LATER"), "canary-later");
    assert!(comes_together(&mut copy, &relay));
    assert!(
        !is_told(&copy) && !is_told(&one),
        "the control: what it has, and what others wrote, tells of no copy"
    );
    for name in ["FIRST", "SECOND"] {
        write(&mut two, &relay, (dev, name), "canary-of-two");
        assert!(comes_together(&mut copy, &relay));
        assert!(is_told(&copy) && is_told(&twin(&copy)), "{name}");
        block_on(copy.session.know_copy(&mut copy.rng)).unwrap();
        assert!(comes_together(&mut copy, &relay));
        assert!(!is_told(&copy) && !is_told(&twin(&copy)), "{name}");
    }
    assert!(!is_told(&two));
}
