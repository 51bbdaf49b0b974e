//! What filling an environment into a provider's page would do, name by name and without a value.

use regex_lite::Regex;

/// What a provider takes.
#[derive(Debug, Default)]
pub struct Rules {
    /// What a name must look like, all of it; what is no regular expression forbids nothing.
    pub pattern: Option<String>,
    /// What a name must not begin with, in whichever case.
    pub reserved: Vec<String>,
    /// Characters of a name.
    pub longest: Option<u32>,
    /// Bytes of a value.
    pub bytes: Option<u32>,
    /// Variables in one place.
    pub most: Option<u32>,
}

/// A variable as far as a plan has to know it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether the page was given the current version before, by us.
    pub given: bool,
    /// Bytes of its value, where that is known.
    pub length: Option<usize>,
}

/// What a fill does with a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The page does not show the name.
    Add,
    /// The page shows the name, and was not given this version.
    Change,
    /// The page was given this version, and shows the name where it shows names of these variables.
    Same,
    /// The provider does not take it.
    Breaks(Breach),
}

/// What of the rules a variable breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// The name does not look as it must.
    Name,
    /// The name begins with this.
    Reserved(String),
    /// The name is longer than this.
    Long(u32),
    /// There would be more variables than this.
    Count(u32),
    /// The value has so many bytes, and may have so many.
    Size(usize, u32),
}

/// What a fill does with each of `variables`, in their order. `there` are words of the page that could be names; where none is one of
/// these variables, the page is taken for one that shows no names.
pub fn steps(rules: &Rules, there: Option<&[String]>, variables: &[Candidate<'_>]) -> Vec<Step> {
    let pattern = rules.pattern.as_deref().and_then(|it| Regex::new(&format!("^(?:{it})$")).ok());
    let is_name = |word: &String| variables.iter().any(|it| it.name == word);
    let there = there.filter(|words| words.iter().any(is_name));
    let is_there = |it: &Candidate<'_>| there.map(|names| names.iter().any(|name| name == it.name));
    // Of the page's other words nobody knows whether they are variables.
    let mut count = variables.iter().filter(|it| is_there(it) == Some(true)).count();
    let step = |it: &Candidate<'_>| {
        if let Some(breach) = rules.breach(it, pattern.as_ref()) {
            return Step::Breaks(breach);
        }
        match is_there(it) {
            Some(true) if it.given => Step::Same,
            Some(true) => Step::Change,
            None if it.given => Step::Same,
            _ => {
                count += 1;
                let full = rules.most.filter(|most| count > usize::try_from(*most).unwrap_or(usize::MAX));
                full.map_or(Step::Add, |most| Step::Breaks(Breach::Count(most)))
            }
        }
    };
    variables.iter().map(step).collect()
}

impl Rules {
    fn breach(&self, it: &Candidate<'_>, pattern: Option<&Regex>) -> Option<Breach> {
        let name = it.name;
        let more = |length: usize, most: u32| length > usize::try_from(most).unwrap_or(usize::MAX);
        let begins =
            |prefix: &&String| name.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix));
        if let Some(prefix) = self.reserved.iter().find(begins) {
            return Some(Breach::Reserved(prefix.clone()));
        }
        if let Some(most) = self.longest.filter(|most| more(name.chars().count(), *most)) {
            return Some(Breach::Long(most));
        }
        if pattern.is_some_and(|pattern| !pattern.is_match(name)) {
            return Some(Breach::Name);
        }
        let (length, most) = it.length.zip(self.bytes)?;
        more(length, most).then_some(Breach::Size(length, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules {
            pattern: Some("[A-Za-z_][A-Za-z0-9_]*".into()),
            reserved: vec!["GITHUB_".into()],
            longest: Some(12),
            bytes: Some(8),
            most: Some(3),
        }
    }

    fn planned(there: Option<&[&str]>, variables: &[(&str, bool)]) -> Vec<Step> {
        let there: Option<Vec<String>> = there.map(|names| names.iter().map(|&name| name.into()).collect());
        let variables: Vec<_> =
            variables.iter().map(|&(name, given)| Candidate { name, given, length: None }).collect();
        steps(&rules(), there.as_deref(), &variables)
    }

    #[test]
    fn a_name_that_is_there_is_changed_unless_it_was_given_this_version() {
        let steps = planned(Some(&["A", "B"]), &[("A", false), ("B", true), ("C", true)]);
        assert_eq!(steps, [Step::Change, Step::Same, Step::Add], "given once, and gone from the page since");
    }

    #[test]
    fn where_no_names_are_shown_what_was_given_counts_as_there() {
        assert_eq!(planned(None, &[("A", true), ("B", false)]), [Step::Same, Step::Add]);
    }

    #[test]
    fn a_word_of_the_page_that_is_none_of_these_variables_is_no_list_of_them() {
        assert_eq!(planned(Some(&["API"]), &[("A", true), ("B", false)]), [Step::Same, Step::Add]);
        assert_eq!(planned(Some(&["API", "B"]), &[("A", true), ("B", false)]), [Step::Add, Step::Change]);
    }

    #[test]
    fn a_value_that_is_too_long_is_named_with_both_lengths() {
        let of = |length| Candidate { name: "A", given: false, length };
        let steps = steps(&rules(), None, &[of(Some(8)), of(Some(9)), of(None)]);
        assert_eq!(steps, [Step::Add, Step::Breaks(Breach::Size(9, 8)), Step::Add]);
    }

    #[test]
    fn each_rule_is_named_where_it_is_broken() {
        let names = ["GITHUB_X", "github_x", "GITHUB", "A-B", "1A", "TWELVE_CHARS", "THIRTEEN_CHAR"];
        let steps = planned(None, &names.map(|name| (name, false)));
        let reserved = || Step::Breaks(Breach::Reserved("GITHUB_".into()));
        let name = || Step::Breaks(Breach::Name);
        let expected =
            [reserved(), reserved(), Step::Add, name(), name(), Step::Add, Step::Breaks(Breach::Long(12))];
        assert_eq!(steps, expected);
    }

    #[test]
    fn what_would_be_too_many_is_not_added_and_what_is_there_can_be_changed() {
        let steps = planned(Some(&["A"]), &[("B", false), ("C", false), ("D", false), ("A", false)]);
        assert_eq!(steps, [Step::Add, Step::Add, Step::Breaks(Breach::Count(3)), Step::Change]);
        let steps = planned(Some(&["A", "X", "Y", "Z"]), &[("B", false), ("A", false)]);
        assert_eq!(steps, [Step::Add, Step::Change], "words of the page that may be no variables");
    }
}
