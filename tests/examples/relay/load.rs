//! Two hundred devices on one relay for two minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use vault::session::Synced;

use crate::device::{Backup, Device};
use crate::figure::{median, tell};
use crate::http::Http;
use crate::process::Process;

const ACCOUNTS: u64 = 20;
/// Of each account.
const DEVICES: u64 = 10;
const LONG: Duration = Duration::from_secs(120);
/// A device writes and syncs about so often, in milliseconds.
const EVERY: u64 = 4_000;
/// Rounds after which nobody has anything that others lack.
const SETTLING: usize = 3;

pub(crate) fn run(origin: &str, runtime: &Process) {
    let all = Barrier::new(usize::try_from(ACCOUNTS * DEVICES).expect("a number") + 1);
    let (told, memory) = thread::scope(|scope| {
        let (all, mut memory) = (&all, Vec::new());
        let accounts: Vec<_> =
            (0..ACCOUNTS).map(|it| scope.spawn(move || account(it, origin, all))).collect();
        all.wait();
        let start = Instant::now();
        while start.elapsed() < LONG {
            memory.push(runtime.memory());
            thread::sleep(Duration::from_secs(1));
        }
        let told: Vec<Told> = accounts.into_iter().map(|it| it.join().expect("an account")).collect();
        (told, memory)
    });
    let sum = |of: fn(&Told) -> usize| told.iter().map(of).sum::<usize>();
    let (errors, lost) = (sum(|it| it.errors), sum(|it| it.lost));
    told.iter().flat_map(|it| &it.reasons).for_each(|(why, count)| eprintln!("{count} times: {why}"));
    let ended = sum(|it| it.ended);
    let seen =
        format!("{}; {ended} kept connections had ended", latency(told.iter().flat_map(|it| &it.times)));
    tell("200 devices for two minutes: errors", errors as f64, 0.0, &seen);
    let seen = format!("{} were written", sum(|it| it.written.len()));
    tell("200 devices for two minutes: values lost", lost as f64, 0.0, &seen);
    let third = memory.len() / 3;
    let [early, late] = [third, 2 * third].map(|from| median(&mut memory[from..from + third].to_vec()));
    let seen: Vec<String> = memory.iter().step_by(15).map(|mib| format!("{mib:.0}")).collect();
    let seen = format!("every 15 s: {} MiB", seen.join(", "));
    tell("200 devices for two minutes: memory, the last third against the second", late / early, 1.1, &seen);
}

fn latency<'a>(times: impl Iterator<Item = &'a Duration>) -> String {
    let mut times: Vec<Duration> = times.copied().collect();
    times.sort();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1_000].as_secs_f64() * 1e3;
    let (count, [p50, p90, p99, p999]) = (times.len(), [500, 900, 990, 999].map(at));
    format!("{count} requests; p50 {p50:.1}, p90 {p90:.1}, p99 {p99:.1}, p99.9 {p999:.1} ms")
}

/// What came of devices.
#[derive(Default)]
struct Told {
    times: Vec<Duration>,
    errors: usize,
    /// Why syncs came to nothing, and how often.
    reasons: BTreeMap<String, usize>,
    /// Kept connections that had ended.
    ended: usize,
    written: BTreeSet<String>,
    lost: usize,
}

/// The first device of an account, which begins it, and the others from its backup.
fn account(number: u64, origin: &str, all: &Barrier) -> Told {
    let way = Http::connect(origin);
    let mut first = Device::new(number, 20);
    first.sync(&way, origin).expect("together");
    let (backup, own) = (first.backup(), Barrier::new(usize::try_from(DEVICES).expect("a number")));
    thread::scope(|scope| {
        let (backup, own): (&Backup, &Barrier) = (&backup, &own);
        let other = |at| {
            move || {
                live(
                    &mut backup.open(1_000 * (number + 1) + at),
                    &Http::connect(origin),
                    at,
                    origin,
                    [all, own],
                )
            }
        };
        let others: Vec<_> = (1..DEVICES).map(|at| scope.spawn(other(at))).collect();
        let mut told = live(&mut first, &way, 0, origin, [all, own]);
        for other in others {
            let other = other.join().expect("a device");
            told.add(other);
        }
        told.lost = told.written.difference(&first.values()).count();
        told
    })
}

/// Two minutes of a device, and what it takes until all of its account have the same.
fn live(device: &mut Device, way: &Http, at: u64, origin: &str, [all, own]: [&Barrier; 2]) -> Told {
    let (mut told, mut dice) = (Told::default(), ChaCha8Rng::seed_from_u64(at));
    told.sync(device, way, origin);
    all.wait();
    way.times.take();
    let start = Instant::now();
    while start.elapsed() < LONG {
        thread::sleep(Duration::from_millis(EVERY / 2 + dice.next_u64() % EVERY));
        let value = format!("fake-{at}-{}", told.written.len());
        device.set(&format!("OF_DEVICE_{at}"), &value);
        told.written.insert(value);
        told.sync(device, way, origin);
    }
    told.times = way.times.take();
    for _ in 0..SETTLING {
        own.wait();
        told.sync(device, way, origin);
    }
    own.wait();
    told.ended = way.ended.get();
    told
}

impl Told {
    fn add(&mut self, other: Self) {
        self.errors += other.errors;
        self.ended += other.ended;
        self.times.extend(other.times);
        self.written.extend(other.written);
        other.reasons.into_iter().for_each(|(why, count)| *self.reasons.entry(why).or_default() += count);
    }

    fn sync(&mut self, device: &mut Device, way: &Http, origin: &str) {
        let synced = device.sync(way, origin);
        if !matches!(synced, Ok(Synced::Together { .. })) {
            let why = format!("{synced:?} {}", way.errors.take().join(", "));
            *self.reasons.entry(why).or_default() += 1;
            self.errors += 1;
        }
    }
}
