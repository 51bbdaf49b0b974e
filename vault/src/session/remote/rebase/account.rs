//! What this device wrote in the account's log, behind what others wrote there meanwhile: commits that bring devices and name
//! credentials, signed again as they were. One that the log does not take any more is gone, and a credential with it.

use protocol::message::NewCredential;
use protocol::{ActId, Commit, Entry, Rejoin, Stamp};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::entries;
use crate::backup::CommitRow;
use crate::model::Timestamp;
use crate::port::Store;
use crate::record::{NEXT_KEYCHAIN, NEXT_PASSPHRASE};
use crate::session::found::{draw, first_stamp, sign};
use crate::session::keyring;
use crate::session::pack::Packs;
use crate::session::remote::Connection;
use crate::session::remote::ask::RemoteError;
use crate::session::remote::rejoin::renews;
use crate::session::remote::sync::{Side, refused, served};
use crate::session::restore::{fold_rows, lay_out};
use crate::session::seal::{checkpoint, next_stamp};
use crate::session::{Error, Session};
use crate::unlocked::Saved;

impl<S: Store> Session<S> {
    /// Takes in `rows`, the relay's from the commit `fork` on, and signs the commits that were here from there on again behind
    /// them; these are this device's, unless the branch is `left`. `false` if another session of this store was faster.
    pub(in crate::session::remote) async fn rebase_account(
        &mut self,
        (fork, rows): (u64, &[CommitRow]),
        left: Option<&Rejoin>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        let mut commits = self.account.commits.clone();
        let pending = commits.split_off(usize::try_from(fork).unwrap_or(usize::MAX).min(commits.len()));
        let (kept, pending) = (self.commit_rows(&commits).await?, self.commit_rows(&pending).await?);
        let used = self.account.state.device(self.author().device).map_or(0, |device| device.counter);
        let mut packs = Packs::new(self.vault.next_pack);
        let saves = lay_out(rows, &mut packs).map_err(served)?;
        if left.is_some() && renews(&pending)? && !weakness::has(Weakness::Renewed) {
            return Err(RemoteError::NoRejoin);
        }
        self.is_ahead = true;
        self.account.state = fold_rows(&kept)?;
        self.account.commits = commits;
        self.account.absorb(&saves).map_err(refused)?;
        if left.is_some() {
            self.settle_on(Side::Account)?;
        }
        self.advance_to(Side::Account, rows)?;
        let mut cells = match self.take_keys(rows, rng).await {
            // Its keys were renewed for others.
            Err(RemoteError::Vault(Error::Gone)) if left.is_some() => return Err(RemoteError::NoRejoin),
            cells => cells?,
        };
        if let Some(left) = left {
            let entries = self.says(Side::Account, left);
            let stamp = first_stamp(self.account.state.log(), self.author(), ActId::new(draw(rng)), now);
            let stamp = Stamp { counter: used + 1, ..stamp };
            self.sign_in_account(entries, Vec::new(), stamp, &mut packs)?.ok_or(RemoteError::NoRejoin)?;
        }
        let mut named = Vec::new();
        for row in &pending {
            let commit = Commit::decode(&row.commit).map_err(|_| Error::Damaged("account"))?;
            if self.gives_up_moving(&row.commit) {
                continue;
            }
            let entries = entries_again(&commit, left.is_some())?;
            let remade = self.remake_in_account((&commit, entries), &row.blobs, used + 1, &mut packs, rng)?;
            named.push((row.commit.clone(), remade));
        }
        if let Some(mut connection) = self.connection.take() {
            let was_pending = connection.pending.is_some();
            if left.is_some() {
                connection.pending = None;
            } else {
                connection.replace_pending(&named);
            }
            if was_pending && connection.pending.is_none() {
                cells.extend([(NEXT_PASSPHRASE, None), (NEXT_KEYCHAIN, None)]);
            }
            let is_left = connection.is_held || connection.pending.is_some();
            self.connection = is_left.then_some(connection);
            cells.push(self.connection_cell(rng)?);
        }
        Ok(self.store_account(packs, cells, rng).await?)
    }

    /// Whether it is the commit by which the account was to go to another relay: that is over where another was faster.
    fn gives_up_moving(&mut self, commit: &[u8]) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        let is_it = connection.next.as_ref().is_some_and(|next| next.brings(commit));
        if is_it {
            connection.next = None;
        }
        is_it
    }

    /// Signs entries of a commit again behind the head of the account's log at hand; the commit, if the log takes it. A
    /// renewal of the account's keys is not made again: it was for the devices that there were.
    fn remake_in_account(
        &mut self,
        (commit, mut entries): (&Commit, Vec<Entry>),
        blobs: &[Vec<u8>],
        counter: u64,
        packs: &mut Packs,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Option<Vec<u8>>, Error> {
        let old = commit.stamp();
        if entries.is_empty() || entries.iter().any(|entry| matches!(entry, Entry::ArkGrant(_))) {
            return Ok(None);
        }
        let blobs = self.seal_again(&mut entries, blobs, rng)?;
        let first = first_stamp(self.account.state.log(), self.author(), old.act, Timestamp(old.time));
        self.sign_in_account(entries, blobs, Stamp { counter, ..first }, packs)
    }

    /// Signs entries behind the head of the account's log at hand; the commit, if the log takes it.
    fn sign_in_account(
        &mut self,
        entries: Vec<Entry>,
        blobs: Vec<Vec<u8>>,
        stamp: Stamp,
        packs: &mut Packs,
    ) -> Result<Option<Vec<u8>>, Error> {
        let state = &self.account.state;
        let entries: Vec<Entry> = checkpoint(state).into_iter().chain(entries).collect();
        let commit = sign(&self.keys.chain, next_stamp(state, stamp), &entries)?;
        let bytes = commit.encode();
        let span = packs.add(&bytes).ok_or(Error::TooMuch)?;
        let blobs = blobs.iter().map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
        let is_taken = self.account.absorb(&[Saved { commit, span, blobs }]).is_ok();
        Ok(is_taken.then_some(bytes))
    }

    /// Seals the puts among `entries` of the account's log as the next revisions of what they put; their blobs.
    fn seal_again(
        &self,
        entries: &mut [Entry],
        blobs: &[Vec<u8>],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let puts = entries.iter_mut().filter_map(|entry| match entry {
            Entry::Put(put) => Some(put),
            _ => None,
        });
        let mut sealed = Vec::new();
        for (put, blob) in puts.zip(blobs) {
            let (again, blob) = keyring::seal_again(&self.account.state, &self.roots()?, put, blob, rng)?;
            *put = again;
            sealed.push(blob);
        }
        Ok(sealed)
    }
}

/// What of a commit is said again. What a checkpoint told is told again within the day; of a branch that was left, the relay
/// holds no credential.
fn entries_again(commit: &Commit, is_left: bool) -> Result<Vec<Entry>, Error> {
    let mut entries = entries(commit)?;
    entries.retain(|entry| match entry {
        Entry::Checkpoint(_) => false,
        Entry::Credential(_) => !is_left,
        _ => true,
    });
    Ok(entries)
}

impl Connection {
    /// A pending credential comes with the commit that took the place of its own; without one it is over.
    fn replace_pending(&mut self, remade: &[(Vec<u8>, Option<Vec<u8>>)]) {
        let Some(mut pending) = self.pending.take() else { return };
        let body = std::mem::take(&mut pending.body);
        let Ok(mut credential) = NewCredential::decode(&body) else { return };
        let found = remade.iter().find(|(old, _)| old == credential.bundle.commit);
        if let Some(commit) = found.map_or(Some(credential.bundle.commit), |(_, new)| new.as_deref()) {
            credential.bundle.commit = commit;
            pending.body = credential.encode();
            self.pending = Some(pending);
        }
    }
}
