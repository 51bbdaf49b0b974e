//! A map that can take back what was set since it was last kept.

use crate::by_id::{ById, Id};

/// Rows with a journal, so that a refused commit leaves no trace without copying the fold first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table<K: Id, V> {
    rows: ById<K, V>,
    journal: Vec<(K, Option<V>)>,
}

impl<K: Id, V> Table<K, V> {
    pub(super) const fn new() -> Self {
        Self { rows: ById::new(), journal: Vec::new() }
    }

    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.rows.iter()
    }

    pub(super) fn set(&mut self, key: K, row: V) {
        let before = self.rows.insert(key, row);
        self.journal.push((key, before));
    }

    pub(super) fn keep(&mut self) {
        self.journal.clear();
    }

    pub(super) fn take_back(&mut self) {
        while let Some((key, before)) = self.journal.pop() {
            match before {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(key),
            };
        }
    }
}

impl<K: Id, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        Self { rows: rows.into_iter().collect(), journal: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScopeId;

    fn id(byte: u8) -> ScopeId {
        ScopeId::new([byte; 16])
    }

    #[test]
    fn taking_back_undoes_all_since_kept_and_nothing_before() {
        let mut table = Table::from_iter([(id(1), 'a'), (id(2), 'b')]);
        table.set(id(2), 'c');
        table.keep();
        let kept = table.clone();
        table.set(id(1), 'x');
        table.set(id(1), 'y');
        table.set(id(3), 'z');
        assert_ne!(table, kept);
        table.take_back();
        assert_eq!(table, kept);
        assert_eq!(table.get(id(2)), Some(&'c'));
    }
}
