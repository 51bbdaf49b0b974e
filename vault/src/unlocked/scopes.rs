//! The keys of every scope of a log.

use std::rc::Rc;

use crypto::{NamesKey, PartKey, ScopeEpoch, ScopeSecret, ValuesKey, Wrapped};
use protocol::{ById, Fields, LogId, Part, ScopeId, State, Wrap, WrapRef, Wraps};
use rand_core::CryptoRngCore;

use super::{Revision, Roots, place};
use crate::session::Error;

/// The keys of one epoch of a scope.
#[derive(Debug)]
struct Keys {
    secret: ScopeSecret,
    names: NamesKey,
    values: ValuesKey,
}

/// The keys of every scope, those of each epoch in order. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scopes(ById<ScopeId, Vec<Rc<Keys>>>);

impl Scopes {
    /// The root alone, in its first epoch.
    pub(crate) fn of_root(root: ScopeSecret) -> Self {
        let mut scopes = Self::default();
        scopes.add(root);
        scopes
    }

    /// Every scope of a log, from the owner's access to its root.
    pub(crate) fn open(state: &State, roots: &Roots<'_>) -> Result<Self, Error> {
        let mut scopes = Self::default();
        let (log, root) = (state.log(), state.root_scope());
        scopes.add_all(open_root(state, roots)?, state)?;
        let mut closed: Vec<_> = state.scopes().filter(|(id, _)| *id != root).collect();
        while !closed.is_empty() {
            let before = closed.len();
            for (id, record) in std::mem::take(&mut closed) {
                match scopes.child(log, id, record.epoch, &record.parents) {
                    Some(secret) => scopes.add_all(secret, state)?,
                    None => closed.push((id, record)),
                }
            }
            if closed.len() == before {
                return Err(Error::Damaged("scope keys"));
            }
        }
        Ok(scopes)
    }

    /// Opens the scope that an entry makes, or the epoch that it begins. `false` where that is reached by other ways than
    /// from above: then all are opened anew ([`Scopes::open`]).
    pub(crate) fn enter(&mut self, log: LogId, scope: &protocol::Scope) -> bool {
        if self.at(scope.scope, scope.epoch).is_some() {
            return true;
        }
        let secret = self.child(log, scope.scope, scope.epoch, &scope.parents);
        secret.map(|secret| self.add(secret)).is_some()
    }

    /// Makes a scope under `parent`.
    pub(crate) fn create(
        &mut self,
        log: LogId,
        scope: ScopeId,
        parent: ScopeId,
        rng: &mut impl CryptoRngCore,
    ) -> Option<protocol::Scope> {
        let secret = ScopeSecret::generate(scope_at(log, scope, 1), rng);
        let edge = self.edge(&secret, parent, rng)?;
        self.add(secret);
        Some(protocol::Scope { scope, epoch: 1, parents: vec![edge], previous: None })
    }

    /// Begins the next epoch of every scope of a log: an entry for each, none before those above it.
    pub(crate) fn renew(
        &mut self,
        state: &State,
        rng: &mut impl CryptoRngCore,
    ) -> Option<Vec<protocol::Scope>> {
        let mut entries = Vec::new();
        let mut rest: Vec<_> = state.scopes().collect();
        while !rest.is_empty() {
            let is_new =
                |scopes: &Self, scope| state.scope(scope).is_some_and(|it| it.epoch < scopes.epoch(scope));
            let (ready, waiting): (Vec<_>, Vec<_>) = rest
                .into_iter()
                .partition(|(_, record)| record.parents.iter().all(|edge| is_new(self, edge.parent)));
            if ready.is_empty() {
                return None;
            }
            for (id, record) in ready {
                entries.push(self.renew_one(state.log(), id, &record.parents, rng)?);
            }
            rest = waiting;
        }
        Some(entries)
    }

    /// Whether the current epoch of the scope is at hand.
    pub(crate) fn contains(&self, scope: ScopeId) -> bool {
        self.0.contains(scope)
    }

    /// Whether the root of a log is at hand in its current epoch.
    pub(crate) fn is_current(&self, state: &State) -> bool {
        let root = state.root_scope();
        state.scope(root).is_some_and(|record| record.epoch == self.epoch(root))
    }

    /// The secret of the current epoch of a scope.
    pub(crate) fn secret(&self, scope: ScopeId) -> Option<&ScopeSecret> {
        Some(&self.current(scope)?.secret)
    }

    /// A part's key under one scope.
    pub(crate) fn wrap(
        &self,
        scope: ScopeId,
        revision: &Revision,
        key: &PartKey,
        rng: &mut impl CryptoRngCore,
    ) -> Option<Wrap> {
        let keys = self.current(scope)?;
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
        let keys = self.at(wrap.scope, wrap.epoch)?;
        let wrapped = Wrapped::parse(wrap.key).ok()?;
        let object = *revision.object.as_bytes();
        match revision.part {
            Part::Overview => keys.names.unwrap_overview(&wrapped, object, revision.number).ok(),
            Part::Value => keys.values.unwrap_value(&wrapped, object, revision.number).ok(),
        }
    }

    fn renew_one(
        &mut self,
        log: LogId,
        scope: ScopeId,
        parents: &[protocol::Edge],
        rng: &mut impl CryptoRngCore,
    ) -> Option<protocol::Scope> {
        let before = Rc::clone(self.current(scope)?);
        let epoch = before.secret.at().epoch.checked_add(1)?;
        let secret = ScopeSecret::generate(scope_at(log, scope, epoch), rng);
        let previous = secret.wrap_previous(&before.secret, rng).to_bytes();
        let parents = parents.iter().map(|edge| self.edge(&secret, edge.parent, rng));
        let parents = parents.collect::<Option<Vec<_>>>()?;
        self.add(secret);
        Some(protocol::Scope { scope, epoch, parents, previous: protocol::Wrapped::new(&previous).ok() })
    }

    /// How a scope's secret hangs under a parent's current epoch.
    fn edge(
        &self,
        secret: &ScopeSecret,
        parent: ScopeId,
        rng: &mut impl CryptoRngCore,
    ) -> Option<protocol::Edge> {
        let above = self.secret(parent)?;
        let edge = secret.wrap_under(above, rng);
        let (epoch, secret, names) = (above.at().epoch, wrap_of(&edge.secret)?, wrap_of(&edge.names)?);
        Some(protocol::Edge { parent, epoch, secret, names })
    }

    /// The secret of an epoch of a scope, from above.
    fn child(&self, log: LogId, scope: ScopeId, epoch: u32, edges: &[protocol::Edge]) -> Option<ScopeSecret> {
        let child = scope_at(log, scope, epoch);
        edges.iter().find_map(|edge| {
            let wrapped = Wrapped::parse(edge.secret.as_bytes()).ok()?;
            self.at(edge.parent, edge.epoch)?.values.unwrap_child(&wrapped, child).ok()
        })
    }

    /// Adds a scope with the epochs before the one at hand.
    fn add_all(&mut self, secret: ScopeSecret, state: &State) -> Result<(), Error> {
        let damaged = || Error::Damaged("scope keys");
        let scope = ScopeId::new(secret.at().scope);
        let kept = &state.scope(scope).ok_or_else(damaged)?.previous;
        let mut secrets = vec![secret];
        for previous in kept.iter().rev() {
            let edge = crypto::Edge::parse(previous.as_bytes()).map_err(|_| damaged())?;
            let next = secrets.last().ok_or_else(damaged)?;
            let before = next.values_key().unwrap_previous(&edge.secret).map_err(|_| damaged())?;
            secrets.push(before);
        }
        secrets.into_iter().rev().for_each(|secret| self.add(secret));
        Ok(())
    }

    /// Adds the epoch after those that are at hand.
    fn add(&mut self, secret: ScopeSecret) {
        let scope = ScopeId::new(secret.at().scope);
        let (names, values) = (secret.names_key(), secret.values_key());
        self.0.get_or_default(scope).push(Rc::new(Keys { secret, names, values }));
    }

    fn current(&self, scope: ScopeId) -> Option<&Rc<Keys>> {
        self.0.get(scope)?.last()
    }

    fn at(&self, scope: ScopeId, epoch: u32) -> Option<&Rc<Keys>> {
        let place = usize::try_from(epoch).ok()?.checked_sub(1)?;
        self.0.get(scope)?.get(place)
    }

    /// The current epoch of a scope; 0 of one that is not at hand.
    fn epoch(&self, scope: ScopeId) -> u32 {
        self.current(scope).map_or(0, |keys| keys.secret.at().epoch)
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

fn open_root(state: &State, roots: &Roots<'_>) -> Result<ScopeSecret, Error> {
    let damaged = Error::Damaged("scope keys");
    let root = state.root_scope();
    let record = state.scope(root).ok_or_else(|| damaged.clone())?;
    let access = state.members().flat_map(|member| &member.access).filter(|access| access.scope == root);
    let mut secrets = access.filter_map(|access| {
        let wrapped = Wrapped::parse(access.secret.as_bytes()).ok()?;
        roots.of(access.key)?.unwrap_access(&wrapped, scope_at(state.log(), root, record.epoch)).ok()
    });
    secrets.next().ok_or(damaged)
}
