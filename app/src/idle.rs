//! Locks the vault when nobody has touched it for as long as the settings say, in any tab.
//!
//! The deadline is the store's, and the core's to judge. A page tells it of touches, and asks when the time has come: a tab
//! that slept locks at once when it wakes, and one that nobody uses stays open as long as another is used.

use crate::handle::Handle;
use crate::time::now;
use desk::Status;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// How often a page looks at the clock.
const EVERY: Duration = Duration::from_secs(5);

/// Of the time that is set, so much may pass before the core is told of a touch: each is a write.
const SHARE: f64 = 0.1;

#[derive(Clone, Copy)]
struct Watch {
    handle: Handle,
    /// The last touch of this page.
    last: StoredValue<f64>,
    /// The last one that the core was told of.
    told: StoredValue<f64>,
}

/// Watches from now on.
pub fn watch(handle: Handle) {
    let watch = Watch { handle, last: StoredValue::new(0.0), told: StoredValue::new(0.0) };
    drop(window_event_listener(ev::pointerdown, move |_| watch.touch()));
    drop(window_event_listener(ev::wheel, move |_| watch.touch()));
    drop(window_event_listener(ev::keydown, move |_| watch.touch()));
    drop(window_event_listener(ev::focus, move |_| watch.look()));
    drop(window_event_listener(ev::visibilitychange, move |_| watch.look()));
    // Runs as long as the page does.
    let _ = set_interval_with_handle(move || watch.look(), EVERY);
}

impl Watch {
    /// A touch that comes too late opens nothing.
    fn touch(self) {
        self.look();
        self.last.set_value(now());
        self.look();
    }

    fn look(self) {
        let (Some(lock_at), Some(time)) = (self.lock_at(), self.time()) else { return };
        let (now, last) = (now(), self.last.get_value());
        let told = self.told.get_value().max(lock_at - time);
        let is_close = lock_at - now <= 2.0 * EVERY.as_secs_f64() * 1000.0;
        if now >= lock_at {
            self.handle.look_again();
        } else if last - told > if is_close { 0.0 } else { time * SHARE } {
            self.told.set_value(last);
            self.handle.touch(last);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    fn lock_at(self) -> Option<f64> {
        self.handle.status.with_untracked(|status| match status {
            Some(Status::Open { lock_at, .. }) => lock_at.map(|at| at.0 as f64),
            _ => None,
        })
    }

    /// How long a vault stays open without a touch.
    fn time(self) -> Option<f64> {
        let minutes = |settings: &Option<desk::Settings>| settings.as_ref().map(|it| it.lock_after_minutes);
        self.handle.settings.with_untracked(minutes).map(|minutes| f64::from(minutes) * 60_000.0)
    }
}
