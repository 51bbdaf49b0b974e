//! What the vault asks of the world: a place where one log's sealed records rest, and a way to a relay.
//!
//! Nothing that crosses here is readable: every record was sealed, or is a wrap or a salt. A store never interprets a record;
//! it keeps them, all of a [`Batch`] or none of it.

use std::collections::BTreeMap;

/// How often the store was committed to. Raised by one with every commit and compared inside the transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u64);

/// A record of which there is one: the device's, a wrap, the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(pub u32);

/// Where a part lies: `length` bytes from `offset` of pack `pack`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The pack's number.
    pub pack: u64,
    /// From this byte.
    pub offset: u32,
    /// So many bytes.
    pub length: u32,
}

/// What opening a vault needs: no values, no history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The generation that these records are of.
    pub generation: Generation,
    /// The single records.
    pub cells: BTreeMap<CellId, Vec<u8>>,
    /// The segments in order, as the manifest names them.
    pub segments: Vec<Vec<u8>>,
    /// What was saved since the segments were written, oldest first.
    pub tail: Vec<Vec<u8>>,
}

/// What one commit writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The generation that the caller read.
    pub base: Generation,
    /// Whether everything goes that is stored but the generation: what else is in the batch is all there is then, and every
    /// number of a pack is free.
    pub anew: bool,
    /// Single records to set (`Some`) or delete (`None`).
    pub cells: Vec<(CellId, Option<Vec<u8>>)>,
    /// New segments in place of all there are; the tail before this batch goes with them.
    pub segments: Option<Vec<Vec<u8>>>,
    /// A record to append to the tail.
    pub tail: Option<Vec<u8>>,
    /// Blobs and commits, packed up to [`PACK_CAPACITY`] bytes each, by number. A number is used once: a batch with one that
    /// is taken is refused.
    pub packs: Vec<(u64, Vec<u8>)>,
    /// Parts that come late, each of the length of the place that was kept for it in a pack. A batch with a place that is not
    /// there whole is refused.
    pub late: Vec<(Span, Vec<u8>)>,
}

/// A pack holds at most this many bytes, unless a single part is larger.
///
/// Measured in Chromium: packs of half this size make the first store of 10,000 secrets a fifth slower, and packs of twice
/// this size the reading of one value by more than half.
pub const PACK_CAPACITY: usize = 512 * 1024;

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// All of it is stored; this is the generation now.
    Stored(Generation),
    /// Somebody else committed since `base` was read: nothing was written. Load, decide again, try again.
    Stale,
}

/// Why a store could not do what was asked. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no room left.
    #[error("no room left")]
    Full,
    /// The storage does not answer, or answers with a failure of its own.
    #[error("the storage does not answer")]
    Unavailable,
    /// What was stored before is gone.
    #[error("what was stored is gone")]
    Gone,
    /// What is stored belongs to a newer version of the storage layout.
    #[error("what is stored belongs to a newer version")]
    Newer,
}

/// Where one log's sealed records rest.
#[expect(async_fn_in_trait, reason = "one thread by design: no future has to be Send")]
pub trait Store {
    /// All that opening needs; `None` where nothing was ever stored.
    ///
    /// # Errors
    /// The storage does not answer.
    async fn load(&self) -> Result<Option<Stored>, StoreError>;

    /// The generation alone, to find out whether another tab has saved.
    ///
    /// # Errors
    /// The storage does not answer.
    async fn generation(&self) -> Result<Generation, StoreError>;

    /// Parts by where they lie, in the order asked for; `None` for one that is not there whole.
    ///
    /// # Errors
    /// The storage does not answer.
    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// Writes all of `batch` or none of it.
    ///
    /// # Errors
    /// The storage does not answer or has no room; nothing was written then.
    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError>;

    /// Deletes everything. Every other handle that is open answers [`StoreError::Gone`] from then on.
    ///
    /// # Errors
    /// The storage does not answer.
    async fn erase(&self) -> Result<(), StoreError>;
}

/// A request to a relay (`protocol/PROTOCOL.md` §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// The header of that name, where the route wants it.
    pub authorization: Option<String>,
    /// All of the body; empty where the method has none.
    pub body: Vec<u8>,
}

/// The relay did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the relay does not answer")]
pub struct Unreachable;

/// One round trip to a relay. Knows nothing of what it carries.
#[expect(async_fn_in_trait, reason = "one thread by design: no future has to be Send")]
pub trait Transport {
    /// Sends a request and answers with the body of the response, whatever its status: the body says it too.
    ///
    /// # Errors
    /// There is no response, or not all of it.
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable>;
}
