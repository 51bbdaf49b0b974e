//! What an act did, in a sentence with names and without values.

use super::convert::object;
use desk::{Edit, Id};
use vault::ObjectId;
use vault::change::Change;
use vault::model::{Model, Overview};

/// What `edits` will do to `model`.
pub(super) fn of(edits: &[Edit], model: &Model) -> String {
    match edits {
        [] => "Nothing to do.".to_owned(),
        [edit] => one(edit, model),
        several => format!("Saved {} changes.", several.len()),
    }
}

/// What an import wrote.
pub(super) fn of_import(change: &Change) -> String {
    let Change::Import(import) = change else { return String::new() };
    match import.files.iter().map(|file| file.pairs.len()).sum::<usize>() {
        1 => "Imported one variable.".to_owned(),
        pairs => format!("Imported {pairs} variables."),
    }
}

fn one(edit: &Edit, model: &Model) -> String {
    let of = |id: &Id| name(model, object(*id)).unwrap_or_else(|| "what was meant".to_owned());
    match edit {
        Edit::CreateProject { name } => format!("Created the project {name}."),
        Edit::RenameProject { project, name } => format!("Renamed {} to {name}.", of(project)),
        Edit::ArchiveProject { project, archived: true } => format!("Archived {}.", of(project)),
        Edit::ArchiveProject { project, archived: false } => format!("Brought {} back.", of(project)),
        Edit::DeleteProject { project } => format!("Moved the project {} to the trash.", of(project)),
        Edit::CreateEnvironment { name, .. } => format!("Created the environment {name}."),
        Edit::RenameEnvironment { environment, name } => format!("Renamed {} to {name}.", of(environment)),
        Edit::SetKind { environment, .. } | Edit::SetParent { environment, .. } => {
            format!("Changed the environment {}.", of(environment))
        }
        Edit::MoveEnvironment { environment, .. } => format!("Moved {}.", of(environment)),
        Edit::DeleteEnvironment { environment } => {
            format!("Moved the environment {} to the trash.", of(environment))
        }
        Edit::SetValue { environment, variable, .. } => format!("Set {variable} in {}.", of(environment)),
        Edit::Bind { environment, variable, .. } => format!("Put {variable} into {}.", of(environment)),
        Edit::Unbind { environment, variable } => format!("Removed {variable} from {}.", of(environment)),
        Edit::Hide { environment, variable } => format!("Hid {variable} in {}.", of(environment)),
        Edit::RenameVariable { from, to, .. } => format!("Renamed {from} to {to}."),
        Edit::CreateSecret { details, .. } => format!("Created {}.", details.name),
        Edit::ReplaceValue { secret, .. } => format!("Saved a new version of {}.", of(secret)),
        Edit::RestoreVersion { secret, revision } => {
            format!("Restored version {revision} of {}.", of(secret))
        }
        Edit::Describe { secret, .. } => format!("Changed the details of {}.", of(secret)),
        Edit::DeleteSecret { secret } => format!("Moved {} to the trash.", of(secret)),
        Edit::Restore { object } => format!("Restored {}.", of(object)),
    }
}

/// What a person calls an object, in the trash or not.
pub(super) fn name(model: &Model, object: ObjectId) -> Option<String> {
    match model.overview(object).or_else(|| model.deleted(object))? {
        Overview::Project(it) => Some(it.name.to_string()),
        Overview::Environment(it) => Some(it.name.to_string()),
        Overview::Secret(it) => Some(it.details.name.to_string()),
        Overview::Binding(it) => Some(it.variable.to_string()),
    }
}
