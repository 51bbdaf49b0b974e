//! What screens show: rows, without values.

mod grid;
mod registry;
mod secret;

pub(super) use grid::{grid, projects};
pub(super) use registry::{found, registry, trash};
pub(super) use secret::card;

use desk::Window;

/// Rows that one reply holds at most.
const MOST: usize = 200;

/// The part of `all` that `window` asks for.
fn part<T>(all: &[T], window: Window) -> &[T] {
    let start = usize::try_from(window.start).unwrap_or(usize::MAX).min(all.len());
    let count = usize::try_from(window.count).unwrap_or(usize::MAX).min(MOST).min(all.len() - start);
    all.get(start..start + count).unwrap_or_default()
}

/// Whether one of `texts` contains `wanted`, which is in lower case.
fn any_contains<'a>(mut texts: impl Iterator<Item = &'a str>, wanted: &str) -> bool {
    wanted.is_empty() || texts.any(|text| text.to_lowercase().contains(wanted))
}
