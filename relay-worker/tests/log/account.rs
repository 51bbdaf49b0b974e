//! Registration, sign-in and admission (`PROTOCOL.md` §9), by the client's half of OPAQUE.

use std::cell::RefCell;
use std::ops::ControlFlow;

use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, RegistrationResponse,
};
use protocol::message::{
    Admission, Answer, Bundle, Message, NewCredential, Recovery, Registering, Route, SignInProof,
};
use protocol::opaque::{Parties, RECORD, Suite};
use protocol::{
    Attempt, Commit, Credential, DeviceId, Entry, Hash, LogId, Note, Signature, VerifyingKey, limit,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::Sha512;

use relay_worker::store::{Failed, Read, Value};
use weakness::Weakness;

use crate::database::Database;
use crate::relay::{Draft, NOW, ORIGIN, Relay, log};
use crate::world::{Actor, World};

const PASSWORD: &[u8] = &[0x50; 32];
const OTHER: &[u8] = &[0x51; 32];
const ARK: &[u8] = &[0x61; 105];
const RECOVERY: &[u8] = &[0x62; 105];
/// What the recovery key is made of.
const RECOVERY_SEED: [u8; 32] = [0x63; 32];
const MINUTE: u64 = 60_000;

/// A relay with the account of `world`, and chance for its clients.
pub(crate) struct Scene {
    pub(crate) relay: Relay,
    pub(crate) world: World,
    rng: ChaCha8Rng,
}

/// What a registration came to.
struct Registered {
    attempt: Attempt,
    record: [u8; RECORD],
    export_key: Vec<u8>,
}

/// What a client knows once it opened a challenge.
struct SignedIn {
    proof: SignInProof,
    session_key: Vec<u8>,
    export_key: Vec<u8>,
}

fn parties(account: LogId) -> Parties {
    Parties::new(account, ORIGIN)
}

fn unsigned(route: Route, body: Vec<u8>) -> Draft {
    let (method, target) = (route.method().to_owned(), route.to_string());
    Draft { origin: ORIGIN.to_owned(), method, target, body, proof: None }
}

impl Scene {
    /// An account without a credential.
    fn new() -> Self {
        let world = World::account();
        Self { relay: Relay::of(&world), world, rng: ChaCha8Rng::seed_from_u64(1) }
    }

    /// An account that is registered with [`PASSWORD`].
    pub(crate) fn registered() -> Self {
        let mut scene = Self::new();
        let registered = scene.register(PASSWORD, None);
        assert_eq!(scene.bring(&registered, 1), Answer::Appended(scene.head()).encode());
        scene
    }

    pub(crate) fn account(&self) -> LogId {
        log(&self.world)
    }

    fn head(&self) -> protocol::message::Head {
        let head = self.world.state.head();
        protocol::message::Head { seq: head.seq, hash: head.hash }
    }

    /// Asks for a registration; the answer's bytes.
    fn ask(&mut self, password: &[u8], proof: Option<SignInProof>) -> (ClientRegistration<Suite>, Vec<u8>) {
        let started = ClientRegistration::<Suite>::start(&mut self.rng, password).unwrap();
        let request = Message(started.message.serialize().into());
        let body = Registering { request, proof }.encode();
        let mut draft = Draft::new(&self.world.owner, Route::Register(self.account()), body);
        draft.proof = Some(draft.signed(&self.world.owner, self.relay.now, None));
        (started.state, self.relay.send(&draft))
    }

    fn register(&mut self, password: &[u8], proof: Option<SignInProof>) -> Registered {
        let (state, answer) = self.ask(password, proof);
        let Ok(Answer::Registering { attempt, response }) = Answer::decode(&answer) else {
            panic!("{:?}", Answer::decode(&answer))
        };
        let parties = parties(self.account());
        let parameters = ClientRegistrationFinishParameters::new(parties.identifiers(), None);
        let response = RegistrationResponse::deserialize(&response.0).unwrap();
        let finished = state.finish(&mut self.rng, password, response, parameters).unwrap();
        let record = finished.message.serialize().as_slice().try_into().unwrap();
        Registered { attempt, record, export_key: finished.export_key.to_vec() }
    }

    fn credential(&self, record: &[u8], epoch: u32) -> Commit {
        let entry = Credential {
            epoch,
            ark_epoch: 1,
            record: Hash::of_record(record),
            ark_wrap: Hash::of_ark_wrap(ARK),
            recovery_wrap: Hash::of_ark_wrap(RECOVERY),
            recovery: VerifyingKey::new(SigningKey::from_bytes(&RECOVERY_SEED).verifying_key().to_bytes()),
        };
        self.world.commit_by(&self.world.owner, &[Entry::Credential(entry)])
    }

    /// Brings what was registered as the credential of that epoch; the answer's bytes.
    fn bring(&mut self, registered: &Registered, epoch: u32) -> Vec<u8> {
        let commit = self.credential(&registered.record, epoch);
        let answer = self.relay.send(&self.bringing(registered, &commit));
        if matches!(Answer::decode(&answer), Ok(Answer::Appended(_))) {
            self.world.state.accept(&commit, &crate::world::verify).unwrap();
            self.world.commits.push(commit);
        }
        answer
    }

    fn bringing(&self, registered: &Registered, commit: &Commit) -> Draft {
        let commit = commit.encode();
        let body = NewCredential {
            attempt: registered.attempt,
            record: Message(registered.record),
            ark_wrap: ARK,
            recovery_wrap: RECOVERY,
            bundle: Bundle { commit: &commit, blobs: Vec::new() },
        };
        let mut draft = Draft::new(&self.world.owner, Route::Replace(self.account()), body.encode());
        draft.proof = Some(draft.signed(&self.world.owner, self.relay.now, None));
        draft
    }

    /// Begins a sign-in of that account; the answer's bytes.
    fn begin(&mut self, account: LogId, password: &[u8]) -> (ClientLogin<Suite>, Vec<u8>) {
        let started = ClientLogin::<Suite>::start(&mut self.rng, password).unwrap();
        let body = started.message.serialize().to_vec();
        (started.state, self.relay.send(&unsigned(Route::SignIn(account), body)))
    }

    /// A sign-in up to the client's last message; `None` if the password does not open the challenge.
    fn sign_in(&mut self, password: &[u8]) -> Option<SignedIn> {
        let account = self.account();
        let (state, answer) = self.begin(account, password);
        let Ok(Answer::Challenge { attempt, ke2 }) = Answer::decode(&answer) else {
            panic!("{:?}", Answer::decode(&answer))
        };
        let parties = parties(account);
        let parameters =
            ClientLoginFinishParameters::new(Some(parties.context()), parties.identifiers(), None);
        let ke2 = CredentialResponse::deserialize(&ke2.0).unwrap();
        let finished = state.finish(&mut self.rng, password, ke2, parameters).ok()?;
        let ke3 = Message(finished.message.serialize().as_slice().try_into().unwrap());
        let (session_key, export_key) = (finished.session_key.to_vec(), finished.export_key.to_vec());
        Some(SignedIn { proof: SignInProof { attempt, ke3 }, session_key, export_key })
    }

    fn admission(&self, signed_in: &SignedIn, device: &Actor) -> Admission {
        let signing = device.device_entry(1).signing;
        let tag = parties(self.account()).enrolment_tag(
            &signed_in.session_key,
            signed_in.proof.attempt,
            device.device,
            &signing,
        );
        Admission { proof: signed_in.proof, device: device.device, signing, tag: Message(tag) }
    }

    fn admit(&mut self, admission: &Admission) -> Vec<u8> {
        self.relay.send(&unsigned(Route::Admit(self.account()), admission.encode()))
    }

    /// What a device is told of the credential.
    fn told(&mut self, device: &Actor) -> Vec<u8> {
        self.relay.get(device, Route::Credential(self.account()))
    }

    /// A request for each route that changes the account, after what has to be begun before it.
    pub(crate) fn account_requests(&mut self) -> Vec<Draft> {
        let [first, next, last] = [0, 1, 2].map(|_| self.sign_in(PASSWORD).unwrap());
        let registered = self.register(OTHER, Some(first.proof));
        let replace = self.bringing(&registered, &self.credential(&registered.record, 2));
        let started = ClientRegistration::<Suite>::start(&mut self.rng, OTHER).unwrap();
        let request = Message(started.message.serialize().into());
        let register = Registering { request, proof: Some(next.proof) }.encode();
        let started = ClientLogin::<Suite>::start(&mut self.rng, PASSWORD).unwrap();
        let admission = self.admission(&last, &self.world.owner.on_device(0x56));
        let account = self.account();
        let recovery = recovery(self, &self.world.owner.on_device(0x57), RECOVERY_SEED);
        vec![
            replace,
            Draft::new(&self.world.owner, Route::Register(account), register),
            unsigned(Route::SignIn(account), started.message.serialize().to_vec()),
            unsigned(Route::Admit(account), admission.encode()),
            unsigned(Route::Recover(account), recovery.encode()),
        ]
    }

    /// How many commits the relay has.
    pub(crate) fn commits(&self) -> usize {
        let mut count = 0;
        let counted = self.relay.database.each("SELECT seq FROM commits", &[], &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        counted.unwrap();
        count
    }

    /// All bytes in the database.
    pub(crate) fn values(&self) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let queries = [
            "SELECT * FROM commits",
            "SELECT * FROM blobs",
            "SELECT * FROM objects",
            "SELECT * FROM fold",
            "SELECT * FROM quota",
            "SELECT * FROM credential",
            "SELECT * FROM begun",
        ];
        assert_eq!(queries.len(), relay_worker::rules::schema().count());
        for query in queries {
            let read = self.relay.database.each(query, &[], &mut |row| {
                found.extend(row.iter().filter_map(Value::as_bytes).map(<[u8]>::to_vec));
                ControlFlow::Continue(())
            });
            read.unwrap();
        }
        found
    }

    /// Whether the relay lets a device read this account's log.
    fn reads(&mut self, device: &Actor) -> bool {
        let route = Route::Chain { log: self.account(), from: 0 };
        let answer = self.relay.get(device, route);
        matches!(Answer::decode(&answer), Ok(Answer::Chain { .. }))
    }
}

fn admitted() -> Vec<u8> {
    Answer::Admitted.encode()
}

fn expired() -> Vec<u8> {
    Answer::Expired.encode()
}

#[test]
fn who_registered_signs_in_with_two_requests_and_gets_what_was_left_there() {
    let mut scene = Scene::new();
    let registered = scene.register(PASSWORD, None);
    assert_eq!(scene.bring(&registered, 1), Answer::Appended(scene.head()).encode());
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    assert_eq!(signed_in.export_key, registered.export_key);
    let device = scene.world.owner.on_device(0x55);
    let left = Answer::Credential { epoch: 1, ark_wrap: ARK, recovery_wrap: RECOVERY }.encode();
    let not_found = Answer::NotFound.encode();
    assert!(!scene.reads(&device), "the control");
    assert_eq!(scene.told(&device), not_found, "the control");
    assert_eq!(scene.admit(&scene.admission(&signed_in, &device)), admitted());
    assert!(scene.reads(&device));
    assert_eq!(scene.told(&device), left);
    let other = scene.world.owner.on_device(0x56);
    assert!(!scene.reads(&other));
    assert_eq!(scene.told(&other), not_found);
    assert_eq!(scene.told(&scene.world.owner.clone()), left);
}

#[test]
fn a_sign_in_is_two_requests_of_600_bytes_with_their_answers() {
    let mut scene = Scene::registered();
    let account = scene.account();
    let (_, challenge) = scene.begin(account, PASSWORD);
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    let admission = scene.admission(&signed_in, &scene.world.owner.on_device(0x55));
    let admitted = scene.admit(&admission);
    let bytes = protocol::opaque::KE1 + challenge.len() + admission.encode().len() + admitted.len();
    assert!(bytes <= 600, "{bytes}");
}

#[test]
fn another_password_does_not_open_the_challenge() {
    let mut scene = Scene::registered();
    assert!(scene.sign_in(OTHER).is_none());
    assert!(scene.sign_in(PASSWORD).is_some(), "the control");
}

#[test]
fn an_account_that_is_not_known_is_answered_in_the_same_bytes_by_the_same_statements() {
    let mut scene = Scene::registered();
    let known = scene.account();
    let unknown = LogId::new([0x77; 16]);
    let challenge = |answer: &[u8]| match Answer::decode(answer) {
        Ok(Answer::Challenge { ke2, .. }) => ke2.0,
        other => panic!("{other:?}"),
    };
    // A database is of one account: that of one that is not known is empty.
    let mut nothing = Relay::empty();
    let mut shapes = || {
        [(&scene.relay, known), (&nothing, unknown)].map(|(relay, account)| {
            let body =
                ClientLogin::<Suite>::start(&mut scene.rng, PASSWORD).unwrap().message.serialize().to_vec();
            let recorded = Recorded::new(&relay.database);
            let decision = relay.decide_in(&recorded, &unsigned(Route::SignIn(account), body));
            let writes: Vec<_> = decision.writes.iter().map(|write| write.statement).collect();
            (decision.status, decision.body.len(), recorded.queries(), writes)
        })
    };
    let [here, nowhere] = shapes();
    assert_eq!(here, nowhere);
    assert!(!here.2.is_empty() && !here.3.is_empty());
    let [here, nowhere] = weakness::with(&[Weakness::Decoy], &mut shapes);
    assert_ne!(here, nowhere, "the control: a relay without decoys tells which accounts there are");
    // The evaluation of the same request is stable, as a record's is; what hides the record is not.
    let body = ClientLogin::<Suite>::start(&mut scene.rng, PASSWORD).unwrap().message.serialize().to_vec();
    for (relay, account) in [(&mut scene.relay, known), (&mut nothing, unknown)] {
        let [first, second] =
            [0, 1].map(|_| challenge(&relay.send(&unsigned(Route::SignIn(account), body.clone()))));
        assert_eq!(first[..32], second[..32]);
        assert_ne!(first[32..], second[32..]);
    }
}

#[test]
fn a_challenge_is_answered_once_and_within_a_minute() {
    let mut scene = Scene::registered();
    let device = scene.world.owner.on_device(0x55);
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    let admission = scene.admission(&signed_in, &device);
    assert_eq!(scene.admit(&admission), admitted());
    assert_eq!(scene.admit(&admission), expired());
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    let admission = scene.admission(&signed_in, &device);
    scene.relay.now = NOW + MINUTE;
    assert_eq!(scene.admit(&admission), expired());
    scene.relay.now = NOW + MINUTE - 1;
    assert_eq!(scene.admit(&admission), admitted());
}

/// An admission of who copied the database and never had the password, by what was kept of that sign-in: session key and MAC.
fn forged(scene: &Scene, attempt: Attempt, state: &[u8; 128], thief: &Actor) -> Admission {
    let (session_key, mac) = state.split_at(64);
    let proof = SignInProof { attempt, ke3: Message(mac.try_into().unwrap()) };
    let signed_in = SignedIn { proof, session_key: session_key.to_vec(), export_key: Vec::new() };
    scene.admission(&signed_in, thief)
}

#[test]
fn who_began_a_sign_in_and_copied_the_database_has_no_answer_to_the_challenge() {
    assert!(!comes_in_with_a_copy(|_, _| ()));
    let without = weakness::with(&[Weakness::Mask], || comes_in_with_a_copy(|_, _| ()));
    assert!(without, "the control: it is the mask that holds");
    let unmasked = |attempt, state: &mut [u8; 128]| {
        state.iter_mut().zip(mask(attempt)).for_each(|(byte, mask)| *byte ^= mask);
    };
    assert!(comes_in_with_a_copy(unmasked), "the control: the relay's secret takes it off");
}

/// Whether who begins a sign-in and then copies the database gets in by what is kept there, read by `read`.
fn comes_in_with_a_copy(read: impl FnOnce(Attempt, &mut [u8; 128])) -> bool {
    let mut scene = Scene::registered();
    let (account, thief) = (scene.account(), scene.world.owner.on_device(0x55));
    let (_, answer) = scene.begin(account, OTHER);
    let Ok(Answer::Challenge { attempt, .. }) = Answer::decode(&answer) else { panic!("a challenge") };
    let query = "SELECT state FROM begun WHERE kind = 1";
    let state = scene.relay.database.bytes(query, &[]).unwrap().unwrap();
    let mut state: [u8; 128] = state.try_into().unwrap();
    read(attempt, &mut state);
    let answer = scene.admit(&forged(&scene, attempt, &state, &thief));
    let reads = scene.reads(&thief);
    assert_eq!(answer, if reads { admitted() } else { expired() });
    reads
}

/// The mask of a sign-in at a relay with the secret of these tests.
fn mask(attempt: Attempt) -> [u8; 128] {
    let (mut key, mut mask) = ([0; 32], [0; 128]);
    Hkdf::<Sha512>::new(Some(b"tacit/v1/relay"), &[7; 32]).expand(b"begun", &mut key).unwrap();
    Hkdf::<Sha512>::new(Some(attempt.as_bytes()), &key).expand(b"state", &mut mask).unwrap();
    mask
}

#[test]
fn a_wrong_answer_uses_the_challenge_up() {
    let spoilt: [fn(&mut Admission); 5] = [
        |admission| admission.proof.ke3.0[0] ^= 1,
        |admission| admission.tag.0[0] ^= 1,
        |admission| admission.device = DeviceId::new([9; 16]),
        |admission| admission.signing = VerifyingKey::new([9; 32]),
        |admission| admission.proof.ke3.0[63] ^= 0x80,
    ];
    for (case, spoil) in spoilt.into_iter().enumerate() {
        let mut scene = Scene::registered();
        let device = scene.world.owner.on_device(0x55);
        let signed_in = scene.sign_in(PASSWORD).unwrap();
        let right = scene.admission(&signed_in, &device);
        let mut wrong = right;
        spoil(&mut wrong);
        assert_eq!(scene.admit(&wrong), expired(), "{case}");
        assert_eq!(scene.admit(&right), expired(), "{case}");
        assert!(!scene.reads(&device), "{case}");
    }
    let mut scene = Scene::registered();
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    let right = scene.admission(&signed_in, &scene.world.owner.on_device(0x55));
    let never = Admission { proof: SignInProof { attempt: Attempt::new([1; 16]), ..right.proof }, ..right };
    assert_eq!(scene.admit(&never), expired());
    assert_eq!(scene.admit(&right), admitted(), "the control: an attempt that never was uses up no other");
}

#[test]
fn guesses_are_counted_when_they_are_answered_and_given_back_when_they_were_none() {
    let mut scene = Scene::registered();
    let account = scene.account();
    let device = scene.world.owner.on_device(0x55);
    for _ in 0..30 {
        let signed_in = scene.sign_in(PASSWORD).unwrap();
        assert_eq!(scene.admit(&scene.admission(&signed_in, &device)), admitted(), "the control");
    }
    for _ in 0..5 {
        assert!(scene.sign_in(OTHER).is_none());
    }
    let limited = |until: u64| Answer::Limited(until).encode();
    assert_eq!(scene.begin(account, PASSWORD).1, limited(NOW + 15 * MINUTE));
    let lax = weakness::with(&[Weakness::Charged], || scene.begin(account, OTHER).1);
    assert!(
        matches!(Answer::decode(&lax), Ok(Answer::Challenge { .. })),
        "the control: one that does not count"
    );
    scene.relay.now = NOW + 15 * MINUTE;
    assert!(scene.sign_in(PASSWORD).is_some());
    for round in 1..4 {
        scene.relay.now = NOW + (15 * round + 5) * MINUTE;
        while matches!(Answer::decode(&scene.begin(account, OTHER).1), Ok(Answer::Challenge { .. })) {}
    }
    scene.relay.now = NOW + 20 * 60 * MINUTE;
    assert_eq!(scene.begin(account, PASSWORD).1, limited(NOW + 24 * 60 * MINUTE), "twenty a day");
    scene.relay.now = NOW + 24 * 60 * MINUTE;
    assert!(scene.sign_in(PASSWORD).is_some());
}

#[test]
fn an_account_that_is_not_known_is_limited_as_well() {
    let mut scene = Scene::new();
    let unknown = LogId::new([0x77; 16]);
    for _ in 0..5 {
        assert!(matches!(Answer::decode(&scene.begin(unknown, PASSWORD).1), Ok(Answer::Challenge { .. })));
    }
    assert!(matches!(Answer::decode(&scene.begin(unknown, PASSWORD).1), Ok(Answer::Limited(_))));
}

#[test]
fn a_credential_is_replaced_by_who_signs_in_with_the_old_one_and_the_old_one_is_gone() {
    let mut scene = Scene::registered();
    assert_eq!(scene.ask(OTHER, None).1, expired(), "a device alone replaces nothing");
    let wrong = SignInProof { attempt: Attempt::new([1; 16]), ke3: Message([0; 64]) };
    assert_eq!(scene.ask(OTHER, Some(wrong)).1, expired());
    let proof = scene.sign_in(PASSWORD).unwrap().proof;
    let registered = scene.register(OTHER, Some(proof));
    assert_eq!(scene.ask(OTHER, Some(proof)).1, expired(), "a sign-in is used once");
    assert!(scene.sign_in(PASSWORD).is_some(), "nothing has changed so far");
    assert_eq!(scene.bring(&registered, 2), Answer::Appended(scene.head()).encode());
    assert!(scene.sign_in(PASSWORD).is_none());
    assert!(scene.sign_in(OTHER).is_some());
}

#[test]
fn what_was_begun_under_a_credential_ends_with_it() {
    let mut scene = Scene::registered();
    let device = scene.world.owner.on_device(0x55);
    let early = scene.sign_in(PASSWORD).unwrap();
    assert_eq!(scene.admit(&scene.admission(&early, &device)), admitted());
    let (first, second) = (scene.sign_in(PASSWORD).unwrap(), scene.sign_in(PASSWORD).unwrap());
    let late = scene.sign_in(PASSWORD).unwrap();
    let [first, second] = [first, second].map(|it| scene.register(OTHER, Some(it.proof)));
    assert_eq!(scene.bring(&first, 2), Answer::Appended(scene.head()).encode());
    assert_eq!(scene.bring(&second, 3), expired());
    assert_eq!(scene.admit(&scene.admission(&late, &device)), expired());
    assert!(!scene.reads(&device));
}

#[test]
fn a_credential_whose_answer_was_lost_is_answered_again_and_brings_nothing_twice() {
    let mut scene = Scene::new();
    let registered = scene.register(PASSWORD, None);
    let commit = scene.credential(&registered.record, 1);
    let draft = scene.bringing(&registered, &commit);
    let first = scene.relay.send(&draft);
    assert!(matches!(Answer::decode(&first), Ok(Answer::Appended(_))));
    let again = scene.relay.decide(&draft);
    assert_eq!((again.body, again.writes), (first, Vec::new()));
}

#[test]
fn a_registration_is_of_ten_minutes_and_of_one_credential() {
    let mut scene = Scene::new();
    let registered = scene.register(PASSWORD, None);
    scene.relay.now = NOW + 10 * MINUTE;
    assert_eq!(scene.bring(&registered, 1), expired());
    scene.relay.now = NOW;
    let guessed = Registered { attempt: Attempt::new([1; 16]), ..registered };
    assert_eq!(scene.bring(&guessed, 1), expired());
    let registered = scene.register(PASSWORD, None);
    assert_eq!(scene.bring(&registered, 1), Answer::Appended(scene.head()).encode());
    let again = Registered { record: [5; RECORD], ..registered };
    assert_eq!(scene.bring(&again, 2), expired());
    // A sign-in's attempt is none of a registration.
    let SignInProof { attempt, .. } = scene.sign_in(PASSWORD).unwrap().proof;
    assert_eq!(scene.bring(&Registered { attempt, ..again }, 2), expired());
}

#[test]
fn a_credential_is_the_one_that_its_commit_names() {
    let spoilt: [fn(&mut NewCredential<'_>); 3] =
        [|body| body.record.0[0] ^= 1, |body| body.ark_wrap = RECOVERY, |body| body.recovery_wrap = ARK];
    for (case, spoil) in spoilt.into_iter().enumerate() {
        let mut scene = Scene::new();
        let registered = scene.register(PASSWORD, None);
        let commit = scene.credential(&registered.record, 1);
        let draft = scene.bringing(&registered, &commit);
        let mut body = NewCredential::decode(&draft.body).unwrap();
        spoil(&mut body);
        let spoilt = Draft::new(&scene.world.owner, Route::Replace(scene.account()), body.encode());
        assert_eq!(Answer::decode(&scene.relay.send(&spoilt)).unwrap().status(), 422, "{case}");
        assert!(matches!(Answer::decode(&scene.relay.send(&draft)), Ok(Answer::Appended(_))), "{case}");
    }
    let mut scene = Scene::new();
    let registered = scene.register(PASSWORD, None);
    let other = scene.world.commit_by(&scene.world.owner, &[Entry::Note(Note { hash: Hash::ZERO })]);
    let draft = scene.bringing(&registered, &other);
    assert_eq!(Answer::decode(&scene.relay.send(&draft)).unwrap().status(), 422, "no entry names it");
}

#[test]
fn a_credential_is_brought_to_a_relay_that_has_the_log_already() {
    let mut scene = Scene::new();
    let registered = scene.register(PASSWORD, None);
    let commit = scene.credential(&registered.record, 1);
    assert!(matches!(
        Answer::decode(&scene.relay.append(&scene.world.owner.clone(), &commit)),
        Ok(Answer::Appended(_))
    ));
    assert!(scene.sign_in(PASSWORD).is_none(), "an entry alone is no credential");
    assert!(matches!(
        Answer::decode(&scene.relay.send(&scene.bringing(&registered, &commit))),
        Ok(Answer::Appended(_))
    ));
    assert!(scene.sign_in(PASSWORD).is_some());
}

#[test]
fn only_a_device_of_the_account_registers() {
    let mut scene = Scene::registered();
    let stranger = Actor::new(0x66);
    let draft = |sender: &Actor, account| {
        let request = ClientRegistration::<Suite>::start(&mut ChaCha8Rng::seed_from_u64(1), OTHER).unwrap();
        let body = Registering { request: Message(request.message.serialize().into()), proof: None }.encode();
        Draft::new(sender, Route::Register(account), body)
    };
    let account = scene.account();
    let not_found = Answer::NotFound.encode();
    assert_eq!(scene.relay.send(&draft(&stranger, account)), not_found);
    assert_eq!(scene.relay.send(&draft(&scene.world.owner.clone(), account)), expired(), "the control");
    // A vault's log is no account's.
    let world = World::vault();
    let mut relay = Relay::of(&world);
    assert_eq!(relay.send(&draft(&world.owner, log(&world))), not_found);
    // Who is admitted reads, and no more.
    let device = scene.world.owner.on_device(0x55);
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    assert_eq!(scene.admit(&scene.admission(&signed_in, &device)), admitted());
    assert_eq!(scene.relay.send(&draft(&device, account)), not_found);
}

#[test]
fn an_admission_ends_after_ten_minutes_and_is_of_one_key() {
    let mut scene = Scene::registered();
    let device = scene.world.owner.on_device(0x55);
    let signed_in = scene.sign_in(PASSWORD).unwrap();
    assert_eq!(scene.admit(&scene.admission(&signed_in, &device)), admitted());
    let mut thief = scene.world.owner.on_device(0x56);
    thief.device = device.device;
    assert!(!scene.reads(&thief));
    assert!(scene.reads(&device), "the control");
    let route = Route::Chain { log: scene.account(), from: 0 };
    let mut late = Draft::new(&device, route, Vec::new());
    for (now, status) in [(NOW + 10 * MINUTE - 1, 200), (NOW + 10 * MINUTE, 404)] {
        scene.relay.now = now;
        late.proof = Some(late.signed(&device, now, None));
        assert_eq!(Answer::decode(&scene.relay.send(&late)).unwrap().status(), status);
    }
}

#[test]
fn what_is_no_point_or_scalar_is_malformed_and_counts_for_nothing() {
    let mut scene = Scene::registered();
    let account = scene.account();
    let malformed = Answer::Malformed.encode();
    let good = ClientLogin::<Suite>::start(&mut scene.rng, PASSWORD).unwrap().message.serialize().to_vec();
    for end in 0..good.len() {
        let answer = scene.relay.send(&unsigned(Route::SignIn(account), good[..end].to_vec()));
        assert_eq!(answer, malformed, "cut at {end}");
    }
    let longer = [&good[..], &[0]].concat();
    // The identity element, and an encoding that is none.
    let identity = [&[0; 32], &good[32..]].concat();
    let no_point = [&[0xFF; 32], &good[32..]].concat();
    for body in [longer, identity, no_point] {
        let decision = scene.relay.decide(&unsigned(Route::SignIn(account), body));
        assert_eq!((decision.body, decision.writes), (malformed.clone(), Vec::new()));
    }
    let answer = scene.relay.send(&unsigned(Route::SignIn(account), good));
    assert!(matches!(Answer::decode(&answer), Ok(Answer::Challenge { .. })), "the control");
}

/// A database that remembers what it was asked.
struct Recorded<'a>(&'a Database, RefCell<Vec<&'static str>>);

impl<'a> Recorded<'a> {
    fn new(database: &'a Database) -> Self {
        Self(database, RefCell::default())
    }

    fn queries(self) -> Vec<&'static str> {
        self.1.into_inner()
    }
}

impl Read for Recorded<'_> {
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> Result<(), Failed> {
        self.1.borrow_mut().push(query);
        self.0.each(query, values, visit)
    }
}

/// A recovery of `device` at `now`, signed for this account and relay by the key of that seed.
fn recovery(scene: &Scene, device: &Actor, seed: [u8; 32]) -> Recovery {
    let (signing, signature) = (device.device_entry(1).signing, Signature::UNSIGNED);
    let mut recovery = Recovery { device: device.device, signing, time: scene.relay.now, signature };
    sign(&mut recovery, ORIGIN, scene.account(), seed);
    recovery
}

fn sign(recovery: &mut Recovery, origin: &str, account: LogId, seed: [u8; 32]) {
    let signature = SigningKey::from_bytes(&seed).sign(&recovery.signed_bytes(origin, account));
    recovery.signature = Signature::new(signature.to_bytes());
}

fn recover(scene: &mut Scene, recovery: &Recovery) -> Vec<u8> {
    scene.relay.send(&unsigned(Route::Recover(scene.account()), recovery.encode()))
}

/// Brings `device` into the account's log, and asks as it from then on.
fn become_device(scene: &mut Scene, device: &Actor) {
    let commit = scene.world.commit_by(device, &[Entry::Device(device.device_entry(1))]);
    assert!(matches!(Answer::decode(&scene.relay.append(device, &commit)), Ok(Answer::Appended(_))));
    scene.world.state.accept(&commit, &crate::world::verify).unwrap();
    scene.world.commits.push(commit);
    scene.world.owner = device.clone();
}

#[test]
fn who_has_the_recovery_key_reads_and_registers_without_a_sign_in() {
    for has_key in [false, true] {
        let mut scene = Scene::registered();
        let device = scene.world.owner.on_device(0x55);
        assert!(!scene.reads(&device));
        if has_key {
            let asked = recovery(&scene, &device, RECOVERY_SEED);
            assert_eq!([(); 2].map(|()| recover(&mut scene, &asked)), [(); 2].map(|()| admitted()));
            assert!(scene.reads(&device));
            let left = Answer::Credential { epoch: 1, ark_wrap: ARK, recovery_wrap: RECOVERY };
            assert_eq!(scene.told(&device), left.encode());
        }
        become_device(&mut scene, &device);
        if !has_key {
            assert_eq!(scene.ask(OTHER, None).1, expired(), "the control");
            continue;
        }
        let registered = scene.register(OTHER, None);
        assert_eq!(scene.bring(&registered, 2), Answer::Appended(scene.head()).encode());
        assert!(scene.sign_in(PASSWORD).is_none());
        assert!(scene.sign_in(OTHER).is_some());
        assert_eq!(scene.ask(PASSWORD, None).1, expired(), "it ended with the credential");
    }
}

#[test]
fn a_recovery_ends_after_ten_minutes() {
    let mut scene = Scene::registered();
    let device = scene.world.owner.on_device(0x55);
    let asked = recovery(&scene, &device, RECOVERY_SEED);
    assert_eq!(recover(&mut scene, &asked), admitted());
    become_device(&mut scene, &device);
    scene.relay.now = NOW + 10 * MINUTE;
    assert_eq!(scene.ask(OTHER, None).1, expired());
    scene.relay.now = NOW + 10 * MINUTE - 1;
    assert!(matches!(Answer::decode(&scene.ask(OTHER, None).1), Ok(Answer::Registering { .. })));
}

#[test]
fn another_key_relay_account_or_device_recovers_nothing_and_is_told_as_an_account_that_is_not() {
    let mut scene = Scene::registered();
    let (device, account) = (scene.world.owner.on_device(0x55), scene.account());
    let right = recovery(&scene, &device, RECOVERY_SEED);
    let unknown = unsigned(Route::Recover(LogId::new([0x77; 16])), right.encode());
    let not_found = Answer::NotFound.encode();
    assert_eq!(Relay::empty().send(&unknown), not_found);
    let mut wrong = [right; 6];
    sign(&mut wrong[0], ORIGIN, account, [0x64; 32]);
    sign(&mut wrong[1], "https://other.example", account, RECOVERY_SEED);
    sign(&mut wrong[2], ORIGIN, LogId::new([0x77; 16]), RECOVERY_SEED);
    wrong[3].device = DeviceId::new([9; 16]);
    wrong[4].signing = VerifyingKey::new([9; 32]);
    // By the key that it names itself.
    sign(&mut wrong[5], ORIGIN, account, [0x55; 32]);
    for (case, wrong) in wrong.iter().enumerate() {
        assert_eq!(recover(&mut scene, wrong), not_found, "{case}");
        assert!(!scene.reads(&device), "{case}");
    }
    for time in [NOW - limit::CLOCK - 1, NOW + limit::CLOCK + 1] {
        let mut late = Recovery { time, ..right };
        sign(&mut late, ORIGIN, account, RECOVERY_SEED);
        assert_eq!(recover(&mut scene, &late), Answer::Clock(NOW).encode());
    }
    let asked = |database: &Database, relay: &Relay| {
        let recorded = Recorded::new(database);
        relay.decide_in(&recorded, &unsigned(Route::Recover(account), wrong[0].encode()));
        recorded.queries()
    };
    let (known, unknown) =
        (asked(&scene.relay.database, &scene.relay), asked(&Database::new(), &scene.relay));
    assert_eq!(known, unknown);
    assert!(!known.is_empty());
    assert_eq!(recover(&mut scene, &right), admitted(), "the control");
}
