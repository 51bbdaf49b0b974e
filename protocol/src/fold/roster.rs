//! Who is in the log (`LOG.md` §4, rules 9 to 12).

use super::{DeviceRecord, Fault, State};
use crate::entry::{Access, AccessMethod, Device, Identity, LogKind, Member, MemberKind, Revoke, Rights};
use crate::id::{PrincipalId, ScopeId};
use crate::key::Verify;
use crate::limit;

impl State {
    /// Rule 9.
    pub(super) fn check_device(
        &self,
        device: &Device,
        author: PrincipalId,
        verify: &impl Verify,
    ) -> Result<(), Fault> {
        let member = self.own(device.principal, author)?;
        if device.generation != member.generation {
            return Err(Fault::Generation);
        }
        if self.devices.get(device.device).is_some() {
            return Err(Fault::Taken);
        }
        if self.devices.len() >= limit::DEVICES {
            return Err(Fault::TooMany);
        }
        let is_certified = verify.verify(&member.signing, &device.signed_bytes(), &device.certificate);
        if is_certified { Ok(()) } else { Err(Fault::Certificate) }
    }

    pub(super) fn add_device(
        &mut self,
        entry: &Device,
        author: PrincipalId,
        verify: &impl Verify,
    ) -> Result<(), Fault> {
        self.check_device(entry, author, verify)?;
        let Device { principal, device, signing, agreement, generation, .. } = *entry;
        let record = DeviceRecord { principal, signing, agreement, generation, counter: 0, revoked: false };
        self.devices.set(device, record);
        Ok(())
    }

    /// Rule 10.
    pub(super) fn revoke(&mut self, revoke: &Revoke, author: PrincipalId) -> Result<(), Fault> {
        let device = *self.devices.get(revoke.device).ok_or(Fault::Unknown)?;
        if device.revoked {
            return Err(Fault::Revoked);
        }
        if device.principal != author {
            self.check_right(author, self.root, Rights::GRANT)?;
        }
        self.devices.set(revoke.device, DeviceRecord { revoked: true, ..device });
        Ok(())
    }

    /// Rule 11.
    pub(super) fn replace_identity(
        &mut self,
        entry: &Identity,
        author: PrincipalId,
        verify: &impl Verify,
    ) -> Result<(), Fault> {
        let member = self.own(entry.principal, author)?;
        if Some(entry.generation) != member.generation.checked_add(1) {
            return Err(Fault::Generation);
        }
        if !verify.verify(&member.signing, &entry.signed_bytes(), &entry.certificate) {
            return Err(Fault::Certificate);
        }
        let Identity { generation, signing, agreement, .. } = *entry;
        let replaced = Member { generation, signing, agreement, ..member.clone() };
        self.members.set(entry.principal, replaced);
        Ok(())
    }

    /// Rule 12.
    pub(super) fn set_member(&mut self, member: &Member, author: PrincipalId) -> Result<(), Fault> {
        self.check_identity(member)?;
        self.check_access(member)?;
        self.check_grants(member, author)?;
        self.members.set(member.principal, member.clone());
        self.check_owned()
    }

    /// Rule 12: access is to what is granted, at its current epoch, by a method the member has.
    pub(super) fn check_access(&self, member: &Member) -> Result<(), Fault> {
        for access in &member.access {
            let scope = self.scopes.get(access.scope).ok_or(Fault::Unknown)?;
            if access.epoch != scope.epoch {
                return Err(Fault::Epoch);
            }
            let is_granted = rights_of(member, &self.lineage(access.scope)) != Rights::NONE;
            if !is_granted || !self.has_key(member, access) {
                return Err(Fault::Access);
            }
        }
        Ok(())
    }

    /// What `principal` may do in `scope`.
    pub fn rights(&self, principal: PrincipalId, scope: ScopeId) -> Rights {
        self.members.get(principal).map_or(Rights::NONE, |member| rights_of(member, &self.lineage(scope)))
    }

    pub(super) fn check_right(
        &self,
        author: PrincipalId,
        scope: ScopeId,
        right: Rights,
    ) -> Result<(), Fault> {
        if self.rights(author, scope).contains(right) { Ok(()) } else { Err(Fault::Rights) }
    }

    /// Whether the member has the key that `access` is wrapped under. A vault cannot know the account's epoch.
    fn has_key(&self, member: &Member, access: &Access) -> bool {
        match (access.method, &self.account) {
            (AccessMethod::RootKey, _) if member.kind != MemberKind::Account => false,
            (AccessMethod::RootKey, Some(account)) => access.key == account.ark_epoch(),
            (AccessMethod::RootKey, None) => access.key > 0,
            (AccessMethod::Agreement, _) => access.key == member.generation,
        }
    }

    fn own(&self, principal: PrincipalId, author: PrincipalId) -> Result<&Member, Fault> {
        if principal != author {
            return Err(Fault::NotOwn);
        }
        self.members.get(principal).ok_or(Fault::Unknown)
    }

    fn check_identity(&self, member: &Member) -> Result<(), Fault> {
        match self.members.get(member.principal) {
            Some(known) if known.is_same_identity(member) => Ok(()),
            Some(_) => Err(Fault::Identity),
            None if self.kind == LogKind::Account => Err(Fault::Misplaced),
            None if self.members.len() >= limit::MEMBERS => Err(Fault::TooMany),
            None if member.generation == 1 => Ok(()),
            None => Err(Fault::Generation),
        }
    }

    /// A member may renew its own access; all else needs the right to grant, and every right that is given.
    fn check_grants(&self, member: &Member, author: PrincipalId) -> Result<(), Fault> {
        let before = self.members.get(member.principal).map_or(&[][..], |known| &known.grants);
        if member.principal == author && member.grants == before {
            return Ok(());
        }
        for grant in before {
            self.check_right(author, grant.scope, Rights::GRANT)?;
        }
        for grant in &member.grants {
            self.scopes.get(grant.scope).ok_or(Fault::Unknown)?;
            self.check_right(author, grant.scope, Rights::GRANT | grant.rights)?;
        }
        Ok(())
    }

    fn check_owned(&self) -> Result<(), Fault> {
        let owns = |member: &Member| {
            member.kind == MemberKind::Account && rights_of(member, &[self.root]).contains(Rights::ALL)
        };
        if self.members().any(owns) { Ok(()) } else { Err(Fault::Ownerless) }
    }
}

/// The rights that `member` has in a scope with this lineage.
fn rights_of(member: &Member, lineage: &[ScopeId]) -> Rights {
    let grants = member.grants.iter().filter(|grant| lineage.contains(&grant.scope));
    grants.fold(Rights::NONE, |rights, grant| rights | grant.rights)
}
