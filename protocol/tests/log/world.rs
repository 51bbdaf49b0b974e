//! A small vault with real signatures, for all proofs here.
//!
//! Scopes: root > project > dev, prod. Object 1 lies in dev with overview and value at revision 1.
//! The owner has one device; the guest has write, names and values on dev, and one device.

use ed25519_dalek::{Signer, SigningKey};
use protocol::{
    Access, AccessMethod, ActId, AgreementKey, Commit, Device, DeviceId, Edge, Entry, Fault, Genesis, Grant,
    Hash, Head, Identity, LogId, LogKind, Member, MemberKind, ObjectId, Part, PrincipalId, Put, Refusal,
    Rejection, Rights, Scope, ScopeId, Signature, Stamp, State, Unsigned, VerifyingKey, Wrap, Wrapped, Wraps,
};
use sha2::{Digest, Sha256};

pub(crate) const ROOT: ScopeId = ScopeId::new([0x10; 16]);
pub(crate) const PROJECT: ScopeId = ScopeId::new([0x20; 16]);
pub(crate) const DEV: ScopeId = ScopeId::new([0x31; 16]);
pub(crate) const PROD: ScopeId = ScopeId::new([0x32; 16]);
/// No scope of any world.
pub(crate) const NOWHERE: ScopeId = ScopeId::new([0xEE; 16]);
pub(crate) const OBJECT: ObjectId = object(1);

/// A verifier as the product's: strict Ed25519.
pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool {
    let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(key.as_bytes()) else { return false };
    key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature.as_bytes())).is_ok()
}

/// Someone with an identity and a device.
#[derive(Clone)]
pub(crate) struct Actor {
    pub(crate) principal: PrincipalId,
    pub(crate) device: DeviceId,
    identity: SigningKey,
    signing: SigningKey,
}

impl Actor {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            principal: PrincipalId::new([seed; 16]),
            device: DeviceId::new([seed | 0x80; 16]),
            identity: SigningKey::from_bytes(&[seed; 32]),
            signing: SigningKey::from_bytes(&[seed | 0x80; 32]),
        }
    }

    /// The same principal on another device.
    pub(crate) fn on_device(&self, seed: u8) -> Self {
        Self {
            device: DeviceId::new([seed; 16]),
            signing: SigningKey::from_bytes(&[seed; 32]),
            ..self.clone()
        }
    }

    /// The same keys under another principal.
    pub(crate) fn as_principal(&self, principal: PrincipalId) -> Self {
        Self { principal, ..self.clone() }
    }

    pub(crate) fn identity_key(&self) -> VerifyingKey {
        VerifyingKey::new(self.identity.verifying_key().to_bytes())
    }

    pub(crate) fn device_entry(&self, generation: u32) -> Device {
        let mut device = Device {
            principal: self.principal,
            device: self.device,
            signing: VerifyingKey::new(self.signing.verifying_key().to_bytes()),
            agreement: AgreementKey::new([0xA1; 32]),
            generation,
            certificate: Signature::UNSIGNED,
        };
        device.certificate = sign(&self.identity, &device.signed_bytes());
        device
    }

    /// The identity entry that hands over to `next`'s identity.
    pub(crate) fn identity_entry(&self, next: &Self, generation: u32) -> Identity {
        let mut identity = Identity {
            principal: self.principal,
            generation,
            signing: next.identity_key(),
            agreement: AgreementKey::new([0xA2; 32]),
            certificate: Signature::UNSIGNED,
        };
        identity.certificate = sign(&self.identity, &identity.signed_bytes());
        identity
    }

    pub(crate) fn member_entry(&self, grants: &[(ScopeId, Rights)], access: &[(ScopeId, u32)]) -> Member {
        Member {
            principal: self.principal,
            kind: MemberKind::Account,
            generation: 1,
            signing: self.identity_key(),
            agreement: AgreementKey::new([0xA0; 32]),
            grants: grants.iter().map(|(scope, rights)| Grant { scope: *scope, rights: *rights }).collect(),
            access: access.iter().map(|(scope, epoch)| access_item(*scope, *epoch)).collect(),
        }
    }

    pub(crate) fn sign(&self, stamp: Stamp, entries: &[Entry]) -> Commit {
        let unsigned = Unsigned::new(stamp, entries).expect("entries are within the limits");
        let signature = self.sign_bytes(&unsigned.signed_bytes());
        unsigned.sign(signature)
    }

    /// Its device's signature.
    pub(crate) fn sign_bytes(&self, message: &[u8]) -> Signature {
        sign(&self.signing, message)
    }
}

fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::new(key.sign(message).to_bytes())
}

/// A log, who may write in it, and every commit so far.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) owner: Actor,
    pub(crate) guest: Actor,
    pub(crate) commits: Vec<Commit>,
}

impl World {
    /// The vault that the head of this file describes.
    pub(crate) fn vault() -> Self {
        let mut world = Self::founded(LogKind::Vault);
        world.take(&[
            scope(PROJECT, 1, &[(ROOT, 1)]),
            scope(DEV, 1, &[(PROJECT, 1)]),
            scope(PROD, 1, &[(PROJECT, 1)]),
            Entry::Put(put(OBJECT, Part::Overview, 1, &[(DEV, 1)])),
            Entry::Put(put(OBJECT, Part::Value, 1, &[(DEV, 1)])),
        ]);
        let rights = Rights::NAMES | Rights::VALUES | Rights::WRITE;
        world.take(&[Entry::Member(world.guest.member_entry(&[(DEV, rights)], &[(DEV, 1)]))]);
        let guest = world.guest.clone();
        world.take_by(&guest, &[Entry::Device(guest.device_entry(1))]);
        world
    }

    /// An account's log with one device.
    pub(crate) fn account() -> Self {
        Self::founded(LogKind::Account)
    }

    pub(crate) fn founded(kind: LogKind) -> Self {
        let (owner, stamp, entries) = founding(kind);
        let commit = owner.sign(stamp, &entries);
        let state = State::found(&commit, &verify).expect("the log is founded rightly");
        Self { state, owner, guest: Actor::new(2), commits: vec![commit] }
    }

    /// The stamp of what `actor` would commit next.
    pub(crate) fn stamp(&self, actor: &Actor) -> Stamp {
        Stamp {
            log: self.state.log(),
            seq: self.state.next_seq(),
            prev: self.state.head().hash,
            author: actor.principal,
            device: actor.device,
            counter: self.state.device(actor.device).map_or(1, |device| device.counter + 1),
            time: 1_700_000_000_000,
            act: ActId::new([7; 16]),
            part: 1,
            parts: 1,
        }
    }

    pub(crate) fn commit_by(&self, actor: &Actor, entries: &[Entry]) -> Commit {
        actor.sign(self.stamp(actor), entries)
    }

    pub(crate) fn take(&mut self, entries: &[Entry]) {
        let owner = self.owner.clone();
        self.take_by(&owner, entries);
    }

    pub(crate) fn take_by(&mut self, actor: &Actor, entries: &[Entry]) {
        let commit = self.commit_by(actor, entries);
        self.state.accept(&commit, &verify).expect("the commit is acceptable");
        self.commits.push(commit);
    }

    /// Whether it would be taken in, on a copy.
    pub(crate) fn takes_by(&self, actor: &Actor, entries: &[Entry]) -> bool {
        self.clone().state.accept(&self.commit_by(actor, entries), &verify).is_ok()
    }

    pub(crate) fn takes(&self, entries: &[Entry]) -> bool {
        self.takes_by(&self.owner, entries)
    }

    /// Why `commit` is not taken in; that it left no trace is checked here, for every refusal there is.
    pub(crate) fn refusal(&self, commit: &Commit) -> Refusal {
        let mut state = self.state.clone();
        let refusal = state.accept(commit, &verify).expect_err("the commit is not acceptable");
        assert_eq!(state, self.state, "a refused commit leaves the fold as it was");
        assert_eq!(state.encode(), self.state.encode());
        refusal
    }

    /// Which rule entry `index` of `entries` breaks.
    pub(crate) fn fault_by(&self, actor: &Actor, index: u16, entries: &[Entry]) -> Fault {
        match self.refusal(&self.commit_by(actor, entries)) {
            Refusal::Rejected(Rejection::Entry { index: at, fault }) => {
                assert_eq!(at, index, "{fault}");
                fault
            }
            other => panic!("not an entry's fault: {other:?}"),
        }
    }

    pub(crate) fn fault(&self, entry: Entry) -> Fault {
        self.fault_by(&self.owner, 0, &[entry])
    }
}

/// The owner, the stamp and the entries that found a log.
pub(crate) fn founding(kind: LogKind) -> (Actor, Stamp, Vec<Entry>) {
    let mut owner = Actor::new(1);
    let nonce = [0x5A; 32];
    let log: LogId = kind.log_id(&owner.identity_key(), &nonce);
    if kind == LogKind::Account {
        owner.principal = log.principal();
    }
    let genesis = Genesis { kind, nonce, principal: owner.principal, signing: owner.identity_key() };
    let entries = vec![
        Entry::Genesis(genesis),
        scope(ROOT, 1, &[]),
        Entry::Member(owner.member_entry(&[(ROOT, Rights::ALL)], &[(ROOT, 1)])),
        Entry::Device(owner.device_entry(1)),
    ];
    let stamp = Stamp {
        log,
        seq: 0,
        prev: Hash::ZERO,
        author: owner.principal,
        device: owner.device,
        counter: 1,
        time: 1_700_000_000_000,
        act: ActId::new([7; 16]),
        part: 1,
        parts: 1,
    };
    (owner, stamp, entries)
}

/// The owner's next commit with its body changed afterwards, but hashed and signed as `LOG.md` §2 says.
pub(crate) fn resigned(world: &World, entries: &[Entry], change: impl FnOnce(&mut [u8])) -> Commit {
    let mut bytes = world.commit_by(&world.owner, entries).encode();
    let end = bytes.len() - 64;
    change(&mut bytes[172..end]);
    let body_hash = labelled("tacit/v1/body", &bytes[172..end]);
    bytes[140..172].copy_from_slice(&body_hash);
    let label = "tacit/v1/commit-signature";
    let hash = labelled("tacit/v1/commit", &bytes[..172]);
    let message = [&prefix(label), hash.as_slice()].concat();
    bytes[end..].copy_from_slice(sign(&world.owner.signing, &message).as_bytes());
    Commit::decode(&bytes).expect("the layout is right")
}

fn labelled(label: &str, bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(prefix(label)).chain_update(bytes).finalize().into()
}

fn prefix(label: &str) -> Vec<u8> {
    [&u16::try_from(label.len()).expect("a short label").to_le_bytes(), label.as_bytes()].concat()
}

pub(crate) const fn object(number: u8) -> ObjectId {
    ObjectId::new([number; 16])
}

pub(crate) fn wrapped(byte: u8) -> Wrapped {
    Wrapped::new(&[byte; 48]).expect("48 bytes are within the limits")
}

pub(crate) fn access_item(scope: ScopeId, epoch: u32) -> Access {
    Access { scope, epoch, method: AccessMethod::RootKey, key: 1, secret: wrapped(0xAC) }
}

pub(crate) fn scope(scope: ScopeId, epoch: u32, parents: &[(ScopeId, u32)]) -> Entry {
    let edge = |(parent, epoch): &(ScopeId, u32)| Edge {
        parent: *parent,
        epoch: *epoch,
        secret: wrapped(0xE1),
        names: wrapped(0xE2),
    };
    let previous = (epoch > 1).then(|| wrapped(0xE3));
    Entry::Scope(Scope { scope, epoch, parents: parents.iter().map(edge).collect(), previous })
}

pub(crate) fn wrap(scope: ScopeId, epoch: u32) -> Wrap {
    Wrap { scope, epoch, key: wrapped(0x77) }
}

pub(crate) fn put(object: ObjectId, part: Part, revision: u64, scopes: &[(ScopeId, u32)]) -> Put {
    let wraps = Wraps::new(scopes.iter().map(|(scope, epoch)| wrap(*scope, *epoch)).collect());
    Put {
        object,
        part,
        revision,
        wraps: wraps.expect("at least one scope, each once"),
        blob: Hash::of_blob(b"sealed"),
        length: 6,
    }
}

pub(crate) fn head(byte: u8, seq: u64) -> Head {
    Head { log: LogId::new([byte; 16]), seq, hash: Hash::new([byte; 32]) }
}
