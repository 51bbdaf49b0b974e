//! Who may found a log (`PROTOCOL.md` §11).

use protocol::message::{Answer, Message, Quota, Room};
use protocol::{Hash, LogId, PrincipalId};

use super::kept;
use crate::rules::{Asked, Refusal};
use crate::store::{Read, Write};

/// A log that somebody wants to found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Whose.
    pub account: PrincipalId,
    /// Which.
    pub log: LogId,
    /// What the account is invited by.
    pub invite: Option<Message<16>>,
}

impl Wanted {
    /// As the object of the log asks for it, with how the relay was asked for there.
    pub(crate) fn encode(asked: &Asked, is_local: bool) -> Vec<u8> {
        let invite = asked.invite.map_or_else(Vec::new, |Message(code)| code.to_vec());
        [&asked.account.as_bytes()[..], asked.log.as_bytes(), &[u8::from(is_local)], &invite].concat()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<(Self, bool)> {
        let (account, rest) = bytes.split_first_chunk()?;
        let (log, rest) = rest.split_first_chunk()?;
        let (is_local, invite) = rest.split_first()?;
        let invite = if invite.is_empty() { None } else { Some(Message(invite.try_into().ok()?)) };
        Some((Self { account: PrincipalId::new(*account), log: LogId::new(*log), invite }, *is_local == 1))
    }
}

/// Puts a log on the list: what it may hold, and what is written. `is_local` where the relay was asked for by the name of the
/// machine that it runs on.
///
/// # Errors
/// Why it may not be founded.
pub fn list(
    wanted: &Wanted,
    is_local: bool,
    now: u64,
    store: &impl Read,
) -> Result<(Quota, Vec<Write>), Answer<'static>> {
    let Wanted { account, log, invite } = *wanted;
    let known = kept::account(store, account)?;
    if known.is_some_and(|account| account.is_going) {
        // As once it is gone, but that no invite helps yet.
        return Err(match invite {
            _ if log.principal() != account => Answer::NotFound,
            None => Answer::InviteNeeded,
            Some(_) => Answer::InviteRefused,
        });
    }
    let mut writes = Vec::new();
    let quota = match (known, kept::owner(store, log)?) {
        (Some(known), Some(owner)) if owner == account => known.quota,
        (_, Some(_)) => return Err(Answer::NotFound),
        (Some(known), None) => {
            let vaults = kept::logs(store, account)?.iter().filter(|log| log.principal() != account).count();
            if vaults as u64 >= known.quota.vaults {
                return Err(Answer::Full(Room::Vaults));
            }
            known.quota
        }
        (None, None) if log.principal() != account => return Err(Answer::NotFound),
        (None, None) => {
            let invite = invited(invite, is_local, now, store)?;
            writes.extend(kept::add_account(account, invite.as_ref(), now));
            Quota::DEFAULT
        }
    };
    writes.push(kept::add_log(log, account, now));
    Ok((quota, writes))
}

/// What a new account is invited by, if it has to be.
fn invited(
    invite: Option<Message<16>>,
    is_local: bool,
    now: u64,
    store: &impl Read,
) -> Result<Option<Hash>, Refusal> {
    if is_local && !kept::has_accounts(store)? {
        return Ok(None);
    }
    let Message(code) = invite.ok_or(Answer::InviteNeeded)?;
    let hash = Hash::of_invite(&code);
    if kept::has_invite(store, &hash, now)? { Ok(Some(hash)) } else { Err(Answer::InviteRefused) }
}
