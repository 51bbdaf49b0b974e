//! Keys in the text of a page, known by their shapes. The time it takes grows with the text and not faster: a text is taken apart
//! once, and each part is tried a bounded number of times.

use super::table::{Gate, Pattern};
use super::{Mode, Provider, all, mode};
use crate::model::SecretValue;

/// Bytes that are looked through in one go.
pub const SLICE: usize = 256 * 1024;
/// No key is shorter.
const SHORTEST: usize = 12;
/// Expressions that are tried on one run of letters at most.
const TRIES: usize = 32;
/// A key has at least so many different letters; a picture of one (`sk_live_xxxxxxxx`) has fewer.
const LETTERS: usize = 10;
/// Bytes of a private key in its armour at most.
const ARMOUR: usize = 16 * 1024;

/// Looks for keys of some providers, or of all.
#[derive(Debug)]
pub struct Finder {
    /// Those whose page it is; none where the page is of nobody that is known.
    providers: Vec<&'static Provider>,
    /// By the first byte of what they begin with.
    begun: Vec<Vec<Shape>>,
    /// Those without a beginning of their own.
    free: Vec<Shape>,
    /// Those that only the place tells from anything else.
    placed: Vec<Shape>,
}

/// A key that was found.
#[derive(Debug)]
pub struct Found {
    /// It.
    pub value: SecretValue,
    /// Whose it is; none for a private key in its armour, which is anybody's.
    pub provider: Option<&'static Provider>,
    /// Whether it moves real money, or pretends to.
    pub mode: Option<Mode>,
    /// Whether its shape is that of nothing else. Where it is not, the place alone spoke for it.
    pub certain: bool,
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    provider: &'static Provider,
    pattern: &'static Pattern,
    /// What the pattern's gate wants to see: the beginning of the value, or a word of the name.
    gate: &'static str,
}

impl Finder {
    /// For a page of `host`: the keys of the providers whose dashboard that is, or those of all where it is of none.
    pub fn on(host: &str) -> Self {
        let is_here = |it: &&Provider| it.is_on(host) && it.secrets().next().is_some();
        let providers: Vec<&'static Provider> = all().iter().filter(is_here).collect();
        let looked: Vec<&'static Provider> =
            if providers.is_empty() { all().iter().collect() } else { providers.clone() };
        let mut finder =
            Self { providers, begun: vec![Vec::new(); 256], free: Vec::new(), placed: Vec::new() };
        for provider in looked {
            provider.secrets().for_each(|pattern| finder.take(provider, pattern));
        }
        finder
    }

    /// The providers whose keys it looks for; none where it looks for those of all.
    pub fn providers(&self) -> &[&'static Provider] {
        &self.providers
    }

    /// The keys in a text, in their order.
    pub fn in_text(&self, text: &str) -> Vec<Found> {
        let mut found: Vec<Found> = armoured(text).map(|key| Found::new(None, key, true)).collect();
        let mut rest = text;
        while let Some(run) = rest.split(|letter| !is_of_a_key(letter)).next().filter(|_| !rest.is_empty()) {
            rest = rest.get(run.len()..).unwrap_or_default();
            let next = rest.chars().next();
            if run.len() >= SHORTEST {
                self.in_run(run, next.is_some_and(is_left_out), &mut found);
            }
            rest = rest.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
        }
        found
    }

    /// The same in what a field holds. On a page of its provider also a key that only its place tells from anything else.
    pub fn in_field(&self, text: &str) -> Vec<Found> {
        let found = self.in_text(text);
        let whole = text.trim();
        if !found.is_empty() || self.providers.is_empty() || !is_random(whole) {
            return found;
        }
        let fitting = self.placed.iter().find(|it| it.pattern.fits(it.gate, whole));
        fitting.map(|it| Found::new(Some(it.provider), whole, false)).into_iter().collect()
    }

    fn take(&mut self, provider: &'static Provider, pattern: &'static Pattern) {
        let shape = |gate| Shape { provider, pattern, gate };
        match pattern.gate() {
            Gate::Any => self.free.push(shape("")),
            Gate::Words(words) => self.placed.extend(words.first().map(|word| shape(word))),
            Gate::Prefixes(prefixes) => {
                for prefix in prefixes {
                    let first =
                        prefix.bytes().next().and_then(|first| self.begun.get_mut(usize::from(first)));
                    first.into_iter().for_each(|list| list.push(shape(prefix)));
                }
            }
        }
    }

    /// Where the run is cut short behind its end, a key that reaches its end is not all of one.
    fn in_run(&self, run: &str, is_cut: bool, found: &mut Vec<Found>) {
        let (mut end, mut tries) = (0, 0);
        for (at, before) in starts(run) {
            let Some(rest) = run.get(at..).filter(|rest| at >= end && rest.len() >= SHORTEST) else {
                continue;
            };
            let first = rest.bytes().next().and_then(|first| self.begun.get(usize::from(first)));
            let begun = first.into_iter().flatten().filter(|it| rest.starts_with(it.gate));
            let free = self.free.iter().filter(|_| matches!(before, None | Some(b'=')));
            for shape in begun.chain(free) {
                tries += 1;
                if tries > TRIES {
                    return;
                }
                if let Some(key) = cuts(rest).into_iter().flatten().find(|cut| shape.fits(cut)) {
                    end = at + key.len();
                    let is_whole = match rest.get(key.len()..) {
                        None | Some("") => !is_cut,
                        Some(after) => !after.starts_with("..") && !after.starts_with('*'),
                    };
                    if is_whole {
                        found.push(Found::new(Some(shape.provider), key, true));
                    }
                    break;
                }
            }
        }
    }
}

/// A text in slices that end between words, as long as there are any.
pub fn slices(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (slice, after) = rest.split_at(end(rest));
        rest = after;
        Some(slice)
    })
}

fn end(text: &str) -> usize {
    if text.len() <= SLICE {
        return text.len();
    }
    let most = (0..=SLICE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let between = text.get(..most).and_then(|head| head.rfind(char::is_whitespace));
    between.filter(|at| *at > 0).unwrap_or(most)
}

impl Shape {
    fn fits(&self, value: &str) -> bool {
        self.pattern.fits("", value) && letters(value) >= LETTERS
    }
}

impl Found {
    fn new(provider: Option<&'static Provider>, value: &str, certain: bool) -> Self {
        Self { value: SecretValue::from(value.to_owned()), provider, mode: mode(value), certain }
    }
}

/// What stands in a key: pages set keys apart by spaces, quotes and tags.
const fn is_of_a_key(letter: char) -> bool {
    letter.is_ascii_graphic() && !matches!(letter, '"' | '\'' | '`' | '<' | '>')
}

/// What stands for the rest of a key that is not shown.
const fn is_left_out(letter: char) -> bool {
    matches!(letter, '…' | '•' | '●' | '·' | '∙' | '⋯')
}

/// Where a key may begin: at the beginning, and behind what is part of no word. With the byte before.
fn starts(run: &str) -> impl Iterator<Item = (usize, Option<u8>)> {
    let inner = run.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_alphanumeric() && *byte != b'_');
    std::iter::once((0, None)).chain(inner.map(|(at, byte)| (at + 1, Some(byte))))
}

/// Where a key may end: at the end, before the marks of a sentence, or before what parts it from something else.
fn cuts(rest: &str) -> [Option<&str>; 3] {
    let marks = |letter| matches!(letter, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '\\');
    let bare = rest.trim_end_matches(marks);
    let parted = rest.split(['&', ',', ';', ')', ']', '}', '|', '\\']).next().unwrap_or(rest);
    [Some(rest), Some(bare).filter(|it| *it != rest), Some(parted).filter(|it| *it != rest && *it != bare)]
}

/// How many different letters.
fn letters(value: &str) -> usize {
    let mut seen = [false; 128];
    for byte in value.bytes() {
        if let Some(seen) = seen.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Whether it could be random: one run with letters and digits among each other.
fn is_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    value.len() >= 20 && digits >= 2 && letters(value) >= LETTERS && value.chars().all(is_of_a_key)
}

/// Private keys in their armour, from its first line to its last.
fn armoured(text: &str) -> impl Iterator<Item = &str> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    text.match_indices(BEGIN).filter_map(|(at, _)| {
        let rest = text.get(at..)?;
        let near = rest.get(..ARMOUR).unwrap_or(rest);
        let head = near.lines().next().filter(|head| head.contains("PRIVATE KEY"))?;
        let last = near.find(END)?;
        let tail = near.get(last..)?.lines().next()?.trim_end();
        // What is only described has nothing between its lines.
        near.get(..last + tail.len()).filter(|it| it.len() > head.len() + tail.len() + SHORTEST)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(found: &[Found]) -> Vec<&str> {
        found.iter().map(|it| it.value.expose()).collect()
    }

    fn in_text(host: &str, text: &str) -> Vec<String> {
        values(&Finder::on(host).in_text(text)).into_iter().map(str::to_owned).collect()
    }

    const LIVE: &str = "sk_live_FakeFake0123456789abcdef";
    const GITHUB: &str = "ghp_FakeFakeFake0123456789abcdefghijABCD";

    #[test]
    fn a_key_is_found_wherever_it_stands_in_a_text() {
        for text in [
            "KEY",
            "Your key: KEY.",
            "(KEY)",
            "STRIPE_SECRET_KEY=KEY",
            "{\"key\":\"KEY\"}",
            "curl https://api.example/?key=KEY&page=2",
            "KEY, KEY;",
            "«KEY»",
            "a<b>KEY</b>",
        ] {
            let found =
                in_text("dashboard.stripe.com", &text.replace("KEY", LIVE).replace("STRIPE_SECRET_sk", "sk"));
            assert!(!found.is_empty() && found.iter().all(|it| it == LIVE), "{text}: {found:?}");
        }
    }

    #[test]
    fn on_a_providers_page_only_its_keys_are_found_and_elsewhere_those_of_all() {
        let text = format!("{LIVE} {GITHUB}");
        assert_eq!(in_text("dashboard.stripe.com", &text), [LIVE]);
        assert_eq!(in_text("github.com", &text), [GITHUB]);
        assert_eq!(in_text("shop.example", &text), [LIVE, GITHUB]);
        // One that only looks like a provider's is none.
        assert_eq!(in_text("dashboard.stripe.com.evil.example", &text), [LIVE, GITHUB]);
        let [stripe, clerk, shop] =
            ["dashboard.stripe.com", "dashboard.clerk.com", "shop.example"].map(Finder::on);
        assert_eq!(stripe.providers().iter().map(|it| it.id).collect::<Vec<_>>(), ["stripe"]);
        assert!(shop.providers().is_empty());
        let clerks = format!("sk_test_{}", "FakeFake0123456789ab".repeat(2));
        let whose = |finder: &Finder| finder.in_text(&clerks).first().map(|it| it.provider.map(|it| it.id));
        assert_eq!([&stripe, &clerk].map(whose), [Some(Some("stripe")), Some(Some("clerk"))]);
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        for decoy in [
            "pk_live_FakeFake0123456789abcdef",
            "prod_FakeFake0123456789abcdef",
            "sk_live_••••••••••••••••cdef",
            "sk_live_...cdef",
            "sk_live_FakeFake0123456...",
            "sk_live_FakeFake0123456…cdef",
            "sk_live_FakeFake0123456••••",
            "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
            "4f6b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b",
            "0123e456-89ab-4def-8123-456789abcdef",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "AKIAFAKEFAKEFAKEFAKE",
            "https://dashboard.stripe.com/acct_1FakeFake0123456/apikeys",
            "the-very-long-name-of-a-page-that-goes-on",
        ] {
            assert!(in_text("", decoy).is_empty(), "{decoy}");
            assert!(in_text("dashboard.stripe.com", decoy).is_empty(), "{decoy}");
            assert!(Finder::on("dashboard.stripe.com").in_field(decoy).is_empty(), "{decoy}");
        }
    }

    #[test]
    fn live_and_test_are_told_apart() {
        let text = format!("{LIVE} {} {GITHUB}", LIVE.replace("live", "test"));
        let modes: Vec<_> = Finder::on("").in_text(&text).iter().map(|it| it.mode).collect();
        assert_eq!(modes, [Some(Mode::Live), Some(Mode::Test), None]);
    }

    #[test]
    fn a_key_without_a_mark_of_its_own_is_found_in_a_field_of_its_providers_page_alone() {
        let key = "Fake0fake1FAKE2fake3FAKE4fake5fake6FAKE7";
        let found = Finder::on("dash.cloudflare.com").in_field(key);
        assert_eq!(values(&found), [key]);
        assert!(found.iter().all(|it| !it.certain));
        assert!(Finder::on("dash.cloudflare.com").in_text(key).is_empty());
        assert!(Finder::on("shop.example").in_field(key).is_empty());
    }

    #[test]
    fn a_private_key_is_found_whole() {
        let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", "RmFrZQ0a".repeat(9));
        let text =
            format!("Keep this:\n{key}\nand this -----BEGIN PRIVATE KEY----------END PRIVATE KEY-----");
        assert_eq!(in_text("shop.example", &text), [key]);
        assert!(
            in_text("", "-----BEGIN CERTIFICATE-----\nRmFrZQ0aRmFrZQ0a\n-----END CERTIFICATE-----")
                .is_empty()
        );
    }

    #[test]
    fn slices_make_up_the_text_and_end_between_words_where_there_are_any() {
        let long = format!("{} {LIVE} {}", "word ".repeat(SLICE / 5), "é".repeat(SLICE));
        assert_eq!(slices(&long).collect::<String>(), long);
        assert!(slices(&long).all(|slice| slice.len() <= SLICE));
        let words = "word ".repeat(SLICE);
        assert!(slices(&words).skip(1).all(|slice| slice.starts_with(' ')));
    }

    #[test]
    fn what_is_made_to_take_long_is_given_up() {
        let finder = Finder::on("");
        // Each run begins as a key as often as it can; one try too many and this would take minutes.
        let hostile = ["sk-", "ghs_1_a.", "xoxb-", "SG.", "AccountKey=", "-----BEGIN PRIVATE KEY"];
        for part in hostile {
            let text = part.repeat(200_000 / part.len());
            assert!(finder.in_text(&text).is_empty(), "{part}");
        }
        let late = format!("{} {LIVE}", "sk-".repeat(9000));
        assert_eq!(values(&finder.in_text(&late)), [LIVE]);
    }
}
