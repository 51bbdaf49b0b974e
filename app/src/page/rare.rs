//! Pages that most visits do without: a part of its own in the browser, loaded with the first of them, so that the first page
//! comes without waiting for these.

use super::activity::ActivityPage;
use super::beside::BesidePage;
use super::filled::FilledList;
use super::recover::RecoverPage;
use super::remote::EnrolPage;
use super::restore::RestorePage;
use super::settings::SettingsPage;
use crate::component::{Button, Meaning, Note, live, loading};
use desk::{Id, Refusal, text};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[cfg(feature = "parts")]
use part::pages;

/// What makes each of the pages.
#[derive(Clone, Copy)]
pub(super) struct Pages {
    settings: fn() -> AnyView,
    activity: fn() -> AnyView,
    beside: fn() -> AnyView,
    filled: fn(Id) -> AnyView,
    pub(super) restore: fn(Callback<()>) -> AnyView,
    pub(super) enrol: fn(Callback<()>, Callback<()>) -> AnyView,
    pub(super) recover: fn(Callback<()>) -> AnyView,
}

impl Pages {
    const ALL: Self = Self {
        settings: || view! { <SettingsPage/> }.into_any(),
        activity: || view! { <ActivityPage/> }.into_any(),
        beside: || view! { <BesidePage/> }.into_any(),
        filled: |secret| view! { <FilledList secret/> }.into_any(),
        restore: |on_back| view! { <RestorePage on_back/> }.into_any(),
        enrol: |on_back, on_lost| view! { <EnrolPage on_back on_lost/> }.into_any(),
        recover: |on_back| view! { <RecoverPage on_back/> }.into_any(),
    };
}

/// The part could not be loaded; it can be asked for again.
#[derive(Clone, Copy)]
struct Missing;

/// The settings, once they are loaded.
pub fn settings() -> AnyView {
    rare(|pages| (pages.settings)())
}

/// The activity, once it is loaded.
pub fn activity() -> AnyView {
    rare(|pages| (pages.activity)())
}

/// The page beside the panel, once it is loaded.
pub fn beside() -> AnyView {
    rare(|pages| (pages.beside)())
}

/// The pages that a secret was filled into, once it is loaded.
pub(super) fn filled(secret: Id) -> AnyView {
    rare(move |pages| (pages.filled)(secret))
}

/// One of the pages, once the part is loaded.
pub(super) fn rare(page: impl Fn(Pages) -> AnyView + Send + 'static) -> AnyView {
    let loaded = RwSignal::new(None::<Result<Pages, Missing>>);
    let load = move |()| {
        loaded.set(None);
        spawn_local(async move {
            let pages = pages().await;
            // The person may have gone elsewhere meanwhile.
            loaded.try_set(Some(pages));
        });
    };
    load(());
    live(move || match loaded.get() {
        None => loading(),
        Some(Ok(pages)) => page(pages),
        Some(Err(Missing)) => {
            let sentence = text::refusal(&Refusal::PartMissing);
            view! {
                <div role="alert"><Note meaning=Meaning::Danger><p><strong>{sentence.what}</strong></p><p>{sentence.todo}</p></Note></div>
                <div class="actions"><Button text="Try again" on_press=load/></div>
            }
            .into_any()
        }
    })
}

/// The pages, which are at hand where the program was not cut.
#[cfg(not(feature = "parts"))]
async fn pages() -> Result<Pages, Missing> {
    Ok(Pages::ALL)
}

/// The edge of the part.
#[cfg(feature = "parts")]
#[allow(
    unsafe_code,
    reason = "the linker's imports and exports are written by the macro; nothing else is in here"
)]
mod part {
    use super::{Missing, Pages};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    impl From<SplitLoaderError> for Missing {
        fn from(_: SplitLoaderError) -> Self {
            Self
        }
    }

    /// Loads the pages.
    pub(super) async fn pages() -> Result<Pages, Missing> {
        begin().await
    }

    #[wasm_split(rare, fallible, return_wrapper(let pages = _; { Ok(pages) } -> Result<Pages, Missing>))]
    fn begin() -> Pages {
        Pages::ALL
    }
}
