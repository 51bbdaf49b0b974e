//! What this device wrote in the vault's log, on what others wrote meanwhile: its commits after the fork are made again
//! behind the relay's, act by act, field by field (`protocol/LOG.md` §7, Merging).
//!
//! An act keeps its id and its time. What it wrote is sealed under new keys as the next revisions; of a field that both
//! sides changed the relay's is current and this device's is kept beside it; what one side deleted and the other wrote is
//! there. An act of which nothing is left is gone.

use std::rc::Rc;

use protocol::{ActId, ById, Commit, Entry, Fields, ObjectId, Part, Put, Rejoin, Stamp, State, Wraps, order};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::entries;
use crate::backup::CommitRow;
use crate::cache;
use crate::merge::{Claim, copy, mark, merged, within};
use crate::model::{Edit, Overview, Position, Timestamp};
use crate::port::Store;
use crate::session::act::LaidOut;
use crate::session::found::first_stamp;
use crate::session::pack::Packs;
use crate::session::rebuild::rebuild;
use crate::session::remote::ask::RemoteError;
use crate::session::remote::sync::{Side, served};
use crate::session::restore::lay_out;
use crate::session::seal::{Bases, Piece, Sealer, Sealing};
use crate::session::{Error, Session};
use crate::unlocked::{Overviews, Revision, Saved, Scopes, Vault};

/// An act that was done here after the fork.
struct Act {
    id: ActId,
    time: Timestamp,
    /// Who did it.
    device: [u8; 16],
    entries: Vec<Entry>,
}

/// A part as a relay serves it.
type Served<'a> = (Revision, Wraps, &'a Vec<u8>);

/// The fields of parts, by object: overview, value.
type Parts = ById<ObjectId, [Option<Rc<Fields>>; 2]>;

/// What a rebase goes by.
pub(in crate::session) struct Rebase {
    acts: Vec<Act>,
    /// What the revisions here after the fork hold, and those before them; ascending.
    ours: Vec<(Revision, Rc<Fields>)>,
    /// What the relay's puts after the fork hold, as far as this device wrote the same parts.
    theirs: Parts,
    /// The objects that the relay's commits after the fork put.
    written: ById<ObjectId, ()>,
    /// Above every counter that this device used.
    counter: u64,
}

impl<S: Store> Session<S> {
    /// Takes in `rows`, the relay's from the commit `fork` on, and makes the commits that were here from there on again behind
    /// them; these are this device's, unless the branch is `left`. `false` if another session of this store was faster.
    pub(in crate::session::remote) async fn rebase_vault(
        &mut self,
        (fork, rows): (u64, &[CommitRow]),
        left: Option<&Rejoin>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        let mut rebase = self.rebase_of(fork).await?;
        let mut vault = self.vault_before(fork).await?;
        vault.next_pack = self.vault.next_pack;
        let mut packs = Packs::new(vault.next_pack);
        let mut saves = lay_out(rows, &mut packs).map_err(served)?;
        self.is_ahead = true;
        self.vault = vault;
        let mut overviews = self.absorb_all(&saves, rows)?;
        rebase.read_theirs(&self.vault, rows)?;
        if let Some(left) = left {
            self.settle_on(Side::Vault)?;
            let (said, stamp) = (self.says(Side::Vault, left), rebase.stamp(self.stamp_now(now, rng)));
            let said = self.lay_out_entries(said, stamp, &mut packs);
            saves.extend(said.map_err(|_| RemoteError::NoRejoin)?);
        }
        // Nothing is sealed for a device that is out of the account.
        let is_in = self.vault.state.device(self.author().device).is_some();
        if is_in
            && !weakness::has(Weakness::Follow)
            && let Some(entries) = self.entries_to_follow(rng).await?
        {
            let stamp = rebase.stamp(self.stamp_now(now, rng));
            saves.extend(self.lay_out_entries(entries, stamp, &mut packs)?);
        }
        saves.extend(self.replay(&mut rebase, &mut overviews, &mut packs, rng)?);
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        // Segments take the place of a tail that tells of commits which are no more.
        self.end_tail();
        let mut batch = self.batch(LaidOut { saves, packs }, &overviews, rng)?;
        batch.cells.extend(self.served_cells(Side::Vault, rows, rng)?);
        Ok(self.store_batch(batch).await?)
    }

    /// What was written here from `fork` on.
    pub(in crate::session) async fn rebase_of(&self, fork: u64) -> Result<Rebase, Error> {
        let seqs: Vec<u64> = (fork..self.vault.state.next_seq()).collect();
        let mut acts: Vec<Act> = Vec::new();
        for commit in self.read_commits(&seqs).await?.iter() {
            let (stamp, entries) = (commit.stamp(), entries(commit)?);
            match acts.last_mut() {
                Some(last) if last.id == stamp.act => last.entries.extend(entries),
                _ => {
                    let (id, time) = (stamp.act, Timestamp(stamp.time));
                    acts.push(Act { id, time, device: *stamp.device.as_bytes(), entries });
                }
            }
        }
        let puts = acts.iter().flat_map(|act| &act.entries).filter_map(Entry::as_put);
        let revision = |put: &Put, number| Revision { object: put.object, part: put.part, number };
        let wanted = puts.flat_map(|put| {
            let own = [put.revision.saturating_sub(1), put.revision].map(|number| revision(put, number));
            own.into_iter().chain(self.vault.current(put.object, Part::Overview))
        });
        let wanted = order::distinct(wanted.filter(|it| it.number > 0));
        let opened = self.open_each(&wanted).await?;
        // What does not open here was lost before.
        let ours =
            wanted.into_iter().zip(opened).filter_map(|(at, fields)| Some((at, Rc::new(fields?.ok()?))));
        let used = self.vault.state.device(self.author().device).map_or(0, |device| device.counter);
        Ok(Rebase {
            acts,
            ours: ours.collect(),
            theirs: Parts::new(),
            written: ById::new(),
            counter: used + 1,
        })
    }

    /// The vault as it was before the commit `fork`: from what makes opening fast, or from the whole log.
    async fn vault_before(&self, fork: u64) -> Result<Vault, Error> {
        let (log, roots) = (self.vault.state.log(), self.roots()?);
        let stored = self.store.load().await?.filter(|stored| stored.generation == self.generation);
        let scopes = |state: &State| Scopes::open(state, &roots);
        let opened = stored.map(|mut it| cache::open_before(&mut it, log, &self.keys.vault, scopes, fork));
        if let Some(Ok(Some(vault))) = opened {
            return Ok(vault);
        }
        let mut commits = self.vault.commits(0);
        commits.truncate(usize::try_from(fork).unwrap_or(usize::MAX));
        let rows = self.commit_rows(&commits).await?;
        let saved = commits.into_iter().zip(&rows).map(|((span, blobs), row)| {
            let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("log"))?;
            Ok(Saved { commit, span, blobs })
        });
        let saved = saved.collect::<Result<Vec<Saved>, Error>>()?;
        rebuild(saved.iter().zip(rows.iter().map(|row| &row.blobs[..])), &roots)
    }

    /// Does all acts again on the vault at hand.
    pub(in crate::session) fn replay(
        &mut self,
        rebase: &mut Rebase,
        overviews: &mut Overviews,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<Saved>, Error> {
        let mut saves = Vec::new();
        for act in std::mem::take(&mut rebase.acts) {
            let (made, put) = self.remake(&act, rebase, packs, rng)?;
            saves.extend(made);
            put.iter().for_each(|(id, overview)| drop(overviews.insert(id, overview.clone())));
        }
        Ok(saves)
    }

    /// Does an act again on the vault at hand.
    fn remake(
        &mut self,
        act: &Act,
        rebase: &mut Rebase,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Vec<Saved>, Overviews), Error> {
        let remade = rebase.remake(act, &self.vault);
        let Remade { edits, parts, entries } = remade;
        let moved = self.vault.model.moved(&edits);
        edits.iter().for_each(|edit| self.vault.model.absorb(edit, Position::default()));
        let bases = Bases::new();
        let mut sealer = Sealer::new(&self.vault, &bases, rng);
        edits.iter().try_for_each(|edit| sealer.make_scopes(edit))?;
        parts.iter().try_for_each(|(object, part, fields)| sealer.seal_part(*object, *part, fields))?;
        let Sealing { pieces, overviews } = sealer.finish(&edits, moved)?;
        let others = entries.into_iter().map(|entry| Piece { entry, blob: None });
        let pieces: Vec<Piece> = others.chain(pieces).collect();
        if pieces.is_empty() {
            return Ok((Vec::new(), Overviews::new()));
        }
        let first = first_stamp(self.vault.state.log(), self.author(), act.id, act.time);
        Ok((self.lay_out(pieces, &overviews, rebase.stamp(first), packs)?, overviews))
    }
}

/// What an act comes to.
#[derive(Default)]
struct Remade {
    edits: Vec<Edit>,
    parts: Vec<(ObjectId, Part, Rc<Fields>)>,
    /// What is signed again as it was: a device that brings itself, a branch that was left.
    entries: Vec<Entry>,
}

impl Remade {
    fn puts_overview(&self, object: ObjectId) -> bool {
        self.parts.iter().rev().any(|(id, part, _)| *id == object && *part == Part::Overview)
    }
}

impl Rebase {
    /// Without what is of one log alone: who wrote in it, and which branches were left.
    pub(in crate::session) fn of_contents(mut self) -> Self {
        let is_content = |entry: &Entry| matches!(entry, Entry::Put(_) | Entry::Delete(_));
        self.acts.iter_mut().for_each(|act| act.entries.retain(is_content));
        self
    }

    /// Opens what the relay's commits put of the parts that this device wrote, the last revision of each.
    fn read_theirs(&mut self, vault: &Vault, rows: &[CommitRow]) -> Result<(), RemoteError> {
        let mut last: ById<ObjectId, [Option<Served<'_>>; 2]> = ById::new();
        for row in rows {
            let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("log"))?;
            let entries = entries(&commit)?;
            for (put, blob) in entries.iter().filter_map(Entry::as_put).zip(&row.blobs) {
                self.written.insert(put.object, ());
                let revision = Revision { object: put.object, part: put.part, number: put.revision };
                last.get_or_default(put.object)[put.part as usize] =
                    Some((revision, put.wraps.clone(), blob));
            }
        }
        for (object, parts) in last.iter() {
            for (revision, wraps, blob) in parts.iter().flatten() {
                match vault.open(revision, wraps, blob.to_vec()) {
                    Ok(fields) => {
                        self.theirs.get_or_default(object)[revision.part as usize] = Some(Rc::new(fields));
                    }
                    // Nothing is put over what another device wrote and the relay does not show.
                    Err(_) if self.writes(revision) && !weakness::has(Weakness::Withheld) => {
                        return Err(RemoteError::Untrue);
                    }
                    Err(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Whether this device wrote the same part.
    fn writes(&self, revision: &Revision) -> bool {
        let mut puts = self.acts.iter().flat_map(|act| &act.entries).filter_map(Entry::as_put);
        puts.any(|put| put.object == revision.object && put.part == revision.part)
    }

    /// A stamp under a counter that this device did not use.
    const fn stamp(&self, first: Stamp) -> Stamp {
        Stamp { counter: self.counter, ..first }
    }

    fn remake(&mut self, act: &Act, vault: &Vault) -> Remade {
        let mut remade = Remade::default();
        for entry in &act.entries {
            match entry {
                Entry::Put(put) => self.put(put, act, vault, &mut remade),
                Entry::Delete(delete) => {
                    // An edit beats a delete.
                    let is_theirs = self.written.get(delete.object).is_some();
                    if !is_theirs && vault.model.overview(delete.object).is_some() {
                        remade.edits.push(Edit::Delete { object: delete.object });
                    }
                }
                Entry::Device(device) if vault.state.device(device.device).is_none() => {
                    remade.entries.push(entry.clone());
                }
                Entry::Rejoin(_) => remade.entries.push(entry.clone()),
                // Scopes come with their projects and environments, wraps with what they move.
                _ => {}
            }
        }
        self.mark(vault, &mut remade);
        remade
    }

    fn put(&mut self, put: &Put, act: &Act, vault: &Vault, remade: &mut Remade) {
        let at = Revision { object: put.object, part: put.part, number: put.revision };
        let Some(ours) = self.at(&at) else { return };
        let base = self.at(&Revision { number: put.revision - 1, ..at }).unwrap_or_default();
        let is_new = put.part == Part::Value && vault.state.object(put.object).is_none();
        if is_new && !remade.puts_overview(put.object) {
            // Of an object whose overview was lost nothing can be said.
            return;
        }
        let now = self.theirs.get(put.object).and_then(|parts| parts[put.part as usize].clone());
        // What the relay's commits did not touch is as it was here, whatever of it was lost before.
        let now = now.filter(|_| self.written.get(put.object).is_some());
        let claim = Claim { device: act.device, time: act.time.0, base: put.revision - 1 };
        let (left, fields) = match now {
            None => (Vec::new(), Rc::clone(&ours)),
            Some(now) => {
                let (left, fields) = within(merged(&base, &now, &ours, claim));
                (left, Rc::new(fields))
            }
        };
        if put.part == Part::Value && vault.is_deleted(put.object) {
            self.bring_back(put.object, vault, remade);
        }
        if put.part == Part::Overview {
            let overview = Overview::read(&fields.borrow());
            remade.edits.extend(overview.map(|it| edit(put.object, it)));
        }
        self.theirs.get_or_default(put.object)[put.part as usize] = Some(Rc::clone(&fields));
        remade.parts.extend(left.into_iter().map(|left| (put.object, put.part, Rc::new(left))));
        remade.parts.push((put.object, put.part, fields));
    }

    /// The overviews say which of the values that an act writes have alternatives.
    fn mark(&mut self, vault: &Vault, remade: &mut Remade) {
        let values = remade.parts.iter().filter(|(_, part, _)| *part == Part::Value);
        let values: ById<ObjectId, Rc<Fields>> =
            values.map(|(id, _, fields)| (*id, Rc::clone(fields))).collect();
        for (object, value) in values.iter() {
            let Some(known) = self.overview(object, vault) else { continue };
            let mut overview = copy(&known);
            if !mark(&mut overview, value) {
                continue;
            }
            let Some(read) = Overview::read(&overview.borrow()) else { continue };
            let overview = Rc::new(overview);
            remade.edits.push(edit(object, read));
            self.theirs.get_or_default(object)[Part::Overview as usize] = Some(Rc::clone(&overview));
            let is_overview =
                |part: &(ObjectId, Part, Rc<Fields>)| part.0 == object && part.1 == Part::Overview;
            match remade.parts.iter_mut().rfind(|part| is_overview(part)) {
                Some(part) => part.2 = overview,
                None => remade.parts.push((object, Part::Overview, overview)),
            }
        }
    }

    /// An object's overview as it is now, as far as this device wrote it or its value.
    fn overview(&self, object: ObjectId, vault: &Vault) -> Option<Rc<Fields>> {
        let theirs = self.theirs.get(object).and_then(|parts| parts[Part::Overview as usize].clone());
        theirs.or_else(|| self.at(&vault.current(object, Part::Overview)?))
    }

    /// Puts the overview of an object that the relay has in the trash: a value alone brings nothing back.
    fn bring_back(&mut self, object: ObjectId, vault: &Vault, remade: &mut Remade) {
        let is_put = remade.puts_overview(object);
        let Some(overview) = vault.model.deleted(object).filter(|_| !is_put) else { return };
        let known = self.overview(object, vault);
        let fields = known.unwrap_or_else(|| Rc::new(overview.write(Fields::new())));
        remade.edits.push(edit(object, overview.clone()));
        self.theirs.get_or_default(object)[Part::Overview as usize] = Some(Rc::clone(&fields));
        remade.parts.push((object, Part::Overview, fields));
    }

    fn at(&self, revision: &Revision) -> Option<Rc<Fields>> {
        let found = self.ours.binary_search_by(|(at, _)| at.cmp(revision)).ok()?;
        self.ours.get(found).map(|(_, fields)| Rc::clone(fields))
    }
}

const fn edit(object: ObjectId, overview: Overview) -> Edit {
    Edit::Put { object, overview: Some(overview), value: None }
}
