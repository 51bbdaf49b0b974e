//! Views whose kind is forgotten at once. A kind of view, of list or of closure costs its own code for building, rebuilding
//! and dropping; these are built by the same code wherever they stand.

use leptos::prelude::*;

/// One view after the other.
pub fn each<T>(items: impl IntoIterator<Item = T>, mut view: impl FnMut(T) -> AnyView) -> AnyView {
    let mut views = Vec::new();
    for item in items {
        views.push(view(item));
    }
    views.into_any()
}

/// A view that follows what it reads.
pub fn live(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    boxed(Box::new(view))
}

/// A view that is there as long as it has something to show.
pub fn maybe<T>(item: Option<T>, view: impl FnOnce(T) -> AnyView) -> AnyView {
    match item {
        Some(item) => view(item),
        None => ().into_any(),
    }
}

fn boxed(view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || view()).into_any()
}
