//! Principals: what they may do, and how they open what they may.

use std::ops::BitOr;

use crate::codec::{Layout, Malformed, Reader, Writer, ascending, enumeration, layout};
use crate::entry::Wrapped;
use crate::id::{PrincipalId, ScopeId};
use crate::key::{AgreementKey, VerifyingKey};
use crate::limit;

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
    /// Which of those keys: the epoch of the account root key, or the generation of the identity.
    pub key: u32,
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

enumeration!(MemberKind { Account = 1, Token = 2, Group = 3 });
enumeration!(AccessMethod { RootKey = 1, Agreement = 2 });
layout!(Grant { scope, rights });
layout!(Access { scope, epoch, method, key, secret });

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
