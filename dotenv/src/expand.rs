//! What the expansion of variables has in common among consumers.

use crate::read::Draft;

/// What stands after the name in `${NAME…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `-`: the operand, unless the variable has a value.
    Default,
    /// `+`: the operand, if the variable has a value.
    Alternative,
    /// `?`: an error, unless the variable has a value.
    Required,
    /// `=`: as [`Operator::Default`], and the variable gets that value.
    Assign,
}

/// An operator and whether an empty value counts as none, which a colon before it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    pub(crate) operator: Operator,
    pub(crate) colon: bool,
}

impl Test {
    /// The operator at the beginning of `text`, and its length.
    pub(crate) fn parse(text: &str) -> Option<(Self, usize)> {
        let bare = text.strip_prefix(':');
        let operator = match bare.unwrap_or(text).chars().next()? {
            '-' => Operator::Default,
            '+' => Operator::Alternative,
            '?' => Operator::Required,
            '=' => Operator::Assign,
            _ => return None,
        };
        let colon = bare.is_some();
        Some((Self { operator, colon }, 1 + usize::from(colon)))
    }

    /// Whether `value` counts as a value.
    pub(crate) fn accepts(self, value: Option<&str>) -> bool {
        value.is_some_and(|value| !self.colon || !value.is_empty())
    }
}

/// How Go's and Ruby's `dotenv` know a variable: `\$`, `$NAME`, `${NAME}`, and anything in between, braces unmatched.
pub(crate) struct Loose {
    /// What a name is made of.
    pub(crate) is_name: fn(char) -> bool,
    /// Whether `(` may stand before a name; otherwise `$(` is no variable.
    pub(crate) passes_parenthesis: bool,
    /// The value of a variable.
    pub(crate) lookup: fn(&Draft<'_>, &str) -> Option<String>,
}

impl Loose {
    /// Replaces the variables in `value`; nothing if that takes more than the text may use.
    pub(crate) fn expand(&self, value: &str, draft: &mut Draft<'_>, unset: &mut bool) -> Option<String> {
        let mut result = String::new();
        let mut rest = value;
        while let Some(dollar) = rest.find('$') {
            let (before, after) = (rest.get(..dollar)?, rest.get(dollar + 1..)?);
            if after.starts_with('(') && !self.passes_parenthesis {
                result.push_str(before);
                result.push('$');
                rest = after;
                continue;
            }
            let (name, length) = self.reference(after);
            let whole = rest.get(dollar..dollar + 1 + length)?;
            if let Some(before) = before.strip_suffix('\\') {
                result.push_str(before);
                result.push_str(whole);
            } else if name.is_empty() {
                result.push_str(before);
                result.push_str(whole);
            } else {
                result.push_str(before);
                let found = (self.lookup)(draft, name);
                *unset |= found.is_none();
                let found = found.unwrap_or_default();
                if !draft.spend(found.len()) {
                    return None;
                }
                result.push_str(&found);
            }
            rest = rest.get(dollar + 1 + length..)?;
        }
        result.push_str(rest);
        Some(result)
    }

    /// The name after a dollar sign, and how much belongs to it.
    fn reference<'v>(&self, after: &'v str) -> (&'v str, usize) {
        let mut open = usize::from(after.starts_with('('));
        open += usize::from(after.get(open..).is_some_and(|rest| rest.starts_with('{')));
        let rest = after.get(open..).unwrap_or_default();
        let end = rest.find(|letter| !(self.is_name)(letter)).unwrap_or(rest.len());
        let close = usize::from(rest.get(end..).is_some_and(|rest| rest.starts_with('}')));
        (rest.get(..end).unwrap_or_default(), open + end + close)
    }
}
