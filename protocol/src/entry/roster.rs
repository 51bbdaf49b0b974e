//! Who is in the log, on which devices, and what they may do.

use std::ops::BitOr;

use crate::codec::{Layout, Malformed, Reader, Writer, ascending, enumeration, layout};
use crate::entry::Wrapped;
use crate::hash::{Hash, Label};
use crate::id::{DeviceId, LogId, PrincipalId, ScopeId};
use crate::key::{AgreementKey, Signature, VerifyingKey};
use crate::limit;

/// Founds a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// What the log is of.
    pub kind: LogKind,
    /// 32 random bytes.
    pub nonce: [u8; 32],
    /// The founder. For an account's log, the principal of its own id.
    pub principal: PrincipalId,
    /// The founder's first identity.
    pub signing: VerifyingKey,
}

impl Genesis {
    /// The id of the log it founds.
    pub fn log_id(&self) -> LogId {
        self.kind.log_id(&self.signing, &self.nonce)
    }
}

/// What a log is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    /// An account: its keyring and devices.
    Account,
    /// A vault.
    Vault,
}

impl LogKind {
    /// The id of the log that this identity founds with this nonce (`LOG.md` §1).
    pub fn log_id(self, signing: &VerifyingKey, nonce: &[u8; 32]) -> LogId {
        let label = match self {
            Self::Account => Label::AccountId,
            Self::Vault => Label::VaultId,
        };
        let hash = Hash::labelled(label, &[signing.as_bytes(), nonce]);
        let [id @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *hash.as_bytes();
        LogId::new(id)
    }
}

/// Adds a device to the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Whose it is.
    pub principal: PrincipalId,
    /// Its id, never used before.
    pub device: DeviceId,
    /// What its commits are verified with.
    pub signing: VerifyingKey,
    /// What is wrapped to it.
    pub agreement: AgreementKey,
    /// The identity's generation that certifies it.
    pub generation: u32,
    /// That identity's signature over [`Device::signed_bytes`].
    pub certificate: Signature,
}

impl Device {
    /// What the certificate signs (`LOG.md` §3). It names no log: the same certificate serves in all of them.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new();
        to.bytes(&Label::Device.prefix());
        self.principal.write(&mut to);
        self.device.write(&mut to);
        self.signing.write(&mut to);
        self.agreement.write(&mut to);
        self.generation.write(&mut to);
        to.into_bytes()
    }
}

/// Ends a device for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoke {
    /// Which.
    pub device: DeviceId,
}

/// Replaces a principal's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose.
    pub principal: PrincipalId,
    /// Its generation: one more than before.
    pub generation: u32,
    /// What its certificates are verified with.
    pub signing: VerifyingKey,
    /// What is wrapped to it.
    pub agreement: AgreementKey,
    /// The signature of the identity before it over [`Identity::signed_bytes`].
    pub certificate: Signature,
}

impl Identity {
    /// What the certificate signs (`LOG.md` §3).
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new();
        to.bytes(&Label::Identity.prefix());
        self.principal.write(&mut to);
        self.generation.write(&mut to);
        self.signing.write(&mut to);
        self.agreement.write(&mut to);
        to.into_bytes()
    }
}

/// Adds a principal, or replaces its grants and access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub principal: PrincipalId,
    /// What it is.
    pub kind: MemberKind,
    /// Its identity's generation.
    pub generation: u32,
    /// Its identity's signing key.
    pub signing: VerifyingKey,
    /// Its identity's agreement key.
    pub agreement: AgreementKey,
    /// What it may do, ascending by scope.
    pub grants: Vec<Grant>,
    /// How it opens scopes, ascending by scope.
    pub access: Vec<Access>,
}

impl Member {
    /// Whether kind, generation and keys are those of `other`.
    pub(crate) fn is_same_identity(&self, other: &Self) -> bool {
        (self.kind, self.generation, self.signing, self.agreement)
            == (other.kind, other.generation, other.signing, other.agreement)
    }
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A person's account.
    Account,
    /// A machine.
    Token,
    /// Several principals.
    Group,
}

/// Rights on a scope and all below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Where.
    pub scope: ScopeId,
    /// What; at least one.
    pub rights: Rights,
}

/// A set of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights(u16);

impl Rights {
    /// None.
    pub const NONE: Self = Self(0);
    /// To hold the key of overviews.
    pub const NAMES: Self = Self(1);
    /// To hold the key of values.
    pub const VALUES: Self = Self(2);
    /// To change objects and make scopes below.
    pub const WRITE: Self = Self(4);
    /// To delete and to erase.
    pub const DELETE: Self = Self(8);
    /// To rotate, revoke and give rights.
    pub const GRANT: Self = Self(16);
    /// To read what others did.
    pub const AUDIT: Self = Self(32);
    /// All of them.
    pub const ALL: Self = Self(63);

    /// Whether all of `other` are among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How a member opens one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Which.
    pub scope: ScopeId,
    /// Which epoch of it.
    pub epoch: u32,
    /// Under which of the member's keys.
    pub method: AccessMethod,
    /// The scope's secret.
    pub secret: Wrapped,
}

/// Which key of a member opens an access item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMethod {
    /// A symmetric wrap under a key from the account's root key.
    RootKey,
    /// HPKE to the agreement key of the member's identity.
    Agreement,
}

enumeration!(LogKind { Account = 1, Vault = 2 });
enumeration!(MemberKind { Account = 1, Token = 2, Group = 3 });
enumeration!(AccessMethod { RootKey = 1, Agreement = 2 });
layout!(Device { principal, device, signing, agreement, generation, certificate });
layout!(Revoke { device });
layout!(Identity { principal, generation, signing, agreement, certificate });
layout!(Grant { scope, rights });
layout!(Access { scope, epoch, method, secret });

impl Layout for Genesis {
    fn write(&self, to: &mut Writer) {
        self.kind.write(to);
        to.bytes(&self.nonce);
        self.principal.write(to);
        self.signing.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            kind: Layout::read(from)?,
            nonce: from.array()?,
            principal: Layout::read(from)?,
            signing: Layout::read(from)?,
        })
    }
}

impl Layout for Member {
    fn write(&self, to: &mut Writer) {
        self.principal.write(to);
        self.kind.write(to);
        self.generation.write(to);
        self.signing.write(to);
        self.agreement.write(to);
        to.list16(&self.grants);
        to.list16(&self.access);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let member = Self {
            principal: Layout::read(from)?,
            kind: Layout::read(from)?,
            generation: Layout::read(from)?,
            signing: Layout::read(from)?,
            agreement: Layout::read(from)?,
            grants: from.list16(limit::GRANTS)?,
            access: from.list16(limit::ACCESS)?,
        };
        ascending(&member.grants, |grant| grant.scope)?;
        ascending(&member.access, |access| access.scope)?;
        Ok(member)
    }
}

impl Layout for Rights {
    fn write(&self, to: &mut Writer) {
        to.u16(self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        match from.u16()? {
            bits @ 1..=63 => Ok(Self(bits)),
            _ => Err(Malformed::Value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_the_six_bits_and_never_none() {
        let read = |bits: u16| crate::codec::decode::<Rights>(&bits.to_le_bytes());
        assert!(
            (1..=63).all(
                |bits| read(bits).is_ok_and(|rights| crate::codec::encode(&rights) == bits.to_le_bytes())
            )
        );
        assert!([0, 64, 65, 0x8000].iter().all(|bits| read(*bits) == Err(Malformed::Value)));
        assert!(Rights::ALL.contains(Rights::WRITE | Rights::AUDIT));
        assert!(!Rights::WRITE.contains(Rights::WRITE | Rights::DELETE));
    }
}
