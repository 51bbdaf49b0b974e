//! The core of this context: requests in, replies and events out.
//!
//! Requests are answered one at a time; the worker's script queues them.

mod activity;
mod acts;
mod alternative;
mod capture;
mod change;
mod convert;
mod device;
mod export;
mod fill;
mod import;
mod life;
mod mask;
mod pace;
mod reference;
mod refusal;
mod remote;
mod rows;
mod scan;
mod sentence;
mod settings;
mod value;

use crate::entropy::Entropy;
use crate::indexed_db::IndexedDb;
use desk::codec::{decode, encode};
use desk::{Command, Edit, Event, Refusal, Reply, Request};
use export::Exported;
use import::Draft;
use js_sys::{Function, Uint8Array};
use settings::Local;
use std::cell::RefCell;
use vault::model::Timestamp;
use vault::search::Arena;
use vault::session::{Error, Session, Side};
use wasm_bindgen::JsValue;

pub(crate) use pace::breathe_by;
pub(crate) use remote::Heard;

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
    /// When it was opened here.
    opened: Timestamp,
    local: Local,
    /// Edits kept aside, one for each cell.
    staged: Vec<Edit>,
    /// What was dropped of them last.
    dropped: Vec<Edit>,
    /// The words of the model as it is; made at the first search after a change.
    arena: Option<Arena>,
    /// The export just made.
    export: Option<Exported>,
    /// Keys that were found in a page, and wait for what the person says.
    captured: Option<capture::Draft>,
    /// The session's reloads that are taken in.
    reloads: u64,
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

/// Takes in a frame of the relay from the socket of that log.
pub(crate) async fn hear_relay(side: Side, frame: &[u8], now: Timestamp) -> Heard {
    let mut core = CORE.take();
    let heard = acts::told(&mut core, side, frame, now).await;
    CORE.set(core);
    heard
}

/// Whether the relay tells of everything new by itself.
pub(crate) fn attended(is_so: bool) {
    tell(&Event::Attended(is_so));
}

/// Tells the other tabs, and this one's page too if `here`.
fn announce(event: &Event, here: bool) {
    emit(event, true, here);
}

/// Tells this tab's page alone.
fn tell(event: &Event) {
    emit(event, false, true);
}

fn emit(event: &Event, others: bool, here: bool) {
    let Some(bytes) = encode(event) else { return };
    LISTENER.with_borrow(|listener| {
        if let Some(listener) = listener {
            let event = Uint8Array::from(bytes.as_slice());
            // A listener that throws is the page's matter; the vault goes on.
            let _ = listener.call3(&JsValue::NULL, &event, &others.into(), &here.into());
        }
    });
}

impl Core {
    async fn answer(&mut self, request: Request) -> Reply {
        let now = Timestamp(request.now.0);
        self.dispatch(request.command, now).await.unwrap_or_else(Reply::Refused)
    }

    /// Opens, looks and locks; all else comes with the acts.
    async fn dispatch(&mut self, command: Command, now: Timestamp) -> Answer {
        match command {
            Command::Status => self.status(now).await,
            Command::Unlock { passphrase } => self.unlock(passphrase, now).await,
            Command::UnlockWithPasskey { credential, secret } => {
                self.unlock_with_passkey(&credential, &secret, now).await
            }
            Command::Resume { shared, secret } => self.resume(&shared, &secret, now).await,
            Command::Share { salt, secret } => self.open(now).await?.share(&salt, &secret),
            Command::Lock => self.lock().await,
            Command::Touch { at } => self.touch(Timestamp(at.0), now).await,
            Command::Reveal { secret, revision } => self.open(now).await?.reveal(secret, revision, now).await,
            Command::Copy { secret } => self.open(now).await?.copy(secret, now).await,
            Command::Projects
            | Command::Grid { .. }
            | Command::Card { .. }
            | Command::Registry { .. }
            | Command::Trash { .. }
            | Command::Search { .. }
            | Command::Settings => self.open(now).await?.look(command, now),
            command => acts::answer(self, command, now).await,
        }
    }

    /// The open vault with all that other tabs saved.
    async fn open(&mut self, now: Timestamp) -> Result<&mut Open, Refusal> {
        let mut open = self.open.take().ok_or(Refusal::Locked)?;
        match open.session.refresh_at(now).await {
            Ok(_) => open.take_in(),
            // Locked elsewhere, or its time has passed: nothing of the vault stays here.
            Err(Error::Locked) => {
                self.import = None;
                announce(&Event::Locked, true);
                return Err(Refusal::Locked);
            }
            Err(error) => {
                self.open = Some(open);
                return Err(refusal::of(error));
            }
        }
        Ok(self.open.insert(open))
    }
}

impl Open {
    fn new(session: Session<IndexedDb>, opened: Timestamp) -> Self {
        let local = Local::read(session.settings());
        let reloads = session.reloads();
        let (staged, dropped) = (Vec::new(), Vec::new());
        Self { session, opened, local, staged, dropped, arena: None, export: None, captured: None, reloads }
    }

    /// Drops what was made of an older state, where the session took in another.
    fn take_in(&mut self) {
        if self.reloads != self.session.reloads() {
            self.reloads = self.session.reloads();
            self.local = Local::read(self.session.settings());
            self.arena = None;
        }
    }

    /// Lists and searches; nothing is decrypted for it.
    fn look(&mut self, command: Command, now: Timestamp) -> Answer {
        let model = self.session.model();
        match command {
            Command::Projects => Ok(Reply::Projects(rows::projects(model))),
            Command::Grid { project, filter, window } => {
                rows::grid(model, project, &filter, window, &self.staged, now).map(Reply::Grid)
            }
            Command::Card { secret } => rows::card(&self.session, secret, now).map(Reply::Card),
            Command::Registry { filter, window } => {
                Ok(Reply::Registry(rows::registry(&self.session, &filter, window, now)))
            }
            Command::Trash { window } => Ok(Reply::Registry(rows::trash(&self.session, window))),
            Command::Search { text, window } => {
                let arena = self.arena.get_or_insert_with(|| Arena::new(model));
                Ok(Reply::Found(rows::found(model, &arena.find(&text), window)))
            }
            Command::Settings => self.settings(),
            _ => Err(Refusal::Internal),
        }
    }
}
