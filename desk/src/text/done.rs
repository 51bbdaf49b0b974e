//! What an act did, with names and without values.

use crate::{Edit, Id};

/// An act was taken back.
pub const UNDONE: &str = "Undone.";
/// An act changed nothing.
pub const SO_ALREADY: &str = "Everything was so already.";

/// What `edits` do; `name` tells what a person calls an object that is still known.
pub fn edits(edits: &[Edit], name: impl Fn(Id) -> Option<String>) -> String {
    match edits {
        [] => "Nothing to do.".to_owned(),
        [edit] => one(edit, |id| name(*id).unwrap_or_else(|| "what was meant".to_owned())),
        several => format!("Saved {} changes.", several.len()),
    }
}

/// How many variables an import wrote.
pub fn imported(variables: usize) -> String {
    match variables {
        1 => "Imported one variable.".to_owned(),
        variables => format!("Imported {variables} variables."),
    }
}

fn one(edit: &Edit, of: impl Fn(&Id) -> String) -> String {
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
        Edit::Settle { object, chosen: None, .. } => format!("Kept what is current of {}.", of(object)),
        Edit::Settle { object, .. } => format!("Took the other device's for {}.", of(object)),
        Edit::Describe { secret, .. } => format!("Changed the details of {}.", of(secret)),
        Edit::CreateProfile { name, .. } => format!("Tacit knows the form {name}."),
        Edit::RenameProfile { profile, name } => format!("Renamed {} to {name}.", of(profile)),
        Edit::DeleteProfile { profile } => format!("Moved {} to the trash.", of(profile)),
        Edit::DeleteSecret { secret } => format!("Moved {} to the trash.", of(secret)),
        Edit::Restore { object } => format!("Restored {}.", of(object)),
    }
}
