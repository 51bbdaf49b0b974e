//! Bounded reading and writing of fixed layouts (`LOG.md` §1).
//!
//! Every layout is canonical by construction: fixed widths, exact lengths, ascending lists, closed enumerations. So a
//! sequence of bytes that decodes encodes to itself.

use weakness::Weakness;

/// Bytes that are no layout of ours. Whoever made or served them must act; nothing is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It ends before its layout does.
    #[error("ends too early")]
    Short,
    /// Bytes are left over behind it.
    #[error("bytes are left over")]
    Trailing,
    /// A length or count is over its limit, or below what is needed.
    #[error("a length or count is out of bounds")]
    Bounds,
    /// A list is not in strictly ascending order.
    #[error("a list is out of order")]
    Order,
    /// A value that its field cannot have.
    #[error("a field has a value that is not in its enumeration")]
    Value,
    /// A message of a number that is not listed.
    #[error("a message has a number that is not listed")]
    Unlisted,
    /// Bytes are not what their hash says.
    #[error("bytes do not match their hash")]
    Hash,
}

/// One thing with one layout.
pub(crate) trait Layout: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed>;
}

/// Encodes `value` alone.
pub(crate) fn encode(value: &impl Layout) -> Vec<u8> {
    let mut to = Writer::new();
    value.write(&mut to);
    to.into_bytes()
}

/// Decodes all of `bytes` as one `T`.
pub(crate) fn decode<T: Layout>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut from = Reader::new(bytes);
    let value = T::read(&mut from)?;
    from.finish()?;
    Ok(value)
}

/// A struct that is its fields in order.
macro_rules! layout {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::codec::Layout for $name {
            fn write(&self, to: &mut $crate::codec::Writer) {
                $($crate::codec::Layout::write(&self.$field, to);)*
            }

            fn read(from: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::Malformed> {
                Ok(Self { $($field: $crate::codec::Layout::read(from)?),* })
            }
        }
    };
}
pub(crate) use layout;

/// An enumeration of one byte.
macro_rules! enumeration {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $crate::codec::Layout for $name {
            fn write(&self, to: &mut $crate::codec::Writer) {
                to.u8(match self { $(Self::$variant => $value),* });
            }

            fn read(from: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::Malformed> {
                match from.u8()? {
                    $($value => Ok(Self::$variant),)*
                    _ => Err($crate::codec::Malformed::Value),
                }
            }
        }
    };
}
pub(crate) use enumeration;

/// Appends layouts. A count that its width cannot hold is written as the highest one, which every limit refuses
/// (`limit.rs`), so what an author overfills does not decode.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) const fn length(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.u8(u8::from(value));
    }

    /// `LP(bytes)`. Whoever made `bytes` has kept them within 65,535.
    pub(crate) fn prefixed(&mut self, bytes: &[u8]) {
        self.count16(bytes.len());
        self.bytes(bytes);
    }

    /// The shortest little-endian base-128 form (`PROTOCOL.md` §1).
    pub(crate) fn uint(&mut self, mut value: u64) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                return self.u8(low);
            }
            self.u8(low | 0x80);
        }
    }

    /// A length as [`Writer::uint`], then the bytes.
    pub(crate) fn sized(&mut self, bytes: &[u8]) {
        self.uint(bytes.len() as u64);
        self.bytes(bytes);
    }

    pub(crate) fn list8<T: Layout>(&mut self, items: &[T]) {
        self.u8(u8::try_from(items.len()).unwrap_or(u8::MAX));
        items.iter().for_each(|item| item.write(self));
    }

    pub(crate) fn list16<T: Layout>(&mut self, items: &[T]) {
        self.count16(items.len());
        items.iter().for_each(|item| item.write(self));
    }

    pub(crate) fn count16(&mut self, count: usize) {
        self.u16(u16::try_from(count).unwrap_or(u16::MAX));
    }

    pub(crate) fn count32(&mut self, count: usize) {
        self.u32(u32::try_from(count).unwrap_or(u32::MAX));
    }
}

/// Takes layouts off the front of foreign bytes.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn finish(self) -> Result<(), Malformed> {
        if self.0.is_empty() || weakness::has(Weakness::Leftover) { Ok(()) } else { Err(Malformed::Trailing) }
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Malformed> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::Value),
        }
    }

    /// `LP(bytes)` of 1 to `limit` bytes.
    pub(crate) fn prefixed(&mut self, limit: usize) -> Result<&'a [u8], Malformed> {
        let length = usize::from(self.u16()?);
        if length == 0 || length > limit {
            return Err(Malformed::Bounds);
        }
        self.take(length)
    }

    /// The shortest little-endian base-128 form, and no other (`PROTOCOL.md` §1).
    pub(crate) fn uint(&mut self) -> Result<u64, Malformed> {
        let mut value = 0;
        for place in 0..10 {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7F);
            if place == 9 && bits > 1 {
                return Err(Malformed::Value);
            }
            value |= bits << (7 * place);
            if byte & 0x80 == 0 {
                // A last byte of zero is a longer form of the same number.
                return if byte == 0 && place > 0 { Err(Malformed::Value) } else { Ok(value) };
            }
        }
        Err(Malformed::Value)
    }

    /// A count or length of at most `limit`.
    pub(crate) fn count(&mut self, limit: usize) -> Result<usize, Malformed> {
        let count = usize::try_from(self.uint()?).map_err(|_| Malformed::Bounds)?;
        if count > limit { Err(Malformed::Bounds) } else { Ok(count) }
    }

    /// At most `limit` bytes behind their length as [`Reader::uint`].
    pub(crate) fn sized(&mut self, limit: usize) -> Result<&'a [u8], Malformed> {
        let length = self.count(limit)?;
        self.take(length)
    }

    pub(crate) fn list8<T: Layout>(&mut self, limit: usize) -> Result<Vec<T>, Malformed> {
        let count = usize::from(self.u8()?);
        self.list(count, limit)
    }

    pub(crate) fn list16<T: Layout>(&mut self, limit: usize) -> Result<Vec<T>, Malformed> {
        let count = self.count16(limit)?;
        self.list(count, limit)
    }

    pub(crate) fn count16(&mut self, limit: usize) -> Result<usize, Malformed> {
        let count = usize::from(self.u16()?);
        if count > limit { Err(Malformed::Bounds) } else { Ok(count) }
    }

    pub(crate) fn count32(&mut self, limit: usize) -> Result<usize, Malformed> {
        let count = usize::try_from(self.u32()?).map_err(|_| Malformed::Bounds)?;
        if count > limit { Err(Malformed::Bounds) } else { Ok(count) }
    }

    /// Takes as much memory as there are bytes left, or grows with the items read: never by what a count claims.
    pub(crate) fn list<T: Layout>(&mut self, count: usize, limit: usize) -> Result<Vec<T>, Malformed> {
        if count > limit {
            return Err(Malformed::Bounds);
        }
        let room = self.0.len() / size_of::<T>().max(1);
        let mut items = Vec::with_capacity(count.min(room));
        for _ in 0..count {
            items.push(T::read(self)?);
        }
        Ok(items)
    }
}

/// Refuses items that are not strictly ascending by `key`.
pub(crate) fn ascending<T, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> Result<(), Malformed> {
    if items.is_sorted_by(|a, b| key(a) < key(b)) { Ok(()) } else { Err(Malformed::Order) }
}

macro_rules! integer {
    ($($type:ident)*) => {$(
        impl Layout for $type {
            fn write(&self, to: &mut Writer) {
                to.$type(*self);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
                from.$type()
            }
        }
    )*};
}

integer! { u16 u32 u64 bool }
