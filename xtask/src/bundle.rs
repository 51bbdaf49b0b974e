//! Builds what a browser loads (`dist/app`, `dist/extension`) and what workerd runs (`dist/worker`).

use crate::command::{run, run_quietly, say};
use crate::extension;
use crate::minify::{Language, minified};
use crate::order;
use crate::root;
use crate::toolchain::{self, WasmCompiler};
use anyhow::{Context, Result, anyhow, bail};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256, Sha384};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// How much time a build may take to make its result small and fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// For development: rebuilds in seconds.
    Fast,
    /// For people: small view, fast core, wasm-opt.
    Release,
}

/// One WebAssembly module.
struct Module {
    package: &'static str,
    /// The profile of a release.
    profile: &'static str,
    /// wasm-opt's aim.
    aim: &'static str,
    /// Who loads it.
    host: Host,
    /// Whether a part of it is loaded later: the name that `#[wasm_split]` gives it.
    part: Option<&'static str>,
}

/// Who loads a module, and so which glue it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    /// A browser, as an ES module of its own.
    Page,
    /// A script that makes as many instances as it likes: glue that is one function.
    Script,
    /// workerd.
    Worker,
}

/// The file that loads a part, beside the glue.
const LINK: &str = "./__wasm_split.js";

/// What browsers and workerd know of WebAssembly. All features would let wasm-opt write what they do not know yet.
const FEATURES: [&str; 9] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// The part of the core that acts (`browser/src/core/acts.rs`).
const ACTS: &str = "acts";

const CORE: Module =
    Module { package: "browser", profile: "core", aim: "-Oz", host: Host::Page, part: Some(ACTS) };
/// Loaded by the core worker when the first file comes or goes.
const FILES: Module =
    Module { package: "files", profile: "view", aim: "-Oz", host: Host::Script, part: None };
/// What the web app's page has and the extension's has not.
const WEB_MANIFEST: &str = "<link rel=\"manifest\" href=\"/manifest.webmanifest\">\n<link rel=\"icon\" href=\"/icons/icon.svg\" type=\"image/svg+xml\">\n";
/// Loaded by the core worker when the first QR code is shown or looked for.
const CODES: Module =
    Module { package: "codes", profile: "view", aim: "-Oz", host: Host::Script, part: None };
/// The pages of the app that most visits do without (`app/src/page/rare.rs`).
const RARE: &str = "rare";
const VIEW: Module =
    Module { package: "app", profile: "view", aim: "-Oz", host: Host::Page, part: Some(RARE) };
/// What `bench` measures; built as the core is.
const BENCH: Module = Module { package: "tests", profile: "core", aim: "-Oz", host: Host::Page, part: None };
/// The same, of which one kernel is measured beside the relay; built as the relay is.
const BARE: Module = Module { profile: RELAY.profile, ..BENCH };
const RELAY: Module =
    Module { package: "relay-worker", profile: "view", aim: "-Oz", host: Host::Worker, part: None };

/// Where the app's files lie.
pub(crate) fn app_folder() -> PathBuf {
    root().join("dist/app")
}

/// Where the worker's files lie.
pub(crate) fn worker_folder() -> PathBuf {
    root().join("dist/worker")
}

/// Builds everything into `dist/`.
///
/// # Errors
/// When a compiler or tool fails.
pub(crate) fn build(speed: Speed) -> Result<()> {
    let compiler = toolchain::ensure()?;
    let [core, files, codes, view, relay] =
        [&CORE, &FILES, &CODES, &VIEW, &RELAY].map(|module| module.build(&compiler, speed));
    assemble_app(&core?, [&files?, &codes?], &view?, speed)?;
    assemble_worker(&relay?)
}

/// Builds what `bench` measures in a page, and says where its module lies.
///
/// # Errors
/// When a compiler or tool fails.
pub(crate) fn build_bench() -> Result<PathBuf> {
    Ok(BENCH.build(&toolchain::ensure()?, Speed::Release)?.folder)
}

/// Builds what it measures beside the relay, and says where its module lies.
///
/// # Errors
/// When a compiler or tool fails.
pub(crate) fn build_bare() -> Result<PathBuf> {
    Ok(BARE.build(&toolchain::ensure()?, Speed::Release)?.folder)
}

/// A module as wasm-bindgen left it: a folder with glue and wasm of that stem.
struct Bound {
    folder: PathBuf,
    stem: String,
}

impl Bound {
    fn glue(&self) -> Result<String> {
        read_text(&self.folder.join(format!("{}.js", self.stem)))
    }

    fn wasm(&self) -> Result<Vec<u8>> {
        read_bytes(&self.folder.join(format!("{}_bg.wasm", self.stem)))
    }

    fn part_file(&self, part: &str) -> PathBuf {
        self.folder.join(format!("split_{part}.wasm"))
    }

    fn part(&self, part: &str) -> Result<Vec<u8>> {
        read_bytes(&self.part_file(part))
    }

    /// The glue with what loads the part in the same file, as the worker's script is one.
    ///
    /// Both come from tools which mean them to be files beside each other, so that each names the other by an import, and the
    /// part by its place; here they name each other directly, and the part as every asset is named, with its integrity.
    fn glue_with_part(&self, part: &str) -> Result<String> {
        let (glue, link) = (self.glue()?, read_text(&self.folder.join(LINK))?);
        let import = format!("import * as import1 from \"{LINK}\"");
        let load = format!("__wasm_split_load_{part}");
        let link = replaced(&link, "import { initSync } from \"./main.js\";", "")?;
        let link = replaced(&link, &format!("export const {load}"), &format!("const {load}"))?;
        let place = format!("new URL(\"./split_{part}.wasm\", import.meta.url)");
        let asset = format!(
            "\"/{{{{{part}.wasm}}}}\", {{ integrity: \"{{{{{part}.wasm:integrity}}}}\", credentials: \"omit\" }}"
        );
        let link = replaced(&link, &place, &asset)?;
        replaced(&glue, &import, &format!("{link}\nconst import1 = {{ {load} }};"))
    }
}

impl Module {
    fn build(&self, compiler: &WasmCompiler, speed: Speed) -> Result<Bound> {
        say(&format!("building {}", self.package));
        let wasm = self.compile(compiler, speed)?;
        self.bind(&wasm, speed)
    }

    fn compile(&self, compiler: &WasmCompiler, speed: Speed) -> Result<PathBuf> {
        let (profile, folder) = match speed {
            Speed::Fast => ("dev", "debug"),
            Speed::Release => (self.profile, self.profile),
        };
        let mut cargo = compiler.cargo();
        cargo.args([
            "rustc",
            "--quiet",
            "--lib",
            "--crate-type=cdylib",
            "--target",
            "wasm32-unknown-unknown",
        ]);
        cargo.args(["--package", self.package, "--profile", profile]);
        if self.part.is_some() {
            // Where the program is cut, what its two sides name has to be found again.
            cargo.args(["--features", "parts", "--", "-Clink-arg=--emit-relocs"]);
        }
        run(&format!("building {}", self.package), &mut cargo)?;
        let file = format!("wasm32-unknown-unknown/{folder}/{}.wasm", self.package.replace('-', "_"));
        Ok(root().join("target/wasm").join(file))
    }

    /// Cuts off the part if there is one, runs wasm-bindgen, and for a release wasm-opt, unless the same input went through
    /// before.
    fn bind(&self, wasm: &Path, speed: Speed) -> Result<Bound> {
        let stem = self.package.replace('-', "_");
        let folder = root().join(format!("target/bundle/{}-{}-{speed:?}", self.package, self.profile));
        let bound = Bound { folder: folder.clone(), stem };
        let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
        let stamp = format!("{:x} {} {} ordered", Sha256::digest(&input), self.aim, FEATURES.join(" "));
        let stamp_file = folder.join("stamp");
        if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            return Ok(bound);
        }
        let _ = fs::remove_dir_all(&folder);
        let mut modules = vec![folder.join(format!("{}_bg.wasm", bound.stem))];
        match self.part {
            None => self.generate(wasm, &folder)?,
            Some(part) => {
                self.generate(&self.cut(&input, &folder)?, &folder)?;
                modules.push(bound.part_file(part));
            }
        }
        if speed == Speed::Release {
            modules.iter().try_for_each(|module| self.optimise(module))?;
        }
        fs::write(stamp_file, stamp)?;
        Ok(bound)
    }

    /// Writes the part and what links it into `folder`, and says where the rest lies.
    fn cut(&self, program: &[u8], folder: &Path) -> Result<PathBuf> {
        let rest = folder.join(format!("{}.wasm", self.package));
        let mut options = wasm_split_cli_support::Options::new(program);
        options.output_dir = folder;
        options.main_out_path = &rest;
        options.link_name = LINK;
        let cut = wasm_split_cli_support::transform(options);
        cut.map_err(|error| anyhow!("cutting a part off {}: {error:#}", self.package))?;
        Ok(rest)
    }

    fn generate(&self, wasm: &Path, folder: &Path) -> Result<()> {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(wasm).typescript(false).omit_default_module_path(true);
        // A part takes the memory and the table of functions from the rest.
        bindgen.keep_lld_exports(self.part.is_some());
        let target = match self.host {
            Host::Page => bindgen.web(true),
            Host::Script => bindgen.no_modules(true),
            Host::Worker => bindgen.bundler(true),
        };
        target?.generate(folder).with_context(|| format!("wasm-bindgen on {}", self.package))
    }

    fn optimise(&self, wasm: &Path) -> Result<()> {
        run_quietly(
            &format!("wasm-opt on {}", self.package),
            Command::new(root().join("node_modules/.bin/wasm-opt"))
                .arg(wasm)
                .arg("-o")
                .arg(wasm)
                .args([self.aim, "--strip-debug", "--strip-producers"])
                .args(FEATURES),
        )?;
        match self.host {
            // Nobody downloads it.
            Host::Worker => Ok(()),
            _ => Ok(fs::write(wasm, order::ordered(&read_bytes(wasm)?)?)?),
        }
    }
}

/// What lies in a folder: path below it → content.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The app's files by the names that the sources use, with the hashed names they are served under.
struct Assets {
    speed: Speed,
    /// source name → (served path without a leading slash, integrity)
    known: BTreeMap<String, (String, String)>,
    files: Files,
}

impl Assets {
    const fn new(speed: Speed) -> Self {
        Self { speed, known: BTreeMap::new(), files: Files::new() }
    }

    /// Adds a script or a style, which a release has in short.
    fn add_text(&mut self, name: &str, text: &str, language: Language) -> Result<()> {
        let content = match self.speed {
            Speed::Fast => text.as_bytes().to_vec(),
            Speed::Release => minified(text, language)?,
        };
        self.add_hashed(name, content);
        Ok(())
    }

    /// Adds a file under a name with its hash in it.
    fn add_hashed(&mut self, name: &str, content: Vec<u8>) {
        let hash = format!("{:x}", Sha256::digest(&content));
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let path = format!("assets/{stem}-{}.{ending}", hash.get(..12).unwrap_or(&hash));
        let integrity = format!("sha384-{}", Base64::encode_string(&Sha384::digest(&content)));
        self.known.insert(name.to_owned(), (path.clone(), integrity));
        self.files.insert(path, content);
    }

    /// Replaces `{{name}}` and `{{name:integrity}}` by what is known.
    fn fill(&self, text: &str) -> Result<String> {
        let mut filled = text.to_owned();
        for (name, (path, integrity)) in &self.known {
            filled = filled.replace(&format!("{{{{{name}}}}}"), path);
            filled = filled.replace(&format!("{{{{{name}:integrity}}}}"), integrity);
        }
        match filled.split_once("{{") {
            Some((_, rest)) => bail!("nothing is known for {{{{{}", rest.split('\n').next().unwrap_or(rest)),
            None => Ok(filled),
        }
    }
}

/// The files below `folder`.
pub(crate) fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let below = read(&entry.path())?;
            files.extend(below.into_iter().map(|(path, content)| (format!("{name}/{path}"), content)));
        } else {
            files.insert(name, read_bytes(&entry.path())?);
        }
    }
    Ok(files)
}

/// Makes `folder` hold these files and no others.
pub(crate) fn write(files: &Files, folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    for (path, content) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, content)?;
    }
    Ok(())
}

fn assemble_app(core: &Bound, [files, codes]: [&Bound; 2], view: &Bound, speed: Speed) -> Result<()> {
    let mut assets = Assets::new(speed);
    assets.add_hashed("core.wasm", core.wasm()?);
    assets.add_hashed("acts.wasm", core.part(ACTS)?);
    assets.add_hashed("files.wasm", files.wasm()?);
    assets.add_hashed("codes.wasm", codes.wasm()?);
    let shim = assets.fill(&static_text("core-worker.js")?)?;
    let core_glue = assets.fill(&core.glue_with_part(ACTS)?)?;
    let engines = [("filesProgram", files), ("codesProgram", codes)];
    let engines: Result<String> =
        engines.iter().map(|(name, it)| Ok(as_function(name, &it.glue()?))).collect();
    let glue = format!("{core_glue}\n{}", engines?);
    assets.add_text("core.js", &joined(&glue, &shim), Language::Script)?;
    assets.add_hashed("app.wasm", view.wasm()?);
    assets.add_hashed("rare.wasm", view.part(RARE)?);
    let boot = assets.fill(&static_text("boot.js")?)?;
    let glue = assets.fill(&view.glue_with_part(RARE)?)?;
    assets.add_text("app.js", &joined(&glue, &boot), Language::Script)?;
    add_styles(&mut assets)?;
    let index = static_text("index.html")?;
    // An extension has a manifest of another kind, pages that share an unlock, and the system's faces, as the panels of browsers
    // have: its panel is opened often, and does not change its face each time.
    let page = replaced(&index, WEB_MANIFEST, extension::SCRIPTS)?;
    let page = assets.fill(&page.replace("{{styles}}", &style_links(&assets)))?;
    extension::assemble(&assets.files, &page)?;
    add_fonts(&mut assets)?;
    let index = index.replace("{{styles}}", &style_links(&assets));
    add_verbatim(&mut assets, "icons")?;
    for name in ["manifest.webmanifest", "_headers"] {
        assets.files.insert(name.into(), static_text(name)?.into_bytes());
    }
    let index = assets.fill(&index)?.into_bytes();
    assets.files.insert("index.html".into(), index);
    check_nameless(&assets.files)?;
    let service_worker = service_worker(&assets)?;
    assets.files.insert("sw.js".into(), service_worker);
    write(&assets.files, &app_folder())
}

/// The styles, in their order, and the one with the app's own faces.
const STYLES: [&str; 5] = ["tokens.css", "base.css", "component.css", "page.css", FONT];
const FONT: &str = "font.css";

/// What is sent to everybody says nothing of the machine on which it was built.
fn check_nameless(files: &Files) -> Result<()> {
    for folder in [root(), toolchain::cargo_home()] {
        let name = folder.to_string_lossy().into_owned();
        let has = |content: &[u8]| content.windows(name.len()).any(|part| part == name.as_bytes());
        if let Some((path, _)) = files.iter().find(|(_, content)| has(content)) {
            bail!("{path} has the name of a folder of this machine: {name}");
        }
    }
    Ok(())
}

/// One file of two: the generated glue (an ES module whose names the shim uses) and the shim.
fn joined(glue: &str, shim: &str) -> String {
    format!("{glue}\n{shim}")
}

/// Glue that makes a new program, with a memory of its own, each time it is called by `name`.
fn as_function(name: &str, glue: &str) -> String {
    format!("function {name}() {{\n{glue}\nreturn wasm_bindgen;\n}}\n")
}

fn add_styles(assets: &mut Assets) -> Result<()> {
    let styles = STYLES.iter().filter(|name| **name != FONT);
    styles.copied().try_for_each(|name| add_style(assets, name))
}

/// Fonts first: their style names them.
fn add_fonts(assets: &mut Assets) -> Result<()> {
    for (name, content) in folder("fonts")? {
        if name.ends_with(".woff2") {
            assets.add_hashed(&name, content);
        }
    }
    add_style(assets, FONT)
}

fn add_style(assets: &mut Assets, name: &str) -> Result<()> {
    let text = assets.fill(&static_text(&format!("style/{name}"))?)?;
    assets.add_text(name, &text, Language::Style)
}

/// Those that are there so far.
fn style_links(assets: &Assets) -> String {
    let present = STYLES.iter().filter(|name| assets.known.contains_key(**name));
    present
        .map(|name| {
            format!(
                "<link rel=\"stylesheet\" href=\"/{{{{{name}}}}}\" integrity=\"{{{{{name}:integrity}}}}\">\n"
            )
        })
        .collect()
}

fn add_verbatim(assets: &mut Assets, name: &str) -> Result<()> {
    for (file, content) in folder(name)? {
        assets.files.insert(format!("{name}/{file}"), content);
    }
    Ok(())
}

/// The service worker with the list of files it keeps. Its version is the hash of them all.
fn service_worker(assets: &Assets) -> Result<Vec<u8>> {
    let mut hash = Sha256::new();
    let mut paths = vec!["/".to_owned()];
    for (path, content) in &assets.files {
        hash.update(content);
        if !matches!(path.as_str(), "_headers" | "index.html") {
            paths.push(format!("/{path}"));
        }
    }
    let version = format!("{:x}", hash.finalize());
    let text = static_text("sw.js")?
        .replace("{{version}}", version.get(..12).unwrap_or(&version))
        .replace("{{files}}", &serde_json::to_string(&paths)?);
    Ok(text.into_bytes())
}

fn assemble_worker(relay: &Bound) -> Result<()> {
    let folder = worker_folder();
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&relay.folder)?.flatten() {
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &folder.join(entry.file_name()))?;
        } else if entry.file_name() != "stamp" {
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
    }
    fs::copy(root().join("relay-worker/entry.js"), folder.join("entry.js"))?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The files of a folder under `static`, by name; none where the folder is absent.
fn folder(name: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let path = root().join("static").join(name);
    let mut files = Vec::new();
    for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
        if entry.file_type()?.is_file() {
            files.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}

fn static_text(name: &str) -> Result<String> {
    read_text(&root().join("static").join(name))
}

/// `text` with the one place where `old` stands replaced.
pub(crate) fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    match text.matches(old).count() {
        1 => Ok(text.replacen(old, new, 1)),
        count => bail!("generated glue has {count} times: {old}"),
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}
