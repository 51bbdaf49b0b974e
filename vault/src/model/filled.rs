//! Where a secret's value was put into a page, or taken from one.

use protocol::ObjectId;
use serde::{Deserialize, Serialize};

/// Places that a secret keeps; of one fill it keeps all.
pub const PLACES: usize = 128;

/// A value that was put into a page or taken from one, as it is sealed (`protocol/LOG.md` §7: filled, captured, filled-as with the
/// variable behind it, and filled-from with the environment behind that). Of one place and variable the newest counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Filled {
    /// The page's origin.
    pub origin: Box<str>,
    /// The provider's id; empty where the page was none that is known.
    pub provider: Box<str>,
    /// The place as the page names it; empty where it does not say.
    pub place: Box<str>,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// The device that did.
    pub device: [u8; 16],
    /// The value's version; 0 where the page made something else of it.
    pub revision: u64,
    /// The variable that it is there; empty where it went in without a name.
    #[serde(skip)]
    pub variable: Box<str>,
    /// The environment that the variable was taken from, where that is known.
    #[serde(skip)]
    pub environment: Option<ObjectId>,
}

/// What went into a page as a variable, as it is sealed: the variable's name comes last, so that the order is that of [`Filled`].
pub(crate) type FilledAs = (Filled, Box<str>);

/// The same with the environment that it was taken from behind that.
pub(crate) type FilledFrom = (Filled, Box<str>, [u8; 16]);

/// A form in which a place is sealed, which leaves out what is not known of it.
pub(crate) trait Sealed: Sized {
    /// With all that is in it.
    fn opened(self) -> Filled;

    /// As it is sealed; none where something of it is not known.
    fn of(it: &Filled) -> Option<Self>;
}

impl Sealed for FilledAs {
    fn opened(self) -> Filled {
        Filled { variable: self.1, ..self.0 }
    }

    fn of(it: &Filled) -> Option<Self> {
        Some((it.clone(), it.variable.clone()))
    }
}

impl Sealed for FilledFrom {
    fn opened(self) -> Filled {
        Filled { variable: self.1, environment: Some(ObjectId::new(self.2)), ..self.0 }
    }

    fn of(it: &Filled) -> Option<Self> {
        Some((it.clone(), it.variable.clone(), *it.environment?.as_bytes()))
    }
}

impl Filled {
    /// Whether both are the same variable of the same place.
    pub fn is_at(&self, other: &Self) -> bool {
        fn at(it: &Filled) -> [&str; 4] {
            [&it.origin, &it.provider, &it.place, &it.variable]
        }
        at(self) == at(other)
    }

    /// Whether both went out by one fill: the value itself, and what it refers to.
    pub fn is_with(&self, other: &Self) -> bool {
        self.is_at(other) && (self.time, self.device) == (other.time, other.device)
    }

    /// All of them with this one, in the place of what was there; the oldest leave where they are too many, but none that went out
    /// with this one.
    pub(crate) fn among(self, others: &[Self]) -> Box<[Self]> {
        let mut all: Vec<Self> = others.iter().filter(|it| !it.is_at(&self)).cloned().collect();
        let at = (self.time, self.device);
        all.push(self);
        while all.len() > PLACES {
            let earlier = all.iter().enumerate().filter(|(_, it)| (it.time, it.device) != at);
            let Some((oldest, _)) = earlier.min_by_key(|(_, it)| it.time) else { break };
            all.remove(oldest);
        }
        protocol::order::distinct(all).into()
    }

    /// The newest of each place, newest first.
    pub fn newest(all: &[Self]) -> Vec<&Self> {
        let is_newest =
            |it: &&Self| !all.iter().any(|other| other.is_at(it) && (other.time, other) > (it.time, it));
        let mut newest: Vec<&Self> = all.iter().filter(is_newest).collect();
        protocol::order::sort_by_key(&mut newest, |it| std::cmp::Reverse(it.time));
        newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(place: &str, time: u64) -> Filled {
        let (origin, provider) = ("https://vercel.com".into(), "vercel".into());
        let variable = "A".into();
        let (place, device, environment) = (place.into(), [1; 16], None);
        Filled { origin, provider, place, time, device, revision: time, variable, environment }
    }

    #[test]
    fn a_place_is_in_the_list_once_and_the_oldest_place_leaves_a_full_one() {
        let again = filled("a", 9).among(&[filled("a", 1), filled("b", 2)]);
        assert_eq!(*again, [filled("a", 9), filled("b", 2)]);
        let full: Vec<Filled> = (0..PLACES as u64).map(|at| filled(&format!("p{at}"), at + 10)).collect();
        let next = filled("new", 999).among(&full);
        assert_eq!(next.len(), PLACES);
        assert!(next.contains(&filled("new", 999)) && !next.contains(&filled("p0", 10)));
    }

    #[test]
    fn what_went_out_by_one_fill_stays_together_however_much_it_is() {
        let of = |at: usize| Filled { variable: format!("V{at}").into(), ..filled("a", 99) };
        let before: Box<[Filled]> = (1..=9).map(|time| filled(&format!("p{time}"), time)).collect();
        let all = (0..=PLACES).fold(before, |all, at| of(at).among(&all));
        assert_eq!(all.len(), PLACES + 1, "those before left");
        assert!((0..=PLACES).all(|at| all.contains(&of(at))));
    }

    #[test]
    fn another_variable_of_the_same_page_is_another_place() {
        let other = Filled { variable: "B".into(), ..filled("a", 1) };
        assert_eq!(*filled("a", 9).among(std::slice::from_ref(&other)), [other, filled("a", 9)]);
    }

    #[test]
    fn of_what_came_together_for_one_place_the_newest_counts() {
        let all = [filled("a", 1), filled("a", 5), filled("b", 3)];
        assert_eq!(Filled::newest(&all), [&filled("a", 5), &filled("b", 3)]);
    }
}
