//! A relay that goes back on a log, and a person who takes what it has.

use protocol::Entry;
use vault::session::{RemoteError, Synced};

use super::{Outcome, holds};
use crate::rejoin::{rejoin, vault_log};
use crate::revoke::{revoke, three};
use crate::support::{NOW, block_on};
use crate::{sync, together};

/// The vault's log alone as it was before a device was taken out, with something of that device in it.
pub(super) fn unrevoked() -> Outcome {
    let (mut one, mut two, mut other, dev, relay) = three();
    let before = relay.copy();
    revoke(&mut one, &relay, two.session.device()).unwrap();
    together(&mut one, &relay);
    one.set(dev, "AFTER", "canary-after");
    together(&mut one, &relay);
    two.set(dev, "INSTEAD", "canary-instead");
    together(&mut two, &before);
    let vault = vault_log(&one);
    let mixed = before.with_others_of(&relay, vault);
    assert_eq!(sync(&mut one, &mixed), Ok(Synced::Apart));
    rejoin(&mut one, &mixed).unwrap();
    let entries =
        mixed.commits_of(vault).iter().flat_map(|commit| commit.entries().unwrap()).collect::<Vec<_>>();
    let rejoined = entries.iter().position(|it| matches!(it, Entry::Rejoin(_))).unwrap();
    let put = entries.iter().skip(rejoined).position(|it| matches!(it, Entry::Put(_))).unwrap();
    let out = entries.iter().skip(rejoined).position(|it| matches!(it, Entry::Revoke(_))).unwrap();
    holds!(out < put, "values sealed for a device that is out");
    for device in [&mut one, &mut other] {
        together(device, &mixed);
        let value = |name| device.value(device.secret(dev, name));
        holds!([value("AFTER"), value("INSTEAD")] == ["canary-after", "canary-instead"], "a lost change");
    }
    Ok(())
}

/// The account's log as it was before a device was taken out, and on from there with something of that device in it.
pub(super) fn brought_back() -> Outcome {
    let (mut one, mut two, _, _, relay) = three();
    let before = relay.copy();
    revoke(&mut one, &relay, two.session.device()).unwrap();
    together(&mut one, &relay);
    block_on(two.session.name_device(two.session.device(), "back again", &mut two.rng, NOW)).unwrap();
    together(&mut two, &before);
    assert_eq!(sync(&mut one, &before), Ok(Synced::Apart));
    let there = before.commits();
    let taken = rejoin(&mut one, &before);
    holds!(taken == Err(RemoteError::NoRejoin), "{taken:?}");
    assert_eq!(before.commits(), there, "nothing was sent");
    Ok(())
}
