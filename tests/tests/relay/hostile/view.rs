//! Attacks by which log a relay shows to whom, and when; and what is none.

use vault::session::{RemoteError, Synced};

use super::script::{Script, honest, log};
use super::story::{Story, account, comes_together, seen, twin, write};
use super::{Outcome, holds};
use crate::account::enrol;
use crate::relay::{Fault, InProcess};
use crate::support::{Device, PASSPHRASE};

/// A device that is shown these logs takes nothing of them, sends nothing, and keeps what it has.
fn is_apart(device: &Device, [account_log, vault_log]: [&InProcess; 2], account: protocol::LogId) -> Outcome {
    let mut victim = twin(device);
    let there = [account_log, vault_log].map(InProcess::commits);
    // Noticed once, it is noticed again.
    for _ in 0..2 {
        let script = Script::new(|request| {
            honest(if log(request) == account { account_log } else { vault_log }, request)
        });
        let synced = script.sync(&mut victim);
        holds!(synced == Ok(Synced::Apart), "{synced:?}");
        holds!(seen(&victim) == seen(device), "what it has is not what it had");
        holds!([account_log, vault_log].map(InProcess::commits) == there, "something was sent");
        victim = twin(&victim);
    }
    Ok(())
}

pub(super) fn rolled_back() -> Outcome {
    let Story { mut one, two, dev, relay } = Story::new();
    let before = |number| {
        let old = relay.copy();
        write(&mut one, &relay, (dev, &format!("LATER_{number}")), "canary-later");
        old
    };
    let old: Vec<InProcess> = (0..3).map(before).collect();
    for old in &old {
        // Who knows nothing of what came later goes on from there.
        write(&mut twin(&two), old, (dev, "INSTEAD"), "canary-instead");
        is_apart(&one, [old, old], account(&one))?;
    }
    Ok(())
}

pub(super) fn forked() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let other = relay.copy();
    write(&mut one, &relay, (dev, "HERE"), "canary-here");
    write(&mut two, &other, (dev, "THERE"), "canary-there");
    is_apart(&one, [&other, &other], account(&one))?;
    is_apart(&two, [&relay, &relay], account(&one))?;
    // Each of them goes on where it was.
    write(&mut one, &relay, (dev, "HERE"), "canary-more");
    write(&mut two, &other, (dev, "THERE"), "canary-more");
    is_apart(&one, [&other, &other], account(&one))?;
    is_apart(&two, [&relay, &relay], account(&one))
}

pub(super) fn account_alone() -> Outcome {
    let Story { mut one, relay, .. } = Story::new();
    let other = relay.copy();
    weakness::with(&[], || {
        crate::account::connect(&mut one, &relay, PASSPHRASE).unwrap();
        crate::together(&mut one, &relay);
        let mut three = enrol(&one, &other, PASSPHRASE, 79).unwrap();
        crate::together(&mut three, &other);
    });
    is_apart(&one, [&other, &relay], account(&one))
}

pub(super) fn vault_alone() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let other = relay.copy();
    write(&mut one, &relay, (dev, "LATER"), "canary-later");
    write(&mut two, &other, (dev, "INSTEAD"), "canary-instead");
    is_apart(&one, [&relay, &other], account(&one))
}

pub(super) fn stalled() -> Outcome {
    let Story { mut one, dev, relay, .. } = Story::new();
    one.set(dev, "NEW", "canary-new");
    let before = seen(&one);
    relay.fault(Fault::Forget);
    let script = Script::new(|request| honest(&relay, request));
    let synced = script.sync(&mut one);
    relay.fault(Fault::None);
    holds!(synced == Err(RemoteError::Untrue), "{synced:?} after {} requests", script.asked().len());
    holds!(seen(&one) == before && comes_together(&mut one, &relay), "something is lost");
    Ok(())
}

pub(super) fn restored() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let old = relay.copy();
    write(&mut one, &relay, (dev, "LATER"), "canary-later");
    weakness::with(&[], || crate::together(&mut two, &relay));
    let before = seen(&one);
    for device in [&mut one, &mut two] {
        let script = Script::new(|request| honest(&old, request));
        let synced = script.sync(device);
        holds!(matches!(synced, Ok(Synced::Together { .. })), "{synced:?}");
        holds!(seen(device) == before && old.commits() == relay.commits(), "something is lost");
    }
    Ok(())
}
