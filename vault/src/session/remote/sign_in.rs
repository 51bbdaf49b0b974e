//! The client's half of OPAQUE (`protocol/PROTOCOL.md` §9).

use crypto::LoginSecret;
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, RegistrationResponse,
};
use protocol::message::{Answer, Message, Registering, Route, SignInProof};
use protocol::opaque::{Parties, RECORD, REGISTRATION_RESPONSE, Suite};
use protocol::{Attempt, LogId};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::ask::{Relay, RemoteError, answer, ask_unsigned, wrong};
use crate::port::Transport;

/// What both ends know after a sign-in, and what this one alone does.
pub(super) struct SignedIn {
    pub(super) proof: SignInProof,
    pub(super) session_key: Zeroizing<[u8; 64]>,
    pub(super) export_key: Zeroizing<[u8; 64]>,
    pub(super) server_key: [u8; 32],
}

/// What a registration leaves: a record for the relay, a key for this end.
pub(super) struct Registered {
    pub(super) record: [u8; RECORD],
    pub(super) export_key: Zeroizing<[u8; 64]>,
    pub(super) server_key: [u8; 32],
}

/// A registration that waits for the relay's response.
pub(super) struct Registration<'a> {
    state: ClientRegistration<Suite>,
    secret: &'a LoginSecret,
}

/// Signs in, up to the proof that the relay has not seen yet.
pub(super) async fn sign_in<T: Transport>(
    relay: &Relay<'_, T>,
    account: LogId,
    secret: &LoginSecret,
    rng: &mut impl CryptoRngCore,
) -> Result<SignedIn, RemoteError> {
    let started = ClientLogin::<Suite>::start(rng, secret.expose()).map_err(|_| RemoteError::WrongCode)?;
    let ke1 = started.message.serialize().to_vec();
    let body = ask_unsigned(relay, Route::SignIn(account), ke1).await?;
    let (attempt, ke2) = match answer(&body)? {
        Answer::Challenge { attempt, ke2 } => (attempt, ke2),
        other => return Err(wrong(&other)),
    };
    let parties = Parties::new(account, relay.origin);
    let parameters = ClientLoginFinishParameters::new(Some(parties.context()), parties.identifiers(), None);
    let ke2 = CredentialResponse::deserialize(&ke2.0).map_err(|_| RemoteError::Untrue)?;
    // A wrong passphrase, a wrong code, an unknown account and another relay look the same from here, as they shall.
    let finished =
        started.state.finish(rng, secret.expose(), ke2, parameters).map_err(|_| RemoteError::WrongCode)?;
    let untrue = |_| RemoteError::Untrue;
    let ke3 = Message(finished.message.serialize().as_slice().try_into().map_err(untrue)?);
    Ok(SignedIn {
        proof: SignInProof { attempt, ke3 },
        session_key: Zeroizing::new(finished.session_key.into()),
        export_key: Zeroizing::new(finished.export_key.into()),
        server_key: finished.server_s_pk.serialize().into(),
    })
}

impl<'a> Registration<'a> {
    /// Begins one with this secret: the body of the request.
    pub(super) fn start(
        secret: &'a LoginSecret,
        proof: Option<SignInProof>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Self, Vec<u8>), RemoteError> {
        let started =
            ClientRegistration::<Suite>::start(rng, secret.expose()).map_err(|_| RemoteError::Failed)?;
        let request = Message(started.message.serialize().into());
        let body = Registering { request, proof }.encode();
        Ok((Self { state: started.state, secret }, body))
    }

    /// Finishes it with the relay's response.
    pub(super) fn finish(
        self,
        response: &Message<REGISTRATION_RESPONSE>,
        parties: &Parties,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Registered, RemoteError> {
        let untrue = |_| RemoteError::Untrue;
        let response = RegistrationResponse::deserialize(&response.0).map_err(untrue)?;
        let parameters = ClientRegistrationFinishParameters::new(parties.identifiers(), None);
        let finished = self
            .state
            .finish(rng, self.secret.expose(), response, parameters)
            .map_err(|_| RemoteError::Untrue)?;
        Ok(Registered {
            record: finished.message.serialize().as_slice().try_into().map_err(|_| RemoteError::Untrue)?,
            export_key: Zeroizing::new(finished.export_key.into()),
            server_key: finished.server_s_pk.serialize().into(),
        })
    }
}

/// What the relay answered to a registration that was begun.
pub(super) fn registering(body: &[u8]) -> Result<(Attempt, Message<REGISTRATION_RESPONSE>), RemoteError> {
    match answer(body)? {
        Answer::Registering { attempt, response } => Ok((attempt, response)),
        other => Err(wrong(&other)),
    }
}
