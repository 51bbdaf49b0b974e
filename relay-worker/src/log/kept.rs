//! How a log is kept: its commits, the blobs that are not erased, and the fold with a row for each object, so that a request
//! reads what it names and no more.

use std::ops::ControlFlow;

use protocol::message::{BlobId, Head, Quota};
use protocol::{Hash, ObjectId, Part, RootHasher, Roster, Sections, State};

use crate::store::{Failed, Read, Value, Write};

/// The tables.
pub(crate) const SCHEMA: [&str; 5] = [
    "CREATE TABLE IF NOT EXISTS commits (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS blobs (object BLOB, part INTEGER, revision INTEGER, bytes BLOB NOT NULL, \
     PRIMARY KEY (object, part, revision)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS objects (id BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS fold (section INTEGER, piece INTEGER, bytes BLOB NOT NULL, \
     PRIMARY KEY (section, piece)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS quota (one INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, commits INTEGER NOT NULL)",
];

/// The sections of a fold. The roster's begins with the number of objects, as `u32`, and the bytes that the log holds, as
/// `u64`: it is written with every commit anyway.
const ROSTER: u64 = 0;
const SCOPES: u64 = 1;
const ACCOUNT: u64 = 2;
/// A row holds at most 2 MB where these tables lie.
const PIECE: usize = 1024 * 1024;

/// Whether to go on with the next row.
pub(super) type Visited = Result<ControlFlow<()>, Failed>;

/// The head, as answers tell it.
pub(crate) fn head_of(roster: &Roster) -> Head {
    let head = roster.head();
    Head { seq: head.seq, hash: head.hash }
}

/// The roster, if the log is here.
pub(crate) fn roster(store: &impl Read) -> Result<Option<Roster>, Failed> {
    let section = section(store, ROSTER)?;
    section.map(|bytes| decode_roster(&bytes).and_then(|(_, _, roster)| decoded(roster))).transpose()
}

/// The bytes that the log holds and its head, if it is here.
pub(crate) fn holding(store: &impl Read) -> Result<Option<(u64, Head)>, Failed> {
    let Some(section) = section(store, ROSTER)? else { return Ok(None) };
    let (_, bytes, roster) = decode_roster(&section)?;
    Ok(Some((bytes, head_of(&decoded(roster)?))))
}

fn decoded(roster: &[u8]) -> Result<Roster, Failed> {
    Roster::decode(roster).map_err(|_| Failed)
}

fn decode_roster(section: &[u8]) -> Result<(u32, u64, &[u8]), Failed> {
    let (objects, rest) = section.split_first_chunk().ok_or(Failed)?;
    let (bytes, roster) = rest.split_first_chunk().ok_or(Failed)?;
    Ok((u32::from_le_bytes(*objects), u64::from_le_bytes(*bytes), roster))
}

/// A log as it is held, but for its objects, commits and blobs.
pub(super) struct Held {
    pub(super) sections: Sections,
    /// Bytes of its commits, and of its blobs that are not erased.
    pub(super) bytes: u64,
}

/// The log, if it is here.
pub(super) fn held(store: &impl Read) -> Result<Option<Held>, Failed> {
    let Some(roster) = section(store, ROSTER)? else { return Ok(None) };
    let (objects, bytes, roster) = decode_roster(&roster)?;
    let scopes = section(store, SCOPES)?.ok_or(Failed)?;
    let account = section(store, ACCOUNT)?.unwrap_or_default();
    Ok(Some(Held { sections: Sections { roster: roster.to_vec(), scopes, account, objects }, bytes }))
}

/// How many bytes and commits the log may have.
pub(super) fn quota(store: &impl Read) -> Result<(u64, u64), Failed> {
    let mut found = Ok((Quota::DEFAULT.bytes, Quota::DEFAULT.commits));
    store.each("SELECT bytes, commits FROM quota", &[], &mut |row| {
        found = match row {
            [bytes, commits] => bytes.as_integer().zip(commits.as_integer()).ok_or(Failed),
            _ => Err(Failed),
        };
        ControlFlow::Break(())
    })?;
    found
}

/// Sets how many it may have.
pub(crate) fn set_quota(quota: &Quota) -> Write {
    Write {
        statement: "INSERT OR REPLACE INTO quota (one, bytes, commits) VALUES (0, ?, ?)",
        values: vec![quota.bytes.into(), quota.commits.into()],
    }
}

/// Bytes of the blobs of revisions `first` to `last`.
pub(super) fn blob_bytes(
    store: &impl Read,
    (object, part): (ObjectId, Part),
    (first, last): (u64, u64),
) -> Result<u64, Failed> {
    let query = "SELECT LENGTH(bytes) FROM blobs WHERE object = ? AND part = ? AND revision BETWEEN ? AND ?";
    let values = [object.as_bytes().into(), number(part), first.into(), last.into()];
    let mut bytes = 0;
    store.each(query, &values, &mut |row| {
        bytes += row.first().and_then(Value::as_integer).unwrap_or_default();
        ControlFlow::Continue(())
    })?;
    Ok(bytes)
}

/// A section, if it has a piece.
fn section(store: &impl Read, section: u64) -> Result<Option<Vec<u8>>, Failed> {
    let mut found: Option<Vec<u8>> = None;
    let query = "SELECT bytes FROM fold WHERE section = ? ORDER BY piece";
    store.each(query, &[section.into()], &mut |row| {
        let piece = row.first().and_then(Value::as_bytes).unwrap_or_default();
        found.get_or_insert_default().extend_from_slice(piece);
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// The rows of those objects that are there.
pub(super) fn objects(store: &impl Read, ids: &[ObjectId]) -> Result<Vec<(ObjectId, Vec<u8>)>, Failed> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let row = store.bytes("SELECT record FROM objects WHERE id = ?", &[id.as_bytes().into()])?;
        rows.extend(row.map(|row| (*id, row)));
    }
    Ok(rows)
}

/// Shows every object after `after`, ascending by id.
pub(super) fn each_object(
    store: &impl Read,
    after: Option<ObjectId>,
    visit: &mut dyn FnMut(ObjectId, &[u8]) -> Visited,
) -> Result<(), Failed> {
    let after = after.map_or_else(Vec::new, |after| after.as_bytes().to_vec());
    let mut outcome = Ok(());
    let query = "SELECT id, record FROM objects WHERE id > ? ORDER BY id";
    store.each(query, &[Value::Bytes(after)], &mut |row| {
        let visited = object(row).and_then(|(id, record)| visit(id, record));
        outcome = visited.map(drop);
        visited.unwrap_or(ControlFlow::Break(()))
    })?;
    outcome
}

fn object(row: &[Value]) -> Result<(ObjectId, &[u8]), Failed> {
    let [Value::Bytes(id), Value::Bytes(record)] = row else { return Err(Failed) };
    let id = id.as_slice().try_into().map_err(|_| Failed)?;
    Ok((ObjectId::new(id), record))
}

/// The state root, of all objects.
pub(super) fn root(store: &impl Read, sections: &Sections) -> Result<Hash, Failed> {
    let mut hasher = RootHasher::new(sections);
    each_object(store, None, &mut |id, record| {
        hasher.add(id, record);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(hasher.finish())
}

/// A commit.
pub(super) fn commit(store: &impl Read, seq: u64) -> Result<Option<Vec<u8>>, Failed> {
    store.bytes("SELECT bytes FROM commits WHERE seq = ?", &[seq.into()])
}

/// Shows every commit from `seq` on.
pub(super) fn each_commit(
    store: &impl Read,
    seq: u64,
    visit: &mut dyn FnMut(&[u8]) -> Visited,
) -> Result<(), Failed> {
    let mut outcome = Ok(());
    store.each("SELECT bytes FROM commits WHERE seq >= ? ORDER BY seq", &[seq.into()], &mut |row| {
        let visited = row.first().and_then(Value::as_bytes).ok_or(Failed).and_then(&mut *visit);
        outcome = visited.map(drop);
        visited.unwrap_or(ControlFlow::Break(()))
    })?;
    outcome
}

/// A blob; empty where it is erased.
pub(super) fn blob(store: &impl Read, id: BlobId) -> Result<Vec<u8>, Failed> {
    let query = "SELECT bytes FROM blobs WHERE object = ? AND part = ? AND revision = ?";
    let values = [id.object.as_bytes().into(), number(id.part), id.revision.into()];
    Ok(store.bytes(query, &values)?.unwrap_or_default())
}

fn number(part: Part) -> Value {
    Value::Integer(match part {
        Part::Overview => 0,
        Part::Value => 1,
    })
}

/// What is written of a commit that was taken in.
#[derive(Default)]
pub(super) struct Writes(Vec<Write>);

impl Writes {
    pub(super) fn done(self) -> Vec<Write> {
        self.0
    }

    pub(super) fn commit(&mut self, seq: u64, bytes: &[u8]) {
        self.add(
            "INSERT INTO commits (seq, bytes) VALUES (?, ?)",
            vec![seq.into(), Value::Bytes(bytes.to_vec())],
        );
    }

    pub(super) fn blob(&mut self, id: BlobId, bytes: &[u8]) {
        let values = vec![
            id.object.as_bytes().into(),
            number(id.part),
            id.revision.into(),
            Value::Bytes(bytes.to_vec()),
        ];
        self.add("INSERT INTO blobs (object, part, revision, bytes) VALUES (?, ?, ?, ?)", values);
    }

    /// Erases the blobs of revisions `first` to `last`.
    pub(super) fn forget(&mut self, object: ObjectId, part: Part, (first, last): (u64, u64)) {
        let values = vec![object.as_bytes().into(), number(part), first.into(), last.into()];
        self.add("DELETE FROM blobs WHERE object = ? AND part = ? AND revision BETWEEN ? AND ?", values);
    }

    /// The objects that are at hand in `after`, and each section that is not as it was `before`; the log has `bytes` now.
    pub(super) fn fold(&mut self, before: Option<&Held>, after: &State, bytes: u64) {
        for (id, record) in after.objects() {
            let values = vec![id.as_bytes().into(), Value::Bytes(record.encode())];
            self.add("INSERT OR REPLACE INTO objects (id, record) VALUES (?, ?)", values);
        }
        let after = Held { sections: after.sections(), bytes };
        let roster = |Held { sections, bytes }: &Held| {
            [&sections.objects.to_le_bytes()[..], &bytes.to_le_bytes(), &sections.roster].concat()
        };
        self.section(ROSTER, before.map(roster).as_deref(), &roster(&after));
        let before = before.map(|held| &held.sections);
        self.section(SCOPES, before.map(|it| &*it.scopes), &after.sections.scopes);
        self.section(ACCOUNT, before.map(|it| &*it.account), &after.sections.account);
    }

    fn section(&mut self, section: u64, before: Option<&[u8]>, after: &[u8]) {
        let mut old = before.unwrap_or_default().chunks(PIECE);
        for (piece, bytes) in (0_u64..).zip(after.chunks(PIECE)) {
            if old.next() != Some(bytes) {
                let values = vec![section.into(), piece.into(), Value::Bytes(bytes.to_vec())];
                self.add("INSERT OR REPLACE INTO fold (section, piece, bytes) VALUES (?, ?, ?)", values);
            }
        }
        if old.next().is_some() {
            let pieces = after.len().div_ceil(PIECE) as u64;
            self.add(
                "DELETE FROM fold WHERE section = ? AND piece >= ?",
                vec![section.into(), pieces.into()],
            );
        }
    }

    fn add(&mut self, statement: &'static str, values: Vec<Value>) {
        self.0.push(Write { statement, values });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces that are written and the one from which on they are deleted.
    fn changed(before: &[u8], after: &[u8]) -> (Vec<(u64, usize)>, Option<u64>) {
        let mut writes = Writes::default();
        writes.section(SCOPES, Some(before), after);
        let (mut written, mut deleted) = (Vec::new(), None);
        for write in writes.done() {
            match &*write.values {
                [Value::Integer(1), Value::Integer(piece), Value::Bytes(bytes)] => {
                    written.push((piece.unsigned_abs(), bytes.len()));
                }
                [Value::Integer(1), Value::Integer(piece)] => deleted = Some(piece.unsigned_abs()),
                _ => {}
            }
        }
        (written, deleted)
    }

    #[test]
    fn of_a_section_the_pieces_are_written_that_changed_and_those_deleted_that_are_over() {
        let long = vec![7; 2 * PIECE + 5];
        let mut other = long.clone();
        other[PIECE] = 8;
        assert_eq!(changed(&[], &long), (vec![(0, PIECE), (1, PIECE), (2, 5)], None));
        assert_eq!(changed(&long, &long), (vec![], None));
        assert_eq!(changed(&long, &other), (vec![(1, PIECE)], None));
        assert_eq!(changed(&long, &long[..PIECE + 1]), (vec![(1, 1)], Some(2)));
        assert_eq!(changed(&long, &[7]), (vec![(0, 1)], Some(1)));
    }
}
