//! How a log begins, its devices and its identities.

use crate::codec::{Layout, Malformed, Reader, Writer, enumeration, layout};
use crate::hash::{Hash, Label};
use crate::id::{DeviceId, LogId, PrincipalId};
use crate::key::{AgreementKey, Signature, VerifyingKey};

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
    /// What the certificate signs: `LP("tacit/v1/device")` and the fields. It names no log: the same certificate serves in
    /// all of them.
    pub fn signed_bytes(&self) -> Vec<u8> {
        [Label::Device.prefix(), self.certified_fields()].concat()
    }

    /// The fields that the certificate signs behind its label (`LOG.md` §3).
    pub fn certified_fields(&self) -> Vec<u8> {
        let mut to = Writer::new();
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
    /// What the certificate signs: `LP("tacit/v1/identity")` and the fields.
    pub fn signed_bytes(&self) -> Vec<u8> {
        [Label::Identity.prefix(), self.certified_fields()].concat()
    }

    /// The fields that the certificate signs behind its label (`LOG.md` §3).
    pub fn certified_fields(&self) -> Vec<u8> {
        let mut to = Writer::new();
        self.principal.write(&mut to);
        self.generation.write(&mut to);
        self.signing.write(&mut to);
        self.agreement.write(&mut to);
        to.into_bytes()
    }
}

enumeration!(LogKind { Account = 1, Vault = 2 });
layout!(Device { principal, device, signing, agreement, generation, certificate });
layout!(Revoke { device });
layout!(Identity { principal, generation, signing, agreement, certificate });

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
