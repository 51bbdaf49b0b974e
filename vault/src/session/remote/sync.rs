//! Bringing the account's log and the vault's together with a relay's (`protocol/PROTOCOL.md` §5, §6).
//!
//! What this device has and the relay lacks is sent as it was signed. What the relay has and this device lacks is verified,
//! opened and stored. Where each has what the other lacks, what this device wrote is made again behind what the relay has.
//! What waits and is sealed under keys that a revoked device has is made again before it is sent.
//! Where the relay's log is another than it was before, nothing is done: [`Synced::Apart`].

use protocol::message::{Answer, Bundle, Head, Route};
use protocol::{Commit, Entry, Hash, Part, Refusal, State};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::Connection;
use super::ask::{Asker, Relay, RemoteError, answer, introduction, wrong};
use super::credential::Anchor;
use super::enrol::row;
use super::meeting::{Link, Meeting};
use crate::backup::CommitRow;
use crate::model::Timestamp;
use crate::port::{Span, Store, Transport};
use crate::session::act::{ATTEMPTS, LaidOut};
use crate::session::found::device;
use crate::session::pack::Packs;
use crate::session::passphrase::Cells;
use crate::session::rebuild::open_overviews;
use crate::session::restore::lay_out;
use crate::session::{Error, Session};
use crate::unlocked::{Overviews, Roots, Saved, strict};

/// Commits read from the store at once to be sent.
pub(super) const SENT: usize = 16;

/// How the logs stand afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    /// They have the same heads.
    Together {
        /// Commits that were taken in, and blobs that came later than theirs.
        taken: usize,
        /// Commits that were sent.
        sent: usize,
        /// Commits among these that the relay had acknowledged or served before: it was behind.
        again: usize,
    },
    /// The relay's log is not the one that it acknowledged or served before. Nothing was changed once that was seen.
    Apart,
}

/// Which of the account's logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The account's own.
    Account,
    /// The vault's.
    Vault,
}

/// Whether a device is known to the relay, as far as it showed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    /// It introduces itself with each request.
    No,
}

impl<S: Store> Session<S> {
    /// Brings both logs and the relay's together, at `now`: the account's first, since it says who may write in the other.
    /// A credential that was not acknowledged yet goes before both.
    ///
    /// # Errors
    /// Why it did not come to that.
    pub async fn sync<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.refresh().await?;
        if self.is_quarantined(relay.origin) {
            return Ok(Synced::Apart);
        }
        self.come_together(relay, rng, now).await
    }

    /// Sends what waits in the vault's log, where the relay tells of everything else by its sockets: one request. Where there is
    /// more to it, as [`Self::sync`].
    ///
    /// # Errors
    /// As [`Self::sync`].
    pub async fn send_waiting<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.refresh().await?;
        let (from, next) = (self.next_to_settle(Side::Vault), self.vault.state.next_seq());
        if from < next && self.is_vault_alone_behind(relay.origin, rng).await? {
            self.expect_here(relay.origin).await?;
            let sent = match self.send((Side::Vault, from), relay, Known::Yes, rng, now).await {
                // Why, is found out below.
                Err(RemoteError::NotFound | RemoteError::Full) => 0,
                sent => sent?,
            };
            if sent as u64 == next - from {
                self.set_together(now, true, rng).await?;
                return Ok(Synced::Together { taken: 0, sent, again: 0 });
            }
        }
        self.sync(relay, rng, now).await
    }

    /// Whether nothing waits for this relay but what is in the vault's log behind the relay's word, and is sealed as the
    /// account's log asks for.
    async fn is_vault_alone_behind(
        &self,
        origin: &str,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, RemoteError> {
        let is_here = self.connected() == Some(origin) && !self.is_quarantined(origin);
        let is_settled = self.anchor(Side::Account) == Some(self.place(Side::Account))
            && self.anchor(Side::Vault).is_some()
            && self.pending_at(origin).is_none();
        Ok(is_here && is_settled && self.entries_to_follow(rng).await?.is_none())
    }

    /// The same, whether the vault is in quarantine or not.
    pub(super) async fn come_together<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        self.settle_pending(relay, rng, now).await?;
        self.expect_here(relay.origin).await?;
        let mut all = (0, 0, 0);
        let is_same = self.has_nothing_new(relay, rng, now).await?;
        let mut sides = if is_same { Vec::new() } else { vec![Side::Account, Side::Vault] };
        loop {
            let mut is_full = false;
            for side in sides.drain(..) {
                match self.sync_log(side, relay, rng, now).await {
                    Ok(Synced::Together { taken, sent, again }) => {
                        all = (all.0 + taken, all.1 + sent, all.2 + again);
                        self.set_anchor(side, self.place(side), rng).await?;
                    }
                    Ok(Synced::Apart) => return Ok(Synced::Apart),
                    // A relay that has no room for what is here still has what is new of the other log.
                    Err(RemoteError::Full) => is_full = true,
                    Err(error) => return Err(error),
                }
                self.expect_here(relay.origin).await?;
            }
            if let Some(from) = self.parts_from_told().await? {
                self.quarantine((Side::Vault, from), &[], rng, now).await?;
                return Ok(Synced::Apart);
            }
            if is_full {
                return Err(RemoteError::Full);
            }
            if self.follow_account(rng, now).await? {
                sides.push(Side::Vault);
            }
            if self.give_sign_of_life(rng, now).await? {
                sides.push(Side::Account);
            }
            if sides.is_empty() {
                break;
            }
        }
        self.learn_recovery(relay, rng, now).await?;
        let late = self.fetch_history(relay, rng, now).await?;
        self.set_together(now, all.0 + all.1 > 0, rng).await?;
        Ok(Synced::Together { taken: all.0 + late, sent: all.1, again: all.2 })
    }

    /// Where an acknowledged commit of the account's log says that it is elsewhere, nothing more is exchanged with this relay.
    async fn expect_here(&mut self, origin: &str) -> Result<(), RemoteError> {
        let is_connected = self.connected() == Some(origin);
        let head = self.state(Side::Account).head();
        let is_settled = self.anchor(Side::Account).is_some_and(|(seq, _)| seq == head.seq);
        match if is_connected && is_settled { self.moved().await? } else { None } {
            Some(origin) => Err(RemoteError::Moved(origin)),
            None => Ok(()),
        }
    }

    pub(super) async fn sync_log<T: Transport>(
        &mut self,
        side: Side,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, RemoteError> {
        let (mut taken, mut sent, mut again, mut known) = (0, 0, 0, Known::Yes);
        let (mut stalled, mut next) = (0, 0);
        // A relay that tells of commits and gives none, has room for one and takes none, or wants one twice, is left.
        while stalled < ATTEMPTS {
            self.refresh().await?;
            let state = self.state(side);
            let route = Route::Pull { log: state.log(), from: state.next_seq() };
            let body = self.asker_as(known).ask(relay, route, Vec::new(), rng, now).await?;
            let from = match answer(&body)? {
                Answer::NotFound if known == Known::Yes => {
                    known = Known::No;
                    continue;
                }
                Answer::NotFound => 0,
                Answer::Pulled { head, bundles } if bundles.is_empty() => {
                    match self.meet(side, head).await? {
                        Meeting::Same => return Ok(Synced::Together { taken, sent, again }),
                        Meeting::Untrue | Meeting::Ahead => return Err(RemoteError::Untrue),
                        Meeting::Behind { from } => from,
                        Meeting::Apart => match self.rebase(side, relay, known, rng, now).await? {
                            Some(more) => {
                                (taken, stalled) = (taken + more, if more == 0 { stalled + 1 } else { 0 });
                                continue;
                            }
                            None => return Ok(Synced::Apart),
                        },
                    }
                }
                Answer::Pulled { bundles, .. } => {
                    let more = match self.take(side, &bundles, rng).await? {
                        Some(more) => Some(more),
                        None => self.rebase(side, relay, known, rng, now).await?,
                    };
                    let Some(more) = more else { return Ok(Synced::Apart) };
                    (taken, stalled) = (taken + more, if more == 0 { stalled + 1 } else { 0 });
                    continue;
                }
                other => return Err(wrong(&other)),
            };
            if from < next && !weakness::has(Weakness::Asked) {
                return Err(RemoteError::Untrue);
            }
            if side == Side::Vault && self.seal_waiting_again(from, rng, now).await? {
                stalled += 1;
                continue;
            }
            let acknowledged = self.next_to_settle(side);
            let more = self.send((side, from), relay, known, rng, now).await?;
            again += usize::try_from(acknowledged.saturating_sub(from)).map_or(more, |lost| lost.min(more));
            (sent, stalled) = (sent + more, if more == 0 { stalled + 1 } else { 0 });
            next = from + more as u64;
        }
        Err(RemoteError::Untrue)
    }

    /// Keeps what the relay acknowledged.
    async fn set_anchor(
        &mut self,
        side: Side,
        anchor: Anchor,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), Error> {
        let change = |mut connection: Connection| {
            connection.advance(side, anchor);
            connection
        };
        self.set_connection(&change, rng).await
    }

    /// Moves the anchor on to what the relay served, which is not stored here yet. Everything that this device signs is stored
    /// before it is sent: what is signed as this device and comes from there is by a copy of the store, or by what the store was
    /// before it was put back.
    pub(super) fn advance_to(&mut self, side: Side, rows: &[CommitRow]) -> Result<(), RemoteError> {
        let own = self.author().device;
        let Some(connection) = &mut self.connection else { return Ok(()) };
        for row in rows {
            let commit = Commit::decode(&row.commit).map_err(|_| RemoteError::Untrue)?;
            connection.advance(side, (commit.stamp().seq, *commit.hash().as_bytes()));
            connection.is_copied |= commit.stamp().device == own;
        }
        Ok(())
    }

    /// The cell of the connection with what the relay served, to be stored with it.
    pub(super) fn served_cells(
        &mut self,
        side: Side,
        rows: &[CommitRow],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Cells, RemoteError> {
        self.advance_to(side, rows)?;
        if self.connection.is_none() { Ok(Vec::new()) } else { Ok(vec![self.connection_cell(rng)?]) }
    }

    pub(super) fn anchor(&self, side: Side) -> Option<Anchor> {
        self.connection.as_ref().and_then(|connection| connection.anchors[side as usize])
    }

    /// The place behind what the relay acknowledged or served.
    fn next_to_settle(&self, side: Side) -> u64 {
        self.anchor(side).map_or(0, |(seq, _)| seq + 1)
    }

    /// Where this device's log ends.
    pub(super) fn place(&self, side: Side) -> Anchor {
        let head = self.state(side).head();
        (head.seq, *head.hash.as_bytes())
    }

    pub(super) const fn state(&self, side: Side) -> &State {
        match side {
            Side::Account => &self.account.state,
            Side::Vault => &self.vault.state,
        }
    }

    /// Where every commit lies from `from` on.
    pub(super) fn commits(&self, side: Side, from: u64) -> Vec<(Span, Vec<Span>)> {
        match side {
            Side::Account => {
                let commits = usize::try_from(from).ok().and_then(|from| self.account.commits.get(from..));
                commits.unwrap_or_default().to_vec()
            }
            Side::Vault => self.vault.commits(from),
        }
    }

    /// How the relay's head stands to this device's log, where nothing follows that.
    pub(super) async fn meet(&self, side: Side, head: Head) -> Result<Meeting, Error> {
        let own = self.state(side).head();
        let there = if head.seq < own.seq { Some(self.hash(side, head.seq).await?) } else { None };
        Ok(Meeting::at_head((own.seq, own.hash), (head.seq, head.hash), there))
    }

    /// The hash of a stored commit.
    pub(super) async fn hash(&self, side: Side, seq: u64) -> Result<Hash, Error> {
        let damaged = || Error::Damaged("log");
        let place = usize::try_from(seq).ok();
        let span = match side {
            Side::Account => place.and_then(|place| self.account.commits.get(place)).map(|(span, _)| *span),
            Side::Vault => place.and_then(|place| self.vault.log.get(place)).map(|logged| logged.span),
        };
        let read = self.store.read(&[span.ok_or_else(damaged)?]).await?;
        let bytes = read.into_iter().next().flatten().ok_or_else(damaged)?;
        Ok(Commit::decode(&bytes).map_err(|_| damaged())?.hash())
    }

    /// Sends what this device has from a place on, until the relay has something else there.
    async fn send<T: Transport>(
        &mut self,
        (side, from): (Side, u64),
        relay: &Relay<'_, T>,
        known: Known,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<usize, RemoteError> {
        let mut sent: usize = 0;
        for some in self.commits(side, from).chunks(SENT) {
            let (rows, before) = (self.commit_rows(some).await?, sent);
            let mut goes_on = Ok(true);
            for row in &rows {
                goes_on = self.append((side, row), relay, known, rng, now).await;
                if goes_on != Ok(true) {
                    break;
                }
                sent += 1;
            }
            // What it acknowledged it may not take back, whatever comes next.
            if let Some(last) = (sent - before).checked_sub(1).and_then(|last| rows.get(last)) {
                let commit = Commit::decode(&last.commit).map_err(|_| Error::Damaged("log"))?;
                let anchor = (commit.stamp().seq, *commit.hash().as_bytes());
                self.set_anchor(side, anchor, rng).await?;
            }
            if !goes_on? {
                break;
            }
        }
        Ok(sent)
    }

    /// Sends one commit; `false` if the relay has something else at its place.
    pub(super) async fn append<T: Transport>(
        &self,
        (side, row): (Side, &CommitRow),
        relay: &Relay<'_, T>,
        known: Known,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        let blobs = row.blobs.iter().map(Vec::as_slice).collect();
        let append = Bundle { commit: &row.commit, blobs }.encode();
        let route = Route::Append(self.state(side).log());
        match answer(&self.asker_as(known).ask(relay, route, append, rng, now).await?)? {
            Answer::Appended(_) => Ok(true),
            Answer::Stale(_) => Ok(false),
            other => Err(wrong(&other)),
        }
    }

    /// Takes in what follows this device's head, and stores it; `None` if it follows another.
    pub(super) async fn take(
        &mut self,
        side: Side,
        bundles: &[Bundle<'_>],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Option<usize>, RemoteError> {
        let rows: Vec<CommitRow> = bundles.iter().map(row).collect();
        for _ in 0..ATTEMPTS {
            let mut packs = Packs::new(self.vault.next_pack);
            let saves = lay_out(&rows, &mut packs).map_err(served)?;
            let head = self.state(side).head();
            let first = saves.first().filter(|first| first.commit.stamp().log == head.log);
            let first = Link::of(&first.ok_or(RemoteError::Untrue)?.commit);
            match Meeting::at_next((head.seq, head.hash), &first) {
                Meeting::Ahead => {}
                Meeting::Apart => return Ok(None),
                _ => return Err(RemoteError::Untrue),
            }
            self.is_ahead = true;
            let stored = match side {
                Side::Account => self.store_in_account(&saves, &rows, packs, rng).await,
                Side::Vault => self.store_in_vault(saves, &rows, packs, rng).await,
            };
            if stored == Ok(true) {
                return Ok(Some(bundles.len()));
            }
            let reloaded = self.reload().await;
            stored?;
            reloaded?;
            if self.state(side).head() != head {
                // Another session of this store brought it further.
                return Ok(Some(0));
            }
        }
        Err(Error::Contended.into())
    }

    async fn store_in_account(
        &mut self,
        saves: &[Saved],
        rows: &[CommitRow],
        packs: Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, RemoteError> {
        self.account.absorb(saves).map_err(refused)?;
        let mut cells = self.served_cells(Side::Account, rows, rng)?;
        cells.extend(self.take_keys(rows, rng).await?);
        Ok(self.store_account(packs, cells, rng).await?)
    }

    async fn store_in_vault(
        &mut self,
        saves: Vec<Saved>,
        rows: &[CommitRow],
        packs: Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, RemoteError> {
        let overviews = self.absorb_all(&saves, rows)?;
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        let mut batch = self.batch(LaidOut { saves, packs }, &overviews, rng)?;
        batch.cells.extend(self.served_cells(Side::Vault, rows, rng)?);
        Ok(self.store_batch(batch).await?)
    }

    /// Takes commits into the vault at hand, and says which overviews they put.
    pub(super) fn absorb_all(
        &mut self,
        saves: &[Saved],
        rows: &[CommitRow],
    ) -> Result<Overviews, RemoteError> {
        let roots = Roots::open(&self.keys.chain.root, &self.account.state)?;
        let (mut put, mut is_renewed) = (Vec::new(), false);
        for (saved, row) in saves.iter().zip(rows) {
            // Nothing but the relay can have made it so: it was asked for what follows.
            self.vault.absorb(saved, &Overviews::new(), &strict).map_err(served)?;
            is_renewed |= !self.vault.scopes.is_current(&self.vault.state);
            self.vault.follow(&roots).map_err(served)?;
            open_overviews(&mut self.vault, &saved.commit, &row.blobs)?;
            if let Some(connection) = &mut self.connection
                && row.blobs.iter().any(Vec::is_empty)
            {
                connection.awaited.withhold(saved.commit.stamp().seq);
            }
            let entries = saved.commit.entries().map_err(|_| RemoteError::Untrue)?;
            let overviews = entries.iter().filter_map(Entry::as_put).filter(|it| it.part == Part::Overview);
            put.extend(overviews.map(|it| it.object));
        }
        if is_renewed || self.vault.damage.objects().next().is_some() {
            // A tail is opened by the keys of the segments before it, and does not keep what is known of damage.
            self.end_tail();
        }
        let model = &self.vault.model;
        let overview = |id| Some((id, model.overview(id).or_else(|| model.deleted(id))?.clone()));
        Ok(put.into_iter().filter_map(overview).collect())
    }

    /// This device, as one that the relay knows.
    pub(super) const fn asker(&self) -> Asker<'_> {
        Asker { author: self.author(), keys: &self.keys.chain.device, introduction: None }
    }

    pub(super) fn asker_as(&self, known: Known) -> Asker<'_> {
        let entry = (known == Known::No).then(|| device(&self.keys.chain, self.author()));
        Asker { introduction: entry.as_ref().map(introduction), ..self.asker() }
    }
}

/// What it means that the log does not take what was served.
pub(super) fn refused(refusal: Refusal) -> RemoteError {
    match refusal {
        Refusal::NeedsUpdate(_) => RemoteError::NeedsUpdate,
        Refusal::Rejected(_) => RemoteError::Untrue,
    }
}

/// What it means that served commits cannot be laid out or taken in.
pub(super) fn served(error: Error) -> RemoteError {
    match error {
        Error::NewerVersion => RemoteError::NeedsUpdate,
        Error::Damaged(_) => RemoteError::Untrue,
        other => other.into(),
    }
}
