//! What every page holds: the way to the core, what is known of the vault, and the messages at the foot.

use crate::client::Client;
use crate::component::{Action, Icon, Toast, Toasts};
use crate::route::Route;
use crate::time::moment;
use desk::text::{self, Sentence};
use desk::{
    Changed, Command, Edit, Event, Hidden, Id, Kit, Link, Refusal, Reply, Settings, SourceFile, Status,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;
use zeroize::Zeroize;

/// How long the storage may take to answer before a person is told.
const PATIENCE: Duration = Duration::from_secs(10);

/// Cheap to copy; all copies are one.
#[derive(Clone, Copy)]
pub struct Handle {
    client: StoredValue<Client, LocalStorage>,
    /// How things stand; `None` until the core has said.
    pub status: RwSignal<Option<Status>>,
    /// Why it has not said, where it cannot.
    pub trouble: RwSignal<Option<Refusal>>,
    /// Raised whenever what is on screen may be old.
    pub changes: RwSignal<u32>,
    /// Raised whenever something was changed that the relay may lack.
    pub saves: RwSignal<u32>,
    /// Whether the relay tells of everything new by itself.
    pub attended: RwSignal<bool>,
    /// Long work: done, of how much.
    pub progress: RwSignal<Option<(u32, u32)>>,
    /// The messages at the foot.
    pub toasts: Toasts,
    /// Where the person is.
    pub route: RwSignal<Route>,
    /// What is set on this device.
    pub settings: RwSignal<Option<Settings>>,
    /// A new vault's kit, until it was put away.
    pub kit: RwSignal<Option<Kit>>,
    /// Files that wait in the import preview.
    pub files: RwSignal<Vec<SourceFile>>,
    /// What was done last, until it was taken back.
    latest: RwSignal<Option<Latest>>,
    /// What is open over the page.
    pub overlay: RwSignal<Option<Overlay>>,
    /// A dialog that the page is to open: the palette went there for it.
    pub wanted: RwSignal<Option<Wanted>>,
    /// How the vault and its relay stand.
    pub link: RwSignal<Link>,
    /// Raised when a person wants them together now.
    pub sync_asked: RwSignal<u32>,
    /// Raised when another page may be beside the panel, or something else in it.
    pub besides: RwSignal<u32>,
}

/// What may be open over any page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The command palette.
    Palette,
    /// The list of keys.
    Keys,
}

/// What was done last, as it is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Latest {
    /// An act.
    Act(Id),
    /// What was staged was dropped.
    Dropped,
}

/// A dialog of a page that may be asked for from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A new project.
    Project,
    /// A new secret: of the open project, or bound nowhere.
    Secret,
    /// The environments of the open project.
    Environments,
    /// A new recovery kit.
    Kit,
}

impl fmt::Debug for Handle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// The handle of this page.
pub fn use_handle() -> Handle {
    expect_context()
}

impl Handle {
    /// Starts the core and provides the handle to every page below.
    pub fn provide() -> Self {
        let (status, changes, progress) = (RwSignal::new(None), RwSignal::new(0_u32), RwSignal::new(None));
        let (locks, saves, sync_asked) = (RwSignal::new(0), RwSignal::new(0), RwSignal::new(0));
        let attended = RwSignal::new(false);
        let client = Client::new(move |event| match event {
            Event::Changed => {
                raise(changes);
                raise(saves);
            }
            Event::Arrived => raise(changes),
            Event::News => raise(sync_asked),
            Event::Attended(is_so) => attended.set(is_so),
            Event::Locked => raise(locks),
            Event::Progress { done, of } => progress.set((done < of).then_some((done, of))),
        });
        let handle = Self {
            client: StoredValue::new_local(client),
            status,
            trouble: RwSignal::new(None),
            changes,
            saves,
            attended,
            progress,
            toasts: Toasts::default(),
            route: RwSignal::new(Route::here()),
            settings: RwSignal::new(None),
            kit: RwSignal::new(None),
            files: RwSignal::new(Vec::new()),
            latest: RwSignal::new(None),
            overlay: RwSignal::new(None),
            wanted: RwSignal::new(None),
            link: RwSignal::new(Link::default()),
            sync_asked,
            besides: RwSignal::new(0),
        };
        provide_context(handle);
        Effect::new(move |_| {
            if locks.get() > 0 {
                handle.lock_here();
            }
        });
        handle
    }

    /// Asks the core; `then` gets its answer, whatever it is.
    pub fn ask(self, command: Command, then: impl FnOnce(Reply) + 'static) {
        self.ask_boxed(command, Box::new(then));
    }

    /// Asks again whenever what was shown may be old, or what `command` reads has changed.
    pub fn follow(self, command: impl Fn() -> Command + 'static, then: impl Fn(Reply) + 'static) {
        self.follow_boxed(Box::new(command), Rc::new(then));
    }

    fn follow_boxed(self, command: Box<dyn Fn() -> Command>, then: Rc<dyn Fn(Reply)>) {
        Effect::new(move |_| {
            self.changes.track();
            let then = then.clone();
            self.ask(command(), move |reply| then(reply));
        });
    }

    /// Runs `open` when a dialog is asked for that it opens; it answers whether it does.
    pub fn when_wanted(self, open: impl Fn(Wanted) -> bool + 'static) {
        Effect::new(move |_| {
            if self.wanted.get().is_some_and(&open) {
                self.wanted.set(None);
            }
        });
    }

    /// Changes the vault as one act, and offers to take it back.
    pub fn apply(self, edits: Vec<Edit>) {
        self.act(Command::Apply { edits }, |_| {});
    }

    /// Runs a command that answers with an act, offers to take it back, and hands it on.
    pub fn act(self, command: Command, then: impl FnOnce(Changed) + 'static) {
        self.attempt(command, move |changed| {
            if let Some(changed) = changed {
                then(changed);
            }
        });
    }

    /// The same, and `then` hears of a refusal too, which was said by then.
    pub fn attempt(self, command: Command, then: impl FnOnce(Option<Changed>) + 'static) {
        self.ask(command, move |reply| match reply {
            Reply::Changed(changed) => {
                self.announce(&changed);
                then(Some(changed));
            }
            other => {
                self.refuse(&other);
                then(None);
            }
        });
    }

    /// Drops what is staged, and offers to bring it back. `what` says how much that was.
    pub fn discard(self, what: String) {
        self.ask(Command::DiscardStaged, move |reply| match reply {
            Reply::Staged(_) => {
                self.look_old();
                self.offer(Some(Latest::Dropped), what);
            }
            other => self.refuse(&other),
        });
    }

    /// Takes back what was done last, if it can be.
    pub fn undo(self) {
        if let Some(latest) = self.latest.get_untracked() {
            self.toasts.drop_undo();
            self.take_back(latest);
        }
    }

    /// Says why something was not done, if it was not.
    pub fn refuse(self, reply: &Reply) {
        if let Reply::Refused(refusal) = reply {
            if *refusal == Refusal::Locked {
                self.refresh();
            }
            let sentence = text::refusal(refusal);
            self.toasts.add(Toast { what: sentence.what, todo: sentence.todo, problem: true, action: None });
        }
    }

    /// Says that something was done.
    pub fn say(self, what: impl Into<String>) {
        self.toasts.add(Toast { what: what.into(), todo: String::new(), problem: false, action: None });
    }

    /// Says what happened, and what to do.
    pub fn tell(self, Sentence { what, todo }: Sentence) {
        self.toasts.add(Toast { what, todo, problem: false, action: None });
    }

    /// Asks how things stand, and for the settings if the vault is open.
    pub fn refresh(self) {
        self.ask_storage(Command::Status, move |reply| self.stand(reply));
    }

    /// Tells the core that a person was here at `at`, as the page's clock has it.
    pub fn touch(self, at: f64) {
        self.look_by(Command::Touch { at: moment(at) });
    }

    /// Asks how things stand where they may have changed by themselves.
    pub fn look_again(self) {
        self.look_by(Command::Status);
    }

    /// What is refused here is said where a person asks for something.
    fn look_by(self, command: Command) {
        self.ask(command, move |reply| {
            if let Reply::Status(status) = reply {
                self.status.set(Some(status));
            }
        });
    }

    /// Asks what the storage may keep waiting: something else that holds the database makes it wait for as long.
    pub fn ask_storage(self, command: Command, then: impl FnOnce(Reply) + 'static) {
        let answered = Rc::new(Cell::new(false));
        let late = Rc::clone(&answered);
        let say = move || {
            if !late.get() {
                self.refuse(&Reply::Refused(Refusal::StorageUnavailable));
            }
        };
        set_timeout(say, PATIENCE);
        self.ask(command, move |reply| {
            answered.set(true);
            then(reply);
        });
    }

    /// Takes an answer to how things stand; a refusal is said.
    pub fn stand(self, reply: Reply) {
        match reply {
            Reply::Status(status) => {
                if matches!(status, Status::Open { .. }) {
                    self.load_settings();
                }
                self.status.set(Some(status));
            }
            Reply::Refused(refusal) if self.status.read_untracked().is_none() => {
                self.trouble.set(Some(refusal));
            }
            other => self.refuse(&other),
        }
    }

    /// Forgets every key, and everything that was on screen.
    pub fn lock(self) {
        self.ask(Command::Lock, move |_| {
            self.wipe();
            self.refresh();
        });
    }

    /// The same, and every other device of the account that the relay reaches is locked too.
    pub fn lock_everywhere(self) {
        if self.attended.get_untracked() {
            self.ask(Command::LockOthers, |_| {});
        }
        self.lock();
    }

    /// Brings the vault and its relay together now.
    pub fn sync(self) {
        self.link.set(Link::Asking);
        raise(self.sync_asked);
    }

    /// Calls off the long work that goes on.
    pub fn call_off(self) {
        self.client.with_value(Client::call_off);
    }

    /// Another tab locked the vault: nothing of it stays in this one.
    fn lock_here(self) {
        self.client.with_value(Client::stop);
        self.wipe();
        self.refresh();
    }

    /// Drops what the page itself holds of an open vault.
    pub fn wipe(self) {
        self.progress.set(None);
        self.toasts.clear();
        self.drop_files();
        self.kit.set(None);
        self.settings.set(None);
        self.latest.set(None);
        self.overlay.set(None);
        self.wanted.set(None);
    }

    /// Forgets the files that wait in the import preview.
    pub fn drop_files(self) {
        self.files.update(|files| {
            files.iter_mut().for_each(|file| file.bytes.zeroize());
            files.clear();
        });
    }

    /// Asks the core for the settings as they are kept.
    pub fn load_settings(self) {
        self.ask(Command::Settings, move |reply| {
            if let Reply::Settings(settings) = reply {
                self.settings.set(Some(settings));
            }
        });
    }

    fn announce(self, changed: &Changed) {
        self.offer(changed.act.map(Latest::Act), changed.sentence.clone());
    }

    /// Says what was done, and offers to take it back.
    fn offer(self, latest: Option<Latest>, what: String) {
        self.latest.set(latest);
        let action = latest.map(|latest| Action::new("Undo", Icon::Undo, move |()| self.take_back(latest)));
        self.toasts.add(Toast { what, todo: String::new(), problem: false, action });
    }

    fn take_back(self, latest: Latest) {
        self.latest.set(None);
        let command = match latest {
            Latest::Act(act) => Command::Undo { act },
            Latest::Dropped => Command::BringBackStaged,
        };
        self.ask(command, move |reply| match reply {
            Reply::Changed(changed) => self.say(changed.sentence),
            Reply::Staged(_) => self.look_old(),
            other => self.refuse(&other),
        });
    }

    /// What is on screen may be old, and so may what the relay has.
    pub fn look_old(self) {
        raise(self.changes);
        raise(self.saves);
    }

    fn ask_boxed(self, command: Command, then: Box<dyn FnOnce(Reply)>) {
        spawn_local(async move { then(self.answer(command).await) });
    }

    /// Asks the core and waits for its answer.
    pub async fn answer(self, command: Command) -> Reply {
        let client = self.client.get_value();
        client.ask(command).await
    }
}

fn raise(signal: RwSignal<u32>) {
    signal.update(|times| *times = times.wrapping_add(1));
}

/// A passphrase as the core wants it: in one form, however the keyboard made it.
pub fn normalised(typed: &str) -> Hidden {
    Hidden::new(js_sys::JsString::from(typed).normalize("NFKC").into())
}

/// Runs `then`, if what it belongs to is still there: an answer may come when its dialog is closed and its page left.
pub fn run_if_there<T: 'static>(then: Callback<T>, with: T) {
    let _ = then.try_run(with);
}

/// Empties a field that held something secret.
pub fn clear(field: RwSignal<String>) {
    field.update(Zeroize::zeroize);
}
