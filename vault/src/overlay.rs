//! What is in effect in an environment: its parents' variables laid over one another, root to leaf. The child wins, a
//! tombstone hides.

use protocol::{ById, ObjectId};

use crate::model::Model;

/// An environment and those it inherits from, nearest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain(Vec<ObjectId>);

/// What one environment sees under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A secret.
    Set {
        /// The binding in effect.
        binding: ObjectId,
        /// What it puts there.
        secret: ObjectId,
        /// The environment whose binding it is.
        from: ObjectId,
        /// The environment whose value it would have otherwise, if any.
        over: Option<ObjectId>,
    },
    /// An inherited value is hidden.
    Hidden {
        /// The environment with the tombstone.
        by: ObjectId,
        /// The environment whose value is hidden.
        from: ObjectId,
    },
    /// Nothing.
    Missing,
}

impl Chain {
    /// The chain of `environment`; empty if that is not there.
    ///
    /// A parent that is gone or in another project counts as none. Environments that inherit in a circle, which only
    /// meeting changes can make: the one among them put last in the log inherits from none.
    pub fn of(model: &Model, environment: ObjectId) -> Self {
        let mut path = Vec::new();
        let mut places = ById::new();
        let mut next = model.environment(environment).map(|_| environment);
        while let Some(id) = next {
            if let Some(start) = places.insert(id, path.len()) {
                path.truncate(root_of_circle(model, &path, start) + 1);
                break;
            }
            path.push(id);
            next = parent(model, id);
        }
        Self(path)
    }

    /// Its environments, nearest first.
    pub fn environments(&self) -> &[ObjectId] {
        &self.0
    }

    /// What is in effect under `variable`.
    pub fn effect(&self, model: &Model, variable: &str) -> Effect {
        let mut said = self.0.iter().filter_map(|it| Some((*it, model.own(*it, variable)?)));
        let Some((nearest, (binding, own))) = said.next() else { return Effect::Missing };
        let inherited = said.next().and_then(|(from, (_, it))| it.secret.map(|_| from));
        match (own.secret, inherited) {
            (Some(secret), over) => Effect::Set { binding, secret, from: nearest, over },
            (None, Some(from)) => Effect::Hidden { by: nearest, from },
            (None, None) => Effect::Missing,
        }
    }

    /// Every variable that has a value here, ascending by name, with its binding and secret.
    pub fn values<'a>(&self, model: &'a Model) -> Vec<Value<'a>> {
        self.0.iter().rev().fold(Vec::new(), |under, environment| lay(model, *environment, under))
    }
}

/// A variable with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// Its name.
    pub variable: &'a str,
    /// The secret.
    pub secret: ObjectId,
    /// The binding that puts it there.
    pub binding: ObjectId,
    /// The environment whose binding it is.
    pub from: ObjectId,
    /// The binding's place in a file.
    pub order: u64,
}

/// What `environment` inherits from, as it says itself: a live environment of the same project.
pub fn parent(model: &Model, environment: ObjectId) -> Option<ObjectId> {
    let child = model.environment(environment)?;
    child.parent.filter(|parent| model.environment(*parent).is_some_and(|it| it.project == child.project))
}

/// Where in `path` the circle that begins at `start` is cut.
fn root_of_circle(model: &Model, path: &[ObjectId], start: usize) -> usize {
    let circle = path.iter().enumerate().skip(start);
    circle.max_by_key(|(_, id)| (model.position(**id), **id)).map_or(start, |(at, _)| at)
}

/// What `environment` says laid over what is inherited, both ascending by name.
fn lay<'a>(model: &'a Model, environment: ObjectId, under: Vec<Value<'a>>) -> Vec<Value<'a>> {
    let mut under = under.into_iter().peekable();
    let mut laid = Vec::new();
    for (binding, it) in model.bindings(environment) {
        let variable = &*it.variable;
        laid.extend(std::iter::from_fn(|| under.next_if(|value| value.variable < variable)));
        under.next_if(|value| value.variable == variable);
        let value = |secret| Value { variable, secret, binding, from: environment, order: it.order };
        laid.extend(it.secret.map(value));
    }
    laid.extend(under);
    laid
}
