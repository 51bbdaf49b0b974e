//! Attacks by what a relay serves: commits, blobs and wraps.

use protocol::{
    AgreementKey, Commit, Delete, Device, DeviceId, Entry, Put, Revoke, Signature, Stamp, Unsigned,
    VerifyingKey, Wrapped,
};
use vault::change::Change;
use vault::session::{RemoteError, Synced};

use super::script::{Row, Script, altered, followed, honest};
use super::story::{Story, account, comes_together, seen, twin, vault_log, write};
use super::{Outcome, holds};
use crate::support;

/// What is done to what is served.
type Spoil<'a> = &'a dyn Fn(&mut Vec<Row>);

/// Serves what another device wrote in another way to a device each, which takes nothing of it and loses nothing.
fn served(story: &mut Story, changes: &[Spoil<'_>]) -> Outcome {
    let Story { one, two, relay, .. } = story;
    for (number, change) in changes.iter().enumerate() {
        let mut victim = twin(one);
        let before = seen(&victim);
        let script = Script::new(|request| Some(altered(honest(relay, request)?, change)));
        let synced = script.sync(&mut victim);
        holds!(synced == Err(RemoteError::Untrue), "{number}: {synced:?}");
        holds!(seen(&victim) == before, "{number}: something was taken");
        holds!(comes_together(&mut victim, relay), "{number}: it does not come back");
        holds!(seen(&victim) == seen(two), "{number}: something is lost");
    }
    Ok(())
}

const NEW: [&str; 3] = ["FIRST", "SECOND", "THIRD"];

/// Three commits that nobody but their writer has yet.
fn three() -> Story {
    let mut story = Story::new();
    let Story { two, dev, relay, .. } = &mut story;
    NEW.iter().for_each(|name| write(two, relay, (*dev, name), "canary-of-two"));
    story
}

pub(super) fn order() -> Outcome {
    let orders: [&[usize]; 12] = [
        &[0, 2, 1],
        &[1, 0, 2],
        &[1, 2, 0],
        &[2, 0, 1],
        &[2, 1, 0],
        &[1, 2],
        &[0, 2],
        &[2],
        &[1],
        &[0, 0, 1, 2],
        &[0, 1, 1, 2],
        &[0, 1, 2, 2],
    ];
    let reordered = orders.map(|order| {
        move |rows: &mut Vec<Row>| {
            if rows.len() == NEW.len() {
                *rows = order.iter().map(|at| rows[*at].clone()).collect();
            }
        }
    });
    let changes: Vec<Spoil<'_>> = reordered.iter().map(|change| -> Spoil<'_> { change }).collect();
    served(&mut three(), &changes)
}

pub(super) fn resurrected() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    let old = std::cell::RefCell::new(Vec::new());
    write(&mut two, &relay, (dev, "DELETED"), "canary-deleted");
    let listening = Script::new(|request| {
        Some(altered(honest(&relay, request)?, |rows| old.borrow_mut().extend(rows.iter().cloned())))
    });
    let synced = weakness::with(&[], || listening.sync(&mut one));
    assert!(matches!(synced, Ok(Synced::Together { taken: 1, .. })), "{synced:?}");
    let secret = two.secret(dev, "DELETED");
    weakness::with(&[], || {
        two.apply(Change::DeleteSecret { secret }).unwrap();
        crate::together(&mut two, &relay);
    });
    let script = Script::new(|request| {
        let again = |rows: &mut Vec<Row>| rows.extend(old.borrow().iter().cloned());
        Some(altered(honest(&relay, request)?, again))
    });
    let synced = script.sync(&mut one);
    let is_back = one.session.model().secret(secret).is_some() && synced != Err(RemoteError::Untrue);
    holds!(!is_back, "the deleted secret is back: {synced:?}");
    holds!(comes_together(&mut one, &relay) && seen(&one) == seen(&two), "it does not come back");
    Ok(())
}

pub(super) fn forged() -> Outcome {
    let Story { one, two, dev, relay } = Story::new();
    let chain = vault_log(&relay, account(&one));
    let (first, last) = (chain.first().unwrap(), chain.last().unwrap());
    let stamp = Stamp {
        seq: last.stamp().seq + 1,
        prev: last.hash(),
        counter: 1_000,
        device: first.stamp().device,
        part: 1,
        parts: 1,
        ..*last.stamp()
    };
    let own = DeviceId::new([66; 16]);
    let brought = Device {
        principal: stamp.author,
        device: own,
        signing: VerifyingKey::new([66; 32]),
        agreement: AgreementKey::new([66; 32]),
        generation: 1,
        certificate: Signature::new([66; 64]),
    };
    let others = chain.iter().map(|commit| commit.stamp().device).find(|device| *device != stamp.device);
    let forgeries = [
        (stamp, Entry::Delete(Delete { object: one.secret(dev, "KEPT"), revision: 1 })),
        (stamp, Entry::Revoke(Revoke { device: others.unwrap() })),
        (stamp, Entry::Device(brought.clone())),
        (Stamp { device: own, ..stamp }, Entry::Device(brought)),
    ];
    for (number, (stamp, entry)) in forgeries.into_iter().enumerate() {
        let commit = Unsigned::new(stamp, &[entry]).unwrap().sign(Signature::new([66; 64]));
        let mut victim = twin(&one);
        let script = Script::new(|request| {
            let is_asked = request.target.ends_with(&format!("{}/commits?from={}", stamp.log, stamp.seq));
            if is_asked { Some(followed(&commit)) } else { honest(&relay, request) }
        });
        let synced = script.sync(&mut victim);
        holds!(synced == Err(RemoteError::Untrue), "{number}: {synced:?}");
        holds!(seen(&victim) == seen(&two), "{number}: something was taken");
        holds!(comes_together(&mut victim, &relay), "{number}: it does not come back");
    }
    Ok(())
}

pub(super) fn swapped() -> Outcome {
    let exchanged = |rows: &mut Vec<Row>| {
        if let [(_, one), (_, other), ..] = &mut rows[..] {
            std::mem::swap(one, other);
        }
    };
    let turned = |rows: &mut Vec<Row>| rows.iter_mut().for_each(|(_, blobs)| blobs.reverse());
    served(&mut three(), &[&exchanged, &turned])
}

pub(super) fn alike() -> Outcome {
    let Story { one, mut two, dev, relay } = Story::new();
    write(&mut two, &relay, (dev, "KEPT"), "canary-changed");
    let kinds: [fn(&mut Vec<u8>); 5] = [
        |blob| blob[60] ^= 1,
        |blob| blob[90] ^= 1,
        |blob| blob[130] ^= 1,
        |blob| *blob.last_mut().unwrap() ^= 1,
        |blob| blob.truncate(blob.len() - 64),
    ];
    let told = kinds.map(|change| {
        let mut victim = twin(&one);
        let script = Script::new(|request| {
            let spoil = |rows: &mut Vec<Row>| rows.iter_mut().flat_map(|(_, blobs)| blobs).for_each(change);
            Some(altered(honest(&relay, request)?, spoil))
        });
        (script.sync(&mut victim), script.asked())
    });
    holds!(told.iter().all(|it| *it == told[0]), "told apart: {:?}", told.map(|(synced, _)| synced));
    Ok(())
}

/// The puts of a commit.
fn puts(commit: &[u8]) -> Vec<Put> {
    let entries = Commit::decode(commit).unwrap().entries().unwrap();
    entries.iter().filter_map(Entry::as_put).cloned().collect()
}

pub(super) fn rewrapped() -> Outcome {
    let replaced = |rows: &mut Vec<Row>| {
        for (commit, _) in rows {
            for put in puts(commit) {
                let key = put.wraps.iter().next().unwrap().key.to_vec();
                let at = commit.windows(key.len()).position(|bytes| bytes == key).unwrap();
                commit[at + key.len() / 2] ^= 1;
            }
        }
    };
    served(&mut three(), &[&replaced])
}

pub(super) fn wraps() -> Outcome {
    let mut story = Story::new();
    let Story { one, two, dev, relay } = &mut story;
    let root =
        vault_log(relay, account(one)).first().unwrap().entries().unwrap().iter().find_map(
            |entry| match entry {
                Entry::Scope(scope) => Some(scope.scope),
                _ => None,
            },
        );
    let root = root.unwrap();
    let secret = two.secret(*dev, "KEPT");
    let model = two.session.model();
    let (project, _) = *model.projects().last().unwrap();
    let other = model.environments(project).iter().map(|(id, _)| *id).find(|id| id != dev).unwrap();
    weakness::with(&[], || {
        two.apply(Change::Bind { environment: other, variable: "KEPT".to_owned(), secret }).unwrap();
        crate::together(two, relay);
    });
    let dropped = |rows: &mut Vec<Row>| {
        relaid(rows, |entries| entries.retain(|entry| !matches!(entry, Entry::Wrap(_))));
    };
    let added = |rows: &mut Vec<Row>| {
        relaid(rows, |entries| {
            let wrap = entries.iter().find_map(|entry| match entry {
                Entry::Wrap(wrap) => Some(wrap.clone()),
                _ => None,
            });
            let mut wrap = wrap.unwrap();
            wrap.wrap.scope = root;
            wrap.wrap.key = Wrapped::new(&[66; crypto::WRAP_LENGTH]).unwrap();
            entries.push(Entry::Wrap(wrap));
        });
    };
    served(&mut story, &[&dropped, &added])
}

/// The commits that have wraps with other entries, under the signatures that they had.
fn relaid(rows: &mut [Row], change: impl Fn(&mut Vec<Entry>)) {
    for (bytes, _) in rows {
        let commit = Commit::decode(bytes).unwrap();
        let mut entries = commit.entries().unwrap();
        if !entries.iter().any(|entry| matches!(entry, Entry::Wrap(_))) {
            continue;
        }
        change(&mut entries);
        let relaid = Unsigned::new(*commit.stamp(), &entries).unwrap().sign(*commit.signature()).encode();
        assert!(relaid != *bytes, "the control: they are other entries");
        *bytes = relaid;
    }
}

pub(super) fn withheld() -> Outcome {
    let Story { mut one, mut two, dev, relay } = Story::new();
    write(&mut two, &relay, (dev, "KEPT"), "canary-of-two");
    one.set(dev, "KEPT", "canary-of-one");
    let (before, there) = (seen(&one), relay.commits());
    let script = Script::new(|request| {
        let withhold =
            |rows: &mut Vec<Row>| rows.iter_mut().flat_map(|(_, blobs)| blobs).for_each(Vec::clear);
        Some(altered(honest(&relay, request)?, withhold))
    });
    let synced = script.sync(&mut one);
    holds!(synced == Err(RemoteError::Untrue), "{synced:?}");
    holds!(seen(&one) == before && relay.commits() == there, "something was taken or sent");
    holds!(comes_together(&mut one, &relay), "it does not come back");
    let secret = one.secret(dev, "KEPT");
    let beside = support::block_on(one.session.alternatives(secret)).unwrap();
    holds!(one.value(secret) == "canary-of-two" && beside.len() == 1, "one of the two values is lost");
    Ok(())
}
