//! Blobs that were not here when their commits came: the history that a first sync leaves for later, in log order, and what the
//! relay withheld (`protocol/PROTOCOL.md` §6). Some of them come with each sync.

use protocol::message::{Answer, BlobId, Route, Wanted};
use protocol::{Commit, Entry, Put};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use super::ask::{Relay, RemoteError, answer, wrong};
use crate::model::Timestamp;
use crate::port::{Batch, Span, Store, Transport};
use crate::session::act::LaidOut;
use crate::session::rebuild::take_late;
use crate::session::{Error, Session};
use crate::unlocked::{Overviews, Revision};

/// Bytes of commits with their blobs that are looked at together, unless one has more.
const SLICE: usize = 1024 * 1024;
/// Blobs of those, unless one commit has more: they are asked for at once.
const BLOBS: usize = 4_096;
/// How long what the relay did not give is left alone, in milliseconds.
const PATIENCE: u64 = 10 * 60_000;

/// Which blobs of the vault's log may not be here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Awaited {
    /// Those of the commits from this place on
    from: u64,
    /// up to before this one were not asked for yet.
    until: u64,
    /// The first and the last commit of which the relay did not give a blob.
    withheld: Option<(u64, u64)>,
    /// When that is asked for again, in milliseconds since 1970.
    again: u64,
}

impl Awaited {
    /// Those of all commits before this place.
    pub(super) fn before(until: u64) -> Self {
        Self { until, ..Self::default() }
    }

    /// The relay gave not all blobs of a commit.
    pub(super) fn withhold(&mut self, seq: u64) {
        let (first, last) = self.withheld.unwrap_or((seq, seq));
        self.withheld = Some((first.min(seq), last.max(seq)));
    }

    /// Whether there is something to ask for at `now`.
    fn is_due(&mut self, now: u64) -> bool {
        if let (true, Some((first, last))) = (self.from >= self.until, self.withheld)
            && (now >= self.again || self.again - now > PATIENCE)
        {
            *self = Self { from: first, until: last + 1, withheld: None, again: now + PATIENCE };
        }
        self.from < self.until
    }

    fn covers(&self, seq: u64) -> bool {
        (self.from..self.until).contains(&seq)
            || self.withheld.is_some_and(|(first, last)| (first..=last).contains(&seq))
    }
}

/// A blob that is not here.
struct Lacking {
    seq: u64,
    put: Put,
    span: Span,
}

impl<S: Store> Session<S> {
    /// Whether more of the vault's history comes with the next sync.
    pub fn awaits_history(&self) -> bool {
        self.connection.as_ref().is_some_and(|it| it.awaited.from < it.awaited.until)
    }

    /// Whether what does not open may be a blob of that commit that is still to come.
    pub(in crate::session) fn awaits(&self, seq: u64) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.awaited.covers(seq))
    }

    /// Asks for some of what is not here; how many blobs came.
    pub(super) async fn fetch_history<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<usize, RemoteError> {
        let Some(mut awaited) = self.connection.as_ref().map(|it| it.awaited) else { return Ok(0) };
        if !awaited.is_due(now.0) {
            return Ok(0);
        }
        let lacking = self.next_lacking(&mut awaited).await?;
        let mut late = Vec::with_capacity(lacking.len());
        let given = self.ask_for(&lacking, relay, rng, now).await?;
        for (it, blob) in lacking.iter().zip(given) {
            if it.put.is_of(&blob) {
                late.push((it, blob));
            } else {
                awaited.withhold(it.seq);
            }
        }
        let count = late.len();
        let stored = self.store_late(late, awaited, rng).await;
        if stored != Ok(true) {
            self.reload().await?;
        }
        Ok(if stored? { count } else { 0 })
    }

    /// What is lacking of the next slice that lacks something, if any does.
    async fn next_lacking(&self, awaited: &mut Awaited) -> Result<Vec<Lacking>, Error> {
        let commits = self.vault.commits(awaited.from);
        let most = usize::try_from(awaited.until - awaited.from).unwrap_or(usize::MAX);
        let mut rest = commits.get(..most).unwrap_or(&commits);
        while !rest.is_empty() {
            let (slice, others) = rest.split_at(slice(rest));
            let lacking = self.lacking(awaited.from, slice).await?;
            (awaited.from, rest) = (awaited.from + slice.len() as u64, others);
            if !lacking.is_empty() {
                return Ok(lacking);
            }
        }
        awaited.from = awaited.until;
        Ok(Vec::new())
    }

    async fn lacking(&self, from: u64, commits: &[(Span, Vec<Span>)]) -> Result<Vec<Lacking>, Error> {
        let rows = self.commit_rows(commits).await?;
        let mut lacking = Vec::new();
        for (seq, (row, (_, spans))) in (from..).zip(rows.iter().zip(commits)) {
            let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("log"))?;
            let entries = commit.entries().map_err(|_| Error::Damaged("log"))?;
            let puts = entries.iter().filter_map(Entry::as_put).zip(&row.blobs).zip(spans);
            let missing = puts.filter(|((put, blob), _)| blob.is_empty() && !self.is_forgotten(put));
            lacking.extend(missing.map(|((put, _), span)| Lacking { seq, put: put.clone(), span: *span }));
        }
        Ok(lacking)
    }

    fn is_forgotten(&self, put: &Put) -> bool {
        let part = self.vault.state.part(put.object, put.part);
        part.is_some_and(|part| part.is_forgotten(put.revision))
    }

    /// The blobs as the relay gives them, in that order.
    async fn ask_for<T: Transport>(
        &self,
        lacking: &[Lacking],
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Vec<Vec<u8>>, RemoteError> {
        let (route, mut given) = (Route::Blobs(self.vault.state.log()), Vec::with_capacity(lacking.len()));
        while let Some(rest) = lacking.get(given.len()..).filter(|rest| !rest.is_empty()) {
            let wanted = Wanted(rest.iter().map(|it| BlobId::of(&it.put)).collect());
            let body = self.asker().ask(relay, route, wanted.encode(), rng, now).await?;
            match answer(&body)? {
                Answer::Blobs(blobs) if (1..=rest.len()).contains(&blobs.len()) => {
                    given.extend(blobs.iter().map(|blob| blob.to_vec()));
                }
                Answer::Blobs(_) => return Err(RemoteError::Untrue),
                other => return Err(wrong(&other)),
            }
        }
        Ok(given)
    }

    /// Stores what came in the places that were kept for it; `false` if another session of this store was faster.
    async fn store_late(
        &mut self,
        late: Vec<(&Lacking, Vec<u8>)>,
        awaited: Awaited,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        self.is_ahead = true;
        let mut is_current = false;
        for (Lacking { put, .. }, blob) in &late {
            let revision = Revision { object: put.object, part: put.part, number: put.revision };
            if self.vault.current(put.object, put.part) == Some(revision) {
                is_current = true;
                take_late(&mut self.vault, &revision, blob);
            }
        }
        let mut batch = Batch { base: self.generation, ..Batch::default() };
        if is_current {
            // Segments tell of overviews and of damage; a record of the tail would not.
            self.end_tail();
            batch = self.batch(LaidOut { saves: Vec::new(), packs: Vec::new() }, &Overviews::new(), rng)?;
        }
        self.connection = self.connection.take().map(|it| super::Connection { awaited, ..it });
        batch.cells.push(self.connection_cell(rng)?);
        batch.late = late.into_iter().map(|(it, blob)| (it.span, blob)).collect();
        self.store_batch(batch).await
    }
}

/// How many commits are looked at together.
fn slice(commits: &[(Span, Vec<Span>)]) -> usize {
    let (mut bytes, mut blobs) = (0, 0);
    let fits = commits.iter().take_while(|(commit, spans)| {
        bytes += std::iter::once(commit).chain(spans).map(|span| span.length as usize).sum::<usize>();
        blobs += spans.len();
        bytes <= SLICE && blobs <= BLOBS
    });
    fits.count().max(1)
}
