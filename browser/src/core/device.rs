//! The devices of the account.

use super::convert::moment;
use super::scan::drawn;
use super::{Answer, Entropy, Open, life, refusal};
use crate::codes::Engine;
use desk::text;
use desk::{DeviceRow, Field, Hidden, Id, Problem, Refusal, Reply, Revoked, Setup};
use vault::DeviceId;
use vault::model::Timestamp;
use vault::session::{Error, MAX_NAME};

impl Open {
    pub(super) async fn devices(&mut self) -> Answer {
        let new = self.session.new_devices();
        let rows = self.session.devices().await.map_err(refusal::of)?;
        let rows = rows.into_iter().map(|row| DeviceRow {
            id: Id(*row.id.as_bytes()),
            new: new.contains(&row.id),
            name: row.name,
            own: row.is_own,
            added: row.added.map(moment),
            seen: row.seen.map(moment),
            revoked: row.is_revoked,
        });
        Ok(Reply::Devices(rows.collect()))
    }

    /// Those that nobody was shown here. It is asked after each change: where there are none, nothing is read.
    pub(super) async fn new_devices(&mut self) -> Answer {
        if self.session.new_devices().is_empty() {
            Ok(Reply::Devices(Vec::new()))
        } else {
            self.devices().await
        }
    }

    /// Calls a device something; this one, where none is named.
    pub(super) async fn name_device(&mut self, device: Option<Id>, name: &str, now: Timestamp) -> Answer {
        let device = device.map_or_else(|| self.session.device(), |id| DeviceId::new(id.0));
        let named = self.session.name_device(device, name.trim(), &mut Entropy, now).await;
        named.map(|()| Reply::Done).map_err(|error| match error {
            Error::TooMuch if name.trim().is_empty() => {
                Refusal::Invalid { field: Field::Name, problem: Problem::Empty }
            }
            Error::TooMuch => {
                let most = u32::try_from(MAX_NAME).unwrap_or(u32::MAX);
                Refusal::Invalid { field: Field::Name, problem: Problem::TooLong { most } }
            }
            other => refusal::of(other),
        })
    }

    /// The setup code alone: what a new device is added with, and no kit is replaced by.
    pub(super) async fn setup_code(&mut self, typed: Hidden, now: Timestamp) -> Answer {
        let (relay, typed) = (self.relay().await?, life::passphrase(typed));
        let code = self.session.setup_code(&relay.relay(), &typed, &mut Entropy, now).await;
        let code = code.map_err(refusal::of_remote)?;
        let picture = drawn(&code.scanned, &Engine).await;
        Ok(Reply::Setup(Setup { code: Hidden::new(code.typed.as_str().to_owned()), picture }))
    }

    /// What a person calls the device that wrote something.
    pub(super) async fn callers(&self) -> Result<impl Fn(DeviceId) -> String + use<>, Refusal> {
        let names = self.session.device_names().await.map_err(refusal::of)?;
        let (own, here) = (self.session.device(), self.local.settings.device.clone());
        Ok(move |id: DeviceId| match names.get(id) {
            Some(name) => name.clone(),
            None if id == own => here.clone(),
            None => text::device(&Id(*id.as_bytes()).to_string()),
        })
    }

    pub(super) async fn know_copy(&mut self) -> Answer {
        self.session.know_copy(&mut Entropy).await.map_err(refusal::of)?;
        Ok(Reply::Done)
    }

    pub(super) async fn know_dropped(&mut self) -> Answer {
        self.session.know_dropped(&mut Entropy).await.map_err(refusal::of)?;
        Ok(Reply::Done)
    }

    pub(super) async fn know_kit(&mut self) -> Answer {
        self.session.know_kit(&mut Entropy).await.map_err(refusal::of)?;
        Ok(Reply::Done)
    }

    pub(super) async fn know_devices(&mut self) -> Answer {
        self.session.know_devices(&mut Entropy).await.map_err(refusal::of)?;
        Ok(Reply::Done)
    }

    /// Takes a device out of the account, for good.
    pub(super) async fn revoke(&mut self, device: Id, typed: Hidden, now: Timestamp) -> Answer {
        let (relay, typed) = (self.relay().await?, life::passphrase(typed));
        let device = DeviceId::new(device.0);
        let kit = self.session.revoke(&relay.relay(), device, &typed, &mut Entropy, now).await;
        let kit = life::kit(&kit.map_err(|error| self.of_change(error))?).await;
        // The kit is shown whatever else could be.
        let readable = self.names_readable_by(device).await.ok();
        Ok(Reply::Revoked(Revoked { kit, readable }))
    }

    /// What a revoked device could read.
    pub(super) async fn readable(&mut self, device: Id) -> Answer {
        self.names_readable_by(DeviceId::new(device.0)).await.map(Reply::Readable)
    }

    async fn names_readable_by(&mut self, device: DeviceId) -> Result<Vec<String>, Refusal> {
        let secrets = self.session.readable_by(device).await.map_err(refusal::of)?;
        let model = self.session.model();
        let name = |id| {
            let secret = model.overview(id).or_else(|| model.deleted(id))?.as_secret()?;
            Some(secret.details.name.to_string())
        };
        Ok(secrets.into_iter().filter_map(name).collect())
    }
}
