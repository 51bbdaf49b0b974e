//! A backup file (`FORMAT.md` §14): both logs with their blobs, verbatim, and the root key under either code of the kit.
//!
//! Nothing in it can be read without the recovery code, or the setup code together with the passphrase.

use crypto::{AccountKey, KdfMemory, Passphrase, RecoveryKey, RootKey, SetupCode, Wrapped};
use protocol::{Commit, Entry, Put};
use serde::{Deserialize, Serialize};

use crate::record;
use crate::session::Error;

const MAGIC: &[u8; 8] = b"TACITBAK";
const WHAT: &str = "backup";

/// What opens a backup.
#[derive(Debug)]
pub enum Code<'a> {
    /// The recovery code alone.
    Recovery(&'a RecoveryKey),
    /// The setup code, and the passphrase that the vault had when the file was written, in form NFKC.
    Setup(&'a SetupCode, &'a Passphrase),
}

/// A backup file taken apart.
#[derive(Serialize, Deserialize)]
pub(crate) struct File {
    /// The epoch of the root key that the wraps hold.
    pub(crate) epoch: u32,
    pub(crate) by_backup: Vec<u8>,
    pub(crate) by_recovery: Vec<u8>,
    pub(crate) account_log: Vec<CommitRow>,
    pub(crate) vault_log: Vec<CommitRow>,
}

/// A commit and the blobs of its puts, in their order; empty is one that was lost before the backup was made.
#[derive(Serialize, Deserialize)]
pub(crate) struct CommitRow {
    pub(crate) commit: Vec<u8>,
    pub(crate) blobs: Vec<Vec<u8>>,
}

impl File {
    pub(crate) fn write(&self) -> Result<Vec<u8>, Error> {
        Ok([&MAGIC[..], &record::encode(self)?].concat())
    }

    /// Reads a file. Only the one encoding is read: a longer form of a number makes more bytes than its own.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let body = bytes.strip_prefix(&MAGIC[..]).ok_or(Error::Damaged(WHAT))?;
        let file: Self = record::decode(body, WHAT)?;
        let shortest = postcard::experimental::serialized_size(&file).map_err(|_| Error::Damaged(WHAT))?;
        if shortest + 1 == body.len() { Ok(file) } else { Err(Error::Damaged(WHAT)) }
    }

    /// The root key, by either code of the kit.
    pub(crate) fn root_key(&self, code: &Code<'_>) -> Result<RootKey, Error> {
        let wrapped = |bytes: &[u8]| Wrapped::parse(bytes).map_err(|_| Error::Damaged(WHAT));
        let opened = match code {
            Code::Recovery(key) => key.unwrap(&wrapped(&self.by_recovery)?, self.epoch),
            Code::Setup(code, passphrase) => {
                let mut memory = KdfMemory::reserve(code.kdf).map_err(|_| Error::NoMemory)?;
                let key = AccountKey::derive(passphrase, &mut memory, &code.secret_key, code.account);
                key.backup_key().unwrap(&wrapped(&self.by_backup)?, self.epoch)
            }
        };
        opened.map_err(|_| Error::WrongCode)
    }
}

impl CommitRow {
    /// Of a commit and its blobs as they were stored: those that are not what was put are left out.
    pub(crate) fn new(commit: Vec<u8>, mut blobs: Vec<Vec<u8>>) -> Result<Self, Error> {
        for (put, blob) in puts(&decode(&commit)?)?.iter().zip(&mut blobs) {
            if !put.is_of(blob) {
                blob.clear();
            }
        }
        Ok(Self { commit, blobs })
    }

    /// The commit, if the blobs are those of its puts, and how long each was when it was put.
    pub(crate) fn decode(&self) -> Result<(Commit, Vec<usize>), Error> {
        let commit = decode(&self.commit)?;
        let puts = puts(&commit)?;
        let mut pairs = puts.iter().zip(&self.blobs);
        let is_whole =
            puts.len() == self.blobs.len() && pairs.all(|(put, blob)| blob.is_empty() || put.is_of(blob));
        let lengths = puts.iter().map(|put| put.length as usize).collect();
        if is_whole { Ok((commit, lengths)) } else { Err(Error::Damaged(WHAT)) }
    }
}

fn decode(commit: &[u8]) -> Result<Commit, Error> {
    Commit::decode(commit).map_err(|error| match error {
        protocol::Undecodable::NeedsUpdate(_) => Error::NewerVersion,
        protocol::Undecodable::Malformed(_) => Error::Damaged(WHAT),
    })
}

fn puts(commit: &Commit) -> Result<Vec<Put>, Error> {
    let entries = commit.entries().map_err(|_| Error::Damaged(WHAT))?;
    Ok(entries.iter().filter_map(Entry::as_put).cloned().collect())
}
