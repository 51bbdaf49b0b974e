//! Each warning has texts that raise it, at a line and column, and texts that must not; ordinary files raise none.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use dotenv::{Code, Document, Warning, warn};

fn warnings(text: &str) -> Vec<Warning> {
    warn(&Document::parse(text).unwrap())
}

fn places(text: &str, code: Code) -> Vec<(u32, u32)> {
    warnings(text).iter().filter(|found| found.code == code).map(|found| (found.line, found.column)).collect()
}

const RAISING: &[(Code, &str, (u32, u32))] = &[
    (Code::Duplicate, "A=1\nB=2\n  A=3\n", (3, 3)),
    (Code::Duplicate, "A='x\ny'\nexport A=3\n", (3, 8)),
    (Code::Empty, "A=1\nB=\n", (2, 1)),
    (Code::Empty, "export A= # later\n", (1, 8)),
    (Code::Placeholder, "A=changeme", (1, 3)),
    (Code::Placeholder, "A=\"your-api-key\"", (1, 3)),
    (Code::Placeholder, "A=<token>", (1, 3)),
    (Code::Placeholder, "A=sk_test_xxxxxxxx", (1, 3)),
    (Code::Placeholder, "A=***", (1, 3)),
    (Code::Placeholder, "A=replace_me_please", (1, 3)),
    (Code::Placeholder, "A=TODO", (1, 3)),
    (Code::Placeholder, "A=put_your_key_here", (1, 3)),
    (Code::Whitespace, "A = x\n", (1, 5)),
    (Code::Whitespace, "A= x\n", (1, 4)),
    (Code::Whitespace, "A=x \n", (1, 3)),
    (Code::Whitespace, "A=\"x \"\n", (1, 3)),
    (Code::Whitespace, "A='\tx'\n", (1, 3)),
    (Code::Whitespace, "B=1\r\nA=x\u{a0}\r\n", (2, 3)),
    (Code::UnquotedSpecial, "A=two words", (1, 3)),
    (Code::UnquotedSpecial, "A=a#b", (1, 3)),
    (Code::UnquotedSpecial, "COLOR=#fff", (1, 7)),
    (Code::UnquotedSpecial, "A=pa$$word", (1, 3)),
    (Code::UnquotedSpecial, "A=$HOME/x", (1, 3)),
    (Code::UnquotedSpecial, "A=$(id)", (1, 3)),
    (Code::UnquotedSpecial, "A=a`id`", (1, 3)),
    (Code::UnquotedSpecial, "A=a&b", (1, 3)),
    (Code::UnquotedSpecial, "A=a;b", (1, 3)),
    (Code::UnquotedSpecial, "A={\"a\":1}", (1, 3)),
    (Code::UnquotedSpecial, "A=C:\\new", (1, 3)),
    (Code::UnquotedSpecial, "A=\"x\" y", (1, 3)),
    (Code::UnterminatedQuote, "A=1\nB=\"abc\nC=2\n", (2, 3)),
    (Code::UnterminatedQuote, "A='", (1, 3)),
    (Code::UnterminatedQuote, "A=`x # y", (1, 3)),
    (Code::KeyGrammar, "1A=x", (1, 1)),
    (Code::KeyGrammar, "a-b=x", (1, 1)),
    (Code::KeyGrammar, "\na.b=x", (2, 1)),
    (Code::KeyGrammar, "A: x", (1, 1)),
    (Code::KeyGrammar, "Ä=x", (1, 1)),
    (Code::KeyGrammar, "A B=x", (1, 1)),
    (Code::KeyGrammar, "=x", (1, 1)),
    (Code::NotAssignment, "A=1\njust words\n", (2, 1)),
    (Code::NotAssignment, "export A\n", (1, 1)),
    (Code::Bom, "\u{feff}A=1\n", (1, 1)),
    (Code::Encoding, "A=1\nB=caf\u{fffd}\n", (2, 6)),
    (Code::Encoding, "A=x\0y", (1, 4)),
    (Code::Encoding, "A=x\u{200b}", (1, 4)),
    (Code::Encoding, "# \u{202e}x\n", (1, 3)),
    (Code::Encoding, "A='x\nü\u{1b}[0m'", (2, 2)),
    (Code::PublicPrefix, "A=1\nNEXT_PUBLIC_STRIPE_KEY=sk_live_51FakeFakeFakeFake0000", (2, 1)),
    (Code::PublicPrefix, "VITE_OPENAI_API_KEY=sk-proj-FakeFakeFakeFakeFake", (1, 1)),
    (Code::PublicPrefix, "REACT_APP_DATABASE=postgres://app:fake-s3cret@db.internal/app", (1, 1)),
    (Code::PublicPrefix, "EXPO_PUBLIC_CACHE='redis://:fake-s3cret@cache:6379'", (1, 1)),
    (
        Code::PublicPrefix,
        "NUXT_PUBLIC_CERT=\"-----BEGIN PRIVATE KEY-----\nMIIfake\n-----END PRIVATE KEY-----\"",
        (1, 1),
    ),
    (Code::PublicPrefix, "GATSBY_API_KEY=a8Kf03mZq9Lx2Vb7Tn4Rw6Yc1Hd5", (1, 1)),
    (Code::PublicPrefix, "PUBLIC_API_TOKEN=9f86d081884c7d659a2feaa0c55ad015", (1, 1)),
    (Code::PublicPrefix, "VITE_AUTH_SECRET=correct-horse", (1, 1)),
    (Code::PublicPrefix, "VITE_GEMINI_API_KEY=AIzaFakeFakeFakeFakeFakeFakeFakeFakeFake000", (1, 1)),
    (
        Code::PublicPrefix,
        concat!("NEXT_PUBLIC_SUPABASE_KEY=eyJhbGciOiJIUzI1NiJ9", ".eyJyb2xlIjoic2VydmljZV9yb2xlIn0.ZmFrZQ"),
        (1, 1),
    ),
];

const SILENT: &[(Code, &str)] = &[
    (Code::Duplicate, "A=1\na=2\n# A=3\nB='x\nA=4\n'\n"),
    (Code::Empty, "A=\"\"\nB=''\nC=0\nD=#fff\n"),
    (
        Code::Placeholder,
        "A=https://example.com\nB=yourtown\nC=[1,2]\nD=postgres\nE=xx\nF=<b>hi &amp; bye</b>\n",
    ),
    (Code::Whitespace, "A=x # c\nB=\"two words\"\n  C='x'  \nD='x\n'\nE:  x\nF=\n"),
    (
        Code::UnquotedSpecial,
        "A='two words'\nB=\"a#b\"\nC=https://x.example/?a=1&b=2\nD=http://${HOST}:${PORT}/${X:-y}\n",
    ),
    (Code::UnquotedSpecial, "A=x # c\nB=a,b:c@d/e+f=g%h*i!j~k{l}[m]^n?o\nC=price$\nD= # c\n"),
    (Code::UnterminatedQuote, "A='x\ny'\nB=\"it's\"\nC=it's\nD=\"x\" y\nE=\"\"\n"),
    (Code::KeyGrammar, "A1_b=x\n_A=x\nexport a=x\n# 1A=x\nwords\n"),
    (Code::NotAssignment, "# words\n\n   \nA='x\nwords\n'\nB\n=1\n"),
    (Code::Bom, "A=1\n# \u{feff}\n"),
    (Code::Encoding, "A=\tgrün 日本 🙂 e\u{301}\r\nB=2\r"),
    (
        Code::PublicPrefix,
        "NEXT_PUBLIC_STRIPE_KEY=pk_live_51FakeFakeFakeFake0000\nVITE_STRIPE=pk_test_51FakeFakeFakeFake0000\n",
    ),
    (Code::PublicPrefix, "STRIPE_KEY=sk_live_51FakeFakeFakeFake0000\nDATABASE_URL=postgres://a:b@c/d\n"),
    (
        Code::PublicPrefix,
        "NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiIsImlzcyI6ImZha2UifQ.ZmFrZQ\n",
    ),
    (
        Code::PublicPrefix,
        "NEXT_PUBLIC_SUPABASE_KEY=eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiIsImlzcyI6ImZha2UifQ.ZmFrZQ\n",
    ),
    (
        Code::PublicPrefix,
        "VITE_FIREBASE_API_KEY=AIzaFakeFakeFakeFakeFakeFakeFakeFakeFake000\nVITE_FIREBASE_APP_ID=1:1234567890:web:a1b2c3d4e5f6a7b8\n",
    ),
    (Code::PublicPrefix, "VITE_SENTRY_DSN=https://9f86d081884c7d659a2feaa0c55ad015@o1.ingest.sentry.io/2\n"),
    (
        Code::PublicPrefix,
        "VITE_RECAPTCHA_SITE_KEY=6Lf0FakeAAAAAFake9Fake8Fake7Fake6Fake5Fa\nVITE_POSTHOG_KEY=phc_Fake0Fake1Fake2Fake3Fake4Fake5Fake6\n",
    ),
    (
        Code::PublicPrefix,
        "VITE_ADDRESS=0x52908400098527886E0F7030069857D2E4169EE7\nVITE_TENANT=123e4567-e89b-12d3-a456-426614174000\n",
    ),
    (
        Code::PublicPrefix,
        "VITE_RELEASE=production-2024-11-02-build-1234\nVITE_NAME=MyAwesomeProductionProject2024\nVITE_API=https://api.example.com/v1\n",
    ),
    (
        Code::PublicPrefix,
        "NEXT_PUBLIC_RESET_PASSWORD_PATH=/reset-password\nVITE_APP_SECRET=changeme\nVITE_JWT_SECRET=${SECRET}\nVITE_X_PASSWORD=short\n",
    ),
];

#[test]
fn each_raising_text_raises_its_code_where_it_says() {
    for (code, text, place) in RAISING {
        assert_eq!(places(text, *code), [*place], "{} in {text:?}", code.as_str());
    }
}

#[test]
fn each_silent_text_keeps_its_code_silent() {
    for (code, text) in SILENT {
        assert_eq!(places(text, *code), [], "{} in {text:?}", code.as_str());
    }
}

#[test]
fn every_code_has_both_kinds_of_text_and_a_name_and_sentence_of_its_own() {
    for code in Code::ALL {
        assert!(RAISING.iter().any(|(raised, ..)| *raised == code), "{} is raised", code.as_str());
        assert!(SILENT.iter().any(|(silent, _)| *silent == code), "{} is kept silent", code.as_str());
        let alike = |other: &&Code| other.as_str() == code.as_str() || other.sentence() == code.sentence();
        assert_eq!(Code::ALL.iter().filter(alike).count(), 1);
    }
}

#[test]
fn warnings_come_in_order_of_place() {
    let found = warnings("\u{feff}B=\nA= x y\nA=\"\nwords\n");
    let shown: Vec<_> =
        found.iter().map(|warning| (warning.line, warning.column, warning.code.as_str())).collect();
    let expected = [
        (1, 1, "empty"),
        (1, 1, "bom"),
        (2, 4, "whitespace"),
        (2, 4, "unquoted-special"),
        (3, 1, "duplicate"),
        (3, 3, "unterminated-quote"),
        (4, 1, "not-an-assignment"),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn ordinary_files_raise_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let document = Document::parse(fs::read(&path).unwrap()).unwrap();
        let shown: Vec<_> =
            warn(&document).iter().map(|found| (found.line, found.column, found.code)).collect();
        assert!(shown.is_empty(), "{}: {shown:?}", path.display());
        assert!(document.assignments().count() >= 2, "{} sets something", path.display());
        files += 1;
    }
    assert!(files >= 40, "{files} files");
}
