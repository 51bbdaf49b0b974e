//! Every revision of every part: which entry put it, and where its blob lies.

use protocol::{ById, ObjectId, Part, order};

use super::{Revision, Version};

/// A revision with whose it is.
pub(crate) type HistoryRow = (ObjectId, Part, Version);

/// The revisions of all parts. What was there at opening is one list, since it may be hundreds of thousands; what came
/// later is kept by object.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Ascending by object and part, the revisions of each in order.
    opened: Vec<HistoryRow>,
    later: ById<ObjectId, Vec<(Part, Version)>>,
}

impl History {
    /// Of rows ascending by object and part, with the revisions of each in order; `None` if they are not.
    pub(crate) fn of(opened: Vec<HistoryRow>) -> Option<Self> {
        let is_sorted = opened.is_sorted_by_key(|(object, part, _)| (*object, *part));
        is_sorted.then(|| Self { opened, later: ById::new() })
    }

    /// Adds the next revision of a part.
    pub(crate) fn push(&mut self, object: ObjectId, part: Part, version: Version) {
        self.later.get_or_default(object).push((part, version));
    }

    /// The revisions of a part, in order.
    pub(crate) fn of_part(&self, object: ObjectId, part: Part) -> impl Iterator<Item = &Version> {
        let start = self.opened.partition_point(|(of, which, _)| (*of, *which) < (object, part));
        let opened = self.opened.iter().skip(start).take_while(move |row| (row.0, row.1) == (object, part));
        let later = self.later.get(object).into_iter().flatten().filter(move |(which, _)| *which == part);
        opened.map(|(.., version)| version).chain(later.map(|(_, version)| version))
    }

    /// One revision.
    pub(crate) fn get(&self, revision: &Revision) -> Option<&Version> {
        let index = usize::try_from(revision.number.checked_sub(1)?).ok()?;
        self.of_part(revision.object, revision.part).nth(index)
    }

    /// All of them, ascending by object and part, the revisions of each in order.
    pub(crate) fn rows(&self) -> Vec<HistoryRow> {
        let later = self.later.iter().flat_map(|(object, versions)| {
            versions.iter().map(move |(part, version)| (object, *part, *version))
        });
        let mut rows: Vec<HistoryRow> = self.opened.iter().copied().chain(later).collect();
        // Stable: what was there at opening comes before what came later.
        order::sort_by_key(&mut rows, |(object, part, _)| (*object, *part));
        rows
    }
}
