//! Making this device's commits again behind what others wrote, where both went on.

mod account;
mod vault;

use protocol::{Commit, Entry, Hash, Undecodable};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError};
use super::enrol::pull_all;
use super::meeting::{Link, fork, unsettled};
use super::sync::{Known, Side};
use crate::backup::CommitRow;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::{Error, Session};

impl<S: Store> Session<S> {
    /// Makes this device's commits again behind the relay's, from where the logs fork on: how many were taken in. `None` if
    /// they fork before the anchor, or other devices wrote some of what would be made again.
    pub(super) async fn rebase<T: Transport>(
        &mut self,
        side: Side,
        relay: &Relay<'_, T>,
        known: Known,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Option<usize>, RemoteError> {
        let anchor = self.anchor(side).map(|(seq, hash)| (seq, Hash::new(hash)));
        let (from, log) = (unsettled(anchor), self.state(side).log());
        let rows = pull_all(&self.asker_as(known), relay, (log, from), rng, now).await?;
        let own = links(&self.commit_rows(&self.commits(side, from)).await?);
        let own = own.map_err(|_| Error::Damaged("log"))?;
        let served = links(&rows).map_err(|_| RemoteError::Untrue)?;
        let Some(fork) = fork(anchor, &own, &served, self.author().device) else {
            let (from, there) = self.part(side, relay, known, rng, now).await?;
            if there.is_empty() {
                // It told of another log, and shows this one.
                return Err(RemoteError::Untrue);
            }
            self.quarantine((side, from), &there, rng, now).await?;
            return Ok(None);
        };
        let rest = usize::try_from(fork - from).ok().and_then(|same| rows.get(same..)).unwrap_or_default();
        if rest.is_empty() {
            // Nothing to make anything again behind.
            return Ok(Some(0));
        }
        let rebased = match side {
            Side::Account => self.rebase_account((fork, rest), None, rng, now).await,
            Side::Vault => self.rebase_vault((fork, rest), None, rng, now).await,
        };
        if rebased == Ok(true) {
            return Ok(Some(rest.len()));
        }
        let reloaded = self.reload().await;
        rebased?;
        reloaded?;
        Ok(Some(0))
    }
}

/// Where served or stored commits stand.
pub(super) fn links(rows: &[CommitRow]) -> Result<Vec<Link>, Undecodable> {
    rows.iter().map(|row| Commit::decode(&row.commit).map(|commit| Link::of(&commit))).collect()
}

fn entries(commit: &Commit) -> Result<Vec<Entry>, Error> {
    commit.entries().map_err(|_| Error::Damaged("log"))
}
