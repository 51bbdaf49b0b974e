//! What would make a passphrase stronger.

/// Nothing is typed yet.
pub const EMPTY: &str = "Type a passphrase, or take four random words.";
/// Everyone tries it first.
pub const COMMON: &str = "This is among the passphrases that are tried first. Take four random words.";
/// The same again and again.
pub const REPEATED: &str = "Repetition adds little. Add words that do not repeat.";
/// The alphabet, the numbers or the keyboard.
pub const SEQUENCE: &str =
    "Rows of keys and digits are guessed early. Add words that do not follow each other.";
/// One word.
pub const ONE_WORD: &str = "One word is guessed early. Add three more.";
/// Short.
pub const SHORT: &str = "Longer is stronger. Add a word or two.";
