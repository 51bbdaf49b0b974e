//! Taking the relay's log in the place of this device's from where they part, and making again behind it what was here alone
//! (`protocol/PROTOCOL.md` §10, Rejoin).

use protocol::{Commit, Entry, Head, Rejoin};
use rand_core::CryptoRngCore;

use super::Connection;
use super::ask::{Relay, RemoteError};
use super::sync::{Known, Side, Synced};
use crate::backup::CommitRow;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::act::ATTEMPTS;
use crate::session::found::device;
use crate::session::{Error, Session};

impl<S: Store> Session<S> {
    /// Ends a quarantine by what the relay has: takes its logs from where they part from this device's, and makes again behind
    /// them what was here alone; then brings the logs together. Each log is taken by one commit of the store.
    ///
    /// # Errors
    /// There is no quarantine; [`RemoteError::NoRejoin`]; or as [`Session::sync`].
    pub async fn rejoin<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.refresh().await?;
        self.apart_side().ok_or(Error::Gone)?;
        let mut synced = apart(self.look_again(relay, rng, now).await)?;
        // At most one after the other: the account's log says who may write in the vault's.
        for _ in [Side::Account, Side::Vault] {
            let Some(side) = self.apart_side() else { break };
            self.take_branch(side, relay, rng, now).await?;
            synced = apart(self.look_again(relay, rng, now).await)?;
        }
        Ok(synced)
    }

    /// Takes the relay's branch of a log.
    async fn take_branch<T: Transport>(
        &mut self,
        side: Side,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let (fork, rows) = match self.part(side, relay, Known::Yes, rng, now).await {
            Err(RemoteError::NotFound) => self.part(side, relay, Known::No, rng, now).await?,
            parts => parts?,
        };
        if rows.is_empty() {
            // The logs are the same, and lack what the account's tells of.
            let told = self.told();
            let change = |connection: Connection| connection.settled_on(side, told.as_ref());
            return Ok(self.set_connection(&change, rng).await?);
        }
        for _ in 0..ATTEMPTS {
            let Head { seq, hash, .. } = self.state(side).head();
            let left = Rejoin { seq, hash };
            let taken = match side {
                Side::Account => self.rebase_account((fork, &rows), Some(&left), rng, now).await,
                Side::Vault => self.rebase_vault((fork, &rows), Some(&left), rng, now).await,
            };
            if taken == Ok(true) {
                return Ok(());
            }
            let reloaded = self.reload().await;
            taken?;
            reloaded?;
        }
        Err(Error::Contended.into())
    }

    /// With a log at hand that has taken in the relay's branch: goes by that from now on, unless it leads on without this device.
    pub(super) fn settle_on(&mut self, side: Side) -> Result<(), RemoteError> {
        if self.state(side).device(self.author().device).is_some_and(|device| device.revoked) {
            return Err(RemoteError::NoRejoin);
        }
        let told = self.told();
        let connection = self.connection.take();
        self.connection = connection.map(|it| it.settled_on(side, told.as_ref()));
        Ok(())
    }

    /// What this device says first behind a branch that it took.
    pub(super) fn says(&self, side: Side, left: &Rejoin) -> Vec<Entry> {
        let author = self.author();
        let is_new = self.state(side).device(author.device).is_none();
        let own = is_new.then(|| Entry::Device(device(&self.keys.chain, author)));
        own.into_iter().chain([Entry::Rejoin(left.clone())]).collect()
    }
}

impl Connection {
    /// Out of quarantine, with the log of the relay as it is; what the account's log tells of the vault may be on the branch that
    /// is left.
    fn settled_on(mut self, side: Side, told: Option<&Head>) -> Self {
        self.quarantine = None;
        self.anchors[side as usize] = None;
        if side == Side::Vault {
            self.left = told.map(|told| (told.seq, *told.hash.as_bytes()));
        }
        self
    }

    /// Whether a head of the vault that the account's log tells of may be on a branch that this device left.
    pub(super) fn has_left(&self, told: &Head) -> bool {
        self.left == Some((told.seq, *told.hash.as_bytes()))
    }
}

/// Whether keys of the account were made anew in one of these commits.
pub(super) fn renews(rows: &[CommitRow]) -> Result<bool, Error> {
    for row in rows {
        let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("account"))?;
        let entries = commit.entries().map_err(|_| Error::Damaged("account"))?;
        if entries.iter().any(|entry| matches!(entry, Entry::ArkGrant(_))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A credential that waits comes first, and finds out by itself that the logs part.
fn apart(synced: Result<Synced, RemoteError>) -> Result<Synced, RemoteError> {
    if synced == Err(RemoteError::Apart) { Ok(Synced::Apart) } else { synced }
}
