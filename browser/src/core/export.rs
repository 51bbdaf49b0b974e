//! The export: an environment's text for one consumer, and how every consumer reads it.

mod render;

use super::convert::{count, object};
use super::mask::HIDDEN;
use super::reference::values;
use desk::{ExportLine, ExportText, Hidden, Id, LensRow, Refusal};
use render::Rendered;
use std::collections::{BTreeMap, BTreeSet};
use vault::ObjectId;
use vault::dotenv::{self, Dialect, Group, Pair, Row, Seen};
use vault::model::{Kind, SecretValue};
use vault::overlay::{Chain, Value};
use vault::port::Store;
use vault::reference::{Broken, Resolver, has_references};
use vault::session::Session;

/// The export just made, for the lens and the journal.
pub(super) struct Exported {
    secrets: Vec<ObjectId>,
    meant: BTreeMap<String, SecretValue>,
    rows: Vec<Row>,
}

/// Writes what `only` names, or all, for `consumer`.
///
/// # Errors
/// The environment is gone, a reference leads nowhere, or the store cannot.
pub(super) async fn export<S: Store>(
    session: &Session<S>,
    environment: Id,
    consumer: &str,
    only: Option<&[String]>,
) -> Result<(Exported, ExportText), Refusal> {
    let (model, environment) = (session.model(), object(environment));
    let it = model.environment(environment).ok_or(Refusal::Gone)?;
    let mut all = Chain::of(model, environment).values(model);
    all.sort_by_key(|value| value.order);
    let wanted = |value: &&Value<'_>| only.is_none_or(|only| only.iter().any(|name| name == value.variable));
    let taken: Vec<Value<'_>> = all.iter().filter(wanted).copied().collect();
    let pairs = pairs(session, environment, &taken).await?;
    let name = model.project(it.project).map(|project| format!("{}-{}", project.slug, it.slug));
    let rendered = render::render(consumer, &name.unwrap_or_default(), &pairs)?;
    let meant = pairs.into_iter().map(|pair| (pair.key, SecretValue::new(pair.value)));
    let mut exported = Exported {
        secrets: taken.iter().map(|value| value.secret).collect(),
        meant: meant.collect(),
        rows: Vec::new(),
    };
    if consumer.parse::<Dialect>().is_ok() {
        exported.rows = dotenv::explain(&rendered.text, None);
    }
    let text = ExportText {
        lines: exported.lines(&rendered),
        text: Hidden::new(rendered.text),
        refused: rendered.refused,
        notices: rendered.notices,
        file_name: render::file_name(consumer).to_owned(),
        prod: it.kind == Kind::Prod,
        variables: all.iter().map(|value| value.variable.to_owned()).collect(),
    };
    Ok((exported, text))
}

/// The values with their references filled in.
async fn pairs<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    taken: &[Value<'_>],
) -> Result<Vec<Pair>, Refusal> {
    let model = session.model();
    let own: BTreeSet<ObjectId> = taken.iter().map(|value| value.secret).collect();
    let mut opened = values(session, own).await?;
    if opened.values().flatten().any(|value| has_references(value.expose())) {
        opened = values(session, model.secrets().map(|(secret, _)| secret).collect()).await?;
    }
    let lookup = |secret| opened.get(&secret)?.as_ref().map(|it| SecretValue::new(it.expose().to_owned()));
    let mut resolver = Resolver::new(model, lookup);
    let (mut pairs, mut broken) = (Vec::new(), BTreeSet::new());
    for (line, value) in (1..).zip(taken) {
        match resolver.resolve(environment, value.variable) {
            Some(Ok(text)) => {
                pairs.push(Pair { key: value.variable.to_owned(), value: text.expose().to_owned(), line });
            }
            Some(Err(these)) => broken.extend(these.into_iter().map(|Broken { reference, .. }| reference)),
            None => return Err(Refusal::Gone),
        }
    }
    if broken.is_empty() {
        Ok(pairs)
    } else {
        Err(Refusal::BrokenReferences { references: broken.into_iter().collect() })
    }
}

impl Exported {
    /// How each consumer reads what stands on `line`, from 1; nothing for a line that sets nothing.
    pub(super) fn lens(&self, line: u32) -> Vec<LensRow> {
        let Some(row) = self.rows.iter().find(|row| row.line == line) else { return Vec::new() };
        row.groups.iter().map(|group| self.lens_row(&row.key, group)).collect()
    }

    /// What left the vault.
    pub(super) fn secrets(&self) -> &[ObjectId] {
        &self.secrets
    }

    fn lens_row(&self, key: &str, group: &Group) -> LensRow {
        let reads = match &group.seen {
            Seen::Value(value) if value.is_empty() => "an empty value".to_owned(),
            Seen::Value(_) if self.is_right(key, &group.seen) => HIDDEN.to_owned(),
            Seen::Value(_) => "another value".to_owned(),
            Seen::Nothing(None) => "nothing".to_owned(),
            Seen::Rejected(None) => "rejects the file".to_owned(),
            Seen::Nothing(Some(trouble)) | Seen::Rejected(Some(trouble)) | Seen::Hidden(trouble) => {
                trouble.sentence().to_owned()
            }
        };
        LensRow {
            consumers: group.dialects.iter().map(|dialect| dialect.title().to_owned()).collect(),
            reads,
            right: self.is_right(key, &group.seen),
        }
    }

    fn is_right(&self, key: &str, seen: &Seen) -> bool {
        let Seen::Value(value) = seen else { return false };
        self.meant.get(key).is_some_and(|meant| meant.expose() == value)
    }

    /// The text's lines with their values masked.
    fn lines(&self, rendered: &Rendered) -> Vec<ExportLine> {
        let Some(masked) = &rendered.masked else { return self.dialect_lines(&rendered.text) };
        let line = |(number, line): (u32, &str)| {
            let variable = self.meant.keys().find(|key| render::sets(line, key)).cloned();
            ExportLine { number, variable, masked: line.to_owned(), differs: 0 }
        };
        (1..).zip(masked.lines()).map(line).collect()
    }

    fn dialect_lines(&self, text: &str) -> Vec<ExportLine> {
        let rows: BTreeMap<u32, &Row> = self.rows.iter().map(|row| (row.line, row)).collect();
        let line = |(number, line): (u32, &str)| {
            let Some(row) = rows.get(&number) else {
                return ExportLine { number, variable: None, masked: HIDDEN.to_owned(), differs: 0 };
            };
            let wrong = row.groups.iter().filter(|group| !self.is_right(&row.key, &group.seen));
            ExportLine {
                number,
                variable: Some(row.key.clone()),
                masked: format!("{}={HIDDEN}", line.split('=').next().unwrap_or_default()),
                differs: count(wrong.map(|group| group.dialects.len()).sum()),
            }
        };
        (1..).zip(text.lines()).map(line).collect()
    }
}

#[cfg(test)]
pub(super) mod tests;
