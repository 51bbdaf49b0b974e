//! Short messages at the foot of the page, with a way to take back what was done.

use super::button::{Button, IconButton, Weight};
use super::icon::{Glyph, Icon};
use super::menu::Action;
use leptos::prelude::*;
use std::time::Duration;

/// A message.
#[derive(Clone, Debug)]
pub struct Toast {
    /// What happened.
    pub what: String,
    /// What to do about it; empty where nothing is.
    pub todo: String,
    /// It did not work.
    pub problem: bool,
    /// Takes it back, or does what it speaks of.
    pub action: Option<Action>,
}

/// The messages on show. Anything may add one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, Toast)>>,
    next: RwSignal<u32>,
    held: RwSignal<bool>,
}

impl Toasts {
    /// Shows `toast`; the oldest of more than three goes. A problem or an offer stays until it is dismissed.
    pub fn add(self, toast: Toast) {
        let number = self.next.get_untracked();
        self.next.set(number.wrapping_add(1));
        let stays = toast.problem || toast.action.as_ref().is_some_and(|action| action.icon != Icon::Undo);
        self.shown.update(|shown| {
            if shown.len() >= 3 {
                shown.remove(0);
            }
            shown.push((number, toast));
        });
        if !stays {
            self.expire(number);
        }
    }

    /// Takes the latest message away that offers to take something back: it was taken back another way.
    pub fn drop_undo(self) {
        self.shown.update(|shown| {
            if let Some(place) = shown
                .iter()
                .rposition(|(_, toast)| toast.action.as_ref().is_some_and(|action| action.icon == Icon::Undo))
            {
                shown.remove(place);
            }
        });
    }

    /// Takes every message away.
    pub fn clear(self) {
        self.shown.update(Vec::clear);
    }

    fn dismiss(self, number: u32) {
        self.shown.update(|shown| shown.retain(|(other, _)| *other != number));
    }

    /// After ten seconds, but never under the pointer or with the focus inside.
    fn expire(self, number: u32) {
        set_timeout(
            move || match self.held.try_get_untracked() {
                Some(true) => self.expire(number),
                Some(false) => self.dismiss(number),
                None => {}
            },
            Duration::from_secs(10),
        );
    }
}

/// The place where messages appear, announced politely.
#[component]
pub fn ToastRegion(
    /// The messages.
    toasts: Toasts,
) -> impl IntoView {
    view! {
        <div
            class="toasts"
            role="region"
            aria-label="Messages"
            tabindex="-1"
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <div role="status" aria-live="polite" aria-atomic="false">
                <For each=move || toasts.shown.get() key=|(number, _)| *number let((number, toast))>
                    <ToastView toasts number toast/>
                </For>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn ToastView(toasts: Toasts, number: u32, toast: Toast) -> impl IntoView {
    let Toast { what, todo, problem, action } = toast;
    let button = action.map(|action| {
        let key = if action.icon == Icon::Undo { "Ctrl Z" } else { "" };
        let press = move |()| {
            toasts.dismiss(number);
            action.run.run(());
        };
        view! { <Button text=action.text icon=action.icon weight=Weight::Quiet key on_press=press/> }
    });
    view! {
        <div class="toast" class:problem=problem>
            <Glyph icon=if problem { Icon::Danger } else { Icon::Check }/>
            <p>{what}" "<span class="todo">{todo}</span></p>
            {button}
            <IconButton icon=Icon::Close label="Dismiss" on_press=move |()| toasts.dismiss(number)/>
        </div>
    }
    .into_any()
}
