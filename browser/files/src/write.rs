//! Pairs as the text of each consumer, with what a screen shows of it.

use crate::lens::Lens;
use desk::text::HIDDEN;
use desk::{ExportLine, FilePair, FileText, Hidden, Unwritable};
use dotenv::format::{self, command, fly, github, json, kubernetes, shell, wrangler};
use dotenv::{Dialect, Pair};

/// Writes `pairs` for `consumer`; `name` is for what needs one. `None`: there is no such consumer.
pub(crate) fn write(consumer: &str, name: &str, pairs: Vec<FilePair>) -> Option<FileText> {
    let pair = |it: FilePair| Pair { key: it.key, value: it.value.into_exposed(), line: it.line };
    let pairs: Vec<Pair> = pairs.into_iter().map(pair).collect();
    match consumer.parse() {
        Ok(dialect) => Some(for_dialect(dialect, &pairs)),
        Err(_) => for_tool(consumer, name, &pairs),
    }
}

fn for_dialect(dialect: Dialect, pairs: &[Pair]) -> FileText {
    match dotenv::write(dialect, pairs) {
        Ok(written) => {
            let lens = Lens::new(&written.text, pairs);
            FileText {
                lines: lens.lines(&written.text),
                lens: lens.into_rows(),
                notices: written.notices.iter().map(ToString::to_string).collect(),
                text: Hidden::new(written.text),
                ..FileText::default()
            }
        }
        Err(refused) => FileText { refused: refused.iter().map(of_dialect).collect(), ..FileText::default() },
    }
}

fn for_tool(consumer: &str, name: &str, pairs: &[Pair]) -> Option<FileText> {
    let masked = |it: &Pair| Pair { key: it.key.clone(), value: HIDDEN.to_owned(), line: it.line };
    let masked: Vec<Pair> = pairs.iter().map(masked).collect();
    Some(match as_tool(consumer, name, pairs)? {
        Ok(text) => {
            let masked = as_tool(consumer, name, &masked).and_then(Result::ok).unwrap_or_default();
            FileText {
                lines: lines(&masked, pairs),
                notices: notice(consumer, name).into_iter().collect(),
                command: program(consumer).map(|program| Hidden::new(command::piped(&text, program))),
                text: Hidden::new(text),
                ..FileText::default()
            }
        }
        Err(refused) => FileText { refused, ..FileText::default() },
    })
}

/// What takes the text on its standard input. The text of those that do not is a command itself.
fn program(consumer: &str) -> Option<&'static str> {
    Some(match consumer {
        "fly" => "fly secrets import",
        "gh" => "gh secret set -f -",
        // It opens what it is named, and reads the whole of it.
        "netlify" => "netlify env:import /dev/stdin",
        "wrangler" => "wrangler secret bulk",
        _ => return None,
    })
}

/// What to know of a provider's program; `environment` is the one at Vercel.
fn notice(consumer: &str, environment: &str) -> Option<String> {
    Some(match consumer {
        "heroku" => {
            "Heroku's program takes values as arguments alone: while it runs, other programs of this computer can see them.".to_owned()
        }
        "netlify" => "Netlify sets these for every deploy context of the site.".to_owned(),
        "vercel" => {
            format!("These are for the {environment} environment of the project that the folder is linked to; what is there under these names is replaced.")
        }
        _ => return None,
    })
}

/// The lines of a masked text, with the variable that each sets.
fn lines(masked: &str, pairs: &[Pair]) -> Vec<ExportLine> {
    let line = |(number, line): (u32, &str)| {
        let variable = pairs.iter().find(|pair| sets(line, &pair.key)).map(|pair| pair.key.clone());
        ExportLine { number, variable, masked: line.to_owned(), differs: 0 }
    };
    (1..).zip(masked.lines()).map(line).collect()
}

/// Whether `line` of a masked text sets `key`.
fn sets(line: &str, key: &str) -> bool {
    let bare = line.trim_start().trim_start_matches("export ").trim_start_matches(['"', '\'']);
    let named = line.split_once(" | vercel env add ").map_or(bare, |(_, rest)| rest);
    named.strip_prefix(key).is_some_and(|rest| rest.starts_with(['=', ':', '"', '\'', ' ']))
}

type Written = Result<String, Vec<Unwritable>>;

fn as_tool(consumer: &str, name: &str, pairs: &[Pair]) -> Option<Written> {
    let written = match consumer {
        "json" => json::write(pairs),
        "kubernetes" => kubernetes::write(name, pairs, kubernetes::Carrier::StringData),
        "wrangler" => wrangler::write(pairs),
        "fly" => fly::write(pairs),
        "shell" => shell::write(pairs),
        "heroku" => command::heroku(pairs),
        "vercel" => command::vercel(name, pairs),
        "gh" => return Some(for_github(pairs)),
        "netlify" => return Some(for_netlify(pairs)),
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

/// `netlify` reads its file with Node's dotenv.
fn for_netlify(pairs: &[Pair]) -> Written {
    let written = dotenv::write(Dialect::Node, pairs).map(|written| written.text);
    written.map_err(|refused| refused.iter().map(of_dialect).collect())
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
