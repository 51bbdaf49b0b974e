//! Signing in by OPAQUE, and what it lets a device do (`PROTOCOL.md` §9).

use opaque_ke::{
    CredentialFinalization, CredentialRequest, ServerLogin, ServerLoginParameters, ServerRegistration,
};
use protocol::message::{Admission, Answer, Message, SignInProof};
use protocol::opaque::{KE1, KE3, Parties, Suite};
use protocol::{Attempt, LogId, LogKind, Roster, Verify, limit};
use rand_core::CryptoRngCore;
use weakness::Weakness;
use zeroize::Zeroizing;

use super::draw;
use super::kept::{self, Kind};
use super::setup::{STATE, Setup};
use crate::rules::{Arrived, Decision, Means, Proven, Refusal};
use crate::store::{Failed, Read};

/// Answers a challenge, for an account that is known as for one that is not.
pub(crate) fn sign_in<R: CryptoRngCore>(
    arrived: &Arrived<'_>,
    account: LogId,
    means: &mut Means<'_, R>,
    store: &impl Read,
) -> Result<Decision, Refusal> {
    let body: &[u8; KE1] = arrived.request.body.try_into().map_err(|_| Answer::Malformed)?;
    let ke1 = CredentialRequest::<Suite>::deserialize(body).map_err(|_| Answer::Malformed)?;
    let setup = means.setup.ok_or(Answer::Failed)?;
    let decoy = (&setup.identifier(account), setup.decoy());
    let row = kept::sign_in_row(store, arrived.now, decoy)?.map_err(Answer::Limited)?;
    if row.epoch == 0 && weakness::has(Weakness::Decoy) {
        return Err(Answer::NotFound);
    }
    let record = ServerRegistration::<Suite>::deserialize(&row.record).map_err(|_| Failed)?;
    let known = (row.epoch > 0).then_some(record);
    let parties = Parties::new(account, arrived.request.origin);
    let started =
        ServerLogin::start(means.rng, &setup.opaque, known, ke1, &row.identifier, parameters(&parties));
    let started = started.map_err(|_| Answer::Malformed)?;
    let attempt = draw(means.rng);
    let ke2 = started.message.serialize().as_slice().try_into().map_err(|_| Failed)?;
    let ke2 = Box::new(Message(ke2));
    let mut state = Zeroizing::new(<[u8; STATE]>::from(started.state.serialize()));
    setup.mask(attempt, &mut state);
    let writes = vec![kept::begin(attempt.as_bytes(), Kind::SignIn, &*state, arrived.now)];
    Ok(Decision { writes, begins: true, ..Decision::of(&Answer::Challenge { attempt, ke2 }) })
}

/// Lets the device that a sign-in names read the account's log.
pub(crate) fn admit<R>(
    arrived: &Arrived<'_>,
    account: LogId,
    means: &Means<'_, R>,
    store: &impl Read,
) -> Result<Decision, Refusal> {
    let Admission { proof, device, signing, tag } =
        Admission::decode(arrived.request.body).map_err(|_| Answer::Malformed)?;
    let parties = Parties::new(account, arrived.request.origin);
    let setup = means.setup.ok_or(Answer::Failed)?;
    let session = match Answered::of(&proof, (&parties, setup), arrived.now, store)? {
        Answered::Rightly(session) => session,
        Answered::Wrongly => return Ok(used_up(proof.attempt)),
        Answered::Never => return Err(Answer::Expired),
    };
    if !parties.is_enrolment_tag(&*session, proof.attempt, device, &signing, &tag.0) {
        return Ok(used_up(proof.attempt));
    }
    let stays = if weakness::has(Weakness::Spent) {
        kept::begin(device.as_bytes(), Kind::Reading, signing.as_bytes(), arrived.now)
    } else {
        kept::let_in(proof.attempt, device, &signing, arrived.now)
    };
    let writes = vec![stays];
    Ok(Decision { writes, ..Decision::of(&Answer::Admitted) })
}

/// Whether the sender is admitted to this account's log and signed the request.
pub(crate) fn is_admitted(
    proven: &Proven<'_>,
    roster: &Roster,
    store: &impl Read,
    verify: &impl Verify,
) -> Result<bool, Failed> {
    let proof = &proven.proof;
    let is_of_account = roster.kind() == LogKind::Account && proof.account == roster.head().log.principal();
    if !is_of_account || proof.introduction.is_some() || roster.device(proof.device).is_some() {
        return Ok(false);
    }
    let key = kept::admitted(store, proof.device, proven.arrived.now)?;
    Ok(key.is_some_and(|key| verify.verify(&key, &proof.signed_bytes(&proven.signed), &proof.signature)))
}

/// How a challenge was answered.
pub(super) enum Answered {
    /// With this session key.
    Rightly(Zeroizing<[u8; 64]>),
    Wrongly,
    /// There is no such challenge any more.
    Never,
}

impl Answered {
    pub(super) fn of(
        proof: &SignInProof,
        (parties, setup): (&Parties, &Setup),
        now: u64,
        store: &impl Read,
    ) -> Result<Self, Failed> {
        let window = (now, limit::CHALLENGE);
        let Some(state) = kept::begun(store, proof.attempt.as_bytes(), Kind::SignIn, window)? else {
            return Ok(Self::Never);
        };
        let mut state = Zeroizing::new(<[u8; STATE]>::try_from(state).map_err(|_| Failed)?);
        setup.mask(proof.attempt, &mut state);
        let state = ServerLogin::<Suite>::deserialize(&*state).map_err(|_| Failed)?;
        let session = finish(state, &proof.ke3, parties);
        Ok(session.map_or(Self::Wrongly, Self::Rightly))
    }
}

fn finish(state: ServerLogin<Suite>, ke3: &Message<KE3>, parties: &Parties) -> Option<Zeroizing<[u8; 64]>> {
    let ke3 = CredentialFinalization::<Suite>::deserialize(&ke3.0).ok()?;
    let finished = state.finish(ke3, parameters(parties)).ok()?;
    Some(Zeroizing::new(finished.session_key.into()))
}

/// *Expired*, and the challenge is answered no more.
pub(super) fn used_up(attempt: Attempt) -> Decision {
    Decision { writes: vec![kept::use_up(attempt)], ..Decision::of(&Answer::Expired) }
}

fn parameters(parties: &Parties) -> ServerLoginParameters<'_, '_> {
    ServerLoginParameters { context: Some(parties.context()), identifiers: parties.identifiers() }
}
