//! A manifest of a Kubernetes Secret.

use base64ct::{Base64, Encoding as _};

use super::{Reason, Refusal, check};
use crate::Pair;

/// How a Secret carries its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `stringData`: as text.
    StringData,
    /// `data`: in base64, which anyone can read too.
    Data,
}

/// The most bytes of all values together.
const MAX_TOTAL: usize = 1024 * 1024;
/// The longest name of an object or key.
const MAX_NAME: usize = 253;

/// Writes the Secret `name` in YAML.
///
/// # Errors
/// A [`Refusal`] for a name that is no DNS subdomain, for each key that is not `[A-Za-z0-9._-]` or longer than 253
/// bytes, for each value with a NUL, and one without key for more than 1 MiB in all.
pub fn write(name: &str, pairs: &[Pair], carrier: Carrier) -> Result<String, Vec<Refusal>> {
    if !is_subdomain(name) {
        return Err(vec![Refusal { key: name.to_owned(), reason: Reason::ObjectName }]);
    }
    if pairs.iter().map(|pair| pair.value.len()).sum::<usize>() > MAX_TOTAL {
        return Err(vec![Refusal { key: String::new(), reason: Reason::TooMuch }]);
    }
    check(pairs, str::to_owned, refuse)?;
    Ok(manifest(name, pairs, carrier))
}

fn manifest(name: &str, pairs: &[Pair], carrier: Carrier) -> String {
    let field = match carrier {
        Carrier::StringData => "stringData",
        Carrier::Data => "data",
    };
    let entries: String = pairs.iter().map(|pair| entry(pair, carrier)).collect();
    let body = if entries.is_empty() { " {}\n".to_owned() } else { format!("\n{entries}") };
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\ntype: Opaque\n{field}:{body}", quoted(name))
}

fn entry(pair: &Pair, carrier: Carrier) -> String {
    let value = match carrier {
        Carrier::StringData => quoted(&pair.value),
        Carrier::Data => quoted(&Base64::encode_string(pair.value.as_bytes())),
    };
    format!("  {}: {value}\n", quoted(&pair.key))
}

/// A double-quoted scalar on one line. Everything that is not plainly visible is escaped, so that no version of YAML
/// folds it, drops it or takes it for a line end.
fn quoted(text: &str) -> String {
    let escaped: String = text.chars().map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(letter: char) -> String {
    let code = u32::from(letter);
    match letter {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        ' '..='~' => letter.to_string(),
        _ if letter.is_alphanumeric() => letter.to_string(),
        _ if code <= 0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

fn refuse(pair: &Pair) -> Option<Reason> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let key = &pair.key;
    let valid = !key.is_empty()
        && key.len() <= MAX_NAME
        && key != "."
        && !key.starts_with("..")
        && key.chars().all(fits);
    if !valid {
        return Some(Reason::SecretKey);
    }
    pair.value.contains('\0').then_some(Reason::Nul)
}

fn is_subdomain(name: &str) -> bool {
    name.len() <= MAX_NAME && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(fits)
}
