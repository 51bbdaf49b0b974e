//! What a relay tells without being asked (`protocol/PROTOCOL.md` §15).

use crypto::SignatureLabel;
use protocol::message::{Bundle, Challenge, ClientFrame, Head, Lock, RelayFrame, Route, SocketProof};
use protocol::{Commit, Signature, limit};
use rand_core::CryptoRngCore;

use super::ask::{RemoteError, introduction};
use super::sync::Side;
use crate::model::Timestamp;
use crate::port::Store;
use crate::session::Session;
use crate::session::found::{Author, device};
use crate::unlocked::strict;

/// A socket to a relay.
#[derive(Clone, Copy, Debug)]
pub struct Socket<'a> {
    /// How clients name the relay.
    pub origin: &'a str,
    /// Of which log.
    pub side: Side,
    /// When the vault was opened here: what says that it is to be locked is later.
    pub opened: Timestamp,
}

/// What comes of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// This is to be said there: it proves who this device is.
    Prove(Vec<u8>),
    /// Nothing: this device has what the relay has.
    Nothing,
    /// What the relay has more is taken in.
    Taken,
    /// What the relay has is not what this device has: [`Session::sync`] finds out.
    Ask,
    /// Another device of the account locks this one.
    Locked,
}

impl<S: Store> Session<S> {
    /// Where a relay tells of the account's log, and of the vault's.
    pub fn sockets(&self) -> [String; 2] {
        [Side::Account, Side::Vault].map(|side| Route::Socket(self.state(side).log()).to_string())
    }

    /// Takes in a frame of a relay, at `now`.
    ///
    /// # Errors
    /// It is none, or a commit that is not true to the log; or this device could not take it in.
    pub async fn hear(
        &mut self,
        socket: &Socket<'_>,
        frame: &[u8],
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Told, RemoteError> {
        match RelayFrame::decode(frame).map_err(|_| RemoteError::Untrue)? {
            RelayFrame::Challenge(challenge) => Ok(Told::Prove(self.prove(socket, &challenge))),
            // Of a relay whose log is not the one it was nothing is taken, nor asked.
            RelayFrame::Head(_) | RelayFrame::Commit(_) if self.is_quarantined(socket.origin) => {
                Ok(Told::Nothing)
            }
            RelayFrame::Head(head) => self.compare(socket.side, head).await,
            RelayFrame::Commit(bundle) => self.take_pushed(socket.side, bundle, rng).await,
            RelayFrame::Lock(lock) if self.obeys(socket, &lock, now) => Ok(Told::Locked),
            RelayFrame::Lock(_) => Ok(Told::Nothing),
        }
    }

    /// What a device says on the socket of the account's log when a person locks the vault everywhere.
    pub fn lock_frame(&self, origin: &str, now: Timestamp) -> Vec<u8> {
        let Author { principal: account, device } = self.author();
        let mut lock = Lock { account, device, time: now.0, signature: Signature::UNSIGNED };
        let signature = self.keys.chain.device.sign(SignatureLabel::Lock, &lock.signed_fields(origin));
        lock.signature = Signature::new(signature);
        ClientFrame::Lock(lock).encode()
    }

    /// A device introduces itself to a log that does not hold it yet.
    fn prove(&self, socket: &Socket<'_>, challenge: &Challenge) -> Vec<u8> {
        let (author, state) = (self.author(), self.state(socket.side));
        let is_new = state.device(author.device).is_none();
        let introduction = is_new.then(|| introduction(&device(&self.keys.chain, author)));
        let Author { principal: account, device } = author;
        let mut proof = SocketProof { account, device, signature: Signature::UNSIGNED, introduction };
        let fields = proof.signed_fields(socket.origin, state.log(), challenge);
        proof.signature = Signature::new(self.keys.chain.device.sign(SignatureLabel::Socket, &fields));
        ClientFrame::Proof(proof).encode()
    }

    async fn compare(&mut self, side: Side, head: Head) -> Result<Told, RemoteError> {
        self.refresh().await?;
        let own = self.state(side).head();
        Ok(if (own.seq, own.hash) == (head.seq, head.hash) { Told::Nothing } else { Told::Ask })
    }

    /// What continues this device's log of the vault is taken in as if it had been asked for. Much follows from what comes in
    /// an account's log, which [`Session::sync`] does.
    async fn take_pushed(
        &mut self,
        side: Side,
        bundle: Bundle<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Told, RemoteError> {
        self.refresh().await?;
        let commit = Commit::decode(bundle.commit).map_err(|_| RemoteError::Untrue)?;
        let (stamp, own) = (commit.stamp(), self.state(side).head());
        if side == Side::Vault
            && (stamp.seq, stamp.prev) == (own.seq + 1, own.hash)
            && self.take(side, &[bundle], rng).await?.is_some_and(|taken| taken > 0)
        {
            return Ok(Told::Taken);
        }
        // Another session of this store may have been faster.
        let is_here = stamp.seq <= self.state(side).head().seq;
        let is_known = is_here && self.hash(side, stamp.seq).await? == commit.hash();
        Ok(if is_known { Told::Nothing } else { Told::Ask })
    }

    /// Whether a device of this account said it, later than this one was opened and not long ago.
    fn obeys(&self, socket: &Socket<'_>, lock: &Lock, now: Timestamp) -> bool {
        let (account, state) = (self.author().principal, &self.account.state);
        let device = state.device(lock.device).filter(|it| !it.revoked && it.principal == account);
        socket.side == Side::Account
            && lock.account == account
            && lock.time > socket.opened.0
            && lock.time.abs_diff(now.0) <= limit::CLOCK
            && device
                .is_some_and(|it| strict(&it.signing, &lock.signed_bytes(socket.origin), &lock.signature))
    }
}
