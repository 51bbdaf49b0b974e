//! The objects of an account's log: its vault, its Secret Key and its identity (`LOG.md` §7).

use crypto::{Identity, Keychain, PartKey, RootKey, ScopeSecret, SecretKey};
use protocol::{Field, Fields, Hash, LogId, ObjectId, ObjectKind, Part, Put, ScopeId, State, Wraps};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::found::draw;
use super::{Error, seal};
use crate::model::Timestamp;
use crate::unlocked::{Revision, Scopes, place};

/// An object before it is sealed: its overview, and its value where it has one.
struct Object {
    overview: Fields,
    value: Option<Fields>,
}

/// Where a keyring is sealed.
struct Ring {
    log: LogId,
    scopes: Scopes,
    root: ScopeId,
}

/// Seals a new account's keyring: its puts, each with its blob.
pub(super) fn seal(
    log: LogId,
    root: ScopeSecret,
    chain: &Keychain,
    vault: (LogId, &Hash),
    now: Timestamp,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<(Put, Vec<u8>)>, Error> {
    let ring = Ring { log, root: ScopeId::new(root.at().scope), scopes: Scopes::of_root(root) };
    let secret_key = chain.secret_key.secret();
    let identity = chain.identity.to_secret();
    let objects = [
        Object { overview: vault_overview(vault, now), value: None },
        Object { overview: overview(ObjectKind::SecretKey, now), value: Some(value(secret_key.expose())) },
        Object { overview: overview(ObjectKind::Identity, now), value: Some(value(identity.expose())) },
    ];
    let mut sealed = Vec::new();
    for object in objects {
        let id = ObjectId::new(draw(rng));
        let parts = [(Part::Overview, Some(object.overview)), (Part::Value, object.value)];
        for (part, fields) in parts.into_iter().filter_map(|(part, fields)| Some((part, fields?))) {
            sealed.push(ring.seal(&Revision { object: id, part, number: 1 }, &fields, rng)?);
        }
    }
    Ok(sealed)
}

/// The Secret Key and the identity from the keyring of a folded log, given all its blobs.
pub(super) fn open<'a>(
    state: &'a State,
    root: &RootKey,
    blobs: impl Iterator<Item = &'a Vec<u8>>,
) -> Result<(SecretKey, Identity), Error> {
    let damaged = || Error::Damaged("keyring");
    let keyring = Opened::of(state, root, blobs)?;
    let value = |kind| keyring.value(kind).ok_or_else(damaged);
    let secret_key = value(ObjectKind::SecretKey)?;
    let mut secret_key =
        <[u8; 16]>::try_from(bytes(&secret_key).ok_or_else(damaged)?).map_err(|_| damaged())?;
    let identity = value(ObjectKind::Identity)?;
    let identity = Identity::from_bytes(bytes(&identity).ok_or_else(damaged)?).map_err(|_| damaged())?;
    Ok((SecretKey::from_bytes(&mut secret_key), identity))
}

/// The account's vault from the keyring of a folded log, given all its blobs: its log, and the hash of its first commit.
pub(super) fn vault<'a>(
    state: &'a State,
    root: &RootKey,
    blobs: impl Iterator<Item = &'a Vec<u8>>,
) -> Result<(LogId, Hash), Error> {
    let damaged = || Error::Damaged("keyring");
    let fields = Opened::of(state, root, blobs)?;
    let (_, overview) = fields.find(ObjectKind::Vault).ok_or_else(damaged)?;
    let log = overview.get(Field::Log.number()).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let genesis = overview.get(Field::Genesis.number()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok((LogId::new(log.ok_or_else(damaged)?), Hash::new(genesis.ok_or_else(damaged)?)))
}

/// A keyring that can be read.
struct Opened<'a> {
    state: &'a State,
    scopes: Scopes,
    blobs: Vec<(Hash, &'a Vec<u8>)>,
}

impl<'a> Opened<'a> {
    fn of(state: &'a State, root: &RootKey, blobs: impl Iterator<Item = &'a Vec<u8>>) -> Result<Self, Error> {
        let blobs = blobs.map(|blob| (Hash::of_blob(blob), blob)).collect();
        Ok(Self { state, scopes: Scopes::open(state, root)?, blobs })
    }

    fn fields(&self, object: ObjectId, part: Part) -> Option<Fields> {
        let record = self.state.part(object, part)?;
        let revision = Revision { object, part, number: record.revision };
        let blob = self.blobs.iter().find(|(hash, _)| *hash == record.blob)?.1.to_vec();
        self.scopes.open_part(self.state.log(), &revision, &record.wraps, blob).ok()
    }

    /// The object of that kind, with its overview.
    fn find(&self, kind: ObjectKind) -> Option<(ObjectId, Fields)> {
        let mut live = self.state.objects().filter(|(_, record)| !record.deleted).map(|(id, _)| id);
        live.find_map(|id| {
            let overview = self.fields(id, Part::Overview)?;
            (overview.get(Field::Kind.number()) == Some(&[kind.number()])).then_some((id, overview))
        })
    }

    fn value(&self, kind: ObjectKind) -> Option<Fields> {
        self.fields(self.find(kind)?.0, Part::Value)
    }
}

impl Ring {
    fn seal(
        &self,
        revision: &Revision,
        fields: &Fields,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Put, Vec<u8>), Error> {
        let key = PartKey::generate(rng);
        let plaintext = fields.encode().map_err(|_| Error::TooMuch)?;
        let sealed = key.seal(&place(self.log, revision), &plaintext, rng).map_err(|_| Error::TooMuch)?;
        let wrap = self.scopes.wrap(self.root, revision, &key, rng).ok_or(Error::TooMuch)?;
        let wraps = Wraps::new(vec![wrap]).map_err(|_| Error::TooMuch)?;
        seal::put(revision, wraps, sealed)
    }
}

fn vault_overview((vault, genesis): (LogId, &Hash), now: Timestamp) -> Fields {
    let mut fields = overview(ObjectKind::Vault, now);
    fields.set(Field::Log.number(), vault.as_bytes().to_vec());
    fields.set(Field::Genesis.number(), genesis.as_bytes().to_vec());
    fields
}

fn overview(kind: ObjectKind, now: Timestamp) -> Fields {
    let mut fields = Fields::new();
    fields.set(Field::Kind.number(), vec![kind.number()]);
    #[expect(clippy::expect_used, reason = "a number encodes")]
    fields.set(Field::Created.number(), postcard::to_allocvec(&now.0).expect("a number encodes"));
    fields
}

/// A value of fewer than 128 bytes: behind its length, in a buffer of its final size.
fn value(secret: &[u8]) -> Fields {
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len() + 1));
    bytes.extend(u8::try_from(secret.len()));
    bytes.extend(secret);
    let mut fields = Fields::new();
    fields.set(Field::Value.number(), bytes);
    fields
}

/// What [`value`] wrote.
fn bytes(fields: &Fields) -> Option<&[u8]> {
    let (length, bytes) = fields.get(Field::Value.number())?.split_first()?;
    (usize::from(*length) == bytes.len()).then_some(bytes)
}
