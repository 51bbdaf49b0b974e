//! The encoding between view and core: postcard. Both sides are built together, so there is no version to negotiate.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The bytes of a message.
///
/// `None` only for a message that cannot be encoded, which none of this crate's can be.
pub fn encode<T: Serialize>(message: &T) -> Option<Vec<u8>> {
    postcard::to_allocvec(message).ok()
}

/// Reads a message; `None` where the bytes are not one, or more than one.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Some(message),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Hidden, Moment, Request};

    #[test]
    fn a_request_crosses() {
        let request = Request {
            now: Moment(7),
            command: Command::Unlock { passphrase: Hidden::new("fake words".into()) },
        };
        let bytes = encode(&request).unwrap();
        let read: Request = decode(&bytes).unwrap();
        assert!(
            matches!(read.command, Command::Unlock { passphrase } if passphrase.expose() == "fake words")
        );
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let mut bytes = encode(&Moment(7)).unwrap();
        bytes.push(0);
        assert_eq!(decode::<Moment>(&bytes), None);
    }
}
