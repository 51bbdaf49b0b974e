//! How often one address may ask (`PROTOCOL.md` §13): counted in an object of its own for each address, and before anything
//! of an account is read.

use std::net::{IpAddr, Ipv6Addr};
use std::ops::ControlFlow;

use hkdf::Hkdf;
use protocol::message::Answer;
use sha2::Sha512;

use crate::rules::Refusal;
use crate::store::{Failed, Read, Value, Write};

/// The tables: how many of a kind since the beginning of a window.
pub const SCHEMA: [&str; 1] =
    ["CREATE TABLE IF NOT EXISTS counts (kind INTEGER, length INTEGER, start INTEGER NOT NULL, \
     count INTEGER NOT NULL, PRIMARY KEY (kind, length)) WITHOUT ROWID"];

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sign-ins begun and recoveries, whatever comes of them.
    SignIn = 0,
    /// Registrations begun, and foundings that bring an invite.
    Registration = 1,
    /// What proved nothing: requests answered *malformed*, *not found* or *expired*, sockets closed as such.
    Unproven = 2,
}

impl Kind {
    /// How many in how many milliseconds.
    pub const fn limits(self) -> &'static [(u64, u64)] {
        match self {
            Self::SignIn => &[(30, 15 * MINUTE), (200, 24 * HOUR)],
            Self::Registration => &[(30, HOUR)],
            Self::Unproven => &[(300, 15 * MINUTE)],
        }
    }
}

/// Whether there may be one more.
///
/// # Errors
/// *Limited*, with the time from which on there may.
pub fn look(kind: Kind, now: u64, store: &impl Read) -> Result<(), Answer<'static>> {
    for (most, length) in kind.limits() {
        let start = now - now % length;
        if counted(store, kind, *length, start)? >= *most {
            return Err(Answer::Limited(start + length));
        }
    }
    Ok(())
}

/// Counts one more, unless it is one too many.
///
/// # Errors
/// As [`look`].
pub fn count(kind: Kind, now: u64, store: &impl Read) -> Result<Vec<Write>, Answer<'static>> {
    look(kind, now, store)?;
    let mut writes = Vec::new();
    for (_, length) in kind.limits() {
        let start = now - now % length;
        let values = [Value::Integer(kind as i64), (*length).into(), start.into()];
        writes.push(Write {
            statement: "INSERT INTO counts (kind, length, start, count) VALUES (?, ?, ?, 1) \
                        ON CONFLICT (kind, length) DO UPDATE SET start = excluded.start, \
                        count = CASE WHEN start = excluded.start THEN count + 1 ELSE 1 END",
            values: values.to_vec(),
        });
    }
    Ok(writes)
}

fn counted(store: &impl Read, kind: Kind, length: u64, start: u64) -> Result<u64, Failed> {
    let query = "SELECT count FROM counts WHERE kind = ? AND length = ? AND start = ?";
    let mut count = 0;
    store.each(query, &[Value::Integer(kind as i64), length.into(), start.into()], &mut |row| {
        count = row.first().and_then(Value::as_integer).unwrap_or_default();
        ControlFlow::Break(())
    })?;
    Ok(count)
}

/// How long a count may matter, in milliseconds, and a second more: then the object is erased.
pub const COUNTED: u64 = 24 * HOUR + 1_000;

/// What an address is counted under: it, or of an IPv6 address the network of 64 bits, hashed under the relay's secret, so that
/// whoever copies the database learns no addresses. `None` for the machine itself, which is not counted.
pub fn bucket(address: &str, secret: &[u8]) -> Option<[u8; 16]> {
    let address: IpAddr = address.trim().parse().ok()?;
    let address = address.to_canonical();
    if address.is_loopback() {
        return None;
    }
    let network = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => network(address).to_vec(),
    };
    let mut name = [0; 16];
    let root = Hkdf::<Sha512>::new(Some(b"tacit/v1/relay"), secret);
    root.expand(&[b"address", &network[..]].concat(), &mut name).ok()?;
    Some(name)
}

fn network(address: Ipv6Addr) -> [u8; 8] {
    let mut network = [0; 8];
    network.iter_mut().zip(address.octets()).for_each(|(to, from)| *to = from);
    network
}

impl From<Kind> for u8 {
    fn from(kind: Kind) -> Self {
        kind as Self
    }
}

/// The kind that a number stands for among the relay's objects.
pub(crate) const fn kind(number: u8) -> Result<Kind, Refusal> {
    match number {
        0 => Ok(Kind::SignIn),
        1 => Ok(Kind::Registration),
        2 => Ok(Kind::Unproven),
        _ => Err(Answer::Malformed),
    }
}
