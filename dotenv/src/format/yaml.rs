//! YAML: one flat map. Unquoted values are taken as they are written: `port: 0080` is the text `0080`.

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::{Collected, Malformed, ReadError, without_bom};
use crate::Pair;

/// Reads a flat map, in the order of the text.
///
/// # Errors
/// [`ReadError`] with the key of the first value that is a list, a map, an alias, null or of a special type, or of
/// the first key that comes twice.
pub fn read(text: &str) -> Result<Vec<Pair>, ReadError> {
    let mut events =
        Events { parser: Parser::new_from_str(without_bom(text)), line: 1, last_is_block: false };
    events.expect(|event| matches!(event, Event::StreamStart))?;
    events.expect(|event| matches!(event, Event::DocumentStart(_)))?;
    events.expect(|event| matches!(event, Event::MappingStart(..)))?;
    let mut collected = Collected::default();
    while let Some(key) = events.key()? {
        let line = Some(events.line);
        let value = events.value(&key)?;
        collected.add(key, value, line)?;
    }
    if let Some(last) = collected.pairs.last_mut().filter(|_| events.last_is_block) {
        settle_open_end(text, &mut last.value).map_err(|reason| ReadError {
            line: Some(last.line),
            key: Some(last.key.clone()),
            reason,
        })?;
    }
    events.expect(|event| matches!(event, Event::DocumentEnd))?;
    events.expect(|event| matches!(event, Event::StreamEnd))?;
    Ok(collected.pairs)
}

struct Events<'t> {
    parser: Parser<'t, StrInput<'t>>,
    line: u32,
    last_is_block: bool,
}

impl<'t> Events<'t> {
    fn next(&mut self) -> Result<Event<'t>, ReadError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                self.line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
                Ok(event)
            }
            Some(Err(error)) => {
                self.line = u32::try_from(error.marker().line()).unwrap_or(u32::MAX);
                Err(self.problem(None, Malformed::Syntax))
            }
            None => Err(self.problem(None, Malformed::Syntax)),
        }
    }

    fn expect(&mut self, fits: impl Fn(&Event<'_>) -> bool) -> Result<(), ReadError> {
        let event = self.next()?;
        if fits(&event) { Ok(()) } else { Err(self.problem(None, Malformed::NotAMap)) }
    }

    /// The next key, or nothing at the end of the map.
    fn key(&mut self) -> Result<Option<String>, ReadError> {
        match self.next()? {
            Event::MappingEnd => Ok(None),
            Event::Scalar(text, style, _, tag) if is_text(&text, style, tag.as_deref()) => {
                Ok(Some(text.into_owned()))
            }
            _ => Err(self.problem(None, Malformed::BadKey)),
        }
    }

    fn value(&mut self, key: &str) -> Result<String, ReadError> {
        match self.next()? {
            Event::Scalar(text, style, _, tag) if is_text(&text, style, tag.as_deref()) => {
                self.last_is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                Ok(text.into_owned())
            }
            _ => Err(self.problem(Some(key.to_owned()), Malformed::NotText)),
        }
    }

    fn problem(&self, key: Option<String>, reason: Malformed) -> ReadError {
        ReadError { line: Some(self.line), key, reason }
    }
}

/// The parser ends a block at the end of the text with a line end that is not there; libyaml, and with it most other
/// readers, does not. Where the last line may be no part of the block, readers differ further, and it is refused.
fn settle_open_end(text: &str, value: &mut String) -> Result<(), Malformed> {
    let last_line = text.rsplit(['\n', '\r']).next().unwrap_or_default();
    let doubtful = last_line.trim().is_empty() || last_line.trim().starts_with(['#', '.', '-']);
    if last_line.is_empty() {
        return Ok(());
    }
    if doubtful {
        return Err(Malformed::Syntax);
    }
    if value.ends_with('\n') {
        value.pop();
    }
    Ok(())
}

/// Whether a scalar stands for text. Null does not; a tag other than `!!str` asks for something else.
fn is_text(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> bool {
    let null = style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
    match tag {
        Some(tag) => tag.is_yaml_core_schema() && tag.suffix == "str",
        None => !null,
    }
}
