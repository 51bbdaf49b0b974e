//! What the relay answers (`PROTOCOL.md` §7).

use super::account::read_wrap;
use super::{Bundle, Message, Unroutable, read_blobs, read_list, write_list};
use crate::codec::{Layout, Malformed, Reader, Writer};
use crate::hash::{Hash, Label};
use crate::id::{Attempt, ObjectId};
use crate::limit;
use crate::opaque::{KE2, REGISTRATION_RESPONSE};

/// How far the relay's log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its last commit's place.
    pub seq: u64,
    /// Its last commit's hash.
    pub hash: Hash,
}

/// Which rule a refused append breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It is not provably by a device of the log.
    Author,
    /// Its entries are malformed.
    Body,
    /// An entry breaks a rule of the fold.
    Entry,
    /// A blob is not the one that was put.
    Blob,
}

/// What there is no more room in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The bytes of a log.
    Bytes,
    /// The commits of a log.
    Commits,
    /// The vaults of an account.
    Vaults,
}

/// What the relay answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// The commit is stored.
    Appended(Head),
    /// Commits with their blobs, in order.
    Pulled {
        /// How far the log has come.
        head: Head,
        /// What follows what was asked for.
        bundles: Vec<Bundle<'a>>,
    },
    /// Commits, in order.
    Chain {
        /// How far the log has come.
        head: Head,
        /// What follows what was asked for.
        commits: Vec<&'a [u8]>,
    },
    /// Current blobs, by object.
    Current {
        /// How far the log has come.
        head: Head,
        /// The last object in the answer, if there are more.
        last: Option<ObjectId>,
        /// For each object its overview, and its value if it has one.
        blobs: Vec<&'a [u8]>,
    },
    /// The blobs that were asked for, as many as there is room for.
    Blobs(Vec<&'a [u8]>),
    /// A registration is begun.
    Registering {
        /// What to name it by.
        attempt: Attempt,
        /// OPAQUE's response.
        response: Message<REGISTRATION_RESPONSE>,
    },
    /// A sign-in is begun.
    Challenge {
        /// What to name it by.
        attempt: Attempt,
        /// OPAQUE's second message.
        ke2: Box<Message<KE2>>,
    },
    /// The device may read the account's log.
    Admitted,
    /// The account root key as the relay holds it.
    Credential {
        /// Of the entry that names it.
        epoch: u32,
        /// Under what a sign-in gives.
        ark_wrap: &'a [u8],
        /// Under the recovery key.
        recovery_wrap: &'a [u8],
    },
    /// Two logs' heads, as [`Head::joined`].
    Heads(Hash),
    /// The commit does not continue the head.
    Stale(Head),
    /// The request's time is too far from the relay's, which is this, in milliseconds.
    Clock(u64),
    /// There is no such thing, or it is none of the sender's business.
    NotFound,
    /// The path has no such method.
    WrongMethod,
    /// The request is not one of the protocol's.
    Malformed,
    /// The request has too many bytes.
    TooLarge,
    /// The commit breaks a rule.
    Refused {
        /// Which.
        rule: Rule,
        /// The entry that breaks it, from 0.
        entry: u64,
    },
    /// The commit needs a newer relay.
    NeedsUpdate,
    /// The relay could not read or write; nothing was stored.
    Failed,
    /// What was begun is over, was never begun, or was not answered rightly.
    Expired,
    /// Too many sign-ins were begun; from this time on, in milliseconds, one more is allowed.
    Limited(u64),
    /// The deployment does not know the account, and wants an invite.
    InviteNeeded,
    /// It is no invite, or none any more.
    InviteRefused,
    /// A quota is used up.
    Full(Room),
}

impl From<Unroutable> for Answer<'static> {
    fn from(reason: Unroutable) -> Self {
        match reason {
            Unroutable::NotFound => Self::NotFound,
            Unroutable::WrongMethod => Self::WrongMethod,
            Unroutable::Malformed => Self::Malformed,
        }
    }
}

impl<'a> Answer<'a> {
    /// The status of the response (`PROTOCOL.md` §7).
    pub const fn status(&self) -> u16 {
        match self {
            Self::Appended(_)
            | Self::Pulled { .. }
            | Self::Chain { .. }
            | Self::Current { .. }
            | Self::Blobs(_)
            | Self::Registering { .. }
            | Self::Challenge { .. }
            | Self::Admitted
            | Self::Credential { .. }
            | Self::Heads(_) => 200,
            Self::Malformed => 400,
            Self::Clock(_) => 401,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::Stale(_) => 409,
            Self::Expired => 410,
            Self::InviteNeeded | Self::InviteRefused => 403,
            Self::TooLarge => 413,
            Self::Refused { .. } => 422,
            Self::NeedsUpdate => 426,
            Self::Limited(_) => 429,
            Self::Failed => 500,
            Self::Full(_) => 507,
        }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        to.uint(self.number());
        self.write_fields(&mut to);
        to.into_bytes()
    }

    /// Reads the body of a response.
    ///
    /// # Errors
    /// It is malformed, over a limit, or of a number that this version does not know.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        if body.len() > limit::ANSWER {
            return Err(Malformed::Bounds);
        }
        let mut from = Reader::new(body);
        let number = from.uint()?;
        let answer = Self::read_fields(number, &mut from)?;
        from.finish()?;
        Ok(answer)
    }

    const fn number(&self) -> u64 {
        match self {
            Self::Appended(_) => 0,
            Self::Pulled { .. } => 1,
            Self::Chain { .. } => 2,
            Self::Current { .. } => 3,
            Self::Blobs(_) => 4,
            Self::Registering { .. } => 5,
            Self::Challenge { .. } => 6,
            Self::Admitted => 7,
            Self::Credential { .. } => 8,
            Self::Heads(_) => 9,
            Self::Stale(_) => 16,
            Self::Clock(_) => 17,
            Self::NotFound => 18,
            Self::WrongMethod => 19,
            Self::Malformed => 20,
            Self::TooLarge => 21,
            Self::Refused { .. } => 22,
            Self::NeedsUpdate => 23,
            Self::Failed => 24,
            Self::Expired => 25,
            Self::Limited(_) => 26,
            Self::InviteNeeded => 27,
            Self::InviteRefused => 28,
            Self::Full(_) => 29,
        }
    }

    fn write_fields(&self, to: &mut Writer) {
        match self {
            Self::Appended(head) | Self::Stale(head) => head.write(to),
            Self::Pulled { head, bundles } => {
                head.write(to);
                to.uint(bundles.len() as u64);
                bundles.iter().for_each(|bundle| bundle.write(to));
            }
            Self::Chain { head, commits } => {
                head.write(to);
                write_list(to, commits);
            }
            Self::Current { head, last, blobs } => {
                head.write(to);
                to.u8(u8::from(last.is_some()));
                last.iter().for_each(|last| last.write(to));
                write_list(to, blobs);
            }
            Self::Blobs(blobs) => write_list(to, blobs),
            Self::Full(room) => to.uint(room.number()),
            Self::Registering { attempt, response } => {
                attempt.write(to);
                response.write(to);
            }
            Self::Challenge { attempt, ke2 } => {
                attempt.write(to);
                ke2.write(to);
            }
            Self::Credential { epoch, ark_wrap, recovery_wrap } => {
                to.uint(u64::from(*epoch));
                to.sized(ark_wrap);
                to.sized(recovery_wrap);
            }
            Self::Heads(hash) => hash.write(to),
            Self::Clock(time) | Self::Limited(time) => to.uint(*time),
            Self::Refused { rule, entry } => {
                to.uint(rule.number());
                to.uint(*entry);
            }
            Self::NotFound
            | Self::WrongMethod
            | Self::Malformed
            | Self::TooLarge
            | Self::NeedsUpdate
            | Self::Failed
            | Self::Expired
            | Self::InviteNeeded
            | Self::InviteRefused
            | Self::Admitted => {}
        }
    }

    fn read_fields(number: u64, from: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(match number {
            0 => Self::Appended(Head::read(from)?),
            1 => Self::Pulled { head: Head::read(from)?, bundles: read_bundles(from)? },
            2 => Self::Chain {
                head: Head::read(from)?,
                commits: read_list(from, limit::ANSWERED, limit::COMMIT)?,
            },
            3 => Self::Current {
                head: Head::read(from)?,
                last: if from.bool()? { Some(ObjectId::read(from)?) } else { None },
                blobs: read_blobs(from, limit::ANSWERED)?,
            },
            4 => Self::Blobs(read_blobs(from, limit::ANSWERED)?),
            5 => Self::Registering { attempt: Layout::read(from)?, response: Layout::read(from)? },
            6 => Self::Challenge { attempt: Layout::read(from)?, ke2: Box::new(Layout::read(from)?) },
            7 => Self::Admitted,
            8 => Self::Credential {
                epoch: u32::try_from(from.uint()?).map_err(|_| Malformed::Bounds)?,
                ark_wrap: read_wrap(from)?,
                recovery_wrap: read_wrap(from)?,
            },
            9 => Self::Heads(Hash::read(from)?),
            16 => Self::Stale(Head::read(from)?),
            17 => Self::Clock(from.uint()?),
            18 => Self::NotFound,
            19 => Self::WrongMethod,
            20 => Self::Malformed,
            21 => Self::TooLarge,
            22 => Self::Refused { rule: Rule::of(from.uint()?)?, entry: from.uint()? },
            23 => Self::NeedsUpdate,
            24 => Self::Failed,
            25 => Self::Expired,
            26 => Self::Limited(from.uint()?),
            27 => Self::InviteNeeded,
            28 => Self::InviteRefused,
            29 => Self::Full(Room::of(from.uint()?)?),
            _ => return Err(Malformed::Unlisted),
        })
    }
}

fn read_bundles<'a>(from: &mut Reader<'a>) -> Result<Vec<Bundle<'a>>, Malformed> {
    let count = from.count(limit::ANSWERED)?;
    (0..count).map(|_| Bundle::read(from)).collect()
}

impl Rule {
    const fn number(self) -> u64 {
        match self {
            Self::Author => 1,
            Self::Body => 2,
            Self::Entry => 3,
            Self::Blob => 4,
        }
    }

    const fn of(number: u64) -> Result<Self, Malformed> {
        match number {
            1 => Ok(Self::Author),
            2 => Ok(Self::Body),
            3 => Ok(Self::Entry),
            4 => Ok(Self::Blob),
            _ => Err(Malformed::Value),
        }
    }
}

impl Room {
    const fn number(self) -> u64 {
        match self {
            Self::Bytes => 1,
            Self::Commits => 2,
            Self::Vaults => 3,
        }
    }

    const fn of(number: u64) -> Result<Self, Malformed> {
        match number {
            1 => Ok(Self::Bytes),
            2 => Ok(Self::Commits),
            3 => Ok(Self::Vaults),
            _ => Err(Malformed::Value),
        }
    }
}

impl Head {
    /// One hash of two logs' heads (`PROTOCOL.md` §6).
    pub fn joined(heads: [Self; 2]) -> Hash {
        let each = heads.map(|Self { seq, hash }| (seq.to_le_bytes(), *hash.as_bytes()));
        let [(first, one), (second, other)] = &each;
        Hash::labelled(Label::Heads, &[first, one, second, other])
    }
}

impl Layout for Head {
    fn write(&self, to: &mut Writer) {
        to.uint(self.seq);
        self.hash.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { seq: from.uint()?, hash: Layout::read(from)? })
    }
}
