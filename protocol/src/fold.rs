//! The fold of a log: what its commits amount to, and whether one more may follow (`LOG.md` §4 to §6).

mod account;
mod excerpt;
mod fault;
mod found;
mod part;
mod record;
mod roster;
mod scope;
mod serial;
mod table;

pub use excerpt::{RootHasher, Roster, Sections};
pub use fault::{Author, Chain, Fault, Refusal, Rejection};
pub use record::{AccountRecord, DeviceRecord, ObjectRecord, PartRecord, ScopeRecord};

use crate::codec::Malformed;
use crate::commit::{Commit, Newer, Stamp};
use crate::entry::{Checkpoint, Entry, Head, LogKind, Member, Part};
use crate::hash::{Hash, Label};
use crate::id::{DeviceId, LogId, ObjectId, PrincipalId, ScopeId};
use crate::key::{Verify, VerifyingKey};
use crate::limit;
use table::Table;
use weakness::Weakness;

/// The fold of a log up to its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    kind: LogKind,
    head: Head,
    root: ScopeId,
    members: Table<PrincipalId, Member>,
    devices: Table<DeviceId, DeviceRecord>,
    scopes: Table<ScopeId, ScopeRecord>,
    objects: Table<ObjectId, ObjectRecord>,
    heads: Table<LogId, (u64, Hash)>,
    account: Option<AccountRecord>,
    /// How many objects the fold has that are not at hand: 0, but for an excerpt.
    elsewhere: usize,
}

impl State {
    /// Founds a log by its first commit.
    ///
    /// Whoever knows the log id by other means compares it: [`State::log`].
    ///
    /// # Errors
    /// As [`State::accept`].
    pub fn found(commit: &Commit, verify: &impl Verify) -> Result<Self, Refusal> {
        found::found(commit, verify)
    }

    /// Takes one more commit in: all of it, or nothing.
    ///
    /// # Errors
    /// The commit needs a newer version of this program, or breaks a rule; the state is as it was.
    pub fn accept(&mut self, commit: &Commit, verify: &impl Verify) -> Result<(), Refusal> {
        self.accept_by(commit, verify, |state| Some(state.root()))
    }

    /// [`State::accept`] with the state root from elsewhere, which is asked for only where the commit states one; `None` is
    /// none that any commit states.
    ///
    /// # Errors
    /// As [`State::accept`].
    pub fn accept_by(
        &mut self,
        commit: &Commit,
        verify: &impl Verify,
        root: impl FnOnce(&Self) -> Option<Hash>,
    ) -> Result<(), Refusal> {
        let stamp = commit.stamp();
        self.check_chain(stamp)?;
        self.check_author(commit, verify)?;
        let entries = decode(commit)?;
        self.check_checkpoint(stamp.seq, &entries, root)?;
        self.apply(commit, &entries, 0, verify)
    }

    /// SHA-256 over the canonical serialisation of all of it.
    pub fn root(&self) -> Hash {
        Hash::labelled(Label::State, &[&self.encode()])
    }

    /// Its canonical serialisation (`LOG.md` §6).
    pub fn encode(&self) -> Vec<u8> {
        serial::encode(self)
    }

    /// Restores what [`State::encode`] wrote. The bytes must be our own, kept sealed: this checks their form, not that a
    /// log leads there.
    ///
    /// # Errors
    /// They are malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        serial::decode(bytes)
    }

    /// Whether the next commit must begin with a checkpoint of [`State::root`].
    pub const fn is_checkpoint_due(&self) -> bool {
        is_checkpoint_due(self.next_seq())
    }

    /// The next commit's place.
    pub const fn next_seq(&self) -> u64 {
        self.head.seq.saturating_add(1)
    }

    /// The log's id.
    pub const fn log(&self) -> LogId {
        self.head.log
    }

    /// What the log is of.
    pub const fn kind(&self) -> LogKind {
        self.kind
    }

    /// The last commit taken in.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The scope above all others.
    pub const fn root_scope(&self) -> ScopeId {
        self.root
    }

    /// A principal, present or past.
    pub fn member(&self, principal: PrincipalId) -> Option<&Member> {
        self.members.get(principal)
    }

    /// All principals, ascending by id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().map(|(_, member)| member)
    }

    /// A device, revoked or not.
    pub fn device(&self, device: DeviceId) -> Option<&DeviceRecord> {
        self.devices.get(device)
    }

    /// All devices, ascending by id.
    pub fn devices(&self) -> impl Iterator<Item = (DeviceId, &DeviceRecord)> {
        self.devices.iter()
    }

    /// A scope.
    pub fn scope(&self, scope: ScopeId) -> Option<&ScopeRecord> {
        self.scopes.get(scope)
    }

    /// All scopes, ascending by id.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeId, &ScopeRecord)> {
        self.scopes.iter()
    }

    /// An object, deleted or not.
    pub fn object(&self, object: ObjectId) -> Option<&ObjectRecord> {
        self.objects.get(object)
    }

    /// All objects, ascending by id.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, &ObjectRecord)> {
        self.objects.iter()
    }

    /// The current revision of a part.
    pub fn part(&self, object: ObjectId, part: Part) -> Option<&PartRecord> {
        self.objects.get(object)?.part(part)
    }

    /// In an account's log: what checkpoints said of vaults, ascending by log.
    pub fn heads(&self) -> impl Iterator<Item = Head> {
        self.heads.iter().map(|(log, (seq, hash))| Head { log, seq: *seq, hash: *hash })
    }

    /// What only an account's log holds.
    pub const fn account(&self) -> Option<&AccountRecord> {
        self.account.as_ref()
    }

    fn check_chain(&self, stamp: &Stamp) -> Result<(), Chain> {
        if weakness::has(Weakness::Chain) {
            return Ok(());
        }
        if stamp.log != self.head.log {
            return Err(Chain::Log);
        }
        if Some(stamp.seq) != self.head.seq.checked_add(1) {
            return Err(Chain::Seq);
        }
        if stamp.prev != self.head.hash {
            return Err(Chain::Prev);
        }
        Ok(())
    }

    fn check_author(&self, commit: &Commit, verify: &impl Verify) -> Result<(), Author> {
        let stamp = commit.stamp();
        let (signing, counter) = match self.devices.get(stamp.device) {
            Some(device) => (known(device, stamp)?, device.counter),
            None => (self.brought(commit, verify)?, 0),
        };
        if self.members.get(stamp.author).is_none_or(|member| member.grants.is_empty()) {
            return Err(Author::NotMember);
        }
        check_signature(commit, &signing, counter, verify)
    }

    /// The key of the device that the commit brings along with itself.
    fn brought(&self, commit: &Commit, verify: &impl Verify) -> Result<VerifyingKey, Author> {
        let stamp = commit.stamp();
        let entries = commit.entries().map_err(|_| Author::UnknownDevice)?;
        let first = entries.iter().find(|entry| !matches!(entry, Entry::Checkpoint(_)));
        let Some(Entry::Device(device)) = first else { return Err(Author::UnknownDevice) };
        if device.device != stamp.device {
            return Err(Author::UnknownDevice);
        }
        self.check_device(device, stamp.author, verify).map_err(Author::NotAdded)?;
        Ok(device.signing)
    }

    fn check_checkpoint(
        &self,
        seq: u64,
        entries: &[Entry],
        root: impl FnOnce(&Self) -> Option<Hash>,
    ) -> Result<(), Refusal> {
        match entries.first() {
            Some(Entry::Checkpoint(checkpoint)) if root(self) == Some(checkpoint.root) => Ok(()),
            Some(Entry::Checkpoint(_)) => Err(Refusal::at(0, Fault::StateRoot)),
            _ if is_checkpoint_due(seq) => Err(Refusal::at(0, Fault::CheckpointDue)),
            _ => Ok(()),
        }
    }

    /// Applies entries `from` and later, and becomes the state at `commit`; or nothing.
    fn apply(
        &mut self,
        commit: &Commit,
        entries: &[Entry],
        from: usize,
        verify: &impl Verify,
    ) -> Result<(), Refusal> {
        let account = self.account.clone();
        let applied = (entries.iter().enumerate().skip(from)).try_for_each(|(index, entry)| {
            let at = Place { stamp: commit.stamp(), index };
            self.apply_one(entry, &at, verify).map_err(|fault| Refusal::at(index, fault))
        });
        match applied {
            Ok(()) => self.advance(commit),
            Err(_) => {
                self.take_back();
                self.account = account;
            }
        }
        applied
    }

    fn apply_one(&mut self, entry: &Entry, at: &Place<'_>, verify: &impl Verify) -> Result<(), Fault> {
        let author = at.stamp.author;
        match entry {
            Entry::Genesis(_) => Err(Fault::Misplaced),
            Entry::Checkpoint(checkpoint) => self.note_heads(checkpoint, at),
            Entry::Device(device) => self.add_device(device, author, verify),
            Entry::Revoke(revoke) => self.revoke(revoke, author),
            Entry::Identity(identity) => self.replace_identity(identity, author, verify),
            Entry::Member(member) => self.set_member(member, author),
            Entry::Scope(scope) => self.set_scope(scope, author),
            Entry::Put(put) => self.put(put, at),
            Entry::Wrap(wrap) => self.wrap(wrap, author),
            Entry::Unwrap(unwrap) => self.unwrap(unwrap, author),
            Entry::Delete(delete) => self.delete(delete, author),
            Entry::Forget(forget) => self.forget(forget, author),
            Entry::Credential(credential) => self.set_credential(credential),
            Entry::ArkGrant(grant) => self.grant_ark(grant, at.stamp.device),
            Entry::Rejoin(_) | Entry::Note(_) | Entry::Unknown { .. } => Ok(()),
        }
    }

    /// The state root was compared before anything was applied.
    fn note_heads(&mut self, checkpoint: &Checkpoint, at: &Place<'_>) -> Result<(), Fault> {
        let has_place = at.index == 0 && (checkpoint.heads.is_empty() || self.kind == LogKind::Account);
        if !has_place {
            return Err(Fault::Misplaced);
        }
        checkpoint.heads.iter().for_each(|head| self.heads.set(head.log, (head.seq, head.hash)));
        if self.heads.len() > limit::KNOWN_HEADS { Err(Fault::TooMany) } else { Ok(()) }
    }

    fn advance(&mut self, commit: &Commit) {
        let stamp = commit.stamp();
        if let Some(device) = self.devices.get(stamp.device) {
            self.devices.set(stamp.device, DeviceRecord { counter: stamp.counter, ..*device });
        }
        self.head = Head { log: stamp.log, seq: stamp.seq, hash: commit.hash() };
        self.members.keep();
        self.devices.keep();
        self.scopes.keep();
        self.objects.keep();
        self.heads.keep();
    }

    fn take_back(&mut self) {
        self.members.take_back();
        self.devices.take_back();
        self.scopes.take_back();
        self.objects.take_back();
        self.heads.take_back();
    }
}

/// Where an entry stands.
struct Place<'a> {
    stamp: &'a Stamp,
    index: usize,
}

/// The entries, if this version knows all that may not be passed over.
fn decode(commit: &Commit) -> Result<Vec<Entry>, Refusal> {
    let entries = commit.entries().map_err(Rejection::Body)?;
    let newer = entries.iter().find(|entry| matches!(entry, Entry::Unknown { .. }) && !entry.is_ignorable());
    match newer {
        Some(entry) => Err(Refusal::NeedsUpdate(Newer::Kind(entry.kind()))),
        None => Ok(entries),
    }
}

fn known(device: &DeviceRecord, stamp: &Stamp) -> Result<VerifyingKey, Author> {
    if device.principal != stamp.author {
        return Err(Author::Principal);
    }
    if device.revoked { Err(Author::Revoked) } else { Ok(device.signing) }
}

fn check_signature(
    commit: &Commit,
    key: &VerifyingKey,
    last: u64,
    verify: &impl Verify,
) -> Result<(), Author> {
    if !verify.verify(key, &commit.signed_bytes(), commit.signature()) {
        return Err(Author::Signature);
    }
    let is_new = commit.stamp().counter > last || weakness::has(Weakness::Counter);
    if is_new { Ok(()) } else { Err(Author::Counter) }
}

const fn is_checkpoint_due(seq: u64) -> bool {
    seq > 0 && seq.is_multiple_of(limit::CHECKPOINT_EVERY)
}
