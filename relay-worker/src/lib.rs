//! The relay's worker: it serves the app, and hands each request about a log or an account to the object that keeps it.
//!
//! # Out of scope
//! Anything it could read: it links neither `crypto` nor `vault`, and a rule in `xtask` fails if it ever does.

mod account;
pub mod bucket;
pub mod deployment;
mod entropy;
mod gate;
pub mod heads;
mod log;
mod object;
mod policy;
mod route;
pub mod rules;
pub mod socket;
mod sqlite;
pub mod store;
mod trace;
pub mod verify;

pub use account::Setup;
pub use object::{BucketObject, DeploymentObject, LogObject};

use futures_util::future::try_join;
use gate::Gate;
use object::Peer;
use protocol::LogId;
use protocol::message::{Answer, Unroutable};
use route::Route;
use trace::Trace;
use worker::{Context, Env, Request, Response, Result, console_error, event};

/// The version that the health route tells.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// And that of the protocol.
const PROTOCOL: u8 = 1;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let (url, method) = (request.inner().url(), request.method());
    let (target, method) = (address(&url).1, method.as_ref());
    match Route::of(method, target) {
        Route::Asset => asset(request, &env).await,
        Route::WrongMethod => Response::error("The method is not allowed here.", 405),
        route => {
            let trace = Trace::begin(&route, method, target);
            let answered = relay(request, &env, route, (method, target)).await;
            trace.end(match answered {
                Ok(response) => response,
                Err(_) => respond(Answer::Failed.status(), Answer::Failed.encode())?,
            })
        }
    }
}

/// A file of the app, under a policy that lets it reach the relays that the deployment names.
async fn asset(request: Request, env: &Env) -> Result<Response> {
    let response = env.assets("ASSETS")?.fetch_request(request).await?;
    let Ok(list) = env.var("RELAY_ORIGINS") else { return Ok(response) };
    let (list, headers) = (list.to_string(), response.headers().clone());
    match (headers.get(policy::HEADER)?, policy::origins(&list)) {
        (Some(policy), Some(origins)) => headers.set(policy::HEADER, &policy::widened(&policy, &origins))?,
        (Some(_), None) => {
            console_error!("RELAY_ORIGINS is not a list of https origins apart by spaces: none is let")
        }
        (None, _) => {}
    }
    Ok(response.with_headers(headers))
}

/// Answers a request under `/v1`.
async fn relay(
    mut request: Request,
    env: &Env,
    route: Route,
    (method, target): (&str, &str),
) -> Result<Response> {
    let peer = match route {
        Route::Health => return health(env),
        Route::Preflight => return preflight(),
        Route::Log(log) | Route::Heads([log, _]) => Some(Peer::Log(log)),
        Route::Admin => Some(Peer::Deployment),
        Route::Unroutable(_) | Route::Asset | Route::WrongMethod => None,
    };
    let gate = Gate::of(&request, env);
    if let Some(refused) = gate.refuse(method, target).await? {
        object::drain(&mut request).await?;
        return Ok(refused);
    }
    let response = match (peer, route) {
        (_, Route::Heads(logs)) => both(request, env, logs).await?,
        (Some(peer), _) => peer.stub(env)?.fetch_with_request(request).await?,
        (None, Route::Unroutable(reason)) => unroutable(reason)?,
        (None, _) => unroutable(Unroutable::NotFound)?,
    };
    gate.pass(response).await
}

/// Asks the objects of two logs the same, at once, and answers with both heads.
async fn both(request: Request, env: &Env, [one, other]: [LogId; 2]) -> Result<Response> {
    let again = request.clone()?;
    let (first, second) = try_join(said(env, one, request), said(env, other, again)).await?;
    let (status, body) = heads::joined(first, second);
    respond(status, body)
}

async fn said(env: &Env, log: LogId, request: Request) -> Result<(u16, Vec<u8>)> {
    let mut response = Peer::Log(log).stub(env)?.fetch_with_request(request).await?;
    Ok((response.status_code(), response.bytes().await?))
}

/// The origin and the target of a URL as the runtime writes it.
fn address(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |end| end + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |path| host + path);
    url.split_at_checked(end).unwrap_or((url, ""))
}

fn unroutable(reason: Unroutable) -> Result<Response> {
    let answer = Answer::from(reason);
    respond(answer.status(), answer.encode())
}

/// An answer of the protocol. Any page may read it (`PROTOCOL.md` §2): what it may ask for, its proof says.
pub(crate) fn respond(status: u16, body: Vec<u8>) -> Result<Response> {
    let response = Response::from_bytes(body)?.with_status(status);
    let headers = response.headers();
    headers.set("Content-Type", "application/octet-stream")?;
    headers.set("Cache-Control", "no-store")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    Ok(response)
}

fn preflight() -> Result<Response> {
    let response = Response::empty()?.with_status(204);
    let headers = response.headers();
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Access-Control-Allow-Methods", "GET, POST")?;
    headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type")?;
    headers.set("Access-Control-Max-Age", "86400")?;
    Ok(response)
}

/// How the relay is, and which others the app that it serves may reach.
fn health(env: &Env) -> Result<Response> {
    let list = env.var("RELAY_ORIGINS").map(|list| list.to_string()).unwrap_or_default();
    // An origin has no character that JSON would write otherwise.
    let relays: Vec<String> =
        policy::origins(&list).unwrap_or_default().iter().map(|origin| format!("\"{origin}\"")).collect();
    let relays = relays.join(",");
    let response = Response::ok(format!(
        "{{\"status\":\"ok\",\"version\":\"{VERSION}\",\"protocol\":{PROTOCOL},\"relays\":[{relays}]}}"
    ))?;
    let headers = response.headers();
    headers.set("Content-Type", "application/json")?;
    headers.set("Cache-Control", "no-store")?;
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_origin_and_target() {
        let table = [
            ("http://localhost:8787/v1/health?x=1", ("http://localhost:8787", "/v1/health?x=1")),
            ("https://relay.example/", ("https://relay.example", "/")),
            ("https://relay.example", ("https://relay.example", "")),
            ("", ("", "")),
        ];
        for (url, parts) in table {
            assert_eq!(address(url), parts, "{url}");
        }
    }
}
