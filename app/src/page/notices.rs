//! What needs a person of a vault that is at a relay, on whatever page they are.

use crate::component::{Button, Icon, Meaning, Note, live, maybe};
use crate::handle::{Wanted, use_handle};
use crate::link::standing;
use crate::route::Route;
use desk::text::link;
use desk::{Command, Standing};
use leptos::prelude::*;

/// Says that a copy of this device is in use, or that a change came to nothing, until somebody was told; and that there is no
/// kit, or that the account has another passphrase, until it is otherwise.
#[component]
pub fn RelayNotices() -> impl IntoView {
    let handle = use_handle();
    let know = |command: fn() -> Command| {
        Callback::new(move |()| {
            handle.ask(command(), move |reply| {
                handle.refuse(&reply);
                handle.look_again();
            });
        })
    };
    let make = Callback::new(move |()| {
        handle.wanted.set(Some(Wanted::Kit));
        Route::Settings.go();
    });
    let said = move |is_so: fn(&Standing) -> bool, text, button, icon, on_press| {
        let is_so = Memo::new(move |_| standing(handle).is_some_and(|standing| is_so(&standing)));
        live(move || maybe(is_so.get().then_some(()), |()| notice(text, button, icon, on_press)))
    };
    let (read, kit) = ("I know", "Make a new kit…");
    view! {
        {said(|it| it.copied, link::COPIED, read, Icon::Check, know(|| Command::KnowCopy))}
        {said(|it| it.dropped, link::DROPPED, read, Icon::Check, know(|| Command::KnowDropped))}
        {said(|it| it.lacks_kit, link::LACKS_KIT, kit, Icon::Key, make)}
        {said(|it| it.refused, link::REFUSED, kit, Icon::Key, make)}
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
