//! The Durable Object of one log: its rules over its SQLite.
#![expect(missing_docs, reason = "what the macro makes of an object is documented by the runtime")]

use std::cell::{Cell, OnceCell};
use std::ops::ControlFlow;

use protocol::limit;
use protocol::message::Answer;
use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{
    Date, DurableObject, Env, Method, Request, Response, Result, SqlStorage, SqlStorageValue, State,
    console_error, durable_object,
};
use zeroize::Zeroizing;

use crate::Setup;
use crate::entropy::Entropy;
use crate::rules::{self, Decision, Means, decide, schema};
use crate::store::{Failed, Read, Value, Write};
use crate::verify::Strict;
use crate::{address, respond};

/// One log.
#[durable_object(fetch)]
#[derive(Debug)]
pub struct LogObject {
    store: Sqlite,
    env: Env,
    /// Made when the first request comes: it costs two multiplications.
    setup: OnceCell<Option<Setup>>,
}

impl DurableObject for LogObject {
    fn new(state: State, env: Env) -> Self {
        Self { store: Sqlite::new(&state), env, setup: OnceCell::new() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let decision = match body(&mut request).await? {
            Ok(body) => self.decide(&request, &body)?,
            Err(refusal) => Decision::of(&refusal),
        };
        respond(decision.status, decision.body)
    }
}

impl LogObject {
    /// Decides and writes in one turn: nothing is awaited in between.
    fn decide(&self, request: &Request, body: &[u8]) -> Result<Decision> {
        let (url, authorization) = (request.inner().url(), request.headers().get("Authorization")?);
        let (reached, target) = address(&url);
        // How clients name the relay, where that is not how it is reached.
        let named = self.env.var("ORIGIN").ok().map(|origin| origin.to_string());
        let origin = named.as_deref().unwrap_or(reached);
        let method = request.method();
        let request = rules::Request {
            origin,
            method: method.as_ref(),
            target,
            authorization: authorization.as_deref(),
            body,
            may_found: is_local(origin),
        };
        let mut means =
            Means { setup: self.setup.get_or_init(|| setup(&self.env)).as_ref(), rng: &mut Entropy };
        let decision = decide(&request, Date::now().as_millis(), &mut means, &self.store, &Strict);
        match self.store.apply(&decision.writes) {
            Ok(()) => Ok(decision),
            Err(Failed) => Ok(Decision::of(&Answer::Failed)),
        }
    }
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

/// Until there are invites, logs are founded on the machine that the relay runs on.
fn is_local(origin: &str) -> bool {
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
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

/// The object's database. It has no tables before the first write, so that asking for a log that is not here leaves nothing.
#[derive(Debug)]
struct Sqlite {
    storage: JsValue,
    sql: SqlStorage,
    has_tables: Cell<bool>,
}

impl Sqlite {
    fn new(state: &State) -> Self {
        let storage = state.storage();
        let sql = storage.sql();
        let has_tables = sql.exec("SELECT name FROM sqlite_master WHERE name = 'fold'", None);
        let has_tables = has_tables.is_ok_and(|cursor| cursor.raw().next().is_some());
        Self { storage: JsValue::from(storage.as_raw()), sql, has_tables: Cell::new(has_tables) }
    }

    /// All of `writes` or none: what a transaction's function throws takes back what it wrote.
    fn apply(&self, writes: &[Write]) -> std::result::Result<(), Failed> {
        if writes.is_empty() {
            return Ok(());
        }
        let (sql, writes, has_tables) = (self.sql.clone(), writes.to_vec(), self.has_tables.get());
        let all = move || -> std::result::Result<(), JsValue> {
            if !has_tables {
                schema().try_for_each(|table| sql.exec(table, None).map(drop))?;
            }
            writes.iter().try_for_each(|write| sql.exec(write.statement, bound(&write.values)).map(drop))?;
            Ok(())
        };
        let run = Reflect::get(&self.storage, &"transactionSync".into()).map_err(|_| Failed)?;
        let run: Function = run.dyn_into().map_err(|_| Failed)?;
        run.call1(&self.storage, &Closure::once_into_js(all)).map_err(|_| Failed)?;
        self.has_tables.set(true);
        Ok(())
    }
}

impl Read for Sqlite {
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> std::result::Result<(), Failed> {
        if !self.has_tables.get() {
            return Ok(());
        }
        let rows = self.sql.exec(query, bound(values)).map_err(|_| Failed)?.raw();
        for row in rows {
            let row = row
                .map_err(|_| Failed)?
                .into_iter()
                .map(value)
                .collect::<std::result::Result<Vec<_>, _>>()?;
            if visit(&row).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn bound(values: &[Value]) -> Vec<SqlStorageValue> {
    let bound = |value: &Value| match value {
        Value::Integer(number) => SqlStorageValue::Integer(*number),
        Value::Bytes(bytes) => SqlStorageValue::Blob(bytes.clone()),
    };
    values.iter().map(bound).collect()
}

fn value(value: SqlStorageValue) -> std::result::Result<Value, Failed> {
    match value {
        SqlStorageValue::Integer(number) => Ok(Value::Integer(number)),
        SqlStorageValue::Blob(bytes) => Ok(Value::Bytes(bytes)),
        _ => Err(Failed),
    }
}
