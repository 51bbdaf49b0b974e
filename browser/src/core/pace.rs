//! Long work in a browser: how far it is goes to the page, and between two slices the worker hears what came meanwhile.

use super::convert::count;
use super::tell;
use desk::Event;
use js_sys::{Function, Promise};
use std::cell::RefCell;
use vault::session::Pace;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static BREATHE: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// `breathe` answers with a promise of whether to go on.
pub(crate) fn breathe_by(breathe: Function) {
    BREATHE.set(Some(breathe));
}

/// The pace of one request; when it ends, the page is told so.
#[derive(Default)]
pub(crate) struct Paced {
    /// Of how much; zero while nothing was said of it.
    of: u32,
}

impl Pace for Paced {
    async fn goes_on(&mut self, done: usize, of: usize) -> bool {
        self.of = count(of);
        tell(&Event::Progress { done: count(done), of: self.of });
        let Some(promise) = breath() else { return true };
        JsFuture::from(promise).await.is_ok_and(|goes_on| goes_on.is_truthy())
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        if self.of > 0 {
            tell(&Event::Progress { done: self.of, of: self.of });
        }
    }
}

fn breath() -> Option<Promise> {
    let answer = BREATHE.with_borrow(|breathe| breathe.as_ref()?.call0(&JsValue::NULL).ok())?;
    answer.dyn_into().ok()
}
