//! The server's half of OPAQUE as its library has it, with no relay around it.

use browser::entropy::Entropy;
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialFinalization, CredentialRequest, CredentialResponse, ServerLogin, ServerLoginParameters,
    ServerRegistration, ServerSetup,
};
use protocol::LogId;
use protocol::opaque::{Parties, Suite};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

const IDENTIFIER: &[u8] = &[3; 16];
const PASSWORD: &[u8] = &[4; 32];

/// Sign-ins of one account.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SignIns {
    setup: ServerSetup<Suite>,
    record: ServerRegistration<Suite>,
    parties: Parties,
    client: ClientLogin<Suite>,
    /// The first message.
    ke1: Vec<u8>,
    /// The server's state of each that was begun, and what it answered.
    begun: Vec<(ServerLogin<Suite>, Vec<u8>)>,
    /// The last messages.
    ke3: Vec<Vec<u8>>,
}

#[wasm_bindgen]
impl SignIns {
    /// Registers the account.
    ///
    /// # Errors
    /// Never: both ends keep the rules.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, JsError> {
        let parties = Parties::new(LogId::new([1; 16]), "https://relay.example");
        let setup = ServerSetup::<Suite>::new(&mut Entropy);
        let started = ClientRegistration::<Suite>::start(&mut Entropy, PASSWORD).map_err(failed)?;
        let answered = ServerRegistration::start(&setup, started.message, IDENTIFIER).map_err(failed)?;
        let parameters = ClientRegistrationFinishParameters::new(parties.identifiers(), None);
        let finished =
            started.state.finish(&mut Entropy, PASSWORD, answered.message, parameters).map_err(failed)?;
        let record = ServerRegistration::finish(finished.message);
        let started = ClientLogin::<Suite>::start(&mut Entropy, PASSWORD).map_err(failed)?;
        let ke1 = started.message.serialize().to_vec();
        let (begun, ke3) = (Vec::new(), Vec::new());
        Ok(Self { setup, record, parties, client: started.state, ke1, begun, ke3 })
    }

    /// The server's half of `count` sign-ins up to its answer.
    ///
    /// # Errors
    /// As [`SignIns::new`].
    pub fn begin(&mut self, count: usize) -> Result<(), JsError> {
        self.begun.clear();
        for _ in 0..count {
            let ke1 = CredentialRequest::deserialize(&self.ke1).map_err(failed)?;
            let (record, parameters) = (Some(self.record.clone()), parameters(&self.parties));
            let started = ServerLogin::start(&mut Entropy, &self.setup, record, ke1, IDENTIFIER, parameters);
            let started = started.map_err(failed)?;
            self.begun.push((started.state, started.message.serialize().to_vec()));
        }
        Ok(())
    }

    /// The client's half.
    ///
    /// # Errors
    /// As [`SignIns::new`].
    pub fn answer(&mut self) -> Result<(), JsError> {
        self.ke3.clear();
        for (_, ke2) in &self.begun {
            let (context, names) = (self.parties.context(), self.parties.identifiers());
            let parameters = ClientLoginFinishParameters::new(Some(context), names, None);
            let ke2 = CredentialResponse::deserialize(ke2).map_err(failed)?;
            let finished =
                self.client.clone().finish(&mut Entropy, PASSWORD, ke2, parameters).map_err(failed)?;
            self.ke3.push(finished.message.serialize().to_vec());
        }
        Ok(())
    }

    /// The end of the server's half.
    ///
    /// # Errors
    /// As [`SignIns::new`].
    pub fn finish(&mut self) -> Result<(), JsError> {
        for ((state, _), ke3) in std::mem::take(&mut self.begun).into_iter().zip(&self.ke3) {
            let ke3 = CredentialFinalization::deserialize(ke3).map_err(failed)?;
            state.finish(ke3, parameters(&self.parties)).map_err(failed)?;
        }
        Ok(())
    }
}

fn parameters(parties: &Parties) -> ServerLoginParameters<'_, '_> {
    ServerLoginParameters { context: Some(parties.context()), identifiers: parties.identifiers() }
}

fn failed<E>(_: E) -> JsError {
    JsError::new("OPAQUE fails")
}
