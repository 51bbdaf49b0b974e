//! Objects and the revisions of their parts (`LOG.md` §4, rules 15 to 18).

use super::{Fault, ObjectRecord, PartRecord, Place, State};
use crate::codec::Malformed;
use crate::entry::{Delete, Forget, Part, Put, Rights, UnwrapFrom, WrapInto, WrapRef};
use crate::id::{ObjectId, PrincipalId, ScopeId};
use crate::limit;
use crate::order;
use weakness::Weakness;

impl State {
    /// Rule 15.
    pub(super) fn put(&mut self, put: &Put, at: &Place<'_>) -> Result<(), Fault> {
        let author = at.stamp.author;
        let before = self.part(put.object, put.part);
        let is_next = Some(put.revision) == before.map_or(0, |part| part.revision).checked_add(1);
        if !is_next && !weakness::has(Weakness::Revision) {
            return Err(Fault::Revision);
        }
        put.wraps.iter().try_for_each(|wrap| self.check_wrap(wrap))?;
        before.map_or(Ok(()), |part| self.check_part_right(author, part, Rights::WRITE))?;
        put.wraps.iter().try_for_each(|wrap| self.check_right(author, wrap.scope, Rights::WRITE))?;
        let forgotten = before.map_or_else(Vec::new, |part| part.forgotten.clone());
        let index = u16::try_from(at.index).map_err(|_| Fault::TooMany)?;
        self.set_put(put, PartRecord::of(put, at.stamp.seq, index, forgotten))
    }

    /// Rule 16.
    pub(super) fn wrap(&mut self, entry: &WrapInto, author: PrincipalId) -> Result<(), Fault> {
        let part = self.live(entry.object, entry.part, entry.revision)?;
        let wrap = WrapRef::of(&entry.wrap);
        self.check_wrap(wrap)?;
        self.check_part_right(author, part, Rights::WRITE)?;
        self.check_right(author, wrap.scope, Rights::WRITE)?;
        let wraps = part.wraps.with(&entry.wrap).map_err(|malformed| match malformed {
            Malformed::Bounds => Fault::TooMany,
            _ => Fault::Wraps,
        })?;
        let part = PartRecord { wraps, ..part.clone() };
        self.set_part(entry.object, entry.part, part)
    }

    /// Rule 16.
    pub(super) fn unwrap(&mut self, entry: &UnwrapFrom, author: PrincipalId) -> Result<(), Fault> {
        let part = self.live(entry.object, entry.part, entry.revision)?;
        if part.wraps.get(entry.scope).is_none() {
            return Err(Fault::Wraps);
        }
        self.check_part_right(author, part, Rights::WRITE)?;
        let wraps = part.wraps.without(entry.scope).map_err(|_| Fault::Wraps)?;
        let part = PartRecord { wraps, ..part.clone() };
        self.set_part(entry.object, entry.part, part)
    }

    /// Rule 17.
    pub(super) fn delete(&mut self, entry: &Delete, author: PrincipalId) -> Result<(), Fault> {
        self.live(entry.object, Part::Overview, entry.revision)?;
        let object = self.objects.get(entry.object).ok_or(Fault::Unknown)?;
        object.parts().try_for_each(|part| self.check_part_right(author, part, Rights::DELETE))?;
        let deleted = ObjectRecord { deleted: true, ..object.clone() };
        self.objects.set(entry.object, deleted);
        Ok(())
    }

    /// Rule 18.
    pub(super) fn forget(&mut self, entry: &Forget, author: PrincipalId) -> Result<(), Fault> {
        let object = self.objects.get(entry.object).ok_or(Fault::Unknown)?;
        let part = object.part(entry.part).ok_or(Fault::Unknown)?;
        let end = if object.deleted { part.revision } else { part.revision.saturating_sub(1) };
        if entry.first == 0 || entry.first > entry.last || entry.last > end {
            return Err(Fault::Range);
        }
        self.check_part_right(author, part, Rights::DELETE)?;
        let forgotten = joined(&part.forgotten, (entry.first, entry.last));
        if forgotten.len() > limit::FORGOTTEN {
            return Err(Fault::Range);
        }
        let part = PartRecord { forgotten, ..part.clone() };
        self.set_part(entry.object, entry.part, part)
    }

    fn live(&self, object: ObjectId, part: Part, revision: u64) -> Result<&PartRecord, Fault> {
        let object = self.objects.get(object).ok_or(Fault::Unknown)?;
        if object.deleted {
            return Err(Fault::Deleted);
        }
        let part = object.part(part).ok_or(Fault::Unknown)?;
        if part.revision == revision { Ok(part) } else { Err(Fault::Revision) }
    }

    fn check_part_right(&self, author: PrincipalId, part: &PartRecord, right: Rights) -> Result<(), Fault> {
        let mut scopes = part.wraps.iter().map(|wrap| wrap.scope);
        scopes.try_for_each(|scope: ScopeId| self.check_right(author, scope, right))
    }

    fn set_put(&mut self, put: &Put, part: PartRecord) -> Result<(), Fault> {
        let object = match (put.part, self.objects.get(put.object)) {
            (Part::Overview, None) if self.objects.len() + self.elsewhere >= limit::OBJECTS => {
                return Err(Fault::TooMany);
            }
            (Part::Overview, None) => ObjectRecord { deleted: false, overview: part, value: None },
            (Part::Overview, Some(object)) => {
                ObjectRecord { deleted: false, overview: part, value: object.value.clone() }
            }
            (Part::Value, None) => return Err(Fault::Unknown),
            (Part::Value, Some(object)) if object.deleted => return Err(Fault::Deleted),
            (Part::Value, Some(object)) => ObjectRecord { value: Some(part), ..object.clone() },
        };
        self.objects.set(put.object, object);
        Ok(())
    }

    fn set_part(&mut self, id: ObjectId, which: Part, part: PartRecord) -> Result<(), Fault> {
        let object = self.objects.get(id).ok_or(Fault::Unknown)?.clone();
        let object = match which {
            Part::Overview => ObjectRecord { overview: part, ..object },
            Part::Value => ObjectRecord { value: Some(part), ..object },
        };
        self.objects.set(id, object);
        Ok(())
    }
}

/// `ranges` and `range`, with those that overlap or touch made one.
fn joined(ranges: &[(u64, u64)], range: (u64, u64)) -> Vec<(u64, u64)> {
    let mut all: Vec<_> = ranges.iter().copied().chain([range]).collect();
    order::sort_by(&mut all, Ord::cmp);
    let mut joined: Vec<(u64, u64)> = Vec::with_capacity(all.len());
    for (first, last) in all {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_overlap_or_touch_are_one() {
        assert_eq!(joined(&[], (3, 4)), [(3, 4)]);
        assert_eq!(joined(&[(3, 4)], (6, 6)), [(3, 4), (6, 6)]);
        assert_eq!(joined(&[(3, 4), (6, 6)], (5, 5)), [(3, 6)]);
        assert_eq!(joined(&[(3, 9)], (4, 5)), [(3, 9)]);
        assert_eq!(joined(&[(3, 4)], (1, 1)), [(1, 1), (3, 4)]);
        assert_eq!(joined(&[(u64::MAX, u64::MAX)], (1, u64::MAX)), [(1, u64::MAX)]);
    }
}
