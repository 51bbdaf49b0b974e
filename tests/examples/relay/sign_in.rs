//! What a sign-in costs, and whether its time tells a known account from an unknown one.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use crypto::SetupCode;
use protocol::message::Quota;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use relay_worker::Setup;
use relay_worker::rules::{Decision, Means, decide};
use relay_worker::store::Write;
use relay_worker::verify::Strict;
use vault::memory::MemoryStore;
use vault::port::{Request, Transport, Unreachable};
use vault::session::{Relay, Session};

use crate::cost::late;
use crate::database::Database;
use crate::device::{Device, now, words};
use crate::figure::{median, tell};
use crate::http::Http;
use crate::process::Process;
use crate::run::block_on;

const ORIGIN: &str = "http://localhost";
const ROUNDS: usize = 9;
/// Bytes of a sign-in's longer request.
const LONG: usize = 144;
/// Of a round.
const SIGN_INS: usize = 100;
/// Of each kind.
const RUNS: usize = 20_000;
/// Of the times of both kinds, those above this share are cropped, in per mille: the machine did something else then.
const CROPPED: usize = 950;

/// The relay's processor time for a sign-in, against that of two requests with a body through the same object, which is told of
/// neither before it says that their time is wrong, and of the library's half alone in a runtime of the same kind, built alike.
///
/// So what is compared is what a relay adds to a library that is asked over a network: a record that is read, a challenge and a
/// device that are stored. Beside it stands how many times the library's half it is without the requests.
pub(crate) fn cost((origin, runtime): (&str, &Process), (bare, beside): (&str, &Process)) {
    let (http, bare) = (Http::connect(origin), Http::connect(bare));
    let mut device = Device::new(4, 0);
    device.connect(&http, origin);
    let act = |act: &str| {
        let target = format!("/{act}/{SIGN_INS}");
        bare.send(&Request { method: "GET", target, authorization: None, body: Vec::new() }).expect("done");
    };
    let [mut times, mut ways, mut aside] = [const { Vec::<f64>::new() }; 3];
    for round in 0..=ROUNDS {
        let ping = Request { method: "POST", body: vec![0; LONG], ..late(&device.sign_in(&http, origin)) };
        let pings =
            spent(runtime, || (0..2 * SIGN_INS).for_each(|_| drop(http.send(&ping).expect("an answer"))));
        let sign_ins = spent(runtime, || (0..SIGN_INS).for_each(|_| drop(device.sign_in(&http, origin))));
        let begun = spent(beside, || act("begin"));
        act("answer");
        let finished = spent(beside, || act("finish"));
        if round > 0 {
            times.push(sign_ins / SIGN_INS as f64);
            ways.push(pings / SIGN_INS as f64);
            aside.push((begun + finished) / SIGN_INS as f64);
        }
    }
    let [time, way, alone] = [times, ways, aside].map(|mut all| median(&mut all));
    let beyond = (time - way) / alone;
    let seen = format!(
        "{:.0} µs; two requests {:.0} µs, bare {:.0} µs; without the requests {beyond:.1} times",
        time * 1e6,
        way * 1e6,
        alone * 1e6
    );
    tell(
        "Relay CPU for a sign-in, against two requests through the object and bare opaque-ke in the same engine",
        time / (way + alone),
        1.5,
        &seen,
    );
}

fn spent(runtime: &Process, work: impl FnOnce()) -> f64 {
    let before = runtime.time();
    work();
    runtime.time() - before
}

/// Whether the times of sign-ins differ by more than chance: of the relay's rules over SQLite in this process, where nothing else
/// is between.
pub(crate) fn timing() {
    let (known, unknown) = (Account::empty(), Account::empty());
    let mut device = Device::new(3, 0);
    let ke1 = device.ke1();
    device.connect(&known, ORIGIN);
    let mut dice = ChaCha8Rng::seed_from_u64(9);
    let (mut times, accounts) = ([Vec::with_capacity(RUNS), Vec::with_capacity(RUNS)], [known, unknown]);
    while times.iter().any(|times| times.len() < RUNS) {
        let which = usize::from(dice.next_u32() & 1 == 1);
        if times[which].len() < RUNS {
            times[which].push(accounts[which].time(&ke1));
        }
    }
    let raw = welch(&times[0], &times[1]);
    let mut all: Vec<f64> = times.concat();
    all.sort_by(f64::total_cmp);
    let most = all[all.len() * CROPPED / 1_000];
    let [a, b] = times.map(|times| times.into_iter().filter(|time| *time < most).collect::<Vec<_>>());
    let seen = format!("natively, raw {raw:.2}; {:.1} and {:.1} µs", mean(&a), mean(&b));
    tell(
        "Known against unknown account, Welch's t of 2 x 20,000 sign-ins, cropped",
        welch(&a, &b).abs(),
        4.5,
        &seen,
    );
}

/// A relay of one account's log.
pub(crate) struct Account {
    database: RefCell<Database>,
    setup: Setup,
    rng: RefCell<ChaCha8Rng>,
}

impl Account {
    fn empty() -> Self {
        let setup = Setup::derive(&[7; 32]).expect("a setup");
        Self {
            database: RefCell::new(Database::new()),
            setup,
            rng: RefCell::new(ChaCha8Rng::seed_from_u64(7)),
        }
    }

    fn answer(&self, request: &Request) -> Vec<u8> {
        let arrived = relay_worker::rules::Request {
            origin: ORIGIN,
            method: request.method,
            target: &request.target,
            authorization: request.authorization.as_deref(),
            body: &request.body,
            quota: Some(Quota::DEFAULT),
        };
        let mut means = Means { setup: Some(&self.setup), rng: &mut *self.rng.borrow_mut() };
        let Decision { body, writes, .. } =
            decide(&arrived, now().0, &mut means, &*self.database.borrow(), &Strict);
        self.database.borrow_mut().apply(&writes);
        body
    }

    /// How long a challenge takes, in microseconds. It is not kept: a relay answers few that are not answered rightly.
    fn time(&self, ke1: &Request) -> f64 {
        let start = Instant::now();
        let body = self.answer(ke1);
        let time = start.elapsed().as_secs_f64() * 1e6;
        assert!(body.len() > 300, "a challenge");
        self.database.borrow_mut().apply(&[Write { statement: "DELETE FROM begun", values: Vec::new() }]);
        time
    }
}

impl Transport for Account {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        Ok(self.answer(&request))
    }
}

/// A way that ends before the request of that number.
struct Ending<'a> {
    http: Option<&'a Http>,
    left: Cell<usize>,
    last: RefCell<Option<Request>>,
}

impl Transport for Ending<'_> {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        let http = self.http.filter(|_| self.left.get() > 0);
        self.left.set(self.left.get().saturating_sub(1));
        self.last.replace(Some(request.clone()));
        http.ok_or(Unreachable)?.exchange(request).await
    }
}

impl Device {
    /// The request by which another device of this account begins to sign in.
    fn ke1(&self) -> Request {
        let way = Ending { http: None, left: Cell::new(0), last: RefCell::default() };
        self.enrol(&way, ORIGIN);
        way.last.into_inner().expect("a request")
    }

    /// Signs another device in, up to what it is let read: the request for that.
    fn sign_in(&self, http: &Http, origin: &str) -> Request {
        let way = Ending { http: Some(http), left: Cell::new(2), last: RefCell::default() };
        self.enrol(&way, origin);
        let last = way.last.into_inner().expect("a request");
        assert!(last.method == "GET" && last.target.ends_with("/credential"), "signed in");
        last
    }

    fn enrol(&self, way: &Ending<'_>, origin: &str) {
        let kit = self.kit.as_ref().expect("the first device");
        let code = SetupCode::from_text(kit.setup.as_str()).expect("its code");
        let (words, mut rng) = (words(), ChaCha8Rng::seed_from_u64(now().0));
        let relay = Relay { transport: way, origin };
        let enrolled = Session::enrol(MemoryStore::new(), &code, &words, &relay, &mut rng, now());
        assert!(block_on(enrolled).is_err());
    }
}

fn welch(a: &[f64], b: &[f64]) -> f64 {
    let error = |numbers: &[f64]| {
        let mean = mean(numbers);
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        squares / (numbers.len() as f64 - 1.0) / numbers.len() as f64
    };
    (mean(a) - mean(b)) / (error(a) + error(b)).sqrt()
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}
