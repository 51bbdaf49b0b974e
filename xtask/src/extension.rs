//! The browser extension: the app's own files as pages of an extension, under a manifest for each family of browsers.

use crate::bundle::{self, Files};
use crate::command::say;
use crate::root;
use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Who runs the extension. Their manifests differ in what this enum is asked for, and in nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Chromium,
    Firefox,
}

/// Each browser that the extension is made for.
pub(crate) const BROWSERS: [Browser; 2] = [Browser::Chromium, Browser::Firefox];

/// What its pages may do: the web app's policy, and that no relay served them, so that they may reach the one that a person names
/// (`desk/src/origin.rs`).
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self' https: http://localhost:* wss: ws://localhost:*; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'none'; \
    frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types default";

/// What the stores show under its name (`docs/store.md`).
const SUMMARY: &str = "A secrets vault for developers: keys and .env files, sealed on this device. No account, and no network unless you want one.";

/// Above 9 a package is packed by Zopfli, with so many rounds more than that.
const ZOPFLI: i64 = 24;

/// What both browsers are asked for; `desk/src/text/permission.rs` explains each to the person.
const PERMISSIONS: [&str; 5] = ["activeTab", "alarms", "contextMenus", "scripting", "storage"];

/// The page in the panel beside a tab. The same page in a tab of its own is `index.html`.
const PANEL: &str = "panel.html";

/// The same as a popup of the button, which is as large as its page says: where a person chose so, or the browser has no panel.
const POPUP: &str = "popup.html";

/// The scripts that the extension's pages have beside the app's.
pub(crate) const SCRIPTS: &str = "<script src=\"/unlock.js\"></script>\n";

/// Those that the panel has besides: what it does with the page beside it.
const PANEL_SCRIPTS: [&str; 6] = ["form", "profiles", "teach", "page", "capture", "tab"];

impl Browser {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// The folder from which the browser loads it unpacked.
    pub(crate) fn folder(self) -> PathBuf {
        root().join("dist/extension").join(self.name())
    }

    /// The manifest: what both have, and what this one calls otherwise.
    pub(crate) fn manifest(self) -> Value {
        let mut manifest = json!({
            "manifest_version": 3,
            "name": "Tacit",
            "version": env!("CARGO_PKG_VERSION"),
            "description": SUMMARY,
            "icons": { "16": "icons/icon-16.png", "32": "icons/icon-32.png", "48": "icons/icon-48.png", "128": "icons/icon-128.png" },
            "action": { "default_title": "Open Tacit" },
            "content_security_policy": { "extension_pages": POLICY },
            // What the pages share of an unlock, its end by time and by the screen's lock; and one tab at a time, where a person
            // pressed the button, the key or the menu's line.
            "permissions": PERMISSIONS,
            // Nothing is had of these until a person grants one origin of them.
            "optional_host_permissions": ["https://*/*", "http://localhost/*"],
            "commands": {
                "_execute_action": { "suggested_key": { "default": "Alt+Shift+F" } },
                "capture": { "suggested_key": { "default": "Alt+Shift+K" }, "description": "Capture a key from the page" },
            },
        });
        let own = match self {
            // The panel beside the page is a permission there, as is to hear of the screen's lock, which Firefox does not tell; and
            // the background is a service worker.
            Self::Chromium => json!({
                "minimum_chrome_version": "121",
                "permissions": PERMISSIONS.iter().chain(&["idle", "sidePanel"]).collect::<Vec<_>>(),
                "side_panel": { "default_path": PANEL },
                "background": { "service_worker": "background.js", "type": "module" },
            }),
            // The panel is a sidebar, which needs no permission; the background is a script; an id and a word on what is
            // collected are asked for. Before this version it tells documents by no ids, and a fill goes to one alone.
            Self::Firefox => json!({
                "browser_specific_settings": { "gecko": {
                    "id": "tacit@tacit.invalid",
                    "strict_min_version": "153.0",
                    "data_collection_permissions": { "required": ["none"] },
                } },
                "sidebar_action": { "default_title": "Tacit", "default_panel": PANEL, "open_at_install": false },
                "background": { "scripts": ["background.js"], "type": "module" },
            }),
        };
        if let (Some(all), Value::Object(own)) = (manifest.as_object_mut(), own) {
            all.extend(own);
        }
        manifest
    }

    /// The package, of what [`assemble`] wrote.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn package(self) -> Result<Vec<u8>> {
        zipped(&bundle::read(&self.folder())?)
    }

    /// Everything in the package, by path.
    fn files(self, app: &Files, page: &str) -> Result<Files> {
        let mut files = app.clone();
        let scripts = PANEL_SCRIPTS.map(|name| format!("<script src=\"/{name}.js\"></script>\n")).concat();
        let panel = bundle::replaced(page, SCRIPTS, &format!("{SCRIPTS}{scripts}"))?;
        let popup = bundle::replaced(&panel, "<html lang=\"en\">", "<html lang=\"en\" class=\"popup\">")?;
        for (name, page) in [("index.html", page), (PANEL, &panel), (POPUP, &popup)] {
            files.insert(name.into(), page.as_bytes().to_vec());
        }
        files.extend(bundle::read(&root().join("extension"))?);
        files.insert("manifest.json".into(), serde_json::to_vec_pretty(&self.manifest())?);
        Ok(files)
    }
}

/// Writes both packages unpacked, from the app's files and its page.
///
/// # Errors
/// A file cannot be read or written.
pub(crate) fn assemble(app: &Files, page: &str) -> Result<()> {
    for browser in BROWSERS {
        bundle::write(&browser.files(app, page)?, &browser.folder())?;
    }
    Ok(())
}

/// Packs what [`assemble`] wrote, and says where the packages lie and which bytes they are.
///
/// # Errors
/// A file cannot be read or written.
pub(crate) fn pack() -> Result<()> {
    for browser in BROWSERS {
        let package = browser.package()?;
        let file = root().join(format!("dist/extension/tacit-{}.zip", browser.name()));
        fs::write(&file, &package)?;
        say(&format!("{} ({} bytes, SHA-256 {:x})", file.display(), package.len(), Sha256::digest(&package)));
    }
    Ok(())
}

/// The files as a zip whose bytes say nothing of when or where it was made.
fn zipped(files: &Files) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(ZOPFLI))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (path, content) in files {
        zip.start_file(path, options)?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_package_is_the_same_bytes_each_time_and_others_for_another_file() {
        let mut files = Files::from([("b.js".into(), b"two".to_vec()), ("a.js".into(), b"one".to_vec())]);
        let first = zipped(&files).expect("in memory");
        assert_eq!(zipped(&files).expect("in memory"), first);
        files.insert("a.js".into(), b"won".to_vec());
        assert_ne!(zipped(&files).expect("in memory"), first);
    }

    #[test]
    fn the_stores_are_told_what_the_manifests_say() {
        let told = fs::read_to_string(root().join("docs/store.md")).expect("the texts for the stores");
        assert!(SUMMARY.len() <= 132, "Chromium's store takes 132 characters");
        assert!(told.contains(&format!("> {SUMMARY}\n")));
        for manifest in BROWSERS.map(Browser::manifest) {
            for permission in manifest["permissions"].as_array().expect("a list") {
                let name = permission.as_str().expect("a name");
                assert!(told.contains(&format!("| `{name}` | ")), "{name} has no line in docs/store.md");
            }
        }
    }

    #[test]
    fn the_manifests_differ_where_the_browsers_do_and_nowhere_else() {
        let [chromium, firefox] = BROWSERS.map(Browser::manifest);
        let own = |one: &Value, other: &Value| {
            let keys = one.as_object().expect("an object").keys();
            keys.filter(|key| one[*key] != other[*key]).cloned().collect::<BTreeSet<_>>()
        };
        let expected = ["background", "minimum_chrome_version", "permissions", "side_panel"];
        assert_eq!(own(&chromium, &firefox), expected.map(str::to_owned).into());
        let expected = ["background", "browser_specific_settings", "permissions", "sidebar_action"];
        assert_eq!(own(&firefox, &chromium), expected.map(str::to_owned).into());
    }
}
