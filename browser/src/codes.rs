//! The port to the engine of codes.

use crate::engine;
use desk::codec::{decode, encode};
use desk::{CodeReply, CodeRequest, Refusal};

/// Who draws and reads QR codes.
pub(crate) trait Codes {
    /// One request and what came of it.
    async fn ask(&self, request: CodeRequest) -> Result<CodeReply, Refusal>;
}

/// The engine that the script reaches.
pub(crate) struct Engine;

impl Codes for Engine {
    async fn ask(&self, request: CodeRequest) -> Result<CodeReply, Refusal> {
        let reply = engine::Engine::Codes.exchange(encode(&request)).await?;
        decode(&reply).ok_or(Refusal::Internal)
    }
}

/// The engine in this program, for tests.
#[cfg(test)]
pub(crate) struct Here;

#[cfg(test)]
impl Codes for Here {
    async fn ask(&self, request: CodeRequest) -> Result<CodeReply, Refusal> {
        Ok(codes::reply(request))
    }
}
