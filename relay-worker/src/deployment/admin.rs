//! What an administrator asks (`PROTOCOL.md` §12).

use protocol::message::{AdminAnswer, AdminProof, AdminRoute, Answer, Invitation, Quota, Signed, Unroutable};
use protocol::{LogId, PrincipalId, Verify, VerifyingKey, limit};

use super::kept;
use crate::rules::{Refusal, Request};
use crate::store::{Read, Write};

/// What an administrator's request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administered {
    /// What is written first.
    pub writes: Vec<Write>,
    /// And then.
    pub then: Then,
}

/// What is done for an administrator once the list says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// This is answered.
    Answer(AdminAnswer),
    /// These logs are asked what they hold, for an answer about their account.
    Show {
        /// Since when it is on the list.
        since: u64,
        /// What it may hold.
        quota: Quota,
        /// Its logs.
        logs: Vec<LogId>,
    },
    /// These logs are told what they may hold.
    Tell {
        /// Of each log.
        quota: Quota,
        /// Which.
        logs: Vec<LogId>,
    },
    /// What is being erased is erased.
    Erase,
}

/// Decides an administrator's request at `now`, milliseconds since 1970.
///
/// # Errors
/// Why it is not done.
pub fn administer(
    request: &Request<'_>,
    admin: Option<&VerifyingKey>,
    now: u64,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Administered, Answer<'static>> {
    let route =
        admin.ok_or(Unroutable::NotFound).and_then(|_| AdminRoute::parse(request.method, request.target));
    let route = route.map_err(Refusal::from)?;
    if request.body.len() > limit::ADMIN_REQUEST {
        return Err(Answer::TooLarge);
    }
    let proof = proven(request, now)?;
    let asked = Asked::of(route, request.body)?;
    let Request { origin, method, target, body, .. } = *request;
    let message = proof.signed_bytes(&Signed { origin, method, target, body });
    let is_signed = admin.is_some_and(|key| verify.verify(key, &message, &proof.signature));
    if !is_signed {
        return Err(Answer::NotFound);
    }
    match asked {
        Asked::Read(route) => Ok(Administered { writes: Vec::new(), then: read(route, store)? }),
        Asked::Write(_) if kept::is_used(store, &proof.nonce)? => Err(Answer::Expired),
        Asked::Write(change) => {
            let (write, then) = change.decide(now, store)?;
            let writes = kept::use_up(&proof.nonce, proof.time, now).into_iter().chain(write).collect();
            Ok(Administered { writes, then })
        }
    }
}

fn proven(request: &Request<'_>, now: u64) -> Result<AdminProof, Refusal> {
    let header = request.authorization.ok_or(Answer::Malformed)?;
    let proof = AdminProof::from_header(header).map_err(|_| Answer::Malformed)?;
    if proof.time.abs_diff(now) > limit::CLOCK { Err(Answer::Clock(now)) } else { Ok(proof) }
}

/// A request with its body read.
enum Asked {
    Read(AdminRoute),
    Write(Change),
}

enum Change {
    Quota(PrincipalId, Quota),
    Erase(PrincipalId),
    Invite(Invitation),
    Revoke(protocol::Hash),
}

impl Asked {
    fn of(route: AdminRoute, body: &[u8]) -> Result<Self, Refusal> {
        let change = match route {
            AdminRoute::SetQuota(account) => {
                Change::Quota(account, Quota::decode(body).map_err(|_| Answer::Malformed)?)
            }
            AdminRoute::Invite => Change::Invite(Invitation::decode(body).map_err(|_| Answer::Malformed)?),
            _ if !body.is_empty() => return Err(Answer::Malformed),
            AdminRoute::Erase(account) => Change::Erase(account),
            AdminRoute::Revoke(hash) => Change::Revoke(hash),
            AdminRoute::Accounts(_) | AdminRoute::Account(_) | AdminRoute::Invites => {
                return Ok(Self::Read(route));
            }
        };
        Ok(Self::Write(change))
    }
}

fn read(route: AdminRoute, store: &impl Read) -> Result<Then, Refusal> {
    Ok(match route {
        AdminRoute::Accounts(after) => {
            let (accounts, has_more) = kept::accounts(store, after)?;
            Then::Answer(AdminAnswer::Accounts(accounts, has_more))
        }
        AdminRoute::Account(id) => {
            let kept::Account { since, quota, .. } = known(store, id)?;
            Then::Show { since, quota, logs: kept::logs(store, id)? }
        }
        _ => Then::Answer(AdminAnswer::Invites(kept::invites(store)?)),
    })
}

impl Change {
    fn decide(self, now: u64, store: &impl Read) -> Result<(Vec<Write>, Then), Refusal> {
        let done = Then::Answer(AdminAnswer::Done);
        Ok(match self {
            Self::Quota(id, quota) => {
                known(store, id)?;
                (vec![kept::set_quota(id, &quota)], Then::Tell { quota, logs: kept::logs(store, id)? })
            }
            Self::Erase(id) => {
                known(store, id)?;
                (vec![kept::erase(id, now)], Then::Erase)
            }
            Self::Invite(invitation) => (kept::add_invite(&invitation, now).to_vec(), done),
            Self::Revoke(hash) => (vec![kept::revoke(&hash)], done),
        })
    }
}

/// An account that is on the list and stays there.
fn known(store: &impl Read, id: PrincipalId) -> Result<kept::Account, Refusal> {
    kept::account(store, id)?.filter(|account| !account.is_going).ok_or(Answer::NotFound)
}
