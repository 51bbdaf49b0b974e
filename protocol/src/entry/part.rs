//! Parts of objects: their revisions, and the scopes they lie in.

use std::fmt;

use crate::codec::{Layout, Malformed, Reader, Writer, enumeration, layout};
use crate::entry::Wrapped;
use crate::hash::Hash;
use crate::id::{ObjectId, ScopeId};
use crate::limit;
use weakness::Weakness;

/// Which half of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Names, dates, tags: what a list shows.
    Overview,
    /// The value.
    Value,
}

/// Writes a revision of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Of which object.
    pub object: ObjectId,
    /// Which part.
    pub part: Part,
    /// One more than its last; 1 for a new part.
    pub revision: u64,
    /// Every scope it lies in from here on.
    pub wraps: Wraps,
    /// [`Hash::of_blob`] of the sealed blob.
    pub blob: Hash,
    /// Bytes of the sealed blob, 1 to [`limit::BLOB`].
    pub length: u32,
}

impl Put {
    /// Whether `blob` is the one that was put (`LOG.md` §4): its length and its hash.
    pub fn is_of(&self, blob: &[u8]) -> bool {
        let is_hashed = Hash::of_blob(blob) == self.blob || weakness::has(Weakness::BlobHash);
        blob.len() == self.length as usize && is_hashed
    }
}

/// Puts the current revision of a part into one more scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapInto {
    /// Of which object.
    pub object: ObjectId,
    /// Which part.
    pub part: Part,
    /// Its current revision.
    pub revision: u64,
    /// The scope, and the part's key under it.
    pub wrap: Wrap,
}

/// Takes the current revision of a part out of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrapFrom {
    /// Of which object.
    pub object: ObjectId,
    /// Which part.
    pub part: Part,
    /// Its current revision.
    pub revision: u64,
    /// The scope it leaves.
    pub scope: ScopeId,
}

/// Hides an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// Which.
    pub object: ObjectId,
    /// Its overview's current revision.
    pub revision: u64,
}

/// Erases the blobs of revisions `first` to `last`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forget {
    /// Of which object.
    pub object: ObjectId,
    /// Which part.
    pub part: Part,
    /// The first revision erased.
    pub first: u64,
    /// The last revision erased.
    pub last: u64,
}

/// One scope that a part lies in, and the part's key under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// The scope.
    pub scope: ScopeId,
    /// Its epoch.
    pub epoch: u32,
    /// The part's key, under the scope's `K_names` or `K_values`.
    pub key: Wrapped,
}

/// A [`Wrap`], borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WrapRef<'a> {
    /// The scope.
    pub scope: ScopeId,
    /// Its epoch.
    pub epoch: u32,
    /// The part's wrapped key.
    pub key: &'a [u8],
}

/// Every scope that a part lies in: at least one, ascending by scope.
///
/// Kept as its layout (`list16(wrap)`), since a fold holds tens of thousands of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Wraps(Box<[u8]>);

impl Wraps {
    /// Sorts `wraps` by scope.
    ///
    /// # Errors
    /// There are none, or too many, or a scope occurs twice.
    pub fn new(mut wraps: Vec<Wrap>) -> Result<Self, Malformed> {
        if wraps.is_empty() || wraps.len() > limit::WRAPS {
            return Err(Malformed::Bounds);
        }
        crate::order::sort_by_key(&mut wraps, |wrap| wrap.scope);
        crate::codec::ascending(&wraps, |wrap| wrap.scope)?;
        let mut to = Writer::new();
        to.list16(&wraps);
        Ok(Self(to.into_bytes().into()))
    }

    /// The wraps, ascending by scope.
    pub fn iter(&self) -> impl Iterator<Item = WrapRef<'_>> {
        let mut from = Reader::new(self.0.get(2..).unwrap_or_default());
        std::iter::from_fn(move || WrapRef::read(&mut from).ok())
    }

    /// The wrap for `scope`.
    pub fn get(&self, scope: ScopeId) -> Option<WrapRef<'_>> {
        self.iter().find(|wrap| wrap.scope == scope)
    }

    /// These and `wrap`.
    ///
    /// # Errors
    /// The scope is among them, or there are too many.
    pub(crate) fn with(&self, wrap: &Wrap) -> Result<Self, Malformed> {
        Self::new(self.iter().map(WrapRef::to_owned).chain([wrap.clone()]).collect())
    }

    /// These without the one for `scope`.
    ///
    /// # Errors
    /// None would remain.
    pub(crate) fn without(&self, scope: ScopeId) -> Result<Self, Malformed> {
        Self::new(self.iter().filter(|wrap| wrap.scope != scope).map(WrapRef::to_owned).collect())
    }
}

impl<'a> WrapRef<'a> {
    pub(crate) fn of(wrap: &'a Wrap) -> Self {
        Self { scope: wrap.scope, epoch: wrap.epoch, key: wrap.key.as_bytes() }
    }

    fn read(from: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(Self { scope: Layout::read(from)?, epoch: from.u32()?, key: from.prefixed(limit::WRAPPED)? })
    }

    fn to_owned(self) -> Wrap {
        Wrap { scope: self.scope, epoch: self.epoch, key: Wrapped::of(self.key) }
    }
}

impl fmt::Debug for WrapRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{} ({} bytes)", self.scope, self.epoch, self.key.len())
    }
}

impl fmt::Debug for Wraps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

enumeration!(Part { Overview = 0, Value = 1 });
layout!(Wrap { scope, epoch, key });
layout!(WrapInto { object, part, revision, wrap });
layout!(UnwrapFrom { object, part, revision, scope });
layout!(Delete { object, revision });
layout!(Forget { object, part, first, last });

impl Layout for Wraps {
    fn write(&self, to: &mut Writer) {
        to.bytes(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let all = from.rest();
        let count = from.count16(limit::WRAPS)?;
        if count == 0 {
            return Err(Malformed::Bounds);
        }
        let mut last = None;
        for _ in 0..count {
            let wrap = WrapRef::read(from)?;
            if last >= Some(wrap.scope) {
                return Err(Malformed::Order);
            }
            last = Some(wrap.scope);
        }
        let (taken, _) = all.split_at_checked(all.len() - from.rest().len()).ok_or(Malformed::Short)?;
        Ok(Self(taken.into()))
    }
}

impl Layout for Put {
    fn write(&self, to: &mut Writer) {
        self.object.write(to);
        self.part.write(to);
        self.revision.write(to);
        self.wraps.write(to);
        self.blob.write(to);
        self.length.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let put = Self {
            object: Layout::read(from)?,
            part: Layout::read(from)?,
            revision: from.u64()?,
            wraps: Layout::read(from)?,
            blob: Layout::read(from)?,
            length: from.u32()?,
        };
        if put.length == 0 || put.length > limit::BLOB { Err(Malformed::Bounds) } else { Ok(put) }
    }
}
