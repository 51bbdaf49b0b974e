//! What needs a person of a vault that is at a relay, on whatever page they are.

use crate::component::{Button, Icon, Meaning, Note, live, maybe};
use crate::handle::{Wanted, use_handle};
use crate::link::standing;
use crate::route::Route;
use desk::Command;
use desk::text::link;
use leptos::prelude::*;

/// Says that a copy of this device is in use, until somebody was told, and that there is no kit, until there is one.
#[component]
pub fn RelayNotices() -> impl IntoView {
    let handle = use_handle();
    let copied = Memo::new(move |_| standing(handle).is_some_and(|it| it.copied));
    let lacks_kit = Memo::new(move |_| standing(handle).is_some_and(|it| it.lacks_kit));
    let know = move |()| {
        handle.ask(Command::KnowCopy, move |reply| {
            handle.refuse(&reply);
            handle.look_again();
        });
    };
    let make = move |()| {
        handle.wanted.set(Some(Wanted::Kit));
        Route::Settings.go();
    };
    view! {
        {live(move || maybe(copied.get().then_some(()), |()| notice(link::COPIED, "I know", Icon::Check, Callback::new(know))))}
        {live(move || maybe(lacks_kit.get().then_some(()), |()| notice(link::LACKS_KIT, "Make a new kit…", Icon::Key, Callback::new(make))))}
    }
    .into_any()
}

fn notice(
    (what, todo): (&'static str, &'static str),
    text: &str,
    icon: Icon,
    on_press: Callback<()>,
) -> AnyView {
    let text = Signal::stored(text.to_owned());
    view! {
        <div role="status">
            <Note meaning=Meaning::Warning>
                <p><strong>{what}</strong>" "{todo}</p>
                <div class="actions"><Button text icon on_press/></div>
            </Note>
        </div>
    }
    .into_any()
}
