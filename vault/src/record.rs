//! The single records of a store: which there are, and how each is written.

use crypto::{DeviceBinding, LocalKey, LocalKind, Opened, ParseError, Sealed};
use protocol::Hash;
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::port::{CellId, Span, Stored};
use crate::session::Error;

/// Which device this is, in the clear.
pub(crate) const DEVICE: CellId = CellId(0);
/// The store key under the passphrase.
pub(crate) const PASSPHRASE: CellId = CellId(1);
/// The device's and the account's keys.
pub(crate) const KEYCHAIN: CellId = CellId(2);
/// The account's log, and what it says of the vault.
pub(crate) const ACCOUNT: CellId = CellId(3);
/// Which segments belong together.
pub(crate) const MANIFEST: CellId = CellId(4);
/// What the person set.
pub(crate) const SETTINGS: CellId = CellId(5);
/// The generation in which a lock of every session was last asked for, in the clear.
pub(crate) const LOCK: CellId = CellId(6);
/// Until when this vault may stay open, in the clear.
pub(crate) const DEADLINE: CellId = CellId(7);
/// The relay that this vault is connected to.
pub(crate) const CONNECTION: CellId = CellId(8);
/// The store key under the passphrase that takes the place of [`PASSPHRASE`] once the relay has acknowledged it.
pub(crate) const NEXT_PASSPHRASE: CellId = CellId(9);
/// The keys that take the place of [`KEYCHAIN`] with it.
pub(crate) const NEXT_KEYCHAIN: CellId = CellId(10);
/// The first of the passkeys' wraps.
pub(crate) const PASSKEYS: CellId = CellId(0x100);
/// How many passkeys there may be.
pub(crate) const MAX_PASSKEYS: u32 = 16;

/// The first page of the journal.
pub(crate) const JOURNAL: CellId = CellId(0x200);
/// How many pages of the journal there may be.
pub(crate) const JOURNAL_PAGES: u32 = 16;

const VERSION: u8 = 1;
const GENERATION: usize = 8;
const CHECK: usize = 4;

/// A span as it is written.
pub(crate) type SpanRecord = (u64, u32, u32);

pub(crate) const fn span_record(span: Span) -> SpanRecord {
    (span.pack, span.offset, span.length)
}

pub(crate) const fn span_of((pack, offset, length): SpanRecord) -> Span {
    Span { pack, offset, length }
}

/// A cell that has to be there.
pub(crate) fn cell<'a>(stored: &'a Stored, id: CellId, what: &'static str) -> Result<&'a [u8], Error> {
    stored.cells.get(&id).map(Vec::as_slice).ok_or(Error::Damaged(what))
}

/// A record in the clear with its check (`FORMAT.md` §8): else a bit that turned would be told as a wrong passphrase.
pub(crate) fn with_check(mut record: Vec<u8>) -> Vec<u8> {
    let check = check(&record);
    record.extend_from_slice(&check);
    record
}

/// The record before a check, if that is its own. How a newer version checks its records is not known.
pub(crate) fn checked<'a>(bytes: &'a [u8], what: &'static str) -> Result<&'a [u8], Error> {
    match bytes.split_last_chunk::<CHECK>() {
        Some((record, found)) if check(record) == *found => Ok(record),
        Some(([version, ..], _)) if *version != VERSION => Err(Error::NewerVersion),
        _ => Err(Error::Damaged(what)),
    }
}

fn check(record: &[u8]) -> [u8; CHECK] {
    let [a, b, c, d, ..] = *Hash::of_blob(record).as_bytes();
    [a, b, c, d]
}

/// `version || account || device`, with a check.
pub(crate) fn write_device(binding: &DeviceBinding) -> Vec<u8> {
    with_check([&[VERSION][..], &binding.account, &binding.device].concat())
}

pub(crate) fn read_device(stored: &Stored) -> Result<DeviceBinding, Error> {
    let damaged = Error::Damaged("device record");
    match checked(cell(stored, DEVICE, "device record")?, "device record")? {
        [VERSION, rest @ ..] => {
            let (account, device) = rest.split_first_chunk().ok_or_else(|| damaged.clone())?;
            let device = device.try_into().map_err(|_| damaged)?;
            Ok(DeviceBinding { account: *account, device })
        }
        [_, ..] => Err(Error::NewerVersion),
        [] => Err(damaged),
    }
}

/// `generation || sealed`: a record sealed for the generation that is written before it, and bound to it.
pub(crate) fn with_generation(generation: u64, sealed: &Sealed) -> Vec<u8> {
    [&generation.to_le_bytes()[..], sealed.as_bytes()].concat()
}

/// Takes `generation || sealed` apart.
pub(crate) fn read_sealed(bytes: &[u8], what: &'static str) -> Result<(u64, Sealed), Error> {
    let (generation, sealed) = bytes.split_first_chunk::<GENERATION>().ok_or(Error::Damaged(what))?;
    let sealed = Sealed::from_store(sealed.to_vec()).map_err(|error| parse_error(error, what))?;
    Ok((u64::from_le_bytes(*generation), sealed))
}

pub(crate) const fn parse_error(error: ParseError, what: &'static str) -> Error {
    match error {
        ParseError::Malformed => Error::Damaged(what),
        ParseError::Newer => Error::NewerVersion,
    }
}

/// Seals a record of this device as `generation || sealed`.
pub(crate) fn seal(
    key: &LocalKey,
    kind: LocalKind,
    number: u32,
    generation: u64,
    plaintext: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, Error> {
    let sealed = key.seal(kind, number, generation, plaintext, rng).map_err(|_| Error::TooMuch)?;
    Ok(with_generation(generation, &sealed))
}

pub(crate) fn open(
    key: &LocalKey,
    kind: LocalKind,
    number: u32,
    bytes: &[u8],
    what: &'static str,
) -> Result<Opened, Error> {
    let (generation, sealed) = read_sealed(bytes, what)?;
    key.open(kind, number, generation, &sealed).map_err(|_| Error::Damaged(what))
}

/// `version || postcard`, in a buffer of its final size: one that grows would leave copies behind.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    let size = postcard::experimental::serialized_size(value).map_err(|_| Error::TooMuch)?;
    let mut bytes = Zeroizing::new(vec![VERSION; size + 1]);
    let body = bytes.get_mut(1..).unwrap_or_default();
    postcard::to_slice(value, body).map_err(|_| Error::TooMuch)?;
    Ok(bytes)
}

/// Reads what [`encode`] wrote, all of it.
pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8], what: &'static str) -> Result<T, Error> {
    match bytes {
        [VERSION, body @ ..] => match postcard::take_from_bytes(body) {
            Ok((value, [])) => Ok(value),
            _ => Err(Error::Damaged(what)),
        },
        [_, ..] => Err(Error::NewerVersion),
        [] => Err(Error::Damaged(what)),
    }
}
