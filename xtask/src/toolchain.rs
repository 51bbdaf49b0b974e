//! A compiler that can build for `wasm32-unknown-unknown`.
//!
//! Ordinarily that is the one in use, after `rustup target add`. Where rustup cannot download, Debian's `rustc-web` brings a
//! second compiler with the sources of its std, and std is built from them once.

use crate::command::{answer, exists, run_quietly, say};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// A `rustc` that has std for wasm, and the linker it needs.
#[derive(Debug)]
pub(crate) struct WasmCompiler {
    rustc: PathBuf,
    linker: PathBuf,
}

impl WasmCompiler {
    /// The first compiler on PATH whose wasm std is present.
    pub(crate) fn find() -> Option<Self> {
        let rustc = compilers().into_iter().find(|rustc| has_std(rustc))?;
        Some(Self { rustc, linker: linker()? })
    }

    /// `cargo`, set up so that wasm builds use this compiler and leave native ones alone.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(crate::root())
            .env("RUSTC", &self.rustc)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker)
            .env("CARGO_ENCODED_RUSTFLAGS", flags().join("\u{1f}"))
            .env("CARGO_TARGET_DIR", crate::root().join("target/wasm"));
        cargo
    }
}

/// What wasm is compiled with. Where a panic names a source, it says no folder of this machine: that would be sent to everybody,
/// and another machine would build other bytes.
fn flags() -> Vec<String> {
    let registry = cargo_home().join("registry/src");
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned(), "--cfg=erase_components".to_owned()];
    for (folder, name) in [(registry, "/registry"), (crate::root(), "/tacit")] {
        flags.push(format!("--remap-path-prefix={}={name}", folder.display()));
    }
    flags
}

/// Where cargo keeps the sources of libraries.
pub(crate) fn cargo_home() -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// Finds or makes a compiler for wasm.
///
/// # Errors
/// When neither rustup nor apt can provide one; the message says what to install by hand.
pub(crate) fn ensure() -> Result<WasmCompiler> {
    if let Some(found) = WasmCompiler::find() {
        return Ok(found);
    }
    say("adding the wasm target");
    let added = Command::new("rustup").args(["target", "add", TARGET]).output();
    if !added.is_ok_and(|output| output.status.success()) {
        build_std_from_debian()?;
    }
    WasmCompiler::find().context(
        "no Rust compiler here can build for wasm32-unknown-unknown; install the target and try again",
    )
}

fn compilers() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<_> = std::env::split_paths(&path)
        .map(|folder| folder.join("rustc"))
        .filter(|file| file.is_file())
        .collect();
    found.dedup();
    found
}

fn target_libdir(rustc: &Path) -> Option<PathBuf> {
    answer(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET])).map(PathBuf::from)
}

fn has_std(rustc: &Path) -> bool {
    target_libdir(rustc).and_then(|folder| fs::read_dir(folder).ok()).is_some_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

/// `rust-lld` of whichever toolchain carries it.
fn linker() -> Option<PathBuf> {
    compilers().iter().find_map(|rustc| {
        let sysroot = answer(Command::new(rustc).args(["--print", "sysroot"]))?;
        let host = answer(Command::new(rustc).args(["--print", "host-tuple"]))?;
        let linker = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
        linker.is_file().then_some(linker)
    })
}

fn build_std_from_debian() -> Result<()> {
    if !exists("apt-get") {
        bail!(
            "`rustup target add {TARGET}` failed and apt is not here; install the target by hand and try again"
        );
    }
    say("rustup cannot download: taking Debian's rustc-web and building std for wasm from its sources");
    crate::setup::apt(&["rustc-web", "cargo-web", "rust-web-src"])?;
    let rustc = PathBuf::from("/usr/bin/rustc");
    let home = target_libdir(&rustc).context("Debian's rustc does not know the wasm target")?;
    let work = crate::root().join(".tools/wasm-std");
    write_empty_library(&work)?;
    run_quietly(
        "building std for wasm",
        Command::new("/usr/bin/cargo")
            .current_dir(&work)
            .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
            .env("RUSTC", &rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            // Without bitcode in std, fat LTO has nothing to work on.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", work.join("target")),
    )?;
    fs::create_dir_all(&home)?;
    for entry in fs::read_dir(work.join("target").join(TARGET).join("release/deps"))?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(entry.path(), home.join(&*name)).context("copying std into Debian's toolchain")?;
        }
    }
    Ok(())
}

/// A crate of its own workspace with nothing in it: building it builds std.
fn write_empty_library(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest)?;
    Ok(())
}
