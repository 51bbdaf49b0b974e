//! What is kept of an account beside its log: one credential, what was begun, and who is admitted.

use std::ops::ControlFlow;

use protocol::opaque::RECORD;
use protocol::{Attempt, DeviceId, VerifyingKey, limit};
use weakness::Weakness;

use crate::store::{Failed, Read, Value, Write};

/// The tables. What was begun and is used up has an empty state, and still counts. Its table is there while anything in it
/// counts ([`put_away`]): the first sign-in after a quiet day makes it, in an account that is known as in one that is not.
pub(crate) const SCHEMA: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS credential (one INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, identifier BLOB NOT NULL, \
     record BLOB NOT NULL, ark_wrap BLOB NOT NULL, recovery_wrap BLOB NOT NULL, recovery BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS begun (kind INTEGER, time INTEGER, id BLOB, state BLOB NOT NULL, \
     PRIMARY KEY (kind, time, id)) WITHOUT ROWID",
];

/// What was begun, and by what it is found again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By its attempt, with its credential identifier.
    Registration = 0,
    /// By its attempt, with OPAQUE's state under a mask ([`super::setup::Setup::mask`]).
    SignIn = 1,
    /// The stay of a device that signed in: by the device, with what it signs with. It reads.
    Reading = 2,
    /// That of one which came by the recovery key. It also registers without a sign-in.
    Registering = 3,
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
    let query = "SELECT ifnull((SELECT time FROM begun WHERE kind = 1 ORDER BY time DESC LIMIT 1 OFFSET ?), 0), \
                 ifnull((SELECT time FROM begun WHERE kind = 1 ORDER BY time DESC LIMIT 1 OFFSET ?), 0), \
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
        Some(until) if !weakness::has(Weakness::Charged) => Err(until),
        _ => Ok(SignInRow {
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
pub(super) fn end_all() -> Write {
    Write { statement: "UPDATE begun SET state = x''", values: Vec::new() }
}

/// What begins a registration, a sign-in or a stay. It goes with the alarm ([`sweep`]) where it is not used up before.
pub(super) fn begin(id: &[u8; 16], kind: Kind, state: &[u8], now: u64) -> Write {
    Write {
        statement: "INSERT OR REPLACE INTO begun (kind, time, id, state) VALUES (?, ?, ?, ?)",
        values: vec![kind.into(), now.into(), id.into(), Value::Bytes(state.to_vec())],
    }
}

/// When something was begun last, of what still counts.
pub(crate) fn last_begun(store: &impl Read) -> Result<Option<u64>, Failed> {
    let mut last = None;
    store.each("SELECT time FROM begun ORDER BY time DESC LIMIT 1", &[], &mut |row| {
        last = row.first().and_then(Value::as_integer);
        ControlFlow::Break(())
    })?;
    Ok(last)
}

/// What counts no more goes.
pub(crate) fn sweep(now: u64) -> Write {
    let longest = limit::SIGN_INS.iter().map(|(_, window)| *window).max().unwrap_or_default();
    let since = now.saturating_sub(longest);
    Write { statement: "DELETE FROM begun WHERE time < ?", values: vec![since.into()] }
}

/// Where nothing counts, its table goes.
pub(crate) fn put_away() -> Write {
    Write { statement: "DROP TABLE IF EXISTS begun", values: Vec::new() }
}

/// The state of what was begun within `window` and is not used up.
pub(super) fn begun(
    store: &impl Read,
    id: &[u8; 16],
    kind: Kind,
    (now, window): (u64, u64),
) -> Result<Option<Vec<u8>>, Failed> {
    let query = "SELECT state FROM begun WHERE kind = ? AND time > ? AND id = ? AND state <> x''";
    store.bytes(query, &[kind.into(), now.saturating_sub(window).into(), id.into()])
}

/// A sign-in that was answered wrongly: it is used up, and counts.
pub(super) fn use_up(id: Attempt) -> Write {
    Write {
        statement: "UPDATE begun SET state = x'' WHERE kind = 1 AND id = ?",
        values: vec![id.as_bytes().into()],
    }
}

/// What was answered rightly counts no more.
pub(super) fn end(id: Attempt, kind: Kind) -> Write {
    let values = vec![kind.into(), id.as_bytes().into()];
    Write { statement: "DELETE FROM begun WHERE kind = ? AND id = ?", values }
}

/// In the place of a sign-in that was answered rightly, a device's stay.
pub(super) fn let_in(id: Attempt, device: DeviceId, signing: &VerifyingKey, now: u64) -> Write {
    let signing = Value::Bytes(signing.as_bytes().to_vec());
    Write {
        statement: "UPDATE OR REPLACE begun SET kind = 2, time = ?, id = ?, state = ? WHERE kind = 1 AND id = ?",
        values: vec![now.into(), device.as_bytes().into(), signing, id.as_bytes().into()],
    }
}

/// What an admitted device signs with.
pub(super) fn admitted(
    store: &impl Read,
    device: DeviceId,
    now: u64,
) -> Result<Option<VerifyingKey>, Failed> {
    for kind in [Kind::Reading, Kind::Registering] {
        if let Some(key) = begun(store, device.as_bytes(), kind, (now, limit::ADMITTED))? {
            return key.try_into().map(|key| Some(VerifyingKey::new(key))).map_err(|_| Failed);
        }
    }
    Ok(None)
}

/// Whether a device was admitted by the recovery key.
pub(super) fn may_register(store: &impl Read, device: DeviceId, now: u64) -> Result<bool, Failed> {
    let stay = begun(store, device.as_bytes(), Kind::Registering, (now, limit::ADMITTED))?;
    Ok(stay.is_some())
}

/// What a recovery is verified with.
pub(super) fn recovery_key(store: &impl Read) -> Result<Option<VerifyingKey>, Failed> {
    let key = store.bytes("SELECT recovery FROM credential", &[])?;
    key.map(|bytes| bytes.try_into().map(VerifyingKey::new).map_err(|_| Failed)).transpose()
}
