//! The first commit of a log: who founds it, with which device, and the scope above all others.

use crypto::{DeviceKeys, Identity as IdentityKeys, Keychain, ScopeSecret, SignatureLabel};
use protocol::{
    Access, AccessMethod, ActId, AgreementKey, Commit, Device, DeviceId, Entry, Genesis, Grant, Hash, LogId,
    LogKind, Member, MemberKind, PrincipalId, Rights, Scope, ScopeId, Signature, Stamp, Unsigned,
    VerifyingKey,
};
use rand_core::CryptoRngCore;

use super::Error;
use crate::model::Timestamp;
use crate::unlocked::{scope_at, wrap_of};

/// Who signs.
#[derive(Clone, Copy)]
pub(super) struct Author {
    pub(super) principal: PrincipalId,
    pub(super) device: DeviceId,
}

/// A log that is about to be founded.
pub(super) struct Founding {
    pub(super) log: LogId,
    pub(super) root: ScopeSecret,
    genesis: Genesis,
}

/// The nonce of a new log, and the log's id.
pub(super) fn draw_log(kind: LogKind, signing: [u8; 32], rng: &mut impl CryptoRngCore) -> ([u8; 32], LogId) {
    let mut nonce = [0; 32];
    rng.fill_bytes(&mut nonce);
    (nonce, kind.log_id(&VerifyingKey::new(signing), &nonce))
}

impl Founding {
    pub(super) fn new(
        kind: LogKind,
        nonce: [u8; 32],
        chain: &Keychain,
        principal: PrincipalId,
        rng: &mut impl CryptoRngCore,
    ) -> Self {
        let signing = VerifyingKey::new(chain.identity.public().signing);
        let genesis = Genesis { kind, nonce, principal, signing };
        let log = genesis.log_id();
        let root = ScopeSecret::generate(scope_at(log, ScopeId::new(draw(rng)), 1), rng);
        Self { log, root, genesis }
    }

    /// The entries that have to come first.
    pub(super) fn entries(
        &self,
        chain: &Keychain,
        author: Author,
        rng: &mut impl CryptoRngCore,
    ) -> Option<Vec<Entry>> {
        let scope = ScopeId::new(self.root.at().scope);
        Some(vec![
            Entry::Genesis(self.genesis.clone()),
            Entry::Scope(Scope { scope, epoch: 1, parents: Vec::new(), previous: None }),
            Entry::Member(self.member(chain, author.principal, scope, rng)?),
            Entry::Device(device(chain, author)),
        ])
    }

    fn member(
        &self,
        chain: &Keychain,
        principal: PrincipalId,
        scope: ScopeId,
        rng: &mut impl CryptoRngCore,
    ) -> Option<Member> {
        let public = chain.identity.public();
        let secret = wrap_of(&chain.root.wrap_access(&self.root, rng))?;
        let access =
            Access { scope, epoch: 1, method: AccessMethod::RootKey, key: chain.root.epoch(), secret };
        Some(Member {
            principal,
            kind: MemberKind::Account,
            generation: chain.identity.generation(),
            signing: VerifyingKey::new(public.signing),
            agreement: AgreementKey::new(public.agreement),
            grants: vec![Grant { scope, rights: Rights::ALL }],
            access: vec![access],
        })
    }
}

/// This device, certified by the account's identity.
pub(super) fn device(chain: &Keychain, author: Author) -> Device {
    certified(&chain.identity, &chain.device, author)
}

/// A device, certified by an identity.
pub(super) fn certified(identity: &IdentityKeys, device: &DeviceKeys, author: Author) -> Device {
    let public = device.public();
    let (account, id) = (*author.principal.as_bytes(), *author.device.as_bytes());
    Device {
        principal: author.principal,
        device: author.device,
        signing: VerifyingKey::new(public.signing),
        agreement: AgreementKey::new(public.agreement),
        generation: identity.generation(),
        certificate: Signature::new(identity.certify_device(account, id, &public)),
    }
}

/// The stamp of the first commit of a log.
pub(super) const fn first_stamp(log: LogId, author: Author, act: ActId, now: Timestamp) -> Stamp {
    Stamp {
        log,
        seq: 0,
        prev: Hash::ZERO,
        author: author.principal,
        device: author.device,
        counter: 1,
        time: now.0,
        act,
        part: 1,
        parts: 1,
    }
}

/// Lays out and signs a commit.
pub(super) fn sign(chain: &Keychain, stamp: Stamp, entries: &[Entry]) -> Result<Commit, Error> {
    let unsigned = Unsigned::new(stamp, entries).map_err(|_| Error::TooMuch)?;
    let signature = chain.device.sign(SignatureLabel::Commit, unsigned.hash().as_bytes());
    Ok(unsigned.sign(Signature::new(signature)))
}

/// 16 random bytes.
pub(super) fn draw(rng: &mut impl CryptoRngCore) -> [u8; 16] {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    bytes
}
