//! A relay of one log, and who speaks to it.

use std::cell::RefCell;

use protocol::message::{Answer, Bundle, Introduction, Proof, Quota, Route, Signed};
use protocol::{Commit, DeviceId, Entry, LogId, PrincipalId, Signature};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay_worker::Setup;
use relay_worker::rules::{Decision, Means, Request, decide};
use relay_worker::store::Read;
use relay_worker::verify::Strict;

use crate::database::Database;
use crate::world::{Actor, World};

pub(crate) const ORIGIN: &str = "https://relay.example";
pub(crate) const NOW: u64 = 1_764_280_000_000;
/// What every put of a world says its blob is.
pub(crate) const BLOB: &[u8] = b"sealed";

/// A relay with its database.
pub(crate) struct Relay {
    pub(crate) database: Database,
    pub(crate) quota: Option<Quota>,
    pub(crate) now: u64,
    pub(crate) setup: Setup,
    pub(crate) rng: RefCell<ChaCha8Rng>,
}

/// A request that can be spoilt before it is sent.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) origin: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    pub(crate) proof: Option<Proof>,
}

impl Relay {
    pub(crate) fn empty() -> Self {
        let (setup, rng) = (Setup::derive(&[7; 32]).unwrap(), ChaCha8Rng::seed_from_u64(7));
        Self {
            database: Database::new(),
            quota: Some(Quota::DEFAULT),
            now: NOW,
            setup,
            rng: RefCell::new(rng),
        }
    }

    /// A relay that holds all of `world`'s commits, sent by the owner, with their blobs.
    pub(crate) fn of(world: &World) -> Self {
        let mut relay = Self::empty();
        for commit in &world.commits {
            let answer = relay.append(&world.owner, commit);
            assert!(matches!(&*answer, [0, ..]), "{answer:?}");
        }
        relay
    }

    /// Sends `commit` with the blobs that its puts want; the answer's bytes.
    pub(crate) fn append(&mut self, sender: &Actor, commit: &Commit) -> Vec<u8> {
        self.send(&appending(sender, commit))
    }

    pub(crate) fn get(&mut self, sender: &Actor, route: Route) -> Vec<u8> {
        self.send(&Draft::new(sender, route, Vec::new()))
    }

    /// Sends a request, applies what is to be written, and answers with the body. Where the answer is about a log, whatever is
    /// no *appended* writes nothing.
    pub(crate) fn send(&mut self, draft: &Draft) -> Vec<u8> {
        let Decision { status, body, writes, .. } = self.decide(draft);
        let answer = Answer::decode(&body).expect("an answer of the protocol");
        assert_eq!(status, answer.status());
        let may_write = matches!(answer, Answer::Appended(_)) || draft.target.starts_with("/v1/accounts/");
        assert!(writes.is_empty() || may_write, "{answer:?}");
        self.database.apply(&writes);
        body
    }

    pub(crate) fn decide(&self, draft: &Draft) -> Decision {
        self.decide_in(&self.database, draft)
    }

    pub(crate) fn decide_in(&self, store: &impl Read, draft: &Draft) -> Decision {
        let header = draft.proof.map(|proof| proof.to_header());
        self.decide_with(store, draft, header.as_deref())
    }

    /// Decides the request with this header in the place of its own.
    pub(crate) fn decide_with(&self, store: &impl Read, draft: &Draft, header: Option<&str>) -> Decision {
        let request = Request {
            origin: &draft.origin,
            method: &draft.method,
            target: &draft.target,
            authorization: header,
            body: &draft.body,
            quota: self.quota,
        };
        let mut means = Means { setup: Some(&self.setup), rng: &mut *self.rng.borrow_mut() };
        decide(&request, self.now, &mut means, store, &Strict)
    }
}

impl Draft {
    pub(crate) fn new(sender: &Actor, route: Route, body: Vec<u8>) -> Self {
        let (method, target) = (route.method().to_owned(), route.to_string());
        let mut draft = Self { origin: ORIGIN.to_owned(), method, target, body, proof: None };
        draft.proof = Some(draft.signed(sender, NOW, None));
        draft
    }

    /// The same request, by a device that introduces itself with its entry of that generation.
    pub(crate) fn introducing(mut self, sender: &Actor, generation: u32) -> Self {
        let entry = sender.device_entry(generation);
        let (signing, agreement, certificate) = (entry.signing, entry.agreement, entry.certificate);
        let introduction = Introduction { signing, agreement, generation, certificate };
        self.proof = Some(self.signed(sender, NOW, Some(introduction)));
        self
    }

    pub(crate) fn signed(&self, sender: &Actor, time: u64, introduction: Option<Introduction>) -> Proof {
        let (account, device): (PrincipalId, DeviceId) = (sender.principal, sender.device);
        let unsigned =
            Proof { account, device, time, nonce: [3; 16], signature: Signature::UNSIGNED, introduction };
        let Self { origin, method, target, body, .. } = self;
        let signed = Signed { origin, method, target, body };
        Proof { signature: sender.sign_bytes(&unsigned.signed_bytes(&signed)), ..unsigned }
    }
}

pub(crate) fn log(world: &World) -> LogId {
    world.state.log()
}

/// The request that appends `commit` with the blobs its puts want.
pub(crate) fn appending(sender: &Actor, commit: &Commit) -> Draft {
    let puts = commit.entries().unwrap().iter().filter(|entry| matches!(entry, Entry::Put(_))).count();
    appending_with(sender, commit, &vec![BLOB; puts])
}

pub(crate) fn appending_with(sender: &Actor, commit: &Commit, blobs: &[&[u8]]) -> Draft {
    let bytes = commit.encode();
    let body = Bundle { commit: &bytes, blobs: blobs.to_vec() }.encode();
    Draft::new(sender, Route::Append(commit.stamp().log), body)
}
