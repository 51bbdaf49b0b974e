//! The canonical serialisation of a fold (`LOG.md` §6).

use super::table::Table;
use super::{AccountRecord, DeviceRecord, ObjectRecord, PartRecord, ScopeRecord, Sections, State};
use crate::account::{Credential, Grantee};
use crate::by_id::Id;
use crate::codec::{Layout, Malformed, Reader, Writer, ascending, layout};
use crate::entry::{Edge, Grant, Head, LogKind, Member, Wrapped};
use crate::id::{ObjectId, PrincipalId, ScopeId};
use crate::limit;

const VERSION: u16 = 1;

pub(super) fn encode(state: &State) -> Vec<u8> {
    let mut to = Writer::with_capacity(state.objects.len() * 512 + 4096);
    write(state, &mut to);
    to.into_bytes()
}

pub(super) fn decode(bytes: &[u8]) -> Result<State, Malformed> {
    let mut from = Reader::new(bytes);
    let state = read(&mut from)?;
    from.finish()?;
    check(&state)?;
    Ok(state)
}

/// What stands before and behind the objects: roster, scopes, account.
pub(super) fn sections(state: &State) -> [Vec<u8>; 3] {
    let write: [fn(&State, &mut Writer); 3] =
        [write_roster, |state, to| write_table(&state.scopes, to), write_account];
    write.map(|write| {
        let mut to = Writer::new();
        write(state, &mut to);
        to.into_bytes()
    })
}

/// The fold of these sections with these objects at hand.
pub(super) fn excerpt(
    sections: &Sections,
    objects: Vec<(ObjectId, ObjectRecord)>,
) -> Result<State, Malformed> {
    let mut state = read_all(&sections.roster, read_roster)?;
    state.scopes = read_all(&sections.scopes, |from| read_table(from, limit::SCOPES))?;
    read_all(&sections.account, |from| read_account(&mut state, from))?;
    state.elsewhere = (sections.objects as usize).checked_sub(objects.len()).ok_or(Malformed::Bounds)?;
    state.objects = objects.into_iter().collect();
    check(&state)?;
    Ok(state)
}

/// The fold of a roster, with nothing else in it.
pub(super) fn roster(bytes: &[u8]) -> Result<State, Malformed> {
    read_all(bytes, read_roster)
}

fn read_all<T>(
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Malformed>,
) -> Result<T, Malformed> {
    let mut from = Reader::new(bytes);
    let value = read(&mut from)?;
    from.finish()?;
    Ok(value)
}

fn write(state: &State, to: &mut Writer) {
    write_roster(state, to);
    write_table(&state.scopes, to);
    write_table(&state.objects, to);
    write_account(state, to);
}

fn write_account(state: &State, to: &mut Writer) {
    if let Some(account) = &state.account {
        account.write(to);
        write_table(&state.heads, to);
    }
}

fn write_roster(state: &State, to: &mut Writer) {
    to.u16(VERSION);
    state.head.log.write(to);
    state.kind.write(to);
    to.u64(state.head.seq);
    state.head.hash.write(to);
    state.root.write(to);
    to.count32(state.members.len());
    state.members().for_each(|member| member.write(to));
    write_table(&state.devices, to);
}

fn read(from: &mut Reader<'_>) -> Result<State, Malformed> {
    let mut state = read_roster(from)?;
    state.scopes = read_table(from, limit::SCOPES)?;
    state.objects = read_table(from, limit::OBJECTS)?;
    read_account(&mut state, from)?;
    Ok(state)
}

/// A fold with nothing in it but what a roster says.
fn read_roster(from: &mut Reader<'_>) -> Result<State, Malformed> {
    if from.u16()? != VERSION {
        return Err(Malformed::Value);
    }
    let log = Layout::read(from)?;
    let kind = LogKind::read(from)?;
    let head = Head { log, seq: from.u64()?, hash: Layout::read(from)? };
    let root = Layout::read(from)?;
    let members = read_members(from)?;
    let devices = read_table(from, limit::DEVICES)?;
    let (scopes, objects, heads) = (Table::new(), Table::new(), Table::new());
    Ok(State { kind, head, root, members, devices, scopes, objects, heads, account: None, elsewhere: 0 })
}

fn read_account(state: &mut State, from: &mut Reader<'_>) -> Result<(), Malformed> {
    if state.kind == LogKind::Account {
        state.account = Some(Layout::read(from)?);
        state.heads = read_table(from, limit::KNOWN_HEADS)?;
    }
    Ok(())
}

fn write_table<K: Layout + Id + Ord, V: Layout>(table: &Table<K, V>, to: &mut Writer) {
    to.count32(table.len());
    for (key, row) in table.iter() {
        key.write(to);
        row.write(to);
    }
}

fn read_table<K: Layout + Id + Ord, V: Layout>(
    from: &mut Reader<'_>,
    limit: usize,
) -> Result<Table<K, V>, Malformed> {
    let count = from.count32(limit)?;
    let rows: Vec<(K, V)> = from.list(count, limit)?;
    ascending(&rows, |(key, _)| *key)?;
    Ok(rows.into_iter().collect())
}

/// A member's layout begins with its id, as an entry's does.
fn read_members(from: &mut Reader<'_>) -> Result<Table<PrincipalId, Member>, Malformed> {
    let count = from.count32(limit::MEMBERS)?;
    let members: Vec<Member> = from.list(count, limit::MEMBERS)?;
    ascending(&members, |member| member.principal)?;
    Ok(members.into_iter().map(|member| (member.principal, member)).collect())
}

/// That every id named is there: what follows may rely on it.
fn check(state: &State) -> Result<(), Malformed> {
    let is_whole = state.scope(state.root).is_some()
        && state.devices().all(|(_, device)| state.member(device.principal).is_some())
        && state.members().all(|member| has_scopes(state, member))
        && state
            .scopes()
            .all(|(id, scope)| (id == state.root) == scope.parents.is_empty() && has_parents(state, scope))
        && state.objects().all(|(_, object)| object.parts().all(|part| lies_in_scopes(state, part)));
    if !is_whole || has_cycle(state) {
        return Err(Malformed::Value);
    }
    Ok(())
}

fn has_scopes(state: &State, member: &Member) -> bool {
    let has = |grant: &Grant| state.scope(grant.scope).is_some();
    member.grants.iter().all(has)
        && member.access.iter().all(|access| has_epoch(state, access.scope, access.epoch))
}

fn has_parents(state: &State, scope: &ScopeRecord) -> bool {
    scope.parents.iter().all(|edge| has_epoch(state, edge.parent, edge.epoch))
}

fn lies_in_scopes(state: &State, part: &PartRecord) -> bool {
    part.seq <= state.head.seq && part.wraps.iter().all(|wrap| has_epoch(state, wrap.scope, wrap.epoch))
}

fn has_epoch(state: &State, scope: ScopeId, epoch: u32) -> bool {
    epoch > 0 && state.scope(scope).is_some_and(|scope| epoch <= scope.epoch)
}

/// Whether a scope is above itself, or more are above it than may be.
fn has_cycle(state: &State) -> bool {
    state.scopes().any(|(id, scope)| {
        let is_above = |edge: &Edge| state.lineage(edge.parent).contains(&id);
        scope.parents.iter().any(is_above) || state.lineage(id).len() > limit::ANCESTORS + 1
    })
}

layout!(DeviceRecord { principal, signing, agreement, generation, counter, revoked });

impl Layout for ScopeRecord {
    fn write(&self, to: &mut Writer) {
        to.u32(self.epoch);
        to.list8(&self.parents);
        self.previous.iter().for_each(|previous| previous.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let epoch = from.u32()?;
        let parents = from.list8(limit::PARENTS)?;
        ascending(&parents, |edge: &Edge| edge.parent)?;
        Ok(Self { epoch, parents, previous: read_previous(from, epoch)? })
    }
}

impl Layout for ObjectRecord {
    fn write(&self, to: &mut Writer) {
        to.bool(self.deleted);
        self.overview.write(to);
        to.bool(self.value.is_some());
        self.value.iter().for_each(|value| value.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let deleted = from.bool()?;
        let overview = Layout::read(from)?;
        let value = if from.bool()? { Some(Layout::read(from)?) } else { None };
        Ok(Self { deleted, overview, value })
    }
}

impl Layout for PartRecord {
    fn write(&self, to: &mut Writer) {
        to.u64(self.revision);
        to.u64(self.seq);
        to.u16(self.entry);
        self.blob.write(to);
        to.u32(self.length);
        self.wraps.write(to);
        to.list16(&self.forgotten);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let part = Self {
            revision: from.u64()?,
            seq: from.u64()?,
            entry: from.u16()?,
            blob: Layout::read(from)?,
            length: from.u32()?,
            wraps: Layout::read(from)?,
            forgotten: from.list16(limit::FORGOTTEN)?,
        };
        let is_sized = (1..=limit::BLOB).contains(&part.length) && part.revision > 0;
        if is_sized && are_ranges(&part.forgotten, part.revision) { Ok(part) } else { Err(Malformed::Value) }
    }
}

/// Whether ranges are ascending, disjoint and apart, within 1 to `last`.
fn are_ranges(ranges: &[(u64, u64)], last: u64) -> bool {
    ranges.iter().all(|(first, end)| 1 <= *first && first <= end && *end <= last)
        && ranges.is_sorted_by(|(_, end), (first, _)| end.saturating_add(1) < *first)
}

impl Layout for AccountRecord {
    fn write(&self, to: &mut Writer) {
        to.u32(self.ark_epoch());
        self.previous.iter().for_each(|previous| previous.write(to));
        to.list16(&self.grants);
        match &self.credential {
            Some(credential) => {
                to.u32(credential.epoch);
                credential.write(to);
            }
            None => to.u32(0),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let epoch = from.u32()?;
        let previous = read_previous(from, epoch)?;
        let grants = from.list16(limit::DEVICES)?;
        ascending(&grants, |grantee: &Grantee| grantee.device)?;
        Ok(Self { previous, grants, credential: read_credential(from)? })
    }
}

fn read_credential(from: &mut Reader<'_>) -> Result<Option<Credential>, Malformed> {
    let epoch = from.u32()?;
    if epoch == 0 {
        return Ok(None);
    }
    let credential = Credential::read(from)?;
    if credential.epoch == epoch { Ok(Some(credential)) } else { Err(Malformed::Value) }
}

/// The keys of the epochs before `epoch`.
fn read_previous(from: &mut Reader<'_>, epoch: u32) -> Result<Vec<Wrapped>, Malformed> {
    if epoch == 0 || epoch > limit::EPOCHS {
        return Err(Malformed::Bounds);
    }
    let count = usize::try_from(epoch - 1).map_err(|_| Malformed::Bounds)?;
    from.list(count, count)
}

impl<A: Layout, B: Layout> Layout for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok((A::read(from)?, B::read(from)?))
    }
}
