//! Verifying and folding a log, beside verifying its signatures alone.

use browser::entropy::Entropy;
use crypto::{DeviceKeys, Identity, SignatureLabel, verify};
use protocol::{
    Access, AccessMethod, ActId, AgreementKey, Checkpoint, Commit, Device, DeviceId, Entry, Genesis, Grant,
    Hash, LogId, LogKind, Member, MemberKind, ObjectId, Part, PrincipalId, Put, Rights, Scope, ScopeId,
    Signature, Stamp, State, Unsigned, VerifyingKey, Wrap, Wrapped, Wraps,
};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

const PRINCIPAL: PrincipalId = PrincipalId::new([1; 16]);
const DEVICE: DeviceId = DeviceId::new([2; 16]);
const ROOT: ScopeId = ScopeId::new([3; 16]);

/// A log in which each commit after the first puts one object.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Log {
    commits: Vec<Vec<u8>>,
    key: [u8; 32],
    /// What was signed, with its signature.
    signed: Vec<(Vec<u8>, [u8; 64])>,
}

#[wasm_bindgen]
impl Log {
    /// One of `count` commits.
    ///
    /// # Errors
    /// Never: the log is within its limits.
    #[wasm_bindgen(constructor)]
    pub fn new(count: u32) -> Result<Self, JsError> {
        let (identity, device) = (Identity::generate(1, &mut Entropy), DeviceKeys::generate(&mut Entropy));
        let genesis = genesis(&identity);
        let founding =
            sign(&device, stamp(genesis.log_id(), 0, Hash::ZERO), &founding(genesis, &identity, &device)?)?;
        let mut state = State::found(&founding, &trusted).map_err(|_| failed())?;
        let mut commits = vec![founding.encode()];
        for number in 1..count {
            let due = state.is_checkpoint_due().then(|| Checkpoint { root: state.root(), heads: Vec::new() });
            let entries: Vec<Entry> = due.map(Entry::Checkpoint).into_iter().chain([put(number)?]).collect();
            let stamp = stamp(state.log(), state.next_seq(), state.head().hash);
            let commit = sign(&device, stamp, &entries)?;
            state.accept(&commit, &trusted).map_err(|_| failed())?;
            commits.push(commit.encode());
        }
        let commit =
            |bytes: &Vec<u8>| decoded(bytes).map(|it| (it.signed_bytes(), *it.signature().as_bytes()));
        let signed = commits.iter().map(commit).collect::<Result<_, _>>()?;
        Ok(Self { commits, key: device.public().signing, signed })
    }

    /// Decodes, verifies and folds all of it; how many objects it has.
    ///
    /// # Errors
    /// Never: it is a log.
    pub fn fold(&self) -> Result<usize, JsError> {
        let (first, rest) = self.commits.split_first().ok_or_else(failed)?;
        let strict = |key: &VerifyingKey, message: &[u8], signature: &Signature| {
            verify(key.as_bytes(), message, signature.as_bytes())
        };
        let mut state = State::found(&decoded(first)?, &strict).map_err(|_| failed())?;
        for bytes in rest {
            state.accept(&decoded(bytes)?, &strict).map_err(|_| failed())?;
        }
        Ok(state.objects().count())
    }

    /// Verifies the bare signatures; how many are good.
    pub fn verify(&self) -> usize {
        self.signed.iter().filter(|(message, signature)| verify(&self.key, message, signature)).count()
    }
}

fn failed() -> JsError {
    JsError::new("not a log")
}

const fn trusted(_: &VerifyingKey, _: &[u8], _: &Signature) -> bool {
    true
}

fn decoded(bytes: &[u8]) -> Result<Commit, JsError> {
    Commit::decode(bytes).map_err(|_| failed())
}

fn sign(device: &DeviceKeys, stamp: Stamp, entries: &[Entry]) -> Result<Commit, JsError> {
    let unsigned = Unsigned::new(stamp, entries).map_err(|_| failed())?;
    let signature = device.sign(SignatureLabel::Commit, unsigned.hash().as_bytes());
    Ok(unsigned.sign(Signature::new(signature)))
}

const fn stamp(log: LogId, seq: u64, prev: Hash) -> Stamp {
    let act = ActId::new([4; 16]);
    let (author, device, counter) = (PRINCIPAL, DEVICE, seq + 1);
    Stamp { log, seq, prev, author, device, counter, time: 1_700_000_000_000, act, part: 1, parts: 1 }
}

fn genesis(identity: &Identity) -> Genesis {
    let signing = VerifyingKey::new(identity.public().signing);
    Genesis { kind: LogKind::Vault, nonce: [5; 32], principal: PRINCIPAL, signing }
}

fn wrapped() -> Result<Wrapped, JsError> {
    Wrapped::new(&[6; 73]).map_err(|_| failed())
}

fn founding(genesis: Genesis, identity: &Identity, device: &DeviceKeys) -> Result<Vec<Entry>, JsError> {
    let (public, keys) = (identity.public(), device.public());
    let access = Access { scope: ROOT, epoch: 1, method: AccessMethod::RootKey, key: 1, secret: wrapped()? };
    let certificate = identity.certify_device(*PRINCIPAL.as_bytes(), *DEVICE.as_bytes(), &keys);
    Ok(vec![
        Entry::Genesis(genesis),
        Entry::Scope(Scope { scope: ROOT, epoch: 1, parents: Vec::new(), previous: None }),
        Entry::Member(Member {
            principal: PRINCIPAL,
            kind: MemberKind::Account,
            generation: 1,
            signing: VerifyingKey::new(public.signing),
            agreement: AgreementKey::new(public.agreement),
            grants: vec![Grant { scope: ROOT, rights: Rights::ALL }],
            access: vec![access],
        }),
        Entry::Device(Device {
            principal: PRINCIPAL,
            device: DEVICE,
            signing: VerifyingKey::new(keys.signing),
            agreement: AgreementKey::new(keys.agreement),
            generation: 1,
            certificate: Signature::new(certificate),
        }),
    ])
}

fn put(number: u32) -> Result<Entry, JsError> {
    let mut object = [0; 16];
    object[..4].copy_from_slice(&number.to_le_bytes());
    let wraps = Wraps::new(vec![Wrap { scope: ROOT, epoch: 1, key: wrapped()? }]).map_err(|_| failed())?;
    let (blob, length) = (Hash::of_blob(&object), 300);
    Ok(Entry::Put(Put {
        object: ObjectId::new(object),
        part: Part::Overview,
        revision: 1,
        wraps,
        blob,
        length,
    }))
}
