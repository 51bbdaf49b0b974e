//! Which of the port's errors a failure of IndexedDB is.

use indexed_db_futures::error::{Error, OpenDbError};
use vault::port::StoreError;

/// The result with the port's error.
pub(super) fn sorted<T>(result: Result<T, Error>) -> Result<T, StoreError> {
    result.map_err(|error| of(&error))
}

pub(super) fn of(error: &Error) -> StoreError {
    match error {
        Error::DomException(exception) => named(&name_of(exception.as_ref())),
        _ => StoreError::Unavailable,
    }
}

/// Why the database could not be opened.
pub(super) fn of_open(error: &OpenDbError) -> StoreError {
    match error {
        OpenDbError::Base(error) => of(error),
        _ => StoreError::Unavailable,
    }
}

fn name_of(exception: &wasm_bindgen::JsValue) -> String {
    let name = js_sys::Reflect::get(exception, &"name".into());
    name.ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// A connection that the browser ended answers `InvalidStateError`.
fn named(exception: &str) -> StoreError {
    match exception {
        "QuotaExceededError" => StoreError::Full,
        "VersionError" => StoreError::Newer,
        "InvalidStateError" => StoreError::Gone,
        _ => StoreError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::named;
    use vault::port::StoreError;

    #[test]
    fn exceptions_are_sorted_by_name() {
        assert_eq!(named("QuotaExceededError"), StoreError::Full);
        assert_eq!(named("VersionError"), StoreError::Newer);
        assert_eq!(named("InvalidStateError"), StoreError::Gone);
        assert_eq!(named("UnknownError"), StoreError::Unavailable);
        assert_eq!(named(""), StoreError::Unavailable);
    }
}
