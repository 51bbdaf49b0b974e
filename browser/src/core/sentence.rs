//! What the core's sentences name.

use super::convert::object;
use desk::Edit;
use desk::text::done;
use vault::ObjectId;
use vault::change::Change;
use vault::model::{Model, Overview};

/// What `edits` will do to `model`.
pub(super) fn of(edits: &[Edit], model: &Model) -> String {
    done::edits(edits, |id| name(model, object(id)))
}

/// What an import wrote.
pub(super) fn of_import(change: &Change) -> String {
    let Change::Import(import) = change else { return String::new() };
    done::imported(import.files.iter().map(|file| file.pairs.len()).sum())
}

/// What a person calls an object, in the trash or not.
pub(super) fn name(model: &Model, object: ObjectId) -> Option<String> {
    match model.overview(object).or_else(|| model.deleted(object))? {
        Overview::Project(it) => Some(it.name.to_string()),
        Overview::Environment(it) => Some(it.name.to_string()),
        Overview::Secret(it) => Some(it.details.name.to_string()),
        Overview::Binding(it) => Some(it.variable.to_string()),
        Overview::Profile(it) => Some(it.name.to_string()),
    }
}
