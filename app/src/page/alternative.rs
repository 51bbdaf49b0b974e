//! What devices wrote into a secret or a project at the same time: each is shown, and one is chosen.

use crate::component::{Button, Glyph, Icon, IconButton, Weight, each, live};
use crate::handle::{Handle, use_handle};
use crate::shown::Shown;
use crate::time::{ago, full};
use desk::text::HIDDEN;
use desk::{Alternative, Command, Edit, Id, Reply, Written};
use leptos::prelude::*;

/// Lists what is beside what is current, field by field, with the ways to settle it.
#[component]
pub(super) fn Alternatives(
    /// Of which secret, or of which project with all in it.
    object: Id,
    /// What the list is called.
    #[prop(default = "Two values")]
    label: &'static str,
) -> impl IntoView {
    let handle = use_handle();
    let found = RwSignal::new(Vec::<Alternative>::new());
    let shown = Shown::hidden();
    handle.follow(
        move || Command::Alternatives { object },
        move |reply| match reply {
            Reply::Alternatives(rows) => drop(found.try_set(rows)),
            other => handle.refuse(&other),
        },
    );
    view! {
        <section class="alternatives" aria-label=label>
            <p class="alternatives-head"><Glyph icon=Icon::Warning/>"Two devices wrote this at the same time. Both are kept: choose which stays."</p>
            {live(move || each(fields(found.get()), |field| field_view(handle, field, shown)))}
        </section>
    }
    .into_any()
}

/// The alternatives of each field by itself; those of one field come one after the other.
fn fields(all: Vec<Alternative>) -> Vec<Vec<Alternative>> {
    let mut fields: Vec<Vec<Alternative>> = Vec::new();
    for alternative in all {
        match fields.last_mut() {
            Some(last) if last.first().is_some_and(|first| is_of_one(first, &alternative)) => {
                last.push(alternative);
            }
            _ => fields.push(vec![alternative]),
        }
    }
    fields
}

fn is_of_one(one: &Alternative, other: &Alternative) -> bool {
    (one.object, one.field) == (other.object, other.field)
}

fn field_view(handle: Handle, all: Vec<Alternative>, shown: Shown<Written>) -> AnyView {
    let Some(first) = all.first().cloned() else { return ().into_any() };
    let (title, label, field, object) = (first.label.clone(), first.label, first.field, first.object);
    let current = first.texts.map(|(current, _)| current);
    let settle = move |chosen| handle.apply(vec![Edit::Settle { object, field, chosen }]);
    let row = move |it: Alternative| alternative_view(handle, it, shown);
    view! {
        <div class="alternative-field" role="group" aria-label=label>
            <h3>{title}</h3>
            {each(all, row)}
            <div class="alternative">
                <span class="quiet-text">"What is current"</span>
                {current.map(|text| view! { <code class="version-text">{text}</code> })}
                <Button text="Keep the current one" weight=Weight::Quiet on_press=move |()| settle(None)/>
            </div>
        </div>
    }
    .into_any()
}

fn alternative_view(handle: Handle, it: Alternative, shown: Shown<Written>) -> AnyView {
    let (object, field, written, is_value) = (it.object, it.field, it.written, it.texts.is_none());
    let reveal = move |()| {
        if shown.is_of(written) {
            return shown.hide();
        }
        handle.ask(Command::RevealAlternative { secret: object, written }, move |reply| match reply {
            Reply::Value(value) => shown.show(written, value),
            other => handle.refuse(&other),
        });
    };
    let other = it.texts.map(|(_, other)| other);
    let text = move || other.clone().or_else(|| shown.of(written)).unwrap_or_else(|| HIDDEN.to_owned());
    let pressed = Signal::derive(move || shown.of(written).is_some());
    let icon = Signal::derive(move || if pressed.get() { Icon::EyeOff } else { Icon::Eye });
    let settle = move |()| handle.apply(vec![Edit::Settle { object, field, chosen: Some(written) }]);
    view! {
        <div class="alternative">
            <span class="quiet-text" title=full(written.time)>{it.device}" · "{ago(written.time)}</span>
            <code class="version-text">{text}</code>
            {is_value.then(|| view! { <IconButton icon label="Show the other value" pressed on_press=reveal/> })}
            <Button text="Keep this one" weight=Weight::Quiet icon=Icon::Check on_press=settle/>
        </div>
    }
    .into_any()
}
