//! A button that opens a short list of actions.

use super::button::IconButton;
use super::icon::{Glyph, Icon};
use super::live::{each, live, maybe};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent, Node};

/// One action of a menu.
#[derive(Clone, Debug)]
pub struct Action {
    /// What it does.
    pub text: &'static str,
    /// Shown before the text.
    pub icon: Icon,
    /// Destroys something.
    pub danger: bool,
    /// Runs when chosen.
    pub run: Callback<()>,
}

impl Action {
    /// An action that destroys nothing.
    pub fn new(text: &'static str, icon: Icon, run: impl Fn(()) + Send + Sync + 'static) -> Self {
        Self { text, icon, danger: false, run: Callback::new(run) }
    }

    /// The same, marked as one that destroys something.
    #[must_use]
    pub fn danger(self) -> Self {
        Self { danger: true, ..self }
    }
}

/// A menu. Arrow keys walk it, Escape closes it, and so does leaving it.
#[component]
pub fn Menu(
    /// What its actions are about.
    #[prop(into)]
    label: String,
    /// Its actions.
    actions: Vec<Action>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let node = NodeRef::<html::Div>::new();
    let actions = StoredValue::new(actions);
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" if open.get_untracked() => {
            event.stop_propagation();
            open.set(false);
            focus_button(node);
        }
        "ArrowDown" => walk(&event, 1),
        "ArrowUp" => walk(&event, -1),
        _ => {}
    };
    let on_leave = move |event: FocusEvent| {
        let next = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        // A menu that goes with its panel loses the focus after its signals are gone.
        if node.try_get_untracked().flatten().is_some_and(|node| !node.contains(next.as_ref())) {
            open.try_set(false);
        }
    };
    view! {
        <div class="menu" node_ref=node on:keydown=on_key on:focusout=on_leave>
            <IconButton icon=Icon::More label pressed=open on_press=move |()| open.update(|open| *open = !*open)/>
            {live(move || maybe(open.get().then(|| actions.get_value()), |actions| view! { <List actions on_done=move || { open.set(false); focus_button(node); }/> }.into_any()))}
        </div>
    }
    .into_any()
}

/// The items; the first takes the focus.
#[component]
fn List(actions: Vec<Action>, on_done: impl Fn() + Copy + 'static) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| focus(node.get().and_then(|list| list.first_element_child())));
    let items = each(actions, |action| {
        let press = move |_| {
            on_done();
            action.run.run(());
        };
        view! {
            <button type="button" role="menuitem" class="menu-item" class:danger=action.danger on:click=press>
                <Glyph icon=action.icon/>
                {action.text}
            </button>
        }
        .into_any()
    });
    view! { <div class="menu-list" role="menu" node_ref=node>{items}</div> }
}

/// Moves the focus by `step` among the items; from the button to the first.
fn walk(event: &KeyboardEvent, step: isize) {
    event.prevent_default();
    let Some(here) = document().active_element() else { return };
    let next = if here.get_attribute("role").as_deref() == Some("menuitem") {
        if step > 0 { here.next_element_sibling() } else { here.previous_element_sibling() }
    } else {
        here.next_element_sibling().and_then(|list| list.first_element_child())
    };
    focus(next);
}

/// Where a menu's items were opened from: a dialog that an item opens gives the focus back there.
fn focus_button(node: NodeRef<html::Div>) {
    focus(node.try_get_untracked().flatten().and_then(|menu| menu.first_element_child()));
}

/// Gives the focus to an element, if it is there and in the page.
pub(super) fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
