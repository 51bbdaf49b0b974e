//! Scripts and styles as they are sent: without the comments and names that only their readers need.

use crate::root;
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// An ES module.
    Script,
    /// A style sheet.
    Style,
}

/// The text, made short, with the same meaning in the browsers that are supported: nothing is rewritten for older ones.
///
/// # Errors
/// When the text has a fault, or esbuild cannot be started.
pub(crate) fn minified(text: &str, language: Language) -> Result<Vec<u8>> {
    let name = match language {
        Language::Script => "script.js",
        Language::Style => "style.css",
    };
    let folder = root().join("target/minify");
    fs::create_dir_all(&folder)?;
    let file = folder.join(name);
    fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
    let output = Command::new(root().join("node_modules/.bin/esbuild"))
        .arg(&file)
        .args([
            "--minify",
            "--target=esnext",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
        ])
        .output()
        .context("esbuild: cannot start")?;
    if !output.status.success() {
        bail!("esbuild: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}
