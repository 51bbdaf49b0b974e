//! Whether an address may ask now (`PROTOCOL.md` §13): said by the object of the address, before a request is handed on to the
//! one that keeps what it is about.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use protocol::message::{Answer, Route};
use worker::{Date, Env, Request, Response, Result};
use zeroize::Zeroizing;

use crate::bucket::{Kind, bucket};
use crate::object::{COUNT, LOOK, Peer};
use crate::respond;

thread_local! {
    /// Addresses whose requests prove nothing too often, and until when nothing of them is looked at. The objects of the
    /// addresses know it too: after a restart the next such request tells.
    static CLOSED: RefCell<BTreeMap<[u8; 16], u64>> = const { RefCell::new(BTreeMap::new()) };
}

/// How many of them are remembered.
const REMEMBERED: usize = 10_000;

/// The gate for one request.
pub(crate) struct Gate<'a> {
    env: &'a Env,
    /// What its address is counted under, if it is.
    bucket: Option<[u8; 16]>,
}

impl<'a> Gate<'a> {
    pub(crate) fn of(request: &Request, env: &'a Env) -> Self {
        Self { env, bucket: counted_under(request, env) }
    }

    /// What is answered in the place of what was asked for, if the address has to wait.
    pub(crate) async fn refuse(&self, method: &str, target: &str) -> Result<Option<Response>> {
        let closed = CLOSED.with_borrow(|closed| closed.get(&self.bucket?).copied());
        if let Some(until) = closed.filter(|until| *until > Date::now().as_millis()) {
            return limited(until).map(Some);
        }
        let until = match begins(method, target) {
            Some(Begun::Counted(kind)) => self.ask(COUNT, kind).await?,
            Some(Begun::Socket) => self.ask(LOOK, Kind::Unproven).await?,
            None => None,
        };
        until.map(limited).transpose()
    }

    /// The answer, unless it says for one time too many that nothing was proved.
    pub(crate) async fn pass(&self, response: Response) -> Result<Response> {
        if !matches!(response.status_code(), 400 | 404 | 410) {
            return Ok(response);
        }
        match (self.ask(COUNT, Kind::Unproven).await?, self.bucket) {
            (Some(until), Some(bucket)) => {
                CLOSED.with_borrow_mut(|closed| {
                    if closed.len() >= REMEMBERED {
                        closed.clear();
                    }
                    closed.insert(bucket, until);
                });
                limited(until)
            }
            _ => Ok(response),
        }
    }

    /// Asks the object of the address: from when on there may be another, if this is one too many.
    async fn ask(&self, what: &str, kind: Kind) -> Result<Option<u64>> {
        let Some(bucket) = self.bucket else { return Ok(None) };
        let (_, body) = Peer::Bucket(bucket).ask(self.env, what, &[kind.into()]).await?;
        Ok(match Answer::decode(&body) {
            Ok(Answer::Limited(until)) => Some(until),
            _ => None,
        })
    }
}

/// What a request begins of which the address's object hears before anything is read for it.
enum Begun {
    /// It is counted.
    Counted(Kind),
    /// A socket, which is counted when it proved nothing.
    Socket,
}

fn begins(method: &str, target: &str) -> Option<Begun> {
    match Route::parse(method, target) {
        Ok(Route::SignIn(_) | Route::Recover(_)) => Some(Begun::Counted(Kind::SignIn)),
        Ok(Route::Register(_) | Route::Found(_)) => Some(Begun::Counted(Kind::Registration)),
        Ok(Route::Socket(_)) => Some(Begun::Socket),
        _ => None,
    }
}

/// The address is what the nearest proxy says, in the header that the deployment names: the last one there.
pub(crate) fn counted_under(request: &Request, env: &Env) -> Option<[u8; 16]> {
    let header =
        env.var("ADDRESS_HEADER").map_or_else(|_| "CF-Connecting-IP".to_owned(), |name| name.to_string());
    let addresses = request.headers().get(&header).ok().flatten()?;
    let address = addresses.rsplit(',').next()?;
    let secret = Zeroizing::new(env.secret("RELAY_SECRET").ok()?.to_string());
    let secret = Zeroizing::new(Base64::decode_vec(secret.trim_ascii()).ok()?);
    bucket(address, &secret)
}

fn limited(until: u64) -> Result<Response> {
    let answer = Answer::Limited(until);
    respond(answer.status(), answer.encode())
}
