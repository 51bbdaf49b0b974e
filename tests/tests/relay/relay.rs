//! A relay in the same process: its rules and its SQLite, behind the port that clients reach relays by.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use protocol::message::{Answer, Bundle};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay_worker::Setup;
use relay_worker::rules::{self, Decision, Means, decide};
use relay_worker::store::{Read, Value};
use relay_worker::verify::Strict;
use vault::port::{Request, Transport, Unreachable};

use crate::database::Database;
use crate::support::{Device, NOW};

pub(crate) const ORIGIN: &str = "https://relay.example";

/// What goes wrong on the way, or what a relay does that is not true to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Each answer after so many is lost, with what was written for it.
    LoseAnswer {
        after: usize,
    },
    /// A bit is turned in the last commit of a pull.
    TurnBit {
        of: usize,
    },
    /// The blobs of a pull's commits are those of nobody.
    DropBlobs,
    /// The first commit of a pull is left out.
    SkipFirst,
    /// The answer is none of the protocol's.
    Garbage,
}

/// A relay of one log.
pub(crate) struct InProcess {
    database: RefCell<Database>,
    may_found: bool,
    fault: Cell<Fault>,
    setup: Setup,
    rng: RefCell<ChaCha8Rng>,
}

impl InProcess {
    pub(crate) fn empty() -> Self {
        Self {
            database: RefCell::new(Database::new()),
            may_found: true,
            fault: Cell::new(Fault::None),
            setup: Setup::derive(&[7; 32]).unwrap(),
            rng: RefCell::new(ChaCha8Rng::seed_from_u64(7)),
        }
    }

    /// One that lets nobody found a log.
    pub(crate) fn closed() -> Self {
        Self { may_found: false, ..Self::empty() }
    }

    /// One that has `commits` and nothing that came after, sent by `device`.
    pub(crate) fn of(device: &mut Device, commits: &[Vec<u8>]) -> Self {
        let relay = Self::empty();
        // The pull as a stranger and as one who introduces itself come first.
        relay.fault(Fault::LoseAnswer { after: commits.len() + 1 });
        let _ = crate::sync(device, &relay);
        relay.fault(Fault::None);
        assert_eq!(relay.commits(), commits);
        relay
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.fault.set(fault);
    }

    /// Every commit, in order.
    pub(crate) fn commits(&self) -> Vec<Vec<u8>> {
        self.rows("SELECT bytes FROM commits ORDER BY seq")
    }

    /// Every value of every table.
    pub(crate) fn everything(&self) -> Vec<Vec<u8>> {
        let tables = [
            "SELECT bytes FROM commits",
            "SELECT object, bytes FROM blobs",
            "SELECT id, record FROM objects",
            "SELECT bytes FROM fold",
        ];
        tables.into_iter().flat_map(|query| self.rows(query)).collect()
    }

    fn rows(&self, query: &'static str) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let read = self.database.borrow().each(query, &[], &mut |row| {
            found.extend(row.iter().filter_map(Value::as_bytes).map(<[u8]>::to_vec));
            ControlFlow::Continue(())
        });
        read.unwrap();
        found
    }

    fn decide(&self, request: &Request) -> Decision {
        let request = rules::Request {
            origin: ORIGIN,
            method: request.method,
            target: &request.target,
            authorization: request.authorization.as_deref(),
            body: &request.body,
            may_found: self.may_found,
        };
        let mut means = Means { setup: Some(&self.setup), rng: &mut *self.rng.borrow_mut() };
        decide(&request, NOW.0, &mut means, &*self.database.borrow(), &Strict)
    }
}

impl Transport for InProcess {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        let Decision { body, writes, .. } = self.decide(&request);
        match self.fault.get() {
            Fault::LoseAnswer { after: 0 } => {
                self.fault.set(Fault::None);
                self.database.borrow_mut().apply(&writes);
                return Err(Unreachable);
            }
            Fault::LoseAnswer { after } => self.fault.set(Fault::LoseAnswer { after: after - 1 }),
            _ => {}
        }
        self.database.borrow_mut().apply(&writes);
        Ok(spoilt(body, self.fault.get()))
    }
}

/// A pull's answer as a relay that is not true to the log would give it.
fn spoilt(body: Vec<u8>, fault: Fault) -> Vec<u8> {
    let Ok(Answer::Pulled { head, mut bundles }) = Answer::decode(&body) else { return body };
    let Some(last) = bundles.last() else { return body };
    let mut turned = last.commit.to_vec();
    match fault {
        Fault::None | Fault::LoseAnswer { .. } => return body,
        Fault::Garbage => return vec![0xFF; 40],
        Fault::DropBlobs => {
            let others: Vec<&[u8]> = last.blobs.iter().map(|_| &b"of nobody"[..]).collect();
            let last = Bundle { commit: last.commit, blobs: others };
            bundles.pop();
            bundles.push(last);
            return Answer::Pulled { head, bundles }.encode();
        }
        Fault::SkipFirst => {
            bundles.remove(0);
            return Answer::Pulled { head, bundles }.encode();
        }
        Fault::TurnBit { of } => {
            if let Some(byte) = turned.get_mut(of) {
                *byte ^= 1;
            }
        }
    }
    let blobs = last.blobs.clone();
    bundles.pop();
    bundles.push(Bundle { commit: &turned, blobs });
    Answer::Pulled { head, bundles }.encode()
}
