//! An act: decided on the current state, sealed, signed, stored as one batch.

use protocol::{ActId, DeviceId, Fields, LogId, ObjectId, Part, Stamp};
use rand_core::CryptoRngCore;

use super::found::{Author, draw, first_stamp, sign};
use super::pace::{Pace, Unpaced};
use super::pack::Packs;
use super::seal::{self, Bases, Piece, Sealer, Sealing};
use super::{Applied, Error, Session};
use crate::cache::{self, TAIL_CAPACITY};
use crate::change::{self, Change};
use crate::model::{Edit, Position, Timestamp};
use crate::port::{Batch, Committed, Store};
use crate::record::MANIFEST;
use crate::unlocked::{Overviews, Saved, strict};

/// How often an act is made again because another session was faster.
pub(super) const ATTEMPTS: usize = 8;

/// Edits sealed between two looks at the pace: some 10 ms of work.
const SLICE: usize = 64;

/// Commits as they will be stored.
pub(super) struct LaidOut {
    pub(super) saves: Vec<Saved>,
    pub(super) packs: Vec<(u64, Vec<u8>)>,
}

impl<S: Store> Session<S> {
    /// Does `change`: one act, all of it or none.
    ///
    /// # Errors
    /// The change breaks a rule, somebody else changed the same at the same time, or the store cannot.
    pub async fn apply(
        &mut self,
        change: Change,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Applied, Error> {
        self.apply_paced(change, &mut Unpaced, rng, now).await
    }

    /// Does `change` as [`Session::apply`] does, in slices, as `pace` has it.
    ///
    /// # Errors
    /// The same, and where `pace` calls it off.
    pub async fn apply_paced(
        &mut self,
        change: Change,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Applied, Error> {
        self.refresh().await?;
        let edits = change::edits(self.model(), change, rng, now)?;
        self.save(&edits, pace, rng, now).await
    }

    /// Stores edits as one act. If another session was faster they are sealed again on what it left, as long as it
    /// touched other objects.
    pub(super) async fn save(
        &mut self,
        edits: &[Edit],
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Applied, Error> {
        let touched: Vec<_> = edits.iter().map(Edit::object).collect();
        if edits.is_empty() {
            return Ok(Applied { act: None, touched });
        }
        let act = ActId::new(draw(rng));
        let decided_on = self.revisions(edits);
        for _ in 0..ATTEMPTS {
            let saved = self.try_save(edits, act, pace, rng, now).await;
            if saved == Ok(true) {
                return Ok(Applied { act: Some(act), touched });
            }
            let reloaded = self.reload().await;
            saved?;
            reloaded?;
            if self.revisions(edits) != decided_on {
                break;
            }
        }
        Err(Error::Contended)
    }

    /// Does the edits to the vault at hand and stores them; `false` if another session was faster. Whatever else than
    /// `true` comes of it, the vault at hand is ahead of the store then.
    async fn try_save(
        &mut self,
        edits: &[Edit],
        act: ActId,
        pace: &mut impl Pace,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let bases = self.bases(edits).await?;
        self.is_ahead = true;
        let moved = self.vault.model.moved(edits);
        edits.iter().for_each(|edit| self.vault.model.absorb(edit, Position::default()));
        let mut sealer = Sealer::new(&self.vault, &bases, rng);
        edits.iter().try_for_each(|edit| sealer.make_scopes(edit))?;
        for (slice, some) in edits.chunks(SLICE).enumerate() {
            if slice > 0 && !pace.goes_on(slice * SLICE, edits.len()).await {
                return Err(Error::CalledOff);
            }
            some.iter().try_for_each(|edit| sealer.seal_edit(edit))?;
        }
        let Sealing { pieces, overviews } = sealer.finish(edits, moved)?;
        let mut packs = Packs::new(self.vault.next_pack);
        let saves = self.lay_out(pieces, &overviews, self.stamp(act, now), &mut packs)?;
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        let batch = self.batch(LaidOut { saves, packs }, &overviews, rng)?;
        self.store_batch(batch).await
    }

    /// Stores what the vault at hand has taken in; `false` if another session was faster.
    pub(super) async fn store_batch(&mut self, batch: Batch) -> Result<bool, Error> {
        let before = if batch.segments.is_some() { 0 } else { self.tail };
        let tail = before + batch.tail.as_ref().map_or(0, Vec::len);
        match self.store.commit(batch).await? {
            Committed::Stale => Ok(false),
            Committed::Stored(generation) => {
                (self.generation, self.tail, self.is_ahead) = (generation, tail, false);
                Ok(true)
            }
        }
    }

    /// The fields that edits build on.
    async fn bases(&self, edits: &[Edit]) -> Result<Bases, Error> {
        let wanted = seal::bases(&self.vault, edits);
        let revisions: Vec<_> = wanted.iter().map(|base| base.revision).collect();
        let mut bases = Bases::new();
        for (base, opened) in wanted.into_iter().zip(self.open_each(&revisions).await?) {
            let fields = match opened {
                Some(Err(Error::Damaged(_) | Error::NotHere)) if !base.is_all => Some(Fields::new()),
                opened => opened.transpose()?,
            };
            let at = base.revision;
            bases.get_or_default(at.object).extend(fields.map(|fields| (at, fields)));
        }
        Ok(bases)
    }

    /// Signs the commits of an act and takes them in; `stamp` says of them what is not their places.
    pub(super) fn lay_out(
        &mut self,
        pieces: Vec<Piece>,
        overviews: &Overviews,
        stamp: Stamp,
        packs: &mut Packs,
    ) -> Result<Vec<Saved>, Error> {
        let commits = seal::split(pieces);
        let parts = u16::try_from(commits.len()).map_err(|_| Error::TooMuch)?;
        let mut saves = Vec::with_capacity(commits.len());
        for (part, pieces) in (1..).zip(&commits) {
            let entries = seal::entries(&self.vault, pieces);
            let stamp = seal::next_stamp(&self.vault.state, Stamp { part, parts, ..stamp });
            let commit = sign(&self.keys.chain, stamp, &entries)?;
            let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
            let blobs = pieces.iter().filter_map(|piece| piece.blob.as_ref());
            let blobs = blobs.map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
            let saved = Saved { commit, span, blobs };
            self.vault.absorb(&saved, overviews, &strict)?;
            saves.push(saved);
        }
        Ok(saves)
    }

    /// Has the next batch write segments: what it takes in a tail could not tell, or not be opened by.
    pub(super) const fn end_tail(&mut self) {
        self.tail = TAIL_CAPACITY + 1;
    }

    /// The batch of commits: a record for the tail, or segments where the tail is full.
    pub(super) fn batch(
        &self,
        laid_out: LaidOut,
        overviews: &Overviews,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Batch, Error> {
        let (LaidOut { saves, packs }, vault) = (laid_out, &self.vault);
        let (key, generation) = (&self.keys.vault, self.generation.0 + 1);
        let batch = Batch { base: self.generation, packs, ..Batch::default() };
        let commits: usize = saves.iter().map(|saved| saved.span.length as usize).sum();
        if self.tail + commits <= TAIL_CAPACITY {
            match cache::seal_tail(&saves, overviews, vault.next_pack, key, generation, rng) {
                // Short commits, but more overviews than one blob holds.
                Err(Error::TooMuch) => {}
                tail => return Ok(Batch { tail: Some(tail?), ..batch }),
            }
        }
        let (manifest, segments) = cache::seal_segments(vault, key, generation, rng)?;
        Ok(Batch { segments: Some(segments), cells: vec![(MANIFEST, Some(manifest))], ..batch })
    }

    /// Who signs here.
    pub(super) const fn author(&self) -> Author {
        let binding = &self.keys.binding;
        Author { principal: LogId::new(binding.account).principal(), device: DeviceId::new(binding.device) }
    }

    pub(super) fn stamp(&self, act: ActId, now: Timestamp) -> Stamp {
        first_stamp(self.vault.state.log(), self.author(), act, now)
    }

    /// What edits were decided on: the revisions of what they touch, and whether it is in the trash.
    fn revisions(&self, edits: &[Edit]) -> Vec<(Option<u64>, Option<u64>, bool)> {
        let number = |object, part| self.vault.current(object, part).map(|it| it.number);
        let of = |object: ObjectId| {
            let deleted = self.vault.is_deleted(object);
            (number(object, Part::Overview), number(object, Part::Value), deleted)
        };
        edits.iter().map(|edit| of(edit.object())).collect()
    }
}
