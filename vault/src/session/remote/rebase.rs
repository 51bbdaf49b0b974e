//! What this device wrote, on what others wrote meanwhile: its commits after the fork are made again behind the relay's, act
//! by act, field by field (`protocol/LOG.md` §7, Merging).
//!
//! An act keeps its id and its time. What it wrote is sealed under new keys as the next revisions; of a field that both
//! sides changed the relay's is current and this device's is kept beside it; what one side deleted and the other wrote is
//! there. An act of which nothing is left is gone.

use std::rc::Rc;

use protocol::message::NewCredential;
use protocol::{ActId, ById, Commit, Entry, Fields, ObjectId, Part, Put, Stamp, Wraps, order};
use rand_core::CryptoRngCore;

use super::Connection;
use super::ask::RemoteError;
use super::sync::{Side, refused, served};
use crate::backup::CommitRow;
use crate::cache::TAIL_CAPACITY;
use crate::merge::{Claim, merged};
use crate::model::{Edit, Overview, Position, Timestamp};
use crate::port::Store;
use crate::record::{NEXT_KEYCHAIN, NEXT_PASSPHRASE};
use crate::session::act::LaidOut;
use crate::session::found::{first_stamp, sign};
use crate::session::keyring;
use crate::session::pack::Packs;
use crate::session::rebuild::rebuild;
use crate::session::restore::{fold_rows, lay_out};
use crate::session::seal::{Bases, Piece, Sealer, Sealing, checkpoint, next_stamp};
use crate::session::{Error, Session};
use crate::unlocked::{Overviews, Revision, Saved, Vault};

/// An act that this device did after the fork.
struct Act {
    id: ActId,
    time: Timestamp,
    entries: Vec<Entry>,
}

/// A part as a relay serves it.
type Served<'a> = (Revision, Wraps, &'a Vec<u8>);

/// The fields of parts, by object: overview, value.
type Parts = ById<ObjectId, [Option<Rc<Fields>>; 2]>;

/// What a rebase goes by.
struct Rebase {
    acts: Vec<Act>,
    /// What this device's revisions after the fork hold, and those before them.
    ours: Vec<(Revision, Rc<Fields>)>,
    /// What the relay's puts after the fork hold, as far as this device wrote the same parts.
    theirs: Parts,
    /// The objects that the relay's commits after the fork put.
    written: ById<ObjectId, ()>,
    /// Above every counter that this device used.
    counter: u64,
}

impl<S: Store> Session<S> {
    /// Takes in `rows`, the relay's from the commit `fork` on, and makes this device's commits from there on again behind
    /// them. `false` if another session of this store was faster.
    pub(super) async fn rebase_vault(
        &mut self,
        fork: u64,
        rows: &[CommitRow],
        rng: &mut impl CryptoRngCore,
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
        for act in std::mem::take(&mut rebase.acts) {
            let (made, put) = self.remake(&act, &mut rebase, &mut packs, rng)?;
            saves.extend(made);
            put.iter().for_each(|(id, overview)| drop(overviews.insert(id, overview.clone())));
        }
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        // Segments take the place of a tail that tells of commits which are no more.
        self.tail = TAIL_CAPACITY;
        let mut batch = self.batch(LaidOut { saves, packs }, &overviews, rng)?;
        batch.cells.extend(self.served_cells(Side::Vault, rows, rng)?);
        Ok(self.store_batch(batch).await?)
    }

    /// What this device wrote from `fork` on.
    async fn rebase_of(&self, fork: u64) -> Result<Rebase, Error> {
        let seqs: Vec<u64> = (fork..self.vault.state.next_seq()).collect();
        let mut acts: Vec<Act> = Vec::new();
        for commit in self.read_commits(&seqs).await?.iter() {
            let (stamp, entries) = (commit.stamp(), entries(commit)?);
            match acts.last_mut() {
                Some(last) if last.id == stamp.act => last.entries.extend(entries),
                _ => acts.push(Act { id: stamp.act, time: Timestamp(stamp.time), entries }),
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

    /// The vault as it was before the commit `fork`.
    async fn vault_before(&self, fork: u64) -> Result<Vault, Error> {
        let mut commits = self.vault.commits(0);
        commits.truncate(usize::try_from(fork).unwrap_or(usize::MAX));
        let rows = self.commit_rows(&commits).await?;
        let saved = commits.into_iter().zip(&rows).map(|((span, blobs), row)| {
            let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("log"))?;
            Ok(Saved { commit, span, blobs })
        });
        let saved = saved.collect::<Result<Vec<Saved>, Error>>()?;
        rebuild(saved.iter().zip(rows.iter().map(|row| &row.blobs[..])), &self.roots()?)
    }

    /// Does an act again on the vault at hand.
    fn remake(
        &mut self,
        act: &Act,
        rebase: &mut Rebase,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Vec<Saved>, Overviews), Error> {
        let remade = rebase.remake(act, &self.vault, *self.author().principal.as_bytes());
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
        let stamp = Stamp { counter: rebase.counter, ..first };
        Ok((self.lay_out(pieces, &overviews, stamp, packs)?, overviews))
    }
}

/// What an act comes to.
#[derive(Default)]
struct Remade {
    edits: Vec<Edit>,
    parts: Vec<(ObjectId, Part, Rc<Fields>)>,
    /// What is signed again as it was: a device that brings itself.
    entries: Vec<Entry>,
}

impl Rebase {
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
                    Err(_) if self.writes(revision) => return Err(RemoteError::Untrue),
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

    fn remake(&mut self, act: &Act, vault: &Vault, author: [u8; 16]) -> Remade {
        let mut remade = Remade::default();
        for entry in &act.entries {
            match entry {
                Entry::Put(put) => self.put(put, act.time, vault, author, &mut remade),
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
                // Scopes come with their projects and environments, wraps with what they move.
                _ => {}
            }
        }
        remade
    }

    fn put(&mut self, put: &Put, time: Timestamp, vault: &Vault, author: [u8; 16], remade: &mut Remade) {
        let at = Revision { object: put.object, part: put.part, number: put.revision };
        let Some(ours) = self.at(&at) else { return };
        let base = self.at(&Revision { number: put.revision - 1, ..at }).unwrap_or_default();
        let now = self.theirs.get(put.object).and_then(|parts| parts[put.part as usize].clone());
        let claim = Claim { author, time: time.0, base: put.revision - 1 };
        let fields = now.map_or_else(|| Rc::clone(&ours), |now| Rc::new(merged(&base, &now, &ours, claim)));
        if put.part == Part::Value && vault.is_deleted(put.object) {
            self.bring_back(put.object, vault, remade);
        }
        if put.part == Part::Overview {
            let overview = Overview::read(&fields.borrow());
            remade.edits.extend(overview.map(|it| edit(put.object, it)));
        }
        self.theirs.get_or_default(put.object)[put.part as usize] = Some(Rc::clone(&fields));
        remade.parts.push((put.object, put.part, fields));
    }

    /// Puts the overview of an object that the relay has in the trash: a value alone brings nothing back.
    fn bring_back(&mut self, object: ObjectId, vault: &Vault, remade: &mut Remade) {
        let is_put = remade.parts.iter().any(|(id, part, _)| *id == object && *part == Part::Overview);
        let Some(overview) = vault.model.deleted(object).filter(|_| !is_put) else { return };
        let theirs = self.theirs.get(object).and_then(|parts| parts[Part::Overview as usize].clone());
        let known = || vault.current(object, Part::Overview).and_then(|revision| self.at(&revision));
        let fields = theirs.or_else(known).unwrap_or_else(|| Rc::new(overview.write(Fields::new())));
        remade.edits.push(edit(object, overview.clone()));
        self.theirs.get_or_default(object)[Part::Overview as usize] = Some(Rc::clone(&fields));
        remade.parts.push((object, Part::Overview, fields));
    }

    fn at(&self, revision: &Revision) -> Option<Rc<Fields>> {
        self.ours.iter().find(|(at, _)| at == revision).map(|(_, fields)| Rc::clone(fields))
    }
}

const fn edit(object: ObjectId, overview: Overview) -> Edit {
    Edit::Put { object, overview: Some(overview), value: None }
}

impl<S: Store> Session<S> {
    /// The same in the account's log, whose commits after a fork bring devices and name credentials. One that the log does
    /// not take any more is gone, and a credential with it.
    pub(super) async fn rebase_account(
        &mut self,
        fork: u64,
        rows: &[CommitRow],
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, RemoteError> {
        let mut commits = self.account.commits.clone();
        let pending = commits.split_off(usize::try_from(fork).unwrap_or(usize::MAX).min(commits.len()));
        let (kept, pending) = (self.commit_rows(&commits).await?, self.commit_rows(&pending).await?);
        let used = self.account.state.device(self.author().device).map_or(0, |device| device.counter);
        let mut packs = Packs::new(self.vault.next_pack);
        let saves = lay_out(rows, &mut packs).map_err(served)?;
        self.is_ahead = true;
        self.account.state = fold_rows(&kept)?;
        self.account.commits = commits;
        self.account.absorb(&saves).map_err(refused)?;
        self.advance_to(Side::Account, rows)?;
        let mut cells = self.take_keys(rows, rng).await?;
        let mut named = Vec::new();
        for row in &pending {
            let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("account"))?;
            let remade = self.remake_in_account(&commit, &row.blobs, used + 1, &mut packs, rng)?;
            named.push((row.commit.clone(), remade));
        }
        if let Some(mut connection) = self.connection.take() {
            let was_pending = connection.pending.is_some();
            connection.replace_pending(&named);
            if was_pending && connection.pending.is_none() {
                cells.extend([(NEXT_PASSPHRASE, None), (NEXT_KEYCHAIN, None)]);
            }
            let is_left = connection.is_held || connection.pending.is_some();
            self.connection = is_left.then_some(connection);
            cells.push(self.connection_cell(rng)?);
        }
        Ok(self.store_account(packs, cells, rng).await?)
    }

    /// Signs the entries of a commit again behind the head of the account's log at hand; the commit, if the log takes it. A
    /// renewal of the account's keys is not made again: it was for the devices that there were.
    fn remake_in_account(
        &mut self,
        commit: &Commit,
        blobs: &[Vec<u8>],
        counter: u64,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Option<Vec<u8>>, Error> {
        let (old, mut entries) = (commit.stamp(), entries(commit)?);
        // What a checkpoint told is told again within the day.
        entries.retain(|entry| !matches!(entry, Entry::Checkpoint(_)));
        if entries.is_empty() || entries.iter().any(|entry| matches!(entry, Entry::ArkGrant(_))) {
            return Ok(None);
        }
        let blobs = self.seal_again(&mut entries, blobs, rng)?;
        let state = &self.account.state;
        let first = first_stamp(state.log(), self.author(), old.act, Timestamp(old.time));
        let entries: Vec<Entry> = checkpoint(state).into_iter().chain(entries).collect();
        let commit = sign(&self.keys.chain, next_stamp(state, Stamp { counter, ..first }), &entries)?;
        let bytes = commit.encode();
        let span = packs.add(&bytes).ok_or(Error::TooMuch)?;
        let blobs = blobs.iter().map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
        let is_taken = self.account.absorb(&[Saved { commit, span, blobs }]).is_ok();
        Ok(is_taken.then_some(bytes))
    }

    /// Seals the puts among `entries` of the account's log as the next revisions of what they put; their blobs.
    fn seal_again(
        &self,
        entries: &mut [Entry],
        blobs: &[Vec<u8>],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let puts = entries.iter_mut().filter_map(|entry| match entry {
            Entry::Put(put) => Some(put),
            _ => None,
        });
        let mut sealed = Vec::new();
        for (put, blob) in puts.zip(blobs) {
            let (again, blob) = keyring::seal_again(&self.account.state, &self.roots()?, put, blob, rng)?;
            *put = again;
            sealed.push(blob);
        }
        Ok(sealed)
    }
}

impl Connection {
    /// A pending credential comes with the commit that took the place of its own; without one it is over.
    fn replace_pending(&mut self, remade: &[(Vec<u8>, Option<Vec<u8>>)]) {
        let Some(mut pending) = self.pending.take() else { return };
        let body = std::mem::take(&mut pending.body);
        let Ok(mut credential) = NewCredential::decode(&body) else { return };
        let found = remade.iter().find(|(old, _)| old == credential.bundle.commit);
        if let Some(commit) = found.map_or(Some(credential.bundle.commit), |(_, new)| new.as_deref()) {
            credential.bundle.commit = commit;
            pending.body = credential.encode();
            self.pending = Some(pending);
        }
    }
}

fn entries(commit: &Commit) -> Result<Vec<Entry>, Error> {
    commit.entries().map_err(|_| Error::Damaged("log"))
}
