//! The contents of an open vault: every overview, no value.
//!
//! What comes from a log was accepted by rules that do not see inside it. So nothing here relies on names being
//! unique, parents being in the same project or ids leading anywhere: what does not fit is not shown, and where two
//! meet the one put later in the log wins.

mod edit;
mod field;
mod filled;
mod index;
mod overview;
mod time;
mod value;

use protocol::{ById, ObjectId, ScopeId, order};

pub use edit::{Edit, ValueEdit, Written};
pub use filled::{Filled, PLACES};
pub(crate) use filled::{FilledAs, FilledFrom, Sealed};
pub use overview::{Binding, Class, Details, Environment, Expiry, Kind, Overview, Profile, Project, Secret};
pub use time::{Position, Timestamp};
pub use value::SecretValue;

use index::Index;

/// Every overview of a vault, with what is needed to find one.
#[derive(Clone, Debug, Default)]
pub struct Model {
    objects: ById<ObjectId, Slot>,
    index: Index,
}

#[derive(Clone, Debug)]
struct Slot {
    overview: Overview,
    at: Position,
    deleted: bool,
}

/// An object with its id.
pub type Named<'a, T> = (ObjectId, &'a T);

/// A whole vault at once, as (id, overview, whether it is in the trash, where it was put). Of two with one id the later
/// stays.
impl FromIterator<(ObjectId, Overview, bool, Position)> for Model {
    fn from_iter<T: IntoIterator<Item = (ObjectId, Overview, bool, Position)>>(objects: T) -> Self {
        let slots =
            objects.into_iter().map(|(id, overview, deleted, at)| (id, Slot { overview, at, deleted }));
        let objects: ById<ObjectId, Slot> = slots.collect();
        let live = objects.iter().filter(|(_, slot)| !slot.deleted).map(|(id, slot)| (id, &slot.overview));
        let index = Index::of(live);
        Self { objects, index }
    }
}

impl Model {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an object as the log has it, in place of what was there.
    pub fn insert(&mut self, object: ObjectId, overview: Overview, deleted: bool, at: Position) {
        self.forget(object);
        self.index.add(object, &overview, deleted);
        self.objects.insert(object, Slot { overview, at, deleted });
    }

    /// Drops an object altogether.
    pub fn forget(&mut self, object: ObjectId) {
        if let Some(slot) = self.objects.remove(object) {
            self.index.remove(object, &slot.overview);
        }
    }

    /// Does what `edit` says, as put at `at`.
    pub fn absorb(&mut self, edit: &Edit, at: Position) {
        match edit {
            Edit::Put { object, overview: Some(overview), .. } => {
                self.insert(*object, overview.clone(), false, at);
            }
            Edit::Put { overview: None, .. } => {}
            Edit::Delete { object } => self.set_deleted(*object),
        }
    }

    /// How many objects there are, deleted ones included.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Whether both hold the same objects outside the trash. Where in a log they were put is not compared.
    pub fn same_contents(&self, other: &Self) -> bool {
        self.contents().eq(other.contents())
    }

    /// Every object outside the trash, ascending by id.
    pub fn contents(&self) -> impl Iterator<Item = Named<'_, Overview>> {
        self.objects.iter().filter(|(_, slot)| !slot.deleted).map(|(id, slot)| (id, &slot.overview))
    }

    /// Every object, in the trash or not, ascending by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = Named<'_, Overview>> {
        self.objects.iter().map(|(id, slot)| (id, &slot.overview))
    }

    /// An object that is not in the trash.
    pub fn overview(&self, object: ObjectId) -> Option<&Overview> {
        self.objects.get(object).filter(|slot| !slot.deleted).map(|slot| &slot.overview)
    }

    /// An object in the trash.
    pub fn deleted(&self, object: ObjectId) -> Option<&Overview> {
        self.objects.get(object).filter(|slot| slot.deleted).map(|slot| &slot.overview)
    }

    /// Everything in the trash, ascending by id.
    pub fn trash(&self) -> impl Iterator<Item = Named<'_, Overview>> {
        self.objects.iter().filter(|(_, slot)| slot.deleted).map(|(id, slot)| (id, &slot.overview))
    }

    /// A project.
    pub fn project(&self, id: ObjectId) -> Option<&Project> {
        self.overview(id)?.as_project()
    }

    /// An environment of a project that is there.
    pub fn environment(&self, id: ObjectId) -> Option<&Environment> {
        self.overview(id)?.as_environment().filter(|it| self.project(it.project).is_some())
    }

    /// A secret.
    pub fn secret(&self, id: ObjectId) -> Option<&Secret> {
        self.overview(id)?.as_secret()
    }

    /// A binding in an environment that is there.
    pub fn binding(&self, id: ObjectId) -> Option<&Binding> {
        self.overview(id)?.as_binding().filter(|it| self.environment(it.environment).is_some())
    }

    /// Every project, in order.
    pub fn projects(&self) -> Vec<Named<'_, Project>> {
        let mut projects: Vec<_> =
            self.index.projects().filter_map(|id| Some((id, self.project(id)?))).collect();
        order::sort_by_key(&mut projects, |(id, it)| (it.order, it.created, *id));
        projects
    }

    /// A project's environments, in order.
    pub fn environments(&self, project: ObjectId) -> Vec<Named<'_, Environment>> {
        let mut environments: Vec<_> =
            self.index.environments(project).filter_map(|id| Some((id, self.environment(id)?))).collect();
        order::sort_by_key(&mut environments, |(id, it)| (it.order, it.created, *id));
        environments
    }

    /// Every secret, ascending by id.
    pub fn secrets(&self) -> impl Iterator<Item = Named<'_, Secret>> {
        self.contents().filter_map(|(id, overview)| Some((id, overview.as_secret()?)))
    }

    /// Every profile that a person made, ascending by id.
    pub fn profiles(&self) -> impl Iterator<Item = Named<'_, Profile>> {
        self.contents().filter_map(|(id, overview)| Some((id, overview.as_profile()?)))
    }

    /// What an environment itself says of a variable. A binding whose secret is gone says nothing.
    pub fn own(&self, environment: ObjectId, variable: &str) -> Option<Named<'_, Binding>> {
        self.environment(environment)?;
        let found = self.index.bindings_of(environment, variable);
        found.filter_map(|id| self.speaking(id)).max_by_key(|(id, _)| (self.position(*id), *id))
    }

    /// What an environment itself says, ascending by variable name: one binding for each.
    pub fn bindings(&self, environment: ObjectId) -> impl Iterator<Item = Named<'_, Binding>> {
        let mut all = self.bindings_there(environment).filter_map(|id| self.speaking(id)).peekable();
        std::iter::from_fn(move || {
            let mut best = all.next()?;
            while let Some(next) = all.next_if(|next| next.1.variable == best.1.variable) {
                best = std::cmp::max_by_key(best, next, |(id, _)| (self.position(*id), *id));
            }
            Some(best)
        })
    }

    /// Every binding of an environment that is not in the trash, whether it says anything or not.
    pub fn raw_bindings(&self, environment: ObjectId) -> impl Iterator<Item = Named<'_, Binding>> {
        self.bindings_there(environment).filter_map(|id| Some((id, self.overview(id)?.as_binding()?)))
    }

    /// Every name that an environment of a project sets or hides, ascending.
    pub fn variables(&self, project: ObjectId) -> Vec<&str> {
        let environments = self.environments(project).into_iter();
        let there = environments.flat_map(|(environment, _)| self.bindings_there(environment));
        let bindings = there.filter_map(|id| self.speaking(id));
        order::distinct(bindings.map(|(_, binding)| &*binding.variable))
    }

    /// The bindings that put a secret somewhere, ascending by id.
    pub fn uses(&self, secret: ObjectId) -> impl Iterator<Item = Named<'_, Binding>> {
        self.index.uses(secret).filter_map(|id| Some((id, self.binding(id)?)))
    }

    /// The compartments that an object lies in, ascending; none stands for the vault's root.
    ///
    /// A deleted environment counts as long as the binding in it does, so that deleting and bringing back moves no key.
    pub fn scopes(&self, object: ObjectId) -> Vec<ScopeId> {
        match self.objects.get(object).map(|slot| &slot.overview) {
            Some(Overview::Project(project)) => vec![project.scope],
            Some(Overview::Environment(environment)) => vec![environment.scope],
            Some(Overview::Binding(binding)) => self.scope_of(binding.environment).into_iter().collect(),
            Some(Overview::Secret(_)) => self.scopes_of_secret(object),
            Some(Overview::Profile(_)) | None => Vec::new(),
        }
    }

    /// The secrets whose compartments `edits` may change, given the model as it is before them.
    pub fn moved<'a>(&'a self, edits: &'a [Edit]) -> ById<ObjectId, ()> {
        let bound = |overview: Option<&Overview>| overview?.as_binding()?.secret;
        let then = edits.iter().filter_map(|edit| bound(self.any(edit.object())));
        let now = edits.iter().filter_map(|edit| match edit {
            Edit::Put { overview, .. } => bound(overview.as_ref()),
            Edit::Delete { .. } => None,
        });
        then.chain(now).collect()
    }

    /// Where an object's overview was last put.
    pub fn position(&self, object: ObjectId) -> Position {
        self.objects.get(object).map_or_else(Position::default, |slot| slot.at)
    }

    /// Whether there is an object of this id, in the trash or not.
    pub(crate) fn knows(&self, object: ObjectId) -> bool {
        self.objects.contains(object)
    }

    /// Ids of the projects.
    pub(crate) fn raw_projects(&self) -> impl Iterator<Item = ObjectId> {
        self.index.projects()
    }

    /// Ids of the environments that say they are of `project`, whether that is there or not.
    pub(crate) fn raw_environments(&self, project: ObjectId) -> impl Iterator<Item = ObjectId> {
        self.index.environments(project)
    }

    /// Ids of the bindings of `variable` in `environment`, whether that is there or not.
    pub(crate) fn raw_bindings_of(
        &self,
        environment: ObjectId,
        variable: &str,
    ) -> impl Iterator<Item = ObjectId> {
        self.index.bindings_of(environment, variable)
    }

    fn any(&self, object: ObjectId) -> Option<&Overview> {
        self.objects.get(object).map(|slot| &slot.overview)
    }

    /// Ids of the bindings of an environment, if that is there: asked once for all of them, since they are many.
    fn bindings_there(&self, environment: ObjectId) -> impl Iterator<Item = ObjectId> {
        self.environment(environment).into_iter().flat_map(move |_| self.index.bindings(environment))
    }

    /// A binding of an environment that is there, if it says anything.
    fn speaking(&self, id: ObjectId) -> Option<Named<'_, Binding>> {
        let binding = self.overview(id)?.as_binding()?;
        binding.secret.is_none_or(|secret| self.secret(secret).is_some()).then_some((id, binding))
    }

    fn scope_of(&self, environment: ObjectId) -> Option<ScopeId> {
        self.any(environment)?.as_environment().map(|it| it.scope)
    }

    fn scopes_of_secret(&self, secret: ObjectId) -> Vec<ScopeId> {
        let bindings = self.index.uses(secret).filter_map(|id| self.overview(id)?.as_binding());
        let scopes = bindings.filter_map(|binding| self.scope_of(binding.environment));
        scopes.collect::<ById<ScopeId, ()>>().ids().collect()
    }

    fn set_deleted(&mut self, object: ObjectId) {
        if let Some(slot) = self.objects.get_mut(object) {
            slot.deleted = true;
            self.index.remove(object, &slot.overview);
        }
    }
}
