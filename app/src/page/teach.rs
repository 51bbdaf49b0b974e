//! A form that Tacit does not know, taught by a person who points at its fields: a profile of the vault's own.

use super::beside::{Beside, note};
use super::consumer::{READERS, options};
use crate::beside::{self, Kind, Part};
use crate::component::{Button, Icon, Meaning, Select, Submit, TextField, Weight, each, live, maybe};
use crate::handle::run_if_there;
use desk::text::fill as text;
use desk::{Command, Edit};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Readers of `.env` files among all that there are: the others read other formats.
const DIALECTS: usize = 10;

/// What the steps share.
#[derive(Clone, Copy)]
struct Lesson {
    beside: Beside,
    /// What was pointed at, with its label.
    parts: RwSignal<Vec<(Part, String)>>,
    /// What that makes, or the code that says why nothing.
    found: RwSignal<Option<Result<Kind, String>>>,
    /// Why what has the cursor was not taken.
    refused: RwSignal<Option<String>>,
}

/// The offer to teach a form, where none was found for certain.
#[component]
pub(super) fn TeachCard(beside: Beside) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let is_wanted = Memo::new(move |_| {
        beside.of(|page| page.form.as_ref().is_none_or(|form| form.refused.is_some())).unwrap_or_default()
    });
    Effect::new(move |_| {
        if !is_wanted.get() {
            is_open.set(false);
        }
    });
    let open = move |()| {
        beside::forget();
        is_open.set(true);
    };
    live(move || {
        maybe(is_wanted.get().then(|| is_open.get()), move |opened| {
            if opened {
                return view! { <Steps beside on_close=move |()| is_open.set(false)/> }.into_any();
            }
            view! {
                <section class="beside-part">
                    <p class="quiet-text">{text::TEACH}</p>
                    <div class="actions"><Button text="Teach Tacit this form" icon=Icon::Edit on_press=open/></div>
                </section>
            }
            .into_any()
        })
    })
}

impl Lesson {
    /// Takes what has the cursor for a part, and tries what there is then.
    fn point(self, part: Part) {
        let Some(look) = untrack(|| self.beside.of(|page| page.look)) else { return };
        self.refused.set(None);
        spawn_local(async move {
            match beside::point(look, part).await {
                Ok(label) => {
                    self.parts.update(|parts| {
                        // A box that takes all of it is a form by itself.
                        parts.retain(|(known, _)| {
                            *known != part && (part == Part::Text) == (*known == Part::Text)
                        });
                        parts.push((part, label));
                    });
                    self.found.set(Some(beside::made(look).await));
                }
                Err(code) => self.refused.set(Some(code)),
            }
        });
    }
}

#[component]
fn Steps(beside: Beside, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let lesson = Lesson {
        beside,
        parts: RwSignal::default(),
        found: RwSignal::default(),
        refused: RwSignal::default(),
    };
    // What was pointed at is of the document that was there.
    let document = Memo::new(move |_| beside.of(|page| page.document.clone()));
    Effect::watch(move || document.get(), move |_, _, _| on_close.run(()), false);
    let focused = Memo::new(move |_| beside.of(|page| page.focused.clone()).flatten());
    let cursor = move || match &*focused.read() {
        None => text::POINT.to_owned(),
        Some(field) if field.label.is_empty() => text::CURSOR.to_owned(),
        Some(field) => text::cursor(&field.label),
    };
    let pointed =
        |(part, label): (Part, String)| view! { <div><dt>{word(part)}</dt><dd>{label}</dd></div> }.into_any();
    let is_button = Memo::new(move |_| focused.read().as_ref().is_some_and(|it| it.button));
    let button = move |part: Part| {
        let disabled =
            Signal::derive(move || focused.read().is_none() || is_button.get() != (part == Part::Grow));
        view! { <Button text=claim(part) disabled on_press=move |()| lesson.point(part)/> }.into_any()
    };
    view! {
        <section class="beside-part" aria-label="Teach Tacit this form">
            <h2>"Teach Tacit this form"</h2>
            <p class="quiet-text">{text::POINTING}</p>
            <p>{cursor}</p>
            <div class="actions">{each(Part::ALL.to_vec(), button)}</div>
            {live(move || maybe((!lesson.parts.read().is_empty()).then(|| lesson.parts.get()), move |parts| view! { <dl class="permissions" aria-label="What you pointed at">{each(parts, pointed)}</dl> }.into_any()))}
            <div role="status">
                {live(move || maybe(lesson.refused.get(), |code| note(Meaning::Warning, text::refused(&code))))}
                {live(move || maybe(lesson.found.get(), |found| match found {
                    Ok(kind) => note(Meaning::Ok, text::found(kind_word(kind))),
                    Err(code) if code == "incomplete" => note(Meaning::Notice, text::refused(&code)),
                    Err(code) => note(Meaning::Warning, text::refused(&code)),
                }))}
            </div>
            {live(move || maybe(lesson.found.get().and_then(Result::ok), move |kind| view! { <Keep lesson kind on_close/> }.into_any()))}
            <div class="actions"><Button text="Cancel" weight=Weight::Quiet on_press=on_close/></div>
        </section>
    }
    .into_any()
}

/// What the person says that the field is.
fn claim(part: Part) -> &'static str {
    match part {
        Part::Name => "It is the name",
        Part::Value => "It is the value",
        Part::Text => "It takes a whole .env",
        Part::Grow => "It adds a row",
    }
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Name => "Name",
        Part::Value => "Value",
        Part::Text => "Whole .env",
        Part::Grow => "Adds a row",
    }
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Bulk => "a box that takes a whole .env file",
        Kind::Rows => "rows of a name and a value",
        Kind::Single => "one name and one value at a time",
    }
}

/// What the form is called and where it is, and the button that keeps it.
#[component]
fn Keep(lesson: Lesson, kind: Kind, on_close: Callback<()>) -> impl IntoView {
    let beside = lesson.beside;
    let of =
        |read: fn(&beside::Page) -> String| RwSignal::new(untrack(|| beside.of(read)).unwrap_or_default());
    let name = of(|page| page.host().to_owned());
    let path = of(|page| page.path.clone());
    let dialect = RwSignal::new("node".to_owned());
    let wrong = RwSignal::new(String::new());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(look) = untrack(|| beside.of(|page| page.look)) else { return };
        wrong.set(String::new());
        // The person may go elsewhere while the page is asked.
        let (name, path, reader) = (name.get_untracked(), path.get_untracked(), dialect.get_untracked());
        spawn_local(async move {
            let dialect = if kind == Kind::Bulk { &*reader } else { "" };
            match beside::profile(look, path.trim(), dialect).await {
                Ok(text) => {
                    let edits = vec![Edit::CreateProfile { name, text }];
                    beside.handle.act(Command::Apply { edits }, move |_| run_if_there(on_close, ()));
                }
                Err(code) => {
                    let said = text::refused(&code);
                    wrong.set([said.what, said.todo].join(" "));
                }
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit>
            <TextField label="Call it" value=name/>
            <TextField label="Pages" value=path mono=true hint=text::PATHS error=wrong/>
            {(kind == Kind::Bulk).then(|| view! { <Select label="Who reads the box" options=Signal::stored(options(&READERS[..DIALECTS])) value=dialect on_choose=move |chosen| dialect.set(chosen)/> })}
            <div class="actions"><Submit text="Keep this form"/></div>
        </form>
    }
    .into_any()
}
