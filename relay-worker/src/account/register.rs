//! Registering, and putting a credential in the place of another (`PROTOCOL.md` §9).

use opaque_ke::{RegistrationRequest, ServerRegistration};
use protocol::message::{Answer, Message, NewCredential, Registering, Rule};
use protocol::opaque::{Parties, Suite};
use protocol::{Credential, Entry, Hash, LogId, LogKind, Verify, limit};
use rand_core::CryptoRngCore;

use super::kept::{self, Kind};
use super::sign_in::{Answered, is_admitted};
use super::{draw, identifier};
use crate::log::{self, Brought, take};
use crate::rules::{Decision, Means, Proven, Refusal};
use crate::store::Read;

/// Begins a registration, for a device of the account's log. Where a credential is held, it has to sign in with it first, or
/// have come by the recovery key.
pub(crate) fn register<R: CryptoRngCore>(
    proven: &Proven<'_>,
    account: LogId,
    means: &mut Means<'_, R>,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let request = proven.arrived.request;
    let asked = Registering::decode(request.body).map_err(|_| Answer::Malformed)?;
    let message =
        RegistrationRequest::<Suite>::deserialize(&asked.request.0).map_err(|_| Answer::Malformed)?;
    let roster = log::roster(store)?.ok_or(Answer::NotFound)?;
    if roster.kind() != LogKind::Account || !proven.is_answered_by(&roster, verify) {
        return Err(Answer::NotFound);
    }
    let setup = means.setup.ok_or(Answer::Failed)?;
    let now = proven.arrived.now;
    let mut writes = Vec::new();
    let recovers = kept::may_register(store, proven.proof.device, now)?;
    if kept::credential(store)?.is_some() && !recovers {
        let proof = asked.proof.ok_or(Answer::Expired)?;
        match Answered::of(&proof, (&Parties::new(account, request.origin), setup), now, store)? {
            Answered::Rightly(_) => writes.push(kept::end(proof.attempt, Kind::SignIn)),
            Answered::Wrongly => return Ok(super::sign_in::used_up(proof.attempt)),
            Answered::Never => return Err(Answer::Expired),
        }
    }
    let (attempt, identifier) = (draw(means.rng), identifier(means.rng));
    let started = ServerRegistration::<Suite>::start(&setup.opaque, message, &identifier);
    let response = started.map_err(|_| Answer::Malformed)?.message.serialize();
    writes.push(kept::begin(attempt.as_bytes(), Kind::Registration, &identifier, now));
    let answer = Answer::Registering { attempt, response: Message(response.into()) };
    Ok(Decision { writes, begins: true, ..Decision::of(&answer) })
}

/// Takes in a commit and the credential that it names, in one.
pub(crate) fn replace(
    proven: &Proven<'_>,
    account: LogId,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    let NewCredential { attempt, record: Message(record), ark_wrap, recovery_wrap, bundle } =
        NewCredential::decode(proven.arrived.request.body).map_err(|_| Answer::Malformed)?;
    let brought = Brought::of(bundle, account)?;
    let named = named(&brought, [&record, ark_wrap, recovery_wrap]);
    let taken = take(proven, &brought, store, verify)?;
    if taken.asks.is_some() {
        return Ok(taken);
    }
    let entry = named?;
    let held = kept::credential(store)?;
    let is_held = held.as_ref().is_some_and(|held| held.epoch == entry.epoch && held.record == record);
    if is_held {
        return Ok(taken);
    }
    if held.is_some_and(|held| held.epoch >= entry.epoch) {
        return Err(Answer::Expired);
    }
    let window = (proven.arrived.now, limit::ADMITTED);
    let identifier = kept::begun(store, attempt.as_bytes(), Kind::Registration, window)?;
    let identifier = identifier.ok_or(Answer::Expired)?;
    let mut writes = taken.writes;
    let blobs = [&record, ark_wrap, recovery_wrap, entry.recovery.as_bytes()];
    writes.push(kept::set_credential(entry.epoch, &identifier, blobs));
    writes.push(kept::end(attempt, Kind::Registration));
    writes.push(kept::end_all());
    Ok(Decision { writes, ..taken })
}

/// Tells a device the credential that is held, but for what only the relay needs.
pub(crate) fn credential(
    proven: &Proven<'_>,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<Decision, Refusal> {
    if !proven.arrived.request.body.is_empty() {
        return Err(Answer::Malformed);
    }
    let roster = log::roster(store)?.ok_or(Answer::NotFound)?;
    let is_account = roster.kind() == LogKind::Account;
    let may_read = proven.is_answered_by(&roster, verify) || is_admitted(proven, &roster, store, verify)?;
    let held = kept::credential(store)?.filter(|_| is_account && may_read).ok_or(Answer::NotFound)?;
    let (ark_wrap, recovery_wrap) = (&held.ark_wrap[..], &held.recovery_wrap[..]);
    Ok(Decision::of(&Answer::Credential { epoch: held.epoch, ark_wrap, recovery_wrap }))
}

/// The one `credential` entry, if it names these.
fn named<'a>(
    brought: &'a Brought<'_>,
    [record, ark_wrap, recovery_wrap]: [&[u8]; 3],
) -> Result<&'a Credential, Refusal> {
    let entries = (0..).zip(&brought.entries).filter_map(|(index, entry)| match entry {
        Entry::Credential(credential) => Some((index, credential)),
        _ => None,
    });
    let entries: Vec<(u64, &Credential)> = entries.collect();
    match *entries {
        [(_, entry)]
            if entry.record == Hash::of_record(record)
                && entry.ark_wrap == Hash::of_ark_wrap(ark_wrap)
                && entry.recovery_wrap == Hash::of_ark_wrap(recovery_wrap) =>
        {
            Ok(entry)
        }
        _ => Err(Answer::Refused { rule: Rule::Entry, entry: entries.last().map_or(0, |(index, _)| *index) }),
    }
}
