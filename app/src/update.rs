//! A new version of the app: offered when it is here, taken over only when the person says so.

use crate::component::{Action, Icon, Toast};
use crate::handle::Handle;
use desk::text::{Sentence, told};
use js_sys::Reflect;
use leptos::prelude::{StoredValue, WithValue, window};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

/// Watches from now on; does nothing where the browser keeps no service workers.
pub fn watch(handle: Handle) {
    spawn_local(async move {
        if let Some(registration) = registration().await {
            if let Some(waiting) = registration.waiting() {
                offer(handle, waiting);
            }
            follow(handle, &registration);
        }
    });
}

async fn registration() -> Option<ServiceWorkerRegistration> {
    let ready = container()?.ready().ok()?;
    JsFuture::from(ready).await.ok()?.dyn_into().ok()
}

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window().navigator();
    Reflect::has(&navigator, &"serviceWorker".into()).ok()?.then(|| navigator.service_worker())
}

fn follow(handle: Handle, registration: &ServiceWorkerRegistration) {
    let source = registration.clone();
    let found = Closure::<dyn FnMut()>::new(move || {
        if let Some(worker) = source.installing() {
            when_installed(handle, worker);
        }
    });
    registration.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
    // Lives as long as the page.
    found.forget();
}

fn when_installed(handle: Handle, worker: ServiceWorker) {
    let source = worker.clone();
    let changed = Closure::<dyn FnMut()>::new(move || {
        let replaces = container().is_some_and(|container| container.controller().is_some());
        if replaces && source.state() == ServiceWorkerState::Installed {
            offer(handle, source.clone());
        }
    });
    worker.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

fn offer(handle: Handle, worker: ServiceWorker) {
    let worker = StoredValue::new_local(worker);
    let take_over = move |()| {
        reload_when_taken();
        drop(worker.with_value(|worker| worker.post_message(&"take-over".into())));
    };
    let Sentence { what, todo } = told::new_version();
    handle.toasts.add(Toast {
        what,
        todo,
        problem: false,
        action: Some(Action::new("Reload", Icon::Generate, take_over)),
    });
}

fn reload_when_taken() {
    let reload = Closure::once_into_js(|| drop(window().location().reload()));
    if let Some(container) = container() {
        container.set_oncontrollerchange(Some(reload.unchecked_ref()));
    }
}
