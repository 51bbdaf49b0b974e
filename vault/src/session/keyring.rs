//! The objects of an account's log: its vault, its keys, and what its devices are called (`LOG.md` §7).

use crypto::{BackupKey, Identity, Keychain, PartKey, ScopeSecret, Secret, SecretKey};
use protocol::{
    Delete, DeviceId, Field, Fields, Hash, LogId, ObjectId, ObjectKind, Part, Put, ScopeId, State, Wraps,
};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::found::draw;
use super::remote::AccountKeys;
use super::{Error, seal};
use crate::model::Timestamp;
use crate::unlocked::{Revision, Roots, Scopes, place};

/// An object before it is sealed: its overview, and its value where it has one.
struct Object {
    overview: Fields,
    value: Option<Fields>,
}

/// The account's keys that its keyring keeps.
pub(super) struct Kept {
    pub(super) secret_key: SecretKey,
    pub(super) identity: Identity,
    /// There from the second root key on.
    pub(super) backup: Option<BackupKey>,
}

/// A sealed part of the keyring.
pub(super) type Sealed = (Put, Vec<u8>);

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
) -> Result<Vec<Sealed>, Error> {
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

/// Seals the keys that take the place of those in the keyring, under the current epochs of `scopes`.
pub(super) fn renew(
    keyring: &Keyring<'_>,
    scopes: Scopes,
    keys: &AccountKeys,
    now: Timestamp,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<Sealed>, Error> {
    let state = keyring.state;
    let ring = Ring { log: state.log(), scopes, root: state.root_scope() };
    let identity = keys.identity.to_secret();
    let values: [(ObjectKind, &[u8]); 3] = [
        (ObjectKind::SecretKey, keys.secret_key.secret().expose()),
        (ObjectKind::Identity, identity.expose()),
        (ObjectKind::BackupKey, keys.backup.key().expose()),
    ];
    let mut sealed = Vec::new();
    for (kind, bytes) in values {
        let object = match keyring.find(kind) {
            Some((object, _)) => object,
            None => {
                let object = ObjectId::new(draw(rng));
                let first = Revision { object, part: Part::Overview, number: 1 };
                sealed.push(ring.seal(&first, &overview(kind, now), rng)?);
                object
            }
        };
        sealed.push(ring.seal(&next(state, object, Part::Value), &value(bytes), rng)?);
    }
    Ok(sealed)
}

/// Seals what a device is called from now on.
pub(super) fn name(
    keyring: &Keyring<'_>,
    device: DeviceId,
    name: &str,
    now: Timestamp,
    rng: &mut impl CryptoRngCore,
) -> Result<Sealed, Error> {
    let state = keyring.state;
    let ring = Ring { log: state.log(), scopes: keyring.scopes.clone(), root: state.root_scope() };
    let (object, mut fields) = keyring.device(device).unwrap_or_else(|| {
        let mut fields = overview(ObjectKind::Device, now);
        fields.set(Field::Device.number(), device.as_bytes().to_vec());
        (ObjectId::new(draw(rng)), fields)
    });
    let text = postcard::to_allocvec(name).map_err(|_| Error::TooMuch)?;
    fields.set(Field::Name.number(), text);
    ring.seal(&next(state, object, Part::Overview), &fields, rng)
}

/// Seals which relay the account is at.
pub(super) fn relay(
    keyring: &Keyring<'_>,
    origin: &str,
    server_key: &[u8; 32],
    now: Timestamp,
    rng: &mut impl CryptoRngCore,
) -> Result<Sealed, Error> {
    let state = keyring.state;
    let ring = Ring { log: state.log(), scopes: keyring.scopes.clone(), root: state.root_scope() };
    let mut fields = overview(ObjectKind::Relay, now);
    fields.set(Field::Origin.number(), postcard::to_allocvec(origin).map_err(|_| Error::TooMuch)?);
    let key = postcard::to_allocvec(&server_key[..]).map_err(|_| Error::TooMuch)?;
    fields.set(Field::ServerKey.number(), key);
    ring.seal(&Revision { object: ObjectId::new(draw(rng)), part: Part::Overview, number: 1 }, &fields, rng)
}

/// Seals what a put of this log holds as the next revision of the same part.
pub(super) fn seal_again(
    state: &State,
    roots: &Roots<'_>,
    put: &Put,
    blob: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Sealed, Error> {
    let ring = Ring { log: state.log(), scopes: Scopes::open(state, roots)?, root: state.root_scope() };
    let revision = Revision { object: put.object, part: put.part, number: put.revision };
    let fields = ring.scopes.open_part(ring.log, &revision, &put.wraps, blob.to_vec())?;
    ring.seal(&next(state, put.object, put.part), &fields, rng)
}

/// The keys from the keyring of a folded log, given all its blobs.
pub(super) fn open<'a>(
    state: &'a State,
    roots: &Roots<'_>,
    blobs: impl Iterator<Item = &'a Vec<u8>>,
) -> Result<Kept, Error> {
    let damaged = || Error::Damaged("keyring");
    let keyring = Keyring::open(state, roots, blobs)?;
    let value = |kind| keyring.value(kind).ok_or_else(damaged);
    let secret_key = value(ObjectKind::SecretKey)?;
    let mut secret_key =
        <[u8; 16]>::try_from(bytes(&secret_key).ok_or_else(damaged)?).map_err(|_| damaged())?;
    let identity = value(ObjectKind::Identity)?;
    let identity = Identity::from_bytes(bytes(&identity).ok_or_else(damaged)?).map_err(|_| damaged())?;
    let backup = keyring.value(ObjectKind::BackupKey);
    let backup = backup.and_then(|fields| <[u8; 32]>::try_from(bytes(&fields)?).ok());
    let backup = backup.map(|mut key| BackupKey::from_parts(*state.log().as_bytes(), Secret::new(&mut key)));
    Ok(Kept { secret_key: SecretKey::from_bytes(&mut secret_key), identity, backup })
}

/// The account's vault from the keyring of a folded log, given all its blobs: its log, and the hash of its first commit.
pub(super) fn vault<'a>(
    state: &'a State,
    roots: &Roots<'_>,
    blobs: impl Iterator<Item = &'a Vec<u8>>,
) -> Result<(LogId, Hash), Error> {
    let damaged = || Error::Damaged("keyring");
    let fields = Keyring::open(state, roots, blobs)?;
    let (_, overview) = fields.find(ObjectKind::Vault).ok_or_else(damaged)?;
    let log = overview.get(Field::Log.number()).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let genesis = overview.get(Field::Genesis.number()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok((LogId::new(log.ok_or_else(damaged)?), Hash::new(genesis.ok_or_else(damaged)?)))
}

/// A keyring that can be read.
pub(super) struct Keyring<'a> {
    state: &'a State,
    scopes: Scopes,
    blobs: Vec<(Hash, &'a Vec<u8>)>,
}

impl<'a> Keyring<'a> {
    /// Of a folded log, given all its blobs.
    pub(super) fn open(
        state: &'a State,
        roots: &Roots<'_>,
        blobs: impl Iterator<Item = &'a Vec<u8>>,
    ) -> Result<Self, Error> {
        let blobs = blobs.map(|blob| (Hash::of_blob(blob), blob)).collect();
        Ok(Self { state, scopes: Scopes::open(state, roots)?, blobs })
    }

    fn fields(&self, object: ObjectId, part: Part) -> Option<Fields> {
        let record = self.state.part(object, part)?;
        let revision = Revision { object, part, number: record.revision };
        let blob = self.blobs.iter().find(|(hash, _)| *hash == record.blob)?.1.to_vec();
        self.scopes.open_part(self.state.log(), &revision, &record.wraps, blob).ok()
    }

    /// What devices are called. Of two names for one device the first counts.
    pub(super) fn names(&self) -> impl Iterator<Item = (DeviceId, String)> {
        self.all(ObjectKind::Device).filter_map(|(_, fields)| {
            let device = <[u8; 16]>::try_from(fields.get(Field::Device.number())?).ok()?;
            let name = postcard::from_bytes(fields.get(Field::Name.number())?).ok()?;
            Some((DeviceId::new(device), name))
        })
    }

    /// The objects of that kind, with their overviews.
    fn all(&self, kind: ObjectKind) -> impl Iterator<Item = (ObjectId, Fields)> {
        let live = self.state.objects().filter(|(_, record)| !record.deleted).map(|(id, _)| id);
        live.filter_map(move |id| {
            let overview = self.fields(id, Part::Overview)?;
            (overview.get(Field::Kind.number()) == Some(&[kind.number()])).then_some((id, overview))
        })
    }

    /// The relay that the account is at: the place of the commit that says so, its origin, its key. Of several the last counts.
    pub(super) fn relay(&self) -> Option<(u64, String, Option<[u8; 32]>)> {
        let relays = self.all(ObjectKind::Relay).filter_map(|(id, fields)| {
            let put = self.state.part(id, Part::Overview)?;
            let origin = postcard::from_bytes(fields.get(Field::Origin.number())?).ok()?;
            let key = fields.get(Field::ServerKey.number());
            let key = key.and_then(|bytes| postcard::from_bytes::<&[u8]>(bytes).ok()?.try_into().ok());
            Some(((put.seq, put.entry), origin, key))
        });
        let last = relays.max_by_key(|(place, ..)| *place)?;
        Some((last.0.0, last.1, last.2))
    }

    /// What takes every relay's record away.
    pub(super) fn relays(&self) -> Vec<Delete> {
        let relays = self.all(ObjectKind::Relay);
        let delete = |object| {
            let revision = self.state.part(object, Part::Overview)?.revision;
            Some(Delete { object, revision })
        };
        relays.filter_map(|(object, _)| delete(object)).collect()
    }

    fn find(&self, kind: ObjectKind) -> Option<(ObjectId, Fields)> {
        self.all(kind).next()
    }

    fn device(&self, device: DeviceId) -> Option<(ObjectId, Fields)> {
        let is_of = |fields: &Fields| fields.get(Field::Device.number()) == Some(&device.as_bytes()[..]);
        self.all(ObjectKind::Device).find(|(_, fields)| is_of(fields))
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
    ) -> Result<Sealed, Error> {
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

/// The revision after a part's last.
fn next(state: &State, object: ObjectId, part: Part) -> Revision {
    let last = state.part(object, part).map_or(0, |part| part.revision);
    Revision { object, part, number: last + 1 }
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
