//! What devices wrote into a secret, a project or what is in one at the same time.

use super::convert::{details, id, kind, model_written, object, written};
use super::value::hidden;
use super::{Answer, Open, refusal};
use desk::text::field as text;
use desk::{Alternative, Id, Refusal, Reply, Written};
use vault::journal::{Did, Event};
use vault::model::{Binding, Environment, Model, Overview, Project, Secret, Timestamp};
use vault::session::{self, Contested};
use vault::{Field, ObjectId};

impl Open {
    /// What is beside what is current: of a secret, value and description; of a project, with its environments and bindings.
    pub(super) async fn alternatives(&self, of: Id) -> Answer {
        let (of, caller, model) = (object(of), self.callers().await?, self.session.model());
        let of_value = |it: &session::Alternative| Alternative {
            object: id(of),
            field: Field::Value.number(),
            label: text::VALUE.to_owned(),
            written: written(it.written),
            device: caller(it.written.device),
            texts: None,
        };
        let of_overview = |part: ObjectId, it: Contested| {
            let current = model.overview(part)?;
            let (label, current) = said(model, it.field, current);
            Some(Alternative {
                object: id(part),
                field: it.field.number(),
                label: if part == of { label.to_owned() } else { text::of(label, &called(model, part)) },
                written: written(it.written),
                device: caller(it.written.device),
                texts: Some((current, said(model, it.field, &it.overview).1)),
            })
        };
        let is_secret = model.secret(of).is_some();
        let values = if is_secret { self.session.alternatives(of).await } else { Ok(Vec::new()) };
        let values = values.map_err(refusal::of)?;
        let parts = if is_secret { vec![of] } else { parts(model, of) };
        let overviews = parts.into_iter().flat_map(|part| {
            let contested = self.session.contested(part).into_iter();
            contested.filter_map(move |it| of_overview(part, it))
        });
        Ok(Reply::Alternatives(values.iter().map(of_value).chain(overviews).collect()))
    }

    pub(super) async fn reveal_alternative(&mut self, secret: Id, wanted: Written, now: Timestamp) -> Answer {
        let (object, wanted) = (object(secret), model_written(wanted));
        let found = self.session.alternatives(object).await.map_err(refusal::of)?;
        let found = found.into_iter().find(|it| it.written == wanted).ok_or(Refusal::Gone)?;
        self.note(Event::new(now, Did::Show, &[object])).await?;
        Ok(Reply::Value(hidden(&found.value)))
    }
}

/// A project with all in it that is no secret.
pub(super) fn parts(model: &Model, project: ObjectId) -> Vec<ObjectId> {
    let environments = model.environments(project).into_iter().map(|(id, _)| id);
    let with_bindings = environments
        .flat_map(|id| std::iter::once(id).chain(model.raw_bindings(id).map(|(binding, _)| binding)));
    std::iter::once(project).chain(with_bindings).collect()
}

/// What something in a project is called.
fn called(model: &Model, part: ObjectId) -> String {
    match model.overview(part) {
        Some(Overview::Environment(it)) => it.name.to_string(),
        Some(Overview::Binding(it)) => {
            let environment = model.environment(it.environment).map(|it| &*it.name).unwrap_or_default();
            text::place(&it.variable, environment)
        }
        _ => String::new(),
    }
}

/// What a field is called, and what it says.
fn said(model: &Model, field: Field, of: &Overview) -> (&'static str, String) {
    match of {
        Overview::Project(it) => said_of_project(field, it),
        Overview::Environment(it) => said_of_environment(model, field, it),
        Overview::Secret(it) => said_of_secret(field, it),
        Overview::Binding(it) => said_of_binding(model, field, it),
        Overview::Profile(_) => (text::OTHER, String::new()),
    }
}

fn said_of_project(field: Field, it: &Project) -> (&'static str, String) {
    match field {
        Field::Name => (text::NAME, it.name.to_string()),
        Field::Notes => (text::NOTES, it.note.to_string()),
        Field::Archived => (text::ARCHIVED, text::flag(it.archived).to_owned()),
        Field::Order => (text::PLACE, place(it.order)),
        _ => (text::OTHER, String::new()),
    }
}

fn said_of_environment(model: &Model, field: Field, it: &Environment) -> (&'static str, String) {
    let parent = || it.parent.and_then(|parent| model.environment(parent));
    match field {
        Field::Name => (text::NAME, it.name.to_string()),
        Field::Stage => (text::STAGE, text::stage(kind(it.kind)).to_owned()),
        Field::Parent => (text::PARENT, parent().map_or(text::NO_PARENT, |it| &it.name).to_owned()),
        Field::Order => (text::PLACE, place(it.order)),
        _ => (text::OTHER, String::new()),
    }
}

fn said_of_binding(model: &Model, field: Field, it: &Binding) -> (&'static str, String) {
    let secret = || it.secret.map(|secret| model.secret(secret).map_or("", |it| &*it.details.name));
    match field {
        Field::Variable => (text::NAME, it.variable.to_string()),
        Field::Secret | Field::Tombstone => (text::SECRET, secret().unwrap_or(text::HIDES).to_owned()),
        Field::Order => (text::PLACE, place(it.order)),
        _ => (text::OTHER, String::new()),
    }
}

/// As people count.
fn place(order: u64) -> String {
    order.saturating_add(1).to_string()
}

fn said_of_secret(field: Field, it: &Secret) -> (&'static str, String) {
    let it = details(&it.details);
    match field {
        Field::Name => (text::NAME, it.name),
        Field::Provider => (text::PROVIDER, it.provider.unwrap_or_default()),
        Field::Type => (text::KIND, it.kind),
        Field::Notes => (text::NOTES, it.notes),
        Field::Expires => (text::EXPIRES, it.expires.unwrap_or_default()),
        Field::Period => (text::PERIOD, it.rotation_days.map(|days| days.to_string()).unwrap_or_default()),
        Field::Docs => (text::DOCS, it.docs),
        Field::Owner => (text::OWNER, it.owner),
        Field::Class => (text::CLASS, text::class(it.class).to_owned()),
        _ => (text::OTHER, String::new()),
    }
}
