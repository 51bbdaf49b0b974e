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

/// [`Malformed::Syntax`](crate::format::Malformed::Syntax)
pub const SYNTAX: Sentence = say(
    "The text breaks the rules of its format here.",
    "Check brackets, quotes and indentation near this line.",
);
/// [`Malformed::NotAMap`](crate::format::Malformed::NotAMap)
pub const NOT_A_MAP: Sentence =
    say("The file is not one flat list of names and values.", "Export it as one object of names and texts.");
/// [`Malformed::NotText`](crate::format::Malformed::NotText)
pub const NOT_TEXT: Sentence = say(
    "The value of this key is not text.",
    "Put it in quotes; write \"\" if it is empty, and nested data as one line of JSON.",
);
/// [`Malformed::BadKey`](crate::format::Malformed::BadKey)
pub const BAD_KEY: Sentence = say("A key is empty or not text.", "Give it a name, in quotes if in doubt.");
/// [`Malformed::Repeated`](crate::format::Malformed::Repeated), [`Reason::Repeated`](crate::format::Reason::Repeated)
pub const REPEATED: Sentence = say("The name is there twice.", "Remove one, or give it another name.");
/// [`Malformed::Columns`](crate::format::Malformed::Columns)
pub const COLUMNS: Sentence = say(
    "This row does not have exactly two columns, separated by a comma.",
    "Keep a key and a value; put values with commas or line breaks in double quotes.",
);
/// [`Reason::Name`](crate::format::Reason::Name)
pub const NAME: Sentence = say(
    "The target does not accept this name for a variable.",
    "Rename it: letters, digits and underscores, not beginning with a digit.",
);
/// [`Reason::Reserved`](crate::format::Reason::Reserved)
pub const RESERVED: Sentence =
    say("The target keeps this name for itself.", "Give the variable another name.");
/// [`Reason::Nul`](crate::format::Reason::Nul)
pub const NUL: Sentence = say(
    "The value holds a NUL, which no environment variable can.",
    "Store it in base64 and decode it in your program.",
);
/// [`Reason::TooLong`](crate::format::Reason::TooLong)
pub const TOO_LONG: Sentence = say(
    "The value is longer than the target takes.",
    "Keep it in a file or an object store and pass its place instead.",
);
/// [`Reason::TooMuch`](crate::format::Reason::TooMuch)
pub const TOO_MUCH: Sentence =
    say("There is more here than the target takes at once.", "Select fewer keys and export them in parts.");
/// [`Reason::SecretKey`](crate::format::Reason::SecretKey)
pub const SECRET_KEY: Sentence = say(
    "A Kubernetes Secret does not accept this key.",
    "Rename it: at most 253 letters, digits, dots, dashes and underscores, not beginning with two dots.",
);
/// [`Reason::ObjectName`](crate::format::Reason::ObjectName)
pub const OBJECT_NAME: Sentence = say(
    "This is not a name for a Kubernetes object.",
    "Use lower-case letters, digits and dashes, beginning and ending with a letter or digit.",
);
/// [`Reason::CarriageReturn`](crate::format::Reason::CarriageReturn)
pub const CARRIAGE_RETURN: Sentence = say(
    "The value holds a carriage return, which fly drops at the end of a line.",
    "Save the value with plain line feeds, or set it alone with fly secrets set.",
);
/// [`Reason::Ambiguous`](crate::format::Reason::Ambiguous)
pub const AMBIGUOUS: Sentence = say(
    "Versions of the tool read this value differently because of its quotes, its leading space or the line end behind it.",
    "Set it alone, by hand.",
);
/// [`Reason::Empty`](crate::format::Reason::Empty)
pub const EMPTY_VALUE: Sentence = say(
    "The tool takes an empty value for none.",
    "Leave the variable out, or set it on the provider's page.",
);
