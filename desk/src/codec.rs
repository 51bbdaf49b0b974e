//! The encoding between view and core: postcard. Both sides are built together, so there is no version to negotiate.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroize;

/// The bytes of a message.
///
/// `None` only for a message that cannot be encoded, which none of this crate's can be.
pub fn encode<T: Serialize>(message: &T) -> Option<Vec<u8>> {
    postcard::serialize_with_flavor(message, Growing(Vec::new())).ok()
}

/// Bytes that leave nothing behind where they grow out of their place: a message may hold a value. The caller wipes the last.
struct Growing(Vec<u8>);

impl Flavor for Growing {
    type Output = Vec<u8>;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let mut larger = Vec::with_capacity(2 * (self.0.len() + bytes.len()) + 64);
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
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
    fn bytes_are_those_of_the_library() {
        for length in [0, 1, 63, 64, 65, 127, 128, 129, 1_000, 60_000] {
            let message: (Vec<u16>, String) = ((0..length).collect(), "x".repeat(usize::from(length)));
            assert_eq!(encode(&message), postcard::to_allocvec(&message).ok());
        }
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let mut bytes = encode(&Moment(7)).unwrap();
        bytes.push(0);
        assert_eq!(decode::<Moment>(&bytes), None);
    }
}
