//! A commit: header, body, signature (`LOG.md` §2).

use crate::codec::{self, Layout, Malformed, Reader, Writer, layout};
use crate::entry::Entry;
use crate::hash::{Hash, Label};
use crate::id::{ActId, DeviceId, LogId, PrincipalId};
use crate::key::Signature;
use crate::limit;
use weakness::Weakness;

/// The suite of algorithms that this version knows.
pub const SUITE: u16 = 1;
/// The rules of the fold that this version knows.
pub const RULES: u16 = 1;
/// Bytes of a header.
pub const HEADER_LENGTH: usize = 172;

const MAGIC: [u8; 8] = *b"TACITLOG";
pub(crate) const SIGNATURE_LENGTH: usize = 64;

/// What an author says of a commit; the rest of the header follows from the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The log it belongs to.
    pub log: LogId,
    /// Its place: 0 for the first.
    pub seq: u64,
    /// The hash of the commit before; [`Hash::ZERO`] for the first.
    pub prev: Hash,
    /// Whose commit it is.
    pub author: PrincipalId,
    /// The device that signs.
    pub device: DeviceId,
    /// Higher than in every commit this device signed before.
    pub counter: u64,
    /// Milliseconds since 1970 UTC, as the author claims.
    pub time: u64,
    /// The act it belongs to.
    pub act: ActId,
    /// Which of the act's commits this is, from 1.
    pub part: u16,
    /// How many commits the act has.
    pub parts: u16,
}

/// A header: what is hashed and signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What its author says.
    pub stamp: Stamp,
    /// Bytes of the body.
    pub body_length: u32,
    /// `H("body", body)`.
    pub body_hash: Hash,
}

impl Header {
    /// The commit's name, and the next one's `prev`: `H("commit", header)`.
    pub fn hash(&self) -> Hash {
        Hash::labelled(Label::Commit, &[&codec::encode(self)])
    }
}

/// A commit that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    header: Header,
    hash: Hash,
    body: Vec<u8>,
}

impl Unsigned {
    /// Lays out a commit of `entries`.
    ///
    /// # Errors
    /// The entries or the stamp are over a limit or out of order; the caller must mend or split them.
    pub fn new(stamp: Stamp, entries: &[Entry]) -> Result<Self, Malformed> {
        check_parts(&stamp)?;
        let body = Entry::encode_body(entries)?;
        let body_length = u32::try_from(body.len()).map_err(|_| Malformed::Bounds)?;
        let header = Header { stamp, body_length, body_hash: hash_body(&body) };
        Ok(Self { header, hash: header.hash(), body })
    }

    /// Its header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The hash it will have.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// What its device signs: `LP("tacit/v1/commit-signature")` and the hash.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(&self.hash)
    }

    /// The commit with that signature, which is not verified here.
    pub fn sign(self, signature: Signature) -> Commit {
        Commit { header: self.header, hash: self.hash, body: self.body, signature }
    }
}

/// A commit whose layout, part numbers and body hash are right; nothing else is known of it before
/// [`State::accept`](crate::State::accept).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    header: Header,
    hash: Hash,
    body: Vec<u8>,
    signature: Signature,
}

impl Commit {
    /// Decodes all of `bytes` as one commit.
    ///
    /// # Errors
    /// It needs a newer version, or is malformed. Entries are not looked at: [`Commit::entries`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Undecodable> {
        check_version(bytes)?;
        let mut from = Reader::new(bytes);
        let header = Header::read(&mut from)?;
        let length = usize::try_from(header.body_length).map_err(|_| Malformed::Bounds)?;
        let body = from.take(length)?;
        let signature = Signature::read(&mut from)?;
        from.finish()?;
        if hash_body(body) != header.body_hash && !weakness::has(Weakness::BodyHash) {
            return Err(Malformed::Hash.into());
        }
        Ok(Self { header, hash: header.hash(), body: body.to_vec(), signature })
    }

    /// Its bytes, as stored and sent.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::with_capacity(HEADER_LENGTH + self.body.len() + SIGNATURE_LENGTH);
        self.header.write(&mut to);
        to.bytes(&self.body);
        self.signature.write(&mut to);
        to.into_bytes()
    }

    /// Its header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// What its author says of it.
    pub const fn stamp(&self) -> &Stamp {
        &self.header.stamp
    }

    /// Its name.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Its signature.
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// What its signature signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(&self.hash)
    }

    /// Decodes its entries.
    ///
    /// # Errors
    /// The body is malformed.
    pub fn entries(&self) -> Result<Vec<Entry>, Malformed> {
        Entry::decode_body(&self.body)
    }
}

/// Bytes that this version does not read as a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// A newer version of this program must read it; nothing is wrong with it as far as can be told.
    #[error("needs an update: {0}")]
    NeedsUpdate(Newer),
    /// Whoever served it must answer for it.
    #[error("malformed commit: {0}")]
    Malformed(#[from] Malformed),
}

/// What this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Newer {
    /// A suite of algorithms.
    #[error("suite {0}")]
    Suite(u16),
    /// The rules of a fold.
    #[error("rules {0}")]
    Rules(u16),
    /// A kind of entry that may not be passed over.
    #[error("entry kind {0:#06x}")]
    Kind(u16),
}

fn check_version(bytes: &[u8]) -> Result<(), Undecodable> {
    let mut from = Reader::new(bytes);
    if from.array()? != MAGIC {
        return Err(Malformed::Value.into());
    }
    match (from.u16()?, from.u16()?) {
        (SUITE, RULES) => Ok(()),
        (SUITE, rules) => Err(Undecodable::NeedsUpdate(Newer::Rules(rules))),
        (suite, _) => Err(Undecodable::NeedsUpdate(Newer::Suite(suite))),
    }
}

const fn check_parts(stamp: &Stamp) -> Result<(), Malformed> {
    if 1 <= stamp.part && stamp.part <= stamp.parts { Ok(()) } else { Err(Malformed::Bounds) }
}

fn hash_body(body: &[u8]) -> Hash {
    Hash::labelled(Label::Body, &[body])
}

fn signed_bytes(hash: &Hash) -> Vec<u8> {
    let mut to = Writer::new();
    to.bytes(&Label::CommitSignature.prefix());
    hash.write(&mut to);
    to.into_bytes()
}

layout!(Stamp { log, seq, prev, author, device, counter, time, act, part, parts });

impl Layout for Header {
    fn write(&self, to: &mut Writer) {
        to.bytes(&MAGIC);
        to.u16(SUITE);
        to.u16(RULES);
        self.stamp.write(to);
        to.u32(self.body_length);
        self.body_hash.write(to);
    }

    /// The caller has looked at magic, suite and rules.
    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        from.take(MAGIC.len() + 4)?;
        let stamp = Stamp::read(from)?;
        check_parts(&stamp)?;
        let body_length = from.u32()?;
        if body_length == 0 || usize::try_from(body_length).is_ok_and(|length| length > limit::BODY) {
            return Err(Malformed::Bounds);
        }
        Ok(Self { stamp, body_length, body_hash: Layout::read(from)? })
    }
}
