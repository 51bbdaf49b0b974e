//! Processor time of the runtime for a request, against a ping that the same worker answers through the same object: a request
//! of long ago, to which it tells its clock before it reads anything.

use std::cell::RefCell;

use vault::port::{Request, Transport, Unreachable};

use crate::device::Device;
use crate::figure::{median, tell};
use crate::http::Http;
use crate::process::Process;

const ROUNDS: usize = 9;
const REQUESTS: usize = 300;

pub(crate) fn run(origin: &str, runtime: &Process) {
    let http = Http::connect(origin);
    let mut vaults = [100, 10_000].map(|secrets| Vault::new(secrets, origin, &http));
    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..=ROUNDS {
        let mut spent = Vec::with_capacity(4);
        for vault in &mut vaults {
            let pull = vault.pull_of_one(origin, &http);
            let ping = late(&pull);
            if spent.is_empty() {
                spent.push(per_request(runtime, || repeat(&http, &ping)));
            }
            spent.push(per_request(runtime, || repeat(&http, &pull)));
        }
        let large = &mut vaults[1];
        (0..REQUESTS).for_each(|number| large.one.set("VARIABLE_7", &format!("fake-{round}-{number}")));
        spent.push(per_request(runtime, || assert!(large.one.sync(&http, origin).is_ok())));
        large.two.sync(&http, origin).expect("together");
        // The first round is dropped: the engine has not compiled everything yet.
        if round > 0 {
            times.iter_mut().zip(spent).for_each(|(all, time)| all.push(time));
        }
    }
    let [ping, small, large, append] = times.map(|mut all| median(&mut all));
    let seen = format!("{:.0} µs, ping {:.0} µs", large * 1e6, ping * 1e6);
    tell(
        "Relay CPU for a delta of one, a signed request, against a ping through the object",
        large / ping,
        6.0,
        &seen,
    );
    let seen = format!("{:.0} and {:.0} µs", large * 1e6, small * 1e6);
    tell("The same from a vault of 10,000 against one of 100", large / small, 1.1, &seen);
    let seen = format!("{:.0} µs", append * 1e6);
    tell("Relay CPU for an append of one, against the same ping", append / ping, 8.0, &seen);
}

/// The request as if it had been signed in 1970: the time stands behind the word and two ids.
pub(crate) fn late(request: &Request) -> Request {
    let mut late = request.clone();
    let header = late.authorization.as_mut().expect("a signed request");
    header.replace_range(70..86, "0000000000000000");
    late
}

/// A vault on two devices, of which the second is one change behind.
struct Vault {
    one: Device,
    two: Device,
}

impl Vault {
    fn new(secrets: usize, origin: &str, http: &Http) -> Self {
        let mut one = Device::new(secrets as u64, secrets);
        let mut two = one.backup().open(secrets as u64 + 1);
        for device in [&mut one, &mut two] {
            device.sync(http, origin).expect("together");
        }
        one.sync(http, origin).expect("together");
        Self { one, two }
    }

    /// The request by which the second device learns of one change, signed now.
    fn pull_of_one(&mut self, origin: &str, http: &Http) -> Request {
        self.two.sync(http, origin).expect("together");
        self.one.set("VARIABLE_7", "fake-value-of-one-change");
        self.one.sync(http, origin).expect("together");
        let holding = Holding { http, asked: RefCell::default() };
        assert!(self.two.sync(&holding, origin).is_err());
        holding.asked.into_inner().pop().expect("the pull of the vault's log")
    }
}

/// A way that ends at the second log.
struct Holding<'a> {
    http: &'a Http,
    asked: RefCell<Vec<Request>>,
}

impl Transport for Holding<'_> {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        self.asked.borrow_mut().push(request.clone());
        if self.asked.borrow().len() > 1 { Err(Unreachable) } else { self.http.exchange(request).await }
    }
}

fn repeat(http: &Http, request: &Request) {
    (0..REQUESTS).for_each(|_| drop(http.send(request).expect("an answer")));
}

fn per_request(runtime: &Process, requests: impl FnOnce()) -> f64 {
    let before = runtime.time();
    requests();
    (runtime.time() - before) / REQUESTS as f64
}
