//! What may be known of a vault without a key.

use crypto::{PasskeySalt, PasskeyWrap};

use crate::port::{CellId, Store, Stored};
use crate::record::{MAX_PASSKEYS, PASSKEYS, checked, parse_error};
use crate::session::Error;

/// Whether there is a vault in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There is none.
    Empty,
    /// There is one, locked.
    Locked(Locked),
}

/// A locked vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The passkeys that open it.
    pub passkeys: Vec<Passkey>,
}

/// What a passkey is asked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its credential id.
    pub credential: Vec<u8>,
    /// What its PRF is asked with.
    pub salt: PasskeySalt,
}

/// Whether there is a vault in `store`.
///
/// # Errors
/// The store does not answer, or its passkey records are damaged.
pub async fn presence(store: &impl Store) -> Result<Presence, Error> {
    match store.load().await? {
        None => Ok(Presence::Empty),
        Some(stored) => {
            let wraps = passkey_wraps(&stored)?;
            let passkey = |(_, wrap): &(CellId, PasskeyWrap)| Passkey {
                credential: wrap.credential().to_vec(),
                salt: *wrap.salt(),
            };
            Ok(Presence::Locked(Locked { passkeys: wraps.iter().map(passkey).collect() }))
        }
    }
}

/// The wraps of the store key under passkeys, by cell.
pub(crate) fn passkey_wraps(stored: &Stored) -> Result<Vec<(CellId, PasskeyWrap)>, Error> {
    let cells = stored.cells.range(PASSKEYS..CellId(PASSKEYS.0 + MAX_PASSKEYS));
    let what = "a passkey";
    let wrap =
        |bytes: &Vec<u8>| PasskeyWrap::parse(checked(bytes, what)?).map_err(|error| parse_error(error, what));
    cells.map(|(id, bytes)| Ok((*id, wrap(bytes)?))).collect()
}
