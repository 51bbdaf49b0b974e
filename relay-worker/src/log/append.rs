//! Storing a commit (`PROTOCOL.md` §5).

use protocol::message::{Answer, BlobId, Bundle, Founding, Head, Message, Room, Rule};
use protocol::{
    Commit, Entry, LogId, ObjectId, Put, Refusal as Rejected, Rejection, Roster, Sections, State,
    Undecodable, Verify, order,
};

use super::kept::{self, Held, Writes, head_of};
use crate::rules::{Asked, Decision, Proven, Refusal};
use crate::socket::News;
use crate::store::{Failed, Read};

pub(crate) fn append(
    proven: &Proven<'_>,
    log: LogId,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let bundle = Bundle::decode(proven.arrived.request.body).map_err(|_| Answer::Malformed)?;
    take(proven, &Brought::of(bundle, log)?, store, verify)
}

/// Founds the log of an account that brings an invite (`PROTOCOL.md` §11).
pub(crate) fn found(
    proven: &Proven<'_>,
    account: LogId,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let Founding { invite, bundle } =
        Founding::decode(proven.arrived.request.body).map_err(|_| Answer::Malformed)?;
    let brought = Brought { invite: Some(invite), ..Brought::of(bundle, account)? };
    if account.principal() != proven.proof.account {
        return Err(Answer::NotFound);
    }
    take(proven, &brought, store, verify)
}

/// *Appended* where the commit is at its place now; then nothing is to be written if it was there before. Where it founds a
/// log the deployment has to be asked, unless it was.
pub(crate) fn take(
    proven: &Proven<'_>,
    brought: &Brought<'_>,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let Some(held) = kept::held(store)? else {
        let (state, asked) = founded(proven, brought, verify)?;
        let Some(quota) = proven.arrived.request.quota else { return Ok(Decision::asking(asked)) };
        let mut stored = stored(proven, brought, None, &state, store)?;
        stored.writes.push(kept::set_quota(&quota));
        return Ok(stored);
    };
    let roster = Roster::decode(&held.sections.roster).map_err(|_| Failed)?;
    let is_answered = proven.is_answered_by(&roster, verify);
    match next(brought, &roster, &held.sections, store, verify) {
        Ok(Some(state)) if is_answered || is_in(proven, &state, verify)? => {
            stored(proven, brought, Some(&held), &state, store)
        }
        // Who is not of the log, and not brought into it by the commit, is told nothing of it.
        Ok(_) | Err(_) if !is_answered => Err(Answer::NotFound),
        Ok(_) => Ok(Decision::of(&Answer::Appended(head_of(&roster)))),
        Err(refusal) => Err(refusal),
    }
}

/// What is written, answered and told of a commit that is right, unless it is one too many.
fn stored(
    proven: &Proven<'_>,
    brought: &Brought<'_>,
    before: Option<&Held>,
    after: &State,
    store: &impl Read,
) -> Result<Decision, Refusal> {
    let head = Head { seq: after.head().seq, hash: after.head().hash };
    let held = before.map_or(0, |held| held.bytes);
    let bytes = (held + brought.bytes()).saturating_sub(brought.forgotten(store)?);
    let (most_bytes, most_commits) = kept::quota(store)?;
    if bytes > most_bytes && bytes >= held {
        return Err(Answer::Full(Room::Bytes));
    }
    if head.seq >= most_commits {
        return Err(Answer::Full(Room::Commits));
    }
    let news = News::of(brought.bundle(), head, &brought.entries, proven.proof.device, || roster(after))?;
    let writes = brought.writes(before, after, bytes);
    Ok(Decision { writes, news: Some(news), ..Decision::of(&Answer::Appended(head)) })
}

/// A commit with its blobs, which are its own.
pub(crate) struct Brought<'a> {
    bytes: &'a [u8],
    commit: Commit,
    pub(crate) entries: Vec<Entry>,
    blobs: Vec<&'a [u8]>,
    /// What its account is invited by.
    invite: Option<Message<16>>,
}

impl<'a> Brought<'a> {
    /// Check 5 of `PROTOCOL.md` §3.
    pub(crate) fn of(Bundle { commit: bytes, blobs }: Bundle<'a>, log: LogId) -> Result<Self, Refusal> {
        let commit = Commit::decode(bytes).map_err(|reason| match reason {
            Undecodable::NeedsUpdate(_) => Answer::NeedsUpdate,
            Undecodable::Malformed(_) => Answer::Malformed,
        })?;
        if commit.stamp().log != log {
            return Err(Answer::Malformed);
        }
        let entries = commit.entries().map_err(|_| Answer::Refused { rule: Rule::Body, entry: 0 })?;
        let brought = Self { bytes, commit, entries, blobs, invite: None };
        brought.check_blobs()?;
        Ok(brought)
    }

    fn bundle(&self) -> Bundle<'a> {
        Bundle { commit: self.bytes, blobs: self.blobs.clone() }
    }

    fn puts(&self) -> impl Iterator<Item = (u64, &Put)> {
        (0..).zip(&self.entries).filter_map(|(index, entry)| Some((index, entry.as_put()?)))
    }

    /// An empty blob stands for one that is erased.
    fn check_blobs(&self) -> Result<(), Refusal> {
        if self.puts().count() != self.blobs.len() {
            return Err(Answer::Malformed);
        }
        let mut pairs = self.puts().zip(&self.blobs);
        match pairs.find(|((_, put), blob)| !blob.is_empty() && !put.is_of(blob)) {
            Some(((entry, _), _)) => Err(Answer::Refused { rule: Rule::Blob, entry }),
            None => Ok(()),
        }
    }

    fn bytes(&self) -> u64 {
        (self.bytes.len() + self.blobs.iter().map(|blob| blob.len()).sum::<usize>()) as u64
    }

    /// Bytes of the blobs that it has erased.
    fn forgotten(&self, store: &impl Read) -> Result<u64, Failed> {
        let forgets = self.entries.iter().filter_map(|entry| match entry {
            Entry::Forget(it) => Some(kept::blob_bytes(store, (it.object, it.part), (it.first, it.last))),
            _ => None,
        });
        forgets.sum()
    }

    fn writes(&self, before: Option<&Held>, after: &State, bytes: u64) -> Vec<crate::store::Write> {
        let mut writes = Writes::default();
        writes.commit(self.commit.stamp().seq, self.bytes);
        let mut blobs = self.blobs.iter();
        for entry in &self.entries {
            match entry {
                Entry::Put(put) => {
                    let blob = blobs.next().filter(|blob| !blob.is_empty());
                    blob.into_iter().for_each(|blob| writes.blob(BlobId::of(put), blob));
                }
                Entry::Forget(it) => writes.forget(it.object, it.part, (it.first, it.last)),
                _ => {}
            }
        }
        writes.fold(before, after, bytes);
        writes.done()
    }
}

/// The fold after a commit that follows the head, with the objects at hand that it names; `None` for a commit that is at its
/// place already.
fn next(
    brought: &Brought<'_>,
    roster: &Roster,
    sections: &Sections,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Option<State>, Refusal> {
    let (stamp, head) = (brought.commit.stamp(), roster.head());
    let follows = Some(stamp.seq) == head.seq.checked_add(1) && stamp.prev == head.hash;
    if !follows {
        let is_stored = kept::commit(store, stamp.seq)?.is_some_and(|stored| stored == brought.bytes);
        return if is_stored { Ok(None) } else { Err(Answer::Stale(head_of(roster))) };
    }
    let named: Vec<ObjectId> = order::distinct(brought.entries.iter().filter_map(Entry::object));
    let mut state = State::excerpt(sections, &kept::objects(store, &named)?).map_err(|_| Failed)?;
    let mut read = Ok(());
    let accepted = state.accept_by(&brought.commit, verify, |_| {
        let root = kept::root(store, sections);
        read = root.as_ref().map(drop).map_err(|failed| *failed);
        root.ok()
    });
    read?;
    accepted.map_err(refused)?;
    Ok(Some(state))
}

/// The sender of a founding commit is answered by the roster that it makes: a relay that lost a log has it again from any
/// device. All else is told as if there were no such log.
fn founded(
    proven: &Proven<'_>,
    brought: &Brought<'_>,
    verify: &impl Verify,
) -> Result<(State, Asked), Refusal> {
    let state = State::found(&brought.commit, verify).map_err(|_| Answer::NotFound)?;
    let signing = proven.signing(&roster(&state)?, verify).ok_or(Answer::NotFound)?;
    let (account, device) = (proven.proof.account, proven.proof.device);
    let (log, invite) = (state.head().log, brought.invite);
    Ok((state, Asked { account, log, device, signing, invite }))
}

fn is_in(proven: &Proven<'_>, after: &State, verify: &impl Verify) -> Result<bool, Refusal> {
    let roster = roster(after)?;
    let is_there = roster.device(proven.proof.device).is_some();
    Ok(is_there && proven.is_answered_by(&roster, verify))
}

fn roster(state: &State) -> Result<Roster, Failed> {
    Roster::decode(&state.sections().roster).map_err(|_| Failed)
}

fn refused(reason: Rejected) -> Refusal {
    let of = |rule, entry| Answer::Refused { rule, entry };
    match reason {
        Rejected::NeedsUpdate(_) => Answer::NeedsUpdate,
        Rejected::Rejected(Rejection::Body(_)) => of(Rule::Body, 0),
        Rejected::Rejected(Rejection::Entry { index, .. }) => of(Rule::Entry, index.into()),
        // That it follows was compared before.
        Rejected::Rejected(Rejection::Author(_) | Rejection::Chain(_)) => of(Rule::Author, 0),
    }
}
