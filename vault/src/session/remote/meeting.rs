//! How what a relay shows stands to what a device has, decided from places and hashes alone (`protocol/PROTOCOL.md` §10).

use protocol::{Commit, DeviceId, Hash};
use weakness::Weakness;

/// A place in a log, and the hash of the commit there.
pub type Place = (u64, Hash);

/// A commit, as far as it says where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its place.
    pub seq: u64,
    /// The hash of the commit before it.
    pub prev: Hash,
    /// Its own.
    pub hash: Hash,
    /// Who signed it.
    pub device: DeviceId,
}

/// What a relay's log is to a device's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// The same.
    Same,
    /// It ends on the device's chain.
    Behind {
        /// The first commit that the relay lacks.
        from: u64,
    },
    /// It goes on from the device's head.
    Ahead,
    /// It is elsewhere.
    Apart,
    /// It is not what it says.
    Untrue,
}

impl Link {
    pub(super) const fn of(commit: &Commit) -> Self {
        let stamp = commit.stamp();
        Self { seq: stamp.seq, prev: stamp.prev, hash: commit.hash(), device: stamp.device }
    }
}

impl Meeting {
    /// Where the relay gave `first` for what follows the device's head.
    pub fn at_next((seq, hash): Place, first: &Link) -> Self {
        match first {
            first if first.seq != seq + 1 => Self::Untrue,
            first if first.prev == hash => Self::Ahead,
            _ => Self::Apart,
        }
    }

    /// Where the relay gave nothing that follows the device's head, and says that `theirs` is its own. `there` is the device's
    /// commit at that place, if that is below its head.
    pub fn at_head(own: Place, theirs: Place, there: Option<Hash>) -> Self {
        if theirs.0 > own.0 {
            // What lies between was asked for, and nothing came.
            return Self::Untrue;
        }
        if theirs.0 == own.0 {
            return if theirs.1 == own.1 { Self::Same } else { Self::Apart };
        }
        let is_ours = there == Some(theirs.1) && !weakness::has(Weakness::Behind);
        if is_ours { Self::Behind { from: theirs.0 + 1 } } else { Self::Apart }
    }
}

/// The first place behind what is settled.
pub fn unsettled(anchor: Option<Place>) -> u64 {
    bound(anchor).map_or(0, |(seq, _)| seq + 1)
}

/// Where a device's commits and a relay's part, both from [`unsettled`] on, if the device may make its own again from there on:
/// the relay's go on from the anchor, and all of the device's that are not the relay's are by itself.
pub fn fork(anchor: Option<Place>, own: &[Link], served: &[Link], device: DeviceId) -> Option<u64> {
    let goes_on = |(_, hash)| served.first().is_some_and(|first| first.prev == hash);
    let same = own.iter().zip(served).take_while(|(own, served)| own.hash == served.hash).count();
    let is_own = own.iter().skip(same).all(|link| link.device == device);
    let fork = unsettled(anchor) + same as u64;
    (bound(anchor).is_none_or(goes_on) && is_own && fork > 0).then_some(fork)
}

/// The first place from which on all that waits from `from` on is by `device` itself and was not acknowledged; never the
/// first of the log.
pub(super) fn own_from(anchor: Option<Place>, from: u64, waiting: &[Link], device: DeviceId) -> u64 {
    let others = waiting.iter().rfind(|link| link.device != device).map_or(1, |link| link.seq + 1);
    let end = from + waiting.len() as u64;
    from.max(unsettled(anchor)).max(others).min(end)
}

fn bound(anchor: Option<Place>) -> Option<Place> {
    anchor.filter(|_| !weakness::has(Weakness::Anchor))
}
