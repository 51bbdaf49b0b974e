//! Values for pages of other sites: what a fill would do, the values of one fill, and what the vault keeps of it.

use super::convert::{id, moment, object, provider_name};
use super::export::pairs;
use super::value::hidden;
use super::{Answer, Open, refusal};
use crate::files::{Engine, Files};
use desk::text::fill as text;
use desk::{
    FileReply, FileRequest, Fill, FillRow, FilledRow, Filling, Hidden, Id, PagePlace, Plan, PlanRow, Refusal,
    Reply, Rules,
};
use vault::change::Change;
use vault::journal::{Did, Event};
use vault::model::{Filled, Kind, Model, Secret, Timestamp};
use vault::overlay::{Chain, Value};
use vault::plan::{self, Breach, Candidate, Step};
use vault::port::Store;
use vault::session::Session;
use vault::{ObjectId, order};

impl Open {
    pub(super) fn plan(
        &self,
        environment: Option<Id>,
        place: &PagePlace,
        there: Option<&[String]>,
        rules: &Rules,
    ) -> Answer {
        let environment = environment.map(object).or_else(|| filled_from(self.session.model(), place));
        let Some(environment) = environment else {
            return Ok(Reply::Plan(Plan { environment: None, prod: false, rows: Vec::new() }));
        };
        planned(&self.session, environment, place, there, rules).map(Reply::Plan)
    }

    pub(super) async fn fill(&mut self, fill: Fill, now: Timestamp) -> Answer {
        let filling = match fill {
            Fill::Secret(secret) => Filling { rows: vec![self.row(secret).await?], ..Filling::default() },
            Fill::Variables { environment, names, longest, consumer } => {
                let longest = longest.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
                let rows = variables(&self.session, object(environment), &names, longest).await?;
                match consumer {
                    Some(consumer) => as_text(rows, consumer, &Engine).await?,
                    None => rows,
                }
            }
        };
        let secrets: Vec<_> = filling.rows.iter().map(|row| object(row.secret)).collect();
        if !secrets.is_empty() {
            self.note(Event::new(now, Did::Fill, &secrets)).await?;
        }
        Ok(Reply::Filling(filling))
    }

    /// Writes down where values went, as one act.
    pub(super) async fn filled(&mut self, place: PagePlace, secrets: &[(Id, u64)], now: Timestamp) -> Answer {
        let device = *self.session.device().as_bytes();
        let fill = |(secret, revision): &(Id, u64)| Change::Fill {
            secret: object(*secret),
            filled: Filled {
                origin: place.origin.as_str().into(),
                provider: place.provider.as_str().into(),
                place: place.place.as_str().into(),
                time: now.0,
                device,
                revision: *revision,
            },
        };
        let changes = secrets.iter().map(fill).collect();
        self.act(Change::Batch(changes), text::noted(secrets.len()), now).await
    }

    pub(super) async fn places(&self, secret: Id) -> Answer {
        let caller = self.callers().await?;
        let it = self.session.model().secret(object(secret)).ok_or(Refusal::Gone)?;
        let revision = revision(&self.session, object(secret))?;
        let row = |it: &Filled| FilledRow {
            origin: it.origin.to_string(),
            provider: provider_name(&it.provider),
            place: it.place.to_string(),
            time: moment(Timestamp(it.time)),
            device: caller(vault::DeviceId::new(it.device)),
            revision: it.revision,
            current: it.revision == revision,
        };
        Ok(Reply::Places(Filled::newest(&it.filled).into_iter().map(row).collect()))
    }

    async fn row(&self, secret: Id) -> Result<FillRow, Refusal> {
        let it = self.session.model().secret(object(secret)).ok_or(Refusal::Gone)?;
        let name = it.details.name.to_string();
        let value = hidden(&self.as_read(secret).await?);
        Ok(FillRow { name, secret, revision: revision(&self.session, object(secret))?, value })
    }
}

/// The number of a secret's current version.
fn revision<S: Store>(session: &Session<S>, secret: ObjectId) -> Result<u64, Refusal> {
    let versions = session.history(secret).map_err(refusal::of)?;
    Ok(versions.first().map_or(0, |version| version.revision))
}

/// The environment that has most of what this place was filled with last; of the origin where the place is new.
fn filled_from(model: &Model, place: &PagePlace) -> Option<ObjectId> {
    let last = |same_place: bool| {
        let time = |secret: &Secret| {
            let is_here =
                |it: &&Filled| *it.origin == *place.origin && (!same_place || *it.place == *place.place);
            secret.filled.iter().filter(is_here).map(|it| it.time).max()
        };
        let times: Vec<_> = model.secrets().filter_map(|(id, secret)| Some((id, time(secret)?))).collect();
        let newest = times.iter().map(|(_, time)| *time).max()?;
        let of_last = times.iter().filter(|(_, time)| *time == newest);
        let mut environments: Vec<ObjectId> =
            of_last.flat_map(|(id, _)| model.uses(*id).map(|(_, it)| it.environment)).collect();
        environments.retain(|id| model.environment(*id).is_some());
        let all = environments.clone();
        order::distinct(environments).into_iter().max_by_key(|id| all.iter().filter(|it| *it == id).count())
    };
    last(true).or_else(|| last(false))
}

fn planned<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    place: &PagePlace,
    there: Option<&[String]>,
    rules: &Rules,
) -> Result<Plan, Refusal> {
    let model = session.model();
    let it = model.environment(environment).ok_or(Refusal::Gone)?;
    let values = in_order(model, environment);
    let candidates: Result<Vec<_>, Refusal> = values
        .iter()
        .map(|value| Ok(Candidate { name: value.variable, given: is_given(session, value.secret, place)? }))
        .collect();
    let steps = plan::steps(&as_vault(rules), there, &candidates?);
    let row = |(value, step): (&Value<'_>, Step)| PlanRow {
        name: value.variable.to_owned(),
        secret: id(value.secret),
        step: as_desk(step),
    };
    let rows = values.iter().zip(steps).map(row).collect();
    Ok(Plan { environment: Some(id(environment)), prod: it.kind == Kind::Prod, rows })
}

fn in_order(model: &Model, environment: ObjectId) -> Vec<Value<'_>> {
    let mut values = Chain::of(model, environment).values(model);
    order::sort_by_key(&mut values, |value| value.order);
    values
}

/// Whether the place has the secret's current version of us.
fn is_given<S: Store>(session: &Session<S>, secret: ObjectId, place: &PagePlace) -> Result<bool, Refusal> {
    let filled = session.model().secret(secret).map(|it| Filled::newest(&it.filled)).unwrap_or_default();
    let is_here = |it: &&&Filled| {
        (&*it.origin, &*it.provider, &*it.place) == (&*place.origin, &*place.provider, &*place.place)
    };
    match filled.iter().find(is_here) {
        Some(it) => Ok(it.revision == revision(session, secret)?),
        None => Ok(false),
    }
}

fn as_vault(rules: &Rules) -> plan::Rules {
    plan::Rules {
        pattern: rules.pattern.clone(),
        reserved: rules.reserved.clone(),
        longest: rules.longest_name,
        most: rules.most,
    }
}

fn as_desk(step: Step) -> desk::Step {
    match step {
        Step::Add => desk::Step::Add,
        Step::Change => desk::Step::Change,
        Step::Same => desk::Step::Same,
        Step::Breaks(breach) => desk::Step::Breaks(match breach {
            Breach::Name => desk::Breach::Name,
            Breach::Reserved(prefix) => desk::Breach::Reserved(prefix),
            Breach::Long(most) => desk::Breach::Long(most),
            Breach::Count(most) => desk::Breach::Count(most),
        }),
    }
}

/// The values of these variables; those that are longer than the provider takes are left out.
async fn variables<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    names: &[String],
    longest: usize,
) -> Result<Filling, Refusal> {
    let model = session.model();
    model.environment(environment).ok_or(Refusal::Gone)?;
    let mut taken = in_order(model, environment);
    taken.retain(|value| names.iter().any(|name| name == value.variable));
    let pairs = pairs(session, environment, &taken).await?;
    let mut filling = Filling::default();
    for (value, pair) in taken.iter().zip(pairs) {
        let length = pair.value.expose().len();
        if length > longest {
            filling.left.push((pair.key, text::too_long(length, longest)));
            continue;
        }
        let revision = revision(session, value.secret)?;
        filling.rows.push(FillRow { name: pair.key, secret: id(value.secret), revision, value: pair.value });
    }
    Ok(filling)
}

/// The same as one text for `consumer`; what it cannot be given is left out.
async fn as_text(mut filling: Filling, consumer: String, engine: &impl Files) -> Result<Filling, Refusal> {
    loop {
        let pair = |(line, row): (u32, &FillRow)| desk::FilePair {
            key: row.name.clone(),
            value: Hidden::new(row.value.expose().to_owned()),
            line,
        };
        let pairs = (1..).zip(&filling.rows).map(pair).collect();
        let request = FileRequest::Write { consumer: consumer.clone(), name: String::new(), pairs };
        let FileReply::Written(written) = engine.ask(request).await? else { return Err(Refusal::Internal) };
        let before = filling.rows.len();
        filling.rows.retain(|row| !written.refused.iter().any(|refused| refused.variable == row.name));
        filling.left.extend(written.refused.into_iter().map(|it| (it.variable, it.reason)));
        if filling.rows.len() == before {
            filling.rows.iter_mut().for_each(|row| row.value = Hidden::default());
            filling.text = Some(written.text);
            return Ok(filling);
        }
    }
}
