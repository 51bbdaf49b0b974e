//! Choosing: one of a few, one of many, yes or no.

use super::field::fresh_id;
use super::live::{each, live};
use leptos::prelude::*;

/// One of a list, by the browser's own control: it works by keyboard, touch and screen reader everywhere.
#[component]
pub fn Select(
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// The choices as (value, text).
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Runs with the new value.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Keep the label for assistive technology only.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let id = fresh_id("select");
    view! {
        <div class="field">
            <label class:visually-hidden=bare for=id.clone()>{label}</label>
            <select id=id class="select" on:change=move |event| on_choose.run(event_target_value(&event))>
                {live(move || {
                    let chosen = value.get();
                    each(options.get(), |(value, text)| {
                        let selected = value == chosen;
                        view! { <option value=value prop:selected=selected>{text}</option> }.into_any()
                    })
                })}
            </select>
        </div>
    }
    .into_any()
}

/// Yes or no.
#[component]
pub fn Checkbox(
    /// What is chosen.
    #[prop(into)]
    label: String,
    /// Whether it is.
    #[prop(into)]
    checked: Signal<bool>,
    /// Runs with the new state.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" prop:checked=checked on:change=move |event| on_change.run(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// One of a few, all in sight.
#[component]
pub fn Radios(
    /// What is asked.
    #[prop(into)]
    label: String,
    /// The choices as (value, text).
    options: Vec<(&'static str, &'static str)>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Runs with the new value.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let name = fresh_id("radio");
    let radios = each(options, move |(option, text)| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=name.clone()
                    value=option
                    prop:checked=move || *value.read() == option
                    on:change=move |_| on_choose.run(option.to_owned())
                />
                <span>{text}</span>
            </label>
        }
        .into_any()
    });
    view! { <fieldset class="radios"><legend class="label">{label}</legend>{radios}</fieldset> }.into_any()
}
