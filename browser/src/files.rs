//! The port to the engine of files.

use crate::engine;
use desk::codec::{decode, encode};
use desk::{FileReply, FileRequest, Refusal};

/// Who reads and writes texts.
pub(crate) trait Files {
    /// One request and what came of it.
    async fn ask(&self, request: FileRequest) -> Result<FileReply, Refusal>;
}

/// The engine that the script reaches.
pub(crate) struct Engine;

impl Files for Engine {
    async fn ask(&self, request: FileRequest) -> Result<FileReply, Refusal> {
        let reply = engine::Engine::Files.exchange(encode(&request)).await?;
        decode(&reply).ok_or(Refusal::Internal)
    }
}

/// The engine in this program, for tests.
#[cfg(test)]
pub(crate) struct Here;

#[cfg(test)]
impl Files for Here {
    async fn ask(&self, request: FileRequest) -> Result<FileReply, Refusal> {
        Ok(files::reply(request))
    }
}
