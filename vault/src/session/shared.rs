//! An unlock that the contexts of one browser share: the store key under a key that the browser keeps and no script can read
//! (`FORMAT.md` §8).

use crypto::{PasskeySalt, PasskeyWrap, PrfOutput, StoreKey};
use rand_core::CryptoRngCore;

use super::deadline::Deadline;
use super::{Error, Session};
use crate::model::Timestamp;
use crate::port::{Store, Stored};
use crate::record::{LOCK, read_device};

impl<S: Store> Session<S> {
    /// The store key under what the browser's key answered to `salt`, for [`Session::resume`]. It is for memory that ends with
    /// the browser, and opens nothing any more once a lock was asked for.
    ///
    /// # Errors
    /// The store's record of locks is longer than one can be.
    pub fn share(
        &self,
        salt: PasskeySalt,
        output: &PrfOutput,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, Error> {
        let (key, name) = (&self.keys.store, name(self.lock.as_deref()));
        let wrap = key.wrap_with_passkey(salt, &name, output, &self.keys.binding, rng);
        Ok(wrap.map_err(|_| Error::TooMuch)?.to_bytes())
    }

    /// Opens with what another session of the store shared, and keeps its deadline.
    ///
    /// # Errors
    /// [`Error::Locked`]: that was of another store or key, or a lock was asked for since, or the deadline is past. No vault,
    /// damaged records, or the store cannot.
    pub async fn resume(store: S, wrap: &[u8], output: &PrfOutput, now: Timestamp) -> Result<Self, Error> {
        let mut stored = store.load().await?.ok_or(Error::NoVault)?;
        let binding = read_device(&stored)?;
        let wrap = PasskeyWrap::parse(wrap).map_err(|_| Error::Locked)?;
        if wrap.credential() != name(stored_lock(&stored)) {
            return Err(Error::Locked);
        }
        let key = StoreKey::unwrap_with_passkey(&wrap, output, &binding).map_err(|_| Error::Locked)?;
        let deadline = Deadline::going_on(&stored);
        if deadline.is_past(now) {
            return Err(Error::Locked);
        }
        Ok(Self { deadline, ..Self::open(store, &mut stored, binding, key).await? })
    }
}

fn stored_lock(stored: &Stored) -> Option<&[u8]> {
    stored.cells.get(&LOCK).map(Vec::as_slice)
}

/// What stands in place of a passkey's id: no authenticator has it, and each lock makes another.
fn name(lock: Option<&[u8]>) -> Vec<u8> {
    [b"shared", lock.unwrap_or_default()].concat()
}
