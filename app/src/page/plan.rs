//! The plan of a provider's page: what of an environment it has, lacks or does not take, and the fill of what is chosen.

use super::beside::{Beside, Filled, Stay, Told, note};
use crate::beside::{Form, Into, Kind as FormKind, Page};
use crate::component::{Badge, Button, Checkbox, Dialog, Icon, Meaning, Select, Weight, each, live, maybe};
use crate::route::Route;
use desk::text::Sentence;
use desk::text::fill as text;
use desk::{Command, Fill, Id, Kind, Plan, PlanRow, ProjectRow, Reply, Step};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Variables from which on all can be chosen at once.
const LONG: usize = 10;

/// What the parts of the plan share.
#[derive(Clone, Copy)]
struct Sheet {
    beside: Beside,
    projects: RwSignal<Vec<ProjectRow>>,
    /// What the person chose to take from; without, what this place was filled from last.
    chosen: RwSignal<Option<Id>>,
    plan: RwSignal<Option<Plan>>,
    /// Rows that the person checked or not, where that is not what the plan says.
    checks: RwSignal<Vec<(String, bool)>>,
    replace: RwSignal<bool>,
    /// What became of the last fill.
    told: RwSignal<Vec<Told>>,
    failed: RwSignal<Option<Sentence>>,
    /// Names that are to be filled as soon as the person says that prod is meant.
    asking: RwSignal<Option<Vec<String>>>,
}

/// The plan, where the page is a provider's that is known.
#[component]
pub(super) fn PlanCard(beside: Beside) -> impl IntoView {
    let form = Memo::new(move |_| beside.of(|page| page.form.clone()).flatten());
    let sheet = Sheet {
        beside,
        projects: RwSignal::default(),
        chosen: RwSignal::default(),
        plan: RwSignal::default(),
        checks: RwSignal::default(),
        replace: RwSignal::default(),
        told: RwSignal::default(),
        failed: RwSignal::default(),
        asking: RwSignal::default(),
    };
    let known = Memo::new(move |_| beside.of(|page| page.provider.is_some()).unwrap_or_default());
    beside.handle.follow(
        || Command::Projects,
        move |reply| {
            if let Reply::Projects(rows) = reply {
                sheet.projects.set(rows.into_iter().filter(|row| !row.archived).collect());
            }
        },
    );
    Effect::new(move |_| {
        beside.handle.changes.track();
        sheet.projects.track();
        if known.get() {
            sheet.ask();
        }
    });
    // What became of a fill is of the document that was filled.
    let document = Memo::new(move |_| beside.of(|page| page.document.clone()));
    let forget = move |_: &_, _: Option<&_>, _| {
        sheet.told.set(Vec::new());
        sheet.failed.set(None);
    };
    Effect::watch(move || document.get(), forget, false);
    live(move || {
        maybe(known.get().then(|| form.get()), move |form| {
            match form {
            Some(Form { kind, refused: None, .. }) => view! { <Sheets sheet kind/> }.into_any(),
            Some(Form { refused: Some(code), .. }) => {
                view! { <section class="beside-part">{note(Meaning::Warning, text::refused(&code))}</section> }
                    .into_any()
            }
            None => view! { <section class="beside-part">{note(Meaning::Warning, text::refused("not-found"))}</section> }.into_any(),
        }
        })
    })
}

impl Sheet {
    /// Asks what a fill would do with the page as it is.
    fn ask(self) {
        let of =
            |page: &Page| (page.place.clone(), page.called.clone(), page.names.clone(), page.rules.clone());
        let Some((place, names, there, rules)) = self.beside.of(of) else { return };
        let chosen = self.chosen.get();
        let environment = chosen.or_else(|| self.environment());
        let command = Command::Plan { environment, place, names, there, rules };
        self.beside.handle.ask(command, move |reply| {
            // The person may have chosen another meanwhile, or gone elsewhere.
            if self.chosen.try_get_untracked() != Some(chosen) {
                return;
            }
            match reply {
                Reply::Plan(plan) if plan.environment.is_none() => self.choose_first(),
                Reply::Plan(plan) => self.plan.set(Some(plan)),
                other => {
                    self.plan.set(None);
                    self.beside.handle.refuse(&other);
                }
            }
        });
    }

    /// What the plan at hand takes from.
    fn environment(self) -> Option<Id> {
        self.plan.read_untracked().as_ref().and_then(|plan| plan.environment)
    }

    /// Nothing was filled here before: the first project's first environment that is not prod.
    fn choose_first(self) {
        let first = self.projects.with_untracked(|projects| {
            let all = &projects.first()?.environments;
            all.iter().find(|it| it.kind != Kind::Prod).or_else(|| all.first()).map(|it| it.id)
        });
        if first.is_some() {
            self.chosen.set(first);
        }
    }

    fn choose(self, environment: Option<Id>) {
        self.told.set(Vec::new());
        self.failed.set(None);
        self.checks.set(Vec::new());
        // What the plan at hand takes from is not what is shown any more.
        self.plan.set(None);
        self.chosen.set(environment);
    }

    /// What the values are taken from, as it is shown.
    fn from(self) -> Option<Id> {
        self.chosen.get().or_else(|| self.plan.read().as_ref()?.environment)
    }

    /// The project of what is chosen.
    fn project(self) -> Option<ProjectRow> {
        let environment = self.from()?;
        let is_its = |row: &&ProjectRow| row.environments.iter().any(|it| it.id == environment);
        self.projects.read().iter().find(is_its).cloned()
    }

    fn is_checked(self, row: &PlanRow) -> bool {
        let said = self.checks.read().iter().find(|(name, _)| *name == row.name).map(|(_, on)| *on);
        match row.step {
            Step::Breaks(_) => false,
            // What is in a box already goes with the rest of it.
            Step::Same => said.unwrap_or_else(|| self.held().is_some()),
            Step::Add | Step::Change => said.unwrap_or(true),
        }
    }

    fn check(self, name: &str, on: bool) {
        self.checks.update(|checks| {
            checks.retain(|(known, _)| known != name);
            checks.push((name.to_owned(), on));
        });
    }

    /// Checks all that the provider takes, or none.
    fn check_all(self, on: bool) {
        let rows = self.rows();
        let taken = rows.into_iter().filter(|row| !matches!(row.step, Step::Breaks(_)));
        self.checks.set(taken.map(|row| (row.name, on)).collect());
    }

    fn rows(self) -> Vec<PlanRow> {
        self.plan.read().as_ref().map(|plan| plan.rows.clone()).unwrap_or_default()
    }

    /// What is in the box that would be replaced.
    fn held(self) -> Option<Vec<String>> {
        if self.replace.get() { self.beside.of(|page| page.held.clone()).flatten() } else { None }
    }

    /// What would be filled now: all that is checked, or the first where the form takes one at a time.
    fn checked(self, kind: FormKind) -> Vec<PlanRow> {
        let most = if kind == FormKind::Single { 1 } else { usize::MAX };
        self.rows().into_iter().filter(|row| self.is_checked(row)).take(most).collect()
    }

    fn names(self, kind: FormKind) -> Vec<String> {
        self.checked(kind).into_iter().map(|row| row.name).collect()
    }

    /// What is to be known before the click: there may be too many, they are too long together, the box is replaced.
    fn notices(self, kind: FormKind) -> Vec<Sentence> {
        let rules = self.beside.of(|page| page.rules.clone()).unwrap_or_default();
        let checked = self.checked(kind);
        let crowded = rules.most.filter(|most| {
            let is_likely = |word: &&String| !word.contains(|letter: char| letter.is_ascii_lowercase());
            let shown = self.beside.of(|page| page.names.iter().flatten().filter(is_likely).count());
            let adds = checked.iter().filter(|row| row.step == Step::Add).count();
            shown.unwrap_or_default() + adds > *most as usize
        });
        let replaced = self.held().map(|mut held| {
            held.retain(|name| !checked.iter().any(|row| row.name == *name));
            text::replaces(&held)
        });
        let over = self.over(kind).map(|said| Sentence { what: said, todo: String::new() });
        crowded.map(text::crowded).into_iter().chain(over).chain(replaced).collect()
    }

    /// Why all together are not taken.
    fn over(self, kind: FormKind) -> Option<String> {
        let total = self.beside.of(|page| page.rules.total).flatten()? as usize;
        let sum = self.checked(kind).iter().map(|row| row.name.len() + row.length as usize).sum();
        (sum > total).then(|| text::too_much(sum, total))
    }

    fn press(self, kind: FormKind) {
        let names = untrack(|| self.names(kind));
        let prod = self.plan.read_untracked().as_ref().is_some_and(|plan| plan.prod);
        if prod { self.asking.set(Some(names)) } else { self.fill(kind, names) }
    }

    fn fill(self, kind: FormKind, names: Vec<String>) {
        let Some(environment) = self.environment() else { return };
        let Some(rules) = untrack(|| self.beside.of(|page| page.rules.clone())) else { return };
        let dialect = untrack(|| self.beside.of(|page| page.form.as_ref().map(|form| form.dialect.clone())));
        let consumer = dialect.flatten().filter(|_| kind == FormKind::Bulk);
        let (longest, total) = (rules.longest_value, rules.total);
        let fill = Fill::Variables { environment, names: names.clone(), longest, total, consumer };
        // Of rows only one that has the name already has something to replace.
        let replace = kind == FormKind::Rows || self.replace.get_untracked();
        self.failed.set(None);
        spawn_local(async move {
            match self.beside.fill(Into::Form(kind), fill, replace).await {
                Filled::Each(told) => {
                    self.checks.update(|checks| checks.retain(|(name, _)| !names.contains(name)));
                    // A box is replaced once for a word.
                    self.replace.update(|replace| *replace &= kind != FormKind::Bulk);
                    self.told.update(|all| {
                        all.retain(|one| kind == FormKind::Single && !names.contains(&one.name));
                        all.extend(told);
                    });
                }
                Filled::None(said) => self.failed.set(said),
            }
        });
    }
}

#[component]
fn Sheets(sheet: Sheet, kind: FormKind) -> impl IntoView {
    let rows = Memo::new(move |_| sheet.rows());
    let is_long = Memo::new(move |_| rows.read().len() > LONG);
    let all = Signal::derive(move || {
        rows.read().iter().all(|row| matches!(row.step, Step::Breaks(_)) || sheet.is_checked(row))
    });
    let notices = Memo::new(move |_| sheet.notices(kind));
    let over = Memo::new(move |_| sheet.over(kind).is_some());
    let count = Memo::new(move |_| match kind {
        FormKind::Single => rows.read().iter().filter(|row| sheet.is_checked(row)).count(),
        _ => sheet.names(kind).len(),
    });
    // The rest goes on by itself only where the next page is open to us too.
    let stay = Memo::new(move |_| {
        let is_long = kind == FormKind::Single && count.get() > 1;
        let leaves = sheet.beside.of(|page| (!page.stays).then(|| page.place.origin.clone())).flatten();
        leaves.filter(|_| is_long)
    });
    let next = Memo::new(move |_| sheet.names(kind).into_iter().next().unwrap_or_default());
    let label = Signal::derive(move || match (kind, count.get()) {
        (_, 0) => "Nothing to fill".to_owned(),
        (FormKind::Single, _) => ["Fill ", &next.read()].concat(),
        (_, count) => ["Fill ", &count.to_string(), " into the page"].concat(),
    });
    let disabled = Signal::derive(move || count.get() == 0 || over.get() || sheet.beside.busy.get());
    let host =
        StoredValue::new(untrack(|| sheet.beside.of(|page| page.host().to_owned())).unwrap_or_default());
    view! {
        <section class="beside-part" aria-label="Plan">
            <From sheet/>
            <p class="plan-sum">{move || text::steps(rows.read().iter().map(|row| &row.step))}</p>
            {live(move || maybe((kind == FormKind::Single && count.get() > 0).then(|| count.get()), |count| view! { <p class="quiet-text">{text::one_at_a_time(count)}</p> }.into_any()))}
            {live(move || maybe(stay.get(), |origin| view! { <Stay origin/> }.into_any()))}
            {live(move || maybe(is_long.get().then_some(()), |()| view! { <Checkbox label="All of them" checked=all on_change=move |on| sheet.check_all(on)/> }.into_any()))}
            <ul class="lines plan-rows" aria-label="Variables">{live(move || each(rows.get(), move |row| line(sheet, row)))}</ul>
            {(kind != FormKind::Rows).then(|| view! { <Checkbox label="Replace text that is there" checked=sheet.replace on_change=move |on| sheet.replace.set(on)/> })}
            <div role="status">{live(move || each(notices.get(), |said| note(Meaning::Warning, said)))}</div>
            <div class="actions"><Button text=label icon=Icon::Export weight=Weight::Primary disabled on_press=move |()| sheet.press(kind)/></div>
            <div role="status">
                {live(move || maybe(sheet.failed.get(), |said| note(Meaning::Danger, said)))}
                {live(move || maybe((!sheet.told.read().is_empty()).then(|| sheet.told.get()), move |told| {
                    let filled = told.iter().filter(|one| one.meaning == Meaning::Ok).count();
                    let meaning = if filled == told.len() { Meaning::Ok } else { Meaning::Warning };
                    view! {
                        {note(meaning, text::filled_some(filled, told.len(), &host.read_value()))}
                        {each(shared(&told), |one| note(one.meaning, one.said))}
                    }
                    .into_any()
                }))}
            </div>
            {live(move || maybe(sheet.asking.get(), move |names| view! { <Prod sheet kind names host=host.get_value()/> }.into_any()))}
        </section>
    }
    .into_any()
}

/// Where the values come from.
#[component]
fn From(sheet: Sheet) -> impl IntoView {
    let project = Memo::new(move |_| sheet.project());
    let projects = Signal::derive(move || {
        sheet.projects.read().iter().map(|row| (row.id.to_string(), row.name.clone())).collect::<Vec<_>>()
    });
    let environments = Signal::derive(move || {
        let of = |project: &ProjectRow| {
            let mark = |kind| if kind == Kind::Prod { " (prod)" } else { "" };
            project
                .environments
                .iter()
                .map(|it| (it.id.to_string(), [&it.name, mark(it.kind)].concat()))
                .collect::<Vec<_>>()
        };
        project.read().as_ref().map(of).unwrap_or_default()
    });
    let choose_project = move |chosen: String| {
        let projects = sheet.projects.read_untracked();
        let known = Id::parse(&chosen).and_then(|id| projects.iter().find(|row| row.id == id));
        let first = known.and_then(|row| row.environments.first()).map(|it| it.id);
        drop(projects);
        if first.is_some() {
            sheet.choose(first);
        }
    };
    let of_project =
        Signal::derive(move || project.read().as_ref().map(|row| row.id.to_string()).unwrap_or_default());
    let of_environment = Signal::derive(move || sheet.from().map(|id| id.to_string()).unwrap_or_default());
    let export = move || {
        let project = project.read().as_ref()?.id;
        Some(Route::Export(project, sheet.from()).path())
    };
    let prod = Memo::new(move |_| sheet.plan.read().as_ref().is_some_and(|plan| plan.prod));
    view! {
        <div class="pair">
            <Select label="From project" options=projects value=of_project on_choose=choose_project/>
            <Select label="Environment" options=environments value=of_environment on_choose=move |chosen: String| sheet.choose(Id::parse(&chosen))/>
        </div>
        {live(move || maybe(export(), |href| view! { <p><a href=href>"Export it as .env"</a></p> }.into_any()))}
        {live(move || maybe(prod.get().then_some(()), |()| view! { <p><Badge text="prod" meaning=Meaning::Prod/></p> }.into_any()))}
    }
    .into_any()
}

/// Whether others were told the same.
fn is_shared(told: &[Told], one: &Told) -> bool {
    told.iter().filter(|it| it.said == one.said).count() > 1
}

/// What several were told alike: once, with their names.
fn shared(told: &[Told]) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for one in told.iter().filter(|one| is_shared(told, one)) {
        match all.iter_mut().find(|it| it.said == one.said) {
            Some(it) => it.name.extend([", ", &one.name]),
            None => all.push(one.clone()),
        }
    }
    all.iter_mut().for_each(|it| it.said.what.insert_str(0, &[&it.name, ": "].concat()));
    all
}

fn line(sheet: Sheet, row: PlanRow) -> AnyView {
    let (word, meaning) = match &row.step {
        Step::Add => ("add", Meaning::Ok),
        Step::Change => ("change", Meaning::Notice),
        Step::Same => ("given", Meaning::Plain),
        Step::Breaks(_) => ("not taken", Meaning::Warning),
    };
    let reason = match &row.step {
        Step::Breaks(breach) => Some(text::breach(breach)),
        _ => None,
    };
    let (name, of_name) = (row.name.clone(), row.name.clone());
    let takes = reason.is_none();
    let checked = Signal::derive({
        let row = row.clone();
        move || sheet.is_checked(&row)
    });
    let told = Memo::new(move |_| {
        let all = sheet.told.read();
        all.iter().find(|one| one.name == of_name && !is_shared(&all, one)).cloned()
    });
    view! {
        <li class="line plan-row">
            {if takes {
                view! { <Checkbox label=name.clone() checked on_change=move |on| sheet.check(&name, on)/> }.into_any()
            } else {
                view! { <span class="mono">{name}</span> }.into_any()
            }}
            <Badge text=word meaning/>
            {reason.map(|reason| view! { <p class="quiet-text">{reason}</p> })}
            {live(move || maybe(told.get(), |Told { meaning, said, .. }| view! {
                <p class=["plan-told ", if meaning == Meaning::Ok { "" } else { "error" }].concat()>{[said.what, said.todo].join(" ")}</p>
            }.into_any()))}
        </li>
    }
    .into_any()
}

/// Values of prod go nowhere without a word.
#[component]
fn Prod(sheet: Sheet, kind: FormKind, names: Vec<String>, host: String) -> impl IntoView {
    let close = move |()| sheet.asking.set(None);
    let list = names.join(", ");
    let fill = move |()| {
        close(());
        sheet.fill(kind, names.clone());
    };
    view! {
        <Dialog title="Fill production values?" on_close=close>
            <p>"They go to "<code>{host}</code>": "<span class="mono">{list}</span>"."</p>
            <div class="actions">
                <Button text="Keep them" on_press=close/>
                <Button text="Fill them" icon=Icon::Export weight=Weight::Danger on_press=fill/>
            </div>
        </Dialog>
    }
    .into_any()
}
