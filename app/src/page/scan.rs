//! Scanning the QR code that adds a device, from a picture or by the camera.

use super::settings::say_in;
use crate::camera::{Camera, picture_of, shades};
use crate::component::{Button, Dialog, DropZone, Icon, Weight, live, maybe};
use crate::handle::{Handle, run_if_there, use_handle};
use desk::{Command, Hidden, Picture, Refusal, Reply};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use web_sys::File;

/// How long the camera is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(150);

/// What the dialog is at.
#[derive(Clone, Copy)]
struct Scan {
    handle: Handle,
    video: NodeRef<html::Video>,
    camera: RwSignal<Option<Camera>, LocalStorage>,
    /// What was wrong with what was seen last.
    error: RwSignal<String>,
    on_found: Callback<(Hidden, Option<String>)>,
}

/// Looks for a code, until there is one that adds a device here.
#[component]
pub(super) fn ScanDialog(
    /// Runs with the text of the code, and the origin of the relay in it.
    #[prop(into)]
    on_found: Callback<(Hidden, Option<String>)>,
    /// Runs when it should go.
    on_close: Callback<()>,
) -> impl IntoView {
    let (handle, video) = (use_handle(), NodeRef::<html::Video>::new());
    let (camera, error) = (RwSignal::new_local(None), RwSignal::new(String::new()));
    let scan = Scan { handle, video, camera, error, on_found };
    on_cleanup(move || scan.stop());
    Effect::new(move |_| {
        if let (Some(video), Some(camera)) = (video.get(), &*camera.read()) {
            camera.show_in(&video);
        }
    });
    let is_on = Memo::new(move |_| camera.read().is_some());
    view! {
        <Dialog title="Scan the QR code" on_close>
            <p>"Your other device shows it under Settings → Devices → Add a device. What the camera or a picture shows is looked at on this device only."</p>
            {live(move || if is_on.get() {
                view! {
                    <video node_ref=video class="viewfinder" aria-label="What the camera sees" autoplay=true muted=true playsinline=true></video>
                    <p class="hint">"Hold the code in front of the camera; it is read by itself."</p>
                    <div class="actions"><Button text="Stop the camera" on_press=move |()| scan.stop()/></div>
                }.into_any()
            } else {
                view! {
                    <div class="actions"><Button text="Use the camera" icon=Icon::Scan weight=Weight::Primary on_press=move |()| scan.start()/></div>
                    <DropZone title="Or drop a picture of the code here" text="A screenshot or a photo." button="Choose a picture" weight=Weight::Plain accept="image/*" on_files=move |files| scan.take(files)/>
                }.into_any()
            })}
            <div role="alert">{live(move || maybe(Some(error.get()).filter(|said| !said.is_empty()), |said| view! { <p class="error">{said}</p> }.into_any()))}</div>
        </Dialog>
    }
    .into_any()
}

impl Scan {
    /// Asks for the camera, and looks through it.
    fn start(self) {
        self.error.set(String::new());
        spawn_local(async move {
            match Camera::open().await {
                // Where the dialog is closed by now the camera is let go of.
                Some(camera) => drop(self.camera.try_set(Some(camera))),
                None => self.say(&Reply::Refused(Refusal::NoCamera)),
            }
            self.look();
        });
    }

    fn stop(self) {
        self.camera.try_set(None);
    }

    /// Looks at what the camera sees, and again where there is no code in it.
    fn look(self) {
        if !self.camera.try_with(Option::is_some).unwrap_or_default() {
            return;
        }
        let again = move || set_timeout(move || self.look(), PAUSE);
        let Some(picture) = self.video.get_untracked().and_then(|video| shades(&video)) else {
            return again();
        };
        self.ask(picture, move |reply| {
            if reply != Reply::Refused(Refusal::NoCode) {
                self.say(&reply);
            }
            again();
        });
    }

    /// Looks at the first of these.
    fn take(self, files: Vec<File>) {
        self.error.set(String::new());
        let Some(file) = files.into_iter().next() else { return };
        spawn_local(async move {
            match picture_of(&file).await {
                Some(picture) => self.ask(picture, move |reply| self.say(&reply)),
                None => self.say(&Reply::Refused(Refusal::NotAPicture { name: file.name() })),
            }
        });
    }

    /// Asks what is in a picture; `otherwise` gets the answer where it is no code to go on with.
    fn ask(self, picture: Picture, otherwise: impl FnOnce(Reply) + 'static) {
        self.handle.ask(Command::Scan { picture }, move |reply| match reply {
            Reply::Scanned(text, relay) => {
                self.stop();
                run_if_there(self.on_found, (text, relay));
            }
            other => otherwise(other),
        });
    }

    fn say(self, reply: &Reply) {
        if self.error.try_get_untracked().is_some() {
            say_in(self.error, reply);
        }
    }
}
