//! What is kept of a deployment.

use std::ops::ControlFlow;

use protocol::message::{Invitation, Listed, Quota};
use protocol::{Hash, LogId, PrincipalId, limit};

use crate::store::{Failed, Read, Value, Write};

/// The tables. A log is pending until it is known to be there (`until` is then 0); an account that is being erased has a time
/// in `erasing`, until which its logs are erased again.
pub const SCHEMA: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS accounts (id BLOB PRIMARY KEY, since INTEGER NOT NULL, invite BLOB NOT NULL, \
     bytes INTEGER NOT NULL, commits INTEGER NOT NULL, vaults INTEGER NOT NULL, erasing INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS logs (id BLOB PRIMARY KEY, account BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS invites (hash BLOB PRIMARY KEY, uses INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS nonces (nonce BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
];

/// An account on the list.
#[derive(Clone, Copy)]
pub(super) struct Account {
    pub(super) since: u64,
    pub(super) quota: Quota,
    pub(super) is_going: bool,
}

pub(super) fn account(store: &impl Read, id: PrincipalId) -> Result<Option<Account>, Failed> {
    let query = "SELECT since, bytes, commits, vaults, erasing FROM accounts WHERE id = ?";
    first(store, query, &[id.as_bytes().into()], |row| {
        let [since, bytes, commits, vaults, erasing] = numbers(row)?;
        Some(Account { since, quota: Quota { bytes, commits, vaults }, is_going: erasing > 0 })
    })
}

pub(super) fn has_accounts(store: &impl Read) -> Result<bool, Failed> {
    Ok(first(store, "SELECT 1 FROM accounts LIMIT 1", &[], |_| Some(()))?.is_some())
}

/// Accounts after one, ascending, and whether there are more.
pub(super) fn accounts(store: &impl Read, after: Option<PrincipalId>) -> Result<(Vec<Listed>, bool), Failed> {
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    let query = "SELECT id, since FROM accounts WHERE id > ? AND erasing = 0 ORDER BY id LIMIT ?";
    let most = limit::LISTED + 1;
    let mut found = all(store, query, &[Value::Bytes(after), (most as u64).into()], |row| match row {
        [id, since] => Some(Listed { account: PrincipalId::new(bytes(id)?), since: since.as_integer()? }),
        _ => None,
    })?;
    let has_more = found.len() > limit::LISTED;
    found.truncate(limit::LISTED);
    Ok((found, has_more))
}

/// Whose a log is.
pub(super) fn owner(store: &impl Read, log: LogId) -> Result<Option<PrincipalId>, Failed> {
    first(store, "SELECT account FROM logs WHERE id = ?", &[log.as_bytes().into()], |row| {
        Some(PrincipalId::new(bytes(row.first()?)?))
    })
}

/// The logs of an account: its own among them.
pub(super) fn logs(store: &impl Read, account: PrincipalId) -> Result<Vec<LogId>, Failed> {
    all(store, "SELECT id FROM logs WHERE account = ? ORDER BY id", &[account.as_bytes().into()], log)
}

/// Logs that may have been founded, or not: their time is over.
///
/// # Errors
/// The store does not answer.
pub fn unsettled(store: &impl Read, now: u64) -> Result<Vec<LogId>, Failed> {
    all(store, "SELECT id FROM logs WHERE until > 0 AND until <= ?", &[now.into()], log)
}

/// Accounts that are being erased, with their logs.
///
/// # Errors
/// The store does not answer.
pub fn erasing(store: &impl Read) -> Result<Vec<(PrincipalId, Vec<LogId>)>, Failed> {
    let going = all(store, "SELECT id FROM accounts WHERE erasing > 0", &[], |row| {
        Some(PrincipalId::new(bytes(row.first()?)?))
    })?;
    going.into_iter().map(|account| Ok((account, logs(store, account)?))).collect()
}

/// When there is something to be settled or erased next.
///
/// # Errors
/// The store does not answer.
pub fn next_wake(store: &impl Read) -> Result<Option<u64>, Failed> {
    let query = "SELECT until FROM logs WHERE until > 0 UNION ALL SELECT erasing FROM accounts WHERE erasing > 0 \
                 ORDER BY 1 LIMIT 1";
    first(store, query, &[], |row| row.first()?.as_integer())
}

fn log(row: &[Value]) -> Option<LogId> {
    Some(LogId::new(bytes(row.first()?)?))
}

/// The invite with this hash, if it is good for one more.
pub(super) fn has_invite(store: &impl Read, hash: &Hash, now: u64) -> Result<bool, Failed> {
    let query = "SELECT 1 FROM invites WHERE hash = ? AND uses > 0 AND until >= ?";
    Ok(first(store, query, &[blob(hash.as_bytes()), now.into()], |_| Some(()))?.is_some())
}

pub(super) fn invites(store: &impl Read) -> Result<Vec<Invitation>, Failed> {
    all(store, "SELECT hash, uses, until FROM invites ORDER BY hash", &[], |row| match row {
        [hash, uses, until] => {
            let (hash, uses) = (Hash::new(bytes(hash)?), uses.as_integer()?);
            Some(Invitation { hash, uses, until: until.as_integer()? })
        }
        _ => None,
    })
}

pub(super) fn is_used(store: &impl Read, nonce: &[u8; 16]) -> Result<bool, Failed> {
    Ok(first(store, "SELECT 1 FROM nonces WHERE nonce = ?", &[nonce.into()], |_| Some(()))?.is_some())
}

/// Puts an account on the list, and takes a use of what it is invited by.
pub(super) fn add_account(id: PrincipalId, invite: Option<&Hash>, now: u64) -> Vec<Write> {
    let Quota { bytes, commits, vaults } = Quota::DEFAULT;
    let by = Value::Bytes(invite.map_or_else(Vec::new, |hash| hash.as_bytes().to_vec()));
    let values = vec![id.as_bytes().into(), now.into(), by, bytes.into(), commits.into(), vaults.into()];
    let statement = "INSERT INTO accounts (id, since, invite, bytes, commits, vaults, erasing) VALUES (?, ?, ?, ?, ?, ?, 0)";
    let take = invite.map(|hash| Write {
        statement: "UPDATE invites SET uses = uses - 1 WHERE hash = ?",
        values: vec![blob(hash.as_bytes())],
    });
    [Write { statement, values }].into_iter().chain(take).collect()
}

/// Puts a log on the list; one that is pending has its time anew.
pub(super) fn add_log(log: LogId, account: PrincipalId, now: u64) -> Write {
    Write {
        statement: "INSERT INTO logs (id, account, until) VALUES (?, ?, ?) \
                    ON CONFLICT (id) DO UPDATE SET until = excluded.until WHERE until > 0",
        values: vec![log.as_bytes().into(), account.as_bytes().into(), (now + limit::FOUNDING).into()],
    }
}

/// The log is there.
pub fn settled(log: LogId) -> Write {
    Write { statement: "UPDATE logs SET until = 0 WHERE id = ?", values: vec![log.as_bytes().into()] }
}

/// The log was not founded in its time: it goes from the list; with it its account, if it was the account's own, and the
/// invite has its use back.
pub fn undone(log: LogId, now: u64) -> [Write; 3] {
    let values = vec![log.as_bytes().into(), now.into()];
    [
        "UPDATE invites SET uses = uses + 1 WHERE hash = (SELECT invite FROM accounts JOIN logs ON logs.id = accounts.id \
         WHERE accounts.id = ?1 AND logs.until > 0 AND logs.until <= ?2)",
        "DELETE FROM accounts WHERE id = ?1 AND id = (SELECT id FROM logs WHERE id = ?1 AND until > 0 AND until <= ?2)",
        "DELETE FROM logs WHERE id = ?1 AND until > 0 AND until <= ?2",
    ]
    .map(|statement| Write { statement, values: values.clone() })
}

pub(super) fn set_quota(id: PrincipalId, quota: &Quota) -> Write {
    Write {
        statement: "UPDATE accounts SET bytes = ?, commits = ?, vaults = ? WHERE id = ?",
        values: vec![quota.bytes.into(), quota.commits.into(), quota.vaults.into(), id.as_bytes().into()],
    }
}

/// From now on nothing of the account is founded. Until every founding that was let through is over, its logs are erased.
pub(super) fn erase(id: PrincipalId, now: u64) -> Write {
    Write {
        statement: "UPDATE accounts SET erasing = ? WHERE id = ?",
        values: vec![(now + limit::FOUNDING).into(), id.as_bytes().into()],
    }
}

/// The logs of the account were erased: it goes, if no founding can be under way any more.
pub fn erased(id: PrincipalId, now: u64) -> [Write; 2] {
    let values = vec![id.as_bytes().into(), now.into()];
    [
        "DELETE FROM logs WHERE account = ?1 AND account = (SELECT id FROM accounts WHERE id = ?1 AND erasing <= ?2)",
        "DELETE FROM accounts WHERE id = ?1 AND erasing > 0 AND erasing <= ?2",
    ]
    .map(|statement| Write { statement, values: values.clone() })
}

/// Adds an invite, if it is not there; those that are over go.
pub(super) fn add_invite(invitation: &Invitation, now: u64) -> [Write; 2] {
    let Invitation { hash, uses, until } = invitation;
    [
        Write { statement: "DELETE FROM invites WHERE until < ?", values: vec![now.into()] },
        Write {
            statement: "INSERT OR IGNORE INTO invites (hash, uses, until) VALUES (?, ?, ?)",
            values: vec![blob(hash.as_bytes()), (*uses).into(), (*until).into()],
        },
    ]
}

pub(super) fn revoke(hash: &Hash) -> Write {
    Write { statement: "DELETE FROM invites WHERE hash = ?", values: vec![blob(hash.as_bytes())] }
}

/// Remembers a nonce as long as its request would be taken; those that would not be are forgotten.
pub(super) fn use_up(nonce: &[u8; 16], time: u64, now: u64) -> [Write; 2] {
    [
        Write { statement: "DELETE FROM nonces WHERE until < ?", values: vec![now.into()] },
        Write {
            statement: "INSERT INTO nonces (nonce, until) VALUES (?, ?)",
            values: vec![nonce.into(), time.saturating_add(limit::CLOCK).into()],
        },
    ]
}

fn blob(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

fn bytes<const N: usize>(value: &Value) -> Option<[u8; N]> {
    value.as_bytes()?.try_into().ok()
}

fn numbers<const N: usize>(row: &[Value]) -> Option<[u64; N]> {
    let numbers: Option<Vec<u64>> = row.iter().map(Value::as_integer).collect();
    numbers?.try_into().ok()
}

/// What `read` makes of the first row.
fn first<T>(
    store: &impl Read,
    query: &'static str,
    values: &[Value],
    read: impl Fn(&[Value]) -> Option<T>,
) -> Result<Option<T>, Failed> {
    let mut found = Ok(None);
    store.each(query, values, &mut |row| {
        found = read(row).ok_or(Failed).map(Some);
        ControlFlow::Break(())
    })?;
    found
}

/// What `read` makes of every row.
fn all<T>(
    store: &impl Read,
    query: &'static str,
    values: &[Value],
    read: impl Fn(&[Value]) -> Option<T>,
) -> Result<Vec<T>, Failed> {
    let mut found = Some(Vec::new());
    store.each(query, values, &mut |row| {
        found = found.take().zip(read(row)).map(|(mut rows, row)| {
            rows.push(row);
            rows
        });
        if found.is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    found.ok_or(Failed)
}
