//! Rows by their ids.

use std::collections::BTreeMap;
use std::fmt;

/// An id of 16 bytes.
pub trait Id: Copy {
    /// Its bytes, by which rows are ordered.
    fn bytes(self) -> [u8; 16];
}

/// Rows by id, ascending.
///
/// What a tree of the standard library does for one type is ten kilobytes of WebAssembly; so one tree, of places, serves
/// rows of every type.
#[derive(Clone)]
pub struct ById<K, V> {
    places: BTreeMap<u128, usize>,
    rows: Vec<(K, V)>,
}

impl<K: Id, V> ById<K, V> {
    /// No rows.
    pub const fn new() -> Self {
        Self { places: BTreeMap::new(), rows: Vec::new() }
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether there is a row with this id.
    pub fn contains(&self, id: K) -> bool {
        find(&self.places, id.bytes()).is_some()
    }

    /// The row with this id.
    pub fn get(&self, id: K) -> Option<&V> {
        self.rows.get(find(&self.places, id.bytes())?).map(|(_, row)| row)
    }

    /// The row with this id, to be changed.
    pub fn get_mut(&mut self, id: K) -> Option<&mut V> {
        self.rows.get_mut(find(&self.places, id.bytes())?).map(|(_, row)| row)
    }

    /// The row with this id, to be changed; made by `make` where there is none.
    pub fn get_or_insert_with(&mut self, id: K, make: impl FnOnce() -> V) -> &mut V {
        let next = self.rows.len();
        let place = *self.places.entry(number(id.bytes())).or_insert(next);
        if place == next {
            self.rows.push((id, make()));
        }
        &mut self.rows[place].1
    }

    /// Sets the row with this id; answers what it was.
    pub fn insert(&mut self, id: K, row: V) -> Option<V> {
        match self.get_mut(id) {
            Some(there) => Some(std::mem::replace(there, row)),
            None => {
                self.places.insert(number(id.bytes()), self.rows.len());
                self.rows.push((id, row));
                None
            }
        }
    }

    /// Takes the row with this id out.
    pub fn remove(&mut self, id: K) -> Option<V> {
        let place = self.places.remove(&number(id.bytes()))?;
        let (_, row) = self.rows.swap_remove(place);
        if let Some((moved, _)) = self.rows.get(place) {
            self.places.insert(number(moved.bytes()), place);
        }
        Some(row)
    }

    /// The rows, ascending by id.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> + Clone {
        self.places.values().filter_map(|place| self.rows.get(*place)).map(|(id, row)| (*id, row))
    }

    /// The ids, ascending.
    pub fn ids(&self) -> impl Iterator<Item = K> + Clone {
        self.iter().map(|(id, _)| id)
    }
}

impl<K: Id, V: Default> ById<K, V> {
    /// The row with this id, to be changed; the default where there is none.
    pub fn get_or_default(&mut self, id: K) -> &mut V {
        self.get_or_insert_with(id, V::default)
    }
}

impl<K: Id, V> Default for ById<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Of rows with one id the last stays.
impl<K: Id, V> FromIterator<(K, V)> for ById<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        let rows: Vec<(K, V)> = rows.into_iter().collect();
        let places = tree((0..).zip(&rows).map(|(place, (id, _))| (number(id.bytes()), place)).collect());
        if places.len() == rows.len() {
            return Self { places, rows };
        }
        let mut all = Self::new();
        all.extend(rows);
        all
    }
}

/// The id as a number in the order of its bytes: what a search compares, it compares at once and not byte by byte.
///
/// It stands once and is called: WebAssembly has no instruction for it.
#[inline(never)]
const fn number(id: [u8; 16]) -> u128 {
    u128::from_be_bytes(id)
}

/// One search for every type of row.
#[inline(never)]
fn find(places: &BTreeMap<u128, usize>, id: [u8; 16]) -> Option<usize> {
    places.get(&u128::from_be_bytes(id)).copied()
}

/// One routine for every type of row.
fn tree(places: Vec<(u128, usize)>) -> BTreeMap<u128, usize> {
    places.into_iter().collect()
}

/// A set of ids.
impl<K: Id> FromIterator<K> for ById<K, ()> {
    fn from_iter<I: IntoIterator<Item = K>>(ids: I) -> Self {
        ids.into_iter().map(|id| (id, ())).collect()
    }
}

impl<K: Id, V> Extend<(K, V)> for ById<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, rows: I) {
        rows.into_iter().for_each(|(id, row)| drop(self.insert(id, row)));
    }
}

impl<K: Id, V: PartialEq> PartialEq for ById<K, V> {
    fn eq(&self, other: &Self) -> bool {
        let row = |(id, row): (K, _)| (id.bytes(), row);
        self.len() == other.len() && self.iter().map(row).eq(other.iter().map(row))
    }
}

impl<K: Id, V: Eq> Eq for ById<K, V> {}

impl<K: Id + fmt::Debug, V: fmt::Debug> fmt::Debug for ById<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::ObjectId;

    fn id(byte: u8) -> ObjectId {
        ObjectId::new([byte; 16])
    }

    proptest! {
        #[test]
        fn it_does_what_a_tree_does(acts in prop::collection::vec((0_u8..12, 0_u8..5, any::<u16>()), 0..80)) {
            let (mut rows, mut tree) = (ById::new(), BTreeMap::new());
            for (key, act, row) in acts {
                match act {
                    0 => prop_assert_eq!(rows.remove(id(key)), tree.remove(&id(key))),
                    1 => {
                        let (ours, theirs) = (rows.get_or_default(id(key)), tree.entry(id(key)).or_default());
                        prop_assert_eq!(&ours, &theirs);
                        (*ours, *theirs) = (row, row);
                    }
                    _ => prop_assert_eq!(rows.insert(id(key), row), tree.insert(id(key), row)),
                }
                prop_assert_eq!(rows.get(id(key)), tree.get(&id(key)));
                prop_assert!(rows.iter().eq(tree.iter().map(|(id, row)| (*id, row))));
            }
            prop_assert_eq!(&tree.iter().rev().map(|(id, row)| (*id, *row)).collect::<ById<_, _>>(), &rows);
        }
    }

    #[test]
    fn of_rows_with_one_id_the_last_stays() {
        let rows = ById::from_iter([(id(2), 'a'), (id(1), 'b'), (id(2), 'c')]);
        assert!(rows.iter().eq([(id(1), &'b'), (id(2), &'c')]));
    }
}
