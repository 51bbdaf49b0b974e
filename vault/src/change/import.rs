//! Writing what an import preview showed.

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use super::draft::Draft;
use super::{Refusal, bind, environment, project};
use crate::model::{Kind, SecretValue};

/// Files and where they go.
#[derive(Debug)]
pub struct Import {
    /// The project.
    pub project: Place,
    /// The files, in order.
    pub files: Vec<ImportFile>,
}

/// The project of an import.
#[derive(Debug)]
pub enum Place {
    /// One that is there.
    Existing(ObjectId),
    /// A new one of this name, with the environments that the files need.
    New(String),
}

/// One file of an import.
#[derive(Debug)]
pub struct ImportFile {
    /// Where it goes.
    pub target: Target,
    /// What is taken from it, in order; a later pair of the same variable wins.
    pub pairs: Vec<Pair>,
}

/// The environment a file goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One of the project.
    Existing(ObjectId),
    /// A new one. Files of one import that name the same share it.
    New {
        /// Its name.
        name: String,
        /// Prod or not.
        kind: Kind,
    },
}

/// A variable and its value.
#[derive(Debug)]
pub struct Pair {
    /// A name that fits the grammar.
    pub variable: String,
    /// The value.
    pub value: SecretValue,
}

pub(super) fn apply(
    draft: &mut Draft<'_>,
    import: Import,
    rng: &mut impl CryptoRngCore,
) -> Result<(), Refusal> {
    let project = match import.project {
        Place::Existing(id) => draft.project(id).map(|_| id)?,
        Place::New(name) => project::create_bare(draft, &name, rng)?,
    };
    let mut made: Vec<(Target, ObjectId)> = Vec::new();
    for file in import.files {
        let known = made.iter().find(|(target, _)| *target == file.target).map(|(_, id)| *id);
        let environment = match known {
            Some(id) => id,
            None => open(draft, project, &file.target, rng)?,
        };
        made.push((file.target, environment));
        for Pair { variable, value } in file.pairs {
            bind::set_value(draft, environment, &variable, value, rng)?;
        }
    }
    Ok(())
}

fn open(
    draft: &mut Draft<'_>,
    project: ObjectId,
    target: &Target,
    rng: &mut impl CryptoRngCore,
) -> Result<ObjectId, Refusal> {
    match target {
        Target::Existing(id) if draft.environment(*id)?.project == project => Ok(*id),
        Target::Existing(_) => Err(Refusal::Gone),
        Target::New { name, kind } => environment::create(draft, project, name, *kind, None, rng),
    }
}
