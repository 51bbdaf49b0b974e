//! Administering a deployment (`PROTOCOL.md` §12).

use super::Unroutable;
use super::proof::header_bytes;
use crate::codec::{self, Layout, Malformed, Reader, Writer};
use crate::hash::{Hash, Label};
use crate::id::{LogId, PrincipalId};
use crate::key::Signature;
use crate::limit;
use crate::message::Signed;

/// The word before the digits in the header.
const SCHEME: &str = "Tacit-Admin ";
/// Digits of a proof.
const DIGITS: usize = 176;

/// A route of an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminRoute {
    /// Lists accounts, those after this one.
    Accounts(Option<PrincipalId>),
    /// Shows what an account may hold, and holds.
    Account(PrincipalId),
    /// Sets what it may hold.
    SetQuota(PrincipalId),
    /// Erases it with everything of it.
    Erase(PrincipalId),
    /// Lists invites.
    Invites,
    /// Adds an invite.
    Invite,
    /// Takes an invite back.
    Revoke(Hash),
}

impl AdminRoute {
    /// The route of a method and a target.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(method: &str, target: &str) -> Result<Self, Unroutable> {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let path = path.strip_prefix("/v1/admin/").ok_or(Unroutable::NotFound)?;
        let parts: Vec<&str> = path.splitn(4, '/').collect();
        let is = |expected: &str| if method == expected { Ok(()) } else { Err(Unroutable::WrongMethod) };
        let route = match *parts {
            ["accounts"] => is("GET").map(|()| match query {
                None => Some(Self::Accounts(None)),
                Some(query) => query.strip_prefix("after=").and_then(account).map(Some).map(Self::Accounts),
            })?,
            ["accounts", id] => is("GET").map(|()| account(id).map(Self::Account))?,
            ["accounts", id, "quota"] => is("POST").map(|()| account(id).map(Self::SetQuota))?,
            ["accounts", id, "erasure"] => is("POST").map(|()| account(id).map(Self::Erase))?,
            ["invites"] if method == "POST" => Some(Self::Invite),
            ["invites"] => is("GET").map(|()| Some(Self::Invites))?,
            ["invites", id, "revocation"] => is("POST").map(|()| Hash::from_hex(id).map(Self::Revoke))?,
            _ => return Err(Unroutable::NotFound),
        };
        let may_ask = matches!(route, Some(Self::Accounts(_)));
        route.filter(|_| may_ask || query.is_none()).ok_or(Unroutable::Malformed)
    }
}

fn account(digits: &str) -> Option<PrincipalId> {
    PrincipalId::from_hex(digits)
}

/// That an administrator sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdminProof {
    /// Milliseconds since 1970 UTC.
    pub time: u64,
    /// Random bytes.
    pub nonce: [u8; 16],
    /// Over [`AdminProof::signed_bytes`].
    pub signature: Signature,
}

impl AdminProof {
    /// Reads the value of the header.
    ///
    /// # Errors
    /// It is malformed.
    pub fn from_header(header: &str) -> Result<Self, Malformed> {
        codec::decode(&header_bytes(header, SCHEME, DIGITS)?)
    }

    /// What its signature is over.
    pub fn signed_bytes(&self, request: &Signed<'_>) -> Vec<u8> {
        let mut to = Writer::new();
        to.bytes(&Label::AdminRequest.prefix());
        request.write(&mut to);
        to.u64(self.time);
        to.bytes(&self.nonce);
        to.into_bytes()
    }
}

impl Layout for AdminProof {
    fn write(&self, to: &mut Writer) {
        to.u64(self.time);
        to.bytes(&self.nonce);
        self.signature.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { time: from.u64()?, nonce: from.array()?, signature: Layout::read(from)? })
    }
}

/// How much an account may hold (`PROTOCOL.md` §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes of each log.
    pub bytes: u64,
    /// Commits of each log.
    pub commits: u64,
    /// Vaults.
    pub vaults: u64,
}

impl Quota {
    /// That of an account of which nothing else was said.
    pub const DEFAULT: Self = Self { bytes: 1024 * 1024 * 1024, commits: 1_000_000, vaults: 16 };

    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed.
    pub fn decode(body: &[u8]) -> Result<Self, Malformed> {
        codec::decode(body)
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

impl Layout for Quota {
    fn write(&self, to: &mut Writer) {
        [self.bytes, self.commits, self.vaults].into_iter().for_each(|number| to.uint(number));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { bytes: from.uint()?, commits: from.uint()?, vaults: from.uint()? })
    }
}

/// An invite, as a deployment holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Of its code ([`Hash::of_invite`]).
    pub hash: Hash,
    /// How many accounts it is still good for.
    pub uses: u64,
    /// Its last moment, milliseconds since 1970 UTC.
    pub until: u64,
}

impl Invitation {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is malformed, or good for no account or for too many.
    pub fn decode(body: &[u8]) -> Result<Self, Malformed> {
        let invitation: Self = codec::decode(body)?;
        let is_good = (1..=limit::INVITE_USES).contains(&invitation.uses);
        if is_good { Ok(invitation) } else { Err(Malformed::Bounds) }
    }

    /// Writes the body of a request.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

impl Layout for Invitation {
    fn write(&self, to: &mut Writer) {
        self.hash.write(to);
        to.uint(self.uses);
        to.uint(self.until);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { hash: Layout::read(from)?, uses: from.uint()?, until: from.uint()? })
    }
}

/// An account on a deployment's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub account: PrincipalId,
    /// Since when, milliseconds since 1970 UTC.
    pub since: u64,
}

/// How much a log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Which.
    pub log: LogId,
    /// Bytes of its commits, and of its blobs that are not erased.
    pub bytes: u64,
    /// Its commits.
    pub commits: u64,
}

/// What an administrator is answered, beside the refusals of [`super::Answer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminAnswer {
    /// It is done.
    Done,
    /// Accounts, ascending, and whether there are more.
    Accounts(Vec<Listed>, bool),
    /// An account.
    Account {
        /// Since when it is on the list.
        since: u64,
        /// What it may hold.
        quota: Quota,
        /// What its logs hold.
        logs: Vec<Holding>,
    },
    /// Invites.
    Invites(Vec<Invitation>),
}

impl AdminAnswer {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new();
        match self {
            Self::Done => to.uint(32),
            Self::Accounts(accounts, has_more) => {
                to.uint(33);
                write_items(&mut to, accounts);
                to.bool(*has_more);
            }
            Self::Account { since, quota, logs } => {
                to.uint(34);
                to.uint(*since);
                quota.write(&mut to);
                write_items(&mut to, logs);
            }
            Self::Invites(invites) => {
                to.uint(35);
                write_items(&mut to, invites);
            }
        }
        to.into_bytes()
    }
}

fn write_items(to: &mut Writer, items: &[impl Layout]) {
    to.uint(items.len() as u64);
    items.iter().for_each(|item| item.write(to));
}

impl Layout for Listed {
    fn write(&self, to: &mut Writer) {
        self.account.write(to);
        to.uint(self.since);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { account: Layout::read(from)?, since: from.uint()? })
    }
}

impl Layout for Holding {
    fn write(&self, to: &mut Writer) {
        self.log.write(to);
        to.uint(self.bytes);
        to.uint(self.commits);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { log: Layout::read(from)?, bytes: from.uint()?, commits: from.uint()? })
    }
}
