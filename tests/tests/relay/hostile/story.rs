//! Who is attacked: devices of an account that have the same, and the relay that they have it from.

use crypto::SetupCode;
use protocol::{Commit, LogId};
use vault::ObjectId;
use vault::memory::MemoryStore;
use vault::model::Overview;
use vault::session::Session;

use crate::account::{connected, enrol};
use crate::relay::InProcess;
use crate::support::{Device, PASSPHRASE, block_on, passphrase, rng};

/// Two devices that have the same: a project with a few secrets in its first environment.
pub(super) struct Story {
    pub(super) one: Device,
    pub(super) two: Device,
    pub(super) dev: ObjectId,
    pub(super) relay: InProcess,
}

impl Story {
    /// Begins it. Nobody leaves a check out so far.
    pub(super) fn new() -> Self {
        weakness::with(&[], || {
            let (mut one, dev, relay) = connected();
            one.set(dev, "KEPT", "canary-kept");
            crate::together(&mut one, &relay);
            let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
            crate::together(&mut two, &relay);
            crate::together(&mut one, &relay);
            Self { one, two, dev, relay }
        })
    }
}

/// Sets a value on a device and brings it to a relay.
pub(super) fn write(device: &mut Device, relay: &InProcess, (dev, name): (ObjectId, &str), value: &str) {
    weakness::with(&[], || {
        device.set(dev, name, value);
        crate::together(device, relay);
    });
}

/// Brings a device together with an honest relay, if it comes to that.
pub(super) fn comes_together(device: &mut Device, relay: &InProcess) -> bool {
    weakness::with(&[], || matches!(crate::sync(device, relay), Ok(vault::session::Synced::Together { .. })))
}

/// A device on a copy of what another one stores: what is done to it is not done to the other.
pub(super) fn twin(device: &Device) -> Device {
    let store = MemoryStore::new();
    device.store.tamper(|from| store.tamper(|to| *to = from.clone()));
    device.store.tamper_packs(|from| store.tamper_packs(|to| *to = from.clone()));
    let session = block_on(Session::unlock(store.clone(), &passphrase(PASSPHRASE))).unwrap();
    Device { session, store, kit: None, rng: rng(13) }
}

/// What a device shows: objects, and of secrets the value or that there is none to show.
#[derive(PartialEq)]
pub(super) struct Seen {
    objects: Vec<(ObjectId, Overview)>,
    values: Vec<Option<String>>,
}

pub(super) fn seen(device: &Device) -> Seen {
    let model = device.session.model();
    let value = |id| {
        let values = block_on(device.session.values(&[id])).ok()?;
        Some(values.into_iter().flatten().next()?.expose().to_owned())
    };
    Seen {
        objects: model.contents().map(|(id, overview)| (id, overview.clone())).collect(),
        values: model.secrets().map(|(id, _)| value(id)).collect(),
    }
}

/// The account's log.
pub(super) fn account(one: &Device) -> LogId {
    LogId::new(SetupCode::from_text(one.kit.as_ref().unwrap().setup.as_str()).unwrap().account)
}

/// The vault's commits at a relay, in order.
pub(super) fn vault_log(relay: &InProcess, account: LogId) -> Vec<Commit> {
    let commits = relay.commits();
    let commits = commits.iter().map(|bytes| Commit::decode(bytes).unwrap());
    commits.filter(|commit| commit.stamp().log != account).collect()
}
