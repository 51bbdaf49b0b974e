//! Every route, asked wrongly: what is cut short, too long or none of its requests, by whom it is none of their business, for
//! another account, again, and out of order. Whoever would learn something by another answer is told *not found*.

use protocol::message::{Answer, BlobId, Bundle, Founding, Message, Route, Wanted};
use protocol::{Entry, Hash, LogId, Note, Part, limit};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay_worker::rules::Decision;
use weakness::Weakness;

use crate::account::Scene;
use crate::mutate::mutated;
use crate::relay::{Draft, NOW, Relay, appending};
use crate::world::{Actor, World};

/// A request for each route that is answered, signed by the owner where one is.
struct Asked {
    scene: Scene,
    requests: Vec<Draft>,
}

impl Asked {
    fn new() -> Self {
        let mut scene = Scene::registered();
        let (owner, log) = (scene.world.owner.clone(), scene.account());
        let object =
            scene.world.state.objects().next().map_or(protocol::ObjectId::new([1; 16]), |(id, _)| id);
        let wanted = Wanted(vec![BlobId { object, part: Part::Overview, revision: 1 }]);
        let note = scene.world.commit_by(&owner, &[Entry::Note(Note { hash: Hash::ZERO })]);
        let get = |route| Draft::new(&owner, route, Vec::new());
        let first = scene.world.commits[0].encode();
        let founding =
            Founding { invite: Message([0xC0; 16]), bundle: Bundle { commit: &first, blobs: Vec::new() } };
        let mut requests = vec![
            Draft::new(&owner, Route::Found(log), founding.encode()),
            appending(&owner, &note),
            get(Route::Pull { log, from: 0 }),
            get(Route::Chain { log, from: 0 }),
            get(Route::Current { log, after: None }),
            Draft::new(&owner, Route::Blobs(log), wanted.encode()),
            get(Route::Heads([log, LogId::new([0x78; 16])])),
            get(Route::Credential(log)),
        ];
        requests.extend(scene.account_requests());
        let asked = Self { scene, requests };
        for request in &asked.requests {
            let decision = asked.decide(request);
            assert_eq!(decision.status, 200, "the control: {} {}", request.method, request.target);
        }
        asked
    }

    fn decide(&self, request: &Draft) -> Decision {
        self.scene.relay.decide(request)
    }

    /// The request changed, and signed as it is now.
    fn changed(&self, request: &Draft, change: impl FnOnce(&mut Draft)) -> Decision {
        self.decide(&signed(request, &self.scene.world.owner, change))
    }
}

fn signed(request: &Draft, by: &Actor, change: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = request.clone();
    change(&mut draft);
    draft.proof = draft.proof.map(|_| draft.signed(by, NOW, None));
    draft
}

fn is_told(decision: &Decision, answer: &Answer<'_>) -> bool {
    decision.body == answer.encode() && decision.writes.is_empty()
}

#[test]
fn what_is_cut_short_too_long_or_too_large_is_no_request() {
    let asked = Asked::new();
    for request in asked.requests.iter().filter(|request| request.method == "POST") {
        for end in 0..request.body.len() {
            let cut = asked.changed(request, |draft| draft.body.truncate(end));
            assert!(is_told(&cut, &Answer::Malformed), "{} cut at {end}", request.target);
        }
        let longer = asked.changed(request, |draft| draft.body.push(0));
        assert!(is_told(&longer, &Answer::Malformed), "{}", request.target);
        for length in [1, 100, 10_000, limit::REQUEST] {
            let rubbish = asked.changed(request, |draft| draft.body = vec![0xA5; length]);
            assert!(is_told(&rubbish, &Answer::Malformed), "{} of {length}", request.target);
        }
        let large = asked.changed(request, |draft| draft.body = vec![0; limit::REQUEST + 1]);
        assert!(is_told(&large, &Answer::TooLarge), "{}", request.target);
    }
}

#[test]
fn no_mutation_of_a_request_brings_a_commit_a_credential_or_a_device() {
    let asked = Asked::new();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for request in asked.requests.iter().filter(|request| request.method == "POST") {
        // What begins or wants something else is still a request.
        let ends = ["/commits", "/credential", "/device", "/recovery"];
        let brings = ends.iter().any(|end| request.target.ends_with(end));
        let founds = request.target.ends_with("/founding");
        for round in 0..500 {
            let body = mutated(std::slice::from_ref(&request.body), &mut rng);
            if body == request.body {
                continue;
            }
            let decision = asked.changed(request, |draft| draft.body = body);
            assert!(Answer::decode(&decision.body).is_ok(), "{} seed 1, round {round}", request.target);
            assert!(!brings || decision.status >= 400, "{} seed 1, round {round}", request.target);
            assert!(!founds || decision.writes.is_empty(), "{} seed 1, round {round}", request.target);
        }
    }
}

#[test]
fn without_a_signature_of_a_device_no_route_tells_anything() {
    let asked = Asked::new();
    let empty = Relay::empty();
    let stranger = Actor::new(9);
    let owner = &asked.scene.world.owner;
    let mut with_other_key = stranger.as_principal(owner.principal);
    with_other_key.device = owner.device;
    for request in asked.requests.iter().filter(|request| request.proof.is_some()) {
        assert!(!is_told(&asked.decide(request), &Answer::NotFound), "the control: {}", request.target);
        let unsigned = Draft { proof: None, ..request.clone() };
        assert!(is_told(&asked.decide(&unsigned), &Answer::Malformed), "{}", request.target);
        let lax = || asked.decide(&signed(request, &with_other_key, |_| ()));
        let is_told_more = !is_told(&weakness::with(&[Weakness::Sender], lax), &Answer::NotFound);
        assert!(is_told_more, "the control: who needs not have signed is told more: {}", request.target);
        for sender in [&stranger, &with_other_key, &owner.on_device(0x55)] {
            let draft = signed(request, sender, |_| ());
            let told = asked.decide(&draft);
            assert!(is_told(&told, &Answer::NotFound), "{}", request.target);
            // As where there is no such log.
            let closed = Relay { quota: None, ..Relay::empty() };
            assert_eq!(closed.decide(&draft), told, "{}", request.target);
        }
    }
    // What is not signed tells of an account only what it tells of one that is not there.
    let open: Vec<&Draft> = asked.requests.iter().filter(|request| request.proof.is_none()).collect();
    assert_eq!(open.len(), 3);
    for request in open {
        let shape = |decision: Decision| (decision.status, decision.body.len());
        let is_sign_in = request.target.ends_with("/login");
        let (here, nowhere) = (asked.decide(request), empty.decide(request));
        assert_eq!(shape(here) == shape(nowhere), is_sign_in, "{}", request.target);
    }
}

#[test]
fn a_request_is_of_one_log_one_target_and_one_time() {
    let asked = Asked::new();
    let (here, other) = (asked.scene.account().to_string(), LogId::new([0x77; 16]).to_string());
    for request in asked.requests.iter().filter(|request| request.proof.is_some()) {
        let told = asked.decide(&Draft { target: request.target.replace(&here, &other), ..request.clone() });
        // A commit says which log it is of.
        let is_refused = is_told(&told, &Answer::NotFound) || is_told(&told, &Answer::Malformed);
        assert!(is_refused, "{}", request.target);
        let changes: [fn(&mut Draft); 2] =
            [|draft| draft.origin = "https://other.example".to_owned(), |draft| draft.body.push(0)];
        for change in changes {
            let mut draft = request.clone();
            change(&mut draft);
            assert!(asked.decide(&draft).status >= 400, "{}", request.target);
        }
        for time in [NOW - limit::CLOCK - 1, NOW + limit::CLOCK + 1] {
            let mut draft = request.clone();
            draft.proof = Some(draft.signed(&asked.scene.world.owner, time, None));
            assert!(is_told(&asked.decide(&draft), &Answer::Clock(NOW)), "{}", request.target);
        }
    }
}

#[test]
fn a_request_that_comes_again_brings_nothing_twice() {
    let asked = Asked::new();
    for request in &asked.requests {
        let mut scene = Asked::new().scene;
        let before = scene.commits();
        let first = scene.relay.send(request);
        let commits = scene.commits();
        let may_bring = request.target.ends_with("/commits") || request.target.ends_with("/credential");
        let brings = request.method == "POST" && may_bring;
        assert_eq!(commits - before, usize::from(brings), "the control: {}", request.target);
        let again = scene.relay.send(request);
        assert_eq!(scene.commits(), commits, "{}", request.target);
        let (first, again) = (Answer::decode(&first).unwrap(), Answer::decode(&again).unwrap());
        match first {
            // Each registration and each challenge is another one; who was let in is not let in twice by one proof. A recovery
            // lets in whom it names, for as long as it is new.
            Answer::Registering { .. } => assert!(again != first),
            Answer::Challenge { .. } => assert!(again != first),
            Answer::Admitted if request.target.ends_with("/device") => assert_eq!(again, Answer::Expired),
            _ => assert_eq!(again, first, "{}", request.target),
        }
    }
}

#[test]
fn what_comes_out_of_order_is_told_so() {
    let asked = Asked::new();
    // Of each account's requests the later ones, where nothing was begun.
    let mut fresh = Scene::registered();
    for request in asked.requests.iter().filter(|request| request.target.ends_with("/device")) {
        assert_eq!(fresh.relay.send(request), Answer::Expired.encode());
    }
    let world = World::account();
    let mut nobody = Relay::of(&world);
    for request in asked.requests.iter().filter(|request| request.target.ends_with("/credential")) {
        let expected = if request.method == "GET" { Answer::NotFound } else { Answer::Stale(head(&world)) };
        assert_eq!(nobody.send(request), expected.encode());
    }
    for request in asked.requests.iter().filter(|request| request.target.ends_with("/recovery")) {
        assert_eq!(nobody.send(request), Answer::NotFound.encode(), "there is no credential yet");
    }
    // A commit that is not the next.
    let owner = &asked.scene.world.owner;
    let mut stamp = asked.scene.world.stamp(owner);
    stamp.seq += 1;
    let late = owner.sign(stamp, &[Entry::Note(Note { hash: Hash::ZERO })]);
    let told = asked.decide(&appending(owner, &late));
    assert!(is_told(&told, &Answer::Stale(head(&asked.scene.world))));
}

fn head(world: &World) -> protocol::message::Head {
    let head = world.state.head();
    protocol::message::Head { seq: head.seq, hash: head.hash }
}

#[test]
fn nothing_in_the_database_signs_for_a_device() {
    let asked = Asked::new();
    let owner = &asked.scene.world.owner;
    let public = owner.device_entry(1).signing;
    let is_key = |seed: &[u8]| {
        let seed: [u8; 32] = seed.try_into().unwrap();
        ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes() == *public.as_bytes()
    };
    let values = asked.scene.values();
    assert!(values.iter().any(|value| value.windows(32).any(|it| it == public.as_bytes())), "the control");
    for value in values {
        assert!(!value.windows(32).any(is_key));
    }
}
