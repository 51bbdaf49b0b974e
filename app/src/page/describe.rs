//! A secret's description: all but its value.

use crate::component::{Select, Submit, TextArea, TextField};
use crate::handle::use_handle;
use desk::{Card, Class, Details, Edit, Id};
use leptos::prelude::*;

/// The description's fields as they are typed.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    provider: RwSignal<String>,
    kind: RwSignal<String>,
    class: RwSignal<String>,
    tags: RwSignal<String>,
    notes: RwSignal<String>,
    expires: RwSignal<String>,
    rotation: RwSignal<String>,
    docs: RwSignal<String>,
    owner: RwSignal<String>,
}

/// Shows and changes a description.
#[component]
pub(super) fn Description(
    /// The secret.
    card: Card,
) -> impl IntoView {
    let handle = use_handle();
    let secret: Id = card.id;
    let form = Form::of(card.details);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        handle.apply(vec![Edit::Describe { secret, details: form.details() }]);
    };
    let classes = super::consumer::options(&[
        ("service", "A service's"),
        ("user", "Given by the one who deploys"),
        ("infrastructure", "The operator's own, never shipped"),
    ]);
    view! {
        <form class="stack" on:submit=submit>
            <TextField label="Name" value=form.name mono=true/>
            <div class="pair"><TextField label="Provider" value=form.provider/><TextField label="Kind" value=form.kind/></div>
            <Select label="Whose it is" options=Signal::stored(classes) value=form.class on_choose=move |chosen| form.class.set(chosen)/>
            <TextField label="Tags" value=form.tags hint="Separated by commas."/>
            <TextArea label="Notes" value=form.notes/>
            <div class="pair">
                <TextField label="Expires" value=form.expires kind="date"/>
                <TextField label="Replace every (days)" value=form.rotation kind="number"/>
            </div>
            <TextField label="Documentation" value=form.docs kind="url"/>
            <TextField label="Owner" value=form.owner/>
            <div class="actions"><Submit text="Save"/></div>
        </form>
    }
    .into_any()
}

impl Form {
    fn of(details: Details) -> Self {
        Self {
            name: RwSignal::new(details.name),
            provider: RwSignal::new(details.provider.unwrap_or_default()),
            kind: RwSignal::new(details.kind),
            class: RwSignal::new(class_id(details.class).to_owned()),
            tags: RwSignal::new(details.tags.join(", ")),
            notes: RwSignal::new(details.notes),
            expires: RwSignal::new(details.expires.unwrap_or_default()),
            rotation: RwSignal::new(details.rotation_days.map(|days| days.to_string()).unwrap_or_default()),
            docs: RwSignal::new(details.docs),
            owner: RwSignal::new(details.owner),
        }
    }

    fn details(self) -> Details {
        let some = |field: RwSignal<String>| Some(field.get_untracked()).filter(|text| !text.is_empty());
        Details {
            name: self.name.get_untracked(),
            provider: some(self.provider),
            kind: self.kind.get_untracked(),
            class: class_of(&self.class.read_untracked()),
            tags: words(&self.tags.read_untracked()),
            notes: self.notes.get_untracked(),
            expires: some(self.expires),
            rotation_days: self.rotation.read_untracked().parse().ok(),
            docs: self.docs.get_untracked(),
            owner: self.owner.get_untracked(),
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn class_id(class: Class) -> &'static str {
    match class {
        Class::Infrastructure => "infrastructure",
        Class::Service => "service",
        Class::User => "user",
    }
}

fn class_of(id: &str) -> Class {
    match id {
        "infrastructure" => Class::Infrastructure,
        "user" => Class::User,
        _ => Class::Service,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_reads_back_from_its_option() {
        for class in [Class::Infrastructure, Class::Service, Class::User] {
            assert_eq!(class_of(class_id(class)), class);
        }
    }

    #[test]
    fn tags_are_words_between_commas() {
        assert_eq!(words(" billing,, live ,"), ["billing", "live"]);
        assert_eq!(words(""), [""; 0]);
    }
}
