//! What a device keeps of its account's log, in one sealed cell.

use crypto::{LocalKey, LocalKind};
use protocol::{LogId, Refusal, State};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use super::Error;
use crate::port::Span;
use crate::record::{self, SpanRecord, span_of, span_record};
use crate::unlocked::{Saved, strict};

const WHAT: &str = "account";

/// The account's log, and which vault it has.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) state: State,
    /// The vault's log.
    pub(crate) vault: LogId,
    /// The account's root key under the recovery key of the last kit.
    pub(crate) recovery: Vec<u8>,
    /// What a recovery by that kit is verified with. Not known where the account came from a backup without that kit: what a
    /// file says of it would be anybody's word.
    pub(crate) recovery_key: Option<[u8; 32]>,
    /// The account's commits, each with its blobs in order.
    pub(crate) commits: Vec<(Span, Vec<Span>)>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    state: Vec<u8>,
    vault: [u8; 16],
    recovery: Vec<u8>,
    recovery_key: Option<[u8; 32]>,
    commits: Vec<(SpanRecord, Vec<SpanRecord>)>,
}

impl Account {
    /// Takes in commits that follow. Those before one that is refused are taken in.
    pub(super) fn absorb(&mut self, saves: &[Saved]) -> Result<(), Refusal> {
        for saved in saves {
            self.state.accept(&saved.commit, &strict)?;
            self.commits.push((saved.span, saved.blobs.clone()));
        }
        Ok(())
    }

    pub(super) fn seal(
        &self,
        key: &LocalKey,
        generation: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, Error> {
        let blobs = |spans: &[Span]| spans.iter().copied().map(span_record).collect();
        let row = Row {
            state: self.state.encode(),
            vault: *self.vault.as_bytes(),
            recovery: self.recovery.clone(),
            recovery_key: self.recovery_key,
            commits: self.commits.iter().map(|(span, spans)| (span_record(*span), blobs(spans))).collect(),
        };
        record::seal(key, LocalKind::State, 0, generation, &record::encode(&row)?, rng)
    }

    pub(super) fn open(key: &LocalKey, bytes: &[u8]) -> Result<Self, Error> {
        let opened = record::open(key, LocalKind::State, 0, bytes, WHAT)?;
        let row: Row = record::decode(opened.as_bytes(), WHAT)?;
        let blobs = |spans: Vec<SpanRecord>| spans.into_iter().map(span_of).collect();
        Ok(Self {
            state: State::decode(&row.state).map_err(|_| Error::Damaged(WHAT))?,
            vault: LogId::new(row.vault),
            recovery: row.recovery,
            recovery_key: row.recovery_key,
            commits: row.commits.into_iter().map(|(span, spans)| (span_of(span), blobs(spans))).collect(),
        })
    }
}
