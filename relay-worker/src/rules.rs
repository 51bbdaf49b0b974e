//! Decides a request, pure (`PROTOCOL.md` §2 to §9): a request, the time, chance and a store to read in; an answer and what to
//! write out.

use protocol::message::{Answer, Message, Proof, Quota, Route, Signed};
use protocol::{DeviceId, LogId, PrincipalId, Verify, VerifyingKey, limit};
use rand_core::CryptoRngCore;

use crate::account::{self, Setup};
use crate::log;
use crate::socket::News;
use crate::store::{Failed, Read, Write};

/// The tables that the rules read and write.
pub fn schema() -> impl Iterator<Item = &'static str> {
    log::SCHEMA.into_iter().chain(account::SCHEMA)
}

/// A request as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The origin it was sent to.
    pub origin: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its path and query, as sent.
    pub target: &'a str,
    /// The header of that name.
    pub authorization: Option<&'a str>,
    /// All of its body.
    pub body: &'a [u8],
    /// What the log may hold, where the deployment lets its sender found it.
    pub quota: Option<Quota>,
}

/// What a deployment decides with.
#[derive(Debug)]
pub struct Means<'a, R> {
    /// What sign-ins are by; a deployment without it answers none.
    pub setup: Option<&'a Setup>,
    /// Chance.
    pub rng: &'a mut R,
}

/// What is answered and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The status of the response.
    pub status: u16,
    /// The body of the response.
    pub body: Vec<u8>,
    /// To be applied in this order, all or none, before the response is sent.
    pub writes: Vec<Write>,
    /// The request founds a log: the deployment is asked, and the request decided again with the quota that it gives.
    pub asks: Option<Asked>,
    /// Something was begun that counts for a day: [`SWEPT_AFTER`] the last of it the object forgets it, or all, where there is
    /// no log.
    pub begins: bool,
    /// What the log's sockets are told afterwards.
    pub news: Option<News>,
}

/// How long what is begun counts, in milliseconds, and a second more.
pub const SWEPT_AFTER: u64 = 24 * 3_600_000 + 1_000;

/// What a deployment is asked before a log is founded (`PROTOCOL.md` §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whose log.
    pub account: PrincipalId,
    /// Which.
    pub log: LogId,
    /// Who founds it.
    pub device: DeviceId,
    /// What that device signs with.
    pub signing: VerifyingKey,
    /// What the account is invited by.
    pub invite: Option<Message<16>>,
}

impl Decision {
    /// Answers, and writes nothing.
    pub(crate) fn of(answer: &Answer<'_>) -> Self {
        let (status, body) = (answer.status(), answer.encode());
        Self { status, body, writes: Vec::new(), asks: None, begins: false, news: None }
    }

    /// Asks the deployment. Who does not is as one that lets nobody found a log.
    pub(crate) fn asking(asked: Asked) -> Self {
        Self { asks: Some(asked), ..Self::of(&Answer::NotFound) }
    }
}

/// Why a request is not done: the answer that says so.
pub(crate) type Refusal = Answer<'static>;

impl From<Failed> for Refusal {
    fn from(Failed: Failed) -> Self {
        Self::Failed
    }
}

/// Decides `request` at `now`, milliseconds since 1970.
pub fn decide<R: CryptoRngCore>(
    request: &Request<'_>,
    now: u64,
    means: &mut Means<'_, R>,
    store: &impl Read,
    verify: &impl Verify,
) -> Decision {
    let decided = Arrived::of(request, now).and_then(|arrived| match arrived.route {
        Route::Append(log) => log::append(&arrived.proven()?, log, store, verify),
        Route::Pull { .. } | Route::Chain { .. } | Route::Current { .. } | Route::Blobs(_) => {
            log::read(&arrived.proven()?, store, verify)
        }
        // Each log's object says its own head: [`crate::heads::joined`].
        Route::Heads(_) => log::read(&arrived.proven()?, store, verify),
        Route::Found(account) => log::found(&arrived.proven()?, account, store, verify),
        // Whoever gets one does not come here.
        Route::Socket(_) => Err(Answer::Malformed),
        Route::Register(account) => account::register(&arrived.proven()?, account, means, store, verify),
        Route::Replace(account) => account::replace(&arrived.proven()?, account, store, verify),
        Route::Credential(_) => account::credential(&arrived.proven()?, store, verify),
        Route::SignIn(account) => account::sign_in(&arrived, account, means, store),
        Route::Admit(account) => account::admit(&arrived, account, means, store),
        Route::Recover(account) => account::recover(&arrived, account, store, verify),
    });
    decided.unwrap_or_else(|refusal| Decision::of(&refusal))
}

/// A request for a route, of a length that is read.
#[derive(Clone, Copy)]
pub(crate) struct Arrived<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) route: Route,
    pub(crate) now: u64,
}

/// A request with a proof of this time, which is not verified.
pub(crate) struct Proven<'a> {
    pub(crate) arrived: Arrived<'a>,
    pub(crate) proof: Proof,
    pub(crate) signed: Signed<'a>,
}

impl<'a> Arrived<'a> {
    /// Checks 1 and 2 of `PROTOCOL.md` §3.
    fn of(request: &'a Request<'a>, now: u64) -> Result<Self, Refusal> {
        let route = Route::parse(request.method, request.target)?;
        if request.body.len() > limit::REQUEST {
            return Err(Answer::TooLarge);
        }
        Ok(Self { request, route, now })
    }

    /// Checks 3 and 4.
    fn proven(self) -> Result<Proven<'a>, Refusal> {
        let header = self.request.authorization.ok_or(Answer::Malformed)?;
        let proof = Proof::from_header(header).map_err(|_| Answer::Malformed)?;
        if proof.time.abs_diff(self.now) > limit::CLOCK {
            return Err(Answer::Clock(self.now));
        }
        let Request { origin, method, target, body, .. } = *self.request;
        Ok(Proven { arrived: self, proof, signed: Signed { origin, method, target, body } })
    }
}
