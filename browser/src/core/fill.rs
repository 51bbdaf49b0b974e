//! Values for pages of other sites: what a fill would do, the values of one fill, and what the vault keeps of it.

use super::convert::{count, id, moment, object, provider_name};
use super::export::{in_order, resolved};
use super::reference::values;
use super::{Answer, Open, refusal};
use crate::files::{Engine, Files};
use desk::text::fill as text;
use desk::{
    FilePair, FileReply, FileRequest, Fill, FillRow, FilledRow, Filling, Hidden, Id, PageNames, PagePlace,
    Plan, PlanRow, ProfileRow, Refusal, Reply, Rules, Went,
};
use vault::change::Change;
use vault::journal::{Did, Event};
use vault::model::{Environment, Filled, Kind, Model, PLACES, Profile, Secret, SecretValue, Timestamp};
use vault::overlay::{Chain, Value};
use vault::plan::{self, Breach, Candidate, Step};
use vault::port::Store;
use vault::reference::joined;
use vault::session::Session;
use vault::{ById, ObjectId, order};

impl Open {
    pub(super) async fn plan(
        &self,
        environment: Option<Id>,
        place: &PagePlace,
        names: &PageNames,
        there: Option<&[String]>,
        rules: &Rules,
    ) -> Answer {
        let environment = environment.map(object).or_else(|| meant(self.session.model(), place, names));
        let Some(environment) = environment else {
            return Ok(Reply::Plan(Plan { environment: None, prod: false, rows: Vec::new() }));
        };
        planned(&self.session, environment, place, there, rules).await.map(Reply::Plan)
    }

    pub(super) async fn fill(&mut self, fill: Fill, now: Timestamp) -> Answer {
        let did = if matches!(fill, Fill::Copy(_)) { Did::Copy } else { Did::Fill };
        let filling = match fill {
            Fill::Secret(secret) | Fill::Copy(secret) => {
                let stored = self.current(secret).await?;
                alone(&self.session, object(secret), &stored).await?
            }
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
            self.note(Event::new(now, did, &secrets)).await?;
        }
        Ok(Reply::Filling(filling))
    }

    /// Writes down where values went, as one act.
    pub(super) async fn filled(
        &mut self,
        place: PagePlace,
        environment: Option<Id>,
        went: Vec<Went>,
        now: Timestamp,
    ) -> Answer {
        let device = *self.session.device().as_bytes();
        let secrets = order::distinct(went.iter().map(|it| it.secret)).len();
        let fill = |Went { variable, secret, revision }| Change::Fill {
            secret: object(secret),
            filled: Filled {
                origin: place.origin.as_str().into(),
                provider: place.provider.as_str().into(),
                place: place.place.as_str().into(),
                time: now.0,
                device,
                revision,
                environment: environment.map(object).filter(|_| !variable.is_empty()),
                variable: variable.into(),
            },
        };
        let changes = went.into_iter().map(fill).collect();
        self.act(Change::Batch(changes), text::noted(secrets), now).await
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
        let row = |captured: bool, it: &Filled, current: bool| FilledRow {
            origin: it.origin.to_string(),
            provider: provider_of(self.session.model(), &it.provider),
            place: it.place.to_string(),
            variable: it.variable.to_string(),
            time: moment(Timestamp(it.time)),
            device: caller(vault::DeviceId::new(it.device)),
            revision: it.revision,
            current,
            captured,
        };
        let filled = Filled::newest(&it.filled);
        let outdated = outdated(&self.session, |other| filled.iter().any(|it| other.is_with(it)))?;
        let filled = filled.into_iter().map(|it| row(false, it, is_current(it, &outdated)));
        let captured = Filled::newest(&it.captured).into_iter();
        let captured = captured.map(|it| row(true, it, it.revision == revision));
        let full = it.filled.len().max(it.captured.len()) >= PLACES;
        Ok(Reply::Places { rows: filled.chain(captured).collect(), full })
    }
}

/// The number of a secret's current version.
pub(super) fn revision<S: Store>(session: &Session<S>, secret: ObjectId) -> Result<u64, Refusal> {
    let versions = session.history(secret).map_err(refusal::of)?;
    Ok(versions.first().map_or(0, |version| version.revision))
}

/// The environment that a page is filled from where the person says none: the last that was filled at this place, one that is called
/// as the page calls it, the last that was filled at its origin.
fn meant(model: &Model, place: &PagePlace, names: &PageNames) -> Option<ObjectId> {
    let last = |is_here: &dyn Fn(&Filled) -> bool| taken_from(model, is_here);
    let same_place = last(&|it| is_at(it, place));
    same_place.or_else(|| called(model, names)).or_else(|| last(&|it| *it.origin == *place.origin))
}

/// What a provider is called; a form that the person taught, as they call it now.
fn provider_of(model: &Model, provider: &str) -> Option<String> {
    let Some(own) = provider.strip_prefix("own-") else { return provider_name(provider) };
    let it = object(Id::parse(own)?);
    Some(model.overview(it).or_else(|| model.deleted(it))?.as_profile()?.name.to_string())
}

fn is_at(it: &Filled, place: &PagePlace) -> bool {
    (&*it.origin, &*it.provider, &*it.place) == (&*place.origin, &*place.provider, &*place.place)
}

/// The environment of the project that is called as the page's: the one that is called as the page's, else the first but prod.
fn called(model: &Model, names: &PageNames) -> Option<ObjectId> {
    let is = |wanted: &Option<String>, known: [&str; 2]| {
        wanted.as_ref().is_some_and(|wanted| known.iter().any(|it| it.eq_ignore_ascii_case(wanted)))
    };
    let projects = model.projects();
    let mut live = projects.iter().filter(|(_, it)| !it.archived);
    let (project, _) = live.find(|(_, it)| is(&names.project, [&it.slug, &it.name]))?;
    let all = model.environments(*project);
    let find =
        |wanted: &dyn Fn(&Environment) -> bool| all.iter().find(|(_, it)| wanted(it)).map(|(id, _)| *id);
    find(&|it| is(&names.environment, [&it.slug, &it.name]))
        .or_else(|| find(&|it| it.kind != Kind::Prod))
        .or_else(|| find(&|_| true))
}

/// The environment that the newest fill of what `is_here` took from. Where that was not kept, the only one that has all of its secrets.
fn taken_from(model: &Model, is_here: &dyn Fn(&Filled) -> bool) -> Option<ObjectId> {
    let all = model.secrets().flat_map(|(_, secret)| &secret.filled).filter(|it| is_here(it));
    if let Some(it) = all.filter(|it| it.environment.is_some()).max_by_key(|it| it.time) {
        return it.environment.filter(|it| is_live(model, *it));
    }
    let last = latest(model, |secret| &secret.filled, is_here);
    let has_all = |environment: &ObjectId| {
        let values = Chain::of(model, *environment).values(model);
        !last.is_empty() && last.iter().all(|secret| values.iter().any(|it| it.secret == *secret))
    };
    let projects = model.projects().into_iter();
    let environments = projects.flat_map(|(project, _)| model.environments(project)).map(|(id, _)| id);
    let mut having = environments.filter(|it| is_live(model, *it)).filter(has_all);
    having.next().filter(|_| having.next().is_none())
}

/// The secrets whose list has the newest of what `is_here`.
pub(super) fn latest(
    model: &Model,
    list: fn(&Secret) -> &[Filled],
    is_here: &dyn Fn(&Filled) -> bool,
) -> Vec<ObjectId> {
    let time = |secret| list(secret).iter().filter(|it| is_here(it)).map(|it| it.time).max();
    let times = || model.secrets().filter_map(|(id, secret)| Some((id, time(secret)?)));
    let newest = times().map(|(_, time)| time).max();
    times().filter(|(_, time)| Some(*time) == newest).map(|(id, _)| id).collect()
}

/// Whether an environment is there, in a project that is in use.
pub(super) fn is_live(model: &Model, environment: ObjectId) -> bool {
    let project = model.environment(environment).and_then(|it| model.project(it.project));
    project.is_some_and(|it| !it.archived)
}

async fn planned<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    place: &PagePlace,
    there: Option<&[String]>,
    rules: &Rules,
) -> Result<Plan, Refusal> {
    let model = session.model();
    let it = model.environment(environment).ok_or(Refusal::Gone)?;
    let taken = in_order(model, environment);
    let asks = rules.longest_value.or(rules.total).is_some();
    let lengths = if asks { lengths(session, &taken).await? } else { ById::new() };
    let outdated = outdated(session, |it| is_at(it, place))?;
    let mut candidates = Vec::new();
    for value in &taken {
        let length = lengths.get(value.secret).copied().flatten();
        let given = is_given(model, value, place, &outdated);
        candidates.push(Candidate { name: value.variable, given, length });
    }
    let steps = plan::steps(&as_vault(rules), there, &candidates);
    let row = |(value, step): (&Value<'_>, Step)| PlanRow {
        name: value.variable.to_owned(),
        secret: id(value.secret),
        step: as_desk(step),
        length: count(lengths.get(value.secret).copied().flatten().unwrap_or_default()),
    };
    let rows = taken.iter().zip(steps).map(row).collect();
    Ok(Plan { environment: Some(id(environment)), prod: it.kind == Kind::Prod, rows })
}

/// Bytes of the values; one that refers to others has its length when it is filled.
async fn lengths<S: Store>(
    session: &Session<S>,
    taken: &[Value<'_>],
) -> Result<ById<ObjectId, Option<usize>>, Refusal> {
    let opened = values(session, taken.iter().map(|value| value.secret).collect()).await?;
    let length = |value: &Option<SecretValue>| Some(joined(value.as_ref()?.expose())?.len());
    Ok(opened.iter().map(|(secret, value)| (secret, length(value))).collect())
}

/// Whether the place has this variable of us, in the current version.
fn is_given(model: &Model, value: &Value<'_>, place: &PagePlace, outdated: &[&Filled]) -> bool {
    let filled = model.secret(value.secret).map(|it| Filled::newest(&it.filled)).unwrap_or_default();
    let here = filled.into_iter().find(|it| is_at(it, place) && *it.variable == *value.variable);
    here.is_some_and(|it| is_current(it, outdated))
}

/// Of what went into pages, and is meant, what is not the current version any more.
fn outdated<S: Store>(
    session: &Session<S>,
    is_meant: impl Fn(&Filled) -> bool,
) -> Result<Vec<&Filled>, Refusal> {
    let mut all = Vec::new();
    for (secret, it) in session.model().secrets() {
        let mut meant = it.filled.iter().filter(|it| is_meant(it)).peekable();
        let current = if meant.peek().is_some() { revision(session, secret)? } else { 0 };
        all.extend(meant.filter(|it| it.revision != current));
    }
    Ok(all)
}

/// Whether all that went into a page by one fill is current: the value, and what it refers to.
fn is_current(of: &Filled, outdated: &[&Filled]) -> bool {
    !outdated.iter().any(|it| it.is_with(of))
}

fn as_vault(rules: &Rules) -> plan::Rules {
    plan::Rules {
        pattern: rules.pattern.clone(),
        reserved: rules.reserved.clone(),
        longest: rules.longest_name,
        bytes: rules.longest_value,
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
            Breach::Size(length, most) => desk::Breach::Size(count(length), most),
        }),
    }
}

/// The values of these variables. One that is longer than the provider takes is left out; where together they are, all are.
async fn variables<S: Store>(
    session: &Session<S>,
    environment: ObjectId,
    names: &[String],
    [longest, total]: [usize; 2],
) -> Result<Filling, Refusal> {
    let model = session.model();
    model.environment(environment).ok_or(Refusal::Gone)?;
    let mut taken = in_order(model, environment);
    taken.retain(|value| names.iter().any(|name| name == value.variable));
    let pairs = resolved(session, environment, &taken).await?;
    let (mut filling, mut sum) = (Filling::default(), 0);
    for (value, (pair, refers)) in taken.iter().zip(pairs) {
        let length = pair.value.expose().len();
        if length > longest {
            filling.left.push((pair.key, text::too_long(length, longest)));
            continue;
        }
        sum += length + pair.key.len();
        filling.rows.push(row(session, pair.key, value.secret, pair.value, &refers)?);
    }
    if sum > total {
        let reason = text::too_much(sum, total);
        filling.left.extend(filling.rows.drain(..).map(|row| (row.name, reason.clone())));
    }
    Ok(filling)
}

fn row<S: Store>(
    session: &Session<S>,
    name: String,
    secret: ObjectId,
    value: Hidden,
    refers: &[ObjectId],
) -> Result<FillRow, Refusal> {
    let version = |it: &ObjectId| Ok((id(*it), revision(session, *it)?));
    let more = refers.iter().filter(|it| **it != secret).map(version).collect::<Result<_, Refusal>>()?;
    Ok(FillRow { name, secret: id(secret), revision: revision(session, secret)?, more, value })
}

/// One secret's value, with its references filled in: left out where that is not the same in each of its environments.
async fn alone<S: Store>(
    session: &Session<S>,
    secret: ObjectId,
    stored: &SecretValue,
) -> Result<Filling, Refusal> {
    let model = session.model();
    let name = model.secret(secret).ok_or(Refusal::Gone)?.details.name.to_string();
    if let Some(text) = joined(stored.expose()) {
        let value = Hidden::new(text.as_str().to_owned());
        return Ok(Filling { rows: vec![row(session, name, secret, value, &[])?], ..Filling::default() });
    }
    let mut rows = Vec::new();
    for (_, it) in model.uses(secret) {
        let all = variables(session, it.environment, &[it.variable.to_string()], [usize::MAX; 2]).await?.rows;
        rows.extend(all.into_iter().filter(|row| row.secret == id(secret)));
    }
    let first = rows.pop().filter(|first| rows.iter().all(|other| other.value == first.value));
    Ok(match first {
        Some(row) => Filling { rows: vec![FillRow { name, ..row }], ..Filling::default() },
        None => Filling { left: vec![(name, text::DIFFERS.to_owned())], ..Filling::default() },
    })
}

/// The same as one text for `consumer`; what it cannot be given is left out.
async fn as_text(mut filling: Filling, consumer: String, engine: &impl Files) -> Result<Filling, Refusal> {
    loop {
        let pair = |(line, row): (u32, &FillRow)| FilePair {
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

    fn filled(session: &mut Vault, secret: ObjectId, variable: &str, now: u64) {
        filled_from(session, secret, variable, None, now);
    }

    fn filled_from(
        session: &mut Vault,
        secret: ObjectId,
        variable: &str,
        environment: Option<ObjectId>,
        now: u64,
    ) {
        let revision = revision(session, secret).unwrap();
        let PagePlace { origin, provider, place } = place();
        let filled = Filled {
            origin: origin.into(),
            provider: provider.into(),
            place: place.into(),
            time: now,
            device: [1; 16],
            revision,
            variable: variable.into(),
            environment,
        };
        write(session, Change::Fill { secret, filled }, now);
    }

    fn steps(session: &Vault, environment: Id, there: Option<&[&str]>) -> Vec<desk::Step> {
        let there: Option<Vec<String>> = there.map(|names| names.iter().map(|&name| name.into()).collect());
        let planned =
            block_on(planned(session, object(environment), &place(), there.as_deref(), &Rules::default()))
                .unwrap();
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
        let nothing = PageNames::default();
        assert_eq!(meant(session.model(), &place(), &nothing), None);
        let a = secret(&session, environment, "A");
        filled(&mut session, a, "A", 10);
        assert_eq!(steps(&session, environment, None), [desk::Step::Same, desk::Step::Add]);
        assert_eq!(steps(&session, environment, Some(&["B"])), [desk::Step::Add, desk::Step::Change]);
        assert_eq!(meant(session.model(), &place(), &nothing), Some(object(environment)));
        let elsewhere = PagePlace { origin: "https://github.com".into(), ..place() };
        assert_eq!(meant(session.model(), &elsewhere, &nothing), None);

        let value = SecretValue::new("fake-new".to_owned());
        write(&mut session, Change::ReplaceValue { secret: a, value }, 11);
        assert_eq!(steps(&session, environment, Some(&["A"])), [desk::Step::Change, desk::Step::Add]);
        filled(&mut session, a, "A", 12);
        assert_eq!(steps(&session, environment, Some(&["A"])), [desk::Step::Same, desk::Step::Add]);
    }

    #[test]
    fn a_place_is_filled_from_the_environment_that_it_was_filled_from_also_where_others_have_the_secret() {
        let (mut session, base) = vault(&[("SHARED", "fake-a")]);
        let base = object(base);
        let a = secret(&session, id(base), "SHARED");
        let project = session.model().environment(base).unwrap().project;
        let others =
            session.model().environments(project).into_iter().map(|(it, _)| it).filter(|it| *it != base);
        let [dev, staging] = others.collect::<Vec<_>>()[..2] else { panic!("two") };
        let of = |session: &Vault| meant(session.model(), &place(), &PageNames::default());
        // Where it is not known, only the one that has the secret is meant.
        filled(&mut session, a, "SHARED", 10);
        assert_eq!(of(&session), Some(base));
        write(&mut session, Change::SetParent { environment: dev, parent: Some(base) }, 11);
        assert_eq!(of(&session), None, "base, or dev that inherits it");
        write(&mut session, Change::SetParent { environment: dev, parent: None }, 12);
        write(&mut session, Change::Bind { environment: staging, variable: "S".into(), secret: a }, 13);
        assert_eq!(of(&session), None, "base, or staging that shares it");
        write(&mut session, Change::SetParent { environment: dev, parent: Some(base) }, 14);
        for (now, environment) in (20..).zip([dev, staging, base]) {
            filled_from(&mut session, a, "SHARED", Some(environment), now);
            assert_eq!(of(&session), Some(environment));
        }
        // One secret that went into a field by itself later says nothing of the environment.
        filled(&mut session, a, "", 30);
        assert_eq!(of(&session), Some(base));
        write(&mut session, Change::ArchiveProject { project, archived: true }, 31);
        assert_eq!(of(&session), None, "the panel does not offer it");
    }

    #[test]
    fn a_form_that_was_taught_is_called_as_it_is_now_and_another_provider_as_ever() {
        let (mut session, _) = vault(&[]);
        write(&mut session, Change::CreateProfile { name: "Ours".into(), text: "{}".into() }, 10);
        let profile = session.model().profiles().next().unwrap().0;
        let own = ["own-", &id(profile).to_string()].concat();
        let of = |session: &Vault, provider: &str| provider_of(session.model(), provider);
        assert_eq!(of(&session, &own).as_deref(), Some("Ours"));
        write(&mut session, Change::RenameProfile { profile, name: "Theirs".into() }, 11);
        assert_eq!(of(&session, &own).as_deref(), Some("Theirs"));
        write(&mut session, Change::DeleteProfile { profile }, 12);
        assert_eq!(of(&session, &own).as_deref(), Some("Theirs"), "what was filled before keeps its name");
        assert_eq!(of(&session, "vercel").as_deref(), Some("Vercel"));
        assert_eq!(of(&session, "Called so before"), Some("Called so before".to_owned()));
    }

    #[test]
    fn another_variable_of_the_same_secret_and_another_place_were_not_given_it() {
        let (mut session, environment) = vault(&[("A", "fake-a")]);
        let a = secret(&session, environment, "A");
        let bind = Change::Bind { environment: object(environment), variable: "B".into(), secret: a };
        write(&mut session, bind, 9);
        filled(&mut session, a, "A", 10);
        assert_eq!(steps(&session, environment, None), [desk::Step::Same, desk::Step::Add]);
        filled(&mut session, a, "B", 11);
        assert_eq!(steps(&session, environment, None), [desk::Step::Same, desk::Step::Same]);
        let other = PagePlace { place: "me / shop".into(), ..place() };
        let plan = block_on(planned(&session, object(environment), &other, None, &Rules::default())).unwrap();
        assert!(plan.rows.iter().all(|row| row.step == desk::Step::Add));
    }

    #[test]
    fn a_value_is_given_no_longer_once_what_it_refers_to_is_newer() {
        let (mut session, environment) = vault(&[("PASSWORD", "fake-1"), ("URL", "db://${PASSWORD}@host")]);
        let [password, url] = ["PASSWORD", "URL"].map(|name| secret(&session, environment, name));
        let filling = taken(&session, environment, &["URL"], ROOM);
        assert_eq!(filling.rows[0].more, [(id(password), revision(&session, password).unwrap())]);
        for it in [url, password] {
            filled(&mut session, it, "URL", 10);
        }
        assert_eq!(steps(&session, environment, None), [desk::Step::Add, desk::Step::Same]);
        write(
            &mut session,
            Change::ReplaceValue { secret: password, value: SecretValue::new("fake-2".to_owned()) },
            11,
        );
        assert_eq!(steps(&session, environment, None), [desk::Step::Add, desk::Step::Add]);
        let of_url = session.model().secret(url).unwrap().filled[0].clone();
        assert!(!is_current(&of_url, &outdated(&session, |_| true).unwrap()));
        for it in [url, password] {
            filled(&mut session, it, "URL", 12);
        }
        assert_eq!(steps(&session, environment, None), [desk::Step::Add, desk::Step::Same]);
    }

    #[test]
    fn a_secret_alone_is_filled_as_a_program_would_get_it_or_not_at_all() {
        let (mut session, environment) = vault(&[("A", "fake-a"), ("B", "of ${A}"), ("C", "$${A}")]);
        let alone = |session: &Vault, name| {
            let it = secret(session, environment, name);
            let stored = block_on(session.values(&[it])).unwrap().remove(0).unwrap();
            block_on(alone(session, it, &stored)).unwrap()
        };
        assert_eq!(values(&alone(&session, "A")), [("A", "fake-a")]);
        assert_eq!(values(&alone(&session, "B")), [("B", "of fake-a")]);
        assert_eq!(values(&alone(&session, "C")), [("C", "${A}")]);
        // In another environment, A says something else.
        let project = session.model().environment(object(environment)).unwrap().project;
        let other = session
            .model()
            .environments(project)
            .into_iter()
            .map(|(it, _)| it)
            .find(|it| *it != object(environment))
            .unwrap();
        let b = secret(&session, environment, "B");
        write(
            &mut session,
            Change::SetValue {
                environment: other,
                variable: "A".into(),
                value: SecretValue::new("fake-other".to_owned()),
            },
            20,
        );
        write(&mut session, Change::Bind { environment: other, variable: "B".into(), secret: b }, 21);
        let filling = alone(&session, "B");
        assert!(filling.rows.is_empty());
        assert_eq!(filling.left, [("B".to_owned(), text::DIFFERS.to_owned())]);
    }

    #[test]
    fn a_page_that_names_a_project_is_filled_from_the_one_that_is_called_so_and_a_place_from_where_it_was_filled()
     {
        let (mut session, environment) = vault(&[("A", "fake-a")]);
        let a = secret(&session, environment, "A");
        filled(&mut session, a, "A", 10);
        let mut project = |name: &str, now| {
            write(&mut session, Change::CreateProject { name: name.into() }, now);
            session.model().projects().into_iter().find(|(_, it)| *it.name == *name).unwrap().0
        };
        let blog = project("Blog", 11);
        let of_blog: Vec<_> = session.model().environments(blog).into_iter().map(|(it, _)| it).collect();
        let names = |name: &str| PageNames { project: Some(name.into()), environment: None };
        let next = PagePlace { place: "blog".into(), ..place() };
        assert!(of_blog.contains(&meant(session.model(), &next, &names("blog")).unwrap()));
        assert_eq!(meant(session.model(), &next, &names("other")), Some(object(environment)));
        assert_eq!(meant(session.model(), &place(), &names("blog")), Some(object(environment)));
    }

    #[test]
    fn a_value_that_is_too_long_for_the_provider_is_named_before_it_is_filled() {
        let (session, environment) = vault(&[("A", "1234"), ("B", "12345"), ("C", "${B}")]);
        let rules = Rules { longest_value: Some(4), ..Rules::default() };
        let plan = block_on(planned(&session, object(environment), &place(), None, &rules)).unwrap();
        let steps: Vec<_> = plan.rows.into_iter().map(|row| row.step).collect();
        let size = desk::Step::Breaks(desk::Breach::Size(5, 4));
        assert_eq!(steps, [desk::Step::Add, size, desk::Step::Add]);
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
        assert!(filling.rows.is_empty(), "what is together too much is not filled in part");
        let left = ["A", "B", "C"].map(|name| (name.to_owned(), text::too_much(13, 8)));
        assert_eq!(filling.left, left);
        let filling = taken(&session, environment, &["A", "C"], [usize::MAX, 7]);
        assert_eq!(values(&filling), [("A", "1234"), ("C", "1")]);
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
