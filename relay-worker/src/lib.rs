//! The relay's worker. Today it answers the health route and serves the app as it will in production.
//!
//! # Out of scope
//! Anything it could read: it links neither `crypto` nor `vault`, and a rule in `xtask` fails if it ever does.

mod route;

use route::Route;
use worker::{Context, Env, Request, Response, Result, event};

/// The version that the health route tells.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    match Route::of(request.method().as_ref(), &request.path()) {
        Route::Health => health(),
        Route::Asset => env.assets("ASSETS")?.fetch_request(request).await,
        Route::WrongMethod => Response::error("The method is not allowed here.", 405),
        Route::Unknown => Response::error("There is no such route.", 404),
    }
}

fn health() -> Result<Response> {
    let response = Response::ok(format!("{{\"status\":\"ok\",\"version\":\"{VERSION}\"}}"))?;
    let headers = response.headers();
    headers.set("Content-Type", "application/json")?;
    headers.set("Cache-Control", "no-store")?;
    Ok(response)
}
