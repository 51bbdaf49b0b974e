//! The rules of sockets, pure (`PROTOCOL.md` §15): who proves to be of the log, what is told to whom, and which are closed.
//!
//! A relay keeps nothing of a socket but a [`Socket`], which lies with it while the log's object sleeps.

use protocol::message::{Bundle, Challenge, ClientFrame, Head, Lock, RelayFrame, SUBPROTOCOL, SocketProof};
use protocol::{DeviceId, Entry, LogKind, PrincipalId, Roster, Verify, limit};
use rand_core::CryptoRngCore;

use crate::log::{self, Claim};
use crate::store::{Failed, Read};

/// What a relay knows of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Socket {
    /// When it was opened or, once it is proven, when that was.
    since: u64,
    standing: Standing,
    /// How its client names the relay.
    origin: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Challenged(Challenge),
    Proven(Client),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Client {
    account: PrincipalId,
    device: DeviceId,
    /// The generation of the identity by which it introduced itself; no identity has 0.
    generation: u32,
}

/// Why a relay closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Close {
    /// Its lock was handed on.
    Done = 1000,
    /// The relay could not read.
    Failed = 1011,
    /// What came is no frame, is out of turn, or is a lock that is not taken.
    Malformed = 4400,
    /// Its client is not answered.
    NotFound = 4404,
    /// It was not proven in time.
    Late = 4408,
    /// There are too many, and this is the eldest.
    TooMany = 4429,
}

/// What comes of a client's frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The socket is proven: it is this from now on, and is sent this frame.
    Proven(Socket, Vec<u8>),
    /// This frame goes to each socket that [`Socket::is_locked_by`] this one, which is closed.
    Lock(Vec<u8>),
    /// The socket is closed.
    Closed(Close),
}

/// What a stored commit is to the log's sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    frame: Vec<u8>,
    /// Who sent it.
    sender: DeviceId,
    /// Who is in the log after it, where that may be others than before.
    roster: Option<Roster>,
}

/// What a socket gets of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share<'a> {
    /// Nothing.
    Nothing,
    /// This frame.
    Frame(&'a [u8]),
    /// It is closed.
    Closed(Close),
}

/// Whether a request for the route of sockets asks for one, by its headers `Upgrade` and `Sec-WebSocket-Protocol`.
pub fn is_asked_for(upgrade: Option<&str>, subprotocols: Option<&str>) -> bool {
    let mut names = subprotocols.unwrap_or_default().split(',').map(str::trim);
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
        && names.any(|name| name == SUBPROTOCOL)
}

/// Which of a log's sockets have to go, and why: those that are late, and the eldest where there are too many.
pub fn surplus(sockets: &[Socket], now: u64) -> Vec<(usize, Close)> {
    let (mut proven, mut unproven, mut closed) = (Vec::new(), Vec::new(), Vec::new());
    for (index, socket) in sockets.iter().enumerate() {
        match socket.standing {
            Standing::Proven(_) => proven.push((socket.since, index)),
            Standing::Challenged(_) if socket.is_late(now) => closed.push((index, Close::Late)),
            Standing::Challenged(_) => unproven.push((socket.since, index)),
        }
    }
    for (mut some, most) in [(proven, limit::PROVEN_SOCKETS), (unproven, limit::UNPROVEN_SOCKETS)] {
        some.sort_unstable();
        let over = some.len().saturating_sub(most);
        closed.extend(some.iter().take(over).map(|(_, index)| (*index, Close::TooMany)));
    }
    closed
}

impl Socket {
    /// A new socket, and the frame that it is sent.
    pub fn open(origin: &str, now: u64, rng: &mut impl CryptoRngCore) -> (Self, Vec<u8>) {
        let mut challenge = Challenge::default();
        rng.fill_bytes(&mut challenge);
        let standing = Standing::Challenged(challenge);
        let socket = Self { since: now, standing, origin: origin.to_owned() };
        (socket, RelayFrame::Challenge(challenge).encode())
    }

    /// What comes of a frame of its client.
    pub fn hear(&self, frame: &[u8], now: u64, store: &impl Read, verify: &impl Verify) -> Heard {
        self.decide(frame, now, store, verify).unwrap_or_else(Heard::Closed)
    }

    fn decide(
        &self,
        frame: &[u8],
        now: u64,
        store: &impl Read,
        verify: &impl Verify,
    ) -> Result<Heard, Close> {
        let frame = ClientFrame::decode(frame).map_err(|_| Close::Malformed)?;
        match (self.standing, frame) {
            (Standing::Challenged(_), _) if self.is_late(now) => Err(Close::Late),
            (Standing::Challenged(challenge), ClientFrame::Proof(proof)) => {
                let roster = log::roster(store)?.ok_or(Close::NotFound)?;
                self.prove(&challenge, &proof, &roster, now, verify)
            }
            (Standing::Proven(client), ClientFrame::Lock(lock)) => {
                let roster = log::roster(store)?.ok_or(Close::NotFound)?;
                self.lock(client, lock, &roster, now, verify)
            }
            _ => Err(Close::Malformed),
        }
    }

    fn prove(
        &self,
        challenge: &Challenge,
        proof: &SocketProof,
        roster: &Roster,
        now: u64,
        verify: &impl Verify,
    ) -> Result<Heard, Close> {
        let SocketProof { account, device, signature, introduction } = *proof;
        let claim = Claim { account, device, introduced: proof.introduced() };
        let signed = proof.signed_bytes(&self.origin, roster.head().log, challenge);
        if claim.signing(roster, &signed, &signature, verify).is_none() {
            return Err(Close::NotFound);
        }
        let generation = introduction.map_or(0, |introduction| introduction.generation);
        let standing = Standing::Proven(Client { account, device, generation });
        let head = RelayFrame::Head(log::head_of(roster)).encode();
        Ok(Heard::Proven(Self { since: now, standing, origin: self.origin.clone() }, head))
    }

    fn lock(
        &self,
        client: Client,
        lock: Lock,
        roster: &Roster,
        now: u64,
        verify: &impl Verify,
    ) -> Result<Heard, Close> {
        let Lock { account, device, time, signature } = lock;
        let is_of_account = roster.kind() == LogKind::Account && account == roster.head().log.principal();
        let is_own = (account, device) == (client.account, client.device);
        let claim = Claim { account, device, introduced: None };
        let signed = lock.signed_bytes(&self.origin);
        let is_taken = is_of_account
            && is_own
            && time.abs_diff(now) <= limit::CLOCK
            && claim.signing(roster, &signed, &signature, verify).is_some();
        if is_taken { Ok(Heard::Lock(RelayFrame::Lock(lock).encode())) } else { Err(Close::Malformed) }
    }

    /// What it gets of a stored commit.
    pub fn share<'a>(&self, news: &'a News) -> Share<'a> {
        let Standing::Proven(client) = self.standing else { return Share::Nothing };
        match &news.roster {
            Some(roster) if !client.is_of(roster) => Share::Closed(Close::NotFound),
            _ if client.device == news.sender => Share::Nothing,
            _ => Share::Frame(&news.frame),
        }
    }

    /// Whether a lock that `sender` brought goes to it.
    pub fn is_locked_by(&self, sender: &Self) -> bool {
        match (self.standing, sender.standing) {
            (Standing::Proven(client), Standing::Proven(sender)) => client.device != sender.device,
            _ => false,
        }
    }

    /// Whether it is none that was proven, and is closed because of what its client said.
    pub const fn proves_nothing(&self, why: Close) -> bool {
        matches!(self.standing, Standing::Challenged(_)) && matches!(why, Close::Malformed | Close::NotFound)
    }

    const fn is_late(&self, now: u64) -> bool {
        now.saturating_sub(self.since) > limit::UNPROVEN
    }

    /// As it lies with the socket: time, what stands behind it, and the origin.
    pub fn to_bytes(&self) -> Vec<u8> {
        let since = self.since.to_le_bytes();
        let standing = match &self.standing {
            Standing::Challenged(challenge) => [&[0], &challenge[..]].concat(),
            Standing::Proven(Client { account, device, generation }) => {
                [&[1], &account.as_bytes()[..], device.as_bytes(), &generation.to_le_bytes()].concat()
            }
        };
        [&since, &standing[..], self.origin.as_bytes()].concat()
    }

    /// Reads what [`Socket::to_bytes`] wrote; `None` if that is not what it is.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (since, rest) = bytes.split_first_chunk()?;
        let (standing, origin) = match rest.split_first()? {
            (0, rest) => {
                let (challenge, rest) = rest.split_first_chunk()?;
                (Standing::Challenged(*challenge), rest)
            }
            (1, rest) => {
                let (account, rest) = rest.split_first_chunk()?;
                let (device, rest) = rest.split_first_chunk()?;
                let (generation, rest) = rest.split_first_chunk()?;
                let (account, device) = (PrincipalId::new(*account), DeviceId::new(*device));
                let generation = u32::from_le_bytes(*generation);
                (Standing::Proven(Client { account, device, generation }), rest)
            }
            _ => return None,
        };
        let origin = String::from_utf8(origin.to_vec()).ok()?;
        Some(Self { since: u64::from_le_bytes(*since), standing, origin })
    }
}

impl Client {
    /// Whether it could still be proven.
    fn is_of(&self, roster: &Roster) -> bool {
        let member = roster.member(self.account).filter(|member| !member.grants.is_empty());
        member.is_some_and(|member| match roster.device(self.device) {
            Some(device) => !device.revoked && device.principal == self.account,
            None => self.generation == member.generation,
        })
    }
}

impl News {
    /// Of a commit that makes this head, with its entries, sent by that device; `after` is who is in the log then.
    pub(crate) fn of(
        bundle: Bundle<'_>,
        head: Head,
        entries: &[Entry],
        sender: DeviceId,
        after: impl FnOnce() -> Result<Roster, Failed>,
    ) -> Result<Self, Failed> {
        let excludes = |it: &Entry| matches!(it, Entry::Revoke(_) | Entry::Identity(_) | Entry::Member(_));
        let roster = if entries.iter().any(excludes) { Some(after()?) } else { None };
        Ok(Self { frame: RelayFrame::of_stored(bundle, head), sender, roster })
    }
}

impl From<Failed> for Close {
    fn from(Failed: Failed) -> Self {
        Self::Failed
    }
}
