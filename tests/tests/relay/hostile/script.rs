//! A relay that answers by a script, which may ask an honest one.

use std::cell::RefCell;

use protocol::message::{Answer, Bundle, Head, Route};
use protocol::{Commit, Hash, LogId};
use vault::port::{Request, Transport, Unreachable};
use vault::session::{Relay, RemoteError, Synced};

use crate::relay::{InProcess, ORIGIN};
use crate::support::{Device, NOW, block_on};

/// More than any honest exchange here asks; an attack that makes a client ask on and on ends so.
const MOST: usize = 100;

/// A commit and the blobs of its puts.
pub(super) type Row = (Vec<u8>, Vec<Vec<u8>>);

/// Answers by the script, and remembers what was asked.
pub(super) struct Script<F> {
    answer: F,
    asked: RefCell<Vec<Request>>,
}

impl<F: Fn(&Request) -> Option<Vec<u8>>> Script<F> {
    pub(super) const fn new(answer: F) -> Self {
        Self { answer, asked: RefCell::new(Vec::new()) }
    }

    /// Methods and targets of what was asked.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.borrow().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
    }

    pub(super) fn sync(&self, device: &mut Device) -> Result<Synced, RemoteError> {
        let way = Relay { transport: self, origin: ORIGIN };
        block_on(device.session.sync(&way, &mut device.rng, NOW))
    }
}

impl<F: Fn(&Request) -> Option<Vec<u8>>> Transport for Script<F> {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        if self.asked.borrow().len() == MOST {
            return Err(Unreachable);
        }
        match Route::parse(request.method, &request.target) {
            // Who says that nothing is new gets nothing: each log is asked for.
            Ok(Route::Heads(_)) => return Ok(Answer::Heads(Hash::ZERO).encode()),
            // Of its protocol it says nothing.
            Err(_) => return Err(Unreachable),
            Ok(_) => {}
        }
        self.asked.borrow_mut().push(request.clone());
        (self.answer)(&request).ok_or(Unreachable)
    }
}

/// What an honest relay answers: only clients leave checks out.
pub(super) fn honest(relay: &InProcess, request: &Request) -> Option<Vec<u8>> {
    weakness::with(&[], || block_on(relay.exchange(request.clone())).ok())
}

/// The log that a request is about.
pub(super) fn log(request: &Request) -> LogId {
    Route::parse(request.method, &request.target).unwrap().log()
}

/// An answer to a pull with other rows; any other answer, and one without commits, as it is.
pub(super) fn altered(answer: Vec<u8>, change: impl FnOnce(&mut Vec<Row>)) -> Vec<u8> {
    let Ok(Answer::Pulled { head, .. }) = Answer::decode(&answer) else { return answer };
    let mut rows = rows(&answer);
    if rows.is_empty() {
        return answer;
    }
    change(&mut rows);
    pulled(head, &rows)
}

/// The rows of an answer to a pull.
pub(super) fn rows(answer: &[u8]) -> Vec<Row> {
    let Ok(Answer::Pulled { bundles, .. }) = Answer::decode(answer) else { return Vec::new() };
    let row = |bundle: &Bundle<'_>| {
        (bundle.commit.to_vec(), bundle.blobs.iter().map(|blob| blob.to_vec()).collect())
    };
    bundles.iter().map(row).collect()
}

/// The answer to a pull that one commit follows which no device wrote.
pub(super) fn followed(commit: &Commit) -> Vec<u8> {
    let head = Head { seq: commit.stamp().seq, hash: commit.hash() };
    pulled(head, &[(commit.encode(), Vec::new())])
}

/// The answer to a pull of that head with these rows.
pub(super) fn pulled(head: Head, rows: &[Row]) -> Vec<u8> {
    Answer::Pulled { head, bundles: rows.iter().map(bundle).collect() }.encode()
}

fn bundle((commit, blobs): &Row) -> Bundle<'_> {
    Bundle { commit, blobs: blobs.iter().map(Vec::as_slice).collect() }
}
