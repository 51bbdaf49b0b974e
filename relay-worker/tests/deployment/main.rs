//! The rules of a deployment and of addresses on SQLite, with real signatures. `PROTOCOL.md` §11 to §13 say what they prove.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's helper fails by panicking")]

mod admin;
mod bucket;
#[path = "../log/database.rs"]
#[allow(dead_code, reason = "the proofs of a log use all of it")]
mod database;
mod list;

use database::Database;
use protocol::message::{Answer, Invitation, Message, Quota};
use protocol::{Hash, LogId, PrincipalId};
use relay_worker::deployment::{SCHEMA, Wanted, list};

pub(crate) const NOW: u64 = 1_764_280_000_000;
pub(crate) const MINUTE: u64 = 60_000;
/// Asked for under a name of its own, and by that of its machine.
pub(crate) const DEPLOYED: bool = false;
pub(crate) const LOCAL: bool = true;
pub(crate) const CODE: [u8; 16] = [0xC0; 16];

pub(crate) const fn account(number: u8) -> PrincipalId {
    PrincipalId::new([number; 16])
}

/// What an account wants to found first.
pub(crate) const fn own(number: u8, invite: Option<[u8; 16]>) -> Wanted {
    let invite = match invite {
        Some(code) => Some(Message(code)),
        None => None,
    };
    Wanted { account: account(number), log: account(number).log(), invite }
}

/// A vault that it wants to found.
pub(crate) const fn vault(number: u8, vault: u8) -> Wanted {
    Wanted { account: account(number), log: LogId::new([vault; 16]), invite: None }
}

pub(crate) fn empty() -> Database {
    Database::of(SCHEMA.into_iter())
}

/// A deployment with an invite that is good for so many.
pub(crate) fn inviting(uses: u64) -> Database {
    let mut database = empty();
    let invitation = Invitation { hash: Hash::of_invite(&CODE), uses, until: NOW + MINUTE };
    admin::change(&mut database, "/v1/admin/invites", &invitation.encode());
    database
}

/// Asks for it, and writes what is to be written.
pub(crate) fn found(
    database: &mut Database,
    wanted: &Wanted,
    is_local: bool,
    now: u64,
) -> Result<Quota, Answer<'static>> {
    let (quota, writes) = list(wanted, is_local, now, database)?;
    database.apply(&writes);
    Ok(quota)
}
