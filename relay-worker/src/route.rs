//! Which handler a request goes to.

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `GET /v1/health`
    Health,
    /// A file of the app.
    Asset,
    /// A known path, another method.
    WrongMethod,
    /// Under `/v1` and not known.
    Unknown,
}

impl Route {
    /// The route of `method` and `path`.
    pub(crate) fn of(method: &str, path: &str) -> Self {
        let reading = matches!(method, "GET" | "HEAD");
        match path {
            "/v1/health" if reading => Self::Health,
            "/v1/health" => Self::WrongMethod,
            _ if path == "/v1" || path.starts_with("/v1/") => Self::Unknown,
            _ if reading => Self::Asset,
            _ => Self::WrongMethod,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_apart() {
        let table = [
            ("GET", "/v1/health", Route::Health),
            ("HEAD", "/v1/health", Route::Health),
            ("POST", "/v1/health", Route::WrongMethod),
            ("GET", "/v1/nothing", Route::Unknown),
            ("GET", "/v1", Route::Unknown),
            ("GET", "/v10", Route::Asset),
            ("GET", "/", Route::Asset),
            ("PUT", "/", Route::WrongMethod),
        ];
        for (method, path, route) in table {
            assert_eq!(Route::of(method, path), route, "{method} {path}");
        }
    }
}
