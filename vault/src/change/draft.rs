//! A model with changes laid over it that are not yet made.

use protocol::{ById, ObjectId, ScopeId, limit, order};
use rand_core::CryptoRngCore;

use super::Refusal;
use crate::model::{
    Binding, Edit, Environment, Model, Named, Overview, Position, Profile, Project, Secret, Timestamp,
    ValueEdit,
};

/// What a change sees and writes: the objects of the model it starts from, and its own in place of them.
pub(super) struct Draft<'a> {
    base: &'a Model,
    now: Timestamp,
    /// What is written, as a small model of its own.
    patch: Model,
    /// What is written or deleted, in the order it was first touched.
    touched: Vec<ObjectId>,
    known: ById<ObjectId, ()>,
    values: ById<ObjectId, ValueEdit>,
    next_order: ById<ObjectId, u64>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(base: &'a Model, now: Timestamp) -> Self {
        Self {
            base,
            now,
            patch: Model::new(),
            touched: Vec::new(),
            known: ById::new(),
            values: ById::new(),
            next_order: ById::new(),
        }
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The edits that make the model what the draft shows.
    pub(super) fn finish(mut self) -> Result<Vec<Edit>, Refusal> {
        let new = self.touched.iter().filter(|id| !self.base.knows(**id)).count();
        if self.base.len() + new > limit::OBJECTS {
            return Err(Refusal::Full);
        }
        let touched = std::mem::take(&mut self.touched);
        Ok(touched.into_iter().filter_map(|object| self.edit_of(object)).collect())
    }

    pub(super) fn overview(&self, id: ObjectId) -> Option<&Overview> {
        if self.known.contains(id) { self.patch.overview(id) } else { self.base.overview(id) }
    }

    pub(super) fn deleted(&self, id: ObjectId) -> Option<&Overview> {
        if self.known.contains(id) { self.patch.deleted(id) } else { self.base.deleted(id) }
    }

    pub(super) fn project(&self, id: ObjectId) -> Result<&Project, Refusal> {
        self.overview(id).and_then(Overview::as_project).ok_or(Refusal::Gone)
    }

    pub(super) fn environment(&self, id: ObjectId) -> Result<&Environment, Refusal> {
        let environment = self.overview(id).and_then(Overview::as_environment).ok_or(Refusal::Gone)?;
        self.project(environment.project).map(|_| environment)
    }

    pub(super) fn secret(&self, id: ObjectId) -> Result<&Secret, Refusal> {
        self.overview(id).and_then(Overview::as_secret).ok_or(Refusal::Gone)
    }

    pub(super) fn profile(&self, id: ObjectId) -> Result<&Profile, Refusal> {
        self.overview(id).and_then(Overview::as_profile).ok_or(Refusal::Gone)
    }

    /// How many profiles there are.
    pub(super) fn profiles(&self) -> usize {
        let base = self.base.profiles().filter(|(id, _)| !self.known.contains(*id));
        base.chain(self.patch.profiles()).count()
    }

    /// Every project, in no order that means anything.
    pub(super) fn projects(&self) -> impl Iterator<Item = Named<'_, Project>> {
        let base = self.base.raw_projects().filter(|id| !self.known.contains(*id));
        let ids = base.chain(self.patch.raw_projects());
        ids.filter_map(|id| Some((id, self.project(id).ok()?)))
    }

    /// The environments of a project, in order.
    pub(super) fn environments(&self, project: ObjectId) -> Vec<Named<'_, Environment>> {
        let base = self.base.raw_environments(project).filter(|id| !self.known.contains(*id));
        let ids = base.chain(self.patch.raw_environments(project));
        let mut all: Vec<_> = ids.filter_map(|id| Some((id, self.environment(id).ok()?))).collect();
        order::sort_by_key(&mut all, |(id, it)| (it.order, it.created, *id));
        all
    }

    /// The binding to write what an environment says of a variable: the one that speaks, else a silent one.
    pub(super) fn binding(&self, environment: ObjectId, variable: &str) -> Option<Named<'_, Binding>> {
        let all = self.bindings_of(environment, variable);
        all.max_by_key(|(id, it)| (self.speaks(it), self.base.position(*id), *id))
    }

    /// Every binding of a variable in an environment, duplicates and silent ones included.
    pub(super) fn bindings_of(
        &self,
        environment: ObjectId,
        variable: &str,
    ) -> impl Iterator<Item = Named<'_, Binding>> {
        let base = self.base.raw_bindings_of(environment, variable).filter(|id| !self.known.contains(*id));
        let ids = base.chain(self.patch.raw_bindings_of(environment, variable));
        ids.filter_map(|id| Some((id, self.overview(id)?.as_binding()?)))
    }

    /// Whether a binding says anything: a tombstone does, one whose secret is gone does not.
    pub(super) fn speaks(&self, binding: &Binding) -> bool {
        binding.secret.is_none_or(|secret| self.secret(secret).is_ok())
    }

    /// Writes the overview of a new or known object; a deleted one is there again.
    pub(super) fn put(&mut self, id: ObjectId, overview: Overview) {
        self.touch(id);
        self.patch.insert(id, overview, false, Position::default());
    }

    pub(super) fn set_value(&mut self, id: ObjectId, value: ValueEdit) {
        self.touch(id);
        self.values.insert(id, value);
    }

    /// Puts an object into the trash, if it is there.
    pub(super) fn delete(&mut self, id: ObjectId) {
        let Some(overview) = self.overview(id).cloned() else { return };
        self.touch(id);
        self.values.remove(id);
        self.patch.insert(id, overview, true, Position::default());
    }

    /// An order after everything bound in an environment so far.
    pub(super) fn next_order(&mut self, environment: ObjectId) -> u64 {
        let base = self.base;
        let last = || base.raw_bindings(environment).map(|(_, it)| it.order).max();
        let next = self.next_order.get_or_insert_with(environment, || after(last()));
        std::mem::replace(next, next.saturating_add(1))
    }

    fn touch(&mut self, id: ObjectId) {
        if self.known.insert(id, ()).is_some() {
            return;
        }
        self.touched.push(id);
        if let Some(overview) = self.base.overview(id) {
            self.patch.insert(id, overview.clone(), false, Position::default());
        }
    }

    fn edit_of(&mut self, object: ObjectId) -> Option<Edit> {
        let was = self.base.overview(object);
        let Some(is) = self.patch.overview(object) else {
            return was.map(|_| Edit::Delete { object });
        };
        let overview = (was != Some(is)).then(|| is.clone());
        let value = self.values.remove(object);
        (overview.is_some() || value.is_some()).then_some(Edit::Put { object, overview, value })
    }
}

/// The order after the last.
pub(super) fn after(last: Option<u64>) -> u64 {
    last.map_or(0, |last| last.saturating_add(1))
}

/// A new object's id.
pub(super) fn generate_id(rng: &mut impl CryptoRngCore) -> ObjectId {
    ObjectId::new(generate(rng))
}

/// A new compartment's id.
pub(super) fn generate_scope(rng: &mut impl CryptoRngCore) -> ScopeId {
    ScopeId::new(generate(rng))
}

fn generate(rng: &mut impl CryptoRngCore) -> [u8; 16] {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    bytes
}
