//! The page that the panel stands beside: what it is, and the focused field filled with one secret.

use super::capture::{Capture, CaptureCard, CaptureOffer};
use super::plan::PlanCard;
use super::teach::TeachCard;
use crate::beside::{self, Closed, Into, Outcome, Page};
use crate::clipboard::use_clipboard;
use crate::component::{
    Badge, Button, Checkbox, Empty, Icon, Meaning, Note, SearchField, Weight, each, live, loading, maybe,
};
use crate::handle::{Handle, use_handle};
use desk::text::Sentence;
use desk::text::fill as text;
use desk::{Command, Fill, FillRow, FoundRow, Hidden, Id, PagePlace, ProfileRow, Reply, Went, Window};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Hits shown at most.
const HITS: u32 = 8;

/// What the parts of the view share.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    pub(super) handle: Handle,
    /// The page as it was looked at, or why not; none while it is looked at first.
    page: RwSignal<Option<Result<Page, Closed>>>,
    /// The forms that the person taught; none before the vault said them.
    own: RwSignal<Option<Vec<ProfileRow>>>,
    /// How often it was looked at: of two looks at once the one that began later counts.
    looks: StoredValue<u32>,
    /// A fill is on its way.
    pub(super) busy: RwSignal<bool>,
}

/// What became of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) name: String,
    pub(super) meaning: Meaning,
    pub(super) said: Sentence,
}

/// What became of a fill.
pub(super) enum Filled {
    /// Of each variable.
    Each(Vec<Told>),
    /// It was refused as a whole; it is said already where the vault refused it.
    None(Option<Sentence>),
}

/// The page beside the panel.
#[component]
pub(super) fn BesidePage() -> impl IntoView {
    let handle = use_handle();
    let beside = Beside {
        handle,
        page: RwSignal::new(None),
        own: RwSignal::new(None),
        looks: StoredValue::new(0),
        busy: RwSignal::new(false),
    };
    let capture = Capture::new(handle);
    handle.follow(
        || Command::Profiles,
        move |reply| {
            // A vault that does not say them has none.
            let own = if let Reply::Profiles(own) = reply { own } else { Vec::new() };
            // The person may have gone elsewhere meanwhile.
            if beside.own.try_with_untracked(|known| known.as_ref() != Some(&own)) == Some(true) {
                beside.own.set(Some(own));
            }
        },
    );
    Effect::new(move |_| {
        handle.besides.track();
        if beside.own.read().is_some() {
            beside.look();
            capture.hear(beside);
        }
    });
    // What is looked at anew is shown anew where it is another page, and not where only the cursor moved.
    let place = Memo::new(move |_| match &*beside.page.read() {
        None => None,
        Some(Ok(page)) => Some(Ok(page.place.clone())),
        Some(Err(closed)) => Some(Err(closed.clone())),
    });
    view! {
        <div class="page narrow beside">
            <header class="page-head">
                <h1>"This page"</h1>
                <div class="actions"><Button text="Look again" weight=Weight::Quiet on_press=move |()| beside.look()/></div>
            </header>
            <CaptureCard capture/>
            {live(move || match place.get() {
                None => loading(),
                Some(Err(why)) => closed(why),
                Some(Ok(place)) => view! {
                    <Head beside place/>
                    <PlanCard beside/>
                    <TeachCard beside/>
                    <Focused beside/>
                    <p class="quiet-text">{text::NOT_SUBMITTED}</p>
                    <CaptureOffer beside capture/>
                }.into_any(),
            })}
        </div>
    }
    .into_any()
}

/// Why there is nothing to fill; with the way back to the site whose form was here.
fn closed(Closed { code, origin }: Closed) -> AnyView {
    let Sentence { what, todo } = text::refused(&code);
    match origin {
        None => view! { <Empty icon=Icon::Eye title=what text=todo/> }.into_any(),
        Some(origin) => view! {
            <Empty icon=Icon::Eye title=what text=todo/>
            <Stay origin/>
        }
        .into_any(),
    }
}

/// The offer to let Tacit stay on one site, so that what takes several pages goes on by itself.
#[component]
pub(super) fn Stay(origin: String) -> impl IntoView {
    let refused = RwSignal::new(false);
    let host = beside::host(&origin).to_owned();
    let said = text::stay(&host);
    // The panel hears from the browser that it was granted, and looks again.
    let ask = move |()| {
        beside::stay(&origin, move |granted| {
            refused.try_set(!granted);
        });
    };
    view! {
        <section class="beside-part">
            <p class="quiet-text">{said}</p>
            <div class="actions"><Button text=["Let Tacit stay on ", &host].concat() on_press=ask/></div>
            <div role="status">{live(move || maybe(refused.get().then_some(()), |()| note(Meaning::Notice, text::not_granted())))}</div>
        </section>
    }
    .into_any()
}

impl Beside {
    pub(super) fn look(self) {
        spawn_local(self.look_now());
    }

    pub(super) async fn look_now(self) {
        // A fill looks for itself, and after it is done so does the panel.
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        let look = self.looks.get_value().wrapping_add(1);
        self.looks.set_value(look);
        let own = self.own.get_untracked().unwrap_or_default();
        let page = beside::look(&own).await;
        // The person may have gone elsewhere meanwhile.
        if self.looks.try_get_value() == Some(look) {
            self.page.set(Some(page));
        }
    }

    /// Something of the page; none where there is no page, or the person has gone elsewhere.
    pub(super) fn of<T>(self, read: impl Fn(&Page) -> T) -> Option<T> {
        self.page.try_read()?.as_ref()?.as_ref().ok().map(read)
    }

    /// Takes values out of the vault, puts them into the page, and writes down what the page took.
    pub(super) async fn fill(self, into: Into, fill: Fill, replace: bool) -> Filled {
        if self.busy.get_untracked() {
            return Filled::None(None);
        }
        let Some(page) = untrack(|| self.of(Page::clone)) else {
            return Filled::None(Some(text::refused("gone")));
        };
        self.busy.set(true);
        let filled = self.filled(into, fill, replace, page).await;
        self.busy.set(false);
        self.look();
        filled
    }

    async fn filled(self, into: Into, fill: Fill, replace: bool, page: Page) -> Filled {
        let environment =
            if let Fill::Variables { environment, .. } = &fill { Some(*environment) } else { None };
        let filling = match self.handle.answer(Command::Fill { fill }).await {
            Reply::Filling(filling) => filling,
            other => {
                self.handle.refuse(&other);
                return Filled::None(None);
            }
        };
        let mut told: Vec<Told> = filling.left.iter().map(left).collect();
        if filling.rows.is_empty() {
            return Filled::Each(told);
        }
        let outcomes = match &filling.text {
            // One box takes it all, and what became of it became of each.
            Some(all) => {
                let done = beside::fill(page.look, into, &[whole(all)], replace).await;
                done.map(|done| done.into_iter().cycle().take(filling.rows.len()).collect())
            }
            None => beside::fill(page.look, into, &filling.rows, replace).await,
        };
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(code) => return Filled::None(Some(text::refused(&code))),
        };
        let rows = || filling.rows.iter().zip(&outcomes);
        let went: Vec<_> = rows().flat_map(|(row, outcome)| went(into, row, outcome)).collect();
        if !went.is_empty() {
            let command = Command::Filled { place: page.place.clone(), environment, went };
            let reply = self.handle.answer(command).await;
            self.handle.refuse(&reply);
        }
        told.extend(rows().map(|(row, outcome)| tell(&row.name, outcome, page.host())));
        Filled::Each(told)
    }
}

/// The text for a box that takes all of it.
fn whole(text: &Hidden) -> FillRow {
    let (name, more) = (String::new(), Vec::new());
    FillRow { name, secret: Id([0; 16]), revision: 0, more, value: text.clone() }
}

/// What is written down of a value: its version and those of what it refers to, and none where the page made something else of it.
fn went(into: Into, row: &FillRow, outcome: &Outcome) -> Vec<Went> {
    let variable = if into == Into::Focused { "" } else { row.name.as_str() };
    let one = |(secret, revision): &(Id, u64)| Went {
        variable: variable.to_owned(),
        secret: *secret,
        revision: if *outcome == Outcome::Filled { *revision } else { 0 },
    };
    match outcome {
        Outcome::Refused(_) => Vec::new(),
        Outcome::Filled | Outcome::Changed => {
            [(row.secret, row.revision)].iter().chain(&row.more).map(one).collect()
        }
    }
}

/// What was not taken out of the vault, and why.
fn left((name, reason): &(String, String)) -> Told {
    let said = Sentence { what: reason.clone(), todo: String::new() };
    Told { name: name.clone(), meaning: Meaning::Warning, said }
}

fn tell(name: &str, outcome: &Outcome, host: &str) -> Told {
    let (meaning, said) = match outcome {
        Outcome::Filled => (Meaning::Ok, Sentence { what: text::filled(name, host), todo: String::new() }),
        Outcome::Changed => (Meaning::Warning, text::changed(name)),
        Outcome::Refused(code) => (Meaning::Danger, text::refused(code)),
    };
    Told { name: name.to_owned(), meaning, said }
}

/// Which page it is: the whole origin as the browser has it, so that one that only looks like another shows.
#[component]
fn Head(beside: Beside, place: PagePlace) -> impl IntoView {
    let (provider, own) = untrack(|| beside.of(|page| (page.provider.clone(), page.own))).unwrap_or_default();
    let known: Vec<String> =
        provider.into_iter().chain(Some(place.place).filter(|it| !it.is_empty())).collect();
    let foreign = place.origin.contains("xn--");
    view! {
        <p class="beside-origin"><code>{place.origin}</code></p>
        {(!known.is_empty()).then(|| view! { <p class="quiet-text">{known.join(" · ")}</p> })}
        {own.then(|| view! { <p><Badge text="yours" meaning=Meaning::Plain/></p> })}
        {foreign.then(|| view! { <Note meaning=Meaning::Warning><p>{text::FOREIGN}</p></Note> })}
    }
    .into_any()
}

#[component]
fn Focused(beside: Beside) -> impl IntoView {
    let handle = beside.handle;
    let query = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<FoundRow>::new());
    let chosen = RwSignal::new(None::<Id>);
    let replace = RwSignal::new(false);
    let told = RwSignal::new(None::<(Meaning, Sentence)>);
    Effect::new(move |_| {
        let text = query.get();
        let asked = text.clone();
        // What is not among the hits any more is not what is filled, from the first letter on.
        chosen.set(None);
        handle.ask(Command::Search { text, window: Window { start: 0, count: HITS } }, move |reply| {
            // The person may have typed more meanwhile, or gone elsewhere.
            let is_asked = query.try_with_untracked(|query| *query == asked) == Some(true);
            if let (Reply::Found(window), true) = (reply, is_asked) {
                let first = window.rows.first().filter(|_| !asked.trim().is_empty()).map(|row| row.secret);
                // One that the person chose meanwhile stays, if it is there.
                chosen.update(|chosen| {
                    *chosen = chosen.filter(|it| window.rows.iter().any(|row| row.secret == *it)).or(first);
                });
                found.set(window.rows);
            }
        });
    });
    let focused = Memo::new(move |_| beside.of(|page| page.focused.clone()).flatten());
    // What Tacit cannot write to takes the value from the clipboard.
    let takes_paste = Memo::new(move |_| {
        let code = focused.read().as_ref().and_then(|field| field.refused.clone());
        code.is_some_and(|code| ["editor", "frame"].contains(&code.as_str()))
    });
    let clipboard = use_clipboard();
    // As it would be filled: with what it refers to, or not at all.
    let copy = move |()| {
        let Some(secret) = chosen.get_untracked() else { return };
        told.set(None);
        handle.ask(Command::Fill { fill: Fill::Copy(secret) }, move |reply| match reply {
            Reply::Filling(filling) => {
                if let Some(row) = filling.rows.into_iter().next() {
                    clipboard.copy(handle, &row.value, row.name);
                }
                told.set(filling.left.iter().map(left).next().map(|one| (one.meaning, one.said)));
            }
            other => handle.refuse(&other),
        });
    };
    offer(handle, focused, query);
    let has_text = Memo::new(move |_| focused.read().as_ref().is_some_and(|field| field.filled));
    let fill = move |()| {
        let Some(secret) = chosen.get_untracked() else { return };
        told.set(None);
        spawn_local(async move {
            let filled = beside.fill(Into::Focused, Fill::Secret(secret), replace.get_untracked()).await;
            replace.set(false);
            told.set(match filled {
                Filled::Each(each) => each.into_iter().next().map(|one| (one.meaning, one.said)),
                Filled::None(said) => said.map(|said| (Meaning::Danger, said)),
            });
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if takes_paste.get_untracked() { copy(()) } else { fill(()) }
    };
    view! {
        <section class="beside-part">
            <h2>"Focused field"</h2>
            <p class="quiet-text">{move || cursor(focused.get())}</p>
            <form class="stack" on:submit=submit>
                <SearchField label="Search for a secret to fill" value=query/>
                {live(move || maybe((!query.read().trim().is_empty()).then(|| found.get()), move |rows| hits(rows, chosen)))}
                {live(move || maybe(has_text.get().then_some(()), move |()| view! {
                    <Checkbox label="Replace the text in the field" checked=replace on_change=move |on| replace.set(on)/>
                }.into_any()))}
                <div class="actions">
                    {live(move || if takes_paste.get() {
                        view! { <Button text="Copy the value" icon=Icon::Copy weight=Weight::Primary disabled=Signal::derive(move || chosen.read().is_none()) on_press=copy/> }.into_any()
                    } else {
                        view! { <Button text="Fill the focused field" icon=Icon::Export weight=Weight::Primary disabled=Signal::derive(move || chosen.read().is_none() || beside.busy.get()) on_press=fill/> }.into_any()
                    })}
                </div>
            </form>
            <div role="status">{live(move || maybe(told.get(), |(meaning, said)| note(meaning, said)))}</div>
        </section>
    }
    .into_any()
}

/// Begins the search with the secret that the field is called as, as long as the person typed nothing.
fn offer(handle: Handle, focused: Memo<Option<beside::Focused>>, query: RwSignal<String>) {
    let offered = StoredValue::new(String::new());
    Effect::new(move |_| {
        let field = focused.get();
        spawn_local(async move {
            let name = called(handle, field.as_ref()).await.unwrap_or_default();
            // The cursor may be elsewhere meanwhile, and so may the person.
            let is_there = focused.try_get_untracked().is_some_and(|now| now == field);
            if is_there && query.read_untracked() == offered.get_value() && offered.get_value() != name {
                offered.set_value(name.clone());
                query.set(name);
            }
        });
    });
}

/// The secret that is called as a field is, by its label or its name.
async fn called(handle: Handle, field: Option<&beside::Focused>) -> Option<String> {
    let field = field?;
    for word in [&field.label, &field.name] {
        let text = word.trim().replace(|letter: char| !letter.is_alphanumeric(), "_");
        let command = Command::Search { text: text.clone(), window: Window { start: 0, count: HITS } };
        let Reply::Found(found) = handle.answer(command).await else { continue };
        let same = found.rows.into_iter().find(|row| row.name.eq_ignore_ascii_case(&text));
        if let Some(row) = same {
            return Some(row.name);
        }
    }
    None
}

/// Where the cursor is, and why that would not be filled.
fn cursor(focused: Option<beside::Focused>) -> String {
    match focused {
        None => text::refused("no-field").todo,
        Some(beside::Focused { refused: Some(code), .. }) => {
            let Sentence { what, todo } = if code == "frame" { text::inner() } else { text::refused(&code) };
            [what, todo].join(" ")
        }
        Some(field) if field.label.is_empty() => text::CURSOR.to_owned(),
        Some(field) => text::cursor(&field.label),
    }
}

pub(super) fn note(meaning: Meaning, Sentence { what, todo }: Sentence) -> AnyView {
    view! { <Note meaning><p><strong>{what}</strong></p>{(!todo.is_empty()).then(|| view! { <p>{todo}</p> })}</Note> }
        .into_any()
}

fn hits(rows: Vec<FoundRow>, chosen: RwSignal<Option<Id>>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="quiet-text">"No secret has these words."</p> }.into_any();
    }
    let row = move |row: FoundRow| {
        let secret = row.secret;
        let places: Vec<String> =
            row.places.iter().map(|(project, environment)| [project, " / ", environment].concat()).collect();
        view! {
            <label class="choice beside-hit">
                <input type="radio" name="beside-secret" prop:checked=move || chosen.get() == Some(secret) on:change=move |_| chosen.set(Some(secret))/>
                <span><span class="mono">{row.name}</span>{row.provider.map(|provider| view! { " "<Badge text=provider/> })}<span class="quiet-text">{places.join(", ")}</span></span>
            </label>
        }
        .into_any()
    };
    view! { <fieldset class="beside-hits"><legend class="visually-hidden">"Secret to fill"</legend>{each(rows, row)}</fieldset> }.into_any()
}
