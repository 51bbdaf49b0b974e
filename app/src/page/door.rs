//! The first minute: four doors, and a place to drop a file before anything else.

use super::import::{ImportPage, take};
use super::make::MakePage;
use super::rare::rare;
use crate::component::{Button, DropZone, Glyph, Icon, Weight};
use crate::handle::use_handle;
use crate::route::Route;
use leptos::prelude::*;

/// Which door was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// None yet.
    All,
    /// A vault of one's own, or the sample vault.
    Make { sample: bool },
    /// A backup file and its kit.
    Restore,
    /// A setup code, and the relay.
    Enrol,
    /// The recovery key, and the relay.
    Recover,
}

/// What a browser without a vault shows.
#[component]
pub fn DoorPage() -> impl IntoView {
    let handle = use_handle();
    let door = RwSignal::new(Door::All);
    let back = Callback::new(move |()| door.set(Door::All));
    let lost = Callback::new(move |()| door.set(Door::Recover));
    let previews =
        Memo::new(move |_| !handle.files.read().is_empty() && matches!(handle.route.get(), Route::Import(_)));
    move || match (door.get(), previews.get()) {
        (Door::All, true) => view! { <main class="alone wide"><ImportPage project=None/></main> }.into_any(),
        (Door::All, false) => view! { <Doors door/> }.into_any(),
        (Door::Make { sample }, _) => view! { <MakePage sample on_back=back/> }.into_any(),
        (Door::Restore, _) => rare(move |pages| (pages.restore)(back)),
        (Door::Enrol, _) => rare(move |pages| (pages.enrol)(back, lost)),
        (Door::Recover, _) => rare(move |pages| (pages.recover)(back)),
    }
}

#[component]
fn Doors(door: RwSignal<Door>) -> impl IntoView {
    let handle = use_handle();
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Your keys and .env files, sealed in this browser."</h1>
            <p class="lead">"Everything is encrypted on this device. It needs no account, and nothing leaves this page unless you connect it to a relay."</p>
            <div class="doors">
                <DoorCard icon=Icon::Plus title="Make a vault" text="A passphrase, a recovery kit, and you are in." on_press=move |()| door.set(Door::Make { sample: false })/>
                <DoorCard icon=Icon::Import title="Open a backup" text="A .tacit file and its recovery kit." on_press=move |()| door.set(Door::Restore)/>
                <DoorCard icon=Icon::Key title="Use a setup code" text="Your vault from another device, by its relay." on_press=move |()| door.set(Door::Enrol)/>
                <DoorCard icon=Icon::Eye title="Look around a sample vault" text="Fake keys, real features. Delete it when you like." on_press=move |()| door.set(Door::Make { sample: true })/>
            </div>
            <DropZone
                title="Or drop a .env here to see what is in it"
                text="It is read on this device. Nothing is stored."
                button="Choose files"
                weight=Weight::Plain
                many=true
                on_files=move |files| take(handle, files)
            />
        </main>
    }
    .into_any()
}

#[component]
fn DoorCard(
    icon: Icon,
    title: &'static str,
    text: &'static str,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="door" on:click=move |_| on_press.run(())>
            <Glyph icon/>
            <strong>{title}</strong>
            <span>{text}</span>
        </button>
    }
    .into_any()
}

/// The way back to the doors.
#[component]
pub(super) fn Back(on_back: Callback<()>) -> impl IntoView {
    view! { <Button text="Back" weight=Weight::Quiet on_press=on_back/> }
}
