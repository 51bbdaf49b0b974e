//! A vault from its packs alone, where segments or tail do not open. The log has to be whole; a blob that is not is damage of
//! its object alone, of which the last good revision shows.

use protocol::{Commit, Entry, HEADER_LENGTH, LogId, Part, Put, State, Wraps};

use super::Error;
use crate::model::{Overview, Position};
use crate::port::{PACK_CAPACITY, Span, Store};
use crate::unlocked::{Logged, Overviews, Revision, Roots, Saved, Scopes, Vault, strict};

const WHAT: &str = "log";
const SIGNATURE: u32 = 64;
/// The body's length stands at the end of a header, before the body's hash.
const BODY_LENGTH: std::ops::Range<usize> = HEADER_LENGTH - 36..HEADER_LENGTH - 32;

/// Reads every commit of `log` from the packs and makes the vault of them.
pub(super) async fn from_packs(store: &impl Store, log: LogId, roots: &Roots<'_>) -> Result<Vault, Error> {
    let mut cursor = Cursor::default();
    let mut found: Vec<(Saved, Vec<Vec<u8>>)> = Vec::new();
    while let Some(saved) = next_commit(store, &mut cursor).await? {
        let blobs = store.read(&saved.blobs).await?;
        // An empty blob is nobody's.
        let blobs = blobs.into_iter().map(Option::unwrap_or_default).collect();
        let stamp = saved.commit.stamp();
        if stamp.log == log {
            // What was signed again in another place, after what others had written, stands behind what it was before.
            found.truncate(usize::try_from(stamp.seq).unwrap_or(usize::MAX));
            found.push((saved, blobs));
        }
    }
    if is_there(store, cursor.pack + 2).await? {
        return Err(Error::Damaged(WHAT));
    }
    let mut vault = rebuild(found.iter().map(|(saved, blobs)| (saved, &blobs[..])), roots)?;
    vault.next_pack = cursor.pack + 1;
    Ok(vault)
}

/// A vault from its log and its blobs alone: every signature verified, and every blob's hash.
pub(super) fn rebuild<'a>(
    mut log: impl Iterator<Item = (&'a Saved, &'a [Vec<u8>])>,
    roots: &Roots<'_>,
) -> Result<Vault, Error> {
    let (first, _) = log.next().ok_or(Error::Damaged(WHAT))?;
    let state = State::found(&first.commit, &strict).map_err(|_| Error::Damaged(WHAT))?;
    let scopes = Scopes::open(&state, roots)?;
    let mut vault = Vault::founded(state, scopes, Logged::of(first), 0);
    for (saved, blobs) in log {
        vault.absorb(saved, &Overviews::new(), &strict)?;
        vault.follow(roots)?;
        open_overviews(&mut vault, &saved.commit, blobs)?;
    }
    Ok(vault)
}

/// Takes the overviews that a commit puts into the model, and notes which blobs are not what was put.
pub(super) fn open_overviews(vault: &mut Vault, commit: &Commit, blobs: &[Vec<u8>]) -> Result<(), Error> {
    let entries = commit.entries().map_err(|_| Error::Damaged(WHAT))?;
    let puts = (0..).zip(&entries).filter_map(|(index, entry)| Some((index, entry.as_put()?)));
    for ((entry, put), blob) in puts.zip(blobs) {
        let at = Position { seq: commit.stamp().seq, entry };
        let revision = Revision { object: put.object, part: put.part, number: put.revision };
        if !put.is_of(blob) || !take_overview(vault, &revision, &put.wraps, blob, at) {
            mark(vault, put, at);
        }
    }
    Ok(())
}

/// Notes a damaged part. Of an overview the revision before stands in, where there is one.
fn mark(vault: &mut Vault, put: &Put, at: Position) {
    vault.damage.mark(put.object, put.part);
    let model = &vault.model;
    let before = model.overview(put.object).or_else(|| model.deleted(put.object)).cloned();
    if let (Part::Overview, Some(before)) = (put.part, before) {
        let deleted = vault.is_deleted(put.object);
        vault.model.insert(put.object, before, deleted, at);
    }
}

/// Takes in the blob of a part's current revision that was not here when its commit came. Where it does not open it stays
/// damaged.
pub(super) fn take_late(vault: &mut Vault, revision: &Revision, blob: &[u8]) {
    let Some(part) = vault.state.part(revision.object, revision.part) else { return };
    let (wraps, at) = (part.wraps.clone(), Position { seq: part.seq, entry: part.entry });
    if take_overview(vault, revision, &wraps, blob, at) {
        vault.damage.mend(revision.object, revision.part);
    }
}

/// Whether an overview opens; values are left closed. It comes into the model.
fn take_overview(vault: &mut Vault, revision: &Revision, wraps: &Wraps, blob: &[u8], at: Position) -> bool {
    if revision.part == Part::Value {
        return true;
    }
    let Ok(fields) = vault.open(revision, wraps, blob.to_vec()) else { return false };
    if let Some(overview) = Overview::read(&fields.borrow()) {
        let deleted = vault.is_deleted(revision.object);
        vault.model.insert(revision.object, overview, deleted, at);
    }
    true
}

/// Whether a pack of this number begins with anything: the log has no commit in a pack behind a gap.
async fn is_there(store: &impl Store, pack: u64) -> Result<bool, Error> {
    let first = Span { pack, offset: 0, length: 1 };
    Ok(store.read(&[first]).await?.into_iter().any(|part| part.is_some()))
}

/// Where the next part lies, by the rule by which packs are filled.
#[derive(Clone, Copy, Default)]
struct Cursor {
    pack: u64,
    offset: u32,
}

impl Cursor {
    fn take(&mut self, length: u32) -> Option<Span> {
        let is_full = self.offset > 0 && self.offset.checked_add(length)? as usize > PACK_CAPACITY;
        if is_full {
            *self = self.next_pack();
        }
        let span = Span { pack: self.pack, offset: self.offset, length };
        self.offset = self.offset.checked_add(length)?;
        Some(span)
    }

    const fn next_pack(self) -> Self {
        Self { pack: self.pack + 1, offset: 0 }
    }
}

/// The next commit, in the pack at hand or at the start of the next one; `None` after the last.
async fn next_commit(store: &impl Store, cursor: &mut Cursor) -> Result<Option<Saved>, Error> {
    let damaged = || Error::Damaged(WHAT);
    let length = u32::try_from(HEADER_LENGTH).map_err(|_| damaged())?;
    let places = [*cursor, cursor.next_pack()];
    let spans = places.map(|it| Span { pack: it.pack, offset: it.offset, length });
    let headers = store.read(&spans).await?;
    let Some((place, header)) =
        places.into_iter().zip(headers).find_map(|(place, header)| Some((place, header?)))
    else {
        return Ok(None);
    };
    let body = header.get(BODY_LENGTH).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let length = body.and_then(|body| body.checked_add(length)?.checked_add(SIGNATURE));
    *cursor = place;
    let span = cursor.take(length.ok_or_else(damaged)?).ok_or_else(damaged)?;
    let bytes = store.read(&[span]).await?.pop().flatten().ok_or_else(damaged)?;
    let commit = Commit::decode(&bytes).map_err(|_| damaged())?;
    let entries = commit.entries().map_err(|_| damaged())?;
    let puts = entries.iter().filter_map(Entry::as_put);
    let blobs = puts.map(|put| cursor.take(put.length)).collect::<Option<_>>();
    Ok(Some(Saved { commit, span, blobs: blobs.ok_or_else(damaged)? }))
}
