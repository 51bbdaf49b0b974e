//! `cargo xtask test`: every check and test, in the order in which they fail cheapest.

use crate::bundle::{self, Speed};
use crate::command::{run, say};
use crate::serve::Server;
use crate::{lint, root, rules, setup, size, toolchain};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

/// Where the end-to-end tests find the app, one for each that runs beside others; none is the port of `cargo xtask run`, so
/// that both can go on at once.
const PORTS: [u16; 2] = [8797, 8798];

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 10] = [
    ("format", format),
    ("dependency, licence and boundary rules", rules::check),
    ("lints", lints),
    ("native tests", native_tests),
    ("wasm tests in Chromium", wasm_tests),
    ("release build", || bundle::build(Speed::Release)),
    ("size budgets", size::check),
    ("Mozilla's linter", lint::check),
    ("end-to-end tests in Chromium and Firefox", end_to_end),
    ("clean tree", clean_tree),
];

/// Sets up what is missing and runs everything.
///
/// # Errors
/// When the set-up or any step fails; all steps run, so that one run tells all.
pub(crate) fn run_all() -> Result<()> {
    setup::for_building()?;
    setup::for_testing()?;
    let results: Vec<_> = STEPS.iter().map(|step| (step.0, timed(step))).collect();
    println!();
    for (name, passed) in &results {
        println!("test {name} ... {}", if *passed { "ok" } else { "FAILED" });
    }
    let failed = results.iter().filter(|(_, passed)| !passed).count();
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {} passed; {failed} failed; 0 ignored", results.len() - failed);
    if failed > 0 {
        bail!("{failed} of {} steps failed", results.len());
    }
    Ok(())
}

fn timed((name, step): &Step) -> bool {
    say(name);
    let start = Instant::now();
    let result = step();
    say(&format!("{name}: {} s", start.elapsed().as_secs()));
    if let Err(error) = &result {
        eprintln!("{name}: {error:#}");
    }
    result.is_ok()
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).args(arguments);
    cargo
}

fn format() -> Result<()> {
    run("cargo fmt", &mut cargo(&["fmt", "--all", "--check"]))
}

/// All of the workspace checks natively, the browser's crates too: clippy need not know wasm.
fn lints() -> Result<()> {
    let what = ["--workspace", "--all-targets", "--features", "app/parts,browser/parts"];
    run("clippy", cargo(&["clippy", "--quiet"]).args(what).args(["--", "-D", "warnings"]))
}

fn native_tests() -> Result<()> {
    run("cargo test", &mut cargo(&["test", "--quiet", "--workspace"]))
}

/// What behaves differently in a browser, or only there: the storage adapter and the wasm kernel of the cipher.
fn wasm_tests() -> Result<()> {
    let mut cargo = toolchain::ensure()?.cargo();
    cargo
        .args(["test", "--target", "wasm32-unknown-unknown", "--package", "browser"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", setup::runner_path())
        .env("CHROMEDRIVER", "/usr/bin/chromedriver")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    run("wasm tests", &mut cargo)
}

fn end_to_end() -> Result<()> {
    run("playwright", &mut playwright(&servers()?, &[]))
}

/// Takes the pictures of the README and of the stores.
///
/// # Errors
/// When the set-up, the build or a picture fails.
pub(crate) fn pictures() -> Result<()> {
    setup::for_building()?;
    setup::for_testing()?;
    bundle::build(Speed::Release)?;
    run("the pictures", playwright(&servers()?, &["screenshot.spec"]).env("TACIT_SCREENSHOTS", "1"))
}

/// What the end-to-end tests are run against.
fn servers() -> Result<Vec<Server>> {
    PORTS.map(Server::start).into_iter().collect()
}

/// The end-to-end tests in these files, or all, of what is served.
fn playwright(_servers: &[Server], files: &[&str]) -> Command {
    let mut command = Command::new("node");
    command.current_dir(root().join("tests/e2e")).arg(root().join("node_modules/@playwright/test/cli.js"));
    let origins = PORTS.map(|port| format!("http://localhost:{port}")).join(" ");
    command.arg("test").args(files).env("TACIT_ORIGIN", origins);
    command
}

/// Tests that rewrite what they are compared with prove nothing.
fn clean_tree() -> Result<()> {
    run("git diff", Command::new("git").current_dir(root()).args(["diff", "--exit-code", "--stat"]))
}
