//! The devices of an account: which there are, what they are called, and that each knows of the others.

use crypto::Passphrase;
use protocol::{ActId, ById, Checkpoint, DeviceId, Entry, Head, ObjectId, Part, Revoke};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError};
use super::credential::Connection;
use crate::backup::CommitRow;
use crate::kit::Setup;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::act::ATTEMPTS;
use crate::session::found::{draw, first_stamp, sign};
use crate::session::keyring::{self, Keyring};
use crate::session::pack::Packs;
use crate::session::seal::{checkpoint, next_stamp};
use crate::session::{Error, Session};
use crate::unlocked::{Revision, Saved};

/// How often a device tells the others that it is there, and how far it knows the vault, at most: once a day.
const SIGN_OF_LIFE: u64 = 24 * 60 * 60 * 1000;
/// Commits read from the store at once.
const READ: usize = 256;
/// What a device may be called, in bytes.
pub const MAX_NAME: usize = 64;

/// A device of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// What a person calls it.
    pub name: Option<String>,
    /// Whether it is this one.
    pub is_own: bool,
    /// When it came in, as it says.
    pub added: Option<Timestamp>,
    /// When it last wrote something, as it says; it does once a day at least, while it is used with a relay.
    pub seen: Option<Timestamp>,
    /// Whether it was revoked.
    pub is_revoked: bool,
}

impl<S: Store> Session<S> {
    /// Every device that the account ever had, in the order in which they came.
    ///
    /// # Errors
    /// The store cannot, or a stored commit is damaged.
    pub async fn devices(&mut self) -> Result<Vec<DeviceRow>, Error> {
        self.refresh().await?;
        let rows = self.commit_rows(&self.account.commits).await?;
        let state = &self.account.state;
        let names = self.names_in(&rows)?;
        let mut devices: Vec<DeviceRow> = Vec::new();
        let row = |id| DeviceRow {
            id,
            name: names.get(id).cloned(),
            is_own: id == self.author().device,
            added: None,
            seen: None,
            is_revoked: state.device(id).is_some_and(|device| device.revoked),
        };
        for commit in &rows {
            let (commit, _) = commit.decode()?;
            let time = Timestamp(commit.stamp().time);
            for entry in commit.entries().map_err(|_| Error::Damaged("account"))? {
                if let Entry::Device(device) = entry {
                    devices.push(DeviceRow { added: Some(time), ..row(device.device) });
                }
            }
            see(&mut devices, commit.stamp().device, time);
        }
        self.vault.log.iter().for_each(|logged| see(&mut devices, logged.device, logged.time));
        Ok(devices)
    }

    /// What the devices of the account are called, as far as they are called anything.
    ///
    /// # Errors
    /// The store cannot, or a stored commit is damaged.
    pub async fn device_names(&self) -> Result<ById<DeviceId, String>, Error> {
        self.names_in(&self.commit_rows(&self.account.commits).await?)
    }

    /// The names in the account's log. While a renewal of its keys is not acknowledged they do not open here.
    fn names_in(&self, rows: &[CommitRow]) -> Result<ById<DeviceId, String>, Error> {
        let blobs = rows.iter().flat_map(|row| &row.blobs);
        let mut names = ById::new();
        if let Ok(keyring) = Keyring::open(&self.account.state, &self.roots()?, blobs) {
            for (device, name) in keyring.names() {
                names.get_or_insert_with(device, || name);
            }
        }
        Ok(names)
    }

    /// The secrets that a device of the account could read, in the trash or not: all that there are, or, where the vault's log
    /// tells when it was revoked, those that it had until then.
    ///
    /// # Errors
    /// The store cannot, or a stored commit is damaged.
    pub async fn readable_by(&mut self, device: DeviceId) -> Result<Vec<ObjectId>, Error> {
        self.refresh().await?;
        let (model, until) = (self.model(), self.revoked_at(device).await?);
        let secrets = model.all().filter(|(_, overview)| overview.as_secret().is_some()).map(|(id, _)| id);
        let first = |id| self.vault.version(&Revision { object: id, part: Part::Value, number: 1 });
        // Where a value came first is not told of one whose history is not here yet.
        Ok(secrets.filter(|id| first(*id).is_none_or(|first| first.seq < until)).collect())
    }

    /// The place at which the vault's log revokes a device; its end, where it does not.
    async fn revoked_at(&self, device: DeviceId) -> Result<u64, Error> {
        let end = self.vault.state.next_seq();
        let is_told = self.vault.state.device(device).is_some_and(|device| device.revoked);
        let all: Vec<u64> = (0..if is_told { end } else { 0 }).collect();
        for seqs in all.rchunks(READ) {
            for commit in self.read_commits(seqs).await?.iter() {
                let entries = commit.entries().map_err(|_| Error::Damaged("log"))?;
                if entries.contains(&Entry::Revoke(Revoke { device })) {
                    return Ok(commit.stamp().seq);
                }
            }
        }
        Ok(end)
    }

    /// The code that adds a device together with the account's passphrase, which is asked for. The relay is asked nothing where
    /// this device has that by all it knows.
    ///
    /// # Errors
    /// It is not that passphrase, or the relay does not answer where it has to, or the store cannot.
    pub async fn setup_code<T: Transport>(
        &mut self,
        relay: &Relay<'_, T>,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Setup, RemoteError> {
        let kdf = self.expect_accounts(relay, passphrase, rng, now).await?;
        let seen = self.seen().await?;
        Ok(Setup::new(&self.keys.chain, self.keys.binding.account, kdf, seen))
    }

    /// Says what a device of the account is called from now on.
    ///
    /// # Errors
    /// There is no such device, the name is empty or too long, all keys are being renewed, or the store cannot.
    pub async fn name_device(
        &mut self,
        device: DeviceId,
        name: &str,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<(), Error> {
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(Error::TooMuch);
        }
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            let state = &self.account.state;
            if state.device(device).is_none() {
                return Err(Error::Gone);
            }
            let rows = self.commit_rows(&self.account.commits).await?;
            let roots = self.roots()?;
            let keyring = Keyring::open(state, &roots, rows.iter().flat_map(|row| &row.blobs));
            let keyring = keyring.map_err(|_| Error::Contended)?;
            let called = keyring.names().find(|(id, _)| *id == device);
            if called.is_some_and(|(_, called)| called == name) {
                return Ok(());
            }
            let (put, blob) = keyring::name(&keyring, device, name, now, rng)?;
            let entries = checkpoint(state).into_iter().chain([Entry::Put(put)]).collect();
            if self.append_to_account((entries, &[blob]), rng, now).await? {
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }

    /// This device.
    pub const fn device(&self) -> DeviceId {
        self.author().device
    }

    /// The devices of the account that nobody was shown on this one: those that came after it, or after the last look.
    pub fn new_devices(&self) -> Vec<DeviceId> {
        let Some(connection) = &self.connection else { return Vec::new() };
        let own = self.author().device;
        let here = self.account.state.devices().filter(|(_, device)| !device.revoked).map(|(id, _)| id);
        here.filter(|id| *id != own && !connection.known.contains(id.as_bytes())).collect()
    }

    /// Takes the devices that there are for known.
    ///
    /// # Errors
    /// The store cannot.
    pub async fn know_devices(&mut self, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        self.refresh().await?;
        let known = self.device_ids();
        self.set_connection(&|connection| Connection { known: known.clone(), ..connection }, rng).await
    }

    pub(super) fn device_ids(&self) -> Vec<[u8; 16]> {
        self.account.state.devices().map(|(id, _)| *id.as_bytes()).collect()
    }

    /// Tells the other devices that this one is there and how far it knows the vault, unless it did today and what was told is
    /// so.
    pub(super) async fn give_sign_of_life(
        &mut self,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let told = self.told();
        let is_due = |connection: &Connection| {
            let is_old = now.0.abs_diff(connection.told) >= SIGN_OF_LIFE;
            is_old || told.as_ref().is_some_and(|told| connection.has_left(told))
        };
        if !self.connection.as_ref().is_some_and(is_due) {
            return Ok(false);
        }
        let (state, vault) = (&self.account.state, self.vault.state.head());
        let heads = vec![Head { log: vault.log, seq: vault.seq, hash: vault.hash }];
        let entry = Entry::Checkpoint(Checkpoint { root: state.root(), heads });
        if let Some(connection) = &mut self.connection {
            connection.told = now.0;
        }
        if self.append_to_account((vec![entry], &[]), rng, now).await? {
            return Ok(true);
        }
        self.reload().await.map(|()| false)
    }

    /// The vault's head that the account's log tells of.
    pub(super) fn told(&self) -> Option<Head> {
        let vault = self.vault.state.log();
        self.account.state.heads().find(|head| head.log == vault)
    }

    /// From where on the vault at hand is not the one that the account's log knows: it lacks a head that a device told, and did
    /// not leave the branch of that.
    pub(super) async fn parts_from_told(&self) -> Result<Option<u64>, Error> {
        let has_left = |told: &Head| self.connection.as_ref().is_some_and(|it| it.has_left(told));
        let Some(told) = self.told().filter(|told| !has_left(told)) else { return Ok(None) };
        let next = self.vault.state.next_seq();
        if told.seq < next && self.hash(super::sync::Side::Vault, told.seq).await? == told.hash {
            return Ok(None);
        }
        Ok(Some(told.seq.min(next)))
    }

    /// Stores one more commit of the account's log, with the connection as it is; `false` if another session was faster.
    async fn append_to_account(
        &mut self,
        (entries, blobs): (Vec<Entry>, &[Vec<u8>]),
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let state = &self.account.state;
        let first = first_stamp(state.log(), self.author(), ActId::new(draw(rng)), now);
        let commit = sign(&self.keys.chain, next_stamp(state, first), &entries)?;
        self.is_ahead = true;
        let mut packs = Packs::new(self.vault.next_pack);
        let span = packs.add(&commit.encode()).ok_or(Error::TooMuch)?;
        let blobs = blobs.iter().map(|blob| packs.add(blob)).collect::<Option<_>>().ok_or(Error::TooMuch)?;
        self.account.absorb(&[Saved { commit, span, blobs }]).map_err(|_| Error::Damaged("account"))?;
        let cells = if self.connection.is_some() { vec![self.connection_cell(rng)?] } else { Vec::new() };
        self.store_account(packs, cells, rng).await
    }
}

fn see(devices: &mut [DeviceRow], device: DeviceId, time: Timestamp) {
    if let Some(row) = devices.iter_mut().find(|row| row.id == device) {
        row.seen = row.seen.max(Some(time));
    }
}
