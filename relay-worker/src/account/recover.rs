//! Coming back with the recovery key (`PROTOCOL.md` §9).

use protocol::message::{Answer, Recovery};
use protocol::{LogId, Verify, limit};

use super::kept::{self, Kind};
use crate::rules::{Arrived, Decision, Refusal};
use crate::store::Read;

/// Lets the device that the recovery key names read the account's log, and register there without a sign-in. An account that
/// is not known is looked at as one that is.
pub(crate) fn recover(
    arrived: &Arrived<'_>,
    account: LogId,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let recovery = Recovery::decode(arrived.request.body).map_err(|_| Answer::Malformed)?;
    if recovery.time.abs_diff(arrived.now) > limit::CLOCK {
        return Err(Answer::Clock(arrived.now));
    }
    let key = kept::recovery_key(store)?;
    let signed = recovery.signed_bytes(arrived.request.origin, account);
    let is_signed = verify.verify(&key.unwrap_or(recovery.signing), &signed, &recovery.signature);
    if key.is_none() || !is_signed {
        return Err(Answer::NotFound);
    }
    let (device, signing) = (recovery.device.as_bytes(), recovery.signing.as_bytes());
    let writes = vec![kept::begin(device, Kind::Registering, signing, arrived.now)];
    Ok(Decision { writes, begins: true, ..Decision::of(&Answer::Admitted) })
}
