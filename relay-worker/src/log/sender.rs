//! Who is answered (`PROTOCOL.md` §2).

use protocol::{Member, Roster, Verify, VerifyingKey};

use crate::rules::Proven;

impl Proven<'_> {
    /// Whether its sender is of this roster, or introduces itself to it, and signed the request.
    pub(crate) fn is_answered_by(&self, roster: &Roster, verify: &impl Verify) -> bool {
        self.signing(roster, verify).is_some()
    }

    /// What the sender signed the request with, if it is answered.
    pub(crate) fn signing(&self, roster: &Roster, verify: &impl Verify) -> Option<VerifyingKey> {
        let member = roster.member(self.proof.account).filter(|member| !member.grants.is_empty());
        let key = member.and_then(|member| self.key(roster, member, verify));
        key.filter(|key| verify.verify(key, &self.proof.signed_bytes(&self.signed), &self.proof.signature))
    }

    /// The key that the sender has to have signed with.
    fn key(&self, roster: &Roster, member: &Member, verify: &impl Verify) -> Option<VerifyingKey> {
        if let Some(device) = roster.device(self.proof.device) {
            return (!device.revoked && device.principal == member.principal).then_some(device.signing);
        }
        let device = self.proof.introduced()?;
        let is_certified = device.generation == member.generation
            && verify.verify(&member.signing, &device.signed_bytes(), &device.certificate);
        is_certified.then_some(device.signing)
    }
}
