//! What an object keeps in SQLite, and the one way in which it is read and written.
//!
//! The rules read through [`Read`] and answer with [`Write`]s, which the object applies in one turn without an await, so that
//! the platform commits all or none. The same statements run natively in tests, on SQLite without a worker around it.

use std::ops::ControlFlow;

/// A value of a statement or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Integer(i64),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The store could not be read or written, or holds what this program never wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Reads, all in one turn.
pub trait Read {
    /// Runs a query and shows its rows one by one, until `visit` breaks.
    ///
    /// # Errors
    /// The store does not answer.
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> Result<(), Failed>;

    /// The bytes in the first column of the first row.
    ///
    /// # Errors
    /// As [`Read::each`].
    fn bytes(&self, query: &'static str, values: &[Value]) -> Result<Option<Vec<u8>>, Failed> {
        let mut found = None;
        self.each(query, values, &mut |row| {
            found = row.first().and_then(Value::as_bytes).map(<[u8]>::to_vec);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }
}

/// One statement that changes the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The statement.
    pub statement: &'static str,
    /// Its values.
    pub values: Vec<Value>,
}

impl Value {
    /// Its bytes, if it is bytes.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Integer(_) => None,
        }
    }

    /// Its number, if it is one that this program writes.
    pub fn as_integer(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(*number).ok(),
            Self::Bytes(_) => None,
        }
    }
}

impl From<&[u8; 16]> for Value {
    fn from(id: &[u8; 16]) -> Self {
        Self::Bytes(id.to_vec())
    }
}

/// What no table holds is as the highest number there: it is not found.
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
