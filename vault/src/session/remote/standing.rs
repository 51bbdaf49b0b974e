//! How a vault and its relay stand, as far as this device knows without asking.

use protocol::{ActId, ById};
use rand_core::CryptoRngCore;

use super::Connection;
use super::quarantine::Quarantine;
use super::sync::Side;
use crate::model::Timestamp;
use crate::port::Store;
use crate::session::{Error, Session};

/// How often it is written that the logs are together, where nothing is exchanged: each is a write that other sessions of the
/// store take in.
const OFTEN: u64 = 3_600_000;

/// How a vault and its relay stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The relay's origin.
    pub origin: &'a str,
    /// Acts of this device that the relay has not acknowledged yet.
    pub waiting: usize,
    /// When the logs were together last, to the hour, or to the last exchange if that was later; `None` before the first time.
    pub together: Option<Timestamp>,
    /// Since when the relay's log is not the one it was, where it is not: nothing is exchanged with it.
    pub apart: Option<Timestamp>,
    /// Whether a copy of this device's store wrote as this device, and no person was told.
    pub is_copied: bool,
    /// Whether there is no kit that recovers the account: it was renewed, and nobody said that they have its codes.
    pub lacks_kit: bool,
    /// Whether another passphrase, kit or set of devices waits for the relay's answer.
    pub is_pending: bool,
    /// Whether such a change came to nothing, and no person was told.
    pub is_dropped: bool,
    /// Whether the account opens with another passphrase than this device.
    pub is_refused: bool,
}

impl<S: Store> Session<S> {
    /// How this vault and its relay stand; `None` where it is connected to none.
    pub fn standing(&self) -> Option<Standing<'_>> {
        let connection = self.connection.as_ref()?;
        let (origin, together) = (&*connection.origin, connection.together.map(Timestamp));
        let apart = connection.quarantine.as_ref().map(Quarantine::since);
        let lacks_kit = connection.is_held && self.account.recovery_key.is_none();
        let (is_copied, is_dropped) = (connection.is_copied, connection.is_dropped);
        let is_pending = connection.pending.is_some();
        let is_refused = connection.is_held && connection.epoch == 0;
        let waiting = self.waiting();
        Some(Standing {
            origin,
            waiting,
            together,
            apart,
            is_copied,
            lacks_kit,
            is_pending,
            is_dropped,
            is_refused,
        })
    }

    /// A person was told of the copy; of what one writes from now on they are told again.
    ///
    /// # Errors
    /// The store cannot.
    pub async fn know_copy(&mut self, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        self.set_connection(&|connection| Connection { is_copied: false, ..connection }, rng).await
    }

    /// A person was told of the change that came to nothing.
    ///
    /// # Errors
    /// The store cannot.
    pub async fn know_dropped(&mut self, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        self.set_connection(&|connection| Connection { is_dropped: false, ..connection }, rng).await
    }

    fn waiting(&self) -> usize {
        // The commit that founds the vault is nobody's act.
        let first = self.anchor(Side::Vault).map_or(1, |(seq, _)| seq + 1);
        let behind = self.vault.log.iter().skip(usize::try_from(first).unwrap_or(usize::MAX));
        let own = behind.filter(|logged| logged.device == self.author().device);
        let acts = own.map(|logged| logged.act).collect::<ById<ActId, ()>>().len();
        let settled = self.anchor(Side::Account).map_or(1, |(seq, _)| seq + 1);
        let head = self.state(Side::Account).next_seq();
        acts + usize::try_from(head.saturating_sub(settled)).unwrap_or(0)
    }

    /// Keeps that the logs are together at `now`.
    pub(super) async fn set_together(
        &mut self,
        now: Timestamp,
        was_exchanged: bool,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        let change = |connection: Connection| {
            let is_old = connection.together.is_none_or(|then| then.abs_diff(now.0) >= OFTEN);
            let together = if is_old || was_exchanged { Some(now.0) } else { connection.together };
            Connection { together, ..connection }
        };
        self.set_connection(&change, rng).await
    }
}
