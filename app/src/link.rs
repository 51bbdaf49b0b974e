//! Brings the vault and its relay together by and by: when it was opened or changed, when the network is back, and every so
//! often. Without a network everything else goes on.

use crate::handle::Handle;
use desk::{Command, Refusal, Reply, Status};
use js_sys::{Array, Promise};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// How often the relay is asked for what is new.
const EVERY: Duration = Duration::from_secs(15);
/// Changes that come close after each other go together.
const SOON: Duration = Duration::from_millis(800);
/// Whether the relay is there at all is found out before the core waits for it, since it does one thing at a time.
const PATIENCE: i32 = 3_000;

/// How the vault and its relay stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Not known yet.
    #[default]
    Unknown,
    /// They have the same.
    Together,
    /// They have not, for this reason.
    Trouble(Refusal),
}

#[derive(Clone, Copy)]
struct Watch {
    handle: Handle,
    is_busy: StoredValue<bool>,
    /// Whether something came meanwhile.
    is_wanted: StoredValue<bool>,
}

/// Watches from now on.
pub fn watch(handle: Handle) {
    let watch = Watch { handle, is_busy: StoredValue::new(false), is_wanted: StoredValue::new(false) };
    let connected = Memo::new(move |_| origin(handle).is_some());
    Effect::new(move |_| {
        if connected.get() {
            watch.now();
        } else {
            handle.link.set(Link::Unknown);
        }
    });
    Effect::new(move |_| {
        handle.changes.track();
        set_timeout(move || watch.now(), SOON);
    });
    drop(window_event_listener(ev::online, move |_| watch.now()));
    drop(window_event_listener(ev::visibilitychange, move |_| watch.now()));
    // Runs as long as the page does.
    let _ = set_interval_with_handle(move || watch.now(), EVERY);
    Effect::new(move |_| {
        if handle.sync_asked.get() > 0 {
            watch.now();
        }
    });
}

/// The relay that the open vault is connected to.
pub fn origin(handle: Handle) -> Option<String> {
    handle.status.with(|status| match status {
        Some(Status::Open { relay, .. }) => relay.clone(),
        _ => None,
    })
}

impl Watch {
    fn now(self) {
        let is_hidden = document().visibility_state() == web_sys::VisibilityState::Hidden;
        if is_hidden || untrack(|| origin(self.handle)).is_none() {
            return;
        }
        if self.is_busy.get_value() {
            return self.is_wanted.set_value(true);
        }
        self.is_busy.set_value(true);
        spawn_local(async move {
            if is_there().await {
                self.handle.ask(Command::Sync, move |reply| self.done(reply));
            } else {
                self.done(Reply::Refused(Refusal::RelayUnreachable));
            }
        });
    }

    fn done(self, reply: Reply) {
        self.is_busy.set_value(false);
        match reply {
            Reply::Together(together) => {
                self.handle.link.set(Link::Together);
                if together.more {
                    set_timeout(move || self.now(), SOON);
                }
            }
            // The page says so by itself.
            Reply::Refused(Refusal::Locked) => {}
            Reply::Refused(refusal) => self.handle.link.set(Link::Trouble(refusal)),
            _ => {}
        }
        if self.is_wanted.get_value() {
            self.is_wanted.set_value(false);
            self.now();
        }
    }
}

/// Whether the relay answers, soon.
async fn is_there() -> bool {
    let late = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE);
    });
    let answer = window().fetch_with_str("/v1/health");
    let first = JsFuture::from(Promise::race(&Array::of2(&answer, &late))).await;
    // What is late resolves to nothing.
    first.is_ok_and(|answer: JsValue| !answer.is_undefined())
}
