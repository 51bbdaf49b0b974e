//! Processor time of the runtime for a request, against a ping that the same worker answers through the same object: a request
//! of long ago, to which it tells its clock before it reads anything.

use std::cell::RefCell;

use vault::port::{Request, Transport, Unreachable};

use crate::device::Device;
use crate::figure::{median, tell};
use crate::http::Http;
use crate::process::Process;
use crate::socket::Socket;
use vault::session::Told;

const ROUNDS: usize = 9;
const REQUESTS: usize = 300;
/// Sockets that are told of each commit, of one device.
const SOCKETS: usize = 8;
/// Secrets in the vaults of which one value changes.
const SIZES: [usize; 3] = [100, 10_000, 100_000];

pub(crate) fn run(origin: &str, runtime: &Process) {
    let http = Http::connect(origin);
    let mut vaults = [100, 10_000].map(|secrets| Vault::new(secrets, origin, &http));
    let mut times: [Vec<f64>; 5] = Default::default();
    for round in 0..=ROUNDS {
        let mut spent = Vec::with_capacity(5);
        for vault in &mut vaults {
            let pull = vault.pull_of_one(origin, &http);
            let ping = late(&pull);
            if spent.is_empty() {
                spent.push(per_request(runtime, || repeat(&http, &ping)));
            }
            spent.push(per_request(runtime, || repeat(&http, &pull)));
        }
        let large = &mut vaults[1];
        let append = |large: &mut Vault| {
            (0..REQUESTS).for_each(|number| large.one.set("VARIABLE_7", &format!("fake-{round}-{number}")));
            per_request(runtime, || assert!(large.one.sync(&http, origin).is_ok()))
        };
        let append_alone = append(large);
        large.two.sync(&http, origin).expect("together");
        let mut sockets: Vec<Socket> = (0..SOCKETS).map(|_| large.two.attend(origin)).collect();
        let append_told = append(large);
        large.takes_from(&mut sockets, origin);
        spent.extend([append_alone, (append_told - append_alone) / SOCKETS as f64]);
        // The first round is dropped: the engine has not compiled everything yet.
        if round > 0 {
            times.iter_mut().zip(spent).for_each(|(all, time)| all.push(time));
        }
    }
    let [ping, small, large, append, told] = times.map(|mut all| median(&mut all));
    let seen = format!("{:.0} µs, ping {:.0} µs", large * 1e6, ping * 1e6);
    tell(
        "Relay CPU for a delta of one, a signed request, against a ping through the object",
        large / ping,
        6.0,
        &seen,
    );
    let seen = format!("{:.0} and {:.0} µs", large * 1e6, small * 1e6);
    tell("The same from a vault of 10,000 against one of 100", large / small, 1.1, &seen);
    let seen = format!("{:.0} µs, of the difference that {SOCKETS} sockets make to appends", told * 1e6);
    tell("Relay CPU for a delta of one, over a socket, against the same ping", told / ping, 2.0, &seen);
    let seen = format!("{:.0} µs", append * 1e6);
    tell("Relay CPU for an append of one, against the same ping", append / ping, 8.0, &seen);
}

/// Bytes of the bodies by which one changed value of 122 bytes comes to the relay, and from there to another device.
pub(crate) fn bytes(origin: &str) {
    let http = Http::connect(origin);
    let of = |device: &mut Device| {
        http.bytes.take();
        device.sync(&http, origin).expect("together");
        http.bytes.take()
    };
    // Vaults of their own: an account is told apart by its number of secrets.
    let all = SIZES.map(|secrets| {
        let mut vault = Vault::new(secrets + 1, origin, &http);
        vault.two.sync(&http, origin).expect("together");
        vault.one.set("VARIABLE_7", &"x".repeat(122));
        [of(&mut vault.one), of(&mut vault.two)]
    });
    let [most, least] = [u8::MAX, 0].map(|which| {
        let each = [0, 1].map(|way| all.map(|bytes| bytes[way]));
        each.map(|bytes| {
            if which > 0 { bytes.into_iter().max() } else { bytes.into_iter().min() }.unwrap_or(0)
        })
    });
    let seen = format!("to the relay and from it, at 100, 10,000, 100,000 secrets: {all:?}");
    let apart = most.iter().zip(least).map(|(most, least)| most - least).max().unwrap_or(0);
    let highest = most.into_iter().max().unwrap_or(0);
    tell("Bytes on the wire for one changed value, at most at any size", highest as f64, 1_024.0, &seen);
    tell("Bytes on the wire for one changed value, apart by size", apart as f64, 16.0, "");
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

    /// The second device takes in what its sockets told, and asks for nothing.
    fn takes_from(&mut self, sockets: &mut [Socket], origin: &str) {
        for (number, socket) in sockets.iter_mut().enumerate() {
            for _ in 0..REQUESTS {
                let told = self.two.hear(origin, &socket.heard());
                assert_eq!(told, if number == 0 { Told::Taken } else { Told::Nothing });
            }
        }
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

impl Device {
    /// A socket of the vault's log that is proven.
    fn attend(&mut self, origin: &str) -> Socket {
        let [_, target] = self.session.sockets();
        let mut socket = Socket::open(origin, &target);
        let Told::Prove(proof) = self.hear(origin, &socket.heard()) else { panic!("no challenge") };
        socket.say(&proof);
        assert_eq!(self.hear(origin, &socket.heard()), Told::Nothing, "together");
        socket
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
