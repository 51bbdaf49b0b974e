//! A value on screen: it goes by itself.

use crate::time::now;
use desk::Hidden;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;
use zeroize::Zeroize;

/// How long a value stays on screen.
const STAYS: Duration = Duration::from_secs(15);

/// At most one value, and whose it is. It is wiped when its time has passed, when the window is left, and with what shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<K: Copy + Send + Sync + 'static> {
    value: RwSignal<Option<(K, String)>>,
    /// When its time has passed.
    until: StoredValue<f64>,
}

impl<K: Copy + PartialEq + Send + Sync> Shown<K> {
    /// Nothing is shown yet.
    pub fn hidden() -> Self {
        let shown = Self { value: RwSignal::new(None), until: StoredValue::new(0.0) };
        let left = window_event_listener(ev::blur, move |_| shown.hide());
        // A tab that slept has missed its timers.
        let woken = window_event_listener(ev::visibilitychange, move |_| shown.hide_if_due());
        on_cleanup(move || {
            left.remove();
            woken.remove();
            shown.hide();
        });
        shown
    }

    /// Shows the value of `key`, in place of what was there.
    pub fn show(self, key: K, value: Hidden) {
        self.hide();
        if self.value.try_set(Some((key, value.into_exposed()))).is_some() {
            return;
        }
        let stays = STAYS.as_secs_f64() * 1000.0;
        let _ = self.until.try_set_value(now() + stays);
        set_timeout(move || self.hide_if_due(), STAYS);
    }

    /// Wipes it.
    pub fn hide(self) {
        drop(self.value.try_update(|shown| {
            if let Some((_, value)) = shown {
                value.zeroize();
            }
            shown.take()
        }));
    }

    /// What is shown, followed.
    pub fn get(self) -> Option<(K, String)> {
        self.value.get()
    }

    /// The value of `key`, followed, where that is shown.
    pub fn of(self, key: K) -> Option<String> {
        self.value.with(|shown| shown.as_ref().filter(|(of, _)| *of == key).map(|(_, value)| value.clone()))
    }

    /// Whether the value of `key` is shown now.
    pub fn is_of(self, key: K) -> bool {
        self.value.with_untracked(|shown| shown.as_ref().is_some_and(|(of, _)| *of == key))
    }

    /// An earlier value's timer leaves a later value alone.
    fn hide_if_due(self) {
        if self.until.try_get_value().is_some_and(|until| until <= now()) {
            self.hide();
        }
    }
}
