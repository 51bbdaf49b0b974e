//! Every sentence of this crate's documents and formats that a person reads: what happened, and what to do about it.
//! None of them holds a value.

/// What happened, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What happened.
    pub what: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

const fn say(what: &'static str, remedy: &'static str) -> Sentence {
    Sentence { what, remedy }
}

/// The bytes cannot be read as text.
pub const NOT_UTF8: Sentence =
    say("The file is not UTF-8 text.", "Save it as UTF-8 in your editor, then open it again.");
/// An edit names a key that is not there.
pub const KEY_MISSING: Sentence = say("No line sets this key.", "Add the key instead.");
/// An edit would make a second line for a key.
pub const KEY_EXISTS: Sentence =
    say("A line sets this key already.", "Change that line, or choose another name.");
/// An edit names a key that no reader would accept.
pub const KEY_INVALID: Sentence = say(
    "This is not a name for a variable.",
    "Use letters, digits and underscores, beginning with a letter.",
);
/// An edit would change how another line is read.
pub const EDIT_SPILLS: Sentence = say(
    "With this change other lines of the file would be read differently.",
    "Close the open quote near this line first, or edit the file by hand.",
);

/// [`Code::Duplicate`](crate::Code::Duplicate)
pub const DUPLICATE: Sentence = say(
    "An earlier line sets this key too; most readers take the last.",
    "Remove the line that does not count.",
);
/// [`Code::Empty`](crate::Code::Empty)
pub const EMPTY: Sentence =
    say("The key has no value.", "Fill it in, remove the line, or write \"\" if it is meant to be empty.");
/// [`Code::Placeholder`](crate::Code::Placeholder)
pub const PLACEHOLDER: Sentence =
    say("The value looks like a placeholder from a template.", "Put the real value in its place.");
/// [`Code::Whitespace`](crate::Code::Whitespace)
pub const WHITESPACE: Sentence = say(
    "There is white space at an end of the value or around the equals sign; some readers keep it, some drop it, shells stop at it.",
    "Remove it, or put the value in quotes if the space belongs to it.",
);
/// [`Code::UnquotedSpecial`](crate::Code::UnquotedSpecial)
pub const UNQUOTED_SPECIAL: Sentence = say(
    "A character stands outside quotes that readers treat differently: a space, #, $, a quote, \\ or a shell sign.",
    "Put the whole value in single quotes.",
);
/// [`Code::UnterminatedQuote`](crate::Code::UnterminatedQuote)
pub const UNTERMINATED_QUOTE: Sentence =
    say("A quote opens here and nothing closes it.", "Add the closing quote at the end of the value.");
/// [`Code::KeyGrammar`](crate::Code::KeyGrammar)
pub const KEY_GRAMMAR: Sentence = say(
    "Not every reader accepts this as a key and an equals sign.",
    "Use letters, digits and underscores, beginning with a letter, then = without a space.",
);
/// [`Code::NotAssignment`](crate::Code::NotAssignment)
pub const NOT_ASSIGNMENT: Sentence = say(
    "This line sets nothing; some readers skip it, some reject the file.",
    "Put # before it, remove it, or put the value it belongs to in quotes.",
);
/// [`Code::Bom`](crate::Code::Bom)
pub const BOM: Sentence = say(
    "The file begins with a byte order mark; some readers take it as part of the first key.",
    "Save the file as UTF-8 without BOM.",
);
/// [`Code::Encoding`](crate::Code::Encoding)
pub const ENCODING: Sentence = say(
    "An invisible or damaged character stands here; the text was probably saved in another encoding or pasted from a document.",
    "Delete the character and type the text again.",
);
/// [`Code::PublicPrefix`](crate::Code::PublicPrefix)
pub const PUBLIC_PREFIX: Sentence = say(
    "The prefix of this key publishes its value to every visitor, and the value looks secret.",
    "Rename the key without the prefix and use it on the server only; if it was ever deployed, rotate it.",
);
