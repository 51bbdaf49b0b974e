//! A setup code that is scanned: with what the device that shows it knows of its relay (`FORMAT.md` §13).

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::label::{Label, length_prefix};
use crate::reader::Reader;
use crate::typed::{CHECKSUM, TypedText, checksum, from_symbols, letter, symbol, to_symbols};
use crate::{KdfId, ParseError, PublicKeys, Secret, SecretKey, SetupCode};

/// What stands before the characters.
const PREFIX: &str = "TACIT:";
/// The high half of the first byte is the kind, the low half the version.
const KIND: u8 = 0x30;
const VERSION: u8 = 1;
/// The most bytes of an origin.
const ORIGIN: usize = 255;
/// No code is as long; more is not even collected.
const MOST_SYMBOLS: usize = 1024;

/// What a QR code holds that adds a device.
#[derive(Debug, PartialEq, Eq)]
pub struct ScannedCode {
    /// What can be typed as well.
    pub setup: SetupCode,
    /// What the device that shows it saw of its relay, if it is at one.
    pub seen: Option<Seen>,
}

/// What a device saw of its relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Scheme, host and, if not the scheme's own, port.
    pub origin: String,
    /// The relay's key of OPAQUE.
    pub server_key: [u8; 32],
    /// [`Seen::fingerprint`] of the account's identity.
    pub identity: [u8; 16],
    /// Commits that the relay has, by place and hash: one of the account's log, where that identity is in force, and one of the
    /// vault's.
    pub places: [(u64, [u8; 32]); 2],
}

/// Why scanned text is not a setup code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScannedError {
    /// It is the text of something else, or was changed.
    #[error("this is no setup code")]
    Other,
    /// It was made by a newer version.
    #[error("the code was made by a newer version")]
    Newer,
}

impl From<ParseError> for ScannedError {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::Malformed => Self::Other,
            ParseError::Newer => Self::Newer,
        }
    }
}

impl ScannedCode {
    /// Whether that text claims to be one.
    pub fn is_claimed_by(text: &str) -> bool {
        text.trim().starts_with(PREFIX)
    }

    /// The text of the QR code: of characters that one packs well. Buffers have their final size: one that grows leaves copies
    /// behind.
    pub fn to_text(&self) -> TypedText {
        let relay = self.seen.as_ref().map(Seen::to_bytes).unwrap_or_default();
        let mut bytes = Zeroizing::new(Vec::with_capacity(34 + relay.len() + CHECKSUM));
        bytes.extend([KIND | VERSION, self.setup.kdf.number()]);
        bytes.extend_from_slice(&self.setup.account);
        bytes.extend_from_slice(self.setup.secret_key.secret().expose());
        bytes.extend(relay);
        let checksum = checksum(&bytes);
        bytes.extend(checksum);
        let symbols = to_symbols(&bytes, 1);
        let mut text = String::with_capacity(PREFIX.len() + symbols.len());
        text.push_str(PREFIX);
        text.extend(symbols.iter().map(|symbol| letter(*symbol)));
        TypedText(text)
    }

    /// Reads what was scanned.
    ///
    /// # Errors
    /// It is something else, or of a newer version.
    pub fn from_text(text: &str) -> Result<Self, ScannedError> {
        let bytes = decode(text).ok_or(ScannedError::Other)?;
        let (body, sum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(ScannedError::Other)?;
        if checksum(body) != *sum {
            return Err(ScannedError::Other);
        }
        let mut reader = Reader::new(body);
        match reader.u8()? {
            first if first == KIND | VERSION => {}
            first if first & 0xf0 == KIND => return Err(ScannedError::Newer),
            _ => return Err(ScannedError::Other),
        }
        let kdf = KdfId::from_number(reader.u8()?)?;
        let account = *reader.array()?;
        let secret_key = SecretKey::from_secret(Secret::copied(reader.array()?));
        let setup = SetupCode { kdf, account, secret_key };
        let relay = reader.rest();
        let seen = if relay.is_empty() { None } else { Some(Seen::from_bytes(relay)?) };
        Ok(Self { setup, seen })
    }
}

impl Seen {
    /// Which identity that is, by its generation and its public keys.
    pub fn fingerprint(generation: u32, keys: &PublicKeys) -> [u8; 16] {
        let (length, label) = Label::FINGERPRINT.prefixed();
        let digest = Sha256::new()
            .chain_update(length)
            .chain_update(label)
            .chain_update(generation.to_le_bytes())
            .chain_update(keys.signing)
            .chain_update(keys.agreement)
            .finalize();
        let mut fingerprint = [0; 16];
        fingerprint.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        fingerprint
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [&self.server_key[..], &self.identity].concat();
        for (seq, hash) in &self.places {
            bytes.extend(seq.to_le_bytes());
            bytes.extend(hash);
        }
        bytes.extend(length_prefix(self.origin.as_bytes()));
        bytes.extend(self.origin.as_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let (server_key, identity) = (*reader.array()?, *reader.array()?);
        let mut place = || Ok((reader.u64()?, *reader.array()?));
        let places = [place()?, place()?];
        let length = usize::from(reader.u16()?);
        let origin = origin(reader.slice(length)?).ok_or(ParseError::Malformed)?;
        reader.end()?;
        Ok(Self { origin, server_key, identity, places })
    }
}

/// An origin, if it is written as one: a person is shown it, and reads nothing else there.
fn origin(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= ORIGIN)?;
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_one = |letter: char| letter.is_ascii_alphanumeric() || ".:-[]".contains(letter);
    (!host.is_empty() && host.chars().all(is_one)).then(|| text.to_owned())
}

fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let letters = text.trim().strip_prefix(PREFIX).filter(|letters| letters.len() <= MOST_SYMBOLS)?;
    let mut symbols = Zeroizing::new(Vec::with_capacity(letters.len()));
    for typed in letters.chars() {
        symbols.push(symbol(typed)?);
    }
    let length = symbols.len() * 5 / 8;
    let is_whole = (length * 8).div_ceil(5) == symbols.len();
    from_symbols(&symbols, length).filter(|_| is_whole)
}
