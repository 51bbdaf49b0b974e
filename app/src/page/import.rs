//! Import: files or pasted text become a preview, and the preview an act.

use super::import_file::Files;
use super::import_row::Keys;
use super::word::count;
use crate::component::{
    Button, DropZone, Empty, Icon, MOST, Meaning, Note, Radios, Select, TextArea, TextField, Weight, live,
    maybe,
};
use crate::file::read_sources;
use crate::handle::{Handle, clear, use_handle};
use crate::route::Route;
use desk::{
    Command, ExistingRule, Id, ImportChoice, ImportCounts, ImportPreview, ProjectRow, Reply, SourceFile,
    Window, text,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    handle: Handle,
    /// The preview; `None` until files were read.
    pub(super) preview: RwSignal<Option<ImportPreview>>,
    /// Every project, for its environments.
    pub(super) projects: RwSignal<Vec<ProjectRow>>,
    start: RwSignal<u32>,
    /// It is being written.
    busy: RwSignal<bool>,
    /// A choice was refused: what shows it goes back to what is.
    pub(super) refused: RwSignal<()>,
}

impl Draft {
    /// Changes the preview.
    pub(super) fn choose(self, choice: ImportChoice) {
        self.ask(Command::ImportChoose { choice, window: self.window() });
    }

    /// Shows the rows from `start`.
    pub(super) fn show(self, start: u32) {
        self.start.set(start);
        self.ask(Command::ImportRows { window: self.window() });
    }

    fn read(self, files: Vec<SourceFile>, project: Option<Id>) {
        self.start.set(0);
        self.ask(Command::ImportRead { files, project, window: self.window() });
    }

    fn ask(self, command: Command) {
        self.handle.ask(command, move |reply| match reply {
            Reply::Preview(preview) => self.preview.set(Some(preview)),
            other => {
                self.handle.refuse(&other);
                self.refused.set(());
            }
        });
    }

    fn window(self) -> Window {
        Window { start: self.start.get_untracked(), count: MOST }
    }
}

/// Takes files into the preview, from wherever they came.
pub fn take(handle: Handle, files: Vec<web_sys::File>) {
    if files.is_empty() {
        return;
    }
    spawn_local(async move {
        match read_sources(files).await {
            Ok(sources) => show(handle, sources),
            Err(refusal) => handle.refuse(&Reply::Refused(refusal)),
        }
    });
}

/// Takes pasted text into the preview.
pub fn take_text(handle: Handle, text: String) {
    show(handle, vec![SourceFile { name: String::new(), bytes: text.into_bytes() }]);
}

fn show(handle: Handle, sources: Vec<SourceFile>) {
    handle.drop_files();
    handle.files.set(sources);
    let here = handle.route.get_untracked();
    if let Route::Project(project, _) = here {
        Route::Import(Some(project)).go();
    } else if !matches!(here, Route::Import(_)) {
        Route::Import(None).go();
    }
}

/// The import screen.
#[component]
pub fn ImportPage(
    /// The project that was open.
    project: Option<Id>,
) -> impl IntoView {
    let handle = use_handle();
    let draft = Draft {
        handle,
        preview: RwSignal::new(None),
        projects: RwSignal::new(Vec::new()),
        start: RwSignal::new(0),
        busy: RwSignal::new(false),
        refused: RwSignal::new(()),
    };
    Effect::new(move |_| match handle.files.get() {
        files if files.is_empty() => draft.preview.set(None),
        files => draft.read(files, project),
    });
    Effect::new(move |_| {
        handle.status.track();
        handle.ask(Command::Projects, move |reply| {
            if let Reply::Projects(projects) = reply {
                draft.projects.set(projects);
            }
        });
    });
    let shown = Memo::new(move |_| draft.preview.read().is_some());
    move || if shown.get() { view! { <Preview draft/> }.into_any() } else { view! { <Source/> }.into_any() }
}

/// Where keys come from: a file or pasted text.
#[component]
fn Source() -> impl IntoView {
    let handle = use_handle();
    let pasted = RwSignal::new(String::new());
    view! {
        <div class="page narrow">
            <header class="page-head"><h1>"Import"</h1></header>
            <DropZone
                title="Drop .env files here"
                text="Or JSON, YAML or CSV. They are read on this device; nothing is written before you saw a preview."
                button="Choose files"
                weight=Weight::Primary
                many=true
                on_files=move |files| take(handle, files)
            />
            <TextArea label="Or paste lines" value=pasted mono=true/>
            <div class="actions">
                <Button
                    text="Preview pasted text"
                    disabled=Signal::derive(move || pasted.read().trim().is_empty())
                    on_press=move |()| {
                        take_text(handle, pasted.get_untracked());
                        clear(pasted);
                    }
                />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Preview(draft: Draft) -> impl IntoView {
    let handle = draft.handle;
    let counts =
        Memo::new(move |_| draft.preview.read().as_ref().map(|preview| preview.counts).unwrap_or_default());
    let empty = Memo::new(move |_| draft.preview.read().as_ref().is_some_and(|preview| preview.total == 0));
    view! {
        <form
            class="page import"
            on:submit=move |event| {
                event.prevent_default();
                save(draft);
            }
        >
            <header class="page-head"><h1>"Import preview"</h1><span class="quiet-text">{move || summary(counts.get())}</span></header>
            <div class="import-choices"><Target draft/><Rule draft/></div>
            <Files draft/>
            {live(move || if empty.get() { view! { <Nothing/> }.into_any() } else { view! { <Keys draft/> }.into_any() })}
            <footer class="bar">
                <Button text="Cancel" weight=Weight::Quiet on_press=move |()| cancel(handle)/>
                <Finish draft counts/>
            </footer>
        </form>
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    let sentence = text::refusal(&desk::Refusal::NothingToImport);
    view! { <Empty icon=Icon::Import title=sentence.what text=sentence.todo/> }
}

/// The button that writes, or the way to a vault where none is open.
#[component]
fn Finish(draft: Draft, counts: Memo<ImportCounts>) -> impl IntoView {
    let writable = Memo::new(move |_| draft.preview.read().as_ref().is_some_and(|preview| preview.writable));
    let label = move || {
        let counts = counts.get();
        let keys = counts.create + counts.overwrite + counts.override_inherited;
        ["Import ", &count(keys, "key", "keys")].concat()
    };
    let idle = move || {
        draft.busy.get()
            || counts.with(|counts| counts.create + counts.overwrite + counts.override_inherited == 0)
    };
    move || {
        if writable.get() {
            view! { <button type="submit" class="button primary" disabled=idle>{label}<kbd class="key" aria-hidden="true">"⏎"</kbd></button> }
                .into_any()
        } else {
            view! {
                <Note meaning=Meaning::Notice>"This is only a preview: nothing is stored yet."</Note>
                <Button text="Make a vault to keep these" weight=Weight::Primary on_press=|()| Route::Projects.go()/>
            }
            .into_any()
        }
    }
}

/// The project it goes to.
#[component]
fn Target(draft: Draft) -> impl IntoView {
    const NEW: &str = "new";
    let options = Signal::derive(move || {
        let preview = draft.preview.read();
        let Some(preview) = preview.as_ref() else { return Vec::new() };
        let mut options: Vec<_> =
            preview.projects.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        options.push((NEW.into(), "A new project".to_owned()));
        options
    });
    let value = Signal::derive(move || {
        let preview = draft.preview.read();
        preview
            .as_ref()
            .and_then(|preview| preview.project.0)
            .map_or_else(|| NEW.to_owned(), |id| id.to_string())
    });
    let choose = move |chosen: String| {
        draft.choose(ImportChoice::Project(Id::parse(&chosen), String::new()));
    };
    let new = Memo::new(move |_| {
        let preview = draft.preview.read();
        preview
            .as_ref()
            .filter(|preview| preview.project.0.is_none())
            .map(|preview| preview.project.1.clone())
    });
    view! {
        <Select label="Project" options value on_choose=choose/>
        {live(move || maybe(new.get(), |name| view! { <NewName draft name/> }.into_any()))}
    }
    .into_any()
}

/// The name of the project that will be made; it counts as soon as the field is left.
#[component]
fn NewName(draft: Draft, name: String) -> impl IntoView {
    let value = RwSignal::new(name);
    let keep = move |_| draft.choose(ImportChoice::Project(None, value.get_untracked()));
    view! { <div on:change=keep><TextField label="Name of the new project" value/></div> }.into_any()
}

/// What becomes of names that exist.
#[component]
fn Rule(draft: Draft) -> impl IntoView {
    let value = Signal::derive(move || {
        let rule = draft.preview.read().as_ref().map(|preview| preview.rule).unwrap_or_default();
        if rule == ExistingRule::Skip { "skip".to_owned() } else { "new".to_owned() }
    });
    let choose = move |chosen: String| {
        let rule = if chosen == "skip" { ExistingRule::Skip } else { ExistingRule::NewVersion };
        draft.choose(ImportChoice::Rule(rule));
    };
    view! { <Radios label="Keys that exist already" options=vec![("new", "get a new version"), ("skip", "stay as they are")] value on_choose=choose/> }
}

fn save(draft: Draft) {
    let handle = draft.handle;
    if draft.busy.get_untracked() {
        return;
    }
    draft.busy.set(true);
    handle.attempt(Command::ImportApply, move |changed| {
        draft.busy.try_set(false);
        let Some(changed) = changed else { return };
        handle.drop_files();
        let project = draft
            .preview
            .try_with_untracked(|preview| preview.as_ref().and_then(|preview| preview.project.0));
        // Who left the preview meanwhile stays where they went.
        let Some(project) = project else { return };
        match project.or(changed.object) {
            Some(project) => Route::Project(project, None).go(),
            None => Route::Projects.go(),
        }
    });
}

fn cancel(handle: Handle) {
    handle.drop_files();
    handle.ask(Command::ImportCancel, |_| {});
}

fn summary(counts: ImportCounts) -> String {
    let parts = [
        (counts.create, "to create", "to create"),
        (counts.overwrite, "new version", "new versions"),
        (counts.override_inherited, "overrides an inherited one", "override inherited ones"),
        (counts.unchanged, "unchanged", "unchanged"),
        (counts.skipped, "left out", "left out"),
        (counts.environments, "environment to make", "environments to make"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|part| part.0 > 0).map(|(number, one, many)| count(*number, one, many)).collect();
    said.join(" · ")
}
