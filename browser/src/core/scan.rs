//! The QR code that adds a device: drawn, found in a picture, read.

use super::{Answer, refusal};
use crate::codes::Codes;
use crate::relay;
use desk::{CodeReply, CodeRequest, Drawing, Hidden, Picture, Refusal, Reply};
use vault::{ScannedCode, Seen, SetupCode, TypedText};

/// The code as a picture. Where the engine is not to be had there is the code to be typed.
pub(super) async fn drawn(text: &TypedText, engine: &impl Codes) -> Option<Drawing> {
    let text = Hidden::new(text.as_str().to_owned());
    match engine.ask(CodeRequest::Draw { text }).await {
        Ok(CodeReply::Drawn(drawing)) => Some(drawing),
        _ => None,
    }
}

/// The text of the code in a picture, if it adds a device at the relay that served the app, or where none did at any.
pub(super) async fn scan(picture: Picture, engine: &impl Codes) -> Answer {
    let text = found(picture, engine).await?;
    let (_, seen) = setup(&text, relay::origin().as_deref())?;
    Ok(Reply::Scanned(text, seen.map(|seen| seen.origin)))
}

/// Of several codes in a picture, the one that claims to be of Tacit.
async fn found(picture: Picture, engine: &impl Codes) -> Result<Hidden, Refusal> {
    let CodeReply::Scanned(texts) = engine.ask(CodeRequest::Scan(picture)).await? else {
        return Err(Refusal::Internal);
    };
    if texts.is_empty() {
        return Err(Refusal::NoCode);
    }
    let is_ours = |text: &Hidden| ScannedCode::is_claimed_by(text.expose());
    texts.into_iter().find(is_ours).ok_or(Refusal::OtherCode)
}

/// A setup code, as typed or as scanned, for a relay at this origin, or at any: and no other is asked anything.
pub(super) fn setup(code: &Hidden, origin: Option<&str>) -> Result<(SetupCode, Option<Seen>), Refusal> {
    if !ScannedCode::is_claimed_by(code.expose()) {
        return Ok((SetupCode::from_text(code.expose()).map_err(refusal::of_typed)?, None));
    }
    let ScannedCode { setup, seen } = ScannedCode::from_text(code.expose()).map_err(refusal::of_scanned)?;
    match seen {
        Some(seen) if origin.is_some_and(|origin| seen.origin != origin) => {
            Err(Refusal::CodeElsewhere { origin: seen.origin })
        }
        seen => Ok((setup, seen)),
    }
}

#[cfg(test)]
mod tests;
