//! Export: exactly the text that will be written, and how every consumer would read each of its lines.

use super::consumer::{WRITERS, options, words};
use super::word::count;
use crate::clipboard::use_clipboard;
use crate::component::{
    Badge, Button, Checkbox, Empty, Icon, Meaning, Note, Select, Weight, each, live, maybe,
};
use crate::file::{can_save_to_folder, download, save_to_folder};
use crate::handle::{Handle, use_handle};
use crate::route::Route;
use desk::text::told;
use desk::{Command, ExportLine, ExportText, Id, Kind, LensRow, ProjectRow, Reply, Unwritable};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Sheet {
    handle: Handle,
    project: RwSignal<Option<ProjectRow>>,
    environment: RwSignal<Option<Id>>,
    consumer: RwSignal<String>,
    /// Variables that are left out.
    without: RwSignal<Vec<String>>,
    made: RwSignal<Option<ExportText>>,
    line: RwSignal<Option<u32>>,
    lens: RwSignal<Vec<LensRow>>,
}

/// A project on its way out.
#[component]
pub fn ExportPage(
    /// Which project.
    project: Id,
    /// From which environment; the first one without.
    environment: Option<Id>,
) -> impl IntoView {
    let handle = use_handle();
    let sheet = Sheet {
        handle,
        project: RwSignal::default(),
        environment: RwSignal::new(environment),
        consumer: RwSignal::new("node".into()),
        without: RwSignal::default(),
        made: RwSignal::default(),
        line: RwSignal::default(),
        lens: RwSignal::default(),
    };
    sheet.load(project);
    Effect::new(move |_| {
        handle.changes.track();
        sheet.write();
    });
    view! {
        <div class="page export">
            <header class="page-head">
                <h1>"Export "{move || sheet.project.read().as_ref().map(|known| known.name.clone())}</h1>
                <div class="actions"><Button text="Back to the project" weight=Weight::Quiet on_press=move |()| Route::Project(project, None).go()/></div>
            </header>
            <div class="export-columns">
                <section class="export-choices" aria-label="What to write"><Choices sheet/></section>
                <section class="export-text" aria-label="What will be written"><Refused sheet/><Lines sheet/><Ways sheet/></section>
                <section class="export-lens" aria-label="How a line is read" aria-live="polite"><Lens sheet/></section>
            </div>
        </div>
    }
    .into_any()
}

impl Sheet {
    fn load(self, project: Id) {
        self.handle.ask(Command::Projects, move |reply| match reply {
            Reply::Projects(rows) => {
                let found = rows.into_iter().find(|row| row.id == project);
                let first = found.as_ref().and_then(|row| row.environments.first()).map(|known| known.id);
                self.environment.update(|chosen| *chosen = chosen.or(first));
                self.project.set(found);
            }
            other => self.handle.refuse(&other),
        });
    }

    /// Asks for the text that the choices give.
    fn write(self) {
        let Some(environment) = self.environment.get() else { return };
        let consumer = self.consumer.get();
        let without = self.without.get();
        let only = self
            .made
            .read_untracked()
            .as_ref()
            .filter(|_| !without.is_empty())
            .map(|made| made.variables.iter().filter(|name| !without.contains(name)).cloned().collect());
        self.handle.ask(Command::Export { environment, consumer, only }, move |reply| match reply {
            Reply::Export(made) => {
                let first = made.lines.iter().find(|line| line.variable.is_some()).map(|line| line.number);
                self.made.set(Some(made));
                self.look(first);
            }
            other => self.handle.refuse(&other),
        });
    }

    /// Puts the lens on a line.
    fn look(self, line: Option<u32>) {
        self.line.set(line);
        self.lens.set(Vec::new());
        if let Some(line) = line {
            self.handle.ask(Command::Lens { line }, move |reply| {
                if let Reply::Lens(rows) = reply {
                    self.lens.set(rows);
                }
            });
        }
    }

    fn noted(self, file: Option<String>) {
        self.handle.ask(Command::Exported { file }, |_| {});
    }
}

#[component]
fn Choices(sheet: Sheet) -> impl IntoView {
    let environments = Signal::derive(move || {
        let project = sheet.project.read();
        let known = project.as_ref().map(|project| project.environments.as_slice()).unwrap_or_default();
        known
            .iter()
            .map(|one| {
                let mark = if one.kind == Kind::Prod { " (prod)" } else { "" };
                (one.id.to_string(), [&one.name, mark].concat())
            })
            .collect::<Vec<_>>()
    });
    let environment =
        Signal::derive(move || sheet.environment.get().map(|id| id.to_string()).unwrap_or_default());
    let variables =
        Memo::new(move |_| sheet.made.read().as_ref().map(|made| made.variables.clone()).unwrap_or_default());
    let choose = move |chosen: String| {
        sheet.without.set(Vec::new());
        sheet.environment.set(Id::parse(&chosen));
    };
    let key = move |name: String| {
        let (one, two) = (name.clone(), name.clone());
        let checked = Signal::derive(move || !sheet.without.read().contains(&one));
        let change = move |on: bool| {
            sheet.without.update(|names| {
                names.retain(|known| *known != two);
                names.extend((!on).then(|| two.clone()));
            })
        };
        view! { <Checkbox label=name checked on_change=change/> }.into_any()
    };
    view! {
        <Select label="Environment" options=environments value=environment on_choose=choose/>
        <Select label="Written for" options=Signal::stored(options(&WRITERS)) value=sheet.consumer on_choose=move |chosen| sheet.consumer.set(chosen)/>
        <fieldset class="export-keys mono">
            <legend class="label">"Keys"</legend>
            {live(move || each(variables.get(), key))}
        </fieldset>
    }
    .into_any()
}

/// What cannot be written, and what to know before it is.
#[component]
fn Refused(sheet: Sheet) -> impl IntoView {
    let leave_out = move |name: String| {
        let label = ["Leave ", &name, " out"].concat();
        view! { <Button text=label on_press=move |()| sheet.without.update(|names| names.push(name.clone()))/> }
    };
    let refused = move |one: Unwritable| {
        view! { <Note meaning=Meaning::Danger><p><strong class="mono">{one.variable.clone()}</strong>" "{one.reason}</p>{leave_out(one.variable)}</Note> }.into_any()
    };
    let notice = |text: String| view! { <Note meaning=Meaning::Warning><p>{text}</p></Note> }.into_any();
    live(move || {
        maybe(sheet.made.get(), |made| {
            let prod = made.prod.then(|| view! { <Note meaning=Meaning::Danger><p>"These are production values. "<Badge text="prod" meaning=Meaning::Prod/></p></Note> });
            view! {
                {each(made.refused, refused)}
                {prod}
                {each(made.notices, notice)}
            }
            .into_any()
        })
    })
}

#[component]
fn Lines(sheet: Sheet) -> impl IntoView {
    let shown = RwSignal::new(false);
    let lines = move || {
        let made = sheet.made.read();
        let Some(made) = made.as_ref() else { return ().into_any() };
        if shown.get() {
            return view! { <pre class="code exact" tabindex="0">{made.text.expose().to_owned()}</pre> }
                .into_any();
        }
        let rows = each(made.lines.clone(), |line| line_view(sheet, line));
        view! { <ol class="code">{rows}</ol> }.into_any()
    };
    view! {
        <div class="code-head">
            <span class="mono">{move || sheet.made.read().as_ref().map(|made| made.file_name.clone())}</span>
            <Checkbox label="Show values" checked=shown on_change=move |on| shown.set(on)/>
        </div>
        {lines}
    }
    .into_any()
}

fn line_view(sheet: Sheet, line: ExportLine) -> AnyView {
    let number = line.number;
    let differs = (line.differs > 0).then(|| {
        let text = count(line.differs, "reads it differently", "read it differently");
        view! { <Badge text meaning=Meaning::Warning/> }
    });
    view! {
        <li>
            <button type="button" class="code-line" aria-pressed=move || (sheet.line.get() == Some(number)).to_string()
                on:click=move |_| sheet.look(Some(number))>
                <span class="code-number" aria-hidden="true">{number.to_string()}</span>
                <span class="code-text">{line.masked}</span>
                {differs}
            </button>
        </li>
    }
    .into_any()
}

/// The ways out.
#[component]
fn Ways(sheet: Sheet) -> impl IntoView {
    let handle = sheet.handle;
    let clipboard = use_clipboard();
    let disabled =
        Signal::derive(move || sheet.made.read().as_ref().is_none_or(|made| !made.refused.is_empty()));
    let copy = move |()| {
        if let Some(made) = sheet.made.get_untracked() {
            clipboard.copy(handle, &made.text, "The text".into());
            sheet.noted(None);
        }
    };
    let command = move || sheet.made.with(|made| made.as_ref()?.command.clone());
    let has_command = Memo::new(move |_| command().is_some());
    let copy_command = move |()| {
        if let Some(command) = untrack(command) {
            clipboard.copy(handle, &command, "The command".into());
            sheet.noted(None);
        }
    };
    let save = move |()| {
        if let Some(made) = sheet.made.get_untracked() {
            let name = made.visible_name;
            if download(&name, made.text.expose().as_bytes()).is_some() {
                handle.tell(told::file_given(&name, &made.file_name));
                sheet.noted(Some(name));
            }
        }
    };
    let folder = can_save_to_folder().then(|| view! { <Button text="Save into a folder" icon=Icon::Folder disabled on_press=move |()| into_folder(sheet)/> });
    view! {
        <div class="actions">
            {folder}
            <Button text="Download" icon=Icon::Download disabled on_press=save/>
            {live(move || maybe(has_command.get().then_some(()), |()| view! { <Button text="Copy as a command" icon=Icon::Copy disabled on_press=copy_command/> }.into_any()))}
            <Button text="Copy" icon=Icon::Copy weight=Weight::Primary disabled on_press=copy/>
        </div>
        {live(move || maybe(has_command.get().then_some(()), |()| view! {
            <p class="quiet-text">"The command is for bash, dash and zsh, in the folder of the project. It begins with a space, which many shells are set to keep out of their history."</p>
        }.into_any()))}
    }
    .into_any()
}

fn into_folder(sheet: Sheet) {
    let Some(made) = sheet.made.get_untracked() else { return };
    spawn_local(async move {
        if let Ok(ignored) = save_to_folder(&made.file_name, &made.text).await {
            sheet.handle.tell(told::file_written(&made.file_name, ignored));
            sheet.noted(Some(made.file_name.clone()));
        }
    });
}

#[component]
fn Lens(sheet: Sheet) -> impl IntoView {
    let title = move || {
        sheet.line.get().map_or_else(
            || "No line chosen".to_owned(),
            |line| ["Line ", &line.to_string(), " is read as"].concat(),
        )
    };
    let row = |row: LensRow| {
        let names: Vec<&str> = row.consumers.iter().map(|id| words(id)).collect();
        let (meaning, word) =
            if row.right { (Meaning::Ok, "as meant") } else { (Meaning::Warning, "differently") };
        view! {
            <li class="lens-row">
                <span><Badge text=word meaning/></span>
                <code>{row.reads}</code>
                <span class="quiet-text">{names.join(", ")}</span>
            </li>
        }
        .into_any()
    };
    view! {
        <h2>{title}</h2>
        {live(move || if sheet.line.get().is_none() {
            view! { <Empty icon=Icon::Eye title="The lens" text="Choose a line to see how each consumer would read it."/> }.into_any()
        } else {
            view! { <ul class="lens">{each(sheet.lens.get(), row)}</ul> }.into_any()
        })}
    }
    .into_any()
}
