//! The suite is the one of RFC 9807: it gives the vectors of its appendix C for ristretto255 and SHA-512.
//!
//! Every draw is scripted, so a run also fixes what is drawn, in which order and how much at a time. The fake
//! vector is what the relay answers for an account that is not there: the client key of the record it
//! makes up is in the setup, and the masking key is the first draw.
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::collections::VecDeque;
use std::thread;

use opaque_ke::rand::{self, CryptoRng, RngCore};
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientLoginFinishResult, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialFinalization, CredentialRequest, CredentialResponse,
    Identifiers, RegistrationRequest, RegistrationResponse, RegistrationUpload, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup,
};
use protocol::opaque::Suite;

const PUBLISHED: &str = include_str!("vectors/opaque.txt");

/// Without identities, and with them.
const REAL: [Vector; 2] = [Vector("1"), Vector("2")];
const FAKE: Vector = Vector("fake");

/// What the relay draws for a fake record, and drops where there is a real one.
const DROPPED: [u8; 64] = [0xEE; 64];

#[derive(Clone, Copy, Debug)]
struct Vector(&'static str);

impl Vector {
    fn find(self, name: &str) -> Option<Vec<u8>> {
        let start = format!("{}.{name} ", self.0);
        let hex = PUBLISHED.lines().find_map(|line| line.strip_prefix(&start))?;
        let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
        Some(digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect())
    }

    fn get(self, name: &str) -> Vec<u8> {
        self.find(name).unwrap_or_else(|| unreachable!("no vector {}.{name}", self.0))
    }

    /// A scalar is drawn as 64 bytes, and reduced.
    fn scalar(self, name: &str) -> Vec<u8> {
        [self.get(name), vec![0; 32]].concat()
    }

    /// With `spare` as the client key of a fake record.
    fn setup(self, spare: &str) -> ServerSetup<Suite> {
        let parts = [self.get("oprf_seed"), self.get("server_private_key"), self.get(spare)];
        let setup = ServerSetup::<Suite>::deserialize(&parts.concat()).unwrap();
        assert_eq!(setup.keypair().public().serialize().to_vec(), self.get("server_public_key"));
        setup
    }

    fn parties(self) -> Parties {
        Parties {
            client: self.find("client_identity"),
            server: self.find("server_identity"),
            context: self.get("Context"),
        }
    }

    fn client_login(self) -> (ClientLogin<Suite>, CredentialRequest<Suite>) {
        let mut script = Script::of([
            self.scalar("blind_login"),
            self.get("client_keyshare_seed"),
            self.get("client_nonce"),
        ]);
        let start = ClientLogin::start(&mut script, &self.get("password")).unwrap();
        (start.state, start.message)
    }

    /// The relay's answer to the vector's KE1, after `first` was drawn for a fake record.
    fn answer(
        self,
        spare: &str,
        record: Option<ServerRegistration<Suite>>,
        first: Vec<u8>,
    ) -> (ServerLogin<Suite>, Vec<u8>) {
        let mut script = Script::of([
            first,
            self.get("masking_nonce"),
            self.get("server_keyshare_seed"),
            self.get("server_nonce"),
        ]);
        let start = ServerLogin::start(
            &mut script,
            &self.setup(spare),
            record,
            CredentialRequest::deserialize(&self.get("KE1")).unwrap(),
            &self.get("credential_identifier"),
            self.parties().of_relay(),
        )
        .unwrap();
        (start.state, start.message.serialize().to_vec())
    }

    /// What the client makes of `ke2`. It draws nothing.
    fn finish(self, state: ClientLogin<Suite>, ke2: &[u8]) -> Option<ClientLoginFinishResult<Suite>> {
        let (ke2, parties) = (CredentialResponse::deserialize(ke2).ok()?, self.parties());
        let to = ClientLoginFinishParameters::new(Some(&parties.context), parties.identifiers(), None);
        state.finish(&mut Script::of([]), &self.get("password"), ke2, to).ok()
    }
}

struct Parties {
    client: Option<Vec<u8>>,
    server: Option<Vec<u8>>,
    context: Vec<u8>,
}

impl Parties {
    fn identifiers(&self) -> Identifiers<'_> {
        Identifiers { client: self.client.as_deref(), server: self.server.as_deref() }
    }

    fn of_relay(&self) -> ServerLoginParameters<'_, '_> {
        ServerLoginParameters { context: Some(&self.context), identifiers: self.identifiers() }
    }
}

/// Gives out what it was given, in that order and in draws of that length, to the last.
struct Script(VecDeque<Vec<u8>>);

impl Script {
    fn of<const N: usize>(draws: [Vec<u8>; N]) -> Self {
        Self(draws.into())
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        assert!(self.0.is_empty() || thread::panicking(), "{} draws are left over", self.0.len());
    }
}

impl RngCore for Script {
    fn next_u32(&mut self) -> u32 {
        unreachable!("only bytes are drawn")
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("only bytes are drawn")
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.copy_from_slice(&self.0.pop_front().unwrap());
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Script {}

#[test]
fn registration_is_the_published_one() {
    for vector in REAL {
        let password = vector.get("password");
        let mut script = Script::of([vector.scalar("blind_registration")]);
        let start = ClientRegistration::<Suite>::start(&mut script, &password).unwrap();
        let request = start.message.serialize().to_vec();
        assert_eq!(request, vector.get("registration_request"), "{vector:?}");

        let answer = ServerRegistration::<Suite>::start(
            &vector.setup("server_public_key"),
            RegistrationRequest::deserialize(&request).unwrap(),
            &vector.get("credential_identifier"),
        )
        .unwrap();
        let response = answer.message.serialize().to_vec();
        assert_eq!(response, vector.get("registration_response"), "{vector:?}");

        let parties = vector.parties();
        let finish = start
            .state
            .finish(
                &mut Script::of([vector.get("envelope_nonce")]),
                &password,
                RegistrationResponse::deserialize(&response).unwrap(),
                ClientRegistrationFinishParameters::new(parties.identifiers(), None),
            )
            .unwrap();
        let upload = vector.get("registration_upload");
        assert_eq!(finish.message.serialize().to_vec(), upload, "{vector:?}");
        assert_eq!(finish.export_key.to_vec(), vector.get("export_key"), "{vector:?}");
        assert_eq!(finish.server_s_pk.serialize().to_vec(), vector.get("server_public_key"), "{vector:?}");

        let record = ServerRegistration::<Suite>::finish(RegistrationUpload::deserialize(&upload).unwrap());
        assert_eq!(record.serialize().to_vec(), upload, "a record is the upload: {vector:?}");
    }
}

#[test]
fn sign_in_is_the_published_one() {
    for vector in REAL {
        let (client, request) = vector.client_login();
        assert_eq!(request.serialize().to_vec(), vector.get("KE1"), "{vector:?}");

        let record = ServerRegistration::deserialize(&vector.get("registration_upload")).unwrap();
        let (relay, ke2) = vector.answer("server_public_key", Some(record), DROPPED.to_vec());
        assert_eq!(ke2, vector.get("KE2"), "{vector:?}");

        let finish = vector.finish(client, &ke2).unwrap();
        let ke3 = finish.message.serialize().to_vec();
        assert_eq!(ke3, vector.get("KE3"), "{vector:?}");
        assert_eq!(finish.export_key.to_vec(), vector.get("export_key"), "{vector:?}");
        assert_eq!(finish.session_key.to_vec(), vector.get("session_key"), "{vector:?}");
        assert_eq!(finish.server_s_pk.serialize().to_vec(), vector.get("server_public_key"), "{vector:?}");

        let last = CredentialFinalization::deserialize(&ke3).unwrap();
        let signed_in = relay.finish(last, vector.parties().of_relay()).unwrap();
        assert_eq!(signed_in.session_key.to_vec(), vector.get("session_key"), "{vector:?}");
    }
}

#[test]
fn a_changed_answer_is_refused() {
    for vector in REAL {
        let ((client, _), ke2) = (vector.client_login(), vector.get("KE2"));
        assert!(vector.finish(client.clone(), &ke2).is_some(), "the control: {vector:?}");
        for at in 0..ke2.len() {
            let mut changed = ke2.clone();
            changed[at] ^= 1;
            assert!(vector.finish(client.clone(), &changed).is_none(), "byte {at}: {vector:?}");
        }
    }
}

#[test]
fn an_account_that_is_not_there_is_answered_as_published() {
    let (_, ke2) = FAKE.answer("client_public_key", None, FAKE.get("masking_key"));
    assert_eq!(ke2, FAKE.get("KE2"));
}
