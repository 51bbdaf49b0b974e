//! A question to a relay, signed by a device, and what an answer means that is none of those hoped for.

use crypto::{DeviceKeys, SignatureLabel};
use protocol::message::{Answer, Introduction, Proof, Route, Signed};
use protocol::{Device, Malformed, Signature};
use rand_core::CryptoRngCore;

use crate::model::Timestamp;
use crate::port::{Request, Transport, Unreachable};
use crate::session::Error;
use crate::session::found::{Author, draw};

/// The protocol that this program speaks, and where a relay says which it does.
const PROTOCOL: u32 = 1;
const HEALTH: &str = "/v1/health";

/// A relay, and the way to it.
#[derive(Debug)]
pub struct Relay<'a, T> {
    /// The way.
    pub transport: &'a T,
    /// How clients name it: scheme, host and, if not the scheme's own, port.
    pub origin: &'a str,
}

/// Why something did not come about with a relay. What was taken in or sent before stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// The relay did not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The clocks differ too much; this is the relay's.
    #[error("the relay's clock says {0:?}")]
    Clock(Timestamp),
    /// The relay could not read or write; later it may.
    #[error("the relay failed")]
    Failed,
    /// The relay neither knows the log nor lets it be founded, or does not know this device.
    #[error("the relay does not know this vault or this device")]
    NotFound,
    /// A newer version of this program is needed to go on.
    #[error("needs an update")]
    NeedsUpdate,
    /// The relay does not take what it has to take.
    #[error("the relay refuses a commit")]
    Refused,
    /// The relay serves what is not provably of this log, or answers what was not asked.
    #[error("the relay is not true to the log")]
    Untrue,
    /// Another relay answers than the one that this vault was connected to.
    #[error("the relay has another key than before")]
    OtherRelay,
    /// The relay's log has not what the scanned code says that it had.
    #[error("the relay's log is not the one that the code was made of")]
    NotAsSeen,
    /// The setup code or the passphrase is not that of an account at this relay.
    #[error("the code or the passphrase does not open an account at this relay")]
    WrongCode,
    /// The passphrase opens this device, and the account at the relay has another by now.
    #[error("the account has another passphrase")]
    OtherPassphrase,
    /// Too many sign-ins were begun; from then on one more is allowed.
    #[error("too many attempts until {0:?}")]
    Limited(Timestamp),
    /// What was begun took too long, or somebody else was faster; begun again it may come about.
    #[error("begun too long ago")]
    Expired,
    /// The relay does not know the account, and takes a new one by invite.
    #[error("an invite is needed")]
    InviteNeeded,
    /// It is no invite, or none any more.
    #[error("the invite is not good")]
    InviteRefused,
    /// The relay keeps no more of this account.
    #[error("the account's quota is used up")]
    Full,
    /// Each of the logs, here and there, has commits that the other lacks.
    #[error("the relay's log and this device's went apart")]
    Apart,
    /// What the relay has leads on without this device, or back to account keys that were made anew here.
    #[error("what the relay has leads on without this device or its keys")]
    NoRejoin,
    /// The account's log says that it is at the relay of this origin.
    #[error("the account is at {0}")]
    Moved(String),
    /// This device could not.
    #[error(transparent)]
    Vault(#[from] Error),
}

/// Who asks: a device, and how it introduces itself where it has to.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) author: Author,
    pub(super) keys: &'a DeviceKeys,
    pub(super) introduction: Option<Introduction>,
}

impl Asker<'_> {
    /// Asks the relay; the answer's bytes. Where the clocks differ it asks once more by the relay's, which is used for nothing
    /// else.
    pub(super) async fn ask<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        route: Route,
        body: Vec<u8>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Vec<u8>, RemoteError> {
        let replied = relay.transport.exchange(self.request(relay, route, body.clone(), rng, now)).await?;
        let replied = match Answer::decode(&replied) {
            Ok(Answer::Clock(theirs)) => {
                let again = self.request(relay, route, body, rng, Timestamp(theirs));
                relay.transport.exchange(again).await?
            }
            _ => replied,
        };
        relay.unless_newer(replied).await
    }

    /// The request, signed for that time.
    fn request<T>(
        &self,
        relay: &Relay<'_, T>,
        route: Route,
        body: Vec<u8>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Request {
        let target = route.to_string();
        let signed = Signed { origin: relay.origin, method: route.method(), target: &target, body: &body };
        let Author { principal: account, device } = self.author;
        let (time, nonce, signature) = (now.0, draw(rng), Signature::UNSIGNED);
        let mut proof = Proof { account, device, time, nonce, signature, introduction: self.introduction };
        let fields = proof.signed_fields(&signed);
        proof.signature = Signature::new(self.keys.sign(SignatureLabel::Request, &fields));
        Request { method: route.method(), target, authorization: Some(proof.to_header()), body }
    }
}

impl<T: Transport> Relay<'_, T> {
    /// What it answered. One that speaks a later protocol may know none of the targets here, and nothing follows from that.
    async fn unless_newer(&self, replied: Vec<u8>) -> Result<Vec<u8>, RemoteError> {
        match Answer::decode(&replied) {
            Ok(Answer::NotFound) if self.is_newer().await => Err(RemoteError::NeedsUpdate),
            _ => Ok(replied),
        }
    }

    async fn is_newer(&self) -> bool {
        let (method, target) = ("GET", HEALTH.to_owned());
        let health =
            self.transport.exchange(Request { method, target, authorization: None, body: Vec::new() });
        health.await.is_ok_and(|health| protocol_of(&health).is_some_and(|number| number > PROTOCOL))
    }
}

/// The number of the protocol that a relay's health says (`protocol/PROTOCOL.md` §14).
fn protocol_of(health: &[u8]) -> Option<u32> {
    let (_, rest) = std::str::from_utf8(health).ok()?.split_once(r#""protocol":"#)?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// Asks what nobody signs; the answer's bytes.
pub(super) async fn ask_unsigned<T: Transport>(
    relay: &Relay<'_, T>,
    route: Route,
    body: Vec<u8>,
) -> Result<Vec<u8>, RemoteError> {
    let (method, target) = (route.method(), route.to_string());
    let replied = relay.transport.exchange(Request { method, target, authorization: None, body }).await?;
    relay.unless_newer(replied).await
}

/// How a device introduces itself: its entry without the ids.
pub(super) const fn introduction(device: &Device) -> Introduction {
    let Device { signing, agreement, generation, certificate, .. } = *device;
    Introduction { signing, agreement, generation, certificate }
}

pub(super) fn answer(body: &[u8]) -> Result<Answer<'_>, RemoteError> {
    Answer::decode(body).map_err(|reason| match reason {
        Malformed::Unlisted => RemoteError::NeedsUpdate,
        _ => RemoteError::Untrue,
    })
}

/// What an answer means that is none of those that were hoped for.
pub(super) fn wrong(answer: &Answer<'_>) -> RemoteError {
    match answer {
        Answer::Clock(time) => RemoteError::Clock(Timestamp(*time)),
        Answer::Limited(time) => RemoteError::Limited(Timestamp(*time)),
        Answer::Failed => RemoteError::Failed,
        Answer::NotFound => RemoteError::NotFound,
        Answer::NeedsUpdate => RemoteError::NeedsUpdate,
        Answer::Expired => RemoteError::Expired,
        Answer::InviteNeeded => RemoteError::InviteNeeded,
        Answer::InviteRefused => RemoteError::InviteRefused,
        Answer::Full(_) => RemoteError::Full,
        Answer::Refused { .. } | Answer::Malformed | Answer::TooLarge | Answer::WrongMethod => {
            RemoteError::Refused
        }
        _ => RemoteError::Untrue,
    }
}
