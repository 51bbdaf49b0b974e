//! Fuzz targets, each a plain function of bytes, replayed over a small corpus and 10,000 seeded mutations of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use dotenv::format::{csv, json, yaml};
use dotenv::{Dialect, Document, Pair, Reading, explain, read, warn, write};

/// Whatever is text comes back, and survives warnings and every kind of edit.
///
/// # Panics
/// If it does not.
pub fn document(bytes: &[u8]) {
    let Ok(document) = Document::parse(bytes) else {
        assert!(std::str::from_utf8(bytes).is_err());
        return;
    };
    let text = document.as_str().to_owned();
    assert_eq!(text.as_bytes(), bytes);
    let lines = text.split(['\n', '\r']).count();
    for warning in warn(&document) {
        assert!((1..=lines).contains(&usize::try_from(warning.line).unwrap()) && warning.column >= 1);
    }
    let key = document.assignments().next().map(|found| found.key.of(&text).to_owned());
    edit(&text, key.as_deref().unwrap_or("NONE"));
}

fn edit(text: &str, key: &str) {
    let changes: [fn(&mut Document, &str) -> bool; 4] = [
        |document, key| document.set(key, "'x y'").is_ok(),
        |document, key| document.rename(key, "RENAMED").is_ok(),
        |document, key| document.remove(key).is_ok(),
        |document, _| document.append("APPENDED", "\"a\nb\"").is_ok(),
    ];
    for change in changes {
        let mut document = Document::parse(text).unwrap();
        let changed = change(&mut document, key);
        assert!(changed || document.as_str() == text);
    }
}

/// Readers of other formats answer with pairs of distinct names or a refusal, and JSON reads back as written.
///
/// # Panics
/// If one does not.
pub fn formats(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for read in [json::read, yaml::read, csv::read] {
        let Ok(pairs) = read(text) else { continue };
        let again = json::read(&json::write(&pairs).unwrap()).unwrap();
        assert_eq!(plain(&again), plain(&pairs));
    }
}

/// Every dialect reads any text: what is rejected gives nothing, names are told once, places lie in the text, and what
/// can be written again reads back exactly.
///
/// # Panics
/// If one does not.
pub fn dialects(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lines = u32::try_from(text.split(['\n', '\r']).count()).unwrap();
    for dialect in Dialect::ALL {
        let reading = read(dialect, text, None);
        sound(&reading, lines);
        if let Ok(written) = write(dialect, &reading.pairs) {
            let again = read(dialect, &written.text, None);
            assert_eq!(plain(&again.pairs), plain(&reading.pairs), "{dialect} {text:?}");
            assert!(again.loads && again.problems.is_empty(), "{dialect} {text:?}");
        }
    }
    assert!(explain(text, None).iter().all(|row| (1..=lines).contains(&row.line)));
}

fn sound(reading: &Reading, lines: u32) {
    let names: HashSet<&str> = reading.pairs.iter().map(|pair| pair.key.as_str()).collect();
    assert_eq!(names.len(), reading.pairs.len());
    assert!(reading.loads || reading.pairs.is_empty());
    assert!(reading.pairs.iter().all(|pair| (1..=lines).contains(&pair.line)));
    assert!(reading.problems.is_sorted_by_key(|problem| problem.position));
    let places = reading.problems.iter().map(|problem| problem.position);
    assert!(places.into_iter().all(|place| (1..=lines).contains(&place.line) && place.column >= 1));
}

fn plain(pairs: &[Pair]) -> Vec<(&str, &str)> {
    pairs.iter().map(|pair| (pair.key.as_str(), pair.value.as_str())).collect()
}

const SEED: u64 = 0x7ac1_7ac1_7ac1_7ac1;
const MUTATIONS: usize = 10_000;

/// SplitMix64: the same numbers from the same seed, everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// Bytes that grammars care about.
const SPICE: [&[u8]; 29] = [
    b"'",
    b"\"",
    b"`",
    b"\\",
    b"#",
    b"=",
    b":",
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b"export ",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\0",
    b"\xff",
    b"{",
    b"}",
    b",",
    b"|",
    b"- ",
    b"$(",
    b"$",
    b"${A",
    b":-",
    b"$$",
    b"\\0",
    b"---\n",
];

fn mutate(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(6) {
        let start = random.below(bytes.len() + 1);
        let end = (start + random.below(9)).min(bytes.len());
        match random.below(5) {
            0 => drop(bytes.drain(start..end)),
            1 => drop(bytes.splice(start..end, SPICE[random.below(SPICE.len())].iter().copied())),
            2 => drop(bytes.splice(start..start, SPICE[random.below(SPICE.len())].iter().copied())),
            3 => bytes.truncate(bytes.len().min(start.max(1))),
            _ => {
                drop(bytes.splice(start..end, other.iter().copied().skip(random.below(other.len())).take(40)))
            }
        }
    }
    bytes
}

fn replay(target: fn(&[u8]), corpus: &[Vec<u8>]) {
    println!("seed {SEED:#x}, {} files, {MUTATIONS} mutations", corpus.len());
    corpus.iter().for_each(|bytes| target(bytes));
    let mut random = Random(SEED);
    for _ in 0..MUTATIONS {
        let seed = &corpus[random.below(corpus.len())];
        let other = &corpus[random.below(corpus.len())];
        target(&mutate(seed, other, &mut random));
    }
}

fn files() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn documents_survive_mutation() {
    let mut corpus = files();
    corpus.push(b"\xef\xbb\xbfA='x\r\ny' # c\r\nB=\"open\nC=`\\``\rD: e".to_vec());
    replay(document, &corpus);
}

#[test]
fn dialects_survive_mutation() {
    let corpus: [&[u8]; 12] = [
        b"\xef\xbb\xbfA='x\r\ny' # c\r\nB=\"open\nC=`\\``\rD: e",
        b"A=1\nB=\"$A ${A} \\$A $$A\"\nC='${A}' # c\nD=$A#x\n",
        b"A=\nB=${A:-x}${A-y}${A:+z}${A+w}\nC=${D:-${E:-deep}}\n",
        b"A=${B:?needed}\nC=${D?needed}\nE=${F:=set}\n",
        b"A=$(id)\nB=`id`\nC=\"$(id $(pwd))\"\nD='$(id)'\nE=\\$(id)\n",
        b"export A=1 B=2\nexport A\nexport C\nA+=x\nA=1 id\n",
        b"A=\"\\a\\n\\t\\\\ \\\" \\0101 \\x41 \\u0041\"\nB=$'\\n\\x41'\n",
        b"A=one \\\n  two\n; c\n# d \\\nB=\"x\ny\"\n",
        b"A\nB : 1\nC.d-e[0]=2\n1A=3\n'F'=4\n\xc3\x89=5\n",
        b"DOTENV_LINEBREAK_MODE=legacy\nA=\"x\\ny\\rz\"\nB=x\\ny\n",
        b"A=xxxxxxxxxxxxxxxx\nA=\"${A}${A}\"\nA=\"${A}${A}\"\nA=\"${A}${A}\"\n",
        b"UID=1\nRANDOM=2\nPATH=$PATH:/x\n_=3\n~=4\n{a,b}=5\n",
    ];
    replay(dialects, &corpus.map(<[u8]>::to_vec));
    files().iter().for_each(|bytes| dialects(bytes));
}

#[test]
fn formats_survive_mutation() {
    let corpus: [&[u8]; 9] = [
        b"{\"A\": \"x\", \"B\": \"y\\n\\u00e9\"}\n",
        b"{\"A\": {\"b\": [1, null, true]}, \"C\": \"\"}",
        b"A: plain # c\nB: 'it''s'\nC: \"x\\ny\"\nD: |\n  one\n  two\nE: >-\n  a\n  b\n",
        b"---\nA: &a !!str x\nB: *a\n? k\n: v\n...\n",
        b"{A: x, B: [y, {z: w}], C: }",
        b"key,value\nA,1\nB,\"x, \"\"y\"\"\nz\"\n",
        b"\xef\xbb\xbfKey,Value\r\nA,\r\n\r\n\"B\",b\r\n",
        b"A: |+2\n   x\n\n\nB: >\n  y",
        b"[]",
    ];
    replay(formats, &corpus.map(<[u8]>::to_vec));
}
