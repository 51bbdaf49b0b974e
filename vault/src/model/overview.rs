//! What is known of an object while the vault is open: everything but values, and nothing made from one.

use std::rc::Rc;

use protocol::{ObjectId, ScopeId};

use super::{Filled, Timestamp};

/// The overview part of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overview {
    /// A project.
    Project(Project),
    /// An environment of a project.
    Environment(Environment),
    /// A secret.
    Secret(Box<Secret>),
    /// A secret's place under a variable name in an environment.
    Binding(Binding),
    /// How the form of a page is known.
    Profile(Profile),
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// What a person calls it.
    pub name: Box<str>,
    /// What references call it; given once.
    pub slug: Box<str>,
    /// Its place in the list, ascending.
    pub order: u64,
    /// Out of the way.
    pub archived: bool,
    /// At most 4 KiB.
    pub note: Box<str>,
    /// Its compartment of keys.
    pub scope: ScopeId,
    /// When it was made.
    pub created: Timestamp,
    /// What other devices said of it at the same time, as it is sealed (`protocol/LOG.md` §7: others).
    pub others: Box<[u8]>,
}

/// An environment of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Whose it is.
    pub project: ObjectId,
    /// What a person calls it.
    pub name: Box<str>,
    /// What references call it; given once.
    pub slug: Box<str>,
    /// Whether a mistake here reaches customers.
    pub kind: Kind,
    /// Its place among the columns, ascending.
    pub order: u64,
    /// What it inherits from.
    pub parent: Option<ObjectId>,
    /// Its compartment of keys.
    pub scope: ScopeId,
    /// When it was made.
    pub created: Timestamp,
    /// What other devices said of it at the same time, as it is sealed (`protocol/LOG.md` §7: others).
    pub others: Box<[u8]>,
}

/// Whether a mistake in an environment reaches customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Development, staging, test.
    #[default]
    NonProd,
    /// Production.
    Prod,
}

/// A secret without its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secret {
    /// What a person can say of it.
    pub details: Details,
    /// Out of the way.
    pub archived: bool,
    /// When it was made.
    pub created: Timestamp,
    /// Whether other devices gave it other values at the same time, and nobody settled which it is.
    pub contested: bool,
    /// What other devices said of it at the same time, as it is sealed (`protocol/LOG.md` §7: others).
    pub others: Box<[u8]>,
    /// Where its value was put into pages, ascending.
    pub filled: Box<[Filled]>,
    /// From which pages its value came, ascending.
    pub captured: Box<[Filled]>,
}

/// What a person can say of a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The variable name it goes by.
    pub name: Box<str>,
    /// The provider's id; empty where none is known.
    pub provider: Box<str>,
    /// What it is (api key, token, password); empty where unknown.
    pub kind: Box<str>,
    /// Whose it is.
    pub class: Class,
    /// Words to find it by, ascending, without repeats.
    pub tags: Box<[Box<str>]>,
    /// At most 4 KiB.
    pub notes: Box<str>,
    /// What its value must look like; empty for anything.
    pub schema: Box<str>,
    /// Whether an environment without it is incomplete.
    pub required: bool,
    /// How often it should be replaced, in days.
    pub period: Option<u32>,
    /// When it stops working.
    pub expires: Option<Timestamp>,
    /// Where its documentation is.
    pub docs: Box<str>,
    /// Who looks after it.
    pub owner: Box<str>,
}

/// Whose a secret is, for deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Class {
    /// The operator's own: never shipped.
    Infrastructure,
    /// A service's.
    #[default]
    Service,
    /// Given by the one who deploys.
    User,
}

/// A variable of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub environment: ObjectId,
    /// Under which name.
    pub variable: Rc<str>,
    /// What; `None` hides an inherited variable of this name.
    pub secret: Option<ObjectId>,
    /// Its place in a file, ascending.
    pub order: u64,
    /// When it was made.
    pub created: Timestamp,
    /// What other devices said of it at the same time, as it is sealed (`protocol/LOG.md` §7: others).
    pub others: Box<[u8]>,
}

/// How the form of a page is known that a person pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What the person calls it.
    pub name: Box<str>,
    /// As JSON (`docs/profiles.md`). What another client wrote may be anything: it is read where it is used.
    pub text: Box<str>,
    /// When it was made.
    pub created: Timestamp,
}

/// How long before a secret expires it is said: two weeks, in milliseconds.
const REMINDED: u64 = 14 * 24 * 60 * 60 * 1000;

/// How a secret stands to when it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It no longer works.
    Past,
    /// In two weeks or less it no longer will.
    Soon,
}

impl Secret {
    /// Whether something of it has alternatives that nobody settled.
    pub fn is_contested(&self) -> bool {
        self.contested || !self.others.is_empty()
    }

    /// How it stands at `now` to when it expires, if that has to be said.
    pub fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        let left = self.details.expires?.0.saturating_sub(now.0);
        (left <= REMINDED).then_some(if left == 0 { Expiry::Past } else { Expiry::Soon })
    }
}

impl Overview {
    /// What other devices said of it at the same time, as it is sealed; empty where nothing is open.
    pub fn others(&self) -> &[u8] {
        match self {
            Self::Project(it) => &it.others,
            Self::Environment(it) => &it.others,
            Self::Secret(it) => &it.others,
            Self::Binding(it) => &it.others,
            Self::Profile(_) => &[],
        }
    }

    /// Whether something of it has alternatives that nobody settled.
    pub fn is_contested(&self) -> bool {
        match self {
            Self::Secret(it) => it.is_contested(),
            other => !other.others().is_empty(),
        }
    }

    /// The project, if it is one.
    pub const fn as_project(&self) -> Option<&Project> {
        if let Self::Project(project) = self { Some(project) } else { None }
    }

    /// The environment, if it is one.
    pub const fn as_environment(&self) -> Option<&Environment> {
        if let Self::Environment(environment) = self { Some(environment) } else { None }
    }

    /// The secret, if it is one.
    pub fn as_secret(&self) -> Option<&Secret> {
        if let Self::Secret(secret) = self { Some(secret) } else { None }
    }

    /// The profile, if it is one.
    pub const fn as_profile(&self) -> Option<&Profile> {
        if let Self::Profile(profile) = self { Some(profile) } else { None }
    }

    /// The binding, if it is one.
    pub const fn as_binding(&self) -> Option<&Binding> {
        if let Self::Binding(binding) = self { Some(binding) } else { None }
    }
}
