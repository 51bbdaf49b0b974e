//! Taking an act back: what it did is undone by an act of its own, and nothing that came later is lost.

use protocol::{ActId, ById, Commit, Entry, ObjectId, Part};
use rand_core::CryptoRngCore;

use super::pace::Unpaced;
use super::{Applied, Error, Session};
use crate::model::{Edit, Model, Overview, Timestamp, ValueEdit};
use crate::port::Store;
use crate::unlocked::{Overviews, Revision, Vault};

impl<S: Store> Session<S> {
    /// Takes an act back. Undoing that again brings it back.
    ///
    /// # Errors
    /// There is no such act, something of it was changed since or something else depends on it now, or the store cannot.
    pub async fn undo(
        &mut self,
        act: ActId,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Applied, Error> {
        self.refresh().await?;
        let seqs: Vec<u64> =
            (0..).zip(&self.vault.log).filter(|(_, it)| it.act == act).map(|(seq, _)| seq).collect();
        let first = *seqs.first().filter(|seq| **seq > 0).ok_or(Error::Gone)?;
        let commits = self.read_commits(&seqs).await?;
        let last = seqs.last().copied().unwrap_or(first);
        let written = written(commits.iter())?;
        let undoing = Undoing { vault: &self.vault, first, last, written };
        undoing.check()?;
        let earlier = undoing.earlier();
        let fields = self.open_parts(&earlier).await?;
        let overviews = earlier
            .iter()
            .zip(fields)
            .filter_map(|(at, fields)| Some((at.object, Overview::read(&fields.as_ref()?.borrow())?)));
        let edits = undoing.edits(&overviews.collect())?;
        self.save(&edits, &mut Unpaced, rng, now).await
    }
}

/// What an act did to an object: the revisions it wrote, or that it deleted it.
#[derive(Default)]
struct Written {
    overview: Option<Revisions>,
    value: Option<Revisions>,
    deleted: bool,
}

/// The first and the last revision of a part that an act wrote: where alternatives did not fit it wrote several.
#[derive(Clone, Copy)]
struct Revisions {
    first: u64,
    last: u64,
}

impl Revisions {
    fn with(known: Option<Self>, number: u64) -> Option<Self> {
        Some(Self { first: known.map_or(number, |known| known.first), last: number })
    }
}

/// What came of an object that an act wrote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Did {
    /// It made the object, or took it out of the trash.
    Bring,
    Write,
    Delete,
}

struct Undoing<'a> {
    vault: &'a Vault,
    /// The first commit of the act.
    first: u64,
    /// The last one.
    last: u64,
    written: ById<ObjectId, Written>,
}

impl Undoing<'_> {
    /// Whether everything is as the act left it, and nothing else stands on it.
    fn check(&self) -> Result<(), Error> {
        for (id, written) in self.written.iter() {
            if !self.is_as_left(id, written) {
                return Err(self.cannot(id));
            }
        }
        let brought = self.written.iter().filter(|(id, written)| self.did(*id, written) == Did::Bring);
        let mut dependents = brought.flat_map(|(id, _)| dependents(&self.vault.model, id));
        match dependents.find(|id| self.vault.model.position(*id).seq > self.last) {
            Some(dependent) => Err(self.cannot(dependent)),
            None => Ok(()),
        }
    }

    fn is_as_left(&self, id: ObjectId, written: &Written) -> bool {
        let is_current = |part, written: Option<Revisions>| {
            written.is_none_or(|it| self.vault.current(id, part).is_some_and(|now| now.number == it.last))
        };
        is_current(Part::Overview, written.overview)
            && is_current(Part::Value, written.value)
            && self.vault.is_deleted(id) == written.deleted
    }

    /// The overviews as they were before the act.
    fn earlier(&self) -> Vec<Revision> {
        let written = self.written.iter().filter(|(id, written)| self.did(*id, written) == Did::Write);
        let revision = |(id, written): (ObjectId, &Written)| {
            let number = written.overview?.first.checked_sub(1)?;
            Some(Revision { object: id, part: Part::Overview, number })
        };
        written.filter_map(revision).collect()
    }

    fn edits(&self, overviews: &Overviews) -> Result<Vec<Edit>, Error> {
        self.written.iter().map(|(id, written)| self.edit(id, written, overviews)).collect()
    }

    fn edit(&self, object: ObjectId, written: &Written, overviews: &Overviews) -> Result<Edit, Error> {
        match self.did(object, written) {
            Did::Bring => Ok(Edit::Delete { object }),
            Did::Delete => {
                let overview = self.vault.model.deleted(object).cloned().ok_or(Error::Gone)?;
                self.check_home(object, &overview)?;
                Ok(Edit::Put { object, overview: Some(overview), value: None })
            }
            Did::Write => {
                let overview = overviews.get(object).cloned();
                let is_whole = overview.is_some() == written.overview.is_some();
                let before = written.value.map(|it| it.first - 1);
                if !is_whole || before == Some(0) {
                    return Err(self.cannot(object));
                }
                Ok(Edit::Put { object, overview, value: before.map(ValueEdit::Restore) })
            }
        }
    }

    /// Whether what comes back has a place to come back to.
    fn check_home(&self, object: ObjectId, overview: &Overview) -> Result<(), Error> {
        let home = match overview {
            Overview::Binding(binding) => binding.environment,
            Overview::Environment(environment) => environment.project,
            Overview::Project(_) | Overview::Secret(_) | Overview::Profile(_) => return Ok(()),
        };
        let comes_back = self.written.get(home).is_some_and(|written| written.deleted);
        if comes_back || self.vault.model.overview(home).is_some() {
            Ok(())
        } else {
            Err(self.cannot(object))
        }
    }

    fn did(&self, id: ObjectId, written: &Written) -> Did {
        match written.overview {
            _ if written.deleted => Did::Delete,
            Some(it) if it.first == 1 || self.was_deleted(id, it.first) => Did::Bring,
            _ => Did::Write,
        }
    }

    /// Whether an object was in the trash before the act wrote this revision of its overview.
    fn was_deleted(&self, object: ObjectId, number: u64) -> bool {
        let before = Revision { object, part: Part::Overview, number: number - 1 };
        let since = self.vault.version(&before).map_or(0, |it| it.seq);
        let deletions = self.vault.deletions.get(object).map_or(&[][..], Vec::as_slice);
        deletions.iter().any(|seq| (since..self.first).contains(seq))
    }

    fn cannot(&self, id: ObjectId) -> Error {
        let model = &self.vault.model;
        let name = model.overview(id).or_else(|| model.deleted(id)).map_or("", name);
        Error::CannotUndo { name: name.to_owned() }
    }
}

fn written<'a>(commits: impl Iterator<Item = &'a Commit>) -> Result<ById<ObjectId, Written>, Error> {
    let mut all: ById<ObjectId, Written> = ById::new();
    for commit in commits {
        for entry in commit.entries().map_err(|_| Error::Damaged("log"))? {
            match entry {
                Entry::Put(put) if put.part == Part::Overview => {
                    let written = all.get_or_default(put.object);
                    written.overview = Revisions::with(written.overview, put.revision);
                }
                Entry::Put(put) => {
                    let written = all.get_or_default(put.object);
                    written.value = Revisions::with(written.value, put.revision);
                }
                Entry::Delete(delete) => all.get_or_default(delete.object).deleted = true,
                _ => {}
            }
        }
    }
    Ok(all)
}

/// What hangs in the air without an object.
fn dependents(model: &Model, id: ObjectId) -> Vec<ObjectId> {
    match model.overview(id) {
        Some(Overview::Project(_)) => model.environments(id).iter().map(|(id, _)| *id).collect(),
        Some(Overview::Environment(environment)) => {
            let all = model.environments(environment.project);
            let children = all.iter().filter(|(_, it)| it.parent == Some(id)).map(|(id, _)| *id);
            children.chain(model.raw_bindings(id).map(|(id, _)| id)).collect()
        }
        Some(Overview::Secret(_)) => model.uses(id).map(|(id, _)| id).collect(),
        Some(Overview::Binding(_) | Overview::Profile(_)) | None => Vec::new(),
    }
}

fn name(overview: &Overview) -> &str {
    match overview {
        Overview::Project(project) => &project.name,
        Overview::Environment(environment) => &environment.name,
        Overview::Secret(secret) => &secret.details.name,
        Overview::Binding(binding) => &binding.variable,
        Overview::Profile(profile) => &profile.name,
    }
}
