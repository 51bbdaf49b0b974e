//! A value on the clipboard: put there by the person, taken off again by us where we can.

use crate::handle::{Handle, use_handle};
use crate::time::now;
use desk::text::told;
use desk::{Command, Hidden, Id, Reply};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// The last value that was copied here, until it was taken off: its name and when that is due.
#[derive(Clone, Copy, Debug)]
pub struct Clipboard {
    due: RwSignal<Option<(String, f64)>>,
}

/// The clipboard of this page.
pub fn use_clipboard() -> Clipboard {
    expect_context()
}

impl Clipboard {
    /// Provides the clipboard to every page below.
    pub fn provide() {
        let clipboard = Self { due: RwSignal::new(None) };
        provide_context(clipboard);
        let handle = use_handle();
        drop(window_event_listener(ev::focus, move |_| clipboard.clear_if_due(handle)));
    }

    /// Copies a secret's value, called `name` on screen.
    pub fn copy_secret(self, handle: Handle, secret: Id, name: String) {
        handle.ask(Command::Copy { secret }, move |reply| match reply {
            Reply::Value(value) => self.copy(handle, &value, name),
            other => handle.refuse(&other),
        });
    }

    /// Puts `value`, called `name` on screen, on the clipboard for as long as the settings say.
    pub fn copy(self, handle: Handle, value: &Hidden, name: String) {
        let seconds = handle
            .settings
            .with_untracked(|settings| settings.as_ref().map_or(30, |known| known.clear_clipboard_seconds));
        let written = JsFuture::from(window().navigator().clipboard().write_text(value.expose()));
        spawn_local(async move {
            if written.await.is_err() {
                handle.tell(told::not_copied());
                return;
            }
            handle.tell(told::copied(&name, seconds));
            self.due.set(Some((name, now() + f64::from(seconds) * 1000.0)));
            set_timeout(
                move || self.clear_if_due(handle),
                Duration::from_millis(u64::from(seconds) * 1000 + 50),
            );
        });
    }

    /// Overwrites the clipboard if our copy's time has passed. Without the focus it waits for the next one.
    fn clear_if_due(self, handle: Handle) {
        let Some((name, due)) = self.due.get_untracked() else { return };
        if now() < due || !document().has_focus().unwrap_or(false) {
            return;
        }
        self.due.set(None);
        let written = JsFuture::from(window().navigator().clipboard().write_text(""));
        spawn_local(async move {
            if written.await.is_ok() {
                handle.tell(told::cleared(&name));
            }
        });
    }
}
