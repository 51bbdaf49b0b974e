//! Taking a device out of the account: it is assumed to have been read to the last byte, so all keys change.

use crypto::{AccountKey, Identity, Passphrase, RecoveryKey, RootKey, SecretKey};
use protocol::{ActId, DeviceId, Entry, Hash, Member, Revoke, Stamp};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use super::ask::{Relay, RemoteError};
use super::credential::Replacement;
use super::meeting::own_from;
use super::rebase::links;
use super::renewal::{AccountKeys, Renewal, granted, with_access};
use super::sync::{Side, served};
use crate::backup::CommitRow;
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::record::NEXT_KEYCHAIN;
use crate::session::act::{ATTEMPTS, LaidOut};
use crate::session::found::draw;
use crate::session::keyring::{self, Kept};
use crate::session::pack::Packs;
use crate::session::passphrase::{Cells, reserve};
use crate::session::seal::Piece;
use crate::session::{Error, Session};
use crate::unlocked::{Overviews, Roots, Saved};

impl<S: Store> Session<S> {
    /// Revokes another device of the account, and renews all of the account's keys: the kit that is told is the only one
    /// from then on, and lacking until [`Session::know_kit`]. Derives three keys. The vault's log follows with the next [`Session::sync`], of this device or another:
    /// what waits is made again for it, so nothing goes to the relay that the revoked device could open.
    ///
    /// # Errors
    /// It is not the passphrase, no such device or this one, or the relay does not take it or does not answer: then the next
    /// [`Session::sync`] finds out, and where it came about no kit was told and a new one is asked for.
    pub async fn revoke<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        device: DeviceId,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Kit, RemoteError> {
        let kdf = self.expect_passphrase(relay, passphrase, rng, now).await?;
        let record = self.account.state.device(device).filter(|record| !record.revoked);
        if record.is_none() || device == self.author().device {
            return Err(Error::Gone.into());
        }
        let held = self.account_key(kdf, passphrase)?;
        let (account, chain) = (self.keys.binding.account, &self.keys.chain);
        let (root_epoch, generation) = (chain.root.epoch(), chain.identity.generation());
        let next = |number: u32| number.checked_add(1).ok_or(Error::TooMuch);
        let secret_key = SecretKey::generate(rng);
        let new = AccountKey::derive(passphrase, &mut reserve(kdf)?, &secret_key, account);
        let mut keys = AccountKeys {
            identity: Identity::generate(next(generation)?, rng),
            root: RootKey::generate(account, next(root_epoch)?, rng),
            backup: new.backup_key(),
            secret_key,
        };
        let recovery = RecoveryKey::generate(account, rng);
        let named = (recovery.wrap(&keys.root, rng).as_bytes().to_vec(), recovery.signing_key().public());
        // The keychain is sealed for the generation that it is stored in, and moved as it is.
        keys.swap(&mut self.keys.chain);
        let sealed = self.keychain_cell(rng).1;
        keys.swap(&mut self.keys.chain);
        let cells = vec![(NEXT_KEYCHAIN, sealed)];
        let renewal = Renewal { revoked: device, keys };
        let replacement = Replacement {
            held: &held,
            new: &new,
            recovery: Some(named),
            renewal: Some(&renewal),
            is_other_key: false,
        };
        self.replace_credential(relay, &replacement, &cells, rng, now).await?;
        // The kit is in force: it is told whatever else could be said with it.
        Ok(Kit::new(&self.keys.chain, kdf, &recovery, self.seen().await.unwrap_or_default()))
    }

    /// Takes the account's keys from its log at hand, of which `rows` are not stored yet, where another device renewed them:
    /// the cell that is stored with it.
    pub(super) async fn take_keys(
        &mut self,
        rows: &[CommitRow],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Cells, RemoteError> {
        let (state, chain) = (&self.account.state, &self.keys.chain);
        let Some(root) = granted(state, &chain.root, &chain.device, self.author()).map_err(served)? else {
            return Ok(Vec::new());
        };
        let stored = self.account.commits.len().saturating_sub(rows.len());
        let known = self.commit_rows(self.account.commits.get(..stored).unwrap_or_default()).await?;
        let blobs = known.iter().chain(rows).flat_map(|row| &row.blobs);
        let kept =
            keyring::open(state, &Roots::open(&root, state).map_err(served)?, blobs).map_err(served)?;
        let Kept { secret_key, identity, backup } = kept;
        let backup = backup.ok_or(RemoteError::Untrue)?;
        AccountKeys { identity, root, secret_key, backup }.swap(&mut self.keys.chain);
        Ok(vec![self.keychain_cell(rng)])
    }

    /// Does in the vault's log what the account's says of devices and keys, where that was not done yet: whether it was to be
    /// done.
    pub(super) async fn follow_account(
        &mut self,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            let entries = self.entries_to_follow(rng).await?;
            let Some(entries) = entries else { return Ok(false) };
            self.is_ahead = true;
            let stored = self.store_entries(entries, rng, now).await;
            if stored == Ok(true) {
                return Ok(true);
            }
            let reloaded = self.reload().await;
            stored?;
            reloaded?;
        }
        Err(Error::Contended.into())
    }

    /// Makes what waits from `from` on again, where the account's log asks for other keys than it is sealed under: whether it
    /// did. What the relay acknowledged before, and what others signed, stays as it is.
    pub(super) async fn seal_waiting_again(
        &mut self,
        from: u64,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        if weakness::has(Weakness::Follow) || self.entries_to_follow(rng).await?.is_none() {
            return Ok(false);
        }
        let anchor = self.anchor(Side::Vault).map(|(seq, hash)| (seq, Hash::new(hash)));
        let rows = self.commit_rows(&self.commits(Side::Vault, from)).await?;
        let waiting = links(&rows).map_err(|_| Error::Damaged("log"))?;
        let fork = own_from(anchor, from, &waiting, self.author().device);
        if fork == self.vault.state.next_seq() {
            return Ok(false);
        }
        if !self.rebase_vault((fork, &[]), None, rng, now).await? {
            self.reload().await?;
        }
        Ok(true)
    }

    /// What the vault's log lacks of what the account's says.
    pub(super) async fn entries_to_follow(
        &self,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Option<Vec<Entry>>, Error> {
        let (account, vault, author) = (&self.account.state, &self.vault.state, self.author());
        let damaged = || Error::Damaged("account");
        let ours = account.member(author.principal).ok_or_else(damaged)?;
        let theirs = vault.member(author.principal).ok_or_else(damaged)?;
        let is_in = |id| vault.device(id).is_some_and(|device| !device.revoked);
        let revoked = account.devices().filter(|(id, device)| device.revoked && is_in(*id)).map(|(id, _)| id);
        let revoked: Vec<DeviceId> = revoked.collect();
        let (root, generation) = (&self.keys.chain.root, theirs.generation);
        let is_behind = theirs.access.iter().any(|access| access.key < root.epoch());
        if revoked.is_empty() && generation == ours.generation && !is_behind {
            return Ok(None);
        }
        let mut entries: Vec<Entry> =
            revoked.into_iter().map(|device| Entry::Revoke(Revoke { device })).collect();
        for row in self.commit_rows(&self.account.commits).await? {
            let found = row.decode()?.0.entries().map_err(|_| damaged())?;
            entries.extend(
                found
                    .into_iter()
                    .filter(|it| matches!(it, Entry::Identity(it) if it.generation > generation)),
            );
        }
        let mut scopes = self.vault.scopes.clone();
        let renewed = scopes.renew(vault, rng).ok_or(Error::Damaged("scope keys"))?;
        let (generation, signing, agreement) = (ours.generation, ours.signing, ours.agreement);
        let member = Member { generation, signing, agreement, ..theirs.clone() };
        let member = with_access(member, vault, &scopes, root, rng)?;
        let mut renewed = renewed.into_iter().map(Entry::Scope);
        entries.extend(renewed.next());
        // Whoever reads along opens what hangs under the root with it.
        entries.push(Entry::Member(member));
        entries.extend(renewed);
        Ok(Some(entries))
    }

    /// Signs entries as one act of the vault's log.
    pub(super) fn lay_out_entries(
        &mut self,
        entries: Vec<Entry>,
        stamp: Stamp,
        packs: &mut Packs,
    ) -> Result<Vec<Saved>, Error> {
        let pieces = entries.into_iter().map(|entry| Piece { entry, blob: None }).collect();
        let saves = self.lay_out(pieces, &Overviews::new(), stamp, packs)?;
        let roots = Roots::open(&self.keys.chain.root, &self.account.state)?;
        self.vault.follow(&roots)?;
        Ok(saves)
    }

    /// The stamp of an act that begins now.
    pub(super) fn stamp_now(&self, now: Timestamp, rng: &mut impl CryptoRngCore) -> Stamp {
        self.stamp(ActId::new(draw(rng)), now)
    }

    /// Stores entries as one act of the vault's log; `false` if another session was faster.
    async fn store_entries(
        &mut self,
        entries: Vec<Entry>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut packs = Packs::new(self.vault.next_pack);
        let saves = self.lay_out_entries(entries, self.stamp_now(now, rng), &mut packs)?;
        let (packs, next_pack) = packs.finish();
        self.vault.next_pack = next_pack;
        // A tail is opened by the keys of the segments before it.
        self.end_tail();
        let batch = self.batch(LaidOut { saves, packs }, &Overviews::new(), rng)?;
        self.store_batch(batch).await
    }
}
