//! The import preview: what was read, what was chosen, and what will come of it.

mod file;
pub(super) mod row;

use super::convert::{count, id, model_kind, object};
use super::reference::values;
use crate::files::Files;
use desk::{
    ExistingRule, Id, ImportChoice, ImportCounts, ImportFile, ImportPreview, ImportTarget, Outcome, Refusal,
    SourceFile, Window,
};
use file::File;
use vault::change::{self, Change, Import, Place, Target};
use vault::import::{Destination, Existing, Incoming, Plan};
use vault::model::{Model, SecretValue};
use vault::overlay::{Chain, Effect};
use vault::port::Store;
use vault::session::Session;
use vault::{ById, ObjectId, order};

/// Rows of one reply at most.
const MOST_ROWS: usize = 200;
/// The name of a project that nothing better is known of.
const NEW_PROJECT: &str = "My project";

/// What was read and chosen so far. Its values are wiped with it.
pub(super) struct Draft {
    files: Vec<File>,
    project: Option<ObjectId>,
    /// The name of a project to be made, where a person gave one.
    name: Option<String>,
    rule: Existing,
    /// Rows that the person takes out, counted over all files.
    left_out: Vec<bool>,
}

impl Draft {
    /// Reads files, or pasted text without a name.
    ///
    /// # Errors
    /// One is too large, no text or not what it says it is, or there is nothing in any of them.
    pub(super) async fn read(
        sources: Vec<SourceFile>,
        project: Option<Id>,
        engine: &impl Files,
    ) -> Result<Self, Refusal> {
        let mut files = Vec::with_capacity(sources.len());
        for source in sources {
            files.push(File::read(source, engine).await?);
        }
        if files.iter().all(|file| file.pairs.is_empty() && file.problems.is_empty()) {
            return Err(Refusal::NothingToImport);
        }
        let (name, rule, left_out) = (None, Existing::NewVersion, Vec::new());
        Ok(Self { files, project: project.map(object), name, rule, left_out })
    }

    /// Takes a choice in.
    ///
    /// # Errors
    /// The file cannot be read as chosen; the draft stays as it was.
    pub(super) async fn choose(&mut self, choice: ImportChoice, engine: &impl Files) -> Result<(), Refusal> {
        match choice {
            ImportChoice::Project(project, name) => {
                let project = project.map(object);
                if project != self.project {
                    self.files.iter_mut().for_each(|file| file.target = None);
                }
                self.project = project;
                self.name = Some(name).filter(|name| project.is_none() && !name.trim().is_empty());
            }
            ImportChoice::Reader { file, reader } => {
                self.file(file)?.read_as(reader, engine).await?;
                self.left_out.clear();
            }
            ImportChoice::Target { file, target } => self.file(file)?.target = Some(target),
            ImportChoice::Rule(ExistingRule::NewVersion) => self.rule = Existing::NewVersion,
            ImportChoice::Rule(ExistingRule::Skip) => self.rule = Existing::Keep,
            ImportChoice::Row { row, chosen } => {
                let row = usize::try_from(row).unwrap_or(usize::MAX);
                self.left_out.resize(self.rows(), false);
                if let Some(left_out) = self.left_out.get_mut(row) {
                    *left_out = !chosen;
                }
            }
            ImportChoice::AsReference { row, chosen } => {
                let row = usize::try_from(row).unwrap_or(usize::MAX);
                let mut pairs = self.files.iter_mut().flat_map(|file| &mut file.pairs);
                pairs.nth(row).ok_or(Refusal::Gone)?.as_reference = chosen;
            }
            ImportChoice::All(true) => self.left_out.clear(),
            ImportChoice::All(false) => self.left_out = vec![true; self.rows()],
        }
        Ok(())
    }

    /// What the import would do now; without a session, what it would do to an empty vault.
    ///
    /// # Errors
    /// The project is not there any more, or the store cannot.
    pub(super) async fn preview<S: Store>(
        &self,
        session: Option<&Session<S>>,
        window: Window,
    ) -> Result<ImportPreview, Refusal> {
        let empty = Model::new();
        let model = session.map_or(&empty, Session::model);
        let plans = self.plans(session, model).await?;
        let mut files = Vec::new();
        for (file, (_, target)) in self.files.iter().zip(&plans) {
            files.push(ImportFile {
                name: file.name.clone(),
                reader: file.reader.clone(),
                keys: count(file.pairs.len()),
                target: target.clone(),
                problems: file.problems.clone(),
            });
        }
        Ok(ImportPreview {
            project: (self.project.map(id), self.project_name(model)?),
            files,
            rows: self.window(model, &plans, window),
            start: window.start,
            total: count(self.rows()),
            counts: self.counts(&plans),
            rule: match self.rule {
                Existing::NewVersion => ExistingRule::NewVersion,
                Existing::Keep => ExistingRule::Skip,
            },
            writable: session.is_some(),
            projects: model.projects().iter().map(|(at, it)| (id(*at), it.name.to_string())).collect(),
        })
    }

    /// The change that the preview shows.
    ///
    /// # Errors
    /// Nothing is chosen, the project is not there any more, or the store cannot.
    pub(super) async fn change<S: Store>(&self, session: &Session<S>) -> Result<Change, Refusal> {
        let plans = self.plans(Some(session), session.model()).await?;
        let mut start = 0;
        let mut files = Vec::new();
        for (file, (plan, target)) in self.files.iter().zip(plans) {
            let pairs = plan.into_pairs(file.pairs(), |row| self.is_chosen(start + row));
            start += file.pairs.len();
            if !pairs.is_empty() {
                files.push(change::ImportFile { target: as_vault(&target), pairs });
            }
        }
        if files.is_empty() {
            return Err(Refusal::NothingToImport);
        }
        let project = match self.project {
            Some(project) => Place::Existing(project),
            None => Place::New(self.project_name(session.model())?),
        };
        Ok(Change::Import(Import { project, files }))
    }

    fn file(&mut self, file: u32) -> Result<&mut File, Refusal> {
        let at = usize::try_from(file).unwrap_or(usize::MAX);
        self.files.get_mut(at).ok_or(Refusal::Gone)
    }

    fn is_chosen(&self, row: usize) -> bool {
        !self.left_out.get(row).is_some_and(|left_out| *left_out)
    }

    fn rows(&self) -> usize {
        self.files.iter().map(|file| file.pairs.len()).sum()
    }

    fn project_name(&self, model: &Model) -> Result<String, Refusal> {
        match self.project {
            Some(project) => Ok(model.project(project).ok_or(Refusal::Gone)?.name.to_string()),
            None => Ok(self.name.clone().unwrap_or_else(|| free_name(model))),
        }
    }

    /// What each file will do, and where it goes.
    async fn plans<S: Store>(
        &self,
        session: Option<&Session<S>>,
        model: &Model,
    ) -> Result<Vec<(Plan, ImportTarget)>, Refusal> {
        self.project_name(model)?;
        let mut plans = Vec::new();
        for file in &self.files {
            let target = file.target(model, self.project);
            let destination = destination(model, &target);
            let present = match (session, destination.environment) {
                (Some(session), Some(environment)) => present(session, environment, &file.pairs).await?,
                _ => ById::new(),
            };
            let lookup = |secret| present.get(secret).and_then(Option::as_ref).map(copy);
            plans.push((Plan::new(model, destination, &file.pairs, self.rule, lookup), target));
        }
        Ok(plans)
    }

    fn counts(&self, plans: &[(Plan, ImportTarget)]) -> ImportCounts {
        let mut counts = ImportCounts::default();
        let outcomes =
            plans.iter().flat_map(|(plan, _)| plan.rows.iter().map(|row| row::outcome(row.outcome, "")));
        for (number, outcome) in outcomes.enumerate() {
            *match outcome {
                Outcome::Unchanged => &mut counts.unchanged,
                _ if !self.is_chosen(number) => &mut counts.skipped,
                Outcome::Create => &mut counts.create,
                Outcome::NewVersion { .. } => &mut counts.overwrite,
                Outcome::Override { .. } => &mut counts.override_inherited,
                Outcome::Skip => &mut counts.skipped,
            } += 1;
        }
        let new = plans.iter().filter_map(|(_, target)| match target {
            ImportTarget::New { name, .. } => Some(name),
            ImportTarget::Existing(_) => None,
        });
        counts.environments = count(order::distinct(new).len());
        counts
    }

    fn window(&self, model: &Model, plans: &[(Plan, ImportTarget)], window: Window) -> Vec<desk::ImportRow> {
        let start = usize::try_from(window.start).unwrap_or(usize::MAX);
        let most = usize::try_from(window.count).unwrap_or(MOST_ROWS).min(MOST_ROWS);
        let places = self.files.iter().zip(plans).enumerate().flat_map(|(number, (file, (plan, _)))| {
            plan.rows.iter().zip(&file.pairs).map(move |(row, pair)| (number, file, row, pair))
        });
        let shown = places.enumerate().skip(start).take(most);
        let row = |(at, (number, file, row, pair)): (usize, (usize, &File, _, &Incoming))| {
            row::row(model, file, (at, number), row, pair, self.is_chosen(at))
        };
        shown.map(row).collect()
    }
}

/// A name that no project has.
fn free_name(model: &Model) -> String {
    let projects = model.projects();
    let is_taken = |name: &String| projects.iter().any(|(_, it)| *it.name == **name);
    let numbered = (2..).map(|number| format!("{NEW_PROJECT} {number}"));
    std::iter::once(NEW_PROJECT.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

fn destination(model: &Model, target: &ImportTarget) -> Destination {
    match target {
        ImportTarget::Existing(environment) => {
            let environment = object(*environment);
            let kind = model.environment(environment).map(|it| it.kind).unwrap_or_default();
            Destination { environment: Some(environment), kind }
        }
        ImportTarget::New { kind, .. } => Destination { environment: None, kind: model_kind(*kind) },
    }
}

fn as_vault(target: &ImportTarget) -> Target {
    match target {
        ImportTarget::Existing(environment) => Target::Existing(object(*environment)),
        ImportTarget::New { name, kind } => Target::New { name: name.clone(), kind: model_kind(*kind) },
    }
}

/// The present values under the keys that come in, all decrypted at once.
pub(super) async fn present<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    pairs: &[Incoming],
) -> Result<ById<ObjectId, Option<SecretValue>>, Refusal> {
    let (model, chain) = (session.model(), Chain::of(session.model(), environment));
    let set = |pair: &Incoming| match chain.effect(model, &pair.key) {
        Effect::Set { secret, .. } => Some(secret),
        _ => None,
    };
    values(session, pairs.iter().filter_map(set).collect()).await
}

pub(super) fn copy(value: &SecretValue) -> SecretValue {
    SecretValue::new(value.expose().to_owned())
}

#[cfg(test)]
mod tests;
