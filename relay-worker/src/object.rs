//! The Durable Object of one log: its rules over its SQLite and its sockets.
#![expect(missing_docs, reason = "what the macro makes of an object is documented by the runtime")]

mod bucket;
mod deployment;
mod peer;
mod socket;

pub use bucket::BucketObject;
pub use deployment::DeploymentObject;
pub(crate) use peer::{COUNT, LOOK, Peer};

use std::cell::{Cell, OnceCell};

use protocol::limit;
use protocol::message::{Answer, Quota, Route};
use protocol::{DeviceId, VerifyingKey};
use worker::{
    Date, DurableObject, Env, Error, Method, Request, Response, Result, State, WebSocket,
    WebSocketIncomingMessage, console_error, durable_object,
};
use zeroize::Zeroizing;

use crate::deployment::Wanted;
use crate::entropy::Entropy;
use crate::rules::{self, Asked, Decision, Means, SWEPT_AFTER, decide, schema};
use crate::socket::Close;
use crate::sqlite::Sqlite;
use crate::store::Failed;
use crate::verify::Strict;
use crate::{Setup, account, address, log, respond};
use deployment::administrator;
use peer::{DEVICE, ERASE, HOLDING, LIST, OK, QUOTA};

/// One log.
#[durable_object]
#[derive(Debug)]
pub struct LogObject {
    state: State,
    store: Sqlite,
    env: Env,
    /// Made when the first request comes: it costs two multiplications.
    setup: OnceCell<Option<Setup>>,
    /// Whether the alarm is known to be set. To set it costs as much as to write.
    is_awaited: Cell<bool>,
}

impl DurableObject for LogObject {
    fn new(state: State, env: Env) -> Self {
        let store = Sqlite::new(&state);
        Self { state, store, env, setup: OnceCell::new(), is_awaited: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let url = request.inner().url();
        if socket::is_wanted(&request)? {
            return self.open(&request, &origin(&self.env, &url));
        }
        let body = body(&mut request).await?;
        let decision = match body {
            Ok(body) => match address(&url).1 {
                ERASE => {
                    self.end_sockets();
                    self.is_awaited.set(false);
                    return self.store.erase().await.and_then(|()| Response::empty());
                }
                peer @ (HOLDING | DEVICE | QUOTA) => self.answer_peer(peer, &body),
                _ => self.answer(&request, &body).await?,
            },
            Err(refusal) => Decision::of(&refusal),
        };
        if let Some(news) = &decision.news {
            self.tell(news);
        }
        respond(decision.status, decision.body)
    }

    /// What was begun a day ago counts no more; where there is no log, there is nothing else. What was begun later is awaited.
    async fn alarm(&self) -> Result<Response> {
        let now = Date::now().as_millis();
        self.is_awaited.set(false);
        let left =
            self.sweep(now).map_err(|Failed| Error::RustError("the store does not answer".to_owned()))?;
        match left {
            Left::Begun(last) => self.wait((last + SWEPT_AFTER).saturating_sub(now)).await?,
            Left::Log => {}
            Left::Nothing => self.store.erase().await?,
        }
        Response::empty()
    }

    async fn websocket_message(&self, from: WebSocket, message: WebSocketIncomingMessage) -> Result<()> {
        match message {
            WebSocketIncomingMessage::Binary(frame) => self.hear(&from, &frame).await,
            WebSocketIncomingMessage::String(_) => self.end(&from, Close::Malformed).await,
        }
    }

    /// Ends the socket on this side too.
    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
        socket::close(&socket, Close::Done);
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: Error) -> Result<()> {
        Ok(())
    }
}

/// What is left of a log once what counts no more has gone.
enum Left {
    /// Something that counts, which was begun then.
    Begun(u64),
    /// The log, and nothing that counts.
    Log,
    Nothing,
}

impl LogObject {
    fn sweep(&self, now: u64) -> std::result::Result<Left, Failed> {
        let is_there = log::roster(&self.store)?.is_some();
        self.store.apply(&account::SCHEMA, &[account::sweep(now)])?;
        if let Some(last) = account::last_begun(&self.store)? {
            return Ok(Left::Begun(last));
        }
        self.store.apply(&[], &[account::put_away()])?;
        self.store.forget_tables();
        Ok(if is_there { Left::Log } else { Left::Nothing })
    }

    /// Has the alarm go off in so many milliseconds.
    async fn wait(&self, after: u64) -> Result<()> {
        self.store.set_alarm(after).await?;
        self.is_awaited.set(true);
        Ok(())
    }

    /// Decides a client's request; where it founds a log, with the deployment's word.
    async fn answer(&self, request: &Request, body: &[u8]) -> Result<Decision> {
        let signs_in = is_sign_in(request);
        if signs_in && self.store.make(&account::SCHEMA).is_err() {
            return Ok(Decision::of(&Answer::Failed));
        }
        let decision = self.decide(request, body, None)?;
        if (signs_in || decision.begins) && !self.is_awaited.get() {
            self.wait(SWEPT_AFTER).await?;
        }
        let Some(asked) = decision.asks else { return Ok(decision) };
        let is_local = is_local(&origin(&self.env, &request.inner().url()));
        if is_local && administrator(&self.env).is_none() {
            // For development, on one machine: there is no list.
            return self.decide(request, body, Some(Quota::DEFAULT));
        }
        match self.list(&asked, is_local).await? {
            Ok(quota) => self.decide(request, body, Some(quota)),
            Err(refused) => Ok(refused),
        }
    }

    /// Has the deployment put the log on its list: what it may hold, or why it may not be founded. A vault's founder has to be
    /// a device of the account.
    async fn list(&self, asked: &Asked, is_local: bool) -> Result<std::result::Result<Quota, Decision>> {
        let account = asked.account.log();
        if account != asked.log {
            let device = [&asked.device.as_bytes()[..], asked.signing.as_bytes()].concat();
            let (status, _) = Peer::Log(account).ask(&self.env, DEVICE, &device).await?;
            if status != OK {
                return Ok(Err(Decision::of(&Answer::NotFound)));
            }
        }
        let wanted = Wanted::encode(asked, is_local);
        let (status, body) = Peer::Deployment.ask(&self.env, LIST, &wanted).await?;
        match Quota::decode(&body) {
            Ok(quota) if status == OK => Ok(Ok(quota)),
            _ => Ok(Err(Decision { status, body, ..Decision::of(&Answer::NotFound) })),
        }
    }

    /// What another object of the relay is told.
    fn answer_peer(&self, asked: &str, body: &[u8]) -> Decision {
        let told = match asked {
            HOLDING => log::holding(&self.store).map(|held| {
                held.map(|(bytes, head)| [bytes.to_le_bytes(), (head.seq + 1).to_le_bytes()].concat())
            }),
            DEVICE => self.has_device(body).map(|is_there| is_there.then(Vec::new)),
            _ => self.set_quota(body).map(|is_set| is_set.then(Vec::new)),
        };
        match told {
            Ok(Some(body)) => Decision { status: OK, body, ..Decision::of(&Answer::NotFound) },
            Ok(None) => Decision::of(&Answer::NotFound),
            Err(Failed) => Decision::of(&Answer::Failed),
        }
    }

    /// Whether a device that is not revoked has this id and this key.
    fn has_device(&self, body: &[u8]) -> std::result::Result<bool, Failed> {
        let (device, signing) = body.split_first_chunk().ok_or(Failed)?;
        let signing = VerifyingKey::new(signing.try_into().map_err(|_| Failed)?);
        let roster = log::roster(&self.store)?;
        let record = roster.as_ref().and_then(|roster| roster.device(DeviceId::new(*device)));
        Ok(record.is_some_and(|record| !record.revoked && record.signing == signing))
    }

    /// Sets what the log may hold, if it is there.
    fn set_quota(&self, body: &[u8]) -> std::result::Result<bool, Failed> {
        let quota = Quota::decode(body).map_err(|_| Failed)?;
        let is_there = log::roster(&self.store)?.is_some();
        if is_there {
            self.store.apply(&log::SCHEMA, &[log::set_quota(&quota)])?;
        }
        Ok(is_there)
    }

    /// Decides and writes in one turn: nothing is awaited in between.
    fn decide(&self, request: &Request, body: &[u8], quota: Option<Quota>) -> Result<Decision> {
        let (url, authorization) = (request.inner().url(), request.headers().get("Authorization")?);
        let origin = origin(&self.env, &url);
        let method = request.method();
        let request = rules::Request {
            origin: &origin,
            method: method.as_ref(),
            target: address(&url).1,
            authorization: authorization.as_deref(),
            body,
            quota,
        };
        let mut means =
            Means { setup: self.setup.get_or_init(|| setup(&self.env)).as_ref(), rng: &mut Entropy };
        let decision = decide(&request, Date::now().as_millis(), &mut means, &self.store, &Strict);
        let tables = if decision.begins { account::SCHEMA.to_vec() } else { schema().collect() };
        match self.store.apply(&tables, &decision.writes) {
            Ok(()) => Ok(decision),
            Err(Failed) => Ok(Decision::of(&Answer::Failed)),
        }
    }
}

/// Whether the tables of sign-ins are made before it is decided: alike where an account is and where none is.
fn is_sign_in(request: &Request) -> bool {
    let (url, method) = (request.inner().url(), request.method());
    matches!(Route::parse(method.as_ref(), address(&url).1), Ok(Route::SignIn(_)))
}

/// What sign-ins are by. A deployment without its secret answers none, and says why in its log.
fn setup(env: &Env) -> Option<Setup> {
    let secret = env.secret("RELAY_SECRET").ok().map(|secret| Zeroizing::new(secret.to_string()));
    let setup = secret.and_then(|text| Setup::from_base64(&text));
    if setup.is_none() {
        console_error!("RELAY_SECRET is not set to the base64 of 32 bytes: nobody can register or sign in");
    }
    setup
}

/// How clients name the relay: as it was reached, unless it is told otherwise.
fn origin(env: &Env, url: &str) -> String {
    env.var("ORIGIN").map_or_else(|_| address(url).0.to_owned(), |origin| origin.to_string())
}

/// Whether that is the name of the machine that it runs on.
fn is_local(origin: &str) -> bool {
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Reads a body and drops it, if it is not much too large: who is still sending would not hear the answer.
pub(crate) async fn drain(request: &mut Request) -> Result<()> {
    body(request).await.map(drop)
}

/// The body, unless it says that it is too large, or does not say how large it is.
///
/// One that is not much too large is read and dropped: who is still sending would not hear the answer.
async fn body(request: &mut Request) -> Result<std::result::Result<Vec<u8>, Answer<'static>>> {
    if request.method() != Method::Post {
        return Ok(Ok(Vec::new()));
    }
    let length = request.headers().get("Content-Length")?;
    match length.and_then(|length| length.parse::<usize>().ok()) {
        None => Ok(Err(Answer::Malformed)),
        Some(length) if length > 2 * limit::REQUEST => Ok(Err(Answer::TooLarge)),
        Some(length) if length > limit::REQUEST => request.bytes().await.map(|_| Err(Answer::TooLarge)),
        Some(_) => Ok(Ok(request.bytes().await?)),
    }
}
