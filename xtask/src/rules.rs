//! Who may know whom, what may be shipped, and under which licence: rules over the dependency graph.

use crate::command::answer;
use crate::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The direct dependencies inside the workspace that architecture allows, in what is shipped.
const MAY_KNOW: [(&str, &[&str]); 13] = [
    ("app", &["desk"]),
    ("browser", &["desk", "vault"]),
    ("codes", &["desk"]),
    ("crypto", &["weakness"]),
    ("desk", &[]),
    ("dotenv", &[]),
    ("files", &["desk", "dotenv"]),
    ("protocol", &["weakness"]),
    ("relay-worker", &["protocol", "weakness"]),
    ("tests", &["browser", "crypto", "protocol", "vault"]),
    ("vault", &["crypto", "protocol", "weakness"]),
    ("weakness", &[]),
    ("xtask", &[]),
];

/// What must not be reached, however indirectly.
const NEVER_REACHES: [(&str, &[&str]); 8] = [
    ("codes", &["crypto", "vault", "protocol", "browser"]),
    ("files", &["crypto", "vault", "protocol", "browser"]),
    ("relay-worker", &["argon2", "crypto", "vault", "browser", "app"]),
    ("app", &["crypto", "vault", "protocol"]),
    ("crypto", PLATFORM),
    ("protocol", PLATFORM),
    ("dotenv", PLATFORM),
    ("vault", PLATFORM),
];

/// Features that only tests switch on.
const TEST_ONLY: [(&str, &str); 3] = [("crypto", "test-kdf"), ("vault", "conformance"), ("weakness", "on")];

/// The browser, ambient randomness, run-times: not below `browser`.
const PLATFORM: &[&str] = &["wasm-bindgen", "web-sys", "js-sys", "getrandom", "tokio", "leptos"];

/// What a person downloads or a relay runs.
const SHIPPED: [&str; 5] = ["app", "browser", "codes", "files", "relay-worker"];

/// Crates of which two versions may be shipped, and why.
const TWO_VERSIONS: [(&str, &str); 6] = [
    ("derive_more", "indexed_db_futures listens to events through a crate of the generation before"),
    ("embedded-io", "postcard names both generations in its features; neither is compiled in"),
    ("getrandom", "leptos is a generation ahead of the cryptographic crates"),
    ("rand_core", "comes with getrandom"),
    ("thiserror", "gloo-net, below leptos, still uses version 1"),
    ("wasm-streams", "leptos and worker are a version apart; they are never in one file"),
];

/// Licences of what we build with.
const LICENCES: [&str; 13] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
    "0BSD",
    "Unlicense",
    "CC0-1.0",
    "OFL-1.1",
    "BSL-1.0",
];

/// Checks every rule.
///
/// # Errors
/// When one is broken; the message names all of them.
pub(crate) fn check() -> Result<()> {
    let graph = Graph::of_workspace()?;
    let broken = graph.broken();
    println!("{} packages, {} broken rules", graph.packages.len(), broken.len());
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// The packages by id, with their normal dependencies; macros are not among those.
#[derive(Debug, Default)]
struct Graph {
    packages: BTreeMap<String, Package>,
}

#[derive(Debug, Default)]
struct Package {
    name: String,
    version: String,
    licence: String,
    depends_on: Vec<String>,
    /// What it switches on in what is shipped: package and feature.
    switches_on: Vec<(String, String)>,
}

impl Graph {
    /// What cargo says of this workspace.
    fn of_workspace() -> Result<Self> {
        let text = answer(Command::new("cargo").current_dir(root()).args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
        ]))
        .context("cargo metadata failed; is Cargo.lock up to date?")?;
        Self::from_metadata(&serde_json::from_str(&text)?)
            .context("cargo metadata has another shape than expected")
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let mut graph = Self::default();
        for package in metadata["packages"].as_array()? {
            let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
            let (name, version, licence) = (text("name"), text("version"), text("license"));
            let switches_on = switched_on(package);
            graph
                .packages
                .insert(text("id"), Package { name, version, licence, switches_on, ..Package::default() });
        }
        let macros: BTreeSet<_> = metadata["packages"]
            .as_array()?
            .iter()
            .filter(|it| is_macro(it))
            .filter_map(|it| it["id"].as_str())
            .collect();
        for node in metadata["resolve"]["nodes"].as_array()? {
            let normal = node["deps"].as_array()?.iter().filter(|dependency| is_normal(dependency));
            let ids = normal.filter_map(|dependency| dependency["pkg"].as_str());
            let ids = ids.filter(|id| !macros.contains(id)).map(str::to_owned).collect();
            graph.packages.get_mut(node["id"].as_str()?)?.depends_on = ids;
        }
        Some(graph)
    }

    /// Every broken rule, as a sentence.
    fn broken(&self) -> Vec<String> {
        let mut broken = self.unknown_acquaintances();
        broken.extend(self.forbidden_reaches());
        broken.extend(self.duplicates());
        broken.extend(self.foreign_licences());
        broken.extend(self.shipped_test_features());
        broken
    }

    fn shipped_test_features(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for package in self.packages.values() {
            let tests_alone = package
                .switches_on
                .iter()
                .filter(|(other, feature)| TEST_ONLY.contains(&(other.as_str(), feature.as_str())));
            broken.extend(
                tests_alone.map(|(other, feature)| {
                    format!("{} must not switch on {feature} of {other}", package.name)
                }),
            );
        }
        broken
    }

    fn unknown_acquaintances(&self) -> Vec<String> {
        let ours: BTreeSet<_> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
        let mut broken = Vec::new();
        for (name, allowed) in MAY_KNOW {
            let direct = self.named(name).flat_map(|package| &package.depends_on);
            for other in direct.filter_map(|id| self.packages.get(id)).map(|package| package.name.as_str()) {
                if ours.contains(other) && !allowed.contains(&other) {
                    broken.push(format!("{name} must not know {other}"));
                }
            }
        }
        broken
    }

    fn forbidden_reaches(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (name, forbidden) in NEVER_REACHES {
            let reached = self.reached_from(&[name]);
            let names =
                reached.iter().filter_map(|id| self.packages.get(*id)).map(|package| package.name.as_str());
            let found: BTreeSet<_> = names.filter(|other| forbidden.contains(other)).collect();
            broken.extend(found.iter().map(|other| format!("{name} must not reach {other}")));
        }
        broken
    }

    fn duplicates(&self) -> Vec<String> {
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for package in self.reached_from(&SHIPPED).iter().filter_map(|id| self.packages.get(*id)) {
            versions.entry(&package.name).or_default().insert(&package.version);
        }
        versions.retain(|name, versions| {
            versions.len() > 1 && !TWO_VERSIONS.iter().any(|(allowed, _)| allowed == name)
        });
        versions
            .iter()
            .map(|(name, versions)| format!("{name} is shipped in {} versions: {versions:?}", versions.len()))
            .collect()
    }

    fn foreign_licences(&self) -> Vec<String> {
        let foreign = self.packages.values().filter(|package| !is_allowed(&package.licence));
        foreign.map(|package| format!("{} has the licence `{}`", package.name, package.licence)).collect()
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Package> {
        self.packages.values().filter(move |package| package.name == name)
    }

    /// Everything that `names` depend on, and they themselves.
    fn reached_from(&self, names: &[&str]) -> BTreeSet<&str> {
        let start = self.packages.iter().filter(|(_, package)| names.contains(&package.name.as_str()));
        let mut open: Vec<&str> = start.map(|(id, _)| id.as_str()).collect();
        let mut reached = BTreeSet::new();
        while let Some(id) = open.pop() {
            if reached.insert(id) {
                let next = self.packages.get(id).into_iter().flat_map(|package| &package.depends_on);
                open.extend(next.map(String::as_str));
            }
        }
        reached
    }
}

/// Whether a package runs in the compiler: it and what it needs are in no file that is shipped.
fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    let mut kinds = targets.flat_map(|target| target["kind"].as_array().into_iter().flatten());
    kinds.any(|kind| kind == "proc-macro")
}

/// The features that a package wants of its dependencies, those for its tests aside; and what features of its own want.
fn switched_on(package: &Value) -> Vec<(String, String)> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let wanted = list(&package["dependencies"]).into_iter().filter(|it| it["kind"] != "dev").flat_map(|it| {
        let name = text(&it["name"]);
        list(&it["features"]).iter().map(|feature| (name.clone(), text(feature))).collect::<Vec<_>>()
    });
    let own = package["features"].as_object().into_iter().flat_map(|features| features.values());
    let own = own.flat_map(list).filter_map(|it| {
        let (name, feature) = it.as_str()?.split_once('/')?;
        Some((name.trim_end_matches('?').to_owned(), feature.to_owned()))
    });
    wanted.chain(own).collect()
}

fn is_normal(dependency: &Value) -> bool {
    dependency["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
}

/// Whether an SPDX expression can be met by allowed licences: all of its `AND` parts, by one of their `OR` parts each.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    !plain.trim().is_empty()
        && plain
            .split(" AND ")
            .all(|part| part.split(" OR ").any(|licence| LICENCES.contains(&base_licence(licence))))
}

/// `Apache-2.0 WITH LLVM-exception` only adds permissions.
fn base_licence(licence: &str) -> &str {
    licence.split(" WITH ").next().unwrap_or(licence).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let mut graph = Graph::default();
        for (name, depends_on) in edges {
            let (name, version) = name.split_once('@').unwrap_or((name, "1"));
            let package = Package {
                name: name.into(),
                version: version.into(),
                licence: "MIT".into(),
                depends_on: depends_on.iter().map(|id| (*id).to_owned()).collect(),
                switches_on: Vec::new(),
            };
            graph
                .packages
                .insert(if version == "1" { name.into() } else { format!("{name}@{version}") }, package);
        }
        graph
    }

    #[test]
    fn the_intended_graph_breaks_nothing() {
        let good = graph(&[
            ("relay-worker", &["protocol"]),
            ("protocol", &[]),
            ("vault", &["crypto", "protocol"]),
            ("crypto", &[]),
            ("browser", &["vault", "desk"]),
            ("desk", &[]),
        ]);
        assert_eq!(good.broken(), Vec::<String>::new());
    }

    #[test]
    fn a_relay_that_reaches_crypto_is_found_even_through_another_crate() {
        let bad = graph(&[("relay-worker", &["helper"]), ("helper", &["crypto"]), ("crypto", &[])]);
        assert_eq!(bad.broken(), ["relay-worker must not reach crypto"]);
    }

    #[test]
    fn a_view_that_knows_the_vault_is_found() {
        let bad = graph(&[("app", &["vault"]), ("vault", &[])]);
        assert_eq!(bad.broken(), ["app must not know vault", "app must not reach vault"]);
    }

    #[test]
    fn ambient_randomness_below_the_browser_is_found() {
        let bad = graph(&[("crypto", &["getrandom"]), ("getrandom", &[])]);
        assert_eq!(bad.broken(), ["crypto must not reach getrandom"]);
    }

    #[test]
    fn two_shipped_versions_are_found() {
        let bad = graph(&[("app", &["a", "a@2"]), ("a", &[]), ("a@2", &[])]);
        assert_eq!(bad.broken(), ["a is shipped in 2 versions: {\"1\", \"2\"}"]);
    }

    #[test]
    fn a_feature_for_tests_that_is_shipped_is_found() {
        let package = |kind: &str, own: &str| {
            serde_json::json!({
                "dependencies": [{ "name": "weakness", "kind": (kind != "normal").then_some(kind), "features": ["on"] }],
                "features": { "own": [own] },
            })
        };
        let of = |value: &Value| {
            let mut graph = graph(&[("vault", &[])]);
            graph.packages.values_mut().for_each(|package| package.switches_on = switched_on(value));
            graph.broken()
        };
        assert_eq!(of(&package("dev", "dep:weakness")), Vec::<String>::new());
        for bad in [package("normal", "x"), package("build", "x"), package("dev", "weakness/on")] {
            assert_eq!(of(&bad), ["vault must not switch on on of weakness"]);
        }
    }

    #[test]
    fn licences_are_read_as_expressions() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "MIT/GPL-2.0",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in ["", "GPL-3.0", "AGPL-3.0-only", "MIT AND GPL-3.0"] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
