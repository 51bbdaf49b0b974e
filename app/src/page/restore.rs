//! Opening a backup in a browser that has no vault.

use super::door::Back;
use super::make::PassphraseFields;
use crate::component::{DropZone, Glyph, Icon, Radios, SecretField, Submit, Weight, live, maybe};
use crate::file::read;
use crate::handle::{Handle, clear, normalised, use_handle};
use desk::{BackupKey, Command, Hidden, Reply, Status, text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    file: RwSignal<Vec<u8>>,
    /// `recovery` or `setup`.
    by: RwSignal<String>,
    code: RwSignal<String>,
    old: RwSignal<String>,
    new: RwSignal<String>,
    error: RwSignal<String>,
    busy: RwSignal<bool>,
}

/// Asks for a backup, its kit, and a passphrase for this device.
#[component]
pub fn RestorePage(
    /// Runs when the person turns back.
    on_back: Callback<()>,
) -> impl IntoView {
    let handle = use_handle();
    let form = Form {
        name: RwSignal::default(),
        file: RwSignal::default(),
        by: RwSignal::new("recovery".into()),
        code: RwSignal::default(),
        old: RwSignal::default(),
        new: RwSignal::default(),
        error: RwSignal::default(),
        busy: RwSignal::default(),
    };
    let chosen = Memo::new(move |_| !form.file.read().is_empty());
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Open a backup"</h1>
            <form class="stack" on:submit=move |event| { event.prevent_default(); restore(handle, form); }>
                <DropZone
                    title="Drop your backup here" text="The file that ends in .tacit" button="Choose the file" weight=Weight::Plain accept=".tacit"
                    on_files=move |files| take(handle, form, files)
                />
                <p class="hint" role="status">{move || form.name.get()}</p>
                {live(move || maybe(chosen.get().then_some(()), |()| view! { <KeyFields form/> }.into_any()))}
                <div class="actions"><Back on_back/><Submit text="Open the backup" busy=form.busy/></div>
            </form>
        </main>
    }
    .into_any()
}

#[component]
fn KeyFields(form: Form) -> impl IntoView {
    let by_setup = Memo::new(move |_| *form.by.read() == "setup");
    view! {
        <Radios
            label="Open it with" options=vec![("recovery", "the recovery key"), ("setup", "the setup code and the passphrase")]
            value=form.by on_choose=move |by| form.by.set(by)
        />
        <SecretField label="From the kit" value=form.code error=form.error focus=true/>
        {live(move || maybe(by_setup.get().then_some(form.old), |value| view! { <SecretField label="Passphrase of that time" value autocomplete="current-password"/> }.into_any()))}
        <h2>"For this device"</h2>
        <PassphraseFields passphrase=form.new/>
    }
    .into_any()
}

fn take(handle: Handle, form: Form, files: Vec<File>) {
    let Some(file) = files.into_iter().next() else { return };
    form.name.set(file.name());
    spawn_local(async move {
        match read(&file).await {
            Ok(bytes) => form.file.set(bytes),
            Err(refusal) => handle.refuse(&Reply::Refused(refusal)),
        }
    });
}

fn restore(handle: Handle, form: Form) {
    form.busy.set(true);
    let code = Hidden::new(form.code.get_untracked());
    let key = if *form.by.read_untracked() == "setup" {
        BackupKey::SetupCode { code, passphrase: normalised(&form.old.read_untracked()) }
    } else {
        BackupKey::Recovery { key: code }
    };
    let passphrase = normalised(&form.new.read_untracked());
    handle.ask(Command::Restore { file: form.file.get_untracked(), key, passphrase }, move |reply| {
        form.busy.set(false);
        match reply {
            Reply::Refused(refusal) => {
                let sentence = text::refusal(&refusal);
                form.error.set([&sentence.what, " ", &sentence.todo].concat());
            }
            Reply::Status(status @ Status::Open { .. }) => {
                [form.code, form.old, form.new].into_iter().for_each(clear);
                handle.stand(Reply::Status(status));
            }
            other => handle.stand(other),
        }
    });
}
