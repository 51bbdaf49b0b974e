//! What a relay costs, measured at the one that is served at an origin by the runtime that is that process or one that it started;
//! a figure is a line of JSON, for `tests/bench/main.mjs`.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a measurement that fails ends")]

mod cost;
#[path = "../../../relay-worker/tests/log/database.rs"]
#[allow(dead_code, reason = "who measures rows uses all of it")]
mod database;
mod device;
mod figure;
mod http;
mod load;
mod process;
#[path = "../../../vault/tests/support/run.rs"]
mod run;
mod sign_in;
mod socket;

use process::Process;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = |pid: &String| Process::runtime_of(pid.parse().expect("a process id"));
    match &arguments[..] {
        [origin, pid, what] if what == "load" => load::run(origin, &runtime(pid)),
        [origin, pid, bare, bare_pid] => {
            cost::run(origin, &runtime(pid));
            sign_in::cost((origin, &runtime(pid)), (bare, &runtime(bare_pid)));
            sign_in::timing();
            cost::bytes(origin);
        }
        _ => panic!("relay ORIGIN PID load, or relay ORIGIN PID ORIGIN-OF-BARE-OPAQUE PID"),
    }
}
