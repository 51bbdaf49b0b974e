//! JSON: one object whose values are all strings.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

use super::{Collected, Malformed, ReadError, Refusal, check, without_bom};
use crate::Pair;

/// Reads an object of strings, in the order of the text. `line` of the pairs is 0.
///
/// # Errors
/// [`ReadError`] with the key of the first value that is no string, or of the first key that comes twice.
pub fn read(text: &str) -> Result<Vec<Pair>, ReadError> {
    let mut parser = serde_json::Deserializer::from_str(without_bom(text));
    let read = parser.deserialize_map(Strings).map_err(|error| problem(&error))?;
    parser.end().map_err(|error| problem(&error))?;
    read.map(|collected| collected.pairs)
}

/// Writes an object of strings in the order given, one pair on each line.
///
/// # Errors
/// A [`Refusal`] for each key that comes twice.
pub fn write(pairs: &[Pair]) -> Result<String, Vec<Refusal>> {
    check(pairs, str::to_owned, |_| None)?;
    Ok(object(pairs))
}

/// The object as text. U+2028 and U+2029 are escaped: tools that read line by line take them for line ends.
pub(super) fn object(pairs: &[Pair]) -> String {
    let lines: Vec<String> =
        pairs.iter().map(|pair| format!("  {}: {}", quoted(&pair.key), quoted(&pair.value))).collect();
    match lines.as_slice() {
        [] => "{}\n".to_owned(),
        _ => format!("{{\n{}\n}}\n", lines.join(",\n")),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn problem(error: &serde_json::Error) -> ReadError {
    let reason = if error.is_data() { Malformed::NotAMap } else { Malformed::Syntax };
    ReadError { line: u32::try_from(error.line()).ok(), key: None, reason }
}

/// Takes an object of strings. What is wrong with a pair is its value, so that broken JSON further on comes first.
struct Strings;

impl<'de> Visitor<'de> for Strings {
    type Value = Result<Collected, ReadError>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut outcome = Ok(Collected::default());
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            outcome = outcome.and_then(|collected| added(collected, key, value));
        }
        Ok(outcome)
    }
}

fn added(mut collected: Collected, key: String, value: Value) -> Result<Collected, ReadError> {
    let Value::String(value) = value else {
        return Err(ReadError { line: None, key: Some(key), reason: Malformed::NotText });
    };
    collected.add(key, value, None)?;
    Ok(collected)
}
