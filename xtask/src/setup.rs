//! What a fresh machine lacks, installed once.

use crate::command::{answer, exists, run_quietly, say};
use crate::{root, toolchain};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

/// Everything `build` and `run` need: a wasm compiler and the npm packages.
///
/// # Errors
/// When something is missing and cannot be installed; the message names it.
pub(crate) fn for_building() -> Result<()> {
    toolchain::ensure()?;
    npm_packages()
}

/// What `test` needs beyond that: Chromium with its driver, Firefox, the test runner of wasm-bindgen and the real readers of `.env`.
///
/// # Errors
/// When something is missing and cannot be installed; the message names it.
pub(crate) fn for_testing() -> Result<()> {
    chromium()?;
    firefox()?;
    wasm_test_runner()?;
    env_file_consumers()
}

/// Installs Debian packages.
///
/// # Errors
/// When apt cannot install them.
pub(crate) fn apt(packages: &[&str]) -> Result<()> {
    let what = format!("installing {}", packages.join(", "));
    run_quietly(&what, Command::new("apt-get").arg("update"))?;
    run_quietly(
        &what,
        Command::new("apt-get")
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// `npm ci`, when the lock file is newer than what was installed.
fn npm_packages() -> Result<()> {
    if !exists("npm") {
        bail!("npm is not on PATH; install Node.js 20 or newer, then run this again");
    }
    let lock = fs::read(root().join("package-lock.json")).context("reading package-lock.json")?;
    let mark = root().join("node_modules/.tacit-lock");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say("installing npm packages");
    run_quietly("npm ci", Command::new("npm").current_dir(root()).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(mark, lock).context("noting which npm packages are installed")
}

fn chromium() -> Result<()> {
    if exists("chromium") && exists("chromedriver") {
        return Ok(());
    }
    say("installing Chromium and its driver");
    if !exists("apt-get") {
        bail!("chromium and chromedriver are not on PATH; install them and run this again");
    }
    apt(&["chromium", "chromium-driver"])
}

fn firefox() -> Result<()> {
    if exists("firefox-esr") {
        return Ok(());
    }
    say("installing Firefox");
    if !exists("apt-get") {
        bail!("firefox-esr is not on PATH; install it and run this again");
    }
    apt(&["firefox-esr"])
}

/// The runner's version must equal the library's, so it is installed beside the workspace, not for the user.
fn wasm_test_runner() -> Result<()> {
    let wanted = wasm_bindgen_version()?;
    let runner = runner_path();
    let have = answer(Command::new(&runner).arg("--version")).unwrap_or_default();
    if have.split_whitespace().any(|word| word == wanted) {
        return Ok(());
    }
    say("building wasm-bindgen's test runner (once)");
    run_quietly(
        "installing wasm-bindgen-cli",
        Command::new("cargo")
            .args([
                "install",
                "--quiet",
                "--debug",
                "--force",
                "wasm-bindgen-cli",
                "--version",
                &wanted,
                "--root",
            ])
            .arg(root().join(".tools"))
            .env("CARGO_TARGET_DIR", root().join("target/tools")),
    )
}

/// Where the runner of wasm tests lies.
pub(crate) fn runner_path() -> std::path::PathBuf {
    root().join(".tools/bin/wasm-bindgen-test-runner")
}

fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let after = lock.split("name = \"wasm-bindgen\"\nversion = \"").nth(1);
    after
        .and_then(|text| text.split('"').next())
        .map(str::to_owned)
        .context("Cargo.lock names no wasm-bindgen")
}

/// The real readers that the dotenv crate is compared with.
fn env_file_consumers() -> Result<()> {
    let script = root().join("dotenv/tests/consumers/setup.sh");
    if !script.is_file() {
        return Ok(());
    }
    run_quietly("installing the readers of .env files", Command::new("sh").current_dir(root()).arg(script))
}
