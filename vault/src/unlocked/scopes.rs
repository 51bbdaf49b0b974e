//! The keys of every scope of a log.

use std::rc::Rc;

use crypto::{NamesKey, PartKey, RootKey, ScopeEpoch, ScopeSecret, ValuesKey, Wrapped};
use protocol::{ById, Fields, LogId, Part, ScopeId, State, Wrap, WrapRef, Wraps};
use rand_core::CryptoRngCore;

use super::{Revision, place};
use crate::session::Error;

/// The keys of one epoch of a scope.
#[derive(Debug)]
struct Keys {
    secret: ScopeSecret,
    names: NamesKey,
    values: ValuesKey,
}

/// The keys of every scope, at its current epoch. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scopes(ById<ScopeId, Rc<Keys>>);

impl Scopes {
    /// The root alone.
    pub(crate) fn of_root(root: ScopeSecret) -> Self {
        let mut scopes = Self::default();
        scopes.add(root);
        scopes
    }

    /// Every scope of a log, from the owner's access to its root.
    pub(crate) fn open(state: &State, root_key: &RootKey) -> Result<Self, Error> {
        let mut scopes = Self::of_root(open_root(state, root_key)?);
        let mut closed: Vec<_> = state.scopes().filter(|(id, _)| *id != state.root_scope()).collect();
        while !closed.is_empty() {
            let before = closed.len();
            closed.retain(|(id, record)| {
                scopes.enter_from(state.log(), *id, record.epoch, &record.parents).is_err()
            });
            if closed.len() == before {
                return Err(Error::Damaged("scope keys"));
            }
        }
        Ok(scopes)
    }

    /// Opens a scope that an entry makes.
    pub(crate) fn enter(&mut self, log: LogId, scope: &protocol::Scope) -> Result<(), Error> {
        if self.0.contains(scope.scope) {
            return Ok(());
        }
        self.enter_from(log, scope.scope, scope.epoch, &scope.parents)
    }

    /// Makes a scope under `parent`.
    pub(crate) fn create(
        &mut self,
        log: LogId,
        scope: ScopeId,
        parent: ScopeId,
        rng: &mut impl CryptoRngCore,
    ) -> Option<protocol::Scope> {
        let above = Rc::clone(self.0.get(parent)?);
        let secret = ScopeSecret::generate(scope_at(log, scope, 1), rng);
        let edge = secret.wrap_under(&above.secret, rng);
        self.add(secret);
        let edge = protocol::Edge {
            parent,
            epoch: above.secret.at().epoch,
            secret: wrap_of(&edge.secret)?,
            names: wrap_of(&edge.names)?,
        };
        Some(protocol::Scope { scope, epoch: 1, parents: vec![edge], previous: None })
    }

    pub(crate) fn contains(&self, scope: ScopeId) -> bool {
        self.0.contains(scope)
    }

    /// A part's key under one scope.
    pub(crate) fn wrap(
        &self,
        scope: ScopeId,
        revision: &Revision,
        key: &PartKey,
        rng: &mut impl CryptoRngCore,
    ) -> Option<Wrap> {
        let keys = self.0.get(scope)?;
        let object = *revision.object.as_bytes();
        let wrapped = match revision.part {
            Part::Overview => keys.names.wrap_overview(key, object, revision.number, rng),
            Part::Value => keys.values.wrap_value(key, object, revision.number, rng),
        };
        Some(Wrap { scope, epoch: keys.secret.at().epoch, key: wrap_of(&wrapped)? })
    }

    /// Opens the blob of a revision with the key in `wraps`.
    pub(crate) fn open_part(
        &self,
        log: LogId,
        revision: &Revision,
        wraps: &Wraps,
        blob: Vec<u8>,
    ) -> Result<Fields, Error> {
        let damaged = Error::Damaged("a sealed part");
        let key = self.part_key(revision, wraps).ok_or_else(|| damaged.clone())?;
        let sealed = crypto::Sealed::from_wire(blob).map_err(|_| damaged.clone())?;
        let opened = key.open(&sealed, &place(log, revision)).map_err(|_| damaged.clone())?;
        Fields::decode(opened.as_bytes()).map_err(|_| damaged)
    }

    /// A part's key from the first of its wraps that opens.
    pub(crate) fn part_key(&self, revision: &Revision, wraps: &Wraps) -> Option<PartKey> {
        wraps.iter().find_map(|wrap| self.unwrap(revision, wrap))
    }

    fn unwrap(&self, revision: &Revision, wrap: WrapRef<'_>) -> Option<PartKey> {
        let keys = self.0.get(wrap.scope).filter(|keys| keys.secret.at().epoch == wrap.epoch)?;
        let wrapped = Wrapped::parse(wrap.key).ok()?;
        let object = *revision.object.as_bytes();
        match revision.part {
            Part::Overview => keys.names.unwrap_overview(&wrapped, object, revision.number).ok(),
            Part::Value => keys.values.unwrap_value(&wrapped, object, revision.number).ok(),
        }
    }

    fn enter_from(
        &mut self,
        log: LogId,
        scope: ScopeId,
        epoch: u32,
        edges: &[protocol::Edge],
    ) -> Result<(), Error> {
        let child = scope_at(log, scope, epoch);
        let secret = edges.iter().find_map(|edge| {
            let parent = self.0.get(edge.parent)?;
            let wrapped = Wrapped::parse(edge.secret.as_bytes()).ok()?;
            parent.values.unwrap_child(&wrapped, child).ok()
        });
        self.add(secret.ok_or(Error::Damaged("scope keys"))?);
        Ok(())
    }

    fn add(&mut self, secret: ScopeSecret) {
        let scope = ScopeId::new(secret.at().scope);
        let (names, values) = (secret.names_key(), secret.values_key());
        self.0.insert(scope, Rc::new(Keys { secret, names, values }));
    }
}

/// A scope's place at an epoch.
pub(crate) fn scope_at(log: LogId, scope: ScopeId, epoch: u32) -> ScopeEpoch {
    ScopeEpoch { log: *log.as_bytes(), scope: *scope.as_bytes(), epoch }
}

/// A wrap as a log carries it.
pub(crate) fn wrap_of(wrapped: &Wrapped) -> Option<protocol::Wrapped> {
    protocol::Wrapped::new(wrapped.as_bytes()).ok()
}

fn open_root(state: &State, root_key: &RootKey) -> Result<ScopeSecret, Error> {
    let damaged = Error::Damaged("scope keys");
    let root = state.root_scope();
    let record = state.scope(root).ok_or_else(|| damaged.clone())?;
    let access = state.members().flat_map(|member| &member.access).filter(|access| access.scope == root);
    let mut secrets = access.filter_map(|access| {
        let wrapped = Wrapped::parse(access.secret.as_bytes()).ok()?;
        root_key.unwrap_access(&wrapped, scope_at(state.log(), root, record.epoch)).ok()
    });
    secrets.next().ok_or(damaged)
}
