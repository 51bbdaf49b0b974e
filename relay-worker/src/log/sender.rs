//! Who is answered (`PROTOCOL.md` §2).

use protocol::{Device, DeviceId, Member, PrincipalId, Roster, Signature, Verify, VerifyingKey};
use weakness::Weakness;

use crate::rules::Proven;

/// Who somebody says they are.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) account: PrincipalId,
    pub(crate) device: DeviceId,
    /// How the device introduces itself.
    pub(crate) introduced: Option<Device>,
}

impl Proven<'_> {
    /// Whether its sender is of this roster, or introduces itself to it, and signed the request.
    pub(crate) fn is_answered_by(&self, roster: &Roster, verify: &impl Verify) -> bool {
        self.signing(roster, verify).is_some()
    }

    /// What the sender signed the request with, if it is answered.
    pub(crate) fn signing(&self, roster: &Roster, verify: &impl Verify) -> Option<VerifyingKey> {
        let (account, device, introduced) = (self.proof.account, self.proof.device, self.proof.introduced());
        let signed = self.proof.signed_bytes(&self.signed);
        Claim { account, device, introduced }.signing(roster, &signed, &self.proof.signature, verify)
    }
}

impl Claim {
    /// What it signed these bytes with, if it is of this roster, or introduces itself to it.
    pub(crate) fn signing(
        &self,
        roster: &Roster,
        bytes: &[u8],
        signature: &Signature,
        verify: &impl Verify,
    ) -> Option<VerifyingKey> {
        let member = roster.member(self.account).filter(|member| !member.grants.is_empty());
        let key = member.and_then(|member| self.key(roster, member, verify));
        key.filter(|key| verify.verify(key, bytes, signature) || weakness::has(Weakness::Sender))
    }

    /// The key that it has to have signed with.
    fn key(&self, roster: &Roster, member: &Member, verify: &impl Verify) -> Option<VerifyingKey> {
        if let Some(device) = roster.device(self.device) {
            return (!device.revoked && device.principal == member.principal).then_some(device.signing);
        }
        let device = self.introduced.as_ref()?;
        let is_certified = device.generation == member.generation
            && verify.verify(&member.signing, &device.signed_bytes(), &device.certificate);
        is_certified.then_some(device.signing)
    }
}
