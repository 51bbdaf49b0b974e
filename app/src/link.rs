//! Brings the vault and its relay together by and by: when it was opened or changed, when the network is back, and every so
//! often. Without a network everything else goes on.

use crate::handle::Handle;
use crate::time::{moment, now};
use desk::text::told;
use desk::{Command, Link, Refusal, Reply, Standing, Status};
use js_sys::{Array, Promise};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// How often the relay is asked for what is new.
const EVERY: Duration = Duration::from_secs(15);
/// As often, where it tells by itself or does not know this device: in milliseconds.
const SELDOM: f64 = 300_000.0;
/// Changes that come close after each other go together.
const SOON: Duration = Duration::from_millis(800);
/// Whether the relay is there at all is found out before the core waits for it, since it does one thing at a time.
const PATIENCE: i32 = 3_000;

#[derive(Clone, Copy)]
struct Watch {
    handle: Handle,
    is_busy: StoredValue<bool>,
    /// Whether something came meanwhile.
    is_wanted: StoredValue<bool>,
    /// When it was asked last.
    last: StoredValue<f64>,
}

/// Watches from now on.
pub fn watch(handle: Handle) {
    let (is_busy, is_wanted) = (StoredValue::new(false), StoredValue::new(false));
    let watch = Watch { handle, is_busy, is_wanted, last: StoredValue::new(0.0) };
    // A vault that went to another relay has to hear from that one.
    let relay = Memo::new(move |_| origin(handle));
    Effect::new(move |_| {
        if relay.read().is_some() {
            watch.now();
        } else {
            handle.link.set(Link::default());
            handle.attended.set(false);
        }
    });
    Effect::new(move |_| {
        handle.changes.track();
        if untrack(|| origin(handle)).is_some() {
            // What waits to be sent is more than it was.
            handle.look_again();
        }
    });
    Effect::new(move |_| {
        handle.saves.track();
        set_timeout(move || watch.send(), SOON);
    });
    drop(window_event_listener(ev::online, move |_| watch.now()));
    drop(window_event_listener(ev::offline, move |_| watch.cut()));
    drop(window_event_listener(ev::visibilitychange, move |_| watch.of_itself()));
    // Runs as long as the page does.
    let _ = set_interval_with_handle(move || watch.by_and_by(), EVERY);
    Effect::new(move |_| {
        if handle.sync_asked.get() > 0 {
            watch.now();
        }
    });
}

/// How the open vault stands to the relay that it is connected to.
pub fn standing(handle: Handle) -> Option<Standing> {
    handle.status.with(|status| match status {
        Some(Status::Open { relay, .. }) => relay.clone(),
        _ => None,
    })
}

/// The relay that the open vault is connected to.
pub fn origin(handle: Handle) -> Option<String> {
    standing(handle).map(|standing| standing.origin)
}

impl Watch {
    /// Asks where nothing else would tell.
    fn by_and_by(self) {
        if !self.handle.attended.get_untracked() || self.is_long_ago() {
            self.of_itself();
        }
    }

    /// Asks without a person who wants it: seldom, where the relay does not know the device, or was asked too often. It counts
    /// such requests by the address, which others may share.
    fn of_itself(self) {
        let is_unwelcome = self.handle.link.with_untracked(|link| match link {
            Link::Trouble(Refusal::RelayLimited { until }) => *until > moment(now()),
            link => matches!(link, Link::Trouble(Refusal::DeviceUnknown | Refusal::RelayUnknown)),
        });
        if !is_unwelcome || self.is_long_ago() {
            self.now();
        }
    }

    /// Something was saved, and of everything else the relay tells by itself; else it is asked for too.
    fn send(self) {
        if self.handle.attended.get_untracked() { self.go(Command::Send) } else { self.of_itself() }
    }

    fn is_long_ago(self) -> bool {
        now() - self.last.get_value() >= SELDOM
    }

    fn now(self) {
        self.go(Command::Sync);
    }

    fn go(self, command: Command) {
        let is_hidden = document().visibility_state() == web_sys::VisibilityState::Hidden;
        if is_hidden || untrack(|| origin(self.handle)).is_none() {
            return;
        }
        if self.is_busy.get_value() {
            return self.is_wanted.set_value(true);
        }
        self.is_busy.set_value(true);
        if matches!(command, Command::Sync) {
            self.last.set_value(now());
        }
        spawn_local(async move {
            if standing(self.handle).is_some_and(|standing| standing.apart.is_some()) {
                // Nothing is asked of it until a person wants that.
                self.end();
            } else if self.handle.attended.get_untracked() || is_there(self.handle).await {
                self.handle.ask(command, move |reply| self.done(reply));
            } else {
                self.away();
                self.end();
            }
        });
    }

    fn done(self, reply: Reply) {
        let link = match reply {
            Reply::Together(together) => {
                if together.again > 0 {
                    self.handle.tell(told::caught_up(together.again));
                }
                if together.more {
                    set_timeout(move || self.now(), SOON);
                }
                Some(Link::Together { at: moment(now()) })
            }
            Reply::Refused(Refusal::RelayUnreachable) => {
                self.away();
                None
            }
            // The page says so by itself.
            Reply::Refused(Refusal::Locked) => None,
            Reply::Refused(refusal) => Some(Link::Trouble(refusal)),
            _ => None,
        };
        let Some(link) = link else { return self.end() };
        // How much waits now is known before it is said that all is well.
        self.handle.ask(Command::Status, move |reply| {
            if let Reply::Status(status) = reply {
                self.handle.status.set(Some(status));
            }
            self.handle.link.set(link);
            self.end();
        });
    }

    /// The network is gone. What is under way may still have been answered: then that is no longer how things stand.
    fn cut(self) {
        self.away();
        if self.is_busy.get_value() {
            self.is_wanted.set_value(true);
        }
    }

    /// Nobody answers. Since when, is what the page saw first.
    fn away(self) {
        // Whether it still tells of what is new is not known then.
        self.handle.attended.set(false);
        let (known, here) = (self.handle.link.get_untracked(), moment(now()));
        let link = match (window().navigator().on_line(), known) {
            (false, Link::Offline { since }) => Link::Offline { since },
            (false, _) => Link::Offline { since: here },
            (true, Link::Unreachable { since }) => Link::Unreachable { since },
            (true, _) => Link::Unreachable { since: here },
        };
        self.handle.link.set(link);
    }

    /// It came to its end; once more, if something came meanwhile.
    fn end(self) {
        self.is_busy.set_value(false);
        if self.is_wanted.get_value() {
            self.is_wanted.set_value(false);
            self.now();
        }
    }
}

/// Whether the relay answers, soon.
async fn is_there(handle: Handle) -> bool {
    let late = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE);
    });
    let health = [&*untrack(|| origin(handle)).unwrap_or_default(), "/v1/health"].concat();
    let answer = window().fetch_with_str(&health);
    let first = JsFuture::from(Promise::race(&Array::of2(&answer, &late))).await;
    // What is late resolves to nothing, and what stands before the relay may say that it is not there.
    first.is_ok_and(|answer: JsValue| answer.dyn_into::<Response>().is_ok_and(|answer| answer.ok()))
}
