//! Founding a log: the first commit (`LOG.md` §3 genesis, §4 rule 8).

use super::table::Table;
use super::{
    AccountRecord, Author, Chain, Fault, Refusal, Rejection, ScopeRecord, State, check_signature, decode,
};
use crate::commit::{Commit, Stamp};
use crate::entry::{Device, Entry, Genesis, Grant, Head, LogKind, Member, MemberKind, Rights, Scope};
use crate::hash::Hash;
use crate::key::Verify;

/// How many entries found a log.
const FOUNDING: usize = 4;

pub(super) fn found(commit: &Commit, verify: &impl Verify) -> Result<State, Refusal> {
    check_first(commit.stamp())?;
    let entries = commit.entries().map_err(Rejection::Body)?;
    let founding = Founding::of(&entries).ok_or_else(|| Refusal::at(0, Fault::Founding))?;
    if founding.device.device != commit.stamp().device {
        return Err(Author::UnknownDevice.into());
    }
    check_signature(commit, &founding.device.signing, 0, verify)?;
    let mut state =
        founding.state(commit.stamp(), verify).map_err(|(index, fault)| Refusal::at(index, fault))?;
    let entries = decode(commit)?;
    state.apply(commit, &entries, FOUNDING, verify)?;
    Ok(state)
}

/// The entries that found a log.
struct Founding<'a> {
    genesis: &'a Genesis,
    root: &'a Scope,
    founder: &'a Member,
    device: &'a Device,
}

impl<'a> Founding<'a> {
    fn of(entries: &'a [Entry]) -> Option<Self> {
        let [Entry::Genesis(genesis), Entry::Scope(root), Entry::Member(founder), Entry::Device(device), ..] =
            entries
        else {
            return None;
        };
        Some(Self { genesis, root, founder, device })
    }

    /// The state after these entries, or which of them is wrong.
    fn state(&self, stamp: &Stamp, verify: &impl Verify) -> Result<State, (usize, Fault)> {
        check(self.is_genesis(stamp)).map_err(|fault| (0, fault))?;
        check(self.is_root()).map_err(|fault| (1, fault))?;
        check(self.is_founder()).map_err(|fault| (2, fault))?;
        let mut state = self.empty(stamp);
        state.check_access(self.founder).map_err(|fault| (2, fault))?;
        state.add_device(self.device, stamp.author, verify).map_err(|fault| (3, fault))?;
        Ok(state)
    }

    fn is_genesis(&self, stamp: &Stamp) -> bool {
        let genesis = self.genesis;
        let is_own = genesis.kind == LogKind::Vault || genesis.principal == stamp.log.principal();
        genesis.log_id() == stamp.log && genesis.principal == stamp.author && is_own
    }

    const fn is_root(&self) -> bool {
        self.root.epoch == 1 && self.root.parents.is_empty()
    }

    fn is_founder(&self) -> bool {
        let (founder, genesis) = (self.founder, self.genesis);
        founder.principal == genesis.principal
            && founder.signing == genesis.signing
            && founder.kind == MemberKind::Account
            && founder.generation == 1
            && founder.grants == [Grant { scope: self.root.scope, rights: Rights::ALL }]
    }

    fn empty(&self, stamp: &Stamp) -> State {
        let root = ScopeRecord { epoch: 1, parents: Vec::new(), previous: Vec::new() };
        State {
            kind: self.genesis.kind,
            head: Head { log: stamp.log, seq: 0, hash: Hash::ZERO },
            root: self.root.scope,
            members: Table::from_iter([(self.founder.principal, self.founder.clone())]),
            devices: Table::new(),
            scopes: Table::from_iter([(self.root.scope, root)]),
            objects: Table::new(),
            heads: Table::new(),
            account: (self.genesis.kind == LogKind::Account).then(AccountRecord::default),
            elsewhere: 0,
        }
    }
}

fn check_first(stamp: &Stamp) -> Result<(), Chain> {
    if stamp.seq != 0 {
        return Err(Chain::Seq);
    }
    if stamp.prev == Hash::ZERO { Ok(()) } else { Err(Chain::Prev) }
}

const fn check(is_right: bool) -> Result<(), Fault> {
    if is_right { Ok(()) } else { Err(Fault::Founding) }
}
