//! What a change of a part comes to on what others made of it meanwhile: field by field (`protocol/LOG.md` §7, Merging).

use protocol::{DeviceId, Field, Fields, Merge, order};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::model::{Filled, FilledAs, FilledFrom, Sealed, Timestamp, Written};

/// Which device made a change, when, and on which revision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) device: [u8; 16],
    pub(crate) time: u64,
    pub(crate) base: u64,
}

/// A value that a field had on another side: number, bytes, device, time, base revision. Wiped when dropped.
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
                let Claim { device, time, base } = claim;
                lost.extend(sides.ours.map(|bytes| Other(number, bytes.to_vec(), device, time, base)));
            }
        }
    }
    keep_others(&mut result, &sides(Field::Others.number()), lost);
    result
}

/// What another side had in a field of a part.
pub(crate) struct Alternative {
    /// As the fields of a part that has nothing else.
    pub(crate) alone: Fields,
    pub(crate) written: Written,
}

/// What other sides had in a field of a part.
pub(crate) fn alternatives(fields: &Fields, field: Field) -> impl Iterator<Item = Alternative> {
    let of_field = others(fields).into_iter().filter(move |other| other.0 == field.number());
    of_field.map(|other| {
        let mut alone = Fields::new();
        alone.set(other.0, other.1.clone());
        Alternative { alone, written: other.written() }
    })
}

/// The fields of which there are alternatives, ascending by number, each once.
pub(crate) fn contested(fields: &Fields) -> Vec<Field> {
    order::distinct(others(fields).iter().filter_map(|other| Field::from_number(other.0)))
}

/// The fields with one of them settled: as it is, or by an alternative; `None` if there is none that was so written.
pub(crate) fn settled(fields: &Fields, field: Field, chosen: Option<Written>) -> Option<Fields> {
    let (of_field, rest): (Vec<Other>, Vec<Other>) =
        others(fields).into_iter().partition(|other| other.0 == field.number());
    let mut settled = copy(fields);
    if let Some(written) = chosen {
        let other = of_field.iter().find(|other| other.written() == written)?;
        settled.set(field.number(), other.1.clone());
        if field == Field::Secret {
            // A binding has a secret or hides one.
            settled.remove(Field::Tombstone.number());
        }
    }
    set_others(&mut settled, &rest);
    Some(settled)
}

/// A part that has room for what it holds, and what had to leave it before: the oldest alternatives, each as a revision of its
/// own.
pub(crate) fn within(mut fields: Fields) -> (Vec<Fields>, Fields) {
    let mut left = Vec::new();
    while fields.encode().is_err() {
        let mut all = others(&fields);
        let Some(oldest) = (0..all.len()).min_by_key(|at| all.get(*at).map(|other| other.3)) else { break };
        let other = all.remove(oldest);
        set_others(&mut fields, &all);
        left.push(other);
    }
    let revision = |other: Other| {
        let mut before = copy(&fields);
        set_others(&mut before, &[]);
        before.set(other.0, other.1.clone());
        before
    };
    (left.into_iter().map(revision).collect(), fields)
}

/// Says in a secret's overview whether its value has alternatives; whether that was not said.
pub(crate) fn mark(overview: &mut Fields, value: &Fields) -> bool {
    let is = alternatives(value, Field::Value).next().is_some();
    let number = Field::Contested.number();
    let was = overview.get(number) == Some(&[1]);
    if is {
        overview.set(number, vec![1]);
    } else {
        overview.remove(number);
    }
    is != was
}

impl Other {
    const fn written(&self) -> Written {
        Written { device: DeviceId::new(self.2), time: Timestamp(self.3) }
    }
}

fn others(fields: &Fields) -> Vec<Other> {
    list(fields.get(Field::Others.number())).unwrap_or_default()
}

fn set_others(fields: &mut Fields, others: &[Other]) {
    fields.remove(Field::Others.number());
    if let Some(bytes) = encode(others).filter(|_| !others.is_empty()) {
        fields.set(Field::Others.number(), bytes);
    }
}

pub(crate) fn copy(fields: &Fields) -> Fields {
    let mut copy = Fields::new();
    fields.iter().for_each(|(number, bytes)| drop(copy.set(number, bytes.to_vec())));
    copy
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
            Some(Merge::Set) if [Field::Filled, Field::Captured].iter().any(|it| it.number() == number) => {
                self.set::<Filled>().map_or(Settled::Both, Settled::Made)
            }
            Some(Merge::Set) if number == Field::FilledAs.number() => {
                self.places::<FilledAs>().map_or(Settled::Both, Settled::Made)
            }
            Some(Merge::Set) if number == Field::FilledFrom.number() => {
                self.places::<FilledFrom>().map_or(Settled::Both, Settled::Made)
            }
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

    /// The same of what went into pages as variables.
    fn places<T: Sealed + Ord + Serialize + DeserializeOwned>(&self) -> Option<Zeroizing<Vec<u8>>> {
        let read = |bytes| Some(list::<T>(bytes)?.into_iter().map(T::opened).collect());
        let [base, theirs, ours]: [Option<Vec<Filled>>; 3] = [self.base, self.theirs, self.ours].map(read);
        let all = union(&base?, &theirs?, &ours?, Vec::new());
        encode(&all.iter().filter_map(T::of).collect::<Vec<T>>())
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
    set_others(result, &union(&read(sides.base), &read(sides.theirs), &read(sides.ours), lost));
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
fn encode<T: Serialize>(items: &[T]) -> Option<Zeroizing<Vec<u8>>> {
    let size = postcard::experimental::serialized_size(items).ok()?;
    let mut bytes = Zeroizing::new(vec![0; size]);
    postcard::to_slice(items, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: Written = Written { device: DeviceId::new([7; 16]), time: Timestamp(5) };
    const CLAIM: Claim = Claim { device: [7; 16], time: 5, base: 3 };
    const NAME: u32 = Field::Name.number();
    const NOTES: u32 = Field::Notes.number();
    const TAGS: u32 = Field::Tags.number();
    const VERIFIED: u32 = Field::Verified.number();
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

    #[test]
    fn a_field_is_settled_by_what_is_current_or_by_an_alternative_and_others_stay_open() {
        let [base, theirs, ours] = [b"a", b"b", b"c"].map(|it| fields(&[(NAME, it), (NOTES, it)]));
        let both = merged(&base, &theirs, &ours, CLAIM);
        assert_eq!(contested(&both), [Field::Name, Field::Notes]);
        let kept = settled(&both, Field::Name, None).unwrap();
        assert_eq!((kept.get(NAME), others(&kept)), (Some(&b"b"[..]), 1));
        let chosen = settled(&both, Field::Name, Some(WRITTEN)).unwrap();
        assert_eq!((chosen.get(NAME), others(&chosen)), (Some(&b"c"[..]), 1));
        assert_eq!(contested(&chosen), [Field::Notes]);
        let another = Written { time: Timestamp(6), ..WRITTEN };
        assert!(settled(&both, Field::Name, Some(another)).is_none());
    }

    #[test]
    fn two_who_settle_at_once_come_together() {
        let [base, theirs, ours] = [b"a", b"b", b"c"].map(|it| fields(&[(NAME, it)]));
        let both = merged(&base, &theirs, &ours, CLAIM);
        let [kept, chosen] = [None, Some(WRITTEN)].map(|chosen| settled(&both, Field::Name, chosen).unwrap());
        for (first, second) in [(&kept, &chosen), (&chosen, &kept)] {
            assert!(merged(&both, first, second, CLAIM) == fields(&[(NAME, b"c")]));
        }
        assert!(merged(&both, &chosen, &chosen, CLAIM) == chosen);
    }

    #[test]
    fn the_oldest_alternatives_that_do_not_fit_are_revisions_before() {
        let large = |number: u8| vec![number; 400_000];
        let [base, theirs] = [0, 1].map(|number| fields(&[(NOTES, &large(number))]));
        let after = |theirs: &Fields, number: u8| {
            let claim = Claim { time: u64::from(9 - number), ..CLAIM };
            merged(&base, theirs, &fields(&[(NOTES, &large(number))]), claim)
        };
        let fitting = after(&theirs, 2);
        let (none, fitting) = within(fitting);
        assert!(none.is_empty() && others(&fitting) == 1, "the control");
        let (left, kept) = within(after(&fitting, 3));
        assert!(kept.encode().is_ok());
        assert_eq!(kept.get(NOTES), Some(&large(1)[..]));
        assert_eq!(get_others(&kept)[0].1, large(2), "the younger");
        let [left] = &left[..] else { panic!("{}", left.len()) };
        assert_eq!((left.get(NOTES), others(left)), (Some(&large(3)[..]), 0));
        assert!(left.encode().is_ok());
    }

    /// A value of another side, as it is written.
    type Kept = (u32, Vec<u8>, [u8; 16], u64, u64);

    fn get_others(fields: &Fields) -> Vec<Kept> {
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
        let [base, theirs, ours] = [1_u8, 2, 9].map(|it| fields(&[(SCOPE, &[it]), (VERIFIED, &[it])]));
        let expected = fields(&[(SCOPE, &[2]), (VERIFIED, &[9])]);
        assert!(merged(&base, &theirs, &ours, CLAIM) == expected);
        let expected = fields(&[(SCOPE, &[9]), (VERIFIED, &[9])]);
        assert!(merged(&base, &ours, &theirs, CLAIM) == expected);
        // A time that is none is kept as any other value is.
        let torn = fields(&[(SCOPE, &[2]), (VERIFIED, &[0xFF])]);
        assert_eq!(others(&merged(&base, &theirs, &torn, CLAIM)), 1);
    }

    #[test]
    fn a_set_has_what_either_added_without_what_either_removed() {
        let of = |all: &[&str]| fields(&[(TAGS, &tags(all))]);
        let merged = merged(&of(&["a", "b", "c"]), &of(&["a", "c", "x"]), &of(&["b", "c", "y"]), CLAIM);
        assert!(merged == of(&["c", "x", "y"]));
    }

    #[test]
    fn places_that_two_devices_filled_or_captured_from_are_all_there() {
        let filled = |place: &str| Filled {
            origin: "https://vercel.com".into(),
            provider: "vercel".into(),
            place: place.into(),
            time: 1,
            device: [1; 16],
            revision: 1,
            variable: "".into(),
            environment: None,
        };
        for field in [Field::Filled, Field::Captured] {
            let of = |places: &[&str]| {
                let all: Vec<Filled> = places.iter().map(|place| filled(place)).collect();
                fields(&[(field.number(), &postcard::to_allocvec(&all).unwrap())])
            };
            let merged = merged(&of(&["a", "b"]), &of(&["b", "c"]), &of(&["a", "b", "d"]), CLAIM);
            assert!(merged == of(&["b", "c", "d"]));
        }
        let of = |variables: &[&str]| {
            let all: Vec<FilledAs> = variables.iter().map(|name| (filled("a"), (*name).into())).collect();
            fields(&[(Field::FilledAs.number(), &postcard::to_allocvec(&all).unwrap())])
        };
        assert!(
            merged(&of(&["A", "B"]), &of(&["B", "C"]), &of(&["A", "B", "D"]), CLAIM) == of(&["B", "C", "D"])
        );
        let of = |environments: &[u8]| {
            let all: Vec<FilledFrom> =
                environments.iter().map(|it| (filled("a"), "A".into(), [*it; 16])).collect();
            fields(&[(Field::FilledFrom.number(), &postcard::to_allocvec(&all).unwrap())])
        };
        assert!(merged(&of(&[1, 2]), &of(&[2, 3]), &of(&[1, 2, 4]), CLAIM) == of(&[2, 3, 4]));
    }

    #[test]
    fn values_of_other_sides_add_up_and_a_settled_one_stays_settled() {
        let [base, theirs, ours] = [b"a", b"b", b"c"].map(|name| fields(&[(NAME, name)]));
        let first = merged(&base, &theirs, &ours, CLAIM);
        let third = fields(&[(NAME, b"d")]);
        let both = merged(&base, &first, &third, Claim { device: [8; 16], ..CLAIM });
        assert_eq!(others(&both), 2);
        // Whoever settles it writes the part without the alternative; another who did not touch it brings none back.
        let settled = fields(&[(NAME, b"b")]);
        let renoted = merged(&first, &settled, &first, CLAIM);
        assert!(renoted == settled);
    }
}
