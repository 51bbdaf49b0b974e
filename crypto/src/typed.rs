//! Secrets that people print and type: groups of six characters, each with a check of its own (`FORMAT.md` §13).

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::label::Label;

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Data characters of a group; a check character follows.
const DATA: usize = 5;
const GROUP: usize = DATA + 1;
pub(crate) const CHECKSUM: usize = 3;
/// No code is half as long; more is not even collected.
const MOST_SYMBOLS: usize = 256;

/// A code as people write it, wiped when dropped.
pub struct TypedText(pub(crate) String);

impl TypedText {
    /// Groups of six characters with dashes between them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for TypedText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for TypedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedText(…)")
    }
}

/// Why typed text is not a code. Groups count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// A character that no code contains.
    #[error("group {group} has a character that codes do not contain")]
    Character {
        /// Where.
        group: usize,
    },
    /// A group was mistyped, or stands in another's place.
    #[error("group {group} was mistyped")]
    Group {
        /// Which; the first, if there are several.
        group: usize,
    },
    /// Every group typed so far is right, but there are too few or too many.
    #[error("the code has {expected} groups, {found} were typed")]
    Length {
        /// Groups typed, begun ones included.
        found: usize,
        /// Groups of a whole code.
        expected: usize,
    },
    /// Every group is right, their checksum is not: several errors cancel out, or it was never one code.
    #[error("the code as a whole is not right")]
    Checksum,
    /// It is the other part of the kit.
    #[error("this is another kind of code")]
    OtherKind,
    /// It was made by a newer version.
    #[error("the code was made by a newer version")]
    Newer,
}

/// What a code is: the high half of its first byte. The low half is its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum CodeKind {
    Setup = 0x10,
    Recovery = 0x20,
}

const VERSION: u8 = 1;

/// `kind and version || payload || checksum`, in groups. Buffers have their final size: one that grows leaves copies behind.
pub(crate) fn write(kind: CodeKind, payload: &[&[u8]]) -> TypedText {
    let length = 1 + payload.iter().map(|field| field.len()).sum::<usize>() + CHECKSUM;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    bytes.push(kind as u8 | VERSION);
    payload.iter().for_each(|field| bytes.extend_from_slice(field));
    let checksum = checksum(&bytes);
    bytes.extend(checksum);
    let symbols = to_symbols(&bytes, DATA);
    let mut text = String::with_capacity(symbols.len() * 2);
    for (index, group) in symbols.chunks(DATA).enumerate() {
        if index > 0 {
            text.push('-');
        }
        let check = check_symbol(group, index);
        text.extend(group.iter().chain([&check]).map(|symbol| letter(*symbol)));
    }
    TypedText(text)
}

/// The `N` payload bytes of a code of that kind.
pub(crate) fn read<const N: usize>(kind: CodeKind, text: &str) -> Result<Zeroizing<[u8; N]>, TypedError> {
    let symbols = collect_symbols(text)?;
    check_groups(&symbols)?;
    let mut data = Zeroizing::new(Vec::with_capacity(symbols.len()));
    symbols.chunks(GROUP).for_each(|group| data.extend(group.iter().take(DATA)));
    check_kind(kind, &data)?;
    let expected = (1 + N + CHECKSUM) * 8;
    let groups = expected.div_ceil(5 * DATA);
    if symbols.len() != groups * GROUP {
        return Err(TypedError::Length { found: symbols.len().div_ceil(GROUP), expected: groups });
    }
    let bytes = from_symbols(&data, 1 + N + CHECKSUM).ok_or(TypedError::Checksum)?;
    let (body, sum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(TypedError::Checksum)?;
    if checksum(body) != *sum {
        return Err(TypedError::Checksum);
    }
    let payload = body.last_chunk::<N>().ok_or(TypedError::Checksum)?;
    Ok(Zeroizing::new(*payload))
}

/// The typed symbols: case, spaces and dashes do not matter, O is 0, I and L are 1.
fn collect_symbols(text: &str) -> Result<Zeroizing<Vec<u8>>, TypedError> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(MOST_SYMBOLS));
    for typed in text.chars().filter(|typed| !is_separator(*typed)) {
        let group = symbols.len() / GROUP + 1;
        if symbols.len() == MOST_SYMBOLS {
            return Err(TypedError::Group { group });
        }
        symbols.push(symbol(typed).ok_or(TypedError::Character { group })?);
    }
    Ok(symbols)
}

fn is_separator(typed: char) -> bool {
    typed.is_whitespace() || matches!(typed, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{feff}')
}

pub(crate) fn symbol(typed: char) -> Option<u8> {
    let letter = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
    u8::try_from(at).ok()
}

pub(crate) fn letter(symbol: u8) -> char {
    ALPHABET.get(usize::from(symbol)).map_or('0', |letter| char::from(*letter))
}

fn check_groups(symbols: &[u8]) -> Result<(), TypedError> {
    for (index, group) in symbols.chunks_exact(GROUP).enumerate() {
        let right = group.split_last().is_some_and(|(check, data)| check_symbol(data, index) == *check);
        if !right {
            return Err(TypedError::Group { group: index + 1 });
        }
    }
    Ok(())
}

fn check_kind(kind: CodeKind, data: &[u8]) -> Result<(), TypedError> {
    let Some([first, second]) = data.first_chunk() else { return Ok(()) };
    let byte = first << 3 | second >> 2;
    match (byte & 0xf0 == kind as u8, byte & 0x0f) {
        (true, VERSION) => Ok(()),
        (true, _) => Err(TypedError::Newer),
        (false, _) => Err(TypedError::OtherKind),
    }
}

/// Σ αⁱ·sᵢ for i from 1, plus the group's index, in GF(32): a wrong character, two swapped neighbours (the check
/// included) and a group in another's place all change it.
fn check_symbol(data: &[u8], index: usize) -> u8 {
    let sum = data.iter().rev().fold(0, |sum, symbol| times_alpha(sum ^ symbol));
    sum ^ u8::try_from(index % 32).unwrap_or(0)
}

/// Multiplies by α in GF(32) = GF(2)[α] / (α⁵ + α² + 1).
const fn times_alpha(element: u8) -> u8 {
    let doubled = element << 1;
    if doubled & 0x20 == 0 { doubled } else { doubled ^ 0x25 }
}

/// Most significant bit first, filled with zeros to whole groups of so many.
pub(crate) fn to_symbols(bytes: &[u8], group: usize) -> Zeroizing<Vec<u8>> {
    let groups = (bytes.len() * 8).div_ceil(5 * group);
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let symbols = (0..groups * group).map(|symbol| (0..5).fold(0, |sum, at| sum << 1 | bit(symbol * 5 + at)));
    Zeroizing::new(symbols.collect())
}

/// `length` bytes; `None` if a bit after them is set.
pub(crate) fn from_symbols(symbols: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let bit = |at: usize| symbols.get(at / 5).map_or(0, |symbol| symbol >> (4 - at % 5) & 1);
    let bytes = (0..length).map(|byte| (0..8).fold(0, |sum, at| sum << 1 | bit(byte * 8 + at))).collect();
    let rest_is_zero = (length * 8..symbols.len() * 5).all(|at| bit(at) == 0);
    rest_is_zero.then(|| Zeroizing::new(bytes))
}

pub(crate) fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let (length, text) = Label::TYPED.prefixed();
    let digest = Sha256::new().chain_update(length).chain_update(text).chain_update(bytes).finalize();
    let mut sum = [0; CHECKSUM];
    sum.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    sum
}
