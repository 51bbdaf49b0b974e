//! What is no attack of a relay: a browser profile that was copied, or restored from a backup of the machine.

use std::collections::BTreeSet;

use protocol::Commit;
use vault::session::Synced;

use super::script::{Script, honest};
use super::story::{Story, comes_together, seen, twin, write};
use super::{Outcome, holds};

pub(super) fn copied() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let mut copy = twin(&two);
    for number in 0..3 {
        write(&mut two, &relay, (dev, &format!("OF_TWO_{number}")), "canary-of-two");
    }
    weakness::with(&[], || copy.set(dev, "OF_THE_COPY", "canary-of-the-copy"));
    let synced = Script::new(|request| honest(&relay, request)).sync(&mut copy);
    holds!(matches!(synced, Ok(Synced::Together { .. })), "{synced:?}");
    weakness::with(&[], || two.set(dev, "MEANWHILE", "canary-meanwhile"));
    for device in [&mut two, &mut copy, &mut one] {
        holds!(comes_together(device, &relay), "one does not come back");
    }
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
