//! What only an account's log takes (`LOG.md` §4, rules 19 and 20).

use super::{Fault, State};
use weakness::Weakness;

use crate::account::{ArkGrant, Credential};
use crate::id::DeviceId;
use crate::limit;

impl State {
    /// Rule 19.
    pub(super) fn set_credential(&mut self, entry: &Credential) -> Result<(), Fault> {
        let account = self.account.as_mut().ok_or(Fault::Misplaced)?;
        let last = account.credential.as_ref().map_or(0, |credential| credential.epoch);
        if Some(entry.epoch) != last.checked_add(1) || entry.ark_epoch != account.ark_epoch() {
            return Err(Fault::Epoch);
        }
        account.credential = Some(entry.clone());
        Ok(())
    }

    /// Rule 20.
    pub(super) fn grant_ark(&mut self, entry: &ArkGrant, own: DeviceId) -> Result<(), Fault> {
        let others =
            self.devices.iter().filter(|(id, device)| *id != own && !device.revoked).map(|(id, _)| id);
        let has_all = others.eq(entry.grants.iter().map(|grantee| grantee.device));
        let account = self.account.as_mut().ok_or(Fault::Misplaced)?;
        if Some(entry.epoch) != account.ark_epoch().checked_add(1) || entry.epoch > limit::EPOCHS {
            return Err(Fault::Epoch);
        }
        if !has_all && !weakness::has(Weakness::Granted) {
            return Err(Fault::Grantees);
        }
        account.previous.push(entry.previous.clone());
        account.grants.clone_from(&entry.grants);
        Ok(())
    }
}
