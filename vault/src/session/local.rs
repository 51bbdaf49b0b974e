//! What this device keeps for itself: settings, and the journal.

use crypto::{LocalKey, LocalKind};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::act::ATTEMPTS;
use super::passphrase::Cell;
use super::{Error, Session};
use crate::journal::Event;
use crate::port::{Store, Stored};
use crate::record::{self, SETTINGS};

/// Bytes of settings at most.
const MAX_SETTINGS: usize = 64 * 1024;
/// Told apart from the account's state, which is number 0 of its kind in another log.
const SETTINGS_NUMBER: u32 = 1;

impl<S: Store> Session<S> {
    /// What [`Session::set_settings`] stored last; empty if nothing was. Their meaning is the caller's.
    pub fn settings(&self) -> &[u8] {
        &self.settings
    }

    /// Stores settings, at most 64 KiB.
    ///
    /// # Errors
    /// They are longer, or the store cannot.
    pub async fn set_settings(&mut self, settings: &[u8], rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        if settings.len() > MAX_SETTINGS {
            return Err(Error::TooMuch);
        }
        for _ in 0..ATTEMPTS {
            let cell = settings_cell(&self.keys.account, self.generation.0 + 1, settings, rng)?;
            if self.write(vec![cell]).await? {
                self.settings = Zeroizing::new(settings.to_vec());
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }

    /// The journal's events, newest first: the last 1,024 or so.
    pub fn journal(&self) -> impl Iterator<Item = &Event> {
        self.journal.events()
    }

    /// Adds an event to the journal.
    ///
    /// # Errors
    /// The store cannot.
    pub async fn note(&mut self, event: Event, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let mut journal = self.journal.clone();
            journal.push(event.clone());
            let (id, cell) = journal.seal_last(&self.keys.account, self.generation.0 + 1, rng)?;
            if self.write(vec![(id, Some(cell))]).await? {
                self.journal = journal;
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }
}

/// Settings, to be stored as that generation.
pub(super) fn settings_cell(
    key: &LocalKey,
    generation: u64,
    settings: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Cell, Error> {
    let sealed = record::seal(key, LocalKind::State, SETTINGS_NUMBER, generation, settings, rng)?;
    Ok((SETTINGS, Some(sealed)))
}

pub(super) fn open_settings(stored: &Stored, key: &LocalKey) -> Result<Zeroizing<Vec<u8>>, Error> {
    let Some(bytes) = stored.cells.get(&SETTINGS) else { return Ok(Zeroizing::default()) };
    let opened = record::open(key, LocalKind::State, SETTINGS_NUMBER, bytes, "settings")?;
    Ok(Zeroizing::new(opened.as_bytes().to_vec()))
}
