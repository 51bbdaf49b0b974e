//! Founding the account at a relay that asks for an invite (`protocol/PROTOCOL.md` §11).

use std::fmt;

use protocol::LogId;
use protocol::message::{Answer, Bundle, Founding, Message, Route};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError, answer, wrong};
use super::sync::{Known, Side};
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::{Error, Session};

/// What a relay takes a new account for.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite([u8; 16]);

impl Invite {
    /// Reads 32 hexadecimal digits, as a person types them: spaces, hyphens and the case of letters do not count.
    pub fn from_text(text: &str) -> Option<Self> {
        let digits = text.chars().filter(|it| !it.is_whitespace() && *it != '-');
        let digits: Vec<u8> =
            digits.map(|it| it.to_digit(16).and_then(|it| it.try_into().ok())).collect::<Option<_>>()?;
        let (pairs, rest) = digits.as_chunks::<2>();
        let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        bytes.try_into().ok().filter(|_| rest.is_empty()).map(Self)
    }
}

impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invite")
    }
}

impl<S: Store> Session<S> {
    /// Founds the account at a relay. Where the relay has it, nothing happens, and the invite is good for another.
    ///
    /// # Errors
    /// The relay does not take the invite, or does not answer.
    pub async fn found_account<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        Invite(code): &Invite,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let first = self.commits(Side::Account, 0).into_iter().next().ok_or(Error::Damaged("log"))?;
        let rows = self.commit_rows(&[first]).await?;
        let row = rows.first().ok_or(Error::Damaged("log"))?;
        let blobs = row.blobs.iter().map(Vec::as_slice).collect();
        let founding = Founding { invite: Message(*code), bundle: Bundle { commit: &row.commit, blobs } };
        let route = Route::Found(LogId::new(self.keys.binding.account));
        let asker = self.asker_as(Known::No);
        match answer(&asker.ask(relay, route, founding.encode(), rng, now).await?)? {
            Answer::Appended(_) | Answer::Stale(_) => Ok(()),
            other => Err(wrong(&other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_is_read_as_people_type_it() {
        let code: [u8; 16] = std::array::from_fn(|at| u8::try_from(at * 17).unwrap_or(0));
        for text in [
            "00112233445566778899aabbccddeeff",
            "0011 2233 4455 6677 8899 AABB CCDD EEFF",
            " 0011-2233-4455-6677-8899-aabb-ccdd-eeff\n",
        ] {
            assert_eq!(Invite::from_text(text), Some(Invite(code)), "{text}");
        }
        for text in ["", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff00", "xyz"] {
            assert_eq!(Invite::from_text(text), None, "{text}");
        }
    }
}
