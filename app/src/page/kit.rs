//! The recovery kit: the only other way into a vault.

use crate::component::{Badge, Button, Checkbox, Glyph, Icon, Meaning, Note, Qr, Weight, maybe};
use crate::file::download;
use crate::handle::use_handle;
use crate::route::Route;
use desk::{Command, Drawing, Kit};
use leptos::prelude::*;

/// The kit of a new vault. It stays until the person says that it is safe.
#[component]
pub fn KitPage(
    /// The kit.
    kit: Kit,
) -> impl IntoView {
    let handle = use_handle();
    let go_on = move |()| {
        if !handle.files.read_untracked().is_empty() {
            Route::Import(None).go();
        }
        handle.kit.set(None);
    };
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Keep your recovery kit"</h1>
            <p class="lead">"If the passphrase is lost or this browser's data is deleted, only this kit and a backup bring your keys back."</p>
            <KitCard kit/>
            <KitKept text="Continue" on_done=go_on/>
        </main>
    }
    .into_any()
}

/// Goes on once the person says that they have the kit: at a relay there is none until then.
#[component]
pub(super) fn KitKept(text: &'static str, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let handle = use_handle();
    let kept = RwSignal::new(false);
    let done = move |()| {
        handle.ask(Command::KnowKit, move |reply| {
            handle.refuse(&reply);
            handle.look_again();
        });
        on_done.run(());
    };
    view! {
        <div class="actions">
            <span class="start"><Checkbox label="I keep it in a safe place" checked=kept on_change=move |now| kept.set(now)/></span>
            <Button text weight=Weight::Primary disabled=Signal::derive(move || !kept.get()) on_press=done/>
        </div>
    }
    .into_any()
}

/// The kit's two parts with the ways to keep them.
#[component]
pub(super) fn KitCard(kit: Kit) -> impl IntoView {
    let text = kit_text(&kit);
    let name = ["tacit-kit-", kit.account.get(..8).unwrap_or(&kit.account), ".txt"].concat();
    let save = move |()| {
        // Where the browser takes no download, the screen and the printer remain.
        let _ = download(&name, text.as_bytes());
    };
    let print = move |()| {
        // Without a printer the browser says so itself.
        let _ = window().print();
    };
    view! {
        <section class="kit print" aria-label="Recovery kit">
            <header><strong>"Tacit recovery kit"</strong><Badge text=kit.account/></header>
            <Part title="Setup code" text="With the passphrase it opens a backup or adds a device." code=kit.setup_code.into_exposed()/>
            {maybe(kit.picture, |drawing| view! { <SetupPicture drawing/> }.into_any())}
            <Part title="Recovery key" text="Opens a backup without the passphrase." code=kit.recovery_key.into_exposed()/>
        </section>
        <Note meaning=Meaning::Warning>"Whoever has the recovery key and a backup has your keys. Keep it apart from the passphrase."</Note>
        <div class="actions">
            <Button text="Print" icon=Icon::Print on_press=print/>
            <Button text="Download" icon=Icon::Download on_press=save/>
        </div>
    }
    .into_any()
}

/// The setup code to be scanned.
#[component]
pub(super) fn SetupPicture(drawing: Drawing) -> impl IntoView {
    view! { <Qr label="The setup code as a QR code" size=drawing.size path=drawing.path.into_exposed()/> }
}

#[component]
fn Part(title: &'static str, text: &'static str, code: String) -> impl IntoView {
    view! {
        <div class="kit-part">
            <h2>{title}</h2>
            <code class="kit-code">{code}</code>
            <p class="hint">{text}</p>
        </div>
    }
}

fn kit_text(kit: &Kit) -> String {
    [
        "Tacit recovery kit\n\nVault:        ",
        &kit.account,
        "\nSetup code:   ",
        kit.setup_code.expose(),
        "\nRecovery key: ",
        kit.recovery_key.expose(),
        "\n\nThe setup code, with the passphrase, opens a backup or adds a device.\nThe recovery key opens a backup without the passphrase.\nKeep this kit apart from the passphrase.\n",
    ]
    .concat()
}
