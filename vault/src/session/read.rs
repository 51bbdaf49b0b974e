//! Values and history, decrypted when asked for.

use protocol::{ActId, ById, Commit, DeviceId, Entry, Field, Fields, ObjectId, Part, Wraps, order};

use super::{Error, Session};
use crate::merge;
use crate::model::{Overview, SecretValue, Timestamp, Written};
use crate::port::{Span, Store};
use crate::unlocked::Revision;

/// A version of a secret's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub revision: u64,
    /// When it was written, as the device claims.
    pub time: Timestamp,
    /// The device that wrote it.
    pub device: DeviceId,
}

/// A value that another device gave a secret while this one gave it the current one.
#[derive(Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The value.
    pub value: SecretValue,
    /// Who wrote it, and when.
    pub written: Written,
}

/// What another device said of something while this one said something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contested {
    /// In which field.
    pub field: Field,
    /// The thing as it would be with it.
    pub overview: Overview,
    /// Who wrote it, and when.
    pub written: Written,
}

/// An act in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its id.
    pub act: ActId,
    /// When, as the device claims.
    pub time: Timestamp,
    /// Which device did it.
    pub device: DeviceId,
    /// The objects it wrote, brought back or deleted, each once.
    pub objects: Vec<ObjectId>,
    /// Where it put values into a page, if it wrote down no more than that: the page's origin.
    pub filled: Option<Box<str>>,
}

impl<S: Store> Session<S> {
    /// The current values of secrets, in the order asked for; `None` for one that is not there, has no value, or a damaged
    /// one: damage of one is no other's.
    ///
    /// # Errors
    /// The log is damaged, or the store cannot.
    pub async fn values(&self, secrets: &[ObjectId]) -> Result<Vec<Option<SecretValue>>, Error> {
        let there = |id: &ObjectId| self.model().secret(*id).is_some();
        let current = |id: &ObjectId| there(id).then(|| self.vault.current(*id, Part::Value)).flatten();
        let wanted: Vec<_> = secrets.iter().map(current).collect();
        let known: Vec<_> = wanted.iter().flatten().copied().collect();
        let mut opened = self.open_each(&known).await?.into_iter();
        let mut value = |_| SecretValue::read(&opened.next()??.ok()?);
        Ok(wanted.into_iter().map(|revision| revision.and_then(&mut value)).collect())
    }

    /// When a secret's value was last written, as the device claims: the time of its newest version.
    pub fn changed(&self, secret: ObjectId) -> Timestamp {
        let value = self.vault.state.part(secret, Part::Value);
        let logged = value.and_then(|it| self.vault.log.get(usize::try_from(it.seq).ok()?));
        logged.map(|it| it.time).unwrap_or_default()
    }

    /// The versions of a secret's value, newest first.
    ///
    /// # Errors
    /// There is no such secret, in the trash or not.
    pub fn history(&self, secret: ObjectId) -> Result<Vec<Version>, Error> {
        let versions = self.vault.history.of_part(secret, Part::Value);
        let version = |(revision, it): (u64, &crate::unlocked::Version)| {
            let logged = self.vault.log.get(usize::try_from(it.seq).ok()?)?;
            Some(Version { revision, time: logged.time, device: logged.device })
        };
        let mut history: Vec<_> = (1..).zip(versions).filter_map(version).collect();
        history.reverse();
        if history.is_empty() { Err(Error::Gone) } else { Ok(history) }
    }

    /// The values that a secret has beside its current one, until somebody settles which it is.
    ///
    /// # Errors
    /// There is no such secret, its value is damaged, or the store cannot.
    pub async fn alternatives(&self, secret: ObjectId) -> Result<Vec<Alternative>, Error> {
        let current = self.vault.current(secret, Part::Value).ok_or(Error::Gone)?;
        let opened = self.open_parts(&[current]).await?;
        let fields = opened.into_iter().flatten().next().ok_or(Error::Gone)?;
        let alternative = |it: merge::Alternative| {
            Some(Alternative { value: SecretValue::read(&it.alone)?, written: it.written })
        };
        Ok(merge::alternatives(&fields, Field::Value).filter_map(alternative).collect())
    }

    /// What is said of something beside what is current, until somebody settles it; nothing of a secret's value.
    pub fn contested(&self, object: ObjectId) -> Vec<Contested> {
        let Some(overview) = self.model().overview(object) else { return Vec::new() };
        let fields = overview.write(Fields::new());
        let of_field = |field: Field| {
            let all = merge::alternatives(&fields, field).filter_map(|it| {
                let chosen = merge::settled(&fields, field, Some(it.written))?;
                let overview = Overview::read(&chosen.borrow())?;
                Some(Contested { field, overview, written: it.written })
            });
            all.collect::<Vec<_>>()
        };
        merge::contested(&fields).into_iter().flat_map(of_field).collect()
    }

    /// A version of a secret's value.
    ///
    /// # Errors
    /// There is no such version, it is damaged, or the store cannot.
    pub async fn value_at(&self, secret: ObjectId, revision: u64) -> Result<SecretValue, Error> {
        let wanted = Revision { object: secret, part: Part::Value, number: revision };
        let opened = self.open_parts(&[wanted]).await?;
        opened.into_iter().flatten().next().as_ref().and_then(SecretValue::read).ok_or(Error::Gone)
    }

    /// The last `most` acts, newest first. The act that made the vault is not among them.
    ///
    /// # Errors
    /// The log is damaged, or the store cannot.
    pub async fn activity(&self, most: usize) -> Result<Vec<Activity>, Error> {
        let mut acts: Vec<Activity> = Vec::new();
        let mut seqs: Vec<(u64, usize)> = Vec::new();
        for (seq, logged) in (0..).zip(&self.vault.log).skip(1).collect::<Vec<_>>().into_iter().rev() {
            if acts.last().is_none_or(|last| last.act != logged.act) {
                if acts.len() == most {
                    break;
                }
                let (act, time, device) = (logged.act, logged.time, logged.device);
                acts.push(Activity { act, time, device, objects: Vec::new(), filled: None });
            }
            seqs.push((seq, acts.len() - 1));
        }
        let commits = self.read_commits(&seqs.iter().map(|(seq, _)| *seq).collect::<Vec<_>>()).await?;
        let mut described = Vec::new();
        for (seq, index) in seqs {
            if let (Some(act), Some(commit)) = (acts.get_mut(index), commits.get(seq)) {
                described
                    .extend(self.described(commit).filter(|_| act.objects.is_empty()).map(|it| (index, it)));
                act.objects.extend(touched(commit));
            }
        }
        self.find_filled(&mut acts, &described).await?;
        for act in &mut acts {
            act.objects = order::distinct(std::mem::take(&mut act.objects));
        }
        Ok(acts)
    }

    /// The first of the secrets that a commit describes, if it does nothing else: as it described it.
    fn described(&self, commit: &Commit) -> Option<Revision> {
        let of = |entry: Entry| match entry {
            Entry::Put(put) if put.part == Part::Overview => {
                let it = Revision { object: put.object, part: put.part, number: put.revision };
                self.model().secret(it.object).map(|_| it)
            }
            _ => None,
        };
        let all: Option<Vec<_>> = commit.entries().ok()?.into_iter().map(of).collect();
        all?.first().copied()
    }

    /// Says of acts that described secrets whether that was where a value went, by what they wrote themselves: a place that
    /// was filled again since is in the secret once.
    async fn find_filled(&self, acts: &mut [Activity], described: &[(usize, Revision)]) -> Result<(), Error> {
        let revisions: Vec<_> = described.iter().map(|(_, revision)| *revision).collect();
        let opened = self.open_each(&revisions).await?;
        for ((index, _), fields) in described.iter().zip(opened) {
            let (Some(act), Some(Ok(fields))) = (acts.get_mut(*index), fields) else { continue };
            let Some(Overview::Secret(secret)) = Overview::read(&fields.borrow()) else { continue };
            let here = (act.time.0, *act.device.as_bytes());
            let place = secret.filled.iter().find(|it| (it.time, it.device) == here);
            act.filled = place.map(|it| it.origin.clone());
        }
        Ok(())
    }

    /// How many acts came after `time`, as the devices claim. The act that made the vault is not among them.
    pub fn acts_since(&self, time: Timestamp) -> usize {
        let since = self.vault.log.iter().skip(1).filter(|logged| logged.time > time);
        since.map(|logged| logged.act).collect::<ById<ActId, ()>>().len()
    }

    /// The fields of revisions, in the order asked for; `None` for one that there is not.
    pub(super) async fn open_parts(&self, wanted: &[Revision]) -> Result<Vec<Option<Fields>>, Error> {
        self.open_each(wanted).await?.into_iter().map(Option::transpose).collect()
    }

    /// As [`Self::open_parts`], each damaged one by itself.
    pub(super) async fn open_each(
        &self,
        wanted: &[Revision],
    ) -> Result<Vec<Option<Result<Fields, Error>>>, Error> {
        let old: Vec<u64> = wanted.iter().filter_map(|it| self.old_commit(it)).collect();
        let commits = self.read_commits(&old).await?;
        let found: Vec<_> = wanted
            .iter()
            .map(|it| Some((*it, self.vault.version(it)?.span, self.wraps(it, &commits)?)))
            .collect();
        let spans: Vec<Span> = found.iter().flatten().map(|(_, span, _)| *span).collect();
        let mut blobs = self.store.read(&spans).await?.into_iter();
        let mut open = |(revision, _, wraps): (Revision, Span, Wraps)| {
            let blob = blobs.next().flatten().ok_or(Error::Damaged("a sealed part"))?;
            self.vault
                .open(&revision, &wraps, blob)
                .map_err(|error| self.not_here(&revision).unwrap_or(error))
        };
        Ok(found.into_iter().map(|it| it.map(&mut open)).collect())
    }

    /// What it means that a revision does not open whose blob may be still to come.
    fn not_here(&self, revision: &Revision) -> Option<Error> {
        let version = self.vault.version(revision)?;
        self.awaits(version.seq).then_some(Error::NotHere)
    }

    /// Commits by their place in the log.
    pub(super) async fn read_commits(&self, seqs: &[u64]) -> Result<Commits, Error> {
        let damaged = || Error::Damaged("log");
        let logged = |seq: &u64| self.vault.log.get(usize::try_from(*seq).ok()?).map(|it| it.span);
        let spans: Option<Vec<Span>> = seqs.iter().map(logged).collect();
        let read = self.store.read(&spans.ok_or_else(damaged)?).await?;
        let decode = |(seq, bytes): (&u64, Option<Vec<u8>>)| {
            let commit = Commit::decode(&bytes.ok_or_else(damaged)?).map_err(|_| damaged())?;
            Ok((*seq, commit))
        };
        let commits: Result<Vec<_>, Error> = seqs.iter().zip(read).map(decode).collect();
        Ok(Commits::of(commits?))
    }

    /// The commit that says under which keys a revision lies, if it is not the current one.
    fn old_commit(&self, revision: &Revision) -> Option<u64> {
        let current = self.vault.state.part(revision.object, revision.part)?;
        (current.revision != revision.number).then(|| self.vault.version(revision).map(|it| it.seq))?
    }

    fn wraps(&self, revision: &Revision, commits: &Commits) -> Option<Wraps> {
        let current = self.vault.state.part(revision.object, revision.part)?;
        if current.revision == revision.number {
            return Some(current.wraps.clone());
        }
        let version = self.vault.version(revision)?;
        let entries = commits.get(version.seq)?.entries().ok()?;
        match entries.into_iter().nth(usize::from(version.entry))? {
            Entry::Put(put) => Some(put.wraps),
            _ => None,
        }
    }
}

/// Commits by their place in the log, ascending.
pub(super) struct Commits(Vec<(u64, Commit)>);

impl Commits {
    fn of(mut commits: Vec<(u64, Commit)>) -> Self {
        order::sort_by_key(&mut commits, |(seq, _)| *seq);
        Self(commits)
    }

    fn get(&self, seq: u64) -> Option<&Commit> {
        let at = self.0.partition_point(|(of, _)| *of < seq);
        self.0.get(at).filter(|(of, _)| *of == seq).map(|(_, commit)| commit)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Commit> {
        self.0.iter().map(|(_, commit)| commit)
    }
}

/// The objects that a commit writes or deletes.
fn touched(commit: &Commit) -> Vec<ObjectId> {
    let of = |entry: &Entry| match entry {
        Entry::Put(put) => Some(put.object),
        Entry::Delete(delete) => Some(delete.object),
        _ => None,
    };
    commit.entries().unwrap_or_default().iter().filter_map(of).collect()
}
