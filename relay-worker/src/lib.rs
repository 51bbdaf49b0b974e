//! The relay's worker: it serves the app, and hands each request about a log or an account to the object that keeps it.
//!
//! # Out of scope
//! Anything it could read: it links neither `crypto` nor `vault`, and a rule in `xtask` fails if it ever does.

mod account;
mod entropy;
mod log;
mod object;
mod route;
pub mod rules;
pub mod store;
pub mod verify;

pub use account::Setup;
pub use object::LogObject;

use protocol::LogId;
use protocol::message::{Answer, Unroutable};
use route::Route;
use worker::{Context, Env, Request, Response, Result, event};

/// The version that the health route tells.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let (url, method) = (request.inner().url(), request.method());
    match Route::of(method.as_ref(), address(&url).1) {
        Route::Health => health(),
        Route::Log(log) => object(&env, log)?.fetch_with_request(request).await,
        Route::Preflight => preflight(),
        Route::Unroutable(reason) => unroutable(reason),
        Route::Asset => env.assets("ASSETS")?.fetch_request(request).await,
        Route::WrongMethod => Response::error("The method is not allowed here.", 405),
    }
}

/// The origin and the target of a URL as the runtime writes it.
fn address(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |end| end + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |path| host + path);
    url.split_at_checked(end).unwrap_or((url, ""))
}

fn object(env: &Env, log: LogId) -> Result<worker::Stub> {
    env.durable_object("LOGS")?.id_from_name(&log.to_string())?.get_stub()
}

fn unroutable(reason: Unroutable) -> Result<Response> {
    let answer = match reason {
        Unroutable::NotFound => Answer::NotFound,
        Unroutable::WrongMethod => Answer::WrongMethod,
        Unroutable::Malformed => Answer::Malformed,
    };
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

fn health() -> Result<Response> {
    let response = Response::ok(format!("{{\"status\":\"ok\",\"version\":\"{VERSION}\"}}"))?;
    let headers = response.headers();
    headers.set("Content-Type", "application/json")?;
    headers.set("Cache-Control", "no-store")?;
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
