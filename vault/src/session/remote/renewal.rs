//! All keys of an account replaced at once, so that a device that was read to the last byte opens nothing that is written
//! later (`protocol/LOG.md` §3, `identity` and `ark-grant`).
//!
//! The account's log goes first, with the credential, in one commit: Secret Key, root key, identity, the key for backups and
//! the epoch of its scope. The new root key reaches every device that stays by a grant. Then each vault's log gets the same
//! revocation and identity, and the next epoch of all its scopes; whatever device of the account comes first does that.

use crypto::{BackupKey, DeviceKeys, Identity, Keychain, RootKey, ScopeSecret, SecretKey};
use protocol::{
    Access, AccessMethod, AgreementKey, ArkGrant, DeviceId, Entry, Grantee, Member, Revoke, Signature, State,
    VerifyingKey,
};
use rand_core::CryptoRngCore;
use weakness::Weakness;

use crate::model::Timestamp;
use crate::session::Error;
use crate::session::found::Author;
use crate::session::keyring::{self, Keyring};
use crate::unlocked::{Roots, Scopes, wrap_of};

/// Keys that take the place of an account's, and the device that is to have none of them.
pub(super) struct Renewal {
    pub(super) revoked: DeviceId,
    pub(super) keys: AccountKeys,
}

/// The keys of an account at one epoch of its root key.
pub(in crate::session) struct AccountKeys {
    pub(in crate::session) identity: Identity,
    pub(in crate::session) root: RootKey,
    pub(in crate::session) secret_key: SecretKey,
    pub(in crate::session) backup: BackupKey,
}

/// Entries of a commit, and the blobs of the puts among them.
pub(super) type Written = (Vec<Entry>, Vec<Vec<u8>>);

impl AccountKeys {
    /// Puts these keys in the place of those of `chain`, and takes those. The device's own stay.
    pub(super) fn swap(&mut self, chain: &mut Keychain) {
        std::mem::swap(&mut self.identity, &mut chain.identity);
        std::mem::swap(&mut self.root, &mut chain.root);
        std::mem::swap(&mut self.secret_key, &mut chain.secret_key);
        std::mem::swap(&mut self.backup, &mut chain.backup);
    }
}

impl Renewal {
    /// What the account's log says of it, but for the credential. `chain` has the keys before, `rows` are its blobs.
    pub(super) fn entries<'a>(
        &self,
        state: &'a State,
        chain: &Keychain,
        author: Author,
        blobs: impl Iterator<Item = &'a Vec<u8>>,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Written, Error> {
        let roots = Roots::open(&chain.root, state)?;
        let keyring = Keyring::open(state, &roots, blobs)?;
        let mut scopes = Scopes::open(state, &roots)?;
        let scope = scopes.renew(state, rng).ok_or(Error::Damaged("scope keys"))?;
        let member = self.member(state, author, &scopes, rng)?;
        let entries = [
            Entry::Revoke(Revoke { device: self.revoked }),
            Entry::Identity(self.identity_entry(&chain.identity, author)),
            Entry::ArkGrant(self.grants(state, &chain.root, author, rng)?),
        ];
        let entries = entries.into_iter().chain(scope.into_iter().map(Entry::Scope));
        let sealed = keyring::renew(&keyring, scopes, &self.keys, now, rng)?;
        let (puts, blobs): (Vec<_>, Vec<_>) = sealed.into_iter().unzip();
        let entries = entries.chain([Entry::Member(member)]).chain(puts.into_iter().map(Entry::Put));
        Ok((entries.collect(), blobs))
    }

    fn identity_entry(&self, before: &Identity, author: Author) -> protocol::Identity {
        let identity = &self.keys.identity;
        let public = identity.public();
        let certificate = before.certify_next(*author.principal.as_bytes(), identity);
        protocol::Identity {
            principal: author.principal,
            generation: identity.generation(),
            signing: VerifyingKey::new(public.signing),
            agreement: AgreementKey::new(public.agreement),
            certificate: Signature::new(certificate),
        }
    }

    /// The new root key to all that stay but this device, which has it.
    fn grants(
        &self,
        state: &State,
        before: &RootKey,
        author: Author,
        rng: &mut impl CryptoRngCore,
    ) -> Result<ArkGrant, Error> {
        let root = &self.keys.root;
        let stays =
            |id: DeviceId| id != author.device && (id != self.revoked || weakness::has(Weakness::Granted));
        let staying = state.devices().filter(|(id, device)| stays(*id) && !device.revoked);
        let grants = staying.map(|(id, device)| {
            // A key that nothing can be sent to is none that a device of ours made.
            let key = root.grant(*id.as_bytes(), device.agreement.as_bytes(), rng);
            let key = protocol::Wrapped::new(&key.map_err(|_| Error::Damaged("device"))?);
            Ok(Grantee { device: id, key: key.map_err(|_| Error::TooMuch)? })
        });
        let grants = grants.collect::<Result<_, Error>>()?;
        let previous = wrap_of(&root.wrap_previous(before, rng)).ok_or(Error::TooMuch)?;
        Ok(ArkGrant { epoch: root.epoch(), previous, grants })
    }

    fn member(
        &self,
        state: &State,
        author: Author,
        scopes: &Scopes,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Member, Error> {
        let identity = &self.keys.identity;
        let public = identity.public();
        let member = state.member(author.principal).ok_or(Error::Damaged("account"))?;
        let member = Member {
            generation: identity.generation(),
            signing: VerifyingKey::new(public.signing),
            agreement: AgreementKey::new(public.agreement),
            ..member.clone()
        };
        with_access(member, state, scopes, &self.keys.root, rng)
    }
}

/// The member with access to the root of a log in the epoch that `scopes` has of it.
pub(super) fn with_access(
    member: Member,
    state: &State,
    scopes: &Scopes,
    root: &RootKey,
    rng: &mut impl CryptoRngCore,
) -> Result<Member, Error> {
    let secret: &ScopeSecret = scopes.secret(state.root_scope()).ok_or(Error::Damaged("scope keys"))?;
    let wrapped = wrap_of(&root.wrap_access(secret, rng)).ok_or(Error::TooMuch)?;
    let access = Access {
        scope: state.root_scope(),
        epoch: secret.at().epoch,
        method: AccessMethod::RootKey,
        key: root.epoch(),
        secret: wrapped,
    };
    Ok(Member { access: vec![access], ..member })
}

/// The account's latest root key from what its log grants to this device, if that is later than the one at hand.
pub(super) fn granted(
    state: &State,
    held: &RootKey,
    device: &DeviceKeys,
    author: Author,
) -> Result<Option<RootKey>, Error> {
    let Some(account) = state.account().filter(|account| account.ark_epoch() > held.epoch()) else {
        return Ok(None);
    };
    let grant = account.grants.iter().find(|grantee| grantee.device == author.device);
    let grant = grant.ok_or(Error::Gone)?;
    let (id, own) = (*state.log().as_bytes(), *author.device.as_bytes());
    let opened = device.open_grant(grant.key.as_bytes(), id, own, account.ark_epoch());
    opened.map(Some).map_err(|_| Error::Damaged("account keys"))
}
