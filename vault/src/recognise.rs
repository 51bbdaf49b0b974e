//! What a file's name says: who reads it, and which environment it is for.

use crate::fold::fold;
use crate::model::Kind;

/// What the name of a file says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHint {
    /// What it belongs to.
    pub tool: Tool,
    /// The environment it is for, as a slug; `None` where the name does not say.
    pub environment: Option<String>,
    /// Whether that is prod.
    pub kind: Kind,
    /// An example to be copied: it has no real values.
    pub example: bool,
}

/// What reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Node's `dotenv` and what follows it.
    Node,
    /// `python-dotenv`.
    Python,
    /// `docker run --env-file`.
    Docker,
    /// Docker Compose.
    Compose,
    /// A shell.
    Bash,
    /// systemd's `EnvironmentFile`.
    Systemd,
    /// Cloudflare's wrangler.
    Wrangler,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// CSV.
    Csv,
}

impl Tool {
    /// The name of the reader that reads as it does: a dialect of `dotenv`, or another format.
    pub const fn reader(self) -> &'static str {
        match self {
            Self::Node | Self::Wrangler => "node",
            Self::Python => "python",
            Self::Docker => "docker",
            Self::Compose => "compose",
            Self::Bash => "bash",
            Self::Systemd => "systemd",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Csv => "csv",
        }
    }
}

/// What the file name (or path) `name` says.
pub fn file(name: &str) -> FileHint {
    let name = fold(name.rsplit(['/', '\\']).next().unwrap_or(name));
    let rest = name.strip_prefix(WRANGLER);
    let split = |text| str::split(text, ['.', '-', '_', ' ']).filter(|word| !word.is_empty());
    let words: Vec<&str> = split(rest.unwrap_or(&name)).collect();
    // `.env.production.local` is prod on one machine: `local` counts only by itself.
    let known = || words.iter().filter_map(|word| Some((*word, environment_of(word)?)));
    let named = known().find(|(word, _)| !matches!(*word, "local")).or_else(|| known().next()).map(|it| it.1);
    let odd = words.iter().find(|word| !is_known(word)).map(|word| (*word, Kind::NonProd));
    let odd = odd.filter(|_| rest.is_some() || name.starts_with(".env."));
    let named = named.or(odd).or_else(|| rest.and_then(|_| environment_of("dev")));
    let (environment, kind) = named.map_or((None, Kind::NonProd), |(it, kind)| (Some(it), kind));
    FileHint {
        tool: tool_of(&name, &words),
        environment: environment.map(str::to_owned),
        kind,
        example: words.iter().any(|word| EXAMPLES.contains(word)),
    }
}

/// The beginning of the names of wrangler's files; `dev` in it is not an environment.
const WRANGLER: &str = ".dev.vars";

const EXAMPLES: [&str; 7] = ["example", "sample", "template", "dist", "defaults", "default", "schema"];

const TOOLS: [&str; 24] = [
    "env",
    "vars",
    "envrc",
    "flaskenv",
    "docker",
    "compose",
    "file",
    "environment",
    "json",
    "yaml",
    "yml",
    "csv",
    "conf",
    "txt",
    "sh",
    "secrets",
    "service",
    "vault",
    "keys",
    "config",
    "settings",
    "systemd",
    "app",
    "web",
];

fn tool_of(name: &str, words: &[&str]) -> Tool {
    let has = |word: &str| words.contains(&word);
    match words.last() {
        Some(&"json") => return Tool::Json,
        Some(&("yaml" | "yml")) => return Tool::Yaml,
        Some(&"csv") => return Tool::Csv,
        _ => {}
    }
    match () {
        () if name.starts_with(WRANGLER) => Tool::Wrangler,
        () if has("envrc") || has("sh") => Tool::Bash,
        () if has("flaskenv") => Tool::Python,
        () if has("compose") => Tool::Compose,
        () if has("docker") || name.starts_with("env_file") || name.starts_with("env-file") => Tool::Docker,
        () if has("systemd") || has("service") || has("conf") => Tool::Systemd,
        () => Tool::Node,
    }
}

fn environment_of(word: &str) -> Option<(&'static str, Kind)> {
    Some(match word {
        "prod" | "production" | "live" => ("prod", Kind::Prod),
        "staging" | "stage" | "stg" | "preprod" | "uat" => ("staging", Kind::NonProd),
        "preview" => ("preview", Kind::NonProd),
        "test" | "testing" | "ci" | "qa" => ("test", Kind::NonProd),
        "dev" | "development" | "local" => ("dev", Kind::NonProd),
        _ => return None,
    })
}

fn is_known(word: &str) -> bool {
    TOOLS.contains(&word) || EXAMPLES.contains(&word) || environment_of(word).is_some()
}
