//! The core of this context: requests in, replies and events out.
//!
//! Requests are answered one at a time; the worker's script queues them.

mod activity;
mod change;
mod convert;
mod export;
mod import;
mod life;
mod mask;
mod reference;
mod refusal;
mod rows;
mod sentence;
mod settings;
mod value;

use crate::entropy::Entropy;
use crate::files::Engine;
use crate::indexed_db::IndexedDb;
use desk::codec::{decode, encode};
use desk::{Command, Edit, Event, Refusal, Reply, Request, Window};
use export::{Exported, Wanted};
use import::Draft;
use js_sys::{Function, Uint8Array};
use settings::Local;
use std::cell::RefCell;
use vault::journal;
use vault::model::Timestamp;
use vault::search::Arena;
use vault::session::{Error, Session};
use wasm_bindgen::JsValue;

thread_local! {
    static LISTENER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static CORE: RefCell<Core> = const { RefCell::new(Core { open: None, import: None }) };
}

/// What this context holds between requests.
#[derive(Default)]
struct Core {
    open: Option<Open>,
    /// An import's preview; there may be one before there is a vault.
    import: Option<Draft>,
}

/// An open vault and what was begun in it.
struct Open {
    session: Session<IndexedDb>,
    local: Local,
    /// Edits kept aside, one for each cell.
    staged: Vec<Edit>,
    /// The words of the model as it is; made at the first search after a change.
    arena: Option<Arena>,
    /// The export just made.
    export: Option<Exported>,
}

/// What a command comes to.
type Answer = Result<Reply, Refusal>;

pub(crate) fn listen(listener: Function) {
    LISTENER.set(Some(listener));
}

/// Takes in what another tab announced: after a lock there, nothing of the vault stays here.
pub(crate) fn hear(event: &[u8]) {
    if decode(event) == Some(Event::Locked) {
        CORE.take();
    }
}

pub(crate) async fn handle(request: &[u8]) -> Vec<u8> {
    let mut core = CORE.take();
    let reply = match decode::<Request>(request) {
        Some(request) => core.answer(request).await,
        None => Reply::Refused(Refusal::Internal),
    };
    CORE.set(core);
    encode(&reply).unwrap_or_default()
}

/// Tells the other tabs, and this one's page too if `here`.
fn announce(event: &Event, here: bool) {
    let Some(bytes) = encode(event) else { return };
    LISTENER.with_borrow(|listener| {
        if let Some(listener) = listener {
            let event = Uint8Array::from(bytes.as_slice());
            // A listener that throws is the page's matter; the vault goes on.
            let _ = listener.call2(&JsValue::NULL, &event, &here.into());
        }
    });
}

impl Core {
    async fn answer(&mut self, request: Request) -> Reply {
        let now = Timestamp(request.now.0);
        self.dispatch(request.command, now).await.unwrap_or_else(Reply::Refused)
    }

    async fn dispatch(&mut self, command: Command, now: Timestamp) -> Answer {
        match command {
            Command::Status => self.status().await,
            Command::Create { passphrase, sample } => self.create(passphrase, sample, now).await,
            Command::Unlock { passphrase } => self.unlock(passphrase).await,
            Command::UnlockWithPasskey { credential, secret } => {
                self.unlock_with_passkey(&credential, &secret).await
            }
            Command::Restore { file, key, passphrase } => self.restore(&file, key, passphrase, now).await,
            Command::Lock => self.lock().await,
            Command::Erase => self.erase().await,
            Command::Generate { generator } => value::generate(generator),
            Command::Strength { passphrase } => Ok(value::strength(&passphrase)),
            Command::ImportRead { files, project, window } => {
                self.import = Some(Draft::read(files, project, &Engine).await?);
                self.preview(window).await
            }
            Command::ImportChoose { choice, window } => {
                self.import.as_mut().ok_or(Refusal::Gone)?.choose(choice, &Engine).await?;
                self.preview(window).await
            }
            Command::ImportRows { window } => self.preview(window).await,
            Command::ImportApply => self.import(now).await,
            Command::ImportCancel => {
                self.import = None;
                Ok(Reply::Done)
            }
            command => self.open().await?.dispatch(command, now).await,
        }
    }

    async fn preview(&mut self, window: Window) -> Answer {
        if self.open.is_some() {
            self.open().await?;
        }
        let session = self.open.as_ref().map(|open| &open.session);
        let draft = self.import.as_ref().ok_or(Refusal::Gone)?;
        draft.preview(session, window).await.map(Reply::Preview)
    }

    /// Writes what the preview shows; the preview stays where that is refused.
    async fn import(&mut self, now: Timestamp) -> Answer {
        let draft = self.import.take().ok_or(Refusal::Gone)?;
        let answer = self.write(&draft, now).await;
        if answer.is_err() {
            self.import = Some(draft);
        }
        answer
    }

    async fn write(&mut self, draft: &Draft, now: Timestamp) -> Answer {
        let open = self.open().await?;
        let change = draft.change(&open.session).await?;
        let sentence = sentence::of_import(&change);
        open.act(change, sentence, now).await
    }

    /// The open vault with all that other tabs saved.
    async fn open(&mut self) -> Result<&mut Open, Refusal> {
        let mut open = self.open.take().ok_or(Refusal::Locked)?;
        match open.session.refresh().await {
            Ok(true) => {
                open.local = Local::read(open.session.settings());
                open.arena = None;
            }
            Ok(false) => {}
            // What was heard of too late: nothing of the vault stays here.
            Err(Error::Locked) => return Err(Refusal::Locked),
            Err(error) => {
                self.open = Some(open);
                return Err(refusal::of(error));
            }
        }
        Ok(self.open.insert(open))
    }
}

impl Open {
    fn new(session: Session<IndexedDb>) -> Self {
        let local = Local::read(session.settings());
        Self { session, local, staged: Vec::new(), arena: None, export: None }
    }

    async fn dispatch(&mut self, command: Command, now: Timestamp) -> Answer {
        let model = self.session.model();
        match command {
            Command::Kit { passphrase } => self.kit(passphrase).await,
            Command::ChangePassphrase { old, new } => self.change_passphrase(old, new).await,
            Command::AddPasskey { credential, name, salt, secret } => {
                self.add_passkey(credential, name, &salt, &secret).await
            }
            Command::RemovePasskey { credential } => self.remove_passkey(&credential).await,
            Command::Backup => self.backup(now).await,
            Command::Projects => Ok(Reply::Projects(rows::projects(model))),
            Command::Grid { project, filter, window } => {
                rows::grid(model, project, &filter, window, &self.staged, now).map(Reply::Grid)
            }
            Command::Card { secret } => rows::card(&self.session, secret, now).map(Reply::Card),
            Command::Registry { filter, window } => {
                Ok(Reply::Registry(rows::registry(model, &filter, window, now)))
            }
            Command::Trash { window } => Ok(Reply::Registry(rows::trash(model, window))),
            Command::Search { text, window } => {
                let arena = self.arena.get_or_insert_with(|| Arena::new(model));
                Ok(Reply::Found(rows::found(model, &arena.find(&text), window)))
            }
            Command::Reveal { secret, revision } => self.reveal(secret, revision, now).await,
            Command::Copy { secret } => self.copy(secret, now).await,
            Command::History { secret } => self.history(secret),
            Command::Apply { edits } => self.apply(&edits, now).await,
            Command::Undo { act } => self.undo(act, now).await,
            Command::Stage { edit } => Ok(self.stage(edit)),
            Command::SaveStaged => self.save_staged(now).await,
            Command::DiscardStaged => {
                self.staged.clear();
                Ok(Reply::Staged(0))
            }
            Command::Export { environment, consumer, only } => {
                let wanted = Wanted { environment, consumer, only };
                let made = export::export(&self.session, wanted, &Engine).await?;
                self.export = Some(made.0);
                Ok(Reply::Export(made.1))
            }
            Command::Lens { line } => Ok(Reply::Lens(self.export.as_ref().ok_or(Refusal::Gone)?.lens(line))),
            Command::Exported { .. } => {
                let secrets = self.export.as_ref().ok_or(Refusal::Gone)?.secrets();
                let event = journal::Event::new(now, journal::Did::Export, secrets);
                self.note(event).await?;
                Ok(Reply::Done)
            }
            Command::Settings => self.settings(),
            Command::Configure { settings } => self.configure(settings).await,
            Command::Activity { window } => self.activity(window).await,
            _ => Err(Refusal::Internal),
        }
    }
}
