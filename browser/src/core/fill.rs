//! Values for pages of other sites: what a fill would do, the values of one fill, and what the vault keeps of it.

use super::convert::{id, moment, object, provider_name};
use super::export::{in_order, pairs};
use super::value::hidden;
use super::{Answer, Open, refusal};
use crate::files::{Engine, Files};
use desk::text::fill as text;
use desk::{
    FileReply, FileRequest, Fill, FillRow, FilledRow, Filling, Hidden, Id, PagePlace, Plan, PlanRow,
    ProfileRow, Refusal, Reply, Rules,
};
use vault::change::Change;
use vault::journal::{Did, Event};
use vault::model::{Filled, Kind, Model, Profile, Secret, Timestamp};
use vault::overlay::Value;
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
            Fill::Variables { environment, names, longest, total, consumer } => {
                let room = [longest, total].map(|most| most.map_or(usize::MAX, |most| most as usize));
                let rows = variables(&self.session, object(environment), &names, room).await?;
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

    pub(super) fn profiles(&self) -> Reply {
        let row = |(it, profile): (ObjectId, &Profile)| ProfileRow {
            id: id(it),
            name: profile.name.to_string(),
            text: profile.text.to_string(),
        };
        Reply::Profiles(self.session.model().profiles().map(row).collect())
    }

    pub(super) async fn places(&self, secret: Id) -> Answer {
        let caller = self.callers().await?;
        let it = self.session.model().secret(object(secret)).ok_or(Refusal::Gone)?;
        let revision = revision(&self.session, object(secret))?;
        let row = |captured: bool, it: &Filled| FilledRow {
            origin: it.origin.to_string(),
            provider: provider_name(&it.provider),
            place: it.place.to_string(),
            time: moment(Timestamp(it.time)),
            device: caller(vault::DeviceId::new(it.device)),
            revision: it.revision,
            current: it.revision == revision,
            captured,
        };
        let filled = Filled::newest(&it.filled).into_iter().map(|it| row(false, it));
        let captured = Filled::newest(&it.captured).into_iter().map(|it| row(true, it));
        Ok(Reply::Places(filled.chain(captured).collect()))
    }

    async fn row(&self, secret: Id) -> Result<FillRow, Refusal> {
        let it = self.session.model().secret(object(secret)).ok_or(Refusal::Gone)?;
        let name = it.details.name.to_string();
        let value = hidden(&self.as_read(secret).await?);
        Ok(FillRow { name, secret, revision: revision(&self.session, object(secret))?, value })
    }
}

/// The number of a secret's current version.
pub(super) fn revision<S: Store>(session: &Session<S>, secret: ObjectId) -> Result<u64, Refusal> {
    let versions = session.history(secret).map_err(refusal::of)?;
    Ok(versions.first().map_or(0, |version| version.revision))
}

/// The environment that has most of what this place was filled with last; of the origin where the place is new.
fn filled_from(model: &Model, place: &PagePlace) -> Option<ObjectId> {
    let last = |same_place: bool| {
        let is_here = |it: &Filled| *it.origin == *place.origin && (!same_place || *it.place == *place.place);
        latest(model, |secret| &secret.filled, is_here)
    };
    last(true).or_else(|| last(false))
}

/// The environment that has most of the secrets whose list has the newest of what `is_here`.
pub(super) fn latest(
    model: &Model,
    list: fn(&Secret) -> &[Filled],
    is_here: impl Fn(&Filled) -> bool,
) -> Option<ObjectId> {
    let time = |secret| list(secret).iter().filter(|it| is_here(it)).map(|it| it.time).max();
    let times: Vec<_> = model.secrets().filter_map(|(id, secret)| Some((id, time(secret)?))).collect();
    let newest = times.iter().map(|(_, time)| *time).max()?;
    let of_last = times.iter().filter(|(_, time)| *time == newest);
    let mut environments: Vec<ObjectId> =
        of_last.flat_map(|(id, _)| model.uses(*id).map(|(_, it)| it.environment)).collect();
    environments.retain(|id| model.environment(*id).is_some());
    let all = environments.clone();
    order::distinct(environments).into_iter().max_by_key(|id| all.iter().filter(|it| *it == id).count())
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

/// The values of these variables; those that are longer than the provider takes, alone or together, are left out.
async fn variables<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    names: &[String],
    [longest, mut total]: [usize; 2],
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
        let Some(rest) = total.checked_sub(length + pair.key.len()) else {
            filling.left.push((pair.key, text::TOO_MUCH.to_owned()));
            continue;
        };
        total = rest;
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

#[cfg(test)]
mod tests {
    use super::super::export::tests::vault;
    use super::*;
    use crate::files::Here;
    use pollster::block_on;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;
    use vault::memory::MemoryStore;
    use vault::model::SecretValue;

    type Vault = Session<MemoryStore>;

    fn place() -> PagePlace {
        let (origin, provider) = ("https://vercel.com".into(), "vercel".into());
        PagePlace { origin, provider, place: "shop".into() }
    }

    fn secret(session: &Vault, environment: Id, name: &str) -> ObjectId {
        session.model().own(object(environment), name).unwrap().1.secret.unwrap()
    }

    fn write(session: &mut Vault, change: Change, now: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(now);
        block_on(session.apply(change, &mut rng, Timestamp(now))).unwrap();
    }

    fn filled(session: &mut Vault, secret: ObjectId, now: u64) {
        let revision = revision(session, secret).unwrap();
        let PagePlace { origin, provider, place } = place();
        let filled = Filled {
            origin: origin.into(),
            provider: provider.into(),
            place: place.into(),
            time: now,
            device: [1; 16],
            revision,
        };
        write(session, Change::Fill { secret, filled }, now);
    }

    fn steps(session: &Vault, environment: Id, there: Option<&[&str]>) -> Vec<desk::Step> {
        let there: Option<Vec<String>> = there.map(|names| names.iter().map(|&name| name.into()).collect());
        let planned =
            planned(session, object(environment), &place(), there.as_deref(), &Rules::default()).unwrap();
        planned.rows.into_iter().map(|row| row.step).collect()
    }

    fn values(filling: &Filling) -> Vec<(&str, &str)> {
        filling.rows.iter().map(|row| (row.name.as_str(), row.value.expose())).collect()
    }

    fn taken(session: &Vault, environment: Id, names: &[&str], room: [usize; 2]) -> Filling {
        let names: Vec<String> = names.iter().map(|&name| name.into()).collect();
        block_on(variables(session, object(environment), &names, room)).unwrap()
    }

    const ROOM: [usize; 2] = [usize::MAX; 2];

    #[test]
    fn a_plan_knows_which_version_a_place_was_given_and_which_environment_that_was_from() {
        let (mut session, environment) = vault(&[("A", "fake-a"), ("B", "fake-b")]);
        assert_eq!(filled_from(session.model(), &place()), None);
        let a = secret(&session, environment, "A");
        filled(&mut session, a, 10);
        assert_eq!(steps(&session, environment, None), [desk::Step::Same, desk::Step::Add]);
        assert_eq!(steps(&session, environment, Some(&["B"])), [desk::Step::Add, desk::Step::Change]);
        assert_eq!(filled_from(session.model(), &place()), Some(object(environment)));
        let elsewhere = PagePlace { origin: "https://github.com".into(), ..place() };
        assert_eq!(filled_from(session.model(), &elsewhere), None);

        let value = SecretValue::new("fake-new".to_owned());
        write(&mut session, Change::ReplaceValue { secret: a, value }, 11);
        assert_eq!(steps(&session, environment, Some(&["A"])), [desk::Step::Change, desk::Step::Add]);
        filled(&mut session, a, 12);
        assert_eq!(steps(&session, environment, Some(&["A"])), [desk::Step::Same, desk::Step::Add]);
    }

    #[test]
    fn only_the_values_that_were_chosen_go_out_with_their_references_filled_in() {
        let (session, environment) = vault(&[("A", "fake-a"), ("B", "of ${A}"), ("C", "fake-c")]);
        assert_eq!(values(&taken(&session, environment, &["B"], ROOM)), [("B", "of fake-a")]);
        assert!(taken(&session, environment, &["NONE"], ROOM).rows.is_empty());
    }

    #[test]
    fn what_the_provider_has_no_room_for_is_left_out_and_named() {
        let (session, environment) = vault(&[("A", "1234"), ("B", "12345"), ("C", "1")]);
        let filling = taken(&session, environment, &["A", "B", "C"], [4, usize::MAX]);
        assert_eq!(values(&filling), [("A", "1234"), ("C", "1")]);
        assert_eq!(filling.left, [("B".to_owned(), text::too_long(5, 4))]);
        let filling = taken(&session, environment, &["A", "B", "C"], [usize::MAX, 8]);
        assert_eq!(values(&filling), [("A", "1234"), ("C", "1")]);
        assert_eq!(filling.left, [("B".to_owned(), text::TOO_MUCH.to_owned())]);
    }

    #[test]
    fn a_box_for_all_gets_one_text_that_reads_back_and_what_cannot_be_written_is_named() {
        let (session, environment) = vault(&[("A", "one two # three"), ("B", "two\nlines"), ("C", "fake-c")]);
        let filling = taken(&session, environment, &["A", "B", "C"], ROOM);
        let made = block_on(as_text(filling, "docker".into(), &Here)).unwrap();
        assert!(made.rows.iter().all(|row| row.value.expose().is_empty()), "the text alone has values");
        let names: Vec<_> = made.rows.iter().map(|row| row.name.as_str()).collect();
        let left: Vec<_> = made.left.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, left), (vec!["A", "C"], vec!["B"]));
        let text = made.text.unwrap();
        let read = FileRequest::Read { reader: "docker".into(), text };
        let Ok(FileReply::Read(read)) = block_on(Here.ask(read)) else { panic!("not read") };
        let pairs: Vec<_> = read.pairs.iter().map(|pair| (pair.key.as_str(), pair.value.expose())).collect();
        assert_eq!(pairs, [("A", "one two # three"), ("C", "fake-c")]);
    }
}
