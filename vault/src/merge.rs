//! What a change of a part comes to on what others made of it meanwhile: field by field (`protocol/LOG.md` §7, Merging).

use protocol::{Field, Fields, Merge, order};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Who made a change, when, and on which revision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) author: [u8; 16],
    pub(crate) time: u64,
    pub(crate) base: u64,
}

/// A value that a field had on another side: number, bytes, author, time, base revision. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Other(u32, Vec<u8>, [u8; 16], u64, u64);

/// `ours`, which was made on `base`, on `theirs`, which came of `base` meanwhile.
pub(crate) fn merged(base: &Fields, theirs: &Fields, ours: &Fields, claim: Claim) -> Fields {
    let sides = |number| Sides { base: base.get(number), theirs: theirs.get(number), ours: ours.get(number) };
    let numbers = order::distinct([base, theirs, ours].iter().flat_map(|it| it.iter()).map(|it| it.0));
    let (mut result, mut lost) = (Fields::new(), Vec::new());
    for number in numbers.into_iter().filter(|number| *number != Field::Others.number()) {
        let sides = sides(number);
        match sides.settle(number) {
            Settled::Is(bytes) => set(&mut result, number, bytes),
            Settled::Made(bytes) => drop(result.set(number, bytes)),
            Settled::Both => {
                set(&mut result, number, sides.theirs);
                let Claim { author, time, base } = claim;
                lost.extend(sides.ours.map(|bytes| Other(number, bytes.to_vec(), author, time, base)));
            }
        }
    }
    keep_others(&mut result, &sides(Field::Others.number()), lost);
    result
}

/// What other sides had in a field of a part: each as the fields of a part that has nothing else, and when it was written.
pub(crate) fn alternatives(fields: &Fields, field: Field) -> impl Iterator<Item = (Fields, u64)> {
    let others = list::<Other>(fields.get(Field::Others.number())).unwrap_or_default();
    let of_field = others.into_iter().filter(move |other| other.0 == field.number());
    of_field.map(move |other| {
        let mut alone = Fields::new();
        alone.set(other.0, other.1.clone());
        (alone, other.3)
    })
}

/// A field on each side; absent is a value too.
struct Sides<'a> {
    base: Option<&'a [u8]>,
    theirs: Option<&'a [u8]>,
    ours: Option<&'a [u8]>,
}

enum Settled<'a> {
    Is(Option<&'a [u8]>),
    Made(Zeroizing<Vec<u8>>),
    /// Theirs is current, and ours is kept beside it.
    Both,
}

impl<'a> Sides<'a> {
    fn settle(&self, number: u32) -> Settled<'a> {
        if self.theirs == self.base || self.theirs == self.ours {
            return Settled::Is(self.ours);
        }
        if self.ours == self.base {
            return Settled::Is(self.theirs);
        }
        let rule = Field::ALL.iter().find(|field| field.number() == number).map(|field| field.merge());
        match rule {
            Some(Merge::Fixed) => Settled::Is(self.theirs),
            Some(Merge::Set) => self.set::<Box<str>>().map_or(Settled::Both, Settled::Made),
            Some(Merge::Greatest) => self.greatest().map_or(Settled::Both, Settled::Is),
            Some(Merge::One) | None => Settled::Both,
        }
    }

    /// `None` if a side is no set.
    fn set<T: Clone + Ord + Serialize + DeserializeOwned>(&self) -> Option<Zeroizing<Vec<u8>>> {
        let [base, theirs, ours] = [self.base, self.theirs, self.ours].map(list::<T>);
        encode(&union(&base?, &theirs?, &ours?, Vec::new()))
    }

    /// The greater time; an absent one is less than any. `None` if a side is no time.
    fn greatest(&self) -> Option<Option<&'a [u8]>> {
        let time = |bytes: Option<&[u8]>| match bytes {
            None => Some(None),
            Some(bytes) => postcard::from_bytes::<u64>(bytes).ok().map(Some),
        };
        Some(if time(self.ours)? > time(self.theirs)? { self.ours } else { self.theirs })
    }
}

/// The values of other sides that stay, with those that came now. What is no list of them is none: the field has one type.
fn keep_others(result: &mut Fields, sides: &Sides<'_>, lost: Vec<Other>) {
    let read = |bytes: Option<&[u8]>| list::<Other>(bytes).unwrap_or_default();
    let others = union(&read(sides.base), &read(sides.theirs), &read(sides.ours), lost);
    if let Some(bytes) = encode(&others).filter(|_| !others.is_empty()) {
        result.set(Field::Others.number(), bytes);
    }
}

/// What either side added to `base`, without what either side removed, and `more`; ascending, without repeats.
fn union<T: Clone + Ord>(base: &[T], theirs: &[T], ours: &[T], more: Vec<T>) -> Vec<T> {
    let is_kept = |item: &&T| !base.contains(item) || (theirs.contains(item) && ours.contains(item));
    let kept = ours.iter().chain(theirs).filter(is_kept);
    order::distinct(kept.cloned().chain(more))
}

fn set(fields: &mut Fields, number: u32, bytes: Option<&[u8]>) {
    if let Some(bytes) = bytes {
        fields.set(number, bytes.to_vec());
    }
}

/// A set's elements, ascending; none where it is absent. `None` if it is no set.
fn list<T: Ord + DeserializeOwned>(bytes: Option<&[u8]>) -> Option<Vec<T>> {
    let Some(bytes) = bytes else { return Some(Vec::new()) };
    match postcard::take_from_bytes::<Vec<T>>(bytes) {
        Ok((items, [])) => Some(items),
        _ => None,
    }
}

/// In a buffer of its final size: one that grows would leave copies behind.
fn encode<T: Serialize>(items: &Vec<T>) -> Option<Zeroizing<Vec<u8>>> {
    let size = postcard::experimental::serialized_size(items).ok()?;
    let mut bytes = Zeroizing::new(vec![0; size]);
    postcard::to_slice(items, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: Claim = Claim { author: [7; 16], time: 5, base: 3 };
    const NAME: u32 = Field::Name.number();
    const NOTES: u32 = Field::Notes.number();
    const TAGS: u32 = Field::Tags.number();
    const ROTATED: u32 = Field::Rotated.number();
    const SCOPE: u32 = Field::Scope.number();

    fn fields(all: &[(u32, &[u8])]) -> Fields {
        let mut fields = Fields::new();
        all.iter().for_each(|(number, bytes)| drop(fields.set(*number, bytes.to_vec())));
        fields
    }

    fn tags(all: &[&str]) -> Vec<u8> {
        postcard::to_allocvec(all).unwrap()
    }

    fn others(fields: &Fields) -> usize {
        get_others(fields).len()
    }

    /// A value of another side, as it is written.
    type Written = (u32, Vec<u8>, [u8; 16], u64, u64);

    fn get_others(fields: &Fields) -> Vec<Written> {
        fields.get(Field::Others.number()).map_or_else(Vec::new, |bytes| postcard::from_bytes(bytes).unwrap())
    }

    #[test]
    fn where_one_side_changed_a_field_it_is_that_sides() {
        let base = fields(&[(NAME, b"a"), (NOTES, b"n"), (999, b"u")]);
        let theirs = fields(&[(NAME, b"b"), (NOTES, b"n"), (999, b"u"), (NAME + 100, b"new")]);
        let ours = fields(&[(NAME, b"a"), (999, b"v")]);
        let expected = fields(&[(NAME, b"b"), (999, b"v"), (NAME + 100, b"new")]);
        assert!(merged(&base, &theirs, &ours, CLAIM) == expected);
        assert!(merged(&base, &ours, &theirs, CLAIM) == expected, "whichever side is which");
    }

    #[test]
    fn where_both_changed_it_theirs_is_current_and_ours_is_kept() {
        let [base, theirs, ours] = [b"a", b"b", b"c"].map(|name| fields(&[(NAME, name), (999, name)]));
        let merged = merged(&base, &theirs, &ours, CLAIM);
        assert_eq!((merged.get(NAME), merged.get(999)), (Some(&b"b"[..]), Some(&b"b"[..])));
        let kept = |number| (number, b"c".to_vec(), [7; 16], 5, 3);
        assert_eq!(get_others(&merged), [kept(NAME), kept(999)]);
        assert_eq!(others(&merged), 2);
    }

    #[test]
    fn the_same_on_both_sides_is_no_conflict_and_neither_is_what_is_taken_away() {
        let (base, new) = (fields(&[(NAME, b"a"), (NOTES, b"n")]), fields(&[(NAME, b"b")]));
        assert!(merged(&base, &new, &new, CLAIM) == new);
        let theirs = fields(&[(NAME, b"a"), (NOTES, b"other")]);
        let ours = fields(&[(NAME, b"a")]);
        assert!(merged(&base, &theirs, &ours, CLAIM) == theirs, "absent is nothing to keep");
        let kept = merged(&base, &ours, &theirs, CLAIM);
        assert_eq!(kept.get(NOTES), None);
        assert_eq!(get_others(&kept), [(NOTES, b"other".to_vec(), [7; 16], 5, 3)]);
    }

    #[test]
    fn what_is_written_once_stays_and_times_only_grow() {
        let [base, theirs, ours] = [1_u8, 2, 9].map(|it| fields(&[(SCOPE, &[it]), (ROTATED, &[it])]));
        let expected = fields(&[(SCOPE, &[2]), (ROTATED, &[9])]);
        assert!(merged(&base, &theirs, &ours, CLAIM) == expected);
        let expected = fields(&[(SCOPE, &[9]), (ROTATED, &[9])]);
        assert!(merged(&base, &ours, &theirs, CLAIM) == expected);
        // A time that is none is kept as any other value is.
        let torn = fields(&[(SCOPE, &[2]), (ROTATED, &[0xFF])]);
        assert_eq!(others(&merged(&base, &theirs, &torn, CLAIM)), 1);
    }

    #[test]
    fn a_set_has_what_either_added_without_what_either_removed() {
        let of = |all: &[&str]| fields(&[(TAGS, &tags(all))]);
        let merged = merged(&of(&["a", "b", "c"]), &of(&["a", "c", "x"]), &of(&["b", "c", "y"]), CLAIM);
        assert!(merged == of(&["c", "x", "y"]));
    }

    #[test]
    fn values_of_other_sides_add_up_and_a_settled_one_stays_settled() {
        let [base, theirs, ours] = [b"a", b"b", b"c"].map(|name| fields(&[(NAME, name)]));
        let first = merged(&base, &theirs, &ours, CLAIM);
        let third = fields(&[(NAME, b"d")]);
        let both = merged(&base, &first, &third, Claim { author: [8; 16], ..CLAIM });
        assert_eq!(others(&both), 2);
        // Whoever settles it writes the part without the alternative; another who did not touch it brings none back.
        let settled = fields(&[(NAME, b"b")]);
        let renoted = merged(&first, &settled, &first, CLAIM);
        assert!(renoted == settled);
    }
}
