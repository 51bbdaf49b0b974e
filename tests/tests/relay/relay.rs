//! A relay in the same process: its rules and its SQLite, behind the port that clients reach relays by.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use protocol::message::{Answer, Bundle, Quota, Route};
use protocol::{Commit, Hash, LogId};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use relay_worker::Setup;
use relay_worker::deployment::{self, Wanted};
use relay_worker::heads;
use relay_worker::rules::{self, Decision, Means, decide};
use relay_worker::socket::{Close, Heard, News, Share, Socket};
use relay_worker::store::{Read, Value, Write};
use relay_worker::verify::Strict;
use vault::model::Timestamp;
use vault::port::{Request, Transport, Unreachable};

use crate::database::{Database, Rows};
use crate::support::NOW;

pub(crate) const ORIGIN: &str = "https://relay.example";

/// What goes wrong on the way, or what a relay does that is not true to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The answer after so many is lost, with what was written for it.
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
    /// The request after so many comes twice, of which the second is answered, and once more after the one that follows.
    Duplicate {
        after: usize,
    },
    /// The request after so many is lost on the way there.
    LoseRequestAfter {
        after: usize,
    },
    /// Requests of a target with this end never arrive.
    LoseRequest {
        of: &'static str,
    },
    /// The answers to requests of a target with this end are lost, with what was written for them.
    LoseAnswerOf {
        of: &'static str,
    },
    /// The blobs of a pull's last commit are withheld, as if they were erased.
    Withhold,
    /// What is appended is acknowledged and not kept.
    Forget,
    /// The two wraps of a credential are told for each other.
    SwapWraps,
    /// The relay speaks the next protocol and knows no target of this one.
    Newer,
}

/// What no client takes for the log.
pub(crate) const UNTRUE: [Fault; 6] = [
    Fault::TurnBit { of: 30 },
    Fault::TurnBit { of: 120 },
    Fault::TurnBit { of: 200 },
    Fault::DropBlobs,
    Fault::SkipFirst,
    Fault::Garbage,
];

/// Whom a relay lets found a log.
enum Founders {
    Anybody,
    Nobody,
    /// Accounts on its list, which they come to by invite.
    Invited(RefCell<Database>),
}

/// A socket at the relay.
struct Line {
    log: LogId,
    socket: Socket,
    /// What was sent and not heard yet.
    sent: Vec<Vec<u8>>,
    closed: Option<Close>,
}

/// A relay, with an object for each log.
pub(crate) struct InProcess {
    origin: &'static str,
    objects: RefCell<BTreeMap<LogId, Database>>,
    /// What was written, for copies.
    written: RefCell<Vec<(LogId, Vec<Write>)>>,
    now: Cell<Timestamp>,
    founders: Founders,
    fault: Cell<Fault>,
    lines: RefCell<Vec<Line>>,
    /// A request that comes once more.
    late: RefCell<Option<Request>>,
    /// Requests so far.
    asked: Cell<usize>,
    setup: Setup,
    rng: RefCell<ChaCha8Rng>,
}

impl InProcess {
    pub(crate) fn empty() -> Self {
        Self {
            origin: ORIGIN,
            objects: RefCell::default(),
            written: RefCell::default(),
            now: Cell::new(NOW),
            founders: Founders::Anybody,
            fault: Cell::new(Fault::None),
            lines: RefCell::default(),
            late: RefCell::default(),
            asked: Cell::default(),
            setup: Setup::derive(&[7; 32]).unwrap(),
            rng: RefCell::new(ChaCha8Rng::seed_from_u64(7)),
        }
    }

    /// The same, as clients name it so.
    pub(crate) fn named(self, origin: &'static str) -> Self {
        Self { origin, ..self }
    }

    /// One whose sign-ins are by this secret.
    pub(crate) fn with_secret(secret: [u8; 32]) -> Self {
        Self { setup: Setup::derive(&secret).unwrap(), ..Self::empty() }
    }

    /// One that lets nobody found a log.
    pub(crate) fn closed() -> Self {
        Self { founders: Founders::Nobody, ..Self::empty() }
    }

    /// One that takes new accounts by that invite, which is good for so many.
    pub(crate) fn inviting(code: [u8; 16], uses: u64) -> Self {
        let mut list = Database::of(deployment::SCHEMA.into_iter());
        let values =
            vec![Value::Bytes(Hash::of_invite(&code).as_bytes().to_vec()), uses.into(), NOW.0.into()];
        let statement = "INSERT INTO invites (hash, uses, until) VALUES (?, ?, ?)";
        list.apply(&[Write { statement, values }]);
        Self { founders: Founders::Invited(RefCell::new(list)), ..Self::empty() }
    }

    /// What a backup made now would be restored to.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::empty();
        self.written.borrow().iter().for_each(|(log, writes)| copy.apply(*log, writes));
        copy
    }

    /// Puts the credentials that another relay holds in the place of its own.
    pub(crate) fn take_back_credential(&self, other: &Self) {
        let query =
            "SELECT one, epoch, identifier, record, ark_wrap, recovery_wrap, recovery FROM credential";
        let statement = "INSERT OR REPLACE INTO credential \
                         (one, epoch, identifier, record, ark_wrap, recovery_wrap, recovery) VALUES (?, ?, ?, ?, ?, ?, ?)";
        for (log, database) in other.objects.borrow().iter() {
            let read = database.each(query, &[], &mut |row| {
                self.apply(*log, &[Write { statement, values: row.to_vec() }]);
                ControlFlow::Continue(())
            });
            read.unwrap();
        }
    }

    /// What it holds of one log, and what another relay holds of all others.
    pub(crate) fn with_others_of(&self, other: &Self, log: LogId) -> Self {
        let mixed = Self::empty();
        for (relay, is_it) in [(self, true), (other, false)] {
            let written = relay.written.borrow();
            let written = written.iter().filter(|(of, _)| (*of == log) == is_it);
            written.for_each(|(log, writes)| mixed.apply(*log, writes));
        }
        mixed
    }

    /// Lets each log have so many commits from now on.
    pub(crate) fn hold(&self, commits: u64) {
        let statement = "INSERT OR REPLACE INTO quota (one, bytes, commits) VALUES (0, ?, ?)";
        let values = || vec![Quota::DEFAULT.bytes.into(), commits.into()];
        let logs: Vec<LogId> = self.objects.borrow().keys().copied().collect();
        logs.into_iter().for_each(|log| self.apply(log, &[Write { statement, values: values() }]));
    }

    /// Sets its clock.
    pub(crate) fn at(&self, now: Timestamp) {
        self.now.set(now);
    }

    /// Opens a socket at this target; what to name it by.
    pub(crate) fn connect(&self, target: &str) -> usize {
        let Ok(Route::Socket(log)) = Route::parse("GET", target) else { panic!("{target}") };
        let now = self.now.get().0;
        let (socket, challenge) = Socket::open(self.origin, now, &mut *self.rng.borrow_mut());
        let mut lines = self.lines.borrow_mut();
        lines.push(Line { log, socket, sent: vec![challenge], closed: None });
        lines.len() - 1
    }

    /// What was sent on a socket and not heard yet.
    pub(crate) fn heard(&self, line: usize) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.lines.borrow_mut()[line].sent)
    }

    /// Why a socket was closed, if it was.
    pub(crate) fn end_of(&self, line: usize) -> Option<Close> {
        self.lines.borrow()[line].closed
    }

    /// A client says something on a socket.
    pub(crate) fn say(&self, line: usize, frame: &[u8]) {
        let mut lines = self.lines.borrow_mut();
        let (log, socket) = (lines[line].log, lines[line].socket.clone());
        let mut objects = self.objects.borrow_mut();
        let database = objects.entry(log).or_insert_with(Database::new);
        match socket.hear(frame, self.now.get().0, database, &Strict) {
            Heard::Proven(proven, frame) => {
                lines[line].socket = proven;
                lines[line].sent.push(frame);
            }
            Heard::Lock(frame) => {
                let others = lines.iter_mut().filter(|it| it.log == log && it.closed.is_none());
                let locked = others.filter(|it| it.socket.is_locked_by(&socket));
                locked.for_each(|it| it.sent.push(frame.clone()));
                lines[line].closed = Some(Close::Done);
            }
            Heard::Closed(why) => lines[line].closed = Some(why),
        }
    }

    fn tell(&self, log: LogId, news: &News) {
        for line in self.lines.borrow_mut().iter_mut().filter(|it| it.log == log && it.closed.is_none()) {
            match line.socket.share(news) {
                Share::Nothing => {}
                Share::Frame(frame) => line.sent.push(frame.to_vec()),
                Share::Closed(why) => line.closed = Some(why),
            }
        }
    }

    fn carry_out(&self, log: LogId, writes: &[Write], news: Option<&News>) {
        self.apply(log, writes);
        news.into_iter().for_each(|news| self.tell(log, news));
    }

    fn apply(&self, log: LogId, writes: &[Write]) {
        self.objects.borrow_mut().entry(log).or_insert_with(Database::new).apply(writes);
        self.written.borrow_mut().push((log, writes.to_vec()));
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.fault.set(fault);
    }

    /// Rows of all logs, read and written since this was asked last.
    pub(crate) fn take_rows(&self) -> Rows {
        let objects = self.objects.borrow();
        objects.values().map(Database::take_rows).fold(Rows::default(), |all, rows| Rows {
            read: all.read + rows.read,
            written: all.written + rows.written,
        })
    }

    /// How often it was asked for anything.
    pub(crate) fn asked(&self) -> usize {
        self.asked.get()
    }

    /// Every commit of each log, in order.
    pub(crate) fn commits(&self) -> Vec<Vec<u8>> {
        self.rows("SELECT bytes FROM commits ORDER BY seq")
    }

    /// Those of one log.
    pub(crate) fn commits_of(&self, log: LogId) -> Vec<Commit> {
        let all = self.commits().into_iter().map(|bytes| Commit::decode(&bytes).unwrap());
        all.filter(|commit| commit.stamp().log == log).collect()
    }

    /// Every value of every table.
    pub(crate) fn everything(&self) -> Vec<Vec<u8>> {
        let tables = [
            "SELECT bytes FROM commits",
            "SELECT object, bytes FROM blobs",
            "SELECT id, record FROM objects",
            "SELECT bytes FROM fold",
            "SELECT identifier, record, ark_wrap, recovery_wrap FROM credential",
            "SELECT id, state FROM begun",
        ];
        tables.into_iter().flat_map(|query| self.rows(query)).collect()
    }

    fn rows(&self, query: &'static str) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for database in self.objects.borrow().values() {
            let read = database.each(query, &[], &mut |row| {
                found.extend(row.iter().filter_map(Value::as_bytes).map(<[u8]>::to_vec));
                ControlFlow::Continue(())
            });
            read.unwrap();
        }
        found
    }

    /// A request whose answer nobody gets.
    fn come_again(&self, request: &Request) {
        let log = Route::parse(request.method, &request.target).unwrap().log();
        let Decision { writes, news, .. } = self.decide_all(log, request);
        self.carry_out(log, &writes, news.as_ref());
    }

    /// As the worker has one object decide, or two.
    fn decide_all(&self, log: LogId, request: &Request) -> Decision {
        let decision = self.decide(log, request);
        let Ok(Route::Heads([_, other])) = Route::parse(request.method, &request.target) else {
            return decision;
        };
        let said = |decision: &Decision| (decision.status, decision.body.clone());
        let (status, body) = heads::joined(said(&decision), said(&self.decide(other, request)));
        Decision { status, body, ..decision }
    }

    fn decide(&self, log: LogId, request: &Request) -> Decision {
        let quota = matches!(self.founders, Founders::Anybody).then_some(Quota::DEFAULT);
        let decision = self.decide_under(log, request, quota);
        let (Founders::Invited(list), Some(asked)) = (&self.founders, decision.asks) else { return decision };
        let wanted = Wanted { account: asked.account, log: asked.log, invite: asked.invite };
        let listed = deployment::list(&wanted, false, self.now.get().0, &*list.borrow());
        match listed {
            Ok((quota, writes)) => {
                list.borrow_mut().apply(&writes);
                self.decide_under(log, request, Some(quota))
            }
            Err(refused) => Decision { status: refused.status(), body: refused.encode(), ..decision },
        }
    }

    fn decide_under(&self, log: LogId, request: &Request, quota: Option<Quota>) -> Decision {
        let request = rules::Request {
            origin: self.origin,
            method: request.method,
            target: &request.target,
            authorization: request.authorization.as_deref(),
            body: &request.body,
            quota,
        };
        let mut means = Means { setup: Some(&self.setup), rng: &mut *self.rng.borrow_mut() };
        let mut objects = self.objects.borrow_mut();
        let database = objects.entry(log).or_insert_with(Database::new);
        decide(&request, self.now.get().0, &mut means, database, &Strict)
    }
}

impl Transport for InProcess {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        match self.fault.get() {
            Fault::LoseRequestAfter { after: 0 } => {
                self.fault.set(Fault::None);
                return Err(Unreachable);
            }
            Fault::LoseRequestAfter { after } => {
                self.fault.set(Fault::LoseRequestAfter { after: after - 1 });
            }
            _ => {}
        }
        let is_newer = self.fault.get() == Fault::Newer;
        if request.target == "/v1/health" {
            let protocol = 1 + u8::from(is_newer);
            return Ok(format!(r#"{{"status":"ok","version":"0","protocol":{protocol},"relays":[]}}"#).into());
        } else if is_newer {
            return Ok(Answer::NotFound.encode());
        }
        let log = Route::parse(request.method, &request.target).unwrap().log();
        if matches!(self.fault.get(), Fault::LoseRequest { of } if request.target.ends_with(of)) {
            return Err(Unreachable);
        }
        self.asked.set(self.asked.get() + 1);
        let late = self.late.take();
        match self.fault.get() {
            Fault::Duplicate { after: 0 } => {
                self.fault.set(Fault::None);
                self.come_again(&request);
                self.late.replace(Some(request.clone()));
            }
            Fault::Duplicate { after } => self.fault.set(Fault::Duplicate { after: after - 1 }),
            _ => {}
        }
        let Decision { body, writes, news, .. } = self.decide_all(log, &request);
        match self.fault.get() {
            Fault::LoseAnswer { after: 0 } => {
                self.fault.set(Fault::None);
                self.carry_out(log, &writes, news.as_ref());
                return Err(Unreachable);
            }
            Fault::LoseAnswer { after } => self.fault.set(Fault::LoseAnswer { after: after - 1 }),
            Fault::LoseAnswerOf { of } if request.target.ends_with(of) => {
                self.carry_out(log, &writes, news.as_ref());
                return Err(Unreachable);
            }
            Fault::Forget => return Ok(body),
            _ => {}
        }
        self.carry_out(log, &writes, news.as_ref());
        late.iter().for_each(|late| self.come_again(late));
        Ok(spoilt(body, self.fault.get()))
    }
}

/// An answer as a relay that is not true to the log would give it.
fn spoilt(body: Vec<u8>, fault: Fault) -> Vec<u8> {
    if let (Fault::SwapWraps, Ok(Answer::Credential { epoch, ark_wrap, recovery_wrap })) =
        (fault, Answer::decode(&body))
    {
        return Answer::Credential { epoch, ark_wrap: recovery_wrap, recovery_wrap: ark_wrap }.encode();
    }
    let Ok(Answer::Pulled { head, mut bundles }) = Answer::decode(&body) else { return body };
    let Some(last) = bundles.last() else { return body };
    let mut turned = last.commit.to_vec();
    match fault {
        Fault::None
        | Fault::Duplicate { .. }
        | Fault::LoseRequestAfter { .. }
        | Fault::LoseAnswer { .. }
        | Fault::LoseRequest { .. }
        | Fault::SwapWraps
        | Fault::Newer => return body,
        Fault::LoseAnswerOf { .. } | Fault::Forget => return body,
        Fault::Garbage => return vec![0xFF; 40],
        Fault::Withhold => {
            let last = Bundle { commit: last.commit, blobs: vec![&[]; last.blobs.len()] };
            bundles.pop();
            bundles.push(last);
            return Answer::Pulled { head, bundles }.encode();
        }
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
