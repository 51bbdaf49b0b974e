//! The view's end of the wire to the core worker.

use crate::time::{moment, now};
use desk::codec::{decode, encode};
use desk::{Command, Event, Refusal, Reply, Request};
use futures_channel::oneshot;
use js_sys::{Object, Reflect, Uint8Array};
use leptos::prelude::set_timeout;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// How long a lock waits for what the core is at.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sends commands to the core and hears its events. Cheap to clone; all clones share one worker.
#[derive(Clone)]
pub struct Client(Rc<Shared>);

struct Shared {
    worker: RefCell<Option<Host>>,
    next: Cell<u32>,
    waiting: RefCell<HashMap<u32, oneshot::Sender<Reply>>>,
    listener: Box<dyn Fn(Event)>,
}

/// A worker with the callback that must live as long as it does.
struct Host {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Client {
    /// A client whose `listener` hears every event. The worker starts with the first command.
    pub fn new(listener: impl Fn(Event) + 'static) -> Self {
        Self(Rc::new(Shared {
            worker: RefCell::default(),
            next: Cell::new(0),
            waiting: RefCell::default(),
            listener: Box::new(listener),
        }))
    }

    /// Asks the core and waits for its reply.
    ///
    /// After a `Lock` the worker is terminated with all its memory; the next command starts another.
    pub async fn ask(&self, command: Command) -> Reply {
        if matches!(command, Command::Lock) { self.lock().await } else { self.exchange(command).await }
    }

    /// A core that is still at something else, as waiting for a relay, is not waited for: another one tells the other tabs.
    async fn lock(&self) -> Reply {
        let waits = Rc::new(Cell::new(true));
        let (client, still) = (self.clone(), Rc::clone(&waits));
        let stop = move || {
            if still.get() {
                client.stop();
            }
        };
        set_timeout(stop, PATIENCE);
        let mut reply = self.exchange(Command::Lock).await;
        waits.set(false);
        if reply == Reply::Refused(Refusal::Locked) {
            reply = self.exchange(Command::Lock).await;
        }
        self.stop();
        reply
    }

    async fn exchange(&self, command: Command) -> Reply {
        let id = self.0.next.replace(self.0.next.get().wrapping_add(1));
        let (answer, wait) = oneshot::channel();
        self.0.waiting.borrow_mut().insert(id, answer);
        if self.send(id, command).is_none() {
            self.0.end(&Refusal::Internal);
        }
        wait.await.unwrap_or(Reply::Refused(Refusal::Internal))
    }

    fn send(&self, id: u32, command: Command) -> Option<()> {
        let bytes = encode(&Request { now: moment(now()), command })?;
        let bytes = Uint8Array::from(bytes.as_slice());
        let message = Object::new();
        Reflect::set(&message, &"id".into(), &id.into()).ok()?;
        Reflect::set(&message, &"bytes".into(), &bytes).ok()?;
        let transfer = js_sys::Array::of1(&bytes.buffer());
        let mut slot = self.0.worker.borrow_mut();
        if slot.is_none() {
            *slot = Some(Host::start(Rc::downgrade(&self.0))?);
        }
        slot.as_ref()?.worker.post_message_with_transfer(&message, &transfer).ok()
    }

    /// Calls off the long work that the core is at; what was not stored yet is not.
    pub fn call_off(&self) {
        let message = Object::new();
        let slot = self.0.worker.borrow();
        if let (Ok(_), Some(host)) = (Reflect::set(&message, &"stop".into(), &true.into()), slot.as_ref()) {
            let _ = host.worker.post_message(&message);
        }
    }

    /// Terminates the worker; whoever still waits is told that the vault is locked.
    pub fn stop(&self) {
        self.0.end(&Refusal::Locked);
    }
}

impl Host {
    fn start(shared: std::rc::Weak<Shared>) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&core_address()?, &options).ok()?;
        let on_message = Closure::new(move |message: MessageEvent| {
            if let Some(shared) = shared.upgrade() {
                shared.receive(&message.data());
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { worker, _on_message: on_message })
    }
}

impl Shared {
    fn receive(&self, message: &JsValue) {
        if let Some(event) = bytes(message, "event").and_then(|bytes| decode::<Event>(&bytes)) {
            (self.listener)(event);
        } else if let Some(reply) = bytes(message, "bytes") {
            let reply = decode(&reply).unwrap_or(Reply::Refused(Refusal::Internal));
            self.deliver(message, reply);
        } else {
            // The core cannot start or has stopped: the next command starts another, whose vault is locked.
            self.end(&Refusal::Internal);
        }
    }

    fn deliver(&self, message: &JsValue, reply: Reply) {
        let id = Reflect::get(message, &"id".into()).ok().and_then(|id| id.as_f64());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the ids are ours, counted as u32"
        )]
        let answer = id.and_then(|id| self.waiting.borrow_mut().remove(&(id as u32)));
        if let Some(answer) = answer {
            let _ = answer.send(reply);
        }
    }

    /// Terminates the worker with all its memory; whoever still waits is told `why`.
    fn end(&self, why: &Refusal) {
        if let Some(host) = self.worker.take() {
            host.worker.terminate();
        }
        for (_, answer) in self.waiting.take() {
            let _ = answer.send(Reply::Refused(why.clone()));
        }
    }
}

fn bytes(message: &JsValue, field: &str) -> Option<Vec<u8>> {
    let value = Reflect::get(message, &field.into()).ok()?;
    value.dyn_into::<Uint8Array>().ok().map(|array| array.to_vec())
}

/// Where the page's boot script says the core worker lies.
fn core_address() -> Option<String> {
    Reflect::get(&js_sys::global(), &"tacitCore".into()).ok()?.as_string()
}

impl std::fmt::Debug for Client {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Client").finish_non_exhaustive()
    }
}
