//! Texts and values made to be misread, from a seed.

/// A small generator of numbers: SplitMix64.
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// The seed of this run: of the environment variable, else always the same.
    pub(crate) fn of_run(test: &str) -> Self {
        let seed = std::env::var("TACIT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124);
        println!("{test}: TACIT_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("the bound is a usize")
    }

    pub(crate) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// Commands that create the file `canary` in a restricted shell without any program, which may redirect nothing.
pub(crate) const CANARIES: [&str; 4] =
    ["$(history -w canary)", "`history -w canary`", ";history -w canary;", "\nhistory -w canary\n"];

/// Everything some grammar treats in its own way.
const PIECES: [&str; 78] = [
    "'",
    "'",
    "\"",
    "\"",
    "`",
    "\\",
    "\\",
    "$",
    "{",
    "}",
    "#",
    "#",
    "=",
    ":",
    " ",
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "a",
    "b",
    "Z",
    "0",
    "7",
    "\\n",
    "\\r",
    "\\t",
    "\\\"",
    "\\'",
    "\\$",
    "\\`",
    "$$",
    "${A}",
    "$A",
    "$B",
    "${B}",
    "${B:-x}",
    "${C-y}",
    "${A:+z}",
    "${D+w}",
    "${E:?e}",
    "${B:-${C:-d}}",
    "${A:-",
    "$(",
    ")",
    "(",
    "$(:)",
    "`:`",
    CANARIES[0],
    CANARIES[1],
    CANARIES[2],
    CANARIES[3],
    " #",
    "export ",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{b}",
    "\u{c}",
    "\u{1c}",
    "é",
    "😀",
    "null",
    ";",
    "&",
    ",",
    "~",
    "!",
    "[",
    "]",
    "\\0123",
    "%",
    "+",
    "-",
    "$'a'",
    "word",
];

const KEYS: [&str; 16] =
    ["A", "B", "C", "D", "E", "A", "B", "LONG_KEY", "a", "key.dot", "key-dash", "1A", "10", "_x", "[s]", "É"];

const SEPARATORS: [&str; 12] = ["=", "=", "=", "=", "=", "=", " = ", "= ", " =", ": ", ":", "\n="];

const LINE_ENDS: [&str; 8] = ["\n", "\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n"];

/// A text of a few lines: mostly assignments, sometimes anything.
pub(crate) fn text(seed: &mut Seed, allowed: fn(&str) -> bool) -> String {
    let mut text = String::new();
    if seed.below(40) == 0 {
        text.push('\u{feff}');
    }
    for _ in 0..=seed.below(6) {
        line(seed, &mut text, allowed);
    }
    text
}

fn line(seed: &mut Seed, text: &mut String, allowed: fn(&str) -> bool) {
    match seed.below(16) {
        0 => text.push_str(&soup(seed, 8, allowed)),
        1 => text.push_str(&format!("# {}", soup(seed, 4, allowed))),
        _ => {
            let prefix = seed.pick(&["", "", "", "", "", "export ", " ", "\t", "export\t"]);
            let (key, separator) = (seed.pick(&KEYS), seed.pick(&SEPARATORS));
            text.push_str(&format!("{prefix}{key}{separator}{}", written(seed, allowed)));
        }
    }
    let end = seed.pick(&LINE_ENDS);
    text.push_str(if allowed(end) { end } else { "\n" });
}

/// A value as someone might have written it.
fn written(seed: &mut Seed, allowed: fn(&str) -> bool) -> String {
    let inner = soup(seed, 5, allowed);
    match seed.below(8) {
        0 | 1 => format!("'{inner}'"),
        2 | 3 => format!("\"{inner}\""),
        4 => format!("`{inner}`"),
        5 => format!("\"{inner}\" # {}", soup(seed, 2, allowed)),
        _ => inner,
    }
}

fn soup(seed: &mut Seed, most: usize, allowed: fn(&str) -> bool) -> String {
    let length = seed.below(most + 1);
    (0..length).map(|_| seed.pick(&PIECES)).filter(|piece| allowed(piece)).collect()
}

/// A value: mostly a few pieces, sometimes one that people have.
pub(crate) fn value(seed: &mut Seed) -> String {
    const ORDINARY: [&str; 10] = [
        "",
        "postgres://user:p%40ss@localhost:5432/app?sslmode=require",
        "sk_test_0123456789abcdef",
        "-----BEGIN KEY-----\nMIIB\nq+/=\n-----END KEY-----\n",
        "{\"a\": \"b c\", \"d\": [1, 2]}",
        "C:\\new\\table",
        "it's $5 & \"more\" #1",
        " leading and trailing ",
        "a==",
        "${HOME}/bin:$PATH",
    ];
    if seed.below(8) == 0 { seed.pick(&ORDINARY).to_owned() } else { soup(seed, 8, |_| true) }
}
