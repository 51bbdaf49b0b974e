//! What was done with values on this device, without changing any: shown, copied, exported.

use std::collections::VecDeque;

use crypto::{LocalKey, LocalKind};
use protocol::{ObjectId, order};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::port::{CellId, Stored};
use crate::record::{self, JOURNAL, JOURNAL_PAGES};
use crate::session::Error;

/// Events of a page.
const EVENTS: usize = 64;
const WHAT: &str = "journal";

/// Something done with values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub time: Timestamp,
    /// What.
    pub did: Did,
    /// With which secrets; at most [`MAX_SECRETS`], the first ones.
    pub secrets: Vec<ObjectId>,
    /// With how many.
    pub count: u32,
}

/// Secrets that an event names at most.
pub const MAX_SECRETS: usize = 100;

/// What can be done with values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Did {
    /// Shown on the screen.
    Show,
    /// Copied to the clipboard.
    Copy,
    /// Written to a file.
    Export,
    /// Put into a backup.
    Backup,
    /// Taken out to be put into a page.
    Fill,
}

/// The journal: the last pages of events, oldest first. A page is a cell; the oldest makes room for the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    /// The number of the first page.
    first: u64,
    pages: VecDeque<Vec<Event>>,
}

#[derive(Serialize, Deserialize)]
struct Page {
    number: u64,
    events: Vec<(u64, Did, Vec<[u8; 16]>, u32)>,
}

impl Event {
    /// An event with these secrets.
    pub fn new(time: Timestamp, did: Did, secrets: &[ObjectId]) -> Self {
        let count = u32::try_from(secrets.len()).unwrap_or(u32::MAX);
        Self { time, did, secrets: secrets.iter().take(MAX_SECRETS).copied().collect(), count }
    }
}

impl Journal {
    /// Every event, newest first.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.pages.iter().flatten().rev()
    }

    /// Adds an event; the cell to write is then the one of [`Journal::seal_last`].
    pub(crate) fn push(&mut self, event: Event) {
        match self.pages.back_mut().filter(|page| page.len() < EVENTS) {
            Some(page) => page.push(event),
            None => self.pages.push_back(vec![event]),
        }
        if self.pages.len() > JOURNAL_PAGES as usize {
            self.pages.pop_front();
            self.first += 1;
        }
    }

    /// The last page's cell. It takes the place of the page that made room for it.
    pub(crate) fn seal_last(
        &self,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(CellId, Vec<u8>), Error> {
        self.seal_page(self.pages.len().saturating_sub(1), key, generation, rng)
    }

    /// Every page's cell.
    pub(crate) fn seal_all(
        &self,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<(CellId, Vec<u8>)>, Error> {
        (0..self.pages.len()).map(|page| self.seal_page(page, key, generation, rng)).collect()
    }

    fn seal_page(
        &self,
        page: usize,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(CellId, Vec<u8>), Error> {
        let events = self.pages.get(page).map_or(&[][..], Vec::as_slice).iter().map(|event| {
            let secrets = event.secrets.iter().map(|id| *id.as_bytes()).collect();
            (event.time.0, event.did, secrets, event.count)
        });
        let number = self.first + page as u64;
        let page = Page { number, events: events.collect() };
        let slot = u32::try_from(number % u64::from(JOURNAL_PAGES)).unwrap_or(0);
        let bytes = record::encode(&page)?;
        let sealed = record::seal(key, LocalKind::Journal, slot, generation, &bytes, rng)?;
        Ok((CellId(JOURNAL.0 + slot), sealed))
    }

    pub(crate) fn open(stored: &Stored, key: &LocalKey) -> Result<Self, Error> {
        let mut pages = Vec::new();
        for slot in 0..JOURNAL_PAGES {
            let Some(bytes) = stored.cells.get(&CellId(JOURNAL.0 + slot)) else { continue };
            let opened = record::open(key, LocalKind::Journal, slot, bytes, WHAT)?;
            let page: Page = record::decode(opened.as_bytes(), WHAT)?;
            pages.push((page.number, page.events.into_iter().map(event).collect::<Vec<_>>()));
        }
        order::sort_by_key(&mut pages, |(number, _)| *number);
        let first = pages.first().map_or(0, |(number, _)| *number);
        let follows = (first..).zip(&pages).all(|(number, page)| number == page.0);
        if !follows {
            return Err(Error::Damaged(WHAT));
        }
        Ok(Self { first, pages: pages.into_iter().map(|(_, events)| events).collect() })
    }
}

fn event((time, did, secrets, count): (u64, Did, Vec<[u8; 16]>, u32)) -> Event {
    Event { time: Timestamp(time), did, secrets: secrets.into_iter().map(ObjectId::new).collect(), count }
}
