//! Budgets of what a first visit loads and of the relay, in bytes after brotli.

use crate::bundle::{self, app_folder, worker_folder};
use crate::extension::BROWSERS;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// KiB, as the budgets are written.
const KB: usize = 1024;

/// What stands before the names of the relay's files.
const RELAY: &str = "relay: ";

/// What is counted, how its files are recognised, and the most it may be.
type Budget = (&'static str, fn(&str) -> bool, usize);

/// What must not be passed.
const BUDGETS: [Budget; 8] = [
    ("first load, everything", first_load, 560 * KB),
    ("app.wasm", |name| is_module(name, "app"), 270 * KB),
    ("core.wasm", |name| is_module(name, "core"), 260 * KB),
    // The acts, and all that a device does with a relay.
    ("on demand: acts.wasm", |name| is_module(name, "acts"), 306 * KB),
    // What most visits do without, and what the extension's panel does with the page beside it: fills it, is taught its form, and captures keys.
    ("on demand: rare.wasm", |name| is_module(name, "rare"), 100 * KB),
    ("on demand: files.wasm", |name| is_module(name, "files"), 130 * KB),
    ("on demand: codes.wasm", |name| is_module(name, "codes"), 100 * KB),
    ("the relay's worker", is_relay, 350 * KB),
];

/// The most a package of the extension may be, zipped: 1.2 MiB.
const PACKAGE: usize = 12 * 1024 * KB / 10;

fn is_relay(name: &str) -> bool {
    name.starts_with(RELAY)
}

fn is_module(name: &str, stem: &str) -> bool {
    name.ends_with(".wasm") && name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('-'))
}

/// Fonts come after the first paint, icons and the service worker's list when the browser asks for them; the acts with the
/// first change, the engine of files with the first import or export, the rare pages with the first of them.
fn first_load(name: &str) -> bool {
    let on_demand = ["acts", "codes", "files", "rare"].iter().any(|stem| is_module(name, stem));
    !is_relay(name)
        && !name.ends_with(".woff2")
        && !name.ends_with(".png")
        && name != "_headers"
        && !on_demand
}

/// Prints the size of each part and compares the sums with their budgets.
///
/// # Errors
/// When a budget is passed; all of them are printed first.
pub(crate) fn check() -> Result<()> {
    let mut relay = parts(&worker_folder())?;
    relay.iter_mut().for_each(|(name, ..)| name.insert_str(0, RELAY));
    let parts = [parts(&app_folder())?, relay].concat();
    println!("{:>9} {:>9}  part", "bytes", "brotli");
    for (name, raw, packed) in &parts {
        println!("{raw:>9} {packed:>9}  {name}");
    }
    let mut broken = Vec::new();
    for (what, belongs, most) in BUDGETS {
        let sum: usize = parts.iter().filter(|(name, ..)| belongs(name)).map(|(.., packed)| packed).sum();
        println!("{sum:>19}  {what} (at most {most})");
        if sum > most || sum == 0 {
            broken.push(format!("{what}: {sum} bytes, at most {most}"));
        }
    }
    for browser in BROWSERS {
        let size = browser.package()?.len();
        println!("{size:>19}  the extension for {} (at most {PACKAGE})", browser.name());
        if size > PACKAGE {
            broken.push(format!("the extension for {}: {size} bytes, at most {PACKAGE}", browser.name()));
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("; "));
    }
    Ok(())
}

/// Every file below `folder` as (file name, size, size after brotli).
fn parts(folder: &Path) -> Result<Vec<(String, usize, usize)>> {
    let measured = |(path, content): (String, Vec<u8>)| {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        Ok((name, content.len(), packed(&content)?))
    };
    let mut found: Vec<_> = bundle::read(folder)?.into_iter().map(measured).collect::<Result<_>>()?;
    found.sort();
    Ok(found)
}

fn packed(content: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut out, &settings).context("brotli")?;
    Ok(out.len())
}
