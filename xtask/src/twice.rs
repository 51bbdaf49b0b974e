//! The extension's packages built from nothing in two places, and compared.

use crate::command::{run, say};
use crate::extension::BROWSERS;
use crate::root;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

/// Two folders that share no name but their parent's, of other lengths: what is built must not know where.
const FOLDERS: [&str; 2] = ["one", "somewhere else/with-a-longer-name"];

/// Builds what is committed twice, each time in a folder of its own with a home of cargo of its own, and compares the packages.
///
/// # Errors
/// Something cannot be built, or the packages are not the same.
pub(crate) fn check() -> Result<()> {
    let place = std::env::temp_dir().join(format!("tacit-twice-{}", std::process::id()));
    let compared = FOLDERS.iter().map(|name| built(&place.join(name))).collect::<Result<Vec<_>>>();
    let result = compared.and_then(|both| same(&both));
    let _ = fs::remove_dir_all(&place);
    result
}

/// The packages that a fresh copy of the sources builds.
fn built(folder: &Path) -> Result<Vec<Vec<u8>>> {
    say(&format!("building in {}", folder.display()));
    let (sources, home) = (folder.join("tacit"), folder.join("cargo"));
    fs::create_dir_all(folder)?;
    run("copying the sources", Command::new("git").args(["clone", "--quiet"]).arg(root()).arg(&sources))?;
    std::os::unix::fs::symlink(crate::toolchain::cargo_home(), &home)
        .context("giving cargo's home another name")?;
    let mut build = Command::new("cargo");
    build.current_dir(&sources).args(["run", "--quiet", "--package", "xtask", "--", "extension"]);
    build.env("CARGO_HOME", &home).env_remove("CARGO_TARGET_DIR");
    run("building the packages", &mut build)?;
    let package = |name: &str| fs::read(sources.join(format!("dist/extension/tacit-{name}.zip")));
    Ok(BROWSERS.iter().map(|browser| package(browser.name())).collect::<Result<_, _>>()?)
}

fn same(both: &[Vec<Vec<u8>>]) -> Result<()> {
    let [one, other] = both else { bail!("there are not two builds") };
    for (browser, (one, other)) in BROWSERS.iter().zip(one.iter().zip(other)) {
        if one != other {
            bail!("the packages for {} differ in: {}", browser.name(), differing(one, other)?.join(", "));
        }
        say(&format!("{}: twice the same, SHA-256 {:x}", browser.name(), Sha256::digest(one)));
    }
    Ok(())
}

/// What is in one package and not so in the other.
fn differing(one: &[u8], other: &[u8]) -> Result<Vec<String>> {
    let (one, other) = (files(one)?, files(other)?);
    let names = one.keys().chain(other.keys()).filter(|name| one.get(*name) != other.get(*name));
    let mut names: Vec<String> = names.cloned().collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn files(package: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package))?;
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at)?;
        let name = file.name()?.into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        files.insert(name, content);
    }
    Ok(files)
}
