//! What is said over a socket (`PROTOCOL.md` §15).

use super::{Bundle, Head, Introduction};
use crate::codec::{Layout, Malformed, Reader, Writer, layout};
use crate::entry::Device;
use crate::hash::Label;
use crate::id::{DeviceId, LogId, PrincipalId};
use crate::key::Signature;
use crate::limit;

/// The name of these frames among the subprotocols of a socket.
pub const SUBPROTOCOL: &str = "tacit.v1";

/// Bytes of a relay's longest frame: its number and a commit with its blobs.
const LONGEST: usize = 1 + limit::PUSHED;

/// What a relay draws for a socket.
pub type Challenge = [u8; 32];

/// What a relay says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayFrame<'a> {
    /// Prove who you are.
    Challenge(Challenge),
    /// How far the log has come.
    Head(Head),
    /// What was stored, whole.
    Commit(Bundle<'a>),
    /// Another device locks this one.
    Lock(Lock),
}

/// What a client says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// Who it is.
    Proof(SocketProof),
    /// The account's other devices are to lock.
    Lock(Lock),
}

/// Who a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketProof {
    /// Whose device it is.
    pub account: PrincipalId,
    /// The device.
    pub device: DeviceId,
    /// Over [`SocketProof::signed_bytes`].
    pub signature: Signature,
    /// Of a device that is not in the log's roster yet.
    pub introduction: Option<Introduction>,
}

/// Says that the other devices of an account are to lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Whose devices.
    pub account: PrincipalId,
    /// The device at which a person said so.
    pub device: DeviceId,
    /// When, in milliseconds since 1970 UTC.
    pub time: u64,
    /// Over [`Lock::signed_bytes`].
    pub signature: Signature,
}

impl SocketProof {
    /// What its signature is over, for the socket of a log at a relay that drew this challenge.
    pub fn signed_bytes(&self, origin: &str, log: LogId, challenge: &Challenge) -> Vec<u8> {
        [Label::Socket.prefix(), self.signed_fields(origin, log, challenge)].concat()
    }

    /// What its signature is over, behind its label.
    pub fn signed_fields(&self, origin: &str, log: LogId, challenge: &Challenge) -> Vec<u8> {
        let mut to = Writer::new();
        to.prefixed(origin.as_bytes());
        log.write(&mut to);
        self.account.write(&mut to);
        self.device.write(&mut to);
        to.bytes(challenge);
        to.into_bytes()
    }

    /// The device as it introduces itself.
    pub fn introduced(&self) -> Option<Device> {
        Some(self.introduction?.device(self.account, self.device))
    }
}

impl Lock {
    /// What its signature is over, at the relay of this origin.
    pub fn signed_bytes(&self, origin: &str) -> Vec<u8> {
        [Label::Lock.prefix(), self.signed_fields(origin)].concat()
    }

    /// What its signature is over, behind its label.
    pub fn signed_fields(&self, origin: &str) -> Vec<u8> {
        let mut to = Writer::new();
        to.prefixed(origin.as_bytes());
        self.account.write(&mut to);
        self.device.write(&mut to);
        to.u64(self.time);
        to.into_bytes()
    }
}

impl<'a> RelayFrame<'a> {
    /// The bytes of what tells of a stored commit: all of it, or where that is too long, the head that it makes.
    pub fn of_stored(bundle: Bundle<'a>, head: Head) -> Vec<u8> {
        let least = bundle.commit.len() + bundle.blobs.iter().map(|blob| blob.len()).sum::<usize>();
        let whole = (least <= limit::PUSHED).then(|| Self::Commit(bundle).encode());
        whole.filter(|whole| whole.len() <= LONGEST).unwrap_or_else(|| Self::Head(head).encode())
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        match self {
            Self::Challenge(challenge) => {
                to.uint(0);
                to.bytes(challenge);
            }
            Self::Head(head) => {
                to.uint(1);
                head.write(&mut to);
            }
            Self::Commit(bundle) => {
                to.uint(2);
                bundle.write(&mut to);
            }
            Self::Lock(lock) => {
                to.uint(3);
                lock.write(&mut to);
            }
        }
        to.into_bytes()
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// It is malformed, over a limit, or of a number that this version does not know.
    pub fn decode(frame: &'a [u8]) -> Result<Self, Malformed> {
        if frame.len() > LONGEST {
            return Err(Malformed::Bounds);
        }
        let mut from = Reader::new(frame);
        let frame = match from.uint()? {
            0 => Self::Challenge(from.array()?),
            1 => Self::Head(Layout::read(&mut from)?),
            2 => Self::Commit(Bundle::read(&mut from)?),
            3 => Self::Lock(Layout::read(&mut from)?),
            _ => return Err(Malformed::Value),
        };
        from.finish()?;
        Ok(frame)
    }
}

impl ClientFrame {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        match self {
            Self::Proof(proof) => {
                to.uint(0);
                proof.write(&mut to);
            }
            Self::Lock(lock) => {
                to.uint(1);
                lock.write(&mut to);
            }
        }
        to.into_bytes()
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// It is malformed, over the limit, or of a number that this version does not know.
    pub fn decode(frame: &[u8]) -> Result<Self, Malformed> {
        if frame.len() > limit::CLIENT_FRAME {
            return Err(Malformed::Bounds);
        }
        let mut from = Reader::new(frame);
        let frame = match from.uint()? {
            0 => Self::Proof(Layout::read(&mut from)?),
            1 => Self::Lock(Layout::read(&mut from)?),
            _ => return Err(Malformed::Value),
        };
        from.finish()?;
        Ok(frame)
    }
}

layout!(Lock { account, device, time, signature });

impl Layout for SocketProof {
    fn write(&self, to: &mut Writer) {
        self.account.write(to);
        self.device.write(to);
        self.signature.write(to);
        self.introduction.iter().for_each(|introduction| introduction.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            account: Layout::read(from)?,
            device: Layout::read(from)?,
            signature: Layout::read(from)?,
            introduction: Introduction::read_rest(from)?,
        })
    }
}
