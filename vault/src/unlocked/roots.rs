//! The account's root key, epoch by epoch.

use crypto::{RootKey, Wrapped};
use protocol::State;

use crate::session::Error;

/// An account's root key of every epoch up to the one that a device holds.
#[derive(Debug)]
pub(crate) struct Roots<'a> {
    current: &'a RootKey,
    /// Those before it, the latest first.
    older: Vec<RootKey>,
}

impl<'a> Roots<'a> {
    /// From the latest, by what the account's log keeps of those before.
    pub(crate) fn open(current: &'a RootKey, account: &State) -> Result<Self, Error> {
        let damaged = || Error::Damaged("account keys");
        let kept = account.account().map_or(&[][..], |account| &account.previous);
        let before = usize::try_from(current.epoch()).ok().and_then(|epoch| epoch.checked_sub(1));
        let kept = before.and_then(|before| kept.get(..before)).ok_or_else(damaged)?;
        let mut older: Vec<RootKey> = Vec::new();
        for wrapped in kept.iter().rev() {
            let wrapped = Wrapped::parse(wrapped.as_bytes()).map_err(|_| damaged())?;
            let next = older.last().unwrap_or(current);
            let key = next.unwrap_previous(&wrapped).map_err(|_| damaged())?;
            older.push(key);
        }
        Ok(Self { current, older })
    }

    /// That of an epoch.
    pub(crate) fn of(&self, epoch: u32) -> Option<&RootKey> {
        let mut all = std::iter::once(self.current).chain(&self.older);
        all.find(|key| key.epoch() == epoch)
    }
}
