//! A point in time.

/// Milliseconds since 1970-01-01 UTC, as the caller's clock says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

/// Where in its log an object's overview was last put. The later one wins where two meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The commit.
    pub seq: u64,
    /// The entry in its body.
    pub entry: u16,
}
