//! Making values up. Every choice is equally likely, by rejection, never by remainder.

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::model::SecretValue;

/// How to make a value up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Generator {
    /// ASCII letters and digits.
    Alphanumeric {
        /// How many.
        length: usize,
    },
    /// Bytes in lower-case hexadecimal.
    Hex {
        /// How many bytes.
        bytes: usize,
    },
    /// Bytes in base64url without padding.
    Base64Url {
        /// How many bytes.
        bytes: usize,
    },
    /// A random (version 4) UUID.
    Uuid,
    /// Words of the list, with hyphens between.
    Passphrase {
        /// How many.
        words: usize,
    },
    /// Characters of someone's choice.
    Custom {
        /// The characters; one that stands there twice counts once.
        alphabet: String,
        /// How many.
        length: usize,
    },
}

/// A value made up.
#[derive(Debug)]
pub struct Generated {
    /// The value.
    pub value: SecretValue,
    /// How hard it is to guess: the logarithm to base 2 of how many there could have been.
    pub bits: f64,
}

/// Why nothing was made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It would be empty, or have more than [`LONGEST`] characters, bytes or words.
    #[error("the length must be 1 to {LONGEST}")]
    Length,
    /// An alphabet has 2 to 256 different characters, and no control characters.
    #[error("the alphabet must have 2 to 256 different characters")]
    Alphabet,
}

/// Characters, bytes or words of a value made up, at most.
pub const LONGEST: usize = 1_024;

const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";
const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Makes a value up.
///
/// # Errors
/// The length or the alphabet is unfit.
pub fn generate(generator: &Generator, rng: &mut impl CryptoRngCore) -> Result<Generated, Unfit> {
    match generator {
        Generator::Alphanumeric { length } => characters(ALPHANUMERIC, *length, rng),
        Generator::Hex { bytes } => characters(HEX, within(*bytes)? * 2, rng),
        Generator::Base64Url { bytes } => base64url(within(*bytes)?, rng),
        Generator::Uuid => Ok(uuid(rng)),
        Generator::Passphrase { words } => passphrase(within(*words)?, rng),
        Generator::Custom { alphabet, length } => characters(alphabet, within(*length)?, rng),
    }
}

/// The words that passphrases are made of.
pub fn words() -> impl ExactSizeIterator<Item = &'static str> + Clone {
    const WORDS: usize = 1_296;
    let mut lines = include_str!("../data/words.txt").lines();
    (0..WORDS).map(move |_| lines.next().unwrap_or_default())
}

fn within(length: usize) -> Result<usize, Unfit> {
    if (1..=LONGEST).contains(&length) { Ok(length) } else { Err(Unfit::Length) }
}

fn characters(alphabet: &str, length: usize, rng: &mut impl CryptoRngCore) -> Result<Generated, Unfit> {
    let mut letters: Vec<char> = alphabet.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if !(2..=256).contains(&letters.len()) || letters.iter().any(|letter| letter.is_control()) {
        return Err(Unfit::Alphabet);
    }
    if !(1..=2 * LONGEST).contains(&length) {
        return Err(Unfit::Length);
    }
    let mut text = Zeroizing::new(String::with_capacity(length * 4));
    (0..length).for_each(|_| text.extend(letters.get(below(letters.len(), rng))));
    Ok(Generated { value: SecretValue::new(text), bits: bits(letters.len(), length) })
}

/// The last character holds the bits that are left, as every encoder writes them.
fn base64url(bytes: usize, rng: &mut impl CryptoRngCore) -> Result<Generated, Unfit> {
    let whole = bytes * 4 / 3;
    let left = bytes * 8 - whole * 6;
    let mut text = Zeroizing::new(String::with_capacity(whole + 1));
    let letter = |at: usize| BASE64URL.as_bytes().get(at).copied().map(char::from);
    (0..whole).for_each(|_| text.extend(letter(below(64, rng))));
    if left > 0 {
        text.extend(letter(below(1 << left, rng) << (6 - left)));
    }
    Ok(Generated { value: SecretValue::new(text), bits: bits(256, bytes) })
}

fn uuid(rng: &mut impl CryptoRngCore) -> Generated {
    let mut text = Zeroizing::new(String::with_capacity(36));
    for place in 0..36_usize {
        let digit = match place {
            8 | 13 | 18 | 23 => {
                text.push('-');
                continue;
            }
            14 => 4,
            19 => 8 + below(4, rng),
            _ => below(16, rng),
        };
        text.extend(HEX.as_bytes().get(digit).copied().map(char::from));
    }
    Generated { value: SecretValue::new(text), bits: 122.0 }
}

fn passphrase(count: usize, rng: &mut impl CryptoRngCore) -> Result<Generated, Unfit> {
    let list: Vec<&str> = words().collect();
    let longest = list.iter().map(|word| word.len() + 1).max().unwrap_or(0);
    let mut text = Zeroizing::new(String::with_capacity(count * longest));
    for place in 0..count {
        if place > 0 {
            text.push('-');
        }
        text.push_str(list.get(below(list.len(), rng)).copied().unwrap_or_default());
    }
    Ok(Generated { value: SecretValue::new(text), bits: bits(list.len(), count) })
}

/// A number from 0 to `end` - 1, each as likely. Draws again where the remainder would favour some.
fn below(end: usize, rng: &mut impl CryptoRngCore) -> usize {
    let end = u32::try_from(end).unwrap_or(u32::MAX).max(1);
    let fair = u32::MAX - u32::MAX % end;
    loop {
        let drawn = rng.next_u32();
        if drawn < fair {
            return usize::try_from(drawn % end).unwrap_or(0);
        }
    }
}

fn bits(choices: usize, times: usize) -> f64 {
    let wide = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    wide(choices).log2() * wide(times)
}
