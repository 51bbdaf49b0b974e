//! Scopes: how they hang together and which epoch is theirs (`LOG.md` §4, rules 13 and 14).

use super::{Fault, ScopeRecord, State};
use crate::entry::{LogKind, Rights, Scope, WrapRef};
use crate::id::{PrincipalId, ScopeId};
use crate::limit;

impl State {
    /// Whether the scope, or one above it, is wrapped under an epoch that is over. Nothing is wrapped to it until it has
    /// its own next epoch.
    pub fn is_behind(&self, scope: ScopeId) -> bool {
        self.lineage(scope).into_iter().any(|scope| self.is_outdated(scope))
    }

    /// The scope and all above it.
    pub(super) fn lineage(&self, scope: ScopeId) -> Vec<ScopeId> {
        let mut lineage = vec![scope];
        self.extend_lineage(&mut lineage, scope);
        lineage
    }

    pub(super) fn set_scope(&mut self, entry: &Scope, author: PrincipalId) -> Result<(), Fault> {
        match self.scopes.get(entry.scope) {
            None => self.check_new(entry, author)?,
            Some(scope) => self.check_next(scope, entry, author)?,
        }
        let before = self.scopes.get(entry.scope).map_or_else(Vec::new, |scope| scope.previous.clone());
        let previous = before.into_iter().chain(entry.previous.clone()).collect();
        self.scopes
            .set(entry.scope, ScopeRecord { epoch: entry.epoch, parents: entry.parents.clone(), previous });
        if self.lineage(entry.scope).len() > limit::ANCESTORS + 1 { Err(Fault::Parents) } else { Ok(()) }
    }

    /// That something may be wrapped to this epoch of this scope.
    pub(super) fn check_wrap(&self, wrap: WrapRef<'_>) -> Result<(), Fault> {
        self.check_epoch(wrap.scope, wrap.epoch)
    }

    /// Rule 13.
    fn check_new(&self, entry: &Scope, author: PrincipalId) -> Result<(), Fault> {
        if self.kind == LogKind::Account {
            return Err(Fault::Misplaced);
        }
        if entry.epoch != 1 {
            return Err(Fault::Epoch);
        }
        if entry.parents.is_empty() {
            return Err(Fault::Parents);
        }
        if self.scopes.len() >= limit::SCOPES {
            return Err(Fault::TooMany);
        }
        self.check_edges(entry)?;
        entry.parents.iter().try_for_each(|edge| self.check_right(author, edge.parent, Rights::WRITE))
    }

    /// Rule 14.
    fn check_next(&self, scope: &ScopeRecord, entry: &Scope, author: PrincipalId) -> Result<(), Fault> {
        if Some(entry.epoch) != scope.epoch.checked_add(1) || entry.epoch > limit::EPOCHS {
            return Err(Fault::Epoch);
        }
        let parents = |edges: &[crate::Edge]| edges.iter().map(|edge| edge.parent).collect::<Vec<_>>();
        if parents(&scope.parents) != parents(&entry.parents) {
            return Err(Fault::Parents);
        }
        self.check_edges(entry)?;
        self.check_right(author, entry.scope, Rights::GRANT)
    }

    fn check_edges(&self, entry: &Scope) -> Result<(), Fault> {
        entry.parents.iter().try_for_each(|edge| self.check_epoch(edge.parent, edge.epoch))
    }

    fn check_epoch(&self, scope: ScopeId, epoch: u32) -> Result<(), Fault> {
        let record = self.scopes.get(scope).ok_or(Fault::Unknown)?;
        if record.epoch != epoch {
            return Err(Fault::Epoch);
        }
        if self.is_behind(scope) { Err(Fault::Behind) } else { Ok(()) }
    }

    fn is_outdated(&self, scope: ScopeId) -> bool {
        let edges = self.scopes.get(scope).map_or(&[][..], |scope| &scope.parents);
        edges.iter().any(|edge| self.scopes.get(edge.parent).is_none_or(|parent| parent.epoch != edge.epoch))
    }

    /// Each scope once: a scope has at most [`limit::ANCESTORS`] above it, and one more while it is being refused.
    fn extend_lineage(&self, lineage: &mut Vec<ScopeId>, scope: ScopeId) {
        let edges = self.scopes.get(scope).map_or(&[][..], |scope| &scope.parents);
        for edge in edges {
            if lineage.len() <= limit::ANCESTORS + 1 && !lineage.contains(&edge.parent) {
                lineage.push(edge.parent);
                self.extend_lineage(lineage, edge.parent);
            }
        }
    }
}
