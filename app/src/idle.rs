//! Locks the vault when nobody has touched the page for as long as the settings say.

use crate::handle::Handle;
use crate::time::now;
use desk::Status;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// Watches from now on. The time is compared, not counted: a tab that slept locks at once when it wakes.
pub fn watch(handle: Handle) {
    let last = StoredValue::new(now());
    let check = move || {
        if passed(handle, last.get_value()) {
            last.set_value(now());
            handle.lock();
        }
    };
    let touch = move || {
        check();
        last.set_value(now());
    };
    drop(window_event_listener(ev::pointerdown, move |_| touch()));
    drop(window_event_listener(ev::wheel, move |_| touch()));
    drop(window_event_listener(ev::keydown, move |_| touch()));
    drop(window_event_listener(ev::focus, move |_| check()));
    drop(window_event_listener(ev::visibilitychange, move |_| check()));
    // Runs as long as the page does.
    let _ = set_interval_with_handle(check, Duration::from_secs(5));
}

fn passed(handle: Handle, last: f64) -> bool {
    let minutes = handle.status.with_untracked(|status| match status {
        Some(Status::Open { lock_after_minutes, .. }) => *lock_after_minutes,
        _ => 0,
    });
    minutes > 0 && now() - last >= f64::from(minutes) * 60_000.0
}
