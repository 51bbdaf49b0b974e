//! The plaintext of a sealed part: a version and numbered fields (`LOG.md` §7).

use std::fmt;

use zeroize::Zeroizing;

use crate::codec::{Malformed, Reader, Writer};
use crate::limit;

const VERSION: u8 = 1;

/// The fields of one part of an object, by number. What a number means and how its bytes are read is for the caller
/// ([`Field`](crate::Field)); unknown ones are kept.
///
/// The bytes may be secrets: they are wiped when dropped, and `Debug` shows only their lengths.
#[derive(Default, PartialEq, Eq)]
pub struct Fields(Vec<(u32, Zeroizing<Vec<u8>>)>);

/// [`Fields`], borrowed from the bytes they were decoded from: for those who read them once.
#[derive(Default, PartialEq, Eq)]
pub struct FieldsRef<'a>(Vec<(u32, &'a [u8])>);

impl Fields {
    /// No fields.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Decodes all of `bytes`.
    ///
    /// # Errors
    /// It is malformed, over a limit, or of another version.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let fields = FieldsRef::decode(bytes)?;
        Ok(Self(fields.0.into_iter().map(|(number, bytes)| (number, bytes.to_vec().into())).collect()))
    }

    /// Encodes them.
    ///
    /// # Errors
    /// There are too many, or too many bytes.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, Malformed> {
        let length = self.0.iter().map(|(_, bytes)| bytes.len() + 10).sum::<usize>();
        let mut to = Writer::with_capacity(length + 6);
        to.u8(VERSION);
        write_length(&mut to, self.0.len())?;
        for (number, bytes) in &self.0 {
            write_varint(&mut to, *number);
            write_length(&mut to, bytes.len())?;
            to.bytes(bytes);
        }
        if self.0.len() > limit::FIELDS || to.length() > limit::PLAINTEXT {
            return Err(Malformed::Bounds);
        }
        Ok(Zeroizing::new(to.into_bytes()))
    }

    /// The bytes of a field, if there.
    pub fn get(&self, number: u32) -> Option<&[u8]> {
        self.place(number).ok().and_then(|at| self.0.get(at)).map(|(_, bytes)| bytes.as_slice())
    }

    /// Sets a field; answers what it was.
    pub fn set(&mut self, number: u32, bytes: impl Into<Zeroizing<Vec<u8>>>) -> Option<Zeroizing<Vec<u8>>> {
        let before = self.remove(number);
        let at = self.place(number).unwrap_or_else(|at| at);
        self.0.insert(at, (number, bytes.into()));
        before
    }

    /// Takes a field out.
    pub fn remove(&mut self, number: u32) -> Option<Zeroizing<Vec<u8>>> {
        self.place(number).ok().map(|at| self.0.remove(at).1)
    }

    /// The fields in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.0.iter().map(|(number, bytes)| (*number, bytes.as_slice()))
    }

    /// The same, borrowed.
    pub fn borrow(&self) -> FieldsRef<'_> {
        FieldsRef(self.iter().collect())
    }

    fn place(&self, number: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number, |(number, _)| *number)
    }
}

impl<'a> FieldsRef<'a> {
    /// Decodes all of `bytes`.
    ///
    /// # Errors
    /// As [`Fields::decode`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len() > limit::PLAINTEXT {
            return Err(Malformed::Bounds);
        }
        let mut from = Reader::new(bytes);
        if from.u8()? != VERSION {
            return Err(Malformed::Value);
        }
        let count = usize::try_from(varint(&mut from)?).map_err(|_| Malformed::Bounds)?;
        if count > limit::FIELDS {
            return Err(Malformed::Bounds);
        }
        let mut fields = Vec::with_capacity(count);
        for _ in 0..count {
            let number = varint(&mut from)?;
            if fields.last().is_some_and(|(last, _)| *last >= number) {
                return Err(Malformed::Order);
            }
            let length = usize::try_from(varint(&mut from)?).map_err(|_| Malformed::Bounds)?;
            fields.push((number, from.take(length)?));
        }
        from.finish()?;
        Ok(Self(fields))
    }

    /// The bytes of a field, if there.
    pub fn get(&self, number: u32) -> Option<&'a [u8]> {
        self.0.iter().find(|(known, _)| *known == number).map(|(_, bytes)| *bytes)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.borrow().fmt(f)
    }
}

impl fmt::Debug for FieldsRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(number, bytes)| (number, bytes.len()))).finish()
    }
}

/// Reads a `u32` in its shortest little-endian base-128 form; a longer form of the same number is refused.
fn varint(from: &mut Reader<'_>) -> Result<u32, Malformed> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let byte = from.u8()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let padded = byte == 0 && shift > 0;
            return if padded {
                Err(Malformed::Value)
            } else {
                u32::try_from(value).map_err(|_| Malformed::Value)
            };
        }
    }
    Err(Malformed::Value)
}

fn write_length(to: &mut Writer, length: usize) -> Result<(), Malformed> {
    write_varint(to, u32::try_from(length).map_err(|_| Malformed::Bounds)?);
    Ok(())
}

fn write_varint(to: &mut Writer, mut value: u32) {
    while value >= 0x80 {
        to.u8(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    to.u8(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_the_bytes_of_the_format() {
        let mut fields = Fields::new();
        fields.set(300, vec![9; 200]);
        fields.set(0, vec![3]);
        fields.set(16, Vec::new());
        let mut expected = vec![1, 3, 0, 1, 3, 16, 0, 0xAC, 0x02, 0xC8, 0x01];
        expected.extend([9; 200]);
        assert_eq!(*fields.encode().unwrap(), expected);
        assert_eq!(Fields::decode(&expected).unwrap(), fields);
    }

    #[test]
    fn unknown_fields_are_written_back() {
        let bytes = [1, 2, 0, 1, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 2, 7, 8];
        let mut fields = Fields::decode(&bytes).unwrap();
        assert_eq!(fields.set(0, vec![4]), Some(vec![3].into()));
        assert_eq!(*fields.encode().unwrap(), [1, 2, 0, 1, 4, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 2, 7, 8]);
    }

    #[test]
    fn only_the_one_form_is_read() {
        let refused: [(&[u8], Malformed); 9] = [
            (&[], Malformed::Short),
            (&[2, 0], Malformed::Value),
            (&[1, 0, 0], Malformed::Trailing),
            (&[1, 1, 5, 2, 9], Malformed::Short),
            (&[1, 0x80, 0], Malformed::Value),
            (&[1, 2, 5, 0, 5, 0], Malformed::Order),
            (&[1, 2, 5, 0, 4, 0], Malformed::Order),
            (&[1, 0x81, 0x02], Malformed::Bounds),
            (&[1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0], Malformed::Value),
        ];
        for (bytes, malformed) in refused {
            assert_eq!(Fields::decode(bytes), Err(malformed), "{bytes:?}");
        }
        assert_eq!(Fields::decode(&[1, 0]), Ok(Fields::new()));
        assert!(Fields::decode(&vec![1; limit::PLAINTEXT + 1]) == Err(Malformed::Bounds));
    }

    #[test]
    fn what_would_not_decode_is_not_encoded() {
        let mut fields = Fields::new();
        (0..=256).for_each(|number| drop(fields.set(number, Vec::new())));
        assert_eq!(fields.encode(), Err(Malformed::Bounds));
        fields.remove(7);
        assert!(fields.encode().is_ok());
        fields.set(7, vec![0; limit::PLAINTEXT]);
        fields.remove(8);
        assert_eq!(fields.encode(), Err(Malformed::Bounds));
    }

    #[test]
    fn debug_shows_lengths_only() {
        let mut fields = Fields::new();
        fields.set(3, b"canary".to_vec());
        assert_eq!(format!("{fields:?}"), "{3: 6}");
    }
}
