//! Keys from pages of other sites: found in what a page shows, shown without their values, kept where the person says.
//! What the page showed besides is forgotten as soon as it was looked through.

use super::convert::{count, expiry, id, object};
use super::fill::{is_live, latest, revision};
use super::import::row::{outcome, told, with_mode};
use super::import::{copy, present};
use super::mask::mask;
use super::pace::Paced;
use super::reference::values;
use super::{Answer, Open};
use desk::text::capture as text;
use desk::{CapturePlan, CaptureRow, Captured, Changed, Hidden, Id, PagePlace, PageText, Refusal, Reply};
use vault::change::{Capture, Change, Goal, Pair};
use vault::grammar::is_variable;
use vault::import::{Destination, Existing, Incoming, Outcome, Plan};
use vault::model::{Filled, Kind, Model, SecretValue, Timestamp};
use vault::port::Store;
use vault::provider::{Finder, Found, Mode, SLICE, recognise, slices, variable};
use vault::reference;
use vault::session::{Pace, Session};
use vault::{ById, ObjectId};

/// Bytes of what a field holds that is still looked at as a whole.
const FIELD: usize = 8 * 1024;
/// Keys that one page is taken to show at most.
const MOST: usize = 20;

/// What a private key in its armour begins with.
const ARMOUR: &str = "-----BEGIN";

/// What was found and waits. Its values are wiped with it.
pub(super) struct Draft {
    place: PagePlace,
    providers: Vec<String>,
    selected: bool,
    keys: Vec<Key>,
}

struct Key {
    number: u32,
    found: Found,
    /// The name that is offered.
    name: String,
}

impl Open {
    pub(super) async fn capture(&mut self, place: PagePlace, dialog: &PageText, all: &PageText) -> Answer {
        self.captured = None;
        let draft = Draft::of_page(place, dialog, all, &mut Paced::default()).await?;
        self.captured = Some(draft);
        self.captured().await
    }

    pub(super) async fn select(&mut self, place: PagePlace, text: &Hidden) -> Answer {
        self.captured = Some(Draft::of_selection(place, text.expose()));
        self.captured().await
    }

    /// What waits, as it is shown.
    pub(super) async fn captured(&self) -> Answer {
        match &self.captured {
            Some(draft) => draft.shown(&self.session).await.map(Reply::Captured),
            None => Ok(Reply::Done),
        }
    }

    pub(super) async fn capture_plan(&self, key: u32, name: &str, environment: Option<Id>) -> Answer {
        let key = self.captured.as_ref().and_then(|draft| draft.key(key)).ok_or(Refusal::Gone)?;
        let planned = planned(&self.session, key, name, environment.map(object)).await?;
        Ok(Reply::CapturePlan(planned.shown))
    }

    /// Keeps a key as one act. It waits on where that is refused.
    pub(super) async fn keep(
        &mut self,
        number: u32,
        name: &str,
        environment: Option<Id>,
        expires: Option<&str>,
        now: Timestamp,
    ) -> Answer {
        let draft = self.captured.as_ref().ok_or(Refusal::Gone)?;
        let key = draft.key(number).ok_or(Refusal::Gone)?;
        let planned = planned(&self.session, key, name, environment.map(object)).await?;
        let sentence = text::kept(&planned.shown.name, host(&draft.place.origin));
        let device = *self.session.device().as_bytes();
        let change = draft.change(key, planned, expiry(expires)?, (now, device))?;
        let answer = self.act(Change::Capture(change), sentence, now).await?;
        if let (Reply::Changed(Changed { act: Some(_), .. }), Some(draft)) = (&answer, &mut self.captured) {
            draft.keys.retain(|key| key.number != number);
        }
        Ok(answer)
    }
}

impl Draft {
    async fn of_page(
        place: PagePlace,
        dialog: &PageText,
        all: &PageText,
        pace: &mut impl Pace,
    ) -> Result<Self, Refusal> {
        let finder = Finder::on(host(&place.origin));
        let mut found = find(&finder, dialog, pace).await?;
        if found.is_empty() {
            found = find(&finder, all, pace).await?;
        }
        if found.iter().any(|it| it.certain) {
            found.retain(|it| it.certain);
        }
        let named = |found: Found| {
            let name = found.provider.and_then(|it| variable(it, found.value.expose()));
            (name.unwrap_or("PRIVATE_KEY").to_owned(), found)
        };
        Ok(Self::new(place, &finder, false, found.into_iter().map(named)))
    }

    /// A text that the person chose is a key whatever it looks like. Of a line that gives a variable a value, the value is.
    fn of_selection(place: PagePlace, text: &str) -> Self {
        let host = host(&place.origin).to_owned();
        let (name, value) = assigned(text.trim());
        let known = recognise(name, value, &host).filter(|it| it.by_value);
        let provider = known.map(|it| it.provider);
        let offered = provider.and_then(|it| variable(it, value)).unwrap_or_default();
        let name = if name.is_empty() { offered } else { name }.to_owned();
        let mode = known.and_then(|it| it.mode);
        let found = Found { value: SecretValue::from(value.to_owned()), provider, mode, certain: true };
        let found = Some((name, found)).filter(|(_, found)| !found.value.expose().is_empty());
        Self::new(place, &Finder::on(&host), true, found.into_iter())
    }

    fn new(
        mut place: PagePlace,
        finder: &Finder,
        selected: bool,
        found: impl Iterator<Item = (String, Found)>,
    ) -> Self {
        let providers = finder.providers();
        // Where in the provider's pages it was is of no use later.
        place.provider = providers.first().map_or("", |it| it.id).to_owned();
        place.place.clear();
        let keys = (0..).zip(found.take(MOST)).map(|(number, (name, found))| Key { number, found, name });
        let keys = keys.collect();
        Self { place, providers: providers.iter().map(|it| it.name.to_owned()).collect(), selected, keys }
    }

    fn key(&self, number: u32) -> Option<&Key> {
        self.keys.iter().find(|key| key.number == number)
    }

    async fn shown<S: Store>(&self, session: &Session<S>) -> Result<Captured, Refusal> {
        let model = session.model();
        let secrets = if self.keys.is_empty() {
            ById::new()
        } else {
            model.secrets().map(|(id, _)| (id, ())).collect()
        };
        let values = values(session, secrets).await?;
        let row = |key: &Key| {
            let value = key.found.value.expose();
            CaptureRow {
                key: key.number,
                masked: mask(value),
                length: count(value.chars().count()),
                provider: match key.found.provider {
                    Some(provider) => Some(with_mode(provider, key.found.mode)),
                    None => value.starts_with(ARMOUR).then(|| text::ARMOURED.to_owned()),
                },
                certain: key.found.certain,
                name: key.name.clone(),
                environment: offered(model, &self.place.origin, key.found.mode).map(id),
                places: places(model, &values, &key.found.value),
            }
        };
        Ok(Captured {
            origin: self.place.origin.clone(),
            providers: self.providers.clone(),
            selected: self.selected,
            rows: self.keys.iter().map(row).collect(),
        })
    }

    /// The change that keeps a key as planned.
    fn change(
        &self,
        key: &Key,
        planned: Planned,
        expires: Option<Timestamp>,
        (now, device): (Timestamp, [u8; 16]),
    ) -> Result<Capture, Refusal> {
        let Some(Pair { variable, value }) = planned.pair else { return Err(planned.refusal) };
        let from = Filled {
            origin: self.place.origin.as_str().into(),
            provider: self.place.provider.as_str().into(),
            place: "".into(),
            time: now.0,
            device,
            revision: planned.revision,
            variable: "".into(),
            environment: None,
        };
        let provider = key.found.provider.map_or("", |it| it.id).into();
        Ok(Capture { goal: planned.goal, variable, value, provider, expires, from })
    }
}

/// What keeping a key comes to.
struct Planned {
    shown: CapturePlan,
    goal: Goal,
    /// What is written; nothing where there is nothing to write.
    pair: Option<Pair>,
    /// Why nothing is, then.
    refusal: Refusal,
    /// The version that the value becomes.
    revision: u64,
}

async fn planned<S: Store>(
    session: &Session<S>,
    key: &Key,
    name: &str,
    environment: Option<ObjectId>,
) -> Result<Planned, Refusal> {
    let model = session.model();
    let incoming = || {
        vec![Incoming {
            key: name.trim().to_owned(),
            value: copy(&key.found.value),
            line: 1,
            as_reference: false,
        }]
    };
    let kind = match environment {
        Some(environment) => model.environment(environment).ok_or(Refusal::Gone)?.kind,
        // What is bound nowhere is in no wrong environment.
        None if key.found.mode == Some(Mode::Live) => Kind::Prod,
        None => Kind::NonProd,
    };
    let present = match environment {
        Some(environment) => present(session, environment, &incoming()).await?,
        None => ById::new(),
    };
    let lookup = |secret| present.get(secret).and_then(Option::as_ref).map(copy);
    let destination = Destination { environment, kind };
    let mut plan = Plan::new(model, destination, &incoming(), Existing::NewVersion, lookup);
    let row = plan.rows.first_mut().ok_or(Refusal::Internal)?;
    let goal = match environment {
        Some(environment) => Goal::Environment(environment),
        None => unbound(session, row, &key.found.value).await?,
    };
    let (said, revision) = match row.outcome {
        Outcome::Override { from } => (model.environment(from).map_or("", |it| &*it.name), 1),
        Outcome::NewVersion { secret, .. } => ("", revision(session, secret)? + 1),
        _ => ("", 1),
    };
    let shown = CapturePlan {
        name: row.variable.clone(),
        outcome: outcome(row.outcome, said),
        notices: told(row).collect(),
    };
    let problem = if name.trim().is_empty() { desk::Problem::Empty } else { desk::Problem::Characters };
    let refusal = match row.outcome {
        Outcome::Unchanged => Refusal::Taken { field: desk::Field::Variable, name: shown.name.clone() },
        _ => Refusal::Invalid { field: desk::Field::Variable, problem },
    };
    let pair = plan.into_pairs(incoming(), |_| true).pop();
    Ok(Planned { shown, goal, pair, refusal, revision })
}

/// What of the registry's secrets that nothing uses has this name: it gets the new version.
async fn unbound<S: Store>(
    session: &Session<S>,
    row: &mut vault::import::Row,
    value: &SecretValue,
) -> Result<Goal, Refusal> {
    let model = session.model();
    let mut free = model.secrets().filter(|(id, _)| model.uses(*id).next().is_none());
    let same = free.find(|(_, it)| *it.details.name == *row.variable).map(|(id, _)| id);
    let (Some(secret), Outcome::Create) = (same, row.outcome) else { return Ok(Goal::Registry) };
    let all = values(session, [(secret, ())].into_iter().collect()).await?;
    let present = all.get(secret).and_then(Option::as_ref);
    let old_length = present.map_or(0, |present| present.expose().chars().count());
    let is_same = present.is_some_and(|present| is_same(present, value));
    row.outcome = if is_same { Outcome::Unchanged } else { Outcome::NewVersion { secret, old_length } };
    Ok(Goal::Secret(secret))
}

/// Whether what is kept is that value: what looks like a reference in it is kept as text.
fn is_same(kept: &SecretValue, value: &SecretValue) -> bool {
    match reference::escaped(value.expose()) {
        Some(escaped) => *kept == escaped,
        None => kept == value,
    }
}

/// Where the vault has a value, in words.
fn places(model: &Model, values: &ById<ObjectId, Option<SecretValue>>, value: &SecretValue) -> Vec<String> {
    let has_it = |kept: &Option<SecretValue>| kept.as_ref().is_some_and(|kept| is_same(kept, value));
    let secrets = values.iter().filter(|(_, kept)| has_it(kept)).map(|(secret, _)| secret);
    secrets.flat_map(|secret| said(model, secret)).collect()
}

fn said(model: &Model, secret: ObjectId) -> Vec<String> {
    let place = |(_, it): (ObjectId, &vault::model::Binding)| {
        let environment = model.environment(it.environment)?;
        let project = model.project(environment.project)?;
        Some(text::place(&project.name, &environment.name, &it.variable))
    };
    let used: Vec<String> = model.uses(secret).filter_map(place).collect();
    let name = || model.secret(secret).map(|it| text::unbound(&it.details.name));
    if used.is_empty() { name().into_iter().collect() } else { used }
}

/// The environment that is offered: the one that took the last key of this origin, or the first there is; of its project the one
/// that a live or a test key is for.
fn offered(model: &Model, origin: &str, mode: Option<Mode>) -> Option<ObjectId> {
    let last = latest(model, |secret| &secret.captured, &|it| *it.origin == *origin);
    let mut uses = last.into_iter().flat_map(|secret| model.uses(secret).map(|(_, it)| it.environment));
    let last = uses.find(|it| is_live(model, *it));
    let first = || {
        let (project, _) = model.projects().into_iter().find(|(_, it)| !it.archived)?;
        let all = model.environments(project);
        let safe = all.iter().find(|(_, it)| it.kind == Kind::NonProd);
        safe.or_else(|| all.first()).map(|(id, _)| *id)
    };
    let likely = last.or_else(first)?;
    let it = model.environment(likely)?;
    let kind = match mode {
        Some(Mode::Live) => Kind::Prod,
        Some(Mode::Test) => Kind::NonProd,
        None => it.kind,
    };
    if it.kind == kind {
        return Some(likely);
    }
    let all = model.environments(it.project);
    let fitting = all.iter().find(|(_, it)| it.kind == kind).map(|(id, _)| *id);
    fitting.or(Some(likely))
}

/// The keys in a text of a page, each once, with a breath after each slice.
async fn find(finder: &Finder, text: &PageText, pace: &mut impl Pace) -> Result<Vec<Found>, Refusal> {
    let of = text.fields.iter().chain(&text.texts).map(|it| it.expose().len()).sum();
    let fields = text.fields.iter().map(|it| (it.expose().len() <= FIELD, it.expose()));
    let texts = text.texts.iter().map(|it| (false, it.expose()));
    let (mut found, mut done, mut since) = (Vec::<Found>::new(), 0, 0);
    for (is_field, text) in fields.chain(texts) {
        for slice in slices(text) {
            if since + slice.len() > SLICE {
                since = 0;
                if !pace.goes_on(done, of).await {
                    return Err(Refusal::CalledOff);
                }
            }
            since += slice.len();
            done += slice.len();
            let here = if is_field { finder.in_field(slice) } else { finder.in_text(slice) };
            for key in here {
                // What begins with a key that is known is that key with what stands beside it.
                let is_known = |known: &Found| key.value.expose().starts_with(known.value.expose());
                if found.len() < MOST && !found.iter().any(is_known) {
                    found.push(key);
                }
            }
        }
    }
    Ok(found)
}

/// The variable and the value of a line that gives a variable its value; else a text without a name.
fn assigned(text: &str) -> (&str, &str) {
    let line = text.strip_prefix("export ").unwrap_or(text);
    let Some((name, value)) = line.split_once('=').filter(|_| !text.contains('\n')) else {
        return ("", text);
    };
    let is_name = is_variable(name) && !name.contains(|letter: char| letter.is_ascii_lowercase());
    let bare = |quote| value.strip_prefix(quote).and_then(|it| it.strip_suffix(quote));
    let value = bare('"').or_else(|| bare('\'')).unwrap_or(value);
    if is_name && !value.trim_matches('=').is_empty() { (name, value) } else { ("", text) }
}

/// The host of an origin; of one without https as well, since its keys look no different.
fn host(origin: &str) -> &str {
    origin.split_once("://").map_or("", |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::super::export::tests::vault;
    use super::*;
    use pollster::block_on;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;
    use vault::memory::MemoryStore;

    const LIVE: &str = "sk_live_FakeFake0123456789abcdef";
    const TEST: &str = "sk_test_FakeFake0123456789abcdef";

    type Vault = Session<MemoryStore>;

    /// Counts the breaths, and ends at one.
    struct Breaths(usize, usize);

    impl Pace for Breaths {
        async fn goes_on(&mut self, _: usize, _: usize) -> bool {
            self.0 += 1;
            self.0 < self.1
        }
    }

    fn place() -> PagePlace {
        PagePlace { origin: "https://dashboard.stripe.com".into(), ..PagePlace::default() }
    }

    fn text(fields: &[&str], texts: &[&str]) -> PageText {
        let hidden = |all: &[&str]| all.iter().map(|it| Hidden::new((*it).to_owned())).collect();
        PageText { fields: hidden(fields), texts: hidden(texts) }
    }

    fn draft(dialog: &PageText, all: &PageText) -> Draft {
        block_on(Draft::of_page(place(), dialog, all, &mut Breaths(0, usize::MAX))).unwrap()
    }

    fn shown(draft: &Draft, session: &Vault) -> Captured {
        block_on(draft.shown(session)).unwrap()
    }

    fn write(session: &mut Vault, change: Change, now: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(now);
        block_on(session.apply(change, &mut rng, Timestamp(now))).unwrap();
    }

    fn keep(
        session: &mut Vault,
        draft: &Draft,
        name: &str,
        environment: Option<ObjectId>,
        now: u64,
    ) -> CapturePlan {
        let key = &draft.keys[0];
        let planned = block_on(planned(session, key, name, environment)).unwrap();
        let shown = planned.shown.clone();
        let change =
            draft.change(key, planned, Some(Timestamp(86_400_000)), (Timestamp(now), [1; 16])).unwrap();
        write(session, Change::Capture(change), now);
        shown
    }

    #[test]
    fn keys_of_an_open_dialog_are_meant_where_there_are_any() {
        let all = text(&[], &[LIVE, TEST]);
        let values = |draft: &Draft| {
            draft.keys.iter().map(|key| key.found.value.expose().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(values(&draft(&text(&[TEST, TEST], &[TEST]), &all)), [TEST]);
        assert_eq!(values(&draft(&PageText::default(), &all)), [LIVE, TEST]);
        // A field says how far a key goes.
        assert_eq!(values(&draft(&text(&[TEST], &[&format!("{TEST}Copy")]), &all)), [TEST]);
    }

    #[test]
    fn what_is_shown_has_no_value_but_whose_it_is_and_where_it_would_go() {
        let (session, environment) = vault(&[]);
        let shown = shown(&draft(&text(&[], &[LIVE, TEST]), &PageText::default()), &session);
        let said = format!("{shown:?}");
        assert!(!said.contains(LIVE) && !said.contains(TEST));
        assert_eq!(shown.providers, ["Stripe"]);
        let [live, test] = shown.rows.as_slice() else { panic!("{}", shown.rows.len()) };
        assert_eq!((live.masked.as_str(), live.length), ("sk_l••••••••ef", 32));
        assert_eq!(
            [&live.provider, &test.provider].map(|it| it.as_deref()),
            [Some("Stripe live"), Some("Stripe test")]
        );
        assert_eq!(live.name, "STRIPE_SECRET_KEY");
        let kind =
            |row: &CaptureRow| session.model().environment(object(row.environment.unwrap())).unwrap().kind;
        assert_eq!([kind(live), kind(test)], [Kind::Prod, Kind::NonProd]);
        assert_eq!(test.environment, Some(environment));
    }

    #[test]
    fn a_key_is_kept_with_where_it_came_from_and_the_next_one_of_that_page_is_offered_the_same_place() {
        let (mut session, environment) = vault(&[("STRIPE_SECRET_KEY", "fake-old")]);
        let all: Vec<_> =
            session.model().environments(session.model().projects()[0].0).iter().map(|(id, _)| *id).collect();
        let staging = *all.iter().find(|id| **id != object(environment)).unwrap();
        let first = draft(&text(&[TEST], &[]), &PageText::default());
        let plan = keep(&mut session, &first, "STRIPE_SECRET_KEY", Some(staging), 10);
        assert_eq!(plan.outcome, desk::Outcome::Create);
        let secret = session.model().own(staging, "STRIPE_SECRET_KEY").unwrap().1.secret.unwrap();
        let it = session.model().secret(secret).unwrap();
        assert_eq!((&*it.details.provider, it.details.expires), ("stripe", Some(Timestamp(86_400_000))));
        let [from] = &*it.captured else { panic!("one") };
        assert_eq!(
            (&*from.origin, &*from.provider, from.revision),
            ("https://dashboard.stripe.com", "stripe", 1)
        );
        assert!(it.filled.is_empty());
        assert_eq!(shown(&first, &session).rows[0].environment, Some(id(staging)));
        assert_eq!(shown(&first, &session).rows[0].places, ["shop / staging as STRIPE_SECRET_KEY"]);
    }

    #[test]
    fn a_name_that_is_there_gets_a_new_version_and_a_value_that_is_there_is_said() {
        let (mut session, environment) = vault(&[("STRIPE_SECRET_KEY", "fake-old")]);
        let first = draft(&text(&[TEST], &[]), &PageText::default());
        let plan = keep(&mut session, &first, " STRIPE_SECRET_KEY ", Some(object(environment)), 10);
        assert_eq!(plan.outcome, desk::Outcome::NewVersion { old_length: 8 });
        let secret = session.model().own(object(environment), "STRIPE_SECRET_KEY").unwrap().1.secret.unwrap();
        assert_eq!(revision(&session, secret), Ok(2));
        assert_eq!(session.model().secret(secret).unwrap().captured[0].revision, 2);
        let again =
            block_on(planned(&session, &first.keys[0], "STRIPE_SECRET_KEY", Some(object(environment))))
                .unwrap();
        assert_eq!(again.shown.outcome, desk::Outcome::Unchanged);
        assert!(first.change(&first.keys[0], again, None, (Timestamp(11), [1; 16])).is_err());
    }

    #[test]
    fn what_goes_to_the_registry_gets_a_new_version_of_what_nothing_uses() {
        let (mut session, _) = vault(&[("STRIPE_SECRET_KEY", "fake-old")]);
        let [first, second] = [TEST, LIVE].map(|key| draft(&text(&[key], &[]), &PageText::default()));
        assert_eq!(keep(&mut session, &first, "STRIPE_SECRET_KEY", None, 10).outcome, desk::Outcome::Create);
        assert_eq!(shown(&first, &session).rows[0].places, ["the registry as STRIPE_SECRET_KEY"]);
        let plan = keep(&mut session, &second, "STRIPE_SECRET_KEY", None, 11);
        assert!(matches!(plan.outcome, desk::Outcome::NewVersion { .. }));
        assert!(plan.notices.is_empty(), "{:?}", plan.notices);
        assert_eq!(session.model().secrets().count(), 2);
    }

    #[test]
    fn a_selection_is_taken_as_it_is_but_for_its_edges_and_a_line_of_a_file_has_a_name() {
        for (selection, name, value) in [
            (" two words\nof it \n", "", "two words\nof it"),
            ("MY_KEY=\"fake = value\"", "MY_KEY", "fake = value"),
            ("export MY_KEY='fake'", "MY_KEY", "fake"),
            ("RmFrZQ==", "", "RmFrZQ=="),
            ("ABCD=", "", "ABCD="),
            ("a=b", "", "a=b"),
            (TEST, "STRIPE_SECRET_KEY", TEST),
        ] {
            let draft = Draft::of_selection(place(), selection);
            let key = &draft.keys[0];
            assert_eq!((key.name.as_str(), key.found.value.expose()), (name, value), "{selection}");
        }
        assert!(Draft::of_selection(place(), " \n ").keys.is_empty());
    }

    #[test]
    fn a_selection_with_what_looks_like_a_reference_stays_the_text_it_is() {
        let (mut session, environment) = vault(&[]);
        let draft = Draft::of_selection(place(), "fake-${HOME}-value");
        keep(&mut session, &draft, "A", Some(object(environment)), 10);
        let secret = session.model().own(object(environment), "A").unwrap().1.secret.unwrap();
        let kept = block_on(session.values(&[secret])).unwrap();
        assert!(kept[0].as_ref().unwrap().expose() != "fake-${HOME}-value");
        assert_eq!(shown(&draft, &session).rows[0].places, ["shop / dev as A"]);
    }

    #[test]
    fn a_long_text_is_looked_through_in_slices_and_can_be_stopped() {
        let long = format!("{} {LIVE} {}", "word ".repeat(SLICE / 5), "é".repeat(SLICE));
        let all = text(&[], &[&long, &long]);
        let mut pace = Breaths(0, usize::MAX);
        let found = block_on(find(&Finder::on(""), &all, &mut pace)).unwrap();
        assert_eq!(found.len(), 1);
        assert!(pace.0 >= long.len() * 2 / SLICE - 1, "{}", pace.0);
        let stopped = block_on(find(&Finder::on(""), &all, &mut Breaths(0, 2)));
        assert!(matches!(stopped, Err(Refusal::CalledOff)));
    }

    #[test]
    fn a_key_at_a_slices_end_is_found_whole() {
        for before in (SLICE - LIVE.len() - 3)..(SLICE + 3) {
            let text = text(&[], &[&format!("{} {LIVE} end", "a ".repeat(before / 2))]);
            let found = block_on(find(&Finder::on(""), &text, &mut Breaths(0, usize::MAX))).unwrap();
            assert_eq!(found.len(), 1, "{before}");
        }
    }
}
