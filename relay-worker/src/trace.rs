//! One line in the log for each request under `/v1`, under an id that its answer carries.
//!
//! A line is JSON: when, the id, the route's name, the method, the status, how long it took, and of the log or account the first
//! four bytes of its id: enough to find the lines of somebody who tells theirs, and not what a request would need. No body, no
//! header and no address is in it.

use std::fmt::Write;

use rand_core::RngCore;
use worker::{Date, Response, Result, console_log};

use crate::entropy::Entropy;
use crate::route::Route;

/// The header of an answer that holds the id of its request.
const HEADER: &str = "Tacit-Request";

/// A request that is being answered.
pub(crate) struct Trace {
    id: String,
    name: String,
    /// The first digits of what it is about.
    about: String,
    method: String,
    begun: u64,
}

impl Trace {
    pub(crate) fn begin(route: &Route, method: &str, target: &str) -> Self {
        let (name, about) = named(route, target);
        let id = format!("{:016x}", Entropy.next_u64());
        Self { id, name, about, method: method.to_owned(), begun: Date::now().as_millis() }
    }

    /// Writes the line, and puts the id on the answer.
    pub(crate) fn end(self, response: Response) -> Result<Response> {
        let status = response.status_code();
        let ms = Date::now().as_millis().saturating_sub(self.begun);
        console_log!("{}", self.line(status, ms));
        // The answer that opens a socket is handed on as it is.
        if status == 101 {
            return Ok(response);
        }
        let headers = response.headers().clone();
        headers.set(HEADER, &self.id)?;
        Ok(response.with_headers(headers))
    }

    fn line(&self, status: u16, ms: u64) -> String {
        let Self { id, name, about, method, begun } = self;
        // A method that is none of the relay's is the client's own word.
        let method = if matches!(&**method, "GET" | "HEAD" | "POST" | "OPTIONS") { method } else { "other" };
        let mut line = format!(r#"{{"time":{begun},"request":"{id}","method":"{method}","route":"{name}""#);
        if !about.is_empty() {
            let _ = write!(line, r#","about":"{about}""#);
        }
        let _ = write!(line, r#","status":{status},"ms":{ms}}}"#);
        line
    }
}

/// A route's name, and the first digits of the log or account it is about.
fn named(route: &Route, target: &str) -> (String, String) {
    let path = target.split('?').next().unwrap_or_default();
    match route {
        Route::Log(log) | Route::Heads([log, _]) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            (name.to_owned(), log.to_string().chars().take(8).collect())
        }
        Route::Health => ("health".to_owned(), String::new()),
        Route::Admin => ("admin".to_owned(), String::new()),
        Route::Preflight => ("preflight".to_owned(), String::new()),
        Route::Unroutable(_) | Route::Asset | Route::WrongMethod => ("none".to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_asked_for_and_nothing_of_what_was_sent() {
        let log = "0011223344556677889900aabbccddee";
        let line = |method: &str, target: &str| {
            let (name, about) = named(&Route::of(method, target), target);
            let trace = Trace { id: "00f".into(), name, about, method: method.into(), begun: 7 };
            trace.line(404, 3)
        };
        assert_eq!(
            line("GET", &format!("/v1/logs/{log}/commits?from=9")),
            r#"{"time":7,"request":"00f","method":"GET","route":"commits","about":"00112233","status":404,"ms":3}"#
        );
        for (method, target) in
            [("GET", "/v1/x\"y"), ("P\"T", "/v1/health"), ("POST", "/v1/logs/canary/commits")]
        {
            let line = line(method, target);
            assert!(line.contains(r#""route":"none","status":404"#), "{line}");
        }
        let hidden = line("POST", &format!("/v1/admin/accounts/{log}/erasure"));
        assert!(hidden.contains(r#""route":"admin","status""#), "{hidden}");
    }
}
