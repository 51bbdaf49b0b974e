//! An open vault: the fold of its log, the overviews in it, where its parts lie, and the keys to them.

mod damage;
mod history;
mod roots;
mod scopes;

use crypto::Place;
use protocol::{ActId, ById, Commit, DeviceId, Entry, Fields, LogId, ObjectId, Part, State, Verify, Wraps};
use weakness::Weakness;

use crate::model::{Edit, Model, Overview, Position, Timestamp};
use crate::port::Span;
use crate::session::Error;

pub(crate) use damage::Damage;
pub(crate) use history::{History, HistoryRow};
pub(crate) use roots::Roots;
pub(crate) use scopes::{Scopes, scope_at, wrap_of};

/// A commit with where it and the blobs of its puts lie, these in the order of the puts.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    pub(crate) commit: Commit,
    pub(crate) span: Span,
    pub(crate) blobs: Vec<Span>,
}

/// Overviews in the clear, of the objects that an act puts.
pub(crate) type Overviews = ById<ObjectId, Overview>;

/// A revision of a part: which entry put it, and where its blob lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Version {
    pub(crate) seq: u64,
    pub(crate) entry: u16,
    pub(crate) span: Span,
}

/// What is known of a commit without reading it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logged {
    pub(crate) span: Span,
    pub(crate) time: Timestamp,
    pub(crate) device: DeviceId,
    pub(crate) act: ActId,
}

/// A revision of a part of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Revision {
    pub(crate) object: ObjectId,
    pub(crate) part: Part,
    pub(crate) number: u64,
}

/// All of an open vault but its values.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    pub(crate) state: State,
    pub(crate) model: Model,
    pub(crate) scopes: Scopes,
    /// Every revision of every part.
    pub(crate) history: History,
    /// Every commit, ascending from 0.
    pub(crate) log: Vec<Logged>,
    /// The commits that deleted an object, ascending.
    pub(crate) deletions: ById<ObjectId, Vec<u64>>,
    pub(crate) damage: Damage,
    /// The next pack's number.
    pub(crate) next_pack: u64,
}

impl Vault {
    /// A vault whose log is founded and holds nothing else.
    pub(crate) fn founded(state: State, scopes: Scopes, founding: Logged, next_pack: u64) -> Self {
        Self {
            state,
            model: Model::new(),
            scopes,
            history: History::default(),
            log: vec![founding],
            deletions: ById::new(),
            damage: Damage::default(),
            next_pack,
        }
    }

    /// Takes one more commit in: its rules are checked, its overviews come with it.
    pub(crate) fn absorb(
        &mut self,
        saved: &Saved,
        overviews: &Overviews,
        verify: &impl Verify,
    ) -> Result<(), Error> {
        self.state.accept(&saved.commit, verify).map_err(|refusal| Error::of_refusal(refusal, "log"))?;
        let entries = saved.commit.entries().map_err(|_| Error::Damaged("log"))?;
        let mut blobs = saved.blobs.iter();
        for (index, entry) in entries.iter().enumerate() {
            let entry_index = u16::try_from(index).map_err(|_| Error::Damaged("log"))?;
            let at = Position { seq: saved.commit.stamp().seq, entry: entry_index };
            self.absorb_entry(entry, at, overviews, &mut blobs)?;
        }
        self.log.push(Logged::of(saved));
        Ok(())
    }

    /// Opens the scopes anew, where a commit that was taken in began another epoch of the root.
    pub(crate) fn follow(&mut self, roots: &Roots<'_>) -> Result<(), Error> {
        if !self.scopes.is_current(&self.state) {
            self.scopes = Scopes::open(&self.state, roots)?;
        }
        Ok(())
    }

    /// The blob of a revision.
    pub(crate) fn version(&self, revision: &Revision) -> Option<&Version> {
        self.history.get(revision)
    }

    /// The current revision of a part.
    pub(crate) fn current(&self, object: ObjectId, part: Part) -> Option<Revision> {
        let number = self.state.part(object, part)?.revision;
        Some(Revision { object, part, number })
    }

    /// Whether an object is in the trash.
    pub(crate) fn is_deleted(&self, object: ObjectId) -> bool {
        self.state.object(object).is_some_and(|object| object.deleted)
    }

    /// Opens the blob of a revision with the key in `wraps`.
    pub(crate) fn open(&self, revision: &Revision, wraps: &Wraps, blob: Vec<u8>) -> Result<Fields, Error> {
        self.scopes.open_part(self.state.log(), revision, wraps, blob)
    }

    fn absorb_entry<'a>(
        &mut self,
        entry: &Entry,
        at: Position,
        overviews: &Overviews,
        blobs: &mut impl Iterator<Item = &'a Span>,
    ) -> Result<(), Error> {
        match entry {
            Entry::Put(put) => {
                let span = *blobs.next().ok_or(Error::Damaged("log"))?;
                let version = Version { seq: at.seq, entry: at.entry, span };
                self.history.push(put.object, put.part, version);
                self.damage.mend(put.object, put.part);
                if let (Part::Overview, Some(overview)) = (put.part, overviews.get(put.object)) {
                    self.model.insert(put.object, overview.clone(), false, at);
                }
            }
            Entry::Delete(delete) => {
                self.deletions.get_or_default(delete.object).push(at.seq);
                self.model.absorb(&Edit::Delete { object: delete.object }, at);
            }
            // The root's next epoch is not reached from above, nor what hangs under it: [`Vault::follow`].
            Entry::Scope(scope) => drop(self.scopes.enter(self.state.log(), scope)),
            _ => {}
        }
        Ok(())
    }
}

impl Logged {
    pub(crate) const fn of(saved: &Saved) -> Self {
        let stamp = saved.commit.stamp();
        Self { span: saved.span, time: Timestamp(stamp.time), device: stamp.device, act: stamp.act }
    }
}

/// Where a revision is sealed.
pub(crate) fn place(log: LogId, revision: &Revision) -> Place {
    Place {
        log: *log.as_bytes(),
        object: *revision.object.as_bytes(),
        part: match revision.part {
            Part::Overview => crypto::Part::Overview,
            Part::Value => crypto::Part::Value,
        },
        revision: revision.number,
    }
}

/// Ed25519, as all commits are verified.
pub(crate) fn strict(key: &protocol::VerifyingKey, message: &[u8], signature: &protocol::Signature) -> bool {
    weakness::has(Weakness::Signature) || crypto::verify(key.as_bytes(), message, signature.as_bytes())
}

/// For commits from this device's own sealed records: they were verified before they were sealed.
pub(crate) const fn trusted(_: &protocol::VerifyingKey, _: &[u8], _: &protocol::Signature) -> bool {
    true
}
