//! The first sync of a vault (`protocol/PROTOCOL.md` §6): pages of its chain to the head, folded; then pages of what is
//! current. What was before comes with later syncs (`history.rs`).
//!
//! Each commit is verified as it comes, and places are kept for its blobs, so that memory holds everything once. A part counts
//! as damaged until its blob is here.

use protocol::message::{Answer, Head, Route};
use protocol::{Commit, Entry, Hash, LogId, ObjectId, Part, Put, State, limit};
use rand_core::CryptoRngCore;

use super::ask::{Asker, Relay, RemoteError, answer, wrong};
use super::enrol::{MOST, decoded};
use super::seen::Expected;
use super::sync::{refused, served};
use crate::model::Timestamp;
use crate::port::Transport;
use crate::session::pack::Packs;
use crate::session::rebuild::take_late;
use crate::session::{Error, Pace};
use crate::unlocked::{Logged, Overviews, Revision, Roots, Saved, Scopes, Vault, strict};

/// The chain and what is current are half of the way each, in so many steps.
const HALF: u16 = 500;

/// Who asks whom, and when.
pub(super) struct Way<'a, T, R> {
    pub(super) asker: Asker<'a>,
    pub(super) relay: &'a Relay<'a, T>,
    pub(super) rng: &'a mut R,
    pub(super) now: Timestamp,
}

impl<T: Transport, R: CryptoRngCore> Way<'_, T, R> {
    async fn get(&mut self, route: Route) -> Result<Vec<u8>, RemoteError> {
        self.asker.ask(self.relay, route, Vec::new(), self.rng, self.now).await
    }
}

/// A vault as far as it came.
pub(super) struct First<'a> {
    roots: &'a Roots<'a>,
    pub(super) vault: Vault,
    /// Where it lies, behind the account's log.
    pub(super) packs: Packs,
    /// The blobs that are not here, of any revision.
    pub(super) lacking: usize,
    /// Bytes of commits and blobs.
    bytes: usize,
    /// What it has to have.
    expected: Expected,
}

impl<'a> First<'a> {
    /// The vault whose log begins with the commit `genesis`, behind what is in `packs`. Goes as `pace` has it.
    pub(super) async fn fetch<T: Transport, R: CryptoRngCore>(
        way: &mut Way<'_, T, R>,
        ((log, genesis), expected): ((LogId, Hash), Expected),
        roots: &'a Roots<'a>,
        packs: Packs,
        pace: &mut impl Pace,
    ) -> Result<Self, RemoteError> {
        let body = way.get(Route::Chain { log, from: 0 }).await?;
        let (head, commits) = chain(&body)?;
        let (founding, rest) = commits.split_first().ok_or(RemoteError::Untrue)?;
        let mut first = Self::found(founding, (genesis, expected), roots, packs)?;
        first.take_commits(head, rest)?;
        first.follow(way, head, pace).await?;
        first.take_current(way, pace).await?;
        Ok(first)
    }

    fn found(
        founding: &[u8],
        (genesis, expected): (Hash, Expected),
        roots: &'a Roots<'a>,
        mut packs: Packs,
    ) -> Result<Self, RemoteError> {
        let commit = decoded(founding)?;
        if commit.hash() != genesis {
            return Err(RemoteError::Untrue);
        }
        let state = State::found(&commit, &strict).map_err(refused)?;
        let scopes = Scopes::open(&state, roots).map_err(served)?;
        let saved = place(commit, founding, &[], &mut packs)?;
        let vault = Vault::founded(state, scopes, Logged::of(&saved), 0);
        Ok(Self { roots, vault, packs, lacking: 0, bytes: founding.len(), expected })
    }

    /// Takes the chain in up to `head`.
    async fn follow<T: Transport, R: CryptoRngCore>(
        &mut self,
        way: &mut Way<'_, T, R>,
        head: Head,
        pace: &mut impl Pace,
    ) -> Result<(), RemoteError> {
        while self.vault.state.head().seq < head.seq {
            let next = self.vault.state.next_seq();
            breathe(pace, 0, (next, head.seq + 1)).await?;
            let body = way.get(Route::Chain { log: self.vault.state.log(), from: next }).await?;
            let (_, commits) = chain(&body)?;
            self.take_commits(head, &commits)?;
            if self.vault.state.next_seq() == next {
                return Err(RemoteError::Untrue);
            }
        }
        let own = self.vault.state.head();
        if (own.seq, own.hash) != (head.seq, head.hash) {
            return Err(RemoteError::Untrue);
        }
        self.expected.end(own.seq)
    }

    fn take_commits(&mut self, head: Head, commits: &[&[u8]]) -> Result<(), RemoteError> {
        for bytes in commits {
            // What comes later than the head that was told comes with the next sync.
            if self.vault.state.head().seq == head.seq {
                break;
            }
            self.take_commit(bytes)?;
        }
        Ok(())
    }

    fn take_commit(&mut self, bytes: &[u8]) -> Result<(), RemoteError> {
        let commit = decoded(bytes)?;
        self.expected.meet((commit.stamp().seq, *commit.hash().as_bytes()))?;
        let entries = commit.entries().map_err(|_| RemoteError::Untrue)?;
        let puts: Vec<&Put> = entries.iter().filter_map(Entry::as_put).collect();
        let blobs: usize = puts.iter().map(|put| put.length as usize).sum();
        self.bytes += bytes.len() + blobs;
        // They came to the relay in one request; a commit that claims more is made up, and keeps no place.
        if blobs > limit::REQUEST || self.bytes > MOST {
            return Err(RemoteError::Untrue);
        }
        let saved = place(commit, bytes, &puts, &mut self.packs)?;
        self.vault.absorb(&saved, &Overviews::new(), &strict).map_err(served)?;
        self.vault.follow(self.roots).map_err(served)?;
        puts.iter().for_each(|put| self.vault.damage.mark(put.object, put.part));
        self.lacking += puts.len();
        Ok(())
    }

    /// Takes the current blobs, page by page. Each page is of the fold at the head that it tells.
    async fn take_current<T: Transport, R: CryptoRngCore>(
        &mut self,
        way: &mut Way<'_, T, R>,
        pace: &mut impl Pace,
    ) -> Result<(), RemoteError> {
        let (mut after, mut taken) = (None, 0);
        loop {
            let body = way.get(Route::Current { log: self.vault.state.log(), after }).await?;
            let (head, last, blobs) = match answer(&body)? {
                Answer::Current { head, last, blobs } => (head, last, blobs),
                other => return Err(wrong(&other)),
            };
            self.follow(way, head, pace).await?;
            taken += self.take_page((after, last), &blobs)?;
            match last {
                None => return Ok(()),
                Some(_) if last > after => after = last,
                Some(_) => return Err(RemoteError::Untrue),
            }
            let objects = self.vault.state.objects().count() as u64;
            breathe(pace, HALF, (taken, objects)).await?;
        }
    }

    /// Gives the blobs of a page to the objects in it: so many they are.
    fn take_page(
        &mut self,
        (after, last): (Option<ObjectId>, Option<ObjectId>),
        blobs: &[&[u8]],
    ) -> Result<u64, RemoteError> {
        let is_in = |id| Some(id) > after && last.is_none_or(|last| id <= last);
        let objects = self.vault.state.objects().filter(|(id, _)| is_in(*id));
        let (mut count, mut revisions) = (0, Vec::with_capacity(blobs.len()));
        for (object, record) in objects {
            count += 1;
            let revision = |part| Some(Revision { object, part, number: record.part(part)?.revision });
            revisions.extend([Part::Overview, Part::Value].into_iter().filter_map(revision));
        }
        if revisions.len() != blobs.len() {
            return Err(RemoteError::Untrue);
        }
        revisions.iter().zip(blobs).for_each(|(revision, blob)| self.take_blob(revision, blob));
        Ok(count)
    }

    /// A blob that is not the fold's is not taken; it is asked for again.
    fn take_blob(&mut self, revision: &Revision, blob: &[u8]) {
        let part = self.vault.state.part(revision.object, revision.part);
        let is_it =
            part.is_some_and(|part| part.length as usize == blob.len() && part.blob == Hash::of_blob(blob));
        let Some(span) = self.vault.version(revision).map(|version| version.span).filter(|_| is_it) else {
            return;
        };
        if self.packs.fill(&span, blob) {
            self.lacking -= 1;
            take_late(&mut self.vault, revision, blob);
        }
    }
}

/// Lays a commit out, with places for the blobs of its puts.
fn place(commit: Commit, bytes: &[u8], puts: &[&Put], packs: &mut Packs) -> Result<Saved, Error> {
    let span = packs.add(bytes).ok_or(Error::TooMuch)?;
    let blobs = puts.iter().map(|put| packs.keep(put.length as usize)).collect::<Option<_>>();
    Ok(Saved { commit, span, blobs: blobs.ok_or(Error::TooMuch)? })
}

fn chain(body: &[u8]) -> Result<(Head, Vec<&[u8]>), RemoteError> {
    match answer(body)? {
        Answer::Chain { head, commits } => Ok((head, commits)),
        other => Err(wrong(&other)),
    }
}

/// Shows that so many of so many are done of the half that begins there.
async fn breathe(pace: &mut impl Pace, begin: u16, (done, of): (u64, u64)) -> Result<(), Error> {
    let step = done * u64::from(HALF) / of.max(1);
    let done = usize::from(begin) + usize::try_from(step).unwrap_or_default();
    if pace.goes_on(done, 2 * usize::from(HALF)).await { Ok(()) } else { Err(Error::CalledOff) }
}
