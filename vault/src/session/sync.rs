//! Bringing the vault's log and a relay's together (`protocol/PROTOCOL.md` §5, §6).
//!
//! What this device has and the relay lacks is sent as it was signed. What the relay has and this device lacks is verified,
//! opened and stored. Where each has what the other lacks nothing is done: [`Synced::Apart`].

use crypto::SignatureLabel;
use protocol::message::{Answer, Bundle, Head, Introduction, Proof, Route, Signed};
use protocol::{DeviceId, Entry, LogId, Part, Signature};
use rand_core::CryptoRngCore;

use super::act::{ATTEMPTS, LaidOut};
use super::found::{Author, device, draw};
use super::pack::Packs;
use super::rebuild::open_overviews;
use super::restore::lay_out;
use super::{Error, Session};
use crate::backup::CommitRow;
use crate::cache::TAIL_CAPACITY;
use crate::model::Timestamp;
use crate::port::{Request, Store, Transport, Unreachable};
use crate::unlocked::{Overviews, Saved, strict};

/// Commits read from the store at once to be sent.
const SENT: usize = 16;

/// A relay, and the way to it.
#[derive(Debug)]
pub struct Relay<'a, T> {
    /// The way.
    pub transport: &'a T,
    /// How clients name it: scheme, host and, if not the scheme's own, port.
    pub origin: &'a str,
}

/// How the two logs stand afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    /// They have the same head.
    Together {
        /// Commits that were taken in.
        taken: usize,
        /// Commits that were sent.
        sent: usize,
    },
    /// Each has commits that the other lacks. Neither was changed any more once that was seen.
    Apart,
}

/// Why logs were not brought together. What was taken in or sent before stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The relay did not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The clocks differ too much; this is the relay's.
    #[error("the relay's clock says {0:?}")]
    Clock(Timestamp),
    /// The relay could not read or write; later it may.
    #[error("the relay failed")]
    Failed,
    /// The relay neither knows the log nor lets it be founded, or does not know this device.
    #[error("the relay does not know this vault or this device")]
    NotFound,
    /// A newer version of this program is needed to go on.
    #[error("needs an update")]
    NeedsUpdate,
    /// The relay does not take what it has to take.
    #[error("the relay refuses a commit")]
    Refused,
    /// The relay serves what is not provably of this log, or answers what was not asked.
    #[error("the relay is not true to the log")]
    Untrue,
    /// This device could not.
    #[error(transparent)]
    Vault(#[from] Error),
}

/// Whether a device is known to the relay, as far as it showed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Yes,
    /// It introduces itself with each request.
    No,
}

impl<S: Store> Session<S> {
    /// Brings the vault's log and the relay's together, at `now`.
    ///
    /// # Errors
    /// Why it did not come to that.
    pub async fn sync<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Synced, SyncError> {
        let (mut taken, mut sent, mut known) = (0, 0, Known::Yes);
        let mut stalled = 0;
        // A relay that tells of commits and gives none, or has room for one and takes none, is left.
        while stalled < ATTEMPTS {
            self.refresh().await?;
            let route = Route::Pull { log: self.vault.state.log(), from: self.vault.state.next_seq() };
            let body = self.ask(relay, route, Vec::new(), known, rng, now).await?;
            let from = match answer(&body)? {
                Answer::NotFound if known == Known::Yes => {
                    known = Known::No;
                    continue;
                }
                Answer::NotFound => 0,
                Answer::Pulled { head, bundles } if bundles.is_empty() => match self.meet(head).await? {
                    Meeting::Same => return Ok(Synced::Together { taken, sent }),
                    Meeting::Behind { from } => from,
                    Meeting::Apart => return Ok(Synced::Apart),
                },
                Answer::Pulled { bundles, .. } => match self.take(&bundles, rng).await? {
                    Some(more) => {
                        (taken, stalled) = (taken + more, 0);
                        continue;
                    }
                    None => return Ok(Synced::Apart),
                },
                other => return Err(wrong(&other)),
            };
            let more = self.send(relay, from, known, rng, now).await?;
            (sent, stalled) = (sent + more, if more == 0 { stalled + 1 } else { 0 });
        }
        Err(SyncError::Untrue)
    }

    /// How the relay's head stands to this device's log, if it is not beyond it.
    async fn meet(&self, head: Head) -> Result<Meeting, SyncError> {
        let own = self.vault.state.head();
        if head.seq > own.seq {
            // What lies between was asked for, and nothing came.
            return Err(SyncError::Untrue);
        }
        if head.seq == own.seq {
            return Ok(if head.hash == own.hash { Meeting::Same } else { Meeting::Apart });
        }
        let commits = self.read_commits(&[head.seq]).await?;
        let is_ours = commits.iter().any(|commit| commit.hash() == head.hash);
        Ok(if is_ours { Meeting::Behind { from: head.seq + 1 } } else { Meeting::Apart })
    }

    /// Sends what this device has from `from` on, until the relay has something else there.
    async fn send<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        from: u64,
        known: Known,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<usize, SyncError> {
        let mut sent = 0;
        for some in self.vault.commits(from).chunks(SENT) {
            for row in self.commit_rows(some).await? {
                let blobs = row.blobs.iter().map(Vec::as_slice).collect();
                let append = Bundle { commit: &row.commit, blobs }.encode();
                let route = Route::Append(self.vault.state.log());
                match answer(&self.ask(relay, route, append, known, rng, now).await?)? {
                    Answer::Appended(_) => sent += 1,
                    Answer::Stale(_) => return Ok(sent),
                    other => return Err(wrong(&other)),
                }
            }
        }
        Ok(sent)
    }

    /// Takes in what follows this device's head, and stores it; `None` if it follows another.
    async fn take(
        &mut self,
        bundles: &[Bundle<'_>],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Option<usize>, SyncError> {
        let row = |bundle: &Bundle<'_>| CommitRow {
            commit: bundle.commit.to_vec(),
            blobs: bundle.blobs.iter().map(|blob| blob.to_vec()).collect(),
        };
        let rows: Vec<CommitRow> = bundles.iter().map(row).collect();
        for _ in 0..ATTEMPTS {
            let mut packs = Packs::new(self.vault.next_pack);
            let saves = lay_out(&rows, &mut packs).map_err(served)?;
            let (head, first) = (self.vault.state.head(), saves.first().map(|saved| saved.commit.stamp()));
            let goes_on = first.is_some_and(|first| first.seq == head.seq + 1 && first.log == head.log);
            if !goes_on {
                return Err(SyncError::Untrue);
            }
            if first.is_some_and(|first| first.prev != head.hash) {
                return Ok(None);
            }
            self.is_ahead = true;
            let stored = match self.absorb_all(&saves, &rows) {
                Ok(overviews) => {
                    let (packs, next_pack) = packs.finish();
                    self.vault.next_pack = next_pack;
                    let batch = self.batch(LaidOut { saves, packs }, &overviews, rng)?;
                    self.store_batch(batch).await.map_err(SyncError::from)
                }
                Err(error) => Err(error),
            };
            if stored == Ok(true) {
                return Ok(Some(bundles.len()));
            }
            let reloaded = self.reload().await;
            stored?;
            reloaded?;
            if self.vault.state.head() != head {
                // Another session of this store brought it further.
                return Ok(Some(0));
            }
        }
        Err(Error::Contended.into())
    }

    /// Takes commits into the vault at hand, and says which overviews they put.
    fn absorb_all(&mut self, saves: &[Saved], rows: &[CommitRow]) -> Result<Overviews, SyncError> {
        let mut put = Vec::new();
        for (saved, row) in saves.iter().zip(rows) {
            // Nothing but the relay can have made it so: it was asked for what follows.
            self.vault.absorb(saved, &Overviews::new(), &strict).map_err(|_| SyncError::Untrue)?;
            open_overviews(&mut self.vault, &saved.commit, &row.blobs)?;
            let entries = saved.commit.entries().map_err(|_| SyncError::Untrue)?;
            let overviews = entries.iter().filter_map(Entry::as_put).filter(|it| it.part == Part::Overview);
            put.extend(overviews.map(|it| it.object));
        }
        if self.vault.damage.objects().next().is_some() {
            // Segments keep what is known of damage; a record of the tail does not.
            self.tail = TAIL_CAPACITY;
        }
        let model = &self.vault.model;
        let overview = |id| Some((id, model.overview(id).or_else(|| model.deleted(id))?.clone()));
        Ok(put.into_iter().filter_map(overview).collect())
    }

    /// Asks the relay, as this device.
    async fn ask<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        route: Route,
        body: Vec<u8>,
        known: Known,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Vec<u8>, SyncError> {
        let (binding, chain) = (&self.keys.binding, &self.keys.chain);
        let author = Author {
            principal: LogId::new(binding.account).principal(),
            device: DeviceId::new(binding.device),
        };
        let introduction = (known == Known::No).then(|| {
            let it = device(chain, author);
            let (signing, agreement, generation) = (it.signing, it.agreement, it.generation);
            Introduction { signing, agreement, generation, certificate: it.certificate }
        });
        let target = route.to_string();
        let signed = Signed { origin: relay.origin, method: route.method(), target: &target, body: &body };
        let (account, device) = (author.principal, author.device);
        let (time, nonce, signature) = (now.0, draw(rng), Signature::UNSIGNED);
        let mut proof = Proof { account, device, time, nonce, signature, introduction };
        let fields = proof.signed_fields(&signed);
        proof.signature = Signature::new(chain.device.sign(SignatureLabel::Request, &fields));
        let (method, authorization) = (route.method(), Some(proof.to_header()));
        Ok(relay.transport.exchange(Request { method, target, authorization, body }).await?)
    }
}

/// How a relay's head stands to a device's log.
enum Meeting {
    Same,
    /// It is on the device's chain, and this is the first commit that the relay lacks.
    Behind {
        from: u64,
    },
    Apart,
}

fn answer(body: &[u8]) -> Result<Answer<'_>, SyncError> {
    Answer::decode(body).map_err(|_| SyncError::Untrue)
}

/// What an answer means that is none of those that were hoped for.
fn wrong(answer: &Answer<'_>) -> SyncError {
    match answer {
        Answer::Clock(time) => SyncError::Clock(Timestamp(*time)),
        Answer::Failed => SyncError::Failed,
        Answer::NotFound => SyncError::NotFound,
        Answer::NeedsUpdate => SyncError::NeedsUpdate,
        Answer::Refused { .. } | Answer::Malformed | Answer::TooLarge | Answer::WrongMethod => {
            SyncError::Refused
        }
        _ => SyncError::Untrue,
    }
}

/// What it means that served commits cannot be laid out.
fn served(error: Error) -> SyncError {
    match error {
        Error::NewerVersion => SyncError::NeedsUpdate,
        _ => SyncError::Untrue,
    }
}
