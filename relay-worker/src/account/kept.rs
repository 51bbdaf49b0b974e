//! What is kept of an account beside its log: one credential, what was begun, and who is admitted.

use std::ops::ControlFlow;

use protocol::opaque::RECORD;
use protocol::{Attempt, DeviceId, VerifyingKey, limit};

use crate::store::{Failed, Read, Value, Write};

/// The tables. An attempt's state is emptied when it is used up and still counts.
pub(crate) const SCHEMA: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS credential (one INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, identifier BLOB NOT NULL, \
     record BLOB NOT NULL, ark_wrap BLOB NOT NULL, recovery_wrap BLOB NOT NULL, recovery BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS attempts (id BLOB PRIMARY KEY, kind INTEGER NOT NULL, time INTEGER NOT NULL, \
     state BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS admitted (device BLOB PRIMARY KEY, signing BLOB NOT NULL, admits INTEGER NOT NULL, \
     until INTEGER NOT NULL) WITHOUT ROWID",
];

/// What an attempt began. Its state is the credential identifier of a registration, OPAQUE's of a sign-in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Registration = 0,
    SignIn = 1,
}

/// What an admitted device may do besides reading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Admits {
    /// Nothing.
    Reading = 0,
    /// Register without a sign-in.
    Registering = 1,
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Self::Integer(kind as i64)
    }
}

/// How a credential is signed in with.
pub(super) struct SignInRow {
    /// 0 where none is held.
    pub(super) epoch: u64,
    pub(super) identifier: Vec<u8>,
    pub(super) record: Vec<u8>,
}

/// The row that is held, or the one that is given in its place: by one statement that makes one row, whichever it is. Where too
/// many sign-ins were begun it is neither, and from when on there may be another.
pub(super) fn sign_in_row(
    store: &impl Read,
    now: u64,
    (identifier, record): (&[u8; 16], &[u8; RECORD]),
) -> Result<Result<SignInRow, u64>, Failed> {
    let query = "SELECT ifnull((SELECT time FROM attempts WHERE kind = 1 ORDER BY time DESC LIMIT 1 OFFSET ?), 0), \
                 ifnull((SELECT time FROM attempts WHERE kind = 1 ORDER BY time DESC LIMIT 1 OFFSET ?), 0), \
                 ifnull(epoch, 0), ifnull(identifier, ?), ifnull(record, ?) FROM (SELECT 1) LEFT JOIN credential";
    let [often, seldom] = limit::SIGN_INS.map(|(count, _)| Value::from(count as u64 - 1));
    let values = [often, seldom, identifier.into(), Value::Bytes(record.to_vec())];
    // A database without tables shows no row.
    let mut found = Ok(Ok(SignInRow { epoch: 0, identifier: identifier.to_vec(), record: record.to_vec() }));
    store.each(query, &values, &mut |row| {
        found = read_sign_in_row(row, now);
        ControlFlow::Break(())
    })?;
    found
}

/// The time of the eldest that fills each limit comes first, 0 where there is room.
fn read_sign_in_row(row: &[Value], now: u64) -> Result<Result<SignInRow, u64>, Failed> {
    let [often, seldom, Value::Integer(epoch), Value::Bytes(identifier), Value::Bytes(record)] = row else {
        return Err(Failed);
    };
    let times = [often, seldom].map(|time| time.as_integer().unwrap_or_default());
    let untils =
        times.into_iter().zip(limit::SIGN_INS).map(|(time, (_, window))| time.saturating_add(window));
    Ok(match untils.filter(|until| *until > now).max() {
        Some(until) => Err(until),
        None => Ok(SignInRow {
            epoch: epoch.unsigned_abs(),
            identifier: identifier.clone(),
            record: record.clone(),
        }),
    })
}

/// The credential that is held.
pub(super) struct Credential {
    pub(super) epoch: u32,
    pub(super) record: Vec<u8>,
    pub(super) ark_wrap: Vec<u8>,
    pub(super) recovery_wrap: Vec<u8>,
}

pub(super) fn credential(store: &impl Read) -> Result<Option<Credential>, Failed> {
    let mut found = Ok(None);
    store.each("SELECT epoch, record, ark_wrap, recovery_wrap FROM credential", &[], &mut |row| {
        found = read_credential(row).map(Some);
        ControlFlow::Break(())
    })?;
    found
}

fn read_credential(row: &[Value]) -> Result<Credential, Failed> {
    let [Value::Integer(epoch), blobs @ ..] = row else { return Err(Failed) };
    let [Value::Bytes(record), Value::Bytes(ark_wrap), Value::Bytes(recovery_wrap)] = blobs else {
        return Err(Failed);
    };
    let epoch = u32::try_from(*epoch).map_err(|_| Failed)?;
    let [record, ark_wrap, recovery_wrap] = [record, ark_wrap, recovery_wrap].map(Vec::clone);
    Ok(Credential { epoch, record, ark_wrap, recovery_wrap })
}

/// Puts a credential in the place of the one there is.
pub(super) fn set_credential(
    epoch: u32,
    identifier: &[u8],
    [record, ark_wrap, recovery_wrap, recovery]: [&[u8]; 4],
) -> Write {
    let blob = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    Write {
        statement: "INSERT OR REPLACE INTO credential (one, epoch, identifier, record, ark_wrap, recovery_wrap, recovery) \
                    VALUES (0, ?, ?, ?, ?, ?, ?)",
        values: vec![
            u64::from(epoch).into(),
            blob(identifier),
            blob(record),
            blob(ark_wrap),
            blob(recovery_wrap),
            blob(recovery),
        ],
    }
}

/// What was begun or let in under a credential ends with it; guesses still count.
pub(super) fn end_all() -> [Write; 2] {
    [
        Write { statement: "UPDATE attempts SET state = x''", values: Vec::new() },
        Write { statement: "DELETE FROM admitted", values: Vec::new() },
    ]
}

/// What begins an attempt. It goes with the alarm ([`sweep`]) where it is not used up before.
pub(super) fn begin(id: Attempt, kind: Kind, state: &[u8], now: u64) -> Write {
    Write {
        statement: "INSERT INTO attempts (id, kind, time, state) VALUES (?, ?, ?, ?)",
        values: vec![id.as_bytes().into(), kind.into(), now.into(), Value::Bytes(state.to_vec())],
    }
}

fn forget_attempts(now: u64) -> Write {
    let longest = limit::SIGN_INS.iter().map(|(_, window)| *window).max().unwrap_or_default();
    let since = now.saturating_sub(longest);
    Write { statement: "DELETE FROM attempts WHERE time < ?", values: vec![since.into()] }
}

/// When something was begun last, of what still counts.
pub(crate) fn last_begun(store: &impl Read) -> Result<Option<u64>, Failed> {
    let mut last = None;
    store.each("SELECT time FROM attempts ORDER BY time DESC LIMIT 1", &[], &mut |row| {
        last = row.first().and_then(Value::as_integer);
        ControlFlow::Break(())
    })?;
    Ok(last)
}

/// What counts no more goes.
pub(crate) fn sweep(now: u64) -> [Write; 2] {
    [forget_attempts(now), forget_admitted(now)]
}

fn forget_admitted(now: u64) -> Write {
    Write { statement: "DELETE FROM admitted WHERE until <= ?", values: vec![now.into()] }
}

/// The state of an attempt that was begun within `window` and is not used up.
pub(super) fn begun(
    store: &impl Read,
    id: Attempt,
    kind: Kind,
    (now, window): (u64, u64),
) -> Result<Option<Vec<u8>>, Failed> {
    let query = "SELECT state FROM attempts WHERE id = ? AND kind = ? AND time > ?";
    let since = now.saturating_sub(window);
    let state = store.bytes(query, &[id.as_bytes().into(), kind.into(), since.into()])?;
    Ok(state.filter(|state| !state.is_empty()))
}

/// An attempt that was answered wrongly: it is used up, and counts.
pub(super) fn use_up(id: Attempt) -> Write {
    Write { statement: "UPDATE attempts SET state = x'' WHERE id = ?", values: vec![id.as_bytes().into()] }
}

/// An attempt that was answered rightly: it counts no more.
pub(super) fn end(id: Attempt) -> Write {
    Write { statement: "DELETE FROM attempts WHERE id = ?", values: vec![id.as_bytes().into()] }
}

/// Lets a device read.
pub(super) fn let_in(device: DeviceId, signing: &VerifyingKey, admits: Admits, now: u64) -> Write {
    Write {
        statement: "INSERT OR REPLACE INTO admitted (device, signing, admits, until) VALUES (?, ?, ?, ?)",
        values: vec![
            device.as_bytes().into(),
            Value::Bytes(signing.as_bytes().to_vec()),
            Value::Integer(admits as i64),
            now.saturating_add(limit::ADMITTED).into(),
        ],
    }
}

/// What an admitted device signs with.
pub(super) fn admitted(
    store: &impl Read,
    device: DeviceId,
    now: u64,
) -> Result<Option<VerifyingKey>, Failed> {
    let query = "SELECT signing FROM admitted WHERE device = ? AND until > ?";
    let signing = store.bytes(query, &[device.as_bytes().into(), now.into()])?;
    signing.map(|bytes| bytes.try_into().map(VerifyingKey::new).map_err(|_| Failed)).transpose()
}

/// Whether a device was admitted by the recovery key.
pub(super) fn may_register(store: &impl Read, device: DeviceId, now: u64) -> Result<bool, Failed> {
    let query = "SELECT signing FROM admitted WHERE device = ? AND admits = 1 AND until > ?";
    Ok(store.bytes(query, &[device.as_bytes().into(), now.into()])?.is_some())
}

/// What a recovery is verified with.
pub(super) fn recovery_key(store: &impl Read) -> Result<Option<VerifyingKey>, Failed> {
    let key = store.bytes("SELECT recovery FROM credential", &[])?;
    key.map(|bytes| bytes.try_into().map(VerifyingKey::new).map_err(|_| Failed)).transpose()
}
