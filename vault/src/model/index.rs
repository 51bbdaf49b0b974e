//! How objects are found without looking at all of them. Holds only what is outside the trash.

use std::collections::BTreeSet;

use protocol::ObjectId;

use super::Overview;

const FIRST: ObjectId = ObjectId::new([0; 16]);

#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    projects: BTreeSet<ObjectId>,
    /// (project, environment)
    environments: BTreeSet<(ObjectId, ObjectId)>,
    /// (environment, variable, binding)
    bindings: BTreeSet<(ObjectId, Box<str>, ObjectId)>,
    /// (secret, binding)
    uses: BTreeSet<(ObjectId, ObjectId)>,
}

impl Index {
    /// The index of many objects at once: sorting them first is several times faster than adding one by one.
    pub(super) fn of<'a>(live: impl Iterator<Item = (ObjectId, &'a Overview)> + Clone) -> Self {
        let bindings = live.clone().filter_map(|(id, it)| Some((id, it.as_binding()?)));
        let environments = live.clone().filter_map(|(id, it)| Some((it.as_environment()?.project, id)));
        Self {
            projects: live.filter(|(_, it)| it.as_project().is_some()).map(|(id, _)| id).collect(),
            environments: environments.collect(),
            bindings: bindings.clone().map(|(id, it)| (it.environment, it.variable.clone(), id)).collect(),
            uses: bindings.filter_map(|(id, it)| Some((it.secret?, id))).collect(),
        }
    }

    pub(super) fn add(&mut self, id: ObjectId, overview: &Overview, deleted: bool) {
        match overview {
            _ if deleted => {}
            Overview::Project(_) => drop(self.projects.insert(id)),
            Overview::Environment(it) => drop(self.environments.insert((it.project, id))),
            Overview::Secret(_) => {}
            Overview::Binding(it) => {
                self.bindings.insert((it.environment, it.variable.clone(), id));
                self.uses.extend(it.secret.map(|secret| (secret, id)));
            }
        }
    }

    pub(super) fn remove(&mut self, id: ObjectId, overview: &Overview) {
        match overview {
            Overview::Project(_) => drop(self.projects.remove(&id)),
            Overview::Environment(it) => drop(self.environments.remove(&(it.project, id))),
            Overview::Secret(_) => {}
            Overview::Binding(it) => {
                self.bindings.remove(&(it.environment, it.variable.clone(), id));
                if let Some(secret) = it.secret {
                    self.uses.remove(&(secret, id));
                }
            }
        }
    }

    pub(super) fn projects(&self) -> impl Iterator<Item = ObjectId> {
        self.projects.iter().copied()
    }

    pub(super) fn environments(&self, project: ObjectId) -> impl Iterator<Item = ObjectId> {
        pairs(&self.environments, project)
    }

    pub(super) fn uses(&self, secret: ObjectId) -> impl Iterator<Item = ObjectId> {
        pairs(&self.uses, secret)
    }

    /// Ascending by variable.
    pub(super) fn bindings(&self, environment: ObjectId) -> impl Iterator<Item = ObjectId> {
        let from = (environment, Box::default(), FIRST);
        self.bindings.range(from..).take_while(move |it| it.0 == environment).map(|it| it.2)
    }

    pub(super) fn bindings_of(
        &self,
        environment: ObjectId,
        variable: &str,
    ) -> impl Iterator<Item = ObjectId> {
        let from = (environment, variable.into(), FIRST);
        let same = move |it: &&(ObjectId, Box<str>, ObjectId)| it.0 == environment && *it.1 == *variable;
        self.bindings.range(from..).take_while(same).map(|it| it.2)
    }
}

fn pairs(set: &BTreeSet<(ObjectId, ObjectId)>, first: ObjectId) -> impl Iterator<Item = ObjectId> {
    set.range((first, FIRST)..).take_while(move |it| it.0 == first).map(|it| it.1)
}
