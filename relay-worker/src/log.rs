//! The rules of a log's routes (`PROTOCOL.md` §2 to §7), pure: a request, the time and a store to read in; an answer and what
//! to write out.

mod append;
mod kept;
mod read;
mod sender;

pub use kept::SCHEMA;

use protocol::message::{Answer, Proof, Route, Signed, Unroutable};
use protocol::{Verify, limit};

use crate::store::{Failed, Read, Write};

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
    /// Whether the deployment lets its sender found this log.
    pub may_found: bool,
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
}

impl Decision {
    /// Answers, and writes nothing.
    pub(crate) fn of(answer: &Answer<'_>) -> Self {
        Self { status: answer.status(), body: answer.encode(), writes: Vec::new() }
    }
}

/// Why a request is not done: the answer that says so.
type Refusal = Answer<'static>;

impl From<Failed> for Refusal {
    fn from(Failed: Failed) -> Self {
        Self::Failed
    }
}

/// Decides `request` at `now`, milliseconds since 1970.
pub fn decide(request: &Request<'_>, now: u64, store: &impl Read, verify: &impl Verify) -> Decision {
    let decided = Arrived::of(request, now).and_then(|arrived| match arrived.route {
        Route::Append(log) => append::append(&arrived, log, store, verify),
        _ => read::read(&arrived, store, verify),
    });
    decided.unwrap_or_else(|refusal| Decision::of(&refusal))
}

/// A request that passed all checks for which nothing of the store is read.
struct Arrived<'a> {
    request: &'a Request<'a>,
    route: Route,
    proof: Proof,
    signed: Signed<'a>,
}

impl<'a> Arrived<'a> {
    /// Checks 1 to 4 of `PROTOCOL.md` §3.
    fn of(request: &'a Request<'a>, now: u64) -> Result<Self, Refusal> {
        let route = Route::parse(request.method, request.target).map_err(|reason| match reason {
            Unroutable::NotFound => Answer::NotFound,
            Unroutable::WrongMethod => Answer::WrongMethod,
            Unroutable::Malformed => Answer::Malformed,
        })?;
        if request.body.len() > limit::REQUEST {
            return Err(Answer::TooLarge);
        }
        let header = request.authorization.ok_or(Answer::Malformed)?;
        let proof = Proof::from_header(header).map_err(|_| Answer::Malformed)?;
        if proof.time.abs_diff(now) > limit::CLOCK {
            return Err(Answer::Clock(now));
        }
        let Request { origin, method, target, body, .. } = *request;
        Ok(Self { request, route, proof, signed: Signed { origin, method, target, body } })
    }
}
