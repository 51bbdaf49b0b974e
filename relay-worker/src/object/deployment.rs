//! The Durable Object of the deployment: its rules over its SQLite, and what they have the objects of logs do.
#![expect(missing_docs, reason = "what the macro makes of an object is documented by the runtime")]

use protocol::message::{AdminAnswer, Answer, Holding, Quota};
use protocol::{LogId, VerifyingKey};
use worker::{Date, DurableObject, Env, Request, Response, Result, State, durable_object};

use super::peer::{ERASE, HOLDING, LIST, OK, Peer, QUOTA};
use super::{body, origin};
use crate::deployment::{self, SCHEMA, Then, Wanted};
use crate::rules::{Refusal, Request as Asked};
use crate::sqlite::Sqlite;
use crate::store::Failed;
use crate::verify::Strict;
use crate::{address, respond};

/// The deployment.
#[durable_object(alarm)]
#[derive(Debug)]
pub struct DeploymentObject {
    store: Sqlite,
    env: Env,
}

impl DurableObject for DeploymentObject {
    fn new(state: State, env: Env) -> Self {
        Self { store: Sqlite::new(&state), env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let url = request.inner().url();
        let body = match body(&mut request).await? {
            Ok(body) => body,
            Err(refusal) => return respond(refusal.status(), refusal.encode()),
        };
        let answered = if address(&url).1 == LIST {
            let listed = self.list(&body).map(|quota| quota.encode());
            self.wake().await?;
            listed
        } else {
            self.administer(&request, &body).await?.map(|answer| answer.encode())
        };
        match answered {
            Ok(bytes) => respond(OK, bytes),
            Err(refusal) => respond(refusal.status(), refusal.encode()),
        }
    }

    /// Finishes what was begun over two objects and not ended.
    async fn alarm(&self) -> Result<Response> {
        for log in deployment::unsettled(&self.store, now()).map_err(failed)? {
            let (status, _) = Peer::Log(log).ask(&self.env, HOLDING, &[]).await?;
            let writes = match status {
                OK => vec![deployment::settled(log)],
                _ if status == Answer::NotFound.status() => deployment::undone(log, now()).to_vec(),
                _ => return Err(failed(Failed)),
            };
            self.store.apply(&SCHEMA, &writes).map_err(failed)?;
        }
        self.erase().await?;
        self.wake().await?;
        Response::empty()
    }
}

impl DeploymentObject {
    /// Puts a log on the list, if it may be founded: what it may hold.
    fn list(&self, body: &[u8]) -> std::result::Result<Quota, Refusal> {
        let (wanted, is_local) = Wanted::decode(body).ok_or(Answer::Malformed)?;
        let (quota, writes) = deployment::list(&wanted, is_local, now(), &self.store)?;
        self.store.apply(&SCHEMA, &writes)?;
        Ok(quota)
    }

    async fn administer(
        &self,
        request: &Request,
        body: &[u8],
    ) -> Result<std::result::Result<AdminAnswer, Refusal>> {
        let (url, authorization) = (request.inner().url(), request.headers().get("Authorization")?);
        let origin = origin(&self.env, &url);
        let method = request.method();
        let asked = Asked {
            origin: &origin,
            method: method.as_ref(),
            target: address(&url).1,
            authorization: authorization.as_deref(),
            body,
            quota: None,
        };
        let admin = administrator(&self.env);
        let decided = deployment::administer(&asked, admin.as_ref(), now(), &self.store, &Strict);
        let then = match decided.and_then(|it| Ok(self.store.apply(&SCHEMA, &it.writes).map(|()| it.then)?)) {
            Ok(then) => then,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // In the turn of what was written: whoever kills the relay now does not end what it began.
        self.wake().await?;
        self.carry_out(then).await
    }

    async fn carry_out(&self, then: Then) -> Result<std::result::Result<AdminAnswer, Refusal>> {
        match then {
            Then::Answer(answer) => return Ok(Ok(answer)),
            Then::Show { since, quota, logs } => {
                let logs = self.holdings(&logs).await?;
                return Ok(Ok(AdminAnswer::Account { since, quota, logs }));
            }
            Then::Tell { quota, logs } => {
                for log in logs {
                    let (status, _) = Peer::Log(log).ask(&self.env, QUOTA, &quota.encode()).await?;
                    if status == Answer::Failed.status() {
                        return Ok(Err(Answer::Failed));
                    }
                }
            }
            Then::Erase => self.erase().await?,
        }
        Ok(Ok(AdminAnswer::Done))
    }

    /// What each of these logs holds that are there.
    async fn holdings(&self, logs: &[LogId]) -> Result<Vec<Holding>> {
        let mut holdings = Vec::new();
        for log in logs {
            let (status, body) = Peer::Log(*log).ask(&self.env, HOLDING, &[]).await?;
            let (bytes, commits) = body.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
            let commits = commits.first_chunk::<8>().map_or(0, |commits| u64::from_le_bytes(*commits));
            if status == OK {
                holdings.push(Holding { log: *log, bytes: u64::from_le_bytes(*bytes), commits });
            }
        }
        Ok(holdings)
    }

    /// Erases the logs of accounts that go, and the accounts once nothing more of them can come.
    async fn erase(&self) -> Result<()> {
        for (account, logs) in deployment::erasing(&self.store).map_err(failed)? {
            for log in logs {
                Peer::Log(log).ask(&self.env, ERASE, &[]).await?;
            }
            self.store.apply(&SCHEMA, &deployment::erased(account, now())).map_err(failed)?;
        }
        Ok(())
    }

    /// Has the alarm go off when there is something to be finished.
    async fn wake(&self) -> Result<()> {
        match deployment::next_wake(&self.store).map_err(failed)? {
            Some(time) => self.store.set_alarm(time.saturating_sub(now())).await,
            None => Ok(()),
        }
    }
}

/// The administrator's key, if there is one.
pub(super) fn administrator(env: &Env) -> Option<VerifyingKey> {
    let digits = env.var("ADMIN_KEY").ok()?.to_string();
    VerifyingKey::from_hex(&digits)
}

fn now() -> u64 {
    Date::now().as_millis()
}

fn failed(Failed: Failed) -> worker::Error {
    worker::Error::RustError("the store does not answer".to_owned())
}
