//! Running other programs: one line said before, one clear error after.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs `command` with its output on the terminal.
///
/// # Errors
/// When it cannot be started or ends with a failure.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{what}: cannot start {}", program(command)))?;
    if !status.success() {
        bail!("{what}: {} ended with {status}", program(command));
    }
    Ok(())
}

/// Runs `command` silently; its output is shown only when it fails.
///
/// # Errors
/// When it cannot be started or ends with a failure.
pub(crate) fn run_quietly(what: &str, command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{what}: cannot start {}", program(command)))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        bail!("{what}: {} ended with {}\n{text}", program(command), output.status);
    }
    Ok(())
}

/// What `command` prints on standard output, trimmed; `None` when it is absent or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether `name` is a program on PATH.
pub(crate) fn exists(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// `command` as another user would type it, for messages.
fn program(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A line of progress.
pub(crate) fn say(text: &str) {
    eprintln!("\x1b[1;36m▸\x1b[0m {text}");
}
