//! What Mozilla's linter says of the package for Firefox.

use crate::extension::Browser;
use crate::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::{Command, Stdio};

/// What it says of that is not ours to change, or is right as it is: (code, file, why). Anything else that it says is a fault, and
/// so is one of these that it says no more.
const REVIEWED: [(&str, &str, &str); 4] = [
    (
        "UNSAFE_VAR_ASSIGNMENT",
        "assets/app-",
        "Leptos puts constant templates into a page so; the policy of static/boot.js refuses any other text",
    ),
    (
        "UNSUPPORTED_API",
        "background.js",
        "asked for where it is there, as in Chromium; both browsers have one script",
    ),
    ("UNSUPPORTED_API", "capture.js", "as in page.js"),
    (
        "UNSUPPORTED_API",
        "page.js",
        "chrome.dom reaches closed shadow roots where it is there; Firefox gives elements a property for that",
    ),
];

/// Compares what the linter says of the unpacked package with what was reviewed.
///
/// # Errors
/// When it says anything else, or cannot be run.
pub(crate) fn check() -> Result<()> {
    let folder = Browser::Firefox.folder();
    let output = Command::new("node")
        .arg(root().join("node_modules/addons-linter/bin/addons-linter"))
        .args(["--output", "json"])
        .arg(&folder)
        .stdin(Stdio::null())
        .output()
        .context("starting addons-linter")?;
    let said: Value = serde_json::from_slice(&output.stdout).context("reading what addons-linter says")?;
    let found = findings(&said);
    println!("addons-linter: {} findings, all of them reviewed: {}", found.len(), reviewed(&found)?);
    Ok(())
}

/// What it found, as code and file.
fn findings(said: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let all = ["errors", "warnings", "notices"].iter().filter_map(|kind| said[kind].as_array()).flatten();
    all.map(|one| (text(one, "code"), text(one, "file"))).collect()
}

/// Why each finding is none.
fn reviewed(found: &[(String, String)]) -> Result<String> {
    let is_of = |(code, file): &(String, String), known: &(&str, &str, &str)| {
        code == known.0 && file.starts_with(known.1)
    };
    if let Some((code, file)) = found.iter().find(|one| !REVIEWED.iter().any(|known| is_of(one, known))) {
        bail!("{code} in {file}: mend it, or review it in xtask/src/lint.rs");
    }
    if let Some((code, file, _)) = REVIEWED.iter().find(|known| !found.iter().any(|one| is_of(one, known))) {
        bail!("{code} in {file} is not said any more: take it off the list in xtask/src/lint.rs");
    }
    Ok(REVIEWED.map(|(_, _, why)| why).join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_not_reviewed_fails_and_what_is_said_no_more_does() {
        let one = |code: &str, file: &str| json!({ "code": code, "file": file });
        let [first, second, third, fourth] = REVIEWED.map(|(code, file, _)| one(code, file));
        let said = |errors: &[Value]| {
            findings(&json!({ "errors": errors, "warnings": [second], "notices": [third, fourth] }))
        };
        assert!(reviewed(&said(std::slice::from_ref(&first))).is_ok());
        assert!(reviewed(&said(&[])).is_err());
        assert!(reviewed(&said(&[first.clone(), one("UNSAFE_VAR_ASSIGNMENT", "unlock.js")])).is_err());
        assert!(reviewed(&said(&[first, one("MANIFEST_FIELD_REQUIRED", "manifest.json")])).is_err());
    }
}
