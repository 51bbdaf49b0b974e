//! A key that the page beside the panel shows, or that was selected there, on its way into the vault: what was found, without its
//! value, and the form that keeps one of it.

use super::beside::{Beside, note};
use crate::beside::{self, Asked};
use crate::component::{Badge, Button, Icon, Meaning, Select, TextField, Weight, each, live, maybe};
use crate::handle::Handle;
use crate::keyboard;
use desk::text::Sentence;
use desk::text::capture as text;
use desk::{
    CapturePlan, CaptureRow, Captured, Command, Hidden, Id, Kind, Outcome, PagePlace, ProjectRow, Reply,
};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the parts of the view share.
#[derive(Clone, Copy)]
pub(super) struct Capture {
    handle: Handle,
    /// What was found; none where nothing was looked for.
    captured: RwSignal<Option<Captured>>,
    /// Why the page could not be looked through.
    failed: RwSignal<Option<Sentence>>,
    /// There was more text than was looked through.
    cut: RwSignal<bool>,
    /// A look, or a save, is on its way.
    busy: RwSignal<bool>,
    projects: RwSignal<Vec<ProjectRow>>,
    /// The key that the form is for.
    chosen: RwSignal<Option<u32>>,
    name: RwSignal<String>,
    environment: RwSignal<Option<Id>>,
    expires: RwSignal<String>,
    plan: RwSignal<Option<CapturePlan>>,
}

impl Capture {
    pub(super) fn new(handle: Handle) -> Self {
        let capture = Self {
            handle,
            captured: RwSignal::default(),
            failed: RwSignal::default(),
            cut: RwSignal::default(),
            busy: RwSignal::default(),
            projects: RwSignal::default(),
            chosen: RwSignal::default(),
            name: RwSignal::default(),
            environment: RwSignal::default(),
            expires: RwSignal::default(),
            plan: RwSignal::default(),
        };
        handle.follow(
            || Command::Projects,
            move |reply| {
                if let Reply::Projects(rows) = reply {
                    capture.projects.set(rows.into_iter().filter(|row| !row.archived).collect());
                }
            },
        );
        // What was found waits in the core, while the person is on another page of the panel too.
        handle.ask(Command::Captured, move |reply| capture.take(reply));
        Effect::new(move |_| capture.ask_plan());
        capture
    }

    /// Takes up what was asked for in the page's menu, or by the key.
    pub(super) fn hear(self, beside: Beside) {
        spawn_local(async move {
            match beside::asked().await {
                Some(Asked::Capture) => {
                    beside.look_now().await;
                    self.look(beside);
                }
                Some(Asked::Selection(origin, text)) => self.select(origin, text),
                None => {}
            }
        });
    }

    /// Looks through the page that is shown.
    pub(super) fn look(self, beside: Beside) {
        let Some(page) = untrack(|| beside.of(Clone::clone)) else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.begin();
        self.busy.set(true);
        spawn_local(async move {
            match beside::shown(page.look).await {
                Ok(shown) => {
                    let place = page.place.clone();
                    let command = Command::Capture { place, dialog: shown.dialog, text: shown.text };
                    let reply = self.handle.answer(command).await;
                    self.handle.refuse(&reply);
                    self.cut.try_set(shown.cut);
                    self.take(reply);
                }
                Err(code) => drop(self.failed.try_set(Some(text::refused(&code)))),
            }
            self.busy.try_set(false);
        });
    }

    fn select(self, origin: String, text: Hidden) {
        self.begin();
        let place = PagePlace { origin, ..PagePlace::default() };
        self.handle.ask(Command::Select { place, text }, move |reply| {
            self.handle.refuse(&reply);
            self.take(reply);
        });
    }

    fn begin(self) {
        self.failed.set(None);
        self.cut.set(false);
        self.captured.set(None);
        self.chosen.set(None);
    }

    /// Shows what was found. One key is the one; of several, the person says which.
    fn take(self, reply: Reply) {
        let Reply::Captured(captured) = reply else { return };
        // The person may have gone elsewhere meanwhile.
        if self.captured.try_update(|_| ()).is_none() {
            return;
        }
        if let [only] = captured.rows.as_slice() {
            self.choose(only);
        }
        self.captured.set(Some(captured));
    }

    fn choose(self, row: &CaptureRow) {
        self.plan.set(None);
        self.name.set(row.name.clone());
        self.environment.set(row.environment);
        self.expires.set(String::new());
        self.chosen.set(Some(row.key));
    }

    /// Asks what keeping the chosen key would do, whenever that may be another thing.
    fn ask_plan(self) {
        self.handle.changes.track();
        let (Some(key), name, environment) = (self.chosen.get(), self.name.get(), self.environment.get())
        else {
            return;
        };
        if name.trim().is_empty() {
            self.plan.set(None);
            return;
        }
        let asked = name.clone();
        self.handle.ask(Command::CapturePlan { key, name, environment }, move |reply| {
            let now = (self.chosen.try_get_untracked(), self.name.try_get_untracked());
            let is_meant =
                now == (Some(Some(key)), Some(asked)) && self.environment.get_untracked() == environment;
            if let (Reply::CapturePlan(plan), true) = (reply, is_meant) {
                self.plan.set(Some(plan));
            }
        });
    }

    fn keep(self) {
        let Some(key) = self.chosen.get_untracked() else { return };
        if self.busy.get_untracked() || !untrack(|| self.is_keepable()) {
            return;
        }
        self.busy.set(true);
        let command = Command::Keep {
            key,
            name: self.name.get_untracked(),
            environment: self.environment.get_untracked(),
            expires: Some(self.expires.get_untracked()).filter(|date| !date.is_empty()),
        };
        self.handle.attempt(command, move |changed| {
            self.busy.try_set(false);
            if changed.is_some_and(|changed| changed.act.is_some()) {
                self.kept(key);
            }
        });
    }

    /// What else was found waits on.
    fn kept(self, key: u32) {
        let left = self.captured.try_update(|captured| {
            captured.as_mut().map_or(0, |captured| {
                captured.rows.retain(|row| row.key != key);
                captured.rows.len()
            })
        });
        self.chosen.try_set(None);
        if left == Some(0) {
            self.close();
        }
    }

    fn close(self) {
        self.begin();
        self.handle.ask(Command::Release, |_| {});
    }

    fn is_keepable(self) -> bool {
        let plan = self.plan.read();
        !self.busy.get()
            && plan.as_ref().is_some_and(|plan| !matches!(plan.outcome, Outcome::Unchanged | Outcome::Skip))
    }

    /// The project of the chosen environment.
    fn project(self) -> Option<ProjectRow> {
        let environment = self.environment.get()?;
        let is_its = |row: &&ProjectRow| row.environments.iter().any(|it| it.id == environment);
        self.projects.read().iter().find(is_its).cloned()
    }
}

/// The button that looks for a key in the page, while nothing was found.
#[component]
pub(super) fn CaptureOffer(beside: Beside, capture: Capture) -> impl IntoView {
    view! {
        <section class="beside-part" aria-label="New key">
            <h2>"New key"</h2>
            <p class="quiet-text">{text::OFFER}</p>
            <div class="actions"><Button text="Capture key" icon=Icon::Key disabled=capture.busy on_press=move |()| capture.look(beside)/></div>
            <div role="status">{live(move || maybe(capture.failed.get(), |said| note(Meaning::Danger, said)))}</div>
        </section>
    }
    .into_any()
}

/// What was found, and the form that keeps it.
#[component]
pub(super) fn CaptureCard(capture: Capture) -> impl IntoView {
    live(move || maybe(capture.captured.get(), move |captured| found(capture, captured)))
}

fn found(capture: Capture, captured: Captured) -> AnyView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            keyboard::focus(&heading);
        }
    });
    let is_plain = captured.origin.starts_with("http://") && !captured.origin.starts_with("http://localhost");
    let looked = (!captured.selected).then(|| text::looked(&captured.providers));
    let title = if captured.selected { "Save selection as secret" } else { "Capture key" };
    view! {
        <section class="beside-part capture" aria-label=title>
            <h2 tabindex="-1" node_ref=heading>{title}</h2>
            <p class="quiet-text">"From "<code>{captured.origin.clone()}</code>". "{looked}</p>
            {is_plain.then(|| note(Meaning::Warning, Sentence { what: text::PLAIN.into(), todo: String::new() }))}
            {live(move || maybe(capture.cut.get().then_some(()), |()| note(Meaning::Warning, Sentence { what: text::CUT.into(), todo: String::new() })))}
            {if captured.rows.is_empty() {
                view! {
                    <div role="status">{note(Meaning::Notice, text::nothing(&captured))}</div>
                    <div class="actions"><Button text="Close" on_press=move |()| capture.close()/></div>
                }.into_any()
            } else {
                view! { {keys(capture, captured.rows)}<Form capture/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn keys(capture: Capture, rows: Vec<CaptureRow>) -> AnyView {
    let row = move |row: CaptureRow| {
        let key = row.key;
        let facts = [
            Some(text::length(row.length)),
            (!row.certain).then(|| text::UNCERTAIN.to_owned()),
            (!row.places.is_empty()).then(|| text::known(&row.places)),
        ];
        let (masked, provider) = (row.masked.clone(), row.provider.clone());
        let is_live = provider.as_ref().is_some_and(|provider| provider.ends_with(" live"));
        let meaning = if is_live { Meaning::Prod } else { Meaning::Plain };
        view! {
            <label class="choice beside-hit">
                <input type="radio" name="capture-key" prop:checked=move || capture.chosen.get() == Some(key) on:change=move |_| capture.choose(&row)/>
                <span>
                    <span class="mono">{masked}</span>" "{provider.map(|provider| view! { <Badge text=provider meaning/> })}
                    {each(facts.into_iter().flatten(), |fact| view! { <span class="quiet-text">{fact}</span> }.into_any())}
                </span>
            </label>
        }
        .into_any()
    };
    view! { <fieldset class="beside-hits"><legend class="visually-hidden">"Key to save"</legend>{each(rows, row)}</fieldset> }.into_any()
}

#[component]
fn Form(capture: Capture) -> impl IntoView {
    let is_chosen = Memo::new(move |_| capture.chosen.read().is_some());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        capture.keep();
    };
    view! {
        <form class="stack" on:submit=submit>
            {live(move || maybe(is_chosen.get().then_some(()), move |()| view! {
                <TextField label="Name" value=capture.name mono=true/>
                <Place capture/>
                <TextField label="Expires" value=capture.expires kind="date" hint=text::EXPIRES/>
                <div role="status">{live(move || maybe(capture.plan.get(), move |plan| planned(&plan, &capture.name.read_untracked())))}</div>
            }.into_any()))}
            <div class="actions">
                <Button text="Discard" weight=Weight::Quiet on_press=move |()| capture.close()/>
                {live(move || maybe(is_chosen.get().then_some(()), move |()| view! { <Save capture/> }.into_any()))}
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Save(capture: Capture) -> impl IntoView {
    let label = move || text::button(capture.plan.read().as_ref().map(|plan| &plan.outcome));
    view! { <button type="submit" class="button primary" disabled=move || !capture.is_keepable()>{label}</button> }
        .into_any()
}

fn planned(plan: &CapturePlan, name: &str) -> AnyView {
    let said = text::plan(plan, name.trim());
    let notices = plan.notices.clone();
    view! {
        {(!said.is_empty()).then(|| view! { <p>{said}</p> })}
        {each(notices, |notice| note(Meaning::Warning, Sentence { what: notice, todo: String::new() }))}
    }
    .into_any()
}

/// Where it goes.
#[component]
fn Place(capture: Capture) -> impl IntoView {
    let project = Memo::new(move |_| capture.project());
    let projects = Signal::derive(move || {
        let rows = capture.projects.read();
        let known = rows.iter().map(|row| (row.id.to_string(), row.name.clone()));
        known.chain([(String::new(), "None (registry)".to_owned())]).collect::<Vec<_>>()
    });
    let environments = Signal::derive(move || {
        let mark = |kind| if kind == Kind::Prod { " (prod)" } else { "" };
        let project = project.read();
        let all = project.as_ref().map(|row| row.environments.as_slice()).unwrap_or_default();
        all.iter().map(|it| (it.id.to_string(), [&it.name, mark(it.kind)].concat())).collect::<Vec<_>>()
    });
    let choose_project = move |chosen: String| {
        let projects = capture.projects.read_untracked();
        let known = Id::parse(&chosen).and_then(|id| projects.iter().find(|row| row.id == id));
        let first = known.and_then(|row| row.environments.first()).map(|it| it.id);
        drop(projects);
        capture.environment.set(first);
    };
    let of_project =
        Signal::derive(move || project.read().as_ref().map(|row| row.id.to_string()).unwrap_or_default());
    let of_environment =
        Signal::derive(move || capture.environment.get().map(|id| id.to_string()).unwrap_or_default());
    let is_bound = Memo::new(move |_| project.read().is_some());
    let prod = Memo::new(move |_| {
        let all = project.read();
        let all = all.as_ref().map(|row| row.environments.as_slice()).unwrap_or_default();
        all.iter().any(|it| Some(it.id) == capture.environment.get() && it.kind == Kind::Prod)
    });
    view! {
        <div class="pair">
            <Select label="Project" options=projects value=of_project on_choose=choose_project/>
            {live(move || maybe(is_bound.get().then_some(()), move |()| view! {
                <Select label="Environment" options=environments value=of_environment on_choose=move |chosen: String| capture.environment.set(Id::parse(&chosen))/>
            }.into_any()))}
        </div>
        {live(move || maybe(prod.get().then_some(()), |()| view! { <p><Badge text="prod" meaning=Meaning::Prod/></p> }.into_any()))}
    }
    .into_any()
}
