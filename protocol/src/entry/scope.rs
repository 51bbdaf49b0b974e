//! Compartments of keys: their epochs, and the wraps that lead to them.

use std::fmt;

use crate::codec::{Layout, Malformed, Reader, Writer, ascending, layout};
use crate::id::ScopeId;
use crate::limit;

/// Makes a scope (epoch 1) or gives it its next epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Which.
    pub scope: ScopeId,
    /// Its epoch from here on.
    pub epoch: u32,
    /// What leads to it, ascending by scope; none for the root.
    pub parents: Vec<Edge>,
    /// The secret of the epoch before, wrapped under this one's; there if and only if `epoch` is above 1.
    pub previous: Option<Wrapped>,
}

/// One way down: a scope's keys under its parent's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The parent.
    pub parent: ScopeId,
    /// The parent's epoch.
    pub epoch: u32,
    /// The scope's secret under the parent's `K_values`.
    pub secret: Wrapped,
    /// The scope's `K_names` under the parent's `K_names`.
    pub names: Wrapped,
}

/// A wrapped key: 1 to 512 bytes that only its holder opens.
#[derive(Clone, PartialEq, Eq)]
pub struct Wrapped(Box<[u8]>);

impl Wrapped {
    /// Holds these bytes.
    ///
    /// # Errors
    /// There are none, or more than [`limit::WRAPPED`].
    pub fn new(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.is_empty() || bytes.len() > limit::WRAPPED {
            return Err(Malformed::Bounds);
        }
        Ok(Self(bytes.into()))
    }

    /// Holds bytes that were within the limits when they were read.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wrapped({} bytes)", self.0.len())
    }
}

layout!(Edge { parent, epoch, secret, names });

impl Layout for Wrapped {
    fn write(&self, to: &mut Writer) {
        to.prefixed(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self(from.prefixed(limit::WRAPPED)?.into()))
    }
}

impl Layout for Scope {
    fn write(&self, to: &mut Writer) {
        self.scope.write(to);
        self.epoch.write(to);
        to.list8(&self.parents);
        self.previous.iter().for_each(|previous| previous.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let scope = Layout::read(from)?;
        let epoch = from.u32()?;
        let parents = from.list8(limit::PARENTS)?;
        ascending(&parents, |edge: &Edge| edge.parent)?;
        let previous = if epoch > 1 { Some(Layout::read(from)?) } else { None };
        Ok(Self { scope, epoch, parents, previous })
    }
}
