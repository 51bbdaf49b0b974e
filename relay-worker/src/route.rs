//! Which handler a request goes to.

use protocol::message::Route as LogRoute;
use protocol::{LogId, message::Unroutable};

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `GET /v1/health`
    Health,
    /// The object of a log.
    Log(LogId),
    /// The objects of two logs.
    Heads([LogId; 2]),
    /// The object of the deployment, for its administrator.
    Admin,
    /// A page of another origin asks what it may send.
    Preflight,
    /// Under `/v1`, and no request of the protocol.
    Unroutable(Unroutable),
    /// A file of the app.
    Asset,
    /// A file, another method.
    WrongMethod,
}

impl Route {
    /// The route of a method and a target: path and query.
    pub(crate) fn of(method: &str, target: &str) -> Self {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        let is_reading = matches!(method, "GET" | "HEAD");
        let is_ours = path == "/v1" || path.starts_with("/v1/");
        match path {
            _ if is_ours && method == "OPTIONS" => Self::Preflight,
            "/v1/health" if is_reading => Self::Health,
            "/v1/health" => Self::Unroutable(Unroutable::WrongMethod),
            _ if path.starts_with("/v1/admin/") => Self::Admin,
            _ if is_ours => LogRoute::parse(method, target).map_or_else(Self::Unroutable, Self::of_log),
            _ if is_reading => Self::Asset,
            _ => Self::WrongMethod,
        }
    }

    const fn of_log(route: LogRoute) -> Self {
        match route {
            LogRoute::Heads(logs) => Self::Heads(logs),
            other => Self::Log(other.log()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_apart() {
        let log = "000102030405060708090a0b0c0d0e0f";
        let table = [
            ("GET", "/v1/health".to_owned(), Route::Health),
            ("HEAD", "/v1/health".to_owned(), Route::Health),
            ("POST", "/v1/health".to_owned(), Route::Unroutable(Unroutable::WrongMethod)),
            ("OPTIONS", "/v1/health".to_owned(), Route::Preflight),
            ("GET", "/v1/nothing".to_owned(), Route::Unroutable(Unroutable::NotFound)),
            ("GET", "/v1".to_owned(), Route::Unroutable(Unroutable::NotFound)),
            ("GET", format!("/v1/logs/{log}/chain"), Route::Unroutable(Unroutable::Malformed)),
            ("GET", format!("/v1/logs/{log}/chain?from=0"), Route::Log(LogId::from_hex(log).unwrap())),
            (
                "GET",
                format!("/v1/logs/{log}/heads?and={log}"),
                Route::Heads([LogId::from_hex(log).unwrap(); 2]),
            ),
            ("POST", format!("/v1/logs/{log}/commits"), Route::Log(LogId::from_hex(log).unwrap())),
            ("GET", "/v10".to_owned(), Route::Asset),
            ("GET", "/?x=/v1/health".to_owned(), Route::Asset),
            ("PUT", "/".to_owned(), Route::WrongMethod),
        ];
        for (method, target, route) in table {
            assert_eq!(Route::of(method, &target), route, "{method} {target}");
        }
    }
}
