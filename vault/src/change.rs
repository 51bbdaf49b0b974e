//! What a person can do to the contents of a vault, and what that means for its objects.

mod bind;
mod capture;
mod draft;
mod environment;
mod import;
mod profile;
mod project;
mod refusal;
mod secret;
mod settle;

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use crate::model::{Details, Edit, Filled, Kind, Model, SecretValue, Timestamp, Written};

pub use capture::{Capture, Goal};
pub use import::{Import, ImportFile, Pair, Place, Target};
pub use refusal::{Field, Refusal};

use draft::Draft;

/// Something a person does.
#[derive(Debug)]
pub enum Change {
    /// A new project with the environments dev, staging and prod.
    CreateProject {
        /// Its name.
        name: String,
    },
    /// Gives a project another name; its slug stays, so that references keep their meaning.
    RenameProject {
        /// Which.
        project: ObjectId,
        /// Its new name.
        name: String,
    },
    /// Replaces a project's note.
    NoteProject {
        /// Which.
        project: ObjectId,
        /// The note.
        note: String,
    },
    /// Puts a project out of the way, or back.
    ArchiveProject {
        /// Which.
        project: ObjectId,
        /// Away or back.
        archived: bool,
    },
    /// Deletes a project with all in it; its secrets stay.
    DeleteProject {
        /// Which.
        project: ObjectId,
    },
    /// A new environment, after the others.
    CreateEnvironment {
        /// In which project.
        project: ObjectId,
        /// Its name.
        name: String,
        /// Prod or not.
        kind: Kind,
        /// What it inherits from.
        parent: Option<ObjectId>,
    },
    /// Gives an environment another name; its slug stays.
    RenameEnvironment {
        /// Which.
        environment: ObjectId,
        /// Its new name.
        name: String,
    },
    /// Says whether an environment is prod.
    SetKind {
        /// Which.
        environment: ObjectId,
        /// Prod or not.
        kind: Kind,
    },
    /// Says what an environment inherits from.
    SetParent {
        /// Which.
        environment: ObjectId,
        /// From which; from none.
        parent: Option<ObjectId>,
    },
    /// Moves an environment among its siblings.
    MoveEnvironment {
        /// Which.
        environment: ObjectId,
        /// To the place before this one; to the end without.
        before: Option<ObjectId>,
    },
    /// Deletes an environment with what is bound in it; its secrets stay.
    DeleteEnvironment {
        /// Which.
        environment: ObjectId,
    },
    /// Gives a variable a value in one environment: a new version of the secret bound there, else a new secret.
    SetValue {
        /// Where.
        environment: ObjectId,
        /// The variable's name.
        variable: String,
        /// The value.
        value: SecretValue,
    },
    /// Puts a secret under a variable name into an environment, in place of what was bound or hidden there.
    Bind {
        /// Where.
        environment: ObjectId,
        /// Under which name.
        variable: String,
        /// What.
        secret: ObjectId,
    },
    /// Takes away what an environment itself says of a variable; what it inherits shows again.
    Unbind {
        /// Where.
        environment: ObjectId,
        /// Which name.
        variable: String,
    },
    /// Hides an inherited variable.
    Hide {
        /// Where.
        environment: ObjectId,
        /// Which name.
        variable: String,
    },
    /// Renames a variable in every environment of a project.
    RenameVariable {
        /// In which project.
        project: ObjectId,
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A new secret, bound nowhere.
    CreateSecret {
        /// What is said of it.
        details: Details,
        /// Its value.
        value: SecretValue,
    },
    /// A new version of a secret's value.
    ReplaceValue {
        /// Which.
        secret: ObjectId,
        /// The value.
        value: SecretValue,
    },
    /// Makes an earlier version of a value the current one again.
    RestoreVersion {
        /// Which secret.
        secret: ObjectId,
        /// The value part's revision.
        revision: u64,
    },
    /// Settles a field of something that devices gave different values at the same time.
    Settle {
        /// Of what.
        object: ObjectId,
        /// Which field: a secret's value, or one of an overview.
        field: protocol::Field,
        /// The alternative that is chosen; what is current without.
        chosen: Option<Written>,
    },
    /// Replaces what is said of a secret.
    Describe {
        /// Which.
        secret: ObjectId,
        /// All of it.
        details: Details,
    },
    /// Writes down where a value was put into a page.
    Fill {
        /// Which secret's.
        secret: ObjectId,
        /// Where, when, and which version.
        filled: Filled,
    },
    /// Keeps a value that was found in a page.
    Capture(Capture),
    /// Keeps how the form of a page is known.
    CreateProfile {
        /// What the person calls it.
        name: String,
        /// As JSON (`docs/profiles.md`).
        text: String,
    },
    /// Gives a profile another name.
    RenameProfile {
        /// Which.
        profile: ObjectId,
        /// Its new name.
        name: String,
    },
    /// Puts a profile into the trash.
    DeleteProfile {
        /// Which.
        profile: ObjectId,
    },
    /// Puts a secret out of the way, or back.
    ArchiveSecret {
        /// Which.
        secret: ObjectId,
        /// Away or back.
        archived: bool,
    },
    /// Puts a secret into the trash. Where it was bound nothing is in effect any more.
    DeleteSecret {
        /// Which.
        secret: ObjectId,
    },
    /// Takes something out of the trash, with all that was in it.
    Restore {
        /// What.
        object: ObjectId,
    },
    /// Writes what an import preview showed.
    Import(Import),
    /// Several, one after the other: all or none.
    Batch(Vec<Self>),
}

/// What `change` does to the objects of `model`: one edit for each object it touches, none for one that would stay as
/// it is.
///
/// New ids and scopes are drawn from `rng`; `now` becomes the time of what is made.
///
/// # Errors
/// It breaks a rule; nothing of it is done then.
pub fn edits(
    model: &Model,
    change: Change,
    rng: &mut impl CryptoRngCore,
    now: Timestamp,
) -> Result<Vec<Edit>, Refusal> {
    let mut draft = Draft::new(model, now);
    apply(change, &mut draft, rng)?;
    draft.finish()
}

fn apply(change: Change, draft: &mut Draft<'_>, rng: &mut impl CryptoRngCore) -> Result<(), Refusal> {
    match change {
        Change::CreateProject { name } => project::create(draft, &name, rng),
        Change::RenameProject { project, name } => project::rename(draft, project, &name),
        Change::NoteProject { project, note } => project::note(draft, project, &note),
        Change::ArchiveProject { project, archived } => project::archive(draft, project, archived),
        Change::DeleteProject { project } => project::delete(draft, project),
        Change::CreateEnvironment { project, name, kind, parent } => {
            environment::create(draft, project, &name, kind, parent, rng).map(drop)
        }
        Change::RenameEnvironment { environment, name } => environment::rename(draft, environment, &name),
        Change::SetKind { environment, kind } => environment::set_kind(draft, environment, kind),
        Change::SetParent { environment, parent } => environment::set_parent(draft, environment, parent),
        Change::MoveEnvironment { environment, before } => environment::relocate(draft, environment, before),
        Change::DeleteEnvironment { environment } => environment::delete(draft, environment),
        Change::SetValue { environment, variable, value } => {
            bind::set_value(draft, environment, &variable, value, rng).map(drop)
        }
        Change::Bind { environment, variable, secret } => {
            bind::bind(draft, environment, &variable, secret, rng)
        }
        Change::Unbind { environment, variable } => bind::unbind(draft, environment, &variable),
        Change::Hide { environment, variable } => bind::hide(draft, environment, &variable, rng),
        Change::RenameVariable { project, from, to } => bind::rename(draft, project, &from, &to),
        Change::CreateSecret { details, value } => secret::create(draft, details, value, rng).map(drop),
        Change::ReplaceValue { secret, value } => secret::replace(draft, secret, value),
        Change::RestoreVersion { secret, revision } => secret::restore_version(draft, secret, revision),
        Change::Settle { object, field, chosen } => settle::settle(draft, object, field, chosen),
        Change::Describe { secret, details } => secret::describe(draft, secret, details),
        Change::Fill { secret, filled } => secret::fill(draft, secret, filled),
        Change::Capture(capture) => capture::apply(draft, capture, rng),
        Change::CreateProfile { name, text } => profile::create(draft, &name, text, rng),
        Change::RenameProfile { profile, name } => profile::rename(draft, profile, &name),
        Change::DeleteProfile { profile } => profile::delete(draft, profile),
        Change::ArchiveSecret { secret, archived } => secret::archive(draft, secret, archived),
        Change::DeleteSecret { secret } => secret::delete(draft, secret),
        Change::Restore { object } => project::restore(draft, object),
        Change::Import(import) => import::apply(draft, import, rng),
        Change::Batch(changes) => changes.into_iter().try_for_each(|change| apply(change, draft, rng)),
    }
}
