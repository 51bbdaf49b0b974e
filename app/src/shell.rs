//! The frame around every page, and the one gate before it: no vault, locked, or open.

use crate::clipboard::Clipboard;
use crate::component::{
    Badge, Button, Glyph, Icon, IconButton, Meaning, Note, Progress, ToastRegion, Weight, dropped, each,
    live, maybe,
};
use crate::handle::{Handle, Overlay, use_handle};
use crate::home::Home;
use crate::link;
use crate::page::{
    CommandPalette, DoorPage, ExportPage, ImportPage, KeyList, KitPage, NewDevices, ProjectPage,
    ProjectsPage, RegistryPage, RelayNotices, TrashPage, UnlockPage, rare, take, take_text,
};
use crate::route::Route;
use crate::state::{StateLink, StateVoice};
use crate::{beside, idle, keyboard, screen, shared, update};
use desk::{Command, ProjectRow, Refusal, Reply, Status, Theme, text};
use leptos::ev;
use leptos::prelude::*;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let handle = Handle::provide();
    Clipboard::provide();
    watch_address(handle);
    let over = RwSignal::new(false);
    watch_files(handle, over);
    keyboard::watch(handle);
    idle::watch(handle);
    link::watch(handle);
    screen::watch(handle);
    update::watch(handle);
    Effect::new(move |_| paint(handle.settings.with(|settings| settings.as_ref().map(|known| known.theme))));
    shared::begin(handle);
    beside::begin(handle);
    view! {
        <Gate/>
        <ToastRegion toasts=handle.toasts/>
        {live(move || maybe(over.get().then_some(()), |()| view! { <div class="drop-veil"><p>"Drop to see a preview"</p></div> }.into_any()))}
    }
}

/// What of the app may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stand {
    Unknown,
    Shut(Refusal),
    Empty,
    Kit,
    Locked(Vec<(Vec<u8>, Vec<u8>)>),
    Open,
}

#[component]
fn Gate() -> impl IntoView {
    let handle = use_handle();
    let stand = Memo::new(move |_| match handle.status.get() {
        None => handle.trouble.get().map_or(Stand::Unknown, Stand::Shut),
        Some(Status::Empty) => Stand::Empty,
        Some(Status::Locked { passkeys }) => Stand::Locked(passkeys),
        Some(Status::Open { .. }) if handle.kit.read().is_some() => Stand::Kit,
        Some(Status::Open { .. }) => Stand::Open,
    });
    Effect::new(move |_| {
        if matches!(stand.get(), Stand::Locked(_)) {
            // Another tab may have locked it: then nothing is known of the passkeys yet.
            handle.wipe();
            handle.refresh();
        }
    });
    move || match stand.get() {
        Stand::Unknown => {
            view! { <main class="alone"><p role="status" class="quiet-text">"Opening Tacit…"</p></main> }
                .into_any()
        }
        Stand::Shut(refusal) => shut(&refusal),
        Stand::Empty => view! { <DoorPage/> }.into_any(),
        Stand::Locked(passkeys) => view! { <UnlockPage passkeys/> }.into_any(),
        Stand::Kit => handle.kit.get_untracked().map(|kit| view! { <KitPage kit/> }).into_any(),
        Stand::Open => view! { <Frame/> }.into_any(),
    }
}

/// Says why Tacit does not open.
fn shut(refusal: &Refusal) -> AnyView {
    let sentence = text::refusal(refusal);
    view! {
        <main class="alone">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"</p>
            <h1>"Tacit cannot open"</h1>
            <div role="alert"><Note meaning=Meaning::Danger><p><strong>{sentence.what}</strong></p><p>{sentence.todo}</p></Note></div>
            <div class="actions"><Button text="Reload" weight=Weight::Primary on_press=|()| drop(window().location().reload())/></div>
        </main>
    }
    .into_any()
}

#[component]
fn Frame() -> impl IntoView {
    let handle = use_handle();
    // Sidebar and page show the same, which is much to count in a large vault.
    let projects = RwSignal::new(None::<Vec<ProjectRow>>);
    handle.follow(
        || Command::Projects,
        move |reply| match reply {
            Reply::Projects(rows) => projects.set(Some(rows)),
            other if handle.route.get_untracked() == Route::Projects => handle.refuse(&other),
            _ => {}
        },
    );
    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); focus_main(); }>"Skip to the page"</a>
        <div class="shell">
            <Sidebar projects/>
            <main class="main" id="main" tabindex="-1"><NewDevices/><RelayNotices/><Outlet projects/></main>
        </div>
        <StateVoice/>
        {live(move || maybe(handle.progress.get(), |done| view! {
            <div class="working"><Progress label=Signal::stored("Working…".to_owned()) done=Signal::stored(done)/>
                <Button text="Stop" on_press=move |()| handle.call_off()/>
            </div>
        }.into_any()))}
        {live(move || maybe(handle.overlay.get(), |overlay| match overlay {
            Overlay::Palette => view! { <CommandPalette/> }.into_any(),
            Overlay::Keys => view! { <KeyList/> }.into_any(),
        }))}
    }
    .into_any()
}

/// The page of the route. What is open beside it changes without a new page.
#[component]
fn Outlet(projects: RwSignal<Option<Vec<ProjectRow>>>) -> impl IntoView {
    let handle = use_handle();
    let screen = Memo::new_with_compare(
        move |_| handle.route.get(),
        |old, new| !matches!((old, new), (Some(old), Some(new)) if old.same_screen(*new)),
    );
    move || match screen.get() {
        Route::Projects => view! { <ProjectsPage projects/> }.into_any(),
        Route::Project(project, _) => view! { <ProjectPage project/> }.into_any(),
        Route::Registry(_) => view! { <RegistryPage/> }.into_any(),
        Route::Trash => view! { <TrashPage/> }.into_any(),
        Route::Import(project) => view! { <ImportPage project/> }.into_any(),
        Route::Export(project, environment) => view! { <ExportPage project environment/> }.into_any(),
        Route::Page => rare::beside(),
        Route::Activity => rare::activity(),
        Route::Settings => rare::settings(),
    }
}

#[component]
fn Sidebar(projects: RwSignal<Option<Vec<ProjectRow>>>) -> impl IntoView {
    let handle = use_handle();
    let sample = move || matches!(*handle.status.read(), Some(Status::Open { sample: true, .. }));
    view! {
        <nav class="sidebar" aria-label="Tacit">
            <p class="wordmark"><Glyph icon=Icon::Logo/>"Tacit"{live(move || maybe(sample().then_some("sample"), |text| view! { <Badge text meaning=Meaning::Notice/> }.into_any()))}</p>
            <button type="button" class="side-search" on:click=move |_| handle.overlay.set(Some(Overlay::Palette))>
                <Glyph icon=Icon::Search/><span>"Search"</span><kbd class="key" aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <ul class="side-list">
                {maybe((Home::here() == Home::Panel).then_some(()), |()| view! { <SideLink icon=Icon::Export text="This page" route=Route::Page/> }.into_any())}
                <SideLink icon=Icon::Folder text="Projects" route=Route::Projects/>
                <li class="side-projects"><ul>{live(move || project_links(handle, projects.get().unwrap_or_default()))}</ul></li>
                <SideLink icon=Icon::Key text="Registry" route=Route::Registry(None)/>
                <SideLink icon=Icon::Clock text="Activity" route=Route::Activity/>
                <SideLink icon=Icon::Gear text="Settings" route=Route::Settings/>
            </ul>
            <div class="side-foot">
                <StateLink/>
                {maybe((Home::here() == Home::Panel).then_some(()), |()| view! { <IconButton icon=Icon::Link label="Open in a tab" on_press=|()| widen()/> }.into_any())}
                <IconButton icon=Icon::Lock label="Lock the vault" on_press=move |()| handle.lock_everywhere()/>
            </div>
        </nav>
    }
    .into_any()
}

fn project_links(handle: Handle, projects: Vec<ProjectRow>) -> AnyView {
    let shown = projects.into_iter().filter(|project| !project.archived);
    let link = move |project: ProjectRow| {
        let route = Route::Project(project.id, None);
        view! { <li><a class="side-link" href=route.path() aria-current=move || current(handle, route)>{project.name}</a></li> }.into_any()
    };
    each(shown, link)
}

#[component]
fn SideLink(icon: Icon, text: &'static str, route: Route) -> impl IntoView {
    let handle = use_handle();
    view! {
        <li>
            <a class="side-link" href=route.path() aria-current=move || current(handle, route)><Glyph icon/><span>{text}</span></a>
        </li>
    }
}

fn current(handle: Handle, route: Route) -> Option<&'static str> {
    handle.route.get().same_screen(route).then_some("page")
}

fn watch_address(handle: Handle) {
    drop(window_event_listener(ev::hashchange, move |_| {
        handle.overlay.set(None);
        handle.route.set(Route::here());
    }));
}

/// Files may be dropped, and lines pasted, anywhere.
fn watch_files(handle: Handle, over: RwSignal<bool>) {
    drop(window_event_listener(ev::dragover, move |event| {
        event.prevent_default();
        over.set(welcome(handle) && carries_files(&event));
    }));
    drop(window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            over.set(false);
        }
    }));
    drop(window_event_listener(ev::drop, move |event| {
        over.set(false);
        // A frame for other files has taken them already.
        if !event.default_prevented() && welcome(handle) {
            take(handle, dropped(&event));
        }
        event.prevent_default();
    }));
    drop(window_event_listener(ev::paste, move |event| {
        let text =
            event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        if welcome(handle) && !keyboard::typing() && text.contains('=') {
            event.prevent_default();
            take_text(handle, text);
        }
    }));
}

fn carries_files(event: &web_sys::DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

fn welcome(handle: Handle) -> bool {
    handle.kit.read_untracked().is_none()
        && handle.status.with_untracked(|status| matches!(status, Some(Status::Empty | Status::Open { .. })))
}

fn paint(theme: Option<Theme>) {
    let Some(root) = document().document_element() else { return };
    let result = match theme {
        None => Ok(()),
        Some(Theme::System) => root.remove_attribute("data-theme"),
        Some(Theme::Light) => root.set_attribute("data-theme", "light"),
        Some(Theme::Dark) => root.set_attribute("data-theme", "dark"),
    };
    // Setting an attribute of a valid name does not fail.
    drop(result);
}

/// Shows what the panel shows in a tab of its own.
fn widen() {
    let address = ["/index.html", &window().location().hash().unwrap_or_default()].concat();
    // With an opener, Chromium gives the tab nothing of what an extension has. Where none opens, it says so itself.
    drop(window().open_with_url_and_target_and_features(&address, "_blank", "noopener"));
}

fn focus_main() {
    if let Some(main) = document().get_element_by_id("main") {
        keyboard::focus(&main);
    }
}
