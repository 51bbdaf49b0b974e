//! From edits to signed commits and sealed blobs.

use crypto::{PartKey, Sealed};
use protocol::{
    ById, Checkpoint, Delete, Entry, Field, Fields, Hash, ObjectId, Part, Put, ScopeId, Stamp, State,
    UnwrapFrom, Wrap, WrapInto, Wraps, limit,
};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::Error;
use crate::merge;
use crate::model::{Edit, Overview, ValueEdit};
use crate::unlocked::{Overviews, Revision, Scopes, Vault, place};

/// The fields of revisions that edits build on.
pub(super) type Bases = ById<ObjectId, Vec<(Revision, Fields)>>;

/// An entry, with its blob if it is a put.
pub(super) struct Piece {
    pub(super) entry: Entry,
    pub(super) blob: Option<Vec<u8>>,
}

/// What edits come to: pieces in order, and the overviews in them.
pub(super) struct Sealing {
    pub(super) pieces: Vec<Piece>,
    pub(super) overviews: Overviews,
}

/// Seals edits of one act.
pub(super) struct Sealer<'a, R> {
    /// The log as it is before the act, and the model as it is after.
    vault: &'a Vault,
    scopes: Scopes,
    bases: &'a Bases,
    rng: &'a mut R,
    pieces: Vec<Piece>,
    /// How often objects' parts are written: overview, value.
    put: ById<ObjectId, [u64; 2]>,
}

/// A revision whose fields an edit builds on.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) revision: Revision,
    /// Whether it is all that the edit writes; else only what this version does not know is kept of it, and where it does
    /// not open, nothing: a new revision mends a damaged part.
    pub(super) is_all: bool,
}

/// The revisions whose fields `edits` build on.
pub(super) fn bases(vault: &Vault, edits: &[Edit]) -> Vec<Base> {
    let mut wanted = Vec::new();
    let current = |object, part| vault.current(object, part).map(|revision| Base { revision, is_all: false });
    for edit in edits {
        let Edit::Put { object, overview, value } = edit else { continue };
        if overview.is_some() {
            wanted.extend(current(*object, Part::Overview));
        }
        match value {
            Some(ValueEdit::Restore(number)) => {
                let revision = Revision { object: *object, part: Part::Value, number: *number };
                wanted.push(Base { revision, is_all: true });
            }
            Some(ValueEdit::Again(number)) => {
                let revision = Revision { object: *object, part: Part::Value, number: *number };
                wanted.extend(current(*object, Part::Value).filter(|base| base.revision != revision));
                wanted.push(Base { revision, is_all: true });
            }
            Some(ValueEdit::Settle(_)) => {
                let base = current(*object, Part::Value);
                wanted.extend(base.map(|base| Base { is_all: true, ..base }));
            }
            Some(ValueEdit::Set(_)) => wanted.extend(current(*object, Part::Value)),
            Some(ValueEdit::Before) | None => {}
        }
    }
    wanted
}

impl<'a, R: CryptoRngCore> Sealer<'a, R> {
    /// For a vault whose model has taken in what is to be sealed, and whose log has not.
    pub(super) fn new(vault: &'a Vault, bases: &'a Bases, rng: &'a mut R) -> Self {
        let scopes = vault.scopes.clone();
        Self { vault, scopes, bases, rng, pieces: Vec::new(), put: ById::new() }
    }

    /// What the sealed edits come to; `moved` are the secrets that they may move from scope to scope.
    pub(super) fn finish(mut self, edits: &[Edit], moved: ById<ObjectId, ()>) -> Result<Sealing, Error> {
        let touched: ById<ObjectId, ()> = moved.ids().chain(edits.iter().map(Edit::object)).collect();
        touched.ids().try_for_each(|object| self.move_keys(object))?;
        edits.iter().for_each(|edit| self.delete(edit));
        Ok(Sealing { pieces: self.pieces, overviews: overviews(edits) })
    }

    /// The compartment of a new project or environment: before anything is sealed into it.
    pub(super) fn make_scopes(&mut self, edit: &Edit) -> Result<(), Error> {
        let Edit::Put { overview: Some(overview), .. } = edit else { return Ok(()) };
        let root = self.vault.state.root_scope();
        let (scope, parent) = match overview {
            Overview::Project(project) => (project.scope, root),
            Overview::Environment(environment) => {
                let parent = self.vault.model.project(environment.project).map_or(root, |it| it.scope);
                (environment.scope, parent)
            }
            Overview::Secret(_) | Overview::Binding(_) | Overview::Profile(_) => return Ok(()),
        };
        if self.scopes.contains(scope) {
            return Ok(());
        }
        let log = self.vault.state.log();
        let made = self.scopes.create(log, scope, parent, self.rng).ok_or(Error::Damaged("scope keys"))?;
        self.pieces.push(Piece { entry: Entry::Scope(made), blob: None });
        Ok(())
    }

    /// The new revisions of one edit.
    pub(super) fn seal_edit(&mut self, edit: &Edit) -> Result<(), Error> {
        let Edit::Put { object, overview, value } = edit else { return Ok(()) };
        if let Some(overview) = overview {
            let base = self.base(*object, Part::Overview)?;
            self.seal_part(*object, Part::Overview, &overview.write(base))?;
        }
        match value {
            Some(ValueEdit::Set(value)) => {
                let base = self.base(*object, Part::Value)?;
                self.seal_part(*object, Part::Value, &value.write(base))
            }
            Some(ValueEdit::Again(number)) => {
                let revision = Revision { object: *object, part: Part::Value, number: *number };
                let value = base_of(self.bases, &revision).ok_or(Error::Gone)?.get(Field::Value.number());
                let mut fields = self.base(*object, Part::Value)?;
                fields.set(Field::Value.number(), value.ok_or(Error::Gone)?.to_vec());
                self.seal_part(*object, Part::Value, &fields)
            }
            Some(ValueEdit::Settle(chosen)) => {
                let base = self.base(*object, Part::Value)?;
                let settled = merge::settled(&base, Field::Value, *chosen).ok_or(Error::Gone)?;
                self.seal_part(*object, Part::Value, &settled)
            }
            Some(ValueEdit::Restore(number)) => {
                let revision = Revision { object: *object, part: Part::Value, number: *number };
                let bases = self.bases;
                self.seal_part(*object, Part::Value, base_of(bases, &revision).ok_or(Error::Gone)?)
            }
            Some(ValueEdit::Before) => Err(Error::Gone),
            None => Ok(()),
        }
    }

    /// The fields that a part has now; none if it is new.
    fn base(&self, object: ObjectId, part: Part) -> Result<Fields, Error> {
        let Some(revision) = self.vault.current(object, part) else { return Ok(Fields::new()) };
        let fields = base_of(self.bases, &revision).ok_or(Error::Gone)?;
        let mut copy = Fields::new();
        fields.iter().for_each(|(number, bytes)| drop(copy.set(number, bytes.to_vec())));
        Ok(copy)
    }

    pub(super) fn seal_part(&mut self, object: ObjectId, part: Part, fields: &Fields) -> Result<(), Error> {
        let before = self.vault.state.part(object, part).map_or(0, |part| part.revision);
        let times = &mut self.put.get_or_default(object)[part as usize];
        *times += 1;
        let revision = Revision { object, part, number: before + *times };
        let key = PartKey::generate(self.rng);
        let plaintext = fields.encode().map_err(|_| Error::TooMuch)?;
        let place = place(self.vault.state.log(), &revision);
        let sealed = key.seal(&place, &plaintext, self.rng).map_err(|_| Error::TooMuch)?;
        let scopes = self.scopes_of(object);
        let wraps: Result<Vec<_>, _> =
            scopes.into_iter().map(|scope| self.wrap(scope, &revision, &key)).collect();
        let wraps = Wraps::new(wraps?).map_err(|_| Error::TooMuch)?;
        let (put, blob) = put(&revision, wraps, sealed)?;
        self.pieces.push(Piece { entry: Entry::Put(put), blob: Some(blob) });
        Ok(())
    }

    /// Gives the parts of an object that are not written anew to the scopes it lies in now, and takes them from those it
    /// left.
    fn move_keys(&mut self, object: ObjectId) -> Result<(), Error> {
        if self.vault.model.overview(object).is_none() {
            return Ok(());
        }
        let scopes = self.scopes_of(object);
        for part in [Part::Overview, Part::Value] {
            let Some(revision) = self.vault.current(object, part) else { continue };
            if self.put.get(object).is_none_or(|put| put[part as usize] == 0) {
                self.move_part(&revision, &scopes)?;
            }
        }
        Ok(())
    }

    fn move_part(&mut self, revision: &Revision, scopes: &[ScopeId]) -> Result<(), Error> {
        let record = self.vault.state.part(revision.object, revision.part).ok_or(Error::Gone)?;
        let had: Vec<ScopeId> = record.wraps.iter().map(|wrap| wrap.scope).collect();
        let new: Vec<ScopeId> = scopes.iter().filter(|scope| !had.contains(scope)).copied().collect();
        let (object, part, number) = (revision.object, revision.part, revision.number);
        if !new.is_empty() {
            let key = self.scopes.part_key(revision, &record.wraps).ok_or(Error::Damaged("scope keys"))?;
            for scope in new {
                let wrap = self.wrap(scope, revision, &key)?;
                let entry = Entry::Wrap(WrapInto { object, part, revision: number, wrap });
                self.pieces.push(Piece { entry, blob: None });
            }
        }
        for scope in had.into_iter().filter(|scope| !scopes.contains(scope)) {
            let entry = Entry::Unwrap(UnwrapFrom { object, part, revision: number, scope });
            self.pieces.push(Piece { entry, blob: None });
        }
        Ok(())
    }

    fn delete(&mut self, edit: &Edit) {
        let Edit::Delete { object } = edit else { return };
        let is_there = !self.vault.is_deleted(*object);
        if let Some(revision) = self.vault.current(*object, Part::Overview).filter(|_| is_there) {
            let entry = Entry::Delete(Delete { object: *object, revision: revision.number });
            self.pieces.push(Piece { entry, blob: None });
        }
    }

    fn wrap(&mut self, scope: ScopeId, revision: &Revision, key: &PartKey) -> Result<Wrap, Error> {
        self.scopes.wrap(scope, revision, key, self.rng).ok_or(Error::Damaged("scope keys"))
    }

    /// The scopes an object lies in after the act; the root, if in no other.
    fn scopes_of(&self, object: ObjectId) -> Vec<ScopeId> {
        let scopes = self.vault.model.scopes(object);
        if scopes.is_empty() { vec![self.vault.state.root_scope()] } else { scopes }
    }
}

/// The put of a sealed revision, and its blob.
pub(super) fn put(revision: &Revision, wraps: Wraps, sealed: Sealed) -> Result<(Put, Vec<u8>), Error> {
    let blob = sealed.into_bytes();
    let length = u32::try_from(blob.len()).map_err(|_| Error::TooMuch)?;
    let put = Put {
        object: revision.object,
        part: revision.part,
        revision: revision.number,
        wraps,
        blob: Hash::of_blob(&blob),
        length,
    };
    Ok((put, blob))
}

/// Pieces in runs that fit a commit each.
pub(super) fn split(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut commits: Vec<Vec<Piece>> = Vec::new();
    let (mut body, mut blobs) = (0, 0);
    for piece in pieces {
        let (entry, blob) = (piece.entry.length(), piece.blob.as_ref().map_or(0, Vec::len));
        let has_room = body + entry <= limit::PACKED_BODY && blobs + blob <= limit::PACKED_BLOBS;
        match commits.last_mut() {
            Some(last) if has_room && last.len() < limit::PACKED_ENTRIES => {
                last.push(piece);
                (body, blobs) = (body + entry, blobs + blob);
            }
            _ => {
                commits.push(vec![piece]);
                (body, blobs) = (entry, blob);
            }
        }
    }
    commits
}

/// The entries of the commit that comes next: a checkpoint first where one is due.
pub(super) fn entries(vault: &Vault, pieces: &[Piece]) -> Vec<Entry> {
    checkpoint(&vault.state).into_iter().chain(pieces.iter().map(|piece| piece.entry.clone())).collect()
}

/// The checkpoint that the next commit has to begin with, if one is due.
pub(super) fn checkpoint(state: &State) -> Option<Entry> {
    state.is_checkpoint_due().then(|| Entry::Checkpoint(Checkpoint { root: state.root(), heads: Vec::new() }))
}

/// The stamp of the commit that comes next. Its counter is the one given or, where that was used, the next.
pub(super) fn next_stamp(state: &State, stamp: Stamp) -> Stamp {
    let used = state.device(stamp.device).map_or(0, |device| device.counter);
    let counter = if weakness::has(Weakness::Copied) { stamp.counter } else { stamp.counter.max(used + 1) };
    Stamp { seq: state.next_seq(), prev: state.head().hash, counter, ..stamp }
}

fn base_of<'a>(bases: &'a Bases, revision: &Revision) -> Option<&'a Fields> {
    bases.get(revision.object)?.iter().find(|(at, _)| at == revision).map(|(_, fields)| fields)
}

fn overviews(edits: &[Edit]) -> Overviews {
    let put = |edit: &Edit| match edit {
        Edit::Put { object, overview: Some(overview), .. } => Some((*object, overview.clone())),
        _ => None,
    };
    edits.iter().filter_map(put).collect()
}
