//! What a name may look like, and how large things may be.

use crate::fold::fold;

/// Bytes of a value.
pub const VALUE: usize = 64 * 1024;
/// Bytes of a variable name.
pub const VARIABLE: usize = 256;
/// Bytes of a project's or environment's name, and of a secret's short texts.
pub const NAME: usize = 256;
/// Bytes of notes.
pub const NOTES: usize = 4 * 1024;
/// Bytes of a slug.
pub const SLUG: usize = 64;
/// Tags of a secret.
pub const TAGS: usize = 64;
/// Bytes of a profile.
pub const PROFILE: usize = 8 * 1024;
/// Profiles of a vault.
pub const PROFILES: usize = 64;
/// Bytes of an address.
pub const ADDRESS: usize = 2 * 1024;

/// Whether `text` is a variable name: `[A-Za-z_][A-Za-z0-9_]*`, at most [`VARIABLE`] bytes.
pub fn is_variable(text: &str) -> bool {
    let starts = text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    starts && text.len() <= VARIABLE && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether `text` is a slug: `[a-z0-9]+(-[a-z0-9]+)*`, at most [`SLUG`] bytes.
pub fn is_slug(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= SLUG && text.split('-').all(word)
}

/// The nearest variable name to `text`: what an import offers for a key that is none. `None` if nothing is left of it.
pub fn variable_from(text: &str) -> Option<String> {
    let mut name = fold_keeping_case(text);
    name.truncate(VARIABLE - 1);
    if !name.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    Some(name)
}

/// The slug of a name; empty if the name has no letter or digit that one can hold.
pub fn slug_from(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = words.collect::<Vec<_>>().join("-");
    slug.truncate(SLUG);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// ASCII letters and digits stay; everything between becomes one `_`.
fn fold_keeping_case(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if letter == '_' || !name.ends_with('_') {
            name.push('_');
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_have_one_grammar() {
        for good in ["A", "_", "a1", "_1", "DATABASE_URL", &"a".repeat(256)] {
            assert!(is_variable(good), "{good}");
        }
        for bad in ["", "1A", "a-b", "a.b", "É", "A\n", " A", "A\0", &"a".repeat(257)] {
            assert!(!is_variable(bad), "{bad}");
        }
    }

    #[test]
    fn slugs_have_one_grammar() {
        for good in ["a", "my-app", "1", "a-1-b", &"a".repeat(64)] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "-", "a-", "-a", "a--b", "A", "a_b", "é", &"a".repeat(65)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn a_name_gives_a_slug() {
        for (name, slug) in [("My App", "my-app"), ("  Café №1! ", "cafe-1"), ("日本", ""), ("--", "")] {
            assert_eq!(slug_from(name), slug);
        }
        let long = slug_from(&format!("{} b", "a".repeat(63)));
        assert!(is_slug(&long), "{long}");
    }

    #[test]
    fn an_odd_key_gets_an_offer_that_fits() {
        for (key, offer) in [("my.key", "my_key"), ("1A", "_1A"), ("a - b", "a_b"), ("A__B", "A__B")] {
            assert_eq!(variable_from(key).as_deref(), Some(offer));
            assert!(is_variable(offer));
        }
        assert_eq!(variable_from("--"), None);
        assert!(is_variable(&variable_from(&"9".repeat(400)).unwrap()));
    }
}
