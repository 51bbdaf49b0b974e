//! Pairs as the text of each consumer.

use super::super::mask::HIDDEN;
use desk::{Refusal, Unwritable};
use vault::dotenv::format::{self, fly, github, json, kubernetes, shell, wrangler};
use vault::dotenv::{self, Dialect, Pair};

/// A text, or what stands against it.
#[derive(Default)]
pub(super) struct Rendered {
    /// Empty where something is refused.
    pub(super) text: String,
    /// The same with masked values; not for dialects, whose lines can be told apart.
    pub(super) masked: Option<String>,
    pub(super) refused: Vec<Unwritable>,
    pub(super) notices: Vec<String>,
}

/// Writes `pairs` for `consumer`; `name` is for what needs one.
///
/// # Errors
/// There is no such consumer.
pub(super) fn render(consumer: &str, name: &str, pairs: &[Pair]) -> Result<Rendered, Refusal> {
    if let Ok(dialect) = consumer.parse::<Dialect>() {
        return Ok(for_dialect(dialect, pairs));
    }
    let Some(written) = for_format(consumer, name, pairs) else { return Err(Refusal::Internal) };
    let masked: Vec<Pair> = pairs
        .iter()
        .map(|pair| Pair { key: pair.key.clone(), value: HIDDEN.to_owned(), line: pair.line })
        .collect();
    let masked = for_format(consumer, name, &masked).and_then(Result::ok).unwrap_or_default();
    Ok(match written {
        Ok(text) => Rendered { text, masked: Some(masked), ..Rendered::default() },
        Err(refused) => Rendered { masked: Some(String::new()), refused, ..Rendered::default() },
    })
}

/// Whether `line` of a masked text sets `key`.
pub(super) fn sets(line: &str, key: &str) -> bool {
    let bare = line.trim_start().trim_start_matches("export ").trim_start_matches(['"', '\'']);
    bare.strip_prefix(key).is_some_and(|rest| rest.starts_with(['=', ':', '"', '\'']))
}

/// The name under which a consumer looks for its file.
pub(super) fn file_name(consumer: &str) -> &'static str {
    match consumer {
        "json" | "wrangler" => "secrets.json",
        "kubernetes" => "secret.yaml",
        "gh" => "secrets.env",
        "fly" => "secrets.txt",
        "shell" => "secrets.sh",
        _ => ".env",
    }
}

fn for_dialect(dialect: Dialect, pairs: &[Pair]) -> Rendered {
    match dotenv::write(dialect, pairs) {
        Ok(written) => {
            let notices = written.notices.iter().map(ToString::to_string).collect();
            Rendered { text: written.text, notices, ..Rendered::default() }
        }
        Err(refused) => Rendered { refused: refused.iter().map(of_dialect).collect(), ..Rendered::default() },
    }
}

type Written = Result<String, Vec<Unwritable>>;

fn for_format(consumer: &str, name: &str, pairs: &[Pair]) -> Option<Written> {
    let written = match consumer {
        "json" => json::write(pairs),
        "kubernetes" => kubernetes::write(name, pairs, kubernetes::Carrier::StringData),
        "wrangler" => wrangler::write(pairs),
        "fly" => fly::write(pairs),
        "shell" => shell::write(pairs),
        "gh" => return Some(for_github(pairs)),
        _ => return None,
    };
    Some(written.map_err(|refused| refused.iter().map(of_format).collect()))
}

/// `gh` reads its file with godotenv.
fn for_github(pairs: &[Pair]) -> Written {
    let go = |pairs: &[Pair]| match dotenv::write(Dialect::Go, pairs) {
        Ok(written) => Ok(written.text),
        Err(refused) => Err(Refused(refused.iter().map(of_dialect).collect())),
    };
    github::write(pairs, go).map_err(|Refused(refused)| refused)
}

/// What either writer refuses.
struct Refused(Vec<Unwritable>);

impl From<Vec<format::Refusal>> for Refused {
    fn from(refused: Vec<format::Refusal>) -> Self {
        Self(refused.iter().map(of_format).collect())
    }
}

fn of_dialect(refused: &dotenv::Refusal) -> Unwritable {
    let (what, remedy) = (refused.reason.what(), refused.reason.remedy());
    Unwritable { variable: refused.key.clone(), reason: format!("{what}; {remedy}") }
}

fn of_format(refused: &format::Refusal) -> Unwritable {
    let sentence = refused.reason.sentence();
    Unwritable { variable: refused.key.clone(), reason: format!("{} {}", sentence.what, sentence.remedy) }
}
