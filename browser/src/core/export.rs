//! The export: an environment's text for one consumer, and how every consumer reads it.

use super::convert::object;
use super::reference::values;
use crate::files::Files;
use desk::{ExportText, FilePair, FileReply, FileRequest, Hidden, Id, LensRow, Refusal};
use vault::model::{Environment, Kind, Model, SecretValue};
use vault::overlay::{Chain, Value};
use vault::port::Store;
use vault::reference::{Broken, Reason, Resolver, has_references};
use vault::session::Session;
use vault::{ById, ObjectId, order};

/// What is to be written.
pub(super) struct Wanted {
    pub(super) environment: Id,
    /// A dialect's name, or a tool's.
    pub(super) consumer: String,
    /// These variables; all of them if there are none.
    pub(super) only: Option<Vec<String>>,
}

/// The export just made, for the lens and the journal.
pub(super) struct Exported {
    secrets: Vec<ObjectId>,
    lens: Vec<(u32, Vec<LensRow>)>,
}

/// Writes what is wanted.
///
/// # Errors
/// The environment is gone, a reference leads nowhere, or the store or the engine of files cannot.
pub(super) async fn export<S: Store>(
    session: &Session<S>,
    wanted: Wanted,
    engine: &impl Files,
) -> Result<(Exported, ExportText), Refusal> {
    let Wanted { environment, consumer, only } = wanted;
    let (model, environment) = (session.model(), object(environment));
    let it = model.environment(environment).ok_or(Refusal::Gone)?;
    let all = in_order(model, environment);
    let is_wanted =
        |value: &&Value<'_>| only.as_ref().is_none_or(|only| only.iter().any(|name| name == value.variable));
    let taken: Vec<Value<'_>> = all.iter().filter(is_wanted).copied().collect();
    let pairs = pairs(session, environment, &taken).await?;
    let project = model.project(it.project).map(|project| &*project.slug).unwrap_or_default();
    let name = match &*consumer {
        "vercel" => of_vercel(it).to_owned(),
        _ => format!("{project}-{}", it.slug),
    };
    let request = FileRequest::Write { consumer: consumer.clone(), name, pairs };
    let FileReply::Written(written) = engine.ask(request).await? else { return Err(Refusal::Internal) };
    let text = ExportText {
        text: written.text,
        command: written.command,
        lines: written.lines,
        refused: written.refused,
        notices: written.notices,
        visible_name: visible_name(file_name(&consumer), project, &it.slug),
        file_name: file_name(&consumer).to_owned(),
        prod: it.kind == Kind::Prod,
        variables: all.iter().map(|value| value.variable.to_owned()).collect(),
    };
    let secrets = taken.iter().map(|value| value.secret).collect();
    Ok((Exported { secrets, lens: written.lens }, text))
}

/// Which of Vercel's environments that is.
fn of_vercel(environment: &Environment) -> &'static str {
    match environment.kind {
        Kind::Prod => "production",
        Kind::NonProd if environment.slug.starts_with("dev") || &*environment.slug == "local" => {
            "development"
        }
        Kind::NonProd => "preview",
    }
}

/// The name under which a consumer looks for its file.
fn file_name(consumer: &str) -> &'static str {
    match consumer {
        "json" | "wrangler" => "secrets.json",
        "kubernetes" => "secret.yaml",
        "gh" | "netlify" => "secrets.env",
        "fly" => "secrets.txt",
        "heroku" => "heroku.sh",
        "shell" => "secrets.sh",
        "vercel" => "vercel.sh",
        _ => ".env",
    }
}

/// A browser takes the dot off a file named `.env`; this name says what it is.
fn visible_name(file_name: &str, project: &str, environment: &str) -> String {
    if file_name.starts_with('.') { format!("{project}.{environment}.env") } else { file_name.to_owned() }
}

/// What an environment has, in the order of a file.
pub(super) fn in_order(model: &Model, environment: ObjectId) -> Vec<Value<'_>> {
    let mut values = Chain::of(model, environment).values(model);
    order::sort_by_key(&mut values, |value| value.order);
    values
}

/// The values with their references filled in.
async fn pairs<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    taken: &[Value<'_>],
) -> Result<Vec<FilePair>, Refusal> {
    let resolved = resolved(session, environment, taken).await?;
    Ok(resolved.into_iter().map(|(pair, _)| pair).collect())
}

/// The values with their references filled in, each with the secrets that it refers to.
pub(super) async fn resolved<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    taken: &[Value<'_>],
) -> Result<Vec<(FilePair, Vec<ObjectId>)>, Refusal> {
    let model = session.model();
    let own: ById<ObjectId, ()> = taken.iter().map(|value| value.secret).collect();
    let mut opened = values(session, own).await?;
    if opened.iter().filter_map(|(_, value)| value.as_ref()).any(|value| has_references(value.expose())) {
        opened = values(session, model.secrets().map(|(secret, _)| secret).collect()).await?;
    }
    let lookup = |secret| opened.get(secret)?.as_ref().map(|it| SecretValue::new(it.expose().to_owned()));
    let mut resolver = Resolver::new(model, lookup);
    let (mut pairs, mut broken) = (Vec::new(), Vec::new());
    for (line, value) in (1..).zip(taken) {
        match resolver.resolve(environment, value.variable) {
            Some(Ok(text)) => {
                let value_text = Hidden::new(text.expose().to_owned());
                let pair = FilePair { key: value.variable.to_owned(), value: value_text, line };
                pairs.push((pair, resolver.followed()));
            }
            Some(Err(these)) => {
                if let Some(closed) = these.iter().find(|it| it.reason == Reason::Closed) {
                    return Err(Refusal::Damaged { what: format!("the value of {}", closed.reference) });
                }
                broken.extend(these.into_iter().map(|Broken { reference, .. }| reference));
            }
            None => return Err(Refusal::Gone),
        }
    }
    if broken.is_empty() {
        Ok(pairs)
    } else {
        Err(Refusal::BrokenReferences { references: order::distinct(broken) })
    }
}

impl Exported {
    /// How each consumer reads what stands on `line`, from 1; nothing for a line that sets nothing.
    pub(super) fn lens(&self, line: u32) -> Vec<LensRow> {
        let found = self.lens.iter().find(|(number, _)| *number == line);
        found.map(|(_, rows)| rows.clone()).unwrap_or_default()
    }

    /// What left the vault.
    pub(super) fn secrets(&self) -> &[ObjectId] {
        &self.secrets
    }
}

#[cfg(test)]
pub(super) mod tests;
