//! npm `dotenv` 18, then `dotenv-expand` 13, with a report of what version 1000 would execute.

use std::collections::{HashMap, HashSet};

use super::cursor::unified_line_ends;
use super::node;
use crate::problem::Trouble;
use crate::read::Draft;

pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let text = unified_line_ends(text);
    node::assign(&text, draft);
    let mut expander = Expander { running: HashMap::new(), draft };
    for index in expander.order() {
        expander.settle(index);
    }
    draft.locate(&text);
}

pub(super) fn styles(value: &str) -> Vec<String> {
    let mut styles = node::styles(value);
    styles.extend(node::styles(&value.replace('$', "\\$")));
    styles
}

/// Properties that every JavaScript object has; the expansion takes them for variables.
const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Why a value stays as it is written.
struct Kept(Trouble);

struct Expander<'d, 'e> {
    /// The values that are settled already.
    running: HashMap<String, String>,
    draft: &'d mut Draft<'e>,
}

/// A `$NAME` or `${…}` in a value.
struct Reference<'v> {
    template: &'v str,
    expression: &'v str,
}

impl Expander<'_, '_> {
    /// The order of properties in a JavaScript object: those that are array indices first.
    fn order(&self) -> Vec<usize> {
        let mut order = self.draft.winners();
        let index = |at: &usize| self.draft.assigned.get(*at).and_then(|pair| array_index(&pair.key));
        order.sort_by_key(|at| index(at).map_or((1, 0), |index| (0, index)));
        order
    }

    fn settle(&mut self, index: usize) {
        let Some(pair) = self.draft.assigned.get(index) else { return };
        let (key, raw, at) = (pair.key.clone(), pair.value.clone(), pair.at);
        let outer = self.draft.outer_value(&key).filter(|outer| !outer.is_empty() && *outer != raw);
        let expanded = match outer {
            Some(outer) => outer,
            None => self.expanded(&raw).unwrap_or_else(|Kept(trouble)| {
                self.draft.note(at, trouble);
                raw.clone()
            }),
        };
        let value = expanded.replace("\\$", "$");
        if raw.contains("$(") || value.contains("$(") {
            self.draft.note(at, Trouble::WouldExecute);
        }
        self.running.insert(key, value.clone());
        if let Some(pair) = self.draft.assigned.get_mut(index) {
            pair.value = value;
        }
    }

    /// Replaces the first reference until none is left, as the package does, its own rules of replacement included.
    fn expanded(&mut self, value: &str) -> Result<String, Kept> {
        let mut result = value.to_owned();
        let mut seen = HashSet::new();
        while let Some(Reference { template, expression }) = first_reference(&result) {
            if !self.draft.spend(result.len()) {
                return Err(Kept(Trouble::ExpansionLimit));
            }
            seen.insert(result.clone());
            let (key, _, _) = parts(expression);
            if INHERITED.contains(&key) {
                return Err(Kept(Trouble::NotModelled));
            }
            let replacement = self.replacement(expression, &seen);
            let next = replaced(&result, template, &replacement);
            let settled = self.running.get(key) == Some(&next);
            result = next;
            if settled {
                break;
            }
        }
        Ok(result)
    }

    fn replacement(&self, expression: &str, seen: &HashSet<String>) -> String {
        let (key, alternative, operand) = parts(expression);
        let value = self.lookup(key).filter(|value| !value.is_empty());
        match (alternative, value) {
            (true, Some(_)) => operand.to_owned(),
            (true, None) => String::new(),
            (false, Some(value)) if !seen.contains(&value) => value,
            (false, _) => operand.to_owned(),
        }
    }

    fn lookup(&self, key: &str) -> Option<String> {
        self.draft.outer_value(key).or_else(|| self.running.get(key).cloned())
    }
}

fn array_index(key: &str) -> Option<u32> {
    let index = key.parse::<u32>().ok().filter(|index| *index < u32::MAX)?;
    (index.to_string() == key).then_some(index)
}

/// The first `${…}` without braces within or `$NAME`, without a backslash before it.
fn first_reference(value: &str) -> Option<Reference<'_>> {
    value.match_indices('$').find_map(|(at, _)| {
        let (before, after) = (value.get(..at)?, value.get(at + 1..)?);
        if before.ends_with('\\') {
            return None;
        }
        let braced = after.strip_prefix('{').and_then(|inner| {
            let end = inner.find(['{', '}']).filter(|end| *end > 0)?;
            inner.get(end..)?.starts_with('}').then(|| inner.get(..end))?
        });
        if let Some(expression) = braced {
            return Some(Reference { template: value.get(at..at + expression.len() + 3)?, expression });
        }
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let end = after.find(|letter| !is_name(letter)).unwrap_or(after.len());
        let expression = after.get(..end).filter(|name| !name.is_empty())?;
        let begins = !expression.starts_with(|first: char| first.is_ascii_digit());
        begins.then_some(Reference { template: value.get(at..=at + end)?, expression })
    })
}

/// The name in an expression, whether its operator is `+` or `:+`, and what stands after the operator.
///
/// The package splits an expression without an operator at the text `null`.
fn parts(expression: &str) -> (&str, bool, &str) {
    let Some(at) = expression.find(['+', '-']) else {
        let (key, operand) = expression.split_once("null").unwrap_or((expression, ""));
        return (key, false, operand);
    };
    let alternative = expression.get(at..).is_some_and(|rest| rest.starts_with('+'));
    let (key, operand) =
        (expression.get(..at).unwrap_or_default(), expression.get(at + 1..).unwrap_or_default());
    (key.strip_suffix(':').unwrap_or(key), alternative, operand)
}

/// JavaScript's `text.replace(template, replacement)`, where `$` in the replacement has a meaning of its own.
fn replaced(text: &str, template: &str, replacement: &str) -> String {
    let Some((before, after)) = text.split_once(template) else { return text.to_owned() };
    let mut result = before.to_owned();
    let mut letters = replacement.chars().peekable();
    while let Some(letter) = letters.next() {
        let special = match letters.peek() {
            Some('$') if letter == '$' => "$",
            Some('&') if letter == '$' => template,
            Some('`') if letter == '$' => before,
            Some('\'') if letter == '$' => after,
            _ => {
                result.push(letter);
                continue;
            }
        };
        letters.next();
        result.push_str(special);
    }
    result.push_str(after);
    result
}
