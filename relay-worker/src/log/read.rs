//! Reading a log (`PROTOCOL.md` §6).

use std::ops::ControlFlow;

use protocol::message::{Answer, BlobId, Bundle, Head, Route, Wanted};
use protocol::{Commit, Entry, ObjectId, ObjectRecord, Part, Verify, limit};

use super::kept::{self, head_of};
use crate::account;
use crate::rules::{Decision, Proven, Refusal};
use crate::store::{Failed, Read};

pub(crate) fn read(
    proven: &Proven<'_>,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let (route, body) = (proven.arrived.route, proven.arrived.request.body);
    let wanted = match route {
        Route::Blobs(_) => Some(Wanted::decode(body).map_err(|_| Answer::Malformed)?),
        _ if body.is_empty() => None,
        _ => return Err(Answer::Malformed),
    };
    let roster = kept::roster(store)?.ok_or(Answer::NotFound)?;
    if !proven.is_answered_by(&roster, verify) && !account::is_admitted(proven, &roster, store, verify)? {
        return Err(Answer::NotFound);
    }
    let head = head_of(&roster);
    Ok(match route {
        Route::Pull { from, .. } => pull(store, head, from)?,
        Route::Chain { from, .. } => chain(store, head, from)?,
        Route::Heads(_) => Decision::of(&Answer::Chain { head, commits: Vec::new() }),
        Route::Current { after, .. } => current(store, head, after)?,
        _ => blobs(store, &wanted.map(|Wanted(ids)| ids).unwrap_or_default())?,
    })
}

fn pull(store: &impl Read, head: Head, from: u64) -> Result<Decision, Failed> {
    let mut page = Page::default();
    let mut rows: Vec<(Vec<u8>, Vec<Vec<u8>>)> = Vec::new();
    kept::each_commit(store, from, &mut |bytes| {
        let blobs = puts(bytes)?.iter().map(|id| kept::blob(store, *id)).collect::<Result<Vec<_>, _>>()?;
        let flow = page.add(bytes.len() + blobs.iter().map(Vec::len).sum::<usize>());
        rows.push((bytes.to_vec(), blobs));
        Ok(flow)
    })?;
    let bundles = rows.iter().map(|(commit, blobs)| Bundle { commit, blobs: slices(blobs) }).collect();
    Ok(Decision::of(&Answer::Pulled { head, bundles }))
}

fn chain(store: &impl Read, head: Head, from: u64) -> Result<Decision, Failed> {
    let mut page = Page::default();
    let mut rows: Vec<Vec<u8>> = Vec::new();
    kept::each_commit(store, from, &mut |bytes| {
        rows.push(bytes.to_vec());
        Ok(page.add(bytes.len()))
    })?;
    Ok(Decision::of(&Answer::Chain { head, commits: slices(&rows) }))
}

fn current(store: &impl Read, head: Head, after: Option<ObjectId>) -> Result<Decision, Failed> {
    let (mut page, mut rows): (Page, Vec<Vec<u8>>) = Default::default();
    let (mut last, mut is_full, mut has_more) = (None, false, false);
    kept::each_object(store, after, &mut |id, record| {
        if is_full {
            has_more = true;
            return Ok(ControlFlow::Break(()));
        }
        let blobs =
            parts(id, record)?.iter().map(|id| kept::blob(store, *id)).collect::<Result<Vec<_>, _>>()?;
        is_full = page.add(blobs.iter().map(Vec::len).sum()).is_break();
        rows.extend(blobs);
        last = Some(id);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Decision::of(&Answer::Current { head, last: last.filter(|_| has_more), blobs: slices(&rows) }))
}

fn blobs(store: &impl Read, wanted: &[BlobId]) -> Result<Decision, Failed> {
    let mut page = Page::default();
    let mut rows: Vec<Vec<u8>> = Vec::new();
    for id in wanted {
        let blob = kept::blob(store, *id)?;
        let flow = page.add(blob.len());
        rows.push(blob);
        if flow.is_break() {
            break;
        }
    }
    Ok(Decision::of(&Answer::Blobs(slices(&rows))))
}

/// An answer in the making.
#[derive(Default)]
struct Page {
    items: usize,
    bytes: usize,
}

impl Page {
    /// Adds an item; breaks where it closes the answer.
    fn add(&mut self, bytes: usize) -> ControlFlow<()> {
        self.items += 1;
        self.bytes += bytes;
        // An object has two blobs at most.
        if self.bytes >= limit::PAGE || 2 * self.items >= limit::ANSWERED {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// The blobs of a stored commit's puts.
fn puts(commit: &[u8]) -> Result<Vec<BlobId>, Failed> {
    let commit = Commit::decode(commit).map_err(|_| Failed)?;
    let entries = commit.entries().map_err(|_| Failed)?;
    Ok(entries.iter().filter_map(Entry::as_put).map(BlobId::of).collect())
}

/// The current blobs of a stored object.
fn parts(object: ObjectId, record: &[u8]) -> Result<Vec<BlobId>, Failed> {
    let record = ObjectRecord::decode(record).map_err(|_| Failed)?;
    let part = |part| Some(BlobId { object, part, revision: record.part(part)?.revision });
    Ok([Part::Overview, Part::Value].into_iter().filter_map(part).collect())
}

fn slices(rows: &[Vec<u8>]) -> Vec<&[u8]> {
    rows.iter().map(Vec::as_slice).collect()
}
