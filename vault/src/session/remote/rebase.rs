//! Making this device's commits again behind what others wrote, where both went on.

mod account;
mod vault;

use protocol::{Commit, Entry};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError};
use super::credential::Anchor;
use super::enrol::pull_all;
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
        let anchor = self.connection.as_ref().and_then(|connection| connection.anchors[side as usize]);
        let (from, log) = (anchor.map_or(0, |(seq, _)| seq + 1), self.state(side).log());
        let rows = pull_all(&self.asker_as(known), relay, (log, from), rng, now).await?;
        let own = self.commit_rows(&self.commits(side, from)).await?;
        let same = own.iter().zip(&rows).take_while(|(own, row)| own.commit == row.commit).count();
        let (fork, rest) = (from + same as u64, rows.get(same..).unwrap_or_default());
        let mut remade = own.iter().skip(same).map(|row| Commit::decode(&row.commit));
        let is_own = remade.all(|it| it.is_ok_and(|it| it.stamp().device == self.author().device));
        if fork == 0 || !is_own || !follows(&rows, anchor)? {
            return Ok(None);
        }
        if rest.is_empty() {
            // Nothing to make anything again behind.
            return Ok(Some(0));
        }
        let rebased = match side {
            Side::Account => self.rebase_account(fork, rest, rng).await,
            Side::Vault => self.rebase_vault(fork, rest, rng).await,
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

/// Whether what a relay serves goes on from where its log was.
fn follows(rows: &[CommitRow], anchor: Option<Anchor>) -> Result<bool, RemoteError> {
    let Some((_, hash)) = anchor else { return Ok(true) };
    let Some(first) = rows.first() else { return Ok(false) };
    let first = Commit::decode(&first.commit).map_err(|_| RemoteError::Untrue)?;
    Ok(*first.stamp().prev.as_bytes() == hash)
}

fn entries(commit: &Commit) -> Result<Vec<Entry>, Error> {
    commit.entries().map_err(|_| Error::Damaged("log"))
}
