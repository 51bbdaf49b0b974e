//! How hard a passphrase is to guess, estimated low rather than high.

/// What is thought of a passphrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// Guesses that would find it, as a logarithm to base 2.
    pub bits: f64,
    /// From 0 (gone in a moment) to 4 (strong).
    pub score: u8,
    /// What makes it weak, where something does.
    pub reason: Option<Reason>,
}

/// What makes a passphrase weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is there.
    Empty,
    /// It is one of those that everyone tries first, or nearly.
    Common,
    /// It is little more than the same again and again.
    Repeated,
    /// It follows the alphabet, the numbers or the keyboard.
    Sequence,
    /// It is one word, perhaps with digits or marks around it.
    OneWord,
    /// It is short.
    Short,
}

/// What is thought of `passphrase`. Time is linear in its length; at most the first 256 characters count.
pub fn estimate(passphrase: &str) -> Strength {
    let letters: Vec<char> = passphrase.chars().take(COUNTED).collect();
    let (bits, reason) = judge(&letters);
    let score = match bits {
        bits if bits < 20.0 => 0,
        bits if bits < 35.0 => 1,
        bits if bits < 50.0 => 2,
        bits if bits < 64.0 => 3,
        _ => 4,
    };
    let fallback = (score < 3).then_some(Reason::Short);
    Strength { bits, score, reason: reason.filter(|_| score < 4).or(fallback) }
}

const COUNTED: usize = 256;
/// What a run of letters is worth as a word: one of the 2,000 that come to mind.
const WORD_BITS: f64 = 11.0;

const COMMON: [&str; 40] = [
    "password",
    "passphrase",
    "passwort",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "login",
    "master",
    "root",
    "secret",
    "changeme",
    "default",
    "guest",
    "test",
    "iloveyou",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "shadow",
    "michael",
    "jordan",
    "trustno",
    "starwars",
    "whatever",
    "hello",
    "freedom",
    "abc",
    "qwerty",
    "azerty",
    "qwertz",
    "asdf",
    "zxcvbn",
    "correcthorsebatterystaple",
    "tacit",
];
const ROWS: [&str; 5] = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

fn judge(letters: &[char]) -> (f64, Option<Reason>) {
    if letters.is_empty() {
        return (0.0, Some(Reason::Empty));
    }
    let plain: String = letters.iter().filter_map(|letter| unleet(*letter)).collect();
    if COMMON.contains(&plain.as_str()) {
        let marks = wide(letters.len().saturating_sub(plain.len()));
        return ((8.0 + 3.0 * marks).min(19.0), Some(Reason::Common));
    }
    let bits = tokens(letters).iter().map(|token| token.bits(letters)).sum::<f64>();
    let distinct = bits_of_distinct(letters);
    if distinct < bits {
        return (distinct, Some(Reason::Repeated));
    }
    let steps = letters.windows(2).filter(|pair| follows(pair)).count();
    let mostly_steps = letters.len() > 2 && steps * 3 >= (letters.len() - 1) * 2;
    let words = tokens(letters).iter().filter(|token| matches!(token, Token::Word(_))).count();
    let reason = match () {
        () if mostly_steps => Some(Reason::Sequence),
        () if words == 1 && !plain.is_empty() => Some(Reason::OneWord),
        () => None,
    };
    (if mostly_steps { bits.min(12.0 + wide(letters.len() - steps)) } else { bits }, reason)
}

/// A part of a passphrase that is guessed as one.
enum Token {
    /// That many letters in one case: perhaps a word.
    Word(usize),
    /// One character of a kind of so many.
    Single(f64),
}

impl Token {
    fn bits(&self, letters: &[char]) -> f64 {
        match self {
            // Letters without vowels among them are no word, and long ones are not in the first list either.
            Self::Word(length) if letters.iter().any(|it| is_vowel(*it)) => {
                WORD_BITS.min(wide(*length) * 4.7) + wide(length.saturating_sub(8))
            }
            Self::Word(length) => wide(*length) * 4.7,
            Self::Single(bits) => *bits,
        }
    }
}

/// Cuts between letters and others, and where a small letter is followed by a capital. Letters mixed with digits in
/// short runs, as a generator makes them, count one by one.
fn tokens(letters: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut from = 0;
    while let Some(first) = letters.get(from) {
        let tail = letters.get(from + 1..).unwrap_or(&[]);
        let run = 1 + tail.iter().take_while(|it| it.is_alphabetic() && it.is_lowercase()).count();
        if first.is_alphabetic() && run >= 3 {
            tokens.push(Token::Word(run));
            from += run;
        } else {
            tokens.push(Token::Single(single(*first)));
            from += 1;
        }
    }
    tokens
}

fn single(letter: char) -> f64 {
    match letter {
        '0'..='9' => 3.3,
        ' ' | '-' | '_' | '.' => 1.0,
        _ if letter.is_alphabetic() => 4.7,
        _ => 4.0,
    }
}

/// What its different characters are worth, with a little for each that comes again.
fn bits_of_distinct(letters: &[char]) -> f64 {
    let mut distinct = letters.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    wide(distinct.len()) * 5.5 + if distinct.len() > 5 { wide(letters.len()) } else { 0.0 }
}

fn follows(pair: &[char]) -> bool {
    let [a, b] = pair else { return false };
    let row = |row: &&str| {
        let at = |letter: char| row.find(letter.to_ascii_lowercase());
        at(*a).zip(at(*b)).is_some_and(|(a, b)| a.abs_diff(b) == 1)
    };
    ROWS.iter().any(row)
}

/// The letter that a sign stands for where people swap them; nothing for digits and marks.
fn unleet(letter: char) -> Option<char> {
    match letter {
        '@' => Some('a'),
        '0' => Some('o'),
        '$' => Some('s'),
        _ => letter.to_lowercase().next().filter(|it| it.is_alphabetic()),
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(letter.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !letter.is_ascii()
}

fn wide(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everyone_tries_first_is_worth_nothing() {
        for (text, reason) in [
            ("", Reason::Empty),
            ("password", Reason::Common),
            ("P@ssw0rd!", Reason::Common),
            ("Letmein123", Reason::Common),
            ("aaaaaaaaaaaaaaaaaaaa", Reason::Repeated),
            ("abcabcabcabcabcabc", Reason::Repeated),
            ("1234567890", Reason::Sequence),
            ("abcdefghij", Reason::Sequence),
            ("elephant", Reason::OneWord),
            ("x7k", Reason::Short),
        ] {
            let found = estimate(text);
            assert!(found.score <= 1, "{text}: {found:?}");
            assert_eq!(found.reason, Some(reason), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_a_generator_makes_is_strong() {
        for text in ["lantern-orbit-velvet-copper-magnet-willow", "V8rQ2mZ7xK4tW9pL", "vc7!Rq_m2Zx&T9pL0d"] {
            let found = estimate(text);
            assert_eq!((found.score, found.reason), (4, None), "{text}: {found:?}");
        }
    }

    #[test]
    fn more_is_never_much_worse() {
        let text = "lantern-orbit-velvet-copper";
        let bits = |end: usize| estimate(&text.chars().take(end).collect::<String>()).bits;
        assert!((8..text.len()).all(|end| bits(end + 1) > bits(end) - 8.0));
        assert!(bits(text.len()) > bits(8) + 20.0);
    }

    #[test]
    fn a_long_one_is_judged_by_its_beginning() {
        assert!(estimate(&"é🦀x1".repeat(100_000)).bits.is_finite());
    }
}
