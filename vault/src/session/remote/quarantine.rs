//! A relay whose log is not the one it was: that is stored, and nothing is asked of it or sent to it until a person says so
//! (`protocol/PROTOCOL.md` §10).

use protocol::Commit;
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Connection;
use super::ask::{Relay, RemoteError};
use super::credential::Anchor;
use super::enrol::pull_all;
use super::sync::{Known, Side, Synced, refused};
use crate::backup::CommitRow;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::restore::fold_rows;
use crate::session::{Error, Session};
use crate::unlocked::strict;

/// Bytes of the relay's commits that are kept.
const KEPT: usize = 64 * 1024;
/// Where logs part is looked for first so many commits before the anchor.
const NEAR: u64 = 64;
const MAGIC: [u8; 8] = *b"TACITEVI";
const VERSION: u8 = 1;

/// What is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quarantine {
    since: u64,
    /// Whether the vault's logs part; else the account's do.
    is_vault: bool,
    /// The first place at which they do.
    from: u64,
    /// The relay's commits from there on.
    there: Vec<Vec<u8>>,
}

/// Magic, version, origin, log, anchor, place, commits here, commits there.
type Evidence<'a> = ([u8; 8], u8, &'a str, [u8; 16], Option<Anchor>, u64, Vec<Vec<u8>>, &'a [Vec<u8>]);

impl Quarantine {
    pub(super) const fn since(&self) -> Timestamp {
        Timestamp(self.since)
    }

    const fn side(&self) -> Side {
        if self.is_vault { Side::Vault } else { Side::Account }
    }
}

impl<S: Store> Session<S> {
    /// Both branches as a file (`protocol/PROTOCOL.md` §10), in which there is neither a name nor a value.
    ///
    /// # Errors
    /// There is no quarantine, the log is damaged, or the store cannot.
    pub async fn evidence(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let connection = self.connection.as_ref().ok_or(Error::Gone)?;
        let quarantine = connection.quarantine.as_ref().ok_or(Error::Gone)?;
        let side = quarantine.side();
        let here = self.commit_rows(&self.commits(side, quarantine.from)).await?;
        let here = here.into_iter().map(|row| row.commit).collect();
        let (log, anchor) = (*self.state(side).log().as_bytes(), self.anchor(side));
        let (origin, there) = (&*connection.origin, &*quarantine.there);
        let evidence: Evidence<'_> = (MAGIC, VERSION, origin, log, anchor, quarantine.from, here, there);
        Ok(Zeroizing::new(postcard::to_allocvec(&evidence).map_err(|_| Error::TooMuch)?))
    }

    /// Brings the logs together, if the relay's is again the one it was, which ends a quarantine. Where that does not come about
    /// it stays as it is, with its evidence.
    ///
    /// # Errors
    /// As [`Session::sync`].
    pub async fn look_again<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.refresh().await?;
        let met = self.come_together(relay, rng, now).await;
        // Where the account is elsewhere, what this relay has is nothing to it.
        if matches!(met, Ok(Synced::Together { .. }) | Err(RemoteError::Moved(_))) {
            self.set_connection(&|connection| Connection { quarantine: None, ..connection }, rng).await?;
        }
        met
    }

    /// Whether nothing is to be exchanged with the relay of that origin.
    pub(super) fn is_quarantined(&self, origin: &str) -> bool {
        let connection = self.connection.as_ref().filter(|connection| connection.origin == origin);
        connection.is_some_and(|connection| connection.quarantine.is_some())
    }

    /// Whether this vault is in quarantine.
    pub(in crate::session) fn is_apart(&self) -> bool {
        self.apart_side().is_some()
    }

    /// Which log is in quarantine.
    pub(super) fn apart_side(&self) -> Option<Side> {
        self.connection.as_ref()?.quarantine.as_ref().map(Quarantine::side)
    }

    /// The first place at which the relay's log parts from this device's, and the relay's commits from there on, of which the
    /// first is provably by a device of the log: anything else is no branch of it. None where all that the relay has is here.
    pub(super) async fn part<T: Transport>(
        &self,
        side: Side,
        relay: &Relay<'_, T>,
        known: Known,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(u64, Vec<CommitRow>), RemoteError> {
        let (log, own) = (self.state(side).log(), self.commit_rows(&self.commits(side, 0)).await?);
        let anchor = self.anchor(side).map_or(0, |(seq, _)| seq);
        for from in [anchor.saturating_sub(NEAR), 0] {
            let mut there = pull_all(&self.asker_as(known), relay, (log, from), rng, now).await?;
            let here = own.iter().skip(usize::try_from(from).unwrap_or(usize::MAX));
            let same = here.zip(&there).take_while(|(own, row)| own.commit == row.commit).count();
            if same == 0 && from > 0 {
                continue;
            }
            let from = from + same as u64;
            if from == 0 {
                break;
            }
            let before = own.get(..usize::try_from(from).unwrap_or(usize::MAX)).unwrap_or_default();
            let there = there.split_off(same);
            if let Some(first) = there.first() {
                let first = Commit::decode(&first.commit).map_err(|_| RemoteError::Untrue)?;
                fold_rows(before)?.accept(&first, &strict).map_err(refused)?;
            }
            return Ok((from, there));
        }
        Err(RemoteError::Untrue)
    }

    /// Keeps that a log of the relay parts from this device's at a place; `rows` are the relay's from there on.
    pub(super) async fn quarantine(
        &mut self,
        (side, from): (Side, u64),
        rows: &[CommitRow],
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut room = KEPT;
        let kept = rows.iter().map_while(|row| {
            room = room.checked_sub(row.commit.len())?;
            Some(row.commit.clone())
        });
        let there = kept.collect();
        let quarantine = Quarantine { since: now.0, is_vault: side == Side::Vault, from, there };
        let change =
            |connection: Connection| Connection { quarantine: Some(quarantine.clone()), ..connection };
        self.set_connection(&change, rng).await
    }
}
