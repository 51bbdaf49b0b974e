//! Until when a vault stays open without a touch: one time for every session of its store, so that a tab in use keeps the
//! others open, and one that slept through it finds itself locked before anything else.

use super::act::ATTEMPTS;
use super::{Error, Session};
use crate::model::Timestamp;
use crate::port::{Store, Stored};
use crate::record::DEADLINE;

/// What a session knows of it.
#[derive(Debug, Default)]
pub(super) struct Deadline {
    /// The store's record, as this session saw it last.
    record: Option<Vec<u8>>,
    at: Option<Timestamp>,
}

impl Deadline {
    /// For a session that opens now: what lies in the store is of a time before it.
    pub(super) fn opened(stored: &Stored) -> Self {
        Self { record: stored.cells.get(&DEADLINE).cloned(), at: None }
    }

    /// For a session that goes on where another was opened.
    pub(super) fn going_on(stored: &Stored) -> Self {
        let mut deadline = Self::default();
        deadline.take(stored);
        deadline
    }

    pub(super) fn is_past(&self, now: Timestamp) -> bool {
        self.at.is_some_and(|at| at <= now)
    }

    /// Takes in what another session set.
    pub(super) fn take(&mut self, stored: &Stored) {
        let record = stored.cells.get(&DEADLINE);
        if record != self.record.as_ref() {
            self.at = record.map(|bytes| read(bytes));
            self.record = record.cloned();
        }
    }
}

impl<S: Store> Session<S> {
    /// When every session of this store locks, if nobody moves that; `None`: never by itself.
    pub const fn deadline(&self) -> Option<Timestamp> {
        self.deadline.at
    }

    /// As [`Session::refresh`], where the deadline is not past.
    ///
    /// # Errors
    /// As there; [`Error::Locked`] at the deadline and after: the session is to be dropped.
    pub async fn refresh_at(&mut self, now: Timestamp) -> Result<bool, Error> {
        let is_new = self.refresh().await?;
        if self.deadline.is_past(now) { Err(Error::Locked) } else { Ok(is_new) }
    }

    /// Moves the deadline, for every session of the store. It holds here even where the store has no room for it.
    ///
    /// # Errors
    /// Another session asked for a lock, or the store cannot.
    pub async fn keep_open_until(&mut self, at: Option<Timestamp>) -> Result<(), Error> {
        let record = at.map(|at| at.0.to_le_bytes().to_vec());
        for _ in 0..ATTEMPTS {
            self.deadline.at = at;
            if self.write(vec![(DEADLINE, record.clone())]).await? {
                self.deadline.record = record;
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }
}

/// A record that says no time says that it is past.
fn read(record: &[u8]) -> Timestamp {
    record.try_into().map_or_else(|_| Timestamp::default(), |bytes| Timestamp(u64::from_le_bytes(bytes)))
}
